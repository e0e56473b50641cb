"""The rubric reviewer: no model, no key, no chance. It rates what is written and quotes what it used.

A field's level is the highest whose condition on the named signals of agents/panel/signals.py holds (the `when` tables of
the persona files); no condition, no rating. The conditions say in signals what the anchor of the same level says in
words. How they were fixed, before any store was scored: level 4 asks for the thing itself and a figure, a name or a
second proof beside it; 3 for the thing itself, concrete enough to be wrong; 2 for a mention; 1 for the opposite or a
bare claim; 0 for silence where silence is a fault. A product that is concrete on nearly everything has a mean near 3,
that is 75, and the threshold of 70 asks for that. Weights are 1 to 3 by what the persona's question turns on. Silence
is left unrated, except where silence is itself the fault asked about (limits, gaps, price, rights, handoff, opinion).
Weights and threshold were not moved after scores were seen. Two things were, while hits were read on saved pages and on
the demo's: the patterns, that is what counts as found; and a few conditions whose level did not say what its anchor
says (silence about limits, moat and growth; "what it does" beside "what it is"; named platforms as a dependency).
Patterns were mended for what they misread, never for a score; gates still mean most on pages that nobody has read.

The text is put together from the sentences of the persona files: facts carry the words found, and the persona's own
judgement is marked as inference or opinion. Which of several phrasings is used depends on a hash of slug and field.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from agents.panel.evidence_pack import Pack
from agents.panel.sentences import Hit
from agents.panel.signals import LABELS, NAMES, find_signals
from tools.claims import supports
from tools.errors import UnknownName
from tools.models import Citation, Claim, Rating, Review
from tools.page.quotes import find_quote
from tools.personas import LEVELS, Persona, PersonaField, Term, personas

Found = Mapping[str, tuple[Hit, ...]]
MOST_FACTS = 2  # of one field; further ones are in the passages
HORIZON_YEARS = 2  # of a thesis
_CLAUSES = re.compile(r"(?<=[,;:–—])\s|\s(?=[–—(])|\s(?=but\b|because\b|while\b|instead\b)")
_WISHES = ("I would still want", "Still missing:", "What I would ask for next:", "I would look for")
WISHES_AT = 2  # a weakest field at this level closes with what it lacks; a lower one has said so itself


class RubricReviewer:
    """Reviews by rule. Same pack, same bytes.

    Errors: UnknownName when a persona file asks for a signal that does not exist.
    """

    name = "rubric"
    halt = None

    def __init__(self, critics: Sequence[Persona] | None = None) -> None:
        for critic in personas().values() if critics is None else critics:
            check_signals(critic)

    def review(self, persona: Persona, pack: Pack) -> Review:
        """The draft of one persona: a rating for each field, in the order in which they are best told."""
        writer = _Writer(pack, persona, signals_of(pack))
        ratings = [writer.rating(rules) for rules in persona.fields]
        return Review(persona.name, self.name, None, None, "", tuple(writer.as_told(ratings)))


def check_signals(persona: Persona) -> None:
    """Errors: UnknownName when a rule or a phrase of the persona names no signal."""
    for each in persona.fields:
        asked = {term.signal for terms in each.when.values() for alternative in terms for term in alternative}
        for signal in sorted(asked | set(each.says)):
            if signal not in NAMES:
                raise UnknownName(f"signal ({persona.name}, {each.name})", signal, NAMES)


def signals_of(pack: Pack) -> Found:
    """The signals of a pack; kept for the six personas that ask in turn."""
    return _signals(pack.hash, pack.content_hash, _ByHash(pack))


def rivals_of(pack: Pack) -> tuple[str, ...]:
    """Names of other products that the pack's own pages compare it with."""
    return tuple(dict.fromkeys(hit.value for hit in signals_of(pack).get("rival", ())))


@dataclass(frozen=True, slots=True)
class _ByHash:
    """A pack as a cache key: equal by its hashes, which stand beside it."""

    pack: Pack = field(compare=False, hash=False)


@lru_cache(maxsize=8)
def _signals(pack_hash: str, content_hash: str, holder: _ByHash) -> Found:
    pack = holder.pack
    return find_signals(
        pack.passages,
        name=pack.document.name,
        tagline=pack.document.tagline,
        description=pack.document.description,
        plans=tuple(pack.document.plans),
    )


def level_of(rules: PersonaField, found: Found) -> tuple[int | None, tuple[str, ...]]:
    """The highest level one of whose alternatives holds, and the found signals it rests on. None: silent."""
    for level in LEVELS:
        for alternative in rules.when.get(level, ()):
            if all(_holds(term, found) for term in alternative):
                return level, tuple(term.signal for term in alternative if not term.absent)
    return None, ()


def _holds(term: Term, found: Found) -> bool:
    hits = len(found.get(term.signal, ()))
    return (hits >= term.least) != term.absent


class _Writer:
    """One persona's notes on one pack. Remembers what it has quoted, so that no quote is told twice."""

    def __init__(self, pack: Pack, persona: Persona, found: Found) -> None:
        self._pack, self._persona, self._found = pack, persona, found
        self._told: set[str] = set()
        self._chosen: dict[str, Hit] = {}  # which hit of a signal the field being written speaks of

    def rating(self, rules: PersonaField) -> Rating:
        """The rating of one field with its claims."""
        level, grounds = level_of(rules, self._found)
        self._chosen = {}
        facts = list(self._facts(rules, grounds, level or 0))
        if level is None and not facts:
            held = self._held(rules, "silent")
            return Rating(rules.name, None, "the evidence is silent", held)
        if level is None:
            return Rating(rules.name, None, "mentioned, but nothing to rate", tuple(facts))
        reason = self._reason(rules, level, grounds)
        return Rating(rules.name, level, reason, (*facts, *self._held(rules, str(level))))

    def as_told(self, ratings: Sequence[Rating]) -> list[Rating]:
        """The first field first, since it says what is spoken of; then from the strongest to the weakest, which closes
        with what it lacks. Of the silent fields one is remarked on."""
        first, *rest = ratings
        rated = sorted((rating for rating in rest if rating.level is not None), key=lambda one: -(one.level or 0))
        silent = [rating for rating in rest if rating.level is None]
        if rated and rated[-1].level == WISHES_AT:
            wish = self._wish(self._persona.field(rated[-1].field))
            rated[-1] = replace(rated[-1], claims=(*rated[-1].claims, wish))
        quiet = [replace(rating, claims=()) for rating in silent[1:]]
        return [first, *rated[:-1], *silent[:1], *rated[-1:], *quiet]

    def _wish(self, rules: PersonaField) -> Claim:
        opening = _WISHES[_pick(self._pack.slug, self._persona.name, "wish") % len(_WISHES)]
        return Claim(_sentence(f"{opening} {rules.wants}"), "opinion")

    def _facts(self, rules: PersonaField, grounds: tuple[str, ...], level: int) -> Iterator[Claim]:
        """Up to MOST_FACTS fact sentences: one at least that the rating rests on, if need be a second time."""
        grounded = [
            name for name in rules.says if name in grounds or ("trend" in grounds and name.startswith("trend_"))
        ]
        weak = _weak_signals(rules) if level > 1 else frozenset()
        beside = [name for name in rules.says if name not in grounded and name not in weak]
        told = [*self._fresh(rules, grounded, MOST_FACTS)]
        if not told:
            told = [claim for name in grounded if (claim := self._fact(rules, name, again=True))][:1]
        yield from told
        yield from self._fresh(rules, beside, MOST_FACTS - len(told))

    def _fresh(self, rules: PersonaField, names: Sequence[str], most: int) -> Iterator[Claim]:
        for name in names:
            claim = self._fact(rules, name, again=False) if most > 0 else None
            if claim:
                most -= 1
                self._told.update(citation.quote for citation in claim.citations)
                yield claim

    def _fact(self, rules: PersonaField, signal: str, *, again: bool) -> Claim | None:
        phrases = rules.says[signal]
        first = _pick(self._pack.slug, self._persona.name, rules.name, signal)
        for hit in self._found.get(signal, ()):
            if not again and hit.quote in self._told:
                continue
            for turn in range(len(phrases)):
                text = _sentence(_filled(phrases[(first + turn) % len(phrases)], "v", hit))
                citations = self._citing(text, hit)
                if citations:
                    self._chosen.setdefault(signal, hit)
                    return Claim(text, "fact", citations)
        return None

    def _citing(self, text: str, hit: Hit) -> tuple[Citation, ...]:
        """The hit's citations if they carry the sentence; else, where a negation elsewhere in the quoted sentence
        stands in the way, the clause that holds the words."""
        if supports(text, " … ".join(citation.quote for citation in hit.citations)):
            return hit.citations
        first, *others = hit.citations
        for clause in _CLAUSES.split(first.quote):
            if not others and find_quote(hit.value, clause) and supports(text, clause):
                return (Citation(first.passage, clause.strip()),)
        return ()

    def _held(self, rules: PersonaField, key: str) -> tuple[Claim, ...]:
        phrases = rules.holds.get(key, ())
        if not phrases:
            return ()
        text = phrases[_pick(self._pack.slug, self._persona.name, rules.name, key) % len(phrases)]
        return self._judgement(text)

    def _judgement(self, text: str) -> tuple[Claim, ...]:
        """A judgement with its slots filled: {year}, and {signal} by the value found; left out when one is missing."""
        citations: list[Citation] = []
        for signal in [name for name in LABELS if f"{{{name}}}" in text]:
            hits = self._found.get(signal, ())
            if not hits:
                return ()
            hit = self._chosen.get(signal, hits[0])
            text = _filled(text, signal, hit)
            citations.extend(hit.citations)
        text = text.replace("{year}", str(self._pack.as_of.year + HORIZON_YEARS))
        kind: Literal["inference", "opinion"] = "inference" if citations or "{year}" in text else "opinion"
        return (Claim(_sentence(text), kind, tuple(dict.fromkeys(citations))),)

    def _reason(self, rules: PersonaField, level: int, grounds: tuple[str, ...]) -> str:
        found = [f"{LABELS[name]}: {self._found[name][0].value}" for name in grounds]
        anchor = rules.anchors[level].rstrip(".")
        return f"{anchor} ({'; '.join(found)})" if found else anchor


def _weak_signals(rules: PersonaField) -> frozenset[str]:
    """Signals that no level above 1 asks for: what they say adds nothing to a better rating."""
    strong = {term.signal for level in (2, 3, 4) for terms in rules.when.get(level, ()) for term in terms}
    weak = {term.signal for level in (0, 1) for terms in rules.when.get(level, ()) for term in terms}
    return frozenset(weak - strong)


def _filled(phrase: str, slot: str, hit: Hit) -> str:
    """A phrase with its slot filled: inside quotation marks with the words as the page has them."""
    slot = f"{{{slot}}}"
    for opening, closing in ("“”", "``"):
        phrase = phrase.replace(f"{opening}{slot}{closing}", f"{opening}{hit.written or hit.value}{closing}")
    return phrase.replace(slot, hit.value)


def _pick(*parts: str) -> int:
    """A number that depends on nothing but the parts: which phrasing of several is used."""
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:4], "big")


def _sentence(text: str) -> str:
    """The text as a sentence: capital first (unless it opens with code or a quote), full stop last."""
    text = " ".join(text.split())
    if text[:1].islower():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
