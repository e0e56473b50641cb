"""Whether it can run on one's own ground, against what others state."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._topics import on_topics
from tools.models import Finding

NEEDS = (
    "docs",
    "readme",
)
OWN_WORDS = True


def find(case: Case) -> Iterator[Finding]:
    """Hosting it oneself: stated, denied or left out."""
    yield from on_topics(__name__, case, "self_host")
