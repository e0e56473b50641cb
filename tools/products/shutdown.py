"""Pages on which a product says that it is over. What such a page says is no news of the product's name or price. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.models import Page
from tools.page.decode import decode
from tools.page.quotes import visible_text

_END = re.compile(
    r"\b(?:(?:has|have|had|is|are|was|were|will be|been|we're|now)\s+(?:\w+\s+)?"
    r"(?:shut(?:ting)?\s+down|shut|discontinued|sunset(?:ted|ting)?|closed(?:\s+down)?|closing(?:\s+down)?|retired|"
    r"winding\s+down|sold\s+out|no\s+longer\s+(?:available|offered|sold|maintained|operating|in\s+operation|online))"
    r"|shut\s+down\s+(?:on|in)|ceased\s+operations?|(?:said|say(?:ing)?)\s+goodbye|end\s+of\s+life)\b",
    re.IGNORECASE,
)
_US = re.compile(r"\b(?:we|we're|our (?:service|app|product|company|store|site)|this (?:service|app|product|project|site|"
                 r"store|tool|repository))\b", re.IGNORECASE)  # fmt: skip
_PART = re.compile(
    r"\b(?:v?\d+\.\d|version|beta|api|endpoint|legacy|plan|tier|feature|office|offer|early)\b", re.IGNORECASE
)
_HINT = re.compile(
    "shut|discontinued|sunset|clos|retired|winding|sold|no longer|ceased|goodbye|end of life", re.IGNORECASE
)
_LONGEST_NOTICE = 240  # characters; a longer line is a story


def shut_down(page: Page, names: Sequence[str]) -> str:
    """The line in which a page says that the product itself is over or sold out; "" when it does not.

    The line must speak of the product by its name or as "we" or "this service", and of no part of it (a plan, a
    version): "the v1 API was retired" is news of a product that lives.
    """
    text, _ = decode(page.body, page.charset)
    if not _HINT.search(text):
        return ""
    for line in visible_text(text).splitlines():
        for sentence in re.split(r"(?<=[.!?])\s+", line):
            if len(sentence) > _LONGEST_NOTICE or not _END.search(sentence) or _PART.search(sentence):
                continue
            named = any(name.casefold() in sentence.casefold() for name in names if name)
            if named or _US.search(sentence):
                return sentence.strip()
    return ""
