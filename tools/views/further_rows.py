"""Rows of the decision table that stand only where both products answer: numbers, statements and findings of their dossiers."""

from __future__ import annotations

from collections.abc import Iterator

from tools.views.comparison import Cell, Edge, Pair, Row, row_of
from tools.views.documents import FindingDoc, MeasureDoc, ProductDocument, StatementDoc
from tools.views.findings import (
    MINOR,
    ROLE_WORDS,
    TOPICS,
    measure_evidence,
    measured,
    newest,
    stated,
    statement_evidence,
    statement_words,
)
from tools.views.needs import KINDS
from tools.views.takes import by_strength, plain_evidence, short_of

_MEASURES = (
    ("last_release", "Last release", "released_at"),
    ("releases_year", "Releases in a year", "releases_365d"),
    ("stars", "Stars on its repository", "stars"),
    ("downloads", "Downloads in 30 days", "downloads_30d"),
)
_CROWD = 2  # times as many stars or downloads: closer is about the same
_OLDER_DAYS = 180  # releases closer than this are as recent to a buyer
_LEVEL = 0.15  # strengths closer than this are the same
_MOST = 6  # rows of findings
_ABOVE = ("licence", "price_rank", "stars", "downloads")  # rows of facts and numbers say it


def further_rows(pair: Pair) -> list[Row]:
    """What both have a number, a statement or a finding on; nothing where one was not read on it."""
    return [*_measures(pair), *_statements(pair), *_findings(pair)]


def _measures(pair: Pair) -> Iterator[Row]:
    for key, question, metric in _MEASURES:
        one, other = (newest(document.dossier, metric) for document in pair)
        if one and other:
            cells = tuple(
                Cell(text=measured(metric, found.value), evidence=[measure_evidence(found)]) for found in (one, other)
            )
            edge = _EDGES.get(metric, _crowded)(one, other)
            yield row_of(pair, key, question, (cells[0], cells[1]), edge)


def _later(one: MeasureDoc, other: MeasureDoc) -> tuple[Edge, str]:
    apart = one.value - other.value
    if abs(apart) < _OLDER_DAYS:
        return "tie", f"within {_OLDER_DAYS} days of each other"
    return ("a" if apart > 0 else "b"), f"{abs(apart):,.0f} days more recent"


def _paced(one: MeasureDoc, other: MeasureDoc) -> tuple[Edge, str]:
    if bool(one.value) == bool(other.value):
        return ("depends", "a faster pace is not merit") if one.value else ("tie", "neither was released in a year")
    return ("a" if one.value else "b"), "the only one released in a year"


def _crowded(one: MeasureDoc, other: MeasureDoc) -> tuple[Edge, str]:
    few, many = sorted((one.value, other.value))
    if many < _CROWD * max(few, 1):
        return "tie", "about as many"
    return ("a" if one.value > other.value else "b"), "the better-known one"


_EDGES = {"released_at": _later, "releases_365d": _paced}


def _statements(pair: Pair) -> Iterator[Row]:
    for topic, question in TOPICS.items():
        sides = tuple(stated(document.dossier, topic) for document in pair)
        if any(
            one.topic == topic for d, side in zip(pair, sides, strict=True) if not side for one in d.dossier.statements
        ):
            continue  # yes in one place and no in another
        if topic in MINOR and not all(sides):
            continue
        cells = tuple(
            _cell(document, side, sides[1 - at]) for at, (document, side) in enumerate(zip(pair, sides, strict=True))
        )
        if cells[0] and cells[1] and any(sides):
            yield row_of(pair, topic, question, (cells[0], cells[1]), _said(topic, sides[0], sides[1]))


def _cell(document: ProductDocument, own: StatementDoc | None, other: StatementDoc | None) -> Cell | None:
    """What it states; silence only where it has read the page on which the other states it."""
    if own:
        return Cell(
            text=_begun(statement_words(own, document.plans)), evidence=[statement_evidence(own, document.dossier)]
        )
    read = other and any(page.role == other.role and page.state == "read" for page in document.dossier.pages)
    return (
        Cell(text=f"Not stated on its {ROLE_WORDS.get(other.role, other.role)}", known=False)
        if other and read
        else None
    )


def _begun(words: str) -> str:
    """The same with a capital letter at the start: units keep theirs."""
    return words[:1].upper() + words[1:]


def _said(topic: str, one: StatementDoc | None, other: StatementDoc | None) -> tuple[Edge, str]:
    if one and other and one.denied == other.denied:
        return (
            ("tie", "both say the same") if statement_words(one) == statement_words(other) else ("depends", "read both")
        )
    if topic == "free_limit" or not one or not other:
        return "depends", "only one states it; silence is not a no"
    return ("b" if one.denied else "a"), "the other says that it is not so"


def _findings(pair: Pair) -> Iterator[Row]:
    """Kinds of finding that both have and that speak for or against, unless a row above asks the same."""
    one, other = ({f.kind: f for f in reversed(by_strength(d.panel.findings if d.panel else ())) if f.direction} for d in pair)  # fmt: skip
    told = 0
    for kind, found in reversed(one.items()):
        question = KINDS[kind].asks if kind in KINDS else kind.replace("_", " ").capitalize()
        if kind in other and question and kind not in _ABOVE and told < _MOST:
            told += 1
            cells = tuple(Cell(text=short_of(f), evidence=plain_evidence(f.citations)) for f in (found, other[kind]))
            yield row_of(pair, f"finding:{kind}", question, (cells[0], cells[1]), _stronger(found, other[kind]))


def _stronger(one: FindingDoc, other: FindingDoc) -> tuple[Edge, str]:
    apart = one.direction * one.strength - other.direction * other.strength
    if abs(apart) < _LEVEL:
        return "tie", "about as strong on both sides"
    return ("a" if apart > 0 else "b"), "speaks more for it"
