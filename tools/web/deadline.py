"""The time one page is given: what its own requests, its rendering and its reading take; waiting one's turn is no part."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from tools.errors import NoAnswer


class _Deadline:
    """What is left of a page's time. It runs unless somebody who works for the page waits for others."""

    def __init__(self, timeout: asyncio.Timeout, left_s: float) -> None:
        self._timeout, self._left_s, self._waiting = timeout, left_s, 0
        self._clock = asyncio.get_running_loop().time
        self.over = False  # the page is done with; what was begun for it may still be under way

    def wait(self) -> None:
        """Stop the clock."""
        self._waiting += 1
        when = self._timeout.when()
        if self._waiting == 1 and when is not None and self._runs():
            self._left_s = when - self._clock()
            self._timeout.reschedule(None)

    def go_on(self) -> None:
        """Let the clock run on, once nobody waits any more."""
        self._waiting -= 1
        if not self._waiting and self._runs():
            self._timeout.reschedule(self._clock() + self._left_s)

    def _runs(self) -> bool:
        return not (self.over or self._timeout.expired())


_DEADLINE: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@asynccontextmanager
async def page_time(url: str, seconds: float | None) -> AsyncIterator[None]:
    """What is done in here, for one page, is ended after so many seconds (None: never). Errors: NoAnswer then."""
    if seconds is None:
        yield
        return
    try:
        async with asyncio.timeout(seconds) as timeout:
            deadline = _Deadline(timeout, seconds)
            token = _DEADLINE.set(deadline)
            try:
                yield
            finally:
                deadline.over = True
                _DEADLINE.reset(token)
    except TimeoutError as error:
        if not timeout.expired():
            raise
        raise NoAnswer(url, f"not fetched and read within {seconds:g} s (SCOUT_PAGE_S)") from error


@contextmanager
def untimed() -> Iterator[None]:
    """Time spent in here, waiting for one's turn (at a host, for the browser), is not taken off the page's."""
    deadline = _DEADLINE.get()
    if deadline is None:
        yield
        return
    deadline.wait()
    try:
        yield
    finally:
        deadline.go_on()


@asynccontextmanager
async def in_turn(lock: asyncio.Lock | asyncio.Semaphore) -> AsyncIterator[None]:
    """The lock held in here; the wait for it is not taken off the page's time."""
    with untimed():
        await lock.acquire()
    try:
        yield
    finally:
        lock.release()
