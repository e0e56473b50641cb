"""A free plan where few comparable products have one, or none where most have one."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, others, shrunk
from agents.panel.findings._make import finding
from agents.panel.findings._prices import is_free
from agents.panel.findings._words import day, entry_money, of_all
from tools.models import Citation, Finding
from tools.page.words import find as find_words

NEEDS = ("pricing",)
OWN_WORDS = False
_SHOWN = 12  # names of a list


def find(case: Case) -> Iterator[Finding]:
    """Only where its prices were read, and among peers whose prices were: of the others it is not known. None where a pricing
    page says in a sentence that something is free."""
    printing = [peer for peer in case.peers if peer.amount is not None and "pricing" in peer.read]
    giving = [peer for peer in printing if peer.free_plan]
    n, m = len(printing), len(giving)
    free = [plan for plan in case.document.plans if is_free(plan)]
    own = case.entry
    if n < LEAST or own is None:
        return
    where = others(case, printing)
    told = ", ".join(" ".join(peer.name.split()) for peer in giving[:_SHOWN]) or "none"
    table = Citation(STORE, f"A free plan beside printed prices: {m} of {n} {where}: {told}.")
    some, have = of_all(m, n, "has", "have")
    beside = f"{some} {where} {have} one"
    values = {"m": m, "n": n, "as_of": day(case.as_of)}
    if free and 2 * m < n and (cited := case.cite_first(free[0].evidence)):
        text = f"{case.name} has a free plan beside its paid ones"
        value = (1 - m / n) * shrunk(n)
        yield finding(__name__, f"{text}; {beside}.", value, (cited, table), short=f"{text}.", **values)
    elif not free and 2 * m > n and not _says_free(case) and (cited := case.cite_first(own.plan.evidence)):
        text = f"The pricing page of {case.name} lists no free plan and begins at {entry_money(own)}"
        value, price = -m / n * shrunk(n), entry_money(own)
        yield finding(__name__, f"{text}; {beside}.", value, (cited, table), short=f"{text}.", price=price, **values)


def _says_free(case: Case) -> bool:
    """Whether a pricing page has a sentence by which something of it costs nothing: no plan, and free all the same."""
    said = (one.text for one in case.passages if one.label == "pricing" and one.trust == "own")
    return any(find_words(text, "is_free", "free_plan", "free_forever") for text in said)
