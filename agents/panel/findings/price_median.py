"""How many times the median of comparable products the entry price is."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from agents.panel.findings._case import Case
from agents.panel.findings._compare import LEAST, comparable, shrunk, told_among
from agents.panel.findings._make import finding
from agents.panel.findings._prices import median, price_table
from agents.panel.findings._words import cents, day, entry_money, plain_money, times
from tools.models import Finding

NEEDS = ("pricing",)
OWN_WORDS = False
_NEAR = 1.25  # so many times the median, or its share, is the median
_FULL = 2  # doublings from the median that count in full: four times it, or a quarter


def find(case: Case) -> Iterator[Finding]:
    """The ratio of its own price to the middle one, per unit where it is counted by one."""
    own, n = case.entry, len(case.priced)
    cited = case.cite_first(own.plan.evidence) if own else None
    if own is None or cited is None or n < LEAST:
        return
    middle = median(case)
    ratio = float(own.monthly / middle)
    if cents(own.monthly) == cents(middle):
        told = "is the median"
    elif 1 / _NEAR < ratio < _NEAR:
        told = f"is near the median of {plain_money(middle, own.plan.currency)} a month"
    else:
        told = f"is {times(ratio)} the median of {plain_money(middle, own.plan.currency)} a month"
    peers = [peer for peer, _ in case.priced]
    where = comparable(case, peers)
    text = (
        f"{entry_money(own)}, the cheapest paid plan of {case.name}, {told} among {n} {where}, as of {day(case.as_of)}."
    )
    yield finding(
        __name__, text, -log2(ratio) / _FULL * shrunk(n) * told_among(case, peers), (cited, price_table(case)),
        price=entry_money(own), median=plain_money(middle, own.plan.currency), ratio=times(ratio), n=n,
        as_of=day(case.as_of),
    )  # fmt: skip
