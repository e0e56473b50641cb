"""Plans out of a page: its amounts, and what small trained models choose of them, each with its name, period and unit."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from tools.models import Plan
from tools.page.price_headings import is_of_prices
from tools.page.pricing import deciding
from tools.page.pricing.card_terms import complete_terms
from tools.page.pricing.layout import Layout
from tools.page.pricing.mentions import find_mentions
from tools.page.pricing.money import ANY, Convention, metered
from tools.page.pricing.offers import plans_of_offers
from tools.page.pricing.page import OPEN, Page, quoted
from tools.page.pricing.patterns import PRICE_HEAD
from tools.page.pricing.terms import is_metered, period_of, unit_of
from tools.page.pricing.unpriced import wordy_lines
from tools.page.visible import View

__all__ = ["OFFER_LIMIT", "period_of", "plans", "plans_of_offers", "unit_of"]

OFFER_LIMIT = 40  # plans of one page; more is a shop's shelf, not a price list
_MOST_AMOUNTS = 150  # of one page, for the same reason
_CODE = frozenset(("option", "code", "pre", "textarea"))  # amounts in them are examples


def plans(
    view: View,
    *,
    url: str = "",
    title: str = "",
    own: str = "",
    rivals: Iterable[str] = (),
    convention: Convention = ANY,
) -> list[Plan]:
    """The plans a page offers, in its order; [] when it states none. Unsure ones only where none is sure.

    own, rivals: names whose prices are this product's, and whose are not. convention: how it writes money.
    """
    heading = next((line.text for line in view.lines if line.tag == "h1"), "")
    about = is_of_prices(urlsplit(url).path, buying=True) or any(PRICE_HEAD.search(text) for text in (heading, title))
    page = Page(view, url, tuple(r.lower() for r in rivals if r), own.lower(), convention, about)
    amounts = [one for one in find_mentions(page) if view.lines[one.line].tag not in _CODE]
    mentions = sorted((*amounts, *wordy_lines(page, amounts)), key=lambda one: (one.line, one.money.start))
    if not mentions:
        return []
    page.index()
    layout = Layout(page, title, mentions[:_MOST_AMOUNTS])
    return [_plan(layout, chosen) for chosen in deciding.decide(layout)][:OFFER_LIMIT]


def _plan(layout: Layout, chosen: deciding.Chosen) -> Plan:
    """What the heads put together, with its quotes and terms."""
    page, one = layout.page, layout.mentions[chosen.number]
    evidence = quoted(page, one.quote, one.line)
    for at in (chosen.line, one.note):
        if at >= 0 and at != one.line:
            evidence += quoted(page, page.view.lines[at].text, at)
    confidence = round(deciding.confidence(chosen), 2)
    if one.asked:
        return Plan(chosen.name, None, None, None, qualifier="contact", confidence=confidence, evidence=evidence)
    complete_terms(layout, chosen.number)
    money = metered(one.money, page.convention) if is_metered(one.unit, chosen.period) else one.money
    return Plan(
        name=chosen.name or ("Free" if one.gratis else ""),
        amount=money.amount,
        currency=money.currency or None,
        period=chosen.period,
        unit=one.unit,
        billed=one.billed if chosen.period == "month" else None,
        qualifier=one.qualifier,
        confidence=confidence if money.sure else min(confidence, OPEN),
        evidence=evidence,
    )
