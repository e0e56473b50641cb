"""Entry prices set side by side."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import pairwise

from agents.panel.findings._case import Case, Entry
from agents.panel.findings._compare import comparable, table
from agents.panel.findings._words import plain_money
from tools.models import Citation
from tools.views.documents import PlanDoc
from tools.views.price_words import decimal_of


def price_table(case: Case) -> Citation:
    """The entry prices of a product and of those it is comparable with, over a month."""
    own = case.entry
    if own is None:
        raise ValueError("no entry price to show")
    return case.once("the table of prices", lambda case: _table_of(case, own))


def _table_of(case: Case, own: Entry) -> Citation:
    currency, unit = own.plan.currency, f" per {own.plan.unit}" if own.plan.unit else ""
    rows = [(peer.name, amount) for peer, amount in case.priced]
    where = comparable(case, [peer for peer, _ in case.priced])
    title = f"Cheapest paid plan a month{unit} of {len(rows) + 1} {where}, the median of the others {plain_money(median(case), currency)}"
    return table(title, (case.name, own.monthly), rows, partial(plain_money, currency=currency))


def median(case: Case) -> Decimal:
    """The middle of the comparable entry prices, its own left out."""
    amounts = sorted(amount for _, amount in case.priced)
    middle = len(amounts) // 2
    return amounts[middle] if len(amounts) % 2 else (amounts[middle - 1] + amounts[middle]) / 2


def on_one_ladder(case: Case, start: PlanDoc) -> list[PlanDoc]:
    """The plans that are steps of one ladder with a plan, in the order in which its page has them: free ones, and those
    that are paid for alike, as long as each costs more than the one before it. Where the price falls, add-ons begin or
    the plans of other people; a page may also go down from its dearest plan to its cheapest."""
    told = [(place, amount, plan) for plan in case.document.plans if (amount := decimal_of(plan.amount)) is not None
            and (not amount or _paid_alike(plan) == _paid_alike(start)) and (place := place_of(case, plan))]  # fmt: skip
    home = next((place[0] for place, _, plan in told if plan is start), None)
    steps = sorted(
        ((place[1], amount, plan) for place, amount, plan in told if place[0] == home), key=lambda one: one[0]
    )
    if all(one[1] > other[1] for one, other in pairwise(steps)):
        steps.reverse()
    return next((run for run in _rising(steps) if any(plan is start for plan in run)), [start])


def _rising(steps: list[tuple[int, Decimal, PlanDoc]]) -> Iterator[list[PlanDoc]]:
    run: list[PlanDoc] = []
    before = Decimal(-1)
    for _, amount, plan in steps:
        if amount <= before:
            yield run
            run = []
        run.append(plan)
        before = amount
    yield run


def _paid_alike(plan: PlanDoc) -> tuple[str | None, ...]:
    return plan.currency, plan.period, plan.unit, plan.billed


def place_of(case: Case, plan: PlanDoc) -> tuple[str, int] | None:
    """The address of a plan and how far down it stands there: where its name and its price are nearest to each other; None
    where the pack holds no words of it."""
    url = next((one.url for one in plan.evidence), "")
    text = case.text_at(url)
    quotes = dict.fromkeys(one.quote for one in plan.evidence if one.url == url and one.quote)
    found = [each for quote in quotes if (each := [match.start() for match in re.finditer(re.escape(quote), text)])]
    if not found:
        return None
    first, *rest = found
    return url, min(first, key=lambda at: sum(_away(at, other) for other in rest))


def _away(at: int, places: list[int]) -> int:
    """How far the nearest of some places, in their order, is."""
    behind = bisect_left(places, at)
    return min(abs(at - place) for place in places[max(0, behind - 1) : behind + 1])


def is_free(plan: PlanDoc) -> bool:
    """Whether a plan costs nothing, and not for some days alone."""
    return decimal_of(plan.amount) == 0 and plan.qualifier != "trial"
