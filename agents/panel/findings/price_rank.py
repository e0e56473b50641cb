"""Where the entry price stands among those of comparable products: same currency, unit and span of time."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._compare import LEAST, comparable, place, told_among
from agents.panel.findings._make import finding
from agents.panel.findings._prices import price_table
from agents.panel.findings._words import day, entry_money
from tools.models import Finding

NEEDS = ("pricing",)
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """The cheapest, the dearest, or dearer than so many of the others."""
    own, others = case.entry, case.priced
    cited = case.cite_first(own.plan.evidence) if own else None
    if own is None or cited is None or len(others) < LEAST:
        return
    n, where = len(others), comparable(case, [peer for peer, _ in others])
    less = sum(amount > own.monthly for _, amount in others)
    more = sum(amount < own.monthly for _, amount in others)
    price = f"The cheapest paid plan of {case.name}, {entry_money(own)},"
    if less == n:
        told = f"costs less than those of all {n} {where}"
    elif more == n:
        told = f"costs more than those of all {n} {where}"
    elif more == less:
        told = f"lies in the middle of those of {n} {where}"
    elif 3 * max(more, less) < 2 * n:
        told = f"costs more than those of {more} and less than those of {less} of {n} {where}"
    elif more > less:
        told = f"costs more than those of {more} of {n} {where}"
    else:
        told = f"costs less than those of {less} of {n} {where}"
    value = -place(own.monthly, [amount for _, amount in others]) * told_among(case, [peer for peer, _ in others])
    table = price_table(case)
    yield finding(
        __name__, f"{price} {told}, as of {day(case.as_of)}.", value, (cited, table),
        price=entry_money(own), less=less, more=more, n=n, as_of=day(case.as_of),
    )  # fmt: skip
