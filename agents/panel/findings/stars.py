"""Stars of the repository, or likes on the Hub, among those of others."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._crowd import on_metric
from tools.models import Finding

NEEDS = ("repository", "hub")
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """Both where there are both; none of a repository that holds a part of the product, whose stars are not its own."""
    if not case.part:
        yield from on_metric(__name__, case, "stars", "star", " on its repository")
    yield from on_metric(__name__, case, "likes", "like", " on the Hub")
