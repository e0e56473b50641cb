"""Which products are set side by side, and the pieces of their page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from tools.compare import pair_slug
from tools.comparison import Cell, Comparison
from tools.documents import ProductDocument
from tools.exporters._critiques import numbers
from tools.exporters._views import Caps, Refs, mark, quotes, words
from tools.exporters._words import address_words, clip, file_slug, safe_url
from tools.takes import launched_at

NEIGHBOURS = 3  # most pairs a product is put into without being asked for
_WINDOW = 40  # a product is weighed against so many later launches of its category, so that pairing stays linear


class Pair(NamedTuple):
    """Two slugs in canonical order."""

    a: str
    b: str


def dots(comparison: Comparison) -> list[dict[str, Any]]:
    """The dot plot: per critic the two scores as places in per cent, and a label for those who cannot see it."""
    rows = []
    for card in comparison.scorecards:
        sides = []
        for letter, side in (("A", card.a), ("B", card.b)):
            left = side.score is not None and side.score > 80  # a number right of a mark at 100 would leave the field
            sides.append({"letter": letter, "score": side.score, "mark": mark(side.vote), "left": left})
        said = [
            f"{clip(one.name, 60)} {f'{side.score}, {side.vote}' if side.score is not None else 'no take'}"
            for one, side in ((comparison.a, card.a), (comparison.b, card.b))
        ]
        rows.append({"name": card.name, "sides": sides, "label": f"{card.name}: {said[0]}; {said[1]}"})
    return rows


def cell(key: str, found: Cell, caps: Caps, refs: Refs) -> dict[str, Any]:
    """One answer of the decision table with its quotes, and the other values on record.

    Plans are quoted further down the page, and ratings in its numbered list: those cells only point there.
    """
    said = {"known": found.known, "note": clip(found.note, 140), "quotes": [], "refs": []}
    if key == "plans" and caps.tables:
        note = "quotes under Plans" if found.evidence else said["note"]
        return {**said, "text": words(found.text, caps), "note": note}
    if key in ("best_for", "not_for"):
        return {**said, "text": words(found.text, caps), "refs": numbers(found.evidence, refs)}
    text = clip(address_words(found.text), caps.line) if safe_url(found.text) else words(found.text, caps)
    if found.others:
        text = f"{text} (also on record: {'; '.join(words(other.value, caps) for other in found.others[:3])})"
    sides = [found.evidence, *(other.evidence for other in found.others[: caps.quotes])]
    return {**said, "text": text, "quotes": [shown for side in sides for shown in quotes(side, caps)]}


def neighbours(documents: Sequence[ProductDocument], limit: int = NEIGHBOURS) -> list[Pair]:
    """The pairs that get a page unasked: reviewed products of one shelf, nearest first, at most `limit` a product.

    A shelf is a category; products without one stand with others of their kind, and then must share a tag that tells.
    Near means tags in common (3 each, at most 4 of them), the same kind (2), and launches close in time (up to 2, falling
    to 0 at 60 days). A tag that more than a quarter of all products carry tells nothing and does not count.
    """
    telling = _telling_tags(documents)
    shelves: dict[str, list[ProductDocument]] = {}
    for document in documents:
        if document.panel:
            shelves.setdefault((document.category or f"kind:{document.kind}").casefold(), []).append(document)
    weighed = []
    for shelf in shelves.values():
        shelf.sort(key=lambda one: (_launch_time(one), one.slug))
        for place, one in enumerate(shelf):
            for other in shelf[place + 1 : place + 1 + _WINDOW]:
                shared = len(_tags(one) & _tags(other) & telling)
                if shared or one.category:
                    weighed.append((_nearness(one, other, shared), pair_of(one, other)))
    degree: Counter[str] = Counter()
    chosen = []
    for _, pair in sorted(weighed, key=lambda item: (-item[0], item[1])):
        if degree[pair.a] < limit and degree[pair.b] < limit:
            chosen.append(pair)
            degree.update(pair)
    return chosen


def _tags(document: ProductDocument) -> set[str]:
    return {tag.casefold() for tag in document.tags}


def _telling_tags(documents: Sequence[ProductDocument]) -> set[str]:
    carried = Counter(tag for document in documents for tag in _tags(document))
    return {tag for tag, count in carried.items() if count == 2 or count * 4 <= len(documents)}


def pair_of(one: ProductDocument, other: ProductDocument) -> Pair:
    """The two slugs in canonical order."""
    return Pair(*sorted((one.slug, other.slug)))


def pair_file(pair: Pair) -> str:
    """The name of a pair's page, without its ending."""
    return file_slug_pair(pair.a, pair.b)


def file_slug_pair(one: str, other: str) -> str:
    """A pair's file name from safe slugs; the same in either order."""
    return pair_slug(file_slug(one), file_slug(other))


def _launch_time(document: ProductDocument) -> float:
    when = launched_at(document)
    return when.timestamp() if when else 0.0


def _nearness(one: ProductDocument, other: ProductDocument, shared: int) -> float:
    days = abs(_launch_time(one) - _launch_time(other)) / 86_400
    return min(shared, 4) * 3 + (one.kind == other.kind) * 2 + max(0.0, 2 * (1 - days / 60))
