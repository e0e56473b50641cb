"""Figures, dates and money as findings write them: plain English, with the right plural."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from agents.panel.findings._case import Entry
from tools.views.documents import PlanDoc
from tools.views.price_words import money

_EPOCH = date(1970, 1, 1)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_FEW = {0: "none", 1: "one"}
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def counted(number: float, word: str, plural: str = "") -> str:
    """“1 release”, “1,204 stars”."""
    return f"{figure(number)} {word if number == 1 else plural or word + 's'}"


def counted_or_no(number: float, word: str) -> str:
    """“no releases”, “1 release”."""
    return counted(number, word) if number else f"no {word}s"


def of_all(m: int, n: int, one: str, many: str) -> tuple[str, str]:
    """So many of n, and the verb that goes with them: ("none of the 6", "does"), ("2 of the 6", "do"), ("all 6", "do")."""
    told = f"all {n}" if m == n else f"{_FEW.get(m, m)} of the {n}"
    return told, many if m > 1 or m == n else one


def of_the(m: int, n: int, who: str, one: str, many: str) -> str:
    """“of the 6 other hosting tools read, 2 do”: so many of n with their verb, where `of_all` would run into it."""
    return f"of the {n} {who}, {'all' if m == n else _FEW.get(m, m)} {many if m > 1 else one}"


def standing(above: int, below: int, n: int, where: str, more: str = "more than", fewer: str = "fewer than") -> str:
    """Where a count stands: “more than all 6 products”, “fewer than 5 of 6 products”, “in the middle of 6 products”.

    above: of how many others it is more than, below: of how many it is less than; a tie is neither. Both are told where
    neither is two thirds of all: one alone would make much of the middle.
    """
    most = more if above > below else fewer
    if max(above, below) == n:
        return f"{most} all {n} {where}"
    if above == below:
        return f"in the middle of {n} {where}"
    if 3 * max(above, below) < 2 * n:
        return f"{more} {above} and {fewer} {below} of {n} {where}"
    return f"{most} {max(above, below)} of {n} {where}"


def figure(number: float) -> str:
    """“1,204”; a fraction keeps one digit."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}".removesuffix(".0")


def day(at: datetime | date) -> str:
    """“20 Nov 2026”."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def day_of(days: float) -> date:
    """The day that a number of days since 1970-01-01 names."""
    return _EPOCH + timedelta(days=int(days))


def days_since(days: float, at: datetime) -> int:
    """Whole days from a day, counted since 1970-01-01, to a moment; none before it."""
    return max(0, (at.astimezone(UTC).date() - day_of(days)).days)


def span(days: float) -> str:
    """A span of time: “1 day”, “12 days”, “5 months”, “3 years”."""
    if days < 61:
        return counted(int(days), "day")
    if days < 730:
        return counted(round(days / 30.44), "month")
    return counted(int(days / 365.25 * 2 + 0.5) / 2, "year")


def fold(times: float) -> str:
    """How steep a step is: “sixfold”, “4.5-fold”, “12-fold”."""
    whole = round(times, 1)
    return f"{_SMALL[int(whole)]}fold" if whole in range(len(_SMALL)) else f"{figure(whole)}-fold"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """“a”, “a and b”, “a, b and c”."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def cents(amount: Decimal) -> Decimal:
    """An amount to the cent."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def plain_money(amount: Decimal, currency: str | None) -> str:
    """“8.25 USD”."""
    return money(f"{cents(amount):f}", currency)


def plan_money(plan: PlanDoc) -> str:
    """“99 USD a year per seat”, as its page prints it."""
    return money(plan.amount, plan.currency, plan.period, plan.unit)


def entry_money(entry: Entry) -> str:
    """The price as printed, with a month's share where it is told for another time, and how it is billed."""
    told, plan = plan_money(entry.plan), entry.plan
    if plan.period != "month":
        return f"{told} ({plain_money(entry.monthly, plan.currency)} a month)"
    return f"{told} billed by the {plan.billed}" if plan.billed and plan.billed != "month" else told


def times(ratio: float) -> str:
    """“2.4 times”, “half”, “40 % of”."""
    return f"{figure(round(ratio, 1))} times" if ratio >= 1 else f"{round(ratio * 100)} % of"
