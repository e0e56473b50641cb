"""Entry prices set side by side."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from agents.panel.findings._case import Case, Entry
from agents.panel.findings._compare import comparable, table
from agents.panel.findings._words import plain_money
from tools.models import Citation
from tools.views.documents import PlanDoc
from tools.views.price_words import decimal_of


def price_table(case: Case) -> Citation:
    """The entry prices of a product and of those it is comparable with, over a month."""
    own = case.entry
    if own is None:
        raise ValueError("no entry price to show")
    return case.once("the table of prices", lambda case: _table_of(case, own))


def _table_of(case: Case, own: Entry) -> Citation:
    currency, unit = own.plan.currency, f" per {own.plan.unit}" if own.plan.unit else ""
    rows = [(peer.name, amount) for peer, amount in case.priced]
    where = comparable(case, [peer for peer, _ in case.priced])
    title = f"Cheapest paid plan a month{unit} of {len(rows) + 1} {where}, the median of the others {plain_money(median(case), currency)}"
    return table(title, (case.name, own.monthly), rows, partial(plain_money, currency=currency))


def median(case: Case) -> Decimal:
    """The middle of the comparable entry prices, its own left out."""
    amounts = sorted(amount for _, amount in case.priced)
    middle = len(amounts) // 2
    return amounts[middle] if len(amounts) % 2 else (amounts[middle - 1] + amounts[middle]) / 2


def is_free(plan: PlanDoc) -> bool:
    """Whether a plan costs nothing, and not for some days alone."""
    return decimal_of(plan.amount) == 0 and plan.qualifier != "trial"
