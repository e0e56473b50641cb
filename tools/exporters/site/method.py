"""How a verdict is made, with the figures of this edition."""

from __future__ import annotations

from tools.exporters import _critiques, _pairs
from tools.exporters.site._out import page_of
from tools.exporters.site._state import Site
from tools.views.panel_figures import panel_figures


def method(site: Site) -> tuple[str, bytes]:
    """The page that explains all others."""
    supported, claims = _critiques.claim_count(site.reviewed)
    cited = sum(bool(fact.evidence) for document in site.documents for fact in document.facts.values())
    known = sum(len(document.facts) for document in site.documents)
    ships = sum(document.panel is not None and document.panel.verdict == "Ship" for document in site.reviewed)
    figures = [
        (
            "Products",
            f"{len(site.documents):,}",
            f"{sum(d.status == 'approved' for d in site.documents):,} approved",
        ),
        ("Verdicts", f"{len(site.reviewed):,}", f"{ships:,} ship"),
        ("Facts with a quote", f"{cited:,}", f"of {known:,}"),
        ("Claims found word for word", f"{supported:,}", f"of {claims:,}"),
    ]
    return page_of(
        site,
        "method.html",
        "method",
        "text",
        "Method",
        figures=figures,
        bars=_critiques.gate_bars(panel_figures(site.reviewed)),
        limit=_pairs.NEIGHBOURS,
        band=8,
    )
