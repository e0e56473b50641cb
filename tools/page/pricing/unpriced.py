"""Lines that say "Free" or "Contact us" where others say an amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tools.page.pricing.money import Money
from tools.page.pricing.page import Mention, Page
from tools.page.pricing.patterns import ASKED, CUSTOM_LINE, FREE_LINE
from tools.page.visible import clean, holding
from tools.page.words import low, stems

_MARKS = (" – ", " — ", " - ", ": ", " | ")  # between a plan's name and what it costs
_LONGEST = 60  # characters of such a line


def wordy_lines(page: Page, amounts: Sequence[Mention]) -> Iterator[Mention]:
    """The short lines without an amount that say "Free", and those that say "Contact us" where the page is about prices."""
    lines, priced = page.view.lines, {one.line for one in amounts}
    texts = [low(line.text) if len(line.text) <= _LONGEST else "" for line in lines]
    asking = bool(amounts) or page.about_prices
    for at in sorted(holding(texts, stems("free", *(ASKED if asking else ())))):
        if at in priced:
            continue
        text = clean(lines[at].text).strip(" *†")
        cut = max((text.rfind(mark) for mark in _MARKS), default=-1)  # "Basic – free"
        name = (
            text[:cut]
            if cut > 0 and FREE_LINE.fullmatch(text[cut + 1 :].strip()) and not FREE_LINE.fullmatch(text)
            else ""
        )
        gratis = bool(name) or bool(FREE_LINE.fullmatch(text))
        if gratis or (asking and CUSTOM_LINE.fullmatch(text)):
            money = Money(0, len(text), Decimal(0), "", text)
            yield Mention(at, money, name, "", last=at, quote=lines[at].text, gratis=gratis, asked=not gratis)
