"""A number of people that grew or fell between two readings."""

from __future__ import annotations

from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import finding
from agents.panel.findings._words import counted, day, figure
from tools.models import Finding

NEEDS = ("repository", "registry", "hub")
OWN_WORDS = False
_DAYS = 28  # between the two readings at least
_MONTH = 30.44
_FULL = 0.2  # growth a month that counts in full
_LEAST = 20  # people: of fewer a share tells nothing
_WORDS = {"stars": "star", "downloads_30d": "download", "likes": "like"}


def find(case: Case) -> Iterator[Finding]:
    """From the first reading to the newest one of each number that moved."""
    for metric, word in _WORDS.items():
        read = sorted((one for one in case.dossier.measures if one.metric == metric), key=lambda one: (one.at, one.url))
        if not read:
            continue
        old, new = read[0], read[-1]
        days = (new.at - old.at).days
        cited = case.cite_measure(old, new) if days >= _DAYS and old.url == new.url else None
        if cited is None or old.value < _LEAST or old.value == new.value:
            continue
        monthly = (new.value / old.value) ** (_MONTH / days) - 1 if new.value else -1.0
        way = "went up" if new.value > old.value else "went down"
        noun = f"The {word}s of {case.name}{' in 30 days' if metric == 'downloads_30d' else ''}"
        text = f"{noun} {way} from {figure(old.value)} on {day(old.at)} to {figure(new.value)} on {day(new.at)}."
        yield finding(
            __name__, text, monthly / _FULL, cited, metric=metric, before=counted(old.value, word),
            after=counted(new.value, word), since=day(old.at), at=day(new.at), window="30",
        )  # fmt: skip
