"""A rival that does better on every count that can be compared, or none that does better on any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._make import finding
from agents.panel.findings._shared import values_of
from agents.panel.findings._words import day, day_of, figure, listed, plain_money
from tools.dossier import Peer
from tools.models import Citation, Finding

NEEDS = ("pricing", "releases", "repository")
OWN_WORDS = False
_LEAST = 3  # counts that two products have in common before one is ahead of the other
_NEAR, _NEAR_DAYS = 0.1, 31  # a tenth of a count, a month between two releases: nearer is alike
_METRICS = {"released_at": "last release", "stars": "stars", "downloads_30d": "downloads in 30 days", "likes": "likes"}


@dataclass(frozen=True, slots=True)
class Count:
    """One count of two products. better: 1 where the product's own is the better one, -1 the rival's, 0 alike."""

    what: str
    own: str
    theirs: str
    better: int


def find(case: Case) -> Iterator[Finding]:
    """By how many more rivals it is outdone than it outdoes, or the other way round; of those the one that most shows it.
    Among many rivals one is ahead by chance: hence the share of all that could be compared."""
    compared = [(peer, counts) for peer in case.peers if peer.rival and len(counts := _counts(case, peer)) >= _LEAST]
    ahead = [(peer, counts) for peer, counts in compared if all(count.better < 0 for count in counts)]
    behind = [(peer, counts) for peer, counts in compared if all(count.better > 0 for count in counts)]
    if len(ahead) == len(behind):
        return
    better = len(behind) > len(ahead)
    side = behind if better else ahead
    peer, counts = max(side, key=lambda pair: (len(pair[1]), pair[0].slug))
    figures = [(one.own, one.theirs) if better else (one.theirs, one.own) for one in counts]
    told = listed(
        [f"{one.what} ({first} against {second})" for one, (first, second) in zip(counts, figures, strict=True)]
    )
    who = (
        f"{case.name} is ahead of its rival {_called(peer)}"
        if better
        else f"{_called(peer)}, a rival of {case.name}, is ahead"
    )
    rest = _rest(len(side) - 1, len(compared) - 1)
    text = f"{who} on all {len(counts)} counts compared: {told}{rest}, as of {day(case.as_of)}."
    value = (len(behind) - len(ahead)) / len(compared) * min(1.0, 0.3 + 0.1 * len(counts))
    rows = [f"{_called(other)}: {', '.join(f'{one.what} {one.theirs} against {one.own}' for one in each)}" for other, each in side]  # fmt: skip
    shown = Citation(STORE, f"Rivals beside {case.name}, as of {day(case.as_of)}: {'; '.join(rows)}.")
    yield finding(
        __name__, text, value, (shown,), rival=_called(peer), compared=told, counts=len(counts), ahead=len(ahead),
        behind=len(behind), n=len(compared), others=rest, as_of=day(case.as_of),
    )  # fmt: skip


def _rest(more: int, n: int) -> str:
    """Of how many of the other rivals the same is true, where any could be compared."""
    if n < 2:
        return f"; the same is {'' if more else 'not '}true of the other rival" if n else ""
    some = "none" if not more else "all" if more == n else f"{more}"
    return f"; the same is true of {some} of the {n} other rivals"


def _counts(case: Case, peer: Peer) -> list[Count]:
    found = []
    price = next((amount for other, amount in case.priced if other.slug == peer.slug), None)
    if price is not None and case.entry:
        own, currency = case.entry.monthly, case.entry.plan.currency
        words = [f"{plain_money(amount, currency)} a month" for amount in (own, price)]
        found.append(Count("entry price", words[0], words[1], -_better(float(own), float(price))))
    for metric, what in _METRICS.items():
        mine, theirs = case.newest.get(metric), values_of(peer.measures).get(metric)
        if mine is not None and theirs is not None and case.cite_measure(mine):
            words = [day(day_of(value)) if metric == "released_at" else figure(value) for value in (mine.value, theirs)]
            found.append(Count(what, words[0], words[1], _better(mine.value, theirs, metric)))
    return found


def _better(own: float, theirs: float, metric: str = "") -> int:
    """1 where its own is more, -1 where the rival's is; 0 where they lie so near that another day may turn them round."""
    near = _NEAR_DAYS if metric == "released_at" else _NEAR * max(own, theirs)
    return 0 if abs(own - theirs) < near else 1 if own > theirs else -1


def _called(peer: Peer) -> str:
    return " ".join(peer.name.split())
