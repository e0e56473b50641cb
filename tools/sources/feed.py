"""Any RSS, Atom or JSON feed as a source: `scout source add NAME ADDRESS`.

For newsletters, changelogs, a project's releases, Lobsters, dev.to or a site's "new" feed. Each feed added is a row of
the store with a name of its own; its launches carry that name as their source. Of an entry's addresses the one it
announces is taken: the entry's link. Who wrote it is kept by name, mail addresses are dropped. A feed's date is the
date of the entry, not of the launch.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._rows import Entry, plain_text, pointers, read_feed, split_title, without_tracking

NAME = "feed"
HOMEPAGE = "https://www.rssboard.org/rss-specification"
ACCESS: Access = "feed"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset", "package")

_MOST_CHARS = 2_000  # an article is not a description


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """No address of its own: the feeds to read are the rows that were added to the store."""
    return []


def next_request(page: str, url: str) -> str | None:
    """None: a feed is one page."""
    return None


def launches(page: str, url: str, name: str = NAME) -> Iterator[Launch]:
    """The entries of one feed, in its order.

    page: the feed as served. `name`: what the feed is called in the store; the launches' source.
    Errors: SourceChanged when it is no feed, or over half of its entries have no title or no id.
    """
    for entry in read_feed(name, page, url).entries:
        yield _launch(name, entry, url)


def _launch(source: str, entry: Entry, url: str) -> Launch:
    link = without_tracking(entry.link) if entry.link else None
    kind, repo_url, hub_id = pointers(link)
    name, tagline = split_title(entry.title)
    words = entry.summary or plain_text(entry.html)
    return Launch(
        source=source,
        source_id=entry.id,
        title=entry.title,
        source_url=link or url,
        url=link,
        kind=kind,
        name=name,
        tagline=tagline,
        description=words[:_MOST_CHARS],
        makers=entry.authors,
        tags=entry.tags,
        repo_url=repo_url,
        hub_id=hub_id,
        launched_at=entry.published,
        launched_at_basis="feed_published" if entry.published else "first_seen",
        raw=entry.raw,
    )
