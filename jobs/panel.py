"""`scout panel stats`: the figures by which a panel is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.settings import Settings
from tools.store import Store
from tools.views.judged import judged, judged_figures
from tools.views.panel_figures import Figure


def stats(store: Store, settings: Settings, progress: Callable[[str], None] | None = None) -> list[Figure]:
    """Every figure over the store's newest panels, and those of the sentences that people have judged.

    Changes no panel; what it works out is kept in the store.
    """
    from agents.panel.panel_stats import figures

    return [*figures(store, list(store.documents()), settings, progress), *judged_figures(judged())]


def as_rows(found: list[Figure]) -> list[dict[str, Any]]:
    """The figures as plain data: name, value, shown (the value as printed), n, of, gate, passes, note."""
    return [
        {
            "name": figure.name,
            "value": figure.value,
            "shown": figure.shown,
            "n": figure.n,
            "of": figure.of,
            "gate": figure.gate or None,
            "passes": figure.passes,
            "note": figure.note,
        }
        for figure in found
    ]
