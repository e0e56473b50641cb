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
        part = f"“{case.part}”, a part of " if case.part and case.part in own.url.lower() else ""
        yield from last_day(__name__, case, own, f"The last release of {part}{case.name} was", "Last releases")
