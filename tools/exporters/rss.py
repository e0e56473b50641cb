"""A feed of the newest verdicts and price changes, for any feed reader.

Items link to the product's own address, where it has a plain one. Each has a fixed identifier, so no reader shows it
twice.
"""

from __future__ import annotations

import re
from email.utils import format_datetime
from xml.etree import ElementTree

from tools.exporters import Files, ReadableStore
from tools.exporters._prices import moves
from tools.exporters._words import clip, safe_url, visible
from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.views.findings import weighed_words
from tools.views.price_words import price_to_start
from tools.views.takes import parse_moment, verdict_line

NAME = "rss"
SUFFIX = ".xml"
FILE = "feed.xml"
_ITEMS = 100
# ElementTree writes characters that no XML 1.0 reader takes, its own parser included.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Item = tuple[str, str, str, str, str]  # moment, identifier, title, words, address


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """feed.xml with the newest hundred items. after: only of products that changed since that change row."""
    items = sorted(
        (
            item
            for document in store.documents(since=after, approved_only=settings.approved_only)
            for item in _items(document)
        ),
        reverse=True,
    )
    feed = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(feed, "channel")
    _add(channel, "title", "Scout: ship or skip")
    _add(channel, "description", "Verdicts on new developer tools, and prices that moved. Unknown prices are unknown.")
    _add(channel, "link", settings.contact or "urn:scout")  # RSS wants one; we only know whom to write to
    for moment, identifier, title, words, address in items[:_ITEMS]:
        item = ElementTree.SubElement(channel, "item")
        _add(item, "title", title)
        _add(item, "description", words)
        if address:
            _add(item, "link", address)
        ElementTree.SubElement(item, "guid", isPermaLink="false").text = _NO_XML.sub("", identifier)
        when = parse_moment(moment)
        if when:
            _add(item, "pubDate", format_datetime(when))
    ElementTree.indent(feed)
    yield FILE, ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def _items(document: ProductDocument) -> list[_Item]:
    name, address = clip(document.name, 200), safe_url(document.homepage)
    label = "" if document.status == "approved" else " Not approved by an editor."
    items: list[_Item] = []
    if document.panel:
        said = (clip(document.tagline, 400), clip(weighed_words(document.panel), 1_000))
        words = " ".join(filter(None, (*said, f"Price to start: {price_to_start(document).text}.{label}")))
        title = f"{name}: {verdict_line(document)}"
        items.append((document.panel.created_at, document.panel.id, title, words, address))
    for move in moves(document):
        title = f"{name}: {move.plan} {move.before} to {move.after}"
        items.append((move.at, f"price:{document.slug}:{move.plan}:{move.at}", title, f"Price change.{label}", address))
    return items


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = _NO_XML.sub("", visible(text))
