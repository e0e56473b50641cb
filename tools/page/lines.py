"""The words of a page line by line, as they are read to a panel."""

from __future__ import annotations

import json
import re

from tools.page.quotes import visible_text
from tools.page.seen import Seen

_HTML = re.compile(r"<(?:html|body|div)\b", re.IGNORECASE)
_BADGE = re.compile(
    r"^\s*(?:\[?!\[[^\]]*\]\([^)]*\)\]?(?:\([^)]*\))?\s*)+$|^\s*</?[a-z][^>]*>\s*$|^\s*[-=|: ]{3,}$|^\s*```\w*$",
    re.IGNORECASE,
)


def page_lines(text: str, content_type: str, seen: Seen | None = None) -> str:
    """The words of a page. An API answer has none of its own: its cited values stand as `api` passages.

    seen: the same page, where it was read already.
    """
    if _is_json(text):
        return ""
    looks_markup = content_type.startswith(("text/html", "application/xhtml"))
    if not looks_markup and (content_type.startswith("text/") or not _HTML.search(text[:5_000])):
        return _markdown_lines(text)
    return seen.whole if seen else visible_text(text)


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _markdown_lines(text: str) -> str:
    """A card's or README's lines as they stand, without badges, bare tags and rules."""
    return "\n".join(line for line in text.splitlines() if not _BADGE.match(line))
