"""Heavy pages are read apart, in a process of their own: one that takes too long is ended, and costs only its page.

The process starts with the first heavy page, reads one after the other, and after one that had to be ended another
starts. A page of ordinary size is read where it is asked for: that takes milliseconds.
"""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path

from tools.errors import PageFault
from tools.models import Extraction, Page
from tools.page.decode import decode
from tools.page.extract import extract

logger = logging.getLogger(__name__)
# Of 464 saved product pages two in a hundred are heavier (measured 2026-11-30).
_HEAVY_BYTES, _HEAVY_TAGS = 500_000, 6_000
_MOST_MEMORY = 2 << 30  # bytes: a small page can make the parser build an endless tree
_ROOT = Path(__file__).resolve().parent.parent
_Job = tuple[bytes, str, str, str]  # body, charset, final address, content type


def said_by(page: Page) -> Extraction:
    """What a page's bytes say, read here and now."""
    return _said(*_job(page))


def is_heavy(page: Page) -> bool:
    """Whether reading this page could hold others up."""
    return len(page.body) > _HEAVY_BYTES or page.body.count(b"<") > _HEAVY_TAGS


class ReaderApart:
    """The process that reads heavy pages. May be used from several threads: they take turns."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._turn = limit_s, threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, page: Page) -> Extraction:
        """What the page says. Errors: PageFault when its time is up, or when reading it fails."""
        with self._turn:
            answer = self._answer(page.url, _job(page))
        if isinstance(answer, Extraction):
            return answer
        reason, trace = answer
        logger.error("page fault url=%s\n%s", page.url, trace)
        raise PageFault(page.url, reason)

    def close(self) -> None:
        """End the process, if one was started."""
        with self._turn:
            self._end()

    def _answer(self, url: str, job: _Job) -> Extraction | tuple[str, str]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        clock = threading.Timer(self._limit_s, process.kill)
        clock.start()
        try:
            pickle.dump(job, process.stdin)
            process.stdin.flush()
            answer: Extraction | tuple[str, str] = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self._end()
            reason = (
                f"its bytes could not be read within {self._limit_s:g} s (SCOUT_READ_S) and {_MOST_MEMORY >> 30} GB"
            )
            raise PageFault(url, reason) from error
        finally:
            clock.cancel()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tools.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_ROOT,  # so that it is this very package that reads
                start_new_session=True,  # Ctrl-C is ours to answer
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not sent yet goes to nobody
                    pipe.close()  # type: ignore[union-attr] # both were asked for


def first_line(error: Exception) -> str:
    """An exception's type with the first line of its text, of at most 200 characters."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:200]}"


def _job(page: Page) -> _Job:
    return page.body, page.charset, page.final_url, page.content_type


def _said(body: bytes, charset: str, url: str, content_type: str) -> Extraction:
    text, _ = decode(body, charset)
    return extract(text, url, content_type=content_type)


def _answered(job: _Job) -> Extraction | tuple[str, str]:
    try:
        return _said(*job)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told to who asked, and costs one page
        return f"reading it failed ({first_line(error)})", traceback.format_exc()


def _serve() -> None:
    """Answer jobs from stdin on stdout until there are no more."""
    with suppress(ImportError):  # no such limits on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    with suppress(EOFError, BrokenPipeError):
        while True:
            pickle.dump(_answered(pickle.load(sys.stdin.buffer)), sys.stdout.buffer)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    _serve()
