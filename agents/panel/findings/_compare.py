"""A product's place among others: how far from the middle, over how many, and the plain table that shows it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, Literal

from agents.panel.findings._case import LEAST, STORE, Case
from tools.dossier import Peer
from tools.models import WORTH_TELLING, Citation
from tools.page.categories import tools_of

__all__ = [
    "LEAST",
    "comparable",
    "group",
    "noun",
    "others",
    "place",
    "placed",
    "shrunk",
    "sides",
    "signed",
    "table",
]
_FEW = 3  # a place among so many counts for half of what it counts among very many
_ROWS = 13  # of a table; a longer one shows both ends and what stands around the product

Direction = Literal[-1, 0, 1]
Number = float | Decimal


_value = itemgetter(1)


def placed(below: int, above: int, n: int) -> float:
    """The place of what is more than `below` of n others and less than `above` of them."""
    return (below - above) / (n + 1) * shrunk(n)


def place(own: Number, others: Sequence[Number]) -> float:
    """-1 (below all) to 1 (above all), drawn towards 0 where the others are few: by half for three of them."""
    return placed(*sides(own, others), len(others))


def sides(own: Number, others: Sequence[Number]) -> tuple[int, int]:
    """How many of the others are less than a value, and how many are more."""
    return len([None for other in others if other < own]), len([None for other in others if other > own])


def shrunk(n: int) -> float:
    """How much a comparison with n counts: 4 → .57, 10 → .77, 100 → .97."""
    return n / (n + _FEW)


def signed(value: float) -> tuple[Direction, float]:
    """Direction and strength of a value between -1 and 1; what lies near the middle is neither for nor against."""
    strength = round(min(1.0, abs(value)), 2)
    return (0 if strength < WORTH_TELLING else 1 if value > 0 else -1), strength


def others(case: Case, peers: Sequence[Peer]) -> str:
    """What peers are called beside the product: "other hosting tools here", "other similar products here"."""
    return f"other {group(case, peers)}"


def group(case: Case, peers: Sequence[Peer]) -> str:
    """What a product and its peers are called together: "hosting tools here"."""
    return f"{noun(case, peers)} here"


def noun(case: Case, peers: Sequence[Peer]) -> str:
    """What all of them are: "hosting tools", or "similar products" where categories differ."""
    category = case.standing.category
    same = category and (case.of_one_category or all(peer.category == category for peer in peers))
    return (tools_of(category) if same else "") or "similar products"


def comparable(case: Case, peers: Sequence[Peer]) -> str:
    """What peers are called whose prices are counted alike."""
    return f"comparable {group(case, peers).removeprefix('similar ')}"


def table(
    title: str, own: tuple[str, Number], others: Sequence[tuple[str, Number]], words: Callable[[Any], str]
) -> Citation:
    """A table of our store as a citation that brings it: names and values, lowest first. words: a value as it is told;
    others: by name.

    A long one shows both ends and what stands around the product, "…" for what is left out.
    """
    rows = sorted(others, key=_value)
    name, value = own[0].casefold(), own[1]
    at = bisect_left(rows, value, key=_value)
    while at < len(rows) and rows[at][1] == value and rows[at][0].casefold() < name:
        at += 1
    rows.insert(at, own)
    n = len(rows)
    shown = range(n) if n <= _ROWS else sorted({*range(3), *range(max(0, at - 2), min(n, at + 3)), *range(n - 3, n)})
    told = []
    for before, row in zip([-1, *shown], shown, strict=False):
        gap = "…; " if row > before + 1 else ""
        told.append(f"{gap}{' '.join(rows[row][0].split())} {words(rows[row][1])}")
    return Citation(STORE, f"{title}: {'; '.join(told)}.")
