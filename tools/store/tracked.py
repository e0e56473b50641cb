"""What is read again: products with a page, their pages, and every quote on record."""

from __future__ import annotations

import json

from tools import knowledge
from tools.identity import address_key
from tools.store.connection import IN, Row
from tools.store.identities import Identities
from tools.store.shown import price_text


class Tracked(Identities):
    """Reads for refresh and for histories."""

    def tracked(self) -> list[Row]:
        """A row a product that has an address to read: slug, read_at (newest check of a page, or when it was announced if
        none could be read so far), changed_at (what Scout saw change last), noted_at (last note, None without one).
        Rejected and deleted products are left out."""
        family = (
            "WITH root(member, id) AS (SELECT m.id, p.id FROM products p JOIN products m ON m.root = p.id "
            "WHERE p.merged_into IS NULL AND p.status NOT IN ('deleted', 'rejected')) "
        )
        read = self._rows(
            f"{family} SELECT p.id, p.slug, p.first_seen, max(coalesce(a.checked_at, g.fetched_at)) AS read_at FROM root r "
            "JOIN products p ON p.id = r.id JOIN product_pages pp ON pp.product = r.member "
            "JOIN pages g ON g.id = pp.page LEFT JOIN addresses a ON a.page = g.id GROUP BY p.id ORDER BY p.id"
        )
        known = {row["id"] for row in read}
        announced = self._rows(
            f"{family} SELECT p.id, p.slug, p.first_seen, max(l.first_seen) AS read_at FROM root r "
            "JOIN products p ON p.id = r.id JOIN launches l ON l.product = r.member WHERE l.url IS NOT NULL "
            "GROUP BY p.id ORDER BY p.id"
        )
        read += [row for row in announced if row["id"] not in known]
        moved = self._rows(
            f"{family} SELECT r.id, max(c.at) FILTER (WHERE c.op <> 'note' OR c.before IS NOT c.after) AS changed_at, "
            "max(c.at) FILTER (WHERE c.op = 'note') AS noted_at FROM root r JOIN changes c ON c.product = r.member "
            "WHERE c.who = 'scout' AND c.op IN ('new', 'fact', 'plan', 'note') GROUP BY r.id"
        )
        by_id = {row["id"]: row for row in moved}
        none: Row = {"changed_at": None, "noted_at": None}
        return [
            {
                "slug": row["slug"],
                "read_at": row["read_at"],
                "changed_at": by_id.get(row["id"], none)["changed_at"] or row["first_seen"],
                "noted_at": by_id.get(row["id"], none)["noted_at"],
            }
            for row in read
        ]

    def tracked_pages(self, slug: str) -> list[Row]:
        """The newest page of each address that was read for a product, the homepage first: page (Page.id), url,
        final_url, access, member (the slug of the product it was read for, its own or that of a merged one)."""
        product = self._product(slug)["id"]
        rows = self._rows(
            "SELECT p.key AS page, p.url, p.final_url, p.access, m.slug AS member FROM product_pages pp "
            "JOIN pages p ON p.id = pp.page JOIN products m ON m.id = pp.product "
            f"WHERE pp.product {IN} ORDER BY pp.product <> ?, pp.position, pp.id",
            self._family(product),
            product,
        )
        found: dict[str, Row] = {}
        for row in rows:
            address = address_key(row["final_url"])
            found[address] = {**row, "member": found.get(address, row)["member"]}
        return list(found.values())

    def quotes_of(self, slug: str) -> list[Row]:
        """Every quote on record for a product's facts and plans, superseded ones too, newest first: of (fact or plan),
        name (field or plan), text (as the change log writes the value), quote, url, place, fetched_at, page."""
        family = self._family(self._product(slug)["id"])
        found: list[Row] = []
        for of, columns in (
            ("fact", "f.field AS name, f.value"),
            ("plan", "f.name, f.amount, f.currency, f.period, f.unit, f.billed, f.qualifier"),
        ):
            rows = self._rows(
                f"SELECT {columns}, e.quote, e.url, e.place, e.fetched_at, coalesce(p.key, '') AS page FROM {of}s f "
                f"JOIN evidence e ON e.{of} = f.id LEFT JOIN pages p ON p.id = e.page WHERE f.product {IN} "
                "ORDER BY f.live DESC, f.confidence DESC, e.fetched_at DESC, e.position",
                family,
            )
            for row in rows:
                said = price_text(row) if of == "plan" else knowledge.shown_text(json.loads(row["value"]))
                same = ("name", "quote", "url", "place", "fetched_at", "page")
                found.append({"of": of, "text": said, **{name: row[name] for name in same}})
        return found
