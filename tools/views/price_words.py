"""Prices in words, and what it costs to begin: shared by pages, commands and comparisons.

An unknown price stays unknown: nothing here turns it into 0 or into "free".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import Field

from tools.page.words import find, is_one
from tools.views.documents import Document, EvidenceDoc, PlanDoc, PricePoint, ProductDocument

_MONTHS = {
    "month": Decimal(1),
    "year": Decimal(1) / 12,
    "quarter": Decimal(1) / 3,
    "half-year": Decimal(1) / 6,
    "week": Decimal(52) / 12,
    "day": Decimal(365) / 12,
}
_NAMED = 4  # plans that one line names
_BRITISH = {"license": "licence", "organization": "organisation"}
PRICING = {
    "free": "Free",
    "freemium": "Free to start, then paid",
    "paid": "Paid",
    "usage": "By use",
    "open-source": "Open source",
    "contact": "On request",
    "unknown": "Unknown",
}


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
    words = [_digits(value), currency or "(currency not stated)"]
    if period == "once":
        words.append("once")
    elif period:
        words.append(f"{'an' if period == 'hour' else 'a'} {period}")
    if unit:
        words.append(f"per {_BRITISH.get(unit, unit)}")
    return " ".join(words)


def _digits(value: Decimal) -> str:
    digits = f"{value:,.2f}" if value.as_tuple().exponent != 0 and value == round(value, 2) else f"{value:,f}"
    return digits.removesuffix(".00")


def plan_price(plan: PlanDoc) -> str:
    """A plan's price in words, with “from”, “up to”, “trial” and “billed by the year” where the page says so."""
    words = _unqualified(plan)
    if words not in ("Free", "Unknown", "On request") and not plan.period and not plan.unit:
        words = f"{words}, period not stated"
    return _qualified(words, plan)


def _unqualified(plan: PlanDoc | PricePoint) -> str:
    if decimal_of(plan.amount) is None:
        return "On request" if plan.qualifier == "contact" else "Unknown"
    return money(plan.amount, plan.currency, plan.period, plan.unit)


def _qualified(words: str, plan: PlanDoc | PricePoint) -> str:
    if words in ("Unknown", "On request"):
        return words
    if plan.qualifier in ("from", "up to"):
        words = f"{plan.qualifier} {words}" if words != "Free" else words
    if plan.qualifier == "trial":
        words = "Free trial" if words == "Free" else f"{words}, trial"
    return f"{words}, billed by the {plan.billed}" if plan.billed else words


def plans_words(document: ProductDocument) -> str:
    """“Free; Pro: 11 USD a month; 2 more”: its plans in one line, at most four by name."""
    priced = [(plan.name, plan_price(plan)) for plan in document.plans[:_NAMED]]
    named = [price if name.casefold() in ("", price.casefold()) else f"{name}: {price}" for name, price in priced]
    return "; ".join([*named, *([f"{len(document.plans) - _NAMED} more"] if len(document.plans) > _NAMED else [])])


def from_plan(name: str, plans: Sequence[PlanDoc]) -> str:
    """From which plan on something is had, with its price where it is known: “from Business, 25 USD a month per seat”, “from
    Enterprise, 499 EUR a month or more”, “also on the free plan”, of several free ones “on the Community plan, free”, “on all
    plans”; "" for no name and for one that is none of the plans: it may be a heading."""
    if name.endswith(" plans"):
        return f"on {name}"
    plan = next((one for one in plans if name and one.name.casefold() == name.casefold()), None)
    if plan is None:
        return ""
    words = plan_price(plan)
    if words == "Free":
        others = any(plan_price(one) == "Free" and one.name != plan.name for one in plans)
        return f"on the {plan.name} plan, free" if others and not is_one(name, "free") else "also on the free plan"
    if plan.qualifier == "from":
        amount, *terms = words.removeprefix("from ").split(", ")
        words = ", ".join((f"{amount} or more", *terms))
    words = {"On request": "price on request", "Unknown": ""}.get(words, words)
    return ", ".join(filter(None, (f"from {name}", words)))


def price_move(before: PricePoint, after: PricePoint) -> str:
    """What a price went from and to, the terms that both have once: “16 → 20 USD a month per seat, billed by the year”."""
    one, other = decimal_of(before.amount), decimal_of(after.amount)
    if one and other and _terms(before) == _terms(after):
        return _qualified(f"{_digits(one)} → {_unqualified(after)}", after)
    return f"{point_price(before)} → {point_price(after)}"


def _terms(point: PricePoint) -> tuple[str | None, ...]:
    return point.currency, point.period, point.unit, point.billed, point.qualifier


def point_price(point: PricePoint) -> str:
    """A price of the past in words; of an old one unit and billing may not be known, and are not told."""
    return _qualified(_unqualified(point), point)


def entry(document: ProductDocument) -> str:
    """The price to start in one word or two: Free, Paid, On request, Unknown."""
    state = price_to_start(document).state
    if state == "unknown" and document.pricing_model in ("paid", "usage"):
        return "Paid"
    return {"free": "Free", "priced": "Paid", "contact": "On request", "unknown": "Unknown"}[state]


def price_to_start(document: ProductDocument) -> Price:
    """What it costs to begin: the free plan, else the cheapest printed price, else what the pricing model says.

    A trial is not a price. An unknown price stays unknown: it is never shown as 0 or as free.
    """
    paid = cheapest_paid(document)
    free = min((plan for plan, value in _amounts(document) if value == 0), key=lambda plan: plan.name, default=None)
    if free:
        then = f", then {paid.text}" if paid else ""
        return _price(free, "free", f"Free{then}", free.evidence + (paid.evidence if paid else []))
    if paid:
        return paid
    fact = document.facts.get("pricing_model")
    evidence = fact.evidence if fact else []
    if document.pricing_model == "open-source" and _prices_unread(document):
        return Price(state="unknown", text="Open source, its prices could not be read", evidence=evidence)
    if document.pricing_model == "open-source" and hosted_only(document):
        code = document.license or "open source"
        return Price(state="unknown", text=f"No amount in print; its code is {code}", evidence=evidence)
    if document.pricing_model in ("free", "open-source"):
        words = "Free" if document.pricing_model == "free" else "Free, open source"
        return Price(state="free", text=words, amount="0", evidence=evidence)
    asked = [plan for plan in document.plans if plan.qualifier == "contact"]
    if document.pricing_model == "contact" or asked:
        return Price(state="contact", text="On request", evidence=asked[0].evidence if asked else evidence)
    if document.pricing_model == "unknown":
        return Price(state="unknown", text="Unknown")
    return Price(state="unknown", text=f"{PRICING[document.pricing_model]}, no amount in print", evidence=evidence)


def card_price(card: Mapping[str, Any]) -> str:
    """What it costs to start, from a product's card, in the words of `price_to_start`; neither the plans are on it nor
    whether it can be hosted by oneself, so that an open licence alone is no price."""
    model = str(card["pricing_model"])
    amount = decimal_of(card["entry_amount"])
    if amount:
        return money(card["entry_amount"], card["entry_currency"], card["entry_period"])
    if model == "free":
        return "Free"
    if model == "open-source":
        return "Open source" if amount is None else "Free, open source"
    if amount is not None:
        return PRICING[model] if model == "freemium" else "Free to start"
    return f"{PRICING[model]}, no amount in print" if model in ("paid", "usage") else PRICING.get(model, "Unknown")


def cheapest_paid(document: ProductDocument) -> Price | None:
    """The lowest price above 0 in print, by the month where the same can be paid by the month or by the year; None where
    there is none. A trial is not a price."""
    priced = [pair for pair in _amounts(document) if pair[1] > 0]
    least = min(priced, key=_cheapness, default=None)
    if least is None:
        return None
    paid = min((one for one in priced if _same_by_the_month(one, least)), key=_cheapness, default=least)[0]
    return _price(paid, "priced", plan_price(paid), paid.evidence)


def monthly_steps(document: ProductDocument) -> tuple[tuple[str, str], list[Decimal]] | None:
    """Its paid prices over a month, lowest first, and their currency and unit; None where they are not of one kind."""
    priced = [(plan, month_share(value, plan.period)) for plan, value in _amounts(document) if value > 0]
    kinds = {(plan.currency or "", plan.unit or "") for plan, _ in priced}
    steps = [month for _, month in priced if month is not None]
    return (kinds.pop(), sorted(steps)) if len(kinds) == 1 and len(steps) == len(priced) else None


def _same_by_the_month(one: tuple[PlanDoc, Decimal], yearly: tuple[PlanDoc, Decimal]) -> bool:
    """Whether a price by the month is that of a yearly one: of twelve months the year costs at least the half."""
    (plan, month), (other, year) = one, yearly
    if (plan.period, plan.billed, other.period) != ("month", None, "year"):
        return False
    return (plan.currency, plan.unit) == (other.currency, other.unit) and year <= 12 * month <= 2 * year


def hosted_only(document: ProductDocument) -> bool:
    """Whether its pages say, and none of them otherwise, that it cannot be self-hosted: its code being open is no way to
    use it without paying then."""
    denials = {one.denied for one in document.dossier.statements if one.topic == "self_host"}
    return denials == {True}


def _prices_unread(document: ProductDocument) -> bool:
    """Whether there is a page of prices that could not be read: an open licence is no price then."""
    states = [page.state for page in document.dossier.pages if page.role == "pricing"]
    return any(state in ("refused", "failed") for state in states) and "read" not in states


def _amounts(document: ProductDocument) -> list[tuple[PlanDoc, Decimal]]:
    amounts = [(plan, value) for plan in document.plans if (value := decimal_of(plan.amount)) is not None]
    return [(plan, value) for plan, value in amounts if not (plan.qualifier in ("trial", "contact") or _is_trial(plan))]


def _is_trial(plan: PlanDoc) -> bool:
    """Whether its name says that it is free for some days only."""
    return decimal_of(plan.amount) == 0 and find(plan.name, "trial", "trial_name") is not None


def monthly(price: Price) -> Decimal | None:
    """The amount over a month, so that a yearly price can be set against a monthly one; None for other periods."""
    amount = decimal_of(price.amount)
    return None if amount is None else month_share(amount, price.period)


def month_share(amount: Decimal, period: str | None) -> Decimal | None:
    """What an amount due every period makes in a month; None for a period that is no span of time, or none."""
    months = _MONTHS.get(period or "")
    return None if months is None else amount * months


def _cheapness(priced: tuple[PlanDoc, Decimal]) -> tuple[bool, str, Decimal, str]:
    plan, value = priced
    return cheapness(value, plan.period, plan.currency, plan.name)


def cheapness(amount: Decimal, period: str | None, currency: str | None, name: str) -> tuple[bool, str, Decimal, str]:
    """Sort key of a price, the usual way in first: a subscription comes before prices per token; different currencies
    are never weighed."""
    monthly = month_share(amount, period)
    return (monthly is None, currency or "~", amount if monthly is None else monthly, name)


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
