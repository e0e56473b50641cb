"""The console's connections to one store: a few that read, one that writes, each for one thread at a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import StoreError, StoreLocked
from tools.store import Store

READERS = 4
PATIENCE_S = 5.0  # how long a page waits for another process that writes


class Stores:
    """Connections made when they are needed, and made anew after an error or when another file stands at the path."""

    def __init__(self, path: Path | str, readers: int = READERS, patience_s: float = PATIENCE_S) -> None:
        self.path, self._patience_s = str(path), patience_s
        self._readers: queue.LifoQueue[_Held | None] = queue.LifoQueue()
        for _ in range(readers):
            self._readers.put(None)
        self._writer: _Held | None = None
        self._writing = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """A connection that cannot write. Errors: StoreError when the store is missing, damaged or too old."""
        held = self._readers.get()
        try:
            held = self._fresh(held, readonly=True)
            yield held.store
        except StoreError:
            _close(held)
            held = None
            raise
        finally:
            self._readers.put(held)

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The connection that writes, in one transaction: all of it, or nothing after an error.

        Errors: StoreLocked when others write for longer than a page waits; StoreError when it is missing or read-only.
        """
        if not self._writing.acquire(timeout=2 * self._patience_s):
            raise StoreLocked(f"{self.path} is locked: others are writing. Nothing was written; try again in a moment.")
        try:
            self._writer = held = self._fresh(self._writer, readonly=False)
            with held.store.write():
                yield held.store
        except StoreError:
            _close(self._writer)
            self._writer = None
            raise
        finally:
            self._writing.release()

    def close(self) -> None:
        """Close what is open. A page that comes later opens anew."""
        with self._writing:
            _close(self._writer)
            self._writer = None
        for _ in range(self._readers.qsize()):
            _close(self._readers.get())
            self._readers.put(None)

    def _fresh(self, held: _Held | None, *, readonly: bool) -> _Held:
        """The connection, or a new one where there is none or another file stands at the path by now."""
        stands = _file(self.path)
        if held and held.file == stands:
            return held
        _close(held)
        opened = Store.open(self.path, create=False, readonly=readonly, timeout_s=self._patience_s)
        return _Held(opened, _file(self.path))


class _Held:
    """An open store, and which file it is."""

    def __init__(self, store: Store, file: tuple[int, int] | None) -> None:
        self.store, self.file = store, file


def _file(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _close(held: _Held | None) -> None:
    if held:
        held.store.close()
