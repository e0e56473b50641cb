"""Who is who: slugs, identities and aliases, with merges followed."""

from __future__ import annotations

import json
from collections.abc import Mapping

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

    def stands(self, slug: str) -> bool:
        """Whether there is a product of this slug, neither deleted nor merged away."""
        return bool(
            self._value("SELECT 1 FROM products WHERE slug = ? AND merged_into IS NULL AND status <> 'deleted'", slug)
        )

    def own_name(self, slug: str) -> str:
        """A product's own name, whatever became of it. Errors: UnknownName."""
        return str(self._product(slug, follow=False)["name"])

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
        if row["root"] == row["id"]:
            return row
        above = self._row("SELECT * FROM products WHERE id = ?", row["root"])
        assert above is not None, "root is a foreign key"
        return above

    def _family(self, product: int) -> str:
        """A product and all that were merged into it, as a JSON list for `IN (SELECT value FROM json_each(?))`."""
        return json.dumps(list(self._merges(product)))

    def _merges(self, product: int) -> dict[int, int]:
        """A product and all that were merged into it, by how many merges lie between; itself is 0 away."""
        rows = self._rows(
            "SELECT id, merged_into FROM products WHERE root = (SELECT root FROM products WHERE id = ?)", product
        )
        return merges(product, {row["id"]: row["merged_into"] for row in rows})

    def _hang(self, product: int, into: int | None) -> None:
        """Merge a product, and with it all that was merged into it, into another one; None: into none any more."""
        family = self._merges(product)
        root = product if into is None else self._value("SELECT root FROM products WHERE id = ?", into)
        self._update("products", product, merged_into=into)
        for member in family:
            self._update("products", member, root=root)


def merges(product: int, into: Mapping[int, int | None]) -> dict[int, int]:
    """A product and all that were merged into it, by how many merges lie between. into: what each of a family is merged
    into."""
    found: dict[int, int] = {}
    for member in into:
        above: int | None = member
        steps = 0
        while above is not None and above != product:
            above, steps = into[above], steps + 1
        if above == product:
            found[member] = steps
    return found
