"""What others wrote of a launch: the comments of a Show HN in the answer of hn.algolia.com, without who they are. Pure.

Source, read November 2026: the item endpoint of that API. A comment's text is HTML; a deleted one has null for its text
and its author; replies are nested in `children`.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tools.dossier import Voice
from tools.errors import WorkFailed
from tools.orders import reads_as_order
from tools.page.answer_facts import dict_of, list_of
from tools.page.quotes import visible_text

MOST_VOICES = 60
MOST_CHARS = 1_000
_MOST_MARKUP = 6_000  # characters of a comment's HTML that are read
_MOST_LOOKED_AT = 2_000  # comments of an answer
COMMENTER, MAKER = "a commenter on Show HN", "the maker on Show HN"
# "@name" and addresses of mail; not npm's "@scope/name".
_HANDLE = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?<![\w/@])@[A-Za-z][\w-]{0,38}(?![\w-]*/)")
_MARKS = ("[dead]", "[flagged]", "[deleted]")


def read_voices(body: bytes, discussion: str, page: str, at: datetime) -> tuple[Voice, ...]:
    """The story's own text and its comments, those nearest to the story first; what reads as an order is left out.

    discussion: the address of the announcement, which stands for each: an address of its own would name its author.
    at: when it was read, for a comment without a time. Errors: WorkFailed for an answer that is no item.
    """
    try:
        story = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise WorkFailed("it is no JSON that can be read, or is nested too deep") from error
    if not isinstance(story, dict) or not isinstance(story.get("children"), list):
        raise WorkFailed("it is no item with comments")
    maker = story.get("author")
    found: dict[str, Voice] = {}
    for row in _rows(story):
        text = _plain(row.get("text"))
        if not text or text in found or reads_as_order(text, seen=True):
            continue  # by the line of a page's lines, as the pack judges it: people talk as roughly as pages do
        own = maker is not None and row.get("author") == maker
        found[text] = Voice(MAKER if own else COMMENTER, text, _time(row, at), discussion, page, own)
        if len(found) >= MOST_VOICES:
            break
    return tuple(found.values())


def _rows(story: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The story and its comments, one level after the other; those without an author are deleted."""
    waiting, looked_at = deque([story]), 0
    while waiting and looked_at < _MOST_LOOKED_AT:
        row = waiting.popleft()
        looked_at += 1
        if isinstance(row.get("author"), str):
            yield row
        waiting.extend(map(dict_of, list_of(row.get("children"))))


def _plain(markup: Any) -> str:
    """A comment in plain text on one line, without what it quotes, at most MOST_CHARS long; "" for one without words of its own."""
    if not isinstance(markup, str):
        return ""
    lines = visible_text(f"<div>{markup[:_MOST_MARKUP]}</div>").splitlines()
    own = "\n".join(line for line in lines if not line.lstrip().startswith(">"))  # what it quotes another one said
    text = " ".join(_HANDLE.sub("", own).split())
    if text.lower().startswith(_MARKS):
        return ""
    return text if len(text) <= MOST_CHARS else text[:MOST_CHARS].rpartition(" ")[0]


def _time(row: dict[str, Any], at: datetime) -> datetime:
    stamp = row.get("created_at_i")
    try:
        return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) else at
    except (ValueError, OverflowError, OSError):
        return at
