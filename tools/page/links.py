"""The links of a page, and which of them leads to its prices."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tools.identity import canonical_url, same_site
from tools.models import Link
from tools.page.markup import is_plain, joined
from tools.page.visible import View, clean, holding

_MOST_LINKS = 600
_PRICING_LINK = re.compile(
    r"(?:^|[/_.-])(?:pricing|prices|plans?(?:-and-pricing|-pricing)?|tarifs?|tarifas?|preise|precios|planes|precos|planos|prezzi|prijzen|priser|cennik|cenik|fiyat(?:lar)?)(?:[/_.?#-]|\.html?|$)",
    re.IGNORECASE,
)
_PRICING_WORDS = re.compile(
    r"(?:see |view |our |compare |check )?(?:all )?(?:pricing|prices|plans?|plans? (?:&|and) pricing|pricing (?:&|and) plans?|tarifs?|nos tarifs|preise|unsere preise|precios|planes(?: y precios)?|ver planes|preços|planos(?: e preços)?|prezzi|prijzen|priser|cennik|ceník|fiyatlar|цены|тарифы|料金(?:プラン)?|価格|价格|定价|價格|가격|요금제?)(?: page| & plans?| and plans?| details)?\W*",
    re.IGNORECASE,
)
# One of these stands in every ASCII text that either pattern matches.
_PRICING_STEMS = ("pric", "plan", "tarif", "preis", "preci", "preco", "prez", "prij", "prise", "cennik", "cenik", "fiyat")  # fmt: skip


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


def is_of_prices(path: str) -> bool:
    """Whether an address, or its path, is by its words one of a pricing page."""
    return bool(_PRICING_LINK.search(path))


def _may_be_about_prices(links: list[Link]) -> list[Link]:
    """The links that `_PRICING_WORDS` or `_PRICING_LINK` may match: both patterns over all links cost 0.5 ms a page."""
    told = [f"{link.text} {link.url}".lower() for link in links]
    telling = holding(told, _PRICING_STEMS)
    return [link for number, link in enumerate(links) if number in telling or not told[number].isascii()]


def pricing_url_of(links: list[Link], url: str) -> str | None:
    """The same site's pricing page: by its words first, then by its address, the shortest path first."""
    best: tuple[int, int, str] | None = None
    here = canonical_url(url)
    for link in _may_be_about_prices(links):
        words = bool(_PRICING_WORDS.fullmatch(link.text))
        if not words and not _PRICING_LINK.search(link.url):
            continue
        path = urlsplit(link.url).path
        if not words and not _PRICING_LINK.search(path):
            continue
        if not same_site(link.url, url) or canonical_url(link.url) == here:
            continue
        rank = (
            0 if words and _PRICING_LINK.search(path) else 1 if words else 2,
            path.count("/") * 100 + len(path),
            link.url,
        )
        best = min(best, rank) if best else rank
    return canonical_url(best[2]) if best else None
