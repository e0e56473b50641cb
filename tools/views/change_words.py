"""Rows of the change log in words: a price with its unit and billing, a list by commas, what is no more as that."""

from __future__ import annotations

from tools.knowledge import decimal_text, in_words, plan_of_text
from tools.views.documents import PricePoint
from tools.views.price_words import point_price, price_move

GONE = "no longer listed"  # of a price
_PLAN = "plan"


def side_words(op: str, value: str | None, most: int | None = None) -> str:
    """What a row of this kind tells as before or after: “16 USD a month per seat, billed by the year”; “none” for None.

    most: characters of a value that is no price.
    """
    point = _point(value) if op == _PLAN else None
    return in_words(value)[:most] if point is None else point_price(point)


def move_words(op: str, before: str | None, after: str | None, most: int | None = None) -> str:
    """Both in one: “16 → 20 USD a month per seat, billed by the year”, “20 USD a month → no longer listed”."""
    one, other = (_point(value) if op == _PLAN else None for value in (before, after))
    if one and other:
        return price_move(one, other)
    became = GONE if op == _PLAN and after is None else side_words(op, after, most)
    return f"{side_words(op, before, most)} → {became}"


def _point(value: str | None) -> PricePoint | None:
    plan = plan_of_text("", value)
    if plan is None:
        return None
    terms = {name: getattr(plan, name) for name in ("currency", "period", "unit", "billed", "qualifier")}
    return PricePoint(plan="", amount=decimal_text(plan.amount), at="", **terms)
