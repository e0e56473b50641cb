"""Whether the maker answers those who comment on the launch."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._voices import comments, makers
from agents.panel.findings._words import counted
from tools.models import Citation, Finding, Passage

NEEDS = ("comments",)
OWN_WORDS = False
_LEAST = 5  # comments of others: of fewer a maker may not have heard
_FULL = 0.5  # answers for each comment that count in full


def find(case: Case) -> Iterator[Finding]:
    """How many of the comments are the maker's, where there was something to answer."""
    own, others = makers(case), comments(case)
    if len(others) < _LEAST:
        return
    n = counted(len(others), "comment")
    if not own:
        text = f"Under the launch of {case.name} none of the {n} read is the maker's."
        yield finding(__name__, text, -0.3, [_start(one) for _, one in others], comments=n)
        return
    answers = counted(len(own), "comment")
    text = f"Under the launch of {case.name} the maker wrote {answers}, others {counted(len(others), 'comment')}, of those read."
    value = 0.6 * min(1.0, len(own) / len(others) / _FULL)
    yield finding(__name__, text, value, [_start(one) for _, one in own], answers=answers, comments=n)


def _start(passage: Passage) -> Citation:
    """The first line of a comment, by which it is found."""
    return Citation(passage.number, passage.text.splitlines()[0])
