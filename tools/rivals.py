"""Which of two products is an alternative to the other, and why: pure, what the store asks once it knows how near they are.

A rival is named on the product's own pages, or near: of a like kind, of one category, and alike in its words. Where one of
the two has no category their words must tell it alone, and much more is asked. The floors were chosen by reading the pairs
that `python bench/rivals.py --list` prints and those of the demo (November 2026): rather none than a silly one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tools.identity import host_of, registrable_domain

MOST = 6  # rivals of one product
# Kinds that may stand beside each other; any other only beside its own. A paper competes with nothing.
_SOFTWARE = ("product", "repo", "package", "space")
_NONE = ("paper",)


@dataclass(frozen=True, slots=True)
class Side:
    """What a rival is told by."""

    slug: str
    name: str
    kind: str
    category: str | None
    identity: str  # as tools.identity writes it
    tasks: frozenset[str] = frozenset()  # of a model, what it is made for: text-generation


@dataclass(frozen=True, slots=True)
class Floor:
    """What two products need to be near: the closeness of each to the other, and words that both use for themselves.

    headline: the closeness from which one word is enough that stands in the name or tagline of both.
    """

    closeness: float
    words: int
    headline: float = 1.0

    def is_met(self, closeness: float, words: int, headline: bool) -> bool:
        """Whether two are so near. headline: one of the words stands in the name or tagline of both."""
        return closeness >= self.closeness and (words >= self.words or (headline and closeness >= self.headline))


_OF_ONE_CATEGORY, _BY_WORDS_ALONE = Floor(0.1, 2, headline=0.14), Floor(0.4, 3)


def kinds_beside(kind: str) -> tuple[str, ...]:
    """The kinds of products that may be a rival of one of this kind."""
    return _SOFTWARE if kind in _SOFTWARE else () if kind in _NONE else (kind,)


def floor(one: Side, other: Side) -> Floor | None:
    """What the two need to be near; None where they are no rivals however near."""
    if other.kind not in kinds_beside(one.kind) or are_kin(one, other):
        return None
    if one.tasks and other.tasks and not one.tasks & other.tasks:
        return None
    if one.category and other.category:
        return _OF_ONE_CATEGORY if one.category == other.category else None
    return _BY_WORDS_ALONE


def are_kin(one: Side, other: Side) -> bool:
    """Whether both are one house's, or one is called what the other is and more: an edition, or an impostor."""
    first, second = sorted((f"{_spaced(one.name)} ", f"{_spaced(other.name)} "), key=len)
    return second.startswith(first) or house_of(one.identity) == house_of(other.identity)


def name_key(name: str) -> str:
    """A name by its letters and digits: how two spellings of one are equal."""
    return _spaced(name).replace(" ", "")


@lru_cache(maxsize=20_000)  # as many as the store remembers peers
def house_of(identity: str) -> str:
    """Whose a product is, by its identity: the domain of an address, the owner on a code host or the Hub."""
    way, _, rest = identity.partition(":")
    if way == "url":
        return registrable_domain(host_of(f"https://{rest}"))
    return f"{way}:{rest.rpartition('/')[0] or rest}"


def near_reason(one: Side, other: Side, words: Sequence[str]) -> str:
    """Why the two are set side by side; the same whichever comes first."""
    alike = f"use the same words for themselves: {', '.join(words[:5])}."
    return (
        f"Both are of one category and {alike}" if one.category and one.category == other.category else f"Both {alike}"
    )


def _spaced(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())
