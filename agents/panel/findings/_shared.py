"""What findings work out of the products that others are set among, once for all of these: the same peers come with every
product of a category, and what they state, count and cost does not depend on whom they stand beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Generic, TypeVar

from tools.dossier import Measure, Statement
from tools.views.price_words import decimal_of

T = TypeVar("T")
R = TypeVar("R")
_MOST = 20_000  # as many as the store remembers peers


class Once(Generic[T, R]):
    """A function of what never changes, worked out once for each thing it is given: for that very thing, since to compare
    things takes longer than the work. Things are held, so that no other one is taken for them."""

    def __init__(self, work: Callable[[T], R]) -> None:
        self._work = work
        self._known: dict[int, tuple[T, R]] = {}

    def __call__(self, thing: T) -> R:
        """What the work gives for a thing."""
        known = self._known.get(id(thing))
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[id(thing)] = thing, self._work(thing)
        return known[1]


def _topics_of(statements: Sequence[Statement]) -> tuple[frozenset[str], frozenset[str]]:
    clear = frozenset(one.topic for one in statements if not one.unclear)
    stated = frozenset(one.topic for one in statements if not (one.unclear or one.denied))
    return stated, frozenset(one.topic for one in statements) - clear


def _values_of(measures: Sequence[Measure]) -> Mapping[str, float]:
    return {one.metric: one.value for one in measures}


# The topics that are stated and not denied, and those of which there is a word and none that is understood.
topics_of: Once[Sequence[Statement], tuple[frozenset[str], frozenset[str]]] = Once(_topics_of)
# The value of each number.
values_of: Once[Sequence[Measure], Mapping[str, float]] = Once(_values_of)


@lru_cache(maxsize=_MOST)
def positive(amount: str) -> Decimal | None:
    """An amount above nothing."""
    value = decimal_of(amount)
    return value if value is not None and value > 0 else None
