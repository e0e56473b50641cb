"""What an address that somebody names is: a feed, a page that lists things, a sitemap, or a page that names its feeds. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from tools.errors import SourceChanged
from tools.models import Launch
from tools.page.decode import decode
from tools.sources import _listing
from tools.sources._feeds import MOST_ENTRIES, read_feed
from tools.sources._rows import absolute_address, tame
from tools.sources.feed import launches_of

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
FEED_PATHS = ("feed", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss", "feed.json")
_MOST_NAMED = 20  # feeds of a page


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """What stands at an address. kind: feed, listing, or "" for what can be followed as neither; `why` then says so."""

    kind: str
    title: str = ""
    launches: tuple[Launch, ...] = ()
    left_out: int = 0  # entries beyond those that are read
    feeds: tuple[str, ...] = ()  # that the page names in its head
    sitemaps: tuple[str, ...] = ()  # of an index of sitemaps
    why: str = ""


def read_place(body: bytes, charset: str, url: str, name: str) -> PlaceRead:
    """What stands at an address, with what it announces. name: what the launches give as their source."""
    text, _ = decode(body, charset)
    if _listing.is_sitemap(text):
        if inner := _listing.sitemaps_of(text, url):
            return PlaceRead("", sitemaps=tuple(inner), why="an index of sitemaps")
        return _listed(text, url, name, "")
    head = LexborHTMLParser(tame(text)) if "<html" in text[:5_000].lower() or "<head" in text[:5_000].lower() else None
    if head is None:
        try:
            feed = read_feed(name, text, url)
        except SourceChanged as error:
            return PlaceRead("", why=error.reason)
        return PlaceRead("feed", feed.title, tuple(launches_of(feed, url, name)), feed.left_out)
    title = head.css_first("title")
    return _listed(text, url, name, " ".join(title.text().split())[:200] if title else "", _named(head, url))


def check_feed(body: bytes, charset: str, url: str, name: str) -> tuple[str, int, int]:
    """A feed's title, how many entries are read, and how many stand below those. Errors: SourceChanged."""
    feed = read_feed(name, decode(body, charset)[0], url)
    return feed.title, len(feed.entries), feed.left_out


def guesses(url: str) -> list[str]:
    """Addresses where a site may keep its feed: beside the page that was named, then at the site's root."""
    parts = urlsplit(url)
    above, _, last = parts.path.rpartition("/")
    path = f"{above}/" if "." in last or not last else f"{parts.path}/"
    roots = dict.fromkeys((f"{parts.scheme}://{parts.netloc}{path}", f"{parts.scheme}://{parts.netloc}/"))
    return [urljoin(root, step) for root in roots for step in FEED_PATHS]


def too_many(left_out: int) -> str:
    """The sentence on a list that is longer than what is read of it; "" for one that is not."""
    return f"It lists {left_out:,} entries beyond the first {MOST_ENTRIES:,}, which alone are read." if left_out else ""


def _listed(text: str, url: str, name: str, title: str, feeds: Sequence[str] = ()) -> PlaceRead:
    try:
        launches = tuple(_listing.launches(text, url, name))
    except SourceChanged as error:
        return PlaceRead("", title, feeds=tuple(feeds), why=error.reason)
    return PlaceRead("listing", title, launches, _listing.left_out(text), tuple(feeds))


def _named(tree: LexborHTMLParser, url: str) -> list[str]:
    """The feeds that a page names in its head (whatwg.org, rel=alternate), in its order, each once; those of comments last."""
    base = tree.css_first("base[href]")
    at = absolute_address(base.attributes.get("href"), url) or url if base else url
    found: dict[str, bool] = {}
    for link in tree.css("link[href][rel]")[:500]:
        rel = (link.attributes.get("rel") or "").lower().split()
        kind = (link.attributes.get("type") or "").partition(";")[0].strip().lower()
        address = absolute_address(link.attributes.get("href"), at)
        if "alternate" in rel and kind in FEED_TYPES and address:
            found.setdefault(address, "comments" in f"{address} {link.attributes.get('title') or ''}".lower())
    return sorted(found, key=lambda address: found[address])[:_MOST_NAMED]
