"""A licence that lets one go on without the maker, or that does not, against those of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, others, shrunk
from agents.panel.findings._make import finding, plain
from agents.panel.findings._words import day, of_all
from tools.dossier import Peer
from tools.identity import identity_of
from tools.models import Citation, Finding
from tools.page.licences import is_open, named
from tools.page.sentences import sentences
from tools.products.roles import part_words
from tools.views.decision import licence_family
from tools.views.documents import EvidenceDoc

NEEDS = ("repository", "readme", "docs")
OWN_WORDS = False
_OPEN = 0.4  # what an open licence counts by itself; the rest grows with how rare it is among the peers
_SILENT = 0.5  # what is not written is less than what is: it may stand where nobody looked
_PART = 0.25  # what the licence of a part is worth a line
_LEAST_WORDS, _MOST_WORDS = 5, 30  # of a sentence that says which part it is
_STATES = frozenset("is are under licensed released".split())
_SHOWN = 12  # names of a list
_NO_COMMERCE = re.compile(r"\bNC\b|non-?commercial|\bresearch\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_EDITION = re.compile(
    r"\W*(?:free|community|core)\W+[\w.-]+\W*", re.IGNORECASE
)  # “Free (MIT)”: a plan with its licence


def find(case: Case) -> Iterator[Finding]:
    """One at most. How many of its peers are open stands beside an open licence where few are, beside another one where
    many are. That there is none is told of published code alone: of a service it is what everybody expects."""
    written = " ".join((case.document.license or "").split())
    licence = written if named(written) else ""  # "other" names none, and is more than nothing
    fact = case.document.facts.get("license")
    # words of a page before an address in its markup
    cited = case.cite_first(sorted(fact.evidence, key=lambda one: "://" in one.quote)) if fact else None
    known = [peer for peer in case.peers if _is_known(peer)]
    opened = [peer for peer in known if peer.license and _is_open(peer.license)]
    m, n = len(opened), len(known)
    share, rare = (m / n * shrunk(n), (1 - m / n) * shrunk(n)) if n >= LEAST else (0.0, 0.0)
    few, many = n >= LEAST and 2 * m < n, n >= LEAST and 2 * m > n
    beside = _beside(case, known, opened) if few or many else ("", None)
    if licence and cited and fact:
        if not _is_of_all(case, fact.evidence, cited):
            yield from _of_a_part(case, licence, cited)
        elif is_open(licence):
            text = f"{_named(licence)}: {_allows(licence, case.name)}"
            yield _told(case, text, _OPEN + 0.6 * rare, cited, beside if few else _ALONE, licence)
        else:
            text = _denies(licence, case.name)
            yield _told(case, text, -(0.2 + 0.6 * share), cited, beside if many else _ALONE, licence)
    elif not written and many and case.was_read("repository") and not case.part:
        text = f"The code of {case.name} is public, but no page read names a licence to use it under"
        yield _told(case, text, -_SILENT * share, None, beside, "")


def _of_a_part(case: Case, licence: str, cited: Citation) -> Iterator[Finding]:
    """That of a part, by its repository, or of something that is sold by a sentence that names the part; else nothing, for
    what of it is under the licence is not known."""
    line = None if case.part else _on_part(case, licence)
    if case.part:
        text = f"A part of {case.name}, “{case.part}”, is under {licence}; no page that was read names a licence of the whole."
    elif case.sold and line:
        text, cited = f"{case.name} is sold, and a part of it is under {licence}: “{line.quote.rstrip('. ')}”.", line
    else:
        return
    yield plain(__name__, text, _PART, (cited,), licence=licence, part="yes")


def _on_part(case: Case, licence: str) -> Citation | None:
    """The first sentence of its own pages that has the licence and a word for a part."""
    name = re.compile(rf"\b{re.escape(licence.partition('-')[0])}\b", re.IGNORECASE)
    for passage in case.passages:
        if passage.trust == "own" and passage.place == "visible" and name.search(passage.text):
            for one in sentences(passage.text):
                words = _WORD.findall(one.casefold())
                states = _LEAST_WORDS <= len(words) <= _MOST_WORDS and not _STATES.isdisjoint(words)
                if states and name.search(one) and not part_words().isdisjoint(words):
                    return Citation(passage.number, one)
    return None


_Beside = tuple[str, Citation | None]
_ALONE: _Beside = ("", None)


def _told(case: Case, text: str, value: float, cited: Citation | None, beside: _Beside, licence: str) -> Finding:
    words, table = beside
    shown = [one for one in (cited, table) if one]
    about = {"topic": "commercial"} if _NO_COMMERCE.search(licence) else {}
    return finding(
        __name__, f"{text}{words}.", value, shown, short=f"{text}.", licence=licence, as_of=day(case.as_of), **about
    )


def _named(licence: str) -> str:
    """“MIT licence”, and as it stands one that calls itself so."""
    return licence if re.search(r"licen[cs]e", licence, re.IGNORECASE) else f"{licence} licence"


def _allows(licence: str, name: str) -> str:
    """What an open licence means for whoever builds on it, by its family. Without a semicolon: what is cut there is still so."""
    if licence_family(licence) == "permissive":
        return f"you may use, change and sell {name}, even if its maker quits"
    if licence.upper().startswith("AGPL"):
        return (
            f"you may use and change {name}, but whoever offers a changed version as a service must publish the changes"
        )
    if licence_family(licence) == "copyleft":
        return f"you may use and change {name}, but changes you pass on must stay open"
    return f"you may use and change {name}, even if its maker quits"


def _denies(licence: str, name: str) -> str:
    if _NO_COMMERCE.search(licence):
        return f"{name} may not be used commercially: its licence is {licence}"
    return f"{name} is not open source: neither OSI nor FSF counts its licence, {licence}, as open"


def _is_known(peer: Peer) -> bool:
    """Whether its pages name a licence or were read where one would stand."""
    return bool(peer.license) or bool({"docs", "readme", "repository"} & set(peer.read))


def _is_of_all(case: Case, evidence: Sequence[EvidenceDoc], cited: Citation) -> bool:
    """Whether a licence is that of the whole: not named by a repository alone that holds a part of it, and of what is sold
    not by a web page alone, unless its line speaks of the product by name. What the page of a service calls open is mostly
    its client, its core or one edition."""
    if _EDITION.fullmatch(cited.quote):
        return False
    of_code = [one for one in evidence if _is_code(one.url)]
    if of_code:
        return not case.part or not all(f"/{case.part}" in one.url.lower() for one in of_code)
    if case.document.kind != "product" or not case.sold:
        return True
    text = case.passages[cited.passage - 1].text
    lines = [line.casefold() for line in text.splitlines() if cited.quote in line]
    return any(case.name.casefold() in line and part_words().isdisjoint(_WORD.findall(line)) for line in lines)


def _is_code(url: str) -> bool:
    """Whether an address is of a code host, a registry or the Hub."""
    return not identity_of(url).startswith("url:")


_is_open = lru_cache(maxsize=1_024)(is_open)


def _beside(case: Case, known: Sequence[Peer], opened: Sequence[Peer]) -> _Beside:
    """How many of those of whom it is known are open, in words and as a table."""
    m, n, who = len(opened), len(known), others(case, known)
    some, are = of_all(m, n, "is", "are")
    told = ", ".join(f"{' '.join(peer.name.split())} ({peer.license})" for peer in opened[:_SHOWN]) or "none"
    table = Citation(STORE, f"Under an open licence, {m} of {n} {who} whose licence, docs or code were read: {told}.")
    return f"; {some} {who} {are} under an open licence", table
