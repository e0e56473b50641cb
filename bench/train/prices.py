"""The heads that choose plans: which amounts are the product's prices, for how long each holds, what its plan is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest.mock import patch

from bench.train import fit, table
from bench.train.pages import FOLDS, MADE, Page
from tools.models import Plan
from tools.page.choose.trees import Model
from tools.page.extract import extract
from tools.page.pricing import deciding
from tools.page.pricing.deciding import Facts, Look
from tools.page.pricing.layout import Layout
from tools.page.pricing.periods import CLASSES

_PRICE = {"num_leaves": 12, "min_data_in_leaf": 12, "feature_fraction": 0.3, "learning_rate": 0.06}
_TERM = {"num_leaves": 12, "min_data_in_leaf": 15, "feature_fraction": 0.4, "learning_rate": 0.06}
_NAME = {"num_leaves": 16, "min_data_in_leaf": 10, "feature_fraction": 0.6, "learning_rate": 0.06}
_ROUNDS = {"prices": 120, "terms": 120, "prices_beside": 150, "terms_beside": 150, "plan_names": 250}
_INNER = 4  # folds by which the second look learns from what the first says of pages it has not seen
_AGAIN = 0.5  # what an amount weighs that is said again elsewhere than where the gold has it
_LOOSE = 0.3  # what a name weighs beside such an amount
_MADE = 0.5  # what a made-up page weighs beside a real one
_LEVELS = ("amount", "+ currency", "+ period", "+ name")

Say = Callable[[str], None]
Heads = dict[str, Model]


@dataclass(slots=True)
class Label:
    """What the gold says of an amount. `period`: of CLASSES, None where it has none; `names`: which candidates are right."""

    ours: bool
    weight: float
    period: int | None
    names: list[bool] | None


@dataclass(slots=True)
class Read:
    """A page as the heads see it, with its labels."""

    page: Page
    facts: Facts
    labels: list[Label]
    rest: list[Plan]  # what the page is read to offer without an amount in its text

    @property
    def share(self) -> float:
        """What the page counts beside a real one."""
        return _MADE if self.page.corpus == MADE else 1.0

    @property
    def weight(self) -> float:
        """What each amount of the page weighs: a page of a hundred is not worth a hundred pages."""
        return self.share / len(self.labels) ** 0.5


def read(pages: Sequence[Page], score: ModuleType) -> list[Read]:
    """Every page that is measured and every made-up one that tells of plans: the rules were written beside the first corpus."""
    return [_read(page, score) for page in pages if page.measured or ("plans" in page.gold and page.corpus == MADE)]


def _read(page: Page, score: ModuleType) -> Read:
    calls: list[Layout] = []

    def as_asked(layout: Layout) -> list[deciding.Chosen]:
        calls.append(layout)
        return []

    with patch.object(deciding, "decide", as_asked):
        rest = list(extract(page.html, page.url).plans)
    if not calls:
        return Read(page, Facts(None, [], [], [], [], [], {}, {}), [], rest)  # type: ignore[arg-type]  # nothing will ask
    facts = deciding.facts_of(max(calls, key=lambda layout: len(layout.mentions)))
    return Read(page, facts, [_label(page, facts, number, score) for number in range(len(facts.amounts))], rest)


def _label(page: Page, facts: Facts, number: int, score: ModuleType) -> Label:
    if facts.layout.mentions[number].asked:
        return _asked(page, facts, number, score)
    one, amount = facts.layout.mentions[number], float(facts.layout.mentions[number].money.amount)
    hits = [
        (plan, period)
        for plan in page.gold["plans"]
        if plan["amount"] is not None
        for said, period in score.forms(plan)
        if score.close(amount, said)
    ]
    if not hits:
        return Label(False, 1.0, None, None)
    sold = [hit for hit in hits if not hit[0].get("optional")] or hits
    near = score.norm(" ".join(line.text for line in facts.layout.lines[max(0, one.line - 2) : one.last + 4]))
    stands = [score.norm(plan.get("at")) for plan, _ in hits]
    there = any(not at or at[:40] in near or near in at for at in stands)
    period = sold[0][1]
    named = [score.norm(plan["name"]) for plan, _ in sold]
    return Label(
        True,
        1.0 if there else _AGAIN,
        (CLASSES.index(period if period in CLASSES else "other") if period else CLASSES.index("none"))
        if amount
        else None,
        _right_names([score.norm(name.text) for name in facts.names(number)[0]], named),
    )


def _asked(page: Page, facts: Facts, number: int, score: ModuleType) -> Label:
    """Of a line that says "Contact us": whether a plan on request stands near it."""
    wanted = [score.norm(plan["name"]) for plan in page.gold["plans"] if plan["amount"] is None]
    right = [score.norm(name.text) in wanted for name in facts.names(number)[0]]
    return Label(any(right), _AGAIN, None, right if any(right) else None)


def _right_names(said: Sequence[str], named: Sequence[str]) -> list[bool]:
    """Which candidates are the name; where none is, which hold it or a part of it."""
    right = [name in named for name in said]
    if any(right):
        return right
    return [len(name) > 2 and any(len(gold) > 2 and (name in gold or gold in name) for gold in named) for name in said]


def train(pages: Sequence[Page], score: ModuleType, say: Say, apart: bool) -> dict[str, fit.Trained]:
    """The heads of all pages but the untouched ones, after printing their figures. apart: also on those."""
    every = read(pages, score)
    known = [one for one in every if not one.page.untouched]
    tested = [one for one in known if one.page.measured]
    by_fold = [fitted([one for one in known if one.page.fold != fold or one.page.fold < 0]) for fold in range(FOLDS)]
    chosen = {one.page.id: _chosen(one, by_fold[one.page.fold]) for one in tested}
    whole = fitted(known)
    raws, hits, folds = _plans_told(tested, chosen, score)
    found = {name: fit.Trained(whole[name], [heads[name] for heads in by_fold]) for name in deciding.HEADS}
    found["plan_names"] = fit.trained(
        whole["plan_names"], [heads["plan_names"] for heads in by_fold], raws, hits, folds
    )
    _say_figures("plans, held out by site and owner", tested, chosen, score, say)
    _say_sure(fit.held_out(raws, hits, folds), hits, say)
    if apart:
        tested = [one for one in every if one.page.untouched]
        heads = {name: head.whole for name, head in found.items()}
        chosen = {one.page.id: _chosen(one, heads) for one in tested}
        _say_figures("plans, untouched sites", tested, chosen, score, say)
        raws, hits, _ = _plans_told(tested, chosen, score)
        _say_sure([heads["plan_names"].steps(raw) for raw in raws], hits, say)
    return found


def fitted(pages: Sequence[Read]) -> Heads:
    """The five heads of some pages."""
    told = [one for one in pages if one.labels]
    groups = sorted({one.page.group or one.page.id for one in told})
    inner = {group: number % _INNER for number, group in enumerate(groups)}
    looks: dict[str, Look] = {}
    for fold in range(_INNER):
        apart = [one for one in told if inner[one.page.group or one.page.id] == fold]
        price, term = _first([one for one in told if inner[one.page.group or one.page.id] != fold])
        looks |= {one.page.id: deciding.first_look(one.facts, price, term) for one in apart}
    price, term = _first(told)
    beside = [
        (deciding.beside_amount(one.facts, number, looks[one.page.id]), label.ours, label.weight * one.weight)
        for one in told
        for number, label in enumerate(one.labels)
    ]
    terms = [
        (row, at == label.period, label.weight * one.share)
        for one, number, label in _timed(told)
        for at, row in enumerate(deciding.beside_periods(one.facts, number, looks[one.page.id]))
    ]
    return {
        "prices": price,
        "terms": term,
        "prices_beside": _judge(beside, "prices_beside", _PRICE),
        "terms_beside": _judge(terms, "terms_beside", _TERM),
        "plan_names": fit.ranker(
            list(_names(told)), deciding.features()["plan_names"], _ROUNDS["plan_names"], seeds=(0,), **_NAME
        ),
    }


def _first(pages: Sequence[Read]) -> tuple[Model, Model]:
    rows = [
        (row, label.ours, label.weight * one.weight)
        for one in pages
        for row, label in zip(one.facts.amounts, one.labels, strict=True)
    ]
    terms = [
        (row, at == label.period, label.weight * one.share)
        for one, number, label in _timed(pages)
        for at, row in enumerate(one.facts.periods(number))
    ]
    return _judge(rows, "prices", _PRICE), _judge(terms, "terms", _TERM)


def _judge(rows: Sequence[tuple[list[float], bool, float]], name: str, shape: Mapping[str, Any]) -> Model:
    facts, right, weights = zip(*rows, strict=True)
    return fit.judge(facts, right, deciding.features()[name], _ROUNDS[name], weights=weights, seeds=(0,), **shape)


def _timed(pages: Sequence[Read]) -> Iterator[tuple[Read, int, Label]]:
    for one in pages:
        for number, label in enumerate(one.labels):
            if label.period is not None:
                yield one, number, label


def _names(pages: Sequence[Read]) -> Iterator[fit.Ranked]:
    for one in pages:
        for number, label in enumerate(one.labels):
            if label.names is not None and any(label.names) and not all(label.names):
                weight = (1.0 if label.weight == 1 else _LOOSE) * one.share
                yield one.facts.names(number)[1], label.names, weight


def _chosen(one: Read, heads: Heads) -> list[deciding.Chosen]:
    """The plans of a page by some heads; none that is unsure."""
    if not one.labels:
        return []
    chosen = deciding.assembled(one.facts.layout, deciding.judge(one.facts, heads))
    return [plan for plan in chosen if plan.ours >= deciding.OURS]


def as_record(one: Read, plan: deciding.Chosen) -> dict[str, Any]:
    """A plan as the corpus's scorer wants it."""
    money = one.facts.layout.mentions[plan.number].money
    return {"name": plan.name or None, "amount": f"{money.amount:f}", "currency": money.currency, "period": plan.period}


def _records(one: Read, chosen: Mapping[str, Sequence[deciding.Chosen]]) -> list[dict[str, Any]]:
    said = [as_record(one, plan) for plan in chosen[one.page.id] if not one.facts.layout.mentions[plan.number].asked]
    return said or [_record_of(plan) for plan in one.rest]


def _record_of(plan: Plan) -> dict[str, Any]:
    amount = None if plan.amount is None else f"{plan.amount:f}"
    return {"name": plan.name or None, "amount": amount, "currency": plan.currency, "period": plan.period}


def _plans_told(pages: Sequence[Read], chosen: Mapping[str, Sequence[deciding.Chosen]], score: ModuleType) -> tuple[list[float], list[bool], list[int]]:  # fmt: skip
    """Of every plan told how sure it is, whether all of it is right, and its page's fold; what is neither is left out."""
    raws, hits, folds = [], [], []
    for one in pages:
        for plan in chosen[one.page.id]:
            if one.facts.layout.mentions[plan.number].asked:
                continue
            right, wrong, _ = score.match_plans(one.page.gold["plans"], [as_record(one, plan)], len(_LEVELS))
            if right or wrong:
                raws.append(plan.sure)
                hits.append(bool(right))
                folds.append(one.page.fold)
    return raws, hits, folds


def _say_figures(title: str, found: Sequence[Read], chosen: Mapping[str, Sequence[deciding.Chosen]], score: ModuleType, say: Say) -> None:  # fmt: skip
    """F1 at the scorer's four levels on pages that state prices, and false prices on those that state none."""
    groups = [one.page.group for one in found]
    say(f"{title}: {len(found)} pages of {len(set(groups))} groups, {sum(len(one.labels) for one in found)} amounts")
    rows = [_counted(score, one, _records(one, chosen)) for one in found]
    for number, what in enumerate(_LEVELS):
        say(f"  {what:12} {table.f1([row[number] for row in rows], groups)}")
    false = [row[-1] for row in rows if row[-1] is not None]
    say(f"  false prices a page: {sum(false) / max(1, len(false)):.3f}")


def _say_sure(sure: Sequence[float], hits: Sequence[bool], say: Say) -> None:
    for line in table.reliable(sure, hits):
        say(f"  {line}")
    say(f"  right in .95 of what is at least p = {table.publishing(sure, hits):.2f}")


def _counted(score: ModuleType, one: Read, said: Sequence[dict[str, Any]]) -> list[Any]:
    """(right, wrong, missed) at each of the four levels, and the false prices of a page that states none, else None."""
    gold = one.page.gold["plans"]
    if any(not plan.get("optional") and plan["amount"] is not None for plan in gold):
        return [*(score.match_plans(gold, said, level) for level in (1, 2, 3, 4)), None]
    return [(0, 0, 0)] * 4 + [score.match_plans(gold, [plan for plan in said if score.amount(plan["amount"])], 1)[1]]
