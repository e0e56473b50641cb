"""The heads that judge plans: is the amount a price of the product at all, and is it read right with currency and period."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest.mock import patch

from bench.train import fit, table
from bench.train.pages import FOLDS, Page
from tools.knowledge import THRESHOLD
from tools.models import Plan
from tools.page.choose import plans
from tools.page.choose.trees import Model
from tools.page.extract import extract

_AMOUNT, _PERIOD = 1, 3  # levels of the corpus's scorer: the amount alone; with currency and period
_SHAPE = {"num_leaves": 4, "min_data_in_leaf": 25, "feature_fraction": 0.3}
_ROUNDS = 60  # trees a seed; sixty to a hundred and fifty, of three or four leaves, did alike in folds, 2026-11-30

Say = Callable[[str], None]


@dataclass(slots=True)
class Offered:
    """The plans the rules read of a page, as the heads see them, and which are right."""

    page: Page
    shown: tuple[Plan, ...]  # all plans of the page as the rules read it
    judged: list[Plan]  # those with an amount in the text, in step with the rows
    rows: list[list[float]]
    ours: list[bool]
    right: list[bool]


def offers(pages: Sequence[Page], score: ModuleType) -> list[Offered]:
    """The plans of every page that is measured: the rules were written beside the pages of the first corpus."""
    return [_offered(page, score) for page in pages if page.measured]


def _offered(page: Page, score: ModuleType) -> Offered:
    calls: list[tuple[plans.Around, Sequence[plans.Priced]]] = []

    def as_read(around: plans.Around, priced: Sequence[plans.Priced]) -> list[float]:
        calls.append((around, priced))
        return [one.plan.confidence for one in priced]

    with patch.object(plans, "judged", as_read):
        shown = extract(page.html, page.url).plans
    around, priced = max(calls, key=lambda call: len(call[1]), default=(None, ()))
    found = [one.plan for one in priced]
    ours, right = ([_is_right(score, page, plan, level) for plan in found] for level in (_AMOUNT, _PERIOD))
    return Offered(page, shown, found, plans.rows(around, priced) if around else [], ours, right)


def _is_right(score: ModuleType, page: Page, plan: Plan, level: int) -> bool:
    return bool(score.match_plans(page.gold["plans"], [as_record(plan)], level)[1] == 0)


def as_record(plan: Plan) -> dict[str, Any]:
    """A plan as the corpus's scorer wants it."""
    amount = None if plan.amount is None else f"{plan.amount:f}"
    return {"name": plan.name or None, "amount": amount, "currency": plan.currency, "period": plan.period}


def _fitted(found: Sequence[Offered], right: str) -> Model:
    rows = [row for one in found for row in one.rows]
    hits = [hit for one in found for hit in getattr(one, right)]
    return fit.judge(rows, hits, plans.feature_names(), _ROUNDS, **_SHAPE)


def _by_fold(found: Sequence[Offered], right: str) -> list[Model]:
    return [_fitted([one for one in found if one.page.fold != fold], right) for fold in range(FOLDS)]


def _scores(models: Sequence[Model], found: Sequence[Offered]) -> dict[str, list[float]]:
    """By page, the raw score of each of its plans, by the model that saw nothing of its group."""
    return {one.page.id: [models[one.page.fold].score(row) for row in one.rows] for one in found}


def train(pages: Sequence[Page], score: ModuleType, say: Say, apart: bool) -> dict[str, fit.Trained]:
    """The two heads of all pages but the untouched ones, after printing their figures. apart: also on those."""
    every = offers(pages, score)
    known = [one for one in every if not one.page.untouched]
    folds = [one.page.fold for one in known for _ in one.rows]
    found, scores = {}, {}
    for name, right in (("prices", "ours"), ("terms", "right")):
        by_fold = _by_fold(known, right)
        scores[name] = _scores(by_fold, known)
        found[name] = fit.trained(_fitted(known, right), by_fold, *_flat(known, scores[name], right), folds)
    sure = fit.held_out(*_flat(known, scores["terms"], "right"), folds)
    told = dict(zip(_keys(known), sure, strict=True))
    _say_figures("plans, held out by site and owner", known, scores["prices"], told, score, say)
    if apart:
        models = {name: trained.whole for name, trained in found.items()}
        _say_apart([one for one in every if one.page.untouched], models, score, say)
    return found


def _flat(found: Sequence[Offered], raws: Mapping[str, list[float]], right: str) -> tuple[list[float], list[bool]]:
    return [raw for one in found for raw in raws[one.page.id]], [hit for one in found for hit in getattr(one, right)]


def _keys(found: Sequence[Offered]) -> list[tuple[str, int]]:
    return [(one.page.id, number) for one in found for number in range(len(one.rows))]


def _say_apart(found: Sequence[Offered], models: Mapping[str, Model], score: ModuleType, say: Say) -> None:
    ours = {one.page.id: [models["prices"].score(row) for row in one.rows] for one in found}
    sure = {key: models["terms"].probability(row) for key, row in zip(_keys(found), itertools.chain.from_iterable(one.rows for one in found), strict=True)}  # fmt: skip
    _say_figures("plans, untouched sites", found, ours, sure, score, say)


def _say_figures(title: str, found: Sequence[Offered], ours: Mapping[str, list[float]], sure: Mapping[tuple[str, int], float], score: ModuleType, say: Say) -> None:  # fmt: skip
    """The rules' plans beside those that the head lets stand, and what a confidence is worth."""
    groups = [one.page.group for one in found]
    before = [[as_record(plan) for plan in one.shown] for one in found]
    told = {key: plans.bounded(ours[key[0]][key[1]], value) for key, value in sure.items()}
    after = [[as_record(plan) for plan in _let_stand(one, told)] for one in found]
    say(f"{title}: {len(found)} pages of {len(set(groups))} groups, {sum(len(one.rows) for one in found)} prices read")
    counts = [
        [_counted(score, one, said) for one, said in zip(found, records, strict=True)] for records in (before, after)
    ]
    for number, what in enumerate(("amount", "+ currency", "+ period", "+ name")):
        cells = [table.f1([row[number] for row in rows], groups) for rows in counts]
        say(f"  {what:12} rules {cells[0]}   head {cells[1]}")
    false = [[row[4] for row in rows if row[4] is not None] for rows in counts]
    say(
        f"  false prices a page: rules {sum(false[0]) / max(1, len(false[0])):.3f}, head {sum(false[1]) / max(1, len(false[1])):.3f}"
    )
    pairs = [(told[one.page.id, i], one.right[i], one.judged[i].confidence) for one in found for i in range(len(one.rows))]  # fmt: skip
    say(
        "  rules' own confidence: "
        + table.reliable([rule for _, _, rule in pairs], [hit for _, hit, _ in pairs], (0.9,))[0]
    )
    for line in table.reliable([value for value, _, _ in pairs], [hit for _, hit, _ in pairs]):
        say(f"  {line}")


def _let_stand(one: Offered, told: Mapping[tuple[str, int], float]) -> list[Plan]:
    """The page's plans without those that the heads hold back."""
    held = [plan for number, plan in enumerate(one.judged) if told[one.page.id, number] < THRESHOLD]
    gone = {(plan.name, plan.amount, plan.period) for plan in held}
    return [plan for plan in one.shown if (plan.name, plan.amount, plan.period) not in gone]


def _counted(score: ModuleType, one: Offered, said: Sequence[dict[str, Any]]) -> list[Any]:
    """(right, wrong, missed) at each of the four levels, and the false prices of a page that states none, else None."""
    gold = one.page.gold["plans"]
    if any(not plan.get("optional") and plan["amount"] is not None for plan in gold):
        return [*(score.match_plans(gold, said, level) for level in (1, 2, 3, 4)), None]
    return [(0, 0, 0)] * 4 + [score.match_plans(gold, [plan for plan in said if score.amount(plan["amount"])], 1)[1]]
