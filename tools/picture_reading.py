"""Prices that stand only in a picture of a page: the picture is read on this machine, and its plans end the look.

One picture of prices is read as the file it is; of several, or where the file brings nothing, the screenshot, which has
the names beside them. What was read is kept with the page, so that nothing is read twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict, replace

from tools import pictures
from tools.errors import FetchError, PageFault
from tools.knowledge import canonical, sure
from tools.models import Extraction, Page, PictureReading, Plan
from tools.page.decode import decode
from tools.page.markup import read_meta
from tools.page.picture import plans_in
from tools.page.visible import parse
from tools.store import Store
from tools.web.deadline import in_turn, untimed
from tools.web.fetch import Fetcher
from tools.web.site_memory import picture_sign

logger = logging.getLogger(__name__)
_IN_VAIN = "; it was read, and no price in it is sure"


class PictureReader:
    """Reads pictures of prices for one Reader, one at a time."""

    def __init__(self, store: Store, fetcher: Fetcher) -> None:
        self._store, self._fetcher, self._settings = store, fetcher, fetcher.settings
        self._seen: dict[str, PictureReading] = {}  # by page, until it is known which pages are kept
        self._turn = asyncio.Lock()

    async def has_changed(self, page: Page) -> bool:
        """Whether the file of a picture that was read gives other bytes by now, whatever the page says. Of a screenshot it
        is not known."""
        kept = None if self._settings.ocr == "off" or page.id in self._seen else self._store.picture(page.id)
        if kept is None or not kept.url or not pictures.available():
            return False
        try:
            picture = (await self._fetcher.get(kept.url)).body
        except FetchError as error:
            logger.info("picture not fetched url=%s reason=%s", kept.url, error.reason)
            return False
        return hashlib.sha256(picture).hexdigest() != kept.hash

    async def look(self, page: Page, said: Extraction, screenshot: bytes, *, again: bool = False) -> None:
        """Read the pictures of a page's prices, where that can be done and these were not read before.

        again: though some were, for they are other ones now.
        """
        if self._settings.ocr == "off" or not picture_sign(said) or page.id in self._seen or not pictures.available():
            return
        if self._store.picture(page.id) and not again:
            return
        with untimed():  # it has a time of its own
            async with in_turn(self._turn):
                found = await self._first_with_prices(page, said, screenshot)
        if found:
            self._seen[page.id] = found

    def with_plans(self, page: Page, said: Extraction) -> Extraction:
        """The extraction with the plans that the page's picture shows; with a word to the look where there are none."""
        why = picture_sign(said)
        if not why or self._settings.ocr == "off":
            return said
        seen = self._seen.get(page.id) or self._store.picture(page.id)
        if seen is None:
            return said if pictures.available() else _looking(said, why, f"; {pictures.EXTRA}")
        plans = _plans(page, said, seen)
        shown = tuple(plan for plan in plans if sure(plan))
        if not shown:
            return replace(_looking(said, why, _IN_VAIN), doubtful=(*said.doubtful, *plans))
        return replace(
            said,
            plans=shown,
            missing=tuple(name for name in said.missing if name != "plans"),
            trouble=tuple(one for one in said.trouble if one != why),
        )

    def keep(self) -> None:
        """Put what was read so far into the store, of those pages that came into it."""
        for page, seen in self._seen.items():
            if self._store.page(page) is not None:
                self._store.put_picture(page, seen, self._fetcher.now())
        self._seen.clear()

    async def _first_with_prices(self, page: Page, said: Extraction, screenshot: bytes) -> PictureReading | None:
        """The first picture in which sure prices are read, else the last that could be read; None where none could."""
        found = None
        async for url, picture in self._candidates(said, screenshot):
            try:
                found = await asyncio.to_thread(self._read, page, said, url, picture)
            except PageFault as error:
                logger.warning("picture not read page=%s picture=%s reason=%s", page.url, url, error.reason)
                continue
            if found.cuttings:
                return found
        return found

    async def _candidates(self, said: Extraction, screenshot: bytes) -> AsyncIterator[tuple[str, bytes]]:
        """Pictures with their addresses, "" for the screenshot."""
        if screenshot and len(said.pictures) != 1:
            yield "", screenshot
        for url in said.pictures:
            try:
                yield url, (await self._fetcher.get(url)).body
            except FetchError as error:
                logger.info("picture not fetched url=%s reason=%s", url, error.reason)
        if screenshot and len(said.pictures) == 1:
            yield "", screenshot

    def _read(self, page: Page, said: Extraction, url: str, picture: bytes) -> PictureReading:
        limit_s = self._settings.picture_s
        lines = [asdict(line) for line in pictures.read_apart(picture, url or page.url, limit_s)]
        seen = PictureReading(hashlib.sha256(picture).hexdigest(), url, canonical(lines), {})
        plans = [plan for plan in _plans(page, said, seen) if sure(plan)]
        boxes = list(dict.fromkeys(item.box for plan in plans for item in plan.evidence))
        cut = pictures.cut_apart(picture, [pictures.box_of(box) for box in boxes], url or page.url, limit_s)
        return replace(seen, cuttings=dict(zip(boxes, cut, strict=True)))


def _plans(page: Page, said: Extraction, seen: PictureReading) -> list[Plan]:
    own = next((str(fact.value) for fact in said.facts if fact.field == "name"), "")
    lines = [pictures.line_of(row) for row in json.loads(seen.lines)]
    return plans_in(lines, url=page.final_url, picture=seen.hash, own=own, lang=_language_of(page))


def _language_of(page: Page) -> str:
    """The language that a page says it is in."""
    text, _ = decode(page.body, page.charset)
    return read_meta(parse(text), page.final_url).lang


def _looking(said: Extraction, why: str, more: str) -> Extraction:
    """The extraction with a word more to why it needs a look."""
    return replace(said, trouble=tuple(f"{one}{more}" if one == why else one for one in said.trouble))
