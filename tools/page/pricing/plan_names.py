"""What is a plan called? The lines around a price as candidates, and the plain facts about each as a row of numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tools.page.price_headings import only_of_prices
from tools.page.pricing.amounts import TAGS
from tools.page.pricing.around import BIT, flags, kinds_in
from tools.page.pricing.layout import NO_CELL, Cell, Layout
from tools.page.pricing.money import find_money, may_hold_money
from tools.page.pricing.page import HEADINGS, Mention
from tools.page.pricing.patterns import NAME_CLASS, PERIOD_LABEL, PLAN_WORD
from tools.page.pricing.terms import periods_in
from tools.page.visible import clean

_MOST_BETWEEN = 4  # lines with amounts between a price and its name
_ABOVE, _BELOW = 20, 5  # lines around a price among which its plan's name is
_LONGEST, _MOST_WORDS = 55, 7
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2190-\u2bff\u2600-\u27bf\ufe0f\u200d\u2022✓✔→←]+")
_EDGES = ' :-–—·|*†"“”«»„,→('
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=\D)")
_PRAISED = re.compile(
    r"\s*\((?:most popular|popular|recommended|best value|new|beta)\)$|\s+(?:most popular|popular|recommended|best value)$",
    re.IGNORECASE,
)
_PRAISE_ENDS = frozenset(")rRdDeE")  # whatever the pattern matches ends so
_PART = re.compile(r"^(.{2,30}?)\s*(?:[:–—|(]|\s-\s)")
_BADGE_CSS = re.compile(r"badge|popular|tag\b|ribbon|label|pill|chip|eyebrow|kicker")
_SUB_CSS = re.compile(r"desc|sub|feature|note|caption|hint|period|amount|price|cost|btn|button|cta")
_KINDS = ("plan", "button", "price", "opening", "free", "from", "further", "bill", "told", "rival")


class Candidate(NamedTuple):
    """A name a plan may have, and its line; -1 for no name at all. `how`: line, part, before, before part, after, self, label, clause or none."""

    text: str
    line: int
    how: str


NONE = Candidate("", -1, "none")


def candidates(layout: Layout, number: int) -> list[Candidate]:
    """The names an amount's plan may have, none of them last."""
    one, lines = layout.mentions[number], layout.lines
    found: list[Candidate] = []
    near = [*range(max(0, one.line - _ABOVE), one.line), *range(one.last + 1, min(len(lines), one.last + _BELOW + 1))]
    heads = (*layout.cell_heads(one.line), layout.head_of(one.line), layout.head_of(one.line, _LARGE))
    for at in dict.fromkeys((*near, *(at for at in heads if at >= 0 and not one.line <= at <= one.last))):
        low, high = (at, one.line) if at < one.line else (one.line, at)
        if at not in heads and layout.between(layout.priced, low, high) > _MOST_BETWEEN:
            continue  # it names another's price
        if lines[at].shade <= 1:
            found += _names_in(layout, at)
    found += {how: Candidate(text, one.line, how) for how, text in _beside(layout, number)}.values()
    return [*found, NONE]


def _names_in(layout: Layout, at: int) -> list[Candidate]:
    kept: dict[int, list[Candidate]] = layout.kept.setdefault("names", {})
    if at not in kept:
        text = layout.lines[at].text
        if len(text) > 200:
            text = ""
        elif at in layout.priced_lines and (money := next(find_money(text, layout.page.convention), None)):
            text = text[: money.start]
        kept[at] = [Candidate(text, at, how) for how, text in _parts(tidy(text))]
    return kept[at]


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """A name as it stands alone in a line, and its part before a mark."""
    if _may_name(text) and not _only_period(text):
        yield "line", text
        if cut := _PART.match(text):
            yield "part", cut[1].strip()


def _only_period(text: str) -> bool:
    """ "/month", "per year": no plan is called so, though one may be called "Monthly"."""
    return not text.isalpha() and PERIOD_LABEL.fullmatch(text) is not None


def _may_name(text: str) -> bool:
    return 1 <= len(text) <= _LONGEST and text.count(" ") < _MOST_WORDS and any(map(str.isalpha, text))


# What joins a name to its price: "Pro starts at only $9 a month".
_JOINING = re.compile(
    r"\b(?:starts?|starting|begins?)\b\s*(?:at|from)?|\b(?:from|only|just|for|at|is|costs?|plans?|price[ds]?|pricing|per|month(?:ly)?|mo|year(?:ly)?|yr|annual(?:ly)?|now|then|tier|a|as|low|little|about|around)\b",
    re.IGNORECASE,
)


def before_name(mention: Mention) -> str:
    """A name in the price's own line: "Pro plan – $20"; "" where what stands there is a sentence."""
    text = _JOINING.sub(" ", _EMOJI.sub(" ", mention.before))
    text = " ".join(re.sub(r"[^\w\s&+./-]", " ", text).split()).strip(" -./+&")
    words = text.split()
    if not (1 < len(text) <= 30 and len(words) <= 4 and not text[0].islower()):
        return ""
    return "" if sum(word[0].islower() for word in words) > 1 else text


# What parts the plans of a sentence.
_CLAUSE = re.compile(r"[,;:.!?()—–]\s")


def clause_name(mention: Mention) -> str:
    """A name in the price's own clause of a sentence: "... a month, and Team is $29"; "" where none is."""
    words = _JOINING.sub(" ", _CLAUSE.split(mention.before)[-1]).split()
    while words and words[0][0].islower():
        words.pop(0)
    named = next((at for at, word in enumerate(words) if word[0].islower()), len(words))
    text = tidy(" ".join(words[:named]))
    return text if 1 < len(text) <= 30 and named <= 4 else ""


def _beside(layout: Layout, number: int) -> list[tuple[str, str]]:
    one = layout.mentions[number]
    found = []
    if named := before_name(one):
        found.append(("before", named))
    if (said := clause_name(one)) and said != named:
        found.append(("clause", said))
    whole = tidy(one.before)
    if (
        whole != named
        and _may_name(whole)
        and not whole[0].islower()
        and layout.lines[one.line].text.startswith(one.before)
    ):
        found.append(("before part", whole))
    after = tidy(one.after[:60])
    if _may_name(after) and after.count(" ") < 4 and not periods_in(one.after[:70]):
        found.append(("after", after))
    for at in layout.chain(layout.lines[one.line].block)[:6]:
        label = tidy(layout.blocks[at].node.attributes.get("aria-label") or "")
        if label and len(label) <= 30 and not may_hold_money(label):
            found.append(("label", label))
    if one.gratis:
        found.append(("self", tidy(one.money.raw)))
    return found


def tidy(text: str) -> str:
    """A line without the marks and the praise around a name."""
    text = clean(text)
    text = (text if text.isascii() else _EMOJI.sub(" ", text)).strip(_EDGES)
    if text[:1].isdecimal():
        text = _NUMBERED.sub("", text)
    if text[-1:] in _PRAISE_ENDS:
        text = _PRAISED.sub("", text)
    return " ".join(text.split()).strip(_EDGES)


def name_rows(layout: Layout, number: int, found: list[Candidate]) -> list[list[float]]:
    """One row a candidate, in the order of `name_features`."""
    around, shared = _around(layout, number), _shared(layout, number)
    places = {at: _of_place(layout, around, at) for at in {name.line for name in found} if at >= 0}
    return [
        [*_of_text(layout, name.text), 0.0, _HOWS[name.how], *places[name.line], *shared]
        if name.line >= 0
        else [*_NO_NAME, *shared]
        for name in found
    ]


def _shared(layout: Layout, number: int) -> list[float]:
    one, card = layout.mentions[number], layout.cards[number]
    start, end = layout.span(card, one.line)
    heads = bisect_right(layout.heads, end) - bisect_left(layout.heads, start)
    return [
        float(one.money.amount == 0),
        float(layout.kin(card)[1] if card else 0),
        float(min(60, end - start + 1)),
        float(layout.held(card) if card else 0),
        float(heads),
        float(one.line - start),
        float(min(120, len(one.before))),
        float(layout.cell(one.line).row_priced),
        float(layout.cell(one.line).column_priced),
    ]


_Make = tuple[str, str]  # how a line looks: its tag, its block's first class


@dataclass(slots=True)
class _Beside:
    """The lines that look alike in a card and the cards beside it: what they say, and the facts about them: how many cards
    hold one, how many texts differ, the share of cards, how many of the lines a card holds."""

    texts: Counter[str]
    facts: tuple[float, float, float, float]


@dataclass(slots=True)
class _Around:
    """An amount and where it stands, as each of its names is held against it."""

    line: int
    span: tuple[int, int]
    place: dict[int, int]  # the blocks around it, each with its order from the innermost
    cell: Cell
    head: int
    section: int
    beside: Mapping[_Make, _Beside]


def _around(layout: Layout, number: int) -> _Around:
    one, card = layout.mentions[number], layout.cards[number]
    return _Around(
        one.line,
        layout.span(card, one.line),
        {block: at for at, block in enumerate(layout.chain(layout.lines[one.line].block))},
        layout.cell(one.line),
        layout.head_of(one.line),
        layout.head_of(one.line, _LARGE),
        _brothers_lines(layout, card),
    )


def _brothers_lines(layout: Layout, card: int) -> Mapping[_Make, _Beside]:
    """The lines of the cards beside one, itself included, by how they look."""
    kept: dict[int, dict[_Make, _Beside]] = layout.kept.setdefault("brothers", {})
    brothers = layout.kin(card)[0] if card else []
    first = brothers[0] if brothers else 0  # all of a row have the same
    if first not in kept:
        cards: dict[_Make, set[int]] = defaultdict(set)
        texts: dict[_Make, Counter[str]] = defaultdict(Counter)
        for other in brothers[:12]:
            for at in range(layout.first[other], min(layout.last[other] + 1, layout.first[other] + 30)):
                make = layout.make(at)[:2]
                cards[make].add(other)
                texts[make][layout.lines[at].text] += 1
        kept[first] = {make: _beside_of(len(cards[make]), texts[make], len(brothers)) for make in cards}
    return kept[first]


def _beside_of(cards: int, texts: Counter[str], brothers: int) -> _Beside:
    count = texts.total()
    return _Beside(texts, (float(cards), len(texts) / max(1, count), cards / max(1, brothers), count / max(1, cards)))


def _of_place(layout: Layout, around: _Around, at: int) -> list[float]:
    """The facts about the line that a name of an amount stands in."""
    line, (start, end), place = around.line, around.span, around.place
    inside = start <= at <= end
    low, high = (at, line) if at < line else (line, at)
    climb = len(place)
    for block in layout.chain(layout.lines[at].block):
        if block in place:
            climb = place[block]
            break
    same = around.beside.get(layout.make(at)[:2], _NOBODY) if inside else _NOBODY
    of_line, repeats = _of_line(layout, at)
    return [
        float(line - at),
        float(high - low),
        float(inside),
        float(at == start),
        float(at - start) if inside else 99.0,
        float(min(climb, 15)),
        float(layout.between(layout.priced, low, high)),
        float(layout.between(layout.heads, low, high)),
        *of_line,
        *_of_cell(around.cell, layout.cell(at), at),
        float(at == around.head),
        float(at == around.section),
        *repeats,
        *same.facts,
        float(same.texts[layout.lines[at].text]) if inside else 0.0,
    ]


def _of_cell(mine: Cell, cell: Cell, at: int) -> Sequence[float]:
    """The facts about a line's place in a table beside that of the amount."""
    if mine is NO_CELL and cell is NO_CELL:
        return _NO_TABLE
    together = cell.table == mine.table >= 0
    found = (
        at == mine.over,
        at == mine.first,
        max(mine.over, mine.first) >= 0,
        together,
        together and cell.row == mine.row,
        together and cell.column == mine.column,
        cell.heading,
        cell.column == 0,
    )
    return list(map(float, found))


def _of_line(layout: Layout, at: int) -> tuple[list[float], list[float]]:
    """The facts about a line, whoever's name it may hold: how it looks; how often it stands on the page, and with a price."""
    kept: dict[int, tuple[list[float], list[float]]] = layout.kept.setdefault("lines", {})
    if at not in kept:
        line, css = layout.lines[at], layout.css(layout.lines[at].block)
        looks = (
            TAGS.get(line.tag, len(TAGS)),
            line.tag in HEADINGS,
            line.tag in _LARGE,
            line.tag == "li",
            line.tag in ("button", "a", "label"),
            line.shade,
            line.links > 0,
            *_of_css(css),
        )
        told = (min(9, layout.repeats[line.text.lower()]), at in layout.priced_lines)
        kept[at] = list(map(float, looks)), list(map(float, told))
    return kept[at]


@lru_cache(maxsize=4096)
def _of_css(css: str) -> tuple[bool, ...]:
    """What the classes of a line's block call it."""
    return tuple(pattern.search(css) is not None for pattern in (NAME_CLASS, _BADGE_CSS, _SUB_CSS))


def _of_text(layout: Layout, text: str) -> Sequence[float]:
    """The facts about a name's words, wherever it stands."""
    kept: dict[str, Sequence[float]] = layout.kept.setdefault("texts", {})
    if text not in kept:
        low, own = text.lower(), layout.page.own
        kept[text] = (*_of_wording(text), float(low in layout.low_title), float(bool(own) and own in low))
    return kept[text]


@lru_cache(maxsize=4096)
def _of_wording(text: str) -> tuple[float, ...]:
    """Those that hold on any page: most plans are called alike."""
    facts = (
        *flags("is", kinds_in(text), _KINDS).values(),
        text.count(" ") + 1,
        len(text),
        only_of_prices(text),
        bool(PLAN_WORD.fullmatch(text)),
        text.isupper(),
        text[:1].isupper(),
        any(map(str.isdigit, text)),
        text[-1:] in ".!,;",
        text[-1:] in "?？",
        bool(periods_in(text)),
        bool(kinds_in(text.split(" ", 1)[0]) & BIT["opening"]),
    )
    return tuple(map(float, facts))


_LARGE = frozenset(("h1", "h2"))
_HOWS = {
    how: float(number)
    for number, how in enumerate(("line", "part", "before", "before part", "after", "self", "label", "clause"))
}
_NOBODY = _Beside(Counter(), (0.0, 0.0, 0.0, 0.0))
_NO_TABLE = (0.0,) * 8
_FEATURES = (
    *(f"is_{kind}" for kind in _KINDS),
    *"words chars price_label plan_word upper capital digit stop asks period opens title own".split(),
    *"none how dist near in_card first place climb money_between heads_between".split(),
    *"tag heading large item button shade linked css_name css_badge css_sub".split(),
    *"column row table same_table same_row same_column table_head first_column same_head same_section repeats priced_line".split(),
    *"beside beside_distinct beside_share beside_per beside_same".split(),
)
_NO_NAME = [float(name == "none") for name in _FEATURES]


def name_features() -> tuple[str, ...]:
    """What the numbers of a row are."""
    shared = "free brothers lines held heads place before row_priced column_priced".split()
    return (*_FEATURES, *(f"price_{name}" for name in shared))
