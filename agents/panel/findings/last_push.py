"""How long ago somebody last wrote to the repository."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._activity import last_day
from agents.panel.findings._case import Case
from tools.models import Finding

NEEDS = ("repository",)
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """Nothing of an archived repository: that it is archived says more."""
    own, archived = case.newest.get("pushed_at"), case.newest.get("archived")
    if own and not (archived and archived.value):
        yield from last_day(__name__, case, own, f"{_whose(case)} was last pushed to", "Last pushes")


def _whose(case: Case) -> str:
    return f"The repository “{case.part}” of {case.name}" if case.part else f"The repository of {case.name}"
