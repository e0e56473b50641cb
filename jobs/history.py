"""What became of a product: its change rows with the quotes they stand on, and its prices as steps. Pure but for one read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from tools.knowledge import moment
from tools.store import Store
from tools.views.documents import PricePoint

CHART_COLUMNS = 48
CHART_ROWS = 6  # most levels drawn; more prices than that share levels
_QUOTES = 2  # a side of a change


def history(store: Store, slug: str) -> dict[str, Any]:
    """slug, name, changes (oldest first, each with `quotes`: before and after) and prices (PricePoint). Errors: UnknownName."""
    document = store.document(slug)
    quotes = store.quotes_of(slug)
    changes = [{**row.model_dump(), "quotes": _sides(row.model_dump(), quotes)} for row in store.history(slug)]
    stale = document.panel.stale if document.panel else None
    return {
        "slug": document.slug,
        "name": document.name,
        "panel_stale": stale,
        "changes": changes,
        "prices": [point.model_dump() for point in document.price_history],
    }


def _sides(change: Mapping[str, Any], quotes: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The quotes of a change's two values."""
    same = [quote for quote in quotes if quote["of"] == change["op"] and quote["name"] == change["field"]]
    return {side: _quotes_of(change[side], same) for side in ("before", "after")}


def _quotes_of(text: str | None, quotes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Those of the very value; of a price whose row is from before the log held unit and billing, those that begin like it."""
    wanted = ("quote", "url", "place", "fetched_at", "page")
    told = [(quote["text"] or "", {name: quote[name] for name in wanted}) for quote in quotes if text]
    same = [quote for value, quote in told if value == text]
    return (same or [quote for value, quote in told if value.startswith(f"{text} / ")])[:_QUOTES]


def charts(points: Sequence[PricePoint], until: datetime) -> dict[str, list[str]]:
    """A step chart of plain characters for every price line, by its name in words ("Team, USD a month per seat")."""
    return {
        name: step_chart(list(same), until) for name, same in groupby(sorted(points, key=_line_name), key=_line_name)
    }


def _line_name(point: PricePoint) -> str:
    price = " a ".join(part for part in (point.currency, point.period) if part)
    price = " per ".join(part for part in (price, point.unit) if part)
    billed = f"billed by the {point.billed}" if point.billed else ""
    return ", ".join(part for part in (point.plan or "plan", price, point.qualifier, billed) if part)


def step_chart(points: Sequence[PricePoint], until: datetime) -> list[str]:
    """One price over time, a row a level, the highest first: `#` at its level, nothing while it was unknown or gone.

    points: of one price line, oldest first. until: where the last step ends.
    """
    steps = [(moment(point.at), None if point.amount is None else Decimal(point.amount)) for point in points]
    levels = sorted({amount for _, amount in steps if amount is not None}, reverse=True)
    if not levels:
        return []
    start, end = steps[0][0], max(until, steps[-1][0])
    shown = _at_columns(steps, start, end)
    rows = (
        levels
        if len(levels) <= CHART_ROWS
        else [levels[i * (len(levels) - 1) // (CHART_ROWS - 1)] for i in range(CHART_ROWS)]
    )
    width = max(len(f"{level:f}") for level in rows)
    nearest = [None if amount is None else min(rows, key=lambda level: abs(level - amount)) for amount in shown]
    drawn = [f"{level:>{width}f} |{''.join('#' if at == level else ' ' for at in nearest)}".rstrip() for level in rows]
    form = "%Y-%m-%d" if start.date() != end.date() else "%Y-%m-%d %H:%M"
    first = start.strftime(form)
    days = f"{first}{end.strftime(form):>{CHART_COLUMNS - len(first)}}"
    return [*drawn, f"{'':>{width}} +{'-' * CHART_COLUMNS}", f"{'':>{width}}  {days}"]


def _at_columns(
    steps: Sequence[tuple[datetime, Decimal | None]], start: datetime, end: datetime
) -> list[Decimal | None]:
    """The amount in force at each column; the newest one always has the last column."""
    span = (end - start) / max(1, CHART_COLUMNS - 1)
    columns = []
    for column in range(CHART_COLUMNS):
        at = end if column == CHART_COLUMNS - 1 else start + span * column
        columns.append([amount for since, amount in steps if since <= at][-1])
    return columns
