"""A page as those ask about it who read its prices, and an amount where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.models import Evidence
from tools.page.pricing.money import Convention, Money
from tools.page.visible import View

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "legend", "summary", "caption"})
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
    asked: bool = False  # ... or "Contact us"
    note: int = -1  # index of the line of its footnote


@dataclass(slots=True)
class Page:
    """A view with what is asked of it again and again."""

    view: View
    url: str
    rivals: tuple[str, ...]
    own: str
    convention: Convention  # how it writes money
    about_prices: bool  # the address, title or main heading says that this page is about prices
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


def quoted(page: Page, quote: str, line: int) -> tuple[Evidence, ...]:
    """The words a fact was read from, and whether readers see them or only the markup has them."""
    shaded = page.view.lines[line].shade
    return (Evidence(page.url, "markup" if shaded else "visible", quote),)
