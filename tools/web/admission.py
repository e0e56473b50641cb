"""What a page in a browser asks the network for, and what of it is granted: the fetcher's rules hold for all of it.

A document (the page itself, a frame, what a script, a form or a `<meta>` leads to) is never asked for by the browser: it
is handed what the fetcher fetched, so that each is asked for once, under guard, opt-out, robots.txt and pace at every
hop, and it is known whose words stand in the page: those of the last document of the main frame that came into place,
whatever address the page's scripts write over it. All else (scripts, pictures, data) the browser asks for itself,
through the proxy, where robots.txt lets it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from multidict import CIMultiDict

from tools.errors import FetchError, NoAnswer, RateLimited, RobotsDisallowed, ScoutError
from tools.identity import canonical_url
from tools.models import Page
from tools.web.fetch import Answer, Fetcher
from tools.web.proxy import Allowance
from tools.web.recording import Recorded, Replay
from tools.web.tab import Fault, Traffic

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Route
    from playwright.async_api import Page as Tab

logger = logging.getLogger(__name__)
# What a browser acts on. The rest tells of the bytes on the wire, makes a download of a page, or has the browser report
# to somebody.
_HANDED = frozenset(
    {"content-type", "content-language", "content-security-policy", "set-cookie", "x-content-type-options"}
    | {"x-frame-options", "referrer-policy", "permissions-policy"}
)
_HANDED_KINDS = ("access-control-", "cross-origin-")
_ROBOTS_S = 5.0  # a script that waits for longer holds up its page
_SHOWN = ("text/", "application/xhtml", "application/xml", "application/json", "image/")


class Admission:
    """What one tab may load. `document`: the answer that stands in its main frame, None where it shows none of ours."""

    def __init__(self, fetcher: Fetcher, replay: Replay | None, page: Page, allowance: Allowance) -> None:
        self._fetcher, self._replay, self._allowance = fetcher, replay, allowance
        self.traffic = Traffic()
        self.document: Answer | None = None
        self.first = _first(page)
        self._answers: dict[str, Answer] = {}  # documents, by the address the browser asks for
        self._reached: dict[str, Answer] = {}  # those at the end of redirects, by their canonical address
        self._late: set[tuple[str, str]] = set()  # schemes and hosts whose robots.txt is not waited for again
        self._led_on: FetchError | None = None
        self._busy: set[asyncio.Task[None]] = set()
        self._tab: Tab

    async def watch(self, context: BrowserContext, tab: Tab) -> None:
        """Decide on all that this tab asks for from now on."""
        self._tab = tab
        self.traffic.watch(tab)
        tab.on("popup", lambda popup: self._begin(popup.close()))
        tab.on("request", self._count_redirect)
        session = await context.new_cdp_session(tab)
        session.on("Page.frameNavigated", self._came_into_place)
        await session.send("Page.enable")
        await context.route("**/*", lambda route: self._begin(self._decide(route)))

    async def close(self) -> None:
        """Leave off what is still being decided."""
        for task in list(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    def shown_document(self) -> Answer:
        """The answer whose page is shown. Errors: FetchError where scripts led to what may not be read, or to nothing."""
        url = self.first.url
        if self._led_on:
            raise FetchError(url, f"its scripts led on to {self._led_on.url[:200]}: {self._led_on.reason}")
        if self.document is None:
            raise FetchError(url, "its scripts led on to what is no page of the network")
        return self.document

    def faults(self) -> tuple[Fault, ...]:
        """What did not come and might have added to the page."""
        late = [Fault(request.url, "did not come in time") for request in self.traffic.telling()]
        cut = [Fault(self.first.url, self._allowance.cut)] if self._allowance.cut else []
        return (*self.traffic.faults, *late, *cut)

    # one request ----------------------------------------------------------------------------------------------

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _decide(self, route: Route) -> None:
        from playwright.async_api import Error

        with contextlib.suppress(Error):  # the tab is gone
            try:
                answer = await self._granted(route.request)
            except (ScoutError, ValueError) as error:  # ValueError: an address that cannot be taken apart
                self._note_refusal(route.request, error)
                await route.abort("blockedbyclient")
            else:
                await _hand_over(route, answer)

    async def _granted(self, request: Request) -> Answer | None:
        """What the browser is handed; None: it may ask itself. Errors: ScoutError for what is refused."""
        url = request.url.partition("#")[0]
        if url.startswith(("data:", "blob:")):
            return None
        if not self._allowance.take(urlsplit(url).netloc.lower()):
            raise FetchError(url, self._allowance.cut)
        if request.is_navigation_request():
            return await self._document(url, request)
        if self._replay:
            return _replayed(self._replay, url, request, self._fetcher.settings.max_redirects)
        await self._ask_leave(url)
        return None

    async def _ask_leave(self, url: str) -> None:
        """Errors: RobotsDisallowed, FetchError, CannotRun for what the browser may not ask for itself."""
        origin = urlsplit(url)[:2]
        late = f"its robots.txt did not come within {_ROBOTS_S:g} s"
        if origin in self._late:
            raise NoAnswer(url, late)
        try:
            allowed, reason = await asyncio.wait_for(self._fetcher.robots_allowed(url), _ROBOTS_S)
        except TimeoutError as error:
            self._late.add(origin)
            raise NoAnswer(url, late) from error
        if not allowed:
            raise RobotsDisallowed(url, reason)

    async def _document(self, url: str, request: Request) -> Answer:
        if not self._is_ours(request):
            raise FetchError(url, "a page opens no windows")
        if request.method != "GET":
            raise FetchError(url, "no form is sent")
        if url not in self._answers:
            self._answers[url] = await self._new_document(url)
        return self._answers[url]

    async def _new_document(self, url: str) -> Answer:
        """The page itself for the first address that is asked for, then what the fetcher brings."""
        if not self._answers:
            return self.first
        if reached := self._reached.get(canonical_url(url)):
            return reached
        answer = _page_like(await self._fetcher.follow(url))
        self._allowance.receive(len(answer.body))
        if canonical_url(answer.url) == canonical_url(url):
            return answer
        self._reached[canonical_url(answer.url)] = answer  # the browser is about to ask for that address
        return _onwards(url, answer.url)

    def _is_ours(self, request: Request) -> bool:
        """Whether a document is for a frame of our tab, not for a window that it opened."""
        from playwright.async_api import Error

        try:
            return request.frame.page == self._tab
        except Error:  # of a window that does not exist yet
            return False

    def _note_refusal(self, request: Request, error: ScoutError | ValueError) -> None:
        logger.info("browser refused: %s", error)
        fetch_error = error if isinstance(error, FetchError) else FetchError(request.url, str(error))
        if request.is_navigation_request() and self._is_ours(request) and request.frame.parent_frame is None:
            self._led_on = fetch_error
        self.traffic.refuse(request, fetch_error.reason, passing=isinstance(error, NoAnswer | RateLimited))

    def _count_redirect(self, request: Request) -> None:
        """A redirect is followed without asking here; it counts, and the proxy ends it when all is spent."""
        if request.redirected_from:
            self._allowance.take(urlsplit(request.url).netloc.lower())

    def _came_into_place(self, event: Mapping[str, Any]) -> None:
        """A new document is shown in a frame: an event that no script can cause for a document of its own making."""
        frame = event["frame"]
        if "parentId" not in frame:
            url = "" if frame.get("unreachableUrl") else str(frame["url"]).partition("#")[0]
            self.document = self._answers.get(url)


async def _hand_over(route: Route, answer: Answer | None) -> None:
    """Let the browser have an answer; None: let it ask itself."""
    if answer is None:
        await route.continue_()
    else:
        await route.fulfill(status=answer.status, headers=_headers(answer.headers), body=answer.body)


def _first(page: Page) -> Answer:
    """The page that the fetcher brought, as the answer that it was."""
    headers = CIMultiDict(page.headers)
    charset = f"; charset={page.charset}" if page.charset else ""
    headers["Content-Type"] = f"{page.content_type or 'text/html'}{charset}"
    return Answer(page.landed or page.final_url, page.status, headers, page.body)


def _page_like(answer: Answer) -> Answer:
    """The answer. Errors: FetchError for a download: the browser would show no page of it."""
    kind = answer.headers.get("Content-Type", "text/html").strip().lower()
    if not kind.startswith(_SHOWN) or answer.headers.get("Content-Disposition", "").lower().startswith("attachment"):
        raise FetchError(answer.url, f"a download ({kind[:80]}), no page", answer.status)
    return answer


def _onwards(url: str, reached: str) -> Answer:
    """A document that leads to the address at the end of a redirect: the browser would follow a real one past us."""
    target = json.dumps(reached).replace("<", "\\u003c")
    headers = CIMultiDict({"Content-Type": "text/html; charset=utf-8"})
    return Answer(url, 200, headers, f"<script>location.replace({target})</script>".encode())


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    """An answer's headers as the browser is handed them: cookies apart by lines, other repeated ones by commas."""
    joined: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        if (key in _HANDED or key.startswith(_HANDED_KINDS)) and value.isascii():
            joined[key] = (joined[key] + ("\n" if key == "set-cookie" else ", ") if key in joined else "") + value
    return joined


def _replayed(replay: Replay, url: str, request: Request, most_redirects: int) -> Answer:
    """The recorded answer at the end of its redirects. Errors: NotRecorded, FetchError."""
    method, body, current = request.method, request.post_data_buffer or b"", url
    for _ in range(most_redirects + 1):
        recorded: Recorded = replay.response(method, current, {}, body)
        location = recorded.header("location")
        if not 300 <= recorded.status < 400 or not location:
            return Answer(url, recorded.status, CIMultiDict(recorded.headers), recorded.body)
        current, method, body = urljoin(current, location).partition("#")[0], "GET", b""
    raise FetchError(url, f"more than {most_redirects} redirects")
