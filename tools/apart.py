"""Work on bytes from outside is done apart, in processes of its own: one that takes too long or too much is ended.

A process starts when there is work for one more, does one piece after the other, and after one that had to be ended
another starts. It is a fresh interpreter: it has none of this one's sockets, locks and threads, imports what its work
needs and no more, and ends when whoever started it is gone.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from tools.errors import ScoutError, WorkFailed

T = TypeVar("T")
logger = logging.getLogger(__name__)
_COLLECTED = 100  # pieces of work between two collections of what libraries leave in circles
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take: seconds on the clock, and MB of memory with all that its process holds.

    Neither is kept on Windows, which has no such limits.
    """

    seconds: float
    memory_mb: int


class Apart:
    """Up to so many processes that work apart; with one, work is done here and now, and nothing ends it.

    May be used from several threads. Work is a function of a module and arguments that can be pickled.
    """

    def __init__(self, workers: int, limits: Limits) -> None:
        self._limits, self._lock, self._closed = limits, threading.Lock(), False
        self._threads = ThreadPoolExecutor(workers, "apart") if workers > 1 else None  # each has a process of its own
        self._own, self._processes = threading.local(), set[subprocess.Popen[bytes]]()

    def begin(self, work: Callable[..., T], *args: Any) -> Future[T]:
        """The work's result when it is done. Errors: ScoutErrors of the work itself; WorkFailed for all else."""
        if self._threads:
            return self._threads.submit(self._done, work, args)
        done: Future[T] = Future()
        try:
            done.set_result(_result(_answer(work, args)))
        except (ScoutError, MemoryError) as error:
            done.set_exception(error)
        return done

    def close(self) -> None:
        """End the processes, and with them what is under way."""
        if self._threads:
            with self._lock:
                self._closed = True
                for process in self._processes:
                    process.kill()
            self._threads.shutdown(cancel_futures=True)
        for process in list(self._processes):
            self._end(process)

    def _done(self, work: Callable[..., T], args: tuple[Any, ...]) -> T:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((work, args), process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            answer = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self._end(process)
            raise WorkFailed(self._why(process.returncode)) from error
        result: T = _result(answer)
        return result

    def _why(self, code: int) -> str:
        if code == -getattr(signal, "SIGALRM", 0):
            return f"reading it took more than {self._limits.seconds:g} s (SCOUT_READ_S)"
        return f"reading it took more than {self._limits.memory_mb} MB (SCOUT_READ_MEMORY_MB), or ended its reader"

    def _running(self) -> subprocess.Popen[bytes]:
        """This thread's process, a new one where it has none or lost it. Errors: WorkFailed when closed."""
        known: subprocess.Popen[bytes] | None = getattr(self._own, "process", None)
        if known is not None and known.poll() is None:
            return known
        if known is not None:
            self._end(known)
        with self._lock:
            if self._closed:
                raise WorkFailed("its readers were closed")
            self._own.process = started = subprocess.Popen(
                [sys.executable, "-c", f"from tools.apart import serve; serve{astuple(self._limits)}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_ROOT,  # so that it is this very package that works
                start_new_session=True,  # Ctrl-C is ours to answer
            )
            self._processes.add(started)
        return started

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._processes.discard(process)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not sent yet goes to nobody
                pipe.close()  # type: ignore[union-attr] # both were asked for
        with suppress(subprocess.TimeoutExpired):  # it has ended, or ends now that nobody asks it any more
            process.wait(1)
        process.kill()
        process.wait()


def first_line(error: Exception) -> str:
    """An exception's type with the first line of its text, of at most 200 characters."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:200]}"


@dataclass(frozen=True, slots=True)
class _Failed:
    """How work failed. error: as the work raised it, where it did so on purpose."""

    reason: str
    trace: str
    error: ScoutError | None = None


def _answer(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return work(*args)
    except ScoutError as error:
        return _Failed(str(error), "", error)
    except MemoryError:
        raise  # what is left of this process is no place for the next piece
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told to who asked, and costs one piece of work
        return _Failed(f"reading it failed ({first_line(error)})", traceback.format_exc())


def _result(answer: Any) -> Any:
    """The answer, unless it tells of a failure. Errors: that failure."""
    if not isinstance(answer, _Failed):
        return answer
    if answer.error:
        raise answer.error
    logger.error("work apart failed\n%s", answer.trace)
    raise WorkFailed(answer.reason)


def serve(seconds: float, memory_mb: int) -> None:
    """Do the work that comes on stdin and answer on stdout until there is no more, or until a limit ends this process."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _keep_to(memory_mb)
    gc.disable()  # reading a page leaves no circles, and looking for some took an eighth of its time
    with suppress(EOFError, BrokenPipeError, MemoryError):
        for number in count():
            work, args = pickle.load(asked)
            _alarm(seconds)
            answer = _answer(work, args)
            _alarm(0)
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
            if number % _COLLECTED == 0:
                gc.collect()
                gc.freeze()  # what is still there is kept for good


def _keep_to(memory_mb: int) -> None:
    with suppress(ImportError, OSError, ValueError):  # not on Windows; not kept by every macOS
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))


def _alarm(seconds: float) -> None:
    """End this process after so many seconds, whatever it is doing then, a parser's endless loop included; 0: do not.

    That needs nobody who watches: it happens even when whoever asked is gone.
    """
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, seconds)
