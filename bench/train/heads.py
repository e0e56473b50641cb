"""The head that chooses a page's name: its candidates as rows, which are right, and its training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from bench.train import choosers
from bench.train.choosers import Choice
from bench.train.pages import FOLDS, Page
from tools.page.choose import names
from tools.page.choose.trees import Model
from tools.page.choose.words import words_of

NAME_ROUNDS = 120  # trees a seed; more gained nothing in folds, 2026-11-30
_MADE_NAME = 0.5  # what a made-up page weighs beside a real one

Before = Mapping[str, Mapping[str, Any]]
Say = Callable[[str], None]


def _read(page: Page) -> names.Page:
    if "read" not in page.kept:
        page.kept["read"] = names.Page(page.view, page.meta, page.items, page.url, words_of(page.view))
    read: names.Page = page.kept["read"]
    return read


def name_choices(pages: Sequence[Page], score: ModuleType, before: Before) -> list[Choice]:
    """The name candidates of every page."""
    choices = []
    for page in pages:
        want = {score.norm(name) for name in page.gold["name"]}
        found = page.kept["names"] = names.names(_read(page))
        right = [score.norm(name.text) in want for name in found]
        rule = score.norm(before.get(page.id, {}).get("name")) in want
        choices.append(
            Choice(page, names.rows(_read(page), found), right, rule, _MADE_NAME if page.corpus == "made" else 1.0)
        )
    return choices


def train_names(pages: Sequence[Page], score: ModuleType, before: Before, say: Say, apart: bool) -> Model:
    """The name head; every page then keeps the name that it gets of a model which has not seen its group."""
    choices = name_choices(pages, score, before)
    features = names.feature_names()
    model = choosers.train("name", choices, features, NAME_ROUNDS, say, apart)
    by_fold = choosers.models(choices, features, NAME_ROUNDS)
    for choice in choices:
        own = by_fold[choice.page.fold] if 0 <= choice.page.fold < FOLDS else model
        choice.page.kept["name"] = choice.page.kept["names"][own.best(choice.rows)[0]].text if choice.rows else ""
    return model
