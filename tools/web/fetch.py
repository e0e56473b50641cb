"""Pages over HTTP, politely: address guard, robots.txt, one pace a host, revalidation, limits on all that is received.

The way of one request: guard (text) -> robots.txt -> the host's queue -> guard (DNS answers, socket) -> answer, again
for every redirect. A recording stands in for the network at one place, `_ask`; all rules above it are the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urljoin, urlsplit

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from tools.errors import AddressRefused, CannotRun, FetchError, PageBlocked, PageTooLarge, RobotsDisallowed
from tools.identity import canonical_url, host_of, without_referrer
from tools.models import Access, Now, Page
from tools.settings import Settings
from tools.store import Store, utc_now
from tools.web.blocked import why_blocked
from tools.web.guard import Guard, GuardedResolver
from tools.web.pace import HostQueue, backoff, retry_after
from tools.web.recording import Recorded, Recorder, Replay
from tools.web.robots import MAX_BYTES as ROBOTS_BYTES
from tools.web.robots import Rules, robots_address

AGENT = "Scout"  # our product token in robots.txt
MAX_HEADER_BYTES = 65_536
_ERROR_BODY_BYTES = 65_536  # enough of an error page to tell a challenge from it
_ROBOTS_RETRY_S = 600.0  # how long an unreachable robots.txt keeps us out before it is asked for again
_ROBOTS_KEPT_S = 86_400.0  # RFC 9309 section 2.4: how long the last good copy may serve
_RATIO_FROM = 262_144  # bytes after decompression below which a high ratio is only a page with much repetition
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
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


class _Broken(FetchError):
    """The connection broke before the answer was whole; worth another try."""


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
    ) -> Page:
        """One page. It is not stored here; a 304 gives the stored page with `revalidated`.

        Errors: FetchError and those below it; CannotRun for a live request without settings.contact.
        """
        try:
            page = await self._page(url, access, headers or _NO_HEADERS)
        except FetchError:
            self._counts["failed"] += 1
            raise
        self._counts["revalidated" if page.revalidated else "pages"] += 1
        return page

    async def robots_allowed(self, url: str) -> tuple[bool, str]:
        """Whether the site's robots.txt lets us fetch this page, and why not. Errors: AddressRefused; CannotRun."""
        reason = await self._robots_refusal(url, self._admit(url))
        return not reason, reason

    async def ask_leave(self, url: str) -> None:
        """Pass guard, robots.txt and the host's pace as one request to `url` would, for who fetches it by other means.

        Errors: AddressRefused, RobotsDisallowed, FetchError, CannotRun.
        """
        origin = self._admit(url)
        reason = await self._robots_refusal(url, origin)
        if reason:
            raise RobotsDisallowed(url, reason)
        origin.queue.release(await origin.queue.acquire(url))

    async def follow(self, url: str, *, access: Access = "html") -> Answer:
        """The answer at the end of an address's redirects, each hop under all rules; whatever its status, nothing counted.

        `Answer.url` is the address reached, as it was asked. Errors: FetchError and those below it; CannotRun.
        """
        return await self._follow(url, access, _NO_HEADERS, None)

    def keep_pace(self, url: str, pace_s: float) -> None:
        """Keep at least this pace to the host of an address from now on: a documented limit of its API, say.

        Errors: AddressRefused, RobotsDisallowed for a host that opted out, CannotRun.
        """
        self._admit(url).queue.slow_down(pace_s)

    async def explain(self, url: str) -> dict[str, Any]:
        """What happens when this address is fetched, for `scout fetch`; never raises a FetchError but shows it."""
        seen: dict[str, Any] = {"url": url, "guard": "allowed", "robots": "not asked"}
        try:
            self._admit(url)
            allowed, reason = await self.robots_allowed(url)
            seen["robots"] = "allowed" if allowed else reason
            answer = await self._follow(url, "html", _NO_HEADERS, None)
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

    async def _page(self, url: str, access: Access, headers: Mapping[str, str]) -> Page:
        asked = _canonical(url)
        stored = self._store.latest_page(asked) if self._store else None
        if stored is not None and (stored.rendered or not (stored.etag or stored.last_modified)):
            stored = None
        answer = await self._follow(url, access, headers, stored)
        if answer.status == 304 and stored is not None:
            return replace(
                stored,
                url=asked,
                revalidated=True,
                fetched_at=self.now(),
                access=access,
                elapsed_s=answer.elapsed_s,
                landed=answer.url,
                headers=answer.headers,
            )
        self._refuse_answer(url, answer)
        return page_of(asked, answer, access, self.now())

    def _refuse_answer(self, url: str, answer: Answer) -> None:
        """Errors: PageBlocked for a challenge or login, FetchError for a status that is no success."""
        reason = why_blocked(answer.status, answer.headers, answer.body, url, answer.url)
        if reason:
            raise PageBlocked(url, reason, answer.status)
        if not 200 <= answer.status < 300:
            raise FetchError(url, f"the server answered {answer.status}", answer.status)

    # one request and its redirects ----------------------------------------------------------------------------

    async def _follow(self, url: str, access: Access, headers: Mapping[str, str], stored: Page | None) -> Answer:
        """The answer at the end of the redirects. `stored` lends its validators to the hop that made it."""
        current = url.partition("#")[0]
        seen: set[str] = set()
        elapsed = 0.0
        for _ in range(self._max_redirects + 1):
            validators = _validators(stored) if stored and _canonical(current) == stored.final_url else None
            try:
                answer = await self._hop(current, access, headers, validators, stored)
            except AddressRefused as error:
                if not seen:
                    raise
                raise AddressRefused(url, f"redirects to {current[:200]}: {error.reason}") from error
            location = answer.headers.get("Location") if answer.status in _REDIRECTS else None
            if not location:
                return replace(answer, elapsed_s=elapsed + answer.elapsed_s) if seen else answer
            elapsed += answer.elapsed_s
            seen.add(current)
            following = _redirect_target(current, location)
            if following in seen:
                raise FetchError(url, f"its redirects go round in a circle at {following}", answer.status)
            if urlsplit(following).netloc != urlsplit(current).netloc:
                headers = {k: v for k, v in headers.items() if k.lower() not in ("authorization", "cookie")}
            current = following
        raise FetchError(url, f"more than {self._max_redirects} redirects")

    async def _hop(
        self,
        url: str,
        access: Access,
        headers: Mapping[str, str],
        validators: Mapping[str, str] | None,
        stored: Page | None,
    ) -> Answer:
        """One address: guard, robots.txt, then its answer."""
        origin = self._admit(url)
        if access == "html":
            reason = await self._robots_refusal(url, origin)
            if reason:
                raise RobotsDisallowed(url, reason)
        sent: Mapping[str, str] = self._headers[access]
        if headers or validators:
            sent = CIMultiDict({**sent, **headers, **(validators or {})})
        return await self._tried(url, origin, sent, stored=stored)

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
                queue = HostQueue(queue_name, self.settings.pace_s, sleeps=self.replay is None)
                self._queues[queue_name] = queue
            origin = self._origins[name] = _Origin(host, port, queue)
        return origin

    def _refuse_unasked(self, url: str, host: str, port: int) -> None:
        """Errors: RobotsDisallowed for a host that opted out; CannotRun for a stranger's without a contact."""
        entry = self.guard.opted_out(host)
        if entry:
            raise RobotsDisallowed(url, f"{entry} asked not to be crawled (setting opt_out_hosts)")
        if not self.replay and not self.settings.contact and not self.guard.allowed(host, port):
            raise CannotRun("A live crawl needs a contact that sites can write to: set SCOUT_CONTACT to your address.")

    async def _tried(
        self,
        url: str,
        origin: _Origin,
        headers: Mapping[str, str],
        *,
        stored: Page | None = None,
        most_bytes: int = 0,
    ) -> Answer:
        """The answer after as many tries as the settings allow; the whole host waits between them."""
        queue, retries = origin.queue, self._retries
        for attempt in range(retries + 1):
            alone = await queue.acquire(url)
            try:
                async with self._at_once:
                    answer = await self._ask(url, origin, headers, stored, most_bytes)
                if not _asks_for_time(answer):
                    queue.answered()
                    return answer
                if why_blocked(answer.status, answer.headers, answer.body, url, url):
                    return answer
                pause_s = retry_after(answer.headers.get("Retry-After", ""), self.now())
                most_s = self.settings.retry_after_max_s
                queue.refused(url, answer.status, pause_s, attempt=attempt, retries=retries, most_s=most_s)
            except _Broken as error:
                if attempt == retries or self.replay:
                    raise FetchError(url, error.reason) from error
                queue.hold(backoff(attempt - 2))
            finally:
                queue.release(alone)
        return answer

    # robots.txt -----------------------------------------------------------------------------------------------

    async def _robots_refusal(self, url: str, origin: _Origin) -> str:
        """Why robots.txt keeps us from this page; "" when it does not."""
        robots = origin.robots
        if robots is None or self.now().timestamp() > robots.good_until:
            async with origin.lock:
                robots = origin.robots
                if robots is None or self.now().timestamp() > robots.good_until:
                    robots = origin.robots = await self._read_robots(robots_address(url), origin)
                    if robots.rules:
                        origin.queue.slow_down(robots.rules.crawl_delay(AGENT) or 0.0)
        if robots.rules is None:
            return robots.reason
        target = url if url.isascii() else quote(url, safe=_URL_SAFE)
        return "" if robots.rules.allowed(target, AGENT) else "robots.txt does not allow this page"

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
            answer = await self._tried(current, origin, _ROBOTS_HEADERS, most_bytes=ROBOTS_BYTES)
            location = answer.headers.get("Location") if answer.status in _REDIRECTS else None
            if not location:
                return answer
            try:
                current = _redirect_target(current, location)
                origin = self._admit(current)
            except AddressRefused as error:
                raise FetchError(url, f"it redirects to an address that is refused: {error}") from error
        return Answer(url, 404, _NO_HEADERS, b"")  # RFC 9309 section 2.3.1.2: too many redirects count as none there

    # the network, or the recording in its place ---------------------------------------------------------------

    async def _ask(
        self, url: str, origin: _Origin, headers: Mapping[str, str], stored: Page | None, most_bytes: int
    ) -> Answer:
        """One request, one answer. `most_bytes`: cut the body there; 0: the settings' limit, over which it is refused."""
        if self.replay:
            recorded = self.replay.response("GET", url, headers)
            return Answer(url, recorded.status, CIMultiDict(recorded.headers), recorded.body)
        try:
            answer = await self._live(url, origin, headers, most_bytes)
        except FetchError as error:
            if self.recorder and not isinstance(error, AddressRefused):
                self.recorder.failed("GET", error)
            raise
        if self.recorder:
            self.recorder.write(_as_recorded(answer, headers, stored))
        return answer

    async def _live(self, url: str, origin: _Origin, headers: Mapping[str, str], most_bytes: int) -> Answer:
        started = asyncio.get_running_loop().time()
        session = self._session or self._open_session()
        try:
            async with session.get(_target(url, origin), headers=headers, allow_redirects=False) as response:
                if sum(len(k) + len(v) + 4 for k, v in response.raw_headers) > MAX_HEADER_BYTES:
                    raise PageTooLarge(url, f"its headers are over {MAX_HEADER_BYTES} bytes", response.status)
                content = await self._body(url, response, most_bytes)
                return Answer(
                    url, response.status, response.headers, content, asyncio.get_running_loop().time() - started
                )
        except AddressRefused as error:  # by the resolver, which knows the host only
            raise AddressRefused(url, error.reason) from None
        except TimeoutError as error:
            seconds = asyncio.get_running_loop().time() - started
            raise FetchError(url, f"no whole answer within {seconds:.0f} s") from error
        except aiohttp.ClientResponseError as error:
            if any(words in error.message.lower() for words in ("more than", "too large", "too many")):
                raise PageTooLarge(url, f"its headers are too large ({error.message.splitlines()[0][:80]})") from error
            raise FetchError(url, f"its answer is not HTTP ({error.message.splitlines()[0][:80]})") from error
        except aiohttp.ClientSSLError as error:
            fault = getattr(error.__cause__, "verify_message", "") or getattr(error.__cause__, "reason", "") or "TLS"
            raise FetchError(url, f"its certificate or TLS does not hold ({fault})") from error
        except aiohttp.ClientConnectorDNSError as error:
            raise FetchError(url, "its name does not resolve") from error
        except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, ConnectionError) as error:
            if isinstance(error.__cause__, PermissionError):
                raise AddressRefused(url, str(error.__cause__)) from error
            raise _Broken(url, f"the connection broke ({type(error).__name__})") from error
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
        return self._session

    async def _body(self, url: str, response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
        """The body without its coding, within the limits. Errors: PageTooLarge, FetchError for a coding not asked for."""
        status = response.status
        limit = most_bytes or (self._max_body_bytes if status < 300 else _ERROR_BODY_BYTES)
        cut = bool(most_bytes) or status >= 300
        inflate = _inflater(url, response)
        declared = response.content_length
        if declared is not None and declared > limit and not cut:
            raise PageTooLarge(url, f"{declared} bytes announced, over the limit of {limit}", status)
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
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


_ALLOW_ALL = Rules("")


def _target(url: str, origin: _Origin) -> URL:
    """The address as aiohttp understands it; it must mean the same host to it as to the guard."""
    target = URL(url)
    if target.raw_host != origin.host or target.port != origin.port:
        raise AddressRefused(url, "two readings of this address disagree about its host")
    return target


def page_of(asked: str, answer: Answer, access: Access, at: datetime) -> Page:
    """A successful answer as a page."""
    final_url = asked if answer.url == asked else _canonical(answer.url)
    if host_of(final_url) != host_of(asked):
        final_url = without_referrer(final_url)
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


def _asks_for_time(answer: Answer) -> bool:
    """Whether the server wants to be asked later. GitHub says so with a 403 that carries a Retry-After."""
    return answer.status in (429, 503) or (answer.status == 403 and "Retry-After" in answer.headers)


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


def _redirect_target(url: str, location: str) -> str:
    """Where a redirect leads. Servers write Location in raw UTF-8, which arrives as surrogates or Latin-1."""
    try:
        text = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return urljoin(url, quote(text.strip(), safe=_URL_SAFE)).partition("#")[0]
    except ValueError as error:
        raise AddressRefused(url, f"redirects to something that is no address ({error})") from None


def _inflater(url: str, response: aiohttp.ClientResponse) -> Any:
    """A function (bytes, most bytes out) -> bytes for the body's coding, or None for none."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding in ("", "identity"):
        return None
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(url, f"came in a content coding nobody asked for ({coding[:40]})", response.status)
    return _Inflate(url, gzip=coding != "deflate")


class _Inflate:
    """Decompresses piece by piece and never makes more than asked for, whatever the input holds."""

    def __init__(self, url: str, *, gzip: bool) -> None:
        self._url = url
        self._unzip = zlib.decompressobj(31 if gzip else 15)
        self._maybe_raw = not gzip

    def __call__(self, data: bytes, most: int) -> bytes:
        try:
            piece = self._unzip.decompress(self._unzip.unconsumed_tail + data, most)
        except zlib.error as error:
            if not self._maybe_raw:
                raise _Broken(self._url, f"its compressed body is broken ({error})") from error
            self._unzip = zlib.decompressobj(-15)  # some servers send deflate without its zlib frame
            self._maybe_raw = False
            return self(data, most)
        self._maybe_raw = False
        return piece


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
