"""A browser's only way out: a proxy on this machine, one a page, that lets through what may be asked, and counts it.

Chromium knows nothing of our guard. The proxy lets through what the guard lets through, loopback and link-local
included, asks the fetcher about robots.txt and opt-outs wherever it sees an address that was not admitted before
(redirects of scripts and pictures, which no interception shows), and ends what is over the page's allowance. It can
reach no more than anyone can, so it asks for no password.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from tools.errors import FetchError, RobotsDisallowed, ScoutError
from tools.settings import Settings
from tools.web.fetch import Fetcher
from tools.web.guard import Guard, GuardedResolver

logger = logging.getLogger(__name__)
_HEAD_BYTES = 65_536
_CONNECT_S = 10.0


class Allowance:
    """What one page may still ask of the network. `cut`: the first limit that it met, in words; "" while none."""

    def __init__(self, settings: Settings) -> None:
        self._most_requests, self._most_bytes = int(settings.browser_requests), int(settings.browser_bytes)
        self._most_hosts = int(settings.browser_hosts)
        self.requests = self.passed = self.received_bytes = 0
        self.hosts: set[str] = set()
        self.cut = ""

    def take(self, host: str) -> bool:
        """Count a request to a host; whether it may still be made."""
        self.requests += 1
        if self.requests > self._most_requests:
            self._cut(f"{self._most_requests} requests (SCOUT_BROWSER_REQUESTS)")
        elif self.received_bytes > self._most_bytes:
            self._cut(f"{self._most_bytes} bytes (SCOUT_BROWSER_BYTES)")
        elif host not in self.hosts and len(self.hosts) >= self._most_hosts:
            self._cut(f"{self._most_hosts} hosts (SCOUT_BROWSER_HOSTS)")
        else:
            self.hosts.add(host)
            return True
        return False

    def receive(self, size_bytes: int) -> bool:
        """Count bytes that came; whether more may come."""
        self.received_bytes += size_bytes
        if self.received_bytes > self._most_bytes:
            self._cut(f"{self._most_bytes} bytes (SCOUT_BROWSER_BYTES)")
        return self.received_bytes <= self._most_bytes

    def pass_on(self) -> bool:
        """Count what goes out, which nobody may have asked for: a redirect's next hop; whether it may."""
        self.passed += 1
        if self.passed > self._most_requests:
            self._cut(f"{self._most_requests} requests (SCOUT_BROWSER_REQUESTS)")
        return self.passed <= self._most_requests and self.received_bytes <= self._most_bytes

    def _cut(self, limit: str) -> None:
        if not self.cut:
            self.cut = f"cut off after {limit}"
            logger.warning("page %s", self.cut)


@contextlib.asynccontextmanager
async def open_proxy(fetcher: Fetcher | None, allowance: Allowance) -> AsyncIterator[int]:
    """A proxy on a free loopback port, which is given back; fetcher None: it refuses everything, as in a replay."""
    resolver = GuardedResolver(fetcher.guard) if fetcher else None
    busy: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            busy.add(task)
            task.add_done_callback(busy.discard)
        try:
            with contextlib.suppress(asyncio.CancelledError):  # ours, at the end: asyncio's streams would print it
                await _serve(reader, writer, fetcher, resolver, allowance)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=_HEAD_BYTES)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(busy):
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        if resolver:
            await resolver.close()


async def _serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    fetcher: Fetcher | None,
    resolver: GuardedResolver | None,
    allowance: Allowance,
) -> None:
    """One connection of the browser: CONNECT for https, an absolute address for http."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        url = f"https://{target}/" if method == "CONNECT" else target
        if fetcher is None or resolver is None:
            raise FetchError(url, "there is no network in a replay")
        host, port = await _admitted(url, fetcher, allowance, tunnel=method == "CONNECT")
        address = await _address(host, port, fetcher.guard, resolver)
        opening = asyncio.open_connection(address, port, limit=_HEAD_BYTES)
        far_reader, far_writer = await asyncio.wait_for(opening, _CONNECT_S)
    except (ScoutError, OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        logger.info("browser refused: %s", error)
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    try:
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await _tunnel(_pump(reader, far_writer), _pump(far_reader, writer, allowance))
        else:
            # Exactly one request: the browser's next one on this connection may be meant for another host.
            far_writer.write(_origin_form(head, url) + await reader.readexactly(_content_length(head)))
            writer.write(_closing(await far_reader.readuntil(b"\r\n\r\n")))
            await _pump(far_reader, writer, allowance)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        logger.debug("tunnel ended host=%s error=%s", host, error)
    finally:
        far_writer.close()


async def _admitted(url: str, fetcher: Fetcher, allowance: Allowance, *, tunnel: bool) -> tuple[str, int]:
    """Host and port of what may be asked. Of a tunnel only the host is seen: robots.txt is asked where it is a new one.

    Errors: AddressRefused, RobotsDisallowed, FetchError, CannotRun.
    """
    host, port = fetcher.guard.check(url)
    name = urlsplit(url).netloc.lower().removesuffix(":443" if tunnel else ":80")
    known = name in allowance.hosts
    if not (allowance.pass_on() and (known or allowance.take(name))):
        raise FetchError(url, f"the page was {allowance.cut}")
    if not (tunnel and known):
        allowed, reason = await fetcher.robots_allowed(url)
        if not allowed:
            raise RobotsDisallowed(url, reason)
    return host, port


async def _address(host: str, port: int, guard: Guard, resolver: GuardedResolver) -> str:
    """The very address to connect to. Errors: AddressRefused; OSError when the name does not resolve."""
    if guard.may_connect_literal(host, port):
        return host
    answers = await resolver.resolve(host, port)
    return str(answers[0]["host"])


def _origin_form(head: bytes, url: str) -> bytes:
    """The request as a server expects it: path instead of address, one request a connection (the next may go elsewhere)."""
    first, _, rest = head.partition(b"\r\n")
    method, _, version = first.split(b" ", 2)
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _closing(b" ".join((method, path.encode("latin-1", "replace"), version)) + b"\r\n" + rest)


def _closing(head: bytes) -> bytes:
    """A request's or an answer's head that says the connection ends after it."""
    hop = (b"proxy-", b"connection:", b"keep-alive:")
    lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(hop)]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0


async def _tunnel(*ways: Any) -> None:
    """Both ways of a tunnel until both have ended; when one breaks, or is cut off, the other ends with it."""
    try:
        async with asyncio.TaskGroup() as group:
            for way in ways:
                group.create_task(way)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, allowance: Allowance | None = None) -> None:
    """Carry bytes one way until the end. Errors: ConnectionAbortedError when the allowance ends before."""
    while data := await reader.read(65_536):
        if allowance and not allowance.receive(len(data)):
            raise ConnectionAbortedError(allowance.cut)
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
