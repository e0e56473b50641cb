"""Boosted trees as data, and their evaluation in plain Python.

A model file is JSON: `features` (names, in the order of a row), `trees` (a node is [feature, threshold, up to it, above
it], a leaf its value) and `steps` (the calibration: raw score and share right, in order).
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from tools.kept import kept

Row = Sequence[float]  # floats and no ints: a comparison of two floats takes Python half the time of one with an int
Node = Any  # a leaf's value, or (feature, threshold, node up to the threshold, node above it); mypy knows no such depth

_GLANCE = 20  # trees that every row is judged by
_KEPT = 3  # rows that the rest of the trees judge, too
_RANKED = 10  # rows that are weighed against each other by all trees


@dataclass(frozen=True, slots=True)
class Steps:
    """A calibration: what share of answers was right at a raw score, as a rising line through held-out points."""

    at: tuple[float, ...]
    share: tuple[float, ...]

    def __call__(self, raw: float) -> float:
        """The share, 0 to 1, on the line between the two points around the raw score; level beyond the ends."""
        right = bisect_right(self.at, raw)
        if right == 0 or right == len(self.at):
            return self.share[max(0, right - 1)]
        low, high = self.at[right - 1], self.at[right]
        part = (raw - low) / (high - low)
        return self.share[right - 1] + part * (self.share[right] - self.share[right - 1])


@dataclass(frozen=True)
class Model:
    """A head: its features' names, its trees and what its scores are worth. `name`: of the
    file beside this one that it stands in, "" for none."""

    features: tuple[str, ...]
    trees: tuple[Node, ...]
    steps: Steps
    name: str = ""

    @cached_property
    def score(self) -> Callable[[Row], float]:
        """The sum over all trees for one row."""
        return self._summing("score", self.trees)

    @cached_property
    def _glance(self) -> Callable[[Row], float]:
        return self._summing("glance", self.trees[:_GLANCE])

    @cached_property
    def _rest(self) -> Callable[[Row], float]:
        return self._summing("rest", self.trees[_GLANCE:])

    def _summing(self, part: str, trees: Sequence[Node]) -> Callable[[Row], float]:
        """The sum over trees as a function of a row, made of nested conditions: half the time of walking the nodes."""
        source = _source(trees, len(self.features))

        def code() -> CodeType:
            return compile(source, "<trees>", "exec")

        made: dict[str, Callable[[Row], float]] = {}
        exec(kept(f"{self.name}_{part}", [source], code) if self.name else code(), made)  # noqa: S102 - numbers of our own files, nothing else
        return made["summed"]

    def probability(self, row: Row) -> float:
        """How likely a row is right, calibrated; for heads that judge each row alone."""
        return self.steps(self.score(row))

    def scores(self, rows: Sequence[Row]) -> list[float]:
        """The sum over all trees for the best few rows by the first trees; for the rest, at most the lowest of those."""
        found = list(map(self._glance, rows))
        kept = sorted(range(len(rows)), key=found.__getitem__, reverse=True)[:_RANKED]
        whole = {at: found[at] + self._rest(rows[at]) for at in kept}
        least = min(whole.values(), default=0.0)
        return [whole.get(at, min(score, least)) for at, score in enumerate(found)]

    def best(self, rows: Sequence[Row]) -> tuple[int, float]:
        """The best of several rows and how likely it is right, calibrated. rows: at least one.

        The first trees look at all rows, the others at the few that these leave: the rest cannot catch up.
        """
        scores = list(map(self._glance, rows))
        kept = sorted(range(len(rows)), key=scores.__getitem__, reverse=True)[:_KEPT]
        whole = [scores[at] + self._rest(rows[at]) for at in kept]
        top = max(whole)
        # Nought stands for "none of them": one poor candidate alone is not sure.
        raw = 1 / (math.exp(-top) + sum(math.exp(score - top) for score in whole))
        return kept[whole.index(top)], self.steps(raw)


def _source(trees: Sequence[Node], features: int) -> str:
    """A function's program: the row's numbers get names of their own, which are quicker to reach than places of a list."""
    names = "".join(f"f{number}, " for number in range(features))
    lines = "".join(f"    total += {_condition(node)}\n" for node in trees)
    return f"def summed(row):\n    {names} = row\n    total = 0.0\n{lines}    return total\n"


def _condition(node: Node) -> str:
    if node.__class__ is not tuple:
        return repr(float(node))
    feature, threshold, low, high = node
    return f"({_condition(low)} if f{int(feature)} <= {float(threshold)!r} else {_condition(high)})"


def model_of(data: dict[str, Any]) -> Model:
    """The model that a file's JSON describes."""
    at, share = zip(*data["steps"], strict=True)
    return Model(tuple(data["features"]), tuple(map(_node, data["trees"])), Steps(at, share))


def _node(data: Any) -> Node:
    if not isinstance(data, (list, tuple)):
        return data
    feature, threshold, low, high = data
    return feature, threshold, _node(low), _node(high)


@cache
def load(name: str) -> Model:
    """The committed model of a head ("names"); read once a process."""
    found = model_of(json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")))
    return replace(found, name=name)
