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
_WORDS = re.compile(r"\w+")
BESIDE = 12  # lines; of 658 named prices of corpus2 4 are farther from a name that stands on the page, 2026-11-30
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n+")


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


def folded_marks(text: str) -> str:
    """Text with one kind of quotation mark, dash and dots."""
    return text.translate(_FOLDS)


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
