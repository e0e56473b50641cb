"""Panel figures over a store: ship rate, spread, template collapse, groundedness, abstentions, reviews a second.

    python bench/panel.py store.db [--json]

Reviews every product of the store anew with the rubric reviewer and writes nothing. Gates are those of
research/panel_sources.md, 3.3 (12 November 2026); a figure without its n says nothing, so each has one.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere, installed or not

from agents.panel import evidence_pack, review_pack
from agents.rubric import RubricReviewer
from tools.evidence import find_quote, supports
from tools.models import Panel, Review
from tools.settings import Settings
from tools.store import Store

_REPEATED_SHARE = 0.3  # a field text that stands on more than this share of the products is a template


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its n and the gate it is held to; None: no gate."""

    name: str
    value: float | None
    n: int
    gate: str = ""
    passes: bool | None = None


def panels(store: Store) -> tuple[list[tuple[str, Panel]], float]:
    """(product name, panel) for every product of the store, and the seconds the reviewing took, packs included."""
    reviewer, settings = RubricReviewer(), Settings()
    started = time.perf_counter()
    found = []
    for document in store.documents():
        found.append((document.name, review_pack(evidence_pack(store, document.slug), reviewer, settings)))
    return found, time.perf_counter() - started


def figures(found: Sequence[tuple[str, Panel]], seconds: float) -> list[Figure]:
    """All figures, in the order in which they are printed."""
    reviews = [review for _, panel in found for review in panel.reviews]
    scored = [review for review in reviews if review.score is not None]
    facts = [claim for review in scored for rating in review.ratings for claim in rating.claims if claim.kind == "fact"]
    held = sum(_stands(panel, review) for _, panel in found for review in panel.reviews)
    ships = _share([review.vote == "ship" for review in scored])
    return [
        Figure("products", len(found), len(found)),
        *(
            Figure(f"verdict: {verdict}", n, len(found))
            for verdict, n in sorted(Counter(p.verdict for _, p in found).items())
        ),
        _gated("ship rate of reviews", ships, len(scored), 0.30, 0.75),
        *_by_persona(scored),
        _gated("groundedness", held / len(facts) if facts else None, len(facts), 0.95, 1.0),
        _gated(
            "reviews with four facts or more", _share([_facts(review) >= 4 for review in scored]), len(scored), 0.9, 1.0
        ),
        _gated("template collapse, field texts", _collapse(found), len(scored), 0.0, 0.2),
        Figure("products sharing a whole review text", _same_texts(found), len(scored)),
        Figure("abstentions", _share([review.score is None for review in reviews]), len(reviews)),
        Figure("median words of a review", statistics.median(_words(scored)) if scored else None, len(scored)),
        Figure("reviews per second", len(reviews) / seconds if seconds else None, len(reviews)),
    ]


def _by_persona(scored: Iterable[Review]) -> Iterable[Figure]:
    scores: dict[str, list[int]] = defaultdict(list)
    ships: dict[str, list[bool]] = defaultdict(list)
    for review in scored:
        scores[review.persona].append(review.score or 0)
        ships[review.persona].append(review.vote == "ship")
    for persona, values in scores.items():
        yield _gated(f"{persona}: score SD", statistics.pstdev(values), len(values), 12, 100)
        yield Figure(f"{persona}: mean score", statistics.fmean(values), len(values))
        yield Figure(f"{persona}: ship rate", _share(ships[persona]), len(values))


def _stands(panel: Panel, review: Review) -> int:
    """How many factual claims of a review stand, looked up again in the panel's own passages."""
    count = 0
    for claim in (claim for rating in review.ratings for claim in rating.claims if claim.kind == "fact"):
        quotes = [find_quote(c.quote, panel.passages[c.passage - 1].text) for c in claim.citations]
        count += bool(quotes) and all(quotes) and supports(claim.text, " … ".join(quote for quote in quotes if quote))
    return count if review.score is not None else 0


def _facts(review: Review) -> int:
    return sum(claim.kind == "fact" for rating in review.ratings for claim in rating.claims)


def _collapse(found: Sequence[tuple[str, Panel]]) -> float | None:
    """Share of field texts that, without names and quotes, stand on more than 30 % of the products that have the field."""
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, panel in found:
        for review in panel.reviews:
            if review.score is None:
                continue
            for rating in review.ratings:
                text = " ".join(claim.text for claim in rating.claims)
                if text:
                    texts[review.persona, rating.field].append(_bare(text, name))
    total = sum(len(values) for values in texts.values())
    repeated = sum(
        n for values in texts.values() for n in Counter(values).values() if n > 1 and n > _REPEATED_SHARE * len(values)
    )
    return repeated / total if total else None


def _same_texts(found: Sequence[tuple[str, Panel]]) -> float | None:
    texts = Counter(
        (review.persona, _bare(review.text, name)) for name, panel in found for review in panel.reviews if review.text
    )
    total = sum(texts.values())
    return sum(n for n in texts.values() if n > 1) / total if total else None


def _bare(text: str, name: str) -> str:
    """A text without citations, quoted words, code and the product's name."""
    text = re.sub(r"\[E\d+\]|“[^”]*”|`[^`]*`", "", text)
    return re.sub(re.escape(name), "", text, flags=re.IGNORECASE)


def _words(scored: Iterable[Review]) -> list[int]:
    return [len(re.sub(r"\[E\d+\]", "", review.text).split()) for review in scored]


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def _gated(name: str, value: float | None, n: int, low: float, high: float) -> Figure:
    return Figure(name, value, n, f"{low:g} to {high:g}", None if value is None else low <= value <= high)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("store", type=Path, help="path of a store.db; it is only read")
    parser.add_argument("--json", action="store_true", help="one JSON object a figure")
    arguments = parser.parse_args()
    with Store.open(arguments.store, create=False, readonly=True) as store:
        found, seconds = panels(store)
    for figure in figures(found, seconds):
        if arguments.json:
            print(json.dumps({slot: getattr(figure, slot) for slot in figure.__slots__}))
            continue
        value = "unknown" if figure.value is None else f"{figure.value:.3g}"
        gate = f"  gate {figure.gate}: {'pass' if figure.passes else 'FAIL'}" if figure.passes is not None else ""
        print(f"{figure.name:42} {value:>8}  n={figure.n}{gate}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
