"""What a week's letter tells, whatever form it goes out in: verdicts of seven days, prices that moved, critics apart.

The week ends with the newest moment the store knows, so the same store gives the same letter. No sponsors: the record
has no field for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from heapq import nlargest
from typing import NamedTuple

from tools.exporters import ReadableStore
from tools.exporters._addresses import page_url
from tools.exporters._brief import NO_VERDICT, brief, sentence
from tools.exporters._critiques import spread
from tools.exporters._prices import Move, moves
from tools.exporters._views import rank
from tools.exporters._words import clip, safe_url, weekday
from tools.exporters.site import edition
from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.views.findings import weighed_words
from tools.views.price_words import price_to_start
from tools.views.takes import parse_moment, verdict_line

_DAYS = 7
_APART = 5  # panels
_NONE_APPROVED = "No editor has approved these entries yet."
_UNAPPROVED = "Not approved by an editor."


class Named(NamedTuple):
    """A product as a letter names it: its name, and where that leads, "" where nowhere."""

    name: str
    link: str


class Verdict(NamedTuple):
    """One product of the week. `said`: sentences, what it is first, what it costs among them, last that no editor approved
    it, where another of the week is approved."""

    product: Named
    line: str
    said: list[str]


class Letter(NamedTuple):
    """A week: `days` of (day in words, its verdicts, ships first), newest first; `moved` and `apart` strongest first; `note`:
    what holds of every verdict, "" for nothing."""

    end: datetime
    note: str
    days: list[tuple[str, list[Verdict]]]
    moved: list[tuple[Named, Move]]
    apart: list[tuple[Named, int, str]]  # points, and who stands where


def letter(store: ReadableStore, after: int | None, settings: Settings) -> Letter:
    """The letter of a store. after: only of products that changed since that change row."""

    def documents() -> Iterator[ProductDocument]:
        found = store.documents(since=after, approved_only=settings.approved_only)
        return (document for document in found if document.status != "rejected")

    end = edition(documents())
    since = end - timedelta(days=_DAYS)
    approved = {one.slug for one in documents() if one.status == "approved" and _reviewed(one, since)}
    days: dict[
        str, list[tuple[tuple[int, float, str, str], Verdict]]
    ] = {}  # of each what is told, not its document: a week may be long
    spreads: list[tuple[int, str, str, Named]] = []
    moved: list[tuple[str, str, Named, Move]] = []
    for document in documents():  # once more, so that a week's are held and not all there are
        named = _named(document, settings)
        if document.panel and _reviewed(document, since):
            place = rank(document.panel.verdict, document.panel.median, document.name, document.slug)
            days.setdefault(document.panel.created_at[:10], []).append((place, _verdict(document, named, approved)))
            points, words = spread(document) or (0, "")
            spreads += [(points, document.slug, words, named)] if points else []
        moved += [(move.at, document.slug, named, move) for move in moves(document) if _after(move.at, since)]
    return Letter(
        end,
        _NONE_APPROVED if days and not approved else "",
        [(weekday(date), [verdict for _, verdict in sorted(days[date])]) for date in sorted(days, reverse=True)],
        [
            (named, move)
            for _, _, named, move in sorted(moved, key=lambda one: (one[0], one[1], one[3].plan), reverse=True)
        ],
        [(named, points, words) for points, _, words, named in nlargest(_APART, spreads)],
    )


def _reviewed(document: ProductDocument, since: datetime) -> bool:
    return document.panel is not None and _after(document.panel.created_at, since)


def _after(moment: str, since: datetime) -> bool:
    when = parse_moment(moment)
    return when is not None and when > since


def _named(document: ProductDocument, settings: Settings) -> Named:
    return Named(clip(document.name, 80), page_url(settings, document.slug) or safe_url(document.homepage))


def _verdict(document: ProductDocument, named: Named, approved: AbstractSet[str]) -> Verdict:
    """What is told of a product. approved: the products of the week that an editor approved."""
    if document.panel and document.panel.verdict == NO_VERDICT:
        said = brief(document)
    else:
        tagline, weighed = sentence(clip(document.tagline, 160)), clip(weighed_words(document.panel), 600)
        said = [one for one in (tagline, weighed, f"Price to start: {price_to_start(document).text}.") if one]
    label = [_UNAPPROVED] if approved and document.slug not in approved else []
    return Verdict(named, verdict_line(document), [*said, *label])
