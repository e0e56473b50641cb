"""Fitting trees with LightGBM, writing them as data, calibrating on what was held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from tools.page.choose.trees import Model, Steps, model_of

_QUIET = {"verbosity": -1, "num_threads": 1, "seed": 0, "deterministic": True, "force_row_wise": True}
_TREES = {
    "learning_rate": 0.06,
    "num_leaves": 7,
    "min_data_in_leaf": 8,
    "lambda_l2": 2.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    **_QUIET,
}
RANK = {"objective": "lambdarank", "lambdarank_truncation_level": 5, "label_gain": [0, 1], **_TREES}
JUDGE = {"objective": "binary", **_TREES}
_STRAIGHT = [[0.0, 0.0], [1.0, 1.0]]  # the calibration of a model that has none yet
_CURVE = (
    0.01,
    0.03,
    0.06,
    0.1,
    0.15,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.85,
    0.9,
    0.94,
    0.97,
    0.99,
)  # where it is told

SEEDS = (0, 1, 2)

Rows = Sequence[Sequence[float]]
Calibrate = Callable[[Sequence[float], Sequence[bool]], list[list[float]]]  # raw scores and hits → points of a line
Ranked = tuple[Rows, Sequence[bool], float]  # a page's rows, which are right, and what the page weighs


def ranker(pages: Sequence[Ranked], features: Sequence[str], rounds: int, seeds: Sequence[int] = SEEDS, **more: Any) -> Model:  # fmt: skip
    """A model that ranks the right candidates of a page first: the mean of a few that differ by their seeds."""
    told = [page for page in pages if any(page[1]) and len(page[1]) > 1]
    rows = np.vstack([np.asarray(page[0], float) for page in told])
    right = np.concatenate([np.asarray(page[1], float) for page in told])
    weight = np.concatenate([np.full(len(page[1]), page[2]) for page in told])
    boosters = []
    for seed in seeds:
        data = lightgbm.Dataset(rows, right, weight=weight, group=[len(page[1]) for page in told])
        boosters.append(lightgbm.train({**RANK, **_seeds(seed), **more}, data, rounds))
    return _mean([exported(booster, features, _STRAIGHT) for booster in boosters])


def _mean(models: Sequence[dict[str, Any]]) -> Model:
    """One model of several: their trees in turn, each leaf by its share."""
    trees = [tree for same in zip(*(model["trees"] for model in models), strict=True) for tree in same]
    return model_of({**models[0], "trees": [_scaled(tree, 1 / len(models)) for tree in trees]})


def _scaled(node: Any, by: float) -> Any:
    if not isinstance(node, list):
        return round(node * by, 4)
    return [*node[:2], _scaled(node[2], by), _scaled(node[3], by)]


def judge(rows: Rows, right: Sequence[bool], features: Sequence[str], rounds: int, weights: Sequence[float] | None = None, seeds: Sequence[int] = SEEDS, **more: Any) -> Model:  # fmt: skip
    """A model that tells right rows from wrong ones, each row alone; its score is the log of the odds."""
    boosters = []
    for seed in seeds:
        data = lightgbm.Dataset(
            np.asarray(rows, float),
            np.asarray(right, float),
            weight=None if weights is None else np.asarray(weights, float),
        )
        boosters.append(lightgbm.train({**JUDGE, **_seeds(seed), **more}, data, rounds))
    return _mean([exported(booster, features, _STRAIGHT) for booster in boosters])


def _seeds(seed: int) -> dict[str, int]:
    return dict.fromkeys(("seed", "bagging_seed", "feature_fraction_seed"), seed)


def exported(booster: lightgbm.Booster, features: Sequence[str], steps: Sequence[Sequence[float]]) -> dict[str, Any]:
    """A booster as the JSON of tools.page.choose.trees. Features are plain numbers: none missing, no categories."""
    trees = [_node(info["tree_structure"]) for info in booster.dump_model()["tree_info"]]
    return {"features": list(features), "trees": trees, "steps": [list(step) for step in steps]}


def _node(node: dict[str, Any]) -> Any:
    """A booster's node as the file has it. Seven digits: a coarser threshold may send a whole number the other way."""
    if "leaf_value" in node:
        return round(node["leaf_value"], 4)
    threshold = float(f"{node['threshold']:.7g}")
    return [node["split_feature"], threshold, _node(node["left_child"]), _node(node["right_child"])]


def calibrated(raw: Sequence[float], right: Sequence[bool]) -> list[list[float]]:
    """The isotonic steps of raw scores against what was right, in order: what a model file holds.

    A step of n answers of which k were right is worth (k + 1) / (n + 2): five of five are not yet certain.
    """
    order = np.argsort(np.asarray(raw), kind="stable")
    at, hit = np.asarray(raw)[order], np.asarray(right, float)[order]
    level = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(at, hit).predict(at)
    steps: list[list[float]] = []
    floor = 0.0
    for value in np.unique(level):
        same = level == value
        floor = max(floor, float((hit[same].sum() + 1) / (same.sum() + 2)))
        for end in (at[same][0], at[same][-1]):
            if not steps or steps[-1][0] < round(float(end), 4):
                steps.append([round(float(end), 4), round(floor, 4)])
    return steps


def smoothed(raw: Sequence[float], right: Sequence[bool]) -> list[list[float]]:
    """The same as points of a curve, the logistic of the log odds of raw shares (0 to 1): for few answers.

    Of 300 answers the low steps of `calibrated` hold ten or twenty each, and what one of them says is chance.
    """
    points = np.asarray(_CURVE)
    told = LogisticRegression(C=100).fit(_log_odds(np.asarray(raw)), np.asarray(right, int))
    shares = told.predict_proba(_log_odds(points))[:, 1]
    return [[float(at), round(float(share), 4)] for at, share in zip(points, shares, strict=True)]


def _log_odds(share: Any) -> Any:
    held = np.clip(share, _CURVE[0], _CURVE[-1])
    return np.log(held / (1 - held)).reshape(-1, 1)


def steps_of(steps: Sequence[Sequence[float]]) -> Steps:
    """The calibration that some points are."""
    at, share = zip(*steps, strict=True)
    return Steps(at, share)


def held_out(raws: Sequence[float], hits: Sequence[bool], folds: Sequence[int], calibrate: Calibrate = calibrated) -> list[float]:  # fmt: skip
    """Each raw score's worth, calibrated on the other folds."""
    sure = [0.0] * len(raws)
    for fold in set(folds):
        others = [i for i in range(len(raws)) if folds[i] != fold]
        steps = steps_of(calibrate([raws[i] for i in others], [hits[i] for i in others]))
        for i in range(len(raws)):
            if folds[i] == fold:
                sure[i] = steps(raws[i])
    return sure


def with_steps(model: Model, steps: Sequence[Sequence[float]]) -> Model:
    """The same trees with another calibration."""
    return model_of({**as_data(model), "steps": steps})


@dataclass(frozen=True, slots=True)
class Trained:
    """A head of all known pages, and one a fold that saw nothing of it, trees and calibration alike."""

    whole: Model
    by_fold: Sequence[Model]

    def blind(self, fold: int) -> Model:
        """The model that may read a page of a fold; the whole one for pages outside all folds."""
        return self.by_fold[fold] if 0 <= fold < len(self.by_fold) else self.whole


def trained(whole: Model, by_fold: Sequence[Model], raws: Sequence[float], hits: Sequence[bool], folds: Sequence[int], calibrate: Calibrate = calibrated) -> Trained:  # fmt: skip
    """The models with their calibrations: the whole one's on all held-out scores, a fold's on the other folds'."""
    blind = []
    for fold, model in enumerate(by_fold):
        others = [i for i in range(len(raws)) if folds[i] != fold]
        blind.append(with_steps(model, calibrate([raws[i] for i in others], [hits[i] for i in others])))
    return Trained(with_steps(whole, calibrate(raws, hits)), blind)


def as_data(model: Model) -> dict[str, Any]:
    """A model as its file holds it."""
    steps = [list(step) for step in zip(model.steps.at, model.steps.share, strict=True)]
    return {"features": list(model.features), "trees": model.trees, "steps": steps}
