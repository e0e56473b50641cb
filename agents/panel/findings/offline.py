"""Whether it works without a connection, against what others state."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._topics import on_topics
from tools.models import Finding

NEEDS = (
    "docs",
    "homepage",
)
OWN_WORDS = True


def find(case: Case) -> Iterator[Finding]:
    """Work without a connection: stated, denied or left out."""
    yield from on_topics(__name__, case, "offline")
