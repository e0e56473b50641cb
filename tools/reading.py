"""From an address to facts, from a source to launches, from both to products: what the crawl's tools do."""

from __future__ import annotations

import asyncio
import errno
import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from tools import orders
from tools.apart import Apart, Limits, first_line
from tools.errors import (
    AddressRefused,
    CannotRun,
    FetchError,
    PageFault,
    PageTooLarge,
    ProposalRefused,
    ScoutError,
)
from tools.extraction_cache import seal, unpacked
from tools.identity import address_key, canonical_url, identity_of
from tools.models import Extraction, Launch, Page, Proposal, Saved
from tools.page.decode import decode
from tools.page_job import PageRead, job_of, read_page
from tools.picture_reading import PictureReader
from tools.products.ends import Known
from tools.products.further import further_pages
from tools.products.propose import Unread, assemble
from tools.products.shutdown import shut_down
from tools.recipe_book import read_with_recipes
from tools.recipe_data import site_of_page
from tools.source_reading import Listed, SourceReader
from tools.store import Store
from tools.web.deadline import in_turn, page_time, untimed
from tools.web.fetch import Fetcher
from tools.web.rendering import Picture, Renderer
from tools.web.request import Request, companions_of, explained, requests_for
from tools.web.site_memory import picture_sign

if TYPE_CHECKING:
    from tools.web.browser import Browser
    from tools.web.hub_client import HubApi

T = TypeVar("T")
logger = logging.getLogger(__name__)
ByModels = Callable[[Page, Extraction, bytes | None], Extraction]  # the last: a picture of the page, PNG
ASK_AGAIN = timedelta(minutes=30)  # an API is asked for one entry no sooner than this
CACHED_READINGS = 250  # a batch of 100 pages, their pricing pages and companions; each holds some 160 kB. Others are read anew from the store


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as read: the page with its extraction, or the error."""

    url: str
    page: Page | None = None
    extraction: Extraction | None = None
    error: FetchError | None = None


@dataclass(frozen=True, slots=True)
class ProposedProduct:
    """What an agent proposes: launch ids, page ids (homepage first), and values it read itself, each with its quote."""

    launches: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    claims: tuple[dict[str, str], ...] = field(default=())


class Reader:
    """Reads pages and sources through one Fetcher into one Store.

    An agent may fetch only what was granted: addresses that came from a source, an editor, or a page already read.
    """

    def __init__(self, store: Store, fetcher: Fetcher, *, browser: Browser | None = None) -> None:
        self.settings, self.store, self.fetcher, self.now = fetcher.settings, store, fetcher, fetcher.now
        self._granted: set[str] = set()
        self._linked: set[str] = set()  # granted because a page names them
        self._named: list[str] = []  # the same, not yet in their canonical form: most are never asked for
        self._unread: dict[str, Unread] = {}  # by address, what could not be read in this run
        self._entries: dict[str, tuple[datetime, list[str]]] = {}  # by API address, when it was asked, and its pages
        self._readings: OrderedDict[str, Reading] = OrderedDict()
        self._hinted: set[str] = set()  # hints of requests that were given in this run
        self._counted: set[str] = set()  # pages that recipes were held against in this run
        self._hub: HubApi | None = None
        self._hub_lock = asyncio.Lock()
        self.by_models: ByModels | None = None  # set while a model may read on where the ladder missed something
        self._pictures: dict[str, Picture] = {}  # by page, until it is known which pages are kept
        self._just_read: dict[str, tuple[str, PageRead]] = {}  # the same, with the seals of the readings
        self.renderer = Renderer(store, fetcher, browser=browser)
        limits = Limits(self.settings.read_s, self.settings.read_memory_mb)
        self._apart = Apart(self.settings.read_workers, limits)
        self._sources = SourceReader(store, fetcher, self._ask_hub, self.apart)
        self._seen = PictureReader(store, fetcher)

    async def close(self) -> None:
        """Close the browser and end the processes that read, where there are such."""
        self._apart.close()
        await self.renderer.close()

    async def apart(self, work: Callable[..., T], *args: object) -> T:
        """What work on bytes from outside gives, done where it holds nobody up; the wait is not taken off a page's time.

        Errors: as of Apart.begin.
        """
        begun = self._apart.begin(work, *args)
        if begun.done():
            return begun.result()
        with untimed():
            return await asyncio.wrap_future(begun)

    # addresses ------------------------------------------------------------------------------------------------

    def grant(self, urls: Iterable[str | None]) -> None:
        """Allow the agent to fetch these addresses."""
        self._granted.update(canonical_url(url) for url in urls if url)

    def granted(self, url: str) -> bool:
        """Whether the agent may fetch this address."""
        return canonical_url(url) in self._granted or self.linked(url)

    def linked(self, url: str) -> bool:
        """Whether only pages name this address, no source and no editor: that it cannot be read is nobody's failure."""
        asked = canonical_url(url)
        if asked in self._granted:
            return False
        self._linked.update(map(canonical_url, self._named))
        self._named.clear()
        return asked in self._linked

    # pages ----------------------------------------------------------------------------------------------------

    async def read(self, urls: Sequence[str], *, granted_only: bool = True) -> list[Reading]:
        """One Reading an address, in the order asked. Pages are kept in the store in one transaction a call."""
        found = await self.look(urls, granted_only=granted_only)
        with self.store.write():
            kept = {url: self._try_kept(url, readings) for url, readings in found.items()}
            self.keep_beside()
        return [kept[url] for url in urls]

    async def look(self, urls: Sequence[str], *, granted_only: bool = False) -> dict[str, list[Reading]]:
        """By address, its Reading and those of what belongs to it (README, card); nothing is kept in the store.

        For who decides first whether there is anything new to keep, and checked for a grant where that is asked for.
        """
        unique = list(dict.fromkeys(urls))
        found = await asyncio.gather(*(self._boxed(url, granted_only) for url in unique))
        return dict(zip(unique, found, strict=True))

    def _try_kept(self, url: str, readings: Sequence[Reading]) -> Reading:
        """The reading of an address, kept in the store with what belongs to it; the error where that fails."""
        fault, *_ = [self._fault_in_keeping(reading) for reading in readings]  # of a companion: the log has it
        return Reading(url, error=fault) if fault else readings[0]

    def _fault_in_keeping(self, reading: Reading) -> FetchError | None:
        try:
            with self.store.write():
                if reading.page:
                    self._put(reading.page)
            self._remember(reading)
        except Exception as error:  # noqa: BLE001 - one odd page costs itself, not the others of its transaction
            return failure_of(reading.url, error)
        return None

    def _put(self, page: Page) -> None:
        under, read = self._just_read.pop(page.id, ("", None))
        self.store.put_page(page, read.body if read else b"")
        if read and read.said:
            self.store.put_extraction(page.id, under, read.said, read.lines)

    def keep_beside(self) -> None:
        """Put the pictures and readings made so far into the store, of those pages that came into it."""
        for page, picture in self._pictures.items():
            if self.store.page(page) is not None:
                self.store.put_screenshot(page, picture.png, self.now(), why=picture.why)
        self._pictures.clear()
        for page, (under, read) in self._just_read.items():
            if read.said:
                self.store.put_extraction(page, under, read.said, read.lines)
        self._just_read.clear()
        self._seen.keep()

    def reading(self, page_id: str) -> Reading | None:
        """The reading of a stored page, by its id; None when no such page is stored."""
        known = self._readings.get(page_id)
        if known:
            return known
        page = self.store.page(page_id)
        if page is None:
            return None
        known = self._known(page.url, page)
        reading = known or Reading(page.url, page, self._apart.begin(read_page, *job_of(page)).result().extraction)
        return self._remember(self._read_on(self._read_by_eye(self._read_by_recipes(reading))))

    def latest(self, url: str) -> Reading | None:
        """The newest reading of an address, from the store alone."""
        page = self.store.latest_page(url)
        return self.reading(page.id) if page else None

    def _remember(self, reading: Reading) -> Reading:
        if reading.error:
            self._unread[canonical_url(reading.url)] = _unread(reading.url, reading.error)
        if reading.page and reading.extraction:
            self._readings[reading.page.id] = reading
            self._named += [link.url for link in reading.extraction.links]
            self._named += further_pages(reading.page, reading.extraction)
            while len(self._readings) > CACHED_READINGS:
                self._readings.popitem(last=False)
        return reading

    async def _boxed(self, url: str, granted_only: bool) -> list[Reading]:
        """The readings of one address, or its error: whatever goes wrong inside is this page's failure and no other's.

        Errors: CannotRun, which no page could be read after.
        """
        if granted_only and not self.granted(url):
            reason = (
                "this address came neither from a source, nor an editor, nor a page already read; "
                "read a page that links it first"
            )
            return [Reading(url, error=AddressRefused(url, reason))]
        # A replay waits for nobody, and says the same on a slow machine.
        limit_s = None if self.fetcher.replay else self.settings.page_s
        try:
            async with page_time(url, limit_s):
                return await self._read_with_companions(url)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw must not lose the other pages of the batch
            return [Reading(url, error=failure_of(url, error))]

    async def _read_with_companions(self, url: str) -> list[Reading]:
        """The page asked for first; then what belongs to it (a repository's README, a model's card)."""
        main, *companions = requests_for(url, self.settings)
        if kept := self._read_lately(main):
            return [replace(kept[0], url=url), *kept[1:]]
        reading = await self._read_one(main)
        if reading.page and identity_of(reading.page.final_url) != identity_of(url) and main.access == "html":
            # a short link that ended at a repository, a package or a Hub entry: read that one through its API instead
            redirected = requests_for(reading.page.final_url, self.settings)
            if redirected[0].access == "api":
                main, companions = redirected[0], redirected[1:]
                reading = await self._read_one(main)
        further = []
        for companion in companions:
            try:
                further.append(await self._read_one(companion))
            except Exception as error:  # noqa: BLE001 - a repository without a README is still a repository
                logger.info(
                    "companion missing url=%s reason=%s", companion.url, failure_of(companion.url, error).reason
                )
        if companions and reading.page:
            pages = [one.page.id for one in (reading, *further) if one.page]
            self._entries[main.url] = (self.now(), pages)
        return [replace(reading, url=url), *further]

    def _read_lately(self, request: Request) -> list[Reading]:
        """The kept readings of an entry whose API was asked a moment ago, its own first; [] when it was not.

        APIs count requests, and an entry is named by its launch, by another source and by its site.
        """
        at, pages = self._entries.get(request.url, (None, []))
        if at is None or self.now() - at > ASK_AGAIN:
            return []
        found = [self.reading(page) for page in pages]
        return [reading for reading in found if reading] if all(found) else []

    async def _read_one(self, request: Request) -> Reading:
        if request.access != "html" or request.hub_kind:
            return await self._read_of(request.url, await self._page(request))
        drafts: dict[str, Reading] = {}  # each of the pages that may be kept is read once

        async def said(page: Page) -> Extraction | None:
            if page.id not in drafts:
                drafts[page.id] = await self._read_of(request.url, page)
            return drafts[page.id].extraction

        served = await self._page(request)
        page = await self.renderer.as_shown(served, said)
        await said(page)
        reading = drafts[page.id]
        if picture_sign(reading.extraction) and self.store.screenshot(page.id) is None:
            self._pictures[page.id] = await self.renderer.picture(served)
        if picture_sign(reading.extraction) and reading.extraction:
            await self._seen.look(page, reading.extraction, self._screenshot_of(page))
            reading = self._read_by_eye(reading)
        elif await self._seen.has_changed(page):
            reading = await self._read_by_eye_again(reading, page)
        if self.by_models is None:
            return reading
        with untimed():  # models have times of their own
            return await asyncio.to_thread(self._read_on, reading)

    async def _read_of(self, url: str, page: Page) -> Reading:
        """The reading of a page: in this run, as it was kept, or now. The loop goes on meanwhile."""
        lately = self._readings.get(page.id)
        if lately and lately.extraction:
            return replace(lately, url=url, page=page)
        reading = self._known(url, page) or await self._read_now(url, page)
        if self._has_recipes(reading):
            with untimed():
                return await asyncio.to_thread(self._read_by_recipes, reading)
        return reading

    def _read_by_eye(self, reading: Reading) -> Reading:
        """The reading with the plans that only a picture of the page shows."""
        page, extraction = reading.page, reading.extraction
        if page is None or extraction is None:
            return reading
        return replace(reading, extraction=self._seen.with_plans(page, extraction))

    async def _read_by_eye_again(self, reading: Reading, page: Page) -> Reading:
        """The reading with the plans of a picture that is another one by now; the screenshot that is kept shows the old."""
        plain = self._known(reading.url, page)
        if plain is None or plain.extraction is None:
            return reading
        await self._seen.look(page, plain.extraction, b"", again=True)
        return self._read_by_eye(plain)

    def _screenshot_of(self, page: Page) -> bytes:
        """The picture that was taken of a page, now or before; empty where there is none."""
        taken = self._pictures.get(page.id)
        kept = None if taken else self.store.screenshot(page.id)
        return taken.png if taken else kept[0] if kept else b""

    def _read_on(self, reading: Reading) -> Reading:
        """The reading with what models add to it, where they may."""
        page, extraction = reading.page, reading.extraction
        if self.by_models is None or page is None or extraction is None:
            return reading
        return replace(reading, extraction=self.by_models(page, extraction, self._screenshot_of(page) or None))

    async def _page(self, request: Request) -> Page:
        if not request.hub_kind:
            return await self._fetched(request)
        kind, hub_id = request.hub_kind, request.hub_id
        # Its thread goes on when this page's time is up, and holds the lock until it has ended.
        _, pages = await asyncio.shield(
            self._ask_hub(lambda api: getattr(api, f"{kind.removesuffix('s')}_info")(hub_id))
        )
        return pages[-1]

    async def _fetched(self, request: Request) -> Page:
        if request.hint and request.hint not in self._hinted:
            self._hinted.add(request.hint)
            logger.warning("%s", request.hint)
        try:
            return await self.fetcher.get(request.url, access=request.access, headers=request.headers)
        except PageTooLarge:
            if request.smaller is None:
                raise
            return await self._fetched(request.smaller)
        except FetchError as error:
            raise explained(error, request.hint) from error.__cause__

    async def _ask_hub(self, ask: Callable[[HubApi], T]) -> tuple[T, list[Page]]:
        """What the Hub's own client answers, and the pages it read for that."""
        from tools.web.hub_client import hub_api

        async with in_turn(self._hub_lock):  # its client is one for the process, and keeps its pages in one list
            if self._hub is None:
                self._hub = hub_api(self.fetcher, asyncio.get_running_loop(), self.settings)
            self._hub.pages.clear()
            answer = await asyncio.to_thread(ask, self._hub)
            return answer, list(self._hub.pages)

    async def _read_now(self, url: str, page: Page) -> Reading:
        read = await self.apart(read_page, *job_of(page))
        self._just_read[page.id] = seal(page), read
        orders.note(read.orders)
        return Reading(url, page, read.extraction)

    def _known(self, url: str, page: Page) -> Reading | None:
        """What the page said when it was read before, where the same program read the same bytes."""
        kept = self.store.extraction(page.id, seal(page))
        return Reading(url, page, unpacked(kept)) if kept else None

    def _has_recipes(self, reading: Reading) -> bool:
        page, extraction = reading.page, reading.extraction
        return bool(page and extraction and page.access != "api" and self.store.recipes(site_of_page(extraction.url)))

    def _read_by_recipes(self, reading: Reading) -> Reading:
        """The reading with what its site's recipes add. Bytes that are new to the store count for their coverage."""
        page, extraction = reading.page, reading.extraction
        if page is None or extraction is None or not self._has_recipes(reading):
            return reading
        fresh = not page.revalidated and page.id not in self._counted and self.store.page(page.id) is None
        self._counted.add(page.id)
        text, _ = decode(page.body, page.charset)
        said = read_with_recipes(self.store, extraction, text, fresh=fresh, begin=self._apart.begin)
        return replace(reading, extraction=said)

    async def screenshot(self, url: str) -> bytes:
        """A page as a browser shows it, PNG: the one that is kept, or one taken now and kept where the page is.

        Errors: FetchError; CannotRun where no browser can be had.
        """
        page = self.store.latest_page(url)
        kept = self.store.screenshot(page.id) if page else None
        if kept:
            return kept[0]
        png = await self.renderer.screenshot(url)
        if page:
            self.store.put_screenshot(page.id, png, self.now())
        return png

    # sources --------------------------------------------------------------------------------------------------

    async def read_source(self, name: str, since: datetime, limit: int | None = None) -> Listed:
        """Launches of a source since a moment, kept in the store, their addresses granted; and what could not be read.

        Errors: as of SourceReader.read.
        """
        listed = await self._sources.read(name, since, limit)
        self.grant(address for launch in listed.launches for address in (launch.url, launch.repo_url or None))
        return listed

    async def look_at_source(self, name: str, since: datetime) -> list[Launch]:
        """What a source lists now; nothing is kept or granted. Errors: as of SourceReader.read."""
        return await self._sources.look(name, since)

    async def find_launches(self, words: str) -> list[Launch]:
        """Launches by words of their name, of the sources that can be asked so; kept in the store, addresses granted."""
        found = await self._sources.find(words)
        self.grant(address for launch in found for address in (launch.url, launch.repo_url or None))
        return found

    # products -------------------------------------------------------------------------------------------------

    def propose(self, items: Sequence[ProposedProduct]) -> list[Saved | ScoutError]:
        """Put the items into the store, the error in its place where one is refused: it takes nothing else with it.

        One commit for all, each product a savepoint of its own: a commit costs as much as the product does.
        """
        proposals = [self._try_assembled(item) for item in items]
        with self.store.write():
            return [self._try_put(proposal) for proposal in proposals]

    def _try_assembled(self, item: ProposedProduct) -> Proposal | ScoutError:
        try:
            return self._assembled(item)
        except CannotRun:
            raise
        except ScoutError as error:
            return error
        except Exception as error:  # noqa: BLE001 - one odd page costs its product, not the others proposed with it
            return failure_of(" ".join(item.pages), error)

    def _try_put(self, proposal: Proposal | ScoutError) -> Saved | ScoutError:
        if isinstance(proposal, ScoutError):
            return proposal
        for why in proposal.left_out:
            logger.info("left out: %s", why)
        try:
            return replace(self.store.put_product(proposal), left_out=proposal.left_out)
        except ProposalRefused as error:
            return error
        except Exception as error:  # noqa: BLE001 - as above; its savepoint has undone what it wrote
            return failure_of(proposal.identity, error)

    def _assembled(self, item: ProposedProduct) -> Proposal:
        launches = []
        for launch_id in item.launches:
            launch = self.store.launch(launch_id)
            if launch is None:
                raise ProposalRefused(f"No launch {launch_id!r} in the store; list the source first and use its ids.")
            launches.append(launch)
        sets = [self.together(page_id) for page_id in item.pages]
        read = [pair for readings in sets for reading in readings if (pair := read_of(reading))]
        pages = [(self._as_announced(page, launches), said) for page, said in read]
        owners = {page: owner for readings in sets for page, owner in owners_of(readings).items()}
        failed = (self._unread.get(canonical_url(launch.url)) for launch in launches if launch.url)
        unread = next((one for one in failed if one), None)
        proposal = assemble(launches=launches, pages=pages, claims=item.claims, owners=owners, unread=unread)
        notice = self._notice_of_end(proposal.identity, pages[0][0]) if pages else ""
        if not notice:
            return proposal
        reason = f"{pages[0][0].final_url} says “{notice}”; its facts are kept as they were."
        return replace(proposal, facts=(), plans=(), pages=(), aliases=(), needs_look=(reason,))

    def _notice_of_end(self, identity: str, page: Page) -> str:
        """What a known product's page says of its end, since it was read last; "" for nothing new of the kind."""
        slug = None if page.revalidated or page.access == "api" else self.store.find(identity)
        card = self.store.card(slug) if slug else None
        before = self.store.tracked_pages(slug)[:1] if slug and card else []
        if not card or not before or before[0]["page"] == page.id:
            return ""
        names, last = [str(card["name"])], self.store.page(before[0]["page"])
        return shut_down(page, names) if last and not shut_down(last, names) else ""

    def _as_announced(self, page: Page, launches: Sequence[Launch]) -> Page:
        """The page under the announced address that led to it, where it was asked for under another one as well."""
        asked = [canonical_url(launch.url) for launch in launches if launch.url]
        if page.url in asked:
            return page
        key = address_key(page.final_url)
        led = (url for url in asked if (known := self.store.latest_page(url)) and address_key(known.final_url) == key)
        return replace(page, url=next(led, page.url))

    def together(self, page_id: str) -> list[Reading]:
        """A stored page and what belongs to it (a README, a card), from the store. Errors: ProposalRefused without one."""
        reading = self.reading(page_id)
        if reading is None or reading.page is None or reading.extraction is None:
            raise ProposalRefused(f"No page {page_id!r} in the store; read it first and use the id that comes back.")
        found = (self.latest(address) for address in companions_of(reading.page.url, self.settings))
        return [reading, *(further for further in found if further)]


def read_of(reading: Reading | None) -> tuple[Page, Extraction] | None:
    """A page with what it says; None for one that could not be read."""
    return (reading.page, reading.extraction) if reading and reading.page and reading.extraction else None


def owners_of(readings: Sequence[Reading]) -> dict[str, str]:
    """Whose the companions of the first of these are, by page id: they belong to who asked for them."""
    first, *companions = map(read_of, readings)
    owner = Known(*first).identity if first else ""
    return {pair[0].id: owner for pair in companions if pair and owner}


def _unread(url: str, error: FetchError) -> Unread:
    """Why a page could not be read, and how far its redirects led."""
    return Unread(error.reason, "" if error.reached == url else error.reached)


def failure_of(url: str, error: Exception) -> FetchError:
    """What an exception is to those outside the box of one page: itself where it is a FetchError, else a PageFault, which
    the log has with its traceback. Errors: the exception itself where no other page could be read either."""
    refused = isinstance(
        error.__cause__, (sqlite3.IntegrityError, sqlite3.DataError)
    )  # what one page would have written
    if (isinstance(error, CannotRun) and not refused) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        raise error
    if isinstance(error, FetchError):
        return error
    if isinstance(error, ScoutError) and not refused:
        return PageFault(url, str(error))
    logger.error("page fault url=%s", url, exc_info=error)
    return PageFault(url, f"reading it failed ({first_line(error)})")
