"""When one host may be asked again: pace, Crawl-delay, Retry-After and backoff. The whole host waits, not one address."""

from __future__ import annotations

import asyncio
import email.utils
import random
from contextlib import suppress
from datetime import datetime

from tools.errors import FetchError

# Requests under way to a host without a pace. After a 429 only one: three at once, then one each 5 s, is five in 10 s.
UNPACED_AT_ONCE = 3
STAY_AWAY_S = 600.0  # after repeated refusals without a time of their own
_MAX_BACKOFF_S = 30.0


class HostQueue:
    """The queue before one host. Times are seconds of the event loop's clock; in a replay they are computed only."""

    def __init__(self, host: str, pace_s: float, *, sleeps: bool = True) -> None:
        self.host = host
        self.pace_s = pace_s
        self.waits = 0
        self._sleeps = sleeps
        self._clock = 0.0  # of a replay
        self._slots = asyncio.Semaphore(1 if pace_s > 0 else UNPACED_AT_ONCE)
        self._alone = asyncio.Lock()
        self._careful = False  # it refused us once: one request at a time from then on
        self._free_at = 0.0
        self._closed_until = 0.0
        self._closed_reason = ""
        self._closed = asyncio.Event()
        self._refused_urls: set[str] = set()  # since the last good answer
        self._rounds = 0  # how often it refused us again after we had waited as asked

    async def acquire(self, url: str) -> bool:
        """Hold the host for one request, once it may be asked; hand what comes back to release().

        Errors: FetchError when the host's turn has ended.
        """
        if not self._sleeps:
            self._compute(url)
            return False
        alone = False
        await self._slots.acquire()
        try:
            alone = self._careful and await self._alone.acquire()
            if self.pace_s or self._free_at or self._closed_until:
                await self._wait(url)
        except BaseException:
            self.release(alone)
            raise
        return alone

    def release(self, alone: bool) -> None:
        """Let the next one have the host."""
        if self._sleeps:
            if alone:
                self._alone.release()
            self._slots.release()

    def slow_down(self, pace_s: float) -> None:
        """Keep at least this pace from now on (a Crawl-delay)."""
        if pace_s > self.pace_s:
            self.pace_s = pace_s
            self._careful = True
            self._free_at = max(self._free_at, self._now() + pace_s)

    def hold(self, seconds: float) -> None:
        """Ask nothing of this host for so long, and then one thing at a time."""
        self._careful = True
        self._free_at = max(self._free_at, self._now() + seconds)

    def close(self, seconds: float, reason: str) -> None:
        """End the host's turn: whoever waits fails at once with this reason, and whoever comes within `seconds`."""
        self._closed_until, self._closed_reason = self._now() + seconds, reason
        self._closed.set()

    def answered(self) -> None:
        """A good answer came."""
        self._refused_urls.clear()
        self._rounds = 0

    def refused(
        self, url: str, status: int, pause_s: float | None, *, attempt: int, retries: int, most_s: float
    ) -> None:
        """A 429 or 503 came, with the Retry-After it carried: hold the host, or end its turn."""
        self._refused_urls.add(url)
        if self._now() >= self._free_at or not self._rounds:  # not one that was under way when the first refusal came
            self._rounds += 1
        if pause_s is not None and pause_s > most_s:
            self.close(pause_s, f"{self.host} answered {status} and asks to be left alone for {pause_s:.0f} s")
        elif self._rounds > retries and len(self._refused_urls) > 1 and (status == 429 or pause_s is not None):
            seconds = max(pause_s or 0.0, STAY_AWAY_S)
            self.close(seconds, f"{self.host} answered {status} again after {self._rounds - 1} waits")
        else:
            self.hold(backoff(attempt) if pause_s is None else pause_s + random.uniform(0.02, 0.1))

    async def _wait(self, url: str) -> None:
        """Sleep until the host may be asked."""
        clock = asyncio.get_running_loop().time
        while True:
            now = clock()
            if now < self._closed_until:
                raise FetchError(url, self._closed_reason)
            if now >= self._free_at:
                break
            await self._sleep(self._free_at - now)
        self._free_at = now + self.pace_s

    def _compute(self, url: str) -> None:
        """What _wait() would do, on a clock of this host's own that only its waits move."""
        if self._clock < self._closed_until:
            raise FetchError(url, self._closed_reason)
        if self._clock < self._free_at:
            self.waits += 1
            self._clock = self._free_at
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


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds a Retry-After asks for, given as seconds or as a date; None when it says neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at - now).total_seconds()) if at.tzinfo else None
