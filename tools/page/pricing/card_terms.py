"""Unit, billing and qualifier of a price, where the lines around it say what its own does not."""

from __future__ import annotations

from tools.page.pricing.footnotes import is_note
from tools.page.pricing.layout import Layout
from tools.page.pricing.page import HEADINGS
from tools.page.pricing.patterns import FROM
from tools.page.pricing.terms import BILLED, unit_of

_UNDER = 4  # lines under a price that go on with it
_LONGEST = 80  # characters of such a line
_YEARLY = ("annual", "year", "once a", "every y", "per y")


def complete_terms(layout: Layout, number: int) -> None:
    """Fill in what an amount's unit, billing and qualifier lack."""
    one, lines = layout.mentions[number], layout.lines
    for at in range(one.last + 1, min(one.last + 1 + _UNDER, len(lines))):
        text = lines[at].text
        if at in layout.priced_lines or len(text) > _LONGEST or lines[at].tag == "li" or lines[at].tag in HEADINGS:
            break
        if is_note(text):
            break  # of the prices that bear its sign
        if (billed := BILLED.search(text)) and one.billed is None:
            if (billed["a"] or billed["b"] or "").lower().startswith(_YEARLY):
                one.billed = "year"
            text = text[: billed.start()] + " " + text[billed.end() :]
        one.unit = one.unit or unit_of(text)
    if one.qualifier is None and one.line and FROM.search(lines[one.line - 1].text[-40:] + " "):
        one.qualifier = "from"
    for at in layout.cell_heads(one.line):
        if at >= 0:
            one.unit = one.unit or unit_of(lines[at].text)
