"""What is said beside a price: for how long it holds, for whom or what, how it is billed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from tools.kept import pattern
from tools.page.pricing.numerals import DENSE
from tools.page.words import any_of, heard, hints

_PERIODS = {
    "hour": "per_hour",
    "day": "per_day",
    "week": "per_week",
    "month": "per_month",
    "quarter": "per_quarter",
    "half-year": "per_half_year",
    "year": "per_year",
    "once": "once",
}
_CONCEPTS = tuple(_PERIODS.values())
BILLED = re.compile(
    r"(?:\b(?:when\s+)?(?:billed|paid|charged|invoiced|pay(?:ing)?|prepaid|with|on|if|for)\s+(?:(?:a|an|the)\s+)?(?P<a>annual(?:ly)?|yearly|monthly|quarterly|every year|per year|once a year|upfront)(?:\s+(?:billing|plan|subscription|contract|commitment|payment|basis))?)"
    r"|\b(?P<b>annual|yearly|monthly)\s+(?:billing|contract|commitment|subscription|payment)\b",
    re.IGNORECASE,
)
_UNIT_WORDS = (
    r"users?|seats?|members?|team members?|teammates?|people|person|editors?|creators?|developers?|devs?|engineers?|agents?|operators?|employees?|hosts?|nodes?|servers?|"
    r"devices?|endpoints?|locations?|sites?|websites?|domains?|workspaces?|projects?|organi[sz]ations?|accounts?|companies|company|contacts?|subscribers?|"
    r"channels?|profiles?|brands?|licen[cs]es?|contributors?|committers?|repos?(?:itor(?:y|ies))?|apps?|environments?|instances?|clusters?|vcpus?|cpus?|gpus?|cores?|"
    r"gb|tb|gib|tib|gb-months?|requests?|api calls?|calls?|credits?|tokens?|messages?|emails?|sms|minutes?|seconds?|images?|pages?|documents?|docs?|files?|videos?|"
    r"characters?|words?|transactions?|invoices?|orders?|events?|builds?|runs?|tasks?|queries|query|records?|rows?|resolutions?|conversations?|responses?|leads?|"
    r"check-?ins?|children|students?|rooms?|properties|property|vehicles?|drivers?|clients?|customers?|tickets?|calls?|numbers?|lines?|units?|bots?|assistants?|unit|generations?|exports?|scans?|reports?|min|mins|kwh|"
    r"nutzer(?:in)?|benutzer|anwender|mitarbeiter(?:in)?|arbeitsplatz|platz|lizenz|minute|anfrage|nachricht|utilisateurs?|collaborateurs?|salariés?|postes?|appels?|"
    r"usuarios?|usuári[oa]s?|empleados?|colaborador(?:es)?|licencias?|licenças?|utent[ei]|dipendent[ei]|gebruikers?|użytkownik\w*|uživatel\w*|kullanıcı|пользовател\w+|сотрудник\w*|ユーザー|用户|席位|사용자"
)
_MEASURES = "mb|gb|tb|mib|gib|tib|v?cpu|gpu|core|node|instance|build|row|function|worker|container"  # counted by the time they are used
_UNIT = pattern(
    "unit",
    rf"(?:\b(?:per|an?|any|each|for each|pro|par|por)\s+|/\s*)(?:(?:additional|active|extra|named|full|paid|monthly|registered|every|single|new|billable|unique)\s+)?"
    rf"(?P<n>(?:\d[\d,.]*\s?(?:k|m|b|thousand|million|billion)?\s*|(?:thousand|million|billion)\s+)?(?:input |output |completion |prompt |cached |gpu[ -]|cpu[ -]|ai )?(?:(?:{_MEASURES})[ -](?:hours?|seconds?|minutes?|months?|reads?|writes?)|{_UNIT_WORDS}))\b",
    re.IGNORECASE,
)


def period_of(text: str) -> str | None:
    """The period a few words after a price name; the earliest one counts."""
    return next(iter(periods_in(text)), None)


@lru_cache(maxsize=4096)
def periods_in(text: str) -> Mapping[str, int]:
    """The periods that some words name, in their order, each with where its first words end."""
    found: dict[str, int] = {}
    said = heard(text)
    if hints(*_CONCEPTS).may_be_in(said):
        for match in any_of(*_CONCEPTS, plain=said.plain).finditer(said.small):
            found.setdefault(_period_called(match[0]), match.end())
        if not found and (unit := _UNIT.search(text)) and (joined := _JOINED.match(text, unit.end())):
            rest = f"/{text[joined.end() :]}"  # "per user and month" is "/month"
            if heads_term(rest):
                found = {period: joined.end() + end - 1 for period, end in periods_in(rest).items()}
    return found


_JOINED = re.compile(r"\s+[^\W\d]{1,3}\s+(?=\w)")  # a short word, as "and" is in most languages


@lru_cache(maxsize=1024)
def _period_called(word: str) -> str:
    return next(period for period, concept in _PERIODS.items() if any_of(concept).fullmatch(word))


def heads_term(text: str) -> bool:
    """Whether a line begins with the term of the price above it: "/ month", "per month (about $6)", 月額, "Billed monthly".

    A lone word as "Yearly" may as well be the name of what comes next.
    """
    if (billed := BILLED.match(text)) and not _BY_THE_YEAR.search(billed[0]):
        return True
    said = heard(text[:40])
    match = any_of(*_CONCEPTS, plain=said.plain).match(said.small) if hints(*_CONCEPTS).may_be_in(said) else None
    return match is not None and (not text[0].isalpha() or " " in match[0] or bool(_UNSPACED.match(text)))


_BY_THE_YEAR = re.compile("annual|year|upfront", re.IGNORECASE)
_UNSPACED = re.compile(f"[{DENSE}]")


def unit_of(text: str) -> str | None:
    """The unit a few words after a price name: "user", "1M tokens"; None when it is none but the period."""
    match = _UNIT.search(text)
    if not match:
        return None
    words = " ".join(match["n"].split())
    if words[0].isdigit() or words.split(" ")[0].lower() in ("million", "thousand", "billion"):
        return words
    singular = words.lower()
    return _SINGULARS.get(singular) or (singular if singular.endswith("ss") else singular.removesuffix("s"))


# What is counted in thousands and millions, and so may cost a fraction of a cent each.
_METERED = re.compile(
    r"hours?|h|kwh|reads?|writes?|gb|tb|gib|tib|gb-months?|v?cpus?|gpus?|cores?|requests?|api calls?|calls?|credits?|tokens?|messages?|emails?|sms|minutes?|mins?|seconds?|"
    r"images?|pages?|documents?|files?|characters?|words?|transactions?|events?|builds?|runs?|tasks?|quer(?:y|ies)|records?|rows?|responses?|units?|generations?",
    re.IGNORECASE,
)


def is_metered(unit: str | None, period: str | None) -> bool:
    """Whether a price of this unit or period may have three digits behind its point: of an hour, a token, a thousand requests."""
    return period == "hour" or (
        unit is not None and (unit[0].isdigit() or any(map(_METERED.fullmatch, re.split("[ -]", unit))))
    )


_SINGULARS = {
    "people": "person",
    "companies": "company",
    "queries": "query",
    "properties": "property",
    "children": "child",
    "sms": "sms",
    "min": "minute",
    "mins": "minute",
    "nutzer": "user",
    "nutzerin": "user",
    "benutzer": "user",
    "anwender": "user",
    "utilisateur": "user",
    "utilisateurs": "user",
    "usuario": "user",
    "usuarios": "user",
    "usuário": "user",
    "usuários": "user",
    "utente": "user",
    "utenti": "user",
    "gebruiker": "user",
    "gebruikers": "user",
    "ユーザー": "user",
    "用户": "user",
    "사용자": "user",
}
