"""The words of a page in one index, so that what is asked of many candidates is looked up and not searched for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.page.visible import View

# A word of letters that spaces part, a run of signs that none part, or a mark between words.
_TOKEN = re.compile(
    r"[^\W_\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+(?:[.+'’&-]+[^\W_\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+)*[+#]*|"
    r"[\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+|\n|[^\w\s™®©℠]"
)
_ENDS = frozenset(".!?:|\n。！？—–•·*✓✔→“")
_MOST_LINES, _MOST_CHARS, _LONGEST_LINE = 150, 5_000, 1_200  # of a page; what it is called is said before


def tokens(text: str) -> list[str]:
    """The words of a text as they are written, and the marks between them."""
    return _TOKEN.findall(text)


@dataclass(slots=True)
class Words:
    """What a reader sees of a page as words: as written, in lower case, and where each stands."""

    written: list[str]
    low: list[str]
    at: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def places(self, words: Sequence[str]) -> list[int]:
        """Where these words (lower case) stand in a row; the first word's index each time."""
        if not words:
            return []
        first, size = self.at.get(words[0], ()), len(words)
        if size == 1:
            return list(first)
        return [at for at in first if self.low[at : at + size] == list(words)]

    def opens(self, at: int) -> bool:
        """Whether a word begins a sentence or a line."""
        return at == 0 or self.low[at - 1] in _ENDS

    def closes(self, at: int) -> bool:
        """Whether the word before this index ends a sentence or a line."""
        return at >= len(self.low) or self.low[at] in _ENDS


def words_of(view: View) -> Words:
    """The index of a page's visible lines: the first of them and the last, not what lies between on very long pages."""
    shown = [line.text for line in view.lines if not line.shade and len(line.text) <= _LONGEST_LINE]
    head, foot = shown[:_MOST_LINES], shown[_MOST_LINES:][-25:]
    written = tokens("\n".join(head)[:_MOST_CHARS])
    if foot:
        written += ["\n", *tokens("\n".join(foot)[:_MOST_CHARS])]
    found = Words(written, list(map(str.lower, written)))
    places = found.at
    for at, word in enumerate(found.low):
        places[word].append(at)
    return found
