"""Every product as a small card, and what is counted over all of them: one pass over the documents, none of them held.

A card keeps what lists sort and filter by; the words of its row lie in a temporary file until a page shows them.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappush, heappushpop
from itertools import combinations
from sys import intern
from typing import Any

from tools.exporters import _critiques, _prices, _views
from tools.exporters._pairs import Near
from tools.exporters._prices import Move
from tools.exporters._views import Caps
from tools.exporters._words import clip, file_slug
from tools.exporters.site._takes import latest
from tools.views.decision import decided
from tools.views.documents import ChangeDoc, ProductDocument
from tools.views.takes import critics, parse_moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GONE = ("rejected", "deleted")
MOVES = 600  # price changes that are kept for the lists, the newest
TAKES = 20  # takes of a critic that are kept for its page and the front page, the newest
WEEKLY = 12  # price changes of one week that its digest shows, the largest
CORRECTIONS = 60


@dataclass(frozen=True, slots=True)
class Card:
    """One product in lists. Days are ISO dates, `offset` is where the words of its row lie."""

    slug: str
    name: str
    kind: str
    category: str
    pricing_model: str
    verdict: str  # empty: not reviewed yet
    median: float | None
    stale: bool
    reviewed_at: str  # a moment; empty: not reviewed yet
    first_seen: str
    changed_on: str
    logo: str  # the SHA-256 of its mark; empty: none is kept
    offset: int

    @property
    def reviewed_on(self) -> str:
        """The day the panel met; empty: not reviewed yet."""
        return self.reviewed_at[:10]

    @property
    def day(self) -> str:
        """The day it stands under: when the panel met, or when it was first seen."""
        return self.reviewed_on or self.first_seen


class Newest:
    """The newest so many of a stream of values, by a key that tells all of them apart."""

    def __init__(self, most: int) -> None:
        self.total, self._most = 0, most
        self._heap: list[tuple[tuple[Any, ...], int, Any]] = []

    def add(self, key: tuple[Any, ...], value: Any) -> None:
        """Count a value, and keep it where it is among the newest."""
        self.total += 1
        push = heappush if len(self._heap) < self._most else heappushpop
        push(self._heap, (key, self.total, value))

    def __iter__(self) -> Any:
        return (value for _, _, value in sorted(self._heap, key=lambda one: one[:2], reverse=True))


@dataclass(slots=True)
class Critic:
    """What one critic did over all panels."""

    scores: Counter[int] = field(default_factory=Counter)
    ships: int = 0
    supported: int = 0
    claims: int = 0
    scored: Newest = field(default_factory=lambda: Newest(TAKES))
    silent: Newest = field(default_factory=lambda: Newest(TAKES))
    kinds: dict[str, Newest] = field(
        default_factory=lambda: {kind: Newest(TAKES) for kind in ("ship", "skip", "alone")}
    )


@dataclass(slots=True)
class Counts:
    """What is counted over all products of an edition."""

    approved: int = 0
    cited: int = 0
    known: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    critics: dict[str, Critic] = field(default_factory=lambda: {persona: Critic() for persona, _, _ in critics()})
    same: Counter[tuple[str, str]] = field(default_factory=Counter)
    both: Counter[tuple[str, str]] = field(default_factory=Counter)
    apart: Newest = field(default_factory=lambda: Newest(5))
    moves: dict[str, Newest] = field(default_factory=lambda: {way: Newest(MOVES) for way in ("all", "up", "down")})
    weekly: dict[str, Newest] = field(default_factory=dict)
    corrections: Newest = field(default_factory=lambda: Newest(CORRECTIONS))


class Cards:
    """The cards of an edition by slug, what is counted over them, and the newest moment they speak of."""

    def __init__(self, documents: Iterable[ProductDocument]) -> None:
        self.counts = Counts()
        self.near: dict[str, tuple[Near, ...]] = {}
        self.decided: dict[str, dict[str, str]] = {}
        self.at = EPOCH
        self._rows = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the cards; `close` ends it
        self.by_slug = {card.slug: card for card in sorted(map(self._card, self._kept(documents)), key=_slug)}

    def close(self) -> None:
        """Let the words of the rows go."""
        self._rows.close()

    def _kept(self, documents: Iterable[ProductDocument]) -> Iterable[ProductDocument]:
        for document in documents:
            self.at = max(self.at, edition([document]))
            if document.status not in GONE:
                yield document

    def _card(self, document: ProductDocument) -> Card:
        apart = self._count(document)
        panel, slug = document.panel, intern(document.slug)
        if panel:
            self.near[slug] = tuple(Near(intern(rival.slug), rival.closeness) for rival in document.rivals or ())
            self.decided[slug] = {intern(key): intern(said) for key, said in decided(document).items()}
        return Card(
            slug=slug,
            name=clip(document.name, 80),
            kind=intern(document.kind),
            category=intern(document.category or ""),
            pricing_model=intern(document.pricing_model),
            verdict=intern(panel.verdict) if panel else "",
            median=panel.median if panel else None,
            stale=bool(panel and panel.stale),
            reviewed_at=panel.created_at if panel else "",
            first_seen=intern(document.first_seen[:10]),
            changed_on=intern(document.changed_at[:10]),
            logo=document.logo.sha256 if document.logo else "",
            offset=self._keep({**_views.row(document, Caps()), "apart": apart}),
        )

    def _keep(self, row: dict[str, Any]) -> int:
        offset = self._rows.tell()
        self._rows.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        return offset

    def row(self, card: Card, caps: Caps) -> dict[str, Any]:
        """A card as one line of a list, with as much of its words as the page holds."""
        here = self._rows.tell()
        self._rows.seek(card.offset)
        row: dict[str, Any] = json.loads(self._rows.readline())
        self._rows.seek(here)
        row["tagline"] = clip(row["tagline"], caps.line)
        row["weighed"] = [(word, clip(text, caps.line)) for word, text in row["weighed"]]
        return row

    # counting -------------------------------------------------------------------------------------------------------

    def _count(self, document: ProductDocument) -> dict[str, Any] | None:
        """Count a product in; how far its critics stand apart, None where they do not."""
        counts = self.counts
        counts.approved += document.status == "approved"
        counts.known += len(document.facts)
        counts.cited += sum(bool(fact.evidence) for fact in document.facts.values())
        if document.panel:
            counts.verdicts[document.panel.verdict] += 1
            self._count_takes(document)
        for move in _prices.moves(document):
            self._count_move(move)
        for change in document.changes:
            if _corrects(change, document):
                row = {"slug": file_slug(document.slug), "name": clip(document.name, 80), "change": change}
                counts.corrections.add((change.at, change.seq), row)
        spread = _critiques.spread(document)
        if not spread or not spread[0]:
            return None
        slug = file_slug(document.slug)
        apart = {"points": spread[0], "words": spread[1], "name": clip(document.name, 60), "slug": slug}
        counts.apart.add((spread[0], _backwards(slug)), apart)
        return apart

    def _count_move(self, move: Move) -> None:
        key = move.rank()
        self.counts.moves["all"].add(key, move)
        if move.rise is not None:
            self.counts.moves["up" if move.rise else "down"].add(key, move)
        size = float(move.percent.partition(" ")[0] or 0) if move.percent else 0.0
        self.counts.weekly.setdefault(week_of(move.at[:10]), Newest(WEEKLY)).add((size, *key), move)

    def _count_takes(self, document: ProductDocument) -> None:
        panel = document.panel
        for persona, review in sorted(panel.reviews.items()) if panel else ():
            if persona not in self.counts.critics or panel is None:
                continue
            critic = self.counts.critics[persona]
            facts = [claim.supported for rating in review.ratings for claim in rating.claims if claim.kind == "fact"]
            critic.claims += len(facts)
            critic.supported += sum(facts)
            row, key = latest(document, persona, Caps()), (panel.created_at, document.slug)
            if review.score is None:
                critic.silent.add(key, row)
                continue
            critic.scores[review.score] += 1
            critic.ships += review.vote == "ship"
            critic.scored.add(key, row)
            for kind in filter(None, (review.vote, "alone" if row["alone"] else "")):
                critic.kinds[kind].add(key, row)
        cast = [(p, r.vote) for p, r in sorted(panel.reviews.items()) if r.vote] if panel else []
        for (one, vote), (other, second) in combinations(cast, 2):
            self.counts.both[one, other] += 1
            self.counts.same[one, other] += vote == second


def edition(documents: Iterable[ProductDocument]) -> datetime:
    """The newest moment the documents speak of: what “as of” means, so that the same store gives the same bytes."""
    moments = [parse_moment(moment) for d in documents for moment in (d.last_seen, d.changed_at)]
    return max((moment for moment in moments if moment), default=EPOCH)


def week_of(day: str) -> str:
    """“2026-W47” for an ISO date; empty for what is none."""
    when = parse_moment(day)
    return f"{when:%G-W%V}" if when else ""


def _slug(card: Card) -> str:
    return card.slug


def _backwards(text: str) -> tuple[int, ...]:
    """A key that sorts texts the other way round."""
    return tuple(-ord(letter) for letter in text)


def _corrects(change: ChangeDoc, document: ProductDocument) -> bool:
    """Whether a change is a fact that an editor put right and that still stands."""
    fact = document.facts.get(change.field)
    return change.op == "fact" and change.who != "scout" and fact is not None and fact.rung == "editor"
