"""Pages as a browser shows them, and their pictures; only for pages that HTTP alone could not read.

Chromium knows nothing of our guard, so it gets no network of its own: it speaks to a proxy on this machine that lets
through what the guard lets through, loopback and link-local included. In a replay the proxy refuses everything and the
recording answers. The proxy can reach no more than anyone can, so it asks for no password. What is done inside a page
before it is read stands in tab.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from multidict import CIMultiDict

from tools.errors import CannotRun, FetchError, PageBlocked, PageTooLarge, ScoutError
from tools.identity import canonical_url
from tools.models import Page
from tools.settings import Settings
from tools.web.blocked import why_blocked
from tools.web.deadline import in_turn
from tools.web.fetch import Answer, Fetcher, page_of
from tools.web.guard import Guard, GuardedResolver
from tools.web.recording import Recorded, Replay
from tools.web.tab import Fault, Traffic, count, make_ready, read

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Request, Response, Route
    from playwright.async_api import Page as Tab

logger = logging.getLogger(__name__)
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_MAC = "/Applications/{0}.app/Contents/MacOS/{0}"
_PLACES = (_MAC.format("Google Chrome"), _MAC.format("Chromium"))
_TABS = 4  # more tabs at once only wait for each other on two cores (measured at 4)
_SETTLE_S = 3.0  # after load, for what scripts still fetch
_WIDTH, _HEIGHT, _PICTURE_HEIGHT = 1280, 1600, 8000  # pixels
_PICTURE_BYTES = 16_000_000  # noise of this size has 30 million; photographs over all of it have 10
_HEAD_BYTES = 65_536
_ARGUMENTS = (
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-pings",
)
# WebRTC opens sockets beside the proxy; no page we read needs it.
_NO_WEBRTC = "for (const n of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel']) delete window[n];"


def find_chromium(settings: Settings) -> tuple[str | None, str]:
    """Path of a Chromium and "", or None and why there is none."""
    if settings.browser == "off":
        return None, "The browser is switched off (setting browser)."
    if settings.browser_path:
        if os.access(settings.browser_path, os.X_OK):
            return str(settings.browser_path), ""
        return None, f"SCOUT_BROWSER_PATH names {settings.browser_path}, which cannot be run."
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    found = found or next((path for path in _PLACES if os.access(path, os.X_OK)), None) or _playwrights_own()
    if found:
        return found, ""
    return None, "No Chromium was found; install one, or set SCOUT_BROWSER_PATH."


def _playwrights_own() -> str | None:
    """The newest Chromium that Playwright downloaded, where it keeps them."""
    caches = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium")
    found = [path for cache in caches for pattern in patterns for path in cache.glob(pattern)]
    newest = max(found, key=lambda path: path.stat().st_mtime, default=None)
    return str(newest) if newest else None


@dataclass(frozen=True, slots=True)
class Rendering:
    """A page as a browser shows it, and the same page as it was served, before any script ran.

    `faults`: requests of its scripts that failed and may not fail again; with any, the page may show less than it has.
    """

    page: Page
    served: Page | None
    faults: tuple[Fault, ...] = ()


class Browser:
    """One Chromium; each page in a context of its own, closed after it. Use as an asynchronous context manager.

    Errors on entering: CannotRun, in one sentence, where no browser can be had.
    """

    def __init__(self, settings: Settings, fetcher: Fetcher, *, replay: Replay | None = None) -> None:
        self._settings, self._fetcher = settings, fetcher
        self._replay = replay or fetcher.replay
        self._tabs = asyncio.Semaphore(_TABS)
        self._stack = contextlib.AsyncExitStack()
        self._chromium: Chromium

    async def __aenter__(self) -> Self:
        path, reason = find_chromium(self._settings)
        if path is None:
            raise CannotRun(reason)
        unsafe = bool(self._settings.unsafe_browser)
        if sys.platform == "linux" and os.geteuid() == 0 and not unsafe:
            raise CannotRun(
                "Chromium's sandbox does not work for root: run Scout as another user, or set SCOUT_UNSAFE_BROWSER=yes "
                "for pages of your own."
            )
        from playwright.async_api import Error, async_playwright

        try:
            port = await self._stack.enter_async_context(_proxy(None if self._replay else self._fetcher.guard))
            playwright = await self._stack.enter_async_context(async_playwright())
            self._chromium = await playwright.chromium.launch(
                executable_path=path,
                chromium_sandbox=not unsafe,
                args=list(_ARGUMENTS),
                ignore_default_args=["--disable-popup-blocking"],  # a page that opens windows by the hundred
                # Chromium goes around proxies for loopback unless told otherwise.
                proxy={"server": f"http://127.0.0.1:{port}", "bypass": "<-loopback>"},
                timeout=self._settings.browser_timeout_s * 1000,
            )
            self._stack.push_async_callback(self._chromium.close)
        except Error as error:
            await self._stack.aclose()
            raise CannotRun(f"Chromium does not start ({path}): {_first_line(error)}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def render(self, url: str, reason: str) -> Rendering:
        """The page's HTML after its scripts ran; `rendered` is the reason. Errors: FetchError and those below it."""
        started = asyncio.get_running_loop().time()
        async with self._opened(url) as (tab, response, traffic):
            answer = await _answer(tab, response)
            self._refuse(url, answer, (await tab.content()).encode("utf-8", "replace"))
            shown = (await read(tab, await make_ready(tab, traffic), traffic)).encode("utf-8", "replace")
            _same_place(url, answer.url, tab.url)
        if len(shown) > self._settings.max_body_bytes:
            raise PageTooLarge(url, f"over the limit of {self._settings.max_body_bytes} bytes once rendered")
        at = self._fetcher.now()
        elapsed_s = asyncio.get_running_loop().time() - started
        whole = answer.body and _origin(response.url) == _origin(answer.url)  # else it was served by another
        served = page_of(canonical_url(url), answer, "html", at) if whole else None
        return Rendering(rendered_page(url, answer.url, shown, reason, at, elapsed_s), served, tuple(traffic.faults))

    def _refuse(self, url: str, answer: Answer, shown: bytes) -> None:
        """Errors: PageBlocked, PageTooLarge, FetchError for an answer that is no content."""
        if len(shown) > self._settings.max_body_bytes:
            raise PageTooLarge(
                url, f"over the limit of {self._settings.max_body_bytes} bytes once rendered", answer.status
            )
        blocked = why_blocked(answer.status, answer.headers, shown, url, answer.url)
        if blocked:
            raise PageBlocked(url, blocked, answer.status)
        if not 200 <= answer.status < 300:
            raise FetchError(url, f"the server answered {answer.status}", answer.status)
        if not answer.url.startswith(("http://", "https://")):  # Chromium's own page about an error
            raise FetchError(url, "its scripts led on to an address that does not answer, or may not be read")

    async def screenshot(self, url: str) -> bytes:
        """The page as a PNG, 1280 pixels wide and at most 8,000 high. Errors: FetchError and those below it."""
        async with self._opened(url) as (tab, response, traffic):
            self._refuse(url, await _answer(tab, response), (await tab.content()).encode("utf-8", "replace"))
            await make_ready(tab, traffic)
            height = count(await tab.evaluate("document.documentElement.scrollHeight"))
            area = {"x": 0, "y": 0, "width": _WIDTH, "height": max(1, min(height, _PICTURE_HEIGHT))}
            png = await tab.screenshot(full_page=True, animations="disabled", clip=area)  # type: ignore[arg-type]  # a TypedDict of the same keys
        if len(png) > _PICTURE_BYTES:
            raise PageTooLarge(url, f"its picture is over the limit of {_PICTURE_BYTES} bytes")
        return png

    @contextlib.asynccontextmanager
    async def _opened(self, url: str) -> AsyncIterator[tuple[Tab, Response, Traffic]]:
        """The page, loaded and settled, its answer and its traffic. A page that keeps us longer than the limit is left."""
        from playwright.async_api import Error

        await self._fetcher.ask_leave(url)
        landing = self._recorded(url)[0] if self._replay else url
        limit_s = self._settings.browser_timeout_s
        async with in_turn(self._tabs), self._context() as context:
            try:
                async with asyncio.timeout(limit_s + _SETTLE_S):  # a flood of events holds up Playwright's own limits
                    tab, traffic = await context.new_page(), Traffic()
                    traffic.watch(tab)
                    response = await tab.goto(landing, wait_until="load", timeout=limit_s * 1000)
                    if response is None:
                        raise FetchError(url, "the browser got no answer")
                    with contextlib.suppress(Error):  # pages that never fall silent are read as they are
                        await tab.wait_for_load_state("networkidle", timeout=_SETTLE_S * 1000)
                async with asyncio.timeout(limit_s):  # a script in an endless loop answers nothing
                    yield tab, response, traffic
            except TimeoutError as error:
                raise FetchError(url, f"the browser could not read it within {limit_s:g} s") from error
            except Error as error:
                raise FetchError(url, f"the browser could not show it ({_first_line(error)})") from error

    @contextlib.asynccontextmanager
    async def _context(self) -> AsyncIterator[BrowserContext]:
        context = await self._chromium.new_context(
            user_agent=self._settings.user_agent,
            viewport={"width": _WIDTH, "height": _HEIGHT},
            service_workers="block",
            accept_downloads=False,
            locale="en-US",
            timezone_id="UTC",
        )
        keeping: set[asyncio.Task[None]] = set()
        try:
            await context.add_init_script(_NO_WEBRTC)
            if self._replay:
                await context.route("**/*", self._answer_from_recording)
            elif self._fetcher.recorder:
                context.on("requestfinished", lambda request: keeping.add(asyncio.ensure_future(self._keep(request))))
            yield context
            await asyncio.gather(*keeping)
        finally:
            for task in keeping:
                task.cancel()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(context.close(), self._settings.browser_timeout_s)

    def _recorded(self, url: str, method: str = "GET", body: bytes = b"") -> tuple[str, Recorded]:
        """The recorded answer at the end of its redirects, and its address. Chromium would follow them past us.

        Errors: NotRecorded, FetchError.
        """
        assert self._replay is not None
        current = url.partition("#")[0]
        for _ in range(self._settings.max_redirects + 1):
            recorded = self._replay.response(method, current, {}, body)
            location = recorded.header("location")
            if not 300 <= recorded.status < 400 or not location:
                return current, recorded
            current, method, body = urljoin(current, location).partition("#")[0], "GET", b""
        raise FetchError(url, f"more than {self._settings.max_redirects} redirects")

    async def _answer_from_recording(self, route: Route) -> None:
        request = route.request
        try:
            _, recorded = self._recorded(request.url, request.method, request.post_data_buffer or b"")
        except FetchError as error:
            logger.info("not in the replay: %s", error)
            await route.abort("blockedbyclient")
            return
        await route.fulfill(status=recorded.status, headers=dict(recorded.headers), body=recorded.body)

    async def _keep(self, request: Request) -> None:
        """Put one of the browser's exchanges into the recording."""
        from playwright.async_api import Error

        recorder = self._fetcher.recorder
        if recorder is None or not request.url.startswith(("http://", "https://")):
            return
        try:
            response = await request.response()
            if response is None:
                return
            redirect = 300 <= response.status < 400
            body = b"" if redirect else await response.body()
            headers = tuple((entry["name"], entry["value"]) for entry in await response.headers_array())
        except Error as error:  # the tab closed before the body was handed over
            logger.info("not recorded url=%s reason=%s", request.url, _first_line(error))
            return
        url = request.url.partition("#")[0]
        sent = request.post_data_buffer or b""
        recorder.write(Recorded(url, response.status, headers, body, request.method, (), sent))


def rendered_page(url: str, final_url: str, shown: bytes, reason: str, at: datetime, elapsed_s: float = 0.0) -> Page:
    """What a browser showed, as a page."""
    answer = Answer(final_url, 200, CIMultiDict({"Content-Type": "text/html; charset=utf-8"}), shown, elapsed_s)
    return replace(page_of(canonical_url(url), answer, "html", at), rendered=reason)


async def _answer(tab: Tab, response: Response) -> Answer:
    """The document as it was served; without body where the browser does not hand it over."""
    from playwright.async_api import Error

    try:
        body = await response.body()
    except Error:
        body = b""
    return Answer(canonical_url(tab.url), response.status, CIMultiDict(response.headers), body)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _same_place(url: str, before: str, now: str) -> None:
    """Errors: FetchError when a page's scripts led to another site, or to none, while it was read: whose words were read?"""
    if _origin(before) != _origin(now):
        raise FetchError(url, f"its scripts led on to {now[:200]} while it was read")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


# the filtering proxy --------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _proxy(guard: Guard | None) -> AsyncIterator[int]:
    """A proxy on a free loopback port, which is given back; guard None: it refuses everything."""
    resolver = GuardedResolver(guard) if guard else None
    busy: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            busy.add(task)
            task.add_done_callback(busy.discard)
        try:
            with contextlib.suppress(asyncio.CancelledError):  # ours, at the end: asyncio's streams would print it
                await _serve(reader, writer, guard, resolver)
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
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, guard: Guard | None, resolver: GuardedResolver | None
) -> None:
    """One connection of the browser: CONNECT for https, an absolute address for http."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        url = f"https://{target}/" if method == "CONNECT" else target
        if guard is None or resolver is None:
            raise FetchError(url, "there is no network in a replay")
        host, port = guard.check(url)
        address = await _address(host, port, guard, resolver)
        far_reader, far_writer = await asyncio.wait_for(asyncio.open_connection(address, port, limit=_HEAD_BYTES), 10)
    except (ScoutError, OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        logger.info("browser refused: %s", error)
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    try:
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        else:
            # Exactly one request: the browser's next one on this connection may be meant for another host.
            far_writer.write(_origin_form(head, url) + await reader.readexactly(_content_length(head)))
            writer.write(_closing(await far_reader.readuntil(b"\r\n\r\n")))
            await _pump(far_reader, writer)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        logger.debug("tunnel ended host=%s error=%s", host, error)
    finally:
        far_writer.close()


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


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until the end."""
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
