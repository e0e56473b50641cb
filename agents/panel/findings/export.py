"""Whether work can be taken out again, by its own docs, against what others state."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._topics import on_topics
from tools.models import Finding

NEEDS = ("docs",)
OWN_WORDS = True


def find(case: Case) -> Iterator[Finding]:
    """An export: stated where few state one, denied, or left out where most state one."""
    yield from on_topics(__name__, case, "export")
