"""The sources Scout follows as OPML 2.0, which every feed reader takes: those that are feeds, with their addresses."""

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
    """sources.opml, always whole: there is no log of sources. Those switched off are marked as comments."""
    opml = ElementTree.Element("opml", version="2.0")
    add(ElementTree.SubElement(opml, "head"), "title", "Sources of Scout")
    body = ElementTree.SubElement(opml, "body")
    for source in store.sources():
        address = safe_url(source["url"])
        if address and source["kind"] == "feed":
            off = {} if source["enabled"] else {"isComment": "true"}
            named = {"text": source_name(source["name"]), "title": source["name"], "xmlUrl": address}
            add(body, "outline", type="rss", **named, **off)
    yield FILE, xml(opml)
