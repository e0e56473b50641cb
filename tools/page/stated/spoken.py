"""How each topic is told, in the languages a page speaks: the tables beside this file, compiled when first asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tools.page.words import words

_HERE = Path(__file__).parent
_Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How a topic is told in one language. says, denies: of a sentence; has, lacks: of one in which the topic's `thing`
    stands; lists: of an item of a list or a table's row; unless: of what means something else; asks, asks_not: of a question to which yes says that the product
    has it, or that it has not."""

    stems: tuple[str, ...]
    says: _Patterns
    denies: _Patterns
    thing: re.Pattern[str] | None
    has: _Patterns
    lacks: _Patterns
    lists: _Patterns
    unless: _Patterns
    asks: _Patterns
    asks_not: _Patterns

    def tells(self, small: str) -> tuple[_Patterns, _Patterns]:
        """The expressions that may find what a sentence in lower case says, and what it denies."""
        says, denies = self.says, self.denies
        if self.thing and self.thing.search(small):
            says, denies = says + self.has, denies + self.lacks
        return (() if self.means_else(small) else says), denies

    def listed(self, small: str) -> re.Match[str] | None:
        """What names the topic in an item or a row's label in lower case."""
        found = (match for pattern in self.lists if (match := pattern.search(small)))
        return None if self.means_else(small) else next(found, None)

    def means_else(self, small: str) -> bool:
        """Whether words in lower case name the topic and mean something else."""
        return any(pattern.search(small) for pattern in self.unless)


@cache
def languages() -> tuple[dict[str, Any], ...]:
    """The tables as they stand, each with its language as `name`."""
    paths = sorted(_HERE.glob("??.toml"))
    return tuple({"name": path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))} for path in paths)


def spoken_in(words: set[str], joined: str) -> tuple[str, ...]:
    """The languages of which a sign stands among a page's words in lower case: as one of them, or, where a sign has no blank
    before it, in one of them.

    joined: the same words as one text.
    """
    return tuple(
        name for name, whole, parts in _signs() if not words.isdisjoint(whole) or any(part in joined for part in parts)
    )


@cache
def _signs() -> tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]:
    told = [(language["name"], language["around"]["signs"]) for language in languages()]
    return tuple(
        (name, frozenset(sign.strip() for sign in signs if sign[:1] == " "), tuple(s for s in signs if s[:1] != " "))
        for name, signs in told
    )


@cache
def told_of(topic: str, names: tuple[str, ...]) -> tuple[Told, ...]:
    """How a topic is told in each of some languages."""
    return tuple(_told(language, topic) for language in languages() if language["name"] in names)


@cache
def key_of(stem: str) -> str:
    """The longest word of a stem: where it is in no word of a page, the stem is nowhere on it."""
    return max(stem.split(), key=len)


@cache
def stems_of(topic: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Pieces of which one stands in whatever tells a topic in one of some languages."""
    return tuple(dict.fromkeys(stem for told in told_of(topic, names) for stem in told.stems))


def holds(small: str, key: str, names: tuple[str, ...] = ()) -> bool:
    """Whether words in lower case hold what a key of [around] finds, in any language or in some."""
    return any(pattern.search(small) for pattern in _around(key, names))


@cache
def places(names: tuple[str, ...]) -> _Patterns:
    """The expressions of a country, a city or a region in some languages."""
    spoken = (told["frames"] for told in languages() if told["name"] in names and "place" in told["frames"])
    return tuple(_pattern("<place>", frames) for frames in spoken)


def plan_spans(small: str, plans: tuple[str, ...], names: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where words in lower case name a plan as one, in some languages: of one of `plans`, or by a word for plans that cost
    something."""
    for pattern in _of_plan(plans, names):
        if match := pattern.search(small):
            yield match.span("plan")


@lru_cache(maxsize=256)
def _of_plan(plans: tuple[str, ...], names: tuple[str, ...]) -> _Patterns:
    known = sorted({*plans, *words("paid_name")}, key=lambda name: (-len(name), name))
    frames = {"plan_name": f"(?:{'|'.join(map(re.escape, known))})"}
    spoken = (told for told in languages() if told["name"] in names)
    return tuple(_pattern(text, told["frames"] | frames) for told in spoken for text in told["around"]["of_plan"])


@cache
def stems(names: tuple[str, ...]) -> tuple[str, ...]:
    """The stems of all topics in some languages."""
    tables = [table for told in languages() if told["name"] in names for table in told.values() if "stems" in table]
    return tuple(dict.fromkeys(stem for table in tables for stem in table["stems"]))


@cache
def common() -> frozenset[str]:
    """Words that begin a sentence about the product with a capital."""
    return frozenset(word for told in languages() for word in told["around"]["common"])


@cache
def counted(names: tuple[str, ...]) -> _Patterns:
    """The expressions of a number of things in each language, its group `value` the number and the thing."""
    return tuple(
        _pattern(told["frames"]["count"], told["frames"])
        for told in languages()
        if told["name"] in names and "count" in told["frames"]
    )


def _told(language: Mapping[str, Any], topic: str) -> Told:
    table, frames = language[topic], language["frames"]

    def compiled(texts: Iterable[str]) -> _Patterns:
        return tuple(_pattern(text, frames) for text in texts)

    stems, lists = tuple(table["stems"]), compiled(table["lists"])
    says, denies, unless, asks, asks_not = (
        compiled(table[key]) for key in ("says", "denies", "unless", "asks", "asks_not")
    )
    if not table["thing"]:
        return Told(stems, says, denies, None, (), (), lists, unless, asks, asks_not)
    frames = {**frames, "thing": f"(?:{table['thing']})"}
    has, lacks = (compiled(language["general"][key]) for key in ("says", "denies"))
    return Told(stems, says, denies, _pattern("<thing>", frames), has, lacks, lists, unless, asks, asks_not)


@cache
def _around(key: str, names: tuple[str, ...]) -> _Patterns:
    spoken = (told for told in languages() if not names or told["name"] in names)
    return tuple(_pattern(told["around"][key], told["frames"]) for told in spoken)


def _pattern(text: str, frames: Mapping[str, str]) -> re.Pattern[str]:
    """An expression with the frames it names put in; frames name frames."""
    while re.search(r"(?<!\?P)<[a-z_]+>", text):
        text = re.sub(r"(?<!\?P)<([a-z_]+)>", lambda match: frames[match[1]], text)
    return re.compile(text)
