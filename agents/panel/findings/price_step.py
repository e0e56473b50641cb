"""How steep the step is from one plan to the next: what who outgrows the smaller one has to pay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from agents.panel.findings._case import Case
from agents.panel.findings._make import plain
from agents.panel.findings._prices import on_one_ladder
from agents.panel.findings._words import counted, fold, plan_money
from tools.models import Finding
from tools.views.documents import PlanDoc
from tools.views.price_words import decimal_of, money

NEEDS = ("pricing",)
OWN_WORDS = True
_NOTED = re.compile(r"\d\s?([*†‡¹²³])(?!\w)")
_STEEP = 4  # times the price: less is what plans mostly are apart
_WORTH = 0.3


def find(case: Case) -> Iterator[Finding]:
    """The steepest, between two plans that are paid for alike; nothing where a plan between them has no price in print."""
    steps = [(higher / lower, one, other) for (lower, one), (higher, other) in pairwise(_ladder(case))]
    times, one, other = max(steps, key=lambda step: step[0], default=(Decimal(0), None, None))
    cited = [case.cite_first(plan.evidence) for plan in (one, other) if plan]
    if one is None or other is None or times < _STEEP or not all(cited):
        return
    higher = money(other.amount, other.currency)  # its terms are those of the lower one
    text = f"The step from {one.name} ({plan_money(one)}) to {other.name} ({higher}) at {case.name} is {fold(float(times))}."
    yield plain(
        __name__,
        text,
        _WORTH,
        [each for each in cited if each],
        plan=one.name,
        price=plan_money(one),
        next=other.name,
        next_price=plan_money(other),
        times=counted(round(float(times), 1), "time"),
    )


def _ladder(case: Case) -> list[tuple[Decimal, PlanDoc]]:
    """Its plans that are paid for by the month, on one ladder with the cheapest one and on its terms, cheapest first; none
    where a name stands for two prices."""
    entry = case.entry.plan if case.entry else None
    if entry is None or entry.period != "month":
        return []
    alike = [plan for plan in on_one_ladder(case, entry) if plan.name and _terms(plan) == _terms(entry)]
    told = [(amount, plan) for plan in alike if (amount := decimal_of(plan.amount)) and amount > 0]
    names = {plan.name for _, plan in told}
    return sorted(told, key=lambda pair: (pair[0], pair[1].name)) if len(names) == len(told) else []


def _terms(plan: PlanDoc) -> tuple[str | None, ...]:
    return plan.currency, plan.period, plan.unit, plan.billed, plan.qualifier, _mark(plan)


def _mark(plan: PlanDoc) -> str | None:
    """The sign behind its price that sends readers to a note with its terms: “$99 * a month”."""
    return next((match[1] for one in plan.evidence if (match := _NOTED.search(one.quote))), None)
