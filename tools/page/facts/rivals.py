"""Whom the page sets its product against by name: "X vs Y", "an alternative to Y", "migrate from Y"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.models import Evidence, Fact
from tools.page.about import About
from tools.page.names import NO_RIVAL, is_rival_name, squash
from tools.page.seen import Seen, found

_CONFIDENCE = 0.7
_MOST, _LONGEST = 12, 300  # names kept; characters of a line that is read for them
_NAME = r"[A-Z0-9][\w+&/-]*(?:\.[a-z]{2,4}\b)?(?: (?!(?:And|Or|For|To|In|With|Is|Are)\b)[A-Z0-9][\w+&/-]*(?:\.[a-z]{2,4}\b)?){0,2}"
_JOINS = r"(?:, (?:and |or )?| and | or | & |/)"
_LIST = rf"{_NAME}(?:{_JOINS}{_NAME}){{0,4}}"
_AGAINST = r"(?:[Vv]s\.?|[Vv]ersus)"  # in capitals it is a word of a name
_VERSUS = rf" {_AGAINST} "
_OPENS = r"(?i:(?:the|your|an?|other|tools like|apps like) )?"
_SAYS = re.compile(
    rf"\b(?i:alternatives? (?:to|for)|compared (?:to|with)|replacements? for|"
    rf"(?:switch|migrat|mov|import)(?:e|es|ed|ing|ion)? (?:\w+ )?(?:over )?from) {_OPENS}(?P<after>{_LIST})|"
    rf"(?<![\w.])(?P<before>{_LIST}) (?i:alternatives?)\b|"
    rf"(?:^|(?P<left>{_NAME}) ){_AGAINST} (?P<right>{_LIST}(?:{_VERSUS}{_LIST}){{0,4}})"
)
_POINTING = NO_RIVAL | frozenset("this that these those which what some many several few more most different".split())
_STEMS = ("alternative", "vs", "versus", "compared", "replacement", "from")
_CUTS = re.compile(rf"{_JOINS}|{_VERSUS}")


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The names in the order of their first mention, each with the words that set it against the product."""
    own = {key for key in (squash(about.own), squash(about.brand), seen.clues.label) if key}
    quotes: dict[str, Evidence] = {}
    keys: set[str] = set()
    for evidence in _lines(seen):
        for name in _named(evidence.quote, own):
            if squash(name) not in keys and is_rival_name(name) and name[0].isupper() and not _is_word(seen, name):
                quotes[name] = evidence
                keys.add(squash(name))
        if len(quotes) >= _MOST:
            break
    told = [name for name in quotes if not any(f" {other} " in f" {name} " for other in quotes if other != name)]
    yield from found("rivals", told, "text", _CONFIDENCE, *dict.fromkeys(quotes[name] for name in told))


def _lines(seen: Seen) -> Iterator[Evidence]:
    """Every text that may compare: the head's, then the visible lines."""
    for path, text in (("title", seen.meta.title), ("meta description", seen.meta.first("description"))):
        if any(stem in text.lower() for stem in _STEMS):
            yield seen.quote(text, "markup", path)
    telling = sorted(seen.view.small.holding(_STEMS))
    lines = (seen.view.lines[number] for number in telling)
    yield from (seen.quote(line.text, "visible") for line in lines if not line.shade and len(line.text) <= _LONGEST)


def _named(text: str, own: set[str]) -> Iterator[str]:
    """The names a text sets against the product, without its own. Of two that are none of it, neither is its rival."""
    for match in _SAYS.finditer(text[:_LONGEST]):
        sides = [side for side in match.group("after", "before", "left", "right") if side]
        names = [_bare(name) for side in sides for name in _CUTS.split(side)]
        others = [name for name in names if name and not _is_own(name, own)]
        if not match["left"] or len(others) < len(names):
            yield from others


def _bare(name: str) -> str:
    """A name without what a comparison calls it besides: "10 Best Open Source Acme" is Acme."""
    return " ".join(word for word in name.split() if word.lower() not in _POINTING and not word.isdigit())


def _is_own(name: str, own: set[str]) -> bool:
    key = squash(name)
    return any(key in one or one in key for one in own)


def _is_word(seen: Seen, name: str) -> bool:
    """Whether the page also writes the name small, as headings write plain words with capitals."""
    words = seen.clues.words
    way = name.lower().split()
    return any(words.written[at : at + len(way)] == way for at in words.places(way))
