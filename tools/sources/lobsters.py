"""Lobsters: projects that their makers show, and releases, from the JSON of its lists: the tag `show`, and the newest.

No key is needed. The lists are the site's own and no formal API (lobsters issue 757), so robots.txt with its
Crawl-delay is obeyed. A story is taken for its tags: `show` and `release`; all others, `ask` among them, are passed over.
A text post has no address of its own: what it announces is the first product that its text names; naming none, it is
left out. The submitter counts as the maker where the site says so. Points and comments are observations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tools.errors import SourceChanged
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._announced import (
    Announced,
    Post,
    announced,
    each_of,
    may_be_product,
    product_address,
    released,
)
from tools.sources._names import name_of, split_title
from tools.sources._rows import (
    absolute_address,
    counted,
    iso_time,
    json_object,
    json_rows,
    keep_valid,
    line,
    number,
    part,
    plain_text,
    shown,
    word,
    words,
)
from tools.sources._voices import Remark

NAME = "lobsters"
TITLE = "Lobsters"
HOMEPAGE = "https://lobste.rs/t/show"
ACCESS: Access = "html"
PACE_S = 2.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset", "package")

_TAGS = frozenset({"show", "release"})
_PAGE = re.compile(r"^(?P<list>.*?)(?:/page/(?P<number>\d{1,6}))?\.json$")


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The first page of what is shown, then of the newest stories of all tags."""
    return [f"{settings.lobsters_url}/t/show.json", f"{settings.lobsters_url}/newest.json"]


def discussion(settings: Settings, entry: str) -> str:
    """The address that answers a story with its comments. entry: its short id."""
    return f"{settings.lobsters_url}/s/{entry}.json"


def remarks(page: str, makers: Sequence[str]) -> list[Remark]:
    """The comments of a story, those nearest to it first; deleted and moderated ones are left out.

    Errors: SourceChanged for an answer that is no story with its comments.
    """
    story = json_object(page)
    rows = story.get("comments")
    if not isinstance(rows, list):
        raise SourceChanged(NAME, f"expected a story with its comments, got {shown(page)}")
    kept = [row for row in rows if isinstance(row, dict) and not (row.get("is_deleted") or row.get("is_moderated"))]
    kept.sort(key=lambda row: number(row.get("depth")) or 0)
    return [
        Remark(word(row.get("comment")), iso_time(row.get("created_at")), _user(row, "commenting_user") in makers)
        for row in kept
    ]


def next_request(page: str, url: str) -> str | None:
    """The list's next page; None after a page without stories."""
    parts = urlsplit(url)
    found = _PAGE.match(parts.path)
    if not found or not json_rows(NAME, page):
        return None
    return parts._replace(path=f"{found['list']}/page/{int(found['number'] or 1) + 1}.json").geturl()


def oldest(page: str) -> datetime | None:
    """When the last story of a page was submitted: lists are newest first."""
    dates = [iso_time(row.get("created_at")) for row, _ in json_rows(NAME, page)]
    return next((at for at in reversed(dates) if at), None)


def launches(page: str, url: str) -> Iterator[Launch]:
    """The stories of a page that show or release something, in its order. `raw` is the row as it stands in the page.

    page: the JSON text as served. Errors: SourceChanged when it is no list, or over half of it are no stories.
    """
    rows = json_rows(NAME, page)
    stories = [(row, raw) for row, raw in rows if word(row.get("short_id")) and line(row.get("title"))]
    keep_valid(NAME, len(rows), len(stories))
    for row, raw in stories:
        if _TAGS & set(words(row.get("tags"))):
            yield from _launches(row, raw, url)


def _launches(row: dict[str, Any], raw: str, url: str) -> Iterator[Launch]:
    base = urlsplit(url)
    at, title, html = iso_time(row.get("created_at")), line(row.get("title")), word(row.get("description"))
    submitter = _user(row, "submitter_user")
    launch = Launch(
        source=NAME,
        source_id=word(row.get("short_id")),
        title=title,
        source_url=f"{base.scheme}://{base.netloc}/s/{word(row.get('short_id'))}",
        description=plain_text(html),
        makers=(submitter,) if submitter and row.get("user_is_author") is True else (),
        tags=tuple(tag for tag in words(row.get("tags")) if tag not in _TAGS),
        launched_at=at,
        launched_at_basis="stated" if at else "first_seen",
        observations=counted(row, {"points": "score", "comments": "comment_count"}),
        raw=raw,
    )
    yield from each_of(launch, _announced(row, launch, html, submitter))


def _announced(row: dict[str, Any], launch: Launch, html: str, submitter: str) -> list[Announced]:
    link = absolute_address(row.get("url")) or ""
    if link and (root := released(link)):
        return [Announced(root, *name_of(launch.title, root, html))]
    if link and may_be_product(link, (launch.source_url,)):
        address = product_address(link, launch.title)
        name, tagline = split_title(launch.title)
        return [
            Announced(address, name, tagline) if name else Announced(address, *name_of(launch.title, address, html))
        ]
    return announced(Post(launch.title, html, launch.source_url, author=submitter), certain=True)


def _user(row: dict[str, Any], key: str) -> str:
    """A user's name: the value itself, or a part of it in older answers."""
    return word(row.get(key)) or word(part(row, key, "username"))
