"""Cards beside priced ones that say "Free" or "Contact us" where the others say an amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from tools.models import Plan
from tools.page.price_headings import only_of_prices
from tools.page.pricing.money import Money
from tools.page.pricing.names import name_like
from tools.page.pricing.page import HEADINGS, Card, Mention, Page, children_of, first_class, quoted
from tools.page.pricing.patterns import CUSTOM_LINE, FREE_LINE, NAME_CLASS, PLAN_WORD_IN, PRICE_LABEL, TRIAL_NAME
from tools.page.visible import clean, holding

_MOST_CARDS = 12  # a longer list of free things is a shelf, not a price list
_PRICED_FREE = re.compile(rf"{PRICE_LABEL.pattern}s?\s*[:：]\s*{FREE_LINE.pattern}", re.IGNORECASE)


def unpriced_plans(page: Page, cards: list[Card], found: list[Plan]) -> list[Plan]:
    """Cards beside priced ones that say "Free" or "Contact us" where the others say an amount."""
    extra: list[Plan] = []
    named = {plan.name.lower() for plan in found}
    taken = {card.block for card in cards}
    makes: dict[int, set[tuple[str, str]]] = {}  # parent → tags and classes of its cards
    for card in cards:
        if card.name:
            block = page.view.blocks[card.block]
            makes.setdefault(block.parent, set()).add((block.tag, first_class(page, card.block)))
    for parent, kin in makes.items():
        if page.last[parent] - page.first[parent] > 400:
            continue
        for child in children_of(page, parent):
            first, last = page.first[child], page.last[child]
            if child in taken or first > last or any(first <= m.line <= last for m in page.mentions):
                continue
            if parent == 0 and (page.view.blocks[child].tag, first_class(page, child)) not in kin:
                continue
            plan = _unpriced_plan(page, child)
            if plan is not None and plan.name.lower() not in named:
                named.add(plan.name.lower())
                extra.append(plan)
    return extra


_FREE_HINTS = (
    "ree",
    "REE",
    "ratis",
    "kosten",
    "ratuit",
    "rátis",
    "darmow",
    "bezpłat",
    "za darmo",
    "zdarma",
    "cretsiz",
    "無料",
    "免",
    "무료",
    "есплат",
)
_ASKED_HINTS = (
    "uot",
    "equest",
    "ustom",
    "ontact",
    "frage",
    "evis",
    "emande",
    "onsult",
    "ichiesta",
    "anvraag",
    "запрос",
    "合わせ",
    "面议",
    "문의",
)


def free_lines(page: Page, amounts: Sequence[Mention]) -> list[Mention]:
    """The short lines that say "Free" and hold no amount, as prices of nothing."""
    lines, priced = page.view.lines, {one.line for one in amounts}
    texts = [line.text if len(line.text) <= 40 else "" for line in lines]
    found = []
    for at in sorted(holding(texts, _FREE_HINTS)):
        if at not in priced and FREE_LINE.fullmatch(text := clean(texts[at]).strip(" *†")):
            money = Money(0, len(texts[at]), Decimal(0), "", text)
            found.append(Mention(at, money, "", "", last=at, quote=texts[at], gratis=True))
    return found


def without_amounts(page: Page) -> list[Plan]:
    """The plans of a page that states no amount: "Price: Free" of the product, and cards that all say "Free" or "On request"."""
    lines = page.view.lines
    texts = [line.text if len(line.text) <= 60 and not line.shade else "" for line in lines]
    hinted = holding(texts, (*_FREE_HINTS, *_ASKED_HINTS) if page.about_prices else _FREE_HINTS)
    said = [i for i in sorted(hinted) if lines[i].tag not in ("a", "button", "nav", "li") and _says(lines[i].text)]
    if not said or len(said) > _MOST_CARDS:
        return []
    page.index()
    if page.about_prices and (found := _of_cards(page, said)):
        return found
    priced = [i for i in said if _PRICED_FREE.fullmatch(texts[i]) or (i and _labelled(texts[i - 1], texts[i]))]
    if len(priced) != 1:
        return []
    at = priced[0]
    evidence = quoted(page, texts[at], at)
    return [Plan("Free", Decimal(0), None, None, confidence=0.75, evidence=evidence)]


def _says(text: str) -> bool:
    text = clean(text).strip(" *†")
    return bool(FREE_LINE.fullmatch(text) or CUSTOM_LINE.fullmatch(text))


def _labelled(label: str, text: str) -> bool:
    """ "Price" over "Free", as terms and cells have it."""
    return bool(PRICE_LABEL.fullmatch(label.strip(" :："))) and bool(FREE_LINE.fullmatch(text.strip(" *†")))


def _of_cards(page: Page, said: list[int]) -> list[Plan]:
    """The plans of the cards in which the lines stand, where each card has a name."""
    found: dict[str, Plan] = {}
    lines = page.view.lines
    for number, i in enumerate(said):
        # The largest block around the line that holds none of its neighbours; alone, what has a heading over it.
        block = best = lines[i].block
        near = {said[n] for n in (number - 1, number + 1) if 0 <= n < len(said)}
        for at in page.chain(block):
            if any(page.first[at] <= other <= page.last[at] for other in near) or page.last[at] - page.first[at] > 40:
                break
            best = at
            if not near and any(lines[k].tag in HEADINGS for k in range(page.first[at], i)):
                break
        plan = _unpriced_plan(page, best)
        if plan is not None and plan.name != "Free" and not only_of_prices(plan.name):
            found.setdefault(plan.name.lower(), plan)
    return list(found.values())


def _unpriced_plan(page: Page, block: int) -> Plan | None:
    lines = page.view.lines
    name, name_line = "", -1
    for i in range(page.first[block], min(page.last[block] + 1, page.first[block] + 14)):
        text = clean(lines[i].text).strip(" *†")
        parts = re.split(r"\s+[-–—|]\s+|:\s+", text)
        gratis = bool(FREE_LINE.fullmatch(text))  # "Price: Free" too, which names no plan
        if len(parts) == 2 and not gratis and lines[i].tag in HEADINGS and FREE_LINE.fullmatch(parts[1].strip()):
            return Plan(parts[0].strip(), Decimal(0), None, None, confidence=0.8, evidence=quoted(page, text, i))
        if not name and lines[i].tag != "li" and not gratis and (read := name_like(lines[i])):
            name, name_line = read, i
            classes = page.view.blocks[lines[i].block].node.attributes.get("class") or ""
            if not PLAN_WORD_IN.search(name) and lines[i].tag not in HEADINGS and not NAME_CLASS.search(classes):
                name = ""
            continue
        if lines[i].tag == "li":
            continue
        if gratis:
            if TRIAL_NAME.fullmatch(name):
                return None
            label = name or "Free"
            evidence = quoted(page, text, i) + (quoted(page, lines[name_line].text, name_line) if name else ())
            return Plan(label, Decimal(0), None, None, confidence=0.8, evidence=evidence)
        if name and CUSTOM_LINE.fullmatch(text):
            evidence = quoted(page, text, i) + quoted(page, lines[name_line].text, name_line)
            return Plan(name, None, None, None, qualifier="contact", confidence=0.75, evidence=evidence)
    return None
