"""Lines that say "Free" or "Contact us" where others say an amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tools.page.pricing.money import Money
from tools.page.pricing.page import Mention, Page
from tools.page.pricing.patterns import CUSTOM_LINE, FREE_LINE
from tools.page.visible import clean, holding

_MARKS = (" – ", " — ", " - ", ": ", " | ")  # between a plan's name and what it costs
_LONGEST = 60  # characters of such a line
# What stands in every such line: a look for it is much cheaper than the patterns.
_FREE_HINTS = ("ree", "REE", "ratis", "kosten", "ratuit", "rátis", "darmow", "bezpłat", "za darmo", "zdarma", "cretsiz", "無料", "免", "무료", "есплат")  # fmt: skip
_ASKED_HINTS = ("uot", "equest", "ustom", "ontact", "frage", "evis", "emande", "onsult", "ichiesta", "anvraag", "запрос", "合わせ", "面议", "문의", "alk")  # fmt: skip


def wordy_lines(page: Page, amounts: Sequence[Mention]) -> Iterator[Mention]:
    """The short lines without an amount that say "Free", and those that say "Contact us" where the page is about prices."""
    lines, priced = page.view.lines, {one.line for one in amounts}
    texts = [line.text if len(line.text) <= _LONGEST else "" for line in lines]
    hints = (*_FREE_HINTS, *_ASKED_HINTS) if amounts or page.about_prices else _FREE_HINTS
    for at in sorted(holding(texts, hints)):
        if at in priced:
            continue
        text = clean(texts[at]).strip(" *†")
        cut = max((text.rfind(mark) for mark in _MARKS), default=-1)  # "Basic – free"
        name = (
            text[:cut]
            if cut > 0 and FREE_LINE.fullmatch(text[cut + 1 :].strip()) and not FREE_LINE.fullmatch(text)
            else ""
        )
        gratis = bool(name) or bool(FREE_LINE.fullmatch(text))
        if gratis or (hints is not _FREE_HINTS and CUSTOM_LINE.fullmatch(text)):
            money = Money(0, len(texts[at]), Decimal(0), "", text)
            yield Mention(at, money, name, "", last=at, quote=texts[at], gratis=gratis, asked=not gratis)
