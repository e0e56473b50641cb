"""From which plan on a thing is had: by the card it is listed in, by the columns of its row that have it, or by its sentence."""

from __future__ import annotations

import re

from tools.page import words
from tools.page.stated.page import Lines, cells
from tools.page.stated.plans import is_free, is_priced, is_without, plan_columns
from tools.page.stated.spoken import holds, plan_spans
from tools.page.words import low

ALL, PAID = "all plans", "paid plans"  # PAID: all that cost something
_CARD_LINES = 40  # of a card, below its name
_HEAD_LINES = 6  # of a card: its name, what it is for, its price, its button
_ITEM_CHARS = 90
_BUTTON_CHARS = 32
_NAME_CHARS, _HEADING_CHARS = 40, 60
_SIGNS = "#*•·:|–—→ "
_CAPITAL = re.compile(r"[^\W_a-z]")


def heads_a_part(name: str) -> bool:
    """Whether what was read as a plan's name is what pages call a part of theirs: “Products”."""
    return words.is_one(name, "page_word") and not words.is_one(name, "plan_name", "paid_name")


def plan_of_row(lines: Lines, number: int) -> str:
    """The first plan of a table whose column has what a row names, or ALL; "" where no head names plans."""
    row = cells(lines.rows[number])[1:]
    heads = plan_columns(lines, number, len(row))
    having = [not is_without(low(cell)) for cell in row]
    if not heads or True not in having:
        return ""
    return ALL if all(having) else _bare(heads[having.index(True)])


def plan_of_piece(lines: Lines, number: int, text: str) -> str:
    """The plan from which on a sentence or an item of a card says that something is had, ALL or PAID; "" where it names none."""
    if holds(low(text), "paid_plans", lines.names):
        return PAID
    if holds(low(text), "all_plans", lines.names):
        return ALL
    return _named(lines, text) or _plan_in(lines, text) or _of_card(lines, number) or _of_heading(lines, number)


def _of_heading(lines: Lines, number: int) -> str:
    """The plan that the heading right above a paragraph names: “On-premise option (Enterprise)”."""
    above = lines.rows[number - 1].strip() if number else ""
    is_heading = len(above) <= _HEADING_CHARS and above[-1:] not in (".", "!", "?", ":")
    return _named(lines, above) if is_heading and _is_prose(lines.rows[number]) else ""


def _is_prose(row: str) -> bool:
    return len(row.strip()) > _ITEM_CHARS or row.rstrip().endswith((".", "。"))


def _named(lines: Lines, text: str) -> str:
    """The first plan that a sentence names as one: “on the Business plan”, “(Team and above)”, “Pro includes”."""
    for start, end in plan_spans(low(text), tuple(lines.plans), lines.names):
        if _CAPITAL.match(text[start:end]):
            return _in_full(lines, text[start:end])
    return ""


def _in_full(lines: Lines, name: str) -> str:
    """A plan's name as its card has it: “Pro” may be short for “Pippinyard Pro”."""
    ending = [own for small, own in lines.plans.items() if small.endswith(f" {low(name)}")]
    return lines.plans.get(low(name)) or (ending[0] if len(ending) == 1 else name)


def _of_card(lines: Lines, number: int) -> str:
    """The plan in whose card a line stands; "" where it stands in none."""
    named = _card_head(lines, number)
    if named is None:
        return ""
    at, name = named
    if _is_prose(lines.rows[number]) and (number - at > _HEAD_LINES or not _has_price(lines, at, number + 3)):
        return ""
    if any(_closes(lines.rows[below]) for below in range(at + _HEAD_LINES + 1, number)):
        return ""
    return name if _has_price(lines, at, at + 2 * _HEAD_LINES) else ""


def _card_head(lines: Lines, number: int) -> tuple[int, str] | None:
    """The nearest line above that is a plan's name and no more, and that name; None where something else stands between."""
    for at in range(number - 1, max(-1, number - _CARD_LINES), -1):
        row = lines.rows[at].strip()
        if cells(row) or row.endswith(("?", "？")):
            return None
        if name := _plan_in(lines, row):
            return at, name
    return None


def _plan_in(lines: Lines, row: str) -> str:
    """The plan that a short line names: its name alone, or with its number before it or a badge behind it."""
    bare = row.strip(_SIGNS)
    if not bare or len(bare) > _NAME_CHARS:
        return ""
    if own := lines.plans.get(low(bare)):
        return own
    badge = words.find(bare, "most_popular")
    if badge and badge.start() > 1 and (own := lines.plans.get(low(bare)[: badge.start()].strip(_SIGNS))):
        return own
    if words.is_one(bare, "plan_name") and not lines.plans:
        return bare
    *first, last = bare.split(" ")
    numbered = all(word.isdigit() or words.is_one(word, "plan") for word in first)
    return last if numbered and words.is_one(last, "paid_name") else ""


def _closes(row: str) -> bool:
    """Whether a line below a card's head ends it: its button, or a sentence."""
    row = row.strip()
    if len(row) > _ITEM_CHARS or row.endswith((".", "。", "!")):
        return True
    return len(row) <= _BUTTON_CHARS and bool(words.find(row, "sign_up", "contact_sales")) and not row.startswith("✓")


def _has_price(lines: Lines, first: int, last: int) -> bool:
    """Whether a price, or that there is one on request, stands among some lines."""
    return any(
        is_priced(low(row)) or is_free(row) or words.find(row, "custom", "contact_sales", "on_request")
        for row in lines.rows[first:last]
    )


def _bare(head: str) -> str:
    """A column's head without the price beside the name."""
    match = re.search(r"[$€£¥₹₽(]|\b\d", head)
    return head[: match.start()].strip(_SIGNS) if match else head.strip(_SIGNS)
