"""One Store, one Fetcher, one Reader and the event loop they live on: what a job opens and its MCP servers share."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tools.models import Now
from tools.reading import Reader
from tools.settings import Settings
from tools.store import Store, utc_now
from tools.web.fetch import Fetcher
from tools.web.recording import Recorder, Replay

T = TypeVar("T")


class Workbench:
    """Use as a context manager. Everything asynchronous runs on `loop`, in a thread of its own, so that a job and the
    agent's (synchronous) code can wait for it without being it."""

    def __init__(
        self, settings: Settings, store: Path | str, *, replay: Path | None = None, record: Path | None = None
    ) -> None:
        self.settings = settings
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
            self.run(self.fetcher.__aenter__())
        except BaseException:
            self.store.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.run(self.reader.close())
            self.run(self.fetcher.__aexit__(kind, error, trace))
            if self.recorder:
                self.recorder.close()
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(10)
            self.loop.close()
            self.store.close()

    def run(self, work: Coroutine[Any, Any, T], timeout_s: float | None = None) -> T:
        """Run a coroutine on the bench's loop and wait for it. Errors: whatever it raises."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout_s)
