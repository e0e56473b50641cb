"""What its own pages say is not there yet: a part that is still to come, or the whole, where it is in beta."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.panel.findings._case import Case
from agents.panel.findings._make import plain
from tools.models import Citation, Finding
from tools.page.sentences import sentences

NEEDS = ("homepage",)
OWN_WORDS = True
_WORTH = 0.35
_PAGES = ("homepage", "pricing", "docs", "readme", "help")
_CHARS = 120  # of a sentence that is quoted
_WORDS = re.compile(r"[^\W\d_]{2,}")
# The end of a sentence that names what is to come, or a mark behind it; what is to come stands before, in two words or more. A button or a heading that says no more than “Coming soon” names nothing.
_TO_COME = re.compile(r"\b(?:is |are )?coming (?:very )?soon\W*$|\((?:coming )?soon\)", re.IGNORECASE)
_VAGUE = re.compile(r"^\W*(?:and|much|more|many|additional|new|other|further|something)\b", re.IGNORECASE)
# A short line that opens with it speaks of the whole; further on in a line it may be a part's, or another product's.
_BETA = re.compile(
    r"^\W*(?:(?:now|currently|still|we are|we're|free)\W+)*(?:(?:in|during)\W+(?:an?\W+)?(?:(?:open|public|closed|private)\W+)?(?:beta|alpha)"
    r"|(?:open|public|closed|private)\W+(?:beta|alpha))\b(?!\s+(?:program|test|user|list|version))",
    re.IGNORECASE,
)
_BETA_CHARS = 80
_HINTS = ("soon", "beta", "alpha")
_HINT = re.compile("|".join(_HINTS), re.IGNORECASE)


def find(case: Case) -> Iterator[Finding]:
    """One of each: the first part that is to come, and that the whole is in beta."""
    for begins, pattern in (
        (f"{case.name} is in beta", _BETA),
        (f"Part of {case.name} is still to come", _TO_COME),
    ):
        if cited := _said(case, pattern):
            text = f"{begins}: “{cited.quote.rstrip('.!… ')}”."
            yield plain(__name__, text, _WORTH, (cited,), quote=cited.quote)


def _said(case: Case, pattern: re.Pattern[str]) -> Citation | None:
    for passage in case.passages:
        if passage.trust == "own" and passage.place == "visible" and passage.label in _PAGES:
            for line in _with_a_hint(passage.text):
                quote = _beta(line) if pattern is _BETA else _to_come(line)
                if quote and (cited := case.cite(quote, passage.page)):
                    return cited
    return None


def _with_a_hint(text: str) -> list[str]:
    """The lines that hold a word of either pattern: a look at the whole is quicker than one at each line."""
    small = text.lower()
    return [line for line in text.splitlines() if _HINT.search(line)] if any(hint in small for hint in _HINTS) else []


def _beta(line: str) -> str:
    return line.strip() if len(line) <= _BETA_CHARS and _BETA.search(line) else ""


def _to_come(line: str) -> str:
    for one in sentences(line):
        named = _WORDS.findall(_TO_COME.sub(" ", one))
        if len(one) <= _CHARS and len(named) > 1 and "?" not in one and _TO_COME.search(one) and not _VAGUE.match(one):
            return one.strip()
    return ""
