"""The processes of a browser, seen from outside: how much memory they hold, and how they are ended.

Sizes are read in /proc, where Linux tells them of any process; elsewhere nothing is told, and no limit holds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections import defaultdict
from pathlib import Path

logger = logging.getLogger(__name__)
_PROC = Path("/proc")
_INTERVAL_S = 0.2  # a page can fill some hundred megabytes in that time
_HELD = ("RssAnon:", "RssShmem:")  # not RssFile: the program's text, which all its processes share


def tree(root: int) -> list[int]:
    """A process and those below it, as far as the system tells."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for folder in _PROC.glob("[0-9]*"):
        if stat := _stat(folder.name):
            children[int(stat[1])].append(int(folder.name))
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def _stat(pid: int | str) -> list[bytes]:
    """State, parent and what follows of a process's stat line; empty for one that ended, or where there is none."""
    try:  # "pid (name) state parent …"; the name may hold anything
        return (_PROC / str(pid) / "stat").read_bytes().rpartition(b") ")[2].split()
    except OSError:
        return []


def held_bytes(pid: int) -> int:
    """Memory that a process holds for itself or shares with few, bytes; 0 where that is not told."""
    try:
        lines = (_PROC / str(pid) / "status").read_text("latin-1").splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(_HELD))
    except (OSError, ValueError, IndexError):
        return 0


def kill_tree(root: int) -> None:
    """End a process and all below it, at once."""
    found = tree(root)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(root) == root:  # its own group: what has lost its parent is in it, too
            os.killpg(root, signal.SIGKILL)
    for pid in found:
        _kill(pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


class MemoryWatch:
    """Holds a process tree under a limit, from a thread of its own: a busy event loop does not hold it up.

    Over the limit the largest process is ended, which is a page's; where that is the first one, all are. `ended`: how
    often.
    """

    def __init__(self, root: int, limit_mb: int) -> None:
        self._root, self._limit_mb = root, limit_mb
        self._started = self._started_at()
        self.ended = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="browser memory", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        # Its number may be another's once it has ended: the moment of its start tells.
        while not self._done.wait(_INTERVAL_S) and self._started and self._started_at() == self._started:
            held = {pid: held_bytes(pid) for pid in tree(self._root)}
            if sum(held.values()) > self._limit_mb * 1_000_000:
                self._end(max(held, key=held.__getitem__), sum(held.values()))

    def _started_at(self) -> bytes:
        stat = _stat(self._root)
        return stat[19] if len(stat) > 19 else b""

    def _end(self, largest: int, total_bytes: int) -> None:
        self.ended += 1
        logger.warning("browser over its memory held_mb=%d limit_mb=%d", total_bytes // 1_000_000, self._limit_mb)
        if largest == self._root:
            kill_tree(self._root)
        else:
            _kill(largest)
