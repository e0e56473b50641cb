"""One critic on one product, as a row of a list."""

from __future__ import annotations

from typing import Any

from tools.exporters import _views
from tools.exporters._views import Caps
from tools.exporters._words import clip, file_slug, whole
from tools.views.documents import ProductDocument
from tools.views.findings import first_clause, trust_words
from tools.views.takes import day, short_reason, telling


def latest(document: ProductDocument, persona: str, caps: Caps) -> dict[str, Any]:
    """One take as a row of a list."""
    panel = document.panel
    review = panel.reviews[persona] if panel else None
    scored = review is not None and review.score is not None
    said = telling(panel, review) if panel and review and scored else None
    against = {"ship": "Skip", "skip": "Ship"}.get((review.vote if review else "") or "")
    return {
        "at": panel.created_at[:10] if panel else "",
        "mark": _views.mark(review.vote if review and scored else None),
        "words": f"{(review.vote or '').capitalize()} {review.score}" if review and scored else "No panel take",
        "name": clip(document.name, 80),
        "slug": file_slug(document.slug),
        "said": whole(first_clause(said.text), min(caps.text, 480)) if said else "",
        "from": clip(trust_words(said.citations[0], document), 80) if said and said.citations else "",
        "on": day(said.citations[0].fetched_at) if said and said.citations else "",
        "reason": "" if scored else clip(short_reason(document, persona), 80),
        "panel": panel.verdict if panel else "",
        "alone": scored and panel is not None and panel.verdict == against,
    }
