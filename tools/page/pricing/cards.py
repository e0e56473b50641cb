"""Prices in cards: which belong together, the block around them, their name, the plan they make."""

from __future__ import annotations

import re
from collections import Counter

from tools.models import Plan
from tools.page.pricing.card_terms import complete_terms
from tools.page.pricing.money import may_hold_money
from tools.page.pricing.names import ACTION, before_name, name_like, named
from tools.page.pricing.page import HEADINGS, Card, Mention, Page, children_of, first_class, make_plan
from tools.page.pricing.patterns import ADD_ON, PLAN_WORD, PLAN_WORD_IN, PRICE_HEAD, TRIAL_NAME
from tools.page.words import Phrase

_PRICE_BLOCK = re.compile(
    r"(?:^|[\s_-])(?:pricing|price-?(?:table|card|plan|list|box|grid|section|s)|plans?|tiers?|packages)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_WHOLE_CARD = re.compile(r"(?:^|[_-])(?:plan|tier|package|pricing-?(?:item|card|box|column))$", re.IGNORECASE)
_PLAN_CLASS = re.compile(r"(?:plan|tier|pack(?:age)?)[\w-]*name", re.IGNORECASE)
# A name of something on sale: a plan's, or a pack's ("500 credits").
_SOLD = Phrase(
    rf"{PLAN_WORD_IN.expression}|\d[\d,. ]*k?\s*(?:credits?|tokens?|coins?|points?|minutes?|messages?|images?|calls?|requests?|pages?|emails?)\b|\b(?:pack|paket|bundle)\b"
)
_NO_PLAN = re.compile(
    r"\b(?:budgets?|savings?|revenues?|salar(?:y|ies)|income|spending|refunds?|bonus(?:es)?|rewards?|referrals?|bount(?:y|ies)|prizes?|grants?|invoices?|payouts?|funding|cash ?back)\b",
    re.IGNORECASE,
)
_CALCULATOR = re.compile(
    r"\b(?:roi|estimates?|estimated|estimator|cost examples?|calculator|calculate|(?:you|your (?:business|team|company)|we)(?:'ll| will| can| could)? save|your savings|how much (?:can|could|will|do) (?:you|i) save|return on investment)\b",
    re.IGNORECASE,
)


def find_cards(page: Page, mentions: list[Mention]) -> list[Card]:
    """The prices in groups of one card each, every card with its block and its name."""
    cards: list[Card] = []
    for mention in mentions:
        if cards and _same_card(page, cards[-1], mention):
            cards[-1].mentions.append(mention)
        else:
            cards.append(Card([mention]))
    for number_, card in enumerate(cards):
        before = cards[number_ - 1].mentions[-1] if number_ else None
        after = cards[number_ + 1].mentions[0] if number_ + 1 < len(cards) else None
        card.block = _block_of(page, card.mentions[0], before, after)
        _name_card(page, card, before)
    parents = Counter(page.view.blocks[card.block].parent for card in cards)
    for card in cards:
        card.siblings = parents[page.view.blocks[card.block].parent] - 1
    return cards


def _same_card(page: Page, card: Card, mention: Mention) -> bool:
    """Whether a price goes on with the card before it, or heads one of its own."""
    lines = page.view.lines
    previous = card.mentions[-1]
    if mention.line == previous.line:
        return True
    if mention.line - previous.last > 40:
        return False
    own = lines[mention.line]
    theirs = lines[previous.line]
    if (own.tag == "li" and theirs.tag != "li") or _is_add_on(mention):
        return True
    if before_name(mention) and own.block != theirs.block:
        return False
    one, two = page.split(theirs.block, own.block)
    if one != two:
        start = page.first[two]
        named = [i for i in range(start, mention.line) if name_like(lines[i]) and lines[i].tag != "li"]
        if any(lines[i].tag in HEADINGS or PLAN_WORD.fullmatch(name_like(lines[i])) for i in named):
            return False
        if any(_called_plan(page, i) for i in named):
            return False
        # Two blocks of one make, each with a short line above its price, are two cards.
        top = min(m.line for m in card.mentions if m.line >= page.first[one])
        head = [i for i in range(page.first[one], top) if name_like(lines[i]) and lines[i].tag != "li"]
        alike = page.view.blocks[one].tag == page.view.blocks[two].tag and first_class(page, one) == first_class(
            page, two
        )
        if named and head and alike:
            return False
        labels = [page.view.blocks[at].node.attributes.get("aria-label") for at in (one, two)]
        if alike and all(labels) and labels[0] != labels[1] and not (named or head):
            return False
        if alike and _WHOLE_CARD.search(first_class(page, two)) and page.last[two] - start > 2:
            return False
    between = range(previous.last + 1, mention.line)
    return not any(lines[i].tag in HEADINGS and name_like(lines[i]) for i in between)


def _is_add_on(mention: Mention) -> bool:
    """ "Extra seat $5", "+ $5 per additional seat"."""
    before = mention.before.strip()
    return before.startswith("+") or bool(ADD_ON.match(before) or ADD_ON.search(mention.after[:40]))


def _block_of(page: Page, mention: Mention, before: Mention | None, after: Mention | None) -> int:
    """The largest block around a price that holds none of its neighbours'."""
    lines = page.view.lines
    block = lines[mention.line].block
    limit = 0
    for other in (before, after):
        if other is None:
            continue
        _, own = page.split(lines[other.line].block, block)
        limit = max(limit, page.view.blocks[own].depth)
    best = block
    for at in page.chain(block):
        if page.view.blocks[at].depth < limit:
            break
        if (
            before is None
            and after is None
            and (
                page.last[at] - page.first[at] > 30
                or page.view.blocks[at].tag in ("section", "main", "article", "body")
            )
        ):
            break
        best = at
        if page.last[at] - page.first[at] > 60 or (
            after is None and before is None and _heads_a_row(page, at, mention)
        ):
            break
    return best


def _heads_a_row(page: Page, block: int, mention: Mention) -> bool:
    """A named block with others of its make beside it: a card among cards, though it alone states a price."""
    lines = page.view.lines
    if not any(name_like(lines[i]) for i in range(page.first[block], mention.line)):
        return False
    blocks = page.view.blocks
    kin = [
        c for c in children_of(page, blocks[block].parent) if blocks[c].tag == blocks[block].tag and page.last[c] >= 0
    ]
    return len(kin) > 1 and sum(first_class(page, c) == first_class(page, block) for c in kin) > 1


def _name_card(page: Page, card: Card, before: Mention | None) -> None:
    """The card's name: in the price's own line, else the most telling short line above it, else a heading just below."""
    lines = page.view.lines
    chosen = card.mentions[0]
    if own := before_name(chosen):
        card.name, card.name_line = own, chosen.line
        return
    floor = before.last if before is not None else -1
    inside = page.first[card.block]
    best = (0.0, "", -1)
    for i in range(chosen.line - 1, max(floor, inside - 1, chosen.line - 18), -1):
        best = max(best, named(page, i, chosen, inside))
    if best[0] < 1.0:
        for i in range(chosen.last + 1, min(chosen.last + 5, page.last[card.block] + 1)):
            name = name_like(lines[i])
            if lines[i].tag == "dt":
                break  # a term heads what follows it, not the price before
            if name and lines[i].tag != "li" and (lines[i].tag in HEADINGS or PLAN_WORD.fullmatch(name)):
                best = (1.5, name, i)
                break
    if best[0] < 1.0:
        for i in range(min(chosen.line, inside) - 1, max(floor, chosen.line - 18), -1):
            best = max(best, named(page, i, chosen, inside))
    if best[0] >= 1.0:
        card.name, card.name_line = best[1], best[2]
        card.heading = lines[best[2]].tag in HEADINGS
    else:
        card.name = _labelled(page, page.chain(lines[chosen.line].block))


def _labelled(page: Page, around: list[int]) -> str:
    """The plan's name that the label of a block for screen readers gives, where readers see none; "" without one."""
    for at in around[:6]:
        label = " ".join((page.view.blocks[at].node.attributes.get("aria-label") or "").split())
        if label and len(label) <= 30 and PLAN_WORD_IN.search(label) and not may_hold_money(label):
            return label
    return ""


def plan_of(page: Page, card: Card, cards: list[Card]) -> Plan | None:
    """The plan a card stands for, unsure when little says that it is one; None when something says that it is not."""
    chosen = _main_price(card.mentions)
    if chosen is None:
        return None
    if not chosen.money.amount and TRIAL_NAME.fullmatch(card.name):
        return None
    if _is_rivals(page, card) or _in_calculator(page, card) or _NO_PLAN.search(card.name):
        return None
    complete_terms(page, chosen, card)
    about_prices = page.about_prices or _under_price_heading(page, card)
    confidence = 0.25
    confidence += 0.25 * bool(chosen.period or chosen.unit)
    confidence += 0.1 * bool(card.name) + 0.1 * card.heading + 0.15 * bool(card.name and PLAN_WORD_IN.search(card.name))
    confidence += 0.15 * about_prices + 0.1 * (card.siblings > 0 and bool(card.name))
    confidence += 0.1 * (chosen.qualifier == "from")
    if not chosen.money.amount and _FOREVER.match(chosen.after.strip() or _line_after(page, chosen)):
        confidence += 0.25
        card.name = card.name or "Free"
    if page.view.lines[chosen.line].shade:
        confidence -= 0.05
    said = chosen.period or chosen.unit or chosen.qualifier or (card.name and _SOLD.search(card.name))
    button = ACTION.match(chosen.before.strip())  # "Buy now – $49" says again what a card says
    if chosen.money.amount and (button or not (about_prices or said)):
        confidence = min(confidence, 0.4)  # a sum under a heading may be anything
    return make_plan(page, chosen, card.name, card.name_line, min(confidence, 0.97))


_RESTATED = re.compile(
    r"(?:[~≈=]|\b(?:about|approx\.?|around|roughly|equivalent(?: to)?|equals?|works out (?:at|to)|that['’]?s|which is|i\.e\.|soit|environ|entspricht|ca\.|equivale a|unos|cerca de))\s*(?:just |only )?$",
    re.IGNORECASE,
)
_FOREVER = re.compile(
    r"/?\s*(?:free )?(?:forever|for ever|for life|always|für immer|dauerhaft|pour toujours|à vie|para siempre|para sempre|per sempre|навсегда|永久|ずっと)",
    re.IGNORECASE,
)


def _called_plan(page: Page, line: int) -> bool:
    """Whether the markup says that a plan's name stands in a line: class "plan-name", "tier-name", "package-name"."""
    node = page.view.blocks[page.view.lines[line].block].node
    inside = node.css("[class*=name i]")[:2]
    return any(_PLAN_CLASS.search(one.attributes.get("class") or "") for one in (node, *inside))


def _line_after(page: Page, mention: Mention) -> str:
    lines = page.view.lines
    return lines[mention.last + 1].text if mention.last + 1 < len(lines) else ""


def _main_price(group: list[Mention]) -> Mention | None:
    """The price a card stands for: not struck, the first, but a monthly before a yearly one."""
    standing = [m for m in group if not m.struck]
    if not standing:
        return None
    first = standing[0]
    for mention in standing[1:]:
        if mention.line - first.line > 6:
            break
        later = re.search(r"\bthen\b|\brenew|\bafter\b|\bregular|\bwas\b|\binstead\b", mention.before, re.IGNORECASE)
        restated = mention.billed == "year" or _RESTATED.search(mention.before[-30:])
        if mention.period == "month" and first.period == "year" and not later and not restated:
            return mention
    if first.money.amount == 0 and len(standing) > 1 and standing[1].line == first.line and standing[1].money.amount:
        return standing[1]  # "$0 then $9": a trial, not a free plan
    return first


def _is_rivals(page: Page, card: Card) -> bool:
    """A card under a rival's name or logo, or the dearer half of a comparison that names nobody."""
    if not page.rivals:
        return False
    lines = page.view.lines
    top = card.mentions[0].line
    words = [lines[i].text.lower() for i in range(page.first[card.block], top) if len(lines[i].text) < 40]
    pictures = [
        (node.attributes.get("alt") or "").lower() for node in page.view.blocks[card.block].node.css("img[alt]")[:4]
    ]
    said = " | ".join((*words, *pictures, card.name.lower()))
    if any(rival in said for rival in page.rivals) and not (page.own and page.own in said):
        return True
    if card.heading or (card.name and PLAN_WORD_IN.search(card.name)):
        return False
    cheapest = min(m.money.amount for m in page.mentions)
    return card.mentions[0].money.amount != cheapest


def _in_calculator(page: Page, card: Card) -> bool:
    """Inside a calculator of savings or returns: its sums are examples."""
    lines = page.view.lines
    start = page.first[card.block]
    for i in range(start, max(-1, start - 25), -1):
        if i < len(lines) and lines[i].tag in ("h1", "h2", "h3"):
            return bool(_CALCULATOR.search(lines[i].text))
    return False


def _under_price_heading(page: Page, card: Card) -> bool:
    """The section around the card speaks of plans and prices."""
    lines = page.view.lines
    start = min(card.mentions[0].line, page.first[card.block])
    for i in range(start, max(-1, start - 90), -1):
        if lines[i].tag in ("h1", "h2", "h3") and PRICE_HEAD.search(lines[i].text):
            return True
    return any(
        _PRICE_BLOCK.search(f"{b.node.attributes.get('class') or ''} {b.node.attributes.get('id') or ''}")
        for b in (page.view.blocks[at] for at in page.chain(card.block)[:12])
    )
