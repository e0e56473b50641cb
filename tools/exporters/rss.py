"""A feed of the newest verdicts, tools not reviewed yet and price changes, for any feed reader (RSS 2.0).

Items link to our own page where SCOUT_SITE_URL says where the site stands, else to the product's address where it has a
plain one. Each has a fixed identifier, so no reader shows it twice.
"""

from __future__ import annotations

from email.utils import format_datetime
from xml.etree import ElementTree

from tools.exporters import Files, ReadableStore
from tools.exporters._feed import ABOUT, TITLE, add, home, items, own_address, xml
from tools.settings import Settings
from tools.views.takes import parse_moment

NAME = "rss"
SUFFIX = ".xml"
FILE = "feed.xml"
_ATOM = "http://www.w3.org/2005/Atom"
ElementTree.register_namespace("atom", _ATOM)


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """feed.xml with the newest hundred items. after: only of products that changed since that change row."""
    feed = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(feed, "channel")
    add(channel, "title", TITLE)
    add(channel, "description", ABOUT)
    add(channel, "link", home(settings) or settings.contact or "urn:scout")  # RSS wants one
    if own := own_address(settings, FILE):
        add(channel, f"{{{_ATOM}}}link", href=own, rel="self", type="application/rss+xml")
    for one in items(store, after, settings):
        item = ElementTree.SubElement(channel, "item")
        add(item, "title", one.title)
        add(item, "description", one.words)
        if one.link:
            add(item, "link", one.link)
        add(item, "guid", one.identifier, isPermaLink="false")
        when = parse_moment(one.at)
        if when:
            add(item, "pubDate", format_datetime(when))
    yield FILE, xml(feed)
