"""Which lines of a long page a pack keeps: its opening, then those that something on record is quoted from, then those
with a figure, then the rest from the top."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

OPENING_CHARS = 2_000  # of every page: what it says it is stands there
READ_CHARS = 200_000  # of a page are weighed; what stands behind that has not been read by a visitor either
_FIGURE = re.compile(r"\d")


def shares(lengths: Sequence[int], budget: int, most: int) -> list[int]:
    """How many characters each text may keep: all get the same share, and what short ones leave goes to the others."""
    left, given = budget, [0] * len(lengths)
    for done, at in enumerate(sorted(range(len(lengths)), key=lambda at: lengths[at])):
        given[at] = min(lengths[at], most, left // (len(lengths) - done))
        left -= given[at]
    return given


def trim(text: str, budget: int, quotes: Iterable[str] = ()) -> str:
    """The lines of a text that fit a budget of characters, in their order. A line longer than the budget is cut."""
    if len(text) <= budget:
        return text
    rows = text[:READ_CHARS].split("\n")
    kept: dict[int, str] = {}
    left = budget
    for at in [*_opening(rows), *_quoted(rows, quotes), *_with_figures(rows), *range(len(rows))]:
        if at not in kept and len(rows[at]) + 1 <= left:
            kept[at] = rows[at]
            left -= len(rows[at]) + 1
    if not kept:
        return text[: max(text.rfind(" ", 0, budget + 1), 0)]
    return "\n".join(kept[at] for at in sorted(kept))


def _opening(rows: Sequence[str]) -> list[int]:
    length, first = 0, []
    for at, row in enumerate(rows):
        length += len(row) + 1
        if length > OPENING_CHARS:
            break
        first.append(at)
    return first


def _quoted(rows: Sequence[str], quotes: Iterable[str]) -> list[int]:
    """Rows that hold a line of a quote, or that a quote holds."""
    lines = sorted({line for quote in quotes for line in map(str.strip, quote.split("\n")) if line})
    return [at for at, row in enumerate(rows) if any(line in row for line in lines)]


def _with_figures(rows: Sequence[str]) -> list[int]:
    return [at for at, row in enumerate(rows) if _FIGURE.search(row)]
