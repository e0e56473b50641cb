"""A review's words: its claims one after another, with the passages that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tools.models import Claim

# What stands behind a sentence, by who checked it; code alone needs no saying.
CHECKS: Mapping[str, str] = {
    "knowledge": " (reviewer's knowledge, not checked)",
    "unsure": " (a second model is unsure)",
}


def told(claims: Iterable[Claim]) -> str:
    """Each claim once, in order, its passages in brackets before the full stop: "It exports JSON [E3]."."""
    return " ".join(dict.fromkeys(_with_marks(claim) for claim in claims))


def _with_marks(claim: Claim) -> str:
    numbers = dict.fromkeys(citation.passage for citation in claim.citations)
    marks = "".join(f" [E{number}]" for number in numbers) + CHECKS.get(claim.check, "")
    end = re.search(r"[.!?]+$", claim.text)
    return f"{claim.text[: end.start()]}{marks}{end[0]}" if end else f"{claim.text}{marks}."
