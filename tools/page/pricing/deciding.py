"""Which amounts are the product's prices, for how long each holds and what its plan is called: three small models in turn.

The heads for amounts and periods judge twice: alone, then knowing what the first look said of the amounts around.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from statistics import fmean
from typing import TypeVar

from tools.knowledge import THRESHOLD
from tools.page.choose.trees import Model, load
from tools.page.pricing.amounts import amount_rows, feature_names
from tools.page.pricing.layout import Layout
from tools.page.pricing.page import Mention
from tools.page.pricing.patterns import TRIED
from tools.page.pricing.periods import CLASSES, is_open, listed, other_period, period_features, period_rows
from tools.page.pricing.plan_names import Candidate, candidates, name_features, name_rows
from tools.page.pricing.terms import periods_in, unit_of

HEADS = ("prices", "terms", "prices_beside", "terms_beside", "plan_names")
OURS = 0.7  # from this probability on an amount is taken for a price of the product; .6 read no more of them with five times as many false, .8 read .01 fewer with none (folds, 2026-11-30)
_ASKED = 0.25  # the same for a line that names a plan on request
_FREE = 0.5  # the same for what costs nothing: no false price, and amounts read as at .7 (folds, 2026-11-30)
_LIKELY = 0.6  # what counts as a likely price when an amount is judged beside others
_WORTH = 0.1  # under it an amount's period is not asked for
_LOOKED_AT = 0.02  # from here on an amount is a candidate for an editor, where none is sure
_DOUBTFUL = 3  # such candidates of one page; more help no editor
_MOST_UNSURE = 3  # unsure prices of one page; more help no editor
_LIKELY_NAME = 0.25  # from this share on a name is likely enough for a price whose likeliest name is another's
_SHELF = 3  # things that cost nothing beside no price: a list of things, not of plans
_SHARED = 0.5  # what the places of names in the cards beside count
_ELSEWHERE = -5.0  # the score of a place that no name of the cards beside stands in
_LEAST = 0.01  # what parts a confidence from the threshold
_UNKNOWN = [-1.0] * len(CLASSES)

Row = list[float]
K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class Facts:
    """The rows of a page's amounts, made once: for the amounts, for their periods, for their names (when asked)."""

    layout: Layout
    amounts: list[Row]
    mates: list[list[int]]  # other amounts in the same card
    beside: list[list[int]]  # amounts in the cards beside
    alike: list[list[int]]  # amounts whose lines look alike
    same: list[list[int]]  # the same amount again
    _periods: dict[int, list[Row]]
    _names: dict[int, tuple[list[Candidate], list[Row]]]

    def periods(self, number: int) -> list[Row]:
        """A row a period."""
        if number not in self._periods:
            self._periods[number] = period_rows(self.layout, number)
        return self._periods[number]

    def names(self, number: int) -> tuple[list[Candidate], list[Row]]:
        """The candidates for the name, and a row each."""
        if number not in self._names:
            found = candidates(self.layout, number)
            self._names[number] = found, name_rows(self.layout, number, found)
        return self._names[number]


def facts_of(layout: Layout) -> Facts:
    """What the heads are asked about."""
    by_card = _grouped(layout.cards)
    beside = {
        card: sorted(k for other in layout.kin(card)[0] if other != card for k in by_card.get(other, ()))
        if card
        else []
        for card in by_card
    }
    return Facts(
        layout,
        amount_rows(layout),
        _others(layout.cards),
        [beside[card] for card in layout.cards],
        _others([layout.make(one.line) for one in layout.mentions]),
        _others([one.money.amount for one in layout.mentions]),
        {},
        {},
    )


def _grouped(keys: Iterable[K]) -> dict[K, list[int]]:
    """The numbers of the things that bear each key."""
    found: dict[K, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        found[key].append(number)
    return found


def _others(keys: Sequence[K]) -> list[list[int]]:
    """For each thing the numbers of the others that bear its key."""
    groups = _grouped(keys)
    return [[k for k in groups[key] if k != number] for number, key in enumerate(keys)]


@dataclass(frozen=True)
class Look:
    """What one look says: how likely each amount is a price, and the shares of the periods."""

    ours: list[float]
    periods: list[list[float]]

    @cached_property
    def page(self) -> list[float]:
        """What it says of the page: the likeliest price, the mean, how many are likely."""
        return [max(self.ours), fmean(self.ours), float(sum(one > _LIKELY for one in self.ours))]

    @cached_property
    def shares(self) -> list[float]:
        """The mean share of each period on the page."""
        return [_weighted(self, range(len(self.ours)), at) for at in range(len(CLASSES))]


def first_look(facts: Facts, price: Model, term: Model) -> Look:
    """Each amount judged alone."""
    ours = [chance(price.score(row)) for row in facts.amounts]
    return Look(ours, [_shares(facts, number, ours[number], term, facts.periods) for number in range(len(ours))])


def _shares(facts: Facts, number: int, ours: float, term: Model, rows: Callable[[int], list[Row]]) -> list[float]:
    if ours < _WORTH or not is_open(facts.layout.mentions[number]):
        return _UNKNOWN
    return listed([term.score(row) for row in rows(number)])


def chance(odds: float) -> float:
    """The probability that log odds mean."""
    return 1 / (1 + math.exp(-odds)) if odds > -30 else 0.0


def beside_amount(facts: Facts, number: int, look: Look) -> Row:
    """An amount's row with what the first look says of it and of the amounts around."""
    ours, mates, beside, alike = look.ours, facts.mates[number], facts.beside[number], facts.alike[number]
    own = ours[number]
    return [
        *facts.amounts[number],
        own,
        _most(ours, mates),
        _mean(ours, mates),
        float(sum(ours[k] > own for k in mates)),
        _mean(ours, beside),
        _most(ours, beside),
        float(len(beside)),
        _mean(ours, alike),
        float(len(alike)),
        _most(ours, facts.same[number]),
        *look.page,
        ours[number - 1] if number else -1.0,
        ours[number + 1] if number + 1 < len(ours) else -1.0,
        *look.periods[number],
    ]


def beside_periods(facts: Facts, number: int, look: Look) -> list[Row]:
    """A price's rows for the periods with what the first look says of the prices around."""
    rows = []
    around = (facts.mates[number], facts.beside[number], facts.alike[number])
    for at, row in enumerate(facts.periods(number)):
        own = look.periods[number][at]
        shares = [_weighted(look, group, at) for group in around]
        rows.append([*row, own, *shares, look.shares[at], look.ours[number]])
    return rows


def _weighted(look: Look, group: Sequence[int], at: int) -> float:
    """The mean share of a period among some amounts, each by how likely it is a price; -1 where none is."""
    told = [(look.ours[k], look.periods[k][at]) for k in group if look.periods[k][at] >= 0]
    weight = sum(ours for ours, _ in told)
    return sum(ours * share for ours, share in told) / weight if weight else -1.0


def _mean(values: Sequence[float], numbers: Sequence[int]) -> float:
    return fmean([values[k] for k in numbers]) if numbers else -1.0


def _most(values: Sequence[float], numbers: Sequence[int]) -> float:
    return max([values[k] for k in numbers], default=-1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """An amount with how likely it is a price, the shares of its periods, and the scores of its names."""

    ours: float
    periods: list[float]
    names: list[Candidate]
    scores: list[float]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan that the heads put together. `sure`: their three probabilities multiplied."""

    number: int  # of the amount
    name: str
    line: int  # where the name stands; -1 without one
    period: str | None
    ours: float
    sure: float


def decide(layout: Layout) -> list[Chosen]:
    """The page's plans in its order, by the committed heads."""
    if not layout.mentions:
        return []
    return assembled(layout, judge(facts_of(layout), {name: load(name) for name in HEADS}))


def judge(facts: Facts, heads: dict[str, Model]) -> list[Judged | None]:
    """What the heads say of each amount; None of what is hardly a price."""
    look = first_look(facts, heads["prices"], heads["terms"])
    numbers = range(len(look.ours))
    ours = [_lifted(facts, k, chance(heads["prices_beside"].score(beside_amount(facts, k, look)))) for k in numbers]
    least = _least(ours)
    found: list[Judged | None] = []
    for number in numbers:
        if ours[number] < least:
            found.append(None)
            continue
        if look.periods[number] is _UNKNOWN:
            periods = _UNKNOWN
        else:
            periods = listed([heads["terms_beside"].score(row) for row in beside_periods(facts, number, look)])
        names, rows = facts.names(number)
        scores = listed(heads["plan_names"].scores(rows))
        if facts.layout.mentions[number].asked:
            scores[-1] = 0.0  # a plan on request that bears no name says nothing
        found.append(Judged(ours[number], periods, names, [math.log(max(score, 1e-9)) for score in scores]))
    return _aligned(facts, found)


def _least(ours: Sequence[float]) -> float:
    """From what on an amount is looked at closely: where nothing is sure, an editor may want to see the few likeliest."""
    if max(ours) >= OURS:
        return OURS
    return max(_LOOKED_AT, sorted(ours, reverse=True)[:_DOUBTFUL][-1])


def _lifted(facts: Facts, number: int, ours: float) -> float:
    """How likely an amount is a price; what states none, or nothing, costs nobody money and stands from a lower share on."""
    one = facts.layout.mentions[number]
    least = _ASKED if one.asked else 1.0 if one.money.amount else _FREE
    return max(OURS, ours) if ours >= least else ours


def _aligned(facts: Facts, judged: list[Judged | None]) -> list[Judged | None]:
    """The same with the places of names weighed together: cards beside each other bear theirs in the same place."""
    keys = {number: _places(facts.layout, number, one.names) for number, one in enumerate(judged) if one}
    found: list[Judged | None] = []
    for number, one in enumerate(judged):
        beside = [k for k in facts.beside[number] if k in keys]
        if one is None or not beside:
            found.append(one)
            continue
        said = [dict(zip(keys[k], other.scores, strict=True)) for k in beside if (other := judged[k])]
        lifted = [
            score + _SHARED * fmean(places.get(key, _ELSEWHERE) for places in said) if key[0] != "above" else score + _SHARED * _ELSEWHERE
            for key, score in zip(keys[number], one.scores, strict=True)
        ]  # fmt: skip
        found.append(Judged(one.ours, one.periods, one.names, lifted))
    return found


def _places(layout: Layout, number: int, names: Sequence[Candidate]) -> list[tuple[object, ...]]:
    """A key for each name that the same place in a card beside shares: how its line looks, and the how manyeth it is."""
    start, _ = layout.span(layout.cards[number], layout.mentions[number].line)
    makes = [layout.make(at) for at in range(start, max((name.line for name in names), default=start))]
    found: list[tuple[object, ...]] = []
    for name in names:
        if name.line < 0:
            found.append(("none",))
        elif name.line < start:
            found.append(("above", name.line))
        else:
            make = layout.make(name.line)
            found.append((make, name.how, makes[: name.line - start].count(make)))
    return found


def assembled(layout: Layout, judged: Sequence[Judged | None]) -> list[Chosen]:
    """The plans out of what was said of each amount: a name once in a row of cards, a plan's first price, no repeats."""
    named = _named(layout, judged)
    drafts = sorted(
        (_draft(layout, number, one, named[number]) for number, one in enumerate(judged) if one),
        key=lambda chosen: (-round(chosen.ours * (1 + named[chosen.number][1]), 1), chosen.number),
    )
    kept: list[Chosen] = []
    for draft in drafts:
        if not _is_trial(layout, draft) and not any(_is_told(layout, draft, other) for other in kept):
            kept.append(draft)
    if kept and kept[0].ours < OURS:
        kept = kept[:_MOST_UNSURE]
    if len(kept) >= _SHELF and not any(map(layout.costs, (chosen.number for chosen in kept))):
        return []
    return sorted(kept, key=lambda chosen: chosen.number)


def _is_trial(layout: Layout, draft: Chosen) -> bool:
    """Whether what costs nothing is named as a trial of some days: "Demo 15 giorni"."""
    one = layout.mentions[draft.number]
    named = not one.money.amount and not one.asked and any(map(str.isdigit, draft.name))
    return named and TRIED.search(draft.name) is not None


def _named(layout: Layout, judged: Sequence[Judged | None]) -> dict[int, tuple[Candidate, float]]:
    """The name of each price and its share, the surest first: a line names one card of a row of cards only."""
    found: dict[int, tuple[Candidate, float]] = {}
    owners: dict[int, int] = {}
    named: dict[int, int] = {}
    ranked = {}
    for number, one in enumerate(judged):
        if one:
            order = sorted(range(len(one.scores)), key=one.scores.__getitem__, reverse=True)
            ranked[number] = order, listed(one.scores)
    lead = {number: shares[order[0]] for number, (order, shares) in ranked.items()}
    for number in sorted(ranked, key=lambda number: -lead[number]):
        one, card = judged[number], layout.cards[number]
        assert one  # only such are ranked
        order, shares = ranked[number]
        brothers = set(layout.kin(card)[0]) if card else set()
        asked = layout.mentions[number].asked
        over = layout.cell(layout.mentions[number].line).over  # rows of a table share the heads of its columns
        free = (
            k
            for k in order
            if one.names[k].line == over >= 0 or _is_free(owners.get(one.names[k].line), card, brothers, asked)
        )
        best = next(free, order[0])
        if (other := named.get(one.names[best].line)) is not None and _is_another(layout, judged, number, other):
            unused = (k for k in order if one.names[k].line >= 0 and one.names[k].line not in named)
            best = next((k for k in unused if shares[k] >= _LIKELY_NAME), best)
        if asked and best != order[0]:
            best = len(one.names) - 1  # its plan has its price, or has said so already
        if one.names[best].line >= 0:
            owners.setdefault(one.names[best].line, card)
            named.setdefault(one.names[best].line, number)
        found[number] = one.names[best], shares[best]
    return found


def _is_another(layout: Layout, judged: Sequence[Judged | None], number: int, other: int) -> bool:
    """Whether two amounts of one period stand in lines of their own, so that they are hardly one plan's."""
    one, two = layout.mentions[number], layout.mentions[other]
    mine, theirs = judged[number], judged[other]
    if one.line == two.line or one.money.amount == two.money.amount or not mine or not theirs:
        return False
    return mine.periods.index(max(mine.periods)) == theirs.periods.index(max(theirs.periods))


def _is_free(owner: int | None, card: int, brothers: set[int], asked: bool) -> bool:
    """Whether a line may name a price in a card, given the card that it names already."""
    return owner is None or (not asked and (owner == card or owner not in brothers))


def _draft(layout: Layout, number: int, one: Judged, named: tuple[Candidate, float]) -> Chosen:
    name, share = named
    period, held = None, 1.0
    if one.periods is not _UNKNOWN:
        at = max(range(len(CLASSES)), key=one.periods.__getitem__)
        held = one.periods[at]
        period = {"none": None, "other": other_period(layout, number)}.get(CLASSES[at], CLASSES[at])
    return Chosen(number, name.text, name.line, period, one.ours, one.ours * held * share)


def _is_told(layout: Layout, draft: Chosen, kept: Chosen) -> bool:
    """Whether a plan that stands already says what a draft says: its other state, or its price again."""
    one, other = layout.mentions[draft.number], layout.mentions[kept.number]
    if one.asked:
        return not draft.name or draft.name.lower() == kept.name.lower()
    if _counted_apart(layout, one, other):
        return False
    same_card = layout.cards[draft.number] == layout.cards[kept.number]
    if draft.line >= 0 and draft.line == kept.line and same_card and draft.line not in (one.line, other.line):
        return True
    currency = one.money.currency == other.money.currency or not one.money.amount or not other.money.amount
    if draft.name and draft.name.lower() == kept.name.lower() and currency:
        return True
    if not one.money.amount and not other.money.amount and same_card and layout.cell(one.line).row < 0:
        return not other.asked
    if not draft.name and not kept.name and one.line == other.line and draft.period != kept.period:
        return True  # "$9 a month or $90 a year"
    if not currency or one.money.amount != other.money.amount or other.asked:
        return False
    apart = (
        layout.cards[kept.number] in layout.kin(layout.cards[draft.number])[0] if layout.cards[draft.number] else False
    )
    return not (draft.name and kept.name and apart and draft.ours >= 0.8)


def _counted_apart(layout: Layout, one: Mention, other: Mention) -> bool:
    """Whether two amounts in a row of a table are of different things that are counted: tokens in and tokens out."""
    cells = layout.cell(one.line), layout.cell(other.line)
    if cells[0].row != cells[1].row or cells[0].row < 0 or one.money.amount == other.money.amount:
        return False
    heads = [layout.lines[cell.over].text if cell.over >= 0 else "" for cell in cells]
    units = [mention.unit or unit_of(head) for mention, head in zip((one, other), heads, strict=True)]
    return heads[0] != heads[1] and all(units) and not any(periods_in(head) for head in heads)


def confidence(chosen: Chosen) -> float:
    """How likely all of a plan is right, calibrated, held on the side of the threshold that its amount is on.

    A price of ours whose period or name is in doubt is shown, as unsure as can be; what is hardly ours is not.
    """
    sure = load("plan_names").steps(chosen.sure)
    return max(THRESHOLD, sure) if chosen.ours >= OURS else min(THRESHOLD - _LEAST, sure)


def features() -> dict[str, list[str]]:
    """What the numbers of each head's rows are called."""
    return {name: list(names) for name, names in _features().items()}


@cache
def _features() -> dict[str, tuple[str, ...]]:
    amounts = feature_names()
    periods = period_features()
    look = ("own", "mates_most", "mates", "mates_surer", "beside", "beside_most", "beside_count", "alike", "alike_count", "twin_most", "page_most", "page", "page_count", "before", "after")  # fmt: skip
    return {
        "prices": amounts,
        "prices_beside": (*amounts, *(f"look_{name}" for name in (*look, *CLASSES))),
        "terms": periods,
        "terms_beside": (*periods, *(f"look_{name}" for name in ("own", "mates", "beside", "alike", "page", "ours"))),
        "plan_names": name_features(),
    }
