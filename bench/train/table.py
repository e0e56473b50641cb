"""Figures with their intervals, by bootstrap over groups of pages that must not be parted."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

ROUNDS = 1_000


def interval(groups: Sequence[str], figure: Callable[[list[int]], float]) -> tuple[float, float]:
    """The 95 % interval of a figure of pages (given by number), drawn by group; the seed is fixed."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        members[group].append(number)
    chance, held = random.Random(0), list(members.values())
    drawn = sorted(
        figure([number for group in chance.choices(held, k=len(held)) for number in group]) for _ in range(ROUNDS)
    )
    return drawn[int(0.025 * ROUNDS)], drawn[int(0.975 * ROUNDS)]


def share(right: Sequence[bool], groups: Sequence[str]) -> str:
    """A share of pages with its interval: ".930 [.900, .956]"."""
    low, high = interval(groups, lambda drawn: sum(right[i] for i in drawn) / max(1, len(drawn)))
    return f"{sum(right) / max(1, len(right)):.3f} [{low:.3f}, {high:.3f}]"


def difference(ours: Sequence[bool], theirs: Sequence[bool], groups: Sequence[str]) -> str:
    """How much larger our share is than theirs, with its interval, and on how many pages only one of them is right."""
    gain = [int(a) - int(b) for a, b in zip(ours, theirs, strict=True)]
    low, high = interval(groups, lambda drawn: sum(gain[i] for i in drawn) / max(1, len(drawn)))
    return f"{sum(gain) / max(1, len(gain)):+.3f} [{low:+.3f}, {high:+.3f}], only ours {gain.count(1)}, only theirs {gain.count(-1)}"


def f1(counts: Sequence[tuple[int, int, int]], groups: Sequence[str]) -> str:
    """The F1 over (right, wrong, missed) a page, with its interval."""

    def of(drawn: Sequence[int]) -> float:
        right, wrong, missed = (sum(counts[i][k] for i in drawn) for k in range(3))
        return 2 * right / max(1, 2 * right + wrong + missed)

    low, high = interval(groups, of)
    return f"{of(range(len(counts))):.3f} [{low:.3f}, {high:.3f}]"


def reliable(sure: Sequence[float], right: Sequence[bool], levels: Sequence[float] = (0.5, 0.8, 0.9)) -> list[str]:
    """For each level a line: how many answers are at least so sure, and what share of them is right."""
    lines = []
    for level in levels:
        hits = [hit for value, hit in zip(sure, right, strict=True) if value >= level]
        lines.append(f"p >= {level}: {len(hits)} of {len(right)}, right {sum(hits) / max(1, len(hits)):.3f}")
    return lines


def publishing(sure: Sequence[float], right: Sequence[bool], precision: float = 0.95) -> float:
    """The least probability from which on what is published is right so often; 1.0 where none is."""
    best = 1.0
    pairs: list[tuple[float, Any]] = sorted(zip(sure, right, strict=True), reverse=True)
    hits = 0
    for number, (value, hit) in enumerate(pairs, 1):
        hits += hit
        if hits / number >= precision:
            best = value
    return best
