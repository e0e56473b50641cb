"""Pages on which a product says that it is over. What such a page says is no news of the product's name or price. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.models import Page
from tools.page.decode import decode
from tools.page.interim import is_farewell
from tools.page.markup import read_meta
from tools.page.quotes import visible_text
from tools.page.visible import parse

_US = re.compile(r"\b(?:we|we're|our (?:service|app|product|company|store|site)|this (?:service|app|product|project|site|"
                 r"store|tool|repository))\b", re.IGNORECASE)  # fmt: skip
_HINT = re.compile(
    "shut|stopped|ended|discontinued|sunset|clos|retired|winding|sold|no longer|ceased|goodbye|end of life",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 240  # characters; a longer line is a story


def shut_down(page: Page, names: Sequence[str]) -> str:
    """The line, or the title, in which a page says that the product itself is over or sold out; "" when it does not.

    The line must speak of the product by its name or as "we" or "this service", and of no part of it (a plan, a
    version): "the v1 API was retired" is news of a product that lives.
    """
    text, _ = decode(page.body, page.charset)
    if not _HINT.search(text):
        return ""
    title = read_meta(parse(text), page.final_url).title
    for line in (title, *visible_text(text).splitlines()):
        for sentence in re.split(r"(?<=[.!?])\s+", line):
            if len(sentence) > _LONGEST_NOTICE or not is_farewell(sentence):
                continue
            named = any(name.casefold() in sentence.casefold() for name in names if name)
            if named or _US.search(sentence):
                return sentence.strip()
    return ""
