"""Where the entry price stands among those of comparable products: same currency, unit and span of time."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from agents.panel.findings._case import Case, Entry, unit_key
from agents.panel.findings._compare import LEAST, comparable, place, shrunk, sides
from agents.panel.findings._make import finding, silent
from agents.panel.findings._prices import median, price_table
from agents.panel.findings._words import day, entry_money, plain_money, standing
from tools.models import Finding

NEEDS = ("pricing",)
OWN_WORDS = False
_TEAM = 10  # people: what a price a head comes to for a team
_APART = 0.32  # doublings from the median, a quarter more or a fifth less: what is nearer is nothing to tell
_FULL = 2  # doublings from the median that count in full: four times it, or a quarter


def find(case: Case) -> Iterator[Finding]:
    """The cheapest, the dearest, or dearer than so many of the others, with their median. It counts by its place, or by how far
    it is from the median where that is more."""
    own, others = case.entry, case.priced
    cited = case.cite_first(own.plan.evidence) if own else None
    if own is None or cited is None or len(others) < LEAST:
        return
    n, where = len(others), f"other {comparable(case, [peer for peer, _ in others])}"
    amounts = [amount for _, amount in others]
    below, above = sides(own.monthly, amounts)
    middle = plain_money(median(case), own.plan.currency)
    told = (
        f"lies in the middle of those of {n} {where}"
        if below == above
        else f"costs {standing(below, above, n, where, 'more than those of', 'less than those of')}"
    )
    text = f"The cheapest paid plan of {case.name}, {_price(own)}, {told}; their median is {middle}."
    far = log2(float(own.monthly / median(case))) / _FULL * shrunk(n)
    value = max(place(own.monthly, amounts), far, key=abs)
    near = 3 * max(below, above) < 2 * n or abs(log2(float(own.monthly / median(case)))) < _APART
    found = finding(
        __name__, text, -value if below != above else 0.0, (cited, price_table(case)),
        short=f"The cheapest paid plan of {case.name} costs {_price(own)}.", price=entry_money(own), less=above, more=below, n=n, median=middle, as_of=day(case.as_of),
    )  # fmt: skip
    yield silent(found, when=near)


def _price(own: Entry) -> str:
    """The price as printed, and what it comes to for ten people where it is paid for each."""
    if not own.plan.unit or unit_key(own.plan.unit) != "seat":
        return entry_money(own)
    return f"{entry_money(own)} ({plain_money(_TEAM * own.monthly, own.plan.currency)} for a team of {_TEAM})"
