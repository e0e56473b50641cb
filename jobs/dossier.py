"""A product's dossier: what is to be known of it beyond its landing page, gathered before a panel meets.

Its own pages (prices, documentation, changelog, terms) are found by the links of the pages already read and, where no
link leads there, by its site's sitemap; numbers come from the answers of code hosts, registries and the Hub, most of them
read already; voices from the comments of its launches. All goes through the bench's Fetcher and becomes a page of the
store. What cannot be had is one line of the dossier and nobody's failure.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType, ModuleType
from typing import Any
from urllib.parse import quote, urlsplit

from jobs.logos import find_logo
from tools import sources
from tools.dossier import ROLES, Dossier, DossierPage, Measure, Role, Statement, Voice
from tools.errors import (
    CannotRun,
    FetchError,
    NotRecorded,
    PageBlocked,
    RobotsDisallowed,
    SourceChanged,
    StoreError,
    WorkFailed,
)
from tools.identity import address_key, host_of, identity_of
from tools.models import Access, Extraction, Launch, Link, Logo, Page
from tools.page.price_headings import is_of_prices
from tools.page.stated import statements
from tools.page_job import kept_lines
from tools.products.ends import Known, own_entries, scheme_of, squash
from tools.products.further import lists, settles
from tools.products.measures import Answer, read_measures
from tools.products.roles import KINDS, addresses_of, own_of, sitemap_links
from tools.reading import failure_of, owners_of
from tools.sources import github_search
from tools.web.deadline import page_time
from tools.web.request import api_headers, is_package_answer
from tools.web.robots import robots_address
from tools.workbench import Workbench

logger = logging.getLogger(__name__)
Progress = Callable[[str], None]
BATCH = 50  # products gathered at once; the fetcher keeps each host's pace
FRESH = timedelta(hours=12)  # a page checked so lately is not asked for again
STANDS = timedelta(days=7)  # how long a dossier does for a product that awaits another panel
MOST_DISCUSSIONS = 2  # launches of one product whose comments are read, the newest first
_OWN_ROLES = ("homepage", *dict.fromkeys(KINDS.values()), "readme", "card")  # pages that may state something
# Where code hosts that need no key are asked: project, releases. {path}: owner/name, {id}: the same with its slash encoded
_FORGES = {
    "gitlab.com": (
        "https://gitlab.com/api/v4/projects/{id}",
        "https://gitlab.com/api/v4/projects/{id}/releases?per_page=100",
    ),
    "codeberg.org": (
        "https://codeberg.org/api/v1/repos/{path}",
        "https://codeberg.org/api/v1/repos/{path}/releases?limit=50",
    ),
}


def gather(bench: Workbench, slugs: Iterable[str], say: Progress, *, again: bool = False) -> int:
    """Gather the dossiers of these products into the store; how many. Deleted and unknown products are passed over.

    again: those too that have a dossier which still stands. What of one cannot be had costs nobody else anything.
    Errors: StoreError.
    """
    if bench.settings.logos == "off":
        bench.store.forget_logos()
    if not bench.settings.dossier_pages:
        return 0
    wanted = [slug for slug in dict.fromkeys(slugs) if again or not _stands(bench, slug)]
    for start in range(0, len(wanted), BATCH):
        _gather_batch(bench, wanted[start : start + BATCH])
        say(f"dossier: {min(start + BATCH, len(wanted))} of {len(wanted)}")
    return len(wanted)


def _stands(bench: Workbench, slug: str) -> bool:
    pages = bench.store.dossier(slug).pages
    return bool(pages) and bench.now() - max(page.at for page in pages) < STANDS


def _gather_batch(bench: Workbench, slugs: Sequence[str]) -> None:
    """The dossiers of a batch: all pages first, then one transaction for them, then one for what they say."""
    found = bench.run(_together(_boxed(slug, _gathered(bench, slug)) for slug in slugs))
    gathered = [one for one in found if one]
    with bench.store.write():
        for one in gathered:
            for page in one.fresh.values():
                bench.store.put_page(page)
        bench.reader.keep_beside()
    dossiers = bench.run(_together(_boxed(one.slug, one.dossier()) for one in gathered))
    with bench.store.write():
        for one, dossier in zip(gathered, dossiers, strict=True):
            if dossier:
                bench.store.put_dossier(dossier, one.logo)


async def _gathered(bench: Workbench, slug: str) -> _Gathering:
    return await _Gathering(bench, slug).run()


async def _together(work: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    return list(await asyncio.gather(*work))


async def _boxed(slug: str, work: Coroutine[Any, Any, Any]) -> Any:
    """What the work on one product gives; None where it failed, which costs no other product. Errors: StoreError."""
    try:
        return await work
    except StoreError:
        raise
    except CannotRun as error:  # a stranger's page without a contact, say: the crawl itself has gone well
        logger.warning("dossier not gathered slug=%s reason=%s", slug, error)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw must not lose the other products of the batch
        failure_of(slug, error)
    return None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One answer to ask for. kind: how its numbers are read; robots: asked of robots.txt though no page."""

    url: str
    access: Access
    kind: Answer
    robots: bool = False


@dataclass
class _Gathering:
    """One product while its dossier is gathered. `fresh`: pages that came just now, by their ids."""

    bench: Workbench
    slug: str
    fresh: dict[str, Page] = field(default_factory=dict)
    pages: list[DossierPage] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    logo: Logo | None = None  # as it is to be kept; None: what is kept stands
    _stating: dict[str, tuple[Role, Page]] = field(default_factory=dict)  # pages that may state something, by id
    _plans: dict[str, None] = field(default_factory=dict)  # the names of its plans, as the pages read have them

    def __post_init__(self) -> None:
        self.store, self.settings, self.now = self.bench.store, self.bench.settings, self.bench.now()
        self.known = list(_known(self.bench, self.slug))
        self.launches = self.store.launches(slug=self.slug)
        self.own = own_of(self.known)

    async def run(self) -> _Gathering:
        """Gather all of it; itself."""
        await self._note_known()
        await asyncio.gather(self._own_pages(), self._repository(), self._downloads(), self._comments(), self._mark())
        if (home := self._home()) and not any(page.role == "pricing" for page in self.pages) and lists(home.extraction):
            self._read("pricing", home.page)
        return self

    async def dossier(self) -> Dossier:
        """What was gathered, with what its pages state; their bytes are in the store by now."""
        roles = {page.role for page in self.pages}
        none = [DossierPage(role, "none", "", "", self.now) for role in ROLES if role not in roles]
        said = [one for role, page in self._stating.values() for one in await self._stated(role, page)]
        return Dossier(self.slug, (*self.pages, *none), tuple(self.measures), tuple(said), tuple(self.voices))

    async def _stated(self, role: Role, page: Page) -> tuple[Statement, ...]:
        """What a page states; () where reading that failed, which leaves the page as read."""
        lines = kept_lines(self.store.lines, page)
        named = tuple(self._plans), tuple(self.own.names)
        try:
            return await self.bench.reader.apart(statements, lines, role, page.final_url, page.id, *named)
        except WorkFailed as error:
            logger.warning("statements not read url=%s reason=%s", page.final_url, error)
            return ()

    # what is read already -------------------------------------------------------------------------------------

    async def _note_known(self) -> None:
        """The roles that the product's pages on record play, and the numbers in them."""
        prices = {item.extraction.pricing_url for item in self.known} - {None}
        for item in self.known:
            role = _role_of(item, prices, self.bench)
            if role == "homepage" and any(page.role == role for page in self.pages):
                continue
            if role:
                await self._note_page(role, item.page, item.extraction)
        if not self.known:
            launch = next((one for one in self.launches if one.url), None)
            if launch and launch.url:
                self._failed("homepage", launch.url, "It could not be read when it was announced.")
        home = self._home()
        if home and not any(page.role == "pricing" for page in self.pages) and settles(home.extraction):
            self._read("pricing", home.page)

    async def _mark(self) -> None:
        """Its own mark, as its home names it; a repository's page names its host's."""
        home = self._home()
        self.logo = await find_logo(self.bench, self.slug, home.page) if home else None

    def _home(self) -> Known | None:
        return next((item for item in self.known if scheme_of(item.identity) == "url"), None)

    async def _note_page(self, role: Role, page: Page, said: Extraction) -> None:
        if page.access == "html" and not said.text_chars:
            self._failed(role, page.final_url, "It shows no text.")
            return
        kinds: dict[Role, Answer] = {"repository": "repository", "registry": "registry", "hub": "hub"}
        try:
            self.measures += await self._numbers(kinds[role], page) if role in kinds else ()
        except WorkFailed as error:
            self._missed(role, page.final_url, error)
            return
        self._plans |= dict.fromkeys(plan.name for plan in said.plans)
        self._read(role, page)

    def _read(self, role: Role, page: Page) -> None:
        self.pages.append(DossierPage(role, "read", page.final_url, page.id, self._checked(page)))
        if role in _OWN_ROLES:
            self._stating.setdefault(page.id, (role, page))

    def _checked(self, page: Page) -> datetime:
        """When a page was last known to say what it says."""
        return self.now if page.id in self.fresh else self.store.checked_at(page.final_url) or page.fetched_at

    def _failed(self, role: Role, url: str, why: str) -> None:
        self.pages.append(DossierPage(role, "failed", url, "", self.now, why))

    def _missed(self, role: Role, url: str, error: Exception) -> None:
        """Note what could not be had, in a sentence."""
        if isinstance(error, NotRecorded):
            self._failed(role, url, "It is not in the recording.")
            return
        said = error.reason if isinstance(error, FetchError) else str(error)
        refused = isinstance(error, PageBlocked | RobotsDisallowed)
        self.pages.append(DossierPage(role, "refused" if refused else "failed", url, "", self.now, _sentence(said)))

    # its own pages --------------------------------------------------------------------------------------------

    async def _own_pages(self) -> None:
        """Find and read the pages of its own that play a role which none on record plays."""
        links = [link for item in self.known for link in item.extraction.links]
        links += [Link(item.extraction.pricing_url, "") for item in self.known if item.extraction.pricing_url]
        played = {page.role for page in self.pages}
        found = addresses_of(links, self.own)
        if not {"docs", "changelog", "privacy"} <= found.keys():
            found = addresses_of(await self._sitemap(), self.own) | found
        wanted = {found[kind]: role for kind, role in KINDS.items() if kind in found and role not in played}
        on_record = {address_key(item.page.final_url): item for item in self.known}
        asked: dict[str, Role] = {}
        for url, role in wanted.items():
            if item := on_record.get(address_key(url)):
                await self._note_page(role, item.page, item.extraction)
            elif not await self._note_lately(url, role):
                asked[url] = role
        await self._read_own(dict(list(asked.items())[: self.settings.dossier_pages]))

    async def _note_lately(self, url: str, role: Role) -> bool:
        """Whether a page was read so lately that it is not asked for again; it is noted then."""
        at = self.store.checked_at(url)
        page = self.store.latest_page(url) if at and self.now - at < FRESH else None
        reading = self.bench.reader.reading(page.id) if page else None
        if not reading or not reading.page or not reading.extraction:
            return False
        await self._note_page(role, reading.page, reading.extraction)
        return True

    async def _read_own(self, asked: Mapping[str, Role]) -> None:
        looked = await self.bench.reader.look(list(asked))
        homes = [item.page for item in self.known if item.page.access == "html"]
        for url, role in asked.items():
            reading = looked[url][0]
            page, said = reading.page, reading.extraction
            if page is None or said is None:
                self._missed(role, url, reading.error or FetchError(url, "it did not answer"))
            elif not self.own.holds(page.final_url, _kind_of(role)):
                self._failed(role, url, f"It leads to {host_of(page.final_url)}, another site.")
            elif any(page.body_hash == home.body_hash or _same(page, home) for home in homes):
                self._failed(role, url, "The homepage came in its place.")
            else:
                self.fresh[page.id] = page
                await self._note_page(role, page, said)

    async def _sitemap(self) -> list[Link]:
        """The addresses of its sitemap, the one that its robots.txt names or the usual one; [] where it has none."""
        home = next((item.page.final_url for item in self.known if scheme_of(item.identity) == "url"), "")
        if not home:
            return []
        try:
            await self.bench.fetcher.robots_allowed(home)  # it names the sitemap
            named = [url for url in self.bench.fetcher.sitemaps(home) if self.own.holds(url, "docs")]
            url = next(iter(named), robots_address(home).replace("/robots.txt", "/sitemap.xml"))
            page = await self._page(url, "html")
            return await self.bench.reader.apart(sitemap_links, page.body)
        except (FetchError, WorkFailed):
            return []

    # numbers --------------------------------------------------------------------------------------------------

    async def _repository(self) -> None:
        """The numbers of its repository where they are not on record, and its releases."""
        repo, foreign = self._repo()
        if foreign:
            self._failed("repository", f"https://{foreign}", "Nothing shows that this repository is the product's own.")
        if not repo:
            return
        host, _, path = repo.partition("/")
        if not any(page.role == "repository" for page in self.pages):
            await self._answered("repository", _asked_of(host, path, self.settings))
        await self._answered("releases", _releases_of(host, path, self.settings))

    def _repo(self) -> tuple[str, str]:
        """Host and path of its repository, and of one that its pages link and that nothing shows to be its own."""
        for item in self.known:
            if scheme_of(item.identity) == "repo":
                return item.identity.removeprefix("repo:"), ""
        announced = [identity_of(url) for one in self.launches for url in (one.url, one.repo_url) if url]
        if not self.known and announced and scheme_of(announced[0]) == "repo":
            return announced[0].removeprefix("repo:"), ""
        linked = next(iter(own_entries(self.known, "repo")), "").removeprefix("repo:")
        bears = any(squash(step) in self.own.names for step in linked.split("/")[1:])
        return (linked, "") if bears else ("", linked)

    async def _downloads(self) -> None:
        """npm's count of a package, where its address is set."""
        base = str(self.settings.npm_downloads_url).rstrip("/")
        for item in self.known:
            registry, _, name = item.extraction.package.removeprefix("package:").partition("/")
            if base and registry == "npm" and is_package_answer(item.page.url, self.settings):
                url = f"{base}/downloads/point/last-month/{quote(name, safe='@/')}"
                await self._answered("registry", [_Asked(url, "api", "downloads")])

    async def _answered(self, role: Role, asked: Sequence[_Asked]) -> None:
        """Read the first of some answers that can be had; where none can, why the last could not."""
        missed: tuple[str, Exception] | None = None
        for one in asked:
            try:
                if one.robots:
                    await self._obey_robots(one.url)
                page = await self._page(one.url, one.access)
                numbers = await self._numbers(one.kind, page)
            except (FetchError, WorkFailed) as error:
                missed = one.url, error
                continue
            self.measures += numbers
            self._read(role, page)
            return
        if missed:  # a host that is not asked for this has no such page
            self._missed(role, *missed)

    async def _obey_robots(self, url: str) -> None:
        """Errors: RobotsDisallowed. A feed is no page; yet where robots.txt closes it by name, it is not asked for."""
        allowed, why = await self.bench.fetcher.robots_allowed(url)
        if not allowed:
            raise RobotsDisallowed(url, why)

    async def _numbers(self, kind: Answer, page: Page) -> tuple[Measure, ...]:
        """The numbers in an answer. Errors: WorkFailed."""
        work = (kind, page.body, page.final_url, page.id, self._checked(page))
        return await self.bench.reader.apart(read_measures, *work)

    # voices ---------------------------------------------------------------------------------------------------

    async def _comments(self) -> None:
        """What is said of its launches where the launch place shows it."""
        for module, entry, launch in islice(self._discussions(), MOST_DISCUSSIONS):
            url = module.discussion(self.settings, entry)
            try:
                page = await self._page(url, module.ACCESS, module.PACE_S, getattr(module, "HEADERS", {}))
                work = (module.__name__, page.body, page.charset, launch.makers, launch.source_url, page.id, self.now)
                voices = await self.bench.reader.apart(sources.read_voices, *work)
            except (FetchError, SourceChanged, WorkFailed) as error:
                self._missed("comments", url, error)
                continue
            self.voices += voices
            self._read("comments", page)

    def _discussions(self) -> Iterator[tuple[ModuleType, str, Launch]]:
        """The discussions of its launches: how each is read, which it is, its launch; each once, the newest first."""
        followed = {row["name"] for row in self.store.sources() if row["url"]}  # one may be called as a source is
        places = {n: m for n, m in sources.all_sources().items() if hasattr(m, "discussion") and n not in followed}
        seen = {(one.source, one.source_id.partition("#")[0]): one for one in self.launches if one.source in places}
        return ((places[name], entry, launch) for (name, entry), launch in seen.items())

    async def _page(
        self, url: str, access: Access, pace_s: float = 0.0, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Page:
        """One answer, in the time a page has; that of a moment ago where it is on record. Errors: FetchError."""
        at = self.store.checked_at(url)
        kept = self.store.latest_page(url) if at and self.now - at < FRESH else None
        if kept:
            return kept
        limit_s = None if self.bench.replay else self.settings.page_s
        sent = {**headers, **api_headers(url, self.settings)}
        async with page_time(url, limit_s):
            page = await self.bench.fetcher.get(url, access=access, headers=sent, pace_s=pace_s)
        self.fresh[page.id] = page
        return page


def _known(bench: Workbench, slug: str) -> Iterator[Known]:
    """The pages of a product that are on record, with what they say, the homepage first."""
    for row in bench.store.tracked_pages(slug):
        reading = bench.reader.reading(row["page"])
        if reading and reading.page and reading.extraction:
            owner = owners_of(bench.reader.together(row["page"])).get(row["page"], "")
            yield Known(reading.page, reading.extraction, owner)


def _role_of(item: Known, prices: set[str | None], bench: Workbench) -> Role | None:
    """Which page of a dossier a page on record is; None for none."""
    url, scheme = item.page.final_url, scheme_of(item.identity)
    path = urlsplit(url).path.lower()
    if is_package_answer(item.page.url, bench.settings):
        return "registry"
    if path.endswith(("/readme", "readme.md")):
        return "card" if scheme == "hub" else "readme"
    if item.page.access == "api" and scheme in ("repo", "hub"):
        return "repository" if scheme == "repo" else "hub"
    if scheme != "url":
        return None
    if is_of_prices(path) or prices & {item.page.url, url}:
        return "pricing"
    return "homepage"


def _asked_of(host: str, path: str, settings: Any) -> list[_Asked]:
    """Where the numbers of a repository are asked for: of GitHub the API with a token, without one its page."""
    if host == "github.com":
        if settings.github_token:
            return [_Asked(github_search.repo_api_url(settings, path), "api", "repository")]
        return [_Asked(f"{settings.github_url}/{path}", "html", "repository_page")]
    return [_Asked(_forge(host, path, 0), "api", "repository")] if host in _FORGES else []


def _releases_of(host: str, path: str, settings: Any) -> list[_Asked]:
    """Where releases are asked for: of GitHub without a token its feed first, for the API counts requests, and last the
    repository's page, which names the latest one."""
    if host == "github.com":
        api = _Asked(f"{github_search.repo_api_url(settings, path)}/releases?per_page=100", "api", "releases")
        feed = _Asked(f"{settings.github_url}/{path}/releases.atom", "feed", "releases_feed", robots=True)
        page = _Asked(f"{settings.github_url}/{path}", "html", "latest_release")
        return [api] if settings.github_token else [feed, api, page]
    return [_Asked(_forge(host, path, 1), "api", "releases")] if host in _FORGES else []


def _forge(host: str, path: str, which: int) -> str:
    return _FORGES[host][which].format(path=path, id=quote(path, safe=""))


def _same(page: Page, other: Page) -> bool:
    return address_key(page.final_url) == address_key(other.final_url)


def _kind_of(role: Role) -> str:
    """A kind of page that plays a role."""
    return next(kind for kind, played in KINDS.items() if played == role)


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."[:400]
