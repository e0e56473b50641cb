"""Learned selectors: run on a page, scored on samples, activated, watched and retired. Pure, but for what is passed in.

A selector that no longer matches is easy to notice; one that still matches and yields the wrong value is not. So every
value is held against the samples' kind, range and currency, against its place among the amounts its item shows, and
against the other rungs. What fails is not used, and one wrong value retires the recipe: an editor looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from selectolax.lexbor import LexborNode

from tools.errors import UsageError
from tools.identity import canonical_url, host_of
from tools.knowledge import decimal_text
from tools.models import Evidence, Extraction, Fact, Place, Plan, Value
from tools.page import licences
from tools.page.categories import of_terms
from tools.page.markup import joined
from tools.page.pricing import period_of, unit_of
from tools.page.pricing.money import Convention, Money, convention, find_money, read_amount
from tools.page.pricing.numerals import NUMBER
from tools.page.quotes import find_quote
from tools.page.visible import View, clean, view
from tools.patterns import DEEPEST_PAGE, MOST_TAGS, checked_pattern, first_match
from tools.recipe_data import (
    LEAST_SAMPLES,
    LISTS,
    MOST_SAMPLES,
    FieldRule,
    Learned,
    Recipe,
    Sample,
    State,
    parse_recipe,
    read_recipe,
    recipe_json,
    site_of_page,
    stored_recipe,
)

__all__ = [
    "Coverage", "Decision", "Live", "Recipe", "Result", "Row", "Score", "State", "apply", "covered", "decide", "learn",
    "parse_recipe", "read_recipe", "recipe_json", "run", "score", "site_of_page", "stored_recipe",
]  # fmt: skip

ENOUGH_PAGES = 3  # further pages before a recipe becomes active (design.md)
ENOUGH_VALID = 0.95  # of their rows (design.md)
RETIRE_BELOW = 0.75  # of the newest pages' rows: one odd page of a good recipe is no redesign, two are
WINDOW = 5  # newest pages that the live coverage is about
MOST_ROWS = 200  # of one page
RANGE = 10  # times: a price outside the samples' by more than this is an id, a year, a vote count
_SEEN, _IN_MARKUP = 0.9, 0.7  # confidence of a value that a reader sees, and of one only in the markup
_GRATIS = re.compile(r"(?:free(?: forever| plan)?|gratis|kostenlos|gratuit|no cost)[.!]?", re.IGNORECASE)
_ON_REQUEST = re.compile(
    r"(?:contact|talk to|let['’]s talk|custom|on request|get a quote|request a quote|upon request).{0,30}",
    re.IGNORECASE,
)
_ADDRESSES = ("url", "homepage", "repository")
_COMPARABLE = ("plan", "license", "homepage", "repository")  # two descriptions may differ and both be true
_WEAK_RUNGS = ("text", "meta", "source", "derived", "model", "vision")


@dataclass(frozen=True, slots=True)
class Row:
    """What one item yields. problems: what is missing. wrong: what is there and cannot be right."""

    values: Mapping[str, Value | None]  # keys as in a sample's expected rows
    evidence: Mapping[str, tuple[Evidence, ...]]
    problems: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    place: tuple[int, int] | None = None  # its price: which of the item's amounts (-1: none), of how many

    @property
    def valid(self) -> bool:
        """Whether the row may be used."""
        return not self.problems and not self.wrong


@dataclass(frozen=True, slots=True)
class Result:
    """A recipe on a page. problem: why the page as a whole yields nothing."""

    kind: str
    rows: tuple[Row, ...] = ()
    problem: str = ""

    @property
    def share(self) -> float:
        """Valid rows of all, 0-1; 0 for a page without rows."""
        return sum(row.valid for row in self.rows) / len(self.rows) if self.rows else 0.0

    @property
    def wrong(self) -> tuple[str, ...]:
        """What cannot be right, each once."""
        return tuple(dict.fromkeys(why for row in self.rows for why in row.wrong))

    @property
    def troubles(self) -> tuple[str, ...]:
        """All that is missing or wrong, each once."""
        found = [self.problem] if self.problem else []
        return tuple(dict.fromkeys([*found, *(why for row in self.rows for why in (*row.wrong, *row.problems))]))

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The valid rows as price lines; () for another kind of recipe."""
        return tuple(_plan(row) for row in self.rows if row.valid) if self.kind == "plans" else ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The values of a valid page as facts; () for another kind of recipe."""
        if self.kind != "facts" or not self.rows or not self.rows[0].valid:
            return ()
        row = self.rows[0]
        return tuple(
            Fact(name, value, "recipe", _confidence(row.evidence[name]), row.evidence[name])
            for name, value in row.values.items()
            if value
        )

    @property
    def listing(self) -> list[dict[str, str | None]]:
        """The valid rows in the shape of tools.page.lists: name, url, tagline; [] for another kind of recipe."""
        if self.kind != "listing":
            return []
        return [
            {name: _text_of(row.values.get(name)) for name in ("name", "url", "tagline")}
            for row in self.rows
            if row.valid
        ]


# ── on a page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def run(recipe: Recipe, page_html: str, url: str) -> Result:
    """What a recipe reads on a page, each value with its verbatim quote and held against what the samples taught.

    Never raises on a page, whatever it is; a page it cannot be run on says why in `problem`.
    """
    if (tags := page_html.count("<")) > MOST_TAGS:
        return Result(recipe.kind, problem=f"it has {tags} tags; a recipe is run on {MOST_TAGS}")
    page = _Page(view(page_html), url)
    if page.depth > DEEPEST_PAGE:
        return Result(recipe.kind, problem=f"its elements lie {page.depth} deep; a recipe is run to {DEEPEST_PAGE}")
    items = page.view.tree.css(recipe.item)
    if not items:
        return Result(recipe.kind, problem=f"nothing matches the item selector {recipe.item!r}")
    if recipe.kind == "facts":
        items = items[:1]
    if len(items) > MOST_ROWS:
        return Result(recipe.kind, problem=f"{len(items)} items match; at most {MOST_ROWS} are read")
    if _nested(items):
        return Result(recipe.kind, problem=f"items of {recipe.item!r} lie inside each other")
    rows = [_Reading(page, item, recipe).row() for item in items]
    return Result(recipe.kind, tuple(_repeated(rows, recipe)))


class _Page:
    """A page's view, with the lines of each block at hand."""

    def __init__(self, seen: View, url: str) -> None:
        self.view, self.url = seen, url
        self.depth = max((block.depth for block in seen.blocks), default=0)
        self.lines: dict[int, list[tuple[str, tuple[tuple[int, int], ...]]]] = {}
        for line in seen.lines:
            if not line.shade:
                self.lines.setdefault(seen.blocks[line.block].node.mem_id, []).append((line.text, line.struck))
        self.blocks = {block.node.mem_id for block in seen.blocks}
        root = seen.tree.css_first("html")
        lang = (root.attributes.get("lang") or "") if root is not None else ""
        self.convention = convention([line.text for line in seen.lines], host_of(url), lang)

    def lines_of(self, node: LexborNode) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
        """The visible lines inside an element, with their crossed-out spans; of an inline one, its part of the line."""
        found = [line for each in node.traverse() for line in self.lines.get(each.mem_id, ())]
        if node.mem_id in self.blocks:
            return found
        at = node.parent
        while at is not None and at.mem_id not in self.blocks:
            at = at.parent
        around = self.lines.get(at.mem_id, ()) if at is not None else ()
        text = clean((node.text(separator=" ") or "")[:5_000])
        return found + [part for line in around if (part := _part(line, text))]

    def amounts(self, node: LexborNode) -> list[Money]:
        """The amounts a reader of the element sees, those crossed out left out."""
        return [
            money
            for text, struck in self.lines_of(node)
            for money in find_money(text[:2_000], self.convention)
            if not any(start <= money.start < end for start, end in struck)
        ]


def _part(line: tuple[str, tuple[tuple[int, int], ...]], text: str) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """What a line and an inline element's text have in common: the one that stands in the other, with the line's spans."""
    words, struck = line
    if find_quote(words, text):
        return line
    piece = find_quote(text, words)
    if not piece:
        return None
    at = words.index(piece)
    return piece, tuple((max(0, start - at), end - at) for start, end in struck if end > at)


class _Reading:
    """One item being read."""

    def __init__(self, page: _Page, item: LexborNode, recipe: Recipe) -> None:
        self.page, self.item, self.recipe = page, item, recipe
        self.values: dict[str, Value | None] = {}
        self.evidence: dict[str, tuple[Evidence, ...]] = {}
        self.problems: list[str] = []
        self.wrong: list[str] = []
        self.place: tuple[int, int] | None = None
        self.shown = "\n".join(text for text, _ in page.lines_of(item))

    def row(self) -> Row:
        for rule in self.recipe.fields:
            nodes = self._nodes(rule)
            if not nodes:
                if not rule.optional:
                    self.problems.append(f"{rule.name}: nothing matches {rule.select!r}")
            elif rule.name in LISTS:
                self._list(rule, nodes)
            else:
                self._one(rule, nodes)
        if self.recipe.learned:
            self.wrong += _unlike(self, self.recipe.learned)
        if self.recipe.kind == "facts" and not self.values and not self.problems:
            self.problems.append("no field has a value")
        return Row(self.values, self.evidence, tuple(self.problems), tuple(self.wrong), self.place)

    def _nodes(self, rule: FieldRule) -> list[LexborNode]:
        if not rule.select:
            return [self.item]
        return [node for node in self.item.css(rule.select) if node.mem_id != self.item.mem_id][:50]

    def _raw(self, rule: FieldRule, node: LexborNode) -> str:
        raw = node.attributes.get(rule.attribute) if rule.attribute else node.text(separator=" ")
        text = clean((raw or "")[:5_000])
        if not rule.pattern or not text:
            return text
        return first_match(checked_pattern(rule.pattern, rule.name), text) or ""

    def _one(self, rule: FieldRule, nodes: Sequence[LexborNode]) -> None:
        read = {self._raw(rule, node): node for node in reversed(nodes)}
        read.pop("", None)
        if not read:
            if not rule.optional:
                self.problems.append(f"{rule.name}: {rule.select!r} matches, but holds no text that fits")
            return
        if rule.name == "price":
            self._price(rule, read)
        elif len(read) > 1:
            self.wrong.append(f"{rule.name}: {rule.select!r} matches {len(read)} different texts in one item")
        else:
            text, node = next(iter(read.items()))
            self._text(rule, text, node)

    def _text(self, rule: FieldRule, text: str, node: LexborNode) -> None:
        if rule.name in ("period", "unit"):
            value = (period_of if rule.name == "period" else unit_of)(text) or period_of(f"/{text}")
            if value is None and not rule.optional:
                self.problems.append(f"{rule.name}: {text[:60]!r} names none")
            if value is not None:
                self._keep(rule, rule.name, value, text)
            return
        value = text
        if rule.name in _ADDRESSES:
            value = joined(self.page.url, text)
            if not value.startswith(("http://", "https://")) or " " in text:
                self.wrong.append(f"{rule.name}: {text[:60]!r} is no address")
                return
            value = canonical_url(value)
        elif rule.name == "license":
            value = licences.spdx(text) or ""
            if not value:
                self.wrong.append(f"license: {text[:60]!r} is no licence we know")
                return
        elif rule.name == "category":
            said = of_terms([text])
            if said is None:
                self.wrong.append(f"category: {text[:60]!r} stands for none of the list")
                return
            value = said[0]
        elif rule.name == "name" and (len(text) > 120 or any(find_money(text))):
            self.wrong.append(f"name: {text[:60]!r} is a price or a paragraph, not a name")
            return
        self._keep(rule, rule.name, value[:2_000], text)

    def _list(self, rule: FieldRule, nodes: Sequence[LexborNode]) -> None:
        texts = list(dict.fromkeys(text for node in nodes if (text := self._raw(rule, node)) and len(text) <= 80))
        if texts:
            self._keep(rule, rule.name, texts, *texts)
        elif not rule.optional:
            self.problems.append(f"{rule.name}: {rule.select!r} matches, but holds no text that fits")

    def _keep(self, rule: FieldRule, name: str, value: Value, *texts: str) -> None:
        self.values[name] = value
        self.evidence[name] = tuple(self._quoted(rule, text) for text in texts)

    def _quoted(self, rule: FieldRule, text: str) -> Evidence:
        quote = None if rule.attribute else find_quote(text, self.shown)
        place: Place = "visible" if quote else "markup"
        path = "" if quote else f"{rule.select}@{rule.attribute}" if rule.attribute else rule.select
        return Evidence(self.page.url, place, quote or text, path)

    def _price(self, rule: FieldRule, read: Mapping[str, LexborNode]) -> None:
        """The one amount the selected elements show; crossed-out ones do not count."""
        shown = self.page.amounts(self.item)
        if rule.attribute or rule.pattern:
            self._price_of_text(rule, read, shown)
            return
        found = [money for node in read.values() for money in self._amounts_in(node)]
        crossed = [money for text in read for money in find_money(text[:500], self.page.convention)]
        if len({(money.amount, money.currency) for money in found}) > 1:
            self.wrong.append(f"price: {rule.select!r} shows {len(found)} different amounts in one item")
        elif found:
            self._priced(rule, found[0], found[0].raw, shown)
        elif crossed and (money := self._in_pieces(read)):
            self._priced(rule, money, money.raw, shown)
        elif crossed and self.shown and find_quote(crossed[0].raw, self.shown):
            self.wrong.append(f"price: {crossed[0].raw!r} is crossed out")
        elif crossed:
            self.wrong.append(f"price: {crossed[0].raw!r} is hidden from readers")
        else:
            self._wordy_price(rule, list(read))

    def _in_pieces(self, read: Mapping[str, LexborNode]) -> Money | None:
        """An amount whose sign and digits are lines of their own, none of them crossed out."""
        if len(read) > 1:
            return None
        lines = self.page.lines_of(next(iter(read.values())))
        if len(lines) < 2 or any(struck for _, struck in lines):
            return None
        found = list(find_money(" ".join(text for text, _ in lines)[:500], self.page.convention))
        return found[0] if len(found) == 1 else None

    def _amounts_in(self, node: LexborNode) -> list[Money]:
        """Visible amounts that are the element's own, not its neighbour's on the same line."""
        text = clean(node.text(separator="") or ""), clean(node.text(separator=" ") or "")
        return [money for money in self.page.amounts(node) if any(find_quote(money.raw, each) for each in text)]

    def _price_of_text(self, rule: FieldRule, read: Mapping[str, LexborNode], shown: Sequence[Money]) -> None:
        """A price from an attribute or cut out by a pattern: a bare number must be one of the amounts the item shows."""
        if len(read) > 1:
            self.wrong.append(f"price: {rule.select!r} matches {len(read)} different texts in one item")
            return
        text = next(iter(read))
        money = next(find_money(text, self.page.convention), None) or _bare(text, self.page.convention)
        if money is None:
            self._wordy_price(rule, [text])
            return
        amount = money.amount
        same = next((each for each in shown if each.amount == amount), None)
        crossed = any(each.amount == amount for line in self.shown.splitlines() for each in find_money(line[:2_000]))
        if shown and same is None:
            self.wrong.append(f"price: {text[:40]!r} {'is crossed out' if crossed else 'is none of the amounts shown'}")
            return
        money = replace(money, currency=money.currency or (same.currency if same else ""))
        self._priced(rule, money, same.raw if same else text, shown)

    def _priced(self, rule: FieldRule, money: Money, quote: str, shown: Sequence[Money]) -> None:
        if not money.sure:
            self.wrong.append(f"price: {quote!r} can be read as two amounts")
            return
        amount, currency = money.amount, money.currency
        self.values["amount"], self.values["currency"] = decimal_text(amount), currency or None
        where = next((n for n, each in enumerate(shown) if (each.amount, each.currency) == (amount, currency)), None)
        self.place = (-1 if where is None else where, len(shown))
        line = next((line for line in self.shown.splitlines() if find_quote(quote, line)), "")
        words = line if 0 < len(line) <= 300 else find_quote(quote, self.shown)
        if words:
            self.evidence["price"] = (Evidence(self.page.url, "visible", words),)
        else:
            path = f"{rule.select}@{rule.attribute}" if rule.attribute else rule.select
            self.evidence["price"] = (Evidence(self.page.url, "markup", quote, path),)

    def _wordy_price(self, rule: FieldRule, texts: Sequence[str]) -> None:
        text = texts[0]
        if _GRATIS.fullmatch(text):
            self.values["amount"] = "0"
        elif _ON_REQUEST.fullmatch(text):
            self.values["amount"] = None
        else:
            self.wrong.append(f"price: {text[:60]!r} is no amount of money")
            return
        self.values["currency"] = None
        quote = find_quote(text, self.shown)
        self.evidence["price"] = (Evidence(self.page.url, "visible" if quote else "markup", quote or text),)


def _bare(text: str, page: Convention) -> Money | None:
    """A text that is a number and nothing else."""
    return read_amount(text, page) if re.fullmatch(NUMBER, text) else None


def _nested(items: Sequence[LexborNode]) -> bool:
    chosen = {item.mem_id for item in items}
    for item in items:
        at = item.parent
        while at is not None:
            if at.mem_id in chosen:
                return True
            at = at.parent
    return False


def _unlike(reading: _Reading, learned: Learned) -> list[str]:
    """How a row's values differ in kind from all the samples' ones."""
    values, wrong = reading.values, []
    amount, currency, period = (_text_of(values.get(name)) for name in ("amount", "currency", "period"))
    if amount and Decimal(amount):
        if learned.least and not Decimal(learned.least) / RANGE <= Decimal(amount) <= Decimal(learned.most) * RANGE:
            wrong.append(f"price: {amount} is far from the samples' {learned.least} to {learned.most}")
        if learned.currencies and (currency or "") not in learned.currencies:
            wrong.append(
                f"price: it is in {currency or 'no currency'}, the samples' in {', '.join(learned.currencies)}"
            )
        if learned.places and reading.place and reading.place not in learned.places:
            at, of = reading.place
            where = f"amount {at + 1} of {of}" if at >= 0 else f"none of the {of} amounts shown"
            wrong.append(f"price: {where} in its item, which is no place the samples' prices had")
    if period and learned.periods and period not in learned.periods:
        wrong.append(f"period: {period}, the samples' are {', '.join(learned.periods)}")
    longest = dict(learned.longest)
    for name, value in values.items():
        if not isinstance(value, str) or name not in longest:
            continue
        if value.isdecimal() and name not in learned.numeric:
            wrong.append(f"{name}: {value[:40]!r} is a bare number, as no sample's is")
        if len(value) > 40 + 4 * longest[name]:
            wrong.append(f"{name}: {len(value)} characters, the samples' have {longest[name]} at most")
    return wrong


def _repeated(rows: Sequence[Row], recipe: Recipe) -> list[Row]:
    """The rows, those marked that say of two things what can be true of one."""
    marked = []
    key = "url" if recipe.kind == "listing" else "name"
    seen: dict[tuple[object, ...], object] = {}
    for row in rows:
        name = (row.values.get(key), row.values.get("period"), row.values.get("unit"))
        amount = row.values.get("amount")
        if row.values.get(key) and seen.setdefault(name, amount) != amount:
            row = replace(row, wrong=(*row.wrong, f"{key}: two items are called {str(name[0])[:60]!r}"))
        marked.append(row)
    priced = [row for row in rows if row.values.get("amount") is not None]
    same = {row.values["amount"] for row in priced}
    if len(priced) > 2 and len(same) == 1 and recipe.learned and not recipe.learned.fixed:
        why = f"price: all {len(priced)} rows have the same amount, as no sample's have"
        marked = [replace(row, wrong=(*row.wrong, why)) for row in marked]
    return marked


def _plan(row: Row) -> Plan:
    amount = row.values.get("amount")
    quotes = tuple(dict.fromkeys(e for name in ("price", "name", "period") for e in row.evidence.get(name, ())))
    return Plan(
        name=str(row.values.get("name") or ""),
        amount=None if amount is None else Decimal(str(amount)),
        currency=_text_of(row.values.get("currency")),
        period=_text_of(row.values.get("period")),
        unit=_text_of(row.values.get("unit")),
        qualifier="contact" if amount is None else None,
        rung="recipe",
        confidence=_confidence(row.evidence["price"]),
        evidence=quotes,
    )


def _confidence(evidence: Sequence[Evidence]) -> float:
    return _SEEN if all(each.place == "visible" for each in evidence) else _IN_MARKUP


def _text_of(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None


# ── on its samples ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Score:
    """A recipe on its sample pages. differences: a sentence each; none means it reproduces them."""

    samples: int
    differences: tuple[str, ...] = ()

    @property
    def reproduces(self) -> bool:
        """Whether there are samples enough, and every value is the expected one."""
        return self.samples >= LEAST_SAMPLES and not self.differences


def score(recipe: Recipe, pages: Sequence[str]) -> Score:
    """How well a recipe reproduces its samples. pages: the HTML of each sample, in the order of recipe.samples."""
    differences: list[str] = []
    for given, sample in zip(pages, recipe.samples, strict=False):
        differences += _differences(run(recipe, given, sample.url), sample)
    if len(pages) < len(recipe.samples):
        differences.append(f"{len(recipe.samples)} samples are named and {len(pages)} pages given.")
    return Score(len({sample.page or sample.url for sample in recipe.samples[: len(pages)]}), tuple(differences))


def _differences(result: Result, sample: Sample) -> list[str]:
    where = sample.url
    found = [f"{where}: {why}." for why in result.troubles]
    if len(result.rows) != len(sample.rows):
        found.append(f"{where}: {len(sample.rows)} rows are expected; {len(result.rows)} came.")
        return found
    for number_, (row, expected) in enumerate(zip(result.rows, sample.rows, strict=True), 1):
        for name, value in expected.items():
            got = row.values.get(name)
            same = _same_amount if name == "amount" else _same_words
            if not same(got, value):
                found.append(f"{where}: row {number_}: {name} should be {value!r}; {got!r} came.")
    return found


def _same_amount(a: Value | None, b: Value | None) -> bool:
    return a == b or (a is not None and b is not None and Decimal(str(a)) == Decimal(str(b)))


def _same_words(a: Value | None, b: Value | None) -> bool:
    return _folded(a) == _folded(b)


def _folded(value: Value | None) -> Value | None:
    if isinstance(value, list):
        return [clean(each) for each in value]
    return clean(value).rstrip("/") if value else None


def learn(recipe: Recipe, pages: Sequence[str], read: Sequence[Extraction] = ()) -> Recipe:
    """The recipe with what its samples teach about live values. read: what the ladder reads on the same pages."""
    results = [run(replace(recipe, learned=None), html, s.url) for html, s in zip(pages, recipe.samples, strict=False)]
    rows = [row for result in results for row in result.rows]
    amounts = [amount for row in rows if (text := _text_of(row.values.get("amount"))) and (amount := Decimal(text))]
    texts = [(name, v) for row in rows for name, v in row.values.items() if isinstance(v, str) and name not in _PRICED]
    longest = {name: max(len(v) for other, v in texts if other == name) for name, _ in texts}
    learned = Learned(
        least=decimal_text(min(amounts)) or "" if amounts else "",
        most=decimal_text(max(amounts)) or "" if amounts else "",
        currencies=_each(
            _text_of(row.values.get("currency")) or "" for row in rows if row.values.get("amount") not in (None, "0")
        ),
        periods=_each(str(row.values["period"]) for row in rows if row.values.get("period")),
        places=tuple(sorted({row.place for row in rows if row.place})),
        agrees=_agreeing(results, read),
        longest=tuple(sorted(longest.items())),
        numeric=_each(name for name, v in texts if v.isdecimal()),
        fixed=len(amounts) > 1 and len(set(amounts)) == 1,
    )
    return replace(recipe, learned=learned)


_PRICED = ("amount", "currency", "period", "unit", "url", "homepage", "repository", "license")


def _each(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _agreeing(results: Sequence[Result], read: Sequence[Extraction]) -> tuple[str, ...]:
    """What other rungs, weak ones too, said as the recipe does on every sample page: a later clash there tells something."""
    agreeing: set[str] | None = None
    for result, extraction in zip(results, read, strict=False):
        says = _says(result)
        said = [each for each in _said(extraction) if each.what in says]
        clashing = {each.topic for each in said if not _confirmed(each, said, says)}
        here = {each.topic for each in said} - clashing
        agreeing = here if agreeing is None else agreeing & here
    return tuple(sorted(agreeing or ()))


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing a rung says: what ("license", "plan pro month") and its value."""

    rung: str
    what: str
    value: str

    @property
    def topic(self) -> str:
        """Rung and kind of thing, e.g. "jsonld plan"."""
        return f"{self.rung} {self.what.split()[0]}"


def _said(extraction: Extraction) -> list[_Said]:
    plans = []
    for plan in extraction.plans:
        if plan.amount is not None and plan.name:
            name, price = plan.name.casefold().strip(), f"{plan.amount.normalize():f} {plan.currency or ''}".strip()
            plans.append(_Said(plan.rung, f"plan {name} {plan.period or ''}".strip(), price))
            # Markup rarely says the period; whether it means the same one is known from the samples only.
            plans.append(_Said(plan.rung, f"price {name}", price))
    texts = [(fact, fact.value) for fact in extraction.facts if isinstance(fact.value, str)]
    return plans + [_Said(fact.rung, fact.field, clean(value).casefold().rstrip("/")) for fact, value in texts]


def _says(result: Result) -> dict[str, str]:
    return {each.what: each.value for each in _said(Extraction("", result.facts, result.plans))}


def _confirmed(one: _Said, said: Sequence[_Said], says: Mapping[str, str]) -> bool:
    """Whether one of the values that this rung gives for this thing is the recipe's."""
    return any(each.value == says[one.what] for each in said if (each.rung, each.what) == (one.rung, one.what))


def _clashes(result: Result, extraction: Extraction, agrees: Sequence[str]) -> list[str]:
    """Where a rung that is strong here, or agreed on the samples, gives only other values for the same thing."""
    says = _says(result)
    said = [each for each in _said(extraction) if each.what in says]
    return [
        f"{each.what}: it reads {says[each.what]!r}, rung {each.rung} reads {each.value!r}"
        for each in said
        if (each.topic in agrees or (each.rung not in _WEAK_RUNGS and each.what.split()[0] in _COMPARABLE))
        and not _confirmed(each, said, says)
    ]


# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Coverage:
    """Pages beyond the samples that a recipe was run on: how many, and the share of valid rows of the newest, 0-1."""

    pages: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """The state a recipe is to have, and why in one sentence."""

    state: State
    why: str


@dataclass(frozen=True, slots=True)
class Live:
    """An extraction with what a recipe adds. share: valid rows of the page, 0-1. wrong: why the recipe must go."""

    extraction: Extraction
    share: float
    wrong: tuple[str, ...] = ()


def covered(before: Coverage, share: float) -> Coverage:
    """The coverage after one more page; older pages than the newest few weigh less and less."""
    weight = min(before.pages, WINDOW - 1)
    return Coverage(before.pages + 1, round((before.share * weight + share) / (weight + 1), 4))


def decide(state: State, found: Score | None, live: Coverage, wrong: Sequence[str] = ()) -> Decision:
    """The state that follows from the samples' score (None: not scored again), live coverage and wrong values.

    Retired is for good: a mended recipe is a new version.
    """
    if state == "retired":
        return Decision("retired", "It was retired; save a mended recipe as a new version.")
    if wrong:
        gone: State = "retired" if state == "active" else "proposed"
        return Decision(gone, f"A live value cannot be right: {wrong[0]}.")
    if found and not found.reproduces:
        why = (
            found.differences[0]
            if found.differences
            else f"{LEAST_SAMPLES} different samples are needed; {found.samples} given."
        )
        return Decision("retired" if state == "active" else "proposed", f"It does not reproduce its samples: {why}")
    share = f"{live.share:.0%} valid rows on {live.pages} further page{'s' * (live.pages != 1)}"
    if state == "active":
        if live.share < RETIRE_BELOW:
            return Decision("retired", f"Its live coverage dropped to {live.share:.0%}.")
        return Decision("active", f"It has {share}.")
    if live.pages >= ENOUGH_PAGES and live.share >= ENOUGH_VALID:
        return Decision("active", f"It reproduces its samples and has {share}.")
    return Decision(
        "proposed", f"It waits for {ENOUGH_PAGES} further pages with {ENOUGH_VALID:.0%} valid rows; so far {share}."
    )


def apply(recipe: Recipe, extraction: Extraction, page_html: str) -> Live:
    """A page's extraction with the recipe's facts and plans beside the ladder's; which are shown follows from the rungs.

    Values enter only from a page without a wrong one. A price list read by the recipe stands for the weaker rungs' of the
    same page, since two readings of one line would look like two plans; a stronger rung's stays.
    """
    result = run(recipe, page_html, extraction.url)
    wrong = [*result.wrong, *_clashes(result, extraction, recipe.learned.agrees if recipe.learned else ())]
    if wrong or not (result.plans or result.facts):
        return Live(extraction, 0.0 if wrong else result.share, tuple(wrong))
    facts, plans = extraction.facts + result.facts, extraction.plans
    if result.plans:
        plans = tuple(plan for plan in plans if plan.rung not in _WEAK_RUNGS) + result.plans
        facts = tuple(fact for fact in facts if not _denied(fact, result.plans))
    have = {fact.field for fact in facts} | ({"plans"} if plans else set())
    missing = tuple(name for name in extraction.missing if name not in have)
    return Live(replace(extraction, facts=facts, plans=plans, missing=missing), result.share)


def _denied(fact: Fact, plans: Sequence[Plan]) -> bool:
    """A pricing model concluded from the lack of prices, where the recipe found some."""
    priced = any(plan.amount for plan in plans)
    return fact.field == "pricing_model" and fact.rung == "derived" and priced and fact.value in ("free", "contact")


def check_samples(recipe: Recipe) -> None:
    """UsageError when a recipe names too few or too many samples."""
    if not LEAST_SAMPLES <= len(recipe.samples) <= MOST_SAMPLES:
        raise UsageError(
            f"samples: {LEAST_SAMPLES} to {MOST_SAMPLES} sample pages with expected rows are needed; {len(recipe.samples)} given."
        )


def report(result: Result) -> dict[str, Any]:
    """A result as JSON: rows with their values and quotes, what is missing or wrong, the share of valid rows."""
    rows = [
        {
            "values": dict(row.values),
            "evidence": {
                name: [{"quote": each.quote, "place": each.place} for each in evidence]
                for name, evidence in row.evidence.items()
            },
            "problems": [*row.wrong, *row.problems],
        }
        for row in result.rows
    ]
    return {"rows": rows, "problem": result.problem, "valid": round(result.share, 4)}
