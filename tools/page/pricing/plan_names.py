"""What is a plan called? The lines around a price as candidates, and the plain facts about each as a row of numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass

from tools.page.price_headings import only_of_prices
from tools.page.pricing.amounts import TAGS
from tools.page.pricing.around import BIT, flags, kinds_in
from tools.page.pricing.layout import Layout, sample
from tools.page.pricing.money import find_money, may_hold_money
from tools.page.pricing.page import HEADINGS, Mention
from tools.page.pricing.patterns import NAME_CLASS, PERIOD_LABEL, PLAN_WORD
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
_PART = re.compile(r"^(.{2,30}?)\s*(?:[:–—|(]|\s-\s)")
_BADGE_CSS = re.compile(r"badge|popular|tag\b|ribbon|label|pill|chip|eyebrow|kicker")
_SUB_CSS = re.compile(r"desc|sub|feature|note|caption|hint|period|amount|price|cost|btn|button|cta")
_KINDS = ("plan", "button", "price", "badge", "opening", "free", "saving", "from", "further", "bill", "told", "rival")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name a plan may have, and its line; -1 for no name at all. `how`: line, part, before, before part, after, self, label, clause or none."""

    text: str
    line: int
    how: str


NONE = Candidate("", -1, "none")


def candidates(layout: Layout, number: int) -> list[Candidate]:
    """The names an amount's plan may have, none of them last."""
    one, lines = layout.mentions[number], layout.lines
    found: dict[tuple[int, str], Candidate] = {}
    near = [*range(max(0, one.line - _ABOVE), one.line), *range(one.last + 1, min(len(lines), one.last + _BELOW + 1))]
    heads = (*layout.cell_heads(one.line), layout.head_of(one.line), layout.head_of(one.line, frozenset(("h1", "h2"))))
    for at in (*near, *(at for at in heads if at >= 0 and not one.line <= at <= one.last)):
        low, high = min(at, one.line), max(at, one.line)
        if low < high and at not in heads and layout.between(layout.priced, low, high) > _MOST_BETWEEN:
            continue  # it names another's price
        if lines[at].shade <= 1 and (at, "line") not in found:
            for how, text in _names_in(layout, at):
                found[at, how] = Candidate(text, at, how)
    for how, text in _beside(layout, number):
        found[one.line, how] = Candidate(text, one.line, how)
    return [*found.values(), NONE]


def _names_in(layout: Layout, at: int) -> list[tuple[str, str]]:
    kept: dict[int, list[tuple[str, str]]] = layout.kept.setdefault("names", {})
    if at not in kept:
        text = layout.lines[at].text
        if len(text) > 200:
            text = ""
        elif at in layout.priced_lines and (money := next(find_money(text, layout.page.convention), None)):
            text = text[: money.start]
        kept[at] = _parts(tidy(text), "line", "part")
    return kept[at]


def _parts(text: str, whole: str, part: str) -> list[tuple[str, str]]:
    if not _may_name(text) or _only_period(text):
        return []
    cut = _PART.match(text)
    return [(whole, text), *([(part, cut[1].strip())] if cut else [])]


def _only_period(text: str) -> bool:
    """ "/month", "per year": no plan is called so, though one may be called "Monthly"."""
    return bool(PERIOD_LABEL.fullmatch(text)) and not text.isalpha()


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
    if _may_name(after) and after.count(" ") < 4 and not layout.hits(one.after[:70]):
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
    text = _NUMBERED.sub("", _EMOJI.sub(" ", clean(text)).strip(_EDGES))
    return " ".join(_PRAISED.sub("", text).split()).strip(_EDGES)


def name_rows(layout: Layout, number: int, found: list[Candidate]) -> list[list[float]]:
    """One row a candidate."""
    card = layout.cards[number]
    beside = _brothers_lines(layout, card)
    shared = _shared(layout, number)
    return [[*map(float, _facts(layout, number, one, beside).values()), *shared] for one in found]


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


def _brothers_lines(layout: Layout, card: int) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """The lines of the cards beside one, itself included, by how they look: (card, text)."""
    kept: dict[int, dict[tuple[str, str], list[tuple[int, str]]]] = layout.kept.setdefault("brothers", {})
    if card not in kept:
        found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        for other in layout.kin(card)[0][:12] if card else []:
            for at in range(layout.first[other], min(layout.last[other] + 1, layout.first[other] + 30)):
                found[layout.make(at)[:2]].append((other, layout.lines[at].text))
        kept[card] = found
    return kept[card]


def _facts(
    layout: Layout,
    number: int,
    name: Candidate,
    beside: dict[tuple[str, str], list[tuple[int, str]]],
) -> dict[str, float]:
    one, card, at, text = layout.mentions[number], layout.cards[number], name.line, name.text
    low = text.lower()
    if at < 0:
        return _nothing()
    line = layout.lines[at]
    start, end = layout.span(card, one.line)
    inside = start <= at <= end
    same = beside.get(layout.make(at)[:2], []) if inside else []
    cards = {other for other, _ in same}
    texts = [said for _, said in same]
    near, far = min(at, one.line), max(at, one.line)
    mine, theirs = layout.chain(layout.lines[one.line].block), set(layout.chain(line.block))
    climb = next((k for k, block in enumerate(mine) if block in theirs), len(mine))
    css = layout.css(line.block)
    mine_cell, cell = layout.cell(one.line), layout.cell(at)
    column, row = mine_cell.over, mine_cell.first
    together = cell.table == mine_cell.table >= 0
    return {
        **_of_text(layout, text, low),
        "none": 0.0,
        "how": ("line", "part", "before", "before part", "after", "self", "label", "clause").index(name.how),
        "dist": one.line - at,
        "near": abs(one.line - at),
        "in_card": inside,
        "first": at == start,
        "place": at - start if inside else 99,
        "climb": min(climb, 15),
        "money_between": layout.between(layout.priced, near, far),
        "heads_between": layout.between(layout.heads, near, far),
        "tag": TAGS.get(line.tag, len(TAGS)),
        "heading": line.tag in HEADINGS,
        "large": line.tag in ("h1", "h2"),
        "item": line.tag == "li",
        "button": line.tag in ("button", "a", "label"),
        "shade": line.shade,
        "linked": line.links > 0,
        "css_name": bool(NAME_CLASS.search(css)),
        "css_badge": bool(_BADGE_CSS.search(css)),
        "css_sub": bool(_SUB_CSS.search(css)),
        "column": at == column,
        "row": at == row,
        "table": max(column, row) >= 0,
        "same_table": together,
        "same_row": together and cell.row == mine_cell.row,
        "same_column": together and cell.column == mine_cell.column,
        "table_head": cell.heading,
        "first_column": cell.column == 0,
        "same_head": at == layout.head_of(one.line),
        "same_section": at == layout.head_of(one.line, frozenset(("h1", "h2"))),
        "repeats": min(9, layout.repeats[line.text.lower()]),
        "priced_line": at in layout.priced_lines,
        "beside": len(cards),
        "beside_distinct": len(set(texts)) / max(1, len(texts)),
        "beside_share": len(cards) / max(1, len(layout.kin(card)[0]) if card else 1),
        "beside_per": len(texts) / max(1, len(cards)),
        "beside_same": texts.count(line.text),
    }


def _of_text(layout: Layout, text: str, low: str) -> dict[str, float]:
    kept: dict[str, dict[str, float]] = layout.kept.setdefault("texts", {})
    if text not in kept:
        kinds = kinds_in(text)
        kept[text] = {
            **flags("is", kinds, _KINDS),
            "words": text.count(" ") + 1,
            "chars": len(text),
            "price_label": only_of_prices(text),
            "plan_word": bool(PLAN_WORD.fullmatch(text)),
            "upper": text.isupper(),
            "capital": text[:1].isupper(),
            "digit": any(map(str.isdigit, text)),
            "stop": text[-1:] in ".!,;",
            "asks": text[-1:] in "?？",
            "period": bool(layout.hits(text)),
            "opens": bool(kinds_in(text.split(" ", 1)[0]) & BIT["opening"]),
            "title": low in layout.low_title,
            "own": bool(layout.page.own) and layout.page.own in low,
        }
    return kept[text]


def _nothing() -> dict[str, float]:
    return {**dict.fromkeys((*(f"is_{kind}" for kind in _KINDS), *_TEXT_NAMES), 0.0), "none": 1.0, **dict.fromkeys(_PLACE_NAMES, 0.0)}  # fmt: skip


_TEXT_NAMES = tuple("words chars price_label plan_word upper capital digit stop asks period opens title own".split())
_PLACE_NAMES = tuple(
    """how dist near in_card first place climb money_between heads_between tag heading large item button shade linked css_name css_badge css_sub
    column row table same_table same_row same_column table_head first_column same_head same_section repeats priced_line beside beside_distinct beside_share beside_per beside_same""".split()
)


def name_features() -> tuple[str, ...]:
    """What the numbers of a row are."""
    layout = sample()
    facts = _facts(layout, 0, Candidate("Pro", 0, "line"), {})
    return (
        *facts,
        *(f"price_{name}" for name in "free brothers lines held heads place before row_priced column_priced".split()),
    )
