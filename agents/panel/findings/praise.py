"""What several comments on its launch praise alike, quoted."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._voices import comments, praises
from agents.panel.findings._words import figure
from tools.models import Finding

NEEDS = ("comments",)
OWN_WORDS = False
_QUOTED = 2


def find(case: Case) -> Iterator[Finding]:
    """What most praise. It is cheaper than a report of trouble, and counts for less."""
    said = praises(case)
    if said:
        m, n = len(said), len(comments(case))
        quotes = " and ".join(f"“{one.citation.quote}”" for one in said[:_QUOTED])
        text = f"{figure(m)} of {figure(n)} comments on the launch of {case.name} praise the same thing: {quotes}."
        yield finding(__name__, text, min(0.8, 0.25 + m / n), [one.citation for one in said], m=m, n=n)
