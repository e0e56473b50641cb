"""What a launch or its own page claims and its other pages or its record do not bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._topics import page_name
from agents.panel.findings._words import plan_money
from tools.models import Citation, Finding
from tools.page.licences import is_open
from tools.views.price_words import decimal_of

NEEDS = ("pricing", "docs")
OWN_WORDS = False
# What a launch says of a topic, where no denial stands before it; below, what that is called.
_CLAIMS = {
    "self_host": re.compile(r"\bself[- ]host(?:ed|able|ing)?\b", re.IGNORECASE),
    "offline": re.compile(r"\b(?:works? |runs? |fully )?offline\b", re.IGNORECASE),
    "api": re.compile(r"\b(?:REST|public|open|GraphQL|with an?) API\b", re.IGNORECASE),
    "export": re.compile(r"\bexports?\b", re.IGNORECASE),
    "sso": re.compile(r"\b(?:SSO|single sign-on)\b", re.IGNORECASE),
}
_ABOUT = {
    "self_host": "self-hosting",
    "offline": "work without a connection",
    "api": "an API",
    "export": "an export",
    "sso": "single sign-on",
}
# An adjective of the thing itself: "open source maintainers" and "open source licence" are of others.
_OPEN_SOURCE = re.compile(
    r"(?:^|\b(?:an|is|fully|free,?|and)\s|[,:;(–—]\s?)(?P<said>open[- ]sourced?)(?!\s+(?:\w+s\b|licen[cs]e|code|software|community|security|data))\b",
    re.IGNORECASE,
)
_CALLED_OPEN = re.compile(
    r"\W*(?:(?:free|fully|completely|100 ?%)\W+(?:(?:and|&)\W+)?)?open[- ]sourced?\b(?!\s+(?:\w+s\b|licen[cs]e|code|software|community|security|data|core|sdk|client))",
    re.IGNORECASE,
)
_SHORT = 80  # characters of a line that calls the product something
_ALL_FREE = re.compile(r"\b(?:100\s?% free|completely free|totally free|free forever|forever free|always free)\b", re.IGNORECASE)  # fmt: skip
_DENIED = re.compile(r"\b(?:no|not|never|without|isn['’]t|non|instead of|unlike|from|for|of|your|to)\b(?:[\s-]\w+){0,2}[\s-]*$", re.IGNORECASE)  # fmt: skip


def find(case: Case) -> Iterator[Finding]:
    """Each claim once, with the words on both sides."""
    launches = [passage for passage in case.passages if passage.label == "launch"]
    lines = [(passage.number, line) for passage in launches for line in passage.text.splitlines()]
    for topic, claim in _CLAIMS.items():
        said = _said(lines, claim)
        denial = next((one for one in case.statements.get(topic, ()) if one.denied), None)
        cited = case.cite(denial.quote, denial.page) if denial else None
        agreed = any(not one.denied for one in case.statements.get(topic, ()))
        if said and denial and cited and not agreed:
            does = "say" if page_name(denial.role) in ("docs", "terms", "help pages") else "says"
            against = f"its {page_name(denial.role)} {does} “{cited.quote.rstrip('.')}”"
            yield _contradiction(case, said, _ABOUT[topic], against, cited)
    licence, fact = " ".join((case.document.license or "").split()), case.document.facts.get("license")
    cited = case.cite_first(fact.evidence) if fact and licence and not is_open(licence) else None
    if cited and (said := _said(lines, _OPEN_SOURCE) or _calls_itself_open(case)):
        against = f"its licence, {licence}, is none of the open ones on the lists of OSI and FSF"
        yield _contradiction(case, said, "open source", against, cited)
    yield from _not_free(case, lines)


def _calls_itself_open(case: Case) -> Citation | None:
    """The first short line of its own homepage or pricing page that opens with it: the line of a list of others does not."""
    for passage in case.passages:
        if passage.trust == "own" and passage.place == "visible" and passage.label in ("homepage", "pricing"):
            for line in passage.text.splitlines():
                if len(line) <= _SHORT and _CALLED_OPEN.match(line) and not line.rstrip().endswith("?"):
                    return Citation(passage.number, line.strip())
    return None


def _not_free(case: Case, lines: list[tuple[int, str]]) -> Iterator[Finding]:
    plans = case.document.plans
    paid = [plan for plan in plans if (decimal_of(plan.amount) or 0) > 0 and plan.qualifier != "trial"]
    free = any(decimal_of(plan.amount) == 0 for plan in plans) or case.document.pricing_model in ("free", "freemium", "open-source")  # fmt: skip
    said = _said(lines, _ALL_FREE)
    cited = case.cite_first(paid[0].evidence) if paid and said and not free else None
    if cited and said and case.was_read("pricing"):
        against = (
            f"its pricing page prints no free plan, and {plan_money(paid[0])} for {paid[0].name or 'the cheapest'}"
        )
        yield _contradiction(case, said, "free", against, cited)


def _said(lines: list[tuple[int, str]], claim: re.Pattern[str]) -> Citation | None:
    for number, line in lines:
        found = claim.search(line)
        if found and not line.rstrip().endswith("?") and not _DENIED.search(line[: found.start()]):
            return Citation(number, line.strip())
    return None


def _contradiction(case: Case, said: Citation, what: str, against: str, cited: Citation) -> Finding:
    where = case.passages[said.passage - 1].label
    text = f"The {where if where == 'launch' else page_name(where)} of {case.name} speaks of {what} (“{said.quote.rstrip('.')}”), and {against}."
    return finding(__name__, text, -0.9, (said, cited), claim=said.quote, against=against)
