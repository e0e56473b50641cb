"""Two products side by side: the one shape that the page, `scout compare` and the MCP tool share.

Everything here is told from the two product documents: facts with their quotes, plans, ratings and votes. Nothing is
taken from a tagline, and nothing from the order in which the two were named: `compare(a, b) == compare(b, a)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from pydantic import Field

from tools.documents import ClaimDoc, Document, EvidenceDoc, FactValue, ProductDocument, RatingDoc, ReviewDoc
from tools.errors import UsageError
from tools.needs import NEEDS, RANK
from tools.personas import Persona, personas
from tools.prices import PRICING, Price, decimal_of, monthly, plan_price, price_to_start

COMPARISON_VERSION = "1.0"
Edge = Literal["a", "b", "tie", "depends"]

_PERMISSIVE = ("apache", "mit", "bsd", "isc", "unlicense", "cc0", "0bsd", "zlib", "wtfpl", "postgresql", "bsl-1.0")
_COPYLEFT = ("gpl", "agpl", "lgpl", "mpl", "epl", "eupl", "cecill", "osl", "cc-by-sa")
_OLDER_DAYS = 90  # launches closer than this are the same age to a buyer
_FEW_VOTES = 10  # fewer community votes than this on either side decide nothing
_MAX_PICKS = 5


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
    basis: str = Field(description="fact, rating or vote")
    evidence: list[EvidenceDoc] = Field(default=[])

    def __str__(self) -> str:
        return self.text


class Take(Document):
    """One critic on one product. score null: no panel take, and `reason` says why."""

    score: int | None
    vote: str | None
    text: str
    reviewer: str
    reason: str = ""
    runs: list[int] = Field(default=[])
    claims: list[ClaimDoc] = Field(default=[])


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
    tagline: str | None
    kind: str
    category: str | None
    status: str
    verdict: str | None
    line: str = Field(description='"Ship · 3 ship / 1 skip", or that the panel has not met')
    median: float | None
    stale: bool
    reviewed_at: str | None
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
    headline: str = Field(description="who is ahead on points, or that they are level, with the medians")
    band: int
    rows: list[Row]
    pick_a: list[Reason]
    pick_b: list[Reason]
    pick_neither: list[Reason]
    scorecards: list[Scorecard]
    part_most: str


class _Pair(NamedTuple):
    a: ProductDocument
    b: ProductDocument


def compare(a: ProductDocument, b: ProductDocument, *, band: int = 8) -> Comparison:
    """Both products side by side, in canonical order.

    band: points within which two medians are level. Errors: UsageError when both are the same product.
    """
    if a.slug == b.slug:
        raise UsageError(f"{a.slug!r} cannot be compared with itself; name two products.")
    pair = _Pair(*sorted((a, b), key=lambda document: document.slug))
    level, headline = _level(pair, band)
    cards = scorecards(pair.a, pair.b)
    return Comparison(
        id=f"pair:{pair.a.slug}:{pair.b.slug}",
        slug=pair_slug(pair.a.slug, pair.b.slug),
        title=f"{pair.a.name} vs {pair.b.name}: which should you ship?",
        a=_card(pair.a),
        b=_card(pair.b),
        level=level,
        headline=headline,
        band=band,
        rows=_rows(pair, level, band),
        pick_a=_picks(pair.a, pair.b),
        pick_b=_picks(pair.b, pair.a),
        pick_neither=_neither(pair),
        scorecards=cards,
        part_most=_part_most(pair, cards),
    )


def pair_slug(one: str, other: str) -> str:
    """The pair's name in addresses: the same in either order, and no two pairs share it."""
    first, second = sorted((one, other))
    name = f"{first}-vs-{second}"
    if "-vs-" in first or "-vs-" in second:  # else "a-vs-b" with "c" would meet "a" with "b-vs-c"
        name += "-" + hashlib.sha256(f"{first}\n{second}".encode()).hexdigest()[:6]
    return name


def day(moment: str | None) -> str:
    """“20 Nov 2026” for an ISO 8601 moment; empty for none, the text itself where it is no date."""
    if not moment:
        return ""
    when = parse_moment(moment)
    return f"{when.day} {when:%b %Y}" if when else moment


def parse_moment(moment: str | None) -> datetime | None:
    """An ISO 8601 moment as UTC; None where it is missing or no moment."""
    try:
        when = datetime.fromisoformat(moment or "")
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def scorecards(a: ProductDocument, b: ProductDocument) -> list[Scorecard]:
    """The six critics on both products, in their fixed order."""
    cards = []
    for persona, name, question in critics():
        left, right = _take(a, persona, name), _take(b, persona, name)
        gap = None if left.score is None or right.score is None else abs(left.score - right.score)
        cards.append(Scorecard(persona=persona, name=name, question=question, a=left, b=right, gap=gap))
    return cards


def no_take_reason(document: ProductDocument, persona: str) -> str:
    """Why this critic has no take on this product; empty where it has one."""
    panel = document.panel
    if panel is None:
        return "The panel has not met on this product yet."
    review = panel.reviews.get(persona)
    if review is None:
        return "This critic did not sit on the panel."
    if review.score is not None:
        return ""
    return review.abstain_reason or "Its answer could not be read, so it has no score."


def verdict_line(document: ProductDocument) -> str:
    """“Ship · 3 ship / 1 skip”, or that the panel has not met."""
    return document.panel.line if document.panel else "Not reviewed yet"


def critics() -> tuple[tuple[str, str, str], ...]:
    """Every persona with its name in print and its question, in the order that never changes: votes are read by place."""
    return tuple((one.name, one.title, one.question) for one in personas().values())


def field_label(persona: str, field: str) -> str:
    """A rating's field in print; a field that its persona no longer has keeps its own name."""
    known: Persona | None = personas().get(persona)
    titles = {one.name: one.title for one in known.fields} if known else {}
    return titles.get(field) or field.replace("_", " ").capitalize()


def pages_read(document: ProductDocument) -> str:
    """“Not stated on the 4 pages read”: how an unknown is written."""
    count = len({page.final_url for page in document.pages if page.own})
    if not count:
        return "Not stated; no page of its own was read"
    return f"Not stated on the {f'{count} pages' if count > 1 else 'one page'} read"


def launched_at(document: ProductDocument) -> datetime | None:
    """The earliest launch, or when we first saw it."""
    dates = [parse_moment(launch.launched_at) for launch in document.launches]
    return min((date for date in dates if date), default=parse_moment(document.first_seen))


def _card(document: ProductDocument) -> Card:
    panel = document.panel
    return Card(
        slug=document.slug,
        name=document.name,
        tagline=document.tagline,
        kind=document.kind,
        category=document.category,
        status=document.status,
        verdict=panel.verdict if panel else None,
        line=verdict_line(document),
        median=panel.median if panel else None,
        stale=bool(panel and panel.stale),
        reviewed_at=panel.created_at if panel else None,
        price=price_to_start(document),
        last_seen=document.last_seen,
    )


def _level(pair: _Pair, band: int) -> tuple[Edge, str]:
    for document in pair:
        if document.panel is None:
            return "depends", f"The panel has not met on {document.name}, so no one is ahead on points."
        if document.panel.median is None:
            return "depends", f"Too few critics scored {document.name} for a median, so no one is ahead on points."
    one, other = (document.panel.median for document in pair if document.panel and document.panel.median is not None)
    medians = f"{number(one)} and {number(other)}"
    if abs(one - other) > band:
        ahead = pair.a if one > other else pair.b
        points = f"{number(abs(one - other))} points, more than the ±{band} we treat as level"
        return ("a" if one > other else "b"), f"Medians of {medians}: {ahead.name} is ahead by {points}."
    verdicts = [document.panel.verdict for document in pair if document.panel]
    words = f"Medians of {medians} lie inside the ±{band} band we treat as level."
    if verdicts[0] != verdicts[1]:
        words += f" The verdicts differ ({verdicts[0]}, {verdicts[1]}) because votes are counted, not medians."
    return "tie", f"{words} We name no winner on points."


def number(value: float) -> str:
    """A median without a needless decimal: 78, 76.5."""
    return f"{value:.1f}".removesuffix(".0")


def _take(document: ProductDocument, persona: str, name: str) -> Take:
    review = document.panel.reviews.get(persona) if document.panel else None
    reason = no_take_reason(document, persona)
    if review is None or review.score is None:
        reviewer = review.reviewer if review else ""
        return Take(score=None, vote=None, text=f"{name}: no panel take", reviewer=reviewer, reason=reason)
    return Take(
        score=review.score,
        vote=review.vote,
        text=review.text,
        reviewer=review.reviewer,
        runs=review.runs,
        claims=[claim for rating in review.ratings for claim in rating.claims],
    )


def _part_most(pair: _Pair, cards: Sequence[Scorecard]) -> str:
    both = [card for card in cards if card.gap is not None]
    if not both:
        return "No critic scored both."
    widest = max(both, key=lambda card: card.gap or 0)
    if not widest.gap:
        return "Every critic who scored both gave them the same score."
    words = f"They part most on the {widest.name}: {widest.gap} points apart, {widest.a.score} and {widest.b.score}"
    contrasts = [c for c in _contrasts(pair.a, pair.b) + _contrasts(pair.b, pair.a) if c.persona == widest.persona]
    if not contrasts:
        return words + "."
    most = max(contrasts, key=lambda contrast: contrast.high - contrast.low)
    return f"{words}, most of all over “{field_label(most.persona, most.field)}”, {most.high} of 4 against {most.low}."


# The decision table -----------------------------------------------------------------------------------------------


def _rows(pair: _Pair, level: Edge, band: int) -> list[Row]:
    judged: list[tuple[str, str, Callable[[ProductDocument], Cell], Callable[[_Pair], tuple[Edge, str]]]] = [
        ("panel", "Panel verdict", _verdict, lambda pair: (level, _points(pair, band))),
        ("price", "Price to start", _price_cell, _price_edge),
        ("pricing_model", "How you pay", lambda d: _fact_cell(d, "pricing_model"), _model_edge),
        ("license", "Licence", lambda d: _fact_cell(d, "license"), _licence_edge),
        ("plans", "Plans", _plans_cell, _plans_edge),
        ("repository", "Source to read", lambda d: _fact_cell(d, "repository"), _repository_edge),
        ("maturity", "In the open since", _age_cell, _age_edge),
        ("community", "Community", _community_cell, _community_edge),
        ("best_for", "Best for", lambda d: _rated_cell(d, high=True), _rated_edge),
        ("not_for", "Not for", lambda d: _rated_cell(d, high=False), _rated_edge),
        ("category", "Category", lambda d: _fact_cell(d, "category"), _category_edge),
        ("evidence", "Facts with a quote", _evidence_cell, _evidence_edge),
    ]
    words = {"a": pair.a.name, "b": pair.b.name, "tie": "= Tie", "depends": "Depends"}
    rows = []
    for key, question, cell, edge in judged:
        side, why = edge(pair)
        cells = {"a": cell(pair.a), "b": cell(pair.b)}
        rows.append(Row(key=key, question=question, edge=side, edge_words=words[side], why=why, **cells))
    return rows


def _points(pair: _Pair, band: int) -> str:
    """How far the medians are apart, for the table's narrow column."""
    one, other = (document.panel.median if document.panel else None for document in pair)
    if one is None or other is None:
        return "a median is missing"
    apart = abs(one - other)
    return f"{number(apart)} points, {'inside' if apart <= band else 'outside'} the ±{band} band"


def _verdict(document: ProductDocument) -> Cell:
    panel = document.panel
    if panel is None:
        return Cell(text="Not reviewed yet", known=False)
    notes = [f"median {number(panel.median)}" if panel.median is not None else panel.reason or "no median"]
    notes += ["stale: its facts changed since"] if panel.stale else []
    return Cell(text=panel.line, note=", ".join(notes))


def _fact_cell(document: ProductDocument, field: str) -> Cell:
    fact = document.facts.get(field)
    if fact is None or fact.value in ("", [], "unknown"):
        return Cell(text=pages_read(document), known=False, others=fact.others if fact else [])
    words = _words(fact.value)
    if field == "pricing_model":
        words = PRICING.get(words, words)
    return Cell(text=words, evidence=fact.evidence, others=fact.others)


def _words(value: str | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else value


def _price_cell(document: ProductDocument) -> Cell:
    price = price_to_start(document)
    if price.state == "unknown":
        return Cell(text=pages_read(document), known=False)
    return Cell(text=price.text, note=price.plan and f"plan “{price.plan}”", evidence=price.evidence)


def _price_edge(pair: _Pair) -> tuple[Edge, str]:
    one, other = price_to_start(pair.a), price_to_start(pair.b)
    known = [price.state in ("free", "priced") for price in (one, other)]
    if known == [False, False]:
        return "tie", "neither prints a price"
    if known[0] != known[1]:
        return ("a" if known[0] else "b"), "the only one with a price in print"
    if one.state == other.state == "free":
        return "tie", "both can be started without paying"
    if one.state != other.state:
        return ("a" if one.state == "free" else "b"), "nothing to pay at the start"
    if (one.currency, one.unit) != (other.currency, other.unit):
        return "depends", "not counted in the same unit"
    left, right = monthly(one), monthly(other)
    if left is None or right is None:
        if one.period != other.period:
            return "depends", "not counted over the same time"
        left, right = decimal_of(one.amount), decimal_of(other.amount)
    if left is None or right is None or left == right:
        return "tie", "the same price"
    return ("a" if left < right else "b"), "the lower price in print"


def _model_edge(pair: _Pair) -> tuple[Edge, str]:
    one, other = pair.a.pricing_model, pair.b.pricing_model
    if "unknown" in (one, other):
        return "depends", "not stated on both sides"
    return ("tie", "the same way of paying") if one == other else ("depends", "two ways of paying")


def licence_family(licence: str | None) -> Literal["permissive", "copyleft", "other", "unknown"]:
    """What a licence's name allows, roughly; never more than its family is read from a name."""
    words = (licence or "").lower().strip()
    if not words:
        return "unknown"
    if words.startswith(_COPYLEFT) or "general public" in words or "mozilla public" in words:
        return "copyleft"
    return "permissive" if words.startswith(_PERMISSIVE) else "other"


def _licence_edge(pair: _Pair) -> tuple[Edge, str]:
    families = [licence_family(document.license) for document in pair]
    if families == ["unknown", "unknown"]:
        return "tie", "neither states one"
    if "unknown" in families:
        return ("b" if families[0] == "unknown" else "a"), "the only one that states its licence; silence is not a no"
    opened = [family in ("permissive", "copyleft") for family in families]
    if opened[0] != opened[1]:
        return ("a" if opened[0] else "b"), "an open licence"
    if families[0] != families[1]:
        return "depends", "permissive against copyleft"
    return ("tie", "the same family") if opened[0] else ("depends", "read both")


def _plans_cell(document: ProductDocument) -> Cell:
    if not document.plans:
        return Cell(text=pages_read(document), known=False)
    priced = [(plan.name, plan_price(plan)) for plan in document.plans[:4]]
    named = [price if name.casefold() == price.casefold() else f"{name}: {price}" for name, price in priced]
    more = [f"{len(document.plans) - 4} more"] if len(document.plans) > 4 else []
    evidence = [plan.evidence[0] for plan in document.plans[:4] if plan.evidence]
    return Cell(text="; ".join(named + more), evidence=evidence)


def _plans_edge(pair: _Pair) -> tuple[Edge, str]:
    if not pair.a.plans and not pair.b.plans:
        return "tie", "neither lists plans"
    unpriced = [sum(decimal_of(plan.amount) is None for plan in document.plans) for document in pair]
    if not pair.a.plans or not pair.b.plans:
        return "depends", "only one lists plans"
    if (unpriced[0] == 0) != (unpriced[1] == 0):
        return ("a" if unpriced[0] == 0 else "b"), "every plan has a price in print"
    return ("tie", "every plan is priced") if not unpriced[0] else ("depends", "both leave a plan without a price")


def _repository_edge(pair: _Pair) -> tuple[Edge, str]:
    has = [bool(document.repository) for document in pair]
    if has[0] == has[1]:
        return "tie", "both show their source" if has[0] else "neither names a repository"
    return ("a" if has[0] else "b"), "its source can be read"


def _age_cell(document: ProductDocument) -> Cell:
    when = launched_at(document)
    if when is None:
        return Cell(text="No date on record", known=False)
    stated = any(launch.launched_at and launch.launched_at_basis == "stated" for launch in document.launches)
    return Cell(text=f"{when.day} {when:%b %Y}", note="launch, as announced" if stated else "first seen by us")


def _age_edge(pair: _Pair) -> tuple[Edge, str]:
    one, other = (launched_at(document) for document in pair)
    if one is None or other is None:
        return "depends", "a date is missing"
    days = abs((one - other).days)
    if days < _OLDER_DAYS:
        return "tie", f"within {_OLDER_DAYS} days of each other"
    return ("a" if one < other else "b"), f"{days} days longer in the open"


def _community_cell(document: ProductDocument) -> Cell:
    votes = document.community
    if votes.ship + votes.skip == 0:
        return Cell(text="No community votes yet", known=False)
    return Cell(text=f"{votes.ship} ship / {votes.skip} skip", note="votes of readers")


def _community_edge(pair: _Pair) -> tuple[Edge, str]:
    totals = [document.community.ship + document.community.skip for document in pair]
    if not any(totals):
        return "tie", "nothing to compare"
    if min(totals) < _FEW_VOTES:
        return "depends", f"under {_FEW_VOTES} votes on one side"
    shares = [document.community.ship / total for document, total in zip(pair, totals, strict=True)]
    if abs(shares[0] - shares[1]) < 0.1:
        return "tie", "shares within 10 points"
    return ("a" if shares[0] > shares[1] else "b"), "a larger share says ship"


def _rated(document: ProductDocument) -> Iterable[tuple[str, str, RatingDoc]]:
    """Every rated field as persona, its name and the rating, critics in their order."""
    for persona, name, _ in critics():
        review: ReviewDoc | None = document.panel.reviews.get(persona) if document.panel else None
        if review is not None and review.score is not None:
            yield from ((persona, name, rating) for rating in review.ratings if rating.level is not None)


def _rated_cell(document: ProductDocument, *, high: bool) -> Cell:
    """For whom it is best, or not: the readers whose fields were rated highest, or lowest."""
    found = [(p, name, r, r.level) for p, name, r in _rated(document) if r.level is not None and (p, r.field) in NEEDS]
    wanted = [row for row in found if (row[3] >= 3 if high else row[3] <= 1)]
    wanted.sort(key=lambda row: (-row[3] if high else row[3], RANK[row[0], row[2].field]))
    if not wanted:
        silent = "No field was rated 3 or more" if high else "No field was rated 1 or 0"
        return Cell(text=silent if document.panel else "The panel has not met yet", known=False)
    most = wanted[:2]
    return Cell(
        text=" and ".join(f"those who {NEEDS[persona, rating.field]}" for persona, _, rating, _ in most),
        note="; ".join(f"{name}, “{field_label(p, r.field)}”: {level} of 4" for p, name, r, level in most),
        evidence=[evidence for _, _, rating, _ in most for evidence in rating_evidence(rating)[:1]],
    )


def rating_evidence(rating: RatingDoc) -> list[EvidenceDoc]:
    """The quotes under a rating's supported claims, without their passage numbers, each once."""
    found: dict[tuple[str, str], EvidenceDoc] = {}
    for claim in rating.claims:
        for citation in claim.citations if claim.supported else []:
            plain = EvidenceDoc(**citation.model_dump(exclude={"passage"}))
            found.setdefault((plain.quote, plain.url), plain)
    return list(found.values())


def _rated_edge(pair: _Pair) -> tuple[Edge, str]:
    met = [document.panel is not None for document in pair]
    return "depends", "your work decides" if all(met) else "not reviewed on both sides"


def _category_edge(pair: _Pair) -> tuple[Edge, str]:
    one, other = pair.a.category, pair.b.category
    if not one or not other:
        return "depends", "not stated on both sides"
    same = one.casefold() == other.casefold()
    return ("tie", "the same shelf") if same else ("depends", "they are not on the same shelf")


def _cited(document: ProductDocument) -> tuple[int, int]:
    return sum(bool(fact.evidence) for fact in document.facts.values()), len(document.facts)


def _evidence_cell(document: ProductDocument) -> Cell:
    cited, known = _cited(document)
    read = max((page.fetched_at for page in document.pages), default=None)
    return Cell(text=f"{cited} of {known}", note=f"last read {day(read)}" if read else "no page of its own was read")


def _evidence_edge(pair: _Pair) -> tuple[Edge, str]:
    one, other = (_cited(document)[0] for document in pair)
    if abs(one - other) < 3:
        return "tie", "about as much is known of both"
    return ("a" if one > other else "b"), "more is known of it, which is not merit"


# Pick it if … -----------------------------------------------------------------------------------------------------


class _Contrast(NamedTuple):
    """A field that one product's critic rated two levels or more above the other's."""

    persona: str
    name: str
    field: str
    high: int
    low: int
    evidence: list[EvidenceDoc]


def _picks(this: ProductDocument, that: ProductDocument) -> list[Reason]:
    """Why to pick `this` rather than `that`: facts first, then ratings, then votes."""
    reasons = [*_fact_picks(this, that), *_rating_picks(this, that)]
    for persona, name, _ in critics():
        left, right = _take(this, persona, name), _take(that, persona, name)
        if left.vote == "ship" and right.vote == "skip":
            reasons.append(
                Reason(text=f"you ask what the {name} asks: {left.score} against {right.score}", basis="vote")
            )
    return reasons[:_MAX_PICKS]


def _fact_picks(this: ProductDocument, that: ProductDocument) -> Iterable[Reason]:
    mine, theirs = price_to_start(this), price_to_start(that)
    pair = _Pair(this, that)
    if _price_edge(pair)[0] == "a":
        yield Reason(text=_price_words(mine, theirs), basis="fact", evidence=mine.evidence)
    if _licence_edge(pair)[0] == "a":
        evidence = this.facts["license"].evidence if "license" in this.facts else []
        silent = "the other states none" if licence_family(that.license) == "unknown" else f"not {that.license}"
        yield Reason(text=f"you need a licence you can read: {this.license}, {silent}", basis="fact", evidence=evidence)
    if this.repository and not that.repository:
        evidence = this.facts["repository"].evidence if "repository" in this.facts else []
        yield Reason(text="you read the source before you rely on it", basis="fact", evidence=evidence)
    if (this.kind == "model" or this.hub_id) and not (that.kind == "model" or that.hub_id):
        evidence = this.facts["hub_id"].evidence if "hub_id" in this.facts else []
        yield Reason(text="you want the files on a machine of your own", basis="fact", evidence=evidence)
    if this.pricing_model == "usage" and that.pricing_model in ("paid", "freemium"):
        evidence = this.facts["pricing_model"].evidence if "pricing_model" in this.facts else []
        yield Reason(text="you would rather pay for what you use than by the month", basis="fact", evidence=evidence)


def _price_words(mine: Price, theirs: Price) -> str:
    if theirs.state in ("unknown", "contact"):
        return f"you want to know the price before you talk to anyone: {mine.text}"
    if mine.state == "free":
        return f"you want to start without paying: {mine.text}, against {theirs.text}"
    return f"the bill decides: {mine.text}, against {theirs.text}"


def _contrasts(this: ProductDocument, that: ProductDocument) -> list[_Contrast]:
    low = {(persona, rating.field): rating.level for persona, _, rating in _rated(that)}
    found = []
    for persona, name, rating in _rated(this):
        other = low.get((persona, rating.field))
        if other is not None and rating.level is not None and rating.level - other >= 2:
            evidence = rating_evidence(rating)
            found.append(_Contrast(persona, name, rating.field, rating.level, other, evidence))
    return sorted(found, key=lambda c: (c.low - c.high, RANK.get((c.persona, c.field), len(RANK))))


def _rating_picks(this: ProductDocument, that: ProductDocument) -> Iterable[Reason]:
    for contrast in [c for c in _contrasts(this, that) if (c.persona, c.field) in NEEDS][:3]:
        need = NEEDS[contrast.persona, contrast.field]
        words = f"you {need}: the {contrast.name} rates it {contrast.high} of 4 against {contrast.low}"
        yield Reason(text=words, basis="rating", evidence=contrast.evidence)


def _neither(pair: _Pair) -> list[Reason]:
    reasons: list[Reason] = []
    if all(document.panel and document.panel.verdict == "Skip" for document in pair):
        reasons.append(Reason(text="you can wait: the panel says skip to both", basis="vote"))
    if all(price_to_start(document).state in ("unknown", "contact") for document in pair):
        reasons.append(Reason(text="you need a price before you start: neither prints one", basis="fact"))
    if all(licence_family(document.license) == "unknown" for document in pair):
        reasons.append(Reason(text="someone will ask you for the licence: neither states one", basis="fact"))
    low = {
        (p, r.field): (r.level, rating_evidence(r))
        for p, _, r in _rated(pair.b)
        if r.level is not None and r.level <= 1
    }
    for persona, name, rating in _rated(pair.a):
        other = low.get((persona, rating.field))
        if rating.level is not None and rating.level <= 1 and other and (persona, rating.field) in NEEDS:
            words = f"you {NEEDS[persona, rating.field]}: the {name} rates them {rating.level} and {other[0]} of 4"
            reasons.append(Reason(text=words, basis="rating", evidence=rating_evidence(rating) + other[1]))
    for persona, name, _ in critics():
        takes = [_take(document, persona, name) for document in pair]
        if all(take.vote == "skip" for take in takes):
            words = f"you ask what the {name} asks: {takes[0].score} and {takes[1].score}, a skip for both"
            reasons.append(Reason(text=words, basis="vote"))
    return reasons[:_MAX_PICKS]
