"""Which products are set side by side, and the pieces of their page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tools.exporters._views import Caps, Refs, mark, quote, quotes, words
from tools.exporters._words import address_words, clip, file_slug, safe_url, whole
from tools.views.compare import pair_slug
from tools.views.comparison import Cell, Comparison
from tools.views.decision import set_apart
from tools.views.documents import ProductDocument

ASKED = "Somebody asked for the two side by side."
NEIGHBOURS = 3  # most pairs a product is put into without being asked for


class Near(NamedTuple):
    """A rival of a product; closeness as in RivalDoc."""

    slug: str
    closeness: float | None

    @property
    def nearness(self) -> float:
        """A name outranks any likeness."""
        return 2.0 if self.closeness is None else self.closeness


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
    said = {
        "known": found.known,
        "note": clip(found.note, 140),
        "quotes": [],
        "refs": [],
    }
    if key == "plans" and caps.tables:
        note = "quotes under Plans" if found.evidence else said["note"]
        return {**said, "text": words(found.text, caps), "note": note}
    if key in ("best_for", "not_for"):
        return {**said, "text": words(found.text, caps), "refs": refs.numbers(found.evidence)}
    text = clip(address_words(found.text), caps.line) if safe_url(found.text) else words(found.text, caps)
    if found.others:
        text = f"{text} (also on record: {'; '.join(words(other.value, caps) for other in found.others[:3])})"
    sides = [found.evidence, *(other.evidence for other in found.others[: caps.quotes])]
    if key == "one_only":  # several answers in one cell, each with its quote
        return {**said, "text": _whole_parts(found.text, caps), "quotes": [quote(one, caps) for one in found.evidence]}
    return {**said, "text": text, "quotes": [shown for side in sides for shown in quotes(side, caps)]}


def _whole_parts(text: str, caps: Caps) -> str:
    """As many of the parts between semicolons as fit, and how many more there are."""
    parts = text.split("; ")
    kept = [part for n, part in enumerate(parts) if whole("; ".join(parts[: n + 1]), caps.line)]
    return "; ".join([*kept, *([f"{len(parts) - len(kept)} more"] if len(kept) < len(parts) else [])])


def neighbours(
    near: Mapping[str, Sequence[Near]],
    decided: Mapping[str, Mapping[str, str]],
    worth: Callable[[Pair], bool],
    limit: int = NEIGHBOURS,
) -> list[Pair]:
    """The pairs that get a page unasked: reviewed products of which one has the other as a rival, that what was read of
    both sets apart, and that are worth one.

    Named ones first, then the nearest; at most `limit` a product. near: of every reviewed product its rivals; decided:
    what tools.views.decision.decided gives of it; worth: reads both, and is asked of a pair only where all else is met.
    """
    found: dict[Pair, float] = {}
    for slug, rivals in near.items():
        for rival in rivals:
            if rival.slug in near and set_apart(decided[slug], decided[rival.slug]):
                pair = Pair(*sorted((slug, rival.slug)))
                found[pair] = max(found.get(pair, 0.0), rival.nearness)
    degree: Counter[str] = Counter()
    chosen = []
    for pair in sorted(found, key=lambda pair: (-found[pair], pair)):
        if degree[pair.a] < limit and degree[pair.b] < limit and worth(pair):
            chosen.append(pair)
            degree.update(pair)
    return chosen


def reason(a: ProductDocument, b: ProductDocument) -> str:
    """Why two are set side by side: what the nearer of them says of the other."""
    known = [
        (Near(rival.slug, rival.closeness).nearness, rival.reason)
        for one, other in ((a, b), (b, a))
        for rival in one.rivals or ()
        if rival.slug == other.slug
    ]
    return max(known, default=(0.0, ASKED))[1]


def pair_file(pair: Pair) -> str:
    """The name of a pair's page, without its ending."""
    return file_slug_pair(pair.a, pair.b)


def file_slug_pair(one: str, other: str) -> str:
    """A pair's file name from safe slugs; the same in either order."""
    return pair_slug(file_slug(one), file_slug(other))
