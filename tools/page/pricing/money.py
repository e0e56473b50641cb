"""Amounts and currencies in text: where a price stands, how much it is, in which money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from tools.page.pricing.currencies import (
    decimals_of,
    edges_of,
    everywhere,
    family,
    home_mark,
    is_code,
    is_dense,
    lands_of_page,
    may_be_word,
    signs_of,
    spaced,
    table,
)
from tools.page.pricing.numerals import NUMBER, SPACES, Numeral, decimal_mark, language_of, numeral, scale_at

_NUMBER = re.compile(NUMBER)
_DIGIT = re.compile(r"\d")
_UNSEEN = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # marks of direction, where nobody took them out
_SPACE = SPACES + _UNSEEN
_ROUND = re.compile(r"[.,]\s?(?:[–—]|-{1,2})(?!\d)")  # "12.–", "99,-": nothing after the point
# "$9 99/mo", the cents set high; "$9 .99", in an element of their own.
_RAISED = re.compile(r" (\d\d)(?=\s*(?:/|per\b|a month|mo\b|[*†‡]|$))| [.,](\d\d)(?![\d.,])")
_PARTED = re.compile(
    r"(€)(\d\d)(?![\d.,%]|\s?€)|(?<=^\d) (\d\d)\s?(€)|(?<=^\d\d) (\d\d)\s?(€)"
)  # "9€99"; "9 99 €" with nothing before it
_COINS = re.compile(r"\s?(?:(?P<sign>¢)|(?:cents?|Cents?)(?!\w)|(?P<euro>ct)\b)")  # a hundredth of a dollar, a euro
MOST_CHARS = 4_000  # of a line that is looked at
_LONGEST = 11  # characters of a sign with the space in it
_INSIDE = re.compile(r"[.,'\u2019\u066b\u066c]\d")
_GLUED = frozenset(".,-_'’$€£#/")  # before a number that no sign stands before: it is part of something else


@dataclass(frozen=True, slots=True)
class Convention:
    """How a page writes money. `lands`: the territories it speaks for; `language`: its tag; `decimal`: its language's
    decimal mark; `proven`: the one its own amounts leave no doubt about; `stated`: currencies it names by code;
    `around`: the territories of the languages it is also to be had in."""

    lands: tuple[str, ...] = ()
    language: str = ""
    decimal: str = ""
    proven: str = ""
    stated: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()


ANY = Convention()  # nothing is known of the page


@dataclass(frozen=True, slots=True)
class Money:
    """An amount where it stands in a text. `scaled`: written with K, M, million. `sure`: whether it can be read in one way
    only; `other`: the number where it can be read in two, for who knows what is counted ("$1.125" an hour)."""

    start: int
    end: int
    amount: Decimal
    currency: str
    raw: str
    scaled: bool = False
    sure: bool = True
    other: Numeral | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """A number with the signs beside it, before anything is decided. `noughts`: what its "k" or "million" adds; -2 where coins
    are counted."""

    start: int
    end: int
    number: Numeral
    signs: tuple[str, ...]
    noughts: int = 0


def may_hold_money(text: str) -> bool:
    """False only when `find_money` finds nothing, whatever the page; many times as fast."""
    return bool(_DIGIT.search(text))


def find_money(text: str, page: Convention = ANY) -> Iterator[Money]:
    """All amounts with a sign of money in a text, in order. The currency is "" where the sign is of several countries and
    the page does not say which."""
    if not may_hold_money(text):
        return
    for found in _written(text, page.lands, page.language):
        yield _read(text, found, page)


def _read(text: str, found: _Written, page: Convention) -> Money:
    currency = currency_of(found.signs, page)
    amount, sure = settled(found.number, page, currency)
    scale = Decimal(10) ** found.noughts if found.noughts else Decimal(1)
    other = None if found.number.fraction is None else found.number
    raw = text[found.start : found.end].strip(_SPACE)
    return Money(found.start, found.end, amount * scale, currency, raw, found.noughts > 0, sure, other)


def currency_of(signs: Iterable[str], page: Convention = ANY) -> str:
    """The ISO 4217 code of the signs beside a number, the most telling first; "" where the page does not say which."""
    meant = signs_of(page.lands)
    told = sorted(signs, key=lambda sign: len(family(sign)) > 1)
    for sign in told:
        of = family(sign)
        stated = page.stated & of if len(of) > 1 else frozenset()
        if code := next(iter(stated)) if len(stated) == 1 else meant.get(sign, "") or _around(of, page):
            return code
    return ""


def read_amount(text: str, page: Convention = ANY, currency: str = "") -> Money | None:
    """The one amount a text of markup gives, with or without a sign: "3,700.00", "12,34 €"; None for none or several.

    currency: the code given beside it, which counts before a sign in the text.
    """
    signed = list(find_money(text, page))
    if signed:
        same = signed[0] if len(signed) == 1 else None
        return replace(same, currency=currency or same.currency) if same else None
    bare = _NUMBER.findall(text)
    number = numeral(bare[0]) if len(bare) == 1 else None
    if number is None:
        return None
    amount, sure = settled(number, page, currency)
    return Money(0, len(text), amount, currency, text, False, sure, number)


def _around(of: frozenset[str], page: Convention) -> str:
    """The one currency of a sign that is at home where the page's other languages are, "" where there are more or none."""
    found = {code for land in page.around for code in table().lands.get(land, ())} & of
    return found.pop() if len(found) == 1 else ""


def settled(number: Numeral, page: Convention, currency: str, *, metered: bool = False) -> tuple[Decimal, bool]:
    """What a number is, and whether it can be nothing else. metered: it is the price of one token, hour, request.

    One mark before three digits parts thousands where the page's other amounts, its language or the currency's own
    country write so; a fraction of three digits is believed where things are counted or the currency has three.
    """
    if number.fraction is None or decimals_of(currency) == 0:
        return number.value, True
    if page.proven and number.mark != page.proven:
        return number.value, True
    if decimals_of(currency) == 3:
        grouped = number.mark == "," and page.decimal == "."  # "BHD 1,300"
        return (number.value, True) if grouped else (number.fraction, page.decimal in ("", number.mark))
    if page.proven:
        return (number.fraction, True) if metered else (number.value, False)
    if not metered and number.value % 1000 == 0:
        return number.value, True  # nobody writes three noughts for cents
    votes = {number.mark == mark for mark in (page.decimal, home_mark(currency)) if mark}
    if not metered:
        return number.value, False in votes or (not votes and number.mark == ",")
    if votes == {False} and number.mark == ",":
        return number.value, True
    return number.fraction, votes == {True} or (not votes and number.mark == ".")


def metered(money: Money, page: Convention) -> Money:
    """An amount that turned out to be the price of one token, hour, request: "$1.125" is then little over one."""
    if money.other is None or money.scaled:
        return money
    amount, sure = settled(money.other, page, money.currency, metered=True)
    return replace(money, amount=amount, sure=sure)


@lru_cache(maxsize=8192)
def _written(text: str, lands: tuple[str, ...], language: str) -> tuple[_Written, ...]:
    """The numbers of a text that have a sign of money beside them; each sign belongs to one number."""
    heads, tails = edges_of(lands)
    found: list[_Written] = []
    free = 0  # where what no number before has taken begins
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        last, first = text[start - 1 : start], text[end : end + 1]
        if last in _SPACE:
            last = text[max(0, start - 3) : start].rstrip(_SPACE)[-1:]
        if first in _SPACE:
            first = text[end : end + 3].lstrip(_SPACE)[:1]
        if start < free or (
            last not in tails
            and first not in heads
            and not (first.isalpha() or first in (".", ",", "¢") or (not start and first.isdigit()))
        ):
            continue  # most numbers of a page
        if _INSIDE.match(text, end) or text.startswith("%", end):
            free = end
            continue
        before, left = _signs_before(text, free, start, lands) if last in tails else ((), start)
        raised = _RAISED.match(text, end) if before and match[0].isdigit() else None
        digits, end = (f"{match[0]}.{raised[1] or raised[2]}", raised.end()) if raised else (match[0], end)
        end = rounded.end() if (rounded := _ROUND.match(text, end)) else end
        if not before and _is_glued(text, start):
            continue
        if not before and (apart := _apart(text, match, lands)):
            found.append(apart)
            free = apart.end
            continue
        noughts, scaled = scale_at(text, end, language)
        behind, right = _signs_behind(text, scaled, lands, alone=not before)
        if noughts and not before and not behind:  # "9 K" are nine kyats where kyats are paid
            noughts, (behind, right) = 0, _signs_behind(text, end, lands, alone=True)
        number = numeral(digits) if before or behind else None
        told = tuple(sign for sign in (*before, *behind) if sign)
        if number is None or not _believed(told, digits, lands, behind=bool(behind)):
            continue
        free = right
        found.append(_Written(left, right, number, told, noughts))
    return tuple(found)


def _apart(text: str, number: re.Match[str], lands: tuple[str, ...]) -> _Written | None:
    """A number whose sign parts it from its cents, "9€99", or that counts coins: "20¢", "5.5 cents"."""
    start, end = number.span()
    if number[0].isdigit() and (parted := _PARTED.match(text, end)):
        cents, sign = parted[2] or parted[3] or parted[5], parted[1] or parted[4] or parted[6]
        read = numeral(f"{number[0]}.{cents}")
        return _Written(start, parted.end(), read, (sign,)) if read else None
    coins, read = _COINS.match(text, end), numeral(number[0])
    at_home = any("EUR" in table().lands.get(land, ()) for land in lands)
    if coins is None or read is None or (coins["euro"] and not at_home):
        return None
    return _Written(start, coins.end(), read, ("€" if at_home and not coins["sign"] else "$",), -2)


def _is_glued(text: str, start: int) -> bool:
    """Whether a number without a sign before it goes on from something else: "v2", "10-20", "#5"."""
    last = text[start - 1 : start]
    return last in _GLUED or ((last.isalnum() or last == "_") and not is_dense(last)) if last else False


def _signs_before(text: str, free: int, start: int, lands: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The signs that end before a number, at most two ("USD $"), and where the first begins."""
    told: tuple[str, ...] = ()
    at = start
    for _ in range(2):
        near = max(free, at - 3)
        end = near + len(text[near:at].rstrip(_SPACE))
        if at - end > 2:
            break
        sign = _longest(text[max(free, end - _LONGEST) : end], lands, ending=True)
        if not sign:
            break
        told, at = ("".join(sign.split()), *told), end - len(sign)
    return told, at


def _signs_behind(text: str, at: int, lands: tuple[str, ...], *, alone: bool) -> tuple[tuple[str, ...], int]:
    """The sign that begins behind a number, and where it ends; one before the number leaves only a code to stand there."""
    told: tuple[str, ...] = ()
    for _ in range(2):
        rest = text[at : at + _LONGEST + 2]
        begin = len(rest) - len(rest.lstrip(_SPACE))
        sign = _longest(rest[begin:], lands, ending=False) if begin < 3 else ""
        end = at + begin + len(sign)
        if not sign or ((told or not alone) and not is_code(sign)) or _heads_another(text, end, sign):
            break
        told, at = (*told, "".join(sign.split())), end
    return told, at


def _heads_another(text: str, end: int, sign: str) -> bool:
    """Whether a sign behind a number stands before the next: "5 $10", "19 €29"."""
    rest = text[end : end + 3]
    return bool(_DIGIT.match(rest.lstrip(_SPACE) if sign.endswith("$") else rest))


def _longest(text: str, lands: tuple[str, ...], *, ending: bool) -> str:
    """The longest sign a text ends or begins with, as it stands there, that is no part of a word."""
    signs, lengths = signs_of(lands), edges_of(lands)[ending]
    for length in lengths.get(text[-1:] if ending else text[:1], ()):
        part = text[-length:] if ending else text[:length]
        if len(part) < length or part[0] in _SPACE or part[-1] in _SPACE:
            continue
        key = part if part in signs else _closed(part)
        next_to = text[-length - 1 : -length] if ending else text[length : length + 1]
        edge = part[0] if ending else part[-1]
        if key in signs and not (edge.isalpha() and next_to.isalpha() and not (is_dense(edge) or is_dense(next_to))):
            return part
    return ""


def _closed(part: str) -> str:
    """A sign without the space in it: "US $", "$ CA"; "" where its letters may be another word's."""
    pieces = part.split()
    if len(pieces) != 2:
        return ""
    one = pieces[0] in ("$", "£", "F") or (pieces[1] == "$" and spaced(pieces[0]))
    return "".join(pieces) if one else ""


def _believed(signs: tuple[str, ...], digits: str, lands: tuple[str, ...], *, behind: bool) -> bool:
    """Whether a code that may be a word as well means money here: it is at home, has cents or a sign beside it."""
    if len(signs) != 1 or not is_code(signs[0]) or not may_be_word(signs[0], behind=behind):
        return True
    at_home = any(signs[0] in table().lands.get(land, ()) for land in lands)
    return at_home or len(re.split(r"[.,]", digits)[-1]) == 2 != len(digits)


_STATED = re.compile(
    r"\b(?:prices?|pricing|amounts?|plans?|fees?|all)\b[^.\n]{0,40}?\b(?:in|are)\s+(?:the\s+)?(?P<words>[A-Z]{3}\b|(?:[A-Za-z]+ ){1,3}[a-z]+)",
)


def _stated_in(lines: Iterable[str]) -> frozenset[str]:
    """The currency a page says its prices are in: "All prices in CAD", "prices are in Australian dollars"."""
    for line in lines:
        for match in _STATED.finditer(line):
            words = match["words"].lower().split()
            named = [table().names.get(" ".join(words[:size])) for size in range(len(words), 0, -1)]
            if code := next((name for name in named if name), words[0].upper() if is_code(words[0]) else ""):
                return frozenset({code})
    return frozenset()


def convention(
    lines: Sequence[str], host: str, lang: str, *, alternates: Iterable[str] = (), named: Iterable[str] = ()
) -> Convention:
    """How a page writes money, from its lines, its address and its languages.

    lang: of the page ("de-CH"); alternates: those it is also to be had in; named: currencies its markup gives by code.
    """
    lands = lands_of_page(host, lang)
    language = lang.replace("_", "-") or (f"{language_of(lands[0])}-{lands[0]}" if lands else "")
    short = [line for line in lines if _DIGIT.search(line) and len(line) <= MOST_CHARS]
    found = [one for line in short for one in _written(line, lands, language)]
    shown = {one.number.shows for one in found if one.number.shows}
    codes = {sign.upper() for one in found for sign in one.signs if is_code(sign)}
    stated = _stated_in(line for line in lines if len(line) < 300 and "pric" in line.lower())
    return Convention(
        lands,
        language,
        decimal=decimal_mark(language),
        proven=shown.pop() if len(shown) == 1 else "",
        stated=frozenset(stated or codes or named),
        around=frozenset(land for other in alternates for land in lands_of_page("", other)),
    )


def read_price(text: str, currency_hint: str | None = None) -> tuple[Decimal | None, str | None]:
    """Amount and sign of a price text that stands alone, the first where it gives several; the sign as it is written.

    currency_hint: words that stand near it, which may hold the sign that the text lacks.
    """
    lands = everywhere()
    found = next(iter(_written(text, lands, "")), None)
    if found is not None:
        return _read(text, found, ANY).amount, min(found.signs, key=lambda sign: len(family(sign)) > 1)
    bare = next(
        (read for match in _NUMBER.finditer(text) if (read := numeral(match[0])) and text[match.end() :][:1] != "%"),
        None,
    )
    hints = (
        _longest(words[at : at + _LONGEST + 1], lands, ending=False)
        for words in (text[:500], (currency_hint or "")[:500])
        for at in range(len(words))
        if not words[max(0, at - 1) : at + 1].isalpha() or at == 0
    )
    return (settled(bare, ANY, "")[0] if bare else None), next((sign for sign in hints if sign), None)
