"""What the store knows around a product: those of its category, its rivals, and how launches of its sources fared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tools.dossier import ROLES, Measure, Peer, Role, Standing, Statement
from tools.knowledge import moment
from tools.models import CATEGORIES
from tools.rivals import house_of, kinds_beside
from tools.store.connection import IN, Row
from tools.store.documents import Documents
from tools.store.rivals import LIVING

if TYPE_CHECKING:
    from tools.views.documents import FactDoc

_MOST_PEERS = 200  # of a category, the newest
_MOST_TOLD = 20_000  # peers remembered, some 5 kB each
_FREE_TO_START = ("free", "freemium", "open-source")
_NO_PRICE = ("trial", "contact")
# a product and all that were merged into it, for each of some products
_FAMILIES = f"WITH family(root, id) AS (SELECT root, id FROM products WHERE root {IN}) "


class Standings(Documents):
    """Reads that set a product among the others, in as many statements for two hundred as for one."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._points: dict[int, tuple[object, tuple[float, ...]]] = {}  # by source, with what it was counted from
        self._told: dict[int, _Told] = {}  # of peers, by product: all of a category have the same
        self._told_at: tuple[Any, ...] = (0, 0, None)  # the newest change, number and crawl that were heeded

    def standing(self, slug: str, rivals: Sequence[str] | None = None) -> Standing:
        """What stands around a product: rivals first, then of its category the newest of a like kind, at most 200.

        rivals: their slugs, where the caller has them; looked for otherwise, which costs far more than all the rest.
        Errors: UnknownName.
        """
        with self._snapshot():
            product = self._product(slug)
            if rivals is None:
                rivals = [rival.slug for rival in self._rival_docs(product, self._named(product["id"]))]
            category = product["category"] if product["category"] in CATEGORIES else None
            beside = self._beside(product, category, rivals)
            return Standing(category, tuple(self._peers(beside)), self._launch_points(product["id"]))

    def _named(self, product: int) -> FactDoc | None:
        """What a product's pages set it against."""
        from tools.views.documents import FactDoc

        told = self._shown_data(json.dumps([product]))[0][product]["facts"].get("rivals")
        return FactDoc.model_validate(told) if told else None

    def _beside(self, product: Row, category: str | None, rivals: Sequence[str]) -> list[_Beside]:
        columns = "p.id, p.slug, p.name, p.category, p.kind, p.pricing_model, p.license, p.identity"
        named = json.dumps(list(rivals))
        rows = self._tuples(
            f"SELECT {columns}, 1 AS rival FROM json_each(?) r CROSS JOIN products p ON p.slug = r.value "
            f"WHERE p.id <> ? AND {LIVING} UNION ALL "
            f"SELECT * FROM (SELECT {columns}, 0 FROM products p WHERE p.category = ? AND p.kind {IN} AND p.id <> ? "
            f"AND p.slug NOT {IN} AND {LIVING} ORDER BY p.id DESC LIMIT ?) ORDER BY rival DESC, 1 DESC",
            *(named, product["id"], category, json.dumps(kinds_beside(product["kind"])), product["id"], named),
            _MOST_PEERS,
        )
        return [_Beside(*row) for row in rows]

    def _peers(self, beside: Sequence[_Beside]) -> Iterable[Peer]:
        told = self._told_of([one.id for one in beside])
        for one in beside:
            price, launched_at, measures, statements, read = told[one.id]
            yield Peer(
                slug=one.slug,
                name=one.name,
                category=one.category if one.category in CATEGORIES else None,
                kind=one.kind,
                rival=bool(one.rival),
                pricing_model=one.pricing_model,
                license=one.license,
                amount=price.amount,
                currency=price.currency,
                unit=price.unit,
                free_plan=price.free or one.pricing_model in _FREE_TO_START,
                launched_at=launched_at,
                measures=measures,
                statements=statements,
                read=read,
                house=house_of(one.identity),
            )

    def _told_of(self, products: Sequence[int]) -> dict[int, _Told]:
        """Prices, launches, numbers, statements and roles of some products, from memory where nothing of theirs changed.

        Read anew for each of 200 products of a category they cost ten times the rest of a standing. Changes stand in
        the change log, but for numbers, which are only ever added, and for launches, which a crawl reads again.
        """
        if self._depth:  # of a write that may be undone nothing is remembered
            return self._read_told(products)
        self._forget_changed()
        fresh = [product for product in products if product not in self._told]
        if len(self._told) + len(fresh) > _MOST_TOLD:
            self._told.clear()
            fresh = list(products)
        if fresh:
            self._told.update(self._read_told(fresh))
        return self._told

    def _forget_changed(self) -> None:
        seq, number, crawled = self._told_at
        [self._told_at] = self._tuples(
            "SELECT (SELECT coalesce(max(seq), 0) FROM changes), (SELECT coalesce(max(id), 0) FROM measures), "
            "(SELECT max(last_ok_at) FROM sources)"
        )
        if self._told_at == (seq, number, crawled) or not self._told:
            return
        changed = self._tuples("SELECT product, op FROM changes WHERE seq > ? AND op <> 'panel'", seq)
        measured = self._tuples("SELECT product, '' FROM measures WHERE id > ?", number)
        # the log of a merge names the product that went, not the other
        if self._told_at[2] != crawled or any(op in ("merge", "unmerge") for _, op in changed):
            self._told.clear()
        for product, _ in (*changed, *measured):
            self._told.pop(product, None)

    def _read_told(self, products: Sequence[int]) -> dict[int, _Told]:
        keys = json.dumps(list(products))
        prices, launched, measures = self._entry_prices(keys), self._launch_dates(keys), self._newest_measures(keys)
        statements, read = self._all_statements(keys), self._roles_read(keys)
        return {
            key: (
                prices.get(key, _NOTHING),
                launched.get(key),
                tuple(measures.get(key, ())),
                tuple(statements.get(key, ())),
                tuple(read.get(key, ())),
            )
            for key in products
        }

    def _entry_prices(self, keys: str) -> dict[int, _Entry]:
        """What each product's shown price lines come to: the last word of its price history on each line."""
        lines: dict[int, dict[str, tuple[Any, ...]]] = {}
        for product, line, *price in self._tuples(
            "SELECT product, line, plan, amount, currency, period, gone FROM plan_history "
            f"WHERE product {IN} ORDER BY id",
            keys,
        ):
            lines.setdefault(product, {})[line] = tuple(price)
        return {product: _entry(told) for product, told in lines.items()}

    def _launch_dates(self, keys: str) -> dict[int, str]:
        sql = "SELECT f.root, min(l.launched_at) FROM family f JOIN launches l ON l.product = f.id GROUP BY f.root"
        return dict(self._tuples(_FAMILIES + sql, keys))

    def _newest_measures(self, keys: str) -> dict[int, list[Measure]]:
        found: dict[int, list[Measure]] = {}
        for product, metric, value, at, *where in self._tuples(
            "SELECT m.product, m.metric, m.value, m.at, m.url, p.key, m.quote FROM measures m "
            f"JOIN pages p ON p.id = m.page WHERE m.product {IN} AND m.newest ORDER BY m.metric",
            keys,
        ):
            found.setdefault(product, []).append(Measure(metric, value, moment(at), *where))
        return found

    def _all_statements(self, keys: str) -> dict[int, list[Statement]]:
        found: dict[int, list[Statement]] = {}
        for product, topic, denied, value, role, url, page, quote, unclear, plan in self._tuples(
            "SELECT s.product, s.topic, s.denied, s.value, s.role, s.url, p.key, s.quote, s.unclear, s.plan FROM statements s "
            f"JOIN pages p ON p.id = s.page WHERE s.product {IN} ORDER BY s.id",
            keys,
        ):
            found.setdefault(product, []).append(
                Statement(topic, bool(denied), value, role, url, page, quote, bool(unclear), plan)
            )
        return found

    def _roles_read(self, keys: str) -> dict[int, list[Role]]:
        found: dict[int, list[Role]] = {}
        sql = f"SELECT DISTINCT product, role FROM dossier_pages WHERE product {IN} AND state = 'read'"
        for product, role in self._tuples(sql, keys):
            found.setdefault(product, []).append(role)
        return {product: sorted(roles, key=ROLES.index) for product, roles in found.items()}

    def _launch_points(self, product: int) -> tuple[float, ...]:
        """Points of all launches on the sources that announced a product, two days after each, fewest first."""
        sources = self._rows(
            "SELECT s.id, s.last_ok_at, (SELECT max(id) FROM observations) AS last FROM sources s WHERE s.id IN "
            f"(SELECT source FROM launches WHERE product {IN}) ORDER BY s.id",
            self._family(product),
        )
        counted = [self._points_of(source) for source in sources]
        return counted[0] if len(counted) == 1 else tuple(sorted(points for source in counted for points in source))

    def _points_of(self, source: Row) -> tuple[float, ...]:
        """Those of one source, fewest first, counted anew only after a crawl: of 8,000 launches it takes .05 s.

        A number is observed where it moved. The first one after two days counts; a launch that was seen then and has
        none still had what it had before.
        """
        counted_from = source["last_ok_at"], source["last"]
        known = self._points.get(source["id"])
        if known is None or known[0] != counted_from:
            rows = self._tuples(
                "SELECT coalesce((SELECT o.value FROM observations o WHERE o.launch = t.id AND o.metric = 'points' "
                "AND o.at >= t.due ORDER BY o.at LIMIT 1), CASE WHEN t.last_seen >= t.due THEN (SELECT o.value "
                "FROM observations o WHERE o.launch = t.id AND o.metric = 'points' ORDER BY o.at DESC LIMIT 1) END) "
                "FROM (SELECT l.id, s.last_seen, strftime('%Y-%m-%dT%H:%M:%SZ', l.launched_at, '+2 days') AS due "
                "FROM launches l JOIN launch_sightings s ON s.launch = l.id WHERE l.source = ?) t",
                source["id"],
            )
            known = counted_from, tuple(sorted(points for (points,) in rows if points is not None))
            self._points[source["id"]] = known
        return known[1]


class _Beside(NamedTuple):
    """A row of products as a peer shows it."""

    id: int
    slug: str
    name: str
    category: str | None
    kind: str
    pricing_model: str
    license: str | None
    identity: str
    rival: int


class _Entry(NamedTuple):
    """The cheapest price a month that is not free, and whether there is a free one."""

    amount: str | None
    currency: str | None
    unit: str | None
    free: bool


_NOTHING = _Entry(None, None, None, False)
_Told: TypeAlias = tuple[_Entry, str | None, tuple[Measure, ...], tuple[Statement, ...], tuple[Role, ...]]


def _entry(lines: Mapping[str, tuple[Any, ...]]) -> _Entry:
    """lines: plan, amount, currency, period and whether it is gone, by what the store calls the line."""
    from tools.knowledge import decimal_text, line_terms
    from tools.views.price_words import cheapness, month_share

    priced: list[tuple[tuple[Any, ...], str | None, str | None, str | None]] = []
    free = False
    for line, (plan, amount, currency, period, gone) in lines.items():
        terms = line_terms(line) if amount is not None and not gone else {}
        if not terms or terms["qualifier"] in _NO_PRICE:
            continue
        value = Decimal(amount)
        monthly = month_share(value, period)
        free = free or not value
        if value and monthly is not None:
            text = decimal_text(monthly.quantize(Decimal("0.01")) if monthly != value else value)
            priced.append((cheapness(value, period, currency, plan), text, currency, terms["unit"]))
    best = min(priced, key=lambda one: (one[0], one[3] or ""), default=(None, None, None, None))
    return _Entry(*best[1:], free)
