"""The links of a page, and which of them leads to its prices."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tools.identity import canonical_url, same_site
from tools.models import Link
from tools.page.markup import is_plain, joined
from tools.page.price_headings import is_of_prices
from tools.page.visible import View, clean
from tools.page.words import Lines, low, made_of

_MOST_LINKS = 600
_FORM = re.compile(r"\bpdf\b(?:[\s,]{0,4}\d[\d.,]{0,6}\s?[km]b\b)?", re.IGNORECASE)  # "Price list (PDF, 1.2 MB)"


def links_of(view: View, url: str) -> list[Link]:
    """The links of a page by address, each once, with the first words that name it."""
    found: dict[str, Link] = {}
    base_node = view.tree.css_first("base[href]")
    base = joined(url, (base_node.attributes.get("href") or "") if base_node is not None else "") or url
    origin = joined(base, "/").rstrip("/")
    for node in view.tree.css("a[href]"):
        href = (node.attrs.get("href") or "").strip()
        if not href or href[0] == "#" or len(href) > 2_000:
            continue
        rooted = href[0] == "/" and href[1:2] != "/" and is_plain(href)
        address = origin + href if origin and rooted else joined(base, href)
        held = found.get(address)
        if (held is not None and held.text) or not address.startswith(("http://", "https://")):
            continue
        text = view.words(node)[:200]
        if held is None or text:
            at = node.attrs
            found[address] = Link(address, text or clean(at.get("aria-label") or at.get("title") or ""))
            if len(found) >= _MOST_LINKS:
                break
    return list(found.values())


def _may_be_about_prices(links: list[Link]) -> list[Link]:
    """The links whose words or address may say so: asking all of them costs 0.5 ms a page."""
    told = [low(f"{link.text} {link.url}") for link in links]
    return [links[number] for number in sorted(Lines(told).may_hold("pricing_page", "pricing_path"))]


def pricing_url_of(links: list[Link], url: str) -> str | None:
    """The same site's pricing page: by its words first, then by its address, the shortest path first."""
    best: tuple[int, int, str] | None = None
    here = canonical_url(url)
    for link in _may_be_about_prices(links):
        words = made_of(_FORM.sub(" ", link.text), "pricing_page", "see_prices")
        path = urlsplit(link.url).path
        by_path = is_of_prices(path)
        if not words and not by_path:
            continue
        if not same_site(link.url, url) or canonical_url(link.url) == here:
            continue
        rank = (0 if words and by_path else 1 if words else 2, path.count("/") * 100 + len(path), link.url)
        best = min(best, rank) if best else rank
    return canonical_url(best[2]) if best else None
