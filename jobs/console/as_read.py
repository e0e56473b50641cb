"""A stored page as it was read: its text in lines, with the words of a quote found in them."""

from __future__ import annotations

from typing import Any

from tools.page_job import kept_lines
from tools.store import Store

NEAR = 12  # lines of a page that are shown beside a product


def as_read(store: Store, key: str, quote: str, most: int) -> dict[str, Any] | None:
    """What is shown of a page: page; shot, whether a screenshot is kept; lines, at most so many, around the quote where it
    is found: (number, what stands before, in and after the quote); total; quote; found. None: the store has no such page."""
    page = store.page(key)
    if page is None:
        return None
    lines = [line for line in kept_lines(store.lines, page).splitlines() if line.strip()]
    at = next((place for place, line in enumerate(lines) if quote and quote in line), None)
    first = max(0, min((at or 0) - most // 2, len(lines) - most))
    shown = [
        (first + place + 1, *_parted(line, quote if first + place == at else ""))
        for place, line in enumerate(lines[first : first + most])
    ]
    shot = store.screenshot(page.id) is not None
    return {"page": page, "shot": shot, "lines": shown, "total": len(lines), "quote": quote, "found": at is not None}


def _parted(line: str, quote: str) -> tuple[str, str, str]:
    """A line before, in and after the quote."""
    return line.partition(quote) if quote else (line, "", "")
