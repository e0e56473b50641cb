"""The heads that choose a page's name and tagline: their candidates as rows, which are right, and the training of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from bench.train import choosers
from bench.train.choosers import Choice
from bench.train.fit import Trained
from bench.train.pages import Page
from tools.page.choose import names, taglines
from tools.page.choose.words import words_of

# Trees of a head and how they grow. Other shapes, gains, weights and several seeds moved the figures by no more than another
# seed or other folds do (.005 for names, .015 for taglines), 2026-11-30 (docs/figures.md).
ROUNDS = 80
SHAPE: dict[str, Any] = {"learning_rate": 0.08, "feature_fraction": 0.7, "seeds": (0,)}
_MADE_NAME, _MADE_TAGLINE = 0.5, 0.2  # what a made-up page weighs beside a real one
_HIT = 0.6  # token F1 from which the corpus's scorer counts a tagline

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


def tagline_choices(pages: Sequence[Page], score: ModuleType, before: Before) -> list[Choice]:
    """The tagline candidates of every page, beside the name that a head chose which had not seen the page."""
    choices = []
    for page in pages:
        gold, name = page.gold["tagline"], page.kept["name"]
        found = taglines.taglines(_read(page), name)
        right = [score.best_f1(tagline.text, gold) >= _HIT for tagline in found]
        rule = score.best_f1(before.get(page.id, {}).get("tagline"), gold) >= _HIT
        weight = _MADE_TAGLINE if page.corpus == "made" else 1.0
        choices.append(Choice(page, taglines.rows(_read(page), found, name), right, rule, weight, bool(gold)))
    return choices


def train_names(pages: Sequence[Page], score: ModuleType, before: Before, say: Say, apart: bool) -> Trained:
    """The name head; every page then keeps the name that it gets of a model which has not seen its group."""
    choices = name_choices(pages, score, before)
    found = choosers.train("name", choices, names.feature_names(), ROUNDS, say, apart, **SHAPE)
    for choice in choices:
        own = found.blind(choice.page.fold)
        choice.page.kept["name"] = choice.page.kept["names"][own.best(choice.rows)[0]].text if choice.rows else ""
    return found


def train_taglines(pages: Sequence[Page], score: ModuleType, before: Before, say: Say, apart: bool) -> Trained:
    """The tagline head; the pages must have their names."""
    choices = tagline_choices(pages, score, before)
    return choosers.train("tagline", choices, taglines.feature_names(), ROUNDS, say, apart, **SHAPE)
