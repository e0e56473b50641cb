"""A repository that its owner has archived: nothing more can be sent to it."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._words import day
from tools.models import Finding

NEEDS = ("repository",)
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """One where it is; that it is not is nothing to tell."""
    own = case.newest.get("archived")
    cited = case.cite_measure(own) if own and own.value else None
    if own and cited:
        text = f"The repository of {case.name} is archived: it is read-only (seen {day(own.at)})."
        yield finding(__name__, text, -1.0, cited, at=day(own.at))
