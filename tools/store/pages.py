"""Pages: bytes at a time, the newest of each address, what was read in them, pictures, and what sites taught."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from datetime import datetime

from tools import knowledge
from tools.errors import UsageError
from tools.identity import address_key
from tools.knowledge import iso
from tools.models import Page, PictureReading
from tools.store.connection import IN, Connection, Row, hashed

_PAGE_SQL = (
    "SELECT p.*, b.zlib, a.etag, a.last_modified FROM pages p JOIN bodies b ON b.id = p.body "
    "LEFT JOIN addresses a ON a.page = p.id"
)


class Pages(Connection):
    """Statements over pages, bodies, addresses, extractions, screenshots and sites."""

    def put_page(self, page: Page, squeezed: bytes = b"") -> str:
        """Keep a page, body included; its id. Idempotent: known bytes at a known address only refresh when checked.

        squeezed: the body as zlib compresses it, where that was done already.
        """
        with self.write():
            key = self._value("SELECT id FROM pages WHERE key = ?", page.id)
            if key is None:
                key = self._insert_page(page, squeezed or zlib.compress(page.body, 1))
            row = {
                "page": key,
                "checked_at": iso(page.fetched_at),
                "etag": page.etag,
                "last_modified": page.last_modified,
            }
            for address in dict.fromkeys((address_key(page.url), address_key(page.final_url))):
                known = self._row("SELECT id, checked_at FROM addresses WHERE url = ?", address)
                if known is None:
                    self._insert("addresses", {"url": address, **row})
                elif known["checked_at"] <= row["checked_at"]:  # an older copy that arrives late is not the newest
                    self._update("addresses", known["id"], **row)
        return page.id

    def _insert_page(self, page: Page, squeezed: bytes) -> int:
        body = self._value("SELECT id FROM bodies WHERE hash = ?", page.body_hash)
        if body is None:
            body = self._insert("bodies", {"hash": page.body_hash, "size_bytes": len(page.body), "zlib": squeezed})
        same = ("url", "final_url", "status", "content_type", "charset", "body_hash", "access", "rendered", "elapsed_s")
        row = {name: getattr(page, name) for name in same}
        return self._insert("pages", {"key": page.id, **row, "body": body, "fetched_at": iso(page.fetched_at)})

    def page(self, id_or_prefix: str) -> Page | None:
        """A kept page with its body, by its id or a prefix of one of at least six digits; None when none or several."""
        if len(id_or_prefix) < 6:
            return None
        begins = (
            "SELECT key FROM pages WHERE key >= ?1 AND key < ?1 || char(1114111) ORDER BY key LIMIT 2"  # GLOB reads all
        )
        keys = [key for (key,) in self._tuples(begins, id_or_prefix)]
        if not keys or (len(keys) > 1 and keys[0] != id_or_prefix):
            return None
        return _page(self._rows(f"{_PAGE_SQL} WHERE p.key = ? ORDER BY a.checked_at DESC", keys[0])[0])

    def latest_page(self, url: str) -> Page | None:
        """The newest page of an address, asked for or reached, in any spelling; with body and validators."""
        row = self._row(f"{_PAGE_SQL} WHERE a.url = ?", address_key(url))
        return _page(row) if row else None

    def last_page(self) -> int:
        """The number of the page kept last; 0 where there is none."""
        return int(self._value("SELECT coalesce(max(id), 0) FROM pages"))

    def pages_met(self, urls: Sequence[str], after: int, limit: int, until: int | None = None) -> list[Row]:
        """The newest pages of these addresses, and those kept since the page of a number (until that of another), newest
        first, without their bodies: page (Page.id), url, final_url, status, access, rendered, size_bytes, elapsed_s, fetched_at, checked_at."""
        rows = self._rows(
            "SELECT p.id, p.key AS page, p.url, p.final_url, p.status, p.access, p.rendered, b.size_bytes, p.elapsed_s, "
            "p.fetched_at, max(a.checked_at) AS checked_at FROM pages p JOIN bodies b ON b.id = p.body "
            "JOIN addresses a ON a.page = p.id WHERE p.id > ?1 AND p.id <= coalesce(?4, p.id) OR p.id IN "
            f"(SELECT page FROM addresses WHERE url {IN.replace('?', '?2')}) GROUP BY p.id ORDER BY p.id DESC LIMIT ?3",
            after,
            json.dumps([address_key(url) for url in urls]),
            limit,
            until,
        )
        return [{**row, "rendered": bool(row["rendered"])} for row in rows]

    def checked_at(self, url: str) -> datetime | None:
        """When an address was last known to say what its newest page says; None for one that was never read."""
        at = self._value("SELECT checked_at FROM addresses WHERE url = ?", address_key(url))
        return knowledge.moment(at) if at else None

    def put_extraction(self, page_id: str, seal: str, said: bytes, lines: bytes) -> None:
        """Keep what was read in a page and its lines, both as they are packed; nothing where the page is not stored.

        seal: who read it, and with what; another one's is replaced.
        """
        with self.write():
            page = self._value("SELECT id FROM pages WHERE key = ?", page_id)
            if page is None:
                return
            row = {"page": page, "seal": seal, "zlib": said, "lines": lines}
            self._upsert("extractions", [hashed("extractions", row)], ("page",), "row_hash")

    def extraction(self, page_id: str, seal: str) -> bytes | None:
        """What was read in a stored page under this seal, as it was packed; None when nothing was."""
        return self._of_reading("zlib", page_id, seal)

    def lines(self, page_id: str, seal: str) -> bytes | None:
        """The lines of a stored page under this seal, as they were packed; None when nothing was read."""
        return self._of_reading("lines", page_id, seal)

    def _of_reading(self, column: str, page_id: str, seal: str) -> bytes | None:
        found: bytes | None = self._value(
            f"SELECT e.{column} FROM extractions e JOIN pages p ON p.id = e.page WHERE p.key = ? AND e.seal = ?",
            page_id,
            seal,
        )
        return found

    def put_screenshot(self, page_id: str, png: bytes, at: datetime, *, why: str = "") -> str:
        """Keep a picture of a stored page, the newest only; its SHA-256. why: no picture could be taken, "" is returned.

        Errors: UsageError for an unknown page.
        """
        seal = "" if why else hashlib.sha256(png).hexdigest()
        with self.write():
            page = self._value("SELECT id FROM pages WHERE key = ?", page_id)
            if page is None:
                raise UsageError(f"Page {page_id} is not in the store. Keep the page first, then its picture.")
            row = {"page": page, "hash": seal, "png": png, "why": why, "at": iso(at)}
            self._upsert("screenshots", [hashed("screenshots", row)], ("page",), "row_hash")
        return seal

    def screenshot(self, page_id: str) -> tuple[bytes, str, datetime] | None:
        """The newest picture of a page, its SHA-256 and when it was taken; None when there is none."""
        row = self._row(
            "SELECT s.png, s.hash, s.at FROM screenshots s JOIN pages p ON p.id = s.page WHERE p.key = ? AND s.why = ''",
            page_id,
        )
        return (row["png"], row["hash"], knowledge.moment(row["at"])) if row else None

    def put_picture(self, page_id: str, seen: PictureReading, at: datetime) -> None:
        """Keep what was read in the picture of a stored page's prices, the newest only. Errors: UsageError for an unknown page."""
        with self.write():
            page = self._value("SELECT id FROM pages WHERE key = ?", page_id)
            if page is None:
                raise UsageError(f"Page {page_id} is not in the store. Keep the page first, then its picture.")
            cuttings = {box: base64.b64encode(png).decode() for box, png in seen.cuttings.items()}
            row = {"page": page, "hash": seen.hash, "url": seen.url, "lines": seen.lines}
            row |= {"cuttings": knowledge.canonical(cuttings), "at": iso(at)}
            self._upsert("pictures", [hashed("pictures", row)], ("page",), "row_hash")

    def picture(self, page_id: str) -> PictureReading | None:
        """What was read in the picture of a page's prices; None when none was read."""
        row = self._row("SELECT i.* FROM pictures i JOIN pages p ON p.id = i.page WHERE p.key = ?", page_id)
        return PictureReading(row["hash"], row["url"], row["lines"], _cuttings(row["cuttings"])) if row else None

    def cuttings(self) -> dict[tuple[str, str], bytes]:
        """Every piece cut out of pictures, a small PNG each, by the picture's SHA-256 and the box in it."""
        rows = self._rows("SELECT hash, cuttings FROM pictures ORDER BY id")
        return {(row["hash"], box): png for row in rows for box, png in _cuttings(row["cuttings"]).items()}

    def put_site_render(self, host: str, render: bool, why: str, misses: int = 0) -> None:
        """Remember whether a site's pages say more in a browser, and why. misses: in a row, that one brought nothing."""
        with self.write():
            pages = 1 + int(self._value("SELECT coalesce(max(pages), 0) FROM sites WHERE host = ?", host))
            row = {"host": host, "render": int(render), "why": why, "pages": pages, "misses": misses}
            row["at"] = iso(self.now())
            self._upsert("sites", [hashed("sites", row)], ("host",), "row_hash")

    def site_render(self, host: str) -> Row | None:
        """What was learned of a site, or None: host, render (bool), why, pages (that had a say), misses, at."""
        row = self._row("SELECT host, render, why, pages, misses, at FROM sites WHERE host = ?", host)
        return {**row, "render": bool(row["render"])} if row else None


def _cuttings(packed: str) -> dict[str, bytes]:
    return {box: base64.b64decode(png) for box, png in json.loads(packed).items()}


def _page(row: Row) -> Page:
    same = ("final_url", "status", "content_type", "charset", "body_hash", "access", "rendered", "elapsed_s")
    return Page(
        id=row["key"],
        url=row["url"],
        body=zlib.decompress(row["zlib"]),
        fetched_at=knowledge.moment(row["fetched_at"]),
        etag=row["etag"] or "",
        last_modified=row["last_modified"] or "",
        **{name: row[name] for name in same},
    )
