"""Work that several ask for at the same moment, done once for all of them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass
class _Line(Generic[_T]):
    """Those who wait for one thing; what was made for them last, and when that was begun."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    begun_at: float = 0.0
    made: list[_T] = field(default_factory=list)


class Together(Generic[_T]):
    """Whoever asks shares what is begun after they asked, so that nobody is given anything older than their question.

    most: things of which the last one made is held.
    """

    def __init__(self, most: int = 50) -> None:
        self._most = most
        self._lines: OrderedDict[Hashable, _Line[_T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T], asked_at: float) -> _T:
        """What `make` gives, ours or that of another who asked for the same. asked_at: of time.perf_counter. Errors: those
        of `make`, for who made it; who waited then makes it."""
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            self._lines.move_to_end(key)
            while len(self._lines) > self._most:
                self._lines.popitem(last=False)
        with line.turn:
            if line.begun_at <= asked_at or not line.made:
                begun_at = time.perf_counter()
                line.made = [make()]
                line.begun_at = begun_at
            return line.made[0]


class Kept(Generic[_T]):
    """What was made before, by what it was made of; the least used goes when there is too much.

    size: of one, in the unit of `most`.
    """

    def __init__(self, most: int, size: Callable[[_T], int]) -> None:
        self._most, self._size = most, size
        self._held: OrderedDict[Hashable, _T] = OrderedDict()
        self._sum = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> _T | None:
        """What was kept under a key; None: nothing."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Hashable, made: _T) -> None:
        """Keep it, unless it is more than a tenth of all that may be kept."""
        size = self._size(made)
        if size > self._most // 10:
            return
        with self._lock:
            if key in self._held:
                self._sum -= self._size(self._held.pop(key))
            self._held[key] = made
            self._sum += size
            while self._sum > self._most:
                self._sum -= self._size(self._held.popitem(last=False)[1])
