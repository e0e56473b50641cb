"""Cards beside priced ones that say "Free" or "Contact us" where the others say an amount."""

from __future__ import annotations

import re
from decimal import Decimal

from tools.models import Plan
from tools.pricing.names import name_like
from tools.pricing.page import HEADINGS, Card, Page, children_of, first_class, quoted
from tools.pricing.words import CUSTOM_LINE, FREE_LINE, NAME_CLASS, PLAN_WORD_IN, TRIAL_NAME
from tools.visible import clean


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
