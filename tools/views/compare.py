"""Two products side by side, told from their documents alone.

Facts with their quotes, plans, ratings and votes. Nothing is taken from a tagline, and nothing from the order in which
the two were named: `compare(a, b) == compare(b, a)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tools.errors import UsageError
from tools.page.categories import name_of
from tools.views.comparison import Card, Comparison, Edge, Pair, Row, Scorecard
from tools.views.decision import decision_table, tells
from tools.views.documents import PanelDoc, ProductDocument
from tools.views.findings import weigh
from tools.views.picks import contrasts, neither, picks
from tools.views.price_words import entry, price_to_start
from tools.views.takes import community_words, critics, field_label, number, own_line, points, take, verdict_line

_NO_DECISION = (
    "panel",
    "best_for",
    "not_for",
    "community",
    "category",
    "maturity",
    "repository",
)  # rows that tell less of the two
_LEAST_ROWS = 4  # that answer for both, of two between which nothing is to pick
BAND = 8  # points within which two medians are level


def compare(a: ProductDocument, b: ProductDocument, *, band: int = BAND) -> Comparison:
    """Both products side by side, in canonical order.

    band: points within which two medians are level. Errors: UsageError when both are the same product.
    """
    if a.slug == b.slug:
        raise UsageError(f"{a.slug!r} cannot be compared with itself; name two products.")
    pair = Pair(*sorted((a, b), key=lambda document: document.slug))
    level, headline = _level(pair, band)
    cards = scorecards(pair.a, pair.b)
    rows = decision_table(pair, level, band)
    return Comparison(
        id=f"pair:{pair.a.slug}:{pair.b.slug}",
        slug=pair_slug(pair.a.slug, pair.b.slug),
        title=f"{pair.a.name} vs {pair.b.name}: which should you ship?",
        a=_card(pair.a),
        b=_card(pair.b),
        level=level,
        headline=headline,
        band=band,
        rows=rows,
        differ=_differ(rows),
        pick_a=picks(pair.a, pair.b),
        pick_b=picks(pair.b, pair.a),
        pick_neither=neither(pair),
        scorecards=cards,
        part_most=_part_most(pair, cards),
    )


def says_enough(found: Comparison) -> bool:
    """Whether two are worth a page: there is a reason to pick one, or rows enough of the table answer for both, and one
    of them has an edge."""
    if found.pick_a or found.pick_b or found.pick_neither:
        return True
    answered = [row for row in found.rows if tells(row) and row.a.known and row.b.known and row.key not in _NO_DECISION]
    return len(answered) >= _LEAST_ROWS and any(row.edge in ("a", "b") for row in answered)


def _differ(rows: Sequence[Row]) -> str:
    """In what the two differ, of what was read of both: the questions of the table in one line."""
    known = [row for row in rows if row.a.known and row.b.known and row.key not in _NO_DECISION]
    asked = [row.question for row in known if row.a.text != row.b.text and not row.key.startswith("finding:")]
    named = [question if question.isupper() else question[:1].lower() + question[1:] for question in asked]
    if not named:
        return "In what was read of both, the two do not differ."
    listed = " and ".join(filter(None, (", ".join(named[:-1][:4]), named[-1] if len(named) < 6 else "more")))
    return f"In what was read of both, they differ in {listed}: see the table."


def pair_slug(one: str, other: str) -> str:
    """The pair's name in addresses: the same in either order, and no two pairs share it."""
    first, second = sorted((one, other))
    name = f"{first}-vs-{second}"
    if "-vs-" in first or "-vs-" in second:  # else "a-vs-b" with "c" would meet "a" with "b-vs-c"
        name += "-" + hashlib.sha256(f"{first}\n{second}".encode()).hexdigest()[:6]
    return name


def scorecards(a: ProductDocument, b: ProductDocument) -> list[Scorecard]:
    """The six critics on both products, in their fixed order."""
    cards = []
    for persona, name, question in critics():
        left, right = take(a, persona, name), take(b, persona, name)
        gap = None if left.score is None or right.score is None else abs(left.score - right.score)
        cards.append(Scorecard(persona=persona, name=name, question=question, a=left, b=right, gap=gap))
    return cards


def _card(document: ProductDocument) -> Card:
    panel = document.panel
    return Card(
        slug=document.slug,
        name=document.name,
        initial=document.name[:1].upper(),
        tagline=document.tagline,
        description=document.description,
        kind=document.kind,
        category=name_of(document.category) or None,
        status=document.status,
        verdict=panel.verdict if panel else None,
        line=verdict_line(document),
        own_line=own_line(panel),
        panel_ship=_panel_ship(panel),
        weighed=[one for side in weigh(panel) for one in side],
        median=panel.median if panel else None,
        stale=bool(panel and panel.stale),
        reviewed_at=panel.created_at if panel else None,
        community=community_words(document),
        entry=entry(document),
        price=price_to_start(document),
        last_seen=document.last_seen,
    )


def _panel_ship(panel: PanelDoc | None) -> int | None:
    scored = panel.ships + panel.skips if panel else 0
    return round(100 * panel.ships / scored) if panel and scored else None


def _level(pair: Pair, band: int) -> tuple[Edge, str]:
    for words, named in (
        ("The panel has not met on {}", [one.name for one in pair if one.panel is None]),
        ("Too few critics scored {} for a verdict", [one.name for one in pair if not _scored(one)]),
    ):
        if named:
            return "depends", f"{words.format(' and '.join(named))}, so no one is ahead on points."
    one, other = (document.panel.median for document in pair if document.panel and document.panel.median is not None)
    medians = f"{number(one)} and {number(other)}"
    if abs(one - other) > band:
        ahead = pair.a if one > other else pair.b
        lead = f"{points(abs(one - other))}, more than the ±{band} we treat as level"
        return ("a" if one > other else "b"), f"Medians of {medians}: {ahead.name} is ahead by {lead}."
    verdicts = [document.panel.verdict for document in pair if document.panel]
    words = f"Medians of {medians} lie inside the ±{band} band we treat as level."
    if verdicts[0] != verdicts[1]:
        words += f" The verdicts differ ({verdicts[0]}, {verdicts[1]}) because votes are counted, not medians."
    return "tie", f"{words} We name no winner on points."


def _scored(document: ProductDocument) -> bool:
    panel = document.panel
    return panel is not None and panel.median is not None and panel.verdict != "Not enough evidence"


def _part_most(pair: Pair, cards: Sequence[Scorecard]) -> str:
    both = [card for card in cards if card.gap is not None]
    if not both:
        return "No critic scored both."
    widest = max(both, key=lambda card: card.gap or 0)
    if not widest.gap:
        return "Every critic who scored both gave them the same score."
    words = f"They part most on the {widest.name}: {points(widest.gap)} apart, {widest.a.score} and {widest.b.score}"
    found = [c for c in contrasts(pair.a, pair.b) + contrasts(pair.b, pair.a) if c.persona == widest.persona]
    if not found:
        return words + "."
    most = max(found, key=lambda contrast: contrast.high - contrast.low)
    return f"{words}, most of all over “{field_label(most.persona, most.field)}”, {most.high} of 4 against {most.low}."
