"""Where an answer leads on: Location, a Refresh header, a page that refreshes itself to another; and addresses as they
are sent. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode
from yarl import URL

from tools.errors import AddressRefused

STATUSES = frozenset({301, 302, 303, 307, 308})
_SOON_S = 5.0  # a page that leads on later is read by people before it does
_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
_REFRESHES = re.compile(rb"""http-equiv\s*=\s*["']?\s*refresh""", re.IGNORECASE)
# "5; url='/there'", as browsers read it (HTML Standard, shared declarative refresh steps).
_REFRESH = re.compile(
    r"""\s*(\d*)(?:\.[\d.]*)?\s*[;,\s]\s*(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|(.*))""", re.IGNORECASE | re.DOTALL
)


def following(url: str, status: int, headers: Mapping[str, str], body: bytes, *, html: bool) -> str:
    """The address that an answer leads on to, without fragment; "" when it is an end.

    url: the address that gave it. html: whether the body may be a page. Errors: AddressRefused for no address.
    """
    location = headers.get("Location", "") if status in STATUSES else ""
    if location:
        return _joined(url, location)
    if not 200 <= status < 300:
        return ""
    there = _refreshed(url, headers.get("Refresh", "")) or (_by_page(url, body) if html else "")
    return "" if there == url.partition("#")[0] else there


def wire_address(url: str, host: str, port: int) -> URL:
    """An address as it is sent: its bytes as they are, what may not stand there percent-encoded.

    host, port: as the guard read them. Errors: AddressRefused where the two readings disagree.
    """
    parts = urlsplit(url)
    named = f"[{host}]" if ":" in host else host
    path = quote(parts.path or "/", safe=_SAFE, errors="replace")
    query = quote(parts.query, safe=_SAFE, errors="replace")
    target = URL(f"{parts.scheme}://{named}:{port}{path}{'?' + query if query else ''}", encoded=True)
    read = URL(url)
    if read.raw_host != host or read.port != port:
        raise AddressRefused(url, "two readings of this address disagree about its host")
    return target


def _by_page(url: str, body: bytes) -> str:
    """Where a page refreshes itself to. In <noscript> it speaks to browsers without scripts only."""
    if (b"efresh" not in body and b"EFRESH" not in body) or not _REFRESHES.search(body):  # the first test costs nothing
        return ""
    tree = LexborHTMLParser(body)
    base = tree.css_first("base[href]")
    start = _joined(url, base.attributes.get("href") or "") if base else url
    metas = (node for node in tree.css("meta[http-equiv=refresh i][content]") if not _in_noscript(node))
    return next((there for node in metas if (there := _refreshed(start, node.attributes.get("content") or ""))), "")


def _in_noscript(node: LexborNode) -> bool:
    above = node.parent
    while above is not None:
        if above.tag in ("noscript", "template"):
            return True
        above = above.parent
    return False


def _refreshed(url: str, content: str) -> str:
    """The address of a refresh that comes soon; "" for none, for later, and for a page that only loads itself anew."""
    parts = _REFRESH.match(content)
    there = next((part for part in parts.groups()[1:] if part), "").strip() if parts else ""
    if not parts or not there or float(parts[1][:9] or 0) > _SOON_S:
        return ""
    try:
        led_to = _joined(url, there)
    except AddressRefused:
        return ""
    return led_to if led_to.startswith(("http://", "https://")) else ""  # a script, say


def _joined(url: str, location: str) -> str:
    """A Location against its address. Bytes that may not stand in an address are percent-encoded as they came: aiohttp
    hands on raw UTF-8 decoded and other raw bytes as surrogates."""
    try:
        text = quote(location.encode("utf-8", "surrogateescape").strip(), safe=_SAFE)
        return urljoin(url, text).partition("#")[0]
    except ValueError as error:
        raise AddressRefused(url, f"redirects to something that is no address ({error})") from None
