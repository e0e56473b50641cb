"""What is on record of one product, in the words that pages, commands and comparisons share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import Field

from tools.personas import Persona, personas
from tools.views.documents import (
    CitationDoc,
    ClaimDoc,
    Document,
    EvidenceDoc,
    FindingDoc,
    MemberDoc,
    OverrideDoc,
    PanelDoc,
    ProductDocument,
    RatingDoc,
    ReviewDoc,
)
from tools.views.needs import KINDS, QUESTIONS

_EVEN = 50  # a score at which as much speaks for a product as against it
_SHORT = 6  # most words of a reason that stands in place of a take


class Said(NamedTuple):
    """What a critic's vote rests on most: one sentence and what it cites."""

    text: str
    citations: list[CitationDoc]


class Take(Document):
    """One critic on one product. score null: no panel take, and `reason` says why. vote: its own, whatever an editor says."""

    score: int | None
    vote: str | None
    text: str
    reviewer: str
    reason: str = ""
    short: str = Field(default="", description="the reason in at most six words")
    runs: list[int] = Field(default=[])
    claims: list[ClaimDoc] = Field(default=[])
    findings: list[FindingDoc] = Field(
        default=[], description="that this critic weighed: the one it leads with, then as they weigh with it"
    )
    override: OverrideDoc | None = None


def take(document: ProductDocument, persona: str, name: str) -> Take:
    """This critic on this product. name: the critic's name in print."""
    review = document.panel.reviews.get(persona) if document.panel else None
    reason = no_take_reason(document, persona)
    if review is None or review.score is None:
        return Take(
            score=None,
            vote=None,
            text=f"{name}: no panel take",
            reviewer=review.reviewer if review else "",
            reason=reason,
            short=short_reason(document, persona),
            override=review.override if review else None,
        )
    return Take(
        score=review.score,
        vote=review.vote,
        text=review.text,
        reviewer=review.reviewer,
        runs=review.runs,
        claims=[claim for rating in review.ratings for claim in rating.claims],
        findings=own_findings(document.panel, review) if document.panel else [],
        override=review.override,
    )


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


def short_reason(document: ProductDocument, persona: str) -> str:
    """Why this critic has no take, in at most six words; `no_take_reason` has the whole."""
    if document.panel is None:
        return "The panel has not met"
    if persona not in document.panel.reviews:
        return "Not on this panel"
    if not document.panel.reviews[persona].abstain_reason:
        return "Its answer could not be read"
    whole = no_take_reason(document, persona)
    for mark in (";", ":", ". ", ","):
        head = whole.split(mark)[0].strip().rstrip(".")
        if len(head.split()) <= _SHORT:
            return head[:1].upper() + head[1:]
    return "Not enough to judge it by"


def own_findings(panel: PanelDoc, review: ReviewDoc) -> list[FindingDoc]:
    """The findings that this critic weighed: first the one it leads with, then as they weigh with it; none of a critic
    that wrote in its own words."""
    found = _weighed(panel, review)
    lead = _leads(panel).get(review.persona) if found else None
    return [one for _, one in sorted(found, key=lambda pair: (pair[1] is not lead, -pair[0]))]


class WhySkip(NamedTuple):
    """Why a critic says Skip where its lines speak for the product and none against it: in a few words, and as a sentence."""

    short: str
    whole: str


def why_skip(panel: PanelDoc, review: ReviewDoc) -> WhySkip | None:
    """What its lines do not show of a Skip; None where one of them speaks against the product, or for any other vote."""
    sides = {one.direction for one in own_findings(panel, review)} if review.vote == "skip" else set()
    if 1 not in sides or -1 in sides:
        return None
    if (review.score or 0) > _EVEN:
        return WhySkip("too little for a ship", "What speaks for it weighs less than a ship takes.")
    return WhySkip("outweighed", "It is outweighed by counts that are no line here.")


def asked_by(finding: FindingDoc) -> str:
    """The question that a finding answers, by its topic or its kind; "" for a kind that nobody knows."""
    asked = QUESTIONS.get(finding.values.get("topic", ""), "")
    return asked or (KINDS[finding.kind].question if finding.kind in KINDS else "")


def _weighed(panel: PanelDoc, review: ReviewDoc) -> list[tuple[float, FindingDoc]]:
    """The findings of a critic with what each weighs with it: its strength by the weight of its kind; 0 of a plain fact."""
    said = {claim.text for rating in review.ratings for claim in rating.claims}
    known = personas().get(review.persona)
    weights = known.findings if known else {}
    own = [one for one in panel.findings if one.text in said]
    return [(weights.get(one.kind, 1) * one.strength * (one.direction != 0), one) for one in own]


def _leads(panel: PanelDoc) -> dict[str, FindingDoc]:
    """By critic with a score the finding it leads with, on the side of its vote where it has one there: to as many as can be
    each another one, and the heaviest to whom it weighs most with. One that has none to itself leads with its heaviest."""
    asked = {name: _to_lead(panel, review) for name, review in panel.reviews.items() if review.score is not None}
    order = {name: place for place, (name, _, _) in enumerate(critics())}
    heaviest_first = sorted(
        (name for name in asked if asked[name]),
        key=lambda name: (-asked[name][0][0], order.get(name, len(order)), name),
    )
    holders: dict[int, str] = {}  # by the finding's place in the panel
    places = {id(one): place for place, one in enumerate(panel.findings)}

    def give(name: str, tried: set[int]) -> bool:
        """Whether a critic got one to itself, others having moved on to another of theirs where they had to."""
        for place in (places[id(one)] for _, one in asked[name]):
            if place not in tried:
                tried.add(place)
                if place not in holders or give(holders[place], tried):
                    holders[place] = name
                    return True
        return False

    alone = [name for name in heaviest_first if not give(name, set())]
    led = {name: panel.findings[place] for place, name in holders.items()}
    return led | {name: asked[name][0][1] for name in alone}


def _to_lead(panel: PanelDoc, review: ReviewDoc) -> list[tuple[float, FindingDoc]]:
    """What a critic could lead with, heaviest first: on the side of its vote, else any; plain facts, which weigh nothing, last."""
    side = {"ship": 1, "skip": -1}.get(review.vote or "", 0)
    found = _weighed(panel, review)
    on_side = [pair for pair in found if side and pair[1].direction == side]
    plain = [pair for pair in found if not pair[1].direction]
    return sorted([*on_side, *plain] if on_side else found, key=lambda pair: -pair[0])


def telling(panel: PanelDoc, review: ReviewDoc) -> Said | None:
    """The strongest finding on the side this critic voted for, or the claim under its most decided rating."""
    side = {"ship": 1, "skip": -1}.get(review.vote or "", 0)
    if own := own_findings(panel, review):
        return Said(own[0].text, own[0].citations)
    decided = sorted((r for r in review.ratings if r.level is not None), key=lambda r: -side * (r.level or 0))
    claims = [claim for rating in decided for claim in rating.claims if claim.supported and claim.citations]
    return Said(claims[0].text, claims[0].citations) if claims else None


def review_words(panel: PanelDoc, review: ReviewDoc) -> str:
    """What a critic says as one text: its findings, or its own words where it wrote some."""
    own = own_findings(panel, review)
    return " ".join(one.text for one in own) if own else review.text


def by_strength(findings: Iterable[FindingDoc]) -> list[FindingDoc]:
    """Strongest first, those that speak for or against before those that do neither."""
    return sorted(findings, key=lambda one: (one.direction == 0, -one.strength))


def short_of(finding: FindingDoc) -> str:
    """A finding without what it is compared with: how it stands beside another product's."""
    return finding.values.get("short") or finding.text


def verdict_line(document: ProductDocument) -> str:
    """“Ship · 3 ship / 1 skip”, or that the panel has not met."""
    return document.panel.line if document.panel else "Not reviewed yet"


def own_line(panel: PanelDoc | None) -> str:
    """“With an editor’s override. The critics’ own: Ship · 4 ship / 0 skip”; empty where no override changed it."""
    if panel is None or not panel.original_line:
        return ""
    return f"With an editor’s override. The critics’ own: {panel.original_line}"


def member_line(members: Iterable[MemberDoc]) -> str:
    """“red 75 ship; blue no take (its answer could not be read)”: what each member of a fused review came to."""
    return "; ".join(
        f"{one.member} no take ({one.text})" if one.score is None else f"{one.member} {one.score} {one.vote}"
        for one in members
    )


def community_words(document: ProductDocument) -> str:
    """“12 ship / 3 skip”, or that nobody has voted."""
    votes = document.community
    return f"{votes.ship} ship / {votes.skip} skip" if votes.ship + votes.skip else "No community votes yet"


def titles() -> dict[str, str]:
    """Each persona's name in print."""
    return {name: title for name, title, _ in critics()}


def critics() -> tuple[tuple[str, str, str], ...]:
    """Every persona with its name in print and its question, in the order that never changes: votes are read by place."""
    return tuple((one.name, one.title, one.question) for one in personas().values())


def field_label(persona: str, field: str) -> str:
    """A rating's field in print; a field that its persona no longer has keeps its own name."""
    known: Persona | None = personas().get(persona)
    titles = {one.name: one.title for one in known.fields} if known else {}
    return titles.get(field) or field.replace("_", " ").capitalize()


def rated(document: ProductDocument) -> Iterable[tuple[str, str, RatingDoc]]:
    """Every rated field as persona, its name and the rating, critics in their order."""
    for persona, name, _ in critics():
        review: ReviewDoc | None = document.panel.reviews.get(persona) if document.panel else None
        if review is not None and review.score is not None:
            yield from ((persona, name, rating) for rating in review.ratings if rating.level is not None)


def rating_evidence(rating: RatingDoc) -> list[EvidenceDoc]:
    """The quotes under a rating's supported claims, without their passage numbers, each once."""
    return plain_evidence(c for claim in rating.claims if claim.supported for c in claim.citations)


def plain_evidence(citations: Iterable[CitationDoc]) -> list[EvidenceDoc]:
    """Citations without their passage numbers, each quote of an address once."""
    plain = [EvidenceDoc(**one.model_dump(exclude={"passage", "trust"})) for one in citations]
    return list({(one.quote, one.url): one for one in reversed(plain)}.values())[::-1]


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


def points(apart: float) -> str:
    """A distance between scores: "1 point", "11.5 points"."""
    return f"{number(apart)} point{'' if apart == 1 else 's'}"


def number(value: float) -> str:
    """A median without a needless decimal: 78, 76.5."""
    return f"{value:.1f}".removesuffix(".0")


def count(value: float) -> str:
    """“19,840”; a fraction keeps two digits."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
