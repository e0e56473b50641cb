"""How a verdict is made, with the figures of this edition."""

from __future__ import annotations

from typing import Any

from tools.exporters import _critiques, _pairs
from tools.exporters.site._out import page_of
from tools.exporters.site._state import Site
from tools.views.documents import DossierDoc
from tools.views.panel_figures import panel_figures

_PANELS = 300  # newest panels that the figures are computed over: they are held for it
# What a document has beside its panel, of which no figure is: half of its memory.
_UNJUDGED: dict[str, Any] = {
    "facts": {},
    "plans": [],
    "price_history": [],
    "launches": [],
    "pages": [],
    "changes": [],
    "dossier": DossierDoc(),
}


def method_page(site: Site) -> tuple[str, bytes]:
    """The page that explains all others."""
    counts = site.counts
    supported, claims = (
        sum(getattr(critic, what) for critic in counts.critics.values()) for what in ("supported", "claims")
    )
    figures = [
        ("Products", f"{len(site.by_slug):,}", f"{counts.approved:,} approved"),
        ("Verdicts", f"{site.reviewed:,}", f"{counts.verdicts['Ship']:,} ship"),
        ("Facts with a quote", f"{counts.cited:,}", f"of {counts.known:,}"),
        ("Claims found word for word", f"{supported:,}", f"of {claims:,}"),
    ]
    newest = sorted(
        (card for card in site.by_slug.values() if card.verdict), key=lambda card: (card.reviewed_on, card.slug)
    )[-_PANELS:]
    slugs = sorted(card.slug for card in newest)
    documents = (site.store.document(slug).model_copy(update=_UNJUDGED) for slug in slugs)
    return page_of(
        site,
        "method.html",
        "method",
        "text",
        "Method",
        figures=figures,
        bars=_critiques.gate_bars(panel_figures(documents)),
        judged=len(newest),
        reviewed=site.reviewed,
        limit=_pairs.NEIGHBOURS,
        band=8,
    )
