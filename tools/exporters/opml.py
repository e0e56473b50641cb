"""The sources that were added, as OPML 2.0: feeds, which every feed reader takes; listings and sitemaps as links."""

from __future__ import annotations

from xml.etree import ElementTree

from tools.exporters import Files, ReadableStore
from tools.exporters._feed import add, xml
from tools.exporters._words import safe_url, source_name
from tools.settings import Settings

NAME = "opml"
SUFFIX = ".opml"
FILE = "sources.opml"


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """sources.opml, always whole: there is no log of sources. Those switched off are marked as comments; what is no feed is
    an outline of the type link, which `scout source add --opml` leaves out as others do."""
    opml = ElementTree.Element("opml", version="2.0")
    add(ElementTree.SubElement(opml, "head"), "title", "Sources of Scout")
    body = ElementTree.SubElement(opml, "body")
    for source in store.sources():
        address = safe_url(source["url"])
        place = {"feed": ("rss", "xmlUrl"), "listing": ("link", "url")}.get(source["kind"])
        if address and place:
            off = {} if source["enabled"] else {"isComment": "true"}
            named = {"text": source_name(source["name"]), "title": source["name"], place[1]: address}
            add(body, "outline", type=place[0], **named, **off)
    yield FILE, xml(opml)
