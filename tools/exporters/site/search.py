"""Search and bookmarks, which work in the browser alone: a small index, the site's one script, the pages they fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.exporters import _views
from tools.exporters._brief import NO_VERDICT
from tools.exporters._words import clip, file_slug, visible
from tools.exporters.jsonld import script_json
from tools.exporters.site._cards import Card
from tools.exporters.site._out import TEMPLATES, page_of
from tools.exporters.site._state import Site
from tools.models import CATEGORIES
from tools.page.categories import name_of
from tools.views.price_words import PRICING
from tools.views.takes import day

_MOST = 4_000  # products in the index: some 500 KB, read only by the page that searches
_VERDICTS = (*_views.VERDICTS, "Not reviewed yet")


def search_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """The script of all pages, the index, and the pages that search and that list what a reader kept."""
    yield "site.js", (TEMPLATES / "site.js").read_bytes()
    found = sorted(site.by_slug.values(), key=_importance, reverse=True)
    yield "search-index.js", _index(site, found[:_MOST])
    kinds = sorted({card.kind for card in site.by_slug.values()})
    choices = {
        "verdict": [(name, name) for name in _VERDICTS],
        "price": list(PRICING.items()),
        "kind": [(kind, kind) for kind in kinds],
        "category": [(name, name_of(name)) for name in CATEGORIES],
        "age": [("7", "Under 7 days"), ("30", "Under 30 days"), ("90", "Under 90 days")],
    }
    held, left = min(len(found), _MOST), _left_out(found[_MOST:])
    yield page_of(site, "search.html", "search", "text", "", indexed=False, choices=choices, held=held, left=left)
    yield page_of(site, "kept.html", "kept", "text", "", indexed=False)


def _importance(card: Card) -> tuple[int, str, str]:
    """What the index holds first is largest: ship, skip and split, then without enough evidence, then not reviewed; of
    each the newest."""
    rank = 0 if not card.verdict else 1 if card.verdict == NO_VERDICT else 2
    return rank, card.day, card.slug


def _left_out(cards: Sequence[Card]) -> list[tuple[int, str]]:
    """How many the index does not hold, by what they are: “with a verdict before 3 Nov 2026”, “not reviewed”."""
    found = []
    for rank, words in ((2, "with a verdict"), (1, "without enough evidence"), (0, "not reviewed yet")):
        days = [card.day for card in cards if _importance(card)[0] == rank]
        if days:
            found.append((len(days), f"{words}, none newer than {day(max(days))}"))
    return found


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
