"""What paying by the year saves on the cheapest plan that has both prices, or that no other way of paying is printed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from agents.panel.findings._case import Case, Entry
from agents.panel.findings._make import finding
from agents.panel.findings._words import entry_money, plain_money
from tools.models import Citation, Finding
from tools.views.documents import PlanDoc
from tools.views.price_words import decimal_of, month_share

NEEDS = ("pricing",)
OWN_WORDS = False
_MOST = 0.3  # what half a price less counts: it is saved by those alone who know today that they will stay
_ONLY = 0.25
_MONTHS = 12


def find(case: Case) -> Iterator[Finding]:
    """One at most, from printed prices; none where the year costs no less."""
    paid = [plan for plan in case.document.plans if (decimal_of(plan.amount) or 0) > 0 and not plan.qualifier]
    pairs = [(year, month) for year in paid if _by_year(year) for month in paid if _of_one_plan(year, month)]
    saving = [(year, month) for year, month in pairs if _monthly(year) < _monthly(month)]
    if saving:
        year, month = min(saving, key=lambda pair: (_monthly(pair[1]), pair[1].name))
        cited = [case.cite_first(plan.evidence) for plan in (year, month)]
        if None not in cited:
            yield _saving(case, year, month, [one for one in cited if one])
    elif not pairs and case.entry and _by_year(case.entry.plan) and all(map(_by_year, paid)):
        yield from _only(case, case.entry)


def _only(case: Case, own: Entry) -> Iterator[Finding]:
    cited = case.cite_first(own.plan.evidence) if case.was_read("pricing") else None
    if cited:
        total = plain_money(own.monthly * _MONTHS, own.plan.currency)
        begins = f"The cheapest paid plan of {case.name}, {entry_money(own)},"
        text = f"{begins} is printed for payment by the year alone: {total}{_each(own.plan)} at once."
        yield finding(__name__, text, -_ONLY, (cited,), price=entry_money(own), total=total)


def _saving(case: Case, year: PlanDoc, month: PlanDoc, cited: list[Citation]) -> Finding:
    less = 1 - _monthly(year) / _monthly(month)
    share = f"{round(100 * less)} %"
    told = [plain_money(_monthly(plan) * _MONTHS, plan.currency) for plan in (year, month)]
    text = f"Paying for {case.name} by the year saves {share} on the {month.name or 'cheapest'} plan: {told[0]}{_each(year)} a year instead of {told[1]} in twelve months."
    value = min(_MOST, float(2 * less) * _MOST)
    return finding(
        __name__, text, value, tuple(dict.fromkeys(cited)), saving=share, year=told[0], month=told[1], plan=month.name
    )


def _by_year(plan: PlanDoc) -> bool:
    return plan.period == "year" or (plan.period == "month" and plan.billed == "year")


def _of_one_plan(year: PlanDoc, month: PlanDoc) -> bool:
    """Whether the second is the same plan paid by the month."""
    by_month = month.period == "month" and month.billed in (None, "month")
    return by_month and (year.name, year.currency, year.unit) == (month.name, month.currency, month.unit)


def _monthly(plan: PlanDoc) -> Decimal:
    return month_share(decimal_of(plan.amount) or Decimal(0), plan.period) or Decimal(0)


def _each(plan: PlanDoc) -> str:
    return f" per {plan.unit}" if plan.unit else ""
