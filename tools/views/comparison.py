"""The shape of two products side by side: what the page, `scout compare` and the MCP tool share."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from tools.views.documents import Document, EvidenceDoc, FactValue, FindingDoc, ProductDocument
from tools.views.price_words import Price
from tools.views.takes import Take

COMPARISON_VERSION = "1.4"
Edge = Literal["a", "b", "tie", "depends"]


class Cell(Document):
    """One answer of one product. Where it is not known, `text` says so and where we looked."""

    text: str
    known: bool = True
    note: str = ""
    evidence: list[EvidenceDoc] = Field(default=[])
    others: list[FactValue] = Field(default=[], description="further values on record for the same question")


class Row(Document):
    """One question of the decision table."""

    key: str
    question: str
    a: Cell
    b: Cell
    edge: Edge
    edge_words: str = Field(description="the edge in print: the product’s name, “= Tie” or “Depends”")
    why: str


class Reason(Document):
    """One way a sentence “pick it if …” ends, and what it rests on."""

    text: str
    basis: str = Field(description="fact, statement, number or rating")
    evidence: list[EvidenceDoc] = Field(default=[])

    def __str__(self) -> str:
        return self.text


class Scorecard(Document):
    """One critic on both; gap is the distance of the scores, null where one is missing."""

    persona: str
    name: str
    question: str
    a: Take
    b: Take
    gap: int | None


class Card(Document):
    """The head of one product."""

    slug: str
    name: str
    initial: str = Field(description="first letter of the name, for a mark")
    tagline: str | None
    description: str | None
    kind: str
    category: str | None
    status: str
    verdict: str | None
    line: str = Field(description='"Ship · 3 ship / 1 skip", or that the panel has not met')
    own_line: str = Field(default="", description="the critics’ own, where an editor’s override changed the line")
    panel_ship: int | None = Field(description="per cent of the critics who scored it that say ship")
    weighed: list[FindingDoc] = Field(default=[], description="its two strongest findings for it, then two against it")
    median: float | None
    stale: bool
    reviewed_at: str | None
    community: str = Field(description="readers' votes in words")
    entry: str = Field(description="Free, Paid, On request or Unknown")
    price: Price
    last_seen: str


class Comparison(Document):
    """Two products side by side; `a` is the one whose slug sorts first, whoever was named first."""

    schema_version: str = COMPARISON_VERSION
    id: str
    slug: str
    title: str
    a: Card
    b: Card
    level: Edge = Field(description="tie: medians within the band; depends: a median is missing; else the side ahead")
    headline: str = Field(description="both verdicts, then whose median is higher, or that they are level")
    band: int
    rows: list[Row]
    differ: str = Field(default="", description="in what the two differ, of what was read of both, in one line")
    pick_a: list[Reason]
    pick_b: list[Reason]
    pick_neither: list[Reason]
    scorecards: list[Scorecard]
    part_most: str


class Pair(NamedTuple):
    """Two documents in canonical order."""

    a: ProductDocument
    b: ProductDocument


def row_of(pair: Pair, key: str, question: str, cells: tuple[Cell, Cell], edge: tuple[Edge, str]) -> Row:
    """A row of the decision table. edge: who has it, and why."""
    words = {"a": pair.a.name, "b": pair.b.name, "tie": "= Tie", "depends": "Depends"}
    side, why = edge
    return Row(key=key, question=question, a=cells[0], b=cells[1], edge=side, edge_words=words[side], why=why)
