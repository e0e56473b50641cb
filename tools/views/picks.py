"""“Pick it if …”: decisions that people make between two tools, each from typed values that were read of both.

A decision says nothing where one of the two was not read on it: silence is no difference. Each ends in one short sentence
made of values, with the cells that it rests on; ratings of critics that wrote in their own words come last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from math import ceil, floor
from typing import NamedTuple

from tools.views.comparison import Pair, Reason
from tools.views.decision import LOWER, commercial_licence, licence_family
from tools.views.documents import EvidenceDoc, MeasureDoc, ProductDocument, StatementDoc
from tools.views.findings import (
    measure_evidence,
    measured,
    newest,
    refund_days,
    stated,
    statement_evidence,
    uptime_share,
)
from tools.views.needs import NEEDS, RANK
from tools.views.price_words import Price, cheapest_paid, monthly, price_to_start
from tools.views.room import free_amounts, free_room, held
from tools.views.takes import count, own_findings, parse_moment, rated, rating_evidence

_MOST = 5
_MOST_RATINGS = 2
_PEOPLE = ("seat", "user", "member", "person", "editor")  # whom a price is counted by
_TIMES = 5  # stars or downloads: so many times the other's tell a crowd from a few
_CROWD = 500
_FRESH_DAYS, _STALE_DAYS = 120, 365  # since the last release
# A topic's decision: for whom it is one, what the one has that states it, and what the other that denies it.
_TOPICS = {
    "self_host": ("want to host it yourself", "{a} can be", "{b} cannot"),
    "export": ("want to take your data out again", "{a} exports it", "{b} does not"),
    "cancel": ("may want out early", "{a} can be cancelled at any time", "{b} cannot"),
    "refund": ("want your money back if it fails you", "{a} gives refunds{days}", "{b} gives none"),
    "sso": ("need single sign-on", "{a} has it", "{b} does not"),
    "sla": ("need a promised service level", "{a} promises {per_cent}", "{b} promises none"),
    "no_training": ("keep your data out of training", "{a} trains on none of it", "{b} may"),
    "api": ("build on it", "{a} has an API", "{b} has none"),
    "offline": ("work without a connection", "{a} runs without one", "{b} does not"),
}
_NEITHER = {
    "self_host": "want to host it yourself: neither can be",
    "export": "want to take your data out again: neither exports it",
    "cancel": "may want out early: neither can be cancelled before its term ends",
    "refund": "want your money back if it fails you: neither gives refunds",
    "sso": "need single sign-on: neither has it",
    "sla": "need a promised service level: neither promises one",
    "no_training": "keep your data out of training: both may train on it",
    "api": "build on it: neither has an API",
    "offline": "work without a connection: neither runs without one",
}
_PART = re.compile(r"\b(?:sdks?|cli|clients?|middleware|librar(?:y|ies)|core|plugins?|examples?)\b", re.IGNORECASE)


class Contrast(NamedTuple):
    """A field that one product's critic rated two levels or more above the other's."""

    persona: str
    name: str
    field: str
    high: int
    low: int
    evidence: list[EvidenceDoc]


def picks(this: ProductDocument, that: ProductDocument) -> list[Reason]:
    """Why to pick `this` rather than `that`, what most people ask first; [] where nothing read of both tells them apart."""
    found = (reason for decision in _DECISIONS for reason in decision(this, that))
    reasons = [reason for reason, _ in zip(found, range(_MOST), strict=False)]
    return [*reasons, *_rating_picks(this, that)][:_MOST]


def neither(pair: Pair) -> list[Reason]:
    """Why to pick neither: what the pages of both rule out."""
    reasons = []
    for topic, words in _NEITHER.items():
        found = [stated(document.dossier, topic) for document in pair]
        if all(one and one.denied for one in found):
            evidence = [_quoted(one, document) for one, document in zip(found, pair, strict=True) if one]
            reasons.append(Reason(text=f"you {words}", basis="statement", evidence=evidence))
    prices = [price_to_start(document) for document in pair]
    if all(price.state == "contact" for price in prices):
        words = "you want the price before you talk to somebody: both give theirs on request"
        reasons.append(Reason(text=words, basis="fact", evidence=_first(*prices)))
    return reasons[:_MOST]


# decisions: each gives the reasons to pick the first product rather than the second ---------------------------------


def _price(this: ProductDocument, that: ProductDocument) -> Iterator[Reason]:
    """What it costs, by the first of these that tells them apart: a free start, a lower bill, another way, a size."""
    start, others_start = price_to_start(this), price_to_start(that)
    mine, theirs = cheapest_paid(this), cheapest_paid(that)
    closed = that.pricing_model in ("paid", "usage") and _read(that, "pricing")
    printed = bool(start.plan) or not _is_open(that)  # an open licence is as free a start on the other side
    if start.state == "free" and others_start.state == "priced" and closed and printed:
        room = free_room(this)
        begins = (
            "is free to begin with"
            if start.plan
            else f"is {start.text[0].lower()}{start.text[1:]}".replace("free, open", "free and open")
        )
        words = f"you want to start without paying: {_name(this)} {begins}{f' ({room})' if room else ''}"
        words += f"{f', then {mine.text}' if mine else ''}; {_name(that)} starts at {others_start.text}"
        yield Reason(text=words, basis="fact", evidence=_first(start, *([mine] if mine else []), others_start))
    elif mine and theirs and mine.currency and mine.currency == theirs.currency:
        yield from _bill(mine, theirs, _name(that))


def _bill(mine: Price, theirs: Price, other: str) -> Iterator[Reason]:
    ours, others = monthly(mine), monthly(theirs)
    need = ""
    if ours is None or others is None:
        need = _other_way(mine, theirs)
    elif mine.unit == theirs.unit:
        need = "want the lower bill" if ours <= others * LOWER else ""
    elif {mine.unit, theirs.unit} <= {*_PEOPLE, None}:
        need = _size(mine, ours, others)
    if need:
        ours_held, others_held = _held_apart(mine, theirs)
        comma = "," if "," in theirs.text + others_held else ""
        words = f"you {need}: {_from(mine)}{ours_held}, against {theirs.text}{others_held}{comma} for {other}"
        yield Reason(text=words, basis="fact", evidence=_first(mine, theirs))


def _held_apart(mine: Price, theirs: Price) -> tuple[str, str]:
    """What either price buys in brackets, where both count the same thing and not the same of it; else nothing."""
    ours, others = held(mine.evidence), held(theirs.evidence)
    for thing in ours:
        if thing in others and ours[thing].number != others[thing].number:
            return f" ({ours[thing].words})", f" ({others[thing].words})"
    return "", ""


def _other_way(mine: Price, theirs: Price) -> str:
    """Who would pay so, where one is paid once or by use and the other by the month; "" for nobody."""
    if monthly(mine) is not None or monthly(theirs) is None:
        return ""
    if mine.period == "once" and not mine.unit:
        return "would rather pay once"
    return "would rather pay for what you use" if not mine.period and mine.unit else ""


def _size(mine: Price, ours: Decimal, others: Decimal) -> str:
    """How many pay less so, where one charges by the head and the other for all; "" for nobody."""
    by_head, for_all = (ours, others) if mine.unit else (others, ours)
    if by_head <= 0 or by_head >= for_all:
        return ""
    turn = for_all / by_head  # at so many heads both cost the same
    if not mine.unit:
        return f"are a team of {floor(turn) + 1} or more"
    return f"are a team of {ceil(turn) - 1} or fewer" if turn > 2 else "are alone"


def _free_room(this: ProductDocument, that: ProductDocument) -> Iterator[Reason]:
    """Both are free to start with, and their free plans count the same thing."""
    if price_to_start(this).state != "free" or price_to_start(that).state != "free":
        return
    mine, theirs = free_amounts(this), free_amounts(that)
    shared = [(mine[thing], theirs[thing]) for thing in mine if thing in theirs]
    if any(one < other for (one, _), (other, _) in shared):
        return  # more of this and less of that
    for (much, one), (less, other) in shared:
        if much > less:
            words = f"you mean to stay on the free plan: it gives {one.value}, that of {_name(that)} {other.value}"
            yield Reason(text=words, basis="statement", evidence=[_quoted(one, this), _quoted(other, that)])
            return


def _own_way(this: ProductDocument, that: ProductDocument) -> Iterator[Reason]:
    """What the licences let one do, both known."""
    families = [licence_family(document.license) for document in (this, that)]
    if "unknown" in families or any(map(_is_of_a_part, (this, that))):
        return
    opened = [family in ("permissive", "copyleft") for family in families]
    named = f"{_name(this)} is {this.license}, {_name(that)} {that.license}"
    second: list[EvidenceDoc] = []
    if opened == [True, False] and "nc" in re.split(r"[^a-z]+", (that.license or "").lower()):
        words = f"you earn money with it: {named}, which forbids that"
    elif opened == [True, False]:
        words = f"you want to go on even if its maker quits: {named}, which is not an open licence"
    elif families == ["permissive", "copyleft"] and "gpl" in (that.license or "").lower() and this.kind != "model":
        if (that.license or "").lower().startswith("lgpl"):
            return
        words = f"you build it into something closed: {named}, which asks for your source"
        if offered := commercial_licence(that):
            price, second = offered
            words += f" or that you take its commercial licence{f' ({price})' if price else ''}"
    else:
        return
    evidence = [document.facts["license"].evidence[:1] for document in (this, that) if "license" in document.facts]
    yield Reason(text=words, basis="fact", evidence=[one for side in (*evidence, second) for one in side])


def _is_open(document: ProductDocument) -> bool:
    """Whether the whole of it is under an open licence, as its pages say."""
    opened = licence_family(document.license) in ("permissive", "copyleft")
    return opened and "license" in document.facts and not _is_of_a_part(document)


def _is_of_a_part(document: ProductDocument) -> bool:
    """Whether its licence is that of a part: of a repository that holds one, or of what the words that name it call one."""
    found = document.panel.findings if document.panel else []
    quotes = [one.quote for one in document.facts["license"].evidence] if "license" in document.facts else []
    return any(one.values.get("part") for one in found if one.kind == "licence") or any(map(_PART.search, quotes))


def _topics(this: ProductDocument, that: ProductDocument) -> Iterator[Reason]:
    for topic, (need, has, lacks) in _TOPICS.items():
        mine, theirs = stated(this.dossier, topic), stated(that.dossier, topic)
        if mine and theirs and not mine.denied and theirs.denied:
            days, share = refund_days(mine), uptime_share(mine)
            held = has.format(
                a=_name(this),
                days=f" within {days} days" if days else "",
                per_cent=f"{share} % uptime" if share else "one",
            )
            yield _both(f"you {need}: {held}, {lacks.format(b=_name(that))}", (mine, this), (theirs, that))
        elif (
            topic == "self_host"
            and theirs
            and theirs.denied
            and not mine
            and this.repository
            and _is_open(this)
            and not _is_open(that)
        ):
            words = f"you {need}: the code of {_name(this)} is {this.license}, so you can run it yourself; {_name(that)} is hosted only"
            evidence = [*this.facts["license"].evidence[:1], _quoted(theirs, that)]
            yield Reason(text=words, basis="statement", evidence=evidence)
        elif mine and theirs and not mine.denied and not theirs.denied:
            yield from _more(topic, (mine, this), (theirs, that))


def _more(
    topic: str, mine: tuple[StatementDoc, ProductDocument], theirs: tuple[StatementDoc, ProductDocument]
) -> Iterator[Reason]:
    """Both state it, and one puts a higher figure on it."""
    names = [_name(document) for _, document in (mine, theirs)]
    if topic == "sla":
        ours, others = uptime_share(mine[0]), uptime_share(theirs[0])
        if ours and others and Decimal(ours) > Decimal(others):
            words = f"you need the higher promise of uptime: {names[0]} promises {ours} %, {names[1]} {others} %"
            yield _both(words, mine, theirs)
    if topic == "refund":
        long, short = refund_days(mine[0]), refund_days(theirs[0])
        if long and short and long > short:
            words = f"you want longer to ask for your money back: {names[0]} gives {long} days, {names[1]} {short}"
            yield _both(words, mine, theirs)


def _kept_up(this: ProductDocument, that: ProductDocument) -> Iterator[Reason]:
    """One is worked on and the other is not any more, by the numbers of both."""
    archived = [newest(document.dossier, "archived") for document in (this, that)]
    if archived[0] and archived[1] and archived[1].value and not archived[0].value:
        words = f"you need it kept up: the repository of {_name(that)} is archived, that of {_name(this)} is not"
        yield _numbers(words, archived[0], archived[1])
        return
    released = [newest(document.dossier, "released_at") for document in (this, that)]
    if not released[0] or not released[1]:
        return
    ages = [_days_old(one) for one in (released[0], released[1])]
    if ages[0] is not None and ages[1] is not None and ages[0] <= _FRESH_DAYS and ages[1] >= _STALE_DAYS:
        last = [measured("released_at", one.value) for one in (released[0], released[1])]
        words = f"you need it kept up: {_name(this)} was last released on {last[0]}, {_name(that)} on {last[1]}"
        yield _numbers(words, released[0], released[1])


def _days_old(one: MeasureDoc) -> float | None:
    """How old a day was when its number was read."""
    read = parse_moment(one.at)
    return read.timestamp() / 86_400 - one.value if read else None


def _company(this: ProductDocument, that: ProductDocument) -> Iterator[Reason]:
    for metric, words in (("stars", "stars on its repository"), ("downloads_30d", "downloads in 30 days")):
        one, other = (newest(document.dossier, metric) for document in (this, that))
        if one and other and one.value >= _CROWD and one.value >= _TIMES * max(other.value, 1):
            text = f"you want the better-known one: {_name(this)} has {count(one.value)} {words}, {_name(that)} {count(other.value)}"
            yield _numbers(text, one, other)
            return


_DECISIONS: tuple[Callable[[ProductDocument, ProductDocument], Iterator[Reason]], ...] = (
    _price,
    _free_room,
    _own_way,
    _topics,
    _kept_up,
    _company,
)


# what decisions are made of ------------------------------------------------------------------------------------------


def _name(document: ProductDocument) -> str:
    return " ".join(document.name.split())


def _from(price: Price) -> str:
    return price.text if price.text.startswith(("from ", "up to ")) else f"from {price.text}"


def _first(*prices: Price) -> list[EvidenceDoc]:
    return [one for price in prices for one in price.evidence[:1]]


def _read(document: ProductDocument, role: str) -> bool:
    return any(page.role == role and page.state == "read" for page in document.dossier.pages)


def _quoted(one: StatementDoc, document: ProductDocument) -> EvidenceDoc:
    return statement_evidence(one, document.dossier)


def _both(
    words: str, mine: tuple[StatementDoc, ProductDocument], theirs: tuple[StatementDoc, ProductDocument]
) -> Reason:
    return Reason(text=words, basis="statement", evidence=[_quoted(*mine), _quoted(*theirs)])


def _numbers(words: str, *found: MeasureDoc) -> Reason:
    return Reason(text=words, basis="number", evidence=[measure_evidence(one) for one in found])


# ratings of critics that wrote in their own words ---------------------------------------------------------------------


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


def _rating_picks(this: ProductDocument, that: ProductDocument) -> Iterator[Reason]:
    own_words = _in_own_words(this, that)
    told = [c for c in contrasts(this, that) if (c.persona, c.field) in NEEDS and c.persona in own_words]
    for contrast in told[:_MOST_RATINGS]:
        need = NEEDS[contrast.persona, contrast.field]
        words = f"you {need}: the {contrast.name} rates it {contrast.high} of 4, {_name(that)} {contrast.low}"
        yield Reason(text=words, basis="rating", evidence=contrast.evidence)


def _in_own_words(*documents: ProductDocument) -> set[str]:
    """The critics whose reviews of all these rest on no finding: their levels say what no finding does."""
    critics_of = [
        {name for name, review in d.panel.reviews.items() if not own_findings(d.panel, review)} if d.panel else set()
        for d in documents
    ]
    return set.intersection(*critics_of)
