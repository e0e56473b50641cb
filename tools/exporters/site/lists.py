"""Lists of products by day: all verdicts, and one list a verdict, price, kind, age and category.

All of them, those of a verdict and of a category are whole, page after page; the others stop after some pages and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tools.exporters import _views
from tools.exporters._views import Caps
from tools.exporters._words import plural, weekday
from tools.exporters.site._cards import Card, week_of
from tools.exporters.site._out import fitted, page_of
from tools.exporters.site._state import Site
from tools.exporters.site.front import front
from tools.models import CATEGORIES
from tools.page.categories import name_of
from tools.views.price_words import PRICING

_MOST = 10 * _views.ROWS  # rows of a list by price, kind or age
_WALL = 14
_AGES = ((7, "Under 7 days"), (30, "Under 30 days"), (90, "Under 90 days"))


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list: its group among the filters, its file without ending, what it is called, what it holds, newest first."""

    group: str
    stem: str
    name: str
    cards: Sequence[Card]
    size: int  # of all that belong to it

    def file(self, page: int) -> str:
        """The file of its page, counted from 1."""
        if self.stem == "verdicts/all" and page == 1:
            return "index.html"
        return f"{self.stem}.html" if page == 1 else f"{self.stem}-{page}.html"


def list_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """Every page of every list, and the list of categories."""
    shelves = _shelves(site)
    for shelf in shelves:
        size = _views.ROWS
        chunks = [shelf.cards[i : i + size] for i in range(0, len(shelf.cards), size)] or [()]
        for number, chunk in enumerate(chunks, 1):
            yield _list(site, shelves, shelf, number, chunk, last=number == len(chunks))
    kept = [shelf for shelf in shelves if shelf.group == "Category"]
    rows = [{"name": shelf.name, "href": shelf.file(1), "count": shelf.size} for shelf in kept]
    without = sum(card.category not in CATEGORIES for card in site.by_slug.values())
    yield page_of(site, "categories/index.html", "categories", "text", "Categories", rows=rows, without=without)


def _shelves(site: Site) -> list[Shelf]:
    ordered = sorted(
        site.by_slug.values(), key=lambda card: _views.rank(card.verdict, card.median, card.name, card.slug)
    )
    ordered.sort(key=lambda card: card.day, reverse=True)
    reviewed = [card for card in ordered if card.verdict]
    shelves = [Shelf("Verdict", "verdicts/all", "All", reviewed, len(reviewed))]
    for verdict in _views.VERDICTS:
        held = [card for card in reviewed if card.verdict == verdict]
        shelves.append(Shelf("Verdict", f"verdicts/{verdict.lower().replace(' ', '-')}", verdict, held, len(held)))
    waiting = [card for card in ordered if not card.verdict]
    shelves.append(Shelf("Verdict", "verdicts/not-reviewed", "Not reviewed yet", waiting, len(waiting)))
    for model, words in PRICING.items():
        held = [card for card in ordered if card.pricing_model == model]
        shelves.append(_capped("Price", f"lists/price-{model}", words, held))
    for kind in sorted({card.kind for card in ordered}):
        held = [card for card in ordered if card.kind == kind]
        shelves.append(_capped("Kind", f"lists/kind-{kind}", kind.capitalize(), held))
    for days, words in _AGES:
        since = (site.at - timedelta(days=days)).date().isoformat()
        shelves.append(_capped("Age", f"lists/age-{days}", words, [card for card in ordered if card.day > since]))
    shelves.append(_capped("Age", "lists/stale", "Stale verdict", [card for card in ordered if card.stale]))
    for category in CATEGORIES:
        held = [card for card in ordered if card.category == category]
        shelves.append(Shelf("Category", f"categories/{category}", name_of(category), held, len(held)))
    return [shelf for shelf in shelves if shelf.size or shelf.group == "Verdict"]


def _capped(group: str, stem: str, name: str, held: Sequence[Card]) -> Shelf:
    """A list that keeps the newest; what nobody reviewed yet goes first where there are too many."""
    if len(held) <= _MOST:
        return Shelf(group, stem, name, held, len(held))
    kept = set(sorted(held, key=lambda card: (bool(card.verdict), card.day, card.slug), reverse=True)[:_MOST])
    return Shelf(group, stem, name, [card for card in held if card in kept], len(held))


def _list(
    site: Site, shelves: Sequence[Shelf], shelf: Shelf, number: int, chunk: Sequence[Card], last: bool
) -> tuple[str, bytes]:
    first = shelf.file(number) == "index.html"

    def render(caps: Caps) -> tuple[str, bytes]:
        days: dict[str, list[dict[str, Any]]] = {}
        for card in chunk:
            days.setdefault(weekday(card.day), []).append(site.cards.row(card, caps))
        words = _front_words(site, shelf) if first else _list_words(shelf, number)
        values = {
            **words,
            "days": list(days.items()),
            "groups": _filters(shelves, shelf),
            "newer": shelf.file(number - 1) if number > 1 else "",
            "older": "" if last else shelf.file(number + 1),
            "side": first,
        }
        here = "Categories" if shelf.group == "Category" else "Verdicts"
        return page_of(
            site, shelf.file(number), "list", "list", here, limited=True, list=values, side=front(site) if first else {}
        )

    return fitted(render)


def _filters(shelves: Sequence[Shelf], current: Shelf) -> list[tuple[str, list[dict[str, Any]]]]:
    """The filters by group, without the categories, which have a page of their own."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for shelf in shelves:
        if shelf.group != "Category":
            row = {
                "name": shelf.name,
                "href": shelf.file(1),
                "count": shelf.size,
                "current": shelf.stem == current.stem,
            }
            groups.setdefault(shelf.group, []).append(row)
    return list(groups.items())


def _list_words(shelf: Shelf, page: int) -> dict[str, Any]:
    part = f", page {page}" if page > 1 else ""
    heading = "All verdicts" if shelf.stem == "verdicts/all" else shelf.name
    left = shelf.size - len(shelf.cards)
    rest = f" The {left:,} least telling are left out here; the list of all and the search have them." if left else ""
    return {
        "title": f"{heading}{part}",
        "heading": heading,
        "lede": f"{plural(shelf.size, 'tool')}, newest first{part}.{rest}",
        "empty": "None at the moment.",
        "wall": [],
    }


def _front_words(site: Site, shelf: Shelf) -> dict[str, Any]:
    week = week_of(site.at.date().isoformat())
    fresh = [card for card in shelf.cards if week_of(card.reviewed_on) == week]
    told = fresh or shelf.cards
    tallies = [
        f"{count} {verdict.lower()}"
        for verdict in _views.VERDICTS
        if (count := sum(card.verdict == verdict for card in told))
    ]
    verdicts = plural(len(told), "verdict")
    return {
        "title": "Ship it, or skip it?",
        "heading": "Ship it, or skip it?",
        "lede": "New developer tools, read the day they launch. Six critics vote, and every claim opens to the words "
        "it rests on.",
        "wall": [_views.mark(card.verdict) for card in told[:_WALL]],
        "wall_words": f"This week, {verdicts}" if fresh else verdicts,
        "tallies": tallies,
        "empty": "No panel has met yet.",
    }
