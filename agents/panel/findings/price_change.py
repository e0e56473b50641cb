"""A plan's price raised or cut, with the day on which the new one was first read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from math import log2

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._make import finding
from agents.panel.findings._words import day
from tools.models import Citation, Finding
from tools.views.documents import PricePoint
from tools.views.price_words import decimal_of, money

NEEDS = ("pricing",)
OWN_WORDS = False
_RECENT_DAYS = 540  # an older change is the price that everybody knows
_LEAST = 0.02  # share of the price: less is rounding


def find(case: Case) -> Iterator[Finding]:
    """The last change of each plan that still stands; a plan that is billed in several ways is told once, by its month."""
    lines: dict[tuple[str | None, ...], list[PricePoint]] = {}
    for point in case.document.price_history:
        key = (point.plan, point.currency, point.period, point.unit, point.billed, point.qualifier)
        lines.setdefault(key, []).append(point)
    shown = {(plan.name, plan.currency, plan.period, plan.unit, plan.billed, plan.qualifier, plan.amount) for plan in case.document.plans}  # fmt: skip
    told: dict[tuple[str | None, ...], Finding] = {}
    for line in sorted(lines, key=_by_month_first):
        points = sorted(lines[line], key=lambda point: point.at)
        if (*line, points[-1].amount) in shown and (change := _last_change(points)):
            for one in _told(case, points, *change):
                told.setdefault((points[-1].plan, one.values["at"], str(one.direction)), one)
    yield from told.values()


def _by_month_first(line: tuple[str | None, ...]) -> tuple[str | bool, ...]:
    """The order of price lines: by plan, of one plan what a month costs and is billed by first."""
    plan, _, period, _, billed, _ = line
    return plan or "", period != "month", billed not in (None, "month"), *(part or "" for part in line)


def _last_change(points: list[PricePoint]) -> tuple[PricePoint, PricePoint] | None:
    """The last point at which the amount moved between two prices, with the one before; a plan that was gone between
    them is another plan."""
    moved = [(old, new) for old, new in pairwise(points) if old.amount != new.amount]
    return moved[-1] if moved else None


def _told(case: Case, points: list[PricePoint], old: PricePoint, new: PricePoint) -> Iterator[Finding]:
    before, after = decimal_of(old.amount), decimal_of(new.amount)
    if not new.currency or not before or not after or min(before, after) <= 0 or new.qualifier in ("trial", "contact"):
        return
    at = _moment(new.at)
    age = (case.as_of - at).days
    if age > _RECENT_DAYS or abs(after / before - 1) < Decimal(str(_LEAST)):
        return
    way = "raised" if after > before else "cut"
    plan = f"{new.plan} plan" if new.plan else "cheapest plan"
    was, now = (money(point.amount, new.currency) for point in (old, new))
    terms = money(new.amount, new.currency, new.period, new.unit).removeprefix(now)
    terms += f", billed by the {new.billed}" if new.billed else ""
    text = f"{case.name} {way} its {plan} from {was} to {now}{terms}; the new price was first read on {day(at)}."
    rows = "; ".join(f"{_words(point)} from {day(_moment(point.at))}" for point in points)
    table = Citation(STORE, f"Prices on record of the {plan} of {case.name}: {rows}.")
    value = -log2(float(after / before))
    strength = min(1.0, 0.3 + abs(value))
    yield finding(
        __name__, text, strength if value > 0 else -strength, (table,),
        plan=new.plan, before=was, after=f"{now}{terms}", at=day(at),
    )  # fmt: skip


def _words(point: PricePoint) -> str:
    if not point.amount:
        return "not on the page"
    billed = f", billed by the {point.billed}," if point.billed else ""
    return f"{money(point.amount, point.currency, point.period, point.unit)}{billed}"


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
