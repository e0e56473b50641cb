"""The nouns, as plain frozen data: one meaning each, everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from tools.dossier import Trust

Kind = Literal["product", "repo", "model", "space", "dataset", "paper", "package"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Access = Literal["api", "feed", "html"]
Place = Literal["visible", "markup", "api", "picture", "store"]  # store: our own, never of a fact
# From strongest to weakest; `RUNG_ORDER` is what decides between two values of one field.
Rung = Literal["editor", "api", "jsonld", "recipe", "meta", "text", "ocr", "model", "vision", "source", "derived"]
RUNG_ORDER: tuple[Rung, ...] = (
    "editor",
    "api",
    "jsonld",
    "recipe",
    "meta",
    "text",
    "ocr",
    "model",
    "vision",
    "source",
    "derived",
)
PricingModel = Literal["free", "freemium", "paid", "usage", "open-source", "contact", "unknown"]
PRICING_MODELS: tuple[PricingModel, ...] = ("free", "freemium", "paid", "usage", "open-source", "contact", "unknown")
PERIODS = ("month", "year", "quarter", "half-year", "week", "day", "hour", "once")  # for which time a price holds
QUALIFIERS = ("from", "up to", "contact", "trial")  # what else a page says of an amount
# The closed list of what kind of thing a product is. What each means and is told by: tools/page/words/categories.toml
CATEGORIES = (
    "ai-model ai-app agent-framework llm-gateway api sdk-library cli editor-ide database data-pipeline analytics "
    "observability testing hosting devops security auth payments site-builder design no-code automation communication "
    "project-management docs search media marketing sales-crm support productivity finance education game hardware"
).split()
Check = Literal["", "knowledge", "entailed", "unsure"]
Verdict = Literal["Ship", "Skip", "Split", "Not enough evidence"]
Vote = Literal["ship", "skip"]
VOTES: tuple[Vote, ...] = ("ship", "skip")
Value = str | list[str]
Now = Callable[[], datetime]  # always UTC; in a replay the recording's own time

FACT_FIELDS = (
    "name",
    "tagline",
    "description",
    "homepage",
    "pricing_model",
    "license",
    "tags",
    "makers",
    "repository",
    "hub_id",
    "category",
)
# What a registry says of a package's releases: facts with their quotes like all others, but no columns and no changes of
# the product. A release a week would else be a change a week, and send each verdict back to the panel.
RELEASE_FIELDS = ("version", "released_at", "first_release")
# All without a column. `rivals`: the names its pages set it against; which of them are rivals here, tools.rivals tells.
ASIDE_FIELDS = (*RELEASE_FIELDS, "rivals")
# Who a product is: of a merged product the words of the one that stays outrank those of the other, see knowledge.choose.
IDENTITY_FIELDS = ("name", "homepage", "tagline", "description", "makers", "repository")
# Only the product's own page tells these; a pricing page is called "Pricing", a repository has a name of its own.
OWN_PAGE_FIELDS = ("name", "tagline", "description", "homepage")


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes fetched at a time. `body` is decoded of transfer and content coding; `body_hash` is its SHA-256.

    `id` names this address with these bytes: the first 32 hex digits of SHA-256 over final_url, newline, body_hash.
    """

    id: str
    url: str  # as asked for, canonical
    final_url: str  # after redirects
    status: int
    content_type: str  # media type without parameters, lower case
    charset: str  # as decoded with, e.g. "utf-8"
    body: bytes
    body_hash: str
    fetched_at: datetime
    etag: str = ""
    last_modified: str = ""
    access: Access = "html"
    revalidated: bool = False  # the server said 304; body is the stored one
    rendered: str = ""  # why a browser made this page; empty: plain HTTP
    elapsed_s: float = 0.0
    # Of the answer just received, never stored: the address reached as it was asked, and the answer's headers.
    landed: str = field(default="", compare=False)
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote and where it stands.

    `path`: JSON path for `api`, tag or attribute for `markup`, SHA-256 of the picture's bytes for `picture`.
    `box`: where in the picture the words stand, "left,top,width,height" in its pixels; empty elsewhere.
    """

    url: str
    place: Place
    quote: str
    path: str = ""
    page: str = ""  # Page.id; empty until the page is stored
    box: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a product with its evidence and the rung that found it. `confidence`: 0-1."""

    field: str  # one of FACT_FIELDS or ASIDE_FIELDS
    value: Value
    rung: Rung
    confidence: float
    evidence: tuple[Evidence, ...]
    merged: int = 0  # how many merges away from the product it is read for; 0: its own word


@dataclass(frozen=True, slots=True)
class Plan:
    """One price line. amount None is unknown or custom, never free; Decimal(0) is free."""

    name: str
    amount: Decimal | None
    currency: str | None = None  # ISO 4217
    period: str | None = None  # one of PERIODS; None: the page does not say
    unit: str | None = None  # seat, user, "1M tokens", request, ...
    billed: str | None = None  # year: a monthly amount that is billed yearly
    qualifier: str | None = None  # one of QUALIFIERS
    rung: Rung = "text"
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    merged: int = 0  # as in Fact


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page: absolute address and its visible words."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one page says. `missing`: fields the ladder could not read; `trouble`: why the page needs more (browser,
    eye, look), empty when it does not."""

    url: str
    facts: tuple[Fact, ...] = ()
    plans: tuple[Plan, ...] = ()
    doubtful: tuple[Fact | Plan, ...] = ()  # read, too unsure to be shown (`knowledge.sure`): candidates for an editor
    links: tuple[Link, ...] = ()
    pricing_url: str | None = None  # the same site's pricing page, when this page links one
    missing: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()  # addresses of those that tell the prices which no text tells, most likely first
    text_chars: int = 0  # length of the visible text
    package: str = ""  # of a registry's answer: the identity it stands for, by its address ("package:pypi/x")


@dataclass(frozen=True, slots=True)
class Launch:
    """One announcement on one source. `id` is "<source>:<source_id>"."""

    source: str
    source_id: str
    title: str
    source_url: str  # the announcement itself
    url: str | None = None  # what it announces: homepage, repository or Hub address, as the source names it
    kind: Kind = "product"
    name: str = ""  # the product's name where the source tells it apart from the title
    tagline: str = ""
    description: str = ""
    makers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    license: str = ""
    repo_url: str = ""
    hub_id: str = ""
    launched_at: datetime | None = None
    launched_at_basis: Literal["stated", "first_seen", "feed_published"] = "stated"
    observations: dict[str, float] = field(default_factory=dict)  # votes, comments, stars, likes, downloads, ...
    page: str = ""  # Page.id of the listing it was read from
    raw: str = ""  # the row of the listing as it stood there: what its facts quote

    @property
    def id(self) -> str:
        """The key in the store and in the tools: source and source_id."""
        return f"{self.source}:{self.source_id}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A product as it may enter the store: identity decided, every fact and plan with evidence of its own pages."""

    identity: str  # "url:…", "repo:…", "hub:…" or "package:…", see tools.identity
    kind: Kind
    facts: tuple[Fact, ...]
    plans: tuple[Plan, ...] = ()
    launches: tuple[str, ...] = ()  # Launch.id
    pages: tuple[str, ...] = ()  # Page.id, homepage first
    aliases: tuple[str, ...] = ()  # further identities that its own evidence shows, e.g. the repository
    needs_look: tuple[str, ...] = ()  # reasons an editor should look
    led: tuple[str, ...] = ()  # those of `launches` whose address, the launch site's own, led to its first page
    left_out: tuple[str, ...] = ()  # why pages that were named beside its own are not among them


@dataclass(frozen=True, slots=True)
class PictureReading:
    """What was read in a picture of a page's prices. `lines`: JSON, as tools.pictures writes it."""

    hash: str  # SHA-256 of its bytes
    url: str  # of the picture; empty: the page's screenshot
    lines: str
    cuttings: Mapping[str, bytes]  # small PNGs, by box


@dataclass(frozen=True, slots=True)
class Logo:
    """A product's own mark as it was last asked for."""

    url: str  # where it was had, or asked for in vain; empty: its page names none
    page: str  # the address of the page that names it
    checked_at: datetime
    png: bytes = b""  # a small square; empty: none is kept
    etag: str = ""
    last_modified: str = ""
    why: str = ""  # none is kept


@dataclass(frozen=True, slots=True)
class Saved:
    """What `Store.put_product` did."""

    slug: str
    new: bool
    changed: tuple[str, ...] = ()  # fields whose shown value changed; "plans" among them
    left_out: tuple[str, ...] = ()  # as of the Proposal


@dataclass(frozen=True, slots=True)
class Passage:
    """One numbered piece of an evidence pack; reviews cite it as [E<number>]."""

    number: int
    text: str
    url: str
    place: Place
    page: str
    fetched_at: datetime
    label: str  # a role of tools.dossier, or page, launch, peers
    trust: Trust = "own"


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote of a passage."""

    passage: int
    quote: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence in a review. Only a `fact` needs citations; `supported` is set by the checker, never by a reviewer.

    `check`: knowledge, of an opinion: what a model knows of the market, held against nothing. Of a fact what a second
    model says of it: entailed, or unsure; "": none was asked, or it did not say.
    """

    text: str
    kind: Literal["fact", "inference", "opinion"]
    citations: tuple[Citation, ...] = ()
    supported: bool = False
    check: Check = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """One field of a persona: level 0-4 (None: evidence is silent), with its reason in words and claims."""

    field: str
    level: int | None
    reason: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """What one model of a fused review answered, kept whether or not it was used."""

    member: str  # the deployment's name
    model: str
    score: int | None
    vote: Vote | None
    text: str
    ratings: tuple[Rating, ...] = ()
    raw: str = ""  # the answer as it came
    prompt_hash: str = ""
    cost: str | None = None  # decimal string, USD; None: unknown


@dataclass(frozen=True, slots=True)
class Review:
    """One persona on one product. score 0-100 and vote are None when it abstains or could not be read."""

    persona: str
    reviewer: str  # "rules", or the model's name
    score: int | None
    vote: Vote | None
    text: str
    ratings: tuple[Rating, ...] = ()
    abstain_reason: str = ""
    raw: str = ""  # the answer as it came, kept when it could not be read
    model: str = ""
    prompt_hash: str = ""
    cost: str | None = None  # decimal string, USD; None: unknown
    runs: tuple[int, ...] = ()  # all scores when it was taken more than once
    seed: int | None = None  # what the model was seeded with
    evidence: tuple[int, ...] = ()  # numbers of the passages it was given
    members: tuple[Member, ...] = ()  # of a fused review, in the order asked
    struck: tuple[int, int] | None = None  # facts that did not stand, of so many written; not stored. None: not counted
    unread: bool = False  # whether there was no answer that could be read; not stored


WORTH_TELLING = 0.2  # the strength from which a finding is told


@dataclass(frozen=True, slots=True)
class Finding:
    """What code can prove of a product and a reader cannot see at once, mostly by comparing it; with its sentence."""

    kind: str  # a module of agents.panel.findings
    values: Mapping[str, str]  # what the sentence is made of, and how many it was compared with
    text: str
    direction: Literal[-1, 0, 1]  # for the product, against it, or neither
    strength: (
        float  # 0-1; of what speaks neither way, from WORTH_TELLING on it is a plain fact, below it lies in the middle
    )
    citations: tuple[Citation, ...]
    silent: bool = False  # it moves scores, and lies too near the middle for a sentence that anybody wants to read

    @property
    def is_worth_telling(self) -> bool:
        """Whether it is a sentence for readers: it speaks for or against, or is plain."""
        return not self.silent and (self.direction != 0 or self.is_plain)

    @property
    def is_plain(self) -> bool:
        """Whether it is worth a line and speaks neither for nor against: no score heeds it."""
        return not self.direction and self.strength >= WORTH_TELLING


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A typed field on which personas of one panel say things that cannot both hold."""

    field: str
    personas: tuple[str, ...]
    values: tuple[str, ...]  # what each of them says, in their order
    note: str
    passages: tuple[int, ...] = ()  # what they cite


@dataclass(frozen=True, slots=True)
class Panel:
    """Six reviews of one content hash, and the verdict computed from them."""

    slug: str
    content_hash: str
    verdict: Verdict
    reviews: tuple[Review, ...]  # Builder, Skeptic, Futurist, Founder, PM, Creator
    passages: tuple[Passage, ...]
    pack_hash: str
    reason: str = ""  # why there is not enough evidence
    contradictions: tuple[Contradiction, ...] = ()
    findings: tuple[Finding, ...] = ()  # strongest first

    @property
    def id(self) -> str:
        """The key that makes a second panel of the same content impossible."""
        return f"review:{self.slug}:{self.content_hash}"


class Line(NamedTuple):
    """A product's document as one line of JSON, to the byte what ProductDocument.model_dump_json gives."""

    slug: str
    status: str
    text: bytes
