"""GitHub releases: what the repositories you follow released, from the feed that GitHub has of each.

Off until SCOUT_RELEASE_REPOS names repositories as owner/name. No key is needed. A feed holds the newest ten releases;
each is a launch of its repository, and never a product of its own. Its text is a list of changes and no description. Any
other feed of releases is followed with `scout source add NAME URL`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._announced import released
from tools.sources._feeds import Entry, read_feed, read_launches
from tools.sources._rows import without_tracking

NAME = "github_releases"
HOMEPAGE = "https://docs.github.com/en/repositories/releasing-projects-on-github"
ACCESS: Access = "feed"
PACE_S = 2.0
KINDS: tuple[Kind, ...] = ("repo",)
MAY_REST = True

_REPO = re.compile(r"[A-Za-z0-9-]{1,39}/[\w.-]{1,100}")


def why_off(settings: Settings) -> str:
    """The setting that it wants, or what is wrong with it."""
    odd = [one for one in settings.items("release_repos") if not _REPO.fullmatch(one)]
    if odd:
        return f"SCOUT_RELEASE_REPOS takes owner/name, by commas; got {odd[0][:100]!r}"
    return "" if settings.release_repos else "set SCOUT_RELEASE_REPOS to repositories as owner/name, by commas"


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The feed of each repository's releases."""
    return [f"{settings.github_url}/{repo}/releases.atom" for repo in settings.items("release_repos")]


def next_request(page: str, url: str) -> str | None:
    """None: a feed is one page."""
    return None


def launches(page: str, url: str) -> Iterator[Launch]:
    """The releases of one repository, newest first.

    page: the feed as served. Errors: SourceChanged when it is no feed, or over half of its entries are no releases.
    """
    yield from read_launches(NAME, read_feed(NAME, page, url), _launch)


def _launch(entry: Entry) -> Launch | None:
    link = without_tracking(entry.link)
    root = released(link)
    steps = [step for step in urlsplit(root or "").path.split("/") if step]
    if root is None or len(steps) != 2:
        return None
    return Launch(
        source=NAME,
        source_id=f"{'/'.join(steps).lower()}/{link.rpartition('/')[2]}",
        title=entry.title,
        source_url=link,
        url=root,
        kind="repo",
        name=steps[1],
        makers=(steps[0],),
        repo_url=root,
        launched_at=entry.published,
        launched_at_basis="feed_published" if entry.published else "first_seen",
        raw=entry.raw,
    )
