"""The data a page is read with: one committed file a kind, and the words of price pages, one file a language.

A concept is a key of these files. All languages are read at once: pages mix them and seldom say which they speak.
How a word is matched: case does not matter; it stands alone, in scripts that part their words; a blank is any run of
blanks or hyphens, and may be missing between letters of scripts that do without; a hyphen may be a blank or missing; "/"
may have a blank after it; "*" at an end lets letters go on there; "#" is a number; a full stop at the end may be missing.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from tools.kept import compiled, kept, short

_Tree: TypeAlias = "dict[str, _Tree]"  # of pieces of words; "" where a word ends
_HERE = Path(__file__).parent
# Ideographs, kana and Thai: their words stand without blanks. Korean has blanks; what its words take at the end is a "*".
_UNPARTED = "\u3005-\u9fff\u0e00-\u0e7f"
_LETTER = rf"[^\W{_UNPARTED}]"
_UNPARTED_SIGN = re.compile(f"[{_UNPARTED}]")
_FOREIGN = re.compile(r"[^\W\x00-\x7f]")
_UNBLANKED = re.compile(f"[{_UNPARTED}\uac00-\ud7af]")
_PIECES = {"#": r"\d+", "/": r"[/／]\s?", "-": r"[\s_-]?", "'": "['’]", "’": "['’]"}
_SIGNS = " \t\n!?.,:;*†·•→›»«←<>|()[]。！？：、…—–-+"
_WORD = re.compile(r"\w")
_PARTED_RUN = re.compile(f"{_LETTER}+")
_FROM_DIGIT = re.compile(r"\d[^\n]*")
_RUN, _JOINED = re.compile(r"\w+"), re.compile(r"[\w#-]+")
_CONCEPT = re.compile(r"(?<!\?P)<([a-z_]+)>")


@cache
def table(name: str) -> dict[str, Any]:
    """The table of a JSON file beside this one, by its name without the suffix; read once."""
    found: dict[str, Any] = json.loads((_HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def function_words() -> frozenset[str]:
    """Words of any language that name nothing, in lower case; what they are is explained in their file."""
    told: dict[str, str] = tomllib.loads((_HERE / "function_words.toml").read_text(encoding="utf-8"))
    return frozenset(" ".join(told.values()).split())


@cache
def languages() -> dict[str, dict[str, list[str]]]:
    """The words of each language by concept, as they stand in its file."""
    return kept(
        "languages",
        _files(),
        lambda: {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in _paths()},
    )


def _paths() -> list[Path]:
    return sorted(_HERE.glob("??.toml"))


@cache
def _files() -> tuple[bytes, ...]:
    """All that the expressions of this module follow from, besides what is asked for."""
    return tuple(path.read_bytes() for path in (Path(__file__), *_paths()))


@cache
def words(*concepts: str) -> tuple[str, ...]:
    """The words of some concepts in all languages, in lower case, each once, the longest first."""
    found = {low(word) for told in languages().values() for concept in concepts for word in told[concept]}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def low(text: str) -> str:
    """A text in lower case and of the same length, as the patterns of this module expect it."""
    small = text.lower()
    return small if small.isascii() else small.replace("i\u0307", "i")


@cache
def source(*concepts: str, plain: bool = False) -> str:
    """An expression without groups of its own that finds each word of some concepts in a text in lower case.

    plain: in a text whose letters are all ASCII; it has a tenth of the words and takes a tenth of the time.
    """
    sides: dict[tuple[str, str], _Tree] = {}
    for word in words(*concepts):
        if plain and _FOREIGN.search(word):
            continue
        start, pieces, end = _matched(word, plain)
        at = sides.setdefault((start, end), {})
        for piece in pieces:
            at = at.setdefault(piece, {})
        at[""] = {}
    return "(?:" + "|".join(f"{start}{_written(tree)}{end}" for (start, end), tree in sides.items()) + ")"


@cache
def any_of(*concepts: str, plain: bool = False) -> re.Pattern[str]:
    """The compiled pattern that finds each word of some concepts in a text in lower case (`low`), in all languages.

    plain: as in `source`.
    """
    name = short(*concepts, str(plain))
    return compiled(f"words_{name}", (*_files(), *concepts, str(plain)), lambda: source(*concepts, plain=plain))


class Phrase:
    """An expression in which `<concept>` stands for each word of that concept; asked of any text, compiled when first asked.

    What it matches is in lower case and where it stands in the text. needed: whatever it matches holds a word of one of these
    concepts, or one of the pieces; most texts do not, which is told many times as fast.
    """

    def __init__(self, expression: str, *needed: str, pieces: Sequence[str] = ()) -> None:
        self.expression, self.needed, self.pieces = expression, needed, pieces

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return self._compiled(plain=False)

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return self._compiled(plain=True)

    def _compiled(self, *, plain: bool) -> re.Pattern[str]:
        return compiled(
            f"phrase_{short(self.expression, str(plain))}",
            (*_files(), self.expression, str(plain)),
            lambda: _CONCEPT.sub(lambda match: source(match[1], plain=plain), self.expression),
        )

    @cached_property
    def _hints(self) -> Hints:
        found = hints(*self.needed)
        return Hints(found.runs, (*found.pieces, *self.pieces), found.dense)

    def _asked_of(self, text: str) -> tuple[re.Pattern[str], str] | None:
        """The pattern for a text and that in lower case; None where nothing in it can match."""
        said = heard(text)
        if not said.small or (self.needed and not self._hints.may_be_in(said)):
            return None
        return self._plain if said.plain else self._pattern, said.small

    def search(self, text: str) -> re.Match[str] | None:
        """The first place of a text that it matches."""
        asked = self._asked_of(text)
        return asked[0].search(asked[1]) if asked else None

    def match(self, text: str) -> re.Match[str] | None:
        """What it matches at a text's beginning."""
        asked = self._asked_of(text)
        return asked[0].match(asked[1]) if asked else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The whole text, where it matches that."""
        asked = self._asked_of(text)
        return asked[0].fullmatch(asked[1]) if asked else None

    def without(self, text: str) -> str:
        """A text in lower case without what it matches."""
        asked = self._asked_of(text)
        return asked[0].sub(" ", asked[1]) if asked else low(text)


def find(text: str, *concepts: str) -> re.Match[str] | None:
    """The first word of some concepts in a text, where it stands there."""
    said = heard(text)
    return any_of(*concepts, plain=said.plain).search(said.small) if hints(*concepts).may_be_in(said) else None


def is_one(text: str, *concepts: str) -> bool:
    """Whether a text is one word of some concepts, and nothing else but signs around it."""
    said = heard(text)
    if not hints(*concepts).may_be_in(said):
        return False
    return any_of(*concepts, plain=said.plain).fullmatch(said.small.strip(_SIGNS)) is not None


def made_of(text: str, needed: str, *beside: str) -> bool:
    """Whether a text holds words of one concept and, besides, nothing but words of some others and signs."""
    said = heard(text)
    if not hints(needed).may_be_in(said):
        return False
    rest, told = any_of(needed, plain=said.plain).subn(" ", said.small)
    return bool(told) and not _WORD.search(any_of(*beside, plain=said.plain).sub(" ", rest) if beside else rest)


class Heard(NamedTuple):
    """A text in lower case, and its runs of letters and digits, as letters of a script that parts no words part them.

    plain: its letters are all ASCII; dense: some are of a script in which blanks may be missing.
    """

    small: str
    runs: frozenset[str]
    plain: bool
    dense: bool


@lru_cache(maxsize=4096)
def heard(text: str) -> Heard:
    """What the words are looked for in."""
    small = low(text)
    plain = small.isascii() or not _FOREIGN.search(small)
    dense = not plain and _UNBLANKED.search(small) is not None
    return Heard(small, frozenset((_PARTED_RUN if dense else _RUN).findall(small)), plain, dense)


@dataclass(frozen=True, slots=True)
class Hints:
    """One of these runs stands in each text that holds a word, or one of these pieces does; `dense`: pieces of the words
    in scripts in which blanks may be missing."""

    runs: frozenset[str]
    pieces: tuple[str, ...]
    dense: tuple[str, ...] = ()

    def may_be_in(self, said: Heard) -> bool:
        """False only where no word is: most texts have none, and this is told ten times as fast as by the pattern."""
        if not said.runs.isdisjoint(self.runs):
            return True
        for piece in (*self.pieces, *self.dense) if said.dense else self.pieces:  # noqa: SIM110 - twice as fast as any()
            if piece in said.small:
                return True
        return False


@cache
def hints(*concepts: str) -> Hints:
    """What tells that a text may hold a word of some concepts."""
    return Hints(*kept(f"hints_{short(*concepts)}", (*_files(), *concepts), lambda: _hints(concepts)))


def _hints(concepts: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    runs, pieces, dense = set[str](), set[str](), set[str]()
    for word in words(*concepts):
        if _UNBLANKED.search(word):
            dense.add(max(_RUN.findall(word), key=len))
            continue
        whole = [] if "*" in word else [run.split("-") for run in _JOINED.findall(word)]
        whole = [parts for parts in whole if all(parts) and "#" not in "".join(parts)]
        if whole:
            runs |= _spellings(max(whole, key=lambda run: (len(run) == 1, len("".join(run)))))
        else:
            pieces.add(max(_RUN.findall(word), key=len, default=""))
    return frozenset(runs), tuple(sorted(pieces, key=len)), tuple(sorted(_shortest(dense), key=len))


def _shortest(pieces: set[str]) -> set[str]:
    """The pieces that hold no other one: where one of the rest stands, one of these does."""
    return {piece for piece in pieces if not any(other in piece for other in pieces if other != piece)}


def _spellings(parts: Sequence[str]) -> set[str]:
    """The runs that a word with hyphens may begin with, which are left out at will or are a sign of the run themselves."""
    first, *rest = parts
    return {first, *(first + joint + run for joint in ("", "_") for run in (_spellings(rest) if rest else ()))}


class Lines:
    """Lines in lower case that are asked again and again for words: found in one text of them all instead of asking each line."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def holding(self, pieces: Iterable[str]) -> set[int]:
        """The numbers of the lines in which one of some pieces of text stands."""
        whole, ends = self._whole
        found: set[int] = set()
        for piece in pieces:
            at = whole.find(piece)
            while at >= 0:
                number = bisect_right(ends, at)
                found.add(number)
                at = whole.find(piece, ends[number])
        return found

    def may_hold(self, *concepts: str) -> set[int]:
        """The numbers of the lines that may hold a word of some concepts: all that do, and some more."""
        told, (runs, dense) = hints(*concepts), self._runs
        return self.holding((*told.pieces, *(told.runs & runs), *(told.dense if dense else ())))

    def with_digits(self) -> set[int]:
        """The numbers of the lines in which a digit stands."""
        whole, ends = self._whole
        return {bisect_right(ends, found.start()) for found in _FROM_DIGIT.finditer(whole)}

    @cached_property
    def _whole(self) -> tuple[str, list[int]]:
        """All lines as one text, and where each ends in it."""
        return "\n".join(self._lines), list(accumulate(map((1).__add__, map(len, self._lines))))

    @cached_property
    def _runs(self) -> tuple[frozenset[str], bool]:
        """The runs of letters and digits in all lines, and whether blanks may be missing in some."""
        whole = self._whole[0]
        dense = not whole.isascii() and _UNBLANKED.search(whole) is not None
        return frozenset((_PARTED_RUN if dense else _RUN).findall(whole)), dense


def _matched(word: str, plain: bool) -> tuple[str, list[str], str]:
    """How a word of the files is matched: what must stand before it, its signs, what must follow, as expressions.

    plain: among letters that are all ASCII, where a word's edge is a letter's edge.
    """
    bare = word.strip("*").rstrip(".")
    before, behind = (r"\b", r"\b") if plain else (f"(?<!{_LETTER})", f"(?!{_LETTER})")
    start = r"\w*" if word.startswith("*") else before if _parts(bare[0]) else ""
    end = r"\w*" if word.endswith("*") else behind if _parts(bare[-1]) else ""
    return start, [_piece(bare, at) for at in range(len(bare))], end


def _piece(word: str, at: int) -> str:
    sign = word[at]
    if sign == " ":
        return r"\s?" if all(map(_UNBLANKED.match, (word[at - 1], word[at + 1]))) else r"[\s-]+"
    return _PIECES.get(sign) or re.escape(sign)


def _written(tree: _Tree) -> str:
    """A tree of pieces as an expression: what words begin with alike is asked once, and the longest word is found."""
    ways = [piece + _written(below) for piece, below in tree.items() if piece]
    if not ways:
        return ""
    if "" in tree:
        return f"(?:{'|'.join(ways)})?"
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _parts(sign: str) -> bool:
    """Whether a word that ends in this sign is parted from the next one."""
    return unicodedata.category(sign)[0] in "LMN" and not _UNPARTED_SIGN.match(sign)
