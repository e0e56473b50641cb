"""Exports to download: each made by a process of its own, so that pages answer meanwhile, and noted with who took what.

The process writes into a pipe and waits while it is full: nothing piles up when somebody downloads slowly.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from jobs.console.forms import Refused
from tools.errors import CannotRun, ScoutError
from tools.settings import Settings
from tools.store import Store

logger = logging.getLogger(__name__)
AT_ONCE = 2
_BLOCK = 65_536  # bytes handed over at a time
_NICE = 5  # pages come first
_ROW_ENDS = {"jsonl": (b"\n", 0), "csv": (b"\r\n", 1)}  # by form what ends a row, and rows that are none


class Exporting:
    """What is under way. writing: the connection to write with, in one transaction."""

    def __init__(
        self, store_path: Path | str, settings: Settings, writing: Callable[[], AbstractContextManager[Store]]
    ) -> None:
        self._store_path, self._settings, self._writing = str(store_path), settings, writing
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._running: set[Export] = set()

    def begin(self, form: str, after: str, who: str) -> Export:
        """Begin one that can be made. Errors: Refused with 503 while as many are under way as may be; CannotRun."""
        if not self._places.acquire(blocking=False):
            raise Refused(503, f"{AT_ONCE} exports are being made already. Take this one when one of them has ended.")
        try:
            begun = Export(self._store_path, self._settings, form, after, self._ended)
        except BaseException:
            self._places.release()
            raise
        self._running.add(begun)
        with (
            suppress(ScoutError),
            self._writing() as store,
        ):  # of a store that cannot be written to it is still exported
            begun.noted = store.note_export(form, after, who)
        return begun

    def close(self) -> None:
        """Break off what is under way."""
        for one in list(self._running):
            one.end()

    def _ended(self, one: Export) -> None:
        self._running.discard(one)
        self._places.release()
        if one.noted is not None:
            with suppress(ScoutError), self._writing() as store:
                store.end_export(one.noted, one.state, one.rows, one.size)


class Export:
    """One export: the name of its file, and its bytes as they are made. state: under way, then whole, broken off or failed.

    Errors: CannotRun where the process says nothing but why.
    """

    def __init__(
        self, store_path: str, settings: Settings, form: str, after: str, ended: Callable[[Export], None]
    ) -> None:
        self._end, self._ended, self._lock = _ROW_ENDS.get(form), ended, threading.Lock()
        self.state, self.size = "under way", 0
        self.noted: int | None = None  # its row in the store
        self.rows: int | None = -self._end[1] if self._end else None
        start = multiprocessing.get_context("spawn")
        self._pieces, out = start.Pipe(duplex=False)
        self._process = start.Process(target=_make, args=(store_path, settings, form, after, out), daemon=True)
        self._process.start()
        out.close()
        self._over = False
        try:
            self.name = str(self._told())
        except CannotRun:
            self._close()
            raise

    def _told(self) -> Any:
        """What comes next. Errors: CannotRun."""
        try:
            told = self._pieces.recv()
        except EOFError:
            told = _Trouble("the process that made it ended before it was whole")
        if isinstance(told, _Trouble):
            raise CannotRun(f"The export was not made: {told}. Take it again.")
        return told

    def _close(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pieces.close()

    async def stream(self) -> AsyncIterator[bytes]:
        """Its bytes. It ends with who reads them."""
        try:
            while piece := await run_in_threadpool(self._next):
                yield piece
        finally:
            asyncio.get_running_loop().run_in_executor(None, self.end)

    def _next(self) -> bytes:
        try:
            piece: bytes = self._told()
        except CannotRun:
            self.state = "failed"
            raise
        self.size += len(piece)
        if self._end and self.rows is not None:
            self.rows += piece.count(self._end[0])
        if not piece:
            self.state = "whole"
        return piece

    def end(self) -> None:
        """End it, where it has not ended, and have it noted."""
        with self._lock:
            if self._over:
                return
            self._over = True
            self.state = "broken off" if self.state == "under way" else self.state
            self._close()
        self._ended(self)


class _Trouble(str):
    """Why there is no more of an export, in a sentence."""


def _make(store_path: str, settings: Settings, form: str, after: str, out: Connection) -> None:
    """What the process does: hand over the name of the file, its bytes in blocks, then an empty one; or an error."""
    from jobs.export import one_file

    with suppress(OSError, AttributeError):  # not everywhere; and then it is as urgent as the pages
        os.nice(_NICE)
    with suppress(BrokenPipeError):  # nobody reads any more
        try:
            name, pieces = one_file(store_path, settings, form, after)
            out.send(name)
            for block in _blocks(pieces):
                out.send(block)
            out.send(b"")
        except ScoutError as error:
            out.send(_Trouble(str(error)))


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= _BLOCK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
