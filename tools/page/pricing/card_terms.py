"""Period, unit and billing of a card, from the lines around its price."""

from __future__ import annotations

import re

from tools.page.pricing.money import find_money
from tools.page.pricing.names import name_like
from tools.page.pricing.page import HEADINGS, Card, Mention, Page
from tools.page.pricing.patterns import FROM, PERIOD_LABEL, PRICE_HEAD, TRIAL
from tools.page.pricing.terms import BILLED, period_of, periods_in, unit_of

_TERM_WORD = re.compile(
    r"(?:per|for|billed|billing|when|with|excl|excluding|incl|including|plus|ex|vat|users?|seats?|each|an?|or|if|paid|payment|after|on|and|before|tax|hors|ht|ttc|zzgl|inkl|pro|par|por|netto|brutto|mwst|iva|tva|sans|ohne|sin|sem|kündbar|subscription|membership|plan|only|minimum|USD|EUR|GBP)\b",
    re.IGNORECASE,
)


def complete_terms(page: Page, chosen: Mention, card: Card) -> None:
    """Period and unit from the lines around; prices that only repeat or cross out stand in between."""
    lines = page.view.lines
    bare = {m.line for m in card.mentions if m is not chosen and not (m.before.strip() or m.period or m.unit)}
    struck = {m.line for m in card.mentions if m.struck}
    priced = {m.line for m in card.mentions}
    for (
        other
    ) in card.mentions:  # "$15 ~~$20~~/month", "$20$16/month", "$10 - $20 per hour": the words stand behind the last
        if other is chosen or other.line != chosen.line or other.money.start < chosen.money.end:
            continue
        if other.struck or chosen.after.strip() in ("", "-", "–", "—", "to", "or"):
            chosen.period = chosen.period or other.period
            chosen.unit = chosen.unit or other.unit
            if chosen.after.strip() in ("-", "–", "—", "to"):
                chosen.qualifier = chosen.qualifier or "from"
    if chosen.period is None and chosen.line and PERIOD_LABEL.fullmatch(lines[chosen.line - 1].text):
        chosen.period = period_of(lines[chosen.line - 1].text)
    seen = 0
    for i in range(chosen.last + 1, min(chosen.last + 8, len(lines))):
        text = lines[i].text
        if i in bare or i in struck:
            continue
        if i in priced or len(text) > 80 or lines[i].tag == "li" or seen >= 4:
            break
        if lines[i].tag in HEADINGS and name_like(lines[i]) and i != card.name_line:
            break
        seen += 1
        if billed := BILLED.search(text):
            said = (billed["a"] or billed["b"] or "").lower()
            if chosen.billed is None and said.startswith(("annual", "year", "once a", "every y", "per y")):
                chosen.billed = "year"
            text = text[: billed.start()] + " " + text[billed.end() :]
        if any(True for _ in find_money(text)):
            break
        if chosen.period is None:
            chosen.period = _period_line(text)
        if chosen.unit is None:
            chosen.unit = unit_of(text)
    _terms_above(page, chosen, card)
    if chosen.period is None and chosen.billed == "year" and not chosen.unit:
        chosen.period, chosen.billed = "year", None


_PAID_ONCE = re.compile(
    r"(?:\W*(?:one[- ]?(?:time|off)|single|once[- ]only)[- ](?:purchase|payment|fee|charge|price|cost|licen[cs]e|buy)|pay (?:only )?once|yours forever|lifetime (?:access|licen[cs]e|deal)|"
    r"einmal(?:ig|zahlung|kauf)|(?:paiement|achat|versement) unique|accès (?:à vie|permanent)|pago único|pagamento único|una tantum|買い切り|一次性|единоразов|разовый)",
    re.IGNORECASE,
)


def _period_line(text: str) -> str | None:
    """The period a line of its own gives to the price above it: "per month, excl. VAT", but not "Monthly revenue"."""
    if _PAID_ONCE.match(text):
        return "once"
    for period, end in periods_in(text):
        rest = text[end:].strip()
        if not rest or not rest[0].isalpha() or _TERM_WORD.match(rest):
            return period
    return None


def _terms_above(page: Page, chosen: Mention, card: Card) -> None:
    lines = page.view.lines
    for i in range(chosen.line - 1, max(-1, chosen.line - 3, card.name_line), -1):
        text = lines[i].text
        if len(text) > 40 or any(True for _ in find_money(text)):
            return
        if chosen.qualifier is None and FROM.search(text + " "):
            chosen.qualifier = "from"
        if chosen.period is None and not BILLED.search(text) and not TRIAL.search(text):
            chosen.period = _period_line(text)
    if chosen.period is None and chosen.money.amount:
        label = page.view.blocks[lines[chosen.line].block].node.attributes.get("aria-label") or ""
        chosen.period = period_of(label) if str(chosen.money.amount) in label else None
    if chosen.period is None and chosen.unit is None and chosen.money.amount:
        chosen.period = _period_of_section(page, card)


def _period_of_section(page: Page, card: Card) -> str | None:
    """ "Monthly plans" over the cards: the heading's period, where it speaks of plans."""
    lines = page.view.lines
    for i in range(page.first[card.block] - 1, max(-1, page.first[card.block] - 60), -1):
        if (
            lines[i].tag in ("h1", "h2", "h3")
            and PRICE_HEAD.search(lines[i].text)
            and not _heads_another(page, card, i)
        ):
            return period_of(lines[i].text) if len(lines[i].text) < 40 else None
    return None


def _heads_another(page: Page, card: Card, line: int) -> bool:
    """Whether a heading stands inside a card of its own: its part of the page holds another price."""
    theirs, _ = page.split(page.view.lines[line].block, card.block)
    return any(page.first[theirs] <= m.line <= page.last[theirs] for m in page.mentions if m not in card.mentions)
