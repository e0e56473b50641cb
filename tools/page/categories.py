"""The closed list of categories, and which of them terms or words stand for. Pure.

The list with what each category means is words/categories.toml. A launch place's own terms are a look-up; of words each
counts by where it stands, and nothing is said where no word defines the kind or two kinds are about as likely. A model
trained on corpus2's 351 pages instead was right on 26 % of the 14 % it was surest of (November 2026).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tools.models import Evidence, Place

TERMS_CONFIDENCE = 0.85  # a launch place's own term outranks what is gathered from words
WORDS_CONFIDENCE = 0.75  # of those given .84 are right, on the pages that the floors were set on
DESCRIPTION_WEIGHT = 3.0  # of the one line that an API or a card gives; it stands for title and description
_FILE = Path(__file__).parent / "words" / "categories.toml"
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.,;:!?|()–—·•]")
_STOP = frozenset(".,;:!?|()–—·•")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af]")
# What follows these says for whom or with what, not what it is: "an API for AI agents".
_ASIDE = frozenset(
    "for with without using via from in on into by like vs versus alternative to your against "
    "für mit ohne pour avec para com con для с".split()
)
# "Scheduling software", "a webhook platform": what stands before these is what the product is.
_HEADS = frozenset(
    "platform software tool app application system service suite solution engine server infrastructure toolkit manager "
    "generator builder plattform plateforme plataforma logiciel".split()
)
_DEFINES, _GOES_WITH = 3.0, 1.0  # points of a word that defines the kind, and of one that goes with it
_BESIDE, _HEADED, _LATER = 0.35, 1.5, 0.6  # factors: in an aside, before a head word, after the first sentence
_LEAST_POINTS, _LEAST_LEAD = 3.0, 0.25  # on corpus2 44 % of pages are then given one, of which .84 are right
_LEAST_DEFINED = 2.0  # of a word that defines the kind, by where it stands
_MOST_CHARS = 600  # of one text; what a thing is, is said at its beginning


@dataclass(frozen=True, slots=True)
class Category:
    """One entry of words/categories.toml, where each field is explained."""

    name: str
    tools: str
    what: str
    defines: tuple[str, ...]
    about: tuple[str, ...]
    terms: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text in which a product says what it is: how much its words count, and where it stands."""

    words: str
    weight: float
    place: Place
    path: str = ""


@dataclass(slots=True)
class Score:
    """What the words of some texts say for one category: its points, and the strongest defining word."""

    points: float = 0.0
    defined: float = 0.0
    quote: str = ""
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class _Hit:
    """A phrase of the list where a text has it: whose it is, and what its place makes of it."""

    phrase: str
    kinds: list[tuple[str, float]]  # category, points
    factor: float
    quote: str


@cache
def categories() -> Mapping[str, Category]:
    """Every category by its id, in the order of the file."""
    entries: dict[str, dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    lists = ("defines", "about", "terms", "also")
    return {
        key: Category(entry["name"], entry["tools"], entry["what"], *(tuple(entry.get(name, ())) for name in lists))
        for key, entry in entries.items()
    }


def name_of(category: str | None) -> str:
    """How a reader sees a category; "" for none."""
    known = categories().get(category or "")
    return known.name if known else ""


def tools_of(category: str | None) -> str:
    """What products of a category are called together: “testing tools”; "" for none."""
    known = categories().get(category or "")
    return known.tools if known else ""


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_terms(terms: Iterable[str]) -> tuple[str, list[str]] | None:
    """The category that most of these terms stand for, and those terms as given; None where none does, or two alike."""
    found: dict[str, list[str]] = {}
    for term in dict.fromkeys(terms):
        if category := _by_term().get(_spelled(term)):
            found.setdefault(category, []).append(term)
    ranked = sorted(found.items(), key=lambda pair: -len(pair[1]))
    if not ranked or (len(ranked) > 1 and len(ranked[1][1]) == len(ranked[0][1])):
        return None
    return ranked[0]


@cache
def _by_term() -> dict[str, str]:
    return {term: key for key, category in categories().items() for term in category.terms}


def _spelled(term: str) -> str:
    """A term as the file writes it: lower case, "-" for blanks; a classifier without its "Topic :: "."""
    return re.sub(r"[\s_]+", "-", term.strip().lower()).removeprefix("topic-::-")


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_words(texts: Sequence[Text], url: str) -> tuple[str, Evidence] | None:
    """The category that the words of these texts define, with the strongest of them; None where that is not plain."""
    ranked = sorted(scores(texts).items(), key=lambda pair: (-pair[1].points, pair[0]))
    best = next((pair for pair in ranked if pair[1].defined), None)
    if best is None or best[1].text is None:
        return None
    rival = max((score.points for key, score in ranked if key != best[0]), default=0.0)
    points = best[1].points
    if points < _LEAST_POINTS or points - rival < _LEAST_LEAD * points:
        return None
    said = best[1].text
    return best[0], Evidence(url, said.place, best[1].quote, said.path)


def topics(text: str) -> Iterator[tuple[str, str, bool]]:
    """(topic as the list writes it, its words as they stand, whether it defines a kind) of a text, in its order."""
    for hit in _hits(text):
        yield hit.phrase, hit.quote, any(points == _DEFINES for _, points in hit.kinds)


def defines(category: str, words: str) -> bool:
    """Whether some words hold one that defines this category, wherever in them it stands."""
    return any((category, _DEFINES) in hit.kinds for hit in _hits(words))


def scores(texts: Sequence[Text]) -> dict[str, Score]:
    """By category what these texts say for it. A word counts once in each text."""
    scored: dict[str, Score] = defaultdict(Score)
    counted: set[tuple[str, str]] = set()
    for text in texts:
        for hit in _hits(text.words):
            if (text.path, hit.phrase) in counted:
                continue
            counted.add((text.path, hit.phrase))
            for category, points in hit.kinds:
                score, worth = scored[category], points * hit.factor * text.weight
                score.points += worth
                if worth >= _LEAST_DEFINED and points == _DEFINES and worth > score.defined:
                    score.defined, score.quote, score.text = worth, hit.quote, text
    return scored


@lru_cache(maxsize=64)  # a page's title, heading and description are asked for its category and for its tags
def _hits(text: str) -> Sequence[_Hit]:
    """The words of the list in the beginning of a text, the longest at each place."""
    return tuple(_found(text[:_MOST_CHARS]))


def _found(text: str) -> Iterator[_Hit]:
    found = list(_WORD.finditer(text))
    stems = [_stem(match[0].lower()) for match in found]
    sizes, aside, later, at = _sizes(), False, 1.0, 0
    while at < len(stems):
        word = stems[at]
        if word in _STOP:
            aside = False
            later = _LATER if word in ".!?" else later
        elif word in _ASIDE:
            aside = True
        size = _longest(stems, at) if word in sizes else 0
        end = at + max(1, size)
        if size:
            headed = end < len(stems) and stems[end] in _HEADS
            factor = later * (_BESIDE if aside else 1.0) * (_HEADED if headed else 1.0)
            phrase = _spaced()[tuple(stems[at:end])]
            yield _Hit(phrase, _phrases()[phrase], factor, text[found[at].start() : found[end - 1].end()])
        at = end
    if _UNSPACED.search(text):
        low = text.lower()
        for phrase in _unspaced():
            if (start := low.find(phrase)) >= 0:
                yield _Hit(phrase, _phrases()[phrase], 1.0, text[start : start + len(phrase)])


def _longest(stems: Sequence[str], at: int) -> int:
    """How many words from here on are a phrase of the list; 0 for none."""
    sizes = (size for size in _sizes()[stems[at]] if at + size <= len(stems))
    return next((size for size in sizes if tuple(stems[at : at + size]) in _spaced()), 0)


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    """A word without the s of its plural."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@cache
def _phrases() -> Mapping[str, list[tuple[str, float]]]:
    """What each phrase says: categories, each with its points."""
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for key, category in categories().items():
        for points, phrases in ((_DEFINES, category.defines), (_GOES_WITH, category.about)):
            for phrase in phrases:
                found[phrase].append((key, points))
    return found


@cache
def _spaced() -> Mapping[tuple[str, ...], str]:
    """The phrases that spaces part, by their words without plurals."""
    spaced = (phrase for phrase in _phrases() if not _UNSPACED.search(phrase))
    return {tuple(_stem(match[0]) for match in _WORD.finditer(phrase)): phrase for phrase in spaced}


@cache
def _sizes() -> dict[str, list[int]]:
    """By a phrase's first word, how many words the phrases have that begin so; the longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for words in _spaced():
        found[words[0]].add(len(words))
    return {word: sorted(sizes, reverse=True) for word, sizes in found.items()}


@cache
def _unspaced() -> Sequence[str]:
    return [phrase for phrase in _phrases() if _UNSPACED.search(phrase)]
