"""What says "Free" or "Contact us" where others say an amount: lines of their own, and words of a sentence about plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from tools.page.pricing.money import Money
from tools.page.pricing.page import Mention, Page
from tools.page.pricing.patterns import ASKED, ASKED_SPOKEN, CUSTOM_LINE, FREE_LINE, FREE_NAME, FREE_SPOKEN

_MARKS = (" – ", " — ", " - ", ": ", " | ", "：")  # between a plan's name and what it costs
_LONGEST = 60  # characters of a line that says nothing else
_LONGEST_SPOKEN = 300  # characters of a line one of whose sentences does


def wordy_lines(page: Page, amounts: Sequence[Mention]) -> Iterator[Mention]:
    """The places that say "Free", and those that say "Contact us" where the page is about prices, in no order.

    Words in a line that has amounts part these: what stands before and after each ends at the words.
    """
    lines = page.view.lines
    priced: dict[int, list[Mention]] = defaultdict(list)
    for one in amounts:
        priced[one.line].append(one)
    asking = bool(amounts) or page.about_prices
    spoken = page.view.small.may_hold("free", "free_plan", "is_free")
    asked = page.view.small.may_hold(*ASKED) if asking else set()
    for at in sorted(spoken | asked):
        size = len(lines[at].text)
        if size > (_LONGEST_SPOKEN if at in spoken or at in priced else _LONGEST):
            continue
        if at in priced:
            yield from _among(page, at, priced[at])
        elif found := (_alone(page, at, asking) if size <= _LONGEST else None):
            yield found
        elif at in spoken:
            yield from _spoken(page, at)


def _alone(page: Page, at: int, asking: bool) -> Mention | None:
    """A line that says nothing else, or a name and nothing else: "Basic – free"."""
    text = page.view.lines[at].text.rstrip(" *†")
    cut, mark = max((text.rfind(mark), mark) for mark in _MARKS)
    if FREE_LINE.fullmatch(text):
        return _mention(page, at, 0, len(text), gratis=True)
    if cut > 0 and FREE_LINE.fullmatch(text[cut + len(mark) :].strip()):
        return _mention(page, at, cut + len(mark), len(text), gratis=True)
    return _mention(page, at, 0, len(text), gratis=False) if asking and CUSTOM_LINE.fullmatch(text) else None


def _spoken(page: Page, at: int) -> Iterator[Mention]:
    """A sentence that tells of a free plan."""
    if told := FREE_SPOKEN.search(page.view.lines[at].text):
        yield _mention(page, at, *told.span(), gratis=True)


def _among(page: Page, at: int, amounts: list[Mention]) -> Iterator[Mention]:
    """The words between the amounts of a line: "Solo is free, Pro costs $9 a month, for more ask us"."""
    text = page.view.lines[at].text
    for pattern, gratis in ((FREE_NAME, True), (ASKED_SPOKEN, False)):
        told = pattern.search(text)
        if told is None or any(one.money.start < told.end() and told.start() < one.money.end for one in amounts):
            continue
        start, end = told.span()
        before = max((one for one in amounts if one.money.end <= start), key=lambda one: one.money.end, default=None)
        after = min((one for one in amounts if one.money.start >= end), key=lambda one: one.money.start, default=None)
        if gratis and after is not None and not after.money.amount:
            continue  # "Free: $0 a month": the word names what the number says
        found = _mention(page, at, start, end, gratis=gratis)
        if before is not None and before.last == at:
            found.before = text[before.money.end : start]
            before.after = before.after[: start - before.money.end]
        if after is not None:
            found.after = text[end : after.money.start]
            after.before = text[end : after.money.start]
        yield found


def _mention(page: Page, at: int, start: int, end: int, gratis: bool) -> Mention:
    text = page.view.lines[at].text
    return Mention(
        at,
        Money(start, end, Decimal(0), "", text[start:end]),
        text[:start],
        text[end:],
        last=at,
        quote=text,
        short=len(text) - (end - start) <= _LONGEST,
        gratis=gratis,
        asked=not gratis,
    )
