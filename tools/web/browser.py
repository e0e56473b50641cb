"""Pages as a browser shows them, and their pictures; only for pages that HTTP alone could not read.

The fetcher brings a page, the browser is handed its bytes and runs its scripts: what these ask for is decided in
admission.py, goes through a proxy of the page's own (proxy.py), and what is done inside the page before it is read
stands in tab.py. In a replay the proxy refuses everything and the recording answers. Chromium itself has no way to the
network at all. A page, its tab, and the whole browser are ended from outside: by time, and by memory (processes.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

from multidict import CIMultiDict

from tools.errors import CannotRun, FetchError, PageBlocked, PageTooLarge
from tools.identity import canonical_url
from tools.models import Page
from tools.settings import Settings
from tools.web.admission import Admission
from tools.web.blocked import why_blocked
from tools.web.deadline import in_turn
from tools.web.fetch import Answer, Fetcher, page_of
from tools.web.processes import MemoryWatch, kill_tree
from tools.web.proxy import Allowance, open_proxy
from tools.web.recording import Recorded, Replay
from tools.web.tab import Fault, count, make_ready, read

T = TypeVar("T")
if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Request
    from playwright.async_api import Page as Tab

    Work = Callable[[Tab, Admission], Awaitable[T]]

logger = logging.getLogger(__name__)
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_MAC = "/Applications/{0}.app/Contents/MacOS/{0}"
_PLACES = (_MAC.format("Google Chrome"), _MAC.format("Chromium"))
_TABS = 4  # more tabs at once only wait for each other on two cores (measured at 4)
_LOADING = 0.5  # of a page's time: what has not loaded by then is left out
_SETTLE_S = 3.0  # after load, for what scripts still fetch
_CLOSE_S = 5.0  # a browser that takes longer to close a tab does not answer
_WIDTH, _HEIGHT, _PICTURE_HEIGHT = 1280, 1600, 8000  # pixels
_PICTURE_BYTES = 16_000_000  # noise of this size has 30 million; photographs over all of it have 10
# Chromium's own business goes to a proxy that nobody runs. It need not even try: where no switch turns an errand off
# (the account, components), its server is one at a port that Chromium never asks (watched at the proxy, Chromium 156).
_NOWHERE = "127.0.0.1:1"
_NOWHERE_PROXY = f"http://{_NOWHERE}"
_ARGUMENTS = (
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    f"--component-updater=url-source=https://{_NOWHERE}",
    f"--gaia-url=https://{_NOWHERE}",
    f"--google-apis-url=https://{_NOWHERE}",
    "--disable-domain-reliability",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-pings",
)
# What no switch turns off. Else speculation rules fetch documents past all interception, and past the page's own tab.
_PREFERENCES = {
    "net": {"network_prediction_options": 2},
    "safebrowsing": {"enabled": False},
    "search": {"suggest_enabled": False},
    "signin": {"allowed": False},
}
_BYPASS = "<-loopback>"  # Chromium goes around proxies for loopback unless told otherwise
# They ask the network where nobody looks: WebRTC beside the proxy, shared workers past all interception.
_NOT_HAD = ("RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "SharedWorker")
_TAKE_AWAY = f"for (const name of {json.dumps(_NOT_HAD)}) delete window[name];"


def find_chromium(settings: Settings) -> tuple[str | None, str]:
    """Path of a Chromium and "", or None and why there is none."""
    if settings.browser == "off":
        return None, "The browser is switched off (SCOUT_BROWSER)."
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
    """A page as a browser shows it.

    `faults`: requests of its scripts that brought nothing; with any, the page may show less than it has.
    """

    page: Page
    faults: tuple[Fault, ...] = ()


class _Gone(FetchError):
    """The browser ended under a page that had not asked for it; worth another try."""


@dataclass(frozen=True, slots=True)
class _Running:
    """One started Chromium: `pid` of its first process; `stack` closes it, bounded in time."""

    chromium: Chromium
    pid: int
    watch: MemoryWatch
    stack: contextlib.AsyncExitStack

    def kill(self) -> None:
        """End it at once, and all its processes."""
        if self.chromium.is_connected():  # else its number may be another's by now
            kill_tree(self.pid)


class Browser:
    """A Chromium; each page in a context of its own, closed after it. Use as an asynchronous context manager.

    A Chromium that does not answer, or that is over settings.browser_memory_mb, is ended, and the next page gets a new
    one; a page that loses its Chromium to another one is tried again once.
    Errors on entering: CannotRun, in one sentence, where no browser can be had.
    """

    def __init__(self, settings: Settings, fetcher: Fetcher, *, replay: Replay | None = None) -> None:
        self._settings, self._fetcher = settings, fetcher
        self._replay = replay or fetcher.replay
        self._tabs = asyncio.Semaphore(_TABS)
        self._starting = asyncio.Lock()
        self._running: _Running | None = None

    async def __aenter__(self) -> Self:
        self._running = await self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running:
            await self._running.stack.aclose()
            self._running = None

    async def render(self, page: Page, reason: str) -> Rendering:
        """A page's HTML after its scripts ran; `rendered` is the reason. page: as the fetcher brought it.

        Its address is that of the document that is shown. Errors: FetchError and those below it.
        """

        async def shown(tab: Tab, admission: Admission) -> Rendering:
            started = asyncio.get_running_loop().time()
            document = await self._document(page, tab, admission)
            html = (await read(tab, await make_ready(tab, admission.traffic), admission.traffic)).encode(
                "utf-8", "replace"
            )
            _same_place(page.url, document, admission.shown_document())
            if len(html) > self._settings.max_body_bytes:
                raise PageTooLarge(page.url, f"over the limit of {self._settings.max_body_bytes} bytes once rendered")
            elapsed_s = asyncio.get_running_loop().time() - started
            made = rendered_page(page.url, document.url, html, reason, self._fetcher.now(), elapsed_s)
            return Rendering(made, admission.faults())

        return await self._opened(page, shown)

    async def screenshot(self, page: Page) -> bytes:
        """A page as a PNG, 1280 pixels wide and at most 8,000 high. Errors: FetchError and those below it."""

        async def pictured(tab: Tab, admission: Admission) -> bytes:
            await self._document(page, tab, admission)
            await make_ready(tab, admission.traffic)
            height = count(await tab.evaluate("document.documentElement.scrollHeight"))
            area = {"x": 0, "y": 0, "width": _WIDTH, "height": max(1, min(height, _PICTURE_HEIGHT))}
            return await tab.screenshot(full_page=True, animations="disabled", clip=area)  # type: ignore[arg-type]  # a TypedDict of the same keys

        png = await self._opened(page, pictured)
        if len(png) > _PICTURE_BYTES:
            raise PageTooLarge(page.url, f"its picture is over the limit of {_PICTURE_BYTES} bytes")
        return png

    async def _document(self, page: Page, tab: Tab, admission: Admission) -> Answer:
        """The document that is shown. Errors: PageBlocked, PageTooLarge, FetchError for one that is no content."""
        document, shown = admission.shown_document(), (await tab.content()).encode("utf-8", "replace")
        if len(shown) > self._settings.max_body_bytes:
            raise PageTooLarge(page.url, f"over the limit of {self._settings.max_body_bytes} bytes once rendered")
        blocked = why_blocked(document.status, document.headers, shown, page.url, document.url)
        if blocked:
            raise PageBlocked(page.url, blocked, document.status)
        if not 200 <= document.status < 300:
            raise FetchError(page.url, f"the server answered {document.status}", document.status)
        return document

    # one tab --------------------------------------------------------------------------------------------------

    async def _opened(self, page: Page, work: Work[T]) -> T:
        """What is made of the page in a tab. A page that loses its browser to another page gets a second try."""
        async with in_turn(self._tabs):
            try:
                return await self._in_tab(await self._alive(page.url), page, work)
            except _Gone as error:
                logger.info("browser gone, once more url=%s reason=%s", page.url, error.reason)
                return await self._in_tab(await self._alive(page.url), page, work)

    async def _in_tab(self, running: _Running, page: Page, work: Work[T]) -> T:
        """Errors: FetchError when it takes longer than the settings allow, or the browser cannot show it."""
        from playwright.async_api import Error

        limit_s, ended = self._settings.browser_timeout_s, running.watch.ended
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(limit_s):  # a script in an endless loop answers nothing
                    tab, admission = await self._loaded(running, page, stack)
                    return await work(tab, admission)
            except TimeoutError as error:
                raise FetchError(page.url, f"the browser could not read it within {limit_s:g} s") from error
            except Error as error:
                if running.watch.ended > ended and running.chromium.is_connected():
                    limit = f"{self._settings.browser_memory_mb} MB (SCOUT_BROWSER_MEMORY_MB)"
                    raise FetchError(page.url, f"with it the browser went over {limit}") from error
                kind = FetchError if running.chromium.is_connected() else _Gone
                raise kind(page.url, f"the browser could not show it ({_first_line(error)})") from error

    async def _loaded(self, running: _Running, page: Page, stack: contextlib.AsyncExitStack) -> tuple[Tab, Admission]:
        """The page in a tab of its own, loaded and settled as far as it does in its time."""
        from playwright.async_api import Error

        limit_s = self._settings.browser_timeout_s
        allowance = Allowance(self._settings)
        admission = Admission(self._fetcher, self._replay, page, allowance)
        port = await stack.enter_async_context(open_proxy(None if self._replay else self._fetcher, allowance))
        stack.push_async_callback(admission.close)
        context = await self._context(running, port, stack)
        tab = await context.new_page()
        await admission.watch(context, tab)
        await tab.goto(admission.first.url, wait_until="commit", timeout=limit_s * 1000)
        with contextlib.suppress(Error):  # pages that never come to an end, or never fall silent, are read as they are
            await tab.wait_for_load_state("load", timeout=limit_s * _LOADING * 1000)
            await tab.wait_for_load_state("networkidle", timeout=min(_SETTLE_S, limit_s * _LOADING) * 1000)
        admission.traffic.wait_no_more()
        return tab, admission

    async def _context(self, running: _Running, port: int, stack: contextlib.AsyncExitStack) -> BrowserContext:
        try:
            context = await running.chromium.new_context(
                proxy={"server": f"http://127.0.0.1:{port}", "bypass": _BYPASS},
                viewport={"width": _WIDTH, "height": _HEIGHT},
                service_workers="block",
                accept_downloads=False,
                locale="en-US",
                timezone_id="UTC",
            )
        except asyncio.CancelledError:  # all of the page's time went by: there is nobody to close it either
            running.kill()
            raise
        stack.push_async_callback(self._close, running, context)
        await context.add_init_script(_TAKE_AWAY)
        if self._fetcher.recorder and not self._replay:
            keeping: set[asyncio.Task[None]] = set()
            stack.push_async_callback(_finish, keeping)
            context.on("requestfinished", lambda request: keeping.add(asyncio.ensure_future(self._keep(request))))
        return context

    async def _close(self, running: _Running, context: BrowserContext) -> None:
        """Close a tab's context; a browser that does not even do that is ended."""
        from playwright.async_api import Error

        try:
            await asyncio.wait_for(context.close(), _CLOSE_S)
        except TimeoutError:
            logger.warning("browser does not answer and is ended pid=%d", running.pid)
            running.kill()
        except Error as error:
            logger.info("browser context not closed: %s", _first_line(error))

    # starting and ending --------------------------------------------------------------------------------------

    async def _alive(self, url: str) -> _Running:
        """A browser that answers. Errors: FetchError where the last one ended and no other starts."""
        async with self._starting:
            running = self._running
            if running and running.chromium.is_connected():
                return running
            self._running = None
            if running:
                await running.stack.aclose()
            try:
                self._running = await self._start()
            except CannotRun as error:
                raise FetchError(url, f"the browser ended and does not start again ({error})") from error
            return self._running

    async def _start(self) -> _Running:
        """Errors: CannotRun."""
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

        async with contextlib.AsyncExitStack() as stack:
            try:
                playwright = await stack.enter_async_context(async_playwright())
                own = await playwright.chromium.launch_persistent_context(
                    stack.enter_context(_profile()),
                    executable_path=path,
                    chromium_sandbox=not unsafe,
                    args=[*_ARGUMENTS, f"--user-agent={self._settings.user_agent}"],
                    ignore_default_args=["--disable-popup-blocking"],  # a page that opens windows by the hundred
                    proxy={"server": _NOWHERE_PROXY, "bypass": _BYPASS},
                    timeout=self._settings.browser_timeout_s * 1000,
                )
                stack.push_async_callback(_end, own)
                chromium = own.browser
                assert chromium is not None  # it has one but on Android
                pid = await _first_process(chromium)
                for tab in own.pages:  # ours are opened in contexts of their own
                    await tab.close()
            except Error as error:
                raise CannotRun(f"Chromium does not start ({path}): {_first_line(error)}") from error
            watch = MemoryWatch(pid, int(self._settings.browser_memory_mb))
            stack.callback(watch.stop)
            return _Running(chromium, pid, watch, stack.pop_all())

    # recording ------------------------------------------------------------------------------------------------

    async def _keep(self, request: Request) -> None:
        """Put one of the browser's exchanges into the recording."""
        from playwright.async_api import Error

        recorder = self._fetcher.recorder
        if recorder is None or not request.url.startswith(("http://", "https://")):
            return
        if request.is_navigation_request():  # the fetcher brought it, and recorded it
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


async def why_none(settings: Settings) -> str:
    """Why a crawl with these settings would have no browser, "" where one starts: it is really started, and ended."""
    async with Fetcher(settings) as fetcher:
        try:
            async with Browser(settings, fetcher):
                return ""
        except CannotRun as error:
            return str(error)


def rendered_page(url: str, final_url: str, shown: bytes, reason: str, at: datetime, elapsed_s: float = 0.0) -> Page:
    """What a browser showed, as a page."""
    answer = Answer(final_url, 200, CIMultiDict({"Content-Type": "text/html; charset=utf-8"}), shown, elapsed_s)
    return replace(page_of(canonical_url(url), answer, "html", at), rendered=reason)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _same_place(url: str, before: Answer, now: Answer) -> None:
    """Errors: FetchError when a page's scripts led to another site while it was read: whose words were read?"""
    if _origin(before.url) != _origin(now.url):
        raise FetchError(url, f"its scripts led on to {now.url[:200]} while it was read")


async def _first_process(chromium: Chromium) -> int:
    """The number of the process that all of a browser's others stand below."""
    session = await chromium.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    return next(int(one["id"]) for one in told["processInfo"] if one["type"] == "browser")


async def _end(own: BrowserContext) -> None:
    """Close a browser, by its first context; one that does not answer is left to Playwright's own end."""
    from playwright.async_api import Error

    with contextlib.suppress(TimeoutError, Error):
        await asyncio.wait_for(own.close(), _CLOSE_S)


def _profile() -> tempfile.TemporaryDirectory[str]:
    """A folder for Chromium's own files, with our preferences."""
    folder = tempfile.TemporaryDirectory(prefix="scout-chromium-", ignore_cleanup_errors=True)
    preferences = Path(folder.name) / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps(_PREFERENCES))
    return folder


async def _finish(keeping: set[asyncio.Task[None]]) -> None:
    """Let what is being recorded come to its end, in a bounded time."""
    if keeping:
        _, late = await asyncio.wait(keeping, timeout=_CLOSE_S)
        for task in late:
            task.cancel()
