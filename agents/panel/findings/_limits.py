"""How much of a thing a free plan gives, as its page counts it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.panel.findings._shared import Once
from agents.panel.findings._words import figure
from tools.dossier import Statement

_NUMBER = re.compile(r"(?P<number>\d[\d.,]*)\s?(?P<scale>[kKM]\b|million\b|thousand\b)?")
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "million": 1e6, "thousand": 1e3}
_THING = re.compile(r"\s*(?P<thing>[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,2})")
_PERIOD = re.compile(r"\s*(?:a|an|per|each|every|/)\s?(?P<period>hour|day|week|month|year)\b", re.IGNORECASE)
_ENDS = frozenset("a an and are at each every for free in included is of on only or per the to with".split())
# Behind a limit: its end, a mark that ends it, or a word that says no more of it.
_ENDED = re.compile(r"\s*(?:$|[^\w\s/]|/\s?\d|(?:limit|total|max|only|free|included|and)\b)", re.IGNORECASE)
_SIZES = ("KB", "MB", "GB", "TB")
_OF = re.compile(r" of [a-z]+")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a thing, of which there are new ones every month where it says so: in small letters and the plural, by which
    it is compared, and as it is written. is_whole: nothing follows that would say more of it; is_about: not to the last one."""

    number: float
    thing: str
    written: str
    is_whole: bool = True
    is_about: bool = False

    def __str__(self) -> str:
        return f"{figure(self.number)} {self.written}"

    @property
    def noun(self) -> str:
        """The thing without how often there are new ones."""
        return self.thing.partition(" a ")[0]

    @property
    def once(self) -> str:
        """The same as it stands alone: “1 team member” for “1 Team Members”."""
        thing, every, period = self.written.partition(" a ")
        words = [word.lower() if word.istitle() else word for word in thing.split()]
        if self.number == 1 and len(words[-1]) > 3 and words[-1][-2:] not in ("ss", "us"):
            words[-1] = words[-1].removesuffix("s")
        return f"{'about ' if self.is_about else ''}{figure(self.number)} {' '.join(words)}{every}{period}"


@lru_cache(maxsize=4_096)  # the products of a category are one another's peers
def limit_of(value: str, quote: str) -> Limit | None:
    """The number and the thing that a limit's figure stands for, by its own words or by those behind it in the quote."""
    number = _NUMBER.search(value)
    if number is None:
        return None
    behind = value[number.end() :]
    if not re.search(r"[A-Za-z]", behind) and value in quote:
        behind = quote.partition(value)[2]
    found = _THING.match(behind)
    try:
        many = float(number["number"].rstrip(".,").replace(",", "")) * _SCALES.get(number["scale"] or "", 1)
    except ValueError:  # "1.000.000": what parts its thousands is not told
        return None
    words: list[str] = []
    for word in found["thing"].split() if found else ():
        if word.lower() in _ENDS:
            break
        words.append(word)
    written = " ".join(words)
    if not written or many <= 0:
        return None
    rest = behind.partition(written)[2] or quote.partition(value)[2]
    if written.upper() in _SIZES and (of := _OF.match(rest)):
        written, rest = written + of[0], rest[of.end() :]  # "3 GB" alone may be of anything
    thing, every = written.lower(), _period(rest)
    plural = thing if thing.endswith("s") or len(thing) < 3 else f"{thing}s"
    about = value.startswith("~") or quote.partition(value)[0].rstrip().endswith("~")
    return Limit(many, plural + every, written + every, _ENDED.match(_PERIOD.sub("", rest, count=1)) is not None, about)


def _period(behind: str) -> str:
    found = _PERIOD.match(behind)
    return f" {'an' if found['period'].lower() == 'hour' else 'a'} {found['period'].lower()}" if found else ""


def _limits_of(statements: Sequence[Statement]) -> Mapping[str, Limit]:
    told = [one for one in statements if one.topic == "free_limit" and not one.denied]
    limits = [limit for one in told if (limit := limit_of(one.value, one.quote))]
    return {limit.thing: limit for limit in reversed(limits)}


limits_of: Once[Sequence[Statement], Mapping[str, Limit]] = Once(_limits_of)  # the first of each thing
