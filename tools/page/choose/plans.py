"""Whether a price that was read is one of the product's: the plain facts about each plan, and how likely it is right."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from tools.knowledge import THRESHOLD
from tools.models import Plan
from tools.page.choose.trees import Model, load
from tools.page.visible import Line, View

_HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "legend", "summary", "caption"))
_TAGS = {tag: number for number, tag in enumerate(("h1", "h2", "h3", "h4", "th", "td", "li", "p", "div", "span", "button", "a", "dt", "label"))}  # fmt: skip
_PERIODS = {None: 0, "month": 1, "year": 2, "once": 3}
# Words around amounts that are no price of the product: facts about a plan, no verdict.
_TRAP = re.compile(
    r"\bsav(?:e|es|ed|ing|ings)\b|calculat|estimat|\broi\b|budget|revenue|raised|funding|worth|valued? (?:at|of)|recover|earn|spen[dt]|\bbills?\b|invoice|credit|"
    r"gift|prize|grant|salary|said|review|testimonial|customers?\b|\bwas\b|instead|\blos(?:s|t|e)|fine\b|penalt|fees?\b|commission|refund|deposit|limit|up to|"
    r"million|billion|market|total|average|avg|balance|order value|per task|first|next|above|sparen|statt|économis|ahorr|econom|экономи|средн|節約",
    re.IGNORECASE,
)
_RIVAL = re.compile(
    r"\bvs\.?\b|versus|compar|alternativ|competitor|replac|others?\b|traditional|elsewhere|switch", re.IGNORECASE
)
_PRICE_WORDS = re.compile(
    r"pric|plans?\b|tarif|preis|prezz|pre[cç][oi]|prijs|cen[iyí]k?\b|тариф|цен|收费|定价|価格|料金|요금|fiyat|package|paket|subscri|billed|licen[cs]|membership|abonn|מחיר",
    re.IGNORECASE,
)
_PLAN_WORDS = re.compile(
    r"\b(?:free|basic|starter|pro|professional|premium|plus|teams?|business|enterprise|standard|growth|scale|hobby|lifetime|personal|individual|family|solo|ultra|"
    r"community|developer|studio|creator|lite|advanced|ultimate|essentials?|agency|company|gold|silver|bronze|max|mini|small|medium|large|startup|indie|student|"
    r"unlimited|cloud|founder|bundle|pack|monthly|yearly|annual|license|licence|gratis|kostenlos|gratuit[oe]?|básico|profissional)\b|基本|专业|企业|無料|プロ|базов|бизнес",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"get started|buy|choose|subscrib|start|sign ?up|upgrade|select|try|contact|purchase|checkout|order|join|download|comprar|acheter|kaufen|commencer|начать|купить|購入|申し込|开始|购买",
    re.IGNORECASE,
)
_PRICE_CSS = re.compile(r"pric|plan|tier|package|amount|cost|preis|tarif", re.IGNORECASE)
_ASIDE_CSS = re.compile(r"testi|review|quote|chat|demo|mock|hero|calc|roi|slider|faq|compar|stat|terminal|code|screen|preview|footer|nav|feed|job|blog|post", re.IGNORECASE)  # fmt: skip
_STORY = re.compile(
    r"blog|post|news|case|stor|vs\b|vs-|compare|docs?/|guide|changelog|calculator|models|jobs", re.IGNORECASE
)
_ADD_ON = re.compile(r"add[- ]?on|extra|additional|top[- ]?up|overage|each additional|setup fee|zusätzlich|adicional", re.IGNORECASE)  # fmt: skip
# Under it nearly nothing was right; from .25 on, more precision cost as much recall (folds of corpus2, 2026-11-30).
_HOPELESS = 0.15
_LEAST = 0.01  # what parts a confidence from the threshold
_NEAR = 5  # blocks around an amount whose classes tell


@dataclass(slots=True)
class Priced:
    """A plan as it was read, and where its amount stands."""

    plan: Plan
    line: int
    last: int  # the line its amount ends in
    before: str  # of its line, up to the amount before
    after: str
    struck: bool
    scaled: bool


class Around:
    """What the plans of a page are judged against: its lines, headings and address."""

    def __init__(self, view: View, url: str, title: str, mentions: int) -> None:
        self.view, self.title, self.mentions = view, title, mentions
        self.path = urlsplit(url).path
        self.heads = [number for number, line in enumerate(view.lines) if line.tag in ("h1", "h2", "h3", "h4")]

    @cached_property
    def heading(self) -> str:
        """The page's main heading."""
        return next((line.text for line in self.view.lines if line.tag == "h1"), "")

    @cached_property
    def repeats(self) -> Counter[str]:
        """How often each short line stands on the page."""
        return Counter(line.text for line in self.view.lines if len(line.text) <= 60)

    def head_of(self, number: int, tags: Sequence[str]) -> int:
        """The last heading of these tags before a line; -1 where there is none."""
        at = bisect_right(self.heads, number) - 1
        while at >= 0 and self.view.lines[self.heads[at]].tag not in tags:
            at -= 1
        return self.heads[at] if at >= 0 else -1

    def text(self, start: int, end: int) -> str:
        """The words of some lines, the beginning of each."""
        return " ".join(line.text[:120] for line in self.view.lines[max(0, start) : max(0, end)])


def rows(around: Around, priced: Sequence[Priced]) -> list[list[float]]:
    """The plain facts about each plan as numbers, in the order of `feature_names`."""
    return [list(facts.values()) for facts in _facts_of_all(around, priced)]


def feature_names() -> list[str]:
    """What the numbers of a row are."""
    from tools.page.visible import view

    around = Around(view("<p>$9"), "https://example.com/", "", 1)
    return list(next(_facts_of_all(around, [Priced(Plan("", None), 0, 0, "", "", False, False)])))


def _facts_of_all(around: Around, priced: Sequence[Priced]) -> Iterator[dict[str, float]]:
    shared = _of_the_page(around, priced)
    amounts = Counter((one.plan.amount, one.plan.currency) for one in priced)
    names = Counter(one.plan.name for one in priced)
    for number, one in enumerate(priced):
        yield {
            **_of_plan(one.plan),
            **_of_line(around, one),
            **_of_words(around, one),
            **_of_blocks(around.view, one.line),
            "order": number,
            "same_amount": amounts[one.plan.amount, one.plan.currency],
            "same_name": names[one.plan.name],
            "repeats": min(9, around.repeats[one.plan.name]),
            "place": one.line / max(1, len(around.view.lines)),
            **shared,
        }


def _of_the_page(around: Around, priced: Sequence[Priced]) -> dict[str, float]:
    """What is the same for every plan of a page."""
    plans = [one.plan for one in priced]
    count = max(1, len(plans))
    return {
        "plans": len(plans),
        "mentions": min(100, around.mentions),
        "used": len(plans) / max(1, around.mentions),
        "timed": sum(bool(plan.period or plan.unit) for plan in plans) / count,
        "named": sum(bool(plan.name) for plan in plans) / count,
        "plan_named": sum(bool(_PLAN_WORDS.search(plan.name)) for plan in plans) / count,
        "free": any(plan.amount == 0 for plan in plans),
        "most": max((plan.confidence for plan in plans), default=0),
        "priced_path": bool(_PRICE_WORDS.search(around.path)),
        "priced_title": bool(_PRICE_WORDS.search(around.title)),
        "priced_heading": bool(_PRICE_WORDS.search(around.heading)),
        "story": bool(_STORY.search(around.path)),
        "lines": min(2_000, len(around.view.lines)),
    }


def _of_plan(plan: Plan) -> dict[str, float]:
    """What was read: amount, terms and name, and how sure the reading is by itself."""
    amount = float(plan.amount or 0)
    name = plan.name
    return {
        "confidence": plan.confidence,
        "log": math.log10(amount + 0.001),
        "whole": amount == int(amount),
        "nine": f"{amount:g}"[-1] == "9",
        "round": amount >= 100 and amount % 100 == 0,
        "currency": bool(plan.currency),
        "period": _PERIODS.get(plan.period, 4),
        "unit": bool(plan.unit),
        "billed": bool(plan.billed),
        "from": plan.qualifier == "from",
        "up_to": plan.qualifier == "up to",
        "name_words": name.count(" ") + bool(name),
        "name_chars": len(name),
        "name_plan": bool(_PLAN_WORDS.search(name)),
        "name_is_plan": bool(_PLAN_WORDS.fullmatch(name)),
        "name_trap": bool(_TRAP.search(name)),
        "name_digit": any(map(str.isdigit, name)),
        "name_slash": "/" in name or ":" in name,
    }


def _of_line(around: Around, one: Priced) -> dict[str, float]:
    """How the amount stands in its line."""
    line = around.view.lines[one.line]
    return {
        "tag": _TAGS.get(line.tag, len(_TAGS)),
        "length": min(400, len(line.text)),
        "before": min(120, len(one.before)),
        "after": min(120, len(one.after)),
        "shade": line.shade,
        "struck": one.struck,
        "scaled": one.scaled,
        "linked": line.links > 0,
        "split": one.last - one.line,
        "plus": one.after[:1] == "+",
        "range": one.after.strip()[:1] in ("-", "–", "—", "→") or one.before.strip()[-1:] in ("-", "–", "—", "→", "/"),
        "about": one.before.strip()[-1:] in ("~", "≈", "="),
    }


def _of_words(around: Around, one: Priced) -> dict[str, float]:
    """What the lines around and the headings above say."""
    lines = around.view.lines
    own = _own(lines[one.line], one)
    head, section = around.head_of(one.line, ("h1", "h2", "h3", "h4")), around.head_of(one.line, ("h1", "h2"))
    headed, sectioned = (lines[at].text if at >= 0 else "" for at in (head, section))
    above, below = around.text(one.line - 3, one.line), around.text(one.last + 1, one.last + 7)
    return {
        "trap": bool(_TRAP.search(own)),
        "trap_above": bool(_TRAP.search(above)),
        "trap_head": bool(_TRAP.search(headed)),
        "trap_section": bool(_TRAP.search(sectioned)),
        "rival": bool(_RIVAL.search(own) or _RIVAL.search(headed)),
        "rival_section": bool(_RIVAL.search(sectioned)),
        "add_on": bool(_ADD_ON.search(own) or _ADD_ON.search(headed)),
        "question": "?" in headed,
        "head_far": min(60, one.line - head) if head >= 0 else 60,
        "section_far": min(150, one.line - section) if section >= 0 else 150,
        "section_price": bool(_PRICE_WORDS.search(sectioned)),
        "head_price": bool(_PRICE_WORDS.search(headed)),
        "head_plan": bool(_PLAN_WORDS.search(headed)),
        "above_plan": bool(_PLAN_WORDS.search(above)),
        "button": bool(_BUTTON.search(below)),
        "items": sum(line.tag == "li" for line in lines[one.last + 1 : one.last + 10]),
    }


def _own(line: Line, one: Priced) -> str:
    """The words beside the amount."""
    return line.text if len(line.text) <= 300 else f"{one.before[-150:]} {one.after[:150]}"


def _of_blocks(view: View, number: int) -> dict[str, float]:
    """What the blocks around the amount are called, and whether it stands in a table."""
    at, css, row = view.lines[number].block, [], -1
    for _ in range(_NEAR):
        block = view.blocks[at]
        css.append(f"{block.node.attributes.get('class') or ''} {block.node.attributes.get('id') or ''}")
        if block.tag == "tr":
            row = at
        if not at:
            break
        at = block.parent
    said = " ".join(css)
    return {
        "price_css": len(_PRICE_CSS.findall(said)),
        "aside_css": bool(_ASIDE_CSS.search(said)),
        "table": row >= 0,
        "cells": sum(block.parent == row for block in view.blocks[row + 1 : view.blocks[row].last + 1])
        if row >= 0
        else 0,
        "depth": view.blocks[view.lines[number].block].depth,
    }


def judged(around: Around, priced: Sequence[Priced], heads: tuple[Model, Model] | None = None) -> list[float]:
    """How likely each plan is right as it was read (amount, currency, period), calibrated; under THRESHOLD no price of ours.

    One head asks whether the amount is a price of this product at all, one whether its terms are right too. heads: not
    the committed ones.
    """
    ours, right = heads or (load("prices"), load("terms"))
    return [bounded(ours.score(row), right.probability(row)) for row in rows(around, priced)]


def bounded(odds: float, sure: float) -> float:
    """A plan's confidence: what the second head says, held on the side of the threshold that the first one chose.

    A price of ours whose period is in doubt is shown, as unsure as can be; one that is hardly ever right is not.
    """
    return max(THRESHOLD, sure) if odds >= 0 and sure >= _HOPELESS else min(THRESHOLD - _LEAST, sure)
