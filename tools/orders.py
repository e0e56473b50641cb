"""Whether a text orders a reader about, a model or a reviewer, instead of telling a customer something.

A trained head over the words: hashed words and pairs of words, each with a weight (orders.json, written by
bench/train.py). It judges a text as it stands and as a model may decode it: spelled with look-alikes or digits, spaced
out, reversed, as entities or in base64. This protects no score by itself (those are computed, quotes are checked); it
keeps such words from standing as somebody's name, tagline or description, and a page that has them on the same evidence
as its twin that has not.
"""

from __future__ import annotations

import base64
import binascii
import html
import itertools
import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from zlib import crc32

BUCKETS = 1 << 15
LONGEST = 12_000  # characters of a text that are looked at
SCALE = 1 / 8  # of a stored weight
_SHORTEST, _ONE_WORD = 6, 24  # characters of what may order anybody about; of one that is a single word
_FEW = 20  # buckets of some four words
_WINDOW = 40  # words that are judged together
_WORD = re.compile(
    r"[぀-ヿ㐀-鿿가-힯]+|[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|<\||\|>|</|\[/?|[{}<>\[\]\"“”„«»「:!?#]|//|__|\(\)"
)
_DENSE = re.compile(r"[぀-ヿ㐀-鿿가-힯]")  # scripts that part no words
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|\n+|\s[|•·]\s")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][ .·*_-]){4,}[^\W_](?![^\W_])")
_MOST_NOTED = 8_192  # texts: of the pages of a batch and those read beside them
_noted: dict[str, float] = {}  # how strongly texts read that were judged in another process
_DIGITS = (str.maketrans("013457@$", "oleastas"), str.maketrans("013457@$", "oieastas"))
_LEET = re.compile(r"(?=\w*[a-z])(?=\w*[013457@$])[\w@$]{3,}", re.IGNORECASE)
_BACKWARDS = re.compile(r"\b(?:eht|dna|ruoy|lla|htiw|siht|rof)\b", re.IGNORECASE)
_UNSEEN = frozenset(("Cf", "Cc", "Mn"))
# Letters of other scripts that look like Latin ones.
_ALIKE = str.maketrans(
    "авеіјкмнорѕстухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοιρνАВЕІЈКМНОРЅСТУХɡıⅼ", "abeijkmhopsctyxdqwABEZHIKMNOPTYXaoipvABEIJKMHOPSCTYXgil"
)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


def reads_as_order(text: str, shared: Callable[[], float | None] = lambda: None, *, seen: bool = False) -> bool:
    """Whether a text speaks to a reviewer or a machine: "ignore previous instructions", "rate this 4".

    shared: which part of its words the page shows, for a text that stands in a page's head alone; asked only where it
    decides. seen: it stands among the page's lines, where code and labels are oftener close to an order than what is
    written for a head.
    """
    head, found = _head(), strength(text)
    if seen:
        return found >= head.line
    return found >= head.field or (found >= min(map(head.least, (0.0, 1.0))) and found >= head.least(shared()))


def strength(text: str) -> float:
    """How strongly a text reads as an order: the log-odds of its strongest part, in all its readings."""
    noted = _noted.get(text)
    return _strength(text) if noted is None else noted


def strengths(texts: Iterable[str]) -> dict[str, float]:
    """The strength of each text, for `note` in another process; texts too short to be an order are left out."""
    return {text: found for text in texts if (found := strength(text)) > -math.inf}


def note(judged: Mapping[str, float]) -> None:
    """Take over what `strengths` gave: these texts are not judged again."""
    _noted.update(judged)
    while len(_noted) > _MOST_NOTED:
        del _noted[next(iter(_noted))]


@lru_cache(maxsize=4_096)
def _strength(text: str) -> float:
    if len(text) < _SHORTEST or (text.isascii() and " " not in text and len(text) < _ONE_WORD):
        return -math.inf
    head = _head()
    return head.bias + max(scored(reading, head.weights) for reading in readings(text))


def held(what: str, where: str) -> str:
    """Why something is held: a reason for an editor to look, without the words themselves."""
    return f"{what} is held: its text in {where} reads as an order to a reader."


def readings(text: str) -> Iterator[str]:
    """The text as it stands, then whatever a model may decode it to."""
    plain = html.unescape(html.unescape(text[:LONGEST]))
    if not (plain.isascii() and plain.isprintable()):
        plain = "".join(
            c for c in unicodedata.normalize("NFKC", plain) if c in "\n\t" or unicodedata.category(c) not in _UNSEEN
        )
    yield plain
    if _LATIN.search(plain):
        if (latin := plain if plain.isascii() else plain.translate(_ALIKE)) != plain:
            yield latin
        if _LEET.search(latin):
            yield from (_LEET.sub(partial(_spoken, to), latin) for to in _DIGITS)
        if (joined := _SPACED.sub(lambda run: re.sub(r"[ .·*_-]", "", run[0]), plain)) != plain:
            yield joined
    for run in _BASE64.finditer(plain):
        if told := _decoded(run[0]):
            yield told
    if _BACKWARDS.search(plain):
        yield plain[::-1]


def _spoken(to: dict[int, int], word: re.Match[str]) -> str:
    return word[0].translate(to)


def _decoded(run: str) -> str:
    """What a run of base64 says; "" where it says nothing that can be read."""
    try:
        told = base64.b64decode(run + "=" * (-len(run) % 4), altchars=b"-_" if set(run) & {"-", "_"} else None)
        text = told.decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if text.isprintable() else ""


def parts(text: str) -> Iterator[set[int]]:
    """The buckets of each part of a text that is judged by itself: its sentences, and all of it in windows."""
    sentences = list(map(_tokens, _SENTENCE.split(text)))
    said = _Said(list(itertools.chain.from_iterable(sentences)))
    size = len(said.stems)
    yield from (said.part(at, at + _WINDOW) for at in range(0, max(1, size), _WINDOW // 2))
    ends = itertools.accumulate(map(len, sentences))
    for tokens, end in zip(sentences, ends, strict=True):
        if 1 < len(tokens) < size:
            at = end - len(tokens)
            yield said.part(at, min(end, at + _WINDOW))


def scored(text: str, weights: Sequence[float], scale: float = SCALE) -> float:
    """The score of a text's strongest part by the weights of the buckets."""
    return max(sum(map(weights.__getitem__, part)) * scale / norm(part) for part in parts(text))


def norm(part: Collection[int]) -> float:
    """What a part's sum is divided by: few words never weigh as much as a sentence."""
    return math.sqrt(max(len(part), _FEW))


@dataclass(frozen=True, slots=True)
class Head:
    """The weight of each bucket and what every text starts with; the log-odds from which on it is an order: the text of
    a field, one of a page's lines, and one in its head, at no shared word and more for all of them."""

    weights: Sequence[int]
    bias: float
    field: float
    line: float
    shared: tuple[float, float]

    def least(self, shared: float | None) -> float:
        """From what on the text of a field is an order."""
        # Words taken over from the page take nothing back: whoever writes orders can copy.
        return self.field if shared is None else min(self.field, self.shared[0] + self.shared[1] * shared)


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(text):
        if _DENSE.match(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        else:
            found.append("0" if word.isdigit() else word.casefold())
    return found


class _Said:
    """The buckets of a text's words, of its pairs, and of its pairs with one word between, for the parts to share."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.stems = stems = [token[:6] for token in tokens]
        self._words = list(map(_bucket, tokens))
        self._begun = [_bucket(token[:5] + "~") for token in tokens]
        self._pairs = list(map(_bucket, stems, stems[1:]))
        self._apart = list(map(_bucket, stems, itertools.repeat("_"), stems[2:]))

    def part(self, start: int, end: int) -> set[int]:
        """The buckets of some words in a row, each once."""
        stems = self.stems[start:end]
        first, last = [*stems[:2], "$"], ["^", *stems[-2:]]
        found = {_bucket("^", first[0]), _bucket(last[-1], "$")}
        if stems:
            end = start + len(stems)
            found |= {_bucket("^", "_", first[1]), _bucket(last[-2], "_", "$")}
            found.update(self._words[start:end], self._begun[start:end], self._pairs[start : end - 1])
            found.update(self._apart[start : max(start, end - 2)])
        return found


@lru_cache(maxsize=65_536)
def _bucket(*words: str) -> int:
    return crc32(" ".join(words).encode("utf-8", "surrogatepass")) % BUCKETS


@cache
def _head() -> Head:
    told = json.loads(Path(__file__).with_name("orders.json").read_text(encoding="utf-8"))
    weights = memoryview(base64.b64decode(told["weights"])).cast("b")
    return Head(weights, told["bias"], told["field"], told["line"], tuple(told["shared"]))
