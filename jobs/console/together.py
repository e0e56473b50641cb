"""Work that several ask for at the same moment, done once for all of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass
class _Line(Generic[_T]):
    """Those who wait for one thing, and who is at it."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    next: list[_T] = field(
        default_factory=list
    )  # what those who came since the last one began will share, once it is made
    users: int = 0


class Together(Generic[_T]):
    """Whoever asks shares what is begun after they asked, so that nobody is given anything older than their question."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line[_T]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` gives, ours or that of another who asked for the same. Errors: those of `make`, for who made it; who
        waited then makes it."""
        with self._lock:
            line = self._lines.setdefault(key, _Line())
            line.users += 1
            shared = line.next
        try:
            with line.turn:
                if not shared:
                    line.next = []  # who comes from now on waits for the one after
                    shared.append(make())
                return shared[0]
        finally:
            with self._lock:
                line.users -= 1
                if not line.users:
                    self._lines.pop(key, None)


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
