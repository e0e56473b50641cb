"""Every amount of a page where it stands, with the terms its own line gives it."""

from __future__ import annotations

import re

from tools.money import Money, find_money, iso, lines_with_money, number
from tools.pricing.page import Mention, Page
from tools.pricing.terms import BILLED, period_of, unit_of
from tools.pricing.words import FROM
from tools.visible import Line

_MOST_MENTIONS = 600  # amounts of one page looked at
_UP_TO = re.compile(r"\bup to\s*$", re.IGNORECASE)
_SIGN_ONLY = re.compile(r"(?:US|CA|AU|A|C|R)?\$|[€£¥₹₩৳₽₺₪₫₴₦฿₱]|(?:USD|EUR|GBP|CHF|INR|AUD|CAD)")
_INTEGER_ONLY = re.compile(r"\d{1,3}(?:[.,' ]\d{3})*|\d{1,6}(?:[.,]\d{1,2})?")
_FRACTION_ONLY = re.compile(r"[.,]?\d{2}")


def find_mentions(page: Page) -> list[Mention]:
    """The amounts of a page in its order, at most _MOST_MENTIONS, with what their own lines say of them."""
    found: list[Mention] = []
    lines = page.view.lines
    skip_to = -1
    telling = lines_with_money([line.text for line in lines])
    for index, line in enumerate(lines):
        if index <= skip_to or len(line.text) > 4_000:
            continue
        if len(found) >= _MOST_MENTIONS:
            break
        if index not in telling and len(line.text) > 3:
            continue
        joined = _split_price(lines, index, page.default_currency)
        if joined:
            found.append(joined)
            skip_to = joined.last
            continue
        text = line.text
        amounts = list(find_money(text, page.default_currency))
        for number_, money in enumerate(amounts):
            start = amounts[number_ - 1].end if number_ else 0
            end = amounts[number_ + 1].start if number_ + 1 < len(amounts) else len(text)
            mention = Mention(index, money, text[start : money.start], text[money.end : end], last=index)
            mention.struck = any(a < money.end and money.start < b for a, b in line.struck)
            rest = len(text) - sum(m.end - m.start for m in amounts)
            mention.short = rest <= 60
            mention.quote = text if len(text) <= 160 else _around(text, money)
            found.append(mention)
    for mention in found:
        _read_terms(page, mention)
    return found


def _split_price(lines: list[Line], index: int, default: str) -> Mention | None:
    """A price laid out in pieces: "$" / "19" / "99", each a block of its own."""
    first = lines[index].text
    if len(first) > 3 or not _SIGN_ONLY.fullmatch(first) or index + 1 >= len(lines):
        return None
    whole = lines[index + 1].text
    if not _INTEGER_ONLY.fullmatch(whole):
        if not (match := re.match(r"(\d[\d.,]*)\s*(/.*|per .*)?$", whole)):
            return None
        whole = match[1]
    last, digits = index + 1, whole
    if (
        index + 2 < len(lines)
        and _FRACTION_ONLY.fullmatch(lines[index + 2].text)
        and "." not in whole
        and "," not in whole[-3:]
    ):
        last, digits = index + 2, f"{whole}.{lines[index + 2].text.strip('.,')}"
    currency = iso(first, default)
    amount = number(digits, currency, first)
    if amount is None:
        return None
    after = lines[index + 1].text[len(whole) :] if last == index + 1 else ""
    money = Money(0, len(first), amount, currency, f"{first}{digits}")
    quote = " ".join(lines[i].text for i in range(index, last + 1))
    return Mention(index, money, "", after, last=last, quote=quote, struck=bool(lines[index + 1].struck))


def _around(text: str, money: Money) -> str:
    """The sentence around an amount, for long paragraphs."""
    start = max((m.end() for m in re.finditer(r"[.!?]\s+(?=[A-Z“\"'])", text[: money.start])), default=0)
    match = re.search(r"[.!?](?=\s+[A-Z“\"']|\s*$)", text[money.end :])
    end = money.end + match.end() if match else len(text)
    return text[start:end].strip() if end - start <= 400 else text[max(0, money.start - 80) : money.end + 80].strip()


def _read_terms(page: Page, mention: Mention) -> None:
    """Period, unit, billing and qualifier as the mention's own line gives them."""
    after = mention.after[:80]
    if billed := BILLED.search(after):
        words = (billed["a"] or billed["b"] or "").lower()
        mention.billed = (
            "year" if words.startswith(("annual", "year", "every year", "per year", "once a year")) else None
        )
        spoken = after[: billed.start()] + " " + after[billed.end() :]
        mention.period = period_of(spoken.split(". ")[0])
        if mention.period is None and mention.billed and billed.start() < 3:
            mention.period = None
    else:
        mention.period = period_of(after.split(". ")[0])
    mention.unit = unit_of(after.split(". ")[0])
    if mention.period is None and (mention.short or len(mention.before) < 60):
        mention.period = period_of(mention.before[-40:]) if not BILLED.search(mention.before[-40:]) else None
    if mention.unit is None and mention.short:
        mention.unit = unit_of(mention.before[-40:])
    if FROM.search(mention.before[-40:]):
        mention.qualifier = "from"
    elif _UP_TO.search(mention.before[-10:]):
        mention.qualifier = "up to"
    elif after.startswith("+") and mention.short:
        mention.qualifier = "from"
