"""Search and bookmarks, which work in the browser alone: a small index, the site's one script, the pages they fill."""

from __future__ import annotations

from collections.abc import Iterator

from tools.exporters import _views
from tools.exporters._words import clip, file_slug, visible
from tools.exporters.jsonld import script_json
from tools.exporters.site._cards import Card
from tools.exporters.site._out import TEMPLATES, page_of
from tools.exporters.site._state import Site
from tools.models import CATEGORIES
from tools.page.categories import name_of
from tools.views.price_words import PRICING

_MOST = 4_000  # products in the index: some 500 KB, read only by the page that searches
_VERDICTS = (*_views.VERDICTS, "Not reviewed yet")


def search_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """The script of all pages, the index, and the pages that search and that list what a reader kept."""
    yield "site.js", (TEMPLATES / "site.js").read_bytes()
    found = sorted(site.by_slug.values(), key=lambda card: (bool(card.verdict), card.day, card.slug), reverse=True)
    yield "search-index.js", _index(site, found[:_MOST])
    kinds = sorted({card.kind for card in site.by_slug.values()})
    choices = {
        "verdict": [(name, name) for name in _VERDICTS],
        "price": list(PRICING.items()),
        "kind": [(kind, kind) for kind in kinds],
        "category": [(name, name_of(name)) for name in CATEGORIES],
        "age": [("7", "Under 7 days"), ("30", "Under 30 days"), ("90", "Under 90 days")],
    }
    held = min(len(found), _MOST)
    yield page_of(
        site, "search.html", "search", "text", "", indexed=False, choices=choices, held=held, left=len(found) - held
    )
    yield page_of(site, "kept.html", "kept", "text", "", indexed=False)


def _index(site: Site, cards: list[Card]) -> bytes:
    """A script that only sets a value: rows of slug, name, tagline, verdict, price, kind, category, day."""
    rows = []
    for card in cards:
        tagline = visible(clip(site.cards.row(card, _views.Caps())["tagline"], 90))
        rows.append(
            [
                file_slug(card.slug),
                visible(card.name),
                tagline,
                _VERDICTS.index(card.verdict or _VERDICTS[-1]),
                card.pricing_model,
                card.kind,
                card.category,
                card.day,
            ]
        )
    names = {name: name_of(name) for name in CATEGORIES}
    held = {"at": site.at.date().isoformat(), "verdicts": _VERDICTS, "categories": names, "rows": rows}
    return f"self.SCOUT={script_json(held)};\n".encode("utf-8", "replace")
