"""Is an amount a price of the product? The plain facts about it as a row of numbers."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from tools.page.pricing.around import BIT, flags, kinds_in
from tools.page.pricing.layout import Layout, sample
from tools.page.pricing.page import Mention, Page
from tools.page.pricing.patterns import FREE_SPOKEN, TRIED
from tools.page.pricing.terms import periods_in
from tools.page.words import find

TAGS = {tag: number for number, tag in enumerate(("h1", "h2", "h3", "h4", "h5", "th", "td", "li", "p", "div", "span", "button", "a", "dt", "label", "section"))}  # fmt: skip
_CARD_CSS = re.compile(r"card|col\b|col-|grid|box|tier|plan|pric|pack|offer")
_PRICE_CSS = re.compile(r"pric|plan|tier|package|amount|cost|preis|tarif")
_ASIDE_CSS = re.compile(
    r"testi|review|quote|chat|demo|mock|hero|calc|roi|slider|faq|accord|compar|stat|terminal|code|screen|preview|footer|nav|feed|job|blog|post|case"
)
_STORY = re.compile(r"blog|post|news|case|stor|vs\b|vs-|compare|docs?/|guide|changelog|calculator|models|jobs")
_DASH = frozenset("-–—→")
# The kinds of words that are asked for in each place: those that trees used, 2026-11-30.
_KINDS = {
    "own": ("earning", "told", "rival", "further", "price", "plan", "button", "from", "free"),
    "before": ("earning", "rival", "formerly", "plan", "price", "from"),
    "after": ("given", "further", "plan"),
    "above1": ("earning", "formerly", "plan"),
    "under1": ("figure", "plan"),
    "above": ("earning", "figure", "formerly", "further", "plan", "price", "button", "from"),
    "head": ("earning", "given", "rival", "price"),
    "section": ("earning", "figure", "rival", "price", "free"),
    "card": ("plan", "button", "price", "told", "earning", "saving", "figure"),
    "rowed": ("price", "plan", "further", "earning"),
}


def amount_rows(layout: Layout) -> list[list[float]]:
    """One row an amount."""
    shared = _shared(layout)
    return [list(map(float, _facts(layout, number, shared).values())) for number in range(len(layout.mentions))]


def _shared(layout: Layout) -> dict[str, float]:
    mentions = [one for one in layout.mentions if not one.asked]
    count = max(1, len(mentions))
    heading = next((layout.lines[i].text for i in layout.heads if layout.lines[i].tag == "h1"), "")
    path, price = layout.path, BIT["price"]
    return {
        "amounts": min(60, len(mentions)),
        "asked_lines": min(9, len(layout.mentions) - len(mentions)),
        "struck_share": sum(one.struck for one in mentions) / count,
        "short_timed": min(30, sum(one.short and bool(one.period or one.unit) for one in mentions)),
        "short_share": sum(one.short for one in mentions) / count,
        "free_lines": min(5, sum(one.gratis for one in mentions)),
        "best_group": max((min(12, layout.kin(card)[1]) for card in layout.cards if card), default=0),
        "timed_share": sum(bool(one.period or one.unit) for one in mentions) / count,
        "css_share": sum(bool(_PRICE_CSS.search(layout.css(layout.lines[one.line].block))) for one in mentions) / count,
        "price_path": bool(kinds_in(path) & price),
        "price_title": bool(kinds_in(layout.title) & price),
        "price_heading": bool(kinds_in(heading) & price),
        "about": layout.page.about_prices,
        "story": bool(_STORY.search(path)),
        "root": path in ("", "/"),
        "lines": min(3_000, len(layout.lines)),
    }


def _facts(layout: Layout, number: int, shared: dict[str, float]) -> dict[str, float]:
    one = layout.mentions[number]
    return {
        **_of_amount(one),
        **_of_line(layout, one),
        **_of_words(layout, one),
        **_of_card(layout, number),
        **_of_free(layout, number),
        **_of_page(layout, number),
        **shared,
    }


def _of_amount(one: Mention) -> dict[str, float]:
    amount = float(one.money.amount)
    return {
        "log": math.log10(amount + 0.001),
        "free": one.gratis,
        "asked": one.asked,
        "zero": amount == 0,
        "whole": amount == int(amount),
        "nine": f"{amount:g}"[-1] == "9",
        "round": amount >= 100 and amount % 100 == 0,
        "scaled": one.money.scaled,
        "currency": bool(one.money.currency),
        "period": bool(one.period),
        "unit": bool(one.unit),
        "struck": one.struck,
        "short": one.short,
    }


def _of_line(layout: Layout, one: Mention) -> dict[str, float]:
    line = layout.lines[one.line]
    before, after = one.before.strip(), one.after.strip()
    return {
        "tag": TAGS.get(line.tag, len(TAGS)),
        "length": min(400, len(line.text)),
        "before": min(120, len(before)),
        "after": min(120, len(after)),
        "words_before": min(30, before.count(" ") + bool(before)),
        "words_after": min(30, after.count(" ") + bool(after)),
        "shade": line.shade,
        "linked": line.links > 0,
        "range": after[:1] in _DASH,
        "about": before[-1:] in ("~", "≈", "=", ">", "<"),
        "sentence": line.text[-1:] in ".!。",
        "opens_low": before[:1].islower(),
    }


def _of_words(layout: Layout, one: Mention) -> dict[str, float]:
    lines = layout.lines
    own = lines[one.line].text
    head, section = layout.head_of(one.line), layout.head_of(one.line, frozenset(("h1", "h2")))
    headed = lines[head].text if head >= 0 else ""
    text = lines[one.line - 1].text if one.line else ""
    under = lines[one.last + 1].text if one.last + 1 < len(lines) else ""
    hits = periods_in(under[:60])
    return {
        **_flags("own", layout.own_kinds(one)),
        **_flags("before", kinds_in(one.before[-50:])),
        **_flags("after", kinds_in(one.after[:50])),
        **_flags("above1", kinds_in(text[-80:])),
        **_flags("under1", kinds_in(under[:80])),
        **_flags("above", layout.kinds(one.line - 4, one.line)),
        **_flags("head", kinds_in(headed[:160])),
        **_flags("section", kinds_in(lines[section].text[:160]) if section >= 0 else 0),
        **_says_own(layout.page, "", own, headed, lines[section].text if section >= 0 else ""),
        "rival_said0": any(rival in own.lower() for rival in layout.page.rivals),
        "head_asks": "?" in headed,
        "head_far": min(99, one.line - head) if head >= 0 else 99,
        "head_words": min(12, headed.count(" ") + bool(headed)),
        "section_far": min(150, one.line - section) if section >= 0 else 150,
        "above_length": min(120, len(text)),
        "under_length": min(120, len(under)),
        "under_period": bool(hits),
        "items": layout.items(one.last + 1, one.last + 12),
    }


def _says_own(page: Page, prefix: str, *texts: str) -> dict[str, bool]:
    """Whether each of some texts says the product's name."""
    own = page.own
    return {f"{prefix}own_said{at}": bool(own) and own in text.lower() for at, text in enumerate(texts)}


def _flags(place: str, found: int) -> Mapping[str, float]:
    """The kinds of words found in a place, as facts of a row."""
    return flags(place, found, _KINDS[place])


@lru_cache(maxsize=1024)  # the cards of a row have the same classes
def _of_css(near: str, outer: str) -> Mapping[str, bool]:
    """What the classes of the blocks around call an amount."""
    return {
        "css_card": bool(_CARD_CSS.search(near)),
        "css_price": bool(_PRICE_CSS.search(near)),
        "css_aside": bool(_ASIDE_CSS.search(near)),
        "outer_aside": bool(_ASIDE_CSS.search(outer)),
    }


def _of_card(layout: Layout, number: int) -> dict[str, float]:
    one, card = layout.mentions[number], layout.cards[number]
    chain = layout.chain(layout.lines[one.line].block)
    near = " ".join(layout.css(at) for at in chain[:4])
    outer = " ".join(layout.css(at) for at in chain[4:10])
    brothers, with_money = layout.kin(card) if card else ([], 0)
    start, end = layout.span(card, one.line)
    inside = layout.kinds(start, min(end + 1, start + 40))
    row = next((at for at in chain[:6] if layout.blocks[at].tag == "tr"), -1)
    cell = layout.cell(one.line)
    column_head, row_head = cell.over, cell.first
    tags = {layout.blocks[at].tag for at in chain}
    heads = [layout.lines[at].text if at >= 0 else "" for at in (column_head, row_head)]
    told = " ".join(line.text for line in layout.lines[start : min(one.line, start + 12)])[:200]
    return {
        **_flags("card", inside),
        "card_lines": min(60, end - start + 1),
        "card_money": min(12, layout.held(card)) if card else 0,
        "card_items": layout.items(start, min(end + 1, start + 60)),
        "card_place": (one.line - start) / max(1, end - start + 1),
        "brothers": min(30, len(brothers)),
        "brothers_money": min(30, with_money),
        "brothers_share": with_money / max(1, len(brothers)),
        "widest": max((layout.kin(at)[1] for at in chain[:9]), default=0),
        **_of_css(near, outer),
        "menu": not tags.isdisjoint(("nav", "header", "footer", "aside")),
        "row": row >= 0,
        "row_cells": len(layout.children[row]) if row >= 0 else 0,
        "row_money": layout.held(row) if row >= 0 else 0,
        "row_priced": cell.row_priced,
        "column_priced": cell.column_priced,
        "column_order": cell.above_priced,
        "table_rows": min(30, cell.rows),
        **flags("rowed", kinds_in(layout.lines[row_head].text[:80]) if row_head >= 0 else 0, ("rival", "price", "plan", "further", "figure", "earning")),
        **_says_own(layout.page, "cell_", heads[0]),
        "cell_rival_said0": any(rival in heads[0].lower() for rival in layout.page.rivals),
        **_says_own(layout.page, "card_", told),
        "depth": layout.blocks[layout.lines[one.line].block].depth,
    }  # fmt: skip


def _of_free(layout: Layout, number: int) -> dict[str, float]:
    """What the words beside a price of nothing say: a plan, or a trial of some days, a gift, an errand. Of no other price."""
    one = layout.mentions[number]
    if one.money.amount or one.asked:
        return dict.fromkeys(_FREE, 0.0)
    start, _ = layout.span(layout.cards[number], one.line)
    text = layout.lines[one.line].text[:300]
    above = " · ".join(line.text[:80] for line in layout.lines[max(start, one.line - 3) : one.line])
    return {
        "free_short": len(one.before.strip()) + len(one.after.strip()) < 4,
        "free_told": FREE_SPOKEN.search(text) is not None,
        "free_tried": TRIED.search(text) is not None,
        "free_above_tried": TRIED.search(above) is not None,
        "free_gift": find(one.after[:40], "given_away") is not None,
        "free_plan": find(f"{one.before[-30:]} {one.after[:30]}", "plan") is not None,
    }


_FREE = tuple("free_short free_told free_tried free_above_tried free_gift free_plan".split())  # fmt: skip


def _of_page(layout: Layout, number: int) -> dict[str, float]:
    mentions, one = layout.mentions, layout.mentions[number]
    count = max(1, len(mentions))
    amounts, ordered = _amounts(layout)
    near = (abs(mentions[at].line - one.line) for at in (number - 1, number + 1) if 0 <= at < len(mentions))
    return {
        "order": number / count,
        "place": one.line / max(1, len(layout.lines)),
        "same_amount": min(8, amounts[one.money.amount]),
        "larger": (len(ordered) - bisect_right(ordered, one.money.amount)) / count,
        "nearest": min([*near, 99]),
        "in_line": sum(1 for other in mentions[max(0, number - 4) : number + 5] if other.line == one.line),
    }


def _amounts(layout: Layout) -> tuple[Counter[Decimal], list[Decimal]]:
    """The page's amounts: how often each is named, and all of them in their order."""
    found: tuple[Counter[Decimal], list[Decimal]] | None = layout.kept.get("amounts")
    if found is None:
        told = [one.money.amount for one in layout.mentions]
        found = layout.kept["amounts"] = Counter(told), sorted(told)
    return found


def feature_names() -> tuple[str, ...]:
    """What the numbers of a row are."""
    layout = sample()
    return tuple(_facts(layout, 0, _shared(layout)))
