"""How long ago the last release was."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._activity import last_day
from agents.panel.findings._case import Case
from tools.models import Finding

NEEDS = ("releases", "registry")
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """Its age, beside the median of the others where there are enough."""
    own = case.newest.get("released_at")
    if own:
        yield from last_day(__name__, case, own, f"The last release of {case.whose(own)} was", "Last releases")
