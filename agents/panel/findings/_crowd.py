"""How many people a number stands for, among others of the same number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.panel.findings._activity import among
from agents.panel.findings._case import Case
from agents.panel.findings._compare import group, place, sides, table
from agents.panel.findings._make import finding, silent
from agents.panel.findings._words import counted, day, figure, standing
from tools.models import Finding

_FAR = 2  # times the next one, or half of it: what is nearer is no news


def on_metric(module: str, case: Case, metric: str, word: str, behind: str = "") -> Iterator[Finding]:
    """The place of a number among the same number of others: "1,204 stars: more than 5 of 6 …"."""
    own, others = case.newest.get(metric), among(case, metric)
    cited = case.cite_measure(own) if own else None
    if own is None or cited is None or not others:
        return
    counts = [count for _, count in others]
    more, less = sides(own.value, counts)
    peers = [peer for peer, _ in others]
    n, where = len(others), group(case, peers)
    many, as_of = counted(own.value, word), day(own.at)
    text = f"{case.name} has {many}{behind}, {_place(own.value, counts, where)}, as of {as_of}."
    short = f"{case.name} has {many}{behind}, as of {as_of}."
    rows = [(peer.name, count) for peer, count in others]
    title = f"{word.capitalize()}s{behind} of {n + 1} {where}"
    shown = table(title, (case.name, own.value), rows, figure)
    values = {"count": many, "more": more, "less": less, "n": n, "as_of": as_of, "behind": behind}
    found = finding(module, text, place(own.value, counts), (*cited, shown), short=short, **values)
    yield silent(found, when=not _is_far(own.value, counts))


def _is_far(own: float, counts: Sequence[float]) -> bool:
    """Whether it is at an end, and the next one has half as many or twice as many."""
    return own >= _FAR * max(counts) or own * _FAR <= min(counts)


def _place(own: float, counts: Sequence[float], where: str) -> str:
    """“more than all 5 other testing tools here with a known count (the next: 713)”."""
    more, less = sides(own, counts)
    told = standing(more, less, len(counts), f"other {where} with a known count")
    end = max(counts) if more == len(counts) else min(counts) if less == len(counts) else None
    return told if end is None else f"{told} (the next: {figure(end)})"
