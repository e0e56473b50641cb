"""The decision table: one question a row, a cited cell for each product, and who has the edge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tools.page.categories import name_of
from tools.views.comparison import Cell, Edge, Pair, Row, row_of
from tools.views.documents import EvidenceDoc, FindingDoc, PanelDoc, ProductDocument
from tools.views.findings import MINOR, TOPICS, stated, statement_words, weigh
from tools.views.further_rows import further_rows
from tools.views.needs import KINDS, NEEDS, RANK
from tools.views.price_words import (
    PRICING,
    Price,
    cheapest_paid,
    decimal_of,
    monthly,
    monthly_steps,
    plan_price,
    plans_words,
    price_to_start,
)
from tools.views.takes import (
    community_words,
    field_label,
    number,
    own_line,
    pages_read,
    parse_moment,
    plain_evidence,
    points,
    rated,
    rating_evidence,
)

_PERMISSIVE = ("apache", "mit", "bsd", "isc", "unlicense", "cc0", "0bsd", "zlib", "wtfpl", "postgresql", "bsl-1.0")
_COPYLEFT = ("gpl", "agpl", "lgpl", "mpl", "epl", "eupl", "cecill", "osl", "cc-by-sa")
# A second licence beside an open one, in the words that name it; “non-commercial” is none.
_COMMERCIAL = re.compile(
    r"(?:\+|/|\bor|\band|&)\s*(?:an?\s+)?commercial\b(?!\s+use)|(?<!non[- ])\bcommercial\s+licen[cs]|\bdual[- ]licen[cs]",
    re.IGNORECASE,
)
_COMMERCIAL_PLAN = re.compile(r"(?<!non[- ])\bcommercial\b", re.IGNORECASE)
_ANSWER = re.compile(r"^(?:Yes|No|Free)\b")  # how an answer begins that stands in the middle of a line
LOWER = Decimal("0.9")  # a bill at most this much of the other's decides
_OLDER_DAYS = 90  # launches closer than this are the same age to a buyer
_FEW_VOTES = 10  # fewer community votes than this on either side decide nothing


def decision_table(pair: Pair, level: Edge, band: int) -> list[Row]:
    """Every question in its fixed order. level, band: who is ahead on points, and within what they are level."""
    judged: list[tuple[str, str, Callable[[ProductDocument], Cell], Callable[[Pair], tuple[Edge, str]]]] = [
        ("panel", "Panel verdict", _verdict, lambda pair: (level, _points(pair, level, band))),
        ("price", "Price to start", _price_cell, price_edge),
        ("pricing_model", "How you pay", lambda d: _fact_cell(d, "pricing_model"), _model_edge),
        ("license", "Licence", lambda d: _fact_cell(d, "license"), licence_edge),
        ("plans", "Plans", _plans_cell, _plans_edge),
        ("repository", "Source to read", lambda d: _fact_cell(d, "repository"), _repository_edge),
        ("maturity", "In the open since", _age_cell, _age_edge),
        ("community", "Community", _community_cell, _community_edge),
        ("best_for", "Best for", lambda d: _rated_cell(d, high=True), _rated_edge),
        ("not_for", "Not for", lambda d: _rated_cell(d, high=False), _rated_edge),
        ("category", "Category", lambda d: _fact_cell(d, "category"), _category_edge),
    ]
    asked = [
        row_of(pair, key, question, (cell(pair.a), cell(pair.b)), edge(pair)) for key, question, cell, edge in judged
    ]
    return [*asked, *further_rows(pair)]


def tells(row: Row) -> bool:
    """Whether a row answers its question, and says what no other row and no head says: what is shown of the table. The
    record keeps every row."""
    known = (row.a.known, row.b.known)
    match row.key:
        case "pricing_model":  # the price to start says it with its amount
            return False
        case "license" | "repository" | "plans":  # what only one states has a row of its own
            return all(known)
        case "best_for" | "not_for":  # of findings it says in other words what the rows of their kinds say
            return bool(row.a.note or row.b.note)
        case "maturity":  # most were found at their launch
            return row.edge in ("a", "b")
        case "category":
            return all(known) and row.edge != "tie"
        case "panel":  # the head says it where one side has no verdict
            return row.edge != "depends"
        case _:
            return any(known)


def alike(row: Row) -> bool:
    """Whether both give the same answer: such rows are told in one line."""
    if row.key == "panel" or not (row.a.known and row.b.known):
        return False
    return row.key == "repository" or row.a.text.casefold() == row.b.text.casefold()


def alike_words(rows: Iterable[Row]) -> str:
    """“Alike in: licence (MIT), API (yes)”; "" for no rows."""
    told = []
    for row in rows:
        question = row.question if row.question.isupper() else row.question[:1].lower() + row.question[1:]
        answer = _ANSWER.sub(lambda found: found[0].lower(), row.a.text)
        told.append(f"{question} ({'both show it' if row.key == 'repository' else answer})")
    return f"Alike in: {', '.join(told)}" if told else ""


def decided(document: ProductDocument) -> dict[str, str]:
    """What was read of it on the decisions that people make, by decision: its price, its licence, what it states."""
    price = price_to_start(document)
    found = {"price": price.text} if price.state in ("free", "priced") else {}
    found |= {"license": document.license} if document.license else {}
    found |= {"pricing_model": document.pricing_model} if document.pricing_model != "unknown" else {}
    told = {topic: stated(document.dossier, topic) for topic in TOPICS if topic not in MINOR}
    return found | {topic: statement_words(one, document.plans) for topic, one in told.items() if one}


def set_apart(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two are worth setting side by side, as `decided` gives them: their prices differ, or two decisions do."""
    differ = [key for key in one.keys() & other.keys() if one[key] != other[key]]
    return "price" in differ or len(differ) > 1


def _points(pair: Pair, level: Edge, band: int) -> str:
    """How far the medians are apart, for the table's narrow column."""
    one, other = (document.panel.median if document.panel else None for document in pair)
    if one is None or other is None or level == "depends":
        return "not both have a verdict"
    apart = abs(one - other)
    return (
        f"medians {points(apart)} apart, inside the ±{band} band"
        if apart <= band
        else f"median higher by {points(apart)}"
    )


def _verdict(document: ProductDocument) -> Cell:
    panel = document.panel
    if panel is None:
        return Cell(text="Not reviewed yet", known=False)
    scored = panel.median is not None and panel.verdict != "Not enough evidence"
    notes = [f"median {number(panel.median or 0)}" if scored else panel.reason or "no median"]
    notes += ["stale: its facts changed since"] if panel.stale else []
    return Cell(text=panel.line, note=". ".join(filter(None, (", ".join(notes), own_line(panel)))))


def _fact_cell(document: ProductDocument, field: str) -> Cell:
    fact = document.facts.get(field)
    if fact is None or fact.value in ("", [], "unknown"):
        return Cell(text=pages_read(document), known=False, others=fact.others if fact else [])
    words = _words(fact.value)
    if field == "pricing_model":
        words = PRICING.get(words, words)
    if field == "category":
        words = name_of(words) or words
    return Cell(text=words, evidence=fact.evidence, others=fact.others)


def _words(value: str | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else value


def _price_cell(document: ProductDocument) -> Cell:
    price = price_to_start(document)
    if price.text == "Unknown":
        return Cell(text=pages_read(document), known=False)
    named = price.plan and not price.text.casefold().startswith(price.plan.casefold())
    of = "free plan" if price.state == "free" else "plan"  # “Free, then 9 USD”: the plan is that of the first half
    return Cell(text=price.text, note=f"{of} “{price.plan}”" if named else "", evidence=price.evidence)


def price_edge(pair: Pair) -> tuple[Edge, str]:
    """Who is cheaper to start with, and why; `depends` where units or periods differ."""
    one, other = price_to_start(pair.a), price_to_start(pair.b)
    known = [price.state in ("free", "priced") for price in (one, other)]
    if known == [False, False]:
        return "tie", "neither prints a price"
    if known[0] != known[1]:
        return "depends", "only one prints a price"
    if one.state != other.state:
        free, priced = (pair.a, pair.b) if one.state == "free" else (pair.b, pair.a)
        if not price_to_start(free).plan and licence_family(priced.license) in ("permissive", "copyleft"):
            return "depends", "the code of the other is open, too"
        return ("a" if one.state == "free" else "b"), "nothing to pay at the start"
    if one.state == "free":
        side, why = _cheaper(cheapest_paid(pair.a), cheapest_paid(pair.b))
        return (
            (side, f"both start free; {why}") if side in ("a", "b") else ("tie", "both can be started without paying")
        )
    return _cheaper(one, other)


def _cheaper(one: Price | None, other: Price | None) -> tuple[Edge, str]:
    """Whose printed price is lower; `depends` where they cannot be set against each other."""
    if not one or not other:
        return "depends", "only one prints a price"
    if one.currency != other.currency:
        return "depends", "two currencies"
    if one.unit != other.unit:
        return "depends", "not counted in the same unit"
    left, right = monthly(one), monthly(other)
    if left is None or right is None:
        if one.period != other.period:
            return "depends", "not counted over the same time"
        left, right = decimal_of(one.amount), decimal_of(other.amount)
    if left is None or right is None or left == right:
        return "tie", "the same price"
    if min(left, right) > max(left, right) * LOWER:
        return "tie", "about the same price"
    return ("a" if left < right else "b"), "the lower price in print"


def _model_edge(pair: Pair) -> tuple[Edge, str]:
    one, other = pair.a.pricing_model, pair.b.pricing_model
    if "unknown" in (one, other):
        return "depends", "not stated on both sides"
    return ("tie", "the same way of paying") if one == other else ("depends", "two ways of paying")


def licence_family(licence: str | None) -> Literal["permissive", "copyleft", "other", "unknown"]:
    """What a licence's name allows, roughly; never more than its family is read from a name."""
    words = (licence or "").lower().strip()
    if not words:
        return "unknown"
    if "commons clause" in words:
        return "other"
    if words.startswith(_COPYLEFT) or "general public" in words or "mozilla public" in words:
        return "copyleft"
    return "permissive" if words.startswith(_PERMISSIVE) else "other"


def commercial_licence(document: ProductDocument) -> tuple[str, list[EvidenceDoc]] | None:
    """Its second, commercial licence, by the words that name its licence or by a plan: its price in words, “” where none is
    known, and the quotes; None where it offers none."""
    plan = next((one for one in document.plans if _COMMERCIAL_PLAN.search(one.name)), None)
    if plan:
        price = {"On request": "price on request", "Unknown": ""}.get(plan_price(plan), plan_price(plan))
        return price, plan.evidence[:1]
    quoted = document.facts["license"].evidence if "license" in document.facts else []
    return ("", []) if any(_COMMERCIAL.search(one.quote) for one in quoted) else None


def licence_edge(pair: Pair) -> tuple[Edge, str]:
    """Whose licence allows more, and why; silence is not a no."""
    families = [licence_family(document.license) for document in pair]
    if families == ["unknown", "unknown"]:
        return "tie", "neither states one"
    if "unknown" in families:
        return "depends", "only one states its licence; silence is not a no"
    opened = [family in ("permissive", "copyleft") for family in families]
    if opened[0] != opened[1]:
        return ("a" if opened[0] else "b"), "an open licence"
    if families[0] != families[1]:
        strict, free = (pair.a, pair.b) if families[0] == "copyleft" else (pair.b, pair.a)
        unless = ", or for its commercial licence" if commercial_licence(strict) else ""
        return (
            "depends",
            f"{free.name} may be built into closed work, {strict.name} asks that changes stay open{unless}",
        )
    if not opened[0]:
        return "depends", "read both"
    return "tie", "both ask that changes stay open" if families[0] == "copyleft" else "both allow nearly anything"


def _plans_cell(document: ProductDocument) -> Cell:
    if not document.plans:
        return Cell(text=pages_read(document), known=False)
    evidence = [plan.evidence[0] for plan in document.plans[:4] if plan.evidence]
    return Cell(text=plans_words(document), evidence=evidence)


def _plans_edge(pair: Pair) -> tuple[Edge, str]:
    if not pair.a.plans and not pair.b.plans:
        return "tie", "neither lists plans"
    unpriced = [sum(decimal_of(plan.amount) is None for plan in document.plans) for document in pair]
    if not pair.a.plans or not pair.b.plans:
        return "depends", "only one lists plans"
    steps = [monthly_steps(document) for document in pair]
    if steps[0] and steps[1] and steps[0][0] == steps[1][0] and len(steps[0][1]) == len(steps[1][1]) > 1:
        lower = {(this > that) - (this < that) for this, that in zip(steps[0][1], steps[1][1], strict=True)}
        if lower in ({-1}, {1}):
            return ("a" if lower == {-1} else "b"), "lower at each step in print"
    if not any(unpriced):
        return "depends", "how far up you will go"
    return "depends", "both leave a plan without a price" if all(unpriced) else "one leaves a plan without a price"


def _repository_edge(pair: Pair) -> tuple[Edge, str]:
    has = [bool(document.repository) for document in pair]
    if has[0] == has[1]:
        return "tie", "both show their source" if has[0] else "neither names a repository"
    return "depends", "only one names a repository; silence is not a no"


def _age_cell(document: ProductDocument) -> Cell:
    when = _announced(document)
    if when is None:
        return Cell(text="No date of its launch on record", known=False)
    return Cell(text=f"{when.day} {when:%b %Y}", note="launch, as announced")


def _announced(document: ProductDocument) -> datetime | None:
    """When it was launched, as its launches say; when we first saw it is no date of its own."""
    dates = [parse_moment(one.launched_at) for one in document.launches if one.launched_at_basis == "stated"]
    return min((date for date in dates if date), default=None)


def _age_edge(pair: Pair) -> tuple[Edge, str]:
    one, other = (_announced(document) for document in pair)
    if one is None or other is None:
        return "depends", "a date is missing"
    days = abs((one - other).days)
    if days < _OLDER_DAYS:
        return "tie", f"within {_OLDER_DAYS} days of each other"
    return ("a" if one < other else "b"), f"{days} days longer in the open"


def _community_cell(document: ProductDocument) -> Cell:
    voted = document.community.ship + document.community.skip > 0
    return Cell(text=community_words(document), known=voted, note="votes of readers" if voted else "")


def _community_edge(pair: Pair) -> tuple[Edge, str]:
    totals = [document.community.ship + document.community.skip for document in pair]
    if not any(totals):
        return "tie", "nothing to compare"
    if min(totals) < _FEW_VOTES:
        return "depends", f"under {_FEW_VOTES} votes on one side"
    shares = [document.community.ship / total for document, total in zip(pair, totals, strict=True)]
    if abs(shares[0] - shares[1]) < 0.1:
        return "tie", "shares within 10 points"
    return ("a" if shares[0] > shares[1] else "b"), "a larger share says ship"


def _rated_cell(document: ProductDocument, *, high: bool) -> Cell:
    """For whom it is best, or not: those its strongest findings concern, or whose fields were rated highest or lowest."""
    if document.panel and document.panel.findings:
        return _weighed_cell(document.panel, high=high)
    found = [(p, name, r, r.level) for p, name, r in rated(document) if r.level is not None and (p, r.field) in NEEDS]
    wanted = [row for row in found if (row[3] >= 3 if high else row[3] <= 1)]
    wanted.sort(key=lambda row: (-row[3] if high else row[3], RANK[row[0], row[2].field]))
    if not wanted:
        return Cell(text="Nothing found yet" if document.panel else "The panel has not met yet", known=False)
    most = wanted[:2]
    return Cell(
        text=" and ".join(f"those who {NEEDS[persona, rating.field]}" for persona, _, rating, _ in most),
        note="; ".join(f"{name}, “{field_label(p, r.field)}”: {level} of 4" for p, name, r, level in most),
        evidence=[evidence for _, _, rating, _ in most for evidence in rating_evidence(rating)[:1]],
    )


def _weighed_cell(panel: PanelDoc, *, high: bool) -> Cell:
    told: dict[str, FindingDoc] = {}
    for one in weigh(panel, len(panel.findings))[0 if high else 1]:
        if one.kind in KINDS and KINDS[one.kind].need:
            told.setdefault(KINDS[one.kind].need, one)
    if not told:
        return Cell(text="Nothing found yet", known=False)
    most = list(told.items())[:2]
    return Cell(
        text=" and ".join(f"those who {need}" for need, _ in most),
        evidence=[evidence for _, one in most for evidence in plain_evidence(one.citations)[:1]],
    )


def _rated_edge(pair: Pair) -> tuple[Edge, str]:
    met = [document.panel is not None for document in pair]
    return "depends", "your work decides" if all(met) else "not reviewed on both sides"


def _category_edge(pair: Pair) -> tuple[Edge, str]:
    one, other = pair.a.category, pair.b.category
    if not one or not other:
        return "depends", "not stated on both sides"
    same = one.casefold() == other.casefold()
    return ("tie", "the same shelf") if same else ("depends", "they are not on the same shelf")
