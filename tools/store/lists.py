"""Lists, search, the change log by number, and counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tools.knowledge import THRESHOLD, iso
from tools.models import CATEGORIES, FACT_FIELDS
from tools.store.connection import IN, Connection, Row

_SORTED = 500  # products of a queue that are sorted; to walk it costs more where few are wanted of many
# Of a card, what costs neither a count nor a list to read.
BRIEF = ("id", "slug", "name", "tagline", "kind", "status", "first_seen", "verdict", "panel_stale")
_SEARCH_RANKED = 1_000  # up to so many hits are ranked by bm25; above, newest first: bm25 over 80 % of 1 M rows is 3 s


@dataclass(frozen=True, slots=True)
class Asked:
    """Which products a list is to show; "" or None asks for all.

    since: first seen from that moment on. verdict: as stored, or "" for products without a panel.
    """

    status: str = ""
    source: str = ""
    since: datetime | None = None
    verdict: str | None = None
    category: str = ""


EVERYTHING = Asked()


class Lists(Connection):
    """Reads over many products."""

    def list_products(self, asked: Asked = EVERYTHING, limit: int = 50, *, brief: bool = False) -> list[Row]:
        """Rows of the view product_cards that were asked for, newest first; brief: with the columns of BRIEF alone."""
        where, values = _tests(asked)
        rows = self._rows(
            f"SELECT {_columns(brief)} FROM shelf s CROSS JOIN product_cards c ON c.id = s.product "
            f"WHERE {where} ORDER BY s.product DESC LIMIT ?",
            *values,
            limit,
        )
        return rows if brief else [_card(row) for row in rows]

    def needing_look(self, limit: int, skip: int = 0) -> list[str]:
        """Slugs of products that need a look: first what a panel recommends, then what has most reasons, then the oldest."""
        found: list[str] = []
        for verdict in ("= 'Ship'", "NOT IN ('Ship', '')", "= ''"):
            of = f"s.status = 'needs_look' AND s.verdict {verdict}"
            many = int(self._value(f"SELECT count(*) FROM shelf s INDEXED BY shelf_queue WHERE {of}"))
            # a few are sorted; of many the queue is walked, which is in order, until there are enough
            walk = "products p INDEXED BY products_queue CROSS JOIN shelf s ON s.product = p.id"
            sort = "shelf s INDEXED BY shelf_queue CROSS JOIN products p ON p.id = s.product"
            rows = self._tuples(
                f"SELECT p.slug FROM {sort if many < _SORTED else walk} WHERE {of} AND p.status = 'needs_look' "
                "ORDER BY json_array_length(p.needs_look) DESC, p.first_seen, p.id DESC LIMIT ? OFFSET ?",
                limit - len(found),
                skip,
            )
            found += [slug for (slug,) in rows]
            if len(found) >= limit:
                break
            skip = max(0, skip - many)
        return found

    def count_products(self, asked: Asked = EVERYTHING) -> int:
        """How many products `list_products` has without its limit."""
        if asked in (EVERYTHING, Asked(status=asked.status)):  # of these a tally is kept
            of = {
                row["name"]: row["n"] for row in self._rows("SELECT name, n FROM tallies WHERE name LIKE 'products_%'")
            }
            of.pop("products_deleted", 0)
            return int(of.get(f"products_{asked.status}", 0) if asked.status else sum(of.values()))
        where, values = _tests(asked)
        return int(
            self._value(f"SELECT count(*) FROM shelf s JOIN products c ON c.id = s.product WHERE {where}", *values)
        )

    def search(self, words: str, limit: int = 20, cursor: int = 0, *, brief: bool = False) -> list[Row]:
        """Cards of products in which every word occurs (the last one as a prefix); [] for no words. brief: as of
        `list_products`; and where whole words find enough, beginnings of words are not looked for, which cost ten times as much.

        Ranked by bm25 while the hits are few, newest first above: over common words of a million rows bm25 took 3 s.
        """
        query = match_of(words)
        if not query:
            return []
        if brief and (many := self._count_hits(query.removesuffix("*"))) >= cursor + limit:
            query = query.removesuffix("*")
        else:
            many = self._count_hits(query)
        order = "rank, f.rowid DESC" if many < _SEARCH_RANKED else "f.rowid DESC"
        hits = self._rows(
            "SELECT p.id FROM products_fts f JOIN products p ON p.id = f.rowid WHERE products_fts MATCH ? "
            f"AND p.merged_into IS NULL AND p.status <> 'deleted' ORDER BY {order} LIMIT ? OFFSET ?",
            query,
            limit,
            cursor,
        )
        keys = json.dumps([row["id"] for row in hits])
        rows = self._rows(f"SELECT {_columns(brief)} FROM product_cards c WHERE c.id {IN}", keys)
        cards = {row["id"]: row if brief else _card(row) for row in rows}
        return [cards[row["id"]] for row in hits if row["id"] in cards]

    def _count_hits(self, query: str) -> int:
        counted = "SELECT count(*) FROM (SELECT 1 FROM products_fts WHERE products_fts MATCH ? LIMIT ?)"
        return int(self._value(counted, query, _SEARCH_RANKED))

    def card(self, slug: str) -> Row | None:
        """One row of the view product_cards; None for a deleted or merged product, or none."""
        row = self._row("SELECT * FROM product_cards WHERE slug = ?", slug)
        return _card(row) if row else None

    def changes_after(self, seq: int, limit: int = 1000) -> list[Row]:
        """Rows of the change log after `seq`, in order: those of ChangeDoc and the product's slug."""
        return self._rows(
            "SELECT c.seq, p.slug, c.at, c.op, c.field, c.before, c.after, c.why, c.who FROM changes c "
            "JOIN products p ON p.id = c.product WHERE c.seq > ? ORDER BY c.seq LIMIT ?",
            seq,
            limit,
        )

    def changes_before(
        self, seq: int | None, limit: int, *, after: int = 0, who: str = "", op: str = "", slug: str = ""
    ) -> list[Row]:
        """Rows of the change log before `seq` (None: the newest) and after another, newest first, like those of
        `changes_after`; of one editor, one kind or one product where these are given."""
        given = [
            ("c.seq < ?", seq),
            ("c.seq > ?", after or None),
            ("c.who = ?", who or None),
            ("c.op = ?", op or None),
            ("p.slug = ?", slug or None),
        ]
        wanted = [(test, value) for test, value in given if value is not None]
        where = " AND ".join(["1", *(test for test, _ in wanted)])
        return self._rows(
            "SELECT c.seq, p.slug, c.at, c.op, c.field, c.before, c.after, c.why, c.who FROM changes c "
            f"JOIN products p ON p.id = c.product WHERE {where} ORDER BY c.seq DESC LIMIT ?",
            *(value for _, value in wanted),
            limit,
        )

    def count_changes(self, after: int, most: int) -> dict[str, int]:
        """How many rows of each kind the change log has after `seq`, among the newest `most`."""
        rows = self._rows(
            "SELECT op, count(*) AS n FROM (SELECT op FROM changes WHERE seq > ? ORDER BY seq DESC LIMIT ?) GROUP BY op",
            after,
            most,
        )
        return {row["op"]: row["n"] for row in rows}

    def heeded(self, slugs: Sequence[str]) -> dict[str, dict[str, str | None]]:
        """How each critic of a product's newest panel voted, by slug and critic: an editor's word where it counts; None:
        no take."""
        rows = self._rows(
            "SELECT p.slug, lower(r.persona) AS persona, coalesce(o.vote, r.vote) AS vote FROM json_each(?) j "
            "CROSS JOIN products p ON p.slug = j.value "
            "CROSS JOIN panels n ON n.id = (SELECT max(id) FROM panels WHERE product = p.id) "
            "CROSS JOIN reviews r ON r.panel = n.id LEFT JOIN overrides o ON o.product = p.id "
            "AND o.persona = lower(r.persona) AND o.content_hash IN (n.content_hash, p.content_hash)",
            json.dumps(list(slugs)),
        )
        found: dict[str, dict[str, str | None]] = {}
        for row in rows:
            found.setdefault(row["slug"], {})[row["persona"]] = row["vote"]
        return found

    def quoted_fields(self, slugs: Sequence[str]) -> dict[str, int]:
        """For how many fields each product has a value that is sure and a quote for it, its prices counting as one; by slug."""
        of = (
            "SELECT j.value AS slug, {what} AS field FROM json_each(?1) j CROSS JOIN products p ON p.slug = j.value "
            "CROSS JOIN products m ON m.root = p.root CROSS JOIN {table} f ON f.product = m.id AND f.live = 1 "
            "WHERE f.confidence >= ?2 AND f.rung <> 'editor' AND EXISTS (SELECT 1 FROM evidence e WHERE e.{one} = f.id)"
        )
        facts = of.format(what="f.field", table="facts", one="fact")
        plans = of.format(what="'plans'", table="plans", one="plan")
        rows = self._tuples(
            f"SELECT slug, count(DISTINCT field) FROM ({facts} AND f.field IN (SELECT value FROM json_each(?3)) "
            f"UNION ALL {plans}) GROUP BY slug",
            json.dumps(list(slugs)),
            THRESHOLD,
            json.dumps(FACT_FIELDS),
        )
        return {slug: int(many) for slug, many in rows}

    def count_stale(self) -> int:
        """How many products have a panel that met before their facts last changed."""
        return int(self._value("SELECT count(*) FROM stale_panels"))

    def stale(self) -> list[str]:
        """The slugs of these products, newest first."""
        rows = self._rows(
            "SELECT p.slug FROM stale_panels s CROSS JOIN products p ON p.id = s.product ORDER BY p.id DESC"
        )
        return [row["slug"] for row in rows]

    def change_ops(self) -> list[str]:
        """The kinds of rows that the change log holds, in the order of the alphabet."""
        return [
            row["op"]
            for row in self._rows(  # from one to the next by the index: DISTINCT would read the whole log
                "WITH RECURSIVE ops(op) AS (SELECT min(op) FROM changes UNION ALL SELECT (SELECT min(op) FROM changes "
                "WHERE op > ops.op) FROM ops WHERE op IS NOT NULL) SELECT op FROM ops WHERE op IS NOT NULL"
            )
        ]

    def last_seq(self) -> int:
        """The newest number of the change log; 0 when it is empty."""
        return int(self._value("SELECT coalesce(max(seq), 0) FROM changes"))

    def counts(self) -> dict[str, int]:
        """How much there is, for statistics: rows a table, products a status, products awaiting review."""
        # nothing is ever deleted from these, so that the last number is how many there are
        tables = ("sources", "launches", "products", "pages", "facts", "plans", "panels", "reviews")
        found = {table: int(self._value(f"SELECT coalesce(max(id), 0) FROM {table}")) for table in tables}
        kept = {"evidence": 0, "awaiting_review": 0} | {
            row["name"]: row["n"] for row in self._rows("SELECT name, n FROM tallies") if row["n"]
        }
        return {**found, "changes": self.last_seq(), **kept}


def match_of(words: str) -> str:
    """The search index's expression for "every word, the last one as a prefix"; "" for no words."""
    terms = ["".join(c if c.isalnum() else " " for c in word).split() for word in words.split()]
    quoted = [f'"{term}"' for parts in terms for term in parts]
    return f"{' AND '.join(quoted)}*" if quoted else ""


def _tests(asked: Asked) -> tuple[str, list[object]]:
    """The conditions of a list as SQL over shelf s and what is told of a product, c, and their values."""
    named = (
        "SELECT m.root FROM launches l JOIN products m ON m.id = l.product "
        "WHERE l.source = (SELECT id FROM sources WHERE name = ?)"
    )
    since = iso(asked.since) if asked.since else None
    wanted: list[tuple[str, object]] = [
        ("s.status = ?", asked.status or None),
        (
            "s.product >= (SELECT min(id) FROM products WHERE first_seen >= ?)",
            since,
        ),  # so that no older one is looked at
        ("c.first_seen >= ?", since),
        ("s.verdict = ?", asked.verdict),
        (f"s.product IN ({named})", asked.source or None),
        ("s.category = ?", asked.category or None),
    ]
    given = [(test, value) for test, value in wanted if value is not None]
    return " AND ".join(["s.status <> 'deleted'", *(test for test, _ in given)]), [value for _, value in given]


def _columns(brief: bool) -> str:
    return ", ".join(f"c.{name}" for name in BRIEF) if brief else "c.*"


def _card(row: Row) -> Row:
    lists = {name: json.loads(row[name]) for name in ("tags", "needs_look")}
    return {
        **row,
        **lists,
        "category": row["category"] if row["category"] in CATEGORIES else None,
        "panel_stale": bool(row["panel_stale"]),
        "sources": row["sources"].split(",") if row["sources"] else [],
    }
