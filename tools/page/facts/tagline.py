"""What the product is, in a line: chosen by a trained head."""

from __future__ import annotations

from collections.abc import Iterator

from tools.models import Fact, Rung
from tools.page.about import About
from tools.page.choose import taglines
from tools.page.seen import Seen, found


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The tagline, with how likely it is to be the one."""
    chosen = taglines.choose(seen.clues, about.own)
    if chosen is not None:
        best, confidence = chosen
        rung: Rung = "text" if best.tag else "jsonld" if best.path.startswith("JSON-LD") else "meta"
        yield from found("tagline", best.text, rung, confidence, seen.quote(best.quote, best.place, best.path))
