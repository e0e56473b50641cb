"""What products show, with the quotes behind it: facts, plans and the candidates beside them, read in sets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from tools import knowledge
from tools.models import Fact, Plan, Value
from tools.store.connection import IN, Row
from tools.store.identities import merges
from tools.store.shown import Shown

_PLAN = ("currency", "period", "unit", "billed", "qualifier", "rung", "confidence")
_POSITION = itemgetter(3, 4)


class _Quote(NamedTuple):
    """Evidence as EvidenceDoc has it. Facts and plans are chosen by it like by models.Evidence, of which a set makes too many."""

    quote: str
    place: str
    path: str
    box: str
    url: str
    fetched_at: str
    page: str


class Quoted(Shown):
    """Reads over facts, plans and evidence."""

    def _shown_data(self, products: str) -> tuple[dict[int, Row], dict[int, set[int]]]:
        """By product its facts, plans, candidates and plan_candidates as ProductDocument has them; and the pages quoted.

        products: JSON, the keys of some that are not merged away.
        """
        families = self._families(products)
        pages: dict[int, set[int]] = {product: set() for product in families}
        facts, said = self._fact_rows(products), self._quotes_in("fact", products, pages)
        plans, priced = self._plan_rows(products), self._quotes_in("plan", products, pages)
        return {
            product: _shown(
                [_fact(row, said.get(row["id"], ()), away) for row in facts.get(product, ())],
                [(row["address"], _plan(row, priced.get(row["id"], ()), away)) for row in plans.get(product, ())],
            )
            for product, away in families.items()
        }, pages

    def _families(self, products: str) -> dict[int, dict[int, int]]:
        """By product it and all that were merged into it, by how many merges lie between."""
        rows = self._grouped(f"SELECT root, id, merged_into FROM products WHERE root {IN}", products)
        return {root: merges(root, {row["id"]: row["merged_into"] for row in family}) for root, family in rows.items()}

    def _fact_rows(self, products: str) -> dict[int, list[Row]]:
        return self._grouped(
            "SELECT m.root, f.id, f.product, f.field, f.value, f.rung, f.confidence FROM products m "
            f"JOIN facts f ON f.product = m.id WHERE m.root {IN} AND f.live = 1",
            products,
        )

    def _plan_rows(self, products: str) -> dict[int, list[Row]]:
        return self._grouped(
            f"SELECT m.root, f.id, f.product, f.address, f.name, f.amount, {', '.join(f'f.{name}' for name in _PLAN)} "
            f"FROM products m JOIN plans f ON f.product = m.id WHERE m.root {IN} AND f.live = 1",
            products,
        )

    def _quotes_in(self, of: str, products: str, pages: dict[int, set[int]]) -> dict[int, tuple[Any, ...]]:
        """The evidence of live facts or plans by their number; adds the pages it stands in by product. `of`: fact or plan."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for row in self._tuples(
            "SELECT m.root, f.id, e.page, e.position, e.id, e.quote, e.place, e.path, e.box, e.url, e.fetched_at, "
            f"coalesce(p.key, '') FROM products m JOIN {of}s f ON f.product = m.id JOIN evidence e ON e.{of} = f.id "
            f"LEFT JOIN pages p ON p.id = e.page WHERE m.root {IN} AND f.live = 1",
            products,
        ):
            found.setdefault(row[1], []).append(row)
            if row[2] is not None:
                pages[row[0]].add(row[2])
        # each by its position: SQLite would sort all of a set, which costs more than reading it
        return {
            number: tuple([_Quote._make(row[5:]) for row in (sorted(rows, key=_POSITION) if len(rows) > 1 else rows)])
            for number, rows in found.items()
        }


def _fact(row: Row, quotes: tuple[Any, ...], away: Mapping[int, int]) -> Fact:
    return Fact(row["field"], _value(row["value"]), row["rung"], row["confidence"], quotes, away[row["product"]])


def _value(told: str) -> Value:
    """A fact's value from its JSON; most are strings without an escape, as they stand between the quotation marks."""
    value: Value = told[1:-1] if told.startswith('"') and "\\" not in told else json.loads(told)
    return value


def _plan(row: Row, quotes: tuple[Any, ...], away: Mapping[int, int]) -> Plan:
    amount = None if row["amount"] is None else Decimal(row["amount"])
    terms = {name: row[name] for name in _PLAN}
    return Plan(row["name"], amount, **terms, evidence=quotes, merged=away[row["product"]])


def _shown(facts: Sequence[Fact], plans: Sequence[tuple[str, Plan]]) -> Row:
    shown, doubtful = knowledge.weighed(facts)
    return {
        "facts": {
            name: {**_fact_doc(first), "others": [_fact_doc(fact) for fact in others]}
            for name, (first, *others) in shown.items()
        },
        "plans": [_plan_doc(plan) for plan in knowledge.choose_plans(plans)],
        "candidates": {name: [_fact_doc(fact) for fact in found] for name, found in doubtful.items() if name != "name"},
        "plan_candidates": [_plan_doc(plan) for plan in knowledge.doubtful_plans(plan for _, plan in plans)],
    }


def _fact_doc(fact: Fact) -> Row:
    evidence = _evidence_docs(fact.evidence)
    return {"value": fact.value, "rung": fact.rung, "confidence": fact.confidence, "evidence": evidence}


def _plan_doc(plan: Plan) -> Row:
    amount, evidence = knowledge.decimal_text(plan.amount), _evidence_docs(plan.evidence)
    return {"name": plan.name, "amount": amount, **{name: getattr(plan, name) for name in _PLAN}, "evidence": evidence}


def _evidence_docs(evidence: Iterable[Any]) -> list[Row]:
    return [
        {"quote": quote, "place": place, "path": path, "box": box, "url": url, "fetched_at": at, "page": page}
        for quote, place, path, box, url, at, page in evidence
    ]
