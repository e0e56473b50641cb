"""The review sweep: the panel for every product that awaits one. The view remembers; nothing has to enqueue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.errors import ScoutError
from tools.models import Panel
from tools.settings import Settings
from tools.store import Store


def drain_awaiting(store: Store, settings: Settings) -> Iterator[tuple[str, Panel | ScoutError]]:
    """Review every product awaiting it, oldest first; the error in its place where one fails."""
    from agents.panel import drain
    from agents.rubric import RubricReviewer

    yield from drain(store, RubricReviewer(), settings)


def review_one(store_path: Path | str, settings: Settings, slug: str) -> dict[str, Any]:
    """Review one product now; counts of what was written. Errors: UnknownName, ReviewError."""
    from agents.panel import review_product
    from agents.rubric import RubricReviewer

    with Store.open(store_path, create=False) as store:
        panel = review_product(store, store.resolve(slug), RubricReviewer(), settings)
    return {"panels": 1, "reviews": sum(review.score is not None for review in panel.reviews), "failures": []}


def sweep(store_path: Path | str, settings: Settings, progress: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Drain the awaiting view of a store; counts of what was written."""
    counts: dict[str, Any] = {"panels": 0, "reviews": 0, "failures": []}
    with Store.open(store_path) as store:
        for slug, outcome in drain_awaiting(store, settings):
            if isinstance(outcome, ScoutError):
                counts["failures"].append({"slug": slug, "kind": outcome.kind, "message": str(outcome)})
                continue
            counts["panels"] += 1
            counts["reviews"] += sum(review.score is not None for review in outcome.reviews)
            if progress:
                progress(f"{slug}: {outcome.verdict}")
    return counts
