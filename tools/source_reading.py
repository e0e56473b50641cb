"""From a source to its launches: list after list, entry after entry, each failure costing the part it happened in.

A source that is read by difference is held against what the store has of its lists. What it has is replaced in the
transaction that keeps the launches found, and not at all while something that may yet be had is missing: killed at any
point, nothing is lost, and what is found twice is one launch.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tools import sources
from tools.errors import (
    FetchError,
    PartFailed,
    RateLimited,
    RobotsDisallowed,
    SourceChanged,
    SourceError,
    UsageError,
    WorkFailed,
)
from tools.filters import Filter, filter_of, sifted
from tools.models import Access, Launch, Page
from tools.store import Store
from tools.web.fetch import Fetcher
from tools.web.request import api_headers

if TYPE_CHECKING:
    from tools.web.hub_client import HubApi

T = TypeVar("T")
Part = Launch | PartFailed
MOST_LISTS = 1_000  # of one reading: a source that leads on for longer leads round in a circle
MOST_FAILED = 20  # entries in a row, after which the others are left alone
ENTRY_KEPT = timedelta(hours=20)  # an entry's page is asked for once a day, however often its source is read
NAMES_TYPE = "application/x-scout-names"  # of a kept list, of which only the names were worth keeping
_NOTHING = sources.ListRead([], None, [], None, None)
logger = logging.getLogger(__name__)


class DoApart(Protocol):
    """Does work on bytes from outside where it holds nobody up."""

    def __call__(self, work: Callable[..., T], *args: object) -> Awaitable[T]:
        """Errors: those of the work; WorkFailed."""


class AskHub(Protocol):
    """Puts a question to the Hub's own client: its answer, and the pages that it read for that."""

    def __call__(self, ask: Callable[[HubApi], T]) -> Awaitable[tuple[T, list[Page]]]:
        """Errors: as of the question."""


@dataclass(slots=True)
class Listed:
    """What was read of a source: its launches, the parts that could not be read, and the launches that its filter blocks,
    with the reason."""

    launches: list[Launch] = field(default_factory=list)
    failures: list[PartFailed] = field(default_factory=list)
    blocked: list[tuple[Launch, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """What the lists of a source and their entries brought, and the lists to keep for the next reading."""

    parts: list[Part] = field(default_factory=list)
    entries: dict[str, datetime | None] = field(default_factory=dict)
    lists: list[Page] = field(default_factory=list)

    def add(self, read: sources.ListRead) -> None:
        self.parts.extend(read.launches)
        for entry, at in read.entries:
            self.entries.setdefault(entry, at)


class SourceReader:
    """Reads sources through one Fetcher into one Store."""

    def __init__(self, store: Store, fetcher: Fetcher, ask_hub: AskHub, apart: DoApart) -> None:
        self._store, self._fetcher, self._ask_hub, self._apart = store, fetcher, ask_hub, apart
        self._settings, self._now = fetcher.settings, fetcher.now

    async def read(self, name: str, since: datetime, limit: int | None = None) -> Listed:
        """Launches of a source since a moment, newest first as the source orders them; kept in the store.

        A list, a page or a row that cannot be read is a failure of that part, and the rest stands. What the source's
        filter blocks is kept in the store, too, but is not among the launches, so that no product is made of it.
        Errors: UnknownName; UsageError for a source that wants a setting first, or for a filter that is not sound;
        SourceError when nothing of it can be read; SourceChanged when its shape is not the known one, or when it has been
        quiet for longer than settings.quiet_days.
        """
        row = next((r for r in self._store.sources() if r["name"] == name), None)
        module = self._module(name, row)
        wanted = filter_of(name, self._settings, row["filter"] if row else "")
        try:
            listed, lists = await self._listed(module, name, row, since, limit)
        except SourceError as error:
            self._store.put_source_state(name, last_error=str(error), listed=0, blocked=0)
            raise
        fresh = [launch for launch in listed.launches if (launch.launched_at or self._now()) >= since]
        if not listed.failures and not getattr(module, "MAY_REST", False):
            self._refuse_silence(name, listed.launches)
        differs = sources.by_difference(module)
        kept = fresh if differs else _up_to(limit, fresh, wanted)
        with self._store.write():
            for page in lists:
                self._store.put_page(page)
            counts = self._store.put_launches(name, kept, self._now())
        self._note(name, row, listed, new=bool(counts.new))
        if differs:  # such a source says a thing once: what an earlier run kept and did not come to enter is here again
            known = {launch.id for launch in kept}
            kept = [*kept, *(one for one in self._store.launches(name, since=since) if one.id not in known)]
        passed, blocked = sifted(kept, wanted)
        self._store.put_source_state(name, listed=len(kept), blocked=len(blocked))
        return Listed(passed[:limit], listed.failures, blocked)

    async def look(self, name: str, since: datetime) -> list[Launch]:
        """What a source lists now, whatever its filter; no launch is kept. Errors: as of `read`."""
        row = next((r for r in self._store.sources() if r["name"] == name), None)
        listed, _ = await self._listed(self._module(name, row), name, row, since, None)
        return listed.launches

    def _module(self, name: str, row: dict[str, Any] | None) -> ModuleType:
        """The module that reads a source. Errors: UnknownName; UsageError for one that wants a setting first."""
        module = sources.read_by(name, row["url"] if row else "", row["kind"] if row else "")
        if why := sources.why_off(module, self._settings):
            raise UsageError(f"{name} is off: {why}")
        return module

    async def find(self, words: str) -> list[Launch]:
        """Launches by words of their name, of the sources that can be asked so; kept in the store.

        A source that cannot be read is left out and logged: what the others and the store say is still worth having.
        """
        found: list[Launch] = []
        for name, module in sources.all_sources().items():
            for url in module.search(self._settings, words) if hasattr(module, "search") else ():
                try:
                    page = await self._page(module, name, url)
                    launches = (await self._read_list(module, name, page, url)).launches
                except SourceError as error:
                    logger.warning("search failed source=%s reason=%s", name, error.reason)
                    continue
                self._store.put_launches(name, launches, self._now())
                found.extend(launches)
        return found

    def _note(self, name: str, row: dict[str, Any] | None, listed: Listed, *, new: bool) -> None:
        """Keep in the store how the source was read, what was left out of it included."""
        state: dict[str, Any] = {"last_ok_at": self._now(), "last_error": "; ".join(map(str, listed.failures[:3]))}
        if new or not listed.launches:
            state["last_new_at"] = self._now() if new else (row or {}).get("last_new_at") or self._now()
        self._store.put_source_state(name, **state)

    async def _listed(
        self, module: ModuleType, name: str, row: dict[str, Any] | None, since: datetime, limit: int | None
    ) -> tuple[Listed, list[Page]]:
        """Everything of the source, each launch once, and the lists to keep. Errors: SourceError where no part could be
        read."""
        lists: list[Page] = []
        if hasattr(module, "hub_launches"):
            parts = await self._of_hub(module, since, limit)
        else:
            followed = row and name != module.NAME
            starts = [row["url"]] if row and followed else module.requests(self._settings, since, self._now())
            read = await self._of_pages(module, name, list(starts), since, limit)
            parts, lists = read.parts, read.lists
        found: dict[str, Launch] = {}
        for launch in parts:
            if isinstance(launch, Launch):
                found.setdefault(launch.source_id, replace(launch, source=name))
        return Listed(list(found.values()), [part for part in parts if isinstance(part, PartFailed)]), lists

    async def _of_hub(self, module: ModuleType, since: datetime, limit: int | None) -> list[Part]:
        most = {"limit": limit} if limit else {}
        parts, pages = await self._ask_hub(lambda api: list(module.hub_launches(api, since, **most)))
        with self._store.write():
            for page in pages:
                self._store.put_page(page)
        return parts

    async def _of_pages(
        self, module: ModuleType, name: str, starts: list[str], since: datetime, limit: int | None
    ) -> _Found:
        """What these lists of a source say, those that follow them, and their entries. Errors: SourceError where no list
        could be read."""
        found, queue, seen = _Found(), list(starts), set[str]()
        failed: list[PartFailed] = []
        while queue:
            url = queue.pop(0)
            if url in seen:
                continue
            seen.add(url)
            try:
                if len(seen) > MOST_LISTS:
                    raise SourceChanged(name, f"its lists lead on after {MOST_LISTS} pages")
                read = await self._list_of(module, name, url, found if url in starts else None)
            except SourceError as error:
                failed.append(PartFailed(name, f"page {len(seen)} ({url})", error))
                if isinstance(error.__cause__, RateLimited) or len(seen) > MOST_LISTS:
                    break  # no further request to that host in this run
                continue
            found.add(read)
            if read.following and not (read.oldest and read.oldest < since):
                queue.append(read.following)
        if failed and len(failed) == len(seen):
            raise failed[0].cause
        whole = await self._of_entries(module, name, found, since, limit)
        if hasattr(module, "entries") and not (whole and all(map(_is_final, [*_failures(found.parts), *failed]))):
            found.lists.clear()
        found.parts.extend(failed)
        return found

    async def _list_of(self, module: ModuleType, name: str, url: str, found: _Found | None) -> sources.ListRead:
        """What one list says. found: of a list that is asked for by its own name, where to keep it for the next reading.

        Errors: SourceError.
        """
        if not sources.by_difference(module):
            cited = not hasattr(module, "entries")  # else launches cite the entries' own pages
            page = await self._page(module, name, url, keep=cited)
            if not cited and found and (page.etag or page.last_modified):
                self._store.put_page(page)  # to ask by next time; of a list without validators there is no use in it
            return await self._read_list(module, name, page, url)
        known = self._store.latest_page(url) if found else None
        if known and self._is_fresh(url, getattr(module, "EVERY", timedelta(0))):
            return _NOTHING
        page = await self._page(module, name, url, keep=False)
        if known and page.revalidated:
            read = _NOTHING
        else:
            read = await self._read_list(module, name, page, url, known.body if known else None)
        if found:
            found.lists.append(page if read.remembered is None else _reduced(page, read.remembered))
        return read

    async def _of_entries(
        self, module: ModuleType, name: str, found: _Found, since: datetime, limit: int | None
    ) -> bool:
        """Read the pages of the entries that were found within the window; whether none is left to read."""
        dated = [entry for entry, at in found.entries.items() if at is None or at >= since]
        wanted = {url: entry for entry in dated if (url := module.entry_request(self._settings, entry))}
        in_a_row = 0
        for url, entry in list(wanted.items())[:limit]:
            try:
                page = await self._entry_page(module, name, url)
                launches = await self._in_worker(name, sources.read_entry, module, page)
            except SourceError as error:
                found.parts.append(PartFailed(name, f"entry {entry} ({url})", error))
                in_a_row += 1
                if isinstance(error.__cause__, RateLimited) or in_a_row == MOST_FAILED:
                    return False
                continue
            in_a_row = 0
            found.parts.extend(_dated(replace(one, page=page.id), found.entries[entry]) for one in launches)
        return limit is None or len(wanted) <= limit

    async def _entry_page(self, module: ModuleType, name: str, url: str) -> Page:
        """The page of an entry: as it was read within the day, else asked for. Errors: SourceError."""
        known = self._store.latest_page(url) if self._is_fresh(url, ENTRY_KEPT) else None
        return known or await self._page(module, name, url, access=getattr(module, "ENTRY_ACCESS", None))

    def _is_fresh(self, url: str, span: timedelta) -> bool:
        checked_at = self._store.checked_at(url)
        return checked_at is not None and self._now() - checked_at < span

    async def _read_list(
        self, module: ModuleType, name: str, page: Page, url: str, before: bytes | None = None
    ) -> sources.ListRead:
        """What a page of a source says as a list. Errors: SourceError."""
        read = await self._in_worker(name, sources.read_list, module, page, url, before)
        if read.left_out:
            logger.warning("too long a list source=%s url=%s rows_left_out=%d", name, url, read.left_out)
        return replace(read, launches=[replace(one, page=page.id) for one in read.launches])

    async def _in_worker(
        self, name: str, work: Callable[..., T], module: ModuleType, page: Page, *further: object
    ) -> T:
        try:
            return await self._apart(work, module.__name__, page.body, page.charset, page.final_url, *further)
        except WorkFailed as error:
            raise SourceError(name, str(error)) from error

    async def _page(
        self, module: ModuleType, name: str, url: str, *, access: Access | None = None, keep: bool = True
    ) -> Page:
        """A page of a source. Errors: SourceError."""
        pace_s = module.pace_s(self._settings) if hasattr(module, "pace_s") else module.PACE_S
        headers = {**getattr(module, "HEADERS", {}), **api_headers(url, self._settings)}
        most = int(getattr(module, "MOST_BYTES", 0))
        try:
            page = await self._fetcher.get(
                url, access=access or module.ACCESS, headers=headers, pace_s=pace_s, most_bytes=most
            )
        except FetchError as error:
            raise SourceError(name, f"could not be read: {error}") from error
        if keep:
            self._store.put_page(page)
        return page

    def _refuse_silence(self, name: str, launches: Sequence[Launch]) -> None:
        state = self._store.source_state(name) or {}
        last_new = state.get("last_new_at")
        if launches or not last_new:
            return
        quiet = self._now() - (last_new if isinstance(last_new, datetime) else datetime.fromisoformat(last_new))
        if quiet > timedelta(days=self._settings.quiet_days):
            raise SourceChanged(
                name, f"valid but empty for {quiet.days} days; look whether its address or shape changed"
            )


def _up_to(limit: int | None, launches: Sequence[Launch], wanted: Filter) -> list[Launch]:
    """The first launches, up to so many that are wanted; what is blocked before them is among them."""
    if limit is None:
        return list(launches)
    kept: list[Launch] = []
    for launch in launches:
        if limit <= 0:
            break
        kept.append(launch)
        limit -= not wanted.why_blocked(launch)
    return kept


def _failures(parts: Sequence[Part]) -> list[PartFailed]:
    return [part for part in parts if isinstance(part, PartFailed)]


def _dated(launch: Launch, at: datetime | None) -> Launch:
    """A launch whose own page does not tell its date, with the one that the list tells."""
    if launch.launched_at or at is None:
        return launch
    return replace(launch, launched_at=at, launched_at_basis="feed_published")


def _is_final(failed: PartFailed) -> bool:
    """Whether what failed will not be had by asking again: gone, or forbidden."""
    error = failed.cause.__cause__
    status = error.status if isinstance(error, FetchError) else None
    return isinstance(error, RobotsDisallowed) or (status is not None and 400 <= status < 500 and status != 429)


def _reduced(page: Page, remembered: bytes) -> Page:
    """A list as it is kept for the next reading: what is remembered of it, in the place of its bytes.

    No launch cites it. With the list's own validators it is what a 304 confirms.
    """
    seal = hashlib.sha256(remembered).hexdigest()
    key = hashlib.sha256(f"{page.final_url}\n{seal}".encode()).hexdigest()[:32]
    return replace(page, id=key, body=remembered, body_hash=seal, content_type=NAMES_TYPE, charset="utf-8")
