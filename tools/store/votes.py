"""Readers' votes: one a voter and product, the voter known by a hash only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from tools.errors import UnknownName, UsageError
from tools.knowledge import iso
from tools.models import VOTES
from tools.store.connection import IN, Row, hashed
from tools.store.identities import Identities

_LONGEST_TOKEN = 1_000


class Votes(Identities):
    """Statements over votes."""

    def put_vote(self, slug: str, voter: str, vote: str) -> None:
        """A reader's ship or skip; a second one of the same voter replaces the first.

        voter: a token that is the reader's alone; only its hash, salted with this store's id, is kept.
        Errors: UnknownName for slug or vote, UsageError for an empty token.
        """
        if vote not in VOTES:
            raise UnknownName("vote", vote, VOTES)
        if not voter.strip() or len(voter) > _LONGEST_TOKEN:
            raise UsageError(f"A voter's token has 1 to {_LONGEST_TOKEN} characters; got {len(voter.strip())}.")
        sealed = hashlib.sha256(f"{self.id}\n{voter.strip()}".encode("utf-8", "surrogatepass")).hexdigest()
        with self.write():
            row = {"product": self._product(slug)["id"], "voter": sealed, "vote": vote, "at": iso(self.now())}
            self._upsert("votes", [hashed("votes", row)], ("product", "voter"), "row_hash")

    def votes(self, slug: str) -> dict[str, int]:
        """Readers' votes on a product: {"ship": n, "skip": n}. Of a voter on both of two merged ones the newest counts."""
        product = self._product(slug)["id"]
        return self._votes(json.dumps([product])).get(product, dict(_NONE))

    def votes_of(self, slugs: Sequence[str]) -> dict[str, dict[str, int]]:
        """The same of several products that are not merged away, by slug; those nobody voted on are left out."""
        keys = dict(self._tuples(f"SELECT id, slug FROM products WHERE slug {IN}", json.dumps(list(slugs))))
        return {keys[key]: counts for key, counts in self._votes(json.dumps([*keys])).items()}

    def votable(self, slug: str, *, approved_only: bool) -> tuple[str, str] | None:
        """The slug and name of what readers can vote on by a slug, merges followed; None: it is not published."""
        product = self._row("SELECT * FROM products WHERE slug = ?", slug)
        found = product and self._root(product)
        if not found or found["status"] in ("deleted", "rejected"):
            return None
        return None if approved_only and found["status"] != "approved" else (found["slug"], found["name"])

    def voted(self, limit: int) -> list[Row]:
        """Products that readers voted on, the most votes first: slug, name, ship, skip, newest."""
        tops = self._rows(
            "SELECT p.id, p.slug, p.name, max(v.at) AS newest FROM votes v JOIN products m ON m.id = v.product "
            "JOIN products p ON p.id = m.root WHERE p.status NOT IN ('deleted', 'rejected') "
            "GROUP BY p.id ORDER BY count(DISTINCT v.voter) DESC, newest DESC LIMIT ?",
            limit,
        )
        counts = self._votes(json.dumps([row["id"] for row in tops]))
        return [{**row, **counts[row.pop("id")]} for row in tops]

    def _votes(self, products: str) -> dict[int, dict[str, int]]:
        newest = (
            "SELECT m.root, v.vote, max(v.at) FROM products m JOIN votes v ON v.product = m.id "
            f"WHERE m.root {IN} GROUP BY m.root, v.voter"
        )
        counted = self._grouped(f"SELECT root, vote, count(*) AS n FROM ({newest}) GROUP BY root, vote", products)
        return {product: _NONE | {row["vote"]: row["n"] for row in rows} for product, rows in counted.items()}


_NONE = {"ship": 0, "skip": 0}
