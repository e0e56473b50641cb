"""Who is who: slugs, identities and aliases, with merges followed."""

from __future__ import annotations

import json

from tools.errors import UnknownName
from tools.store.connection import Connection, Row


class Identities(Connection):
    """From a slug or an identity to the product it stands for today."""

    def find(self, identity_or_alias: str) -> str | None:
        """The slug that an identity, or an alias of one, leads to."""
        owner = self._owner(identity_or_alias)
        return str(owner["slug"]) if owner else None

    def resolve(self, slug: str) -> str:
        """The slug that `slug` stands for today, merges followed. Errors: UnknownName with the nearest ones."""
        return str(self._product(slug)["slug"])

    def _product(self, slug: str, *, follow: bool = True) -> Row:
        row = self._row("SELECT * FROM products WHERE slug = ?", slug)
        if row is None:
            near = self._rows("SELECT slug FROM products WHERE slug GLOB ? || '*' LIMIT 500", slug[:2])
            near = near or self._rows("SELECT slug FROM products ORDER BY id DESC LIMIT 500")
            raise UnknownName("product", slug, [found["slug"] for found in near])
        return self._root(row) if follow else row

    def _owner(self, identity: str) -> Row | None:
        """The product an identity leads to, merges followed; `member`: the product whose alias it is."""
        row = self._row(
            "SELECT p.*, p.id AS member FROM aliases a JOIN products p ON p.id = a.product WHERE a.identity = ?",
            identity,
        )
        return {**self._root(row), "member": row["member"]} if row else None

    def _root(self, row: Row) -> Row:
        while row["merged_into"]:
            above = self._row("SELECT * FROM products WHERE id = ?", row["merged_into"])
            assert above is not None, "merged_into is a foreign key"
            row = above
        return row

    def _family(self, product: int) -> str:
        """A product and all that were merged into it, as a JSON list for `IN (SELECT value FROM json_each(?))`."""
        return json.dumps(list(self._merges(product)))

    def _merges(self, product: int) -> dict[int, int]:
        """A product and all that were merged into it, by how many merges lie between; itself is 0 away."""
        rows = self._rows(
            "WITH RECURSIVE family(id, merged) AS (SELECT ?, 0 UNION SELECT p.id, f.merged + 1 FROM products p "
            "JOIN family f ON p.merged_into = f.id) SELECT id, merged FROM family",
            product,
        )
        return {row["id"]: row["merged"] for row in rows}
