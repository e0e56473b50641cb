"""Pages over HTTP, politely: address guard, robots.txt, one pace a host, revalidation, limits on all that is received.

The way of one request: guard (text) -> robots.txt -> the host's queue -> guard (DNS answers, socket) -> answer, again
for every redirect. A recording stands in for the network at one place, `_ask`; all rules above it are the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import aiohttp
from multidict import CIMultiDict

from tools.errors import (
    AddressRefused,
    CannotRun,
    FetchError,
    NoAnswer,
    PageBlocked,
    PageTooLarge,
    RateLimited,
    RobotsDisallowed,
    connection_words,
)
from tools.identity import address_key, canonical_url, host_of, plain_address
from tools.models import Access, Now, Page
from tools.settings import Settings
from tools.store import Store, utc_now
from tools.web import limits, redirects
from tools.web.blocked import leads_to_login, why_blocked
from tools.web.codings import Broken, inflater
from tools.web.deadline import in_turn
from tools.web.guard import Guard, GuardedResolver
from tools.web.pace import STAY_AWAY_S, HostQueue, backoff
from tools.web.recording import Recorded, Recorder, Replay
from tools.web.robots import MAX_BYTES as ROBOTS_BYTES
from tools.web.robots import Rules, robots_address

AGENT = "Scout"  # our product token in robots.txt
MAX_HEADER_BYTES = 65_536
_ERROR_BODY_BYTES = 65_536  # enough of an error page to tell a challenge from it
_ROBOTS_RETRY_S = 600.0  # how long an unreachable robots.txt keeps us out before it is asked for again
_ROBOTS_KEPT_S = 86_400.0  # RFC 9309 section 2.4: how long the last good copy may serve
_RATIO_FROM = 262_144  # bytes after decompression below which a high ratio is only a page with much repetition
_ACCEPT: dict[Access, str] = {
    "html": "text/html,application/xhtml+xml,application/json;q=0.8,text/plain;q=0.7,*/*;q=0.5",
    "feed": "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5",
    "api": "application/json,*/*;q=0.5",
}
_NO_HEADERS: Mapping[str, str] = {}
_ROBOTS_HEADERS = CIMultiDict({"Accept": "text/plain,*/*;q=0.5"})
_URL_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
# Addresses that canonical_url() would give back as they are; most are, and it is the dearest step of a plain fetch.
_CANONICAL = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::(?!80/|443/)\d+)?(?:/(?!\.)[A-Za-z0-9_~.-]*)+")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a server, whatever its status. `headers` finds names in any case; `body` is decoded of its coding."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float = 0.0
    before: str = ""  # the address that led here, where it was led to
    stored: Page | None = None  # the kept page whose validators went with the request: what a 304 confirms


@dataclass(frozen=True, slots=True)
class _Most:
    """The most bytes of a body; cut: what is longer is cut there, not refused."""

    bytes: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Asking:
    """How an address and those it leads to are asked. known: with the validators of what is kept of them."""

    access: Access
    headers: Mapping[str, str]
    known: bool
    pace_s: float
    most: _Most | None = None


@dataclass(frozen=True, slots=True)
class _Robots:
    """What one origin's robots.txt says. `rules` None with a reason: it could not be had, nothing may be fetched."""

    rules: Rules | None
    reason: str
    fetched_at: float  # seconds since the epoch, by the fetcher's clock
    good_until: float


@dataclass(slots=True)
class _Origin:
    """One scheme, host and port, with its robots.txt and the queue of its host (http and https share one)."""

    host: str
    port: int
    queue: HostQueue
    robots: _Robots | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Fetcher:
    """Fetches pages; one for all that a process does, so that pace and robots.txt hold over all of it.

    Live requests need settings.contact, except to hosts in settings.allow_hosts. `counts`: pages (answered with a
    body), revalidated (304), failed, robots (robots.txt files asked for), waits (for a host's pace or its Retry-After).
    """

    def __init__(
        self,
        settings: Settings,
        store: Store | None = None,
        *,
        recorder: Recorder | None = None,
        replay: Replay | None = None,
        now: Now | None = None,
    ) -> None:
        self.settings = settings
        self.guard = Guard(settings)
        self.replay = replay
        self._store = store
        self._retries, self._max_redirects = int(settings.retries), int(settings.max_redirects)
        self._max_body_bytes, self._max_ratio = int(settings.max_body_bytes), int(settings.max_ratio)
        self.recorder = recorder
        self.now: Now = now or (replay.now if replay else utc_now)
        self._counts = dict.fromkeys(("pages", "revalidated", "failed", "robots"), 0)
        self._queues: dict[str, HostQueue] = {}
        self._origins: dict[str, _Origin] = {}
        self._headers = {access: CIMultiDict({"Accept": value}) for access, value in _ACCEPT.items()}
        self._at_once = asyncio.Semaphore(max(1, settings.concurrency))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    @property
    def counts(self) -> dict[str, int]:
        """What was done so far."""
        return {**self._counts, "waits": sum(queue.waits for queue in self._queues.values())}

    # pages ----------------------------------------------------------------------------------------------------

    async def get(
        self,
        url: str,
        *,
        access: Access = "html",
        headers: Mapping[str, str] | None = None,
        pace_s: float = 0.0,
        most_bytes: int = 0,
    ) -> Page:
        """One page. It is not stored here; a 304 gives the stored page with `revalidated`.

        pace_s: least time to the last request of this host that had such a pace: a documented limit of its lists, say.
        most_bytes: the largest body of an answer that is known to be large; 0: settings.max_body_bytes.
        Errors: FetchError and those below it; CannotRun for a live request without settings.contact.
        """
        try:
            page = await self._page(url, access, headers or _NO_HEADERS, pace_s, most_bytes)
        except FetchError:
            self._counts["failed"] += 1
            raise
        self._counts["revalidated" if page.revalidated else "pages"] += 1
        return page

    async def robots_allowed(self, url: str) -> tuple[bool, str]:
        """Whether the site's robots.txt lets us fetch this page, and why not. Errors: AddressRefused; CannotRun."""
        try:
            await self._obey_robots(url, self._admit(url))
        except AddressRefused:
            raise
        except FetchError as error:
            return False, error.reason
        return True, ""

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a page's site names; [] where it names none or was not read in this run."""
        host = host_of(url)
        known = (origin.robots for origin in self._origins.values() if origin.host == host and origin.robots)
        return [address for robots in known if robots.rules for address in robots.rules.sitemaps]

    async def follow(
        self, url: str, *, access: Access = "html", headers: Mapping[str, str] | None = None, most_bytes: int = 0
    ) -> Answer:
        """The answer at the end of an address's redirects, each hop under all rules; whatever its status, nothing counted.

        `Answer.url` is the address reached, as it was asked. most_bytes: the largest body; 0: settings.max_body_bytes.
        Errors: FetchError and those below it; CannotRun.
        """
        most = _Most(most_bytes) if most_bytes else None
        return await self._follow(url, access, headers or _NO_HEADERS, known=False, most=most)

    async def explain(self, url: str) -> dict[str, Any]:
        """What happens when this address is fetched, for `scout fetch`; never raises a FetchError but shows it."""
        seen: dict[str, Any] = {"url": url, "guard": "allowed", "robots": "not asked"}
        try:
            self._admit(url)
            allowed, reason = await self.robots_allowed(url)
            seen["robots"] = "allowed" if allowed else reason
            answer = await self._follow(url, "html", _NO_HEADERS, known=False)
            seen.update(
                status=answer.status,
                final_url=answer.url,
                seconds=round(answer.elapsed_s, 3),
                bytes=len(answer.body),
                headers={k: v for k, v in answer.headers.items() if k.lower() not in ("set-cookie", "set-cookie2")},
            )
            self._refuse_answer(url, answer)
        except AddressRefused as error:
            seen.update(guard=error.reason, error=str(error), kind=error.kind)
        except (FetchError, CannotRun) as error:
            seen.update(error=str(error), kind=error.kind)
        return seen

    async def _page(self, url: str, access: Access, headers: Mapping[str, str], pace_s: float, most_bytes: int) -> Page:
        most = _Most(max(most_bytes, self._max_body_bytes)) if most_bytes else None
        answer = await self._follow(url, access, headers, pace_s=pace_s, most=most)
        if answer.status == 304 and answer.stored is not None:
            return replace(
                answer.stored,
                url=_canonical(url),
                revalidated=True,
                fetched_at=self.now(),
                access=access,
                elapsed_s=answer.elapsed_s,
                landed=answer.url,
                headers=answer.headers,
            )
        self._refuse_answer(url, answer)
        return page_of(_canonical(url), answer, access, self.now())

    def _refuse_answer(self, url: str, answer: Answer) -> None:
        """Errors: PageBlocked for a challenge or login, FetchError for a status that is no success."""
        fault = self._fault(url, answer)
        if fault:
            fault.reached = answer.before if leads_to_login(url, answer.url) else answer.url
            raise fault

    def _fault(self, url: str, answer: Answer) -> FetchError | None:
        reason = why_blocked(answer.status, answer.headers, answer.body, url, answer.url)
        if reason:
            return PageBlocked(url, reason, answer.status)
        if limits.refuses(answer.status, answer.headers, self.now()):
            return RateLimited(url, f"the server answered {answer.status} again after every wait", answer.status)
        if not 200 <= answer.status < 300:
            return FetchError(url, f"the server answered {answer.status}", answer.status)
        return None

    # one request and its redirects ----------------------------------------------------------------------------

    async def _follow(
        self,
        url: str,
        access: Access,
        headers: Mapping[str, str],
        *,
        known: bool = True,
        pace_s: float = 0.0,
        most: _Most | None = None,
    ) -> Answer:
        """The answer at the end of the redirects. known: send the validators of what is kept of each address.

        A page that refreshes itself to another at once is a redirect, too; where those go round, the last is the end.
        """
        current = url.partition("#")[0]
        seen: dict[str, None] = {}
        elapsed = 0.0
        for _ in range(self._max_redirects + 1):
            seen[current] = None
            try:
                answer = await self._plainest(current, _Asking(access, headers, known, pace_s, most))
                there = redirects.following(
                    answer.url, answer.status, answer.headers, answer.body, html=access == "html"
                )
            except AddressRefused as error:
                if len(seen) == 1:
                    raise
                raise AddressRefused(url, f"redirects to {current[:200]}: {error.reason}") from error
            elapsed += answer.elapsed_s
            if not there or (there in seen and answer.status not in redirects.STATUSES):
                return replace(answer, elapsed_s=elapsed, before=[*seen][-2]) if len(seen) > 1 else answer
            if there in seen:
                raise FetchError(url, f"its redirects go round in a circle at {there}", answer.status)
            if urlsplit(there)[:2] != urlsplit(current)[:2]:  # scheme too: a token does not go on in the clear
                headers = {k: v for k, v in headers.items() if k.lower() not in ("authorization", "cookie")}
            current = there
        raise FetchError(url, f"more than {self._max_redirects} redirects")

    async def _plainest(self, url: str, asking: _Asking) -> Answer:
        """The answer of an address without what only tells who sent the visitor, where that gives a page; else its own.

        One page has one address then, and a robots.txt that closes `/*?ref=` closes a referrer, not the page.
        """
        plain = plain_address(url) if asking.access == "html" else url
        if plain != url:
            try:
                answer = await self._hop(plain, asking)
            except RobotsDisallowed:
                return await self._hop(url, asking)
            if _serves_the_same(answer):
                return answer
        return await self._hop(url, asking)

    async def _hop(self, url: str, asking: _Asking) -> Answer:
        """One address: guard, robots.txt, then its answer."""
        origin = self._admit(url)
        if asking.access == "html":
            await self._obey_robots(url, origin)
        stored = self._kept(url) if asking.known else None
        sent: Mapping[str, str] = self._headers[asking.access]
        if asking.headers or stored:
            sent = CIMultiDict({**sent, **asking.headers, **(_validators(stored) if stored else {})})
        answer = await self._tried(url, origin, sent, stored=stored, most=asking.most, pace_s=asking.pace_s)
        return replace(answer, stored=stored) if stored else answer

    def _kept(self, url: str) -> Page | None:
        """The newest page kept of this very address, if the server gave it something to ask by."""
        page = self._store.latest_page(url) if self._store else None
        if page is None or page.rendered or not (page.etag or page.last_modified):
            return None
        return page if address_key(page.final_url) == address_key(url) else None

    def _admit(self, url: str) -> _Origin:
        """The origin of an address that may be asked. Errors: AddressRefused, RobotsDisallowed, CannotRun."""
        if self.replay and self.replay.knows(url):
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        else:
            host, port = self.guard.check(url)
        name = f"{url[: url.index(':')].lower()}://{host}:{port}"
        origin = self._origins.get(name)
        if origin is None:
            self._refuse_unasked(url, host, port)
            queue_name = host if port in (80, 443) else f"{host}:{port}"
            queue = self._queues.get(queue_name)
            if queue is None:
                share_s = self.settings.host_share_s
                queue = HostQueue(queue_name, self.settings.pace_s, sleeps=self.replay is None, share_s=share_s)
                self._queues[queue_name] = queue
            origin = self._origins[name] = _Origin(host, port, queue)
        return origin

    def _refuse_unasked(self, url: str, host: str, port: int) -> None:
        """Errors: RobotsDisallowed for a host that opted out; CannotRun for a stranger's without a contact."""
        entry = self.guard.opted_out(host)
        if entry:
            raise RobotsDisallowed(url, f"{entry} is not to be crawled (SCOUT_OPT_OUT_HOSTS)")
        if not self.replay and not self.settings.contact and not self.guard.allowed(host, port):
            raise CannotRun("A live crawl needs a contact that sites can write to: set SCOUT_CONTACT to your address.")

    async def _tried(
        self,
        url: str,
        origin: _Origin,
        headers: Mapping[str, str],
        *,
        stored: Page | None = None,
        most: _Most | None = None,
        pace_s: float = 0.0,
    ) -> Answer:
        """The answer after as many tries as the settings allow; the whole host waits between them.

        Errors: RateLimited where the server asks for more time than we wait, NoAnswer where none came whole.
        """
        queue = origin.queue
        for attempt in range(self._retries + 1):
            alone = await queue.acquire(url, pace_s)
            try:
                async with in_turn(self._at_once):
                    with queue.timed():
                        answer = await self._ask(url, origin, headers, stored, most)
                if not self._try_again(url, origin, answer, attempt):
                    return answer
            except Broken as error:
                if attempt == self._retries or self.replay:
                    queue.silent(url)
                    raise NoAnswer(url, error.reason, error.status) from error
                queue.hold(backoff(attempt - 2))
            except NoAnswer:
                queue.silent(url)
                raise
            finally:
                queue.release(alone)
        return answer

    def _try_again(self, url: str, origin: _Origin, answer: Answer, attempt: int) -> bool:
        """Whether the answer asks for another try, and the host is held for it. Errors: RateLimited."""
        queue, now = origin.queue, self.now()
        if not limits.refuses(answer.status, answer.headers, now):
            if answer.status in limits.PASSING and attempt == 0:
                queue.hold(backoff(0))
                return True
            queue.answered()
            if (spent := limits.used_up(answer.headers, now)) is not None:
                self._rest(origin, answer.status, spent)
            return False
        if why_blocked(answer.status, answer.headers, answer.body, url, url):
            return False
        pause_s = limits.pause_s(answer.headers, now)
        again = queue.refused(url, pause_s, attempt=attempt, most=self._retries)
        if pause_s is not None and self._rest(origin, answer.status, pause_s):
            raise self._limited(origin, answer.status, pause_s)(url)
        if again and (answer.status == 429 or pause_s is not None):
            queue.close(STAY_AWAY_S, self._limited(origin, answer.status, STAY_AWAY_S))
        return True

    def _rest(self, origin: _Origin, status: int, seconds: float) -> bool:
        """Leave a host alone for as long as it asks; whether that is longer than we wait, so that its turn has ended."""
        if seconds <= self.settings.retry_after_max_s:
            origin.queue.hold(seconds)
            return False
        origin.queue.close(seconds, self._limited(origin, status, seconds))
        return True

    def _limited(self, origin: _Origin, status: int, seconds: float) -> Callable[[str], FetchError]:
        """The error of each address of a host that wants to be left alone so long."""
        until = self.now() + timedelta(seconds=seconds)
        reason = f"{origin.host} answered {status} and asks to be left alone until {until:%Y-%m-%d %H:%M} UTC"
        return lambda url: RateLimited(url, reason, status, until)

    # robots.txt -----------------------------------------------------------------------------------------------

    async def _obey_robots(self, url: str, origin: _Origin) -> None:
        """Errors: RobotsDisallowed where robots.txt keeps us from this page; NoAnswer where it could not be read."""
        robots = origin.robots
        if robots is None or self.now().timestamp() > robots.good_until:
            async with origin.lock:
                robots = origin.robots
                if robots is None or self.now().timestamp() > robots.good_until:
                    robots = origin.robots = await self._read_robots(robots_address(url), origin)
        if robots.rules is None:
            raise NoAnswer(url, robots.reason)
        delay_s, most_s = robots.rules.crawl_delay(AGENT) or 0.0, self.settings.crawl_delay_max_s
        if delay_s > most_s:
            reason = (
                f"robots.txt asks for {delay_s:.0f} s between requests, over the {most_s:g} of SCOUT_CRAWL_DELAY_MAX_S"
            )
            raise RobotsDisallowed(url, f"{reason}: not now")
        origin.queue.slow_down(delay_s)
        target = url if url.isascii() else quote(url, safe=_URL_SAFE, errors="replace")
        if not robots.rules.allowed(target, AGENT):
            raise RobotsDisallowed(url, "robots.txt does not allow this page")

    async def _read_robots(self, url: str, origin: _Origin) -> _Robots:
        """Fetch and read one robots.txt. RFC 9309 section 2.3.1: 4xx allows all; 5xx and silence allow nothing."""
        self._counts["robots"] += 1
        at, ttl, before = self.now().timestamp(), float(self.settings.robots_ttl_s), origin.robots
        try:
            answer = await self._robots_answer(url, origin)
        except AddressRefused:
            raise
        except FetchError as error:
            fault = error.reason
        else:
            if 200 <= answer.status < 300:
                return _Robots(Rules(answer.body), "", at, at + ttl)
            if answer.status < 500 and answer.status != 429:
                return _Robots(_ALLOW_ALL, "", at, at + ttl)
            fault = f"the server answered {answer.status}"
        if before and before.rules and at - before.fetched_at < _ROBOTS_KEPT_S:
            return replace(before, good_until=at + _ROBOTS_RETRY_S)
        reason = f"its robots.txt could not be read ({fault}), so nothing is fetched for now"
        return _Robots(None, reason, at, at + _ROBOTS_RETRY_S)

    async def _robots_answer(self, url: str, origin: _Origin) -> Answer:
        current = url
        for _ in range(self._max_redirects + 1):
            answer = await self._tried(current, origin, _ROBOTS_HEADERS, most=_Most(ROBOTS_BYTES, cut=True))
            try:
                there = redirects.following(current, answer.status, answer.headers, b"", html=False)
                if not there:
                    return answer
                current, origin = there, self._admit(there)
            except AddressRefused as error:
                raise FetchError(url, f"it redirects to an address that is refused: {error}") from error
        return Answer(url, 404, _NO_HEADERS, b"")  # RFC 9309 section 2.3.1.2: too many redirects count as none there

    # the network, or the recording in its place ---------------------------------------------------------------

    async def _ask(
        self, url: str, origin: _Origin, headers: Mapping[str, str], stored: Page | None, most: _Most | None
    ) -> Answer:
        """One request, one answer. most: None: the settings' limit, over which a body is refused."""
        if self.replay:
            recorded = self.replay.response("GET", url, headers)
            return Answer(url, recorded.status, CIMultiDict(recorded.headers), recorded.body)
        try:
            answer = await self._live(url, origin, headers, most)
        except FetchError as error:
            if self.recorder and not isinstance(error, AddressRefused):
                self.recorder.failed("GET", error)
            raise
        if self.recorder:
            self.recorder.write(_as_recorded(answer, headers, stored))
        return answer

    async def _live(self, url: str, origin: _Origin, headers: Mapping[str, str], most: _Most | None) -> Answer:
        started = asyncio.get_running_loop().time()
        session = self._session or self._open_session()
        try:
            async with session.get(
                redirects.wire_address(url, origin.host, origin.port), headers=headers, allow_redirects=False
            ) as response:
                content = await self._body(url, response, most)
                return Answer(
                    url, response.status, response.headers, content, asyncio.get_running_loop().time() - started
                )
        except AddressRefused as error:  # by the resolver, which knows the host only
            raise AddressRefused(url, error.reason) from None
        except TimeoutError as error:
            seconds = asyncio.get_running_loop().time() - started
            raise NoAnswer(url, f"no whole answer within {seconds:.0f} s") from error
        except aiohttp.ClientResponseError as error:
            if any(words in error.message.lower() for words in ("more than", "too large", "too many")):
                raise PageTooLarge(url, f"its headers are too large ({error.message.splitlines()[0][:80]})") from error
            raise NoAnswer(url, f"its answer is not HTTP ({error.message.splitlines()[0][:80]})") from error
        except aiohttp.ClientSSLError as error:
            fault = getattr(error.__cause__, "verify_message", "") or getattr(error.__cause__, "reason", "") or "TLS"
            raise NoAnswer(url, f"its certificate or TLS does not hold ({fault})") from error
        except aiohttp.ClientConnectorDNSError as error:
            raise NoAnswer(url, "its name does not resolve") from error
        except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, ConnectionError) as error:
            if isinstance(error.__cause__, PermissionError):
                raise AddressRefused(url, str(error.__cause__)) from error
            raise Broken(url, f"the connection broke: {connection_words(error)}") from error
        except aiohttp.ClientError as error:
            raise FetchError(url, f"could not be asked ({error})") from error

    def _open_session(self) -> aiohttp.ClientSession:
        settings = self.settings
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self.guard),
            socket_factory=self.guard.socket,
            limit=0,  # our own queues bound it
            ttl_dns_cache=60,
            keepalive_timeout=30.0,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": "gzip, deflate"},
            timeout=aiohttp.ClientTimeout(
                total=settings.total_timeout_s,
                sock_connect=settings.connect_timeout_s,
                sock_read=settings.connect_timeout_s,
            ),
            auto_decompress=False,
            trust_env=False,
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            max_headers=200,
        )
        self._session._retry_connection = False  # no public switch: each try is ours, paced and counted
        return self._session

    async def _body(self, url: str, response: aiohttp.ClientResponse, most: _Most | None) -> bytes:
        """The body without its coding, within the limits and whole.

        Errors: PageTooLarge; FetchError for a coding not asked for; Broken for an answer that is not whole.
        """
        status = response.status
        if sum(len(k) + len(v) + 4 for k, v in response.raw_headers) > MAX_HEADER_BYTES:
            raise PageTooLarge(url, f"its headers are over {MAX_HEADER_BYTES} bytes", status)
        if status == 206:
            raise Broken(url, "a part came (206) where the whole was asked for", status)
        cut = status >= 300 or (most is not None and most.cut)
        limit = most.bytes if most and (most.cut or not cut) else _ERROR_BODY_BYTES if cut else self._max_body_bytes
        declared = response.content_length
        if declared is not None and declared > limit and not cut:
            raise PageTooLarge(url, f"{declared} bytes announced, over the limit of {limit}", status)
        inflate = inflater(url, response.headers, status)
        pieces: list[bytes] = []
        size = received = 0
        stream = response.content
        while chunk := await stream.readany():
            received += len(chunk)
            piece = inflate(chunk, limit + 1 - size) if inflate else chunk
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                if cut:
                    return b"".join(pieces)[:limit]
                raise PageTooLarge(url, f"over the limit of {limit} bytes", status)
            if size > _RATIO_FROM and size > received * self._max_ratio:
                raise PageTooLarge(url, f"compressed more than {self._max_ratio} times", status)
        if inflate and not inflate.whole and received:
            raise Broken(url, "its compressed body breaks off before its end", status)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


_ALLOW_ALL = Rules("")


def page_of(asked: str, answer: Answer, access: Access, at: datetime) -> Page:
    """A successful answer as a page."""
    final_url = answer.url  # to the byte: it is what is asked for next time
    body_hash = hashlib.sha256(answer.body).hexdigest()
    media_type, charset = _content_type(answer.headers.get("Content-Type", ""))
    return Page(
        id=hashlib.sha256(f"{final_url}\n{body_hash}".encode()).hexdigest()[:32],
        url=asked,
        final_url=final_url,
        status=answer.status,
        content_type=media_type,
        charset=charset,
        body=answer.body,
        body_hash=body_hash,
        fetched_at=at,
        etag=answer.headers.get("ETag", ""),
        last_modified=answer.headers.get("Last-Modified", ""),
        access=access,
        elapsed_s=answer.elapsed_s,
        landed=answer.url,
        headers=answer.headers,
    )


def _serves_the_same(answer: Answer) -> bool:
    """Whether an address without its referrer needs no second question: a page came, or one with the referrer could not
    come either. Another page, or none, may hang on the word that was left out; a site may put one there itself."""
    if answer.status in redirects.STATUSES:
        there = redirects.following(answer.url, answer.status, answer.headers, b"", html=False)
        return address_key(there) == address_key(answer.url) and plain_address(there) != answer.url
    return answer.status < 400 or answer.status in (401, 403, 429) or answer.status >= 500


def _canonical(url: str) -> str:
    return url if _CANONICAL.fullmatch(url) else canonical_url(url)


def _content_type(header: str) -> tuple[str, str]:
    """Media type and charset, both lower case, "" where the header does not say."""
    media_type, _, parameters = header.partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), value.strip().strip("\"'").lower()
    return media_type.strip().lower(), ""


def _validators(stored: Page) -> dict[str, str]:
    """The headers that turn a request into a question whether this page still holds (RFC 9110 section 13.1)."""
    headers = {"If-None-Match": stored.etag} if stored.etag else {}
    if stored.last_modified:
        headers["If-Modified-Since"] = stored.last_modified
    return headers


def _as_recorded(answer: Answer, headers: Mapping[str, str], stored: Page | None) -> Recorded:
    """The exchange for a recording. A 304 is kept as the page it confirmed: a recording must stand on its own."""
    status, content, kept = answer.status, answer.body, list(answer.headers.items())
    if status == 304 and stored is not None:
        present = {name.lower() for name, _ in kept}
        charset = f"; charset={stored.charset}" if stored.charset else ""
        for name, value in (
            ("Content-Type", f"{stored.content_type}{charset}"),
            ("ETag", stored.etag),
            ("Last-Modified", stored.last_modified),
        ):
            if value and name.lower() not in present:
                kept.append((name, value))
        status, content = stored.status, stored.body
    return Recorded(answer.url, status, tuple(kept), content, request_headers=tuple(headers.items()))
