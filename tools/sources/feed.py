"""Any RSS, Atom or JSON feed as a source: `scout source add NAME ADDRESS`.

For newsletters, changelogs, a project's releases, Lobsters, dev.to or a site's "new" feed. Each feed added is a row of
the store with a name of its own; its launches carry that name as their source. What an entry announces is

- the repository, package or site that a release's page belongs to: a version is an event of it and no product;
- the entry's link, where that leads off the feed's own site;
- for a post on the feed's own site, the product its text names: none for an essay, each tool of a list;
- else the entry's own page, where the feed is a list of things: a name, a line about it, no article.

An entry that announces nothing is kept, without address and name, and makes no product. Who wrote it is kept by name,
mail addresses are dropped. A feed's date is the date of the entry, not of the launch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from tools.identity import identity_of
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._announced import Announced, Post, announced, may_be_product, product_address, released
from tools.sources._feeds import Entry, Feed, entries_beyond, read_feed
from tools.sources._names import is_article, name_of, named_in, split_title, squash
from tools.sources._rows import plain_text, pointers, without_tracking

NAME = "feed"
HOMEPAGE = "https://www.rssboard.org/rss-specification"
ACCESS: Access = "feed"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset", "package")

_LINE_CHARS = 300  # no more than a line or two about a thing
_MOST_CHARS = 2_000  # an article is not a description


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """No address of its own: the feeds to read are the rows that were added to the store."""
    return []


def next_request(page: str, url: str) -> str | None:
    """None: a feed is one page."""
    return None


def launches(page: str, url: str, name: str = NAME) -> Iterator[Launch]:
    """What the entries of one feed announce, in its order; an entry that announces nothing too, without address.

    page: the feed as served. `name`: what the feed is called in the store; the launches' source.
    Errors: SourceChanged when it is no feed, or over half of its entries say nothing.
    """
    feed = read_feed(name, page, url)
    yield from launches_of(feed, url, name)


def launches_of(feed: Feed, url: str, name: str = NAME) -> Iterator[Launch]:
    """What the entries of a feed that was read announce, as `launches`."""
    for entry in feed.entries:
        yield from _launches(name, entry, feed, url)


def left_out(page: str) -> int:
    """How many entries of a feed stand below those that are read."""
    return entries_beyond(page)


def _launches(source: str, entry: Entry, feed: Feed, url: str) -> Iterator[Launch]:
    link = without_tracking(entry.link)
    plain = _sighting(source, entry, link or url)
    if link and (root := released(link)):
        yield _aimed(replace(plain, description="", makers=()), Announced(root))  # its text is a list of changes
        return
    own = (url, feed.home, entry.page)
    if link and _leads_away(link, entry.title, own):
        yield _aimed(replace(plain, source_url=entry.page or feed.home or url), _linked(link, entry))
        return
    post = Post(entry.title, entry.html, link or url, own, " ".join(entry.authors), entry.tags)
    found = announced(post, certain=False) or ([_linked(link, entry)] if _is_listed(link, entry) else [])
    for one in found:
        launch = _aimed(plain, one)
        yield _of_list(launch, one) if len(found) > 1 else launch
    if not found:
        yield plain


def _leads_away(link: str, title: str, own: tuple[str, ...]) -> bool:
    """Whether an entry's link is itself what it announces: a product or a paper, and no stranger's article."""
    if identity_of(link).startswith("hub:papers"):
        return True
    return may_be_product(link, own) and (not is_article(link) or bool(named_in(link, title)))


def _is_listed(link: str, entry: Entry) -> bool:
    """Whether a feed lists products on pages of its own: the title names one, and the page bears that name or there is
    no article, only a line, to read about it."""
    name, tagline = split_title(entry.title)
    step = squash(urlsplit(link).path.rstrip("/").rpartition("/")[2])
    if not link or not name or is_article(link):
        return False
    if squash(name) == step:
        return True
    brief = len(name.split()) <= 3 and len(plain_text(entry.html)) <= _LINE_CHARS
    return bool(tagline) and brief and step != squash(entry.title)  # a page called by its whole headline is an article


def _linked(link: str, entry: Entry) -> Announced:
    """What an entry's own link leads to."""
    if identity_of(link).startswith("hub:papers"):
        return Announced(link, entry.title)
    address = product_address(link, entry.title)
    return Announced(address, *name_of(entry.title, address, entry.html))


def _of_list(launch: Launch, one: Announced) -> Launch:
    """A launch of one product among several of an entry, under an id that hangs on the two alone."""
    return replace(launch, source_id=f"{launch.source_id}#{identity_of(one.url)}", description=one.tagline)


def _sighting(source: str, entry: Entry, at: str) -> Launch:
    """An entry as it stands, before what it announces is known."""
    words = entry.summary or plain_text(entry.html)
    return Launch(
        source=source,
        source_id=entry.id,
        title=entry.title,
        source_url=at,
        description=words[:_MOST_CHARS],
        makers=entry.authors,
        tags=entry.tags,
        launched_at=entry.published,
        launched_at_basis="feed_published" if entry.published else "first_seen",
        raw=entry.raw,
    )


def _aimed(launch: Launch, at: Announced) -> Launch:
    kind, repo_url, hub_id = pointers(at.url)
    return replace(
        launch,
        url=at.url,
        kind=kind,
        name=at.name,
        tagline=at.tagline,
        repo_url=repo_url or at.repo_url,
        hub_id=hub_id,
    )
