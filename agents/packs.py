"""The evidence pack: what a panel may read about one product, numbered, trimmed, the same for every reviewer.

Only the product's own material: its pages, card or README, and what its launches say. No rivals' pages, so that a
panel does not depend on the order of a crawl. What is screened here (orders to reviewers, shut-down notices, babble,
an identity in doubt) is decided by code before any reviewer reads a word.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from tools.documents import EvidenceDoc, ProductDocument
from tools.evidence import find_quote, passages, visible_text
from tools.extract import decode
from tools.models import Citation, Page, Passage, Place

# A model reviewer reads the whole pack six times; about 9,000 tokens is what the small local ones still hold.
PACK_CHARS = 36_000
PAGE_CHARS = 12_000
PASSAGE_CHARS = 700
LEAST_CHARS = 200  # of all passages: less than two sentences is nothing to review
_LABELS = ("homepage", "readme", "card", "pricing", "page", "launch")


class ReadsProducts(Protocol):
    """The part of the store a pack is made from."""

    def document(self, slug: str) -> ProductDocument:
        """The product with its facts, plans, launches and pages."""

    def page(self, page: str) -> Page | None:
        """A stored page with its body."""


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
    ended: Citation | None = None  # the product's own notice that it is over
    unfit: str = ""  # why no verdict may rest on this pack: babble, a parked page, an identity in doubt

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
    return build_pack(document, pages)


def build_pack(document: ProductDocument, pages: Sequence[Page]) -> Pack:
    """The pack of a product document and its pages. Pure; the order of `pages` does not matter."""
    orders: list[str] = []
    blocks = [*_page_blocks(document, pages, orders), *_launch_blocks(document, orders)]
    found: list[Passage] = []
    for block in _trimmed(blocks):
        for text in passages(block.text, PASSAGE_CHARS):
            number = len(found) + 1
            found.append(Passage(number, text, block.url, block.place, block.page, block.fetched_at, block.label))
    rows = ["\x1f".join((str(p.number), p.label, p.place, p.url, p.text)) for p in found]
    rows += [
        document.name,
        document.tagline or "",
        *(plan.model_dump_json(exclude={"evidence"}) for plan in document.plans),
    ]
    return Pack(
        slug=document.slug,
        content_hash=document.content_hash,
        passages=tuple(found),
        document=document,
        hash=hashlib.sha256("\x1e".join(rows).encode()).hexdigest(),
        orders=tuple(orders),
        ended=_ended(document, found),
        unfit=_unfit(document, found),
    )


@dataclass(frozen=True, slots=True)
class _Block:
    label: str
    url: str
    place: Place
    page: str
    fetched_at: datetime
    text: str


def _page_blocks(document: ProductDocument, pages: Sequence[Page], orders: list[str]) -> list[_Block]:
    newest: dict[str, Page] = {}
    for page in sorted(pages, key=lambda one: (one.fetched_at, one.id)):
        if page.status < 400:
            newest[page.final_url] = page
    ordered = sorted(newest.values(), key=lambda page: (_LABELS.index(_label(page, document)), page.final_url))
    blocks = []
    seen: set[str] = set()
    for page in ordered:
        label = _label(page, document)
        text = _fresh_lines(_page_text(page), seen, orders)
        blocks.append(_Block(label, page.final_url, "visible", page.id, page.fetched_at, text))
        for place in ("markup", "api"):
            rows = [quote.quote for quote in _quotes(document) if quote.page == page.id and quote.place == place]
            kept = _fresh_lines("\n".join(row for row in rows if not find_quote(row, text)), seen, orders)
            blocks.append(_Block(label, page.final_url, place, page.id, page.fetched_at, kept))
    return blocks


def _launch_blocks(document: ProductDocument, orders: list[str]) -> list[_Block]:
    blocks = []
    for launch in sorted(document.launches, key=lambda one: one.id):
        text = _fresh_lines("\n".join(filter(None, (launch.title, launch.tagline))), set(), orders)
        seen_at = datetime.fromisoformat(launch.first_seen)
        blocks.append(_Block("launch", launch.source_url, "api", "", seen_at, text))
    return blocks


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


def _page_text(page: Page) -> str:
    """The words of a page. An API answer has none of its own: its cited values stand as `api` passages."""
    text, _ = decode(page.body, page.charset or None)
    if _is_json(text):
        return ""
    looks_markup = page.content_type.startswith(("text/html", "application/xhtml"))
    if not looks_markup and (
        page.content_type.startswith("text/") or not re.search(r"<(?:html|body|div)\b", text[:5_000], re.IGNORECASE)
    ):
        return _markdown_text(text)
    return visible_text(text)


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


_BADGE = re.compile(
    r"^\s*(?:\[?!\[[^\]]*\]\([^)]*\)\]?(?:\([^)]*\))?\s*)+$|^\s*</?[a-z][^>]*>\s*$|^\s*[-=|: ]{3,}$|^\s*```\w*$",
    re.IGNORECASE,
)


def _markdown_text(text: str) -> str:
    """A card's or README's lines as they stand, without badges, bare tags and rules."""
    return "\n".join(line for line in text.splitlines() if not _BADGE.match(line))


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
        if reads_as_order(line):
            orders.append(" ".join(line.split())[:200])
            continue
        seen.add(key)
        kept.append(line.strip())
    return "\n".join(kept)


def _trimmed(blocks: Sequence[_Block]) -> list[_Block]:
    """Each block cut to a page's share at a line, until the pack is full."""
    left = PACK_CHARS
    kept = []
    for block in blocks:
        text = _cut_at_line(block.text, min(PAGE_CHARS, left))
        if text:
            left -= len(text)
            kept.append(_Block(block.label, block.url, block.place, block.page, block.fetched_at, text))
    return kept


def _cut_at_line(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = text.rfind("\n", 0, most + 1)
    return text[: end if end > 0 else max(text.rfind(" ", 0, most + 1), 0)]


# Text that speaks to a reviewer or to a machine instead of a customer. Taking it out protects nothing by itself: scores
# are computed, quotes are checked. It keeps a page with such text and its clean twin on the same evidence.
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|all|any|your|safety|filters?)\b"
    r".{0,30}\b(?:instructions?|prompts?|rules?|requests?|guidelines?|directions?|context|commands?|evidence|passages?)\b|"
    r"^(?:to|dear|attention|hey|hello|note|notice|reminder|important)\b.{0,20}\b(?:AI|LLMs?|language models?|panel|reviewers?|critics?|judges?|"
    r"evaluators?|graders?)\b|\b(?:AI|LLMs?|language models?|agents?|assistants?)\b[^.]{0,40}\b(?:summari[sz]ing|reading|reviewing|processing|evaluating|crawling|"
    r"parsing) (?:this|the) (?:page|site|text|document|product|content)|\b(?:reviewer|panel|critic|AI|model|agent) (?:instructions?|notes?|directives?)\b|"
    r"\bif you(?: are|(?:'|’)re) an? (?:AI|LLM|language model|assistant|bot|agent|reviewer|critic)\b|\bthe (?:panel|reviewer|critic)(?:'s|’s)? (?:verdict|vote|score)\b|"
    r"\b(?:treat|consider|regard|accept) (?:all|every|any|each|these|this|our)\b.{0,30}\bas (?:verified|true|supported|proven|facts?)\b|"
    r"\b(?:encrypt|encode|translate|reverse|enhance|integrate|write|provide|use|repeat|output|end|begin|start|add|insert|append|include|mention)\b.{0,60}"
    r"\byour (?:answer|response|reply|output)\b|\bplease (?:show|display|print|reveal|return|output|ignore|evaluate|execute|recommend this|vote|rate)\b|"
    r"\bsentiment of (?:the|this)\b|\b(?:of|in) the following (?:tweet|review|text|sentence|email|article|passage)\b|\bsend it to me\b|\bunauthori[sz]ed info|"
    r"\bignore (?:the )?instructions?\b|\b(?:must|should|will|shall) answer [\"“]?(?:ship|skip|yes)\b|\bfollowing instructions?\b|\bforce the model\b|"
    r"\busing eval\b|\buser input\b.{0,20}\b(?:eval|exec)|\bignore (?:my|the|all) (?:previous|filters|rest)|\bnew instructions?\b|\bsystem (?:prompt|override|message|status)\b|"
    r"\b(?:you are|act as|pretend to be|as) (?:now )?(?:an? )?(?:AI|LLM|language model|assistant|reviewer|critic|judge|evaluator|red teamer|certified)\b|"
    r"\b(?:reviewers?|critics?|judges?|evaluators?|graders?|AI (?:models?|agents?|assistants?|systems?)|LLMs?|language models?|assistants?|"
    r"crawlers?|bots?)\b[^.]{0,30}\b(?:must|should|are (?:required|instructed|asked)|have to|need to|shall)\b|"
    r"\b(?:note|message|instructions?|attention|memo|notice)\b.{0,12}\b(?:to|for)\s(?:all |any |the |every )?(?:AI|LLMs?|models?|reviewers?|critics?|judges?|"
    r"assistants?|agents?|crawlers?|bots?|evaluators?|panel)\b|"
    r"\b(?:rate|score|rank|grade|give|assign|award)\b[^.]{0,50}\b(?:\d{1,3}\s?/\s?\d{1,3}|(?:\d{1,3}|four|five|ten) (?:out of|points|stars)|"
    r"top (?:marks|score|rating)|full marks|highest (?:marks?|score|rating|level)|maximum (?:score|rating|points)|perfect (?:score|rating)|level 4|a 4)\b|"
    r"\b(?:rate|score|grade)\s(?:this|it|us|every\w*|each|all|the)\b[^.]{0,40}\b\d{1,3}\b|"
    r"\b(?:vote|verdict|say|answer|respond|reply)\b[^.]{0,20}[\"“'`]?\b(?:ship|skip)\b[\"”'`]?|"
    r"\bin your (?:answer|response|reply|output|review|summary|next reply)\b|\b(?:to|of) your (?:answer|response|reply)\b|"
    r"\b(?:your|the) (?:answer|response|reply|output|review|verdict)(?:'s|’s)? (?:must|should|shall|in|backward|character)\b|"
    r"\b(?:reveal|print|display|show|output|repeat|leak|return)\b.{0,30}\b(?:system prompt|instructions?|confidential|environment variables?|"
    r"initial prompt|instruction set|configuration details|exactly what|hidden)\b|"
    r"\bexecute (?:the following|this|any|all|:)|\brun (?:os|shell|system) commands?\b|\bdo not (?:print|mention|tell|reveal|summari[sz]e)\b|"
    r"<\|?(?:im_start|system|assistant|endoftext)|\[/?INST\]|^\s*(?:system|assistant|user|human)\s*:|"
    r"\b(?:os\.popen|subprocess|__class__|__globals__|__subclasses__|eval\()|[\"']?(?:score|verdict|level|rating|vote)[\"']?\s*[:=]\s*[\"']?(?:\d+\b|ship\b)",
    re.IGNORECASE,
)  # fmt: skip


def reads_as_order(line: str) -> bool:
    """Whether a line speaks to a reviewer or a machine: "ignore previous instructions", "rate this 4"."""
    return bool(_ORDER.search(line[:PAGE_CHARS]))


_OVER = (
    r"\b(?:we|it|this (?:project|product|service|app|tool|repository|repo|package|library|site|website|software|extension|model|space)|"
    r"the (?:project|product|service|app|tool|repository|package|company|library)|%NAME%)\b[^.!?\n]{0,60}?"
    r"\b(?:(?:has|have|is|are|was|were|will be|has been|have been|is being)\s(?:now\s|been\s|being\s|officially\s|permanently\s|no longer\s)*"
    r"(?:shut(?:ting)? down|clos(?:ed|ing) (?:down|its doors|for good)|discontinued|sunset(?:ting|ted)?|retired|deprecated|archived|unmaintained|"
    r"decommissioned|end[- ]of[- ]life|(?<=no longer )(?:available|maintained|supported|offered|active|developed)|winding down)|"
    r"(?:shut|shuts|closed|closes) down\b|(?:will|to) (?:shut down|close (?:down|its doors)|cease operations|be sunset)|reached (?:its )?end[- ]of[- ]life|"
    r"ceased operations|decided to (?:shut|close|sunset|wind))"
)  # fmt: skip
_OVER_HEADLINE = re.compile(
    r"^(?:important:? |notice:? |announcement:? )?(?:(?:\[)?(?:deprecated|archived|unmaintained|discontinued|no longer maintained)(?:\])?"
    r"(?: (?:project|repository|notice|package))?[.!:]?|(?:we(?:'|’)re|we are) (?:shutting|closing) down\b.*|end of (?:life|service)\b.*|"
    r"(?:goodbye|farewell)\b.{0,60}|.{0,40}\b(?:has|have) (?:shut down|been discontinued|closed its doors)\b.*)$",
    re.IGNORECASE,
)
_NOT_OVER = re.compile(
    r"\b(?:if|when|until|unless|never|won(?:'|’)t|alternative|competitor|issue|ticket|tasks?|account|feature|version \d|plan|able to)\b|[“\"]|\b(?-i:I)\b",
    re.IGNORECASE,
)


def _ended(document: ProductDocument, found: Sequence[Passage]) -> Citation | None:
    """The product's own notice that it is over, where it stands among its first passages."""
    over = re.compile(_OVER.replace("%NAME%", re.escape(document.name) or "$^"), re.IGNORECASE)
    for passage in found:
        if passage.label == "launch":
            continue
        for line in passage.text.splitlines():
            for sentence in re.split(r"(?<=[.!?])\s+", line):
                said = over.search(sentence) if len(sentence) < 300 else None
                headline = passage.number <= 4 and _OVER_HEADLINE.match(sentence.strip(" #*_>-"))
                if (said or headline) and not _NOT_OVER.search(sentence):
                    return Citation(passage.number, sentence.strip())
    return None


_PARKED = re.compile(
    r"\b(?:this domain (?:name )?(?:is|may be) (?:for sale|parked|available)|buy this domain|domain (?:is )?parked|lorem ipsum dolor|"
    r"(?:error )?404\b.{0,20}not found|page not found|website coming soon|under construction|default web page|it works!|"
    r"account (?:has been )?suspended|index of /)",
    re.IGNORECASE,
)
_FUNCTION_WORDS = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "a",
        "in",
        "is",
        "for",
        "on",
        "with",
        "that",
        "your",
        "you",
        "it",
        "this",
        "are",
        "as",
        "be",
        "or",
        "by",
        "from",
        "at",
        "an",
        "can",
        "we",
        "our",
        "all",
        "more",
        "have",
        "not",
        "will",
        "how",
        "what",
        "has",
        "if",
        "their",
        "they",
        "one",
        "do",
        "use",
        "which",
        "der",
        "die",
        "das",
        "und",
        "ist",
        "nicht",
        "mit",
        "für",
        "ein",
        "eine",
        "den",
        "von",
        "zu",
        "im",
        "auf",
        "sie",
        "wir",
        "le",
        "la",
        "les",
        "des",
        "et",
        "est",
        "une",
        "un",
        "pour",
        "dans",
        "que",
        "qui",
        "avec",
        "sur",
        "vous",
        "nous",
        "du",
        "el",
        "los",
        "las",
        "y",
        "en",
        "que",
        "es",
        "una",
        "para",
        "con",
        "su",
        "por",
        "se",
        "del",
        "il",
        "di",
        "che",
        "è",
        "per",
        "non",
        "una",
        "con",
        "del",
        "della",
        "i",
        "e",
        "o",
        "os",
        "as",
        "um",
        "uma",
        "para",
        "com",
        "não",
        "em",
        "no",
        "na",
        "do",
        "da",
        "het",
        "een",
        "en",
        "van",
        "de",
        "is",
        "voor",
        "met",
        "op",
        "dat",
        "niet",
    ]
)
_DOUBT = re.compile(
    r"identity|impost|canonical|\bclaims?\b|(?:another|other) (?:product|site)|as its own|domain|rival|same name|belongs|merge|look-?alike|spoof",
    re.IGNORECASE,
)
_KEPT = re.compile(r"the editor's .* is kept\.$")  # a page against an editor's value: no doubt about who it is


def _unfit(document: ProductDocument, found: Sequence[Passage]) -> str:
    """Why no verdict may rest on these passages; empty when one may."""
    if document.status == "needs_look":
        doubts = [reason for reason in document.needs_look if _DOUBT.search(reason) and not _KEPT.search(reason)]
        if doubts:
            return f"held for an editor: {doubts[0]}"
    text = "\n".join(passage.text for passage in found)
    if len(text) < LEAST_CHARS:
        return "the pages read hold almost no text"
    own = [passage for passage in found if passage.label != "launch"]
    if own and len(text) < 4_000 and (parked := _PARKED.search("\n".join(p.text for p in own))):
        return f"the page is a placeholder: “{parked[0]}”"
    return _babble(document.name, text)


def _babble(name: str, text: str) -> str:
    """Whether the words make no sense together: no language's small words, one line over and over, no word of itself."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < 60:
        return ""
    latin = sum(word.isascii() for word in words) / len(words)
    small = sum(word in _FUNCTION_WORDS for word in words) / len(words)
    if latin > 0.85 and len(words) > 120 and small < 0.06:
        return "the text reads as words in no order"
    lines = Counter(line.strip().lower() for line in text.splitlines() if len(line.split()) > 3)
    if lines and sum(lines.values()) > 12 and max(lines.values()) > 0.5 * sum(lines.values()):
        return "the same line stands there over and over"
    named = [word for word in re.findall(r"[^\W_]+", name.lower()) if len(word) > 2]
    squeezed = re.sub(r"[\W_]+", "", text.lower())
    if named and not any(word in squeezed for word in named):
        return "its own name stands nowhere on its pages"
    return ""
