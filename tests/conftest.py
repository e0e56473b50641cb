"""A loopback web site that tests fill and question: what it serves is set by the test, what it was asked is on record.

It runs in a thread with a loop of its own, so that asynchronous tests, synchronous ones and commands can all use it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from stored import Clock

from tools.settings import Settings
from tools.store import Store
from tools.web.browser import Browser
from tools.web.fetch import Fetcher


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read in their own process, too: two more of them for every test cost more than the test."""
    monkeypatch.setenv("SCOUT_READ_WORKERS", "1")
    monkeypatch.delenv("COLUMNS", raising=False)  # of whoever runs the tests


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it; `at` in seconds of time.monotonic()."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes
    at: float


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """A server on a free loopback port. Pages not set are 404."""

    port: int = 0
    requests: list[Asked] = field(default_factory=list)
    at_once: int = 0  # most requests under way together so far
    connections: int = 0
    _answers: dict[str, Answer] = field(default_factory=dict)
    _now: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def settings(self, **values: str | float | bool) -> Settings:
        """Settings under which this site may be fetched, without a pace; read here, where a test may look on."""
        return Settings({"allow_hosts": self.host, "pace_s": 0.0, "read_workers": 1, **values})

    def page(
        self,
        path: str,
        body: str | bytes = "",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        etag: str = "",
        delay_s: float = 0.0,
    ) -> None:
        """Serve this body at this path; "*" is for every path without its own. With an etag, a matching request gets 304."""
        content = body.encode() if isinstance(body, str) else body
        sent = {"Content-Type": "text/html; charset=utf-8", **({"ETag": etag} if etag else {}), **(headers or {})}

        async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if delay_s:
                await asyncio.sleep(delay_s)
            if etag and asked.headers.get("if-none-match") == etag:
                writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
                return
            head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
            writer.write(f"HTTP/1.1 {status} Status\r\n{head}Content-Length: {len(content)}\r\n\r\n".encode())
            if asked.method != "HEAD":
                writer.write(content)

        self._answers[path] = answer

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        """Send visitors of a path somewhere else."""
        self.page(path, status=status, headers={"Location": to})

    def behave(self, path: str, answer: Answer) -> None:
        """Answer a path with a function of its own, which writes to the connection what it likes."""
        self._answers[path] = answer

    def asked(self, path: str | None = None) -> list[Asked]:
        """The requests so far, for one path or all."""
        return [request for request in list(self.requests) if path in (None, request.path)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while asked := await _read_request(reader):
                self.requests.append(asked)
                self._now += 1
                self.at_once = max(self.at_once, self._now)
                try:
                    answer = self._answers.get(asked.path) or self._answers.get(asked.path.partition("?")[0])
                    if answer is None and asked.path != "/robots.txt":
                        answer = self._answers.get("*")
                    if answer:
                        await answer(asked, writer)
                    else:
                        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    await writer.drain()
                finally:
                    self._now -= 1
                if writer.is_closing():
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as it may
        finally:
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Asked | None:
    line = (await reader.readline()).decode("latin-1").split()
    if len(line) < 3:
        return None
    headers: dict[str, str] = {}
    while (raw := await reader.readline()).strip():
        name, _, value = raw.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(line[0], line[1], headers, body, time.monotonic())


class _Sites:
    """The thread that all sites of one test share."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def make(self) -> Site:
        site = Site()

        async def start() -> None:
            server = await asyncio.start_server(site._serve, "127.0.0.1", 0, limit=1 << 20)
            self._servers.append(server)
            site.port = server.sockets[0].getsockname()[1]

        asyncio.run_coroutine_threadsafe(start(), self._loop).result(5)
        return site

    def stop(self) -> None:
        async def cancel() -> None:
            for server in self._servers:
                server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(cancel(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def make_site() -> Iterator[Callable[[], Site]]:
    """Makes loopback sites, each on a port of its own (and so, to the fetcher, a host of its own)."""
    sites = _Sites()
    yield sites.make
    sites.stop()


@pytest.fixture(scope="module")
def module_sites() -> Iterator[Callable[[], Site]]:
    """The same for a whole module, where what reads the sites is dear to start."""
    sites = _Sites()
    yield sites.make
    sites.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(module_sites: Callable[[], Site]) -> AsyncIterator[tuple[Site, Browser]]:
    """One site and one Chromium for all tests of a module: it takes a second to start."""
    site = module_sites()
    settings = site.settings(unsafe_browser=True, browser_timeout_s=10.0)
    async with Fetcher(settings) as fetcher, Browser(settings, fetcher) as browser:
        yield site, browser


@pytest.fixture
def site(make_site: Callable[[], Site]) -> Site:
    """One loopback site."""
    return make_site()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon until the test moves it."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """An empty store that goes by `clock`."""
    with Store.open(tmp_path / "store.db", now=clock) as opened:
        yield opened
