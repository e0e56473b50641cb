"""The sentences of a passage, so that one can be cited by its number and its words filled in by code.

What counts is that every run cuts alike, that nothing is lost, and that each piece stands in the text as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 320  # characters of a piece; a longer sentence is cut at its cells, points or clauses where it has such
# A full stop behind these ends no sentence: short forms that a name, a number or an example follows.
_SHORT = frozenset(
    """e.g i.e etc vs cf approx incl excl max min avg est no nos fig sec ch vol ver pp ed eds st mr mrs ms dr prof sr jr inc
    ltd co corp dept jan feb mar apr jun jul aug sep sept oct nov dec z.b d.h bzw ca usw nr str""".split()
)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+[」』”’）]*")
_PART = re.compile(r"\s[|·•]\s|[;；](?=\s)|(?<=[、，])")
_NUMBERING = re.compile(r"(?:\(?[0-9]{1,3}|[A-Za-z])[.)]")  # what a point of a list begins with
_INITIALS = re.compile(r"(?:^|[\s(])(?:[A-Z]\.)*[A-Z]$")
_BEGINS = re.compile(r"\s+[\"'“‘(\[*•–-]*(?:[^\W_a-z]|[^\W_]*[A-Z0-9])")  # a capital, a digit, another script; "iOS"


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text in their order, each as it stands there, without the white space around it.

    A line ends one. Decimals, addresses, short forms and the numbers of a list end none. Together they hold every
    character that is no white space.
    """
    return tuple(piece for line in text.splitlines() for piece in _pieces(line.strip()) if piece)


def _pieces(line: str) -> list[str]:
    found, start = [], 0
    for end in _END.finditer(line):
        if _ends(line, start, end):
            found.append(line[start : end.end()].strip())
            start = end.end()
    return [part for one in (*found, line[start:].strip()) for part in _parts(one)]


def _ends(line: str, start: int, end: re.Match[str]) -> bool:
    """Whether a sentence that began at `start` ends at this mark."""
    if end[0][0] in "。！？":
        return True
    before = line[start : end.start()].strip()
    if end[0] == "." and (
        before.rpartition(" ")[2].lstrip("(\"'“").lower() in _SHORT
        or _INITIALS.search(before)
        or _NUMBERING.fullmatch(f"{before}.")
    ):
        return False
    return _BEGINS.match(line, end.end()) is not None


def _parts(sentence: str) -> list[str]:
    """A sentence whole, or in parts of about LONGEST characters where it is longer and has places to cut at."""
    parts, start, last = [], 0, 0
    for cut in _PART.finditer(sentence):
        if cut.start() - start > LONGEST and last > start:
            parts.append(sentence[start:last].strip())
            start = last
        last = cut.end()
    if len(sentence) - start > LONGEST and last > start:
        parts.append(sentence[start:last].strip())
        start = last
    return [*parts, sentence[start:].strip()]
