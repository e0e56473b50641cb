"""What the feeds tell: the newest verdicts, products without one, and price changes, each once, under an identifier that stays."""

from __future__ import annotations

import re
from heapq import nlargest
from typing import NamedTuple
from xml.etree import ElementTree

from tools.exporters import ReadableStore
from tools.exporters._addresses import page_url, site_url
from tools.exporters._brief import NO_VERDICT, brief, sentence, what_it_is
from tools.exporters._prices import moves
from tools.exporters._words import clip, safe_url, visible
from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.views.findings import weighed_words
from tools.views.price_words import price_to_start
from tools.views.takes import verdict_line

TITLE = "Scout: ship or skip"
ABOUT = "Verdicts on new developer tools, tools not reviewed yet, and prices that moved. Unknown prices are unknown."
_ITEMS = 100
# ElementTree writes characters that no XML 1.0 reader takes, its own parser included.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Item(NamedTuple):
    """One verdict, product without one, or price change. `page`: ours on the product, "" without a site; `homepage`: the product's own, or ""."""

    at: str
    identifier: str
    title: str
    words: str
    page: str
    homepage: str

    @property
    def link(self) -> str:
        """Where a reader is led: to our page where there is one."""
        return self.page or self.homepage


def items(store: ReadableStore, after: int | None, settings: Settings) -> list[Item]:
    """The newest hundred, newest first. after: only of products that changed since that change row."""
    documents = store.documents(since=after, approved_only=settings.approved_only)
    told = (item for document in documents if document.status != "rejected" for item in _items(document, settings))
    return nlargest(_ITEMS, told)


def home(settings: Settings) -> str:
    """Where the site's front page stands; "" without a site."""
    return own_address(settings, "")


def own_address(settings: Settings, file: str) -> str:
    """Where a file of ours stands; "" without a site."""
    site = site_url(settings)
    return site and f"{site}/{file}"


def add(parent: ElementTree.Element, tag: str, words: str = "", /, **attributes: str) -> ElementTree.Element:
    """An element below `parent`, its words fit for XML."""
    element = ElementTree.SubElement(parent, tag, {name: _xml(value) for name, value in attributes.items()})
    element.text = _xml(words) or None
    return element


def xml(root: ElementTree.Element) -> bytes:
    """The bytes of a document."""
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _xml(text: str) -> str:
    return _NO_XML.sub("", visible(text))


def _items(document: ProductDocument, settings: Settings) -> list[Item]:
    name = clip(document.name, 200)
    where = page_url(settings, document.slug), safe_url(document.homepage)
    label = "" if document.status == "approved" else " Not approved by an editor."
    found: list[Item] = []
    panel = document.panel
    if panel and panel.verdict != NO_VERDICT:
        said = (sentence(clip(document.tagline, 400)), clip(weighed_words(panel), 1_000))
        words = " ".join(filter(None, (*said, f"Price to start: {price_to_start(document).text}.{label}")))
    else:
        words = " ".join(brief(document)) + label
    # of a product that no panel has looked at the item goes once one has
    at, identifier = (panel.created_at, panel.id) if panel else (document.first_seen, f"new:{document.slug}")
    found.append(Item(at, identifier, f"{name}: {verdict_line(document)}", words, *where))
    for move in moves(document):
        title = f"{name}, {move.words}"
        identifier = f"price:{document.slug}:{move.plan}:{move.at}"
        said = (what_it_is(document), f"{move.percent} {'more' if move.rise else 'less'}." if move.percent else "")
        words = " ".join(filter(None, (*said, f"Panel: {verdict_line(document)}.{label}" if panel else label.strip())))
        found.append(Item(move.at, identifier, title, words, *where))
    return found
