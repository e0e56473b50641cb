"""What several comments on its launch praise alike, or praise from use, quoted."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._voices import comments, in_use, praises, voices
from tools.models import Finding

NEEDS = ("comments",)
OWN_WORDS = False
_QUOTED = 2


def find(case: Case) -> Iterator[Finding]:
    """What most praise; where no two praise the same, that several do who have used it. It is cheaper than a report of
    trouble, and counts for less."""
    alike = praises(case)
    said = alike or in_use(case)
    if said:
        m, n = len(said), len(comments(case))
        quotes = " and ".join(f"“{one.citation.quote}”" for one in said[:_QUOTED])
        what = "praise the same thing" if alike else "praise it from use"
        text = f"{voices(m, case)} on the launch of {case.name} {what}: {quotes}."
        value = min(0.8, 0.25 + m / n) if alike else min(0.5, 0.15 + m / n)
        alone = {} if alike else {"of": "use"}
        yield finding(__name__, text, value, [one.citation for one in said], m=m, n=n, **alone)
