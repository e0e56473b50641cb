"""Lists of verdicts by day: all of them, and one list a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tools.exporters import _views
from tools.exporters._views import Caps
from tools.exporters._words import plural, weekday
from tools.exporters.site._out import fitted, page_of
from tools.exporters.site._state import Site
from tools.exporters.site.front import front
from tools.views.documents import ProductDocument


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One list of verdicts: its file names, what it is called and what it holds."""

    stem: str
    name: str
    documents: tuple[ProductDocument, ...]

    def file(self, page: int) -> str:
        """The file of its page, counted from 1."""
        if self.stem == "all":
            return "index.html" if page == 1 else f"verdicts/all-{page}.html"
        return f"verdicts/{self.stem}.html" if page == 1 else f"verdicts/{self.stem}-{page}.html"


def lists(site: Site) -> Iterator[tuple[str, bytes]]:
    """Every page of every list."""
    shelves = _shelves(site)
    for shelf in shelves:
        order = _dated(shelf)
        size = _views.ROWS
        chunks = [order[i : i + size] for i in range(0, len(order), size)] or [[]]
        for number, chunk in enumerate(chunks, 1):
            yield _list(site, shelves, shelf, number, chunk, last=number == len(chunks))


def _shelves(site: Site) -> list[_Shelf]:
    reviewed = tuple(site.reviewed)
    waiting = tuple(document for document in site.documents if not document.panel)
    shelves = [_Shelf("all", "All", reviewed)]
    for verdict in _views.VERDICTS:
        held = tuple(document for document in reviewed if document.panel and document.panel.verdict == verdict)
        shelves.append(_Shelf(verdict.lower().replace(" ", "-"), verdict, held))
    return [*shelves, _Shelf("not-reviewed", "Not reviewed yet", waiting)]


def _list(
    site: Site,
    shelves: Sequence[_Shelf],
    shelf: _Shelf,
    number: int,
    chunk: Sequence[tuple[str, ProductDocument]],
    last: bool,
) -> tuple[str, bytes]:
    first = shelf.stem == "all" and number == 1

    def render(caps: Caps) -> tuple[str, bytes]:
        days: dict[str, list[dict[str, Any]]] = {}
        for date, document in chunk:
            days.setdefault(weekday(date), []).append(_views.row(document, caps))
        values = {
            **_list_words(site, shelf, number, first),
            "days": list(days.items()),
            "filters": [
                {"name": s.name, "href": s.file(1), "count": len(s.documents), "current": s.stem == shelf.stem}
                for s in shelves
            ],
            "newer": shelf.file(number - 1) if number > 1 else "",
            "older": "" if last else shelf.file(number + 1),
            "side": first,
        }
        side = front(site) if first else {}
        return page_of(site, shelf.file(number), "list", "list", "Verdicts", list=values, side=side)

    return fitted(render)


def _list_words(site: Site, shelf: _Shelf, page: int, front: bool) -> dict[str, Any]:
    if not front:
        part = f", page {page}" if page > 1 else ""
        heading = "All verdicts" if shelf.stem == "all" else shelf.name
        lede = f"{plural(len(shelf.documents), 'tool')}, newest first{part}."
        return {
            "title": f"{heading}{part}",
            "heading": heading,
            "lede": lede,
            "empty": "None at the moment.",
            "wall": [],
        }
    tallies = [
        f"{count} {verdict.lower()}"
        for verdict in _views.VERDICTS
        if (count := sum(d.panel is not None and d.panel.verdict == verdict for d in site.reviewed))
    ]
    newest = [document for _, document in _dated(shelf)][:14]
    return {
        "title": "Ship it, or skip it?",
        "heading": "Ship it, or skip it?",
        "lede": "New developer tools, read the day they launch. Six critics vote, and every claim opens to the words "
        "it rests on.",
        "wall": [_views.mark(document.panel.verdict if document.panel else None) for document in newest],
        "wall_words": plural(len(site.reviewed), "verdict"),
        "tallies": tallies,
        "empty": "No panel has met yet.",
    }


def _dated(shelf: _Shelf) -> list[tuple[str, ProductDocument]]:
    """The shelf's products with their day: when the panel met, or when they were first seen; newest day first."""
    days = _views.by_day(shelf.documents)
    if not days:
        waiting = sorted(shelf.documents, key=lambda d: (d.name.casefold(), d.slug))
        waiting.sort(key=lambda d: d.first_seen[:10], reverse=True)
        return [(document.first_seen[:10], document) for document in waiting]
    return [(date, document) for date, documents in days for document in documents]
