"""Two products side by side: the decision table with its quotes, the six critics, the plans; as the site compares them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from jobs.console.visit import Visit, get
from tools.exporters import _critiques, _pairs, _record, _views
from tools.exporters._views import Caps, Refs
from tools.store import Store
from tools.views.compare import compare as side_by_side
from tools.views.comparison import Comparison, Pair
from tools.views.decision import tells

TITLE, ORDER = "Compare", 40
_CAPS = Caps()


def compare(visit: Visit) -> Response:
    """Both; with one of them, what it may be set beside; without, the question which two."""
    asked = {name: visit.word(name) for name in "ab"}
    named = [slug for slug in asked.values() if slug]
    if len(named) < 2:
        return _ask(visit, asked, named)
    title, body = visit.kept_part("compare_body.html", (named[0], named[1]), lambda store: _both(store, asked))
    return visit.show("compare.html", title=title, body=body)


def _both(store: Store, asked: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The title, and what the page of two shows."""
    documents = [store.document(slug) for slug in asked.values()]
    found = side_by_side(*documents)
    pair = Pair(*sorted(documents, key=lambda document: document.slug != found.a.slug))
    refs = Refs(_CAPS)
    rows = [
        {"row": row, "cells": [_pairs.cell(row.key, cell, _CAPS, refs) for cell in (row.a, row.b)]}
        for row in found.rows
        if tells(row)
    ]
    return found.title, {
        "asked": asked,
        "c": found,
        "sides": _sides(pair),
        "rows": rows,
        "critics": _critics(found, pair, refs),
        "refs": refs,
    }


def _ask(visit: Visit, asked: dict[str, str], named: list[str]) -> Response:
    rivals: list[Any] = []
    if named:
        with visit.reading() as store:
            rivals = store.document(named[0], rivals=True).rivals or []
    return visit.show("compare.html", title="", body="", asked=asked, rivals=rivals, one=named[0] if named else "")


def _sides(pair: Pair) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "slug": document.slug,
            "name": document.name,
            "document": document,
            "mark": _views.mark(document.panel.verdict if document.panel else None),
            "tally": _views.tally(document),
            "votes": _views.votes(document),
            "plans": _record.plans(document, _CAPS),
        }
        for letter, document in zip("AB", pair, strict=True)
    ]


def _critics(found: Comparison, pair: Pair, refs: Refs) -> list[dict[str, Any]]:
    return [
        {
            "card": card,
            "takes": [
                _critiques.take(take, document, card.persona, _CAPS, refs)
                for take, document in zip((card.a, card.b), pair, strict=True)
            ],
        }
        for card in found.scorecards
    ]


ROUTES = (get("/compare", compare),)
