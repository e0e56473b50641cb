"""Heads that pick one candidate of a page (name, tagline): cross-validated, calibrated, scored apart, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.train import fit, table
from bench.train.pages import FOLDS, Page
from tools.page.choose.trees import Model


@dataclass(slots=True)
class Choice:
    """A page's candidates as a head sees them, which are right, and whether the rule it replaces was."""

    page: Page
    rows: list[list[float]]
    right: list[bool]
    rule: bool
    weight: float = 1.0
    told: bool = True  # whether the gold has a value; where it has none, every pick is wrong and no figure counts it


def models(choices: Sequence[Choice], features: Sequence[str], rounds: int, **more: Any) -> list[Model]:
    """A model for each fold, of the pages outside it and outside the untouched share."""
    known = [choice for choice in choices if not choice.page.untouched]
    return [_fitted([c for c in known if c.page.fold != fold], features, rounds, **more) for fold in range(FOLDS)]


def scored(choices: Sequence[Choice]) -> list[Choice]:
    """The choices that figures are of: the rules were written beside the pages of the first corpus."""
    return [choice for choice in choices if choice.page.measured]


def _fitted(choices: Sequence[Choice], features: Sequence[str], rounds: int, **more: Any) -> Model:
    return fit.ranker([(c.rows, c.right, c.weight) for c in choices], features, rounds, **more)


def picked(model: Model, choice: Choice) -> tuple[bool, float]:
    """Whether a model's pick is right, and how sure it is; a page without candidates is a miss."""
    if not choice.rows:
        return False, 0.0
    at, sure = model.best(choice.rows)
    return choice.right[at], sure


def train(what: str, choices: Sequence[Choice], features: Sequence[str], rounds: int, say: Callable[[str], None], apart: bool, **more: Any) -> fit.Trained:  # fmt: skip
    """The models of all pages but the untouched ones, after printing its figures. apart: also on those."""
    known = [choice for choice in choices if not choice.page.untouched]
    by_fold = models(known, features, rounds, **more)
    on = scored(known)
    folds = [choice.page.fold for choice in on]
    hits, raws = zip(*(picked(by_fold[choice.page.fold], choice) for choice in on), strict=True)
    sure = fit.held_out(raws, hits, folds, fit.smoothed)
    _say_figures(f"{what}, held out by site and owner", on, hits, sure, say)
    say(f"  right in .95 of what is at least p = {table.publishing(sure, hits):.2f}")
    # Confidence is how likely the pick is right where there is something to pick: whether a page has such a line at all is
    # another question, on which annotators differ, and a good line kept from readers is the dearer mistake.
    told = [i for i, choice in enumerate(on) if choice.told]
    raws, hits, folds = ([every[i] for i in told] for every in (raws, hits, folds))
    found = fit.trained(_fitted(known, features, rounds, **more), by_fold, raws, hits, folds, fit.smoothed)
    if apart:
        on = scored([choice for choice in choices if choice.page.untouched])
        picks = [picked(found.whole, choice) for choice in on]
        _say_figures(f"{what}, untouched sites", on, [hit for hit, _ in picks], [sure for _, sure in picks], say)
    return found


def _say_figures(title: str, on: Sequence[Choice], hits: Sequence[bool], sure: Sequence[float], say: Callable[[str], None]) -> None:  # fmt: skip
    """The head beside the rule on the pages whose gold has a value, and what its confidence is worth on all."""
    told = [i for i, choice in enumerate(on) if choice.told]
    groups = [on[i].page.group for i in told]
    rule, ours = [on[i].rule for i in told], [hits[i] for i in told]
    have = [any(on[i].right) for i in told]
    say(
        f"{title}: {len(told)} pages of {len(set(groups))} groups; right one among the candidates {table.share(have, groups)}"
    )
    say(f"  rule    {table.share(rule, groups)}")
    say(f"  head    {table.share(ours, groups)}   {table.difference(ours, rule, groups)}")
    for line in table.reliable(sure, hits):
        say(f"  {line}")
