"""From a source to its launches: list after list, each failure costing the part it happened in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tools import sources
from tools.errors import FetchError, PartFailed, RateLimited, SourceChanged, SourceError, WorkFailed
from tools.models import Launch, Page
from tools.store import Store
from tools.web.fetch import Fetcher
from tools.web.request import api_headers

if TYPE_CHECKING:
    from tools.web.hub_client import HubApi

T = TypeVar("T")
Part = Launch | PartFailed
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
    """What was read of a source: its launches, and the parts that could not be read."""

    launches: list[Launch] = field(default_factory=list)
    failures: list[PartFailed] = field(default_factory=list)


class SourceReader:
    """Reads sources through one Fetcher into one Store."""

    def __init__(self, store: Store, fetcher: Fetcher, ask_hub: AskHub, apart: DoApart) -> None:
        self._store, self._fetcher, self._ask_hub, self._apart = store, fetcher, ask_hub, apart
        self._settings, self._now = fetcher.settings, fetcher.now

    async def read(self, name: str, since: datetime, limit: int | None = None) -> Listed:
        """Launches of a source since a moment, newest first as the source orders them; kept in the store.

        A list, a page or a row that cannot be read is a failure of that part, and the rest stands.
        Errors: UnknownName; SourceError when nothing of it can be read; SourceChanged when its shape is not the known
        one, or when it has been quiet for longer than settings.quiet_days.
        """
        row = next((r for r in self._store.sources() if r["name"] == name), None)
        followed = row is not None and name not in sources.all_sources()
        module = sources.source("feed" if followed else name)
        try:
            listed = await self._listed(module, name, row, since, limit)
        except SourceError as error:
            self._store.put_source_state(name, last_error=str(error))
            raise
        fresh = [launch for launch in listed.launches if (launch.launched_at or self._now()) >= since]
        if not listed.failures:
            self._refuse_silence(name, listed.launches)
        kept = fresh[:limit] if limit else fresh
        counts = self._store.put_launches(name, kept, self._now())
        self._note(name, row, listed, new=bool(counts.new))
        return Listed(kept, listed.failures)

    async def find(self, words: str) -> list[Launch]:
        """Launches by words of their name, of the sources that can be asked so; kept in the store.

        A source that cannot be read is left out and logged: what the others and the store say is still worth having.
        """
        found: list[Launch] = []
        for name, module in sources.all_sources().items():
            for url in module.search(self._settings, words) if hasattr(module, "search") else ():
                try:
                    launches, _ = await self._page_of(module, name, url)
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
    ) -> Listed:
        """Everything of the source, each launch once. Errors: SourceError where no part could be read."""
        if hasattr(module, "hub_launches"):
            parts = await self._of_hub(module, since, limit)
        elif row and name != module.NAME:
            parts = await self._of_pages(module, name, [row["url"]])
        else:
            parts = await self._of_pages(module, name, list(module.requests(self._settings, since, self._now())))
        found: dict[str, Launch] = {}
        for launch in parts:
            if isinstance(launch, Launch):
                found.setdefault(launch.source_id, replace(launch, source=name))
        return Listed(list(found.values()), [part for part in parts if isinstance(part, PartFailed)])

    async def _of_hub(self, module: ModuleType, since: datetime, limit: int | None) -> list[Part]:
        most = {"limit": limit} if limit else {}
        parts, pages = await self._ask_hub(lambda api: list(module.hub_launches(api, since, **most)))
        with self._store.write():
            for page in pages:
                self._store.put_page(page)
        return parts

    async def _of_pages(self, module: ModuleType, name: str, queue: list[str]) -> list[Part]:
        """What these pages of a source say, and those that follow them. Errors: SourceError where none could be read."""
        parts: list[Part] = []
        seen: set[str] = set()
        failed: list[PartFailed] = []
        while queue:
            url = queue.pop(0)
            if url in seen:
                continue
            seen.add(url)
            try:
                launches, following = await self._page_of(module, name, url)
            except SourceError as error:
                failed.append(PartFailed(name, f"page {len(seen)} ({url})", error))
                if isinstance(error.__cause__, RateLimited):
                    break  # no further request to that host in this run
                continue
            parts.extend(launches)
            queue.extend([following] if following else [])
        if failed and len(failed) == len(seen):
            raise failed[0].cause
        return [*parts, *failed]

    async def _page_of(self, module: ModuleType, name: str, url: str) -> tuple[list[Launch], str | None]:
        """The launches of one page, and the address of the page after it. Errors: SourceError."""
        page = await self._listing(module, name, url)
        work = (module.__name__, page.body, page.charset, page.final_url, url)
        try:
            launches, following = await self._apart(sources.read_list, *work)
        except WorkFailed as error:
            raise SourceError(name, str(error)) from error
        return [replace(one, page=page.id) for one in launches], following

    async def _listing(self, module: ModuleType, name: str, url: str) -> Page:
        pace_s = module.pace_s(self._settings) if hasattr(module, "pace_s") else module.PACE_S
        try:
            headers = api_headers(url, self._settings)
            page = await self._fetcher.get(url, access=module.ACCESS, headers=headers, pace_s=pace_s)
        except FetchError as error:
            raise SourceError(name, f"could not be read: {error}") from error
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
