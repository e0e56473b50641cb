"""Cards and tables of plans, as they stand in a page's lines: what is listed there, what is ticked, where a free plan ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tools.page import words
from tools.page.stated.page import Lines, Said, cells
from tools.page.stated.spoken import counted, told_of
from tools.page.words import low

_TABLE_LINES = 80
_BETWEEN = 3  # lines without cells between two rows of one table
_CARD_LINES = 24  # of a card, below its price
_ITEM_CHARS = 90  # what is longer is a paragraph and ends a card
_MONEY = re.compile(r"[$€£¥₹₽]\s?\d|\d\s?(?:[€£₹₽]|usd\b|eur\b|kr\b|zł)")
_ZERO = re.compile(
    r"(?:[$€£¥₹₽]|us\$|r\$)\s?0(?:[.,]0+)?(?!\d|[.,]\d)|(?<![\d.,])0(?:[.,]0+)?\s?(?:[$€£¥₹₽円원]|usd\b|eur\b|kr\b|zł)"
)
_ASKS = re.compile(r"\W*(?:start|get|try|begin|join|sign|download|use|go)\b")  # a button
_BEHIND = re.compile(
    r"(?:\b|(?<=\d))(?:limits?|includes|what's included|quotas?|allowances?|forever|always|only)\b"
)  # a plan's name
_PERIODS = ("per_month", "per_year", "per_seat", "once")
_BESIDE = ("plan_name", "plan", "free", "free_plan", "free_forever", "no_account", *_PERIODS)
# pieces of which one stands in a line in which a free plan begins
_HEADS = (
    "free",
    "gratis",
    "gratuit",
    "kostenlos",
    "$0",
    "$ 0",
    "€0",
    "€ 0",
    "£0",
    "¥0",
    "₹0",
    "0€",
    "0 €",
    "無料",
    "免费",
    "무료",
)
_FREE = ("無料", "免费", "무료")
_FREE = ("free", "free_plan", "free_forever")
_YES = re.compile(r"^\W*(?:[✓✔✅☑●•]|yes\b|included\b|ja\b|oui\b|sí\b|sim\b|incluido\b|inclus\b|enthalten\b|あり|○|◯)")
_NO = re.compile(r"^\W*(?:[-–—✗✘✕❌×]|x|no|none|not included|not available|n/a|nein|non|なし)\W*$")
_BARE = re.compile(r"^(?:up to |bis zu |jusqu['’]à |hasta )?(?P<number>\d[\d.,]*[km]?)(?P<span> ?/ ?\w+| per \w+)?$")
_SPAN = re.compile(r" ?/ ?[^\W\d_]+\b(?: (?:per|por|par|pro|je) [^\W\d_]+\b)?| (?:per|por|par|pro|je) [^\W\d_]+\b")
_LEAD = re.compile(
    r"^(?:\W*(?:up to|limited to|max(?:imum)?(?: of)?|includes?|bis zu|jusqu['’]à|hasta)?\W*|[a-z][a-z ]{2,24}: ?)$"
)


def ticked(lines: Lines, number: int) -> bool | None:
    """Whether no plan has what a row of a table names; None where it is no row of plans that says yes or no.

    A row of two cells answers for itself; one of more stands under a row that names plans.
    """
    told = cells(lines.rows[number])[1:]
    small = [low(cell) for cell in told if cell]
    if not small or (len(told) > 1 and not plan_columns(lines, number, len(told))):
        return None
    if any(_YES.match(cell) for cell in small) or (len(told) > 1 and not all(map(is_without, small))):
        return False
    return True if all(map(is_without, small)) else None


def has_it(cell: str) -> bool:
    """Whether a cell in lower case says yes."""
    return bool(_YES.match(cell))


def is_without(cell: str) -> bool:
    """Whether a cell in lower case says that its plan has not what the row names."""
    return not cell or bool(_NO.match(cell))


def is_priced(small: str) -> bool:
    """Whether a text in lower case holds an amount of money."""
    return bool(_MONEY.search(small))


def plan_columns(lines: Lines, number: int, columns: int) -> list[str]:
    """The names of the plans over a row with so many columns; [] where its head names none.

    A row of names that are known goes before one of words that plans are called by: "Custom" stands in a row of prices, too.
    """
    if columns < 2:
        return []
    return next(_rows_of_plans(lines, number, columns), []) or head_of(lines, number, columns)


def _rows_of_plans(lines: Lines, number: int, columns: int) -> Iterator[list[str]]:
    for row in _rows_above(lines, number):
        for names in (row[1:], row):
            if len(names) == columns and 2 * sum(low(name) in lines.plans for name in names) > columns:
                yield names


def _rows_above(lines: Lines, number: int) -> Iterator[list[str]]:
    """The cells of the rows of a table over a line, from below; three lines without cells, of sections, end none."""
    away = 0
    for at in range(number - 1, -1, -1):
        row = cells(lines.rows[at])
        away = 0 if row else away + 1
        if away > _BETWEEN:
            return
        if row:
            yield row


def head_of(lines: Lines, number: int, columns: int) -> list[str]:
    """The names of the plans over a row with so many columns, as its table's head gives them; [] where none does.

    The head is a row of plans' names, or the first over a row of prices.
    """
    first, priced = list[str](), False
    for row in _rows_above(lines, number):
        for names in (row[1:], row):  # the corner above the labels may be empty, and is gone then
            if len(names) == columns > 1 and 2 * sum(map(_names_plan, names)) > columns:
                return names
        if len(row) - 1 == columns:
            priced = priced or sum(bool(_MONEY.search(low(cell))) for cell in row[1:]) > 1
            first = row[1:]
    return first if priced else []


@cache
def _names_plan(name: str) -> bool:
    priced = _MONEY.search(low(name)) or words.made_of(name, "plan_name", "plan", *_FREE)
    return len(name) < 40 and bool(priced or is_free(name))


def in_card(lines: Lines, number: int) -> bool:
    """Whether a line stands in a plan's card: among short lines below a price."""
    for at in range(number - 1, max(-1, number - _CARD_LINES), -1):
        row = lines.rows[at]
        small = low(row)
        if len(row) > _ITEM_CHARS or row.rstrip().endswith(("?", "？")) or cells(row) or " vs" in small:
            return False
        if _MONEY.search(small) or (
            len(row) < 40 and (is_free(row) or words.find(row, "custom", "contact_sales", "on_request"))
        ):
            return True
    return False


@cache
def is_free(text: str) -> bool:
    """Whether a short text is the head of a free plan: its name or its price of nothing, and no more."""
    if len(text) > 48:
        return False
    small = low(text)
    rest, zeros = _ZERO.subn(" ", _BEHIND.sub("", small))
    if zeros > 1 or (not zeros and not words.find(small, *_FREE)) or _ASKS.match(small):
        return False
    return not re.search(r"\w", rest) or words.made_of(f"free {rest}", "free", *_BESIDE)


def free_limits(lines: Lines) -> Iterator[tuple[str, str]]:
    """Where the free plan ends: a quote and the limit in it, from its card, its column or its row of a table."""
    for at in _free_heads(lines):
        row = cells(lines.rows[at])
        pieces = [] if row else lines.pieces(at)
        if len(pieces) > 1 and is_free(pieces[0].text.rstrip(".")):
            yield from _of_pieces(lines, pieces[1:])
            continue
        if not row:
            yield from _of_card(lines, at)
        elif is_free(row[0]):
            yield from _of_row(lines, at, row)
        else:
            yield from _of_column(lines, at, row[1:])


def _free_heads(lines: Lines) -> list[int]:
    """The lines in which a free plan begins, or the head of a table that has one."""
    return [at for at in lines.holding(_HEADS) if _is_head(lines, at)]


def _is_head(lines: Lines, at: int) -> bool:
    row = cells(lines.rows[at])
    if not row or is_free(row[0]):
        first = lines.pieces(at)[0].text.rstrip(".") if not row and lines.pieces(at) else ""
        return is_free(row[0] if row else lines.rows[at].strip("#* ")) or is_free(first)
    return any(map(is_free, row[1:])) and bool(head_of(lines, at + 1, len(row) - 1))


def _of_card(lines: Lines, head: int) -> Iterator[tuple[str, str]]:
    for at in range(head + 1, min(head + _CARD_LINES, len(lines.rows))):
        row = lines.rows[at].strip()
        if not row or is_free(row):
            continue
        if (
            len(row) > _ITEM_CHARS
            or row.endswith(("?", "？"))
            or cells(row)
            or _MONEY.search(low(row))
            or _is_name(row)
        ):
            return
        yield from _of_pieces(lines, lines.pieces(at))


def _of_pieces(lines: Lines, pieces: Iterable[Said]) -> Iterator[tuple[str, str]]:
    for said in pieces:
        if not said.is_crossed and (limit := _limit(said.text, lines.names)):
            yield said.text, limit


def _is_name(row: str) -> bool:
    """Whether a line is the name of another plan, or of what is recommended."""
    bare = row.strip("#* ")
    if len(bare) > 40 or bare[:1].isdigit():
        return False
    last = bare.rsplit(" ", 1)[-1]
    return words.is_one(bare, "plan_name", "most_popular") or (bare.count(" ") < 4 and words.is_one(last, "paid_name"))


def _of_column(lines: Lines, head: int, names: list[str]) -> Iterator[tuple[str, str]]:
    column = next(place for place, name in enumerate(names) if is_free(name))
    for at in range(head + 1, min(head + _TABLE_LINES, len(lines.rows))):
        label, *told = cells(lines.rows[at]) or [""]
        if len(told) == len(names) and (limit := _counted(label, told[column], lines.names)):
            yield lines.rows[at].strip(), limit


def _of_row(lines: Lines, at: int, row: list[str]) -> Iterator[tuple[str, str]]:
    """A plan a row: what is counted stands over the columns."""
    above = [cells(lines.rows[n]) for n in range(at - 1, max(-1, at - _CARD_LINES), -1)]
    names = next((names for names in above if len(names) == len(row) and not _MONEY.search(low(" ".join(names)))), [])
    for name, cell in zip(names[1:], row[1:], strict=False):
        if limit := _counted(name, cell, lines.names):
            yield lines.rows[at].strip(), limit


def _counted(label: str, cell: str, names: tuple[str, ...]) -> str:
    """The limit in a cell, or its bare number with what the label counts: "3 projects"."""
    match = _BARE.match(low(cell))
    if match and match["number"].strip("0.,"):
        one = match["number"] == "1" and "en" in names and label.endswith("s") and not label.endswith("ss")
        limit = f"{match['number']} {label.removesuffix('s') if one else label}{match['span'] or ''}"
        return limit if _limit(limit, names) else ""
    return _limit(cell, names)


def _whole(text: str, end: int) -> int:
    """Where a limit ends, with what it is counted in behind a slash or a "per" in whatever language."""
    span = _SPAN.match(text, end)
    return span.end() if span else end


def _is_pace(value: str, names: tuple[str, ...]) -> bool:
    """Whether a number of things is how fast they may come, not how many there are in all."""
    return any(one.means_else(value) for one in told_of("free_limit", names))


def _limit(text: str, names: tuple[str, ...]) -> str:
    """The limit that an item of a list is: a number of things at its beginning, or behind its name; "" for none."""
    small = low(text)
    found = [match for pattern in counted(names) if (match := pattern.search(small))]
    told = [
        text[match.start("value") : _whole(text, match.end("value"))]
        for match in found
        if _LEAD.match(small[: match.start("value")])
        and match["value"][:2] != "0 "
        and not _is_pace(match["value"], names)
    ]
    return max(told, key=len, default="")
