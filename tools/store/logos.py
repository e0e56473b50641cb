"""Logos: the mark of each product as it was last asked for, and its picture, kept once whoever shows it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from tools.identity import host_of, registrable_domain
from tools.knowledge import iso, moment
from tools.models import Logo
from tools.store.connection import IN, Row, hashed
from tools.store.shown import Shown

_PLATFORM = 2  # so many other sites that show a mark make it the mark of what they are built with


class Logos(Shown):
    """Statements over logos and their files."""

    def _put_logo(self, product: int, logo: Logo) -> bool:
        """Keep what came of asking for a product's mark, in the place of what was known; whether another one is shown.

        None is kept that other people's sites show as well.
        """
        made = hashlib.sha256(logo.png).hexdigest() if logo.png else ""
        others = self._other_sites(made, logo.page)
        seal = made if len(others) < _PLATFORM else ""
        if seal:
            self._upsert("logo_files", [hashed("logo_files", {"hash": seal, "png": logo.png})], ("hash",), "row_hash")
        before = self._row("SELECT hash, url, page FROM logos WHERE product = ?", product)
        row: Row = {name: getattr(logo, name) for name in ("url", "page", "etag", "last_modified", "why")}
        row |= {"product": product, "hash": seal, "made": made, "checked_at": iso(logo.checked_at)}
        if seal != made:
            row["why"] = f"{len(others)} other sites show the same"
        self._upsert("logos", [hashed("logos", row)], ("product",), "row_hash")
        if before and before["hash"] != seal:
            unused = "hash = ?1 AND NOT EXISTS (SELECT 1 FROM logos WHERE made = ?1 AND hash = ?1)"
            self._conn.execute(f"DELETE FROM logo_files WHERE {unused}", (before["hash"],))
        return _shown(before) != _shown(row)

    def _other_sites(self, made: str, page: str) -> set[str]:
        """The sites beside that of a page on which this mark was had."""
        rows = self._tuples("SELECT DISTINCT page FROM logos WHERE made = ?", made) if made else ()
        return {registrable_domain(host_of(of)) for (of,) in rows} - {registrable_domain(host_of(page))}

    def forget_logos(self) -> int:
        """Keep no product's mark any more; how many there were."""
        with self.write():
            products = [key for (key,) in self._tuples("SELECT product FROM logos WHERE hash <> '' ORDER BY product")]
            for product in products:
                self._log(product, iso(self.now()), "dossier", field="logo", who="scout")
            self._conn.execute("DELETE FROM logos")
            self._conn.execute("DELETE FROM logo_files")
        return len(products)

    def logo_of(self, slug: str) -> Logo | None:
        """What is known of a product's mark; None where nobody asked for it. Errors: UnknownName."""
        row = self._row(
            "SELECT l.*, f.png FROM logos l LEFT JOIN logo_files f ON f.hash = l.hash WHERE l.product = ?",
            self._product(slug)["id"],
        )
        if row is None:
            return None
        same = {name: row[name] for name in ("url", "page", "etag", "last_modified", "why")}
        return Logo(**same, png=row["png"] or b"", checked_at=moment(row["checked_at"]))

    def logo(self, seal: str) -> bytes | None:
        """The picture of a mark by its SHA-256, PNG; None where it is not kept."""
        found: bytes | None = self._value("SELECT png FROM logo_files WHERE hash = ?", seal)
        return found

    def logo_seals(self, slugs: Sequence[str]) -> dict[str, str]:
        """The SHA-256 of each product's mark, by slug; of those that have one."""
        keys = dict(self._tuples(f"SELECT id, slug FROM products WHERE slug {IN}", json.dumps(list(slugs))))
        return {keys[key]: row["sha256"] for key, row in self._logo_data(json.dumps(list(keys))).items()}

    def _logo_data(self, products: str) -> dict[int, Row]:
        """Of each product its mark as LogoDoc has it: its own, else that of one it was merged from."""
        rows = self._grouped(
            f"SELECT m.root, l.hash AS sha256, l.url, l.page FROM products m JOIN logos l ON l.product = m.id "
            f"WHERE m.root {IN} AND l.hash <> '' ORDER BY m.root, m.id <> m.root, m.id",
            products,
        )
        return {product: found[0] for product, found in rows.items()}


def _shown(row: Row | None) -> tuple[str, ...]:
    """What of a mark a product's document tells; () where none is kept."""
    return (row["hash"], row["url"], row["page"]) if row and row["hash"] else ()
