"""Whether the maker answers those who comment on the launch."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._voices import comments, makers
from agents.panel.findings._words import counted, figure
from tools.models import Citation, Finding, Passage

NEEDS = ("comments",)
OWN_WORDS = False
_LEAST = 5  # comments of others: of fewer a maker may not have heard
_FULL = 0.5  # answers for each comment that count in full
_MOST = 0.4  # what they count then: a maker who answers is a hint of what is to come, and no more


def find(case: Case) -> Iterator[Finding]:
    """How many of the comments are the maker's, where there was something to answer. A voice tells not what it answers:
    what the maker wrote before anybody else did is the announcement, and all later words may be answers."""
    others = comments(case)
    if len(others) < _LEAST:
        return
    first = min(voice.at for voice, _ in others)
    answers = [passage for voice, passage in makers(case) if voice.at >= first]
    theirs, n = counted(len(others), "comment"), counted(len(others) + len(answers), "comment")
    if not answers:
        text = f"The maker of {case.name} is silent on its launch: none of the {n} read that came after the announcement is the maker's."
        yield finding(__name__, text, -0.3, [_start(one) for _, one in others], comments=theirs)
        return
    m = figure(len(answers))
    text = f"The maker of {case.name} joined in on its launch: {m} of the {n} read {'is' if m == '1' else 'are'} the maker's."
    value = _MOST * min(1.0, len(answers) / len(others) / _FULL)
    answers.sort(key=lambda passage: -len(passage.text))  # who opens the quotes sees words first, and smileys last
    yield finding(__name__, text, value, [_start(one) for one in answers], answers=m, comments=theirs, read=n)


def _start(passage: Passage) -> Citation:
    """The first line of a comment, by which it is found."""
    return Citation(passage.number, passage.text.splitlines()[0])
