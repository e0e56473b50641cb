"""Findings: what code can prove of a product and a reader cannot see at once. One module a kind beside this one, found by
being there.

A kind is `find(case)`: its findings, strongest first, each a typed record with its sentence; `NEEDS`: the roles of pages
that feed it, for saying why there is none; and `OWN_WORDS`: whether it rests on what the product says of itself alone,
which a talkative page has more of. A module without these stops the program at once.

What a sentence compares with stands in a passage of our own store that the finding brings: a citation of passage STORE
holds its whole text, and `findings_of` gives it a number.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from agents.panel.findings._case import STORE, Case
from tools.dossier import Role
from tools.errors import CannotRun
from tools.models import Citation, Finding, Passage

__all__ = ["Case", "Kind", "findings_of", "kinds"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding. needs: the roles without which it has nothing to go by."""

    name: str
    find: Callable[[Case], Iterable[Finding]]
    needs: tuple[Role, ...]
    own_words: bool


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by name, in the order of names.

    Errors: CannotRun when a module lacks find, NEEDS or OWN_WORDS; whatever a module's import raises.
    """
    found = {}
    for name in sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")):
        module = importlib.import_module(f"{__name__}.{name}")
        for part in ("find", "NEEDS", "OWN_WORDS"):
            if not hasattr(module, part):
                raise CannotRun(f"{module.__name__} is no kind of finding yet: it lacks {part}.")
        found[name] = Kind(name, module.find, module.NEEDS, module.OWN_WORDS)
    return found


def findings_of(case: Case) -> tuple[tuple[Finding, ...], tuple[Passage, ...]]:
    """All findings on a case, strongest first, and the passages of our store that they bring, numbered on. Pure."""
    found = [finding for kind in kinds().values() for finding in kind.find(case)]
    found.sort(key=lambda one: (-one.strength, one.kind, one.text))
    brought: dict[str, Passage] = {}
    numbered = [replace(one, citations=_numbered(one.citations, brought, case)) for one in found]
    return tuple(numbered), tuple(brought.values())


def _numbered(citations: Sequence[Citation], brought: dict[str, Passage], case: Case) -> tuple[Citation, ...]:
    told = []
    for cited in citations:
        if cited.passage == STORE:
            number = len(case.passages) + len(brought) + 1
            fresh = Passage(number, cited.quote, "", "store", "", case.as_of, "peers", "store")
            cited = Citation(brought.setdefault(cited.quote, fresh).number, cited.quote)
        told.append(cited)
    return tuple(dict.fromkeys(told))
