"""Whether a quote carries a sentence: its figures with their units, its names, what it denies, and of whom it speaks.

Code judges words, no meaning: what passes here may still be told wrongly, what fails names a figure, a name or a denial
that the quote does not hold. Clauses are read apart, so that "no credit card" says nothing of the trial beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from tools.page.quotes import folded_marks
from tools.page.visible import clean

_SIGNS = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "₹": "inr", "%": "percent"}
_CODES = frozenset("usd eur gbp jpy inr chf cad aud percent".split())
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9}
_WORDS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(),
        range(1, 21),
        strict=True,
    )
) | {"thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "once": 1, "twice": 2}
_UNITS = {
    "ms": "millisecond", "s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "mo": "month",
    "monthly": "month", "yearly": "year", "annual": "year", "annually": "year", "daily": "day", "weekly": "week", "yr": "year",
    "x": "time", "fold": "time", "dollar": "usd", "euro": "eur", "pound": "gbp",
}  # fmt: skip
_TIMES = frozenset("millisecond second minut hour day week month quart year".split())  # as stems
_PER = re.compile(r"\bper (\w+)", re.IGNORECASE)
_TOKEN = re.compile(r"\d+(?:[.,'\u00a0\u202f]\d+)*|[^\W\d_]+(?:['-][^\W\d_]+)*|[$€£¥₹%]")
_CLAUSE = re.compile(r"[;:.!?。！？](?=\s|$)|,(?=\s)|\s[|–—-]\s|\n|\s(?=but\b|while\b|whereas\b|although\b)")
# Verbs and nouns that any sentence about a product may add, and words that carry no meaning of their own.
_PLAIN = frozenset(
    """a about after all also although an and any are as at be because been before being both but by can could do does each
    every for from get give go got had has have her here his how however i if in into is it its itself just like made make
    may might more most much my name new now of on once only or our out over own own page per product product's said say says
    see she should since so some state such than that the their them then there these they this those through to tool under
    until up upon use used user using very via was we were what when where which while who why will with within would you
    your offer provide include need require support list come cost charge price serve run ship answer handle let allow
    work set keep end""".split()
)
_DENYING = frozenset(
    "not never cannot nor neither nothing nobody unless".split()
)  # what follows is denied to the clause's end
_LACKING = frozenset(
    "no without avoid avoids avoiding lack lacks lacking missing exclude excludes excluding zero none".split()
)
_STOPS = frozenset("for to on in with from by at after before of as since".split())  # where the reach of "no" ends
_AFTER = re.compile(r"\b(?:unavailable|unsupported|missing)\b")
_PLANNED = re.compile(
    r"\b(?:roadmap|coming soon|soon|planned|upcoming|will (?:be|support|add|come|offer)|aims? (?:for|at)|aim to|plans? to|"
    r"convert(?:s|ing)? to|turns? into|becom(?:es|ing)|changes? to|waiting list|waitlist)\b",
    re.IGNORECASE,
)
_PLANS_TOLD = re.compile(r"\b(?:will|roadmap|soon|plan(?:s|ned)|upcoming|aims?|convert\w*|becomes?|changes?|wait\w*|announce\w*)\b", re.IGNORECASE)  # fmt: skip
_EVERY = re.compile(r"\b(?:every|all|any|always)\b", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b|\bexclusive(?:ly)? (?:to|for|on)\b", re.IGNORECASE)
_SPOKEN = re.compile(
    r"\"[^\"]*\b(?:I|we|We|my|My|our|Our|us)\b[^\"]*\"|\"[^\"]+\"\s*[-–—,]?\s*[A-Z]\w+(?: [A-Z]\w+)?\s*,"
)
_TOLD_OF = re.compile(
    r"\b(?:customers?|users?|comment\w*|review\w*|quoted?|report\w*|accord\w*|teams? (?:say|report))\b", re.IGNORECASE
)
_UNLIKE = re.compile(r"\b(?i:unlike|whereas|while|compared (?:to|with)|instead of)\s+(?P<name>[A-Z][\w.-]*)(?:,\s*(?:which|who)\b[^,.;]*)?")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number with what it counts, in stems, "" where nothing says. `rate`: per what; `head`: what a span of time is of
    ("trial" in "14-day trial"); `near`: the words behind it."""

    value: Decimal
    unit: str
    rate: str
    head: str
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    said: frozenset[str]  # stems that are told
    denied: tuple[str, ...]  # stems that are denied, in their order
    denial: str  # the word that denies, "" for none


def supports(claim: str, quote: str, *, others: Iterable[str] = ()) -> bool:
    """Whether the quote carries the sentence. Necessary, not sufficient. others: names of other products."""
    return not unsupported(claim, quote, others=others)


def unsupported(claim: str, quote: str, *, others: Iterable[str] = ()) -> str:
    """What the quote does not carry of the sentence, in a phrase; "" for nothing.

    others: names of other products, whose clauses say nothing of this one unless the sentence names them.
    """
    claim, whole = folded_marks(clean(claim)), folded_marks(clean(quote))
    if not claim or not whole:
        return "one of them is empty"
    if _SPOKEN.search(whole) and not _TOLD_OF.search(claim) and '"' not in claim:
        return "the quote is a customer's words"
    quote, stranger = _own_part(claim, whole, tuple(others))
    if not quote:
        return f"the quote speaks of {stranger}"
    return (
        _lost_figure(claim, quote)
        or _lost_denial(claim, quote)
        or _lost_name(claim, whole)
        or _lost_time(claim, quote)
        or ("nothing of the sentence stands in the quote" if _is_apart(claim, quote) else "")
    )


_IN_A_NAME = re.compile(r"(?<!\w)(?=\w*[A-Z])[A-Za-z]+[-/]?\d+[A-Za-z]?(?![\w%])(?!\s*%)")
_COUNTED = re.compile(
    r"\b(?:half|double|triple|twofold|dozen|hundred|thousand|million|billion)(?:s|d)?\b", re.IGNORECASE
)


def tells_of_others(text: str) -> bool:
    """Whether a sentence says that it tells what others said: customers, commenters, reviews."""
    return _TOLD_OF.search(text) is not None


def names_figure(text: str) -> bool:
    """Whether a sentence names a figure, in digits or in words. The digit of a name is none (S3, HTTP/3), nor is "one"."""
    bare = _IN_A_NAME.sub(" ", text)
    counted = any(figure.value != 1 for figure in figures(bare))
    return counted or any(letter.isdigit() for letter in bare) or _COUNTED.search(bare) is not None


# whom a quote speaks of -----------------------------------------------------------------------------------------


def _own_part(claim: str, quote: str, others: Sequence[str]) -> tuple[str, str]:
    """The quote without what it says of others whom the sentence leaves out, and one of these."""
    found = _UNLIKE.search(quote)
    if found and found["name"].lower() not in claim.lower():
        rest = quote.replace(found[0], " ")
        return (rest if _TOKEN.search(rest) else ""), found["name"]
    for name in others:
        bare = re.escape(name)
        told = re.match(rf"\W*{bare}\b", quote, re.IGNORECASE) is not None
        if told and name.lower() not in claim.lower():
            return "", name
        if re.match(rf"\W*{bare}\b", claim, re.IGNORECASE) and re.search(
            rf"\b(?:than|vs\.?|unlike|over) {bare}\b", quote
        ):
            return "", f"another than {name}"
    return quote, ""


# figures --------------------------------------------------------------------------------------------------------


def _lost_figure(claim: str, quote: str) -> str:
    held = figures(quote)
    for figure in figures(claim):
        same = [one for one in held if one.value == figure.value]
        if not same:
            return f"the number {figure.value.normalize():f} stands in the sentence only"
        if not any(_agree(figure, one, held) for one in same):
            unit = " per ".join(filter(None, (figure.unit, figure.rate))) or figure.head
            return f"the quote gives {figure.value.normalize():f} of something other than {unit}"
    return ""


def _agree(told: _Figure, held: _Figure, all_held: Sequence[_Figure]) -> bool:
    """Whether two figures of one value may count the same: what both say is the same."""
    if told.unit and held.unit and told.unit != held.unit and told.unit not in held.near:
        return False
    if told.rate and held.rate and told.rate != held.rate:
        return False
    # "30-day" of a refund is not the trial's, where the quote gives the trial another figure.
    elsewhere = {one.head for one in all_held if one is not held}
    return not (told.head and held.head and told.head != held.head and told.head in elsewhere)


def figures(text: str) -> tuple[_Figure, ...]:
    """The figures of a text with what they count: "$9/month" is 9 usd per month, "10M rows" ten million rows."""
    return tuple(figure for clause in _clauses_of(text) for figure in _figures(clause))


def _figures(clause: str) -> Iterator[_Figure]:
    tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(clause)]
    for at, (word, start, end) in enumerate(tokens):
        value = _value(word)
        if value is None:
            continue
        after = at + 1
        if after < len(tokens) and tokens[after][0].lower() in _SCALES and _touches(clause, end, tokens[after]):
            value *= 10 ** _SCALES[tokens[after][0].lower()]
            after += 1
        unit = _SIGNS.get(tokens[at - 1][0], "") if at and tokens[at - 1][2] == start else ""
        rest = [token for token, _, _ in tokens[after : after + 6]]
        if (
            not unit
            and rest
            and (sign := _SIGNS.get(rest[0]) or (rest[0].lower() if rest[0].lower() in _CODES else ""))
        ):
            unit, rest = sign, rest[1:]
        if not unit and at and tokens[at - 1][0].lower() in _CODES:
            unit = tokens[at - 1][0].lower()
        if not unit and (parts := _counted(rest)):
            unit, rest = parts
        near = frozenset(_unit(token) for token in rest[:3])
        rate, rest = _rate(rest, clause[end:])
        if not rate and unit in _CODES and (per := _PER.search(clause)):
            rate = _unit(per[1])
        yield _Figure(value, unit, rate, _head(rest) if unit in _TIMES else "", near)


def _touches(clause: str, end: int, token: tuple[str, int, int]) -> bool:
    return token[1] == end or (clause[end : token[1]] == " " and len(token[0]) > 2)


def _value(word: str) -> Decimal | None:
    if word[0].isdigit():
        digits = re.sub(r"[,'\u00a0\u202f](?=\d{3}(?!\d))", "", word).replace(",", ".")
        return Decimal(digits) if digits.count(".") <= 1 else None  # 1.2.3 is a version: a name
    return Decimal(_WORDS[word.lower()]) if word.lower() in _WORDS else None


def _counted(rest: Sequence[str]) -> tuple[str, list[str]] | None:
    """The stem of what a number counts, and the words behind it: the first noun-like word, past "more than" and its like."""
    for number, word in enumerate(rest[:2]):
        low = word.lower()
        if "-" in low:  # "day" in "14-day trial" stands alone; "self-hosted" is one word
            low = low.split("-")[0]
        if not low[0].isalpha() or low in _STOPS or low in ("and", "or", "per", "a", "an", "the", "others"):
            return None
        if low not in ("more", "different", "other"):
            return _unit(low), list(rest[number + 1 :])
    return None


def _rate(rest: Sequence[str], tail: str) -> tuple[str, list[str]]:
    """What a figure is per ("month", "seat"), and the words behind it."""
    words = list(rest)
    if words and tail.lstrip().startswith("/"):
        return _unit(words[0]), words[1:]
    for number, word in enumerate(words[:3]):
        if word.lower() in ("per", "a", "an", "each", "every") and number + 1 < len(words):
            return _unit(words[number + 1]), words[number + 2 :]
        if word.lower() in ("monthly", "yearly", "annually", "daily", "weekly"):
            return _unit(word), words[number + 1 :]
    return "", words


def _unit(word: str) -> str:
    low = word.lower()
    return stem(_UNITS.get(low, low))


def _head(rest: Sequence[str]) -> str:
    return next((stem(word.lower()) for word in rest[:2] if word.lower() not in _PLAIN and word[0].isalpha()), "")


# what is denied -------------------------------------------------------------------------------------------------


def _lost_denial(claim: str, quote: str) -> str:
    told, held = _read(claim), _read(quote)
    said = frozenset().union(*(one.said for one in held))
    denied = frozenset(word for one in held for word in one.denied)
    for clause in told:
        shared = [word for word in clause.denied if word in said or word in denied]
        if clause.denial and (not shared or shared[-1] not in denied):
            return f"“{clause.denial}” stands in the sentence only"
        if against := next((word for word in sorted(clause.said) if word in denied and word not in said), ""):
            denial = next(one.denial for one in held if against in one.denied)
            return f"“{denial}” stands in the quote only"
    return ""


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[_Clause, ...]:
    return tuple(_clause(clause) for clause in _clauses_of(text))


def _clauses_of(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause and clause.strip()]


def _clause(text: str) -> _Clause:
    """What a clause says and what it denies. "No" reaches to the next preposition, "not" to the end of the clause, and back
    to the subject where it denies a state ("Windows is not supported")."""
    said: list[str] = []
    denied: list[str] = []
    denial, reach = "", ""
    words = [match[0].lower() for match in _TOKEN.finditer(text)]
    for number, word in enumerate(words):
        if word.endswith("n't") or word in _DENYING or word in _LACKING or (word == "free" and _of_lack(words, number)):
            denial, reach = denial or word, "no" if word in _LACKING or word == "free" else "not"
            if reach == "not" and number and words[number - 1] in ("is", "are", "was", "were", "be"):
                denied, said = said + denied, []
            continue
        if word.endswith("-free") and len(word) > 5:
            denial = denial or word
            denied.append(stem(word.removesuffix("-free")))
            continue
        if reach == "no" and word in _STOPS:
            reach = ""
        if word in _PLAIN or not word[0].isalpha() or stem(word) in _PLAIN:
            continue
        (denied if reach else said).append(stem(word))
    if late := _AFTER.search(text.lower()):
        denial, denied, said = denial or late[0], said + denied, []
    return _Clause(text, frozenset(said), tuple(denied), denial)


def _of_lack(words: Sequence[str], number: int) -> bool:
    """Whether "free" says that something is not there ("free of ads"), and not what it costs."""
    return words[number + 1 : number + 2] == ["of"] and words[number + 2 : number + 3] != ["charge"]


# names, time, meaning -------------------------------------------------------------------------------------------


def _lost_name(claim: str, quote: str) -> str:
    held = {stem(match[0].lower()) for match in _TOKEN.finditer(quote)} | set(re.findall(r"[\w.-]+", quote.lower()))
    for name in _names(claim):
        low = name.lower()
        if (
            low not in held
            and stem(low) not in held
            and not re.search(rf"(?<!\w){re.escape(low)}(?!\w)", quote.lower())
        ):
            return f"the name {name} stands in the sentence only"
    return ""


def _names(claim: str) -> Iterator[str]:
    """Words of the sentence that name something: capitalised inside it, or with capitals within."""
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", claim):
        for number, match in enumerate(re.finditer(r"[^\W\d_]+(?:['-][^\W\d_]+)*", sentence)):
            word = match[0]
            if match.start() and sentence[match.start() - 1].isdigit():
                continue  # the M of "2M+" belongs to its number
            telling = any(c.isupper() for c in word[1:])
            if (telling or (number and word[0].isupper())) and word.lower() not in _CODES and word != "I":
                yield word.removesuffix("'s")


def _lost_time(claim: str, quote: str) -> str:
    """What is only planned, or holds only for some, told as if it were so for all."""
    if (planned := _PLANNED.search(quote)) and not _PLANS_TOLD.search(claim):
        return f"“{planned[0]}” stands in the quote only"
    if _EVERY.search(claim) and (only := _ONLY.search(quote)) and not _ONLY.search(claim):
        return f"“{only[0]}” stands in the quote only"
    return ""


def _is_apart(claim: str, quote: str) -> bool:
    """Whether sentence and quote share no word, name or figure at all."""
    told = {word for one in _read(claim) for word in (*one.said, *one.denied)}
    held = {word for one in _read(quote) for word in (*one.said, *one.denied)}
    plain = {stem(match[0].lower()) for match in _TOKEN.finditer(quote)}
    return bool(told) and not told & (held | plain) and not {one.value for one in figures(claim)}


_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "edly", "ers", "er", "ed", "es", "ly", "s", "e", "y")


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The beginning that a word's forms share: "hosted", "hosting" and "hosts" are "host"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and (word[-1] in "iy" or (word[-1] == word[-2] and word[-1] not in "ls")):
        return word[:-1]
    return word
