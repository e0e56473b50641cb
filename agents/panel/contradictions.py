"""Where the personas of one panel say things that cannot both hold: typed statements read from their claims, compared.

Read are prices, free plans, licences, named rivals, latencies, and whether a thing is there at all: an API, an export,
self-hosting, offline use, open source, a platform. That something is so counts only as a standing fact; that it is not
so counts from a judgement too, since "nobody else does this" is said without a quote. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from agents.panel.evidence_pack import Pack
from tools.models import Claim, Contradiction, Rating, Review
from tools.page.licences import spdx
from tools.page.pricing.money import find_money
from tools.views.documents import PlanDoc

_NAME = r"(?-i:[A-Z][\w+&/-]*(?:\.[a-z]{2,3}\b)?(?:\s(?!and\b|or\b)[A-Z0-9][\w+&/-]*(?:\.[a-z]{2,3}\b)?){0,2})"
NAME_LIST = rf"{_NAME}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or|&)\s){_NAME}){{0,4}}"
MONEY = (
    r"(?:(?:US|A|C|CA|AU|NZ)?[$€£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:USD|EUR|GBP|CHF|€|£))"
    r"(?:\s?(?:/|per|a|an|each|every)\s?[A-Za-z0-9]+(?:\s?(?:/|per)\s?[A-Za-z]+)?)?"
)
NONE = "none"  # the value of a statement that denies


@dataclass(frozen=True, slots=True)
class Statement:
    """What one persona says about one typed field. `value` NONE: that there is no such thing."""

    field: str
    persona: str
    value: str
    passages: tuple[int, ...] = ()


def contradictions(reviews: Sequence[Review], pack: Pack) -> tuple[Contradiction, ...]:
    """Every typed field on which two personas cannot both be right, in a fixed order. Pure."""
    said: dict[str, list[Statement]] = {}
    for statement in _statements(reviews, pack):
        said.setdefault(statement.field, []).append(statement)
    return tuple(found for field in sorted(said) if (found := _conflict(field, said[field])))


def _conflict(field: str, said: Sequence[Statement]) -> Contradiction | None:
    """The statements of a field that are at odds with another persona's, one a persona and value."""
    at_odds: dict[tuple[str, str], set[int]] = {}
    for one, other in combinations(said, 2):
        if one.persona != other.persona and _clash(one, other):
            for each in (one, other):
                at_odds.setdefault((each.persona, each.value), set()).update(each.passages)
    if not at_odds:
        return None
    values = tuple(value for _, value in at_odds)
    told = [f"the {persona} says {_told(field, value)}" for persona, value in at_odds]
    note = f"{field}: {'; '.join(told)}"
    personas = tuple(persona for persona, _ in at_odds)
    return Contradiction(field, personas, values, note, tuple(sorted(set().union(*at_odds.values()))))


def _clash(one: Statement, other: Statement) -> bool:
    """Whether two statements cannot both hold. Names of rivals may differ: only that there is none excludes one."""
    if one.field == "rivals" or NONE in (one.value, other.value):
        return (one.value == NONE) != (other.value == NONE)
    return one.value != other.value


def _told(field: str, value: str) -> str:
    return f"there is no {_SINGULAR.get(field, field)}" if value == NONE else value


def _statements(reviews: Sequence[Review], pack: Pack) -> Iterator[Statement]:
    plans = pack.document.plans
    proven = {
        finding.text for finding in pack.findings
    }  # all from one record: they speak of rivals too, not against it
    for review in reviews:
        if review.score is None:
            continue
        for rating in review.ratings:
            for claim in (claim for claim in rating.claims if claim.text not in proven):
                passages = tuple(dict.fromkeys(citation.passage for citation in claim.citations))
                for field, value in _read(claim, rating, plans):
                    yield Statement(field, review.persona, value, passages)


def _read(claim: Claim, rating: Rating, plans: Sequence[PlanDoc]) -> Iterator[tuple[str, str]]:
    """(field, value) of everything a claim states. What it affirms counts only where it stands as a fact."""
    stands = claim.kind == "fact" and claim.supported
    yield from _things(claim.text, stands)
    yield from _rivals(claim.text, rating.field, stands)
    yield from _free(claim.text, plans, stands)
    if stands:
        yield from _licences(claim.text)
        yield from _latencies(claim.text)
        yield from _amounts(claim.text, plans)


# what is there, and what is not ---------------------------------------------------------------------------------

_THINGS = {
    "API": r"(?:REST|HTTP|JSON|GraphQL|public|open|documented)?\s?\bAPIs?\b(?! keys?| tokens?| calls?| requests?)",
    "export": r"\bexports?\b",
    "self-hosting": r"\bself[- ]host(?:ed|ing)?\b|\bon[- ]prem(?:ises?)?\b",
    "offline use": r"\boffline\b",
    "open source": r"\bopen[- ]source\b",
    "Windows support": r"\bWindows\b",
    "macOS support": r"\bmac ?OS\b",
    "Linux support": r"\bLinux\b",
    "price": rf"{MONEY}|\bprices?\b(?=[^.;]*\b(?:stated|given|named|published|shown|on the pages?)\b)",
}
_SINGULAR = {"rivals": "rival", "free plan": "free plan"}
_NO = r"\b(?:no|not|never|without|lacks?|lacking|cannot|neither|nor|nowhere|missing|absent|unavailable)\b|n[’']t\b"
_CLAUSE_END = re.compile(r"[.;:,](?=\s|$)|\s[–—-]\s|—|\bbut\b|\bthough\b|\bwhile\b", re.IGNORECASE)
_NEGATED = re.compile(_NO, re.IGNORECASE)
# "no more than one API", "not only an API", "no API limits": the thing is there
_STILL_THERE = re.compile(
    r"\bnot (?:only|just|merely|all)\b|\bno (?:more|less|fewer|limits?|need|matter)\b|\bnot? .{0,20}\b(?:limits?|restrictions?)\b",
    re.IGNORECASE,
)


def _things(text: str, stands: bool) -> Iterator[tuple[str, str]]:
    for field, pattern in _THINGS.items():
        for clause in _CLAUSE_END.split(text):
            found = re.search(pattern, clause, re.IGNORECASE if field != "API" else 0)
            if not found:
                continue
            if _denied(clause, found):
                yield field, NONE
            elif stands and (field != "price" or re.search(MONEY, clause)):
                yield field, "a price is stated" if field == "price" else f"there is {_article(field)}"


def _denied(clause: str, found: re.Match[str]) -> bool:
    """Whether a negation stands near enough to the words to be about them."""
    before = " ".join(clause[: found.start()].split()[-5:])
    after = " ".join(clause[found.end() :].split()[:4])
    return bool(_NEGATED.search(before) or _NEGATED.search(after)) and not _STILL_THERE.search(clause)


def _article(field: str) -> str:
    if field in ("API", "export"):
        return f"an {field}"
    return field


# free or paid -------------------------------------------------------------------------------------------------

_FREE_PLAN = re.compile(
    r"\bfree (?:plan|tier|version|edition|use|of charge)\b|\b(?:is|are|entirely|completely|stays?) free\b(?!\s(?:for|trial|from|to try))|"
    r"\bcosts nothing\b|\bfree to use\b",
    re.IGNORECASE,
)
_NOT_FREE = re.compile(
    r"\b(?:no|without an?|lacks an?|never an?|not an?) free (?:plan|tier|version|edition)\b|\b(?:is|are) not free\b|\bisn[’']t free\b|"
    r"\bpaid[- ]only\b|\bonly paid\b|\bnothing (?:is|comes) free\b|\bno part of it is free\b",
    re.IGNORECASE,
)
_ALL_FREE = re.compile(
    r"\b(?:entirely|completely|wholly|always) free\b|\bcosts nothing\b|\bis free and\b|\bis free[.!]?$", re.IGNORECASE
)
_NO_PRICE = re.compile(r"\bsav(?:e|es|ings?)\b|\bcredits?\b|\brais(?:e|es|ed)\b|\brevenue\b", re.IGNORECASE)


def _free(text: str, plans: Sequence[PlanDoc], stands: bool) -> Iterator[tuple[str, str]]:
    if _NOT_FREE.search(text):
        yield "free plan", NONE
    elif stands and _FREE_PLAN.search(text):
        yield "free plan", "there is a free plan"
    amounts = {plan.amount for plan in plans}
    if not stands or ("0" in amounts and amounts - {"0", None}):  # both a free and a paid plan: both may be said
        return
    paid = re.search(MONEY, text)
    if _ALL_FREE.search(text):
        yield "what it costs", "it costs nothing"
    elif paid and re.search(r"[1-9]", paid[0]) and not _NO_PRICE.search(text):
        yield "what it costs", "it has a price"


# who else -----------------------------------------------------------------------------------------------------

_NO_RIVAL = re.compile(
    r"\b(?:no|not one|not a single|without(?: an?y?)?) (?:direct |named |real |obvious |close |other )*(?:competitors?|rivals?|alternatives?)\b|"
    r"\bnobody else\b|\bnames? (?:nobody|no one|no other)\b|\bcompetitors? (?:are|is) (?:un|not )(?:named|mentioned)\b|\brivals go unmentioned\b|"
    r"\balternatives? (?:does not|do not|doesn[’']t|don[’']t) exist\b",
    re.IGNORECASE,
)
# the name follows at once: "your competitors across the App Store" names none of its own
_RIVAL = re.compile(
    rf"\b(?<!your )(?<!their )(?i:competitors?|rivals?|alternatives?|alternatives? to|instead of|compared (?:to|with)|unlike|versus|vs\.?|to beat is|"
    rf"threat it names(?: itself)? is)(?i:[,:]?\s(?:is|are|like|such as|including|namely|by name|here|the))*[,:]?\s(?P<names>{NAME_LIST})"
)
# in the field that asks for rivals a name is one, if the sentence says that it names somebody
_NAMED = re.compile(
    rf"\b(?i:names?|itself against|brings? up|drops|mentions?|lists?|are)\b[^.;]{{0,60}}?\s(?P<names>{NAME_LIST})"
)


def _rivals(text: str, field: str, stands: bool) -> Iterator[tuple[str, str]]:
    if _NO_RIVAL.search(text):
        yield "rivals", NONE
    elif stands:
        named = _RIVAL.search(text) or (_NAMED.search(text) if field == "direct_competitors" else None)
        if named:
            yield "rivals", named["names"]


# licences, latencies, amounts ---------------------------------------------------------------------------------

_WORD = re.compile(r"[\w.+-]*\w")


def _licences(text: str) -> Iterator[tuple[str, str]]:
    """The licences a sentence names. Two in one sentence are a choice, and count as one value."""
    if not re.search(r"\blicen[cs]", text, re.IGNORECASE):
        return
    words = _WORD.findall(text)
    windows = (" ".join(words[i : i + size]) for size in (3, 2, 1) for i in range(len(words) - size + 1))
    found = {name for window in windows if (name := spdx(window, running=True))}
    names = sorted(name for name in found if " OR " not in name)
    if names:
        yield "licence", " or ".join(names)


_LATENCY = re.compile(r"\b(?:latency|response times?|responds?|answers? (?:in|within)|round[- ]?trip)\b", re.IGNORECASE)
_DURATION = re.compile(r"\b(\d+(?:[.,]\d+)?)\s?(ms|milliseconds?|s|seconds?)\b", re.IGNORECASE)
_WHICH = re.compile(r"\b(p\d\d(?:\.\d)?|median|average|mean|worst|typical|cold|first[- ]token)\b", re.IGNORECASE)


def _latencies(text: str) -> Iterator[tuple[str, str]]:
    """The one latency a sentence states, in milliseconds; a sentence with two compares them."""
    found = _DURATION.findall(text)
    if _LATENCY.search(text) and len(found) == 1:
        number, unit = found[0]
        ms = float(number.replace(",", ".")) * (1 if unit.lower().startswith("m") else 1_000)
        which = _WHICH.search(text)
        yield f"latency{f' ({which[0].lower()})' if which else ''}", f"{ms:g} ms"


def _amounts(text: str, plans: Sequence[PlanDoc]) -> Iterator[tuple[str, str]]:
    """The amount a sentence puts on a plan, unless the plan is known to have several."""
    found = list(find_money(text))
    if len(found) != 1:
        return
    amount = f"{found[0].amount:f}"
    for name in dict.fromkeys(plan.name for plan in plans if len(plan.name) > 2):
        known = {plan.amount for plan in plans if plan.name == name}
        if re.search(rf"\b{re.escape(name)}\b", text) and len(known) == 1:
            yield f"price of {name}", amount
