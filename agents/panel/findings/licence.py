"""A licence that lets one go on without the maker, one that does not, or none where most have one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, group, shrunk, told_among
from agents.panel.findings._make import finding
from agents.panel.findings._words import day, of_all
from tools.dossier import Peer
from tools.models import Citation, Finding
from tools.page.licences import is_open, named
from tools.views.documents import EvidenceDoc

NEEDS = ("repository", "readme", "docs")
OWN_WORDS = False
_OPEN = 0.4  # what an open licence counts by itself; the rest grows with how rare it is among the peers
_SILENT = 0.5  # what is not written is less than what is: it may stand where nobody looked
_SHOWN = 12  # names of a list
_KNOWN = "that name one or whose docs or code were read"  # of the others it is not known
_WHERE_STATED = (("homepage", "docs", "terms"), ("homepage", "readme"), ("homepage", "repository"))


def find(case: Case) -> Iterator[Finding]:
    """One at most. What a peer's licence is counts only where its pages name one or were read for one."""
    written = " ".join((case.document.license or "").split())
    licence = written if named(written) else ""  # "other" is none
    known = case.beside(lambda peer: bool(peer.license) or bool({"docs", "readme", "repository"} & set(peer.read)))
    opened = [peer for peer in known if peer.license and _is_open(peer.license)]
    enough = len(known) >= LEAST
    m, n = len(opened), len(known)
    weight = shrunk(n) * told_among(case, known)
    some, are = of_all(m, n, "is", "are")
    among = f"{group(case, known)} {_KNOWN}"
    beside = (
        f"; of {n} {among}, {some.partition(' ')[0]} {are} under an open one, as of {day(case.as_of)}" if enough else ""
    )
    values = {"licence": licence, "as_of": day(case.as_of)} | ({"m": m, "n": n} if enough else {})
    shown = (_table(case, known, opened),) if enough else ()
    fact = case.document.facts.get("license")
    cited = case.cite_first(fact.evidence) if fact else None
    if licence and cited and fact and _of_a_part(case, fact.evidence):
        text = f"The repository “{case.part}”, which holds a part of {case.name}, is under {licence}; no page that was read names a licence of the whole."
        yield finding(__name__, text, 0.0, (cited,), licence=licence, part=case.part)
    elif licence and cited and is_open(licence):
        value = _OPEN + (0.6 * (1 - m / n) * weight if enough else 0)
        text = f"The licence of {case.name}, {licence}, lets anyone use and change it without its maker{beside}."
        yield finding(__name__, text, value, (cited, *shown), **values)
    elif licence and cited:
        value = -(0.2 + 0.6 * m / n * weight if enough else 0.2)
        text = f"The licence of {case.name}, {licence}, is none of the open ones on the lists of OSI and FSF{beside}."
        yield finding(__name__, text, value, (cited, *shown), **values)
    elif not licence and enough and 2 * m > n and any(case.was_read(*roles) for roles in _WHERE_STATED):
        text = f"No licence is named on the pages of {case.name} that were read{beside}."
        yield finding(__name__, text, -_SILENT * m / n * weight, shown, **values)


def _of_a_part(case: Case, evidence: Sequence[EvidenceDoc]) -> bool:
    """Whether a licence is named by a repository alone that holds a part of the product."""
    return bool(case.part) and all(f"/{case.part}" in one.url.lower() for one in evidence)


_is_open = lru_cache(maxsize=1_024)(is_open)


def _table(case: Case, known: Sequence[Peer], opened: Sequence[Peer]) -> Citation:
    told = ", ".join(f"{' '.join(peer.name.split())} ({peer.license})" for peer in opened[:_SHOWN]) or "none"
    return Citation(
        STORE, f"Under an open licence, {len(opened)} of {len(known)} {group(case, known)} {_KNOWN}: {told}."
    )
