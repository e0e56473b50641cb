"""How much is given for a price, and for none: amounts of what a free plan or a plan's own words count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tools.views.documents import EvidenceDoc, ProductDocument, StatementDoc
from tools.views.price_words import decimal_of, price_to_start

_AMOUNT = re.compile(
    r"~?(?P<number>\d[\d.,]*) ?(?P<unit>k|m)?\b (?P<thing>[^\d/:%]+?)"
    r"(?:(?: ?/ ?| per | a | each )(?P<period>day|week|month|mo)\b)?\s*$",
    re.IGNORECASE,
)
_IN_A_MONTH = {"day": 30, "week": 4, "month": 1, "mo": 1}
_PIECES = re.compile(r"[.;•|✓\n]\s+|,\s+(?=\D)|\.$")
_MOST = 2  # limits of a free plan that one line names


class Amount(NamedTuple):
    """So much of a thing. `thing` holds whether it is counted by the month, `number` is that of a month then."""

    number: Decimal
    thing: str
    words: str


def amount_of(text: str) -> Amount | None:
    """The amount that a text is: “10k events/month”, “3 GB of storage”; None for any other text."""
    match = _AMOUNT.match(text)
    number = decimal_of(match["number"].replace(",", "")) if match else None
    if match is None or number is None:
        return None
    number *= {"k": 1_000, "m": 1_000_000}.get((match["unit"] or "").lower(), 1)
    number *= _IN_A_MONTH[(match["period"] or "month").lower()]
    thing = f"{match['thing'].casefold().removesuffix('s')} {'a month' if match['period'] else ''}"
    return Amount(number, thing, text.strip())


def free_limits(document: ProductDocument) -> list[StatementDoc]:
    """Where its free plan ends as its pages write it, each thing that is counted once; [] where they do not say."""
    once: dict[str, StatementDoc] = {}
    for one in document.dossier.statements:
        if one.topic == "free_limit" and one.value and not one.denied:
            amount = amount_of(one.value)
            once.setdefault(amount.thing if amount else one.value.casefold(), one)
    return list(once.values())


def free_amounts(document: ProductDocument) -> dict[str, tuple[Decimal, StatementDoc]]:
    """Where its free plan ends by what is counted."""
    counted = [(amount_of(one.value), one) for one in free_limits(document)]
    return {amount.thing: (amount.number, one) for amount, one in counted if amount}


def free_room(document: ProductDocument) -> str:
    """“2,000 events a month and 3 users”: how much its free plan gives, by its pages or by the words that its price of 0
    stands in; "" where it has none or does not say."""
    start = price_to_start(document)
    free = [plan for plan in document.plans if decimal_of(plan.amount) == 0 and plan.name == start.plan]
    if start.state != "free" or not free:
        return ""
    stated = [one.value for one in free_limits(document)]
    return " and ".join((stated or [amount.words for amount in held(free[0].evidence).values()])[:_MOST])


def held(evidence: Iterable[EvidenceDoc]) -> dict[str, Amount]:
    """What a plan holds by the words that its price stands in: “$24 per user per month. 500 test runs.” holds 500."""
    pieces = [piece.strip() for one in evidence for piece in _PIECES.split(one.quote)]
    amounts = [amount for piece in pieces if (amount := amount_of(piece.removeprefix("Up to ")))]
    return {amount.thing: amount for amount in reversed(amounts)}
