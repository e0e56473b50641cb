"""Facts out of a page, rung by rung: API answer, JSON-LD, meta tags, then what a reader sees. Each with its quote.

The ladder of design.md for one page at a time; recipes and models are rungs that others add on top.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from tools.identity import host_of
from tools.knowledge import sure
from tools.models import Extraction, Fact, Plan
from tools.page import licences, pricing
from tools.page.about import About, about_of
from tools.page.api_answer import read_answer
from tools.page.facts import readers
from tools.page.fit_words import screened
from tools.page.further_states import with_further_states
from tools.page.links import pricing_url_of
from tools.page.markdown_card import read_card
from tools.page.markup import text_of
from tools.page.names import squash
from tools.page.price_switch import with_states
from tools.page.pricing.money import Convention, convention
from tools.page.pricing_model import pricing_facts
from tools.page.seen import Seen, see
from tools.page.trouble import price_pictures, troubles, unreadable
from tools.page.visible import View, parse, view_of

WANTED = ("name", "tagline", "description", "homepage", "pricing_model")


def extract(html: str, url: str, *, content_type: str = "text/html") -> Extraction:
    """What a page says about its product. Pure; never raises on bad markup.

    html: the decoded text, whatever it is: HTML, a JSON answer of an API we know, or Markdown (cards, READMEs).
    """
    return extract_seen(html, url, content_type=content_type)[0]


def extract_seen(html: str, url: str, *, content_type: str) -> tuple[Extraction, Seen | None]:
    """As `extract`, and what was seen of a page of HTML."""
    if why := unreadable(html):
        return Extraction(url, missing=_missing((), ()), trouble=(why,)), None
    kind = _kind_of(html, url, content_type)
    if kind == "json":
        return read_answer(html, url), None
    if kind == "markdown":
        found = read_card(html, url)
        return _with_derived(found, url, found.plans, "", found.text_chars), None
    seen = see(html, url)
    return _said_by(seen), seen


def _kind_of(text: str, url: str, content_type: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if ".raw" in content_type:  # a file as it is: GitHub answers for a README with application/vnd.github.raw+json
        return "markdown"
    if "json" in content_type and "ld+json" not in content_type:
        return "json"
    if start.startswith(("<!doctype", "<html", "<?xml", "<head", "<body", "<!--")):
        return "html"
    if (
        "markdown" in content_type
        or urlsplit(url).path.lower().endswith((".md", ".markdown", ".rst"))
        or start.startswith("---")
    ):
        return "markdown"
    if start.startswith(("{", "[")) and "html" not in content_type:
        return "json"
    if content_type.startswith("text/plain") or (
        not start.startswith("<") and re.search(r"^#{1,3} \S", text[:5_000], re.MULTILINE)
    ):
        return "markdown"
    return "html"


def _said_by(seen: Seen) -> Extraction:
    about = about_of(seen)
    facts = [fact for read in readers() for fact in read(seen, about)]
    read = _plans(seen, about)
    plans = [plan for plan in read if sure(plan)]
    unsure = [] if plans else [plan for plan in read if not sure(plan)]
    if seen.states:
        plans = with_states(
            plans, seen.states, lambda part: _plans_of_view(seen, about, view_of(parse(part))), seen.whole
        )
    else:
        plans = with_further_states(
            plans, seen.view, seen.html, seen.url, lambda view: _plans_of_view(seen, about, view)
        )
    facts, plans, held = screened(seen, facts, plans)
    pricing_url = pricing_url_of(seen.links, seen.url)
    facts += _pricing_model(seen, about, facts, plans, pricing_url)
    text_chars = sum(len(line.text) for line in seen.view.lines if not line.shade)
    settled = tuple(filter(sure, facts))
    return Extraction(
        url=seen.url,
        facts=settled,
        plans=tuple(plans),
        doubtful=(*(fact for fact in facts if not sure(fact)), *unsure),
        links=tuple(seen.links),
        pricing_url=pricing_url,
        missing=_missing(settled, plans),
        trouble=(*troubles(seen.view, plans, text_chars, seen.url), *(f"look: {why}" for why in held)),
        pictures=() if plans else price_pictures(seen.view, seen.url),
        text_chars=text_chars,
    )


def _plans_of_view(seen: Seen, about: About, view: View) -> list[Plan]:
    """The sure plans of what a switch shows instead."""
    return [plan for plan in _plans(replace(seen, view=view, items=[]), about) if sure(plan)]


def _pricing_model(
    seen: Seen, about: About, facts: Sequence[Fact], plans: Sequence[Plan], pricing_url: str | None
) -> list[Fact]:
    licence = next((fact for fact in facts if fact.field == "license" and sure(fact)), None)
    # A house's pricing page says nothing about one product of the house.
    own_prices = pricing_url if about.name and squash(about.own) == squash(about.brand) else None
    return pricing_facts(seen, plans, own_prices, licence)


def _with_derived(found: Extraction, url: str, plans: tuple[Plan, ...], text: str, size: int) -> Extraction:
    """A card's pricing model follows from its licence alone."""
    licence = next((f for f in found.facts if f.field == "license"), None)
    facts = found.facts
    if licence and licences.is_open(licence.value):
        facts += (Fact("pricing_model", "open-source", "derived", 0.7, licence.evidence),)
    return replace(
        found,
        url=url,
        facts=facts,
        plans=plans,
        pricing_url=None,
        missing=_missing(facts, plans),
        trouble=(),
        text_chars=size,
    )


def _missing(facts: Sequence[Fact], plans: Sequence[Plan]) -> tuple[str, ...]:
    have = {f.field for f in facts}
    return tuple(name for name in WANTED if name not in have) + (() if plans else ("plans",))


def _plans(seen: Seen, about: About) -> list[Plan]:
    money = _convention(seen)
    found = pricing.plans(
        seen.view,
        url=seen.url,
        title=seen.meta.title,
        own=about.brand or about.own,
        rivals=about.rivals,
        convention=money,
    )
    if not any(map(sure, found)):
        offers = pricing.plans_of_offers(seen.items, seen.url, money)
        # A lone zero in markup is what app stores' templates write for any app; it is no free plan.
        found += offers if any(plan.amount for plan in offers) else []
    return found


def _convention(seen: Seen) -> Convention:
    """How the page writes money: by its amounts, its languages, its address, and the currencies its markup names."""
    return convention(
        [line.text for line in seen.view.lines],
        host_of(seen.url),
        seen.meta.lang,
        alternates=seen.meta.alternates,
        named=[code for item in seen.items if (code := text_of(item.get("priceCurrency")).upper())],
    )
