"""Readers' votes."""

from __future__ import annotations

from tools.errors import UsageError
from tools.knowledge import iso
from tools.store.connection import IN, hashed
from tools.store.identities import Identities


class Votes(Identities):
    """One ship or skip a voter and product."""

    def put_vote(self, slug: str, voter: str, vote: str) -> None:
        """A reader's ship or skip; a second one of the same voter replaces the first. voter: an opaque key."""
        if vote not in ("ship", "skip"):
            raise UsageError(f"A vote is ship or skip; got {vote!r}.")
        with self.write():
            row = {"product": self._product(slug)["id"], "voter": voter, "vote": vote, "at": iso(self.now())}
            self._upsert("votes", [hashed("votes", row)], ("product", "voter"), "row_hash")

    def votes(self, slug: str) -> dict[str, int]:
        """Readers' votes on a product: {"ship": n, "skip": n}."""
        family = self._family(self._product(slug)["id"])
        rows = self._rows(f"SELECT vote, count(*) AS n FROM votes WHERE product {IN} GROUP BY vote", family)
        return {"ship": 0, "skip": 0} | {row["vote"]: row["n"] for row in rows}
