"""When one host may be asked again: pace, Crawl-delay, limits, backoff. The whole host waits, not one address.

A host's turn ends when it asks for more time than we have, answers nothing again and again, or has cost more than its share
of the run: whoever waits for it fails at once, and the other hosts go on.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tools.errors import FetchError, NoAnswer
from tools.web.deadline import untimed

# Requests under way to a host without a pace. After a 429 only one: three at once, then one each 5 s, is five in 10 s.
UNPACED_AT_ONCE = 3
STAY_AWAY_S = 600.0  # from a host whose turn has ended without a time of its own
_SILENT = 3  # addresses of a host in a row that gave no answer: the fourth would give none either
_MAX_BACKOFF_S = 30.0


class HostQueue:
    """The queue before one host. Times are seconds of the event loop's clock; in a replay they are computed only."""

    def __init__(self, host: str, pace_s: float, *, sleeps: bool = True, share_s: float = float("inf")) -> None:
        self.host = host
        self.pace_s = pace_s
        self.share_s = share_s  # of one run, in requests under way
        self.waits = 0
        self.spent_s = 0.0
        self._sleeps = sleeps
        self._clock = 0.0  # of a replay
        self._slots = asyncio.Semaphore(1 if pace_s > 0 else UNPACED_AT_ONCE)
        self._alone = asyncio.Lock()
        self._slowed = False  # it asked for a pace of its own
        self._careful = False  # it refused us once: one request at a time from then on
        self._free_at = 0.0
        self._listing_at = 0.0  # when requests with a pace of their own may go on
        self._closed_until = 0.0
        self._why_closed: Callable[[str], FetchError]
        self._closed = asyncio.Event()
        self._refused_urls: set[str] = set()  # since the last good answer
        self._silent_urls: set[str] = set()  # likewise
        self._rounds = 0  # how often it refused us again after we had waited as asked

    async def acquire(self, url: str, pace_s: float = 0.0) -> bool:
        """Hold the host for one request, once it may be asked; hand what comes back to release().

        pace_s: least time to the last request that had a pace of its own; others of the host go on between them.

        Errors: FetchError when the host's turn has ended.
        """
        if not self._sleeps:
            self._compute(url, pace_s)
            return False
        alone = False
        with untimed():  # the turns of others are not this page's time
            if pace_s:
                await self._turn_of_its_kind(pace_s)
            await self._slots.acquire()
            try:
                alone = self._careful and await self._alone.acquire()
                if self.pace_s or self._free_at or self._closed_until:
                    await self._wait(url)
                if pace_s:
                    self._listing_at = max(self._listing_at, self._now() + pace_s)  # the host may have kept it waiting
            except BaseException:
                self.release(alone)
                raise
        return alone

    def release(self, alone: bool) -> None:
        """Let the next one have the host."""
        if self._sleeps:
            if self._slowed:  # a site counts from what it saw last, and the way there takes its time
                self._free_at = max(self._free_at, self._now() + self.pace_s)
            if alone:
                self._alone.release()
            self._slots.release()

    def slow_down(self, pace_s: float) -> None:
        """Keep at least this pace from now on, from the end of one request to the next (a Crawl-delay)."""
        if pace_s > self.pace_s:
            self.pace_s = pace_s
            self._slowed = self._careful = True
            self._free_at = max(self._free_at, self._now() + pace_s)

    def hold(self, seconds: float) -> None:
        """Ask nothing of this host for so long, and then one thing at a time."""
        self._careful = True
        self._free_at = max(self._free_at, self._now() + seconds)

    def close(self, seconds: float, why: Callable[[str], FetchError]) -> None:
        """End the host's turn: who waits fails at once with the error of its address, and who comes within `seconds`."""
        self._closed_until, self._why_closed = self._now() + seconds, why
        self._closed.set()

    def answered(self) -> None:
        """A good answer came."""
        self._refused_urls.clear()
        self._silent_urls.clear()
        self._rounds = 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """One request under way, however it ends; past the host's share of a run its turn ends."""
        started = self._now()
        try:
            yield
        finally:
            self.spent_s += self._now() - started
            if self.spent_s > self.share_s:
                reason = f"{self.host} has taken {self.spent_s:.0f} s of this run, over its share of {self.share_s:g} s"
                self.close(STAY_AWAY_S, lambda url: NoAnswer(url, reason))

    def silent(self, url: str) -> None:
        """An address gave no answer, further tries included; a host without answers is left alone."""
        self._silent_urls.add(url)
        if len(self._silent_urls) >= _SILENT:
            reason = f"{self.host} gave no answer at {len(self._silent_urls)} addresses in a row and is left alone"
            self.close(STAY_AWAY_S, lambda url: NoAnswer(url, reason))

    def refused(self, url: str, pause_s: float | None, *, attempt: int, most: int) -> bool:
        """The server asked for time: hold the host. Whether it has done so at several addresses after `most` waits."""
        self._refused_urls.add(url)
        if self._now() >= self._free_at or not self._rounds:  # not one that was under way when the first refusal came
            self._rounds += 1
        self.hold(backoff(attempt) if pause_s is None else pause_s + random.uniform(0.02, 0.1))
        return self._rounds > most and len(self._refused_urls) > 1

    async def _turn_of_its_kind(self, pace_s: float) -> None:
        """Sleep until a request with a pace of its own may be made, before the host is held for it."""
        now = asyncio.get_running_loop().time()
        turn, self._listing_at = max(now, self._listing_at), max(now, self._listing_at) + pace_s
        if turn > now:
            await self._sleep(turn - now)

    async def _wait(self, url: str) -> None:
        """Sleep until the host may be asked."""
        clock = asyncio.get_running_loop().time
        while True:
            now = clock()
            if now < self._closed_until:
                raise self._why_closed(url)
            if now >= self._free_at:
                break
            await self._sleep(self._free_at - now)
        self._free_at = now + self.pace_s

    def _compute(self, url: str, pace_s: float) -> None:
        """What _wait() would do, on a clock of this host's own that only its waits move."""
        if self._clock < self._closed_until:
            raise self._why_closed(url)
        turn = max(self._free_at, self._listing_at if pace_s else 0.0)
        if self._clock < turn:
            self.waits += 1
            self._clock = turn
        if pace_s:
            self._listing_at = self._clock + pace_s
        self._free_at = self._clock + self.pace_s

    async def _sleep(self, seconds: float) -> None:
        self.waits += 1
        self._closed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), seconds)

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._sleeps else self._clock


def backoff(attempt: int) -> float:
    """Seconds before the next try after `attempt` (0, 1, …) failed: doubling, with jitter."""
    return min(_MAX_BACKOFF_S, 2.0**attempt) * random.uniform(0.5, 1.0)
