"""Points of its launch against those of all launches on the same sources."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import placed
from agents.panel.findings._make import finding
from agents.panel.findings._shared import Once
from agents.panel.findings._words import counted, day, figure
from tools.models import Citation, Finding
from tools.views.documents import LaunchDoc
from tools.views.takes import parse_moment

NEEDS = ()
OWN_WORDS = False
_LEAST = 20  # launches: a share of fewer says nothing
_END = 0.25  # of the others on the nearer side at most: more are no end
_SETTLED = timedelta(days=2)  # after a launch its points have nearly all come
_SOURCES = {"show_hn": "Show HN", "hacker_news": "Hacker News", "product_hunt": "Product Hunt"}


def find(case: Case) -> Iterator[Finding]:
    """Of the launch with most points two days after it."""
    told = [(*seen, launch) for launch in case.document.launches if (seen := _settled(launch, case))]
    if len(case.standing.launches) < _LEAST or not told:
        return
    points, at, launch = max(told, key=lambda one: (one[0], one[2].id))
    others = list(_in_order(case.standing.launches))  # its own is among them; it is set against the rest
    own = bisect_left(others, points)
    if others[own : own + 1] == [points]:
        del others[own]
    n, below, above = len(others), bisect_left(others, points), len(others) - bisect_right(others, points)
    rank, side = (above, "top") if below > above else (below, "lower")
    share = f"{side} {ceil(100 * (rank + 1) / (n + 1))} %"
    where = f" on {_SOURCES[launch.source]}" if launch.source in _SOURCES else ""
    at_end = rank <= _END * n
    place = f"in the {share}" if at_end else "about the middle"
    text = f"The launch of {case.name}{where} had {counted(points, 'point')} by {day(at)}, {place} of {n + 1} launches here."
    shown = Citation(
        STORE,
        f"Points from two days after launch: {case.name} {figure(points)}, read on {day(at)}; of {n} other launches here the "
        f"median {figure(_middle(others))}, {below} with fewer, {above} with more.",
    )
    values: dict[str, str] = {
        "points": counted(points, "point"),
        "share": share,
        "n": str(n + 1),
        "at": day(at),
        "below": str(below),
        "above": str(above),
    }
    yield finding(__name__, text, placed(below, above, n) if at_end else 0.0, (shown,), **values)


_in_order: Once[Sequence[float], Sequence[float]] = Once(
    sorted
)  # the launches of a source are those of all its products


def _middle(values: Sequence[float]) -> float:
    """The median of values in order."""
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def _settled(launch: LaunchDoc, case: Case) -> tuple[float, datetime] | None:
    """Its points at the first look two days after launch, and when that was; what it had before where it was seen then
    and had no more. None where nobody looked so late."""
    launched, last_seen = parse_moment(launch.launched_at), parse_moment(case.document.last_seen)
    if launched is None:
        return None
    due = launched + _SETTLED
    seen = [(at, one.value) for one in launch.observations if one.metric == "points" and (at := parse_moment(one.at))]
    later = [pair for pair in seen if pair[0] >= due]
    if later:
        at, points = min(later)
        return points, at
    return (max(seen)[1], last_seen) if seen and last_seen and last_seen >= due else None
