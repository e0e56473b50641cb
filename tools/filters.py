"""Which launches of a source are wanted: words kept or blocked, kinds, categories, least points.

A filter stands in scout.toml under `[filters.SOURCE]`, or in the store, where the console and `scout source filter` put
it; what stands in scout.toml outranks the store's. It judges an announcement before anything is read for it, by what the
announcement itself says. What an announcement does not say blocks nothing: one whose category its words do not tell, one
whose place counts no points. Only `keep` asks for something: one of its words must be there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

from tools.errors import UnknownName, UsageError
from tools.models import CATEGORIES, Kind, Launch
from tools.page.categories import Text, of_terms, of_words
from tools.patterns import PATTERN_CHARS, SUBJECT_CHARS, checked_pattern
from tools.settings import FILE, Settings

KEYS = ("keep", "block", "kinds", "categories", "points")
KINDS: tuple[Kind, ...] = get_args(Kind)
POINTS = (
    "points",
    "votes",
    "score",
    "stars",
    "likes",
    "installs",
    "downloads",
)  # what a place counts, first found counts
_MOST_WORDS = 100  # of one list
_MOST_CHARS = 1_000  # of a description: what a thing is, is said at its beginning
_BARE = re.compile(
    r"[^\W_][\w \-'’./+#]*"
)  # words as people write them, and no signs of a pattern but the dot and the plus
_HEADING, _LINE = 3.0, 1.0  # how much a text counts for the category: what names a thing, what describes it


@dataclass(frozen=True, slots=True)
class Word:
    """A word or pattern of a filter. bare: it is looked for as whole words, whatever the length of the text."""

    written: str
    pattern: re.Pattern[str]
    bare: bool

    def is_in(self, text: str, pieces: Sequence[str]) -> bool:
        """Whether an announcement holds it. text: all of it in lower case; pieces: as a pattern may be run over."""
        if self.bare:
            return self.written.lower() in text and self.pattern.search(text) is not None
        return any(self.pattern.search(piece) for piece in pieces)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted of one source, each part checked; empty parts ask for nothing. `origin`: where it stands."""

    keep: tuple[Word, ...] = ()
    block: tuple[Word, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    points: float = 0
    origin: str = ""

    def why_blocked(self, launch: Launch) -> str:
        """Why a launch is not wanted, in a few words; "" where it is."""
        return next(self._reasons(launch), "")

    def as_dict(self) -> dict[str, Any]:
        """The filter as it is written down; parts that ask for nothing are left out."""
        words = {"keep": [word.written for word in self.keep], "block": [word.written for word in self.block]}
        whole = {**words, "kinds": list(self.kinds), "categories": list(self.categories), "points": self.points}
        return {key: value for key, value in whole.items() if value}

    def _reasons(self, launch: Launch) -> Iterator[str]:
        if self.kinds and launch.kind not in self.kinds:
            yield f"a {launch.kind}, not {_any_of(self.kinds)}"
        if self.points and (counted := _points(launch)) and counted[1] < self.points:
            yield f"{counted[1]:g} {counted[0]}, fewer than {self.points:g}"
        text, pieces = _words_of(launch) if self.keep or self.block else ("", [])
        if found := next((word.written for word in self.block if word.is_in(text, pieces)), ""):
            yield f"blocked word {found!r}"
        if self.keep and not any(word.is_in(text, pieces) for word in self.keep):
            named = ", ".join(word.written for word in self.keep[:3])
            yield f"none of the words to keep ({named}{', …' if self.keep[3:] else ''})"
        if self.categories and (category := category_of(launch)) and category not in self.categories:
            yield f"looks like {category}, not {_any_of(self.categories)}"


def filter_of(name: str, settings: Settings, stored: str) -> Filter:
    """The filter in force for a source: that of scout.toml, else the one in the store (JSON; "": none).

    Errors: UnknownName, UsageError, naming where it stands.
    """
    table = settings.table("filters")
    if name in table:
        return checked(table[name], f"[filters.{name}] of {FILE}", FILE)
    return checked(json.loads(stored), f"the filter of {name}", "store") if stored else Filter()


def check_names(settings: Settings, known: Iterable[str]) -> None:
    """Nothing, where every filter of scout.toml is of a source that there is, and is sound. Errors: UnknownName, UsageError."""
    names = set(known)
    for name in settings.table("filters"):
        if name not in names:
            raise UnknownName(f"source for [filters.{name}] in {FILE}", name, names)
        filter_of(name, settings, "")


def checked(table: Mapping[str, Any], where: str, origin: str = "") -> Filter:
    """The filter that a table of KEYS holds. Errors: UnknownName, UsageError that begins with `where`."""
    for key in table:
        if key not in KEYS:
            raise UnknownName(f"key in {where}", str(key), KEYS)
    return Filter(
        _patterns(table, "keep", where),
        _patterns(table, "block", where),
        _words(table, "kinds", where, KINDS),
        _words(table, "categories", where, CATEGORIES),
        _number(table, where),
        origin,
    )


def sifted(launches: Sequence[Launch], wanted: Filter) -> tuple[list[Launch], list[tuple[Launch, str]]]:
    """The launches that are wanted, and those that are not with the reason, each in their order."""
    kept: list[Launch] = []
    blocked: list[tuple[Launch, str]] = []
    for launch in launches:
        if why := wanted.why_blocked(launch):
            blocked.append((launch, why))
        else:
            kept.append(launch)
    return kept, blocked


def category_of(launch: Launch) -> str:
    """The category that an announcement's own terms, else its words, tell; "" where they do not."""
    if found := of_terms(launch.tags):
        return found[0]
    texts = [Text(launch.tagline or launch.title, _HEADING, "visible"), Text(launch.description, _LINE, "visible")]
    told = of_words([text for text in texts if text.words], launch.source_url)
    return told[0] if told else ""


def _points(launch: Launch) -> tuple[str, float] | None:
    return next(((name, launch.observations[name]) for name in POINTS if name in launch.observations), None)


def _words_of(launch: Launch) -> tuple[str, list[str]]:
    """All that an announcement says, in lower case; and the same in pieces that a pattern may be run over, overlapping
    where a text is longer."""
    description = launch.description[:_MOST_CHARS]
    texts = [launch.title, launch.name, launch.tagline, *launch.tags, launch.url or "", description]
    step = SUBJECT_CHARS // 2
    pieces = (text[at : at + SUBJECT_CHARS] for text in texts for at in range(0, max(len(text) - step, 1), step))
    return "\n".join(texts).lower(), list(pieces)


def _any_of(names: Sequence[str]) -> str:
    return " or ".join(names)


def _patterns(table: Mapping[str, Any], key: str, where: str) -> tuple[Word, ...]:
    return tuple(_word(word, f"{key} of {where}") for word in _listed(table, key, where))


@lru_cache(maxsize=1_000)
def _word(written: str, where: str) -> Word:
    """A word, or the pattern that it is, whatever its case. Errors: UsageError."""
    if len(written) <= PATTERN_CHARS and _BARE.fullmatch(written):
        end = r"\b" if written[-1].isalnum() else ""
        return Word(written, re.compile(rf"\b{re.escape(written.lower())}{end}"), bare=True)
    return Word(written, re.compile(checked_pattern(written, where).pattern, re.IGNORECASE), bare=False)


def _words(table: Mapping[str, Any], key: str, where: str, known: Sequence[str]) -> tuple[str, ...]:
    found = _listed(table, key, where)
    for word in found:
        if word not in known:
            raise UnknownName(f"{key[:-1] if key == 'kinds' else 'category'} in {where}", word, known)
    return found


def _listed(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise UsageError(f'{where}: {key} takes a list of texts like ["one", "two"]; got {value!r}.')
    if len(value) > _MOST_WORDS:
        raise UsageError(f"{where}: {key} holds {len(value)} entries; at most {_MOST_WORDS} are taken.")
    return tuple(dict.fromkeys(" ".join(word.split()) for word in value))


def _number(table: Mapping[str, Any], where: str) -> float:
    value = table.get("points", 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise UsageError(f"{where}: points takes a number, 0 or more; got {value!r}.")
    return value
