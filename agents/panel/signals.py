"""Named signals in an evidence pack: typed rules over sentences, facts and plans, each hit with the quote it stands on.

A signal says that something is written there, never that it is good: what it is worth to whom stands in the personas.
English, with a few fixed phrases of other languages: a pack in one of those yields few signals, and the rubric
reviewer then abstains and says so.
Rules come from reading launch pages, model cards and READMEs in general; none is for one product, brand or domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from agents.panel.introductions import introductions
from agents.panel.sentences import LONGEST_QUOTE, Hit, Line, Words, by_customer, hit_of, lines_of, phrase, title_case
from agents.panel.signal_rules import MONEY, NAME, RULES, Rule
from tools.models import PERIODS, Citation, Passage
from tools.page.quotes import find_quote
from tools.views.documents import PlanDoc

MOST_HITS = 8  # a signal's further hits say nothing new


_FOUND_BY_CODE = {
    "definition": "what it is, in one phrase",
    "category": "the shelf it stands on",
    "promise": "its own line",
    "does": "what it does, in one sentence",
    "detail": "how it does it",
    "job": "the job",
    "single_job": "one job",
    "feature": "something it does",
    "price": "a price",
    "free_plan": "a free plan",
    "ladder": "two prices to grow between",
    "unit_price": "what is counted",
    "custom_plan": "a plan without a price",
    "trend": "a trend it rides on",
}
LABELS: Mapping[str, str] = {**{rule.name: rule.label for rule in RULES}, **_FOUND_BY_CODE}
NAMES = frozenset(LABELS)

_DENIED = re.compile(
    r"\b(?:no|not|never|without|zero|isn(?:'|’)t|don(?:'|’)t|doesn(?:'|’)t|aren(?:'|’)t|neither|nor|lacks?)(?:\s\w+){0,3}\s$",
    re.IGNORECASE,
)
# Signals that are themselves about what is denied, or that stand whoever denies what.
_DENIAL_ALLOWED = frozenset(
    {
        "limitation",
        "stance",
        "rival",
        "install",
        "code",
        "displaced",
        "no_card",
        "quick",
        "rights",
        "guarantee",
    }
)
_NO_NAMES = frozenset(
    """the a an your you we our it its this that these those all free other every any manual traditional both most
    many some no not now new see learn get how what why when where who which than then and or but for in on at to
    from with by of as is are one two three jan feb mar apr may jun jul aug sep oct nov dec january february march
    april june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday api apis us eu uk ai crm seo saas b2b ui ux ide cms pdf csv html css pro plus basic premium enterprise
    business team teams starter standard start try read more about home features pricing contact support docs blog
    login sign company resources products product solutions customers customer best top click here there them
    alternative alternatives software app apps tool tools online excel-like gdpr webinars compared comparison compliance spreadsheets spreadsheet mobile json
    yaml xml http rest sql docker git markdown windows linux macos""".split()
)


def find_signals(
    passages: Sequence[Passage],
    *,
    name: str,
    tagline: str | None = None,
    description: str | None = None,
    plans: Sequence[PlanDoc] = (),
) -> dict[str, tuple[Hit, ...]]:
    """Every signal found, by name, with its hits in reading order. Pure: same passages, same hits."""
    lines = lines_of(passages)
    words = Words(name, lines)
    found: dict[str, list[Hit]] = {}
    lines = [line for line in lines if not line.text.endswith("?")]  # a question asserts nothing
    for line in lines:
        for signal, hit in _hits_of(line, words):
            _add(found, signal, hit)
    for signal, hit in [*introductions(lines, words, tagline or "", description or ""), *_of_sections(lines, words)]:
        _add(found, signal, hit)
    for signal, hit in _money(passages, plans):
        _add(found, signal, hit)
    if "price" in found:  # then other sums on the page are somebody else's
        found.pop("price_text", None)
    for signal in [name for name in found if name.startswith("trend_")]:
        _add(found, "trend", found[signal][0])
    return {signal: tuple(hits[:MOST_HITS]) for signal, hits in found.items()}


def _add(found: dict[str, list[Hit]], signal: str, hit: Hit) -> None:
    hits = found.setdefault(signal, [])
    if all(other.value.lower() != hit.value.lower() for other in hits):
        hits.append(hit)


def _hits_of(line: Line, words: Words) -> Iterator[tuple[str, Hit]]:
    length = len(line.text.split())
    customer = by_customer(line)
    for rule in RULES:
        if customer and rule.name not in _FROM_CUSTOMERS:
            continue
        if length < rule.least_words or length > 120 or (rule.avoid and rule.avoid.search(line.text)):
            continue
        for match in rule.pattern.finditer(line.text):
            if rule.name not in _DENIAL_ALLOWED and _DENIED.search(line.text[: match.start("v")]):
                continue
            if rule.name in _OF_NAMES and title_case(line.text):
                continue  # in a heading every word looks like a name
            if rule.name in _PRAISE and _NAME_AROUND.match(line.text, match.start("v")) and not title_case(line.text):
                continue  # a name that only contains the word
            written = _written(rule, line.text, match["v"])
            value = (
                _names_in(written, words)
                if rule.name in _OF_NAMES
                else written
                if rule.name in _AS_WRITTEN
                else words.lowered(written)
            )
            if rule.name == "export" and not re.match(r"(?:export|download)\s", value, re.IGNORECASE):
                value = f"use its {value}"  # "CSV export" as something one can do
            if value and value.lower() not in words.names:
                yield rule.name, Hit(value, (Citation(line.passage, _around(line.text, match.span("v"))),), written)


_FROM_CUSTOMERS = frozenset({"testimonial", "outside_proof", "install", "code"})


def _written(rule: Rule, sentence: str, found: str) -> str:
    """A match as the page has it: a command whole, a short sentence whole where the rule wants it so, else its clause."""
    if rule.name in ("install", "code"):
        return found.strip()[:90]
    if rule.whole and len(sentence.split()) <= rule.most_words and "**" not in sentence:
        return sentence.strip(' .:;,!“”"*✓✅')
    return phrase(found, rule.most_words)


_AS_WRITTEN = frozenset(
    {
        "install",
        "code",
        "platforms",
        "formats",
        "certificate",
        "licence",
        "standard",
        "benchmark",
        "testimonial",
        "version",
        "outside_proof",
    }
)
_OF_NAMES = frozenset({"rival", "integration", "platform"})
_PRAISE = frozenset({"hype", "superlative"})
_NAME_AROUND = re.compile(r"[A-Z][\w-]+ [A-Z]")


def _names_in(value: str, words: Words) -> str:
    """The names of a list that are names of others, joined as the page joined them; empty when none is."""
    parts = [part.strip(" .") for part in re.split(r",\s(?:and\s|or\s)?|\s(?:and|or|&)\s", value)]
    kept = []
    for part in parts:
        first = part.split()[0].lower() if part else ""
        own = part.lower() in words.name.lower() or first in words.names
        plain = " " not in part and bool({first, first.removesuffix("s")} & words.lower)
        if len(part) > 1 and not own and first not in _NO_NAMES and not plain:
            kept.append(part)
    if len(kept) < 2:
        return "".join(kept)
    return ", ".join(kept[:-1]) + " and " + kept[-1]


def _around(text: str, span: tuple[int, int]) -> str:
    """The sentence, or as much of it around `span` as a quote may hold, cut between words."""
    if len(text) <= LONGEST_QUOTE:
        return text
    start = max(0, min(span[0] - 80, len(text) - LONGEST_QUOTE))
    end = min(len(text), max(span[1], start + LONGEST_QUOTE))
    start = 0 if start == 0 else text.index(" ", start) + 1 if " " in text[start : span[0]] else span[0]
    end = end if end == len(text) else max(text.rfind(" ", span[1], end), span[1])
    return text[start:end].strip()


_COMMAND = re.compile(r"(?:\$ )?(?P<v>[a-z][\w.-]+(?: [\w./:@=\"'{}$()\[\]<>|,-]+){1,9})")
_DATE = re.compile(
    r"(?P<v>(?:20[12]\d-\d\d(?:-\d\d)?|(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (?:\d{1,2},? )?20[12]\d)\b.{0,60})"
)
_AMOUNT = re.compile(
    r"(?P<v>\d(?:[\d.,]*\d)?[kKM]?\s(?!months? free|days? free)(?:[KMGT]B|[a-z]+s?)(?:\s[\w-]+){0,4})(?:,.*)?"
)
_NAMED = re.compile(rf"(?P<v>{NAME})")


def _of_sections(lines: list[Line], words: Words) -> Iterator[tuple[str, Hit]]:
    """limitation, code, rival, measured, feature, dated: what stands under a heading that announces it."""
    for line in lines:
        length = len(line.text.split())
        if line.section == "limits" and 3 <= length <= 40:
            yield "limitation", hit_of(line, phrase(line.text, 24))
        elif line.section == "start" and (command := _COMMAND.fullmatch(line.text)) and len(command["v"]) <= 90:
            yield "code", hit_of(line, command["v"])
        elif line.section == "versus":
            for name in _NAMED.finditer(line.text):
                if value := _names_in(name["v"], words):
                    yield "rival", hit_of(line, value)
        elif (line.section == "prices" or line.label == "pricing") and (amount := _AMOUNT.fullmatch(line.text)):
            yield "quota", hit_of(line, amount["v"])
        elif line.section == "figures" and re.search(r"\d", line.text) and 2 <= length <= 16:
            yield "measured", hit_of(line, line.text.replace(" | ", ": "))
        elif line.section == "features" and length >= 3 and not _APPLAUSE.match(line.text):
            yield "feature", hit_of(line, words.lowered(phrase(line.text, 11)))
        elif line.section == "changes" and (date := _DATE.match(line.text)):
            yield "dated", hit_of(line, phrase(date["v"], 8))


_APPLAUSE = re.compile(r"(?:trusted|loved|used|chosen) by\b", re.IGNORECASE)
_PRICE_TOKEN = re.compile(MONEY)
_PERIOD_SAID = re.compile(
    r"/\s?\w|\b(?:per|an?|each|every|monthly|yearly|annual\w*|quarter(?:ly)?|half[- ]year(?:ly)?|weekly|daily|hourly|once|one[- ]time|lifetime|m(?:on)?th|mo|yr|year)\b",
    re.IGNORECASE,
)
_PERIODS = {period: f"a {period}" for period in PERIODS} | {"hour": "an hour", "once": "once"}


def _money(passages: Sequence[Passage], plans: Sequence[PlanDoc]) -> Iterator[tuple[str, Hit]]:
    """price, free_plan, ladder, unit_price, custom_plan: the stored plans whose quote stands in a passage."""
    priced: list[tuple[float, str, Citation]] = []
    for plan in plans:
        citation = _where(plan, passages)
        if citation is None:
            continue
        if plan.amount is None:
            yield "custom_plan", Hit(plan.name if plan.name in citation.quote else citation.quote, (citation,))
        elif float(plan.amount) == 0:
            yield "free_plan", Hit(plan.name if plan.name in citation.quote else "free", (citation,))
        elif money := _as_money(plan, citation.quote):
            yield "price", Hit(money, (citation,))
            if plan.unit:
                yield "unit_price", Hit(f"{money} per {plan.unit}" if plan.unit not in money else money, (citation,))
            priced.append((float(plan.amount), money, citation))
    priced.sort(key=lambda row: (row[0], row[1]))
    if len(priced) > 1 and priced[0][0] < priced[-1][0]:
        low, high = priced[0], priced[-1]
        yield "ladder", Hit(f"{low[1]} to {high[1]}", (low[2], high[2]))


def _as_money(plan: PlanDoc, quote: str) -> str:
    for match in _PRICE_TOKEN.finditer(quote):
        token = re.match(r"[^\d]*[\d.,]*\d(?:\s?(?:USD|EUR|GBP|CHF|€|£))?", match[0])
        if token and plan.amount and _number(token[0]) == float(plan.amount):
            stated = plan.period and _PERIOD_SAID.search(
                quote
            )  # a period that other words of the page tell is not quoted
            per = (_PERIODS.get(plan.period or "") if stated else "") or (
                f"per {plan.unit}" if plan.unit and plan.unit in quote else ""
            )
            return f"{token[0].strip()} {per}".strip()
    return ""


def _number(text: str) -> float | None:
    digits = re.sub(r"[^\d.,]", "", text)
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        return None


def _where(plan: PlanDoc, passages: Sequence[Passage]) -> Citation | None:
    """The first passage that holds a quote of the plan."""
    for evidence in plan.evidence:
        for passage in passages:
            if span := find_quote(evidence.quote, passage.text):
                return Citation(passage.number, span)
    return None
