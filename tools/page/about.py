"""What a page is about: its product's name, as a trained head chooses it, the site's brand, whose names are rivals'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.identity import identity_of
from tools.models import Rung
from tools.page.choose.names import Name, Page, choose, names
from tools.page.markup import Meta
from tools.page.names import squash
from tools.page.seen import Seen
from tools.page.visible import View


@dataclass(slots=True)
class About:
    """What the page is about: the name chosen, the site's brand, and whose names on it are rivals'."""

    name: Name | None
    brand: str = ""
    rung: Rung = "meta"
    confidence: float = 0.0
    rivals: tuple[str, ...] = ()

    @property
    def own(self) -> str:
        """The product's name; "" where none was found."""
        return self.name.text if self.name else ""


def about_of(seen: Seen) -> About:
    """The name of the page's product; the site's brand and rivals beside it."""
    view, meta, url, page = seen.view, seen.meta, seen.url, seen.clues
    entry = _entry(view, meta, url)
    if entry is not None:
        return entry
    found = names(page)
    brand = _brand_of(page, found)
    best = choose(page, found)
    if best is None:
        return About(None, brand)
    name, sure = best
    rung: Rung = "text" if name.place == "visible" else "jsonld" if name.path.startswith("JSON-LD") else "meta"
    return About(name, brand, rung, sure, _rivals(page, brand, name.text))


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
    return page.first("site", "house")


def _rivals(page: Page, brand: str, name: str) -> tuple[str, ...]:
    """Names the page compares itself with, none of them its own."""
    own = [known for known in (squash(brand), squash(name)) if known]
    return tuple(rival for rival in page.rivals if not any(squash(rival) in known for known in own))
