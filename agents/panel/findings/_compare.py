"""A product's place among others: how far from the middle, over how many, and the plain table that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from agents.panel.findings._case import STORE, Case
from agents.panel.findings._words import label
from tools.dossier import Peer
from tools.models import Citation

LEAST = 4  # others that a place is told among: of fewer it says nothing
_FEW = 3  # a place among so many counts for half of what it counts among very many
_MIDDLE = 0.2  # a place this near the middle is neither for nor against
_ROWS = 13  # of a table; a longer one shows both ends and what stands around the product

Direction = Literal[-1, 0, 1]
Number = float | Decimal


def place(own: Number, others: Sequence[Number]) -> float:
    """-1 (below all) to 1 (above all), drawn towards 0 where the others are few: by half for three of them."""
    above, below = sum(own > other for other in others), sum(own < other for other in others)
    return (above - below) / (len(others) + 1) * shrunk(len(others))


def shrunk(n: int) -> float:
    """How much a comparison with n counts: 4 → .57, 10 → .77, 100 → .97."""
    return n / (n + _FEW)


def signed(value: float) -> tuple[Direction, float]:
    """Direction and strength of a value between -1 and 1; what lies near the middle is neither for nor against."""
    strength = round(min(1.0, abs(value)), 2)
    return (0 if strength < _MIDDLE else 1 if value > 0 else -1), strength


def group(case: Case, peers: Sequence[Peer]) -> str:
    """What peers are called together: "products here (Hosting)", or "similar products here" where categories differ."""
    category = case.standing.category
    same = category and all(peer.category == category for peer in peers)
    return f"products here ({label(category)})" if same and label(category) else "similar products here"


def table(title: str, own: tuple[str, Number, str], others: Sequence[tuple[str, Number, str]]) -> Citation:
    """A table of our store as a citation that brings it: (name, value, value in words) of each, lowest first."""
    rows = sorted([own, *others], key=lambda row: (row[1], row[0].casefold(), row[0]))
    told = [f"{' '.join(name.split())} {words}" for name, _, words in rows]
    if len(rows) > _ROWS:
        at = rows.index(own)
        shown = sorted({*range(3), *range(max(0, at - 2), min(len(rows), at + 3)), *range(len(rows) - 3, len(rows))})
        gaps = [("…; " if at and at - 1 not in shown else "") + told[at] for at in shown]
        told = gaps
    return Citation(STORE, f"{title}: {'; '.join(told)}.")
