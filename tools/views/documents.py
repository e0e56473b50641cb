"""The product document: the one shape that exports, `scout show`, the MCP servers and the site share.

Keyed, never positional. `schema_version` grows by a minor for a new field, by a major for a break. The JSON Schema of
ProductDocument is committed as tools/product.schema.json.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.6"


class Document(BaseModel):
    """Base of all: no unknown fields, so that a typing slip is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EvidenceDoc(Document):
    """A verbatim quote, where it stands and when it was read."""

    quote: str
    place: str = Field(description="visible, markup, api, picture; of a finding also store: put together by Scout")
    path: str = ""
    box: str = Field(default="", description="of a picture: left,top,width,height in its pixels; its hash is the path")
    url: str
    fetched_at: str = Field(description="UTC, ISO 8601")
    page: str = Field(description="id of the stored page; its bytes hold the quote")


class FactValue(Document):
    """One value on record for a field."""

    value: str | list[str]
    rung: str
    confidence: float
    evidence: list[EvidenceDoc]


class FactDoc(FactValue):
    """The value shown, and the other values on record beside it."""

    others: list[FactValue] = []


class PlanDoc(Document):
    """One price line. amount null is unknown or custom, "0" is free."""

    name: str
    amount: str | None
    currency: str | None
    period: str | None
    unit: str | None
    billed: str | None = None
    qualifier: str | None = None
    rung: str
    confidence: float
    evidence: list[EvidenceDoc]


class PricePoint(Document):
    """A price line's amount from a moment on; null: the plan was gone. Which line: all but amount and at."""

    plan: str
    amount: str | None
    currency: str | None
    period: str | None
    unit: str | None = None
    billed: str | None = None
    qualifier: str | None = None
    at: str


class Observation(Document):
    """A number at a time: votes, stars, downloads."""

    metric: str
    value: float
    at: str


class LaunchDoc(Document):
    """One announcement on one source."""

    id: str
    source: str
    title: str
    tagline: str = ""
    url: str | None
    source_url: str
    launched_at: str | None
    launched_at_basis: str
    first_seen: str
    observations: list[Observation] = []


class CitationDoc(EvidenceDoc):
    """What a claim cites, resolved to its evidence."""

    passage: int
    trust: str = Field(
        default="own",
        description="own: the product's pages; measure: numbers of an API; voice: what others wrote; store: what Scout knows",
    )


class ClaimDoc(Document):
    """A sentence in a review."""

    text: str
    kind: str = Field(description="fact, inference or opinion")
    supported: bool
    check: str = Field(
        default="",
        description="knowledge: the reviewer's own of the market, not checked; entailed, unsure: what a second model says",
    )
    citations: list[CitationDoc]


class RatingDoc(Document):
    """One field of a persona: level 0-4, null where the evidence is silent."""

    field: str
    level: int | None
    reason: str
    claims: list[ClaimDoc] = []


class MemberDoc(Document):
    """What one model of a fused review answered; raw where it could not be read."""

    member: str = Field(description="the deployment's name")
    model: str
    score: int | None
    vote: str | None
    text: str
    ratings: list[RatingDoc] = []
    raw: str = ""
    prompt_hash: str
    cost: str | None = Field(description="USD; null: unknown")


class OverrideDoc(Document):
    """An editor's vote in the place of a persona's. `counts` false: it was made on earlier facts and is only shown."""

    vote: str
    why: str
    who: str
    at: str
    counts: bool


class ReviewDoc(Document):
    """One persona on this product; score and vote null with a reason: no panel take."""

    persona: str
    reviewer: str
    score: int | None
    vote: str | None = Field(description="the reviewer's own, whatever an editor says in override")
    text: str
    ratings: list[RatingDoc]
    abstain_reason: str = ""
    runs: list[int] = []
    model: str | None = Field(default=None, description="null: no model took part")
    prompt_hash: str | None = None
    seed: int | None = None
    cost: str | None = Field(default=None, description="USD; null: unknown, or no model took part")
    evidence: list[int] = Field(default=[], description="numbers of the passages it was given")
    members: list[MemberDoc] = Field(default=[], description="every answer of a fused review")
    override: OverrideDoc | None = None

    @property
    def heeded(self) -> str | None:
        """The vote that counts for the verdict: an editor's where it stands in, else the reviewer's own."""
        return self.override.vote if self.override and self.override.counts else self.vote


_BRIEF = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"x-brief": True})  # an agent's prompt leaves it out


class ContradictionDoc(Document):
    """A typed field on which personas of the panel say things that cannot both hold."""

    model_config = _BRIEF

    field: str
    personas: list[str]
    values: list[str] = Field(description="what each of them says, in their order")
    note: str
    passages: list[int] = []


class FindingDoc(Document):
    """What code can prove of the product, mostly by comparing it."""

    model_config = _BRIEF

    kind: str
    text: str
    direction: int = Field(description="1: for the product, -1: against it, 0: neither")
    strength: float = Field(description="0-1")
    values: dict[str, str] = {}
    citations: list[CitationDoc]


class PanelDoc(Document):
    """The newest panel. `stale`: facts or plans changed since. Verdict, line and counts heed an editor's overrides."""

    id: str
    verdict: str = Field(description="Ship, Skip, Split or Not enough evidence")
    line: str = Field(description='"Ship · 3 ship / 1 skip"')
    ships: int
    skips: int
    no_take: int
    median: float | None
    reason: str = ""
    stale: bool
    content_hash: str
    created_at: str
    reviews: dict[str, ReviewDoc] = Field(
        description="keyed by persona: builder, skeptic, futurist, founder, pm, creator"
    )
    contradictions: list[ContradictionDoc] = []
    findings: list[FindingDoc] = Field(default=[], description="strongest first")
    overridden: list[str] = Field(default=[], description="personas whose vote an editor's override stands in for")
    original_verdict: str | None = Field(default=None, description="the reviewers' own, where overrides changed it")
    original_line: str | None = None


class Community(Document):
    """Votes of readers; both 0: no community votes yet."""

    ship: int = 0
    skip: int = 0


class ChangeDoc(Document):
    """One row of the change log that concerns this product."""

    seq: int
    at: str
    op: str = Field(description="new, fact, plan, status, panel, merge, delete, ...")
    field: str = ""
    before: str | None = None
    after: str | None = None
    why: str = ""
    who: str = ""


class PageDoc(Document):
    """A page that was read for this product."""

    id: str
    url: str
    final_url: str
    status: int
    fetched_at: str
    body_hash: str
    own: bool = Field(default=True, description="false: a listing, read for its one row; it speaks of others too")
    screenshot: str | None = Field(default=None, description="SHA-256 of the stored PNG, where one was taken")
    no_screenshot: str | None = Field(default=None, description="why none could be taken of a page that needs one")


class LogoDoc(Document):
    """The product's own mark, as its page names it and as Scout keeps it: a small square PNG of its pixels."""

    model_config = _BRIEF

    sha256: str = Field(description="of that PNG; the site has it as logos/, these characters, .png")
    url: str = Field(description="where the mark was had")
    page: str = Field(description="the page that names it as its own")


class DoubtsDoc(Document):
    """What of a product is shown to who settles its doubts: the parts of ProductDocument of these names, and its panel's line."""

    slug: str
    name: str
    kind: str
    status: str
    first_seen: str
    homepage: str | None
    line: str | None
    needs_look: list[str]
    facts: dict[str, FactDoc]
    candidates: dict[str, list[FactValue]]
    plan_candidates: list[PlanDoc]


class RivalDoc(Document):
    """Another product of the store that this one competes with, and why it is taken for a rival."""

    slug: str
    name: str
    reason: str = Field(description="a sentence")
    closeness: float | None = Field(description="0-1, how alike their own words are; null: named on its pages")
    evidence: list[EvidenceDoc] = Field(default=[], description="the words that name it")


class DossierPageDoc(Document):
    """A page of the dossier, or why it is not there."""

    role: str = Field(description="homepage, pricing, docs, changelog, terms, readme, card, repository, releases, ...")
    state: str = Field(description="read, none (nothing leads to one), refused, failed")
    url: str
    at: str
    why: str = ""


class MeasureDoc(Document):
    """A number at a time, as an API or a feed gave it."""

    metric: str
    value: float
    at: str
    url: str
    quote: str


class StatementDoc(Document):
    """What the product's own page states on a topic."""

    topic: str
    denied: bool = Field(description="true: it says that it is not so")
    value: str = ""
    role: str
    url: str
    quote: str
    plan: str = Field(
        default="", description="the first plan that has it, “all plans” or “paid plans”; empty: not told"
    )


class VoiceDoc(Document):
    """What somebody wrote of a launch, by role only."""

    role: str
    text: str
    at: str
    url: str
    by_maker: bool = False


class DossierDoc(Document):
    """What was gathered on the product beyond its homepage."""

    model_config = _BRIEF

    pages: list[DossierPageDoc] = []
    measures: list[MeasureDoc] = Field(default=[], description="oldest first; of each number the last of each month")
    statements: list[StatementDoc] = []
    voices: list[VoiceDoc] = []


class ProductDocument(Document):
    """Everything Scout knows about one product."""

    schema_version: str = SCHEMA_VERSION
    slug: str
    kind: str
    identity: str
    aliases: list[str] = []
    status: str = Field(description="new, needs_look, approved, rejected, deleted")
    needs_look: list[str] = []
    name: str
    tagline: str | None
    description: str | None
    homepage: str | None
    repository: str | None
    hub_id: str | None
    logo: LogoDoc | None = Field(default=None, description="null: its page names none, or none could be had")
    category: str | None = Field(description="one of models.CATEGORIES; null: none fits, or it is not plain which")
    pricing_model: str
    license: str | None
    tags: list[str]
    makers: list[str]
    facts: dict[str, FactDoc]
    plans: list[PlanDoc]
    candidates: dict[str, list[FactValue]] = Field(
        default={}, description="fields that show nothing because no value is sure enough: what was read, for an editor"
    )
    plan_candidates: list[PlanDoc] = Field(default=[], description="prices not shown for the same reason")
    price_history: list[PricePoint]
    launches: list[LaunchDoc]
    pages: list[PageDoc]
    panel: PanelDoc | None
    community: Community = Community()
    rivals: list[RivalDoc] | None = Field(
        default=None, description="named ones first, then the nearest; null: this document was made without them"
    )
    dossier: DossierDoc = DossierDoc()
    changes: list[ChangeDoc]
    first_seen: str
    last_seen: str
    changed_at: str
    content_hash: str


class GoneDocument(Document):
    """A line of an increment that says a product is no more: it was deleted, merged away, or may not be exported now."""

    schema_version: str = SCHEMA_VERSION
    slug: str
    deleted: Literal[True] = True
    op: str = Field(description="of the change that it went by: delete, merge, status, ...")
    merged_into: str | None = Field(description="slug of the product it is part of now")
    seq: int
    at: str
    why: str = ""
