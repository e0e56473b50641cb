"""Where the product itself lives: its site's root, or its own page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from tools.identity import canonical_url, host_of, identity_of, same_site
from tools.models import Fact, Place
from tools.page.about import About
from tools.page.markup import Meta, joined
from tools.page.names import labels_of, shared_host, squash
from tools.page.price_headings import is_of_prices
from tools.page.seen import Seen, found
from tools.page.visible import View

_FRONT = re.compile(r"/(?:index\.(?:html?|php)|home)$")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-\w{2,4})?", re.IGNORECASE)


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The homepage, where something on the page gives it."""
    value, quote, place, path, confidence = _homepage(about, seen.meta, seen.view, seen.url)
    if quote:
        yield from found("homepage", value, "meta", confidence, seen.quote(quote, place, path))


def _homepage(about: About, meta: Meta, view: View, url: str) -> tuple[str, str, Place, str, float]:
    """The product's own address: value, quote ("" when nothing on the page gives it), place, path, confidence.

    The site's root where the site is the product's; else the page itself (a house's product page). A canonical link
    counts within its registrable domain only.
    """
    page, quote, path = url, "", ""
    for given, where in ((meta.canonical, "link canonical"), (meta.first("og:url"), "meta og:url")):
        if given and "\ufffd" not in given and host_of(given) and same_site(given, url):
            page, quote, path = given, _as_written(view, given, url) if where == "link canonical" else given, where
            break
    if not quote:
        quote, path = _home_link(view, url), "a href"
    if not identity_of(page).startswith("url:"):
        return canonical_url(page), quote, "markup", path, 0.85
    if about.name is None:
        return canonical_url(page), quote, "markup", path, 0.6
    name, (label, host) = squash(about.name.text), labels_of(page)
    if shared_host(page):
        step = squash(urlsplit(page).path.split("/")[1])
        own = name in step or step in name or name == squash(host_of(page).split(".")[0])
        housed, deeper = own or is_of_prices(urlsplit(page).path), False
    else:
        words = [squash(w) for w in about.name.text.split()]
        steps = [squash(p) for p in urlsplit(page).path.split("/") if p]
        deeper = any(len(w) >= 3 and w not in host and any(w in step for step in steps) for w in words)
        housed = name == label or name in host or label in name or any(len(w) >= 4 and w in host for w in words)
    if housed and not deeper:
        return root_of(page, about.name.text), quote, "markup", path, 0.85
    return canonical_url(page), quote, "markup", path, 0.7


def root_of(url: str, name: str = "") -> str:
    """The front page of the site that an address lies in: on a host of many people's pages the owner's folder.

    name: where the host's own first label is the product's name, the host is its site.
    """
    parts = urlsplit(canonical_url(url))
    if not parts.netloc:
        return url
    root = f"{parts.scheme}://{parts.netloc}/"
    folder, own = next(iter(urlsplit(url).path.split("/")[1:-1]), ""), squash(name)
    hosted = own and own == squash(parts.netloc.split(".")[0]) and own != squash(folder)
    if not folder or hosted or not shared_host(url) or _LANGUAGE.fullmatch(folder) or is_of_prices(f"/{folder}/"):
        return root
    return f"{root}{folder}/"


def _as_written(view: View, canonical: str, url: str) -> str:
    """The canonical link as the page spells it: what is quoted is what stands there, a relative address too."""
    spelled = (node.attributes.get("href") or "" for node in view.tree.css("link[rel~=canonical][href]"))
    return next((href.strip() for href in spelled if joined(url, href.strip()) == canonical), canonical)


def _home_link(view: View, url: str) -> str:
    """The link to the site's own front page, as it stands in the page."""
    host, roots = host_of(url), {urlsplit(root_of(url)).path, "/"}
    for node in view.tree.css("a[href]")[:80]:
        href = (node.attrs.get("href") or "").strip()
        if href[:1] in ("", "#") or (":" in href[:12] and not href.startswith("http")):
            continue
        address = joined(url, href)
        if host_of(address) == host and _FRONT.sub("/", urlsplit(address).path or "/") in roots:
            return href
    return ""
