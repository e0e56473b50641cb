"""What others wrote of a launch, without who they are: the remarks of a source's discussion as voices. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from tools.dossier import Voice
from tools.orders import reads_as_order
from tools.page.quotes import visible_text

MOST_VOICES = 60
MOST_CHARS = 1_000
_MOST_MARKUP = 6_000  # characters of a remark's HTML that are read
_MOST_LOOKED_AT = 2_000  # remarks of an answer
# "@name" and addresses of mail; not npm's "@scope/name".
_HANDLE = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?<![\w/@])@[A-Za-z][\w-]{0,38}(?![\w-]*/)")
_MARKS = ("[dead]", "[flagged]", "[deleted]")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said in a discussion. markup: its HTML as served; at: None without a time; by_maker: by who announced it."""

    markup: str
    at: datetime | None
    by_maker: bool = False


def voices_of(remarks: Iterable[Remark], place: str, discussion: str, page: str, at: datetime) -> tuple[Voice, ...]:
    """The first MOST_VOICES remarks with words of their own, each text once; what reads as an order is left out.

    place: what readers call the source, "Show HN". discussion: the address of the announcement, which stands for each: an
    address of its own would name its author. page: Page.id of the answer. at: when it was read, for a remark without a time.
    """
    found: dict[str, Voice] = {}
    for remark in islice(remarks, _MOST_LOOKED_AT):
        text = _plain(remark.markup)
        if not text or text in found or reads_as_order(text, seen=True):
            continue  # by the line of a page's lines, as the pack judges it: people talk as roughly as pages do
        role = f"{'the maker' if remark.by_maker else 'a commenter'} on {place}"
        found[text] = Voice(role, text, remark.at or at, discussion, page, remark.by_maker)
        if len(found) >= MOST_VOICES:
            break
    return tuple(found.values())


def _plain(markup: str) -> str:
    """A remark in plain text on one line, without what it quotes, at most MOST_CHARS long; "" for one without words of its own."""
    lines = visible_text(f"<div>{markup[:_MOST_MARKUP]}</div>").splitlines()
    own = "\n".join(line for line in lines if not line.lstrip().startswith(">"))  # what it quotes another one said
    text = " ".join(_HANDLE.sub("", own).split())
    if text.lower().startswith(_MARKS):
        return ""
    return text if len(text) <= MOST_CHARS else text[:MOST_CHARS].rpartition(" ")[0]
