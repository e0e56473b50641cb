"""What a research wrote to the store: values of facts and plans, each with a quote for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tools.store import Store
from tools.views.documents import ProductDocument
from tools.views.price_words import plan_price

_ROWS = 300  # of the change log
_FACTS = 40  # that are told of


def proposed(store: Store, after: int) -> dict[str, Any]:
    """What was written since a number of the change log, by no editor: products, their slugs; facts, the first of them, each
    with op, field, after and quote; more, how many others."""
    slugs, facts = _proposed(store, after)
    return {"products": slugs, "facts": facts[:_FACTS], "more": max(0, len(facts) - _FACTS)}


def _proposed(store: Store, after: int) -> tuple[list[str], list[dict[str, Any]]]:
    """The products, and what was written."""
    rows = [row for row in store.changes_after(after, _ROWS) if row["who"] in ("", "scout")]
    slugs = list(dict.fromkeys(row["slug"] for row in rows if row["op"] in ("new", "fact", "plan")))
    quotes = {slug: store.quotes_of(slug) for slug in slugs[:3]}
    facts = [row for row in rows if row["op"] in ("fact", "plan") and row["after"]]
    told = [{**row, "quote": _quote_for(row, quotes.get(row["slug"], ()))} for row in facts]
    for slug in {row["slug"] for row in rows if row["op"] == "new"} & quotes.keys():
        told += _facts_of(store.document(slug))  # the log does not tell the first value of each
    return slugs, told


def _facts_of(document: ProductDocument) -> list[dict[str, Any]]:
    found = [
        ("fact", field, fact.value if isinstance(fact.value, str) else ", ".join(fact.value), fact.evidence)
        for field, fact in document.facts.items()
    ]
    found += [("plan", plan.name or "Plan", plan_price(plan), plan.evidence) for plan in document.plans]
    return [
        {"op": op, "field": field, "after": value, "quote": evidence[0].model_dump() if evidence else None}
        for op, field, value, evidence in found
    ]


def _quote_for(row: Mapping[str, Any], quotes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    wanted = (row["op"], row["field"], row["after"])
    return next((quote for quote in quotes if (quote["of"], quote["name"], quote["text"]) == wanted), None)
