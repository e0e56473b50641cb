"""The product's own notice that it is over."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from tools.models import Finding

NEEDS = ()
OWN_WORDS = False


def find(case: Case) -> Iterator[Finding]:
    """The sentence that says so, quoted."""
    if case.ended:
        text = f"The pages of {case.name} say that it is over: “{case.ended.quote.rstrip('.')}”."
        yield finding(__name__, text, -1.0, (case.ended,), quote=case.ended.quote)
