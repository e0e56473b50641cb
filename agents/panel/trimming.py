"""Which lines of a long page a pack keeps: its opening, and what each persona's fields ask about, in turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest

from agents.panel.signals import find_signals
from tools.models import Passage
from tools.personas import Persona, personas
from tools.views.documents import PlanDoc

OPENING_CHARS = 2_000  # of every page: what it says it is stands there
READ_CHARS = 200_000  # of a page are weighed; what stands behind that has not been read by a visitor either
_NO_TIME = datetime.fromtimestamp(0, UTC)


def shares(lengths: Sequence[int], budget: int, most: int) -> list[int]:
    """How many characters each text may keep: all get the same share, and what short ones leave goes to the others."""
    left, given = budget, [0] * len(lengths)
    for done, at in enumerate(sorted(range(len(lengths)), key=lambda at: lengths[at])):
        given[at] = min(lengths[at], most, left // (len(lengths) - done))
        left -= given[at]
    return given


def trim(text: str, budget: int, *, name: str, plans: Sequence[PlanDoc]) -> str:
    """The lines of a text that fit a budget of characters, in their order: its opening, then those that bear on some
    persona's fields, one persona after the other, then the rest from the top. A line longer than the budget is cut."""
    if len(text) <= budget:
        return text
    rows = text[:READ_CHARS].split("\n")
    kept: dict[int, str] = {}
    left = budget
    for at in [*_opening(rows), *_by_persona(rows, name, plans), *range(len(rows))]:
        if at not in kept and len(rows[at]) + 1 <= left:
            kept[at] = rows[at]
            left -= len(rows[at]) + 1
    if not kept:
        return text[: max(text.rfind(" ", 0, budget + 1), 0)]
    return "\n".join(kept[at] for at in sorted(kept))


def _opening(rows: Sequence[str]) -> list[int]:
    length, first = 0, []
    for at, row in enumerate(rows):
        length += len(row) + 1
        if length > OPENING_CHARS:
            break
        first.append(at)
    return first


def _by_persona(rows: Sequence[str], name: str, plans: Sequence[PlanDoc]) -> list[int]:
    """Row numbers in the order in which the personas, taking turns, would have them kept."""
    numbered = [Passage(at, row, "", "visible", "", _NO_TIME, "page") for at, row in enumerate(rows)]
    found = find_signals(numbered, name=name, plans=plans)
    places = {signal: [cited.passage for hit in hits for cited in hit.citations] for signal, hits in found.items()}
    wishes = [_wishes(persona, places) for persona in personas().values()]
    return [at for turn in zip_longest(*wishes) for at in turn if at is not None]


def _wishes(persona: Persona, places: dict[str, list[int]]) -> list[int]:
    """The rows that bear on a persona's fields: the first of each field, then the second of each."""
    by_field = []
    for field in persona.fields:
        asked = {term.signal for terms in field.when.values() for alternative in terms for term in alternative}
        by_field.append(sorted({at for signal in asked | set(field.says) for at in places.get(signal, ())}))
    return [at for turn in zip_longest(*by_field) for at in turn if at is not None]
