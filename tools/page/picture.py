"""Plans out of a picture: the lines that were read in it, laid out as a page again, go the way that text goes.

Lines come with their boxes. Where prices stand side by side, what lies under one another is a card; where they stand
under one another, a row is a plan's. The page made of that is judged like any other; a plan is as sure as it would be in
text, times how often plans were read right in made-up pictures of prices (bench/pictures.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from statistics import median

from tools.identity import host_of
from tools.models import Evidence, Plan
from tools.page import pricing
from tools.page.pricing.money import MOST_CHARS, convention, find_money, may_hold_money
from tools.page.visible import clean, view

Box = tuple[int, int, int, int]  # left, top, width, height, in pixels of the picture
MOST_LINES = 600  # of one picture; a price list has some 60
_MOST_ROWS = 60  # of a part that is searched for cards
_MOST_PRICES = 60  # of a part that is searched for cards; more are no price list
_NAME_CHARS = 40
_AS_TALL = 0.9  # boxes of letters of one size differ by as much
_JOINED = 0.7  # of a line's height: words of one line stand no further apart
_PARTED = 0.6  # of a line's height: columns stand at least as far apart
_SIGN = re.compile(r"[$€£¥₹₩₽₺₴₪]|(?:[A-Z]{1,3}|R)?\$|[A-Z]{3}")
_CENTS = re.compile(r"\d\d")
_ENDS_WHOLE = re.compile(r"[$€£¥₹₩]\s?\d{1,4}\Z")
_STROKE = re.compile(r"^[lI|1](?=(?:mo(?:nth)?|ye?a?r|week|day|user|seat)\b)")  # what a small "/" is taken for
_TORN = re.compile(r"[$€£¥₹]\s?\d{1,3} \d{1,2}(?!\d)")  # twelve, nine and its cents, or one and two
_TORN_SURE = 0.3
_PERIOD = re.compile(r"(?:mo(?:nth)?|ye?a?r|week|day|user|seat)\b", re.IGNORECASE)
_NO_AMOUNT = re.compile(
    r"free|gratis|kostenlos|gratuit|custom|contact us|contact sales|let['’]s talk|on request", re.IGNORECASE
)
# How often plans with a period were read right, from so sure a worst-read line up, on the styles that are for that; and
# those without one, whose period was lost: `python bench/pictures.py --calibrate --pictures 6`, 2026-11-30.
_SURE: tuple[float, ...] = (0.689,)
_RIGHT: tuple[float, ...] = (0.96,)
_UNTIMED = 0.02
_UNSEEN = 0.4  # of less sure lines than these pictures had: an editor's to settle


@dataclass(frozen=True, slots=True, eq=False)
class PictureLine:
    """A run of text in a picture. sure: 0-1, how sure its worst-read part is; struck: span of the text crossed out."""

    text: str
    box: Box
    sure: float = 1.0
    struck: tuple[int, int] | None = None

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.box[0] + self.box[2]

    @property
    def bottom(self) -> int:
        """Where the next line may begin."""
        return self.box[1] + self.box[3]

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return self.box[1] + self.box[3] / 2


_Lines = list[PictureLine]


def plans_in(lines: Sequence[PictureLine], *, url: str, picture: str, own: str = "", lang: str = "") -> list[Plan]:
    """The plans that a picture of a page's prices shows, sure ones and others; [] where it shows none.

    url: the page it belongs to. picture: SHA-256 of its bytes. own: the product's name. lang: the page's language.
    """
    return [_as_read(plan, sure) for plan, sure in readings(lines, url=url, picture=picture, own=own, lang=lang)]


def _as_read(plan: Plan, sure: float) -> Plan:
    """The plan as sure as it would be in text, times how sure it is that it was read right."""
    if plan.amount and not (plan.period or plan.unit):
        read = _UNTIMED
    else:
        read = _RIGHT[bisect_right(_SURE, sure) - 1] if sure >= _SURE[0] else _UNSEEN
    return replace(plan, confidence=round(plan.confidence * read, 2))


def readings(
    lines: Sequence[PictureLine], *, url: str, picture: str, own: str = "", lang: str = ""
) -> Iterator[tuple[Plan, float]]:
    """As plans_in, each plan as sure as its words would be on a page; with how sure its worst-read line is."""
    blocks: list[_Lines] = []
    laid = _joined(lines[:MOST_LINES])
    html = "".join(_written(laid, _main_prices(laid), blocks))
    money = convention([line.text for line in laid], host_of(url), lang)
    for plan in pricing.plans(view(f"<main class=pricing>{html}</main>"), url=url, own=own, convention=money):
        quotes = list(dict.fromkeys(clean(item.quote) for item in plan.evidence))
        told = max((_told(quotes, block) for block in blocks), key=len, default=[])
        if told:
            box = ",".join(map(str, around([line.box for line in told])))
            evidence = tuple(Evidence(url, "picture", quote, path=picture, box=box) for quote in quotes)
            yield replace(plan, rung="ocr", evidence=evidence), min(line.sure for line in told)


def _told(quotes: Sequence[str], block: _Lines) -> _Lines:
    """The lines of a block that say the quotes, or a part of them that is no chance."""
    return [
        line
        for line in block
        if any(quote in line.text or (len(line.text) > 2 and line.text in quote) for quote in quotes)
    ]


def around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


# lines ----------------------------------------------------------------------------------------------------------------


def _joined(lines: Sequence[PictureLine]) -> _Lines:
    """The lines, those that go on in one another joined: an amount and the small "/month" beside it."""
    kept: _Lines = []
    for line in sorted(lines, key=lambda one: (one.box[0], one.box[1])):
        text = _STROKE.sub("/", clean(line.text))
        line = replace(line, text=text, sure=min(line.sure, _TORN_SURE) if _TORN.search(text) else line.sure)
        if not line.text:
            continue
        before = next((one for one in reversed(kept) if _goes_on(one, line)), None)
        if before is None:
            kept.append(line)
        else:
            kept[kept.index(before)] = _together(before, line)
    return kept


def _goes_on(one: PictureLine, two: PictureLine) -> bool:
    """Whether a line is written on the other's right, close by; only where one of both holds an amount."""
    gap, tall = two.box[0] - one.right, max(one.box[3], two.box[3])
    shared = min(one.bottom, two.bottom) - max(one.box[1], two.box[1])
    if _priced(one) and _priced(two):
        return False  # each is a price of its own
    period = _PERIOD.fullmatch(two.text) and _priced(one)  # its "/" was lost
    near = 2.5 if period else _JOINED
    if not -0.3 * tall < gap < near * tall or shared < 0.5 * min(one.box[3], two.box[3]):
        return False
    return bool(period or _SIGN.fullmatch(one.text)) or any(map(str.isdigit, one.text[-3:] + two.text[:3]))


def _together(one: PictureLine, two: PictureLine) -> PictureLine:
    parts = "" if _SIGN.fullmatch(one.text) or two.text.startswith(("/", ".", ",")) else " "
    small = two.box[3] < 0.75 * one.box[3]
    if one.text[-1:].isdigit() and (_PERIOD.match(two.text) if small else _PERIOD.fullmatch(two.text)):
        parts = "/"  # it was lost beside the large figures
    if small and _CENTS.fullmatch(two.text) and _ENDS_WHOLE.search(one.text):
        parts = "."  # "$9" with its cents written small and high
    text = f"{one.text}{parts}{two.text}"
    start = len(text) - len(two.text)
    struck = one.struck or (two.struck and (two.struck[0] + start, two.struck[1] + start)) or None
    return PictureLine(text, around([one.box, two.box]), min(one.sure, two.sure), struck)


def _priced(line: PictureLine) -> bool:
    """Whether it says what something costs; a crossed-out price does not."""
    text = line.text
    if line.struck:
        text = text[: line.struck[0]] + text[line.struck[1] :]
    if len(text) > MOST_CHARS:
        return False
    return bool(_NO_AMOUNT.fullmatch(text)) or (may_hold_money(text) and any(True for _ in find_money(text)))


def _main_prices(lines: _Lines) -> set[PictureLine]:
    """The lines with a price, but for those that say a price in small letters under the one they add to, and for a plan's
    name that is "Free" over its amount."""
    priced = [line for line in lines if _priced(line)]
    return {line for line in priced if not any(_adds_to(line, other) or _is_name(line, other) for other in priced)}


def _adds_to(small: PictureLine, price: PictureLine) -> bool:
    """Whether a line stands in small letters close under a price: "or $90 billed yearly"."""
    return price.box[3] > 1.4 * small.box[3] and _is_under(small, price)


def _is_name(word: PictureLine, price: PictureLine) -> bool:
    return bool(_NO_AMOUNT.fullmatch(word.text)) and not _NO_AMOUNT.fullmatch(price.text) and _is_under(price, word)


def _is_under(below: PictureLine, above: PictureLine) -> bool:
    """Whether a line stands close under another."""
    beside = min(below.right, above.right) - max(below.box[0], above.box[0])
    near = 2 * max(above.box[3], below.box[3])
    return beside > 0 and -0.5 * below.box[3] < below.box[1] - above.bottom < near


# layout ---------------------------------------------------------------------------------------------------------------


def _written(lines: _Lines, prices: set[PictureLine], blocks: list[_Lines]) -> Iterator[str]:
    """The lines of a part of the picture as markup, cut until each block has one price. blocks: gets them."""
    if _count(lines, prices) < 2:
        yield from _card(lines, prices, blocks)
        return
    rows = _rows(lines)
    if _is_table(rows, prices):
        yield from _table(rows, prices, blocks)
        return
    span = _side_by_side(rows, prices) if _count(lines, prices) <= _MOST_PRICES else None
    if span is None:
        yield from _stack(rows, prices, blocks)
        return
    yield from _written(_flat(rows[: span[0]]), prices, blocks)
    yield "<div class=plans>"
    for column in _columns(_flat(rows[span[0] : span[1]])):
        yield from _stack(_rows(column), prices, blocks)
    yield "</div>"
    yield from _written(_flat(rows[span[1] :]), prices, blocks)


def _count(lines: _Lines, prices: set[PictureLine]) -> int:
    return sum(line in prices for line in lines)


def _flat(rows: Sequence[_Lines]) -> _Lines:
    return [line for row in rows for line in row]


def _rows(lines: _Lines) -> list[_Lines]:
    """Lines whose middles are at one height, from the top, each row from the left."""
    rows: list[_Lines] = []
    for line in sorted(lines, key=lambda one: one.middle):
        last = rows[-1][-1] if rows else None
        if last and line.middle - last.middle < 0.5 * min(line.box[3], last.box[3]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda one: one.box[0]) for row in rows]


def _columns(lines: _Lines) -> list[_Lines]:
    """The lines, parted where nothing is written from top to bottom."""
    least = _PARTED * median(line.box[3] for line in lines)
    columns: list[_Lines] = []
    end = 0
    for line in sorted(lines, key=lambda one: one.box[0]):
        if columns and line.box[0] - end < least:
            columns[-1].append(line)
        else:
            columns.append([line])
        end = max(end, line.right) if len(columns[-1]) > 1 else line.right
    return columns


def _side_by_side(rows: Sequence[_Lines], prices: set[PictureLine]) -> tuple[int, int] | None:
    """The rows, first and behind the last, that hold the most prices beside one another; of those the most rows."""
    best, most = None, (1, 0)
    for first in range(min(len(rows), _MOST_ROWS)):
        for last in range(min(len(rows), _MOST_ROWS), first, -1):
            if last - first + 1000 * (_count(_flat(rows[first:last]), prices) > most[0]) <= most[1]:
                break  # what follows is shorter and holds no more
            columns = [column for column in _columns(_flat(rows[first:last])) if _count(column, prices)]
            if (len(columns), last - first) > most and _is_level(columns, prices):
                best, most = (first, last), (len(columns), last - first)
    return best


def _is_level(columns: Sequence[_Lines], prices: set[PictureLine]) -> bool:
    """Whether the first prices of the columns stand about as high as one another."""
    tops = [min((line for line in column if line in prices), key=lambda one: one.box[1]) for column in columns]
    return len(tops) > 1 and max(one.box[1] for one in tops) - min(one.box[1] for one in tops) < 3 * max(
        one.box[3] for one in tops
    )


def _stack(rows: Sequence[_Lines], prices: set[PictureLine], blocks: list[_Lines]) -> Iterator[str]:
    """Prices under one another: the rows are parted where the space between two prices is widest."""
    priced = [number for number, row in enumerate(rows) if _count(row, prices)]
    cuts = [0]
    for one, two in pairwise(priced):
        gaps = [
            (min(line.box[1] for line in rows[at]) - max(line.bottom for line in rows[at - 1]), at)
            for at in range(one + 1, two + 1)
        ]
        cuts.append(max(gaps)[1])
    for start, end in pairwise([*cuts, len(rows)]):
        yield from _card(_flat(rows[start:end]), prices, blocks)


def _is_table(rows: Sequence[_Lines], prices: set[PictureLine]) -> bool:
    """Whether each of several rows names something on the left and says on the right what it costs."""
    priced = [row for row in rows if _count(row, prices)]
    return len(priced) > 1 and all(len(row) > 1 and row[0] not in prices for row in priced)


def _table(rows: Sequence[_Lines], prices: set[PictureLine], blocks: list[_Lines]) -> Iterator[str]:
    """Rows of which each says what one plan costs."""
    priced = [number for number, row in enumerate(rows) if _count(row, prices)]
    first, last = priced[0], priced[-1] + 1
    head = first - 1 if first and len(rows[first - 1]) > 1 else first
    yield from _plain(_flat(rows[:head]), blocks)
    columns = _columns(_flat(rows[head:last]))
    yield "<table class=plans>"
    for row in rows[head:last]:
        blocks.append(row)
        cells = [" ".join(_marked(line) for line in row if line in column) for column in columns]
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</table>"
    yield from _plain(_flat(rows[last:]), blocks)


def _plain(lines: _Lines, blocks: list[_Lines]) -> Iterator[str]:
    """Lines that belong to no plan."""
    if lines:
        blocks.append(lines)
    yield from (f"<p>{_marked(line)}</p>" for line in _in_order(lines))


def _card(lines: _Lines, prices: set[PictureLine], blocks: list[_Lines]) -> Iterator[str]:
    """One plan's lines: its name is the largest of the short ones above its price."""
    ordered = _in_order(lines)
    at = next((number for number, line in enumerate(ordered) if line in prices), None)
    if at is None:
        yield from _plain(lines, blocks)
        return
    blocks.append(lines)
    names = [line for line in ordered[:at] if len(line.text) <= _NAME_CHARS and not line.struck]
    tall = max((line.box[3] for line in names), default=0)
    head = next((line for line in reversed(names) if line.box[3] >= _AS_TALL * tall), None)
    yield "<div class=plan>"
    for number, line in enumerate(ordered):
        tag = "h3" if line is head else "li" if number > at + 2 else "p"
        yield f"<{tag}>{_marked(line)}</{tag}>"
    yield "</div>"


def _in_order(lines: _Lines) -> _Lines:
    return [line for row in _rows(lines) for line in row]


def _marked(line: PictureLine) -> str:
    """A line's text as markup, what is crossed out marked as such."""
    if not line.struck:
        return escape(line.text)
    start, end = line.struck
    return f"{escape(line.text[:start])}<s>{escape(line.text[start:end])}</s>{escape(line.text[end:])}"
