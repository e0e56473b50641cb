"""From launches and pages to one proposed product: who it is, and what of it stands on pages of its own. Pure.

The rule behind all of it: a proposal may touch only the product whose identity its evidence pages carry, so that no page
can claim a rival's entry. What another site says of a product is that site's word and stays out.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tools import knowledge, licences
from tools.errors import ProposalRefused, UsageError
from tools.evidence import find_quote, visible_text
from tools.extract import decode
from tools.identity import canonical_url, host_of, identity_of, registrable_domain
from tools.knowledge import plan_from_words, sure
from tools.models import (
    FACT_FIELDS,
    PRICING_MODELS,
    Evidence,
    Extraction,
    Fact,
    Kind,
    Launch,
    Page,
    Place,
    Plan,
    Proposal,
    Rung,
    Value,
)

Read = tuple[Page, Extraction]
# Only the product's own page tells these; a pricing page is called "Pricing", a repository has a name of its own.
_OWN_PAGE_FIELDS = ("name", "tagline", "description", "homepage")
_ENTRIES = ("repo", "hub", "package")  # schemes of what is hosted beside others' things
_CLAIM_CONFIDENCE = 0.6  # below what the ladder reads in a page's own words
_SOURCE_CONFIDENCE = knowledge.THRESHOLD  # what others announced: shown only where the product itself is silent
_HOST_CONFIDENCE = 0.9  # what the host of the product itself lists: GitHub on a repository, the Hub on a model
_API_PATH = re.compile(r"/(repos|api/models|api/datasets|api/spaces)/([^/?#]+/[^/?#]+)")
# Pieces of an address that say in which form a page is shown and never whose it is.
_GENERIC = re.compile(
    r"(?:ar|cs|da|de|el|en|es|fi|fr|he|hi|hu|id|it|ja|jp|ko|kr|nb|nl|no|pl|pt|ro|ru|sv|th|tr|uk|vi|zh|cn)(?:[-_][a-z]{2,4})?"
    r"|www|web|m|home|index(?:\.\w+)?|start|landing|welcome|main|default|overview|lp|docs|get|try",
    re.IGNORECASE,
)
_CANONICAL = re.compile(
    r"<link\b[^>]{0,400}\bcanonical\b[^>]{0,400}>|<meta\b[^>]{0,400}\bog:url\b[^>]{0,400}>", re.IGNORECASE
)
_HREF = re.compile(r"(?:href|content)\s*=\s*[\"']?\s*([^\"'\s>]+)", re.IGNORECASE)
_PRICING_WORDS: Mapping[str, str] = {
    "free": r"\bfree\b|\$0|€0|no cost",
    "freemium": r"\bfree\b",
    "paid": r"\d|\bpaid\b|subscription",
    "usage": r"usage|pay[- ]as[- ]you|\bper\b|credits?",
    "open-source": r"open[- ]source|\blicen[sc]e",
    "contact": r"contact|sales|quote|demo",
    "unknown": r"(?!)",
}


def assemble(
    *, launches: Sequence[Launch], pages: Sequence[Read], claims: Sequence[Mapping[str, object]] = ()
) -> Proposal:
    """One product out of launches that announced it, pages that are its own (homepage first) and an agent's claims.

    claims: {"field", "value", "quote", "page"}; field may be "plan:<name>" with a value like "20 USD/month".
    Errors: ProposalRefused, saying what to leave out or to do first, when a page or launch is not this product's, or a
    claim does not stand on its quote.
    """
    if not launches and not pages:
        raise ProposalRefused("Nothing is proposed. Name at least one launch or one page that was read.")
    known = [_Known(page, extraction) for page, extraction in pages]
    identity = _identity(launches, known)
    aliases = _aliases(identity, launches, known)
    own = _own_pages(identity, aliases, known)
    _refuse_strangers(identity, aliases, launches, own)
    facts = [fact for item in own for fact in _facts_of(item, identity, own)]
    facts += [fact for launch in launches for fact in _launch_facts(launch)]
    facts += [_claimed_fact(claim, own) for claim in claims if not _of_plan(claim)]
    plans = [_of_page(plan, item.page) for item in own for plan in item.extraction.plans]
    plans += [_claimed_plan(claim, own) for claim in claims if _of_plan(claim)]
    facts += _derived(facts, plans, identity, own)
    facts += [
        _fact_of_page(part, item.page) for item in own for part in item.extraction.doubtful if isinstance(part, Fact)
    ]
    plans += [_of_page(part, item.page) for item in own for part in item.extraction.doubtful if isinstance(part, Plan)]
    return Proposal(
        identity=identity,
        kind=_kind(identity, launches),
        facts=tuple(facts),
        plans=tuple(plans),
        launches=tuple(launch.id for launch in launches),
        pages=tuple(item.page.id for item in own),
        aliases=tuple(alias for alias in aliases if alias != identity),
        needs_look=tuple(_reasons(own)),
    )


# ── who it is ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Known:
    """A page with what it says."""

    page: Page
    extraction: Extraction

    @property
    def identity(self) -> str:
        """Whose page it is: of the address reached; an API's answer is of the entry it answers for."""
        if self.page.access == "api" and (entry := _API_PATH.search(self.page.final_url)):
            what, name = entry.groups()
            return (f"repo:github.com/{name}" if what == "repos" else f"hub:{what[4:]}/{name}").lower()
        return identity_of(self.page.final_url)

    @property
    def asked(self) -> str:
        """The identity of the address asked for, before redirects."""
        return identity_of(self.page.url)

    def says(self, field: str) -> list[str]:
        """Its values of a field."""
        return [fact.value for fact in self.extraction.facts if fact.field == field and isinstance(fact.value, str)]


def _identity(launches: Sequence[Launch], known: Sequence[_Known]) -> str:
    """Homepage reached, or named by a source; repository; Hub entry; package; at last the announcement itself.

    A page may name its own address (a canonical link), but only one that cannot be somebody else's: see `_may_be`.
    """
    if not known:
        return _launched_identity(launches[0])
    first = known[0]
    if _scheme(first.identity) != "url":
        homepage = next((item for item in known[1:] if _confirmed_homepage(item, first)), None)
        return homepage.identity if homepage else first.identity
    named = (identity_of(address) for address in first.says("homepage"))
    return next((claimed for claimed in named if _may_be(claimed, first.identity)), first.identity)


def _launched_identity(launch: Launch) -> str:
    """Of a launch whose address was not read. Errors: ProposalRefused when it is only a way to the real one."""
    if launch.url:
        found = identity_of(launch.url)
        if _scheme(found) == "url" and _same_domain(found, identity_of(launch.source_url)):
            raise ProposalRefused(
                f"{launch.id}: {launch.url} only leads on to the product. Read that page first, then propose with it."
            )
        return found
    if launch.repo_url:
        return identity_of(launch.repo_url)
    return f"hub:{launch.hub_id}".lower() if launch.hub_id else identity_of(launch.source_url)


def _aliases(identity: str, launches: Sequence[Launch], known: Sequence[_Known]) -> list[str]:
    """Further identities that are shown to be the same: addresses on its own path, and confirmed repositories."""
    found = [item.identity for item in known[:1] if _may_be(identity, item.identity)]
    found += [item.asked for item in known if item.identity in (identity, *found) and _may_be(identity, item.asked)]
    if _scheme(identity) != "url":
        return [alias for alias in dict.fromkeys(found) if alias != identity]
    homepages = [item for item in known if item.identity == identity or item.identity in found]
    for candidate in dict.fromkeys([*(item.identity for item in known), *_named_repositories(launches)]):
        if _scheme(candidate) not in _ENTRIES:
            continue
        if any(_joined(home, candidate, launches, known) for home in homepages):
            found.append(candidate)
    return [alias for alias in dict.fromkeys(found) if alias != identity]


def _joined(home: _Known, candidate: str, launches: Sequence[Launch], known: Sequence[_Known]) -> bool:
    """Whether a homepage and a repository are one: the page links it, and it points back or a launch names both."""
    if not _links(home, candidate):
        return False
    there = [item for item in known if item.identity == candidate]
    if any(_points_to(item, home.identity) for item in there):
        return True
    if any(_points_elsewhere(item, home.identity) for item in there):
        return False
    return any(_names_both(launch, home, candidate) for launch in launches)


def _names_both(launch: Launch, home: _Known, candidate: str) -> bool:
    at_home = launch.url is not None and _announces(launch, home)
    return at_home and candidate in _named_repositories([launch])


def _named_repositories(launches: Iterable[Launch]) -> list[str]:
    named = [identity_of(launch.repo_url) for launch in launches if launch.repo_url]
    return named + [f"hub:{launch.hub_id}".lower() for launch in launches if launch.hub_id]


def _confirmed_homepage(item: _Known, entry: _Known) -> bool:
    """Whether a page is the homepage of a repository or Hub entry: each names the other."""
    return _scheme(item.identity) == "url" and _points_to(entry, item.identity) and _links(item, entry.identity)


def _points_to(item: _Known, identity: str) -> bool:
    return any(_related(identity_of(named), identity) for named in item.says("homepage"))


def _points_elsewhere(item: _Known, identity: str) -> bool:
    """Whether a repository names a homepage of its own that is another one."""
    named = [identity_of(address) for address in item.says("homepage")]
    return any(_scheme(name) == "url" and not _related(name, identity) for name in named)


def _links(item: _Known, entry: str) -> bool:
    """Whether a page links an entry of a code host, the Hub or a registry, or names it as its own repository."""
    addresses = [*item.says("repository"), *(link.url for link in item.extraction.links)]
    return _scheme(entry) in _ENTRIES and any(identity_of(address) == entry for address in addresses)


def _scheme(identity: str) -> str:
    return identity.partition(":")[0]


def _place(identity: str) -> tuple[str, list[str]]:
    """Host and path segments of a "url:" identity."""
    host, _, path = identity.partition(":")[2].partition("?")[0].partition("/")
    return host, [part for part in path.split("/") if part]


def _same_domain(a: str, b: str) -> bool:
    """Whether two "url:" identities lie under one registrable domain."""
    if _scheme(a) != "url" or _scheme(b) != "url":
        return False
    first, second = registrable_domain(_place(a)[0]), registrable_domain(_place(b)[0])
    return bool(first) and first == second


def _related(a: str, b: str) -> bool:
    """Whether two addresses of one registrable domain lie on one path: one on the way to the other."""
    if a == b:
        return True
    if not _same_domain(a, b):
        return False
    (host_a, path_a), (host_b, path_b) = sorted((_place(a), _place(b)), key=lambda place: len(place[1]))
    on_the_way = path_b[: len(path_a)] == path_a
    return on_the_way and (host_a == host_b or host_a.endswith(f".{host_b}") or host_b.endswith(f".{host_a}"))


def _may_be(claimed: str, own: str) -> bool:
    """Whether a page at `own` may stand for the entry `claimed`.

    On a shared host the page beside, or above, is somebody else's, so one registrable domain alone would not do: only
    what lies below the page, or what is left when a language, "www" or "home" is dropped from its address.
    """
    if claimed == own:
        return True
    if not _same_domain(claimed, own) or "?" in claimed:
        return False
    (host, path), (own_host, own_path) = _place(claimed), _place(own)
    labels = own_host.removesuffix(host).strip(".").split(".") if own_host.endswith(f".{host}") else []
    below = host == own_host or host.endswith(f".{own_host}")
    if not below and not (labels and all(_GENERIC.fullmatch(label) for label in labels)):
        return False
    if path[: len(own_path)] == own_path:
        return True
    return own_path[: len(path)] == path and all(_GENERIC.fullmatch(part) for part in own_path[len(path) :])


def _own_pages(identity: str, aliases: Sequence[str], known: Sequence[_Known]) -> list[_Known]:
    """The pages that may speak for the product. A repository it links but that does not confirm it is left out.

    Errors: ProposalRefused for a page of somebody else.
    """
    own = [item for item in known if _is_own(item, identity, aliases, known)]
    for item in known:
        if item not in own and not any(_links(page, item.identity) for page in own):
            raise ProposalRefused(
                f"Page {item.page.id} ({item.page.final_url}) is not of {identity}. "
                "Leave it out, or propose it as a product of its own."
            )
    return own


def _is_own(item: _Known, identity: str, aliases: Sequence[str], known: Sequence[_Known]) -> bool:
    if item.identity in (identity, *aliases):
        return True
    if not _same_domain(item.identity, identity):
        return False
    path, own_path = _place(item.identity)[1], _place(identity)[1]
    pricing = {other.extraction.pricing_url for other in known} - {None}
    if not own_path or path[: len(own_path)] == own_path or item.page.url in pricing or item.page.final_url in pricing:
        return True
    beside = path[: len(own_path) - 1] == own_path[:-1] and len(path) >= len(own_path)
    return not beside  # "/products/a" and "/products/b" are two products of one house


def _refuse_strangers(identity: str, aliases: Sequence[str], launches: Sequence[Launch], own: Sequence[_Known]) -> None:
    """ProposalRefused for a launch that announced something else."""
    for launch in launches:
        if any(_announces(launch, item) for item in own):
            continue
        named = [*_named_repositories([launch]), identity_of(launch.url or launch.source_url)]
        if any(_related(name, known) for name in named for known in (identity, *aliases)):
            continue
        raise ProposalRefused(
            f"Launch {launch.id} announces {launch.url or launch.source_url}, not {identity}. "
            "Propose it with the page its own address leads to."
        )


def _announces(launch: Launch, item: _Known) -> bool:
    """Whether a launch's address is that of a page, before or after redirects, or its text names the page's host."""
    if launch.url is None:
        host = host_of(item.page.final_url).removeprefix("www.")
        return bool(host) and host in f"{launch.description} {launch.raw}".lower()
    named = identity_of(launch.url)
    return canonical_url(launch.url) == item.page.url or named in (item.asked, item.identity)


def _kind(identity: str, launches: Sequence[Launch]) -> Kind:
    kinds: Mapping[str, Kind] = {
        "hub:models": "model",
        "hub:spaces": "space",
        "hub:datasets": "dataset",
        "hub:papers": "paper",
    }
    scheme = _scheme(identity)
    if scheme == "hub":
        return kinds.get(identity.partition("/")[0], "model")
    if scheme in ("repo", "package"):
        return "repo" if scheme == "repo" else "package"
    return launches[0].kind if launches and launches[0].kind == "paper" else "product"


def _reasons(own: Sequence[_Known]) -> list[str]:
    """What an editor should look at: a page that names an address of somebody else as its own."""
    reasons = []
    for item in own:
        if _scheme(item.identity) != "url":
            continue
        for named in [*item.says("homepage"), *_canonical_links(item.page)]:
            if not _same_domain(identity_of(named), item.identity):
                reasons.append(f"{item.page.final_url} names {named} as its own address, which is another site's.")
        reasons += [f"{item.page.final_url}: {why}" for why in item.extraction.trouble if why.startswith("look")]
    return list(dict.fromkeys(reasons))


def _canonical_links(page: Page) -> list[str]:
    """Addresses that a page's markup names as its own, as absolute ones."""
    tags = _CANONICAL.findall(page.body.decode("latin-1")) if page.access == "html" else []
    named = [html.unescape(found[1]) for tag in tags if (found := _HREF.search(tag))]
    return [address for address in named if address.startswith(("http://", "https://"))]


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _facts_of(item: _Known, identity: str, own: Sequence[_Known]) -> list[Fact]:
    """A page's facts with its id in their evidence, those left out that only the product's own page may tell."""
    main = [other for other in own if other.identity == identity] or own[:1]
    told = {fact.field for other in main for fact in other.extraction.facts if sure(fact)}
    kept = []
    for fact in item.extraction.facts:
        if item not in main and fact.field in _OWN_PAGE_FIELDS and fact.field in told:
            continue
        if fact.field == "homepage" and _scheme(item.identity) == "url" and not _says_own_address(fact, item):
            continue
        kept.append(_fact_of_page(fact, item.page))
    return kept


def _says_own_address(fact: Fact, item: _Known) -> bool:
    """Whether a page really names its own address; one only concluded from where it was read is a derived fact."""
    quoted = any(quote.quote.encode() in item.page.body for quote in fact.evidence)
    return quoted and _own_address(fact.value, item)


def _own_address(value: Value, item: _Known) -> bool:
    return isinstance(value, str) and _same_domain(identity_of(value), item.identity)


def _fact_of_page(fact: Fact, page: Page) -> Fact:
    return replace(fact, evidence=tuple(replace(item, page=page.id) for item in fact.evidence))


def _of_page(plan: Plan, page: Page) -> Plan:
    return replace(plan, evidence=tuple(replace(item, page=page.id) for item in plan.evidence))


def _launch_facts(launch: Launch) -> list[Fact]:
    """What an announcement says, each quoting its row of the listing; none when the listing was not kept."""
    if not launch.page or not launch.raw:
        return []
    named = identity_of(launch.url) if launch.url else ""
    first_hand = _scheme(named) in ("repo", "hub") and identity_of(launch.source_url) == named
    rung: Rung = "api" if first_hand else "source"
    confidence = _HOST_CONFIDENCE if first_hand else _SOURCE_CONFIDENCE
    values: dict[str, Value] = {
        "name": launch.name or launch.title,
        "tagline": launch.tagline,
        "description": launch.description,
        "license": launch.license,
        "repository": launch.repo_url,
        "hub_id": launch.hub_id.partition("/")[2],
        "tags": list(launch.tags),
        "makers": list(launch.makers),
        "homepage": "" if _leads_on(launch) else _without_referrer(launch.url or ""),
    }
    return [
        Fact(field, value, rung, confidence, _launch_evidence(launch, value))
        for field, value in values.items()
        if value
    ]


def _leads_on(launch: Launch) -> bool:
    return launch.url is not None and _same_domain(identity_of(launch.url), identity_of(launch.source_url))


def _without_referrer(url: str) -> str:
    """An address without the query that only says which launch site sent the visitor."""
    return url if "?" in identity_of(url) else url.partition("?")[0]


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


def _derived(facts: Sequence[Fact], plans: Sequence[Plan], identity: str, own: Sequence[_Known]) -> list[Fact]:
    """Facts that follow from others, citing those: the address the page was reached at, and how it is paid for."""
    have = {fact.field for fact in facts}
    found = []
    first = next((fact for fact in facts if own and fact.evidence and fact.evidence[0].page == own[0].page.id), None)
    if "homepage" not in have and first and _scheme(identity) == "url":
        found.append(Fact("homepage", own[0].page.final_url, "derived", 0.55, first.evidence[:1]))
    licence = next((fact for fact in facts if fact.field == "license" and fact.value in licences.OPEN), None)
    if "pricing_model" not in have and not plans and licence and _scheme(identity) != "url":
        found.append(Fact("pricing_model", "open-source", "derived", 0.7, licence.evidence))
    priced = [plan for plan in plans if plan.evidence]
    if "pricing_model" not in have and priced:
        evidence = tuple(dict.fromkeys(item for plan in priced for item in plan.evidence[:1]))
        found.append(
            Fact("pricing_model", _pricing_model(priced), "derived", min(p.confidence for p in priced), evidence)
        )
    return found


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
    own = [_Known(page, said)]
    whole = {**claim, "page": page.id}
    return _claimed_plan(whole, own) if _of_plan(whole) else _claimed_fact(whole, own)


def _of_plan(claim: Mapping[str, object]) -> bool:
    return str(claim.get("field", "")).startswith("plan:")


def _claimed_fact(claim: Mapping[str, object], own: Sequence[_Known]) -> Fact:
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
    if field == "pricing_model" and found not in PRICING_MODELS:
        raise ProposalRefused(f"pricing_model is one of {', '.join(PRICING_MODELS)}; got {found!r}.")
    return found


def _stands(field: str, value: str, quote: str, item: _Known) -> bool:
    """Whether the quote says the value: in its words, for an address also as a link of the page."""
    if field == "pricing_model":
        return re.search(_PRICING_WORDS[value], quote, re.IGNORECASE) is not None
    if field in ("homepage", "repository"):
        links = {canonical_url(link.url) for link in item.extraction.links}
        return canonical_url(value) in links or find_quote(value, quote) is not None
    return find_quote(value.casefold(), quote.casefold()) is not None


def _claimed_plan(claim: Mapping[str, object], own: Sequence[_Known]) -> Plan:
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


def _quoted(claim: Mapping[str, object], own: Sequence[_Known]) -> tuple[_Known, str]:
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
