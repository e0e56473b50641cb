"""Whether there is an API, against what others state."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._topics import on_topics
from tools.models import Finding

NEEDS = ("docs",)
OWN_WORDS = True


def find(case: Case) -> Iterator[Finding]:
    """An API: stated, denied or left out."""
    yield from on_topics(__name__, case, "api")
