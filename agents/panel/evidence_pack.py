"""The evidence pack: what a panel may read about one product, numbered, trimmed, the same for every reviewer.

Each passage has a trust class (tools.dossier.Trust): the product's own pages and launches, numbers that an API gave, what
others wrote, and what our own store puts beside it, which the findings bring. No rivals' pages: a rival is known by what
is on record of it. The same store content gives the same pack, in whatever order it was crawled. What is screened here (orders to reviewers, shut-down notices, babble,
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

from agents.panel.findings import Case, findings_of
from agents.panel.trimming import shares, trim
from agents.panel.unfit import ended, unfit
from tools.dossier import Dossier, Measure, Role, Standing, Trust
from tools.models import Citation, Finding, Page, Passage, Place
from tools.orders import reads_as_order
from tools.page.quotes import find_quote, passages
from tools.page_job import kept_lines, read_lines
from tools.views.documents import EvidenceDoc, LaunchDoc, ProductDocument

# A model reviewer reads the whole pack six times; about 9,000 tokens is what the small local ones still hold.
PACK_CHARS = 36_000
PAGE_CHARS = 12_000
PASSAGE_CHARS = 700
_ELSEWHERE: tuple[Place, ...] = ("markup", "api", "picture")  # where quotes of a page stand besides its visible text
VOICE_CHARS = 8_000  # of all comments together: the loudest launch leaves the product's own words their place
_LABELS = ("homepage", "readme", "card", "pricing", "docs", "changelog", "terms", "help", "trust", "page")
_NO_DOSSIER, _NO_STANDING = Dossier(""), Standing(None)
_GROWS = ("stars", "downloads_30d", "likes")  # numbers of which the first reading is shown beside the newest


class ReadsProducts(Protocol):
    """The part of the store a pack is made from."""

    def document(self, slug: str) -> ProductDocument:
        """The product with its facts, plans, launches and pages."""

    def page(self, page: str) -> Page | None:
        """A stored page with its body."""

    def lines(self, page_id: str, seal: str) -> bytes | None:
        """The lines that were kept of a stored page when it was read."""

    def dossier(self, slug: str) -> Dossier:
        """What was gathered on the product beyond its homepage."""

    def standing(self, slug: str) -> Standing:
        """What the store knows around the product."""


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
    findings: tuple[Finding, ...] = ()  # strongest first; what they compare stands in the passages of trust "store"

    @property
    def as_of(self) -> datetime:
        """When the newest passage was fetched."""
        return max((passage.fetched_at for passage in self.passages), default=datetime.fromtimestamp(0, UTC))

    def passage(self, number: int) -> Passage | None:
        """The passage [E<number>], or None when there is none."""
        return self.passages[number - 1] if 1 <= number <= len(self.passages) else None


def evidence_pack(store: ReadsProducts, slug: str) -> Pack:
    """The pack of one product as the store knows it. Errors: UnknownName from the store."""
    document, dossier = store.document(slug), store.dossier(slug)
    pages = pages_of(store, document, dossier)
    standing = store.standing(slug)
    return build_pack(document, pages, lambda page: kept_lines(store.lines, page), dossier=dossier, standing=standing)


def pages_of(store: ReadsProducts, document: ProductDocument, dossier: Dossier) -> list[Page]:
    """The stored pages that a pack is made from: the product's own and those of its dossier, each once."""
    wanted = [stored.id for stored in document.pages if stored.own] + [one.page for one in dossier.pages if one.page]
    return [page for key in dict.fromkeys(wanted) if (page := store.page(key)) is not None]


def build_pack(
    document: ProductDocument,
    pages: Sequence[Page],
    lines_of: Callable[[Page], str] = read_lines,
    *,
    dossier: Dossier | None = None,
    standing: Standing | None = None,
) -> Pack:
    """The pack of a product document and its pages. Pure; the order of `pages` and of the dossier does not matter."""
    dossier, standing = _in_order(dossier or Dossier(document.slug)), standing or _NO_STANDING
    orders: list[str] = []
    blocks = [*_page_blocks(document, pages, lines_of, orders, dossier), *_launch_blocks(document, orders)]
    blocks += [*_measure_blocks(dossier, orders), *_voice_blocks(dossier, orders)]
    found: list[Passage] = []
    suspicious: list[int] = []
    for block in _trimmed(
        blocks,
        [quote.quote for quote in _quotes(document)] + [one.quote for one in dossier.statements if not one.unclear],
    ):
        for text in passages(block.text, PASSAGE_CHARS):
            number = len(found) + 1
            where = (block.url, block.place, block.page, block.fetched_at)
            found.append(Passage(number, text, *where, block.label, block.trust))
            suspicious += [number] * block.suspicious
    return _pack(document, dossier, standing, found, orders, suspicious)


def without_suspicious(pack: Pack) -> Pack:
    """The pack as it would be had nobody read the pages and launches that give orders; its passages numbered anew."""
    left = [one for one in pack.passages if one.number not in pack.suspicious and one.trust != "store"]
    numbered = [replace(passage, number=number) for number, passage in enumerate(left, start=1)]
    return _pack(pack.document, pack.dossier, pack.standing, numbered)


def rivals_of(pack: Pack) -> tuple[str, ...]:
    """Names of other products that the product is set against, by its own pages or by the store."""
    named = [rival.name for rival in pack.document.rivals or ()]
    fact = pack.document.facts.get("rivals")
    for one in (fact, *fact.others) if fact else ():
        named += one.value if isinstance(one.value, list) else [one.value]
    named += [peer.name for peer in pack.standing.peers if peer.rival]
    return tuple(dict.fromkeys(named))


def _pack(
    document: ProductDocument,
    dossier: Dossier,
    standing: Standing,
    own: Sequence[Passage],
    orders: Sequence[str] = (),
    suspicious: Sequence[int] = (),
) -> Pack:
    over = ended(document, [one for one in own if one.trust == "own"])
    as_of = max((one.fetched_at for one in own), default=datetime.fromtimestamp(0, UTC))
    findings, brought = findings_of(Case(document, dossier, standing, tuple(own), as_of, over))
    found = [*own, *brought]
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
        ended=over,
        unfit=unfit(document, [one for one in own if one.trust == "own"]),
        dossier=dossier,
        standing=standing,
        findings=findings,
    )


def _in_order(dossier: Dossier) -> Dossier:
    """The same dossier, its parts in an order that does not tell in which they were gathered."""
    return replace(
        dossier,
        pages=tuple(sorted(dossier.pages, key=lambda one: (one.role, one.url, one.at))),
        measures=tuple(sorted(dossier.measures, key=lambda one: (one.at, one.metric, one.url, one.page))),
        statements=tuple(sorted(dossier.statements, key=lambda one: (one.topic, one.role, one.url, one.quote))),
        voices=tuple(sorted(dossier.voices, key=lambda one: (one.at, one.url, one.text))),
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
    trust: Trust = "own"


def _page_blocks(
    document: ProductDocument,
    pages: Sequence[Page],
    lines_of: Callable[[Page], str],
    orders: list[str],
    dossier: Dossier,
) -> list[_Block]:
    roles = {one.page: one.role for one in dossier.pages if one.state == "read" and one.role in _LABELS}
    # a repository's page is one of its own where the product is a repository, and else an answer with numbers
    answers = {one.page for one in dossier.pages} - roles.keys() - {one.id for one in document.pages if one.own}
    newest: dict[str, Page] = {}
    for page in sorted(pages, key=lambda one: (one.fetched_at, one.id)):
        if page.status < 400 and page.id not in answers:
            newest[page.final_url] = page
    labels = {page.id: roles.get(page.id) or _label(page, document) for page in newest.values()}
    by_label = sorted(newest.values(), key=lambda page: (_LABELS.index(labels[page.id]), page.final_url))
    blocks = []
    seen: set[str] = set()
    for page in by_label:
        label, screened = labels[page.id], len(orders)
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


def _measure_blocks(dossier: Dossier, orders: list[str]) -> list[_Block]:
    """One an answer: the words that its newest numbers were read from, and the first ones of what may have grown."""
    shown: dict[tuple[str, str], Measure] = {}
    for one in dossier.measures:
        shown[one.metric, one.url] = one
    shown_now = list(shown.values())
    for metric in _GROWS:
        shown_now += [one for one in dossier.measures if one.metric == metric][:1]
    by_page: dict[str, list[Measure]] = {}
    for one in shown_now:
        by_page.setdefault(one.page, []).append(one)
    roles: dict[str, Role] = {one.page: one.role for one in dossier.pages}
    blocks = []
    for page, read in by_page.items():
        screened = len(orders)
        text = _fresh_lines("\n".join(dict.fromkeys(one.quote for one in read)), set(), orders)
        label = roles.get(page, "repository")
        blocks.append(_Block(label, read[0].url, "api", page, read[0].at, text, len(orders) > screened, "measure"))
    return sorted(blocks, key=lambda block: (block.fetched_at, block.url, block.text))


def _voice_blocks(dossier: Dossier, orders: list[str]) -> list[_Block]:
    """One a comment, its beginning where it is long. A comment with a line that orders somebody about is left out whole."""
    blocks: list[_Block] = []
    read_at = {one.page: one.at for one in dossier.pages}
    for voice in dossier.voices:
        screened = len(orders)
        text = _fresh_lines(voice.text, set(), orders)
        text = passages(text, PASSAGE_CHARS)[0] if text else ""
        full = sum(len(block.text) for block in blocks) + len(text) > VOICE_CHARS
        if text and not full and len(orders) == screened:
            blocks.append(
                _Block("comments", voice.url, "api", voice.page, read_at.get(voice.page, voice.at), text, trust="voice")
            )
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


def _trimmed(blocks: Sequence[_Block], quotes: Sequence[str]) -> list[_Block]:
    """Each block within its share of the pack, what is quoted on record first; without the empty ones."""
    kept = []
    for block, share in zip(blocks, shares([len(b.text) for b in blocks], PACK_CHARS, PAGE_CHARS), strict=True):
        text = trim(block.text, share, quotes)
        if text:
            kept.append(replace(block, text=text))
    return kept
