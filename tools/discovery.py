"""From an address that somebody names to what can be followed there: a feed, a page that lists things, a sitemap.

Every request goes through the Fetcher, under the guard, robots.txt and pace as any other. The address itself is read
first, then the feeds it names, the places where feeds commonly stand, and the site's sitemap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tools.errors import FetchError, RateLimited, ScoutError, SourceChanged, WorkFailed
from tools.identity import canonical_url
from tools.models import Access, Launch
from tools.places import PlaceRead, check_feed, guesses, read_place
from tools.web.fetch import Fetcher

T = TypeVar("T")
Apart = Callable[..., Awaitable[Any]]
MOST_ASKED = 20  # addresses of one site
_MOST_SITEMAPS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """What can be followed: its address after redirects, feed or listing, its title, what it announces in its order, and
    how many entries stand beyond those that are read."""

    url: str
    kind: str
    title: str
    launches: tuple[Launch, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Discovered:
    """What was found at a site, best first, and what was asked in vain: address and why."""

    places: tuple[Place, ...]
    failures: tuple[tuple[str, str], ...]


async def discover(fetcher: Fetcher, apart: Apart, url: str, name: str, say: Callable[[str], None]) -> Discovered:
    """What can be followed at an address; at most MOST_ASKED requests. Errors: FetchError of the address itself;
    CannotRun."""
    search = _Search(fetcher, apart, name, say)
    first = await search.read(url)
    if isinstance(first, FetchError):
        raise first
    await search.all_of(first.feeds, "feed")
    if not search.of_kind("feed"):
        await search.first_of(guesses(url))
    if not search.places:
        root = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/sitemap.xml"
        await search.first_of([*fetcher.sitemaps(url)[:_MOST_SITEMAPS], root])
    places = sorted(search.places, key=_last)
    return Discovered(tuple(places), tuple(search.failures))


def _last(place: Place) -> tuple[bool, bool, int]:
    """What puts a place behind others: it announces nothing, it is no feed, it announces less."""
    told = sum(bool(launch.url) for launch in place.launches)
    return not told, place.kind != "feed", -told


class _Search:
    """One look round a site: what was asked, what was found, what failed."""

    def __init__(self, fetcher: Fetcher, apart: Apart, name: str, say: Callable[[str], None]) -> None:
        self._fetcher, self._apart, self._name, self._say = fetcher, apart, name, say
        self._asked: set[str] = set()
        self.places: list[Place] = []
        self.failures: list[tuple[str, str]] = []

    def of_kind(self, kind: str) -> list[Place]:
        return [place for place in self.places if place.kind == kind]

    async def read(self, url: str, access: Access = "html") -> PlaceRead | FetchError:
        """What stands at an address; what can be followed is among the places then."""
        self._asked.add(canonical_url(url))
        self._say(f"looking at {url}")
        try:
            page = await self._fetcher.get(url, access=access)
            read: PlaceRead = await self._apart(read_place, page.body, page.charset, page.final_url, self._name)
        except (FetchError, WorkFailed) as error:
            self.failures.append((url, error.reason if isinstance(error, FetchError) else str(error)))
            return error if isinstance(error, FetchError) else PlaceRead("", why=str(error))
        if read.kind and page.final_url not in {place.url for place in self.places}:
            self.places.append(Place(page.final_url, read.kind, read.title, read.launches, read.left_out))
        return read

    async def all_of(self, urls: Sequence[str], access: Access = "html") -> None:
        for url in self._fresh(urls):
            if isinstance(await self.read(url, access), RateLimited):
                return

    async def first_of(self, urls: Sequence[str]) -> None:
        """Read until something is found that was not known; an index of sitemaps leads to its first ones."""
        before = len(self.places)
        queue = list(urls)
        while queue and len(self.places) == before:
            for url in self._fresh([queue.pop(0)]):
                read = await self.read(url)
                if isinstance(read, RateLimited):
                    return
                queue = [*(read.sitemaps[:_MOST_SITEMAPS] if isinstance(read, PlaceRead) else ()), *queue]

    def _fresh(self, urls: Sequence[str]) -> Iterator[str]:
        for url in urls:
            if canonical_url(url) not in self._asked and len(self._asked) < MOST_ASKED:
                yield url


@dataclass(frozen=True, slots=True)
class Checked:
    """A feed that was looked at: its title and how many entries are read, or the error. left_out: entries beyond those."""

    url: str
    title: str = ""
    entries: int = 0
    left_out: int = 0
    error: ScoutError | None = None


async def check_feeds(
    fetcher: Fetcher, apart: Apart, urls: Sequence[str], done: Callable[[int], None]
) -> list[Checked]:
    """Each address as a feed, in the order given; the fetcher bounds how many are asked at once. done: how many so far.

    Errors: CannotRun.
    """
    found: dict[str, Checked] = {}
    queue = iter(urls)

    async def work() -> None:
        for url in queue:
            found[url] = await _checked(fetcher, apart, url)
            done(len(found))

    await asyncio.gather(*(work() for _ in range(int(fetcher.settings.concurrency))))
    return [found[url] for url in urls]


async def _checked(fetcher: Fetcher, apart: Apart, url: str) -> Checked:
    try:
        page = await fetcher.get(url, access="feed")
        title, entries, left_out = await apart(check_feed, page.body, page.charset, page.final_url, "feed")
    except (FetchError, SourceChanged, WorkFailed) as error:
        return Checked(url, error=error)
    return Checked(url, title, entries, left_out)
