"""Which pages a browser reads, decided on what pages say and remembered by site; and the pictures of pages.

HTTP brings every page first. One asks for a browser by a sign on it (signs.py); what that brought is remembered by the
site of the address reached, so that a site is forgotten as soon as plain HTTP suffices, and left alone for a while where
a browser showed no more. A bare document never takes the place of what a browser showed. In a replay a page is rendered
where the recording holds its rendering and nowhere else: what a replay says does not hang on whether this machine has a
browser.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
Read = Callable[[Page], Awaitable[Extraction | None]]
# How a recording calls what a browser made of an address, where HTTP has GET and POST.
RENDERING, SCREENSHOT = "RENDER", "SCREENSHOT"
_NO_MORE = "a browser shows no more than its bare document, where it showed more before"
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
        self._sites: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # what one page teaches serves the next

    async def close(self) -> None:
        """Close the browser, if one was opened."""
        if self._browser:
            await self._browser.__aexit__(None, None, None)
            self._browser = None

    # pages ----------------------------------------------------------------------------------------------------

    async def as_shown(self, page: Page, read: Read) -> Page:
        """The page that is read in the place of one that HTTP brought: itself, or what a browser makes of it.

        Errors: FetchError for a page whose last reading was a rendering and whose bare document is all that can be had
        now: it would look as if all had been taken off it.
        """
        site, sign = site_memory.site_of(page.final_url), browser_sign(await read(page))
        if self._replay:
            return self._recorded(page, sign, self._replay)
        if not sign:
            self._learn(site, "not needed", "")
            return page
        async with in_turn(self._sites[site]):
            before = self._rendered_before(page)
            if before is None and site_memory.rests(self._known(site), sign, self.now()):
                return page
            rendering = await self._rendered(page, sign, must=before is not None)
            if rendering is None:
                return page
            if before:
                _refuse_less(page, rendering, await read(page), await read(before), await read(rendering.page))
            return await self._settled(page, rendering, site, read)

    async def _settled(self, page: Page, rendering: Rendering, site: str, read: Read) -> Page:
        """Which of the two is kept, and what that teaches of the site."""
        served, shown = await read(page), await read(rendering.page)
        result = site_memory.outcome(served, shown, faulty=_faulty(rendering)) if served else "helped"
        self._learn(site, result, rendering.page.rendered)
        if result != "helped":
            logger.info("render brought nothing url=%s outcome=%s", page.url, result)
            return page
        self._record(page.url, RENDERING, rendering.page.body, "text/html; charset=utf-8", rendering.page)
        return rendering.page

    async def _rendered(self, page: Page, why: str, *, must: bool) -> Rendering | None:
        """The page by a browser; None, said in the log, where none can be had. must: an error instead."""
        browser = await self._open()
        if browser is None:
            if must:
                raise FetchError(page.url, f"it needs a browser ({self._refused})")
            return None
        self.renders += 1
        try:
            return await browser.render(page, why)
        except FetchError as error:
            if self.fetcher.recorder:
                self.fetcher.recorder.failed(RENDERING, FetchError(page.url, error.reason, error.status))
            if must:
                raise
            logger.warning("render failed url=%s reason=%s", page.url, error.reason)
            return None

    def _rendered_before(self, page: Page) -> Page | None:
        """The last reading of the address reached, where a browser made it."""
        before = self.store.latest_page(page.final_url)
        return before if before and before.rendered else None

    # what sites taught ----------------------------------------------------------------------------------------

    def _known(self, site: str) -> Known | None:
        row = self.store.site_render(site)
        return Known.of(row) if row else None

    def _learn(self, site: str, result: site_memory.Outcome, why: str) -> None:
        fresh = site_memory.learned(self._known(site), result, why)
        if fresh:
            self.store.put_site_render(site, *fresh)

    # recordings -----------------------------------------------------------------------------------------------

    def _recorded(self, page: Page, sign: str, replay: Replay) -> Page:
        """The rendering that the recording holds of an address; the page itself where it holds none, or its failure.

        Errors: FetchError where the bare document may not stand for what a browser showed before.
        """
        from tools.web.browser import rendered_page

        try:
            found = replay.response(RENDERING, page.url)
        except FetchError as error:
            if not sign or self._rendered_before(page) is None:
                return page
            why = "the recording holds no rendering" if isinstance(error, NotRecorded) else error.reason
            raise FetchError(page.url, f"it needs a browser ({why})") from error
        return rendered_page(
            page.url, found.header(_FINAL) or page.final_url, found.body, found.header(_REASON), self.now()
        )

    def _record(self, url: str, method: str, body: bytes, kind: str, page: Page | None = None) -> None:
        if self.fetcher.recorder is None:
            return
        about = ((_FINAL, page.final_url), (_REASON, page.rendered)) if page else ()
        self.fetcher.recorder.write(
            Recorded(url.partition("#")[0], 200, (("Content-Type", kind), *about), body, method)
        )

    # pictures -------------------------------------------------------------------------------------------------

    async def picture(self, page: Page) -> Picture:
        """A picture of a page that HTTP just brought, for an editor's eye; never an error: why there is none is told."""
        try:
            return Picture(await self._pictured(page.url, page))
        except ScoutError as error:
            logger.warning("no screenshot url=%s reason=%s", page.url, error)
            return Picture(b"", str(error))

    async def screenshot(self, url: str) -> bytes:
        """A page as a browser shows it, PNG. Errors: FetchError; CannotRun where no browser can be had."""
        return await self._pictured(url, None)

    async def _pictured(self, url: str, page: Page | None) -> bytes:
        if self._replay:
            try:
                return self._replay.response(SCREENSHOT, url.partition("#")[0]).body
            except NotRecorded:
                pass  # a browser may show it from what is recorded
        browser = await self._open()
        if browser is None:
            raise CannotRun(f"No browser for a screenshot: {self._refused}")
        png = await browser.screenshot(page or await self.fetcher.get(url))
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


def _faulty(rendering: Rendering) -> bool:
    """Whether something did not come that may come the next time."""
    return any(fault.passing for fault in rendering.faults)


def _refuse_less(
    page: Page, rendering: Rendering, served: Extraction | None, before: Extraction | None, now: Extraction | None
) -> None:
    """Errors: FetchError for a page that was rendered before and shows less now: no more than its bare document, or
    fewer plans where its own scripts met a failure."""
    own = [fault for fault in rendering.faults if same_site(fault.url, page.url)]
    if _is_bare(served, before, now):
        met = (own or rendering.faults)[:1]
        reason = f"what its scripts asked for did not come ({met[0].url[:200]}: {met[0].why})" if met else _NO_MORE
        raise FetchError(page.url, reason)
    if own and before and (now is None or len(now.plans) < len(before.plans)):
        raise FetchError(page.url, f"what its scripts asked for did not come ({own[0].url[:200]}: {own[0].why})")


def _is_bare(served: Extraction | None, before: Extraction | None, now: Extraction | None) -> bool:
    """Whether a browser shows no more of a page than was served, and did before."""
    if served is None:
        return now is None
    helps, helped = (site_memory.outcome(served, one, faulty=False) == "helped" for one in (now, before))
    return helped and not helps
