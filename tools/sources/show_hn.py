"""Show HN and Launch HN: what people show on Hacker News, from the public search API of hn.algolia.com.

No key is needed; the API asks for at most 10,000 requests an hour. A query gives at most 1,000 hits, so a longer window
is read in slices of time, newest first. There is no tag for Launch HN: those are asked for by the phrase and kept only
when the title begins with it. A text post has no address of its own: what it announces is the first product its text
names, or each tool of a list, and its discussion is the announcement. A full answer is never the last one: the number of
hits beside it is an estimate. Points and comments are observations.

When the site's own HTML page came instead (a saved page, a mirror), its rows are read from that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.errors import SourceChanged
from tools.identity import identity_of
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._announced import Announced, Post, announced, may_be_product
from tools.sources._names import named_in, split_title
from tools.sources._rows import (
    absolute_address,
    breadth_first,
    json_object,
    json_rows,
    keep_valid,
    number,
    plain_text,
    pointers,
    shown,
    time_of,
    word,
)
from tools.sources._voices import Remark

NAME = "show_hn"
TITLE = "Show HN"
HOMEPAGE = "https://news.ycombinator.com/show"
ACCESS: Access = "api"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset")

_ITEM = "https://news.ycombinator.com/item?id="
_HITS = 1000  # the most that one query answers
_PREFIX = re.compile(r"^\s*(show|launch)\s+hn\s*[:–—-]\s*", re.IGNORECASE)
_BATCH = re.compile(r"\s*\(YC [A-Z]{1,3}\d{2}\)\s*", re.IGNORECASE)


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """Addresses of the window from `since` on, newest first: Show HN, then Launch HN.

    `since` is rounded down to the hour, so that the address, and with it a cached answer, is the same for an hour.
    """
    floor = int(since.timestamp()) // 3600 * 3600
    window = {"numericFilters": f"created_at_i>{floor}", "hitsPerPage": str(_HITS)}
    asked = ({"tags": "show_hn", **window}, {"query": '"Launch HN"', "tags": "story", **window})
    return [f"{settings.show_hn_url}/search_by_date?{urlencode(query)}" for query in asked]


def search(settings: Settings, words: str) -> list[str]:
    """Addresses that answer launches by words of their title, best first; `launches` reads what comes."""
    query = {"query": words, "tags": "story", "hitsPerPage": "30"}
    return [f"{settings.show_hn_url}/search?{urlencode(query)}"]


def discussion(settings: Settings, entry: str) -> str:
    """The address that answers a story with its comments. entry: its number."""
    return f"{settings.show_hn_url}/items/{entry}"


def remarks(page: str, makers: Sequence[str]) -> Iterator[Remark]:
    """The story's own text and its comments; a deleted comment has null for its text and its author.

    The story's author is the maker, whatever makers the launch names. Errors: SourceChanged for an answer that is no item.
    """
    story = json_object(page)
    if not isinstance(story.get("children"), list):
        raise SourceChanged(NAME, f"expected an item with its comments, got {shown(page)}")
    maker = word(story.get("author"))
    for row in breadth_first([story], "children"):
        if author := word(row.get("author")):
            yield Remark(word(row.get("text")), time_of(row.get("created_at_i")), author == maker)


def next_request(page: str, url: str) -> str | None:
    """The next slice of time: up to the oldest hit of this one, when it gave all it was asked for or says it holds more."""
    answer = json_object(page)
    hits = answer.get("hits")
    if not isinstance(hits, list) or not (
        _is_full(answer, hits, url) or (number(answer.get("nbHits")) or 0) > len(hits)
    ):
        return None
    stamps = [at for hit in hits if isinstance(hit, dict) and (at := number(hit.get("created_at_i"))) is not None]
    if not stamps:
        return None
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    lower = query.get("numericFilters", "").split(",")[0]
    query["numericFilters"] = f"{lower},created_at_i<={int(min(stamps))}"
    following = urlunsplit(parts._replace(query=urlencode(query)))
    return None if following == url else following  # a whole slice within one second: nothing further can be asked


def _is_full(answer: dict[str, Any], hits: list[Any], url: str) -> bool:
    """Whether an answer holds as many hits as it may: as were asked for, or as the API says it gives at most."""
    asked = dict(parse_qsl(urlsplit(url).query)).get("hitsPerPage", "")
    most = [int(asked)] if asked.isdecimal() else []
    given = number(answer.get("hitsPerPage"))
    most += [int(given)] if given and given >= 1 else []
    return bool(most) and len(hits) >= min(most)


def launches(page: str, url: str) -> Iterator[Launch]:
    """The launches of one answer of the API, in its order; other stories are passed over.

    page: the JSON text as served, or the HTML of a Hacker News list. `raw` is the row as it stands in the page.
    Errors: SourceChanged when the list of hits is missing, or over half of it cannot be read.
    """
    for story in _stories(page, url):
        if _PREFIX.match(story.title):
            yield from _launches(story)


def listing(page: str, url: str) -> list[dict[str, str | None]]:
    """Every story of a page, launch or not: title as `name`, the address it links, no tagline.

    Errors: SourceChanged as of launches.
    """
    return [{"name": one.title, "url": one.url or _ITEM + one.number, "tagline": None} for one in _stories(page, url)]


def _stories(page: str, url: str) -> list[_Story]:
    return _html_stories(page, url) if page.lstrip()[:1] == "<" else _api_stories(page)


def _api_stories(page: str) -> list[_Story]:
    rows = json_rows(NAME, page, "hits")
    stories = [story for row, raw in rows if (story := _story(row, raw)) is not None]
    keep_valid(NAME, len(rows), len(stories))
    return stories


@dataclass(frozen=True, slots=True)
class _Story:
    """A row of either form."""

    number: str
    title: str
    url: str | None
    author: str
    at: datetime | None
    numbers: dict[str, float | None]
    raw: str
    html: str = ""


def _story(row: dict[str, Any], raw: str) -> _Story | None:
    name, title, at = word(row.get("objectID")), word(row.get("title")), time_of(row.get("created_at_i"))
    if not name.isdigit() or not title or at is None:
        return None
    numbers = {"points": number(row.get("points")), "comments": number(row.get("num_comments"))}
    html = word(row.get("story_text"))
    return _Story(name, title, absolute_address(row.get("url")), word(row.get("author")), at, numbers, raw, html)


def _launches(story: _Story) -> Iterator[Launch]:
    """The launch of a story; of a text post that lists several tools, one each."""
    title = _BATCH.sub(" ", _PREFIX.sub("", " ".join(story.title.split())))
    found = _announced(story, title)
    launch = _launch(story, title)
    if not found:
        yield launch
    for one in found:
        kind, repo_url, hub_id = pointers(one.url)
        name = launch.name or one.name
        aimed = replace(launch, url=one.url, name=name, kind=kind, repo_url=repo_url or one.repo_url, hub_id=hub_id)
        yield _of_list(aimed, one) if len(found) > 1 else aimed


def _of_list(launch: Launch, one: Announced) -> Launch:
    """A launch of one tool among several of a post, under an id that hangs on the two alone."""
    source_id = f"{launch.source_id}#{identity_of(one.url)}"
    return replace(launch, source_id=source_id, name=one.name, tagline=one.tagline, description=one.tagline)


def _announced(story: _Story, title: str) -> list[Announced]:
    """What the text names, where the story's own address names no product."""
    if not story.html or (story.url and may_be_product(story.url)):
        return []
    return announced(Post(title, story.html, _ITEM + story.number, author=story.author), certain=True)


def _launch(story: _Story, title: str) -> Launch:
    kind, repo_url, hub_id = pointers(story.url)
    name, tagline = split_title(title)
    return Launch(
        source=NAME,
        source_id=story.number,
        title=story.title,
        source_url=_ITEM + story.number,
        url=story.url,
        kind=kind,
        name=name or (named_in(story.url, title) if story.url else ""),
        tagline=tagline,
        description=plain_text(story.html),
        makers=(story.author,) if story.author else (),
        repo_url=repo_url,
        hub_id=hub_id,
        launched_at=story.at,
        launched_at_basis="stated" if story.at else "first_seen",
        observations={metric: value for metric, value in story.numbers.items() if value is not None},
        raw=story.raw,
    )


def _html_stories(page: str, url: str) -> list[_Story]:
    links = [link for link in LexborHTMLParser(page).css(".titleline > a, td.title > a") if link.text() != "More"]
    if not links:
        raise SourceChanged(NAME, "expected the list of a Hacker News page, found no stories")
    stories = [story for link in links if (story := _html_story(link, url)) is not None]
    keep_valid(NAME, len(links), len(stories))
    return stories


def _html_story(link: LexborNode, url: str) -> _Story | None:
    row = _enclosing_row(link)
    below = row and _next_row(row)
    address = absolute_address(link.attributes.get("href"), url) or ""
    story = _number_of(row, address) if row else ""
    if not row or not story:
        return None
    age, score, author = (below.css_first(what) if below else None for what in (".age", "span[id^=score_]", ".hnuser"))
    return _Story(
        number=story,
        title=link.text().strip(),
        url=None if address.startswith(_ITEM) else address or None,
        author=author.text().strip() if author else "",
        at=_stated_time((age.attributes.get("title") or "") if age else ""),
        numbers={"points": _leading_number(score.text()) if score else None},
        raw=link.text().strip(),
    )


def _enclosing_row(node: LexborNode) -> LexborNode | None:
    row = node.parent
    while row is not None and row.tag != "tr":
        row = row.parent
    return row


def _next_row(row: LexborNode) -> LexborNode | None:
    below = row.next
    while below is not None and below.tag != "tr":
        below = below.next
    return below


def _number_of(row: LexborNode, address: str) -> str:
    """The story's number: of the row, of its vote arrow (until about 2014), or of the address (job posts)."""
    arrow = row.css_first("a[id^=up_]")
    told = (
        row.attributes.get("id") or "",
        ((arrow.attributes.get("id") or "") if arrow else "").removeprefix("up_"),
        address.removeprefix(_ITEM) if address.startswith(_ITEM) else "",
    )
    return next((number for number in told if number.isdigit()), "")


def _stated_time(stamp: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stamp.split(" ")[0]).replace(tzinfo=UTC)
    except ValueError:
        return None


def _leading_number(text: str) -> float | None:
    found = re.match(r"\s*(\d{1,9})\b", text)
    return float(found[1]) if found else None
