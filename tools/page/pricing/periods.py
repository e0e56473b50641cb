"""For how long does a price hold? One row a price and period: where the period's words stand, and where another's do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from tools.page.pricing.around import BIT, kinds_in
from tools.page.pricing.layout import Layout
from tools.page.pricing.page import Mention
from tools.page.pricing.terms import periods_in

CLASSES = ("month", "year", "once", "other", "none")
_FAR = 200  # no word of the period stands there
_LONGEST = 90  # characters of a line that says for how long the price above it holds

_ZONES = "after before under1 under2 above1 above2 top below above head section column column_word row".split()
_SHARED = "bill_under unit log after under brothers held short amounts".split()

Hits = Mapping[str, int]
_NOTHING: Hits = {}
_NOWHERE = ((float(_FAR), float(_FAR)),) * len(CLASSES)


def period_rows(layout: Layout, number: int) -> list[list[float]]:
    """A row for each of CLASSES, in this order."""
    one = layout.mentions[number]
    zones = [_from_each(hits) for hits in _zones(layout, number)]
    shared = _shared(layout, number)
    whole = _whole(layout)
    own = _class_of(one.period)
    rows = []
    for at, name in enumerate(CLASSES):
        others = max(whole[other] for other in CLASSES if other != name)
        row = [float(at), float(own == at), float(whole[name]), float(others)]
        for zone in zones:
            row += zone[at]
        rows.append(row + shared)
    return rows


def _from_each(hits: Hits) -> Sequence[tuple[float, float]]:
    """For each of CLASSES where its own words stand, and where another's do."""
    if not hits:
        return _NOWHERE
    zone = _classed(hits)
    return [
        (float(zone.get(name, _FAR)), float(min((at for other, at in zone.items() if other != name), default=_FAR)))
        for name in CLASSES
    ]


def _class_of(period: str | None) -> int:
    return CLASSES.index(period) if period in CLASSES else CLASSES.index("none" if period is None else "other")


def _classed(hits: Hits) -> Hits:
    found: dict[str, int] = {}
    for period, where in hits.items():
        name = period if period in CLASSES else "other"
        found[name] = min(where, found.get(name, _FAR))
    return found


def other_period(layout: Layout, number: int) -> str | None:
    """Which of the rare periods stands nearest: week, day, hour ..."""
    for hits in _zones(layout, number):
        rare = [period for period in hits if period not in CLASSES]
        if rare:
            return min(rare, key=hits.__getitem__)
    return None


def _zones(layout: Layout, number: int) -> list[Hits]:
    one, lines = layout.mentions[number], layout.lines
    start, end = layout.span(layout.cards[number], one.line)
    head, section = layout.head_of(one.line), layout.head_of(one.line, frozenset(("h1", "h2")))
    column, row = layout.cell_heads(one.line)
    under = end if end > one.last else one.last + 3  # what follows the card is the next one's
    return [
        periods_in(one.after[:70]),
        periods_in(one.before[-50:]),
        *(_beside(layout, at) if at <= under else _NOTHING for at in range(one.last + 1, one.last + 3)),
        *(_beside(layout, at) for at in range(one.line - 1, one.line - 3, -1)),
        _beside(layout, start) if start < one.line else _NOTHING,
        _counted(layout, range(one.last + 4, min(end + 1, one.last + 25))),
        _counted(layout, range(one.line - 3, max(start - 1, one.line - 25), -1)),
        _said(layout, head),
        _said(layout, section),
        _said(layout, column),
        periods_in("/" + lines[column].text[:40].strip("() ")) if column >= 0 else _NOTHING,
        _said(layout, row),
    ]


def _said(layout: Layout, at: int) -> Hits:
    """What a heading or a head of a table says."""
    return periods_in(layout.lines[at].text[:80]) if at >= 0 else _NOTHING


def _beside(layout: Layout, at: int) -> Hits:
    """What a line near a price says, where it is no price's own."""
    if not 0 <= at < len(layout.lines) or at in layout.priced_lines or len(layout.lines[at].text) > _LONGEST:
        return _NOTHING
    return periods_in(layout.lines[at].text)


def _counted(layout: Layout, numbers: range) -> Hits:
    """For each period how many lines away it is said first."""
    found: dict[str, int] = {}
    for away, at in enumerate(numbers):
        for period in _beside(layout, at):
            found.setdefault(period, away)
    return found


def _whole(layout: Layout) -> Counter[str]:
    """How many prices of the page each period stands beside, by their own lines."""
    found: Counter[str] | None = layout.kept.get("periods")
    if found is None:
        found = layout.kept["periods"] = Counter(CLASSES[_class_of(one.period)] for one in layout.mentions)
    return found


def _shared(layout: Layout, number: int) -> list[float]:
    one, card = layout.mentions[number], layout.cards[number]
    under = [layout.lines[at].text[:80] for at in range(one.last + 1, min(one.last + 4, len(layout.lines)))]
    said = 0
    for text in under:
        said |= kinds_in(text)
    return [
        float(said & BIT["bill"] > 0),
        float(bool(one.unit)),
        math.log10(float(one.money.amount) + 0.001),
        float(min(120, len(one.after))),
        float(min(120, len(under[0]))) if under else 0.0,
        float(layout.kin(card)[1] if card else 0),
        float(layout.held(card) if card else 0),
        float(one.short),
        float(len(layout.mentions)),
    ]


def period_features() -> tuple[str, ...]:
    """What the numbers of a row are."""
    zones = (f"{whose}_{zone}" for zone in _ZONES for whose in ("own", "other"))
    return ("period", "own_line", "page_own", "page_other", *zones, *_SHARED)


def is_open(one: Mention) -> bool:
    """Whether the period of an amount matters: nothing costs nothing for ever."""
    return bool(one.money.amount)


def listed(values: Sequence[float]) -> list[float]:
    """The shares of scores that are log odds, together one."""
    top = max(values)
    powers = [math.exp(value - top) for value in values]
    whole = sum(powers)
    return [power / whole for power in powers]
