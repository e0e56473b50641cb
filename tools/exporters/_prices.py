"""Prices that moved, and their charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from tools.exporters._words import clip, file_slug
from tools.views.documents import PricePoint, ProductDocument
from tools.views.price_words import decimal_of, money, point_price, price_move
from tools.views.takes import day, parse_moment

NOT_LISTED = "not listed"
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
    billed: bool  # whether it is the price for whoever pays for longer at once
    words: str  # of which plan, from what to what: “Team: 16 → 20 USD a month per seat, billed by the year”

    def rank(self) -> tuple[str, bool, bool, str, str]:
        """Newest and most telling is largest."""
        return (self.at, bool(self.percent), not self.billed, self.slug, self.plan)


def moves(document: ProductDocument) -> list[Move]:
    """Changes of a plan's printed price, newest first; of one day those of a price that is still listed, and not of one
    for whoever pays by the year, come first."""
    found = []
    for points in series(document):
        for before, after in pairwise(points):
            if _amount(before) != _amount(after):
                found.append(_move(document, before, after))
    return sorted(found, key=Move.rank, reverse=True)


def series(document: ProductDocument) -> list[list[PricePoint]]:
    """The price history by line and currency, each oldest first: only like is set against like."""
    found: dict[tuple[str | None, ...], list[PricePoint]] = {}
    for point in sorted(document.price_history, key=lambda one: one.at):
        line = (point.plan.casefold(), point.currency, point.period, point.unit, point.billed, point.qualifier)
        found.setdefault(line, []).append(point)
    return [points for points in found.values() if _one_line(points)]


def _one_line(points: Sequence[PricePoint]) -> bool:
    """Whether these are one price line. A document before 1.1 says no unit: two lines of one name are two points at once."""
    return len({point.at for point in points}) == len(points)


def line_name(point: PricePoint) -> str:
    """Which line of a price list it is, its price apart: “Team, billed by the year”."""
    billed = f"billed by the {point.billed}" if point.billed else None
    return ", ".join(filter(None, (clip(point.plan, 60), point.qualifier, billed)))


def _amount(point: PricePoint) -> Decimal | None:
    return decimal_of(point.amount)


def _move(document: ProductDocument, before: PricePoint, after: PricePoint) -> Move:
    one, other = _amount(before), _amount(after)
    words = [_words(point) for point in (before, after)]
    rise = None if one is None or other is None else other > one
    percent = _percent(one, other) if one is not None and other is not None else ""
    name, slug = clip(document.name, 80), file_slug(document.slug)
    both = f"{clip(after.plan, 60) or 'Price'}: {_both(before, after)}"
    return Move(slug, name, line_name(after), words[0], words[1], rise, percent, after.at, bool(after.billed), both)


def _both(before: PricePoint, after: PricePoint) -> str:
    if _amount(before) is not None and _amount(after) is not None:
        return price_move(before, after)
    return " → ".join(NOT_LISTED if _amount(point) is None else point_price(point) for point in (before, after))


def _words(point: PricePoint) -> str:
    return NOT_LISTED if _amount(point) is None else money(point.amount, point.currency, point.period, point.unit)


def chart(document: ProductDocument, until: datetime) -> dict[str, Any] | None:
    """The steps of the listed plan whose price moved most often, with places in per cent across and pixels down; None
    where none has moved: one reading is no history."""
    found = [points for points in series(document) if any(map(_amount, points)) and len(set(map(_amount, points))) > 1]
    if not found:
        return None
    points = max(found, key=lambda one: (_amount(one[-1]) is not None, len(one), line_name(one[0])))
    line, currency = points[0], points[0].currency
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
    for place, ((when, amount), then) in enumerate(zip(known, following, strict=True)):
        at = {
            "x": across(when),
            "to": across(then),
            "on": day(when.isoformat()),
            "money": money_short(amount, currency),
            "change": _change(known[place - 1][1] if place else None, amount) if place else "first seen",
        }
        steps.append({**at, "y": None if amount is None else down(amount)})
    return {
        "plan": line_name(line),
        "unit": money(str(top), currency, line.period, line.unit).partition(" ")[2],
        "top": money_short(top, currency),
        "steps": steps,
        "from": day(start.isoformat()),
        "until": day(end.isoformat()),
    }


def _change(before: Decimal | None, after: Decimal | None) -> str:
    """“▲ 23 %” for a rise; ◇ where one of the two is no price."""
    if before is None or after is None or before == after:
        return "" if before == after else "◇"
    return f"{'▲' if after > before else '▼'} {_percent(before, after)}".strip()


def _percent(before: Decimal, after: Decimal) -> str:
    """How far a price moved; empty where it was 0."""
    return f"{abs(after - before) / before * 100:.0f} %" if before else ""


def money_short(amount: Decimal | None, currency: str | None) -> str:
    """An amount for a chart: “19 USD”; “not listed” for none."""
    return NOT_LISTED if amount is None else money(str(amount), currency)
