"""Plans out of a page: prices in cards, tables and sentences, each with its name, period and unit.

A price is believed for where it stands (a card among siblings, a price table, a sentence that says what something costs),
never for being an amount. Savings, funding, insurance sums, customers' results and rivals' prices are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tools.knowledge import sure
from tools.models import Plan
from tools.page.price_headings import is_of_prices
from tools.page.pricing import deciding
from tools.page.pricing.card_terms import complete_terms
from tools.page.pricing.cards import find_cards, plan_of
from tools.page.pricing.layout import Layout
from tools.page.pricing.mentions import find_mentions
from tools.page.pricing.money import ANY, Convention
from tools.page.pricing.names import before_name
from tools.page.pricing.offers import plans_of_offers
from tools.page.pricing.page import HEADINGS, Card, Mention, Page, in_table, make_plan, same_price
from tools.page.pricing.patterns import PRICE_HEAD
from tools.page.pricing.tables import from_rows, from_tables
from tools.page.pricing.terms import period_of, unit_of
from tools.page.pricing.traps import is_trap, without_answers
from tools.page.pricing.unpriced import free_lines, unpriced_plans, without_amounts
from tools.page.visible import View

__all__ = ["OFFER_LIMIT", "period_of", "plans", "plans_of_offers", "unit_of"]

_MOST_AMOUNTS = 150  # of one page; more is a shop's shelf
_CODE = frozenset(("option", "code", "pre", "textarea"))
OFFER_LIMIT = 40  # plans of one page; more is a shop's shelf, not a price list
_PLAN_IN_TEXT = re.compile(
    r"\b(?:the |our |to )?(?P<n>(?:Free|Basic|Starter|Pro|Professional|Premium|Plus|Team|Business|Enterprise|Standard|Growth|Scale|Hobby|Personal|Advanced|Essentials?|Ultimate|Unlimited|Lite|Family|Individual)) (?:plan|tier|package|subscription|edition|version)\b"
)


def plans(
    view: View,
    items: Sequence[dict[str, Any]] = (),
    *,
    url: str = "",
    title: str = "",
    own: str = "",
    rivals: Iterable[str] = (),
    convention: Convention = ANY,
    article: bool = False,
) -> list[Plan]:
    """The plans a page offers, in its order; [] when it states none. Unsure ones only where none is sure.

    own, rivals: names whose prices are this product's, and whose are not. convention: how it writes money.
    article: the page tells a story; prices in its sentences are anybody's.
    """
    heading = next((line.text for line in view.lines if line.tag == "h1"), "")
    about = bool(
        is_of_prices(urlsplit(url).path, buying=True) or PRICE_HEAD.search(heading) or PRICE_HEAD.search(title)
    )
    page = Page(view, url, tuple(r.lower() for r in rivals if r), own.lower(), convention, about)
    every = [one for one in find_mentions(page) if view.lines[one.line].tag not in _CODE]
    if not every:
        return without_amounts(page)
    page.index()
    page.mentions = _told_once(page, without_answers(page, [m for m in every if not is_trap(page, m)]))
    ruled = _ruled(page, article) if page.mentions else []
    mentions = sorted((*every, *free_lines(page, every)), key=lambda one: (one.line, one.money.start))[:_MOST_AMOUNTS]
    layout = Layout(page, title, mentions)
    made = {id(mention): plan for plan, mention in page.made if any(plan is one for one in ruled)}
    said = {plan.evidence[0].quote: plan for plan in ruled if plan.amount == 0 and id(plan) not in made}
    hints = [made.get(id(one)) or (said.get(one.quote) if not one.money.amount else None) for one in mentions]
    chosen = deciding.decide(layout, hints)
    found = [_plan_of(page, layout, one, hints[one.number]) for one in chosen]
    taken = {plan.name.lower() for plan in found}
    asked = [plan for plan in ruled if plan.amount is None and plan.name.lower() not in taken]
    return (found + asked)[:OFFER_LIMIT]


def _plan_of(page: Page, layout: Layout, chosen: deciding.Chosen, hint: Plan | None) -> Plan:
    """What the heads put together, as a plan with its quotes and terms."""
    mention, card = layout.mentions[chosen.number], layout.cards[chosen.number]
    if hint is None:
        complete_terms(page, mention, Card([mention], block=card, name=chosen.name, name_line=chosen.line))
    plan = make_plan(page, mention, chosen.name, chosen.line, deciding.confidence(chosen))
    return replace(plan, period=chosen.period, billed=None if chosen.period == "year" else plan.billed)


def _ruled(page: Page, article: bool) -> list[Plan]:
    """What the rules make of the page."""
    view = page.view
    tabled = from_tables(page) + from_rows(page)
    in_tables = {id(m) for m, _ in tabled}
    cards = find_cards(page, [m for m in page.mentions if m.short and id(m) not in in_tables and not in_table(page, m)])
    found = [plan for _, plan in tabled]
    told = [(card, plan) for card in cards if (plan := plan_of(page, card, cards)) is not None]
    read = [(card, plan) for card, plan in told if sure(plan)]
    for card, plan in read:
        # The line under the main heading says what a plan further down costs; the heading is no plan's name.
        under_title = card.name_line >= 0 and view.lines[card.name_line].tag == "h1"
        if not (under_title and any(other is not plan and same_price(other, plan) for _, other in read)):
            found.append(plan)
    if any(plan.amount and id(m) not in page.compared for m, plan in tabled) or any(
        p.amount and (p.name or p.period) for _, p in read
    ):
        # What a comparison says of our own price is a sum for so many seats or years; the plans stand elsewhere.
        beside = {id(plan) for m, plan in tabled if id(m) in page.compared}
        found = [plan for plan in found if id(plan) not in beside]
    if not any(plan.name for plan in found):
        used = {id(m) for card in cards for m in card.mentions} | in_tables
        found += _from_sentences(page, used, strict=article and not page.about_prices)
    elif cards:
        found += unpriced_plans(page, cards, found)
    return _settled(found, page.own)


def _told_once(page: Page, mentions: list[Mention]) -> list[Mention]:
    """Without what only says a card's price again: "Join for $70" over or under "$70 / month"."""
    stated = {(m.money.amount, m.money.currency) for m in mentions if m.period and m.short and not m.before.strip()}
    return [m for m in mentions if (m.money.amount, m.money.currency) not in stated or not _in_passing(page, m)]


def _in_passing(page: Page, mention: Mention) -> bool:
    """Whether a price stands within a heading's or a link's words, without a period and after no name."""
    if mention.period or mention.unit or not mention.before.strip():
        return False
    line = page.view.lines[mention.line]
    linked = line.tag in ("a", "button") or line.links * 2 > len(line.text)
    if not (linked or line.tag in HEADINGS):
        return False
    return linked or not before_name(mention) or len(mention.after.split()) > 1


def _from_sentences(page: Page, used: set[int], *, strict: bool) -> list[Plan]:
    """Prices told in running text, on pages without named plans: "Plans start at $9 a month"."""
    found: list[Plan] = []
    for mention in page.mentions:
        if mention.struck or id(mention) in used or not (mention.period or mention.unit) or in_table(page, mention):
            continue
        name = before_name(mention)
        # In a story only a list's "Name: $9 a month" is a plan.
        if strict and not (name and mention.before.rstrip()[-1:] in (":", "-", "–", "—", "(")):
            continue
        if not name and (match := _PLAN_IN_TEXT.search(mention.quote)):
            name = match["n"]
        found.append(
            make_plan(page, mention, name, mention.line if name else -1, 0.65 + 0.1 * (mention.qualifier == "from"))
        )
    return found


def _settled(found: list[Plan], own: str = "") -> list[Plan]:
    """Each plan once: no repeats, no unnamed price that a named plan has, no second billing of the same plan."""
    kept: list[Plan] = []
    seen: set[tuple[str, Decimal | None, str | None]] = set()
    named = Counter(plan.amount for plan in found if plan.name)
    timed = {(plan.amount, plan.currency) for plan in found if plan.period and plan.amount}
    for plan in found:
        bald = not plan.period and not plan.unit and (not plan.name or plan.confidence < 0.6)
        if bald and (plan.amount, plan.currency) in timed:
            continue  # a price said again without its period
        bare = _bare(plan.name, own)
        key = (bare, plan.amount, plan.period)
        if key in seen or (not plan.name and named[plan.amount]):
            continue
        told = next(
            (i for i, k in enumerate(kept) if bare and _bare(k.name, own) == bare and _same_but_shorter(k, plan)), None
        )
        if told is not None:
            if plan.period:
                kept[told] = plan
            continue
        longer = next(
            (i for i, k in enumerate(kept) if same_price(k, plan) and _prefix(_bare(k.name, own), bare)), None
        )
        if longer is not None:
            if len(plan.name) > len(kept[longer].name):
                kept[longer] = plan
            continue
        at = next(
            (i for i, k in enumerate(kept) if bare and _bare(k.name, own) == bare and k.amount != plan.amount), None
        )
        if at is not None and _another_billing(kept[at], plan):
            if kept[at].period == "year" and plan.period == "month" and kept[at].name != plan.name:
                kept[at] = plan  # a comparison told the year's sum first
            continue
        seen.add(key)
        kept.append(plan)
    return kept


def _same_but_shorter(one: Plan, two: Plan) -> bool:
    """Whether one is the other's price again, said without its period: "Team $9" in a menu, "Team $9/mo" below."""
    same = bool(one.amount) and (one.amount, one.currency) == (two.amount, two.currency)
    return same and one.period != two.period and None in (one.period, two.period)


def _prefix(one: str, two: str) -> bool:
    """Whether one name goes on where the other ends: "premium", "premium support"."""
    short, long = sorted((one, two), key=len)
    return bool(short) and long.startswith(short + " ")


def _bare(name: str, own: str) -> str:
    """A plan's name without the product's before it: "Larkspur Team" is "team"."""
    low = name.lower()
    return low.removeprefix(own).strip(" -–—:") or low if own else low


def _another_billing(one: Plan, two: Plan) -> bool:
    return (one.period != two.period or one.billed != two.billed) and bool(
        {one.period, two.period} & {"year", None} | {one.billed, two.billed} & {"year"}
    )
