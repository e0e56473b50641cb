"""Product documents shaped for the site's pages: what stands where, and the places of marks in charts. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from tools.compare import pair_slug
from tools.comparison import Cell, Comparison
from tools.documents import ChangeDoc, ClaimDoc, EvidenceDoc, PricePoint, ProductDocument, ReviewDoc
from tools.exporters._words import address_words, clip, count, cut_note, file_slug, safe_url, source_name
from tools.prices import PRICING, decimal_of, money, plan_price, price_to_start
from tools.takes import (
    Take,
    critics,
    day,
    field_label,
    launched_at,
    no_take_reason,
    number,
    pages_read,
    parse_moment,
)

MARKS = {"Ship": "ship", "Skip": "skip", "Split": "split", "ship": "ship", "skip": "skip"}
VERDICTS = ("Ship", "Skip", "Split", "Not enough evidence")
FACTS = (
    ("tagline", "In the maker’s words"),
    ("description", "What it is"),
    ("category", "Category"),
    ("pricing_model", "How you pay"),
    ("license", "Licence"),
    ("repository", "Repository"),
    ("homepage", "Homepage"),
    ("hub_id", "On the Hub"),
    ("makers", "Makers"),
    ("tags", "Tags"),
)
RUNGS = {
    "editor": "an editor",
    "api": "an API",
    "jsonld": "JSON-LD",
    "recipe": "a recipe",
    "meta": "page metadata",
    "text": "page text",
    "model": "text, by a model",
    "vision": "a screenshot",
    "source": "the launch",
    "derived": "other facts",
}
NEIGHBOURS = 3  # most pairs a product is put into without being asked for
_WINDOW = 40  # a product is weighed against so many later launches of its category, so that pairing stays linear
_TAIL = 3  # most numbers after a review's words; the ratings carry the rest
_STEPS = 12  # most steps of one chart, the newest
_CITED = re.compile(r"\[E(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of the crawled text one page holds; what is left out is counted on the page and stands in the JSON.

    Texts in bytes as written, see `clip`; the rest in pieces. `charts` and `tables`: whether a comparison also draws the
    price history and lists the plans, which both stand on the products' own pages.
    """

    quote: int = 420
    text: int = 1_800
    line: int = 320
    reason: int = 220
    quotes: int = 2
    plans: int = 12
    refs: int = 40
    history: int = 20
    launches: int = 8
    charts: bool = True
    tables: bool = True


# A page that is too large is made again with the next: first long quotes go, then what stands elsewhere on the site,
# last the critics' own words.
TIGHTER = (
    Caps(),
    Caps(quote=240, reason=180, refs=30, history=12, launches=5),
    Caps(quote=160, reason=140, quotes=1, refs=24, history=8, launches=4, plans=8, charts=False),
    Caps(quote=110, reason=110, quotes=1, refs=20, history=6, launches=3, plans=6, charts=False, tables=False),
    Caps(80, 1_000, 240, 80, quotes=1, plans=5, refs=14, history=4, launches=2, charts=False, tables=False),
    Caps(60, 500, 120, 60, quotes=1, plans=3, refs=8, history=3, launches=1, charts=False, tables=False),
    Caps(40, 100, 40, 40, quotes=1, plans=2, refs=0, history=2, launches=1, charts=False, tables=False),
)
ROWS = 24  # verdicts on one page of a list


class Move(NamedTuple):
    """A plan whose price changed; percent is None where the change has no honest percentage."""

    slug: str
    name: str
    plan: str
    before: str
    after: str
    rise: bool | None
    percent: str
    at: str


class Pair(NamedTuple):
    """Two slugs in canonical order."""

    a: str
    b: str


class Refs:
    """The numbered list of quotes at the end of a page: one number a quote, in the order of their first use."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._numbers: dict[tuple[str, str], int] = {}
        self.items: list[dict[str, Any]] = []
        self.dropped = 0

    def number(self, evidence: EvidenceDoc) -> int | None:
        """The quote's number; None when the page holds no more quotes."""
        key = (evidence.quote, evidence.url)
        if key not in self._numbers:
            if len(self.items) >= self._caps.refs:
                self.dropped += 1
                return None
            self._numbers[key] = len(self.items) + 1
            self.items.append(quote(evidence, self._caps))
        return self._numbers[key]


def mark(word: str | None) -> str:
    """The symbol beside a verdict or a vote; open corners for everything that is no vote."""
    return MARKS.get(word or "", "none")


def quote(evidence: EvidenceDoc, caps: Caps) -> dict[str, Any]:
    """A quote as it is printed: its words, how much was left out, where and when it was read."""
    where = {"markup": "read from the page’s markup", "api": "read from an API answer"}.get(evidence.place, "")
    if where and evidence.path:
        where += f", {clip(evidence.path, 60)}"
    words = clip(evidence.quote, caps.quote)
    cut = cut_note(evidence.quote, caps.quote)
    return {"words": words, "cut": cut, "url": evidence.url, "at": evidence.fetched_at, "where": where}


def quotes(evidence: Iterable[EvidenceDoc], caps: Caps) -> list[dict[str, Any]]:
    """The first quotes of a value."""
    return [quote(item, caps) for item in list(evidence)[: caps.quotes]]


def votes(document: ProductDocument) -> list[dict[str, Any]]:
    """The six votes in their fixed order."""
    reviews = document.panel.reviews if document.panel else {}
    found = []
    for persona, name, _ in critics():
        review = reviews.get(persona)
        vote = review.vote if review and review.score is not None else None
        found.append({"name": name, "short": name[:2], "mark": mark(vote), "vote": vote or "no take"})
    return found


def labels(document: ProductDocument) -> list[tuple[str, str]]:
    """What must be said of the entry itself, as (weight, words): weight is the class of the tag."""
    if document.status == "approved":
        return []
    if document.status == "needs_look" or document.needs_look:
        return [("ask", "Needs an editor’s look"), ("plain", "not approved by an editor")]
    return [("plain", "Not approved by an editor")]


def row(document: ProductDocument, caps: Caps) -> dict[str, Any]:
    """One line of a list of verdicts."""
    panel = document.panel
    price = price_to_start(document)
    moved = moves(document)
    cited = sum(bool(fact.evidence) for fact in document.facts.values())
    return {
        "slug": file_slug(document.slug),
        "name": clip(document.name, 80),
        "tagline": clip(document.tagline, min(caps.line, 140)),
        "verdict": panel.verdict if panel else "Not reviewed yet",
        "mark": mark(panel.verdict if panel else None),
        "stale": bool(panel and panel.stale),
        "votes": votes(document),
        "median": number(panel.median) if panel and panel.median is not None else None,
        "price": clip(price.text, 60),
        "price_known": price.state in ("free", "priced"),
        "moved": moved[0] if moved else None,
        "kind": document.kind,
        "source": source_name(document.launches[0].source) if document.launches else "",
        "unapproved": document.status != "approved",
        "cited": cited,
        "known": len(document.facts),
    }


def by_day(documents: Sequence[ProductDocument]) -> list[tuple[str, list[ProductDocument]]]:
    """Reviewed products by the day their panel met, newest day first; by name within a day."""
    days: dict[str, list[ProductDocument]] = {}
    for document in sorted(documents, key=lambda one: (one.name.casefold(), one.slug)):
        if document.panel:
            days.setdefault(document.panel.created_at[:10], []).append(document)
    return sorted(days.items(), key=lambda item: item[0], reverse=True)


# prices ------------------------------------------------------------------------------------------------------------


def moves(document: ProductDocument) -> list[Move]:
    """Changes of a plan's printed price, newest first."""
    found = []
    for points in series(document).values():
        for before, after in pairwise(points):
            if _amount(before) != _amount(after):
                found.append(_move(document, before, after))
    return sorted(found, key=lambda move: (move.at, move.plan), reverse=True)


def series(document: ProductDocument) -> dict[tuple[str, str | None, str | None], list[PricePoint]]:
    """The price history by plan, currency and period, each oldest first: only like is set against like."""
    found: dict[tuple[str, str | None, str | None], list[PricePoint]] = {}
    for point in sorted(document.price_history, key=lambda one: one.at):
        found.setdefault((point.plan, point.currency, point.period), []).append(point)
    shown = Counter((plan.name, plan.currency, plan.period) for plan in document.plans)
    return {key: points for key, points in found.items() if shown[key] < 2 and _one_line(points)}


def _one_line(points: Sequence[PricePoint]) -> bool:
    """Whether these are one price line: two lines of one name (input and output tokens, say) give two points at once."""
    return len({point.at for point in points}) == len(points)


def _amount(point: PricePoint) -> Decimal | None:
    return decimal_of(point.amount)


def _move(document: ProductDocument, before: PricePoint, after: PricePoint) -> Move:
    one, other = _amount(before), _amount(after)
    words = [money(p.amount, p.currency, p.period) if _amount(p) is not None else "not listed" for p in (before, after)]
    rise = None if one is None or other is None else other > one
    percent = f"{abs(other - one) / one * 100:.0f} %" if one and other is not None else ""
    name, slug = clip(document.name, 80), file_slug(document.slug)
    return Move(slug, name, clip(after.plan, 60), words[0], words[1], rise, percent, after.at)


def chart(document: ProductDocument, until: datetime) -> dict[str, Any] | None:
    """The steps of the plan whose price moved most often, with places in per cent across and pixels down."""
    found = [(key, points) for key, points in series(document).items() if any(map(_amount, points))]
    if not found:
        return None
    (plan, currency, period), points = max(found, key=lambda item: (len(item[1]), item[0][0]))
    times = [(parse_moment(point.at), _amount(point)) for point in points]
    known = [(when, amount) for when, amount in times if when][-_STEPS:]
    if not any(amount for _, amount in known):
        return None
    start, end = known[0][0], max(until, known[-1][0])
    top = max(amount for _, amount in known if amount is not None)
    width = (end - start).total_seconds() or 1.0

    def across(when: datetime) -> float:
        return round(2 + 98 * (when - start).total_seconds() / width, 1)

    def down(amount: Decimal) -> float:
        return round(140 - 110 * float(amount / top), 1)

    steps = []
    following = [when for when, _ in known[1:]] + [end]
    for (when, amount), then in zip(known, following, strict=True):
        at = {
            "x": across(when),
            "to": across(then),
            "on": day(when.isoformat()),
            "money": money_short(amount, currency),
        }
        steps.append({**at, "y": None if amount is None else down(amount)})
    return {
        "plan": clip(plan, 60),
        "unit": money(str(top), currency, period).partition(" ")[2],
        "top": money_short(top, currency),
        "steps": steps,
        "from": day(start.isoformat()),
        "until": day(end.isoformat()),
    }


def money_short(amount: Decimal | None, currency: str | None) -> str:
    """An amount for a chart: “19 USD”; “not listed” for none."""
    return "not listed" if amount is None else money(str(amount), currency)


# facts, launches, history ------------------------------------------------------------------------------------------


def facts(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """The facts table: every question has a row, and an unknown says where we looked."""
    return [_fact(document, field, label, caps) for field, label in FACTS]


def _fact(document: ProductDocument, field: str, label: str, caps: Caps) -> dict[str, Any]:
    fact = document.facts.get(field)
    if fact is None or fact.value in ("", [], "unknown"):
        return {"label": label, "value": None, "note": pages_read(document), "quotes": [], "read": "", "at": ""}
    sides = [fact, *fact.others[: caps.quotes]]
    return {
        "label": label,
        "value": _value(field, fact.value, caps),
        "others": [_value(field, other.value, caps) for other in fact.others[:3]],
        "quotes": [shown for side in sides for shown in quotes(side.evidence, caps)],
        "read": ", ".join(dict.fromkeys(RUNGS.get(side.rung, side.rung) for side in sides)),
        "at": day(fact.evidence[0].fetched_at) if fact.evidence else "",
        "url": fact.value if field in ("homepage", "repository") and isinstance(fact.value, str) else "",
    }


def _value(field: str, value: str | list[str], caps: Caps) -> str:
    if field == "pricing_model" and isinstance(value, str):
        return words(PRICING.get(value, value), caps)
    if field in ("homepage", "repository") and isinstance(value, str):
        return clip(address_words(value), caps.line)
    return words(value, caps)


def words(value: str | list[str], caps: Caps) -> str:
    """A fact's value on one line; what was cut off is said."""
    text = ", ".join(value) if isinstance(value, list) else value
    cut = cut_note(text, caps.line)
    return f"{clip(text, caps.line)} ({cut})" if cut else clip(text, caps.line)


def plans(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """One row a plan. A price that is not known is None, and `note` says why."""
    rows = []
    for plan in document.plans[: caps.plans]:
        known = decimal_of(plan.amount) is not None
        note = "on request" if plan.qualifier == "contact" else "named, not priced"
        rows.append(
            {
                "name": clip(plan.name, 80),
                "price": clip(plan_price(plan), 90) if known else None,
                "note": "" if known else note,
                "quotes": quotes(plan.evidence, caps),
                "read": RUNGS.get(plan.rung, plan.rung),
            }
        )
    return rows


def launches(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """Where it was announced, with what was counted there."""
    rows = []
    for launch in document.launches[: caps.launches]:
        basis = {"stated": "", "feed_published": "by the feed", "first_seen": "first seen by us"}
        when = launch.launched_at or launch.first_seen
        note = basis.get(launch.launched_at_basis, "") if launch.launched_at else basis["first_seen"]
        rows.append(
            {
                "source": source_name(launch.source),
                "title": clip(launch.title, 140),
                "url": launch.source_url,
                "on": day(when),
                "note": note,
                "counted": sparks(launch.observations),
            }
        )
    return rows


def sparks(observations: Sequence[Any]) -> list[dict[str, Any]]:
    """One line a metric: its newest number, what it gained, and a polyline in a 100 by 30 field."""
    metrics: dict[str, list[tuple[str, float]]] = {}
    for observation in sorted(observations, key=lambda one: one.at):
        metrics.setdefault(observation.metric, []).append((observation.at, observation.value))
    rows = []
    for metric, points in sorted(metrics.items()):
        gained = points[-1][1] - points[0][1]
        since = f"{'+' if gained >= 0 else '−'}{count(abs(gained))} since {day(points[0][0])}"
        line = polyline([value for _, value in points[-30:]])
        rows.append({"metric": clip(metric, 30), "now": count(points[-1][1]), "line": line, "since": since})
        if len(points) == 1:
            rows[-1]["since"] = f"one reading, {day(points[0][0])}"
    return rows[:4]


def polyline(values: Sequence[float]) -> str:
    """Points of a line in a field of 100 by 30, highest value on top; empty for fewer than two."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = 100 / (len(values) - 1)
    return " ".join(f"{i * step:.1f},{28 - 26 * (value - low) / span:.1f}" for i, value in enumerate(values))


def history(document: ProductDocument, caps: Caps) -> list[dict[str, Any]]:
    """The change log of the product, newest first."""
    rows = sorted(document.changes, key=lambda change: -change.seq)[: caps.history]
    return [
        {
            "on": day(change.at),
            "what": clip(_what(change), 60),
            "op": change.op,
            "before": None if change.before is None else clip(change.before, min(caps.line, 160)),
            "after": None if change.after is None else clip(change.after, min(caps.line, 160)),
            "why": clip(change.why, 140),
            "who": clip(change.who, 40),
        }
        for change in rows
    ]


def _what(change: ChangeDoc) -> str:
    """What a change concerns, in words: the field, the plan or the kind of event."""
    if change.op == "plan":
        return f"Price of {change.field}" if change.field else "Plans"
    if change.op == "fact" and change.field:
        return dict(FACTS).get(change.field, change.field.replace("_", " ").capitalize())
    return {"new": "First seen", "merge": "Merged", "unmerge": "Merge undone"}.get(change.op, change.op.capitalize())


def stale_notice(document: ProductDocument) -> list[str]:
    """What changed after the panel met, in words; empty when the verdict is not stale."""
    panel = document.panel
    if panel is None or not panel.stale:
        return []
    since = [c for c in document.changes if c.at > panel.created_at and c.op not in ("panel", "new", "status")]
    said = [f"{_what(change)}, {day(change.at)}" for change in since]
    return [clip(words, 60) for words in dict.fromkeys(said)][:5]


# panel -------------------------------------------------------------------------------------------------------------


def panel(document: ProductDocument, caps: Caps, refs: Refs) -> list[dict[str, Any]]:
    """The six reviews with their ratings, in the fixed order; a missing take has its reason."""
    rows = []
    for persona, name, question in critics():
        review = document.panel.reviews.get(persona) if document.panel else None
        reason = no_take_reason(document, persona)
        base = {"persona": persona, "name": name, "question": question, "reason": sentence(reason)}
        if review is None or review.score is None:
            rows.append({**base, "score": None, "mark": "none"})
            continue
        rows.append({**base, **_review(review, caps, refs)})
    return rows


def _review(review: ReviewDoc, caps: Caps, refs: Refs) -> dict[str, Any]:
    claims = [claim for rating in review.ratings for claim in rating.claims]
    text, tail = prose(review.text, claims, caps, refs)
    ratings = [
        {
            "label": field_label(review.persona, rating.field),
            "level": rating.level,
            "reason": clip(rating.reason, caps.reason),
            "refs": _numbers(rating.claims, refs),
        }
        for rating in review.ratings
    ]
    return {
        "score": review.score,
        "vote": review.vote,
        "mark": mark(review.vote),
        "reviewer": clip(review.reviewer, 40),
        "runs": review.runs if len(review.runs) > 1 else [],
        "text": text,
        "tail": tail,
        "ratings": ratings,
    }


def sentence(words: str) -> str:
    """A reason as it is printed: as a sentence, and not for ever."""
    short = clip(words, 300)
    return short if not short else short[0].upper() + short[1:] + ("" if short.endswith((".", "!", "?")) else ".")


def take(side: Take, caps: Caps, refs: Refs) -> dict[str, Any]:
    """One critic on one product for the comparison page."""
    if side.score is None:
        return {"score": None, "mark": "none", "reason": sentence(side.reason)}
    text, tail = prose(side.text, side.claims, caps, refs)
    runs = side.runs if len(side.runs) > 1 else []
    return {"score": side.score, "vote": side.vote, "mark": mark(side.vote), "text": text, "tail": tail, "runs": runs}


def prose(text: str, claims: Sequence[ClaimDoc], caps: Caps, refs: Refs) -> tuple[list[Any], list[int]]:
    """A review's words as pieces (text, or the number of a quote), and the numbers its words do not carry.

    `[E3]` in the text becomes the number of the quote that the claim of passage 3 cites.
    """
    passages = {c.passage: c for claim in claims if claim.supported for c in claim.citations}
    pieces: list[Any] = []
    used: list[int] = []
    at = 0
    short = clip(text, caps.text)
    for found in _CITED.finditer(short):
        cited = passages.get(int(found[1]))
        numbered = refs.number(cited) if cited else None
        before = short[at : found.start()]
        pieces.append(before if numbered else before.rstrip())
        at = found.end()
        if numbered:
            pieces.append(numbered)
            used.append(numbered)
    pieces.append(short[at:])
    cut = cut_note(text, caps.text)
    if cut:
        pieces.append(f" ({cut})")
    tail = [] if used else _numbers(claims, refs)[:_TAIL]  # words without marks get their numbers at the end
    return [piece for piece in pieces if piece != ""], tail


def numbers(evidence: Iterable[EvidenceDoc], refs: Refs) -> list[int]:
    """The numbers of these quotes in the page's list, each once."""
    return list(dict.fromkeys(n for n in map(refs.number, evidence) if n is not None))


def _numbers(claims: Iterable[ClaimDoc], refs: Refs) -> list[int]:
    return numbers((citation for claim in claims if claim.supported for citation in claim.citations), refs)


def claim_count(documents: Iterable[ProductDocument], persona: str | None = None) -> tuple[int, int]:
    """Factual claims found on their page word for word, and all factual claims."""
    found = [
        claim.supported
        for document in documents
        if document.panel
        for name, review in document.panel.reviews.items()
        if persona in (None, name)
        for rating in review.ratings
        for claim in rating.claims
        if claim.kind == "fact"
    ]
    return sum(found), len(found)


def spread(document: ProductDocument) -> tuple[int, str] | None:
    """How far the critics stand apart and who stands at the ends; None under two scores."""
    reviews = document.panel.reviews if document.panel else {}
    scored = [(reviews[p].score, name) for p, name, _ in critics() if p in reviews and reviews[p].score is not None]
    known = [(score, name) for score, name in scored if score is not None]
    if len(known) < 2:
        return None
    high, low = max(known, key=lambda one: one[0]), min(known, key=lambda one: one[0])
    return high[0] - low[0], f"{high[1]} {high[0]}, {low[1]} {low[0]}"


# comparison --------------------------------------------------------------------------------------------------------


def dots(comparison: Comparison) -> list[dict[str, Any]]:
    """The dot plot: per critic the two scores as places in per cent, and a label for those who cannot see it."""
    rows = []
    for card in comparison.scorecards:
        sides = []
        for letter, side in (("A", card.a), ("B", card.b)):
            left = side.score is not None and side.score > 80  # a number right of a mark at 100 would leave the field
            sides.append({"letter": letter, "score": side.score, "mark": mark(side.vote), "left": left})
        said = [
            f"{clip(one.name, 60)} {f'{side.score}, {side.vote}' if side.score is not None else 'no take'}"
            for one, side in ((comparison.a, card.a), (comparison.b, card.b))
        ]
        rows.append({"name": card.name, "sides": sides, "label": f"{card.name}: {said[0]}; {said[1]}"})
    return rows


def cell(key: str, found: Cell, caps: Caps, refs: Refs) -> dict[str, Any]:
    """One answer of the decision table with its quotes, and the other values on record.

    Plans are quoted further down the page, and ratings in its numbered list: those cells only point there.
    """
    said = {"known": found.known, "note": clip(found.note, 140), "quotes": [], "refs": []}
    if key == "plans" and caps.tables:
        note = "quotes under Plans" if found.evidence else said["note"]
        return {**said, "text": words(found.text, caps), "note": note}
    if key in ("best_for", "not_for"):
        return {**said, "text": words(found.text, caps), "refs": numbers(found.evidence, refs)}
    text = clip(address_words(found.text), caps.line) if safe_url(found.text) else words(found.text, caps)
    if found.others:
        text = f"{text} (also on record: {'; '.join(words(other.value, caps) for other in found.others[:3])})"
    sides = [found.evidence, *(other.evidence for other in found.others[: caps.quotes])]
    return {**said, "text": text, "quotes": [shown for side in sides for shown in quotes(side, caps)]}


def neighbours(documents: Sequence[ProductDocument], limit: int = NEIGHBOURS) -> list[Pair]:
    """The pairs that get a page unasked: reviewed products of one shelf, nearest first, at most `limit` a product.

    A shelf is a category; products without one stand with others of their kind, and then must share a tag that tells.
    Near means tags in common (3 each, at most 4 of them), the same kind (2), and launches close in time (up to 2, falling
    to 0 at 60 days). A tag that more than a quarter of all products carry tells nothing and does not count.
    """
    telling = _telling_tags(documents)
    shelves: dict[str, list[ProductDocument]] = {}
    for document in documents:
        if document.panel:
            shelves.setdefault((document.category or f"kind:{document.kind}").casefold(), []).append(document)
    weighed = []
    for shelf in shelves.values():
        shelf.sort(key=lambda one: (_launch_time(one), one.slug))
        for place, one in enumerate(shelf):
            for other in shelf[place + 1 : place + 1 + _WINDOW]:
                shared = len(_tags(one) & _tags(other) & telling)
                if shared or one.category:
                    weighed.append((_nearness(one, other, shared), pair_of(one, other)))
    degree: Counter[str] = Counter()
    chosen = []
    for _, pair in sorted(weighed, key=lambda item: (-item[0], item[1])):
        if degree[pair.a] < limit and degree[pair.b] < limit:
            chosen.append(pair)
            degree.update(pair)
    return chosen


def _tags(document: ProductDocument) -> set[str]:
    return {tag.casefold() for tag in document.tags}


def _telling_tags(documents: Sequence[ProductDocument]) -> set[str]:
    carried = Counter(tag for document in documents for tag in _tags(document))
    return {tag for tag, count in carried.items() if count == 2 or count * 4 <= len(documents)}


def pair_of(one: ProductDocument, other: ProductDocument) -> Pair:
    """The two slugs in canonical order."""
    return Pair(*sorted((one.slug, other.slug)))


def pair_file(pair: Pair) -> str:
    """The name of a pair's page, without its ending."""
    return file_slug_pair(pair.a, pair.b)


def file_slug_pair(one: str, other: str) -> str:
    """A pair's file name from safe slugs; the same in either order."""
    return pair_slug(file_slug(one), file_slug(other))


def _launch_time(document: ProductDocument) -> float:
    when = launched_at(document)
    return when.timestamp() if when else 0.0


def _nearness(one: ProductDocument, other: ProductDocument, shared: int) -> float:
    days = abs(_launch_time(one) - _launch_time(other)) / 86_400
    return min(shared, 4) * 3 + (one.kind == other.kind) * 2 + max(0.0, 2 * (1 - days / 60))


# critics -----------------------------------------------------------------------------------------------------------


def takes(documents: Iterable[ProductDocument], persona: str) -> list[tuple[ProductDocument, ReviewDoc]]:
    """Every review of one critic, newest panel first."""
    found = [(d, d.panel.reviews[persona]) for d in documents if d.panel and persona in d.panel.reviews]
    return sorted(
        found, key=lambda item: (item[0].panel.created_at if item[0].panel else "", item[0].slug), reverse=True
    )


def histogram(scores: Sequence[int], threshold: int) -> dict[str, Any]:
    """Scores in tens as bars with places in per cent and heights in pixels; solid from the threshold on."""
    bins = [0] * 10
    for score in scores:
        bins[min(max(score, 0) // 10, 9)] += 1
    top = max(bins) or 1
    bars = [
        {
            "x": i * 10 + 0.6,
            "mid": i * 10 + 5,
            "height": round(110 * size / top),
            "size": size,
            "ship": i * 10 >= threshold,
        }
        for i, size in enumerate(bins)
    ]
    label = (
        f"Scores of {len(scores)} takes in tens, from 0 to 9: {', '.join(map(str, bins))}. Ship starts at {threshold}."
    )
    return {"bars": bars, "label": label}


def agreement(documents: Iterable[ProductDocument]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Per two critics: on how many products they voted the same, of how many both voted on."""
    same: Counter[tuple[str, str]] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for document in documents:
        cast = [(p, r.vote) for p, r in sorted(document.panel.reviews.items()) if r.vote] if document.panel else []
        for (one, vote), (other, second) in combinations(cast, 2):
            both[one, other] += 1
            same[one, other] += vote == second
    return {pair: (same[pair], total) for pair, total in both.items()}
