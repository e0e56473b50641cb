"""What an edition of the site is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tools.exporters import _pairs, _prices
from tools.exporters._pairs import Pair
from tools.views.compare import compare
from tools.views.documents import ProductDocument


class Site:
    """The products of one edition, their pairs and the prices that moved."""

    def __init__(
        self,
        documents: Iterable[ProductDocument],
        at: datetime,
        asked: Iterable[tuple[str, str]],
        threshold: int,
        cuttings: Mapping[tuple[str, str], bytes],
    ) -> None:
        self.cuttings = cuttings
        kept = [document for document in documents if document.status not in ("rejected", "deleted")]
        self.documents = sorted(kept, key=lambda document: document.slug)
        self.by_slug = {document.slug: document for document in self.documents}
        self.reviewed = [document for document in self.documents if document.panel]
        self.at, self.threshold = at, threshold
        self.moves = sorted(
            (move for document in self.documents for move in _prices.moves(document)),
            key=lambda move: (move.at, move.slug, move.plan),
            reverse=True,
        )
        self.pairs = self._pairs(asked)
        self.comparisons = {pair: compare(self.by_slug[pair.a], self.by_slug[pair.b]) for pair in self.pairs}

    def _pairs(self, asked: Iterable[tuple[str, str]]) -> dict[Pair, str]:
        """The pairs in order, each with why the two are set side by side."""
        wanted = {Pair(*sorted(pair)) for pair in asked if pair[0] != pair[1]}
        known = {pair: _pairs.ASKED for pair in wanted if pair.a in self.by_slug and pair.b in self.by_slug}
        return dict(sorted((known | _pairs.neighbours(self.reviewed)).items()))
