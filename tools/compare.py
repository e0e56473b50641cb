"""Two products side by side: the one shape that the page, `scout compare` and the MCP tool share.

Everything here is told from the two product documents: facts with their quotes, plans, ratings and votes. Nothing is
taken from a tagline, and nothing from the order in which the two were named: `compare(a, b) == compare(b, a)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from pydantic import Field

from tools.documents import ClaimDoc, Document, EvidenceDoc, FactValue, PlanDoc, ProductDocument, RatingDoc, ReviewDoc
from tools.errors import UsageError

COMPARISON_VERSION = "1.0"
Edge = Literal["a", "b", "tie", "depends"]

# Persona, its name in print and the question it puts. The order never changes: a strip of six votes is read by place.
CRITICS: tuple[tuple[str, str, str], ...] = (
    ("builder", "Builder", "What is it, and does it survive first contact?"),
    ("skeptic", "Skeptic", "Who else does this, where does it break, and what ends it?"),
    ("futurist", "Futurist", "What has to come true for this to matter?"),
    ("founder", "Founder", "Who pays, and why can’t it be copied?"),
    ("pm", "PM", "What job, how fast, and is it complete?"),
    ("creator", "Creator", "What would I make with it?"),
)

# (persona, field): the field in print, and the reader for whom it decides, as the end of "pick it if you …".
FIELDS: dict[tuple[str, str], tuple[str, str]] = {
    ("builder", "primitive"): ("Primitive", "want one clear part that you can name in a sentence"),
    ("builder", "dx_bet"): ("Developer bet", "want the complexity where you can see it"),
    ("builder", "moment_of_truth"): ("First contact", "need the first try to work"),
    ("builder", "weekend_alternative"): ("Weekend version", "could not write the same in a weekend"),
    ("builder", "decision_that_earns"): ("Decision that earns it", "choose a tool by its design"),
    ("skeptic", "category"): ("Category", "want to know on which shelf it stands"),
    ("skeptic", "direct_competitors"): ("Direct rivals", "want to hold it against named rivals"),
    ("skeptic", "claim_audit"): ("Claim audit", "believe only figures that someone can check"),
    ("skeptic", "break_scenario"): ("Breaks at", "have to know where it breaks before you rely on it"),
    ("skeptic", "kill_12m"): ("Ends by", "plan further than a year ahead"),
    ("skeptic", "survival_condition"): ("Survives if", "need it to be there next year"),
    ("futurist", "thesis"): ("Thesis", "want to bet on a thesis that can be proven wrong"),
    ("futurist", "dependencies"): ("Depends on", "want to know what has to hold for it to last"),
    ("futurist", "second_order_effect"): ("Second effect", "care what it changes around itself"),
    ("futurist", "trend_line"): ("Trend", "want the trend behind you"),
    ("futurist", "timing"): ("Timing", "care that it is neither early nor late"),
    ("founder", "buyer"): ("Buyer", "want to see who pays for it"),
    ("founder", "budget_line"): ("Budget", "have to name the budget it comes from"),
    ("founder", "moat"): ("Moat", "need something that a rival cannot copy at once"),
    ("founder", "stress_test"): ("Stress test", "need it to outlive a fall in prices"),
    ("founder", "expand_story"): ("Room to grow", "expect to grow from the first plan to the last"),
    ("founder", "viable_decision"): ("What makes it viable", "need a maker who can go on"),
    ("pm", "job_to_be_done"): ("Job", "have exactly one job for it"),
    ("pm", "onboarding"): ("Start", "have minutes, not days, to start"),
    ("pm", "completeness"): ("Complete", "want to drop the tool you use now"),
    ("pm", "opinion"): ("Opinion", "want a tool that takes a position"),
    ("pm", "gap"): ("Gap", "cannot work around what is missing"),
    ("pm", "segment_advice"): ("For whom", "want to be told whether it is for you"),
    ("creator", "creative_job"): ("Creative job", "have something to make"),
    ("creator", "control"): ("Control", "want to steer the result"),
    ("creator", "default_taste"): ("Default taste", "use what comes out as it is"),
    ("creator", "rights"): ("Rights", "have to own what comes out"),
    ("creator", "handoff"): ("Handoff", "take the result on to other tools"),
    ("creator", "would_pay"): ("Would pay", "pay for your tools yourself"),
}

_PERMISSIVE = ("apache", "mit", "bsd", "isc", "unlicense", "cc0", "0bsd", "zlib", "wtfpl", "postgresql", "bsl-1.0")
_COPYLEFT = ("gpl", "agpl", "lgpl", "mpl", "epl", "eupl", "cecill", "osl", "cc-by-sa")
_MONTHS = {"month": Decimal(1), "year": Decimal(1) / 12, "week": Decimal(52) / 12, "day": Decimal(365) / 12}
_OLDER_DAYS = 90  # launches closer than this are the same age to a buyer
_FEW_VOTES = 10  # fewer community votes than this on either side decide nothing
_MAX_PICKS = 5


class Price(Document):
    """What it costs to begin. `state`: free, priced, contact or unknown; only `priced` and `free` carry an amount."""

    state: Literal["free", "priced", "contact", "unknown"]
    text: str = Field(description="as a person says it; “Unknown” when the pages do not say")
    amount: str | None = None
    currency: str | None = None
    period: str | None = None
    unit: str | None = None
    plan: str = ""
    evidence: list[EvidenceDoc] = Field(default=[])


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
        rows=_rows(pair, level, headline),
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


def decimal_of(amount: str | None) -> Decimal | None:
    """The amount as a finite Decimal, or None: unknown never becomes 0."""
    try:
        value = Decimal(amount) if amount is not None else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def money(amount: str | None, currency: str | None, period: str | None = None, unit: str | None = None) -> str:
    """“19.50 USD a month per seat”; “Unknown” for no amount, “Free” for 0."""
    value = decimal_of(amount)
    if value is None:
        return "Unknown"
    if value == 0:
        return "Free"
    digits = f"{value:,.2f}" if value.as_tuple().exponent != 0 and value == round(value, 2) else f"{value:,f}"
    digits = digits.removesuffix(".00")
    words = [digits, currency or "(currency not stated)"]
    if period == "once":
        words.append("once")
    elif period:
        words.append(f"{'an' if period == 'hour' else 'a'} {period}")
    if unit:
        words.append(f"per {unit}")
    return " ".join(words)


def plan_price(plan: PlanDoc) -> str:
    """A plan's price in words, with “from”, “up to”, “trial” and “billed yearly” where the page says so."""
    if decimal_of(plan.amount) is None:
        return "On request" if plan.qualifier == "contact" else "Unknown"
    words = money(plan.amount, plan.currency, plan.period, plan.unit)
    if plan.qualifier in ("from", "up to"):
        words = f"{plan.qualifier} {words}" if words != "Free" else words
    if plan.qualifier == "trial":
        words = "Free trial" if words == "Free" else f"{words}, trial"
    return f"{words}, billed by the {plan.billed}" if plan.billed else words


def price_to_start(document: ProductDocument) -> Price:
    """What it costs to begin: the free plan, else the cheapest printed price, else what the pricing model says.

    A trial is not a price. An unknown price stays unknown: it is never shown as 0 or as free.
    """
    amounts = [(plan, value) for plan in document.plans if (value := decimal_of(plan.amount)) is not None]
    amounts = [(plan, value) for plan, value in amounts if plan.qualifier not in ("trial", "contact")]
    paid = min((pair for pair in amounts if pair[1] > 0), key=_cheapness, default=None)
    free = min((plan for plan, value in amounts if value == 0), key=lambda plan: plan.name, default=None)
    if free:
        then = f", then {plan_price(paid[0])}" if paid else ""
        return _price(free, "free", f"Free{then}", free.evidence + (paid[0].evidence if paid else []))
    if paid:
        return _price(paid[0], "priced", plan_price(paid[0]), paid[0].evidence)
    fact = document.facts.get("pricing_model")
    evidence = fact.evidence if fact else []
    if document.pricing_model in ("free", "open-source"):
        words = "Free" if document.pricing_model == "free" else "Free, open source"
        return Price(state="free", text=words, amount="0", evidence=evidence)
    asked = [plan for plan in document.plans if plan.qualifier == "contact"]
    if document.pricing_model == "contact" or asked:
        return Price(state="contact", text="On request", evidence=asked[0].evidence if asked else evidence)
    return Price(state="unknown", text="Unknown")


def scorecards(a: ProductDocument, b: ProductDocument) -> list[Scorecard]:
    """The six critics on both products, in their fixed order."""
    cards = []
    for persona, name, question in CRITICS:
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


def field_label(persona: str, field: str) -> str:
    """A rating's field in print."""
    known = FIELDS.get((persona, field))
    return known[0] if known else field.replace("_", " ").capitalize()


def pages_read(document: ProductDocument) -> str:
    """“Not stated on the 4 pages read”: how an unknown is written."""
    count = len(document.pages)
    if not count:
        return "Not stated; no page of its own was read"
    return f"Not stated on the {f'{count} pages' if count > 1 else 'one page'} read"


def launched_at(document: ProductDocument) -> datetime | None:
    """The earliest launch, or when we first saw it."""
    dates = [parse_moment(launch.launched_at) for launch in document.launches]
    return min((date for date in dates if date), default=parse_moment(document.first_seen))


def _cheapness(priced: tuple[PlanDoc, Decimal]) -> tuple[bool, str, Decimal, str]:
    # A subscription is the usual way in, so it comes before prices per token; different currencies are never weighed.
    plan, value = priced
    months = _MONTHS.get(plan.period or "")
    return (months is None, plan.currency or "~", value * months if months else value, plan.name)


def _price(plan: PlanDoc, state: Literal["free", "priced"], text: str, evidence: list[EvidenceDoc]) -> Price:
    return Price(
        state=state,
        text=text,
        amount=plan.amount,
        currency=plan.currency,
        period=plan.period,
        unit=plan.unit,
        plan=plan.name,
        evidence=evidence,
    )


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


def _rows(pair: _Pair, level: Edge, headline: str) -> list[Row]:
    judged: list[tuple[str, str, Callable[[ProductDocument], Cell], Callable[[_Pair], tuple[Edge, str]]]] = [
        ("panel", "Panel verdict", _verdict, lambda _: (level, headline)),
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
    return Cell(text=_words(fact.value), evidence=fact.evidence, others=fact.others)


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
    left, right = _monthly(one), _monthly(other)
    if left is None or right is None:
        if one.period != other.period:
            return "depends", "not counted over the same time"
        left, right = decimal_of(one.amount), decimal_of(other.amount)
    if left is None or right is None or left == right:
        return "tie", "the same price"
    return ("a" if left < right else "b"), "the lower price in print"


def _monthly(price: Price) -> Decimal | None:
    amount, months = decimal_of(price.amount), _MONTHS.get(price.period or "")
    return None if amount is None or months is None else amount * months


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
    named = [f"{plan.name}: {plan_price(plan)}" for plan in document.plans[:4]]
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
    for persona, name, _ in CRITICS:
        review: ReviewDoc | None = document.panel.reviews.get(persona) if document.panel else None
        if review is not None and review.score is not None:
            yield from ((persona, name, rating) for rating in review.ratings if rating.level is not None)


def _rated_cell(document: ProductDocument, *, high: bool) -> Cell:
    found = [row for row in _rated(document) if (row[0], row[2].field) in FIELDS]
    wanted = [row for row in found if row[2].level is not None and (row[2].level >= 3 if high else row[2].level <= 1)]
    wanted.sort(key=lambda row: -(row[2].level or 0) if high else (row[2].level or 0))
    if not wanted:
        silent = "No field was rated 3 or more" if high else "No field was rated 1 or 0"
        return Cell(text=silent if document.panel else "The panel has not met yet", known=False)
    persona, name, rating = wanted[0]
    return Cell(
        text=f"you, if you {FIELDS[persona, rating.field][1]}",
        note=f"{name}, “{field_label(persona, rating.field)}”: {rating.level} of 4",
        evidence=rating_evidence(rating),
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
    for persona, name, _ in CRITICS:
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
    return sorted(found, key=lambda contrast: contrast.low - contrast.high)


def _rating_picks(this: ProductDocument, that: ProductDocument) -> Iterable[Reason]:
    for contrast in [c for c in _contrasts(this, that) if (c.persona, c.field) in FIELDS][:3]:
        need = FIELDS[contrast.persona, contrast.field][1]
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
        if rating.level is not None and rating.level <= 1 and other and (persona, rating.field) in FIELDS:
            words = f"you {FIELDS[persona, rating.field][1]}: the {name} rates them {rating.level} and {other[0]} of 4"
            reasons.append(Reason(text=words, basis="rating", evidence=rating_evidence(rating) + other[1]))
    for persona, name, _ in CRITICS:
        takes = [_take(document, persona, name) for document in pair]
        if all(take.vote == "skip" for take in takes):
            words = f"you ask what the {name} asks: {takes[0].score} and {takes[1].score}, a skip for both"
            reasons.append(Reason(text=words, basis="vote"))
    return reasons[:_MAX_PICKS]
