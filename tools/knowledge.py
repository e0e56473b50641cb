"""What is shown of what is known, and the hashes over it: pure functions, no SQL, no clock."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from tools.errors import UsageError
from tools.identity import address_key, registrable_domain
from tools.models import (
    ASIDE_FIELDS,
    CATEGORIES,
    IDENTITY_FIELDS,
    PERIODS,
    QUALIFIERS,
    RUNG_ORDER,
    Fact,
    Plan,
    Value,
    Verdict,
)


def iso(moment: datetime) -> str:
    """A moment as the store writes it: UTC, ISO 8601, to the second ("2026-11-21T09:00:00Z")."""
    if moment.tzinfo is not UTC:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='seconds')[:19]}Z"


def moment(text: str) -> datetime:
    """The moment an `iso` text names."""
    return datetime.fromisoformat(text)


def canonical(value: object) -> str:
    """One text for one value: JSON with sorted keys. A whole float is written as the integer it equals."""
    plain = value if _is_flat(value) else _plain(value)
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode() if _is_flat(plain) else _encode(plain)
    except TypeError:  # half a surrogate pair, a number that 64 bits do not hold, a name that is no text
        return _encode(_plain(value))


def in_words(value: str | None) -> str:
    """A value of the change log as a reader wants it: a list, kept as JSON, by commas; "none" for None."""
    if value is None:
        return "none"
    if not (value.startswith('["') and value.endswith('"]')):
        return value
    with suppress(ValueError):
        return ", ".join(json.loads(value))
    return value


def digest(value: object) -> str:
    """SHA-256 of the canonical text, hex. Lone surrogates, which only damage makes, are hashed too."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def row_hash(row: Mapping[str, Any]) -> str:
    """The hash a row carries: over every column except its integer key and the hash itself; 32 hex digits."""
    if not row.keys().isdisjoint(_APART):
        row = dict(row)
        for name in _APART:
            row.pop(name, None)
    return (flat_digest(row) if _is_flat(row) else digest(row))[:32]


def flat_digest(value: object) -> str:
    """`digest` of what holds nothing but texts, whole numbers, truths and None, in lists or in one mapping: some ten times as
    fast."""
    try:
        return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except TypeError:  # half a surrogate pair, or a number that 64 bits do not hold
        return digest(value)


def _is_flat(value: Any) -> bool:
    if type(value) is dict:
        return _FLAT.issuperset(map(type, value.values()))
    return type(value) in _FLAT or (type(value) in (list, tuple) and _FLAT.issuperset(map(type, value)))


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
_FLAT = frozenset({str, int, bool, type(None)})  # exact types: this runs once a row of a crawl of 100,000
_APART = frozenset({"id", "seq", "row_hash"})


def _plain(value: object) -> Any:
    if type(value) in _FLAT:
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value  # SQLite gives a REAL back as float, whatever was written
    if isinstance(value, (list, tuple)):
        return [item if type(item) in _FLAT else _plain(item) for item in value]
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return str(value) if isinstance(value, Decimal) else value


def strength(rung: str, confidence: float, text: str) -> tuple[bool, float, int, str]:
    """Sort key of a candidate, strongest first: an editor's, then by confidence, rung and, last, the value itself."""
    return rung != "editor", -confidence, RUNG_ORDER.index(rung), text


THRESHOLD = 0.5  # a value or price read with less confidence is a candidate for an editor and is not shown


def sure(item: Fact | Plan) -> bool:
    """Whether a fact or plan may be shown. An editor's word is sure whatever number it carries."""
    return item.rung == "editor" or item.confidence >= THRESHOLD


def choose(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Per field that shows something its values, shown value first; a function of the set, never of the order.

    Facts of the same value are joined: the strongest stands for them, with the evidence of all. A field of which no
    value is sure shows nothing (see `doubtful`), but for the name: a product must be called something. Who a product is
    (IDENTITY_FIELDS) is said by itself: what was merged into it only fills in where it says nothing surely.
    """
    return weighed(facts)[0]


def doubtful(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Per field of which no value is sure, its candidates, strongest first."""
    return weighed(facts)[1]


def weighed(facts: Iterable[Fact]) -> tuple[dict[str, list[Fact]], dict[str, list[Fact]]]:
    """What `choose` and what `doubtful` give."""
    ranked = _ranked(facts)
    unsure = {name: found for name, found in ranked.items() if not sure(found[0])}
    return {name: found for name, found in ranked.items() if name == "name" or name not in unsure}, unsure


def doubtful_plans(plans: Iterable[Plan]) -> list[Plan]:
    """The prices that are too unsure to show, one a line and amount, cheapest first."""
    found: dict[tuple[str, str], Plan] = {}
    for plan in sorted((plan for plan in plans if not sure(plan)), key=_plan_rank):
        found.setdefault((plan_line(plan), plan_text(plan)), plan)
    return sorted(found.values(), key=lambda plan: (*_cheapest(plan), plan_text(plan)))


def doubts(facts: Iterable[Fact], plans: Iterable[Plan]) -> list[str]:
    """A sentence for each field without a sure value and each unsure price: the candidate and its confidence."""
    said = [
        _doubt(name, shown_text(found[0].value), found[0], "shown for want of a better one" if name == "name" else "")
        for name, found in doubtful(facts).items()
    ]
    return said + [
        _doubt(f"plan {plan.name}" if plan.name else "a plan", plan_text(plan), plan) for plan in doubtful_plans(plans)
    ]


_DOUBT = re.compile(
    r".+: read with confidence [\d.]+, under [\d.]+; (?:not shown|shown for want of a better one)\.", re.DOTALL
)


def is_doubt(reason: str) -> bool:
    """Whether a reason to look is one of `doubts`, which ends by itself once a sure value is read."""
    return _DOUBT.fullmatch(reason) is not None


_LAUNCH_ONLY = "Known from its launch only: "


def launch_only(why: str) -> str:
    """The reason to look at a product of which no page could be read so far."""
    return f"{_LAUNCH_ONLY}{why}"


def is_launch_only(reason: str) -> bool:
    """Whether a reason to look is that of `launch_only`, which ends by itself once a page was read."""
    return reason.startswith(_LAUNCH_ONLY)


_UNPRICED = "Its pages state none of its prices any more"


def unpriced(plans: Iterable[str]) -> str:
    """The reason to look at a product all of whose plans (their names) vanished at once."""
    names = ", ".join(dict.fromkeys(name or "one without a name" for name in plans))
    return f"{_UNPRICED} ({names}); they are kept as they were. Approving it lets them go."


def is_unpriced(reason: str) -> bool:
    """Whether a reason to look is that of `unpriced`, which ends by itself once a price is read again."""
    return reason.startswith(_UNPRICED)


_KEPT = "its facts are kept as they were."


def farewell(url: str, words: str) -> str:
    """The reason to look at a product whose page says that it is over."""
    return f"{url} says “{words}”; {_KEPT}"


def address_gone(url: str, status: str) -> str:
    """The reason to look at a product of which an address was gone on two days."""
    return f"{url} is gone ({status}, on two days); {_KEPT}"


_OVER = re.compile(
    rf"(?P<says>\S+ says “[^”]*”; {re.escape(_KEPT)})|(?P<gone>(?P<url>\S+) is gone \(\d+, on two days\); {re.escape(_KEPT)})"
)


def over_reason(reasons: str) -> str:
    """The reason of `farewell` or `address_gone` among reasons to look; "" where there is none of them."""
    found = _OVER.search(reasons)
    return found[0] if found else ""


def over_address(reason: str) -> str:
    """The address that a reason of `address_gone` speaks of; "" for any other reason."""
    found = _OVER.fullmatch(reason)
    return (found["url"] or "") if found else ""


def _doubt(what: str, candidate: str | None, item: Fact | Plan, then: str = "") -> str:
    read = f"{what} may be {candidate!r}: read with confidence {item.confidence:.2f}"
    return f"{read}, under {THRESHOLD:.2f}; {then or 'not shown'}."


def _ranked(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    by_value: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if fact.field == "category" and fact.value not in CATEGORIES:
            continue  # of a store from before the list was closed; its pages say it anew when they are read again
        by_value.setdefault((fact.field, canonical(fact.value)), []).append(fact)
    chosen: dict[str, list[Fact]] = {}
    for (name, _), same in by_value.items():
        chosen.setdefault(name, []).append(_join(same))
    return {name: sorted(found, key=_fact_rank) if len(found) > 1 else found for name, found in sorted(chosen.items())}


def _fact_rank(fact: Fact) -> tuple[Any, ...]:
    """Sort key among the values of one field, strongest first."""
    *strong, text = strength(fact.rung, fact.confidence, canonical(fact.value))
    if fact.field in IDENTITY_FIELDS:
        return (fact.field != "name" and not sure(fact), fact.merged, *strong, text)
    return (*strong, fact.merged, text)


def _join(facts: Sequence[Fact]) -> Fact:
    def key(fact: Fact) -> tuple[Any, ...]:
        return (*_fact_rank(fact), [(e.url, e.place, e.path, e.quote) for e in fact.evidence])

    [first, *others] = facts
    if not others and (len(first.evidence) < 2 or len(set(first.evidence)) == len(first.evidence)):
        return first  # as most are; ranking them is a third of what a document costs
    ranked = sorted(facts, key=key)
    return replace(ranked[0], evidence=tuple(dict.fromkeys(item for fact in ranked for item in fact.evidence)))


def plan_line(plan: Plan) -> str:
    """Which line of a price list it is: the same line with another amount is a price change, not another plan."""
    return canonical([plan.name.casefold().strip(), plan.period, plan.unit, plan.billed, plan.qualifier])


def line_terms(line: str) -> dict[str, str | None]:
    """What a `plan_line` says beside name and period: unit, billed, qualifier."""
    return dict(zip(("unit", "billed", "qualifier"), json.loads(line)[2:], strict=True))


def choose_plans(plans: Iterable[tuple[str, Plan]]) -> list[Plan]:
    """The plans shown of (address, plan) pairs, cheapest first, unknown amounts last; unsure ones are not.

    Each plan name is told by one address only, the strongest (then the one with most lines of it): a teaser on the
    homepage and the line of the pricing page are one plan, not two. An address of the product itself comes before those
    of what was merged into it.
    """
    by_name: dict[str, dict[tuple[int, str], list[Plan]]] = {}
    for address, plan in filter(lambda pair: sure(pair[1]), plans):
        whose = plan.merged, address_key(address)
        by_name.setdefault(plan.name.casefold().strip(), {}).setdefault(whose, []).append(plan)
    shown: dict[str, Plan] = {}
    for addresses in by_name.values():
        best = min(addresses, key=lambda address: _address_rank(address, addresses[address]))
        for plan in sorted(addresses[best], key=_plan_rank):
            shown.setdefault(plan_line(plan), plan)
    return sorted(shown.values(), key=_cheapest)


def _plan_rank(plan: Plan) -> tuple[Any, ...]:
    quotes = [(item.url, item.place, item.path, item.quote) for item in plan.evidence]
    return (plan.merged, *strength(plan.rung, plan.confidence, plan_text(plan)), plan.name, quotes)


def _address_rank(whose: tuple[int, str], plans: Sequence[Plan]) -> tuple[Any, ...]:
    merged, address = whose
    strongest = min(strength(plan.rung, plan.confidence, "") for plan in plans)
    return (merged, *strongest[:3], -len({plan_line(plan) for plan in plans}), address)


def _cheapest(plan: Plan) -> tuple[bool, Decimal, str, str]:
    return plan.amount is None, plan.amount or Decimal(0), plan.name.casefold(), plan_line(plan)


def decimal_text(amount: Decimal | None) -> str | None:
    """An amount as a decimal string without an exponent; None stays None. "20.00" and "20" are one amount: "20"."""
    if amount is None:
        return None
    text = format(amount, "f")
    whole, _, cents = text.partition(".")
    return whole if not cents.strip("0") else text


def plan_text(plan: Plan) -> str:
    """A price line in words, for the change log: "20 USD / month / seat", "unknown"."""
    amount = decimal_text(plan.amount)
    price = "unknown" if amount is None else f"{amount} {plan.currency}" if plan.currency else amount
    extra = [plan.period, plan.unit, plan.billed and f"{_BILLED}{plan.billed}", plan.qualifier]
    return " / ".join([price, *(part for part in extra if part)])


def plan_of_text(name: str, text: str | None) -> Plan | None:
    """The plan that a `plan_text` of the change log tells; None for no text, or one of no price.

    Of rows from before the log held unit, billing and qualifier these are None: not known.
    """
    price, *terms = (text or "").split(" / ")
    amount, _, currency = price.partition(" ")
    found: dict[str, str] = {}
    for term in terms:
        billed = term.removeprefix(_BILLED)
        other = "period" if term in PERIODS else "qualifier" if term in QUALIFIERS else "unit"
        found["billed" if billed != term else other] = billed
    try:
        number = None if amount == "unknown" else Decimal(amount)
    except ArithmeticError:
        return None
    if number is not None and not number.is_finite():
        return None
    get = found.get
    return Plan(name, number, currency or None, get("period"), get("unit"), get("billed"), get("qualifier"))


_BILLED = "billed by "


def content_hash(chosen: Mapping[str, Sequence[Fact]], plans: Sequence[Plan], every_plan: Iterable[Plan]) -> str:
    """What a panel is of: the values on record, shown ones first, and the price lines. Nothing else counts."""
    values = {
        name: [facts[0].value, sorted(canonical(f.value) for f in facts[1:])]
        for name, facts in chosen.items()
        if name not in ASIDE_FIELDS
    }
    lines = [[plan_line(plan), plan_text(plan)] for plan in plans]
    others = sorted({canonical([plan_line(plan), plan_text(plan)]) for plan in every_plan})
    return digest([values, lines, others])


def shown_text(value: Value | None) -> str | None:
    """A value as the change log writes it: a list as JSON."""
    return canonical(value) if isinstance(value, list) else value


def plan_from_words(name: str, words: str) -> Plan:
    """A plan as people write it: "20 USD/month/seat", "free", "unknown". Errors: UsageError."""
    price, *rest = [part.strip() for part in words.split("/")]
    parts = price.split()
    spoken = {"free": Decimal(0), "unknown": None}
    try:
        amount = spoken[price.lower()] if price.lower() in spoken else Decimal(parts[0])
    except (ArithmeticError, IndexError):
        raise UsageError(f'A plan is written like "20 USD/month", "free" or "unknown"; got {words!r}.') from None
    currency = parts[1].upper() if len(parts) == 2 else None
    sound = amount is None or (amount.is_finite() and amount >= 0 and (not amount or currency is not None))
    if not name or len(parts) > 2 or len(rest) > 2 or not sound:
        raise UsageError(f'A plan has a name and a price like "20 USD/month"; got {name!r} and {words!r}.')
    period, unit = [*rest, None, None][:2]
    return Plan(name, amount, currency, period or None, unit or None)


def site_of(identity: str) -> str:
    """Who speaks for an identity: a registrable domain, a repository's or a Hub entry's owner, a package."""
    scheme, _, rest = identity.partition(":")
    parts = rest.split("/")
    if scheme == "url":
        return registrable_domain(parts[0].partition(":")[0])
    if scheme in ("repo", "hub"):
        return f"{scheme}:{'/'.join(parts[:2])}".lower()
    return identity


LEAST_SCORED = 3  # of six: under three votes there is no verdict


def majority(votes: Sequence[str | None]) -> Verdict:
    """The panel's rule: the majority of those who voted, half and half is Split, under LEAST_SCORED there is none."""
    ships, skips, _ = tally(votes)
    if ships + skips < LEAST_SCORED:
        return "Not enough evidence"
    if ships == skips:
        return "Split"
    return "Ship" if ships > skips else "Skip"


def overridden(own: Verdict, votes: Sequence[str | None], heeded: Sequence[str | None]) -> Verdict:
    """A panel's verdict once an editor's votes stand in. own, votes: the reviewers'; heeded: votes with the editor's.

    Reviewers enough who still had too little evidence keep their verdict: a vote adds no evidence.
    """
    lacks_ground = own == "Not enough evidence" and majority(votes) != own
    return own if lacks_ground or heeded == votes else majority(heeded)


def panel_line(verdict: str, votes: Sequence[str | None]) -> str:
    """The verdict line of the seeds: "Ship · 3 ship / 1 skip · 2 no take"; no count without enough evidence."""
    ships, skips, no_take = tally(votes)
    if verdict == "Not enough evidence":
        return verdict
    line = f"{verdict} · {ships} ship / {skips} skip"
    return f"{line} · {no_take} no take" if no_take else line


def tally(votes: Sequence[str | None]) -> tuple[int, int, int]:
    """How many say ship, how many skip, and how many took no stand."""
    return votes.count("ship"), votes.count("skip"), votes.count(None)
