"""Addresses go by the key of the address reached: http and https, "www." and referrers are one. Sites are learned anew:
what was kept of them stood under the host that was asked, which for half of them was the launch site's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.identity import address_key
from tools.knowledge import row_hash

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = ("DELETE FROM sites",)


def fold(db: Database) -> None:
    """One row a key, of the page asked for and of the page reached; the newest reading stands for it."""
    rows = db.query(
        "SELECT a.url, a.page, a.checked_at, a.etag, a.last_modified, p.final_url FROM addresses a "
        "JOIN pages p ON p.id = a.page ORDER BY a.checked_at"
    )
    newest = {address_key(url): row for row in list(rows) for url in (row.pop("final_url"), row["url"])}
    db.conn.execute("DELETE FROM addresses")
    for key, row in newest.items():
        kept = {**row, "url": key}
        db.table("addresses").insert({**kept, "row_hash": row_hash(kept)})
