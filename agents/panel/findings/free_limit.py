"""Where the free plan ends, against where those of others end: limits of the same thing only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._compare import LEAST, place, shrunk, table
from agents.panel.findings._compare import others as other_products
from agents.panel.findings._limits import Limit, limit_of, limits_of
from agents.panel.findings._make import finding, plain
from agents.panel.findings._prices import is_free, on_one_ladder, place_of
from agents.panel.findings._words import day, entry_money, figure, listed, of_all
from tools.dossier import Statement
from tools.models import Citation, Finding
from tools.page.words import find as find_words
from tools.views.documents import PlanDoc

NEEDS = ("pricing",)
OWN_WORDS = False
_NAMED = 2  # rivals of which each is named: so few are told one by one
# How a page tells two limits of one thing apart: who has no key or account yet may do less.
_KEY = re.compile(
    r"\b(?:no|without|with) (?:an? |your )?(?:own |free )?(?:api )?(?:keys?|accounts?|sign-?ups?)\b", re.IGNORECASE
)
_LIMITS = 3  # of one sentence, where they are told alone
_WORTH = 0.4


class _Own(NamedTuple):
    """A limit with the words that state it, and those of them that say for whom it is: “no sign-up”; "" for everybody."""

    limit: Limit
    cited: Citation
    condition: str

    def __str__(self) -> str:
        return f"{self.limit.once} (“{self.condition}”)" if self.condition else self.limit.once


def find(case: Case) -> Iterator[Finding]:
    """The limit of each thing on which enough others have one; of a product with none of these its limits as they are.
    None of a thing of which its pages count several numbers alike: which of them holds is not known."""
    own = [one for one in _own_limits(case) if one.limit.noun not in _at_odds(case)]
    compared = [found for one in own if not one.condition for found in _compared(case, one.limit, one.cited)]
    yield from compared or _alone(case, own)


def _own_limits(case: Case) -> list[_Own]:
    """The first limit of each thing, by for whom it is."""
    found: dict[tuple[str, str], _Own] = {}
    for statement in case.statements.get("free_limit", ()):
        own = limit_of(statement.value, statement.quote)
        cited = case.cite(_cell(statement), statement.page) if own else None
        if own and cited and not statement.denied and not _is_kept(statement.quote):
            condition = _condition(statement.quote)
            found.setdefault((own.thing, condition), _Own(own, cited, condition))
    return list(found.values())


def _condition(quote: str) -> str:
    match = _KEY.search(quote) or find_words(quote, "no_account")
    return match[0] if match else ""


def _is_kept(quote: str) -> bool:
    """Whether a row of a table gives the next plan the same: the free one does not end there."""
    cells = quote.split(" | ")
    return len(cells) > 2 and cells[1].strip().casefold() == cells[2].strip().casefold()


def _cell(statement: Statement) -> str:
    """The words that state a limit: of a table's row the cell that holds it, where it stands in one."""
    cells = statement.quote.split(" | ") if statement.value in statement.quote else []
    return next((cell for cell in cells if statement.value in cell), statement.quote)


def _alone(case: Case, own: list[_Own]) -> Iterator[Finding]:
    """Where there is nobody to compare with: where it ends, and what comes next."""
    own = [one for one in own if one.limit.is_whole]
    own = list({(one.limit.noun, one.condition): one for one in reversed(own)}.values())[::-1][:_LIMITS]
    told = [str(one) for one in own]
    if not told or not any(is_free(plan) for plan in case.document.plans):
        return
    entry = case.entry
    follows = entry and any(is_free(plan) and _is_in_card(case, plan, own) for plan in on_one_ladder(case, entry.plan))
    price = case.cite_first(entry.plan.evidence) if entry and follows else None
    then = f"; a subscription begins at {entry_money(entry)}" if entry and price else ""
    cited = [one.cited for one in own] + ([price] if price else [])
    begins = f"The free plan of {case.name} ends at {listed(told)}"
    yield plain(__name__, f"{begins}{then}.", _WORTH, cited, short=f"{begins}.", limit=listed(told), price=then)


def _is_in_card(case: Case, free: PlanDoc, own: list[_Own]) -> bool:
    """Whether no plan that is paid for stands between a free plan and the limits below it that do not name it: these are
    then of another free plan."""
    begins = place_of(case, free)
    text = case.text_at(begins[0]) if begins else ""
    places = [place for plan in case.document.plans if not is_free(plan) and (place := place_of(case, plan))]
    paid = [at for url, at in places if begins and url == begins[0] and at > begins[1]]
    told = [one.cited.quote for one in own if not find_words(one.cited.quote, "free")]
    return not paid or all(_is_item(text[: min(paid)], quote) or not _is_item(text, quote) for quote in told)


def _is_item(text: str, quote: str) -> bool:
    """Whether words stand on a page outside of its tables."""
    return any(quote in line and " | " not in line for line in text.split("\n"))


def _at_odds(case: Case) -> set[str]:
    """The things of which several numbers are told for the same people."""
    numbers: dict[tuple[str, str], float] = {}
    told = [
        (limit, _condition(one.quote))
        for one in case.statements.get("free_limit", ())
        if (limit := limit_of(one.value, one.quote))
    ]
    return {one.noun for one, whom in told if numbers.setdefault((one.thing, whom), one.number) != one.number}


def _compared(case: Case, own: Limit, cited: Citation) -> Iterator[Finding]:
    others = [(peer, limit) for peer in case.peers if (limit := limits_of(peer.statements).get(own.thing))]
    rivals = [(peer, limit) for peer, limit in others if peer.rival]
    n, begins = len(others), f"The free plan of {case.name} ends at {own}"
    values = {"limit": own, "as_of": day(case.as_of)}
    if n >= LEAST:
        more = sum(limit.number > own.number for _, limit in others)
        less = sum(limit.number < own.number for _, limit in others)
        where = other_products(case, [peer for peer, _ in others])
        most, than = (more, "more") if more >= less else (less, "less")
        some, give = of_all(most, n, "gives", "give")
        told = f"{some} {where} that count the same {give} {than}"
        rows = [(peer.name, limit.number) for peer, limit in others]
        shown = table(f"Limits of free plans by {own.thing}", (case.name, own.number), rows, figure)
        value = place(own.number, [limit.number for _, limit in others])
        yield finding(__name__, f"{begins}; {told}.", value, (cited, shown), short=f"{begins}.", more=more, less=less, n=n, **values)  # fmt: skip
    elif len(rivals) >= _NAMED:
        told = listed([f"{' '.join(peer.name.split())} at {limit}" for peer, limit in rivals])
        shown = Citation(STORE, f"Limits of the free plans of rivals: {told}.")
        value = sum((own.number > limit.number) - (own.number < limit.number) for _, limit in rivals) / len(rivals)
        text = f"{begins}, those of its rivals {told}."
        yield finding(
            __name__, text, value * shrunk(len(rivals)), (cited, shown), short=f"{begins}.", rivals=told, **values
        )
