"""Downloads of the last thirty days, among those of others."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._crowd import on_metric
from tools.models import Finding

NEEDS = ("registry", "hub")
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """Registries and the Hub count in their own ways, so that this is a rough place."""
    yield from on_metric(__name__, case, "downloads_30d", "download", " in 30 days")
