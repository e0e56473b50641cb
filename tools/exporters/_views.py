"""What all pages of the site share: how much they hold, numbered quotes, marks, and a product as one row. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tools.exporters._prices import moves
from tools.exporters._words import clip, cut_note, file_slug, source_name, whole
from tools.views.documents import EvidenceDoc, FindingDoc, PanelDoc, ProductDocument
from tools.views.findings import first_clause, weigh
from tools.views.price_words import price_to_start
from tools.views.takes import critics, number, short_of

MARKS = {"Ship": "ship", "Skip": "skip", "Split": "split", "ship": "ship", "skip": "skip"}
VERDICTS = ("Ship", "Skip", "Split", "Not enough evidence")
ROWS = 24  # verdicts on one page of a list


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of the crawled text one page holds; what is left out is counted on the page and stands in the JSON.

    Texts in bytes as written, see `clip`; the rest in pieces (`findings`: how many). `finding`: up to how many bytes one
    stands whole; a longer one stands in its short form, if that has no more than `short`, else not at all. `line`: a row
    of a comparison's table with a longer cell is left out of a page that holds less than the whole.
    `charts` and `tables`: whether a comparison also draws the price history and lists the plans, which both stand on the
    products' own pages. `cuttings`: whether what was read in a picture is shown as a piece of it.
    `linked`: whether a product's page carries its linked data, which is a file of its own too.
    """

    quote: int = 420
    text: int = 1_800
    line: int = 320
    reason: int = 220
    quotes: int = 2
    plans: int = 12
    refs: int = 40
    history: int = 20
    launches: int = 8
    ratings: int = 12
    finding: int = 720
    short: int = 720
    findings: int = 30
    pages: int = 20
    statements: int = 10
    voices: int = 5
    rows: int = 40
    charts: bool = True
    tables: bool = True
    cuttings: bool = False
    linked: bool = True


_BRIEF = Caps(
    160,
    reason=140,
    quotes=1,
    refs=24,
    history=8,
    launches=4,
    plans=8,
    findings=24,
    ratings=4,
    charts=False,
)
_SHORT = replace(_BRIEF, quote=110, reason=110, refs=20, plans=6, pages=12, statements=6, voices=2)
_LEAN = replace(_SHORT, ratings=0, tables=False)
_BARE = replace(
    _LEAN,
    quote=80,
    text=1_000,
    line=240,
    reason=80,
    plans=5,
    refs=14,
    finding=160,
    findings=16,
    voices=1,
    rows=16,
    linked=False,
)
_LEAST = replace(_BARE, quote=40, text=100, line=120, reason=40, plans=2, refs=0, history=2, launches=1, voices=0)
# A page that is too large is made again with the next: first long quotes go, then what stands elsewhere on the site,
# last the critics' own words. Findings go to their short form and then whole, never a part of one.
TIGHTER = (
    Caps(cuttings=True),
    Caps(),
    Caps(quote=240, reason=180, refs=30, history=12, launches=5, ratings=8, voices=4),
    _BRIEF,
    _SHORT,
    replace(_SHORT, ratings=3, findings=20, pages=8, linked=False),
    _LEAN,
    replace(_LEAN, linked=False),
    replace(_BARE, history=4, launches=2, pages=8, statements=3),
    replace(
        _BARE, quote=60, text=500, line=120, reason=60, plans=3, refs=8, findings=12, pages=6, statements=2, voices=0
    ),
    replace(_LEAST, finding=0, findings=8, pages=4, statements=1, refs=8),
    replace(_LEAST, finding=0, findings=4, pages=4, statements=1, line=40),
    replace(_LEAST, finding=0, findings=4, pages=4, statements=1, line=40, short=120),
)


class Refs:
    """The numbered list of quotes at the end of a page: one number a quote, in the order of their first use."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._numbers: dict[tuple[str, str], int] = {}
        self.items: list[dict[str, Any]] = []
        self.dropped = 0

    def number(self, evidence: EvidenceDoc) -> int | None:
        """The quote's number; None when the page holds no more quotes."""
        key = (evidence.quote, evidence.url)
        if key not in self._numbers:
            if len(self.items) >= self._caps.refs:
                self.dropped += 1
                return None
            self._numbers[key] = len(self.items) + 1
            self.items.append(quote(evidence, self._caps))
        return self._numbers[key]

    def numbers(self, evidence: Iterable[EvidenceDoc]) -> list[int]:
        """The numbers of these quotes, each once."""
        return list(dict.fromkeys(n for n in map(self.number, evidence) if n is not None))


def mark(word: str | None) -> str:
    """The symbol beside a verdict or a vote; open corners for everything that is no vote."""
    return MARKS.get(word or "", "none")


def quote(evidence: EvidenceDoc, caps: Caps) -> dict[str, Any]:
    """A quote as it is printed: its words, how much was left out, where and when it was read; `who` says it if told."""
    places = {
        "markup": "read from the page’s markup",
        "api": "read from an API answer",
        "picture": "seen in a picture of the page",
    }
    where = places.get(evidence.place, "")
    if evidence.box:
        where += f", sha256 {evidence.path[:16]}, at {evidence.box}"
    elif evidence.path and (where or evidence.path.startswith("page ")):  # the page of a PDF
        where = ", ".join(filter(None, (where, clip(evidence.path, 60))))
    words = clip(evidence.quote, caps.quote)
    cut = cut_note(evidence.quote, caps.quote)
    cutting = (evidence.path, evidence.box)
    return {
        "words": words,
        "cut": cut,
        "url": evidence.url,
        "at": evidence.fetched_at,
        "where": where,
        "cutting": cutting,
        "piece": "",
        "who": "put together by Scout" if evidence.place == "store" else "",
    }


def quotes(evidence: Iterable[EvidenceDoc], caps: Caps) -> list[dict[str, Any]]:
    """The first quotes of a value."""
    return [quote(item, caps) for item in list(evidence)[: caps.quotes]]


def votes(document: ProductDocument) -> list[dict[str, Any]]:
    """The six votes in their fixed order."""
    reviews = document.panel.reviews if document.panel else {}
    found = []
    for persona, name, _ in critics():
        review = reviews.get(persona)
        vote = review.heeded if review else None
        found.append({"name": name, "short": name[:2], "mark": mark(vote), "vote": vote or "no take"})
    return found


def labels(document: ProductDocument) -> list[tuple[str, str]]:
    """What must be said of the entry itself, as (weight, words): weight is the class of the tag."""
    if document.status == "approved":
        return []
    if document.status == "needs_look" or document.needs_look:
        return [("ask", "Needs an editor’s look"), ("plain", "not approved by an editor")]
    return [("plain", "Not approved by an editor")]


def row(document: ProductDocument, caps: Caps) -> dict[str, Any]:
    """One line of a list of verdicts."""
    panel = document.panel
    price = price_to_start(document)
    moved = moves(document)
    return {
        "slug": file_slug(document.slug),
        "name": clip(document.name, 80),
        "logo": logo_file(document),
        "tagline": clip(document.tagline, min(caps.line, 140)),
        "weighed": [(word, said) for word, one in _deciding(panel) if (said := _clause(one, min(caps.line, 260)))],
        "verdict": panel.verdict if panel else "Not reviewed yet",
        "mark": mark(panel.verdict if panel else None),
        "stale": bool(panel and panel.stale),
        "votes": votes(document),
        "median": number(panel.median) if panel and panel.median is not None else None,
        "price": clip(price.text, 60),
        "price_known": price.state in ("free", "priced"),
        "moved": {"rise": moved[0].rise, "percent": moved[0].percent} if moved else None,
        "kind": document.kind,
        "source": source_name(document.launches[0].source) if document.launches else "",
        "unapproved": document.status != "approved",
        "cited": sum(bool(fact.evidence) for fact in document.facts.values()),
        "known": len(document.facts),
    }


def logo_file(document: ProductDocument) -> str:
    """The file of the site that holds its mark; empty: none is kept."""
    return f"logos/{document.logo.sha256[:32]}.png" if document.logo else ""


def finding_words(one: FindingDoc, caps: Caps) -> str:
    """A finding as a page holds it: whole, else its short form, else ""."""
    return whole(one.text, caps.finding) or whole(short_of(one), caps.short)


def _clause(one: FindingDoc, limit: int) -> str:
    return whole(first_clause(one.text), limit) or whole(first_clause(short_of(one)), limit)


def _deciding(panel: PanelDoc | None) -> list[tuple[str, FindingDoc]]:
    """The strongest finding on the side of the verdict; one of each side where the critics are split, a plain fact where
    there is no verdict."""
    words = {"Ship": ("For",), "Skip": ("Against",), "Split": ("For", "Against")}.get(
        panel.verdict if panel else "", ("Worth knowing",)
    )
    found = dict(zip(("For", "Against", "Worth knowing"), weigh(panel, 1), strict=True))
    return [(word, one) for word in words for one in found[word]]


def tally(document: ProductDocument, *, middle: bool = True) -> str:
    """The count of votes; `middle`: with the median."""
    panel = document.panel
    if panel is None:
        return "waiting for its panel"
    if not panel.ships + panel.skips and panel.median is None:
        return "no critic found enough to score"
    votes = f"{panel.ships} ship / {panel.skips} skip"
    silent = f" · {panel.no_take} no take" if panel.no_take else ""
    if not middle:
        return votes + silent
    return votes + silent + (f" · median {number(panel.median)}" if panel.median is not None else " · no median")


def rank(verdict: str, median: float | None, name: str, slug: str) -> tuple[int, float, str, str]:
    """Sort key of a product within a day: ships first, then what is split, skipped and unknown; the best median first."""
    order = {"Ship": 0, "Split": 1, "Skip": 2}.get(verdict, 3)
    return order, -(median or 0), name.casefold(), slug


def words(value: str | list[str], caps: Caps) -> str:
    """A fact's value on one line; what was cut off is said."""
    text = ", ".join(value) if isinstance(value, list) else value
    cut = cut_note(text, caps.line)
    return f"{clip(text, caps.line)} ({cut})" if cut else clip(text, caps.line)
