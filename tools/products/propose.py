"""From launches and pages to one proposed product: who it is, and what of it stands on pages of its own. Pure.

Who it is, and which pages may speak for it, is decided in ownership.py and ends.py.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from tools import knowledge
from tools.errors import ProposalRefused, UsageError
from tools.identity import canonical_url, host_of, identity_of, plain_address
from tools.knowledge import plan_from_words, sure
from tools.models import (
    CATEGORIES,
    FACT_FIELDS,
    OWN_PAGE_FIELDS,
    PRICING_MODELS,
    Evidence,
    Extraction,
    Fact,
    Launch,
    Page,
    Place,
    Plan,
    Proposal,
    Rung,
    Value,
)
from tools.orders import reads_as_order
from tools.page import licences
from tools.page.categories import TERMS_CONFIDENCE, defines, of_terms
from tools.page.decode import decode
from tools.page.quotes import find_quote, stands_beside, visible_text
from tools.products.ends import Known, same_domain, scheme_of
from tools.products.further import settles
from tools.products.ownership import (
    LOOK,
    aliases_for,
    identity_for,
    kind_of,
    leads_on,
    led_here,
    own_pages,
    reasons_to_look,
    refuse_strangers,
)

Read = tuple[Page, Extraction]
_CLAIM_CONFIDENCE = 0.6  # below what the ladder reads in a page's own words
_SOURCE_CONFIDENCE = knowledge.THRESHOLD  # what others announced: shown only where the product itself is silent
_NAMELESS_CONFIDENCE = 0.3  # of an address as a name: shown for want of a better one, and looked at
_HOST_CONFIDENCE = 0.9  # what the host of the product itself lists: GitHub on a repository, the Hub on a model
_PRICING_WORDS: Mapping[str, str] = {
    "free": r"\bfree\b|\$0|€0|no cost",
    "freemium": r"\bfree\b",
    "paid": r"\d|\bpaid\b|subscription",
    "usage": r"usage|pay[- ]as[- ]you|\bper\b|credits?",
    "open-source": r"open[- ]source|\blicen[sc]e",
    "contact": r"contact|sales|quote|demo",
    "unknown": r"(?!)",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """Why an announced page could not be read, and how far its address led ("": no further than itself)."""

    why: str
    reached: str = ""


def assemble(
    *,
    launches: Sequence[Launch],
    pages: Sequence[Read],
    claims: Sequence[Mapping[str, object]] = (),
    owners: Mapping[str, str] = MappingProxyType({}),
    unread: Unread | None = None,
) -> Proposal:
    """One product out of launches that announced it, pages that are its own (homepage first) and an agent's claims.

    claims: {"field", "value", "quote", "page"}; field may be "plan:<name>" with a value like "20 USD/month".
    owners: by the id of a page that was asked for with another one (a README, a card) that one's identity.
    unread: why the announced page could not be read, where there are no pages.
    A page that turns out to be somebody else's is left out and named in `left_out`.
    Errors: ProposalRefused, saying what to leave out or to do first, when the first page or a launch is not this
    product's, or a claim does not stand on its quote.
    """
    if not launches and not pages:
        raise ProposalRefused("Nothing is proposed. Name at least one launch or one page that was read.")
    known = [Known(page, extraction, owners.get(page.id, "")) for page, extraction in pages]
    identity = identity_for(launches, known, unread.reached if unread else "")
    aliases = aliases_for(identity, known)
    own, left_out = own_pages(identity, aliases, known)
    refuse_strangers(identity, aliases, launches, own)
    facts = [fact for item in own for fact in _facts_of(item, identity, own)]
    facts += [fact for launch in launches for fact in _launch_facts(launch, identity)]
    facts += [_claimed_fact(claim, own) for claim in claims if not _of_plan(claim)]
    plans = [_of_page(plan, item.page) for item in _priced(own) for plan in item.extraction.plans]
    plans += [_claimed_plan(claim, own) for claim in claims if _of_plan(claim)]
    facts += _derived(facts, plans, identity, own)
    facts += [
        _fact_of_page(part, item.page) for item in own for part in item.extraction.doubtful if isinstance(part, Fact)
    ]
    plans += [_of_page(part, item.page) for item in own for part in item.extraction.doubtful if isinstance(part, Plan)]
    return Proposal(
        identity=identity,
        kind=kind_of(identity, launches),
        facts=tuple(facts),
        plans=tuple(plans),
        launches=tuple(launch.id for launch in launches),
        pages=tuple(item.page.id for item in own),
        aliases=tuple(aliases),
        needs_look=tuple(reasons_to_look(own) if own else launch_only(launches, unread)),
        led=tuple(led_here(launches, known)),
        left_out=tuple(left_out),
    )


def launch_only(launches: Sequence[Launch], unread: Unread | None) -> list[str]:
    """The reason to look at a product of which no page was read; [] where its launches name no page to read."""
    if not any(launch.url for launch in launches):
        return []
    return [knowledge.launch_only(unread.why if unread else "its page was not read")]


def _priced(own: Sequence[Known]) -> list[Known]:
    """The pages whose prices count: those that show a price list, where one does; a teaser, a sponsor's amount or a
    consent dialog's elsewhere is then no plan beside it."""
    return [item for item in own if settles(item.extraction)] or list(own)


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _facts_of(item: Known, identity: str, own: Sequence[Known]) -> list[Fact]:
    """A page's facts with its id in their evidence, those left out that only the product's own page may tell."""
    main = [other for other in own if other.identity == identity] or own[:1]
    told = {fact.field for other in main for fact in other.extraction.facts if sure(fact)}
    entries = [other for other in own if scheme_of(other.identity) != "url"] if scheme_of(identity) == "url" else []
    sold = any(_tells_price(other.extraction) for other in own if other not in entries)
    kept = []
    for fact in item.extraction.facts:
        if item not in main and fact.field in OWN_PAGE_FIELDS and fact.field in told:
            continue
        if fact.field == "pricing_model" and item in entries and sold:
            continue  # that a repository is open says nothing of what its site asks for
        if fact.field == "homepage" and scheme_of(item.identity) == "url" and not _says_own_address(fact, item):
            continue
        kept.append(_fact_of_page(fact, item.page))
    return kept


def _tells_price(said: Extraction) -> bool:
    return any(map(sure, said.plans)) or any(fact.field == "pricing_model" and sure(fact) for fact in said.facts)


def _says_own_address(fact: Fact, item: Known) -> bool:
    """Whether a page really names its own address; one only concluded from where it was read is a derived fact."""
    quoted = any(quote.quote.encode() in item.page.body for quote in fact.evidence)
    return quoted and _own_address(fact.value, item)


def _own_address(value: Value, item: Known) -> bool:
    return isinstance(value, str) and same_domain(identity_of(value), item.identity)


def _fact_of_page(fact: Fact, page: Page) -> Fact:
    return replace(fact, evidence=tuple(replace(item, page=page.id) for item in fact.evidence))


def _of_page(plan: Plan, page: Page) -> Plan:
    return replace(plan, evidence=tuple(replace(item, page=page.id) for item in plan.evidence))


def _launch_facts(launch: Launch, identity: str) -> list[Fact]:
    """What an announcement says, each quoting its row of the listing; none when the listing was not kept.

    A host that lists its own entry is first hand, where the product is that entry and has no site of its own.
    """
    if not launch.page or not launch.raw:
        return []
    named = identity_of(launch.url) if launch.url else ""
    first_hand = scheme_of(named) in ("repo", "hub") and identity_of(launch.source_url) == named == identity
    rung: Rung = "api" if first_hand else "source"
    confidence = _HOST_CONFIDENCE if first_hand else _SOURCE_CONFIDENCE
    values: dict[str, Value] = {
        "name": launch.name or _called(launch),
        "tagline": launch.tagline,
        "description": launch.description,
        "license": launch.license,
        "repository": launch.repo_url,
        "hub_id": launch.hub_id.partition("/")[2],
        "tags": list(launch.tags),
        "makers": list(launch.makers),
        "homepage": "" if leads_on(launch) else _without_referrer(launch.url or ""),
    }
    told = [*values.items(), *([("name", _called(launch))] if reads_as_order(launch.name) else [])]
    said = [Fact(field, value, rung, confidence, _launch_evidence(launch, value)) for field, value in told if value]
    # Where it was announced is its homepage while no page names another: a repository's site may be found later.
    said = [replace(fact, confidence=_SOURCE_CONFIDENCE) if fact.field == "homepage" else fact for fact in said]
    return said + _sorted_by(launch, rung)


def _sorted_by(launch: Launch, rung: Rung) -> list[Fact]:
    """The category under which the launch place sorts the product: surer than what is gathered from a page's words."""
    if launch.kind == "model":
        return [Fact("category", "ai-model", rung, TERMS_CONFIDENCE, _launch_evidence(launch, launch.raw))]
    kind = of_terms(launch.tags) if launch.kind not in ("paper", "dataset") else None
    return [Fact("category", kind[0], rung, TERMS_CONFIDENCE, _launch_evidence(launch, kind[1]))] if kind else []


def _called(launch: Launch) -> str:
    """What an address is called by itself, where its announcement has no name: a title is a sentence, not a name."""
    where = identity_of(launch.url or launch.repo_url) if launch.url or launch.repo_url else ""
    if scheme_of(where) in ("repo", "hub", "package"):
        return (launch.url or launch.repo_url).split("?")[0].rstrip("/").rpartition("/")[2].removesuffix(".git")
    return "" if not launch.url or leads_on(launch) else host_of(launch.url).removeprefix("www.")


def _without_referrer(url: str) -> str:
    """An address without the query that only says which launch site sent the visitor."""
    return plain_address(url) if "?" in identity_of(url) else url.partition("?")[0]


def _launch_evidence(launch: Launch, value: Value) -> tuple[Evidence, ...]:
    """The value as the row holds it, escapes included, item by item; the row itself where it is not there in one piece."""
    items = [_spelled(item, launch.raw) for item in ([value] if isinstance(value, str) else value)]
    quotes = [item for item in items if item] if all(items) else [launch.raw]
    starts: Mapping[str, Place] = {"{": "api", "[": "api", "<": "markup"}
    place = starts.get(launch.raw.lstrip()[:1], "visible")
    return tuple(Evidence(launch.source_url, place, quote, path=launch.id, page=launch.page) for quote in quotes)


def _spelled(text: str, raw: str) -> str:
    """A text as a row spells it: plain, as JSON with or without escapes, as HTML; "" when it is not there."""
    spellings = (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], html.escape(text))
    return next((spelling for spelling in spellings if spelling in raw), "")


def _derived(facts: Sequence[Fact], plans: Sequence[Plan], identity: str, own: Sequence[Known]) -> list[Fact]:
    """Facts that follow from others, citing those: the address the page was reached at, and how it is paid for."""
    have = {fact.field for fact in facts}
    found = []
    first = next((fact for fact in facts if own and fact.evidence and fact.evidence[0].page == own[0].page.id), None)
    if "homepage" not in have and first and scheme_of(identity) == "url":
        found.append(Fact("homepage", own[0].page.final_url, "derived", 0.55, first.evidence[:1]))
    if "name" not in have and first and scheme_of(identity) == "url" and _nameless(own[0]):
        found.append(Fact("name", host_of(own[0].page.final_url), "derived", _NAMELESS_CONFIDENCE, first.evidence[:1]))
    licence = next((fact for fact in facts if fact.field == "license" and licences.is_open(fact.value)), None)
    if "pricing_model" not in have and not plans and licence and scheme_of(identity) != "url":
        found.append(Fact("pricing_model", "open-source", "derived", 0.7, licence.evidence))
    priced = [plan for plan in plans if plan.evidence]
    if "pricing_model" not in have and priced:
        evidence = tuple(dict.fromkeys(item for plan in priced for item in plan.evidence[:1]))
        found.append(
            Fact("pricing_model", _pricing_model(priced), "derived", min(p.confidence for p in priced), evidence)
        )
    return found


def _nameless(page: Known) -> bool:
    """Whether a page's name is held: then its address must do until an editor looks."""
    return any(why.startswith(f"{LOOK}name is held") for why in page.extraction.trouble)


def _pricing_model(plans: Sequence[Plan]) -> str:
    amounts = [plan.amount for plan in plans if plan.amount is not None]
    if not amounts:
        return "contact" if any(plan.qualifier == "contact" for plan in plans) else "unknown"
    if not any(amounts):
        return "free"
    if not all(amounts):
        return "freemium"
    return "usage" if all(plan.unit and not plan.period for plan in plans if plan.amount) else "paid"


# ── what an agent read itself ────────────────────────────────────────────────────────────────────────────────────────


def claimed(claim: Mapping[str, object], page: Page, said: Extraction) -> Fact | Plan:
    """The fact or plan that a claim makes of one page, checked as in `assemble`. Errors: ProposalRefused."""
    own = [Known(page, said)]
    whole = {**claim, "page": page.id}
    return _claimed_plan(whole, own) if _of_plan(whole) else _claimed_fact(whole, own)


def _of_plan(claim: Mapping[str, object]) -> bool:
    return str(claim.get("field", "")).startswith("plan:")


def _claimed_fact(claim: Mapping[str, object], own: Sequence[Known]) -> Fact:
    field = str(claim.get("field", ""))
    if field not in FACT_FIELDS:
        raise ProposalRefused(f"There is no field {field!r}. Use one of {', '.join(FACT_FIELDS)}, or plan:<name>.")
    item, quote = _quoted(claim, own)
    value = _claimed_value(field, claim.get("value"))
    for part in value if isinstance(value, list) else [value]:
        if not _stands(field, part, quote, item):
            raise ProposalRefused(
                f"{field}: {part!r} does not stand in the quote {quote!r}. Quote the words that say it."
            )
    if field == "homepage" and not _own_address(value, item):
        raise ProposalRefused(f"homepage: {value!r} is another site's address than the page's. Leave it out.")
    evidence = Evidence(item.page.final_url, "visible", quote, page=item.page.id)
    return Fact(field, value, "model", _CLAIM_CONFIDENCE, (evidence,))


def _claimed_value(field: str, value: object) -> Value:
    if field in ("tags", "makers"):
        words = value if isinstance(value, list) else str(value or "").split(",")
        found: Value = [str(word).strip() for word in words if str(word).strip()]
    else:
        found = str(value or "").strip()
    if not found:
        raise ProposalRefused(f"{field} has no value. Leave it out where the page does not say it.")
    closed = {"pricing_model": PRICING_MODELS, "category": CATEGORIES}.get(field, ())
    if closed and found not in closed:
        raise ProposalRefused(f"{field} is one of {', '.join(closed)}; got {found!r}.")
    return found


def _stands(field: str, value: str, quote: str, item: Known) -> bool:
    """Whether the quote says the value: in its words, for an address also as a link of the page."""
    if field == "pricing_model":
        return re.search(_PRICING_WORDS[value], quote, re.IGNORECASE) is not None
    if field == "category":
        return defines(value, quote)
    if field in ("homepage", "repository"):
        links = {canonical_url(link.url) for link in item.extraction.links}
        return canonical_url(value) in links or find_quote(value, quote) is not None
    return find_quote(value.casefold(), quote.casefold()) is not None


def _claimed_plan(claim: Mapping[str, object], own: Sequence[Known]) -> Plan:
    name, words = str(claim["field"]).removeprefix("plan:").strip(), str(claim.get("value", ""))
    item, quote = _quoted(claim, own)
    try:
        plan = plan_from_words(name, words)
    except UsageError as error:
        raise ProposalRefused(str(error)) from error
    if not priced_in(plan.amount, quote):
        raise ProposalRefused(
            f"{name}: {words!r} does not stand in the quote {quote!r}. Quote the line with the price."
        )
    if not stands_beside(name, quote, visible_text(decode(item.page.body, item.page.charset)[0])):
        raise ProposalRefused(
            f"plan {name[:60]!r} does not stand beside {quote[:60]!r}. Call the plan what its card, row or sentence calls it."
        )
    evidence = Evidence(item.page.final_url, "visible", quote, page=item.page.id)
    return replace(plan, rung="model", confidence=_CLAIM_CONFIDENCE, evidence=(evidence,))


def priced_in(amount: Decimal | None, quote: str) -> bool:
    """Whether the words name this amount; "free" names 0, and what is unknown needs no words."""
    if amount is None:
        return True
    if not amount and re.search(r"\bfree\b", quote, re.IGNORECASE):
        return True
    numbers = re.findall(r"\d[\d,]*(?:\.\d+)?", quote)
    return any(Decimal(number.replace(",", "")) == amount for number in numbers)


def _quoted(claim: Mapping[str, object], own: Sequence[Known]) -> tuple[Known, str]:
    """The page a claim quotes, and the quote as it stands there. Errors: ProposalRefused."""
    page, quote = str(claim.get("page", "")), str(claim.get("quote", "")).strip()
    item = next((item for item in own if page and item.page.id.startswith(page)), None)
    if item is None:
        raise ProposalRefused(f"{claim.get('field')}: page {page!r} is none of this proposal's. Name one of its pages.")
    text, _ = decode(item.page.body, item.page.charset)
    found = find_quote(quote, visible_text(text)) if quote else None
    if found is None:
        raise ProposalRefused(
            f"{claim.get('field')}: {quote[:120]!r} is not in the visible text of {item.page.final_url}. "
            "Copy the words exactly as the page shows them."
        )
    return item, found
