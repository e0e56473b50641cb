"""The evidence pack: what a panel may read about one product, numbered, trimmed, the same for every reviewer.

Only the product's own material: its pages, card or README, and what its launches say. No rivals' pages, so that a
panel does not depend on the order of a crawl. What is screened here (orders to reviewers, shut-down notices, babble,
an identity in doubt) is decided by code before any reviewer reads a word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from agents.panel.trimming import shares, trim
from agents.panel.unfit import ended, unfit
from tools.dossier import Dossier, Standing
from tools.models import Citation, Page, Passage, Place
from tools.orders import reads_as_order
from tools.page.quotes import find_quote, passages
from tools.page_job import kept_lines, read_lines
from tools.views.documents import EvidenceDoc, LaunchDoc, ProductDocument

# A model reviewer reads the whole pack six times; about 9,000 tokens is what the small local ones still hold.
PACK_CHARS = 36_000
PAGE_CHARS = 12_000
PASSAGE_CHARS = 700
_ELSEWHERE: tuple[Place, ...] = ("markup", "api", "picture")  # where quotes of a page stand besides its visible text
_NO_DOSSIER, _NO_STANDING = Dossier(""), Standing(None)
_LABELS = ("homepage", "readme", "card", "pricing", "page", "launch")


class ReadsProducts(Protocol):
    """The part of the store a pack is made from."""

    def document(self, slug: str) -> ProductDocument:
        """The product with its facts, plans, launches and pages."""

    def page(self, page: str) -> Page | None:
        """A stored page with its body."""

    def lines(self, page_id: str, seal: str) -> bytes | None:
        """The lines that were kept of a stored page when it was read."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What every reviewer of a panel reads. `hash` is over the passages, the name and the plans by content, fetch
    times left out."""

    slug: str
    content_hash: str
    passages: tuple[Passage, ...]
    document: ProductDocument
    hash: str
    orders: tuple[str, ...] = ()  # lines left out because they read as orders to whoever reviews
    suspicious: tuple[int, ...] = ()  # numbers of the passages whose page or launch had such a line
    ended: Citation | None = None  # the product's own notice that it is over
    unfit: str = ""  # why no verdict may rest on this pack: babble, a parked page, an identity in doubt
    dossier: Dossier = _NO_DOSSIER
    standing: Standing = _NO_STANDING

    @property
    def as_of(self) -> datetime:
        """When the newest passage was fetched."""
        return max((passage.fetched_at for passage in self.passages), default=datetime.fromtimestamp(0, UTC))

    def passage(self, number: int) -> Passage | None:
        """The passage [E<number>], or None when there is none."""
        return self.passages[number - 1] if 1 <= number <= len(self.passages) else None


def evidence_pack(store: ReadsProducts, slug: str) -> Pack:
    """The pack of one product as the store knows it. Errors: UnknownName from the store."""
    document = store.document(slug)
    pages = [page for stored in document.pages if stored.own and (page := store.page(stored.id)) is not None]
    return build_pack(document, pages, lambda page: kept_lines(store.lines, page))


def build_pack(document: ProductDocument, pages: Sequence[Page], lines_of: Callable[[Page], str] = read_lines) -> Pack:
    """The pack of a product document and its pages. Pure; the order of `pages` does not matter."""
    orders: list[str] = []
    blocks = [*_page_blocks(document, pages, lines_of, orders), *_launch_blocks(document, orders)]
    found: list[Passage] = []
    suspicious: list[int] = []
    for block in _trimmed(blocks, document):
        for text in passages(block.text, PASSAGE_CHARS):
            number = len(found) + 1
            found.append(Passage(number, text, block.url, block.place, block.page, block.fetched_at, block.label))
            suspicious += [number] * block.suspicious
    return _pack(document, found, orders, suspicious)


def without_suspicious(pack: Pack) -> Pack:
    """The pack as it would be had nobody read the pages and launches that give orders; its passages numbered anew."""
    left = [passage for passage in pack.passages if passage.number not in pack.suspicious]
    renumbered = [replace(passage, number=number) for number, passage in enumerate(left, start=1)]
    return replace(_pack(pack.document, renumbered), dossier=pack.dossier, standing=pack.standing)


def _pack(
    document: ProductDocument, found: Sequence[Passage], orders: Sequence[str] = (), suspicious: Sequence[int] = ()
) -> Pack:
    rows = ["\x1f".join((str(p.number), p.label, p.place, p.url, p.text)) for p in found]
    rows += [
        document.name,
        document.tagline or "",
        document.description or "",
        *(plan.model_dump_json(exclude={"evidence"}) for plan in document.plans),
    ]
    return Pack(
        slug=document.slug,
        content_hash=document.content_hash,
        passages=tuple(found),
        document=document,
        hash=hashlib.sha256("\x1e".join(rows).encode()).hexdigest(),
        orders=tuple(orders),
        suspicious=tuple(suspicious),
        ended=ended(document, found),
        unfit=unfit(document, found),
    )


@dataclass(frozen=True, slots=True)
class _Block:
    label: str
    url: str
    place: Place
    page: str
    fetched_at: datetime
    text: str
    suspicious: bool = False  # a line of its page or launch read as an order


def _page_blocks(
    document: ProductDocument, pages: Sequence[Page], lines_of: Callable[[Page], str], orders: list[str]
) -> list[_Block]:
    newest: dict[str, Page] = {}
    for page in sorted(pages, key=lambda one: (one.fetched_at, one.id)):
        if page.status < 400:
            newest[page.final_url] = page
    by_label = sorted(newest.values(), key=lambda page: (_LABELS.index(_label(page, document)), page.final_url))
    blocks = []
    seen: set[str] = set()
    for page in by_label:
        label, screened = _label(page, document), len(orders)
        text = _fresh_lines(lines_of(page), seen, orders)
        texts: dict[Place, str] = {"visible": text}
        for place in _ELSEWHERE:
            rows = [quote.quote for quote in _quotes(document) if quote.page == page.id and quote.place == place]
            texts[place] = _fresh_lines("\n".join(row for row in rows if not find_quote(row, text)), seen, orders)
        ordered = len(orders) > screened
        blocks += [
            _Block(label, page.final_url, place, page.id, page.fetched_at, text, ordered)
            for place, text in texts.items()
        ]
    return blocks


def _launch_blocks(document: ProductDocument, orders: list[str]) -> list[_Block]:
    blocks = []
    for launch in sorted(document.launches, key=lambda one: one.id):
        said, screened = [launch.title, launch.tagline, *_observed(launch)], len(orders)
        text = _fresh_lines("\n".join(filter(None, said)), set(), orders)
        seen_at = datetime.fromisoformat(launch.first_seen)
        blocks.append(_Block("launch", launch.source_url, "api", "", seen_at, text, len(orders) > screened))
    return blocks


def _observed(launch: LaunchDoc) -> list[str]:
    """The newest count of each kind: "points on show_hn: 41". Counts of a launch are no count of users."""
    newest = {seen.metric: seen for seen in sorted(launch.observations, key=lambda one: one.at)}
    return [f"{metric} on {launch.source}: {newest[metric].value:g}" for metric in sorted(newest)]


def _label(page: Page, document: ProductDocument) -> str:
    parts = urlsplit(page.final_url)
    path = parts.path.lower().rstrip("/")
    if path.endswith("readme.md"):
        return "card" if "/raw/" in path and "github" not in parts.netloc else "readme"
    if path.endswith("/readme") or page.content_type in ("text/markdown", "text/x-markdown"):
        return "readme"
    if re.search(r"/(?:pricing|prices?|plans?|tarifs?|preise)\b", path):
        return "pricing"
    homepage = (document.homepage or "").rstrip("/")
    return "homepage" if not path or page.final_url.rstrip("/") == homepage else "page"


def _quotes(document: ProductDocument) -> Iterable[EvidenceDoc]:
    for name in sorted(document.facts):
        yield from document.facts[name].evidence
    for plan in document.plans:
        yield from plan.evidence


def _fresh_lines(text: str, seen: set[str], orders: list[str]) -> str:
    """The lines of a text that no earlier page had (menus, footers) and that order nobody about."""
    kept = []
    for line in text.splitlines():
        key = " ".join(line.split()).lower()
        if not key or key in seen:
            continue
        if reads_as_order(line, seen=True):
            orders.append(" ".join(line.split())[:200])
            continue
        seen.add(key)
        kept.append(line.strip())
    return "\n".join(kept)


def _trimmed(blocks: Sequence[_Block], document: ProductDocument) -> list[_Block]:
    """Each block within its share of the pack, by relevance to what the personas ask; without the empty ones."""
    kept = []
    for block, share in zip(blocks, shares([len(b.text) for b in blocks], PACK_CHARS, PAGE_CHARS), strict=True):
        text = trim(block.text, share, name=document.name, plans=document.plans)
        if text:
            kept.append(replace(block, text=text))
    return kept
