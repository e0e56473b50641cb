"""What of a pack a model is shown, and how it is cited: passages within a budget, each sentence with a number of its own,
and the strongest findings, which bring their citations with them.

Six prompts of one panel begin alike, which endpoints charge less for: first what all critics are shown, then what bears
on one critic's fields. Where all fits, all is shown to all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from agents.panel.evidence_pack import Pack
from tools.claims import stem
from tools.models import Citation, Finding, Passage
from tools.page.quotes import neutral
from tools.page.sentences import sentences
from tools.personas import Persona

# With what is asked besides, six prompts of this size take 25,000 tokens, and leave room for repairs below 30,000:
# python bench/review.py
SHARED_BYTES = 5_600  # of passages that all six are shown; UTF-8, about four to a token of English
OWN_BYTES = 2_800  # of those that one is shown besides
MOST_FINDINGS = 6
UNKNOWN = 0  # the passage of a citation whose number stands for no sentence; its quote is what was written
_WORD = re.compile(r"[^\W\d_]{3,}")
_CITED = re.compile(r"\[?E?(\d{1,4})\.(\d{1,3})\]?")
_FINDING = re.compile(r"\[?F(\d{1,2})\]?")
_DIRECTIONS = {1: "for it", -1: "against it", 0: "neither for it nor against"}
_AMBIGUOUS = 10  # sentences of a passage from which on 3.1 written as a number may have been 3.10


@dataclass(frozen=True, slots=True)
class Shown:
    """The passages that a critic is shown: what it shares with the others, and its own; each in their order. findings:
    strongest first."""

    shared: tuple[Passage, ...]
    own: tuple[Passage, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All of them, by number."""
        return tuple(sorted((*self.shared, *self.own), key=lambda one: one.number))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of all passages that it knows something of: those it is shown, and those its findings rest on."""
        cited = (one.passage for finding in self.findings for one in finding.citations)
        return tuple(sorted({*cited, *(one.number for one in self.passages)}))

    def citations(self, number: str | float) -> tuple[Citation, ...]:
        """What a number stands for: a sentence ("3.2"), or all that a finding rests on ("F2")."""
        named = _FINDING.fullmatch(str(number).strip())
        if named and 1 <= int(named[1]) <= len(self.findings):
            return self.findings[int(named[1]) - 1].citations
        return (self.cited(number),)

    def cited(self, number: str | float) -> Citation:
        """The sentence of that number ("3.2", also "E3.2"), word for word; of passage UNKNOWN where there is none."""
        written = str(number).strip()
        found = _CITED.fullmatch(written)
        lines = self._lines(int(found[1])) if found else ()
        place = int(found[2]) if found else 0
        if not 1 <= place <= len(lines) or (not isinstance(number, str) and len(lines) >= _AMBIGUOUS):
            return Citation(UNKNOWN, written)
        return Citation(int(found[1]) if found else UNKNOWN, lines[place - 1])

    def number_of(self, citation: Citation) -> str:
        """The number under which a citation was written."""
        lines = self._lines(citation.passage)
        place = lines.index(citation.quote) + 1 if citation.quote in lines else 0
        of = next((at for at, one in enumerate(self.findings, start=1) if citation in one.citations), 0)
        return f"{citation.passage}.{place}" if place else f"F{of}" if of else citation.quote

    def numbers_beside(self, written: str) -> str:
        """What there is instead of a number that stands for no sentence, in a clause."""
        found = re.search(r"\d+", written)
        if not found:
            return "a sentence is cited as 3.2"
        lines = self._lines(int(found[0]))
        if not lines:
            return f"you were given no passage {found[0]}"
        return f"passage {found[0]} has the sentences {found[0]}.1 to {found[0]}.{len(lines)}, each written as text"

    def _lines(self, passage: int) -> tuple[str, ...]:
        return next((sentences(one.text) for one in (*self.shared, *self.own) if one.number == passage), ())


def shown(pack: Pack, persona: Persona) -> Shown:
    """What this critic is shown of a pack: what a visitor sees, an API says and our store holds; no markup, where text
    can hide. Of a large pack some of every page and class, the same for all critics, and what bears on its fields."""
    able = [passage for passage in pack.passages if passage.place != "markup"]
    findings = pack.findings[:MOST_FINDINGS]
    if sum(map(_size, able)) <= SHARED_BYTES + OWN_BYTES:
        return Shown(tuple(able), findings=findings)
    shared = _within(_in_turns(able), SHARED_BYTES)
    rest = [passage for passage in able if passage not in shared]
    return Shown(_ordered(shared), _ordered(_within(_by_relevance(rest, persona, able), OWN_BYTES)), findings)


def listed(passages: Iterable[Passage]) -> str:
    """Passages as a prompt holds them: where each is from, then its sentences by number, neutral."""
    return "\n\n".join(map(_listed, passages))


def found(findings: Sequence[Finding]) -> str:
    """Findings as a prompt holds them, a line each."""
    return "\n".join(
        f"F{number} ({_DIRECTIONS[one.direction]}): {' '.join(neutral(one.text).split())}"
        for number, one in enumerate(findings, start=1)
    )


@lru_cache(maxsize=1024)
def _listed(passage: Passage) -> str:
    head = f"[E{passage.number}] {passage.trust}, {passage.label}, read {passage.fetched_at:%Y-%m-%d}"
    rows = (f"{passage.number}.{place} {neutral(one)}" for place, one in enumerate(sentences(passage.text), start=1))
    return "\n".join((head, *rows))


def _size(passage: Passage) -> int:
    return len(_listed(passage).encode("utf-8", "replace")) + 2


def _ordered(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple(sorted(passages, key=lambda one: one.number))


def _within(passages: Iterable[Passage], budget: int) -> list[Passage]:
    """The first of them that fit a budget; one that does not is passed over for a shorter one."""
    kept = []
    for passage in passages:
        if _size(passage) <= budget:
            kept.append(passage)
            budget -= _size(passage)
    return kept


def _in_turns(passages: Sequence[Passage]) -> list[Passage]:
    """Of every class and page the first, then of each the second, and so on."""
    groups: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        groups.setdefault((passage.trust, passage.label), []).append(passage)
    return [one for turn in zip_longest(*groups.values()) for one in turn if one is not None]


def _by_relevance(rest: Sequence[Passage], persona: Persona, everything: Sequence[Passage]) -> list[Passage]:
    """The passages that share most words with what the critic asks first: each word weighs by how rare it is here."""
    wanted = _persona_words(persona)
    texts = {one.number: _stems(one.text) for one in everything}
    held = {word: sum(word in text for text in texts.values()) for word in wanted}

    def closeness(passage: Passage) -> float:
        shared = wanted & texts[passage.number]
        return sum(math.log(1 + len(texts) / held[word]) for word in shared) / math.sqrt(len(passage.text) + 1)

    return sorted(rest, key=lambda one: (-closeness(one), one.number))


@lru_cache(maxsize=32)
def _asked(*texts: str) -> frozenset[str]:
    return frozenset().union(*map(_stems, texts))


def _persona_words(persona: Persona) -> frozenset[str]:
    fields = [text for field in persona.fields for text in (field.title, field.asks, *field.anchors)]
    return _asked(persona.question, *persona.looks_for, *fields)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word.lower()) for word in _WORD.findall(text))
