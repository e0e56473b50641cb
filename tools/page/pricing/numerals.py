"""Numbers as pages write them: one grammar for the digits, groups and decimal marks of every country.

A number is read whole or not at all. Where its one mark stands before three digits, two readings are kept: "1.250" is a
thousand and more to a German and little over one to an American; who knows the page and the currency settles it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from tools.page.words import table

SPACES = " \u00a0\u2007\u2009\u202f"
_GROUPING = "'\u2019\u02bc`\u00b4\u066c\u2e41 "  # these part thousands and nothing else
_EITHER = ".,\u060c"
_DECIMAL = "\u066b"
_MARKS = f"{_GROUPING.strip()}{_EITHER}{_DECIMAL}"
_WITHIN = re.escape(_MARKS)
# Possessive, so that no match ends inside a number. By spaces only whole groups of three go on: "2 499" but "24 99".
NUMBER = (
    rf"(?:\d{{1,3}}(?:[{SPACES}]\d{{3}}(?!\d))++(?:[{re.escape(_EITHER + _DECIMAL)}]\d++)?+"
    rf"|\d++(?:[{_WITHIN}]\d++)*+|(?:(?<=[\s(\[$€£¥₹])|^)\.\d++)"
)
# Letters of scripts that set no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han, Hangul.
DENSE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7a3\uff00-\uffef"
_WHOLE = re.compile(NUMBER)
_WESTERN = re.compile(r"\d{1,3}(?:\D\d{3})+")
_INDIAN = re.compile(r"\d{1,2}(?:\D\d{2})*\D\d{3}")
_PLAIN = {"\u066b": ".", "\u066c": ",", "\u060c": ","}  # what stands for the Arabic marks where digits are Latin


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number read. `fraction`: what it is if `mark`, which stands before three digits, is the decimal mark and parts no
    thousands; None where only `value` is possible. `shows`: the decimal mark it leaves no doubt about, "" for none."""

    value: Decimal
    fraction: Decimal | None = None
    mark: str = ""
    shows: str = ""


@lru_cache(maxsize=4096)
def numeral(text: str) -> Numeral | None:
    """The number that a text is, None where it is none: "1.2.3", "12/5", "1,23,4"."""
    text = "".join(_latin(sign) for sign in text.strip())
    if not _WHOLE.fullmatch(text):
        return None
    marks = [sign for sign in text if not sign.isdigit()]
    if not marks:
        return Numeral(Decimal(text))
    whole, _, tail = text.rpartition(marks[-1])
    if len(marks) == 1:
        return _of_one_mark(whole, marks[0], tail)
    if len(set(marks)) == 1:
        other = {".": ",", ",": "."}.get(marks[0], "")
        return Numeral(_joined(text), shows=other) if _in_groups(text) and marks[0] != _DECIMAL else None
    if len(set(marks[:-1])) > 1 or marks[-1] in _GROUPING or not _in_groups(whole):
        return None
    return Numeral(_pointed(whole, tail), shows=_PLAIN.get(marks[-1], marks[-1]))


def _of_one_mark(whole: str, mark: str, tail: str) -> Numeral | None:
    text = f"{whole}{mark}{tail}"
    if mark in _GROUPING:
        return Numeral(_joined(text)) if _in_groups(text) else None
    plain = _PLAIN.get(mark, mark)
    if mark in _EITHER and whole[:1] not in ("", "0") and _in_groups(text):
        return Numeral(_joined(text), _pointed(whole, tail), plain)
    return Numeral(_pointed(whole, tail), shows=plain)


def _latin(sign: str) -> str:
    if sign in SPACES:
        return " "
    return sign if sign.isascii() or not sign.isdecimal() else str(unicodedata.decimal(sign))


def _in_groups(text: str) -> bool:
    return bool(_WESTERN.fullmatch(text) or _INDIAN.fullmatch(text))


def _joined(text: str) -> Decimal:
    return Decimal("".join(sign for sign in text if sign.isdigit()))


def _pointed(whole: str, tail: str) -> Decimal:
    return Decimal("".join(sign for sign in whole if sign.isdigit()) + "." + tail)


def form_of(tag: str) -> tuple[str, ...] | None:
    """How a locale ("de-CH", "zh-Hant-TW") writes numbers, as bench/cldr.py lays it down; its language's form where it has
    none of its own, None for an unknown language."""
    forms = table("numbers")["forms"]
    parts = tag.split("-")
    for name in (tag, "-".join((parts[0], parts[-1])), "-".join(parts[:2]), parts[0]):
        if name in forms:
            return tuple(forms[name])
    return None


def decimal_mark(tag: str) -> str:
    """The decimal mark of a language, as it stands between Latin digits; "" for an unknown one."""
    form = form_of(tag)
    return _PLAIN.get(form[0], form[0]) if form else ""


def home_of(language: str) -> str:
    """The territory meant where only a language is given: "de" → "DE"; "" for an unknown one."""
    return str(table("numbers")["land"].get(language, ""))


def language_of(land: str) -> str:
    """The language most read in a territory; "" for an unknown one."""
    return str(table("numbers")["spoken"].get(land, ""))


# What English pages write besides CLDR's short forms, and India's pages in any language.
_SCALES = {
    "k": 3, "K": 3, "thousand": 3, "lakh": 5, "lakhs": 5, "lac": 5, "m": 6, "M": 6, "mm": 6, "MM": 6, "mil": 6, "million": 6, "millions": 6,
    "crore": 7, "crores": 7, "Cr": 7, "b": 9, "B": 9, "bn": 9, "Bn": 9, "BN": 9, "billion": 9, "t": 12, "T": 12, "tn": 12, "trillion": 12,
}  # fmt: skip


@cache
def _everywhere() -> dict[str, int]:
    """The words that no English page would write for anything else: 万, "тыс.", लाख."""
    told: dict[str, set[int]] = {}
    for words in table("numbers")["scales"].values():
        for word, noughts in words.items():
            told.setdefault(word, set()).add(noughts)
    return {word: min(of) for word, of in told.items() if len(of) == 1 and not word.isascii()}


_GOES_ON = re.compile(f"(?![{DENSE}])[^\\W_]|-[a-zA-Z]")  # a letter that goes on with the word before it


@lru_cache(maxsize=64)
def _scales(tag: str) -> Mapping[str, list[tuple[str, int]]]:
    """The words of a language with the noughts each adds, by their first sign, the longest first."""
    words = _SCALES | _everywhere() | table("numbers")["scales"].get(tag, {})
    found: dict[str, list[tuple[str, int]]] = {}
    for word in sorted(words, key=len, reverse=True):
        found.setdefault(word[0], []).append((word, words[word]))
    return found


def scale_at(text: str, at: int, tag: str) -> tuple[int, int]:
    """How many noughts a word behind a number adds, and where it ends: "k", "Mio.", "lakh", 万; (0, at) without one."""
    words = _scales(tag if tag in table("numbers")["scales"] else tag.split("-")[0])
    start = at + (text[at : at + 1] in SPACES and at < len(text))
    found = words.get(text[start : start + 1], ())
    # A sign that touches the number counts before a longer word that begins with it.
    for word, noughts in found if start > at else sorted(found, key=lambda one: len(one[0]) > 1):
        end = start + len(word)
        # One small letter belongs to a number only where it touches it: "$5k", but "$5 m away".
        apart = start > at and len(word) == 1 and word.islower()
        if not apart and text.startswith(word, start) and not _GOES_ON.match(text, end):
            return noughts, end
    return 0, at
