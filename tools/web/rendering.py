"""Which pages a browser reads, decided on what pages say and remembered by site; and the pictures of pages.

A page asks for a browser by a sign on it (signs.py). One that was rendered before, or is new on a site whose pages needed
it, is rendered at once; the document as it was served is looked at each time, so that a site is forgotten as soon as
plain HTTP suffices. In a replay a page is rendered where the recording holds its rendering and nowhere else: what a
replay says does not hang on whether this machine has a browser.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tools.errors import CannotRun, FetchError, NotRecorded, ScoutError
from tools.identity import same_site
from tools.models import Extraction, Page
from tools.store import Store
from tools.web import site_memory
from tools.web.deadline import in_turn
from tools.web.fetch import Fetcher
from tools.web.recording import Recorded, Replay
from tools.web.site_memory import Known, browser_sign

if TYPE_CHECKING:
    from tools.web.browser import Browser, Rendering

logger = logging.getLogger(__name__)
Read = Callable[[Page], Extraction | None]
# How a recording calls what a browser made of an address, where HTTP has GET and POST.
RENDERING, SCREENSHOT = "RENDER", "SCREENSHOT"
_FINAL, _REASON = "scout-final-url", "scout-reason"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG, or `why` there is none."""

    png: bytes
    why: str = ""


class Renderer:
    """The one browser of a Reader, opened when the first page needs it. `renders`: pages it was asked for so far."""

    def __init__(self, store: Store, fetcher: Fetcher, *, browser: Browser | None = None) -> None:
        self.store, self.fetcher, self.now = store, fetcher, fetcher.now
        self.renders = 0
        self._replay, self._browser = fetcher.replay, browser
        self._refused = ""
        self._opening = asyncio.Lock()
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # what one page teaches serves the next

    async def close(self) -> None:
        """Close the browser, if one was opened."""
        if self._browser:
            await self._browser.__aexit__(None, None, None)
            self._browser = None

    # pages ----------------------------------------------------------------------------------------------------

    async def at_once(self, url: str, read: Read) -> Page | None:
        """The page by a browser, without asking over HTTP first; None when HTTP is the way.

        Errors: FetchError for a page that was rendered before and cannot be now: its bare document would look as if
        all had been taken off it.
        """
        if self._replay:
            return self._recorded(url, self._replay)
        host = urlsplit(url).netloc
        if self._known(host) is None:
            return None
        async with in_turn(self._hosts[host]):
            known, before = self._known(host), self.store.latest_page(url)
            if known is None or not (before.rendered if before else known.render):
                return None
            rendering = await self._rendered(url, before.rendered if before else known.why, must=before is not None)
            if rendering is None or rendering.served is None:
                return rendering.page if rendering else None
            served = read(rendering.served)
            if not browser_sign(served):
                self._learn(host, "not needed", "")
                return rendering.served
            if before:
                _refuse_less(url, rendering, served, read(before), read(rendering.page))
            return self._settled(url, rendering, rendering.served, served, read)

    async def instead(self, url: str, page: Page, said: Extraction | None, read: Read) -> Page:
        """The page that is read in the place of one that HTTP brought: itself, or what a browser makes of it."""
        if self._replay:
            return page
        host, why = urlsplit(url).netloc, browser_sign(said)
        if not why:
            self._learn(host, "not needed", "")
            return page
        async with in_turn(self._hosts[host]):
            if site_memory.rests(self._known(host), self.now()):
                return page
            rendering = await self._rendered(url, why)
            return self._settled(url, rendering, page, said, read) if rendering else page

    def _settled(self, url: str, rendering: Rendering, served: Page, said: Extraction | None, read: Read) -> Page:
        """Which of the two is kept, and what that teaches of the site."""
        shown = read(rendering.page)
        result = site_memory.outcome(said, shown, faulty=bool(rendering.faults)) if said else "helped"
        self._learn(urlsplit(url).netloc, result, rendering.page.rendered)
        if result != "helped":
            logger.info("render brought nothing url=%s outcome=%s", url, result)
            return served
        self._record(url, RENDERING, rendering.page.body, "text/html; charset=utf-8", rendering.page)
        return rendering.page

    async def _rendered(self, url: str, why: str, *, must: bool = False) -> Rendering | None:
        """The page by a browser; None, said in the log, where none can be had. must: an error instead."""
        browser = await self._open()
        if browser is None:
            if must:
                raise FetchError(url, f"it needs a browser ({self._refused})")
            return None
        self.renders += 1
        try:
            return await browser.render(url, why)
        except FetchError as error:
            if must:
                raise
            logger.warning("render failed url=%s reason=%s", url, error.reason)
            return None

    # what sites taught ----------------------------------------------------------------------------------------

    def _known(self, host: str) -> Known | None:
        row = self.store.site_render(host)
        return Known.of(row) if row else None

    def _learn(self, host: str, result: site_memory.Outcome, why: str) -> None:
        fresh = site_memory.learned(self._known(host), result, why)
        if fresh:
            self.store.put_site_render(host, *fresh)

    # recordings -----------------------------------------------------------------------------------------------

    def _recorded(self, url: str, replay: Replay) -> Page | None:
        """The rendering that the recording holds of an address."""
        from tools.web.browser import rendered_page

        try:
            found = replay.response(RENDERING, url.partition("#")[0])
        except NotRecorded:
            return None
        return rendered_page(url, found.header(_FINAL) or url, found.body, found.header(_REASON), self.now())

    def _record(self, url: str, method: str, body: bytes, kind: str, page: Page | None = None) -> None:
        if self.fetcher.recorder is None:
            return
        about = ((_FINAL, page.final_url), (_REASON, page.rendered)) if page else ()
        self.fetcher.recorder.write(
            Recorded(url.partition("#")[0], 200, (("Content-Type", kind), *about), body, method)
        )

    # pictures -------------------------------------------------------------------------------------------------

    async def picture(self, url: str) -> Picture:
        """A picture of a page for an editor's eye; never an error: why there is none is told."""
        try:
            return Picture(await self.screenshot(url))
        except ScoutError as error:
            logger.warning("no screenshot url=%s reason=%s", url, error)
            return Picture(b"", str(error))

    async def screenshot(self, url: str) -> bytes:
        """A page as a browser shows it, PNG. Errors: FetchError; CannotRun where no browser can be had."""
        if self._replay:
            try:
                return self._replay.response(SCREENSHOT, url.partition("#")[0]).body
            except NotRecorded:
                pass  # a browser may show it from what is recorded
        browser = await self._open()
        if browser is None:
            raise CannotRun(f"No browser for a screenshot: {self._refused}")
        png = await browser.screenshot(url)
        self._record(url, SCREENSHOT, png, "image/png")
        return png

    async def _open(self) -> Browser | None:
        async with self._opening:
            if self._browser or self._refused:
                return self._browser
            from tools.web.browser import Browser

            try:
                self._browser = await Browser(self.fetcher.settings, self.fetcher).__aenter__()
            except ScoutError as error:
                self._refused = str(error)
                logger.warning("no browser: %s The crawl goes on over HTTP.", error)
            return self._browser


def _refuse_less(
    url: str, rendering: Rendering, served: Extraction | None, before: Extraction | None, now: Extraction | None
) -> None:
    """Errors: FetchError for a page that was rendered before and shows less now, where its own scripts met a failure."""
    own = [fault for fault in rendering.faults if same_site(fault.url, url)]
    empty = served is None or site_memory.outcome(served, now, faulty=True) != "helped"
    fewer = before is not None and (now is None or len(now.plans) < len(before.plans))
    if own and (empty or fewer):
        raise FetchError(url, f"what its scripts asked for did not come ({own[0].url[:200]}: {own[0].why})")
