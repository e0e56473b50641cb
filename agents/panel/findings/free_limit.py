"""Where the free plan ends, against where those of others end: limits of the same thing only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, group, place, shrunk, table, told_among
from agents.panel.findings._make import finding
from agents.panel.findings._shared import Once
from agents.panel.findings._words import day, figure, listed, of_all
from tools.dossier import Statement
from tools.models import Citation, Finding

NEEDS = ("pricing",)
OWN_WORDS = False
_NUMBER = re.compile(r"(?P<number>\d[\d.,]*)\s?(?P<scale>[kKM]\b|million\b|thousand\b)?")
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "million": 1e6, "thousand": 1e3}
_THING = re.compile(r"\s*(?P<thing>[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,2})")
_PERIOD = re.compile(r"\s*(?:a|an|per|each|every|/)\s?(?P<period>hour|day|week|month|year)\b", re.IGNORECASE)
_ENDS = frozenset("a an and are at each every for free in included is of on only or per the to with".split())
_NAMED = 2  # rivals of which each is named: so few are told one by one


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a thing, of which there are new ones every month where it says so: in small letters and the plural, by which
    it is compared, and as it is written."""

    number: float
    thing: str
    written: str

    def __str__(self) -> str:
        return f"{figure(self.number)} {self.written}"


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
    thing = written.lower()
    every = _period(behind.partition(written)[2] or quote.partition(value)[2])
    return Limit(many, (thing if thing.endswith("s") or len(thing) < 3 else f"{thing}s") + every, written + every)


def _period(behind: str) -> str:
    found = _PERIOD.match(behind)
    return f" {'an' if found['period'].lower() == 'hour' else 'a'} {found['period'].lower()}" if found else ""


def find(case: Case) -> Iterator[Finding]:
    """The limit of each thing on which enough others have one."""
    seen: set[str] = set()
    for statement in case.statements.get("free_limit", ()):
        own = limit_of(statement.value, statement.quote)
        cited = case.cite(statement.quote, statement.page) if own else None
        if own and cited and not statement.denied and own.thing not in seen:
            seen.add(own.thing)
            yield from _compared(case, own, cited)


def _compared(case: Case, own: Limit, cited: Citation) -> Iterator[Finding]:
    found = [(peer, limit) for peer in case.everyone if (limit := limits_of(peer.statements).get(own.thing))]
    near = [pair for pair in found if not pair[0].wide]
    others = near if len(near) >= LEAST else found
    rivals = [(peer, limit) for peer, limit in others if peer.rival]
    n, begins = len(others), f"The free plan of {case.name} ends at {own}"
    values = {"limit": own, "as_of": day(case.as_of)}
    if n >= LEAST:
        more = sum(limit.number > own.number for _, limit in others)
        less = sum(limit.number < own.number for _, limit in others)
        where = group(case, [peer for peer, _ in others])
        most, than = (more, "more") if more >= less else (less, "less")
        told = f"{of_all(most, n, 'gives', 'give')[0]} {where} that count the same give {than}"
        rows = [(peer.name, limit.number) for peer, limit in others]
        shown = table(f"Limits of free plans by {own.thing}", (case.name, own.number), rows, figure)
        value = place(own.number, [limit.number for _, limit in others]) * told_among(
            case, [peer for peer, _ in others]
        )
        yield finding(__name__, f"{begins}; {told}, as of {values['as_of']}.", value, (cited, shown), more=more, less=less, n=n, **values)  # fmt: skip
    elif len(rivals) >= _NAMED:
        told = listed([f"{' '.join(peer.name.split())} at {limit}" for peer, limit in rivals])
        shown = Citation(STORE, f"Limits of the free plans of rivals: {told}.")
        value = sum((own.number > limit.number) - (own.number < limit.number) for _, limit in rivals) / len(rivals)
        text = f"{begins}, those of its rivals {told}, as of {values['as_of']}."
        yield finding(__name__, text, value * shrunk(len(rivals)), (cited, shown), rivals=told, **values)


def _limits_of(statements: Sequence[Statement]) -> Mapping[str, Limit]:
    told = [one for one in statements if one.topic == "free_limit" and not one.denied]
    limits = [limit for one in told if (limit := limit_of(one.value, one.quote))]
    return {limit.thing: limit for limit in reversed(limits)}


limits_of: Once[Sequence[Statement], Mapping[str, Limit]] = Once(_limits_of)  # the first of each thing
