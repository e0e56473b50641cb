"""A free plan where few comparable products have one, or none where most have one."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, group, shrunk, told_among
from agents.panel.findings._make import finding
from agents.panel.findings._words import day, of_all, plan_money
from tools.models import Citation, Finding
from tools.page.words import find as find_words
from tools.views.price_words import decimal_of

NEEDS = ("pricing",)
OWN_WORDS = False
_SHOWN = 12  # names of a list


def find(case: Case) -> Iterator[Finding]:
    """Only among peers that print prices at all: of the others it is not known. That there is none is told among one's own
    kind alone, and not where a pricing page says in a sentence that something is free."""
    printing = case.beside(lambda peer: peer.amount is not None)
    giving = [peer for peer in printing if peer.free_plan]
    n, m = len(printing), len(giving)
    plans = case.document.plans
    free = [plan for plan in plans if decimal_of(plan.amount) == 0 and plan.qualifier != "trial"]
    paid = [plan for plan in plans if (decimal_of(plan.amount) or 0) > 0]
    if n < LEAST or not paid:
        return
    where, weight = group(case, printing), shrunk(n) * told_among(case, printing)
    told = ", ".join(" ".join(peer.name.split()) for peer in giving[:_SHOWN]) or "none"
    table = Citation(STORE, f"A free plan beside printed prices: {m} of {n} {where}: {told}.")
    some, have = of_all(m, n, "has", "have")
    values = {"m": m, "n": n, "as_of": day(case.as_of)}
    if free and 2 * m < n and (cited := case.cite_first(free[0].evidence)):
        text = f"{case.name} has a free plan; {some} {where} that print prices {have} one, as of {day(case.as_of)}."
        yield finding(__name__, text, (1 - m / n) * weight, (cited, table), **values)
    elif (
        not free
        and 2 * m > n
        and not any(peer.wide for peer in printing)
        and case.was_read("pricing")
        and not _says_free(case)
        and (cited := case.cite_first(paid[0].evidence))
    ):
        text = (
            f"The pricing page of {case.name} prints paid plans, such as one of {plan_money(paid[0])}, and no free one; "
            f"{some} {where} that print prices {have} one, as of {day(case.as_of)}."
        )
        yield finding(__name__, text, -m / n * weight, (cited, table), price=plan_money(paid[0]), **values)


def _says_free(case: Case) -> bool:
    """Whether a pricing page has a sentence by which something of it costs nothing: no plan, and free all the same."""
    said = (one.text for one in case.passages if one.label == "pricing" and one.trust == "own")
    return any(find_words(text, "is_free", "free_plan", "free_forever") for text in said)
