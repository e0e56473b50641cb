"""One page a critic: its questions, how it scores, how often it agrees with the others."""

from __future__ import annotations

from statistics import median
from typing import Any

from tools import personas
from tools.exporters import _critiques, _views
from tools.exporters._views import Caps
from tools.exporters._words import clip, file_slug
from tools.exporters.site._out import fitted, page_of
from tools.exporters.site._state import Site
from tools.views.documents import ProductDocument
from tools.views.findings import trust_words
from tools.views.takes import critics, day, number, short_reason, telling


def critic(site: Site, persona: str) -> tuple[str, bytes]:
    """The page of one critic."""
    return fitted(lambda caps: _critic_page(site, persona, caps))


def _critic_page(site: Site, persona: str, caps: Caps) -> tuple[str, bytes]:
    found = _critiques.takes(site.reviewed, persona)
    scores = [review.score for _, review in found if review.score is not None]
    ships = sum(review.vote == "ship" for _, review in found if review.score is not None)
    known = personas.persona(persona)
    return page_of(
        site,
        f"critics/{persona}.html",
        "critic",
        "critic",
        "Critics",
        p=known,
        weighs=_weighs(known),
        n=len(scores),
        ship_share=round(100 * ships / len(scores)) if scores else None,
        median=number(median(scores)) if scores else None,
        silent=len(site.reviewed) - len(scores),
        panels=len(site.reviewed),
        claims=_critiques.claim_count(site.reviewed, persona),
        hist=_critiques.histogram(scores, site.threshold),
        others=_others(site, persona),
        latest=[
            latest(document, persona, caps) for document, review in found if review.score is not None or not scores
        ][:16],
    )


def _others(site: Site, persona: str) -> list[dict[str, Any]]:
    agreed = _critiques.agreement(site.reviewed)
    rows = []
    for other, name, _ in critics():
        scored = [review for _, review in _critiques.takes(site.reviewed, other) if review.score is not None]
        ships = sum(review.vote == "ship" for review in scored)
        one, second = sorted((persona, other))
        same, both = agreed.get((one, second), (0, 0))
        rows.append(
            {
                "name": name,
                "me": other == persona,
                "n": len(scored),
                "share": round(100 * ships / len(scored)) if scored else 0,
                "both": both,
                "agrees": round(100 * same / both) if both else 0,
            }
        )
    return rows


def _weighs(critic: personas.Persona) -> str:
    """“trouble (3), price rank (2)”: the kinds of finding a critic picks, heaviest first."""
    kinds = sorted(critic.findings.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{kind.replace('_', ' ')} ({weight:g})" for kind, weight in kinds)


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
        "said": clip(said.text, min(caps.text, 480)) if said else "",
        "from": clip(trust_words(said.citations[0], document), 80) if said and said.citations else "",
        "on": day(said.citations[0].fetched_at) if said and said.citations else "",
        "reason": "" if scored else clip(short_reason(document, persona), 80),
        "panel": panel.verdict if panel else "",
        "alone": scored and panel is not None and panel.verdict == against,
    }
