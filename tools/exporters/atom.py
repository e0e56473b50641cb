"""The feed of `rss` as Atom (RFC 4287), which tells when an entry was last changed and where the feed itself stands."""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree

from tools.exporters import Files, ReadableStore
from tools.exporters._feed import ABOUT, TITLE, Item, add, home, items, own_address, xml
from tools.settings import Settings

NAME = "atom"
SUFFIX = ".atom"
FILE = "feed.atom"
_START = "1970-01-01T00:00:00Z"  # of a feed without an entry: Atom wants a moment, and it has none


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """feed.atom with the newest hundred items. after: only of products that changed since that change row."""
    found = items(store, after, settings)
    feed = ElementTree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    add(feed, "id", home(settings) or "urn:scout:feed")
    add(feed, "title", TITLE)
    add(feed, "subtitle", ABOUT)
    add(feed, "updated", found[0].at if found else _START)
    add(ElementTree.SubElement(feed, "author"), "name", "Scout")
    for address, rel in ((own_address(settings, FILE), "self"), (home(settings), "alternate")):
        if address:
            add(feed, "link", href=address, rel=rel)
    for one in found:
        _entry(feed, one)
    yield FILE, xml(feed)


def _entry(feed: ElementTree.Element, one: Item) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    add(entry, "id", f"urn:scout:{quote(one.identifier)}")
    add(entry, "title", one.title)
    add(entry, "updated", one.at)
    add(entry, "summary", one.words)
    if one.link:
        add(entry, "link", href=one.link, rel="alternate")
    if one.page and one.homepage:
        add(entry, "link", href=one.homepage, rel="related")
