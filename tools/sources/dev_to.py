"""DEV: articles tagged `showdev`, from the API of dev.to (Forem), version 1.

No key is needed for reading. A tag's list with `top=N` is all that was published within N days; it tells points and
comments, but not the text. So each article is asked for by its own address, once a day, one a second (the API allows
three). What an article announces is the product that its title or text names, or each tool of a list; one that announces
nothing is left out. Reactions and comments are observations. The maker is who wrote it.

Source: developers.forem.com/api/v1, and the order and windows of lists in Forem's ArticleApiIndexService, 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tools.errors import SourceChanged
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._announced import Post, announced, each_of
from tools.sources._rows import (
    absolute_address,
    asked,
    breadth_first,
    counted,
    iso_time,
    json_object,
    json_rows,
    keep_valid,
    line,
    listed,
    next_page,
    number,
    part,
    shown,
    word,
)
from tools.sources._voices import Remark

NAME = "dev_to"
TITLE = "dev.to"
HOMEPAGE = "https://dev.to/t/showdev"
ACCESS: Access = "api"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset", "package")
HEADERS = {"Accept": "application/vnd.forem.api-v1+json"}

_TAG = "showdev"
_PER_PAGE = 100


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The articles of the window's whole days, most liked first."""
    days = max(1, -((since - now) // timedelta(days=1)))
    query = {"tag": _TAG, "top": str(days), "per_page": str(_PER_PAGE), "page": "1"}
    return [f"{settings.dev_to_url}/api/articles?{urlencode(query)}"]


def discussion(settings: Settings, entry: str) -> str:
    """The address that answers the comments of an article. entry: its number."""
    return f"{settings.dev_to_url}/api/comments?{urlencode({'a_id': entry})}"


def remarks(page: str, makers: Sequence[str]) -> Iterator[Remark]:
    """The comments of an article, those nearest to it first; deleted and hidden ones have no user.

    Errors: SourceChanged for an answer that is no list.
    """
    for row in breadth_first([row for row, _ in json_rows(NAME, page)], "children"):
        if author := line(part(row, "user", "name")):
            yield Remark(word(row.get("body_html")), iso_time(row.get("created_at")), author in makers)


def next_request(page: str, url: str) -> str | None:
    """The next page of the list; None after one that is not full."""
    full = len(json_rows(NAME, page)) >= asked(url, "per_page", _PER_PAGE)
    return next_page(url, page=asked(url, "page", 1) + 1) if full else None


def launches(page: str, url: str) -> list[Launch]:
    """None: what an article announces stands on its own page.

    Errors: SourceChanged when this is no list of articles, or over half of it are none.
    """
    entries(page, url)
    return []


def entries(page: str, url: str) -> list[tuple[str, datetime | None]]:
    """The articles of a list by their numbers, and when they were published. Errors: SourceChanged as of launches."""
    rows = json_rows(NAME, page)
    articles = [row for row, _ in rows if number(row.get("id")) and line(row.get("title"))]
    keep_valid(NAME, len(rows), len(articles))
    kinds = ("", "article")  # a Forem has posts of other kinds, too
    taken = [row for row in articles if word(row.get("type_of")) in kinds]
    return [(f"{number(row.get('id')):.0f}", iso_time(row.get("published_timestamp"))) for row in taken]


def entry_request(settings: Settings, entry: str) -> str:
    """The address that answers one article with its text."""
    return f"{settings.dev_to_url}/api/articles/{entry}"


def entry_launches(page: str, url: str) -> Iterator[Launch]:
    """What one article announces: one launch, one of each tool of a list, or none. `raw` is the whole answer.

    Errors: SourceChanged when this is no article.
    """
    row = json_object(page)
    key, title, html = number(row.get("id")), line(row.get("title")), word(row.get("body_html"))
    if not key or not title:
        raise SourceChanged(NAME, f"expected an article with its id and title, got {shown(page)}")
    at = iso_time(row.get("published_timestamp")) or iso_time(row.get("published_at"))
    author, address = line(part(row, "user", "name")), absolute_address(row.get("url"), url) or url
    tags = listed(row.get("tags") or row.get("tag_list"))  # of the two one is a list, and the lists' other way round
    launch = Launch(
        source=NAME,
        source_id=f"{key:.0f}",
        title=title,
        source_url=address,
        description=line(row.get("description")),
        makers=(author,) if author else (),
        tags=tuple(tag for tag in tags if tag != _TAG),
        launched_at=at,
        launched_at_basis="stated" if at else "first_seen",
        observations=counted(row, {"points": "public_reactions_count", "comments": "comments_count"}),
        raw=page.strip(),
    )
    username = word(part(row, "user", "username"))
    post = Post(title, html, address, (url, HOMEPAGE), username, (*tags, _TAG))
    yield from each_of(launch, announced(post, certain=False))
