"""Prices that moved, and their charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from tools.documents import PricePoint, ProductDocument
from tools.exporters._words import clip, file_slug
from tools.prices import decimal_of, money
from tools.takes import day, parse_moment

_STEPS = 12  # most steps of one chart, the newest


class Move(NamedTuple):
    """A plan whose price changed; percent is None where the change has no honest percentage."""

    slug: str
    name: str
    plan: str
    before: str
    after: str
    rise: bool | None
    percent: str
    at: str


def moves(document: ProductDocument) -> list[Move]:
    """Changes of a plan's printed price, newest first."""
    found = []
    for points in series(document).values():
        for before, after in pairwise(points):
            if _amount(before) != _amount(after):
                found.append(_move(document, before, after))
    return sorted(found, key=lambda move: (move.at, move.plan), reverse=True)


def series(document: ProductDocument) -> dict[tuple[str, str | None, str | None], list[PricePoint]]:
    """The price history by plan, currency and period, each oldest first: only like is set against like."""
    found: dict[tuple[str, str | None, str | None], list[PricePoint]] = {}
    for point in sorted(document.price_history, key=lambda one: one.at):
        found.setdefault((point.plan, point.currency, point.period), []).append(point)
    shown = Counter((plan.name, plan.currency, plan.period) for plan in document.plans)
    return {key: points for key, points in found.items() if shown[key] < 2 and _one_line(points)}


def _one_line(points: Sequence[PricePoint]) -> bool:
    """Whether these are one price line: two lines of one name (input and output tokens, say) give two points at once."""
    return len({point.at for point in points}) == len(points)


def _amount(point: PricePoint) -> Decimal | None:
    return decimal_of(point.amount)


def _move(document: ProductDocument, before: PricePoint, after: PricePoint) -> Move:
    one, other = _amount(before), _amount(after)
    words = [money(p.amount, p.currency, p.period) if _amount(p) is not None else "not listed" for p in (before, after)]
    rise = None if one is None or other is None else other > one
    percent = f"{abs(other - one) / one * 100:.0f} %" if one and other is not None else ""
    name, slug = clip(document.name, 80), file_slug(document.slug)
    return Move(slug, name, clip(after.plan, 60), words[0], words[1], rise, percent, after.at)


def chart(document: ProductDocument, until: datetime) -> dict[str, Any] | None:
    """The steps of the plan whose price moved most often, with places in per cent across and pixels down."""
    found = [(key, points) for key, points in series(document).items() if any(map(_amount, points))]
    if not found:
        return None
    (plan, currency, period), points = max(found, key=lambda item: (len(item[1]), item[0][0]))
    times = [(parse_moment(point.at), _amount(point)) for point in points]
    known = [(when, amount) for when, amount in times if when][-_STEPS:]
    if not any(amount for _, amount in known):
        return None
    start, end = known[0][0], max(until, known[-1][0])
    top = max(amount for _, amount in known if amount is not None)
    width = (end - start).total_seconds() or 1.0

    def across(when: datetime) -> float:
        return round(2 + 98 * (when - start).total_seconds() / width, 1)

    def down(amount: Decimal) -> float:
        return round(140 - 110 * float(amount / top), 1)

    steps = []
    following = [when for when, _ in known[1:]] + [end]
    for (when, amount), then in zip(known, following, strict=True):
        at = {
            "x": across(when),
            "to": across(then),
            "on": day(when.isoformat()),
            "money": money_short(amount, currency),
        }
        steps.append({**at, "y": None if amount is None else down(amount)})
    return {
        "plan": clip(plan, 60),
        "unit": money(str(top), currency, period).partition(" ")[2],
        "top": money_short(top, currency),
        "steps": steps,
        "from": day(start.isoformat()),
        "until": day(end.isoformat()),
    }


def money_short(amount: Decimal | None, currency: str | None) -> str:
    """An amount for a chart: “19 USD”; “not listed” for none."""
    return "not listed" if amount is None else money(str(amount), currency)
