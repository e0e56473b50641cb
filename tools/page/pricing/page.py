"""A page as the price rules ask about it: its blocks, its price mentions, and a plan made from one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tools.models import Evidence, Plan
from tools.page.pricing.money import Convention, Money, metered
from tools.page.pricing.terms import is_metered, period_of
from tools.page.visible import View

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "legend", "summary", "caption"})
# A name that says for how long it holds.
_TIMED = re.compile(
    r"\b(?:monthly|annual(?:ly)?|yearly|weekly|life-?time|one-?time|monatlich\w*|jährlich\w*|mensuel(?:le)?|annuel(?:le)?|"
    r"mensual|anual|mensal|mensile|annuale|vitalíci[oa])\b|月額|年額|月払い|年払い|월간|연간",
    re.IGNORECASE,
)


OPEN = 0.4  # confidence of an amount that can be read in two ways: an editor's to settle


@dataclass(slots=True)
class Mention:
    """A price where it stands: the line, the amount, and what its own line says about it."""

    line: int  # index in View.lines
    money: Money
    before: str
    after: str
    struck: bool = False
    period: str | None = None
    unit: str | None = None
    billed: str | None = None
    qualifier: str | None = None
    last: int = 0  # index of the last line it is written over
    quote: str = ""
    short: bool = True  # its line holds little else
    gratis: bool = False  # it is no number, but a line that says "Free"


@dataclass(slots=True)
class Page:
    """A view with what the price rules ask of it again and again."""

    view: View
    url: str
    rivals: tuple[str, ...]
    own: str
    convention: Convention  # how it writes money
    about_prices: bool  # the address, title or main heading says that this page is about prices
    mentions: list[Mention] = field(default_factory=list)
    made: list[tuple[Plan, Mention]] = field(default_factory=list)  # every plan with the price it was made of
    compared: set[int] = field(default_factory=set)  # ids of the prices read from a comparison with other vendors
    first: list[int] = field(default_factory=list)  # block → its first line; beyond the end when it has none
    last: list[int] = field(default_factory=list)  # block → its last line

    def index(self) -> None:
        """Which lines lie in which block: lines of a block stand together."""
        view = self.view
        self.first = [len(view.lines)] * len(view.blocks)
        self.last = [-1] * len(view.blocks)
        parents = [block.parent for block in view.blocks]
        held = [line.block for line in view.lines]
        # A block that has its line has given it to all blocks around it, so no climb goes twice over the same ground.
        for i, at in enumerate(held):
            while self.first[at] > i:
                self.first[at] = i
                at = parents[at]
        for i in range(len(held) - 1, -1, -1):
            at = held[i]
            while self.last[at] < i:
                self.last[at] = i
                at = parents[at]

    def chain(self, block: int) -> list[int]:
        """A block and the blocks around it, innermost first, without the root."""
        found = []
        while block:
            found.append(block)
            block = self.view.blocks[block].parent
        return found

    def split(self, a: int, b: int) -> tuple[int, int]:
        """The two sibling blocks in which the blocks a and b part; equal ones when one holds the other."""
        one, two = self.chain(a)[::-1], self.chain(b)[::-1]
        i = 0
        while i < min(len(one), len(two)) and one[i] == two[i]:
            i += 1
        if i == len(one) or i == len(two):
            return (a, a) if a == b else (min(a, b), min(a, b))
        return one[i], two[i]


def in_table(page: Page, mention: Mention) -> bool:
    """Whether a price stands in a cell of a table; one of a single column is a card, not a table."""
    at = page.view.lines[mention.line].block
    blocks = page.view.blocks
    for _ in range(8):
        if blocks[at].tag == "tr":
            return len(children_of(page, at)) > 1 or not _one_column(page, at)
        if not at:
            break
        at = blocks[at].parent
    return False


def _one_column(page: Page, row: int) -> bool:
    """Whether no row of a row's table has two cells."""
    blocks = page.view.blocks
    table = next((at for at in page.chain(row) if blocks[at].tag == "table"), row)
    rows = [i for i in range(table + 1, blocks[table].last + 1) if blocks[i].tag == "tr"]
    return all(len(children_of(page, i)) < 2 for i in rows[:60])


def first_class(page: Page, block: int) -> str:
    """The first class of a block, by which cards of one make are known; "" without one."""
    names = (page.view.blocks[block].node.attributes.get("class") or "").split()
    return names[0] if names else ""


def children_of(page: Page, parent: int) -> list[int]:
    """The blocks directly inside a block."""
    blocks = page.view.blocks
    return [i for i in range(parent + 1, blocks[parent].last + 1) if blocks[i].parent == parent]


def quoted(page: Page, quote: str, line: int) -> tuple[Evidence, ...]:
    """The words a fact was read from, and whether readers see them or only the markup has them."""
    shaded = page.view.lines[line].shade
    return (Evidence(page.url, "markup" if shaded else "visible", quote),)


def make_plan(page: Page, mention: Mention, name: str, name_line: int, confidence: float) -> Plan:
    """A price and a name as a plan, with the lines both stand in."""
    evidence = quoted(page, mention.quote, mention.line)
    if is_metered(mention.unit, mention.period):
        mention.money = metered(mention.money, page.convention)
    if not mention.money.sure:
        confidence = min(confidence, OPEN)
    if name_line >= 0 and name_line != mention.line:
        evidence += quoted(page, page.view.lines[name_line].text, name_line)
    gratis = not mention.money.amount
    if mention.period is None and not mention.unit and not gratis:
        mention.period = period_in_name(name)
    plan = Plan(
        name=name,
        amount=mention.money.amount,
        currency=mention.money.currency or None,
        period=None if gratis and mention.period == "once" else mention.period,
        unit=mention.unit,
        billed=mention.billed,
        qualifier=mention.qualifier,
        rung="text",
        confidence=round(confidence, 2),
        evidence=evidence,
    )
    page.made.append((plan, mention))
    return plan


def period_in_name(name: str) -> str | None:
    """The period a plan's name gives: "Pro Monthly", "Plano Mensal"."""
    timed = _TIMED.search(name)
    return period_of(timed[0]) if timed else None


def same_price(one: Plan, two: Plan) -> bool:
    """Whether two plans cost the same, nothing not counted."""
    return bool(one.amount) and (one.amount, one.currency, one.period) == (two.amount, two.currency, two.period)


@dataclass(slots=True)
class Card:
    """Prices that belong together, the block around them, and the name they go by."""

    mentions: list[Mention]
    block: int = 0
    name: str = ""
    name_line: int = -1
    heading: bool = False
    siblings: int = 0
