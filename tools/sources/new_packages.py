"""New packages: the newest packages of a package index, from the feed that it publishes of them.

Off until SCOUT_NEW_PACKAGES_URL names the feed: of the index that you use, or of its mirror. No key is needed. The feed
holds the newest few dozen, so that a busy index shows only a part of them between two crawls. A package's name is the one
in its address; the summary is its author's; mail addresses are dropped. With SCOUT_PYPI_URL a package's own record is
read, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote, urlsplit

from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._feeds import Entry, read_feed, read_launches
from tools.sources._names import squash
from tools.sources._rows import line, without_tracking

NAME = "new_packages"
HOMEPAGE = "https://packaging.python.org/"
ACCESS: Access = "feed"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("package",)


def why_off(settings: Settings) -> str:
    """The setting that it wants."""
    return "" if settings.new_packages_url else "set SCOUT_NEW_PACKAGES_URL to an index's feed of newest packages"


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The feed. It knows no window: it always holds the newest packages."""
    return [str(settings.new_packages_url)]


def next_request(page: str, url: str) -> str | None:
    """None: the feed is one page."""
    return None


def launches(page: str, url: str) -> Iterator[Launch]:
    """The packages of the feed, in its order.

    page: the feed as served. Errors: SourceChanged when it is no feed, or over half of its entries name no package.
    """
    yield from read_launches(NAME, read_feed(NAME, page, url), _launch)


def _launch(entry: Entry) -> Launch | None:
    """The package of an entry: its title begins with the name that its address holds ("name added to …")."""
    called = entry.title.split()[0] if entry.title else ""
    steps = [unquote(step) for step in urlsplit(entry.link).path.split("/") if step]
    name = next((step for step in reversed(steps) if squash(step) == squash(called)), "")
    if not name:
        return None
    return Launch(
        source=NAME,
        source_id=name.lower(),
        title=entry.title,
        source_url=without_tracking(entry.link),
        url=without_tracking(entry.link),
        kind="package",
        name=name,
        tagline=line(entry.summary),
        makers=entry.authors,
        launched_at=entry.published,
        launched_at_basis="feed_published" if entry.published else "first_seen",
        raw=entry.raw,
    )
