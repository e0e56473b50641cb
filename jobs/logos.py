"""A product's own mark, asked for where its page names one: at most MOST_ASKED requests a product and week.

That none can be had is nobody's failure: it is a line of the log. An unchanged one is not sent again (ETag,
Last-Modified), and one that robots.txt or an opt-out closes by now is kept no longer.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from tools.errors import FetchError, NoAnswer, NotRecorded, RateLimited, WorkFailed
from tools.logos import MOST_BYTES, tile
from tools.models import Logo, Page
from tools.page.marks import mark_addresses
from tools.web.deadline import page_time
from tools.workbench import Workbench

logger = logging.getLogger(__name__)
MOST_ASKED = 2
STANDS = timedelta(days=7)  # so long nobody is asked again, unless the page names others


async def find_logo(bench: Workbench, slug: str, home: Page) -> Logo | None:
    """A product's mark as it is to be kept, or that there is none; None where what is kept stands.

    home: its own page, which names the mark. Errors: StoreError.
    """
    if bench.settings.logos == "off":
        return None
    known, now = bench.store.logo_of(slug), bench.now()
    try:
        named = await bench.reader.apart(mark_addresses, home.body, home.charset, home.final_url)
    except WorkFailed as error:
        logger.info("marks not read url=%s reason=%s", home.final_url, error)
        return None
    if not named:
        return Logo("", home.final_url, now, why="its page names none") if known and known.url else None
    if known and known.url in named and now - known.checked_at < STANDS:
        return None
    kept = known if known and known.png and known.url in named else None
    asked = [kept.url, *(url for url in named if url != kept.url)] if kept else named
    why = ""
    for url in asked[:MOST_ASKED]:
        try:
            return await _asked(bench, url, home, kept)
        except (FetchError, WorkFailed) as error:
            logger.info("logo not kept product=%s url=%s reason=%s", slug, url, error)
            if kept and _passes(error):
                return replace(kept, checked_at=now)
            kept, why = None, why or str(error)
    return Logo(asked[0], home.final_url, now, why=why)


async def _asked(bench: Workbench, url: str, home: Page, kept: Logo | None) -> Logo:
    """The mark at an address; the kept one where it is unchanged. Errors: FetchError; WorkFailed."""
    headers = {"Accept": "image/png, image/webp, image/*;q=0.5"}
    if kept and kept.url == url and not bench.recorder:  # a recording must stand on its own
        validators = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
        headers |= {name: value for name, value in validators.items() if value}
    async with page_time(url, None if bench.replay else bench.settings.page_s):
        answer = await bench.fetcher.follow(url, headers=headers, most_bytes=MOST_BYTES)
    if answer.status == 304 and kept:
        return replace(kept, checked_at=bench.now())
    if answer.status != 200:
        raise FetchError(url, f"the server answered {answer.status}", answer.status)
    png = await bench.reader.apart(tile, answer.body, url)
    of = {"etag": answer.headers.get("ETag", ""), "last_modified": answer.headers.get("Last-Modified", "")}
    return Logo(url, home.final_url, bench.now(), png, **of)


def _passes(error: FetchError | WorkFailed) -> bool:
    """Whether a failure says nothing of the mark itself."""
    status = (error.status or 0) if isinstance(error, FetchError) else 0
    return status >= 500 or isinstance(error, NoAnswer | RateLimited | NotRecorded | WorkFailed)
