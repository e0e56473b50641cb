"""What a page's price switch shows besides its first state: sections that tools/web/tab.py wrote after the page, read apart.

A section holds the part of the page that a press of the switch changed, as it then stood. So each price is quoted
from text that was visible, and is told apart by the state it was visible in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from selectolax.lexbor import LexborHTMLParser

from tools.models import Evidence, Plan
from tools.page.quotes import find_quote

MARK = "data-scout-state"
_MOST = (
    4  # tools/web/tab.py writes no more; a page that brings its own by the thousand is read once, not a thousand times
)
_MONTHS = Decimal(5)  # a yearly amount is more than five monthly ones; a monthly one billed yearly is less than one


@dataclass(frozen=True, slots=True)
class State:
    """One further state. `period`: month or year, of the control that was pressed, `label` its words; `first`: the period
    of the page as it came."""

    period: str
    label: str
    first: str
    html: str


def cut_states(tree: LexborHTMLParser) -> list[State]:
    """The further states of a stored page; their sections are taken out of the tree."""
    found = []
    for node in tree.css(f"section[{MARK}]")[:_MOST]:
        at = node.attributes
        period, first = at.get(MARK) or "", at.get("data-scout-first") or ""
        other = "month" if period == "year" else "year"
        found.append(State(period, at.get("data-scout-pressed") or "", first or other, node.html or ""))
        node.decompose()
    return found


def with_states(
    plans: Sequence[Plan], states: Sequence[State], read: Callable[[str], list[Plan]], seen: str
) -> list[Plan]:
    """The plans of the page as it came and those that only another state shows, each with the period it stood for.

    seen: the whole page's visible text. What does not stand there is left out: a page may bring such sections itself.
    """
    found = list(plans)
    for state in states:
        there = [plan for plan in read(state.html) if all(find_quote(said.quote, seen) for said in plan.evidence)]
        further = [_labelled(_of_period(plan, state.period, found), plan, state.label, seen) for plan in there]
        found = _with_further(found, there, further, state.first)
    return found


def with_state(
    plans: Sequence[Plan], there: Sequence[Plan], period: str, first: str, told: Evidence | None
) -> list[Plan]:
    """The plans of the page as it came and those of one further state, `period` and `first` as of a `State`, "" where nothing
    says them. told: what says the period."""
    further = [_of_period(plan, period, plans) if period else plan for plan in there]
    if told is not None:
        further = [
            replace(plan, evidence=(*plan.evidence, told)) if _said(plan) != _said(read) else plan
            for plan, read in zip(further, there, strict=True)
        ]
    return _with_further(plans, there, further, first)


def _with_further(plans: Sequence[Plan], there: Sequence[Plan], further: Sequence[Plan], first: str) -> list[Plan]:
    """All of them once; those of the page as it came take the period they stood for where they cost something else there."""
    moved = _differing(plans, there)
    here = [_of_period(plan, first, there) if first and plan.name in moved else plan for plan in plans]
    said = {_said(plan) for plan in here}
    return here + [plan for plan in further if _said(plan) not in said]


def _differing(one: Sequence[Plan], other: Sequence[Plan]) -> set[str]:
    """Names of the plans that cost one thing here and another there."""
    amounts = {plan.name: plan.amount for plan in one}
    return {plan.name for plan in other if plan.name in amounts and amounts[plan.name] != plan.amount}


def _of_period(plan: Plan, period: str, others: Sequence[Plan]) -> Plan:
    """A plan with what the switch says of it, where its own words do not say it."""
    # "Once" is what an amount without any period at all is taken for.
    if not plan.amount or plan.period not in (None, "once", "month") or plan.qualifier == "contact":
        return plan
    if period != "year":
        return replace(plan, period=plan.period or period)
    other = next((one.amount for one in others if one.name == plan.name and one.amount), None)
    # So many months' prices are a year's, even where the amount was taken for a month's for want of a word beside it.
    if plan.amount > _MONTHS * other if other else plan.period != "month":
        return replace(plan, period="year")
    return replace(plan, period="month", billed=plan.billed or "year")


def _labelled(plan: Plan, read: Plan, label: str, seen: str) -> Plan:
    """The plan; where the switch's words say of it what its own do not, with these as evidence, too."""
    words = find_quote(label, seen) if plan is not read else None
    if words is None or not plan.evidence:
        return plan
    return replace(plan, evidence=(*plan.evidence, replace(plan.evidence[0], quote=words)))


def _said(plan: Plan) -> tuple[object, ...]:
    return (plan.name, plan.amount, plan.currency, plan.period, plan.unit, plan.billed, plan.qualifier)
