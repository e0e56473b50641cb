"""How one gets out of a contract: refunds and cancelling."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._topics import on_topics
from tools.models import Finding

NEEDS = (
    "pricing",
    "terms",
)
OWN_WORDS = True


def find(case: Case) -> Iterator[Finding]:
    """Both topics, each stated, denied or left out."""
    yield from on_topics(__name__, case, "refund", "cancel")
