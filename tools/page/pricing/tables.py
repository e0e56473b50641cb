"""Plans out of tables and grids of blocks, whether plans are columns or rows."""

from __future__ import annotations

import re
from decimal import Decimal

from tools.models import Plan
from tools.page.pricing.money import may_hold_money
from tools.page.pricing.names import before_name, name_like
from tools.page.pricing.page import HEADINGS, Mention, Page, children_of, in_table, make_plan, quoted
from tools.page.pricing.patterns import ADD_ON, CUSTOM_LINE, FREE_LINE, PLAN_WORD
from tools.page.pricing.terms import period_of, unit_of
from tools.page.visible import clean
from tools.page.words import Phrase

_PRICE_LABEL = re.compile(
    r"^\W*$|\b(?:price|pricing|cost|costs|fee|fees|monthly|yearly|annual|annually|month|year|per|billed|subscription|rate|from|starts?|starting|usd|eur|gbp|amount|charge|\$)\b|[$€£]|/(?:mo|yr|month|year)",
    re.IGNORECASE,
)

_PRICE_WORD = Phrase(r"\w{0,4}<price_label>\W*")  # "Preis", 标品价格


def _heads_prices(text: str) -> bool:
    """Whether a row's or a column's label says that prices stand there, in any language we read."""
    return bool(_PRICE_LABEL.search(text) or _PRICE_WORD.fullmatch(text.strip()))


def from_tables(page: Page) -> list[tuple[Mention, Plan]]:
    """Plans out of price tables, whether plans are its columns or its rows."""
    tables: dict[int, list[Mention]] = {}
    for mention in page.mentions:
        if mention.struck:
            continue
        for at in page.chain(page.view.lines[mention.line].block):
            if page.view.blocks[at].tag == "table":
                tables.setdefault(at, []).append(mention)
                break
    found: list[tuple[Mention, Plan]] = []
    for table, mentions in tables.items():
        grid = _grid(page, table)
        if len(grid) >= 2 and any(len(row) > 1 for row in grid):
            found += _read_grid(page, grid, mentions)
    return found


def _grid(page: Page, table: int) -> list[list[int]]:
    """The rows of a table as lists of cell blocks; a cell over several columns or rows is repeated."""
    blocks = page.view.blocks
    rows: list[list[int]] = []
    reaching: dict[int, tuple[int, int]] = {}  # column → a cell from above, and for how many rows it still reaches
    for i in range(table + 1, blocks[table].last + 1):
        if blocks[i].tag != "tr" or len(rows) == 300:
            continue
        cells: list[int] = []
        for cell in children_of(page, i):
            if blocks[cell].tag in ("td", "th"):
                _fill(cells, reaching)
                below = _span(page, cell, "rowspan") - 1
                for _ in range(_span(page, cell, "colspan")):
                    if below:
                        reaching[len(cells)] = (cell, below)
                    cells.append(cell)
        _fill(cells, reaching)
        rows.append(cells)
    return rows


def _fill(cells: list[int], reaching: dict[int, tuple[int, int]]) -> None:
    """Put the cells that reach down from rows above where this row comes to their columns."""
    while held := reaching.pop(len(cells), None):
        cell, rows = held
        if rows > 1:
            reaching[len(cells)] = (cell, rows - 1)
        cells.append(cell)


def _span(page: Page, cell: int, name: str) -> int:
    """How many columns or rows a cell takes, 12 at most."""
    span = page.view.blocks[cell].node.attributes.get(name) or "1"
    return max(1, min(int(span), 12)) if span.isdigit() else 1


def _cell_text(page: Page, cell: int) -> str:
    return (
        " ".join(page.view.lines[i].text for i in range(page.first[cell], page.last[cell] + 1))[:200]
        if page.last[cell] >= 0
        else ""
    )


def _cell_name(page: Page, cell: int) -> tuple[str, int]:
    for i in range(page.first[cell], page.last[cell] + 1):
        if name := name_like(page.view.lines[i]):
            return name, i
    return "", -1


def _read_grid(page: Page, grid: list[list[int]], mentions: list[Mention]) -> list[tuple[Mention, Plan]]:
    where: dict[int, tuple[int, int]] = {}
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            for mention in mentions:
                if page.first[cell] <= mention.line <= page.last[cell]:
                    where.setdefault(id(mention), (r, c))
    found: list[tuple[Mention, Plan]] = []
    taken: set[tuple[int, str]] = set()
    rows_done: set[int] = set()
    columns_done: set[int] = set()
    ours = _ours(page, grid)
    for mention in mentions:
        if id(mention) not in where:
            continue
        r, c = where[id(mention)]
        if ours is not None and (r, c) not in ours:
            continue
        if ours is not None:
            page.compared.add(id(mention))
        head, head_line = _column_head(page, grid, r, c)
        labelled = bool(c) and not (r and grid[r][0] == grid[0][0])  # a corner that reaches down labels no row
        label, label_line = _cell_name(page, grid[r][0]) if labelled else ("", -1)
        label_text = _cell_text(page, grid[r][0]) if labelled else ""
        head_text = _column_text(page, grid, r, c)
        period = (
            mention.period or period_of(head_text) or period_of("/" + head_text.strip("() ")) or period_of(label_text)
        )
        if _token_head(head_text) and period == "month" and _PER_MILLION.match(mention.after):
            period, mention.unit = None, "1M tokens"
        mention.period = period
        mention.unit = mention.unit or unit_of(head_text) or unit_of(label_text)
        said = f"{head_text} {label_text}".lower()
        if page.rivals and any(rival in said for rival in page.rivals):
            continue
        own, own_line = _cell_name(page, grid[r][c])
        by_row = not label_text or _heads_prices(label_text) or c == 0 or r == 0
        by_column = bool(head) and not _heads_prices(head_text) and by_row
        if own and own_line < mention.line and (r == 0 or not head):
            head, head_line, by_column = own, own_line, True
        corner, corner_line = _cell_name(page, grid[0][0])
        if by_column:
            name, line = head, head_line
        elif corner and r and c and period_of(head_text) and _ONLY_PRICE.fullmatch(label_text):
            name, line = (
                corner,
                corner_line,
            )  # a table of one plan: its name in the corner, its periods over the columns
        elif (
            label
            and not ADD_ON.search(label_text)
            and (not head_text or _heads_prices(head_text) or period_of(head_text) or _token_head(head_text))
        ):
            name, line = label, label_line
            if _token_head(head_text) and head:
                name = f"{label} {head}"
        elif beside := before_name(mention):
            name, line = beside, mention.line
        elif (
            c
            and not ADD_ON.search(label_text)
            and 0 < len(label_text) <= 60
            and not may_hold_money(label_text)
            and page.about_prices
        ):
            name, line = label_text, page.first[grid[r][0]]  # "First 10,000 rows", longer than names are
        else:
            continue
        if (r if not by_column else -1, name) in taken:
            continue
        taken.add((r if not by_column else -1, name))
        found.append((mention, make_plan(page, mention, name, line, 0.85 if mention.period or mention.unit else 0.7)))
        if by_column and r not in rows_done:
            rows_done.add(r)
            found += [(mention, plan) for plan in _beside(page, grid, r)]
        elif name == label and c not in columns_done:
            columns_done.add(c)
            found += [(mention, plan) for plan in _above_and_below(page, grid, c, ours)]
    return found


_PER_MILLION = re.compile(r"\s*/\s?(?:1\s?)?M(?![\w])")
_ONLY_PRICE = re.compile(
    r"(?:price|pricing|cost|fee|preis|prix|tarif|precio|preço|prezzo|prijs|цена|価格|料金|价格)s?\W*", re.IGNORECASE
)


def _ours(page: Page, grid: list[list[int]]) -> set[tuple[int, int]] | None:
    """The cells of the product's own rows or column in a comparison of vendors; None when the table is no such thing."""
    if len(page.own) < 3 or not grid[0]:
        return None
    if _PROVIDERS.fullmatch(_cell_text(page, grid[0][0]).strip()) and not any(
        page.own in _cell_text(page, cell).lower() for row in grid for cell in row[:2]
    ):
        return set()
    rows = {r for r, row in enumerate(grid) if row and page.own in _cell_text(page, row[0]).lower()}
    columns = {c for c, cell in enumerate(grid[0]) if c and page.own in _cell_text(page, cell).lower()}
    by_rows, by_columns = bool(rows - {0}) and len(rows) < len(grid) - 1, 0 < len(columns) < len(grid[0]) - 1
    if not (by_rows or by_columns):
        return None
    first = min((page.first[cell] for row in grid for cell in row if page.last[cell] >= 0), default=0)
    over = [i for i in range(max(0, first - 8), first) if page.view.lines[i].tag in HEADINGS]
    said = " ".join(page.view.lines[i].text for i in range(over[0] - 1 if over and over[0] else first, first))
    others = [_cell_text(page, cell) for c, cell in enumerate(grid[0]) if c and c not in columns]
    named = by_columns and any(others) and not any(PLAN_WORD.fullmatch(other) for other in others)
    if not (named or _VENDORS.fullmatch(_cell_text(page, grid[0][0]).strip()) or _COMPARED.search(said)):
        return None
    return {
        (r, c)
        for r, row in enumerate(grid)
        for c in range(len(row))
        if (by_rows and r in rows) or (by_columns and c in columns)
    }


_PROVIDERS = re.compile(
    r"(?:providers?|vendors?|competitors?|alternatives?|anbieter|fournisseurs?|proveedor(?:es)?|fornecedor(?:es)?|поставщик|提供商|服务商)",
    re.IGNORECASE,
)
_RIVALS = re.compile(
    r"(?:the |our |los |la |die |i |os )?(?:competitors?|competition|others?|everyone else|mitbewerber|konkurrenz|wettbewerb|concurrents?|concurrence|competidores|competencia|concorrentes?|concorrenti|concorrência|concorrenza|concurrenten|конкуренты?|競合.*|竞品|其他)",
    re.IGNORECASE,
)
_VENDORS = re.compile(
    r"(?:vendors?|competitors?|alternatives?|providers?|tools?|products?|software|apps?|solutions?|platforms?|compan(?:y|ies)|services?|anbieter|fournisseurs?|proveedor(?:es)?)",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:vs\.?|versus|compar\w+|competit\w+|alternatives?|incumbents?|others?|elsewhere|rest|stack up|vergleich|konkurrenz)\b",
    re.IGNORECASE,
)


def _beside(page: Page, grid: list[list[int]], r: int) -> list[Plan]:
    """The cells of a price row that say "Free" or "Custom" where the others say an amount."""
    found: list[Plan] = []
    for c, cell in enumerate(grid[r]):
        text = clean(_cell_text(page, cell)).strip(" *†")
        head, head_line = _column_head(page, grid, r, c)
        if not head or page.last[cell] < 0 or c == 0:
            continue
        evidence = quoted(page, text, page.first[cell]) + quoted(page, page.view.lines[head_line].text, head_line)
        if FREE_LINE.fullmatch(text):
            found.append(Plan(head, Decimal(0), None, None, confidence=0.8, evidence=evidence))
        elif CUSTOM_LINE.fullmatch(text):
            found.append(Plan(head, None, None, None, qualifier="contact", confidence=0.75, evidence=evidence))
    return found


def _above_and_below(page: Page, grid: list[list[int]], c: int, ours: set[tuple[int, int]] | None) -> list[Plan]:
    """The cells of a price column that say "Free" or "Custom" where the others say an amount."""
    found: list[Plan] = []
    for r, row in enumerate(grid):
        if c >= len(row) or page.last[row[c]] < 0 or (ours is not None and (r, c) not in ours):
            continue
        text = clean(_cell_text(page, row[c])).strip(" *†")
        name, line = _cell_name(page, row[0])
        if not name or not (FREE_LINE.fullmatch(text) or CUSTOM_LINE.fullmatch(text)):
            continue
        gratis = bool(FREE_LINE.fullmatch(text))
        evidence = quoted(page, text, page.first[row[c]]) + quoted(page, page.view.lines[line].text, line)
        found.append(
            Plan(
                name,
                Decimal(0) if gratis else None,
                None,
                None,
                qualifier=None if gratis else "contact",
                confidence=0.75,
                evidence=evidence,
            )
        )
    return found


def from_rows(page: Page) -> list[tuple[Mention, Plan]]:
    """Grids of plain blocks: a row of prices, each alone in its cell, under a row of as many names."""
    rows: dict[int, list[Mention]] = {}
    lines, blocks = page.view.lines, page.view.blocks
    for mention in page.mentions:
        if in_table(page, mention):
            continue
        block = lines[mention.line].block
        while block and page.first[blocks[block].parent] == page.last[blocks[block].parent]:
            block = blocks[block].parent
        if mention.short and not mention.struck and page.first[block] == page.last[block]:
            rows.setdefault(blocks[block].parent, []).append(mention)
    found: list[tuple[Mention, Plan]] = []
    for parent, mentions in rows.items():
        if len(mentions) < 2 or not parent or page.last[parent] - page.first[parent] + 1 > len(mentions) + 1:
            continue
        names = _names_over(page, parent, len(mentions))
        for mention, (name, line) in zip(mentions, names, strict=False):
            if _RIVALS.fullmatch(name):
                continue
            found.append(
                (mention, make_plan(page, mention, name, line, 0.75 if mention.period or mention.unit else 0.62))
            )
    return found


def _names_over(page: Page, row: int, count: int) -> list[tuple[str, int]]:
    """As many names as there are prices, one a line, in the row before this one."""
    lines, blocks = page.view.lines, page.view.blocks
    for other in reversed([c for c in children_of(page, blocks[row].parent) if c < row and page.last[c] >= 0][-3:]):
        inside = range(page.first[other], page.last[other] + 1)
        if len(inside) not in (count, count + 1) or blocks[other].tag in ("ul", "ol", "nav", "header"):
            continue
        named = [(name, i) for i in inside if (name := name_like(lines[i]))]
        if len(named) >= count:
            return named[-count:]
    return []


def _token_head(text: str) -> bool:
    return bool(
        re.search(r"\b(?:input|output|prompt|completion|cached|training|read|write|storage)\b", text, re.IGNORECASE)
    )


def _column_head(page: Page, grid: list[list[int]], r: int, c: int) -> tuple[str, int]:
    own = _cell_name(page, grid[r][c])
    if own[0] and r == 0:
        return own
    for row in grid[:r]:
        if c < len(row) and len(row) > 1:
            name, line = _cell_name(page, row[c])
            if name and not (row is not grid[0] and FREE_LINE.fullmatch(name)):
                return name, line
    return "", -1


def _column_text(page: Page, grid: list[list[int]], r: int, c: int) -> str:
    for row in grid[:r]:
        if c < len(row) and len(row) > 1 and (text := _cell_text(page, row[c])):
            return text
    return ""
