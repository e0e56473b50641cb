"""Rows of the decision table that stand only where both products answer: numbers, statements and findings of their dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import floor

from tools.views.comparison import Cell, Edge, Pair, Row, row_of
from tools.views.documents import EvidenceDoc, FindingDoc, MeasureDoc, ProductDocument, StatementDoc
from tools.views.findings import (
    MINOR,
    TOPICS,
    measure_evidence,
    measured,
    newest,
    refund_days,
    stated,
    statement_evidence,
    statement_words,
    uptime_share,
)
from tools.views.needs import KINDS
from tools.views.room import free_amounts, free_limits
from tools.views.takes import by_strength, plain_evidence, short_of

_MEASURES = (
    ("last_release", "Last release", "released_at"),
    ("releases_year", "Releases in a year", "releases_365d"),
    ("stars", "Stars on its repository", "stars"),
    ("downloads", "Downloads in 30 days", "downloads_30d"),
)
_UNLIKE = {"data_region": "where you need it", "refund": "only one names a figure", "sla": "only one names a figure"}
# What a product does that states a topic, and what one that denies it; a topic that is not here goes by its value.
_DOES = {
    "export": ("your data can be exported", "your data cannot be exported"),
    "self_host": ("can be self-hosted", "cannot be self-hosted"),
    "api": ("has an API", "has no API"),
    "offline": ("works without a connection", "does not work without a connection"),
    "sso": ("has single sign-on", "has no single sign-on"),
    "no_training": ("trains on none of your data", "may train on your data"),
    "refund": ("gives refunds", "gives no refunds"),
    "cancel": ("can be cancelled at any time", "cannot be cancelled at any time"),
    "sla": ("promises a service level", "promises no service level"),
}
_CROWD = 2  # times as many stars or downloads: closer is about the same
_OLDER_DAYS = 30  # releases closer than this are as recent to a buyer
_MOST = 6  # rows of findings
_LIMITS = 3  # of a free plan in one cell
# Kinds of finding that a row above answers by itself, or that say of the pair what its rows say.
_ANSWERED = (
    "licence", "price_rank", "free_plan", "free_limit", "stars", "downloads", "last_release", "cadence", "rival_ahead",
)  # fmt: skip


def further_rows(pair: Pair) -> list[Row]:
    """What both have a number, a statement or a finding on, and in one row what only one of them states; nothing where
    one was not read on it."""
    return [*_measures(pair), *_statements(pair), *_by_one_only(pair), *_findings(pair)]


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
        return "tie", f"{days_words(abs(apart))} apart" if round(abs(apart)) else "on the same day"
    return ("a" if apart > 0 else "b"), f"{days_words(abs(apart))} more recent"


def days_words(days: float) -> str:
    """“one day”, “41 days”."""
    return "one day" if round(days) == 1 else f"{days:,.0f} days"


def _paced(one: MeasureDoc, other: MeasureDoc) -> tuple[Edge, str]:
    if bool(one.value) == bool(other.value):
        return ("depends", "a faster pace is not merit") if one.value else ("tie", "neither was released in a year")
    return ("a" if one.value else "b"), "the only one released in a year"


def _crowded(one: MeasureDoc, other: MeasureDoc) -> tuple[Edge, str]:
    few, many = sorted((one.value, other.value))
    if many < _CROWD * max(few, 1):
        return "tie", "less than twice as many"
    times = floor(many / max(few, 1))
    times -= times % 100 if times > 100 else 0  # hundreds are as much as it tells
    return (
        "a" if one.value > other.value else "b"
    ), f"more than {'twice' if times == 2 else f'{times:,} times'} as many"


_EDGES = {"released_at": _later, "releases_365d": _paced}


def _statements(pair: Pair) -> Iterator[Row]:
    """Topics that both state."""
    for topic, question in TOPICS.items():
        one, other = (stated(document.dossier, topic) for document in pair)
        if one and other:
            cells = [_cell(document, own) for document, own in zip(pair, (one, other), strict=True)]
            yield row_of(pair, topic, question, (cells[0], cells[1]), _said(pair, one, other))


def _cell(document: ProductDocument, own: StatementDoc) -> Cell:
    words, quoted = statement_words(own, document.plans), [own]
    if own.topic == "free_limit":
        quoted = free_limits(document)[:_LIMITS] or quoted
        words = ", ".join(map(statement_words, quoted))
    return Cell(text=_begun(words), evidence=[statement_evidence(one, document.dossier) for one in quoted])


def _begun(words: str) -> str:
    """With a capital letter in front, and no other letter changed: “2 GB of storage” stays."""
    return words[:1].upper() + words[1:]


def _said(pair: Pair, one: StatementDoc, other: StatementDoc) -> tuple[Edge, str]:
    """Who has the better of what both state."""
    if one.topic == "free_limit":
        return _roomier(pair)
    if one.denied != other.denied:
        return ("b" if one.denied else "a"), "the other says no"
    if statement_words(one, pair.a.plans) == statement_words(other, pair.b.plans):
        return "tie", "both say no" if one.denied else "both say so"
    if one.topic == "refund" and (days := (refund_days(one), refund_days(other))) and days[0] and days[1]:
        return _greater(days[0], days[1], "the longer time", "the same time")
    if one.topic == "sla" and (shares := (uptime_share(one), uptime_share(other))) and all(shares):
        return _greater(Decimal(shares[0]), Decimal(shares[1]), "the higher promise", "the same promise")
    return "depends", _UNLIKE.get(one.topic, "read both")


def _greater(one: Decimal | int, other: Decimal | int, more: str, alike: str) -> tuple[Edge, str]:
    return ("tie", alike) if one == other else (("a" if one > other else "b"), more)


def _roomier(pair: Pair) -> tuple[Edge, str]:
    """Whose free plan gives more, where both count the same."""
    one, other = map(free_amounts, pair)
    more = {(one[thing][0] > other[thing][0]) - (one[thing][0] < other[thing][0]) for thing in one if thing in other}
    if not more:
        return "depends", "they count different things"
    if more == {0}:
        return "tie", "the same room"
    return ("depends", "more of this, less of that") if {1, -1} <= more else ("a" if 1 in more else "b", "more room")


def _by_one_only(pair: Pair) -> Iterator[Row]:
    """What one states and the other does not, in one row: of a topic only where the page was read on which the other
    would state it, of a licence and a repository in any case."""
    told = [list(_alone(this, that)) for this, that in (pair, (pair.b, pair.a))]
    if not any(told):
        return
    cells = [
        Cell(
            text=_begun("; ".join(words for words, _ in found)) or "Nothing beyond that",
            known=bool(found),
            evidence=[one for _, evidence in found for one in evidence],
        )
        for found in told
    ]
    yield row_of(pair, "one_only", "Stated by one only", (cells[0], cells[1]), ("depends", "silence is not a no"))


def _alone(this: ProductDocument, that: ProductDocument) -> Iterator[tuple[str, list[EvidenceDoc]]]:
    """What `this` states and `that` does not, in words, each with its quote."""
    for field, words in (("license", f"licence: {this.license}"), ("repository", "shows its source")):
        if field in this.facts and getattr(this, field) and not getattr(that, field):
            yield words, this.facts[field].evidence[:1]
    for topic in TOPICS:
        own = stated(this.dossier, topic)
        silent = not any(one.topic == topic for one in that.dossier.statements)
        if (
            own
            and silent
            and topic not in MINOR
            and any(page.role == own.role and page.state == "read" for page in that.dossier.pages)
        ):
            yield _does(own, this), [statement_evidence(own, this.dossier)]


def _does(own: StatementDoc, document: ProductDocument) -> str:
    """“gives refunds (within 30 days)”, “has no API”, “where data is kept: Oslo”: what a statement says as a clause."""
    stated_words = statement_words(own, document.plans)
    if own.topic not in _DOES:
        label = TOPICS[own.topic]
        return f"{label[:1].lower()}{label[1:]}: {stated_words}"
    does, lacks = _DOES[own.topic]
    figure = stated_words.removeprefix("yes").removeprefix(", ")
    return lacks if own.denied else f"{does} ({figure})" if figure else does


def _findings(pair: Pair) -> Iterator[Row]:
    """Kinds of finding that both have and that speak for or against, unless a row above asks the same."""
    one, other = ({f.kind: f for f in reversed(by_strength(d.panel.findings if d.panel else ())) if f.direction} for d in pair)  # fmt: skip
    told = 0
    for kind, found in reversed(one.items()):
        question = KINDS[kind].asks if kind in KINDS else kind.replace("_", " ").capitalize()
        if kind in other and question and kind not in _ANSWERED and told < _MOST:
            told += 1
            cells = tuple(Cell(text=short_of(f), evidence=plain_evidence(f.citations)) for f in (found, other[kind]))
            yield row_of(pair, f"finding:{kind}", question, (cells[0], cells[1]), _stronger(found, other[kind]))


def _stronger(one: FindingDoc, other: FindingDoc) -> tuple[Edge, str]:
    """The side that its finding speaks for; each speaks for or against."""
    if one.direction == other.direction:
        return "tie", f"speaks {'for' if one.direction > 0 else 'against'} both"
    return ("a" if one.direction > 0 else "b"), "speaks for it"
