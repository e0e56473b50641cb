"""Where the amounts of a page stand: lines, headings, the cards around them and the cards beside, each worked out once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from tools.page.pricing.around import kinds_in
from tools.page.pricing.money import ANY, Money
from tools.page.pricing.page import HEADINGS, Mention, Page
from tools.page.visible import view

_HEADED = frozenset(("h1", "h2", "h3", "h4"))
_CELLS = frozenset(("td", "th"))
_MOST_KIN = 200  # blocks of one make looked at beside a card
_DEEPEST = 60  # blocks around a line that are looked at
_MOST_ROWS = 300  # of a table
_CLIMB = 10  # blocks around an amount among which its card is
_CONTEXT = 160  # characters on either side of an amount that a long line is judged by


@dataclass(frozen=True, slots=True)
class Cell:
    """A line's place in a table. Of a line outside all tables each number is -1."""

    table: int = -1  # its block
    row: int = -1  # its block
    column: int = -1
    over: int = -1  # the first line of the cell over the column, and of the row's first cell; -1 where there is none
    first: int = -1
    row_priced: int = -1  # cells of the row, and of the column, that hold amounts
    column_priced: int = -1
    above_priced: int = -1  # of the column's, how many stand above
    rows: int = -1
    heading: bool = False  # it is in the table's first row


NO_CELL = Cell()


class Layout:
    """A page and its amounts as the heads see them. Nothing in it is a verdict."""

    def __init__(self, page: Page, title: str, mentions: list[Mention]) -> None:
        self.page, self.view, self.title, self.mentions = page, page.view, title, mentions
        self.lines, self.blocks = page.view.lines, page.view.blocks
        self.first, self.last = page.first, page.last
        self.path = urlsplit(page.url).path
        self.heads = [number for number, line in enumerate(self.lines) if line.tag in _HEADED]
        self.priced = sorted({mention.line for mention in mentions if not mention.asked})
        self.priced_lines = frozenset(self.priced)
        self.children: dict[int, list[int]] = defaultdict(list)
        for number, block in enumerate(self.blocks):
            if number:
                self.children[block.parent].append(number)
        self._kin: dict[int, tuple[list[int], int]] = {}
        self._css: dict[int, str] = {}
        self._chains: dict[int, list[int]] = {}
        self._makes: dict[int, tuple[str, str, str]] = {}
        self._cells: dict[int, Cell] = {}
        self._kinds = [-1] * len(self.lines)
        self._tables = any(block.tag == "tr" for block in self.blocks)
        self._items = [number for number, line in enumerate(self.lines) if line.tag == "li"]
        self.kept: dict[str, Any] = {}  # what those who ask work out once a page
        self.cards = [self._card(mention) for mention in mentions]

    @cached_property
    def repeats(self) -> Counter[str]:
        """How often each short line stands on the page."""
        return Counter(line.text.lower() for line in self.lines if len(line.text) <= 60)

    @cached_property
    def low_title(self) -> str:
        """The page's title in lower case."""
        return self.title.lower()

    def chain(self, block: int) -> list[int]:
        """A block and the blocks around it, innermost first, without the root; no more than tell anything."""
        found = self._chains.get(block)
        if found is None:
            found, at = [], block
            while at and len(found) < _DEEPEST:
                found.append(at)
                at = self.blocks[at].parent
            self._chains[block] = found
        return found

    def css(self, block: int) -> str:
        """The classes and the id of a block, in lower case."""
        found = self._css.get(block)
        if found is None:
            at = self.blocks[block].node.attrs
            found = self._css[block] = f"{at.get('class') or ''} {at.get('id') or ''}"[:200].lower()
        return found

    def make(self, line: int) -> tuple[str, str, str]:
        """How a line looks to a style sheet: its tag, its block's first class, that of the block around."""
        found = self._makes.get(line)
        if found is None:
            block = self.lines[line].block
            near, around = self._first_class(block), self._first_class(self.blocks[block].parent)
            found = self._makes[line] = (self.lines[line].tag, near, around)
        return found

    def _first_class(self, block: int) -> str:
        return self.css(block).split(" ", 1)[0]

    def kin(self, block: int) -> tuple[list[int], int]:
        """The blocks of one make with a block, it included, and how many of them hold an amount."""
        found = self._kin.get(block)
        if found is None:
            tag, parent = self.blocks[block].tag, self.blocks[block].parent
            css = None if tag in ("td", "th", "tr", "li") else self._first_class(block)
            same = [
                other
                for other in self.children[parent][:_MOST_KIN]
                if self.blocks[other].tag == tag and (css is None or self._first_class(other) == css)
            ]
            found = self._kin[block] = same, sum(self.held(other) > 0 for other in same)
            self._kin.update(dict.fromkeys(same, found))
        return found

    def held(self, block: int) -> int:
        """Lines with an amount inside a block."""
        if self.last[block] < 0:
            return 0
        return bisect_right(self.priced, self.last[block]) - bisect_left(self.priced, self.first[block])

    def between(self, numbers: list[int], low: int, high: int) -> int:
        """How many of these line numbers lie strictly between two lines."""
        return max(0, bisect_left(numbers, high) - bisect_right(numbers, low))

    def _card(self, mention: Mention) -> int:
        """The block of an amount's card: the innermost with lines of its own and brothers with amounts, else with a heading."""
        chain = self.chain(self.lines[mention.line].block)
        for at in chain[:_CLIMB]:
            if self.last[at] > self.first[at] and self.blocks[at].tag not in _CELLS and self.kin(at)[1] > 1:
                return at
        for at in chain[: _CLIMB - 2]:
            if self.last[at] - self.first[at] >= 2 and any(
                self.lines[i].tag in HEADINGS
                for i in range(self.first[at], min(self.last[at] + 1, self.first[at] + 60))
            ):
                return at
        return chain[min(3, len(chain) - 1)] if chain else 0

    def costs(self, number: int) -> bool:
        """Whether an amount is more than nothing, or told to who asks."""
        one = self.mentions[number]
        return bool(one.money.amount) or one.asked

    def span(self, card: int, line: int) -> tuple[int, int]:
        """The first and the last line of a card; the line itself where there is none."""
        return (self.first[card], self.last[card]) if card else (line, line)

    def head_of(self, line: int, tags: frozenset[str] = _HEADED) -> int:
        """The last heading of these tags before a line; -1 where there is none."""
        at = bisect_right(self.heads, line) - 1
        while at >= 0 and self.lines[self.heads[at]].tag not in tags:
            at -= 1
        return self.heads[at] if at >= 0 else -1

    def kinds(self, start: int, end: int) -> int:
        """The kinds of words in some lines, the beginning of each."""
        found, kept = 0, self._kinds
        for at in range(max(0, start), min(max(0, end), len(self.lines))):
            kinds = kept[at]
            if kinds < 0:
                kinds = kept[at] = kinds_in(self.lines[at].text[:120])
            found |= kinds
        return found

    def items(self, start: int, end: int) -> int:
        """How many of some lines are items of a list."""
        return max(0, bisect_left(self._items, end) - bisect_left(self._items, start))

    def own_kinds(self, mention: Mention) -> int:
        """The kinds of words beside an amount in its line."""
        text = self.lines[mention.line].text
        if len(text) > 2 * _CONTEXT:
            text = f"{mention.before[-_CONTEXT:]} {mention.after[:_CONTEXT]}"
        return kinds_in(text)

    def cell(self, line: int) -> Cell:
        """Where in a table a line stands."""
        if not self._tables:
            return NO_CELL
        found = self._cells.get(line)
        if found is None:
            found = self._cells[line] = self._cell(line)
        return found

    def cell_heads(self, line: int) -> tuple[int, int]:
        """In a table: the first line of the cell over the column, and of the row's first cell; -1 where there is none."""
        cell = self.cell(line)
        return cell.over, cell.first

    def _cell(self, line: int) -> Cell:
        chain = self.chain(self.lines[line].block)
        row = next((at for at in chain if self.blocks[at].tag == "tr"), -1)
        table = next((at for at in chain if self.blocks[at].tag == "table"), -1)
        cell = next((at for at in chain if self.blocks[at].parent == row), -1)
        if min(row, table, cell) < 0:
            return NO_CELL
        rows = self._grid(table)
        cells = rows.get(row, [])
        column = cells.index(cell) if cell in cells else 0
        over = next(
            (above[column] for at, above in rows.items() if at < row and column < len(above) and len(set(above)) > 1),
            -1,
        )
        priced = self._priced_rows(table, column)
        return Cell(
            table,
            row,
            column,
            self._line_of(over),
            self._line_of(cells[0]) if column else -1,
            sum(self.held(at) > 0 for at in set(cells)),
            len(priced),
            bisect_left(priced, row),
            len(rows),
            next(iter(rows)) == row if rows else False,
        )

    def _priced_rows(self, table: int, column: int) -> list[int]:
        """The rows of a table that hold an amount in a column."""
        kept: dict[tuple[int, int], list[int]] = self.kept.setdefault("priced rows", {})
        if (table, column) not in kept:
            rows = self._grid(table).items()
            kept[table, column] = [row for row, cells in rows if column < len(cells) and self.held(cells[column])]
        return kept[table, column]

    def _grid(self, table: int) -> dict[int, list[int]]:
        """The rows of a table as lists of cells; a cell over several columns or rows is repeated."""
        grids: dict[int, dict[int, list[int]]] = self.kept.setdefault("grids", {})
        if table in grids:
            return grids[table]
        rows = grids[table] = {}
        reaching: dict[int, tuple[int, int]] = {}  # column: a cell from above, and for how many rows it still reaches
        for at in range(table + 1, self.blocks[table].last + 1):
            if self.blocks[at].tag != "tr" or len(rows) == _MOST_ROWS:
                continue
            cells = rows[at] = []
            for cell in self.children[at]:
                _fill(cells, reaching)
                below = self._span(cell, "rowspan") - 1
                for _ in range(self._span(cell, "colspan")):
                    if below:
                        reaching[len(cells)] = (cell, below)
                    cells.append(cell)
            _fill(cells, reaching)
        return rows

    def _span(self, cell: int, name: str) -> int:
        """How many columns or rows a cell takes, 12 at most."""
        span = self.blocks[cell].node.attributes.get(name) or "1"
        return max(1, min(int(span), 12)) if span.isdecimal() else 1

    def _line_of(self, block: int) -> int:
        return self.first[block] if block >= 0 and self.last[block] >= 0 else -1


def _fill(cells: list[int], reaching: dict[int, tuple[int, int]]) -> None:
    """Put the cells that reach down from rows above where this row comes to their columns."""
    while held := reaching.pop(len(cells), None):
        cell, rows = held
        if rows > 1:
            reaching[len(cells)] = (cell, rows - 1)
        cells.append(cell)


def sample() -> Layout:
    """The layout of a page with one price: what features are called is read off it."""
    page = Page(view("<h3>Pro</h3><p>$9"), "https://example.com/", (), "", ANY, about_prices=False)
    page.index()
    return Layout(page, "", [Mention(1, Money(0, 2, Decimal(9), "USD", "$9"), "", "", last=1)])
