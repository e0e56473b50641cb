"""How each topic is told, in the languages a page speaks: the tables beside this file, compiled when first asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How a topic is told in one language. says, denies: of a sentence; lists: of an item of a list or a table's row;
    asks, asks_not: of a question to which yes says that the product has it, or that it has not."""

    stems: tuple[str, ...]
    says: _Patterns
    denies: _Patterns
    lists: _Patterns
    asks: _Patterns
    asks_not: _Patterns


@cache
def languages() -> tuple[dict[str, Any], ...]:
    """The tables as they stand, each with its language as `name`."""
    paths = sorted(_HERE.glob("??.toml"))
    return tuple({"name": path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))} for path in paths)


def spoken_in(small: str) -> tuple[str, ...]:
    """The languages whose words stand in a text in lower case."""
    blanked = f" {small} ".replace("\n", " ")
    return tuple(told["name"] for told in languages() if any(sign in blanked for sign in told["around"]["signs"]))


@cache
def told_of(topic: str, names: tuple[str, ...]) -> tuple[Told, ...]:
    """How a topic is told in each of some languages."""
    return tuple(_told(language, topic) for language in languages() if language["name"] in names)


@cache
def stems_of(topic: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Pieces of which one stands in whatever tells a topic in one of some languages."""
    return tuple(dict.fromkeys(stem for told in told_of(topic, names) for stem in told.stems))


def holds(words: str, key: str) -> bool:
    """Whether words in lower case hold what a key of [around] finds, in any language."""
    return any(pattern.search(words) for pattern in _around(key))


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
    return tuple(_pattern(told["frames"]["count"], told["frames"]) for told in languages() if told["name"] in names and "count" in told["frames"])


def _told(language: Mapping[str, Any], topic: str) -> Told:
    table = language[topic]
    frames = {**language["frames"], "thing": f"(?:{table['thing']})"} if table["thing"] else language["frames"]
    general = language["general"] if table["thing"] else {"says": [], "denies": []}

    def compiled(key: str) -> _Patterns:
        return tuple(_pattern(text, frames) for text in (*table[key], *general.get(key, ())))

    keys = ("says", "denies", "lists", "asks", "asks_not")
    return Told(tuple(table["stems"]), *map(compiled, keys))


@cache
def _around(key: str) -> _Patterns:
    return tuple(_pattern(told["around"][key], told["frames"]) for told in languages())


def _pattern(text: str, frames: Mapping[str, str]) -> re.Pattern[str]:
    """An expression with the frames it names put in; frames name frames."""
    while re.search(r"(?<!\?P)<[a-z_]+>", text):
        text = re.sub(r"(?<!\?P)<([a-z_]+)>", lambda match: frames[match[1]], text)
    return re.compile(text)
