"""A trouble that several comments on its launch report, quoted."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._voices import comments, troubles, voices
from tools.models import Finding

NEEDS = ("comments",)
OWN_WORDS = False
_QUOTED = 2


def find(case: Case) -> Iterator[Finding]:
    """The one that most report."""
    said = troubles(case)
    if said:
        m, n = len(said), len(comments(case))
        quotes = " and ".join(f"“{one.citation.quote}”" for one in said[:_QUOTED])
        text = f"{voices(m, case)} on the launch of {case.name} report the same trouble: {quotes}."
        cited = [one.citation for one in said]
        yield finding(__name__, text, -min(1.0, 0.4 + m / n), cited, m=m, n=n)
