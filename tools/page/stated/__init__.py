"""What a product's own page states on a topic, as a sentence of it: "You can export everything as CSV."

The words are data, one file a language beside this one; a page is asked those of the languages it speaks. A topic is
stated by a sentence about the product alone: not by a button, a question, a quotation, a row of a table, code, a page that
compares, another product's name, a fault that was mended or a promise for some day. Rather silent than wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from tools.dossier import Role, Statement
from tools.page.words import low

TOPICS = (
    "export",
    "self_host",
    "api",
    "offline",
    "sso",
    "data_region",
    "no_training",
    "refund",
    "cancel",
    "sla",
    "free_limit",
)
_HERE = Path(__file__).parent
_MOST_CHARS = 320  # of a sentence: what is longer is a menu, a table or code
_LEAST_WORDS = 2
_MOST_LINES = 60  # of a page that hold a topic's stem: a reference names it in every line
_OF_ONE_TOPIC = 3  # sentences of a page: more say the same again
# where a line falls into sentences: behind a stop, before a tick or bullet
_CUT = re.compile(
    r"(?<=[.!?])[\"”’)\]]*\s+(?=[^a-z\s])|(?<=[。！？])(?=\S)|\s*(?=[✓✔✅☑✗✘✕❌•●▪→])|\s+[·|]\s+(?=[A-Z✓✔])"
)
_QUESTION = re.compile(r"[?？]\W*$|^¿")
_CROSSED = re.compile(r"^\W*[✗✘✕❌]")  # what one plan lacks and another has
_QUOTED = re.compile(r"^[\s>]*[\"“„«‘「『]")
_SIGNED = re.compile(r"^\s*[—–-]\s*[A-Z@]")
_CODE = re.compile(r"[{}<>\\;]|=\s*[\"'\w]|^\s*[$#/]|\w\(\)|\w_\w|--\w|\b(?:curl|npm|pip|import|const|docker run)\b")
_TABLE = re.compile(r"\|.*\||\t")
_COMPARES = re.compile(r"[/-](?:vs|versus|compar\w*|alternatives?)\b|-vs\.?-", re.IGNORECASE)  # an address
# "Gristwheel has", "Gristwheel's plan lets": who is spoken of at a sentence's beginning, where it is somebody by name
_SUBJECT = re.compile(
    r"^\W*((?:[A-Z][\w.&-]*)(?: [A-Z][\w.&-]*)?)(?:['’]s (?:[\w-]+ ){0,3}?| (?:\w+ )?)"
    r"(?:is|has|had|does|doesn't|(?<!s )can|(?<!s )can't|(?<!s )will|offers|supports|lets|allows|provides|includes|gives|"
    r"comes|charges|runs|works|also|only|never|currently)\b"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """How a topic is stated in one language."""

    stems: tuple[str, ...]
    says: tuple[re.Pattern[str], ...]
    denies: tuple[re.Pattern[str], ...]


def statements(lines: str, role: Role, url: str, page: str) -> tuple[Statement, ...]:
    """What a page states, at most three sentences a topic, in the order of TOPICS and then of the page.

    lines: as `tools.page.lines` makes them. role, url, page: where they stand, handed through; the address tells the
    product's own name. A quote is a part of one line, verbatim.
    """
    if _COMPARES.search(url):  # it speaks of two products by turns
        return ()
    small = low(lines)
    if len(small) != len(
        lines
    ):  # of letters whose small form is longer: a place in one is to be the place in the other
        small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in lines)
    text = _Text(lines, small, url)
    blanked = f" {small} ".replace("\n", " ")
    spoken = tuple(told["name"] for told in _languages() if any(sign in blanked for sign in told["around"]["signs"]))
    found: list[Statement] = []
    for topic in TOPICS:
        told: dict[str, Statement] = {}
        for quote, words, before in text.sentences(_stems(topic, spoken)):
            stated = _stated(topic, quote, words, spoken) if quote not in told else None
            if stated and not text.is_of_another(quote, before):
                told[quote] = Statement(topic, stated[0], stated[1], role, url, page, quote)
            if len(told) == _OF_ONE_TOPIC:
                break
        found += told.values()
    return tuple(found)


class _Text:
    """A page's lines, with what tells whose words they are."""

    def __init__(self, lines: str, small: str, url: str) -> None:
        self.lines, self.small, self.own = lines, small, _own_names(url)
        self._split: dict[int, list[str]] = {}  # sentences of a line, by where it begins: topics share lines

    def sentences(self, stems: tuple[str, ...]) -> Iterator[tuple[str, str, list[str]]]:
        """The sentences in which one of some stems stands: as written, in small letters, and those before it in its line."""
        for start, end in self._lines_with(stems):
            if start not in self._split:
                self._split[start] = self._told_by(start, end)
            for place, sentence in enumerate(self._split[start]):
                if len(sentence) <= _MOST_CHARS:
                    small = low(sentence)
                    if any(stem in small for stem in stems):
                        yield sentence, small, self._split[start][:place]

    def _told_by(self, start: int, end: int) -> list[str]:
        """The sentences of a line; none of a quotation or a row of a table."""
        line = self.lines[start:end]
        if _QUOTED.search(line) or _TABLE.search(line) or _SIGNED.search(self.lines[end + 1 : end + 80]):
            return []
        cuts = [(0, 0), *(cut.span() for cut in _CUT.finditer(line)), (len(line), len(line))]
        return [line[before[1] : after[0]].strip() for before, after in pairwise(cuts)]

    def is_of_another(self, sentence: str, before: list[str]) -> bool:
        """Whether its line speaks of somebody else by name up to there."""
        return any(self._names_another(said) for said in (sentence, *before))

    def _lines_with(self, stems: tuple[str, ...]) -> list[tuple[int, int]]:
        """Where lines begin and end that hold a stem, in the page's order."""
        spans: set[tuple[int, int]] = set()
        for stem in stems:
            at = self.small.find(stem)
            while at >= 0:
                start = self.small.rfind("\n", 0, at) + 1
                end = self.small.find("\n", at)
                end = len(self.small) if end < 0 else end
                spans.add((start, end))
                at = self.small.find(stem, end)
        return sorted(spans)[:_MOST_LINES]

    def _names_another(self, sentence: str) -> bool:
        """Whether it speaks of somebody by name who is not the product: a word the page never writes small."""
        match = _SUBJECT.search(sentence)
        if match is None:
            return False
        first, whole = (re.sub(r"\W", "", name).lower() for name in (match[1].split()[0], match[1]))
        if any(name in own or own in name for own in self.own for name in (first, whole) if len(name) > 2):
            return False
        if first in _common() or any(stem in match[1].lower() for topic in TOPICS for stem in _stems(topic, ("en",))):
            return False
        return not re.search(rf"\b{re.escape(first)}\b", self.lines)


def _own_names(url: str) -> list[str]:
    """What an address may call the product, in small letters: labels of the host, or, on a shared one, of the path."""
    host, _, path = url.partition("://")[2].partition("?")[0].partition("/")
    labels = [*host.split(".")[:-1], *path.split("/")]
    return [name for label in labels if len(name := re.sub(r"[\W_]", "", label.lower())) > 2 and name != "www"]


def _is_plain(sentence: str) -> bool:
    """Whether it is a sentence or a feature's name that says something: no button, question, code or crossed-out line."""
    long_enough = len(sentence.split()) >= _LEAST_WORDS or not sentence.isascii()
    return long_enough and not any(sign.search(sentence) for sign in (_QUESTION, _CODE, _CROSSED))


def _stated(topic: str, sentence: str, words: str, spoken: tuple[str, ...]) -> tuple[bool, str] | None:
    """Whether a sentence denies the topic or says it, and the value it names, as written; None for neither."""
    asked = [told for told in _told(topic, spoken) if any(stem in words for stem in told.stems)]
    denied = any(pattern.search(words) for told in asked for pattern in told.denies)
    says = (match for told in asked for pattern in told.says if (match := pattern.search(words)))
    match = None if denied else next(says, None)
    if not (denied or match) or not _is_plain(sentence) or _any(words, "aside"):
        return None
    if match is None:
        return True, ""
    if _any(words, "later"):
        return None
    at = match.span("value") if "value" in match.re.groupindex else (0, 0)
    return False, sentence[slice(*at)].strip()


@cache
def _languages() -> tuple[dict[str, Any], ...]:
    paths = sorted(_HERE.glob("??.toml"))
    return tuple({"name": path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))} for path in paths)


@cache
def _told(topic: str, spoken: tuple[str, ...]) -> tuple[_Told, ...]:
    return tuple(
        _Told(
            tuple(told[topic]["stems"]),
            tuple(_pattern(text, told["frames"]) for text in told[topic]["says"]),
            tuple(_pattern(text, told["frames"]) for text in told[topic]["denies"]),
        )
        for told in _languages()
        if told["name"] in spoken
    )


@cache
def _stems(topic: str, spoken: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem for told in _told(topic, spoken) for stem in told.stems))


def _any(words: str, key: str) -> bool:
    return any(pattern.search(words) for pattern in _around(key))


@cache
def _around(key: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(told["around"][key], told["frames"]) for told in _languages())


@cache
def _common() -> frozenset[str]:
    """Words that begin a sentence about the product with a capital."""
    return frozenset(word for told in _languages() for word in told["around"]["common"])


def _pattern(text: str, frames: Mapping[str, str]) -> re.Pattern[str]:
    """An expression with the frames it names put in; frames name frames."""
    while re.search(r"(?<!\?P)<[a-z_]+>", text):
        text = re.sub(r"(?<!\?P)<([a-z_]+)>", lambda match: frames[match[1]], text)
    return re.compile(text)
