"""What a page is about: its product's name, as a trained head chooses it, the site's brand, rivals, the product's own address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tools.identity import canonical_url, host_of, identity_of, same_site
from tools.markup import Meta, joined, text_of
from tools.models import Link, Place, Rung
from tools.page.choose.names import Name, Page, choose, names
from tools.page.names import labels_of, segments, shared_host, squash
from tools.visible import View


@dataclass(slots=True)
class About:
    """What the page is about: the name chosen, the site's brand, and whose names on it are rivals'."""

    name: Name | None
    brand: str = ""
    rung: Rung = "meta"
    confidence: float = 0.0
    rivals: tuple[str, ...] = ()
    outbound: Link | None = None  # a third party's page about the product: where the product itself lives

    def is_own(self, item: dict[str, Any]) -> bool:
        """Whether a JSON-LD object describes this product and not another one the page lists."""
        name = squash(text_of(item.get("name")))
        own = squash(self.name.text) if self.name else ""
        brand = squash(self.brand)
        return not name or not own or own in name or name in own or (bool(brand) and brand in name)


_RIVAL = re.compile(
    r"(?:^|\b)(?:best |top |free |open[- ]source |\d+ )*(?P<a>[\w.]+(?: [\w.]+)?) alternatives?\b|\balternatives? (?:to|for) (?P<b>[\w.]+(?: [A-Z][\w.]+)?)|"
    r"\b(?:vs\.?|versus|compared (?:to|with)|replace(?:ment for)?|switch(?:ing)? from|migrat(?:e|ing) from) (?P<c>[\w.]+(?: [A-Z][\w.]+)?)",
    re.IGNORECASE,
)
_NO_RIVAL_NAME = re.compile(
    r"(?:free|paid|premium|basic|starter|pro|professional|plus|teams?|business|enterprise|standard|growth|monthly|annual|yearly|others?|competitors?|competition|traditional|manual|before|after|spreadsheets?|excel|without)(?: \w+)?",
    re.IGNORECASE,
)
_NO_RIVAL = frozenset(
    [
        "the",
        "a",
        "an",
        "free",
        "best",
        "open",
        "source",
        "and",
        "or",
        "your",
        "our",
        "desktop",
        "cloud",
        "perfect",
        "great",
        "modern",
        "simple",
        "online",
        "self",
        "hosted",
        "privacy",
        "friendly",
        "any",
        "all",
        "other",
        "top",
    ]
)


def decide(page: Page, url: str, links: list[Link]) -> About:
    """The name of the page's product; the site's brand and rivals beside it."""
    view, meta = page.view, page.meta
    entry = _entry(view, meta, url)
    if entry is not None:
        return entry
    found = names(page)
    brand = _brand_of(page, found)
    third = _third_party(view, meta, url, links, brand)
    if third:
        return third
    best = choose(page, found)
    if best is None:
        return About(None, brand)
    name, sure = best
    rung: Rung = "text" if name.place == "visible" else "jsonld" if name.path.startswith("JSON-LD") else "meta"
    return About(name, brand, rung, sure, _rivals(view, meta, url, brand, name.text))


def _entry(view: View, meta: Meta, url: str) -> About | None:
    """A page of a code host, the Hub or a package registry: its address names the thing, and the page must too."""
    identity = identity_of(url)
    if identity.startswith("url:"):
        return None
    wanted = identity.rsplit("/", 1)[-1]
    pattern = re.compile(rf"(?<![\w-]){re.escape(wanted)}(?![\w-])", re.IGNORECASE)
    for line in view.lines[:200]:
        if not line.shade and len(line.text) < 200 and (match := pattern.search(line.text)):
            return About(Name(match[0], "visible", "", match[0]), match[0], "text", 0.9)
    if match := pattern.search(meta.first("og:title") or meta.title):
        return About(Name(match[0], "markup", "title", match[0]), match[0], "meta", 0.85)
    return None


def _brand_of(page: Page, found: list[Name]) -> str:
    """The name of the whole site: what its address knows of the names the page offers, else what it calls its site."""
    for name in found:
        key = squash(name.text)
        if key in (page.label, page.host) or (
            len(key) >= 3 and (page.label.startswith(key) or page.host.startswith(key))
        ):
            return name.text
    return next((source.text for kind in ("site", "house") for source in page.sources if source.kind == kind), "")


def _third_party(view: View, meta: Meta, url: str, links: list[Link], brand: str) -> About | None:
    """A directory's or journal's page about somebody's product: its heading names what an outward link leads to."""
    heading = next((line for line in view.lines if line.tag == "h1"), None)
    parts = segments(heading.text) if heading else segments(meta.title)
    if not parts or heading is None:
        return None
    name = parts[0]
    own = squash(name)
    label, host = labels_of(url)
    if (
        len(own) < 3
        or len(name.split()) > 4
        or own in (label, host, squash(brand))
        or host.startswith(own)
        or own.startswith(label)
    ):
        return None
    for link in links:
        if own[:4] not in link.url.lower().replace("-", "").replace(".", "") or same_site(link.url, url):
            continue
        there, whole = labels_of(link.url)
        path = urlsplit(link.url).path.strip("/")
        if (
            (own in (there, whole) or (len(own) >= 4 and there.startswith(own)))
            and path.count("/") == 0
            and len(path) < 30
        ):
            named = Name(name, "markup" if heading.shade else "visible", "h1", heading.text)
            return About(named, name, "text", 0.8, (), link)
    return None


def _rivals(view: View, meta: Meta, url: str, brand: str, name: str) -> tuple[str, ...]:
    """Names the page compares itself with, from title, heading and address."""
    heading = next((line.text for line in view.lines if line.tag == "h1"), "")
    path = re.sub(r"[-_/]+", " ", urlsplit(url).path)
    own = {squash(brand), squash(name)}
    found: dict[str, None] = {}
    for text in (meta.title, heading, meta.first("description"), path):
        for match in _RIVAL.finditer(text[:600]):
            words = [
                w
                for w in (match["a"] or match["b"] or match["c"] or "").strip(" .").split()
                if w.lower() not in _NO_RIVAL
            ]
            rival = " ".join(words)
            if _NO_RIVAL_NAME.fullmatch(rival) or len(squash(rival)) < 3:
                continue
            if not any(squash(rival) in known for known in own if known):
                found[rival] = None
    return tuple(found)


def homepage_of(about: About, meta: Meta, view: View, url: str) -> tuple[str, str, Place, str, float]:
    """The product's own address: value, quote ("" when nothing on the page gives it), place, path, confidence.

    The site's root where the site is the product's; else the page itself (a house's product page), or the outward link
    of a third party's page. A canonical link counts within its registrable domain only.
    """
    if about.outbound is not None:
        return _root_or_same(about.outbound.url), about.outbound.url, "markup", "a href", 0.75
    page, quote, path = url, "", ""
    for given, where in ((meta.links.get("canonical", ""), "link canonical"), (meta.first("og:url"), "meta og:url")):
        if given and "\ufffd" not in given and host_of(given) and same_site(given, url):
            page, quote, path = given, _as_written(view, given, url) if where == "link canonical" else given, where
            break
    if not quote:
        quote, path = _home_link(view, url), "a href"
    if not identity_of(page).startswith("url:"):
        return canonical_url(page), quote, "markup", path, 0.85
    if about.name is None:
        return canonical_url(page), quote, "markup", path, 0.6
    root = _root_or_same(page)
    name, (label, host) = squash(about.name.text), labels_of(page)
    words = [squash(w) for w in about.name.text.split()]
    steps = [squash(p) for p in urlsplit(page).path.split("/") if p]
    deeper = any(len(w) >= 3 and w not in host and any(w in step for step in steps) for w in words)
    housed = name == label or name in host or label in name or any(len(w) >= 4 and w in host for w in words)
    if housed and not deeper and not shared_host(page):
        return root, quote, "markup", path, 0.85
    return canonical_url(page), quote, "markup", path, 0.7


def _as_written(view: View, canonical: str, url: str) -> str:
    """The canonical link as the page spells it: what is quoted is what stands there, a relative address too."""
    spelled = (node.attributes.get("href") or "" for node in view.tree.css("link[rel~=canonical][href]"))
    return next((href.strip() for href in spelled if joined(url, href.strip()) == canonical), canonical)


def _home_link(view: View, url: str) -> str:
    """The link to the site's own front page, as it stands in the page."""
    host = host_of(url)
    for node in view.tree.css("a[href]")[:80]:
        href = (node.attrs.get("href") or "").strip()
        if href[:1] in ("", "#") or (":" in href[:12] and not href.startswith("http")):
            continue
        address = joined(url, href)
        if host_of(address) == host and urlsplit(address).path in (
            "",
            "/",
            "/index.html",
            "/index.htm",
            "/index.php",
            "/home",
        ):
            return href
    return ""


def _root_or_same(url: str) -> str:
    parts = urlsplit(canonical_url(url))
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else url
