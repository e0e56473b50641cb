"""BetaList: startups before or just after their launch, from its public Atom feed of the newest 25.

No key is needed and there is no API. An entry's title is "Name – Tagline"; its link is the startup's page on BetaList,
whose `/visit` leads to the startup's own site: that redirect is the announced address, and where it leads is known only
once it is fetched. A place in the feed can be bought, so its order means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._feeds import Entry, read_feed, read_launches
from tools.sources._names import split_title
from tools.sources._rows import plain_text

NAME = "betalist"
HOMEPAGE = "https://betalist.com"
ACCESS: Access = "feed"
PACE_S = 2.0
KINDS: tuple[Kind, ...] = ("product",)

_STARTUP = re.compile(r"/startups/([^/?#]+)/?$")


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The feed. It knows no window: it always holds the newest startups."""
    return [str(settings.betalist_url)]


def next_request(page: str, url: str) -> str | None:
    """None: the feed is one page."""
    return None


def launches(page: str, url: str) -> Iterator[Launch]:
    """The startups of the feed, in its order.

    page: the feed as served.
    Errors: SourceChanged when it is no feed, or over half of its entries name no startup. Nothing is ever made up for
    an entry that cannot be read.
    """
    yield from read_launches(NAME, read_feed(NAME, page, url), _launch)


def _launch(entry: Entry) -> Launch | None:
    link = urlunsplit(urlsplit(entry.link)._replace(query="", fragment="")).rstrip("/")
    found = _STARTUP.search(link)
    if found is None:
        return None
    name, tagline = split_title(entry.title)
    return Launch(
        source=NAME,
        source_id=found[1],
        title=entry.title,
        source_url=link,
        url=f"{link}/visit",
        name=name or entry.title,
        tagline=tagline if name else "",
        description=plain_text(entry.html),
        makers=entry.authors,
        tags=entry.tags,
        launched_at=entry.published,
        launched_at_basis="feed_published" if entry.published else "first_seen",
        raw=entry.raw,
    )
