"""Neutral text, numbered passages and the quote checker: what may be quoted, and whether it was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from tools.page import visible
from tools.page.visible import clean

# What frameworks read as their own: smolagents' code tags and step words, chat templates, role markers, our blocks.
_CODE_TAG = re.compile(
    r"<(?=\s*/?\s*(?:code|pre|script|think|thinking|tool|tool_call|function_calls?|system|user|assistant|invoke|untrusted|page|evidence)\b)",
    re.IGNORECASE,
)
_STEP_WORD = re.compile(
    r"\b(thoughts?|observations?|action(?: input)?|final answer|calling tools?|system|assistant|user|human|tool_calls?)(\s*)([:：])",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"<\s*\|[^|<>\n]{1,40}\|\s*>|\[\s*/?\s*(?:INST|SYS|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\s*\]|<<\s*/?\s*SYS\s*>>|"
    r"<\s*/?\s*(?:start_of_turn|end_of_turn|im_start|im_end|eot_id|bos|eos|s)\s*>|\{%|%\}|\{\{|\}\}|```+|~~~+"
)
_MARKS = re.compile(r"(?:[\[{(⟦«]{2,}|[\]})⟧»]{2,}|[-=_*#]{5,}|\u2063)")
_FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘－", "-"),
        "…": "...",
        "⁄": "/",
    }
)
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f']\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_WORDS = re.compile(r"\w+")
BESIDE = 12  # lines; of 658 named prices of corpus2 4 are farther from a name that stands on the page, 2026-11-30
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|without|cannot|nor|neither|nothing|lacks?|lacking|missing|unless|unavailable|unsupported|excludes?|excluding)\b|n't\b",
    re.IGNORECASE,
)
_SCALES = {
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
    "b": 10**9,
    "billion": 10**9,
    "bn": 10**9,
}
_SCALED = re.compile(r"(\d+(?:[.,]\d+)*)\s?(k|thousand|m|million|bn|b|billion)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n+")
# Capitalised words that open sentences or name no thing: a claim may add them freely.
_COMMON = frozenset(
    """a about after all also although an and any are as at because before both but by can could does each every for free
    from has have he her here his how however i if in into is it its just like many may more most much my new now of on
    once one only or our over price pricing she since so some such than that the their them then there these they this
    those though through to under until up use used users using very was we what when where which while who why will with
    would you your""".split()
)


def visible_text(html: str) -> str:
    """What a reader sees: blocks on lines of their own, cells of a row by " | ".

    No scripts, styles, comments, attributes or hidden, aria-hidden, off-screen, transparent and zero-size elements;
    NFKC; no zero-width, tag, variation, bidi or control characters. Text that is no HTML comes back cleaned.
    """
    return visible.view(html).text()


def neutral(text: str) -> str:
    """Text as it may enter a model's memory: words stay, whatever a framework would read as its own is broken up.

    Code tags, "Thought:" and its kin, chat-template tokens, fences and delimiter runs get a space or lose their marks.
    """
    lines = (_neutral_line(clean(line)) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def find_quote(quote: str, text: str) -> str | None:
    """The span of `text` that says what `quote` says, as it stands there; None when it stands nowhere.

    Verbatim modulo NFKC, case, quotation marks, dashes and white space (its absence too); letters and digits must all be
    there, and no number is cut: "$1" is not in "$19".
    """
    if not quote or not text:
        return None
    at = text.find(quote)
    while at >= 0:
        if not (_inside_number(text, at) or _inside_number(text, at + len(quote))):
            return quote
        at = text.find(quote, at + 1)
    wanted, _ = _folded(quote)
    have, places = _folded(text)
    at = have.find(wanted) if wanted else -1
    while at >= 0:
        first, last = places[at], places[at + len(wanted) - 1]
        if not (_inside_number(text, first) or _inside_number(text, last + 1)):
            return text[first : last + 1]
        at = have.find(wanted, at + 1)
    return None


def stands_beside(name: str, quote: str, text: str) -> bool:
    """Whether a name stands beside a quote: in its line, or within BESIDE lines before or after it, as on a card.

    text: the page's visible text. The name stands there in whole words, in any case, one or many of it.
    """
    lines, found, wanted = text.split("\n"), find_quote(quote, text), _in_words(name)
    if not found or not wanted.strip():
        return False
    at = -1
    while (at := text.find(found, at + 1)) >= 0:
        first = text.count("\n", 0, at)
        last = first + found.count("\n")
        near = _in_words(" ".join(lines[max(0, first - BESIDE) : last + BESIDE + 1]))
        if wanted in near or f"{wanted[:-1]}s " in near or (not wanted.isascii() and wanted.strip() in near):
            return True  # a language that parts no words has no whole ones
    return False


def _in_words(text: str) -> str:
    return f" {' '.join(_WORDS.findall(clean(text).casefold()))} "


def supports(claim: str, quote: str) -> bool:
    """Whether the quote carries the claim's numbers, names and negation. Necessary, not sufficient: no meaning is judged."""
    return not unsupported(claim, quote)


def unsupported(claim: str, quote: str) -> str:
    """What the quote does not carry of the claim, in a phrase: the first number, negation or name; empty for nothing."""
    claim, quote = clean(claim).translate(_FOLDS), clean(quote).translate(_FOLDS)
    if not claim or not quote:
        return "one of them is empty"
    if numbers := _numbers(claim) - _numbers(quote):
        return f"the number {min(numbers)} stands in the sentence only"
    denied, denies = _NEGATION.search(quote), _NEGATION.search(claim)
    if bool(denied) != bool(denies):
        found, where = (denies[0], "sentence") if denies else (denied[0] if denied else "", "quote")
        return f"“{found}” stands in the {where} only"
    name = next((name for name in _names(claim) if not _stands_in(name, quote)), "")
    return f"the name {name} stands in the sentence only" if name else ""


def passages(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` characters, cut at lines, then sentences, then words; nothing is left out."""
    pieces: list[str] = []
    for line in text.splitlines():
        for part in _cut(line.strip(), max(1, limit)):
            if pieces and len(pieces[-1]) + 1 + len(part) <= limit:
                pieces[-1] += "\n" + part
            else:
                pieces.append(part)
    return pieces


def _neutral_line(line: str) -> str:
    line = _TEMPLATE.sub(lambda m: " ".join(re.findall(r"\w+", m[0])), line)
    line = _CODE_TAG.sub("< ", line)
    line = _STEP_WORD.sub(lambda m: f"{m[1]} -", line)
    return " ".join(_MARKS.sub(lambda m: m[0][0], line).split())


_RUN = re.compile(r"[!-~]+|[^\x00-\x7f]")  # ASCII that is seen; or one other character


@lru_cache(maxsize=64)
def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text's characters as compared, white space left out, with the place each came from."""
    out: list[str] = []
    places: list[int] = []
    for run in _RUN.finditer(text):
        piece = run[0]
        if piece.isascii():
            out.append(piece.lower())
            places.extend(range(run.start(), run.end()))
            continue
        for each in _folded_character(piece):
            out.append(each)
            places.append(run.start())
    return "".join(out), places


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", clean(character).translate(_FOLDS)).translate(_FOLDS).casefold()
    return "".join(folded.split())


def _inside_number(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isdigit() and text[at].isdigit()


def _numbers(text: str) -> set[str]:
    found = set()
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"[\u00a0\u202f',](?=\d{3}(?!\d))", "", match[0]).replace(",", ".")
        found.add(digits.rstrip("0").rstrip(".") if "." in digits else digits)
    for match in _SCALED.finditer(text):
        value = float(match[1].replace(",", "")) * _SCALES[match[2].lower()]
        found.discard(match[1])
        found.add(f"{value:.10g}")
    return found


def _names(claim: str) -> list[str]:
    """Words of the claim that name something: capitalised inside a sentence, or with capitals or digits within."""
    names = []
    for sentence in _SENTENCE_END.split(claim):
        for number, word in enumerate(_WORD.findall(sentence)):
            telling = any(c.isupper() for c in word[1:])
            if (telling or (number and word[0].isupper())) and word.lower() not in _COMMON:
                names.append(word)
    return names


def _stands_in(name: str, quote: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?:'s|s)?(?!\w)", quote, re.IGNORECASE) is not None


def _cut(line: str, limit: int) -> list[str]:
    if len(line) <= limit:
        return [line] if line else []
    parts: list[str] = []
    for sentence in _SENTENCE_END.split(line):
        for word in [sentence] if len(sentence) <= limit else sentence.split(" "):
            for piece in (word[i : i + limit] for i in range(0, len(word), limit)):
                if parts and len(parts[-1]) + 1 + len(piece) <= limit:
                    parts[-1] += " " + piece
                else:
                    parts.append(piece)
    return parts
