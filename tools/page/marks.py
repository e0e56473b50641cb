"""Where a page says its site's mark is to be had: its icons and the logo of its JSON-LD, likeliest to look well first.

Nothing is fetched here. Only raster pictures on the page's own site, or on a host it loads its own files from, are named.
Sources: HTML Living Standard, section 4.6.7.8 (`icon`, `sizes`); Apple's "Configuring Web Applications"
(`apple-touch-icon`, 180 pixels where no size is given); schema.org (`logo`, `image`). og:image is a picture of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.identity import host_of, same_site
from tools.page.decode import decode
from tools.page.markup import PRODUCT_TYPES, joined, read_jsonld, types_of
from tools.page.visible import parse

SIDE = 96  # pixels of a mark as it is kept; no more than that is needed
LEAST = 32  # pixels; a smaller one is a blur wherever it is shown
_MOST = 6
_LONGEST = 2_000  # characters of an address
_APPLE = frozenset(("apple-touch-icon", "apple-touch-icon-precomposed"))
_APPLE_SIDE = 180
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})", re.IGNORECASE)
_OWNERS = frozenset((*PRODUCT_TYPES, "Organization", "Corporation", "OnlineBusiness", "Brand", "WebSite"))
_LARGE, _LOGO, _UNSIZED, _SMALL, _IMAGE = range(5)  # which of them come first


class _Named(NamedTuple):
    """A mark as a page names it: its group, its place in that group, its address as written."""

    group: int
    place: int
    href: str


def mark_addresses(body: bytes, charset: str, url: str) -> tuple[str, ...]:
    """Addresses of a page's own mark, best first, at most six; () where it names none. url: the one it came from."""
    tree = parse(decode(body, charset)[0])
    base_node = tree.css_first("base[href]")
    base = joined(url, base_node.attributes.get("href") or "") if base_node else url
    named = sorted([*_icons(tree), *_logos(tree, url)], key=lambda one: one[:2])
    hosts = _asset_hosts(tree, base)
    found = (joined(base, one.href).partition("#")[0] for one in named)
    return tuple(dict.fromkeys(one for one in found if _may_be_asked(one, url, hosts)))[:_MOST]


def _may_be_asked(address: str, url: str, hosts: frozenset[str]) -> bool:
    """Whether an address is a raster picture's, by its name, on the page's own site or a host of its files."""
    if not address.startswith(("http://", "https://")) or len(address) > _LONGEST:
        return False
    drawn = address.partition("?")[0].lower().endswith((".svg", ".svgz"))
    return not drawn and (same_site(address, url) or host_of(address) in hosts)


def _asset_hosts(tree: LexborHTMLParser, base: str) -> frozenset[str]:
    """The hosts from which a page loads its looks."""
    sheets = (node.attributes.get("href") or "" for node in tree.css("link[rel~=stylesheet i][href]"))
    pictures = (node.attributes.get("src") or "" for node in tree.css("img[src]"))
    return frozenset(host_of(joined(base, href)) for href in (*sheets, *pictures)) - {""}


def _icons(tree: LexborHTMLParser) -> Iterator[_Named]:
    for node in tree.css("link[rel][href]"):
        rels = frozenset((node.attributes.get("rel") or "").lower().split())
        href, kind = (node.attributes.get(name) or "" for name in ("href", "type"))
        if not href or "svg" in kind.lower() or not (rels & _APPLE or "icon" in rels):
            continue
        side = _side(node) or (_APPLE_SIDE if rels & _APPLE else 0)
        if side >= SIDE:
            yield _Named(_LARGE, side, href)
        elif not side:
            yield _Named(_UNSIZED, 0, href)
        elif side >= LEAST:
            yield _Named(_SMALL, -side, href)


def _side(node: LexborNode) -> int:
    """The largest size an icon says it has; 0 where it says none, or any."""
    sizes = _SIZE.findall((node.attributes.get("sizes") or "")[:200])
    return max((min(int(width), int(height)) for width, height in sizes), default=0)


def _logos(tree: LexborHTMLParser, url: str) -> Iterator[_Named]:
    """The logos, then the pictures, of what JSON-LD says the page's product and its maker are."""
    for item in read_jsonld(tree):
        own = item.get("url")
        if not _OWNERS.intersection(types_of(item)) or (isinstance(own, str) and not same_site(joined(url, own), url)):
            continue
        for group, name in ((_LOGO, "logo"), (_IMAGE, "image")):
            if href := _picture(item.get(name)):
                yield _Named(group, 0, href)


def _picture(value: Any) -> str:
    """The address of a picture as JSON-LD writes it: itself, an ImageObject, or the first of a list; "" for none."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("contentUrl") or value.get("url")
    return value.strip() if isinstance(value, str) else ""
