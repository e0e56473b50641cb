"""How many people a number stands for, among others of the same number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.panel.findings._case import Case
from agents.panel.findings._compare import LEAST, group, place, sides, table, told_among
from agents.panel.findings._make import finding
from agents.panel.findings._words import counted, day, figure, standing
from tools.dossier import Peer
from tools.models import Finding


def on_metric(module: str, case: Case, metric: str, word: str, behind: str = "", part: str = "") -> Iterator[Finding]:
    """The place of a number among the same number of others: "1,204 stars: more than 5 of 6 …". part: whose number it is,
    where it is not the whole product's."""
    own, others = case.newest.get(metric), _others(case, metric)
    cited = case.cite_measure(own) if own else None
    if own is None or cited is None or not others:
        return
    counts = [count for _, count in others]
    more, less = sides(own.value, counts)
    peers = [peer for peer, _ in others]
    n, where = len(others), group(case, peers)
    many, as_of = counted(own.value, word), day(own.at)
    text = f"{case.name} has {many}{behind}{part}, {standing(more, less, n, where)}, as of {as_of}."
    short = f"{case.name} has {many}{behind}{part}, as of {as_of}."
    rows = [(peer.name, count) for peer, count in others]
    title = f"{word.capitalize()}s{behind} of {n + 1} {where}"
    shown = table(title, (case.name, own.value), rows, figure)
    values = {"count": many, "more": more, "less": less, "n": n, "as_of": as_of, "behind": behind}
    yield finding(
        module, text, place(own.value, counts) * told_among(case, peers), (*cited, shown), short=short, **values
    )


def _others(case: Case, metric: str) -> Sequence[tuple[Peer, float]]:
    """Peers that have a number, with it, and where they are too few everyone: so many people are as many whatever for."""
    found = case.peer_values.get(metric, ())
    near = [pair for pair in found if not pair[0].wide] if case.any_wide else found
    told = near if len(near) >= LEAST else found
    return told if len(told) >= LEAST else ()
