"""“Pick it if …”: reasons told from findings first, then facts, ratings and votes; never from a tagline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tools.views.comparison import Pair, Reason
from tools.views.decision import licence_edge, licence_family, price_edge
from tools.views.documents import EvidenceDoc, FindingDoc, ProductDocument
from tools.views.needs import KINDS, NEEDS, RANK
from tools.views.price_words import Price, price_to_start
from tools.views.takes import by_strength, critics, own_findings, plain_evidence, rated, rating_evidence, short_of, take

_MAX_PICKS = 5
_MAX_FINDINGS = 4
_LEAST_GAP = 0.2  # strengths closer than this do not decide a pick


class Contrast(NamedTuple):
    """A field that one product's critic rated two levels or more above the other's."""

    persona: str
    name: str
    field: str
    high: int
    low: int
    evidence: list[EvidenceDoc]


def picks(this: ProductDocument, that: ProductDocument) -> list[Reason]:
    """Why to pick `this` rather than `that`: findings first, then facts, ratings and votes."""
    found = _finding_picks(this, that)
    told = {kind for kind, _ in found}
    reasons = [reason for _, reason in found]
    reasons += [*_fact_picks(this, that, told), *_rating_picks(this, that)]
    for persona, name, question in critics():
        left, right = take(this, persona, name), take(that, persona, name)
        if left.vote == "ship" and right.vote == "skip":
            reasons.append(
                Reason(
                    text=f"you ask “{question}”: the {name} gives it {left.score}, the other {right.score}",
                    basis="vote",
                )
            )
    return reasons[:_MAX_PICKS]


def _finding_picks(this: ProductDocument, that: ProductDocument) -> list[tuple[str, Reason]]:
    """Kinds that speak for this one and less or not at all for that one; widest first, one a need. What speaks against
    that one says nothing of this one, of which it may be as true."""
    mine, theirs = _by_kind(this), _by_kind(that)
    apart: list[tuple[float, str, list[FindingDoc]]] = []
    for kind, ahead in sorted(mine.items()):
        behind = theirs.get(kind)
        gap = _signed(ahead) - _signed(behind)
        gap -= behind.strength if behind and behind.direction == 0 else 0.0  # it may lean either way
        if ahead.direction > 0 and gap >= _LEAST_GAP and (behind is None or behind.direction <= 0):
            apart.append((gap, kind, [found for found in (ahead, behind) if found]))
    apart.sort(key=lambda one: -one[0])
    widest = {_need(kind): kind for _, kind, _ in reversed(apart)}.values()
    told = [(kind, [found[0]] if _of_both(found, this, that) else found) for _, kind, found in apart if kind in widest]
    return [(kind, _finding_reason(kind, found)) for kind, found in told][:_MAX_FINDINGS]


def _of_both(found: list[FindingDoc], this: ProductDocument, that: ProductDocument) -> bool:
    """Whether each of two findings names the other product: one of them says what both say."""
    names = [" ".join(one.name.split()) for one in (that, this)]
    return len(found) > 1 and all(name in one.text for name, one in zip(names, found, strict=True))


def _need(kind: str) -> str:
    return KINDS[kind].need if kind in KINDS else f"go by this ({kind.replace('_', ' ')})"


def _signed(found: FindingDoc | None) -> float:
    """How much a finding speaks for its product; none speaks neither way."""
    return found.direction * found.strength if found else 0.0


def _by_kind(document: ProductDocument) -> dict[str, FindingDoc]:
    """The strongest finding of each kind."""
    found = by_strength(document.panel.findings if document.panel else ())
    return {one.kind: one for one in reversed(found)}


def _finding_reason(kind: str, found: list[FindingDoc]) -> Reason:
    evidence = plain_evidence(cited for one in found for cited in one.citations[:1])
    return Reason(text=f"you {_need(kind)}: {' '.join(map(short_of, found))}", basis="finding", evidence=evidence)


def _fact_picks(this: ProductDocument, that: ProductDocument, told: set[str]) -> Iterable[Reason]:
    """What facts say that no finding of these kinds has told."""
    mine, theirs = price_to_start(this), price_to_start(that)
    pair = Pair(this, that)
    if price_edge(pair)[0] == "a" and not told & {"price_rank", "free_plan"}:
        yield Reason(text=_price_words(mine, theirs), basis="fact", evidence=mine.evidence)
    if licence_edge(pair)[0] == "a" and "licence" not in told:
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


def contrasts(this: ProductDocument, that: ProductDocument) -> list[Contrast]:
    """Fields rated at least two levels higher on `this`, widest first."""
    low = {(persona, rating.field): rating.level for persona, _, rating in rated(that)}
    found = []
    for persona, name, rating in rated(this):
        other = low.get((persona, rating.field))
        if other is not None and rating.level is not None and rating.level - other >= 2:
            evidence = rating_evidence(rating)
            found.append(Contrast(persona, name, rating.field, rating.level, other, evidence))
    return sorted(found, key=lambda c: (c.low - c.high, RANK.get((c.persona, c.field), len(RANK))))


def _in_own_words(*documents: ProductDocument) -> set[str]:
    """The critics whose reviews of all these rest on no finding: their levels say what no finding does."""
    critics_of = [
        {name for name, review in d.panel.reviews.items() if not own_findings(d.panel, review)} if d.panel else set()
        for d in documents
    ]
    return set.intersection(*critics_of)


def _rating_picks(this: ProductDocument, that: ProductDocument) -> Iterable[Reason]:
    own_words = _in_own_words(this, that)
    told = [c for c in contrasts(this, that) if (c.persona, c.field) in NEEDS and c.persona in own_words]
    for contrast in told[:3]:
        need = NEEDS[contrast.persona, contrast.field]
        words = f"you {need}: the {contrast.name} rates it {contrast.high} of 4 against {contrast.low}"
        yield Reason(text=words, basis="rating", evidence=contrast.evidence)


def _was_read(document: ProductDocument, *roles: str) -> bool:
    """Whether a page was read on which the thing would stand, so that its silence says something."""
    return any(page.role in roles and page.state == "read" for page in document.dossier.pages)


def neither(pair: Pair) -> list[Reason]:
    """Why to pick neither: what both lack, and whom both fail."""
    kinds = [_by_kind(document) for document in pair]
    both = [kind for kind in kinds[0] if all(found.get(kind) and found[kind].direction < 0 for found in kinds)]
    reasons = [_finding_reason(kind, [found[kind] for found in kinds]) for kind in both[:2]]
    if all(document.panel and document.panel.verdict == "Skip" for document in pair):
        reasons.append(Reason(text="you can wait: the panel says skip to both", basis="vote"))
    if all(price_to_start(one).state in ("unknown", "contact") and _was_read(one, "pricing") for one in pair):
        reasons.append(Reason(text="you need a price before you start: neither prints one", basis="fact"))
    if all(licence_family(one.license) == "unknown" and _was_read(one, "repository", "readme") for one in pair):
        reasons.append(Reason(text="someone will ask you for the licence: neither states one", basis="fact"))
    low = {
        (p, r.field): (r.level, rating_evidence(r)) for p, _, r in rated(pair.b) if r.level is not None and r.level <= 1
    }
    own_words = _in_own_words(*pair)
    for persona, name, rating in rated(pair.a):
        other = low.get((persona, rating.field)) if persona in own_words else None
        if rating.level is not None and rating.level <= 1 and other and (persona, rating.field) in NEEDS:
            words = f"you {NEEDS[persona, rating.field]}: the {name} rates them {rating.level} and {other[0]} of 4"
            reasons.append(Reason(text=words, basis="rating", evidence=rating_evidence(rating) + other[1]))
    for persona, name, question in critics():
        takes = [take(document, persona, name) for document in pair]
        if all(take.vote == "skip" for take in takes):
            words = (
                f"you ask “{question}”: the {name} gives them {takes[0].score} and {takes[1].score}, a skip for both"
            )
            reasons.append(Reason(text=words, basis="vote"))
    return reasons[:_MAX_PICKS]
