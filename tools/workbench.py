"""One Store, one Fetcher, one Reader and the event loop they live on: what a job opens and its MCP servers share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tools.errors import Stopped
from tools.models import Now
from tools.reading import Reader
from tools.settings import Settings
from tools.store import Store, utc_now
from tools.web.fetch import Fetcher
from tools.web.recording import Recorder, Replay

T = TypeVar("T")
_SETTLE_S = 5.0  # what work that was stopped gets to end
STOPPED = "It was stopped. What had been read and kept until then stays."


class Workbench:
    """Use as a context manager. Everything asynchronous runs on `loop`, in a thread of its own, so that a job and the
    agent's (synchronous) code can wait for it without being it.

    stop: a future that somebody fulfils to end the work; whoever waits for something on the loop then gets Stopped, and
    what they waited for is cancelled.
    """

    def __init__(
        self,
        settings: Settings,
        store: Path | str,
        *,
        replay: Path | None = None,
        record: Path | None = None,
        stop: Future[None] | None = None,
    ) -> None:
        self.settings = settings
        self.stop: Future[None] = stop or Future()
        self.replay = Replay(replay) if replay else None
        self.now: Now = self.replay.now if self.replay else utc_now
        self._record = record
        self._store_path = store
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="workbench", daemon=True)

    def __enter__(self) -> Self:
        self.store = Store.open(self._store_path, now=self.now)
        try:
            self.recorder = Recorder(self._record, self.now) if self._record else None
            self.fetcher = Fetcher(self.settings, self.store, recorder=self.recorder, replay=self.replay, now=self.now)
            self.reader = Reader(self.store, self.fetcher)
            self._thread.start()
            self._finish(self.fetcher.__aenter__())
        except BaseException:
            self.store.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.stop.done():
                self._finish(_cancel_all())
            self._finish(self.reader.close())
            self._finish(self.fetcher.__aexit__(kind, error, trace))
            if self.recorder:
                self.recorder.close()
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(10)
            self.loop.close()
            self.store.close()

    def run(self, work: Coroutine[Any, Any, T], timeout_s: float | None = None) -> T:
        """Run a coroutine on the bench's loop and wait for it. Errors: whatever it raises; Stopped."""
        return waited(asyncio.run_coroutine_threadsafe(work, self.loop), self.stop, timeout_s)

    def check(self) -> None:
        """Nothing, while nobody has stopped the work. Errors: Stopped."""
        if self.stop.done():
            raise Stopped(STOPPED)

    def _finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run what has to be done also after a stop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()


def waited(under_way: Future[T], stop: Future[None], timeout_s: float | None = None) -> T:
    """What a future gives. Errors: its own; Stopped, and it is cancelled, when `stop` is fulfilled first; TimeoutError."""
    either: list[Future[Any]] = [under_way, stop]
    wait(either, timeout_s, FIRST_COMPLETED)
    if stop.done() and not under_way.done():
        under_way.cancel()
        raise Stopped(STOPPED)
    return under_way.result(0)


async def _cancel_all() -> None:
    """End what still runs on the loop, before what it works with is closed."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=_SETTLE_S)
