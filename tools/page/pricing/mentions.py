"""Every amount of a page where it stands, with the terms its own line gives it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from tools.page.pricing.currencies import signs_of
from tools.page.pricing.footnotes import Notes
from tools.page.pricing.money import MOST_CHARS, Money, find_money, may_hold_money
from tools.page.pricing.numerals import NUMBER
from tools.page.pricing.page import HEADINGS, Mention, Page
from tools.page.pricing.patterns import FORMERLY, FROM
from tools.page.pricing.terms import BILLED, heads_term, period_of, periods_in, unit_of

_MOST_MENTIONS = 600  # amounts of one page looked at
_UP_TO = re.compile(r"\bup to\s*$", re.IGNORECASE)
_WHOLE_PIECE = re.compile(rf"({NUMBER})\s*(/.*|per .*)?")
_CENTS_PIECE = re.compile(r"[.,]?(\d{2})\s*(/.*|per .*)?")
_SIGNED_PIECE = re.compile(r"(\D{1,5})\d{1,6}")
# A time that follows an amount with no word between: "$49 mo".
_BARE_TIME = re.compile(r"(?:mo|mth|month|yr|year|wk|week|qtr|quarter|hr|hour)\b\.?(?!\s?\w|-)", re.IGNORECASE)
_BESIDE = 2  # lines from a former price to the present one
_LONGEST_PIECE = 12  # characters of a line that is only a part of a price


def find_mentions(page: Page) -> list[Mention]:
    """The amounts of a page in its order, at most _MOST_MENTIONS, with what their own lines say of them."""
    found: list[Mention] = []
    lines = page.view.lines
    skip_to = -1
    numbered = page.view.small.with_digits()
    # The piece before a line with a number may be its sign.
    for index in sorted(numbered.union(number - 1 for number in numbered if number)):
        line = lines[index]
        if index <= skip_to or len(line.text) > MOST_CHARS:
            continue
        if len(found) >= _MOST_MENTIONS:
            break
        joined = _split_price(page, index)
        if joined:
            found.append(joined)
            skip_to = joined.last
            continue
        text = line.text
        amounts = list(find_money(text, page.convention))
        tops = {k: one for k, one in enumerate(amounts) if k and _is_range(amounts[k - 1], one, text)}
        for number_, money in enumerate(amounts):
            if number_ in tops:
                continue  # "$100 - $200 per hour" is from a hundred on
            start = amounts[number_ - 1].end if number_ else 0
            top = tops.get(number_ + 1, money)
            after = amounts[number_ + (1 if top is money else 2) :]
            end = after[0].start if after else len(text)
            mention = Mention(index, money, text[start : money.start], text[top.end : end], last=index)
            mention.qualifier = None if top is money else "from"
            mention.struck = any(a < money.end and money.start < b for a, b in line.struck)
            rest = len(text) - sum(m.end - m.start for m in amounts)
            mention.short = rest <= 60
            mention.quote = text if len(text) <= 160 else _around(text, money)
            found.append(mention)
    for mention, following in pairwise(found):
        # "Usually $25", and under it "Now $3.75"
        mention.struck = mention.struck or bool(
            following.line - mention.last <= _BESIDE
            and FORMERLY.search(mention.before)
            and not FORMERLY.search(following.before)
        )
    notes = Notes(page.view, page.convention)
    for before, mention in zip([None, *found], found, strict=False):
        # Of two amounts one under the other the term below is of both, or of the one not crossed out: the card's to settle.
        beside = before is not None and before.last == mention.line - 1 and not before.after.strip()
        terms = mention.after[:80] if beside else _with_below(page, mention)
        if noted := notes.read(mention.last, terms):
            mention.note = noted[1].line
            if _has_terms(noted[1].text):
                mention.after = terms = f"{noted[0]} {noted[1].text}"
        _read_terms(mention, terms)
    return found


def _has_terms(text: str) -> bool:
    """Whether a note says for how long a price holds, for whom, or how it is billed."""
    return bool(periods_in(text) or unit_of(text) or BILLED.search(text))


_TO = re.compile(r"\s*(?:[-–—]|\bto\b)\s*")


def _is_range(low: Money, high: Money, text: str) -> bool:
    """Whether two amounts of a line are the ends of a range."""
    return low.amount < high.amount and bool(_TO.fullmatch(text[low.end : high.start]))


def _split_price(page: Page, index: int) -> Mention | None:
    """A price laid out in pieces, each a block of its own: "$" / "19" / "99", "29" / ",90" / "€", "9" / "€" / "99"."""
    lines = page.view.lines
    first = lines[index].text
    if len(first) > _LONGEST_PIECE or index + 1 >= len(lines):
        return None
    if not (first[:1].isdigit() or may_hold_money(lines[index + 1].text)):
        return None  # most short lines of a page
    ahead = [line.text for line in lines[index : index + 5]]
    found = _signed_first(page, ahead) or _signed_last(page, ahead) or _cents_below(page, ahead)
    if found is None:
        return None
    text, rest, count = found
    money = next(find_money(text, page.convention), None)
    if money is None:
        return None
    last = index + count - 1
    quote = " ".join(line.text for line in lines[index : last + 1])
    money = replace(money, start=0, end=len(first))
    struck = any(line.struck for line in lines[index : last + 1])
    return Mention(index, money, "", rest, last=last, quote=quote, struck=struck)


_Pieces = tuple[str, str, int]  # the price in one, what follows it in its last line, how many lines it is written over


def _signed_first(page: Page, ahead: list[str]) -> _Pieces | None:
    """ "$" / "19" / "99/mo"."""
    if ahead[0] not in signs_of(page.convention.lands):
        return None
    whole = _WHOLE_PIECE.fullmatch(ahead[1])
    if not whole:
        return None
    cents = _CENTS_PIECE.fullmatch(ahead[2]) if len(ahead) > 2 and whole[1].isdigit() and not whole[2] else None
    if cents:
        return f"{ahead[0]} {whole[1]}.{cents[1]}", cents[2] or "", 3
    return f"{ahead[0]} {whole[1]}", whole[2] or "", 2


def _signed_last(page: Page, ahead: list[str]) -> _Pieces | None:
    """ "29" / ",90" / "€", "9" / "€" / "99", "49" / "USD per month"."""
    whole = _WHOLE_PIECE.fullmatch(ahead[0]) if ahead[0][:1].isdigit() else None
    if not whole or whole[2]:
        return None
    cents = _CENTS_PIECE.fullmatch(ahead[1]) if whole[1].isdigit() else None
    at = 2 if cents and not cents[2] else 1
    digits = f"{whole[1]}.{cents[1]}" if at == 2 and cents else whole[1]
    sign, _, rest = ahead[at].partition(" ") if at < len(ahead) else ("", "", "")
    if sign not in signs_of(page.convention.lands) or (rest and not heads_term(rest)):
        return None
    behind = _CENTS_PIECE.fullmatch(ahead[at + 1]) if at == 1 and not rest and len(ahead) > 2 else None
    if behind and whole[1].isdigit() and (behind[2] or heads_term("".join(ahead[3:4]) or " ")):
        return f"{whole[1]}.{behind[1]} {sign}", behind[2] or "", 3
    if not rest and _begins_number(ahead[at + 1 : at + 2]):
        return None
    return f"{sign} {digits}", rest, at + 1


def _cents_below(page: Page, ahead: list[str]) -> _Pieces | None:
    """ "$9" / ".99", "$9" / "99" / "per month"."""
    cents = _CENTS_PIECE.fullmatch(ahead[1])
    signed = _SIGNED_PIECE.fullmatch(ahead[0]) if cents else None
    if not cents or not signed or signed[1].strip() not in signs_of(page.convention.lands):
        return None
    if ahead[1][0].isdigit() and not cents[2] and not heads_term("".join(ahead[2:3]) or " "):
        return None
    return f"{ahead[0]}.{cents[1]}", cents[2] or "", 2


def _begins_number(texts: list[str]) -> bool:
    """Whether the next piece is a number, so that the sign before it is its own."""
    return any(_WHOLE_PIECE.fullmatch(text) for text in texts)


def _around(text: str, money: Money) -> str:
    """The sentence around an amount, for long paragraphs."""
    start = max((m.end() for m in re.finditer(r"[.!?]\s+(?=[A-Z“\"'])", text[: money.start])), default=0)
    match = re.search(r"[.!?](?=\s+[A-Z“\"']|\s*$)", text[money.end :])
    end = money.end + match.end() if match else len(text)
    if end - start <= 400:
        return text[start:end].strip()
    left, right = max(0, money.start - 80), min(len(text), money.end + 80)
    # A cut goes through a blank, never through a number: what is quoted must be found again.
    left = text.find(" ", left, money.start) + 1 or money.start if left else 0
    right = max(text.rfind(" ", money.end, right), money.end) if right < len(text) else right
    return text[left:right].strip()


_BROKEN_OFF = frozenset({"", "/", "per"})  # what may stand between an amount and the line its term goes on in
_SHORT_LINE = 60


def _with_below(page: Page, mention: Mention) -> str:
    """What follows an amount in its line and, where that breaks off, the term it goes on with below: "/" and "mo"."""
    after = mention.after[:80]
    said = after.strip()
    if _BARE_TIME.match(said):
        return f"/{said}"
    whole = said not in _BROKEN_OFF
    if whole and not (_UNIT_ALONE.fullmatch(said) and period_of(said) is None):
        return after
    lines = page.view.lines[mention.last + 1 : mention.last + 3]
    below = [line.text for line in lines if len(line.text) <= _SHORT_LINE and line.tag not in HEADINGS]
    if not said and below and below[0].lower() in _BROKEN_OFF:
        said = below.pop(0)
    if not below:
        return after
    if whole:
        return f"{after} {below[0]}" if heads_term(below[0]) else after
    if _BARE_TIME.fullmatch(below[0]):
        return f"/{below[0]}"
    if said:
        return f"{said} {below[0]}" if period_of(f"{said} {below[0]}") or unit_of(f"{said} {below[0]}") else after
    unit = _UNIT_ALONE.match(below[0])
    if unit and unit_of(unit[0]) and period_of(unit[0]) is None:
        term = below[0][unit.end() :].strip() or "".join(below[1:2])
        return f"{unit[0]} {term}" if term and heads_term(term) else after
    return _PRICED_APART.split(below[0])[0] if heads_term(below[0]) else after


_UNIT_ALONE = re.compile(r"(?:/|per )\s?\w+")  # "$39/seat", and below it "Billed monthly"
_PRICED_APART = re.compile(r"\s[(+]")


def _read_terms(mention: Mention, after: str) -> None:
    """Period, unit, billing and qualifier as the mention's own line gives them. after: what follows the amount."""
    if billed := BILLED.search(after):
        words = (billed["a"] or billed["b"] or "").lower()
        mention.billed = (
            "year" if words.startswith(("annual", "year", "every year", "per year", "once a year")) else None
        )
        spoken = after[: billed.start()] + " " + after[billed.end() :]
        mention.period = period_of(spoken.split(". ")[0])
        if mention.period is None and not mention.billed:
            mention.period = period_of(words)
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
