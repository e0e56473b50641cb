"""The entry price among those only that one can host oneself: two things that pages tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from agents.panel.findings._case import Case
from agents.panel.findings._compare import LEAST, comparable, place, table
from agents.panel.findings._make import finding
from agents.panel.findings._words import day, entry_money, plain_money
from tools.models import Finding

NEEDS = ("pricing", "docs")
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """Where it can be hosted by oneself and enough comparable others can."""
    own = case.entry
    said = next((one for one in case.statements.get("self_host", ()) if not one.denied), None)
    if own is None or said is None:
        return
    hosting = {peer.slug for peer in case.members(case.crowd.stated.get("self_host", 0))}
    others = [(peer, amount) for peer, amount in case.priced if peer.slug in hosting]
    if len(others) < LEAST:
        return
    price, stated = case.cite_first(own.plan.evidence), case.cite(said.quote, said.page)
    less = sum(amount > own.monthly for _, amount in others)
    more = sum(amount < own.monthly for _, amount in others)
    if price is None or stated is None or less == more:
        return
    n, where = len(others), comparable(case, [peer for peer, _ in others])
    which = "less" if less > more else "more"
    many = max(less, more)
    than = f"{which} than all {n}" if many == n else f"{which} than {many} of {n}"
    text = (
        f"{case.name} can be hosted by oneself, and its cheapest paid plan, {entry_money(own)}, costs {than} "
        f"{where} that can, as of {day(case.as_of)}."
    )
    currency = own.plan.currency
    rows = [(peer.name, amount) for peer, amount in others]
    shown = table(
        f"Cheapest paid plan a month of {n + 1} {where} that one can host oneself",
        (case.name, own.monthly),
        rows,
        partial(plain_money, currency=currency),
    )
    value = -place(own.monthly, [amount for _, amount in others])
    yield finding(__name__, text, value, (price, stated, shown), price=entry_money(own), than=than, n=n, as_of=day(case.as_of))  # fmt: skip
