"""Hugging Face's blog: what its posts announce, from the blog's feed and the posts themselves.

No key is needed. The feed holds all posts ever written, with title and date alone, so that each post of the window is
read where it stands, once a day, under robots.txt. What a post announces is the model, dataset, space, repository or
site that its title names or that it presents; a post that announces nothing (an essay, a course, a report) is left out.
The papers of the day are read with the Hub, by the source `hugging_face`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser

from tools.errors import SourceChanged
from tools.identity import same_site
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._announced import Post, announced, each_of
from tools.sources._feeds import read_feed
from tools.sources._rows import line, shown, tame, without_tracking

NAME = "hf_blog"
HOMEPAGE = "https://huggingface.co/blog"
ACCESS: Access = "feed"
ENTRY_ACCESS: Access = "html"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset")

_BESIDE = "script, style, template, noscript, nav, header, footer, aside, form"
_RAW_CHARS = 20_000  # of a post from its headline on: what its facts quote


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The feed."""
    return [str(settings.hf_blog_url)]


def next_request(page: str, url: str) -> str | None:
    """None: the feed is one page."""
    return None


def launches(page: str, url: str) -> list[Launch]:
    """None: what a post announces stands in the post. Errors: SourceChanged when this is no feed."""
    read_feed(NAME, page, url)
    return []


def entries(page: str, url: str) -> list[tuple[str, datetime | None]]:
    """The posts of the feed by their addresses, and when they were published. Errors: SourceChanged as of launches."""
    feed = read_feed(NAME, page, url)
    return [(without_tracking(entry.link), entry.published) for entry in feed.entries if entry.link and entry.published]


def entry_request(settings: Settings, entry: str) -> str:
    """The post's own address; none where a feed leads to another site."""
    return entry if same_site(entry, settings.hf_blog_url) else ""


def entry_launches(page: str, url: str) -> Iterator[Launch]:
    """What one post announces: one launch, one of each tool of a list, or none.

    page: the post's HTML. Errors: SourceChanged when it has no headline.
    """
    text = tame(page)
    tree = LexborHTMLParser(text)
    heading = tree.css_first("h1")
    title = line(heading.text()) if heading else ""
    if not title:
        raise SourceChanged(NAME, f"expected a post with its headline, got {shown(page)}")
    tree.strip_tags([one.strip() for one in _BESIDE.split(",")], recursive=True)
    body = tree.css_first("article") or tree.css_first("main") or tree.body
    html = (body.html or "") if body else ""
    launch = Launch(
        source=NAME,
        source_id=without_tracking(url).rstrip("/").rpartition("/")[2],
        title=title,
        source_url=without_tracking(url),
        launched_at_basis="first_seen",
        raw=page[max(0, page.find("<h1")) :][:_RAW_CHARS],
    )
    yield from each_of(launch, announced(Post(title, html, url), certain=False))
