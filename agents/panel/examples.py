"""The worked examples of a model's prompt must never come back as a review: whose words they are is told here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from agents.prompts import prompt

RUN = 6  # words in a row that an answer and an example share by no accident
_WORD = re.compile(r"\w+")


def from_examples(text: str, passages: Iterable[str]) -> str:
    """The words of an example that a sentence holds and no passage of the product does; "" for none.

    An example's product by name, or RUN words in a row of what an example's passages and claims say.
    """
    words = _words(text)
    runs = [" ".join(words[at : at + RUN]) for at in range(max(0, len(words) - RUN + 1))]
    suspects = [word for word in words if word in _names()] + [run for run in runs if run in _runs()]
    if not suspects:
        return ""
    own = " ".join(" ".join(_words(passage)) for passage in passages)
    return next((one for one in suspects if one not in own), "")


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


@cache
def _names() -> frozenset[str]:
    """What the examples' products are called, by the sentence that names each first."""
    first = re.findall(r"^1\.1 ([A-Z]\w+)", prompt("review_examples"), re.MULTILINE)
    return frozenset(name.lower() for name in first)


@cache
def _runs() -> frozenset[str]:
    told = re.findall(r'^\d+\.\d+ (.+)$|"text": "([^"]+)"', prompt("review_examples"), re.MULTILINE)
    lines = [_words(passage or claim) for passage, claim in told]
    return frozenset(" ".join(line[at : at + RUN]) for line in lines for at in range(len(line) - RUN + 1))
