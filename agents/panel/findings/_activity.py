"""How recent the last sign of work is, on a fixed scale and among others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from agents.panel.findings._case import Case
from agents.panel.findings._compare import LEAST, group, place, table
from agents.panel.findings._make import finding, silent
from agents.panel.findings._words import day, day_of, days_since, span
from tools.dossier import Measure, Peer
from tools.models import Citation, Finding

# Days since, and what that says by itself: a month is a product at work, half a year is neither, two years are a product
# that nobody works on.
_MONTH = 31
_SCALE = ((_MONTH, 0.4), (183, 0.0), (365, -0.4), (730, -0.8))
_OLDEST = -1.0
_YOUNG = 92
_LONG = 183  # of the others' median: beside it one that is at work is worth a word
_APART = 2  # times as old as the median of the others, or half as old: less is chance


def by_age(days: int) -> float:
    """From -1 to 1, what so many days say where there is nobody to compare with."""
    return next((value for most, value in _SCALE if days <= most), _OLDEST)


def among(case: Case, metric: str) -> list[tuple[Peer, float]]:
    """Peers that have a number, with it; empty where they are too few to compare."""
    found = case.peer_values.get(metric, ())
    return list(found) if len(found) >= LEAST else []


def recency(case: Case, own: float, others: Sequence[tuple[Peer, float]]) -> float:
    """What a last day says: by its age, and halfway by its place where it is far from the others'. A young one never counts
    against a product, whoever is younger, and none counts for one that is no younger than most."""
    days = days_since(own, case.as_of)
    age = by_age(days)
    if not others:
        return age
    ratio = max(1, days) / max(1.0, _middle_age(case, others))
    if 1 / _APART < ratio < _APART:
        return age
    mean = (age + place(own, [value for _, value in others])) / 2
    return max(0.0, mean) if days <= _YOUNG else min(0.0, mean)


def _as_day(days: float) -> str:
    return day(day_of(days))


def _middle_age(case: Case, others: Sequence[tuple[Peer, float]]) -> float:
    """The median of how many days ago the others' days are."""
    today = days_since(0, case.as_of)
    return max(0.0, today - median(int(value) for _, value in others))


def last_day(module: str, case: Case, own: Measure, begins: str, what: str) -> Iterator[Finding]:
    """The finding of the kind that a module is named for: when something was done last, beside the median of the others.

    own: its day; nothing where the pack does not hold the words it was read from. begins: the sentence up to the day, with
    the product's name; what: the days of all, as the table is headed.
    """
    cited = case.cite_measure(own)
    if cited is None:
        return
    others = among(case, own.metric)
    days = days_since(own.value, case.as_of)
    if others and days <= _MONTH and _middle_age(case, others) <= _MONTH:
        others = []  # all of them are at work, and who was at it last week or yesterday is chance
    ago = f"{span(days)} ago, " if days else ""
    values = {"ago": ago, "at": day(day_of(own.value)), "as_of": day(case.as_of)}
    short = f"{begins} {ago}on {values['at']}"
    text = short
    if others:
        middle = _middle_age(case, others)
        values |= {"median": span(middle) if middle >= 1 else "less than a day", "n": str(len(others))}
        where = group(case, [peer for peer, _ in others])
        text += f"; the median of {len(others)} other {where} was {values['median']} ago"
        cited = (*cited, _days_table(case, what, own.value, others))
    value = 0.0 if case.is_of_part(own) else recency(case, own.value, others)
    usual = value > 0 and not (
        others and _middle_age(case, others) >= _LONG
    )  # most are at work: nobody asks how lately
    yield silent(finding(module, f"{text}.", value, cited, short=f"{short}.", **values), when=usual)


def _days_table(case: Case, what: str, own: float, others: Sequence[tuple[Peer, float]]) -> Citation:
    """The last days of all, oldest first."""
    rows = [(peer.name, value) for peer, value in others]
    where = group(case, [peer for peer, _ in others])
    title = f"{what} of {len(rows) + 1} {where}, as of {day(case.as_of)}"
    return table(title, (case.name, own), rows, _as_day)
