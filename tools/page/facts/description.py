"""What the product is and does, in a few sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.models import Fact, Place, Rung
from tools.page.about import About
from tools.page.hero import is_prose
from tools.page.interim import is_interim
from tools.page.markdown_card import first_sentences
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.seen import Seen, found
from tools.page.visible import Line, View, clean

_MOST_LINES = 250  # of a page that are asked what the product is
_SAYS = re.compile(r"[™®]? (?:is|are) (?:an?|the|our|your)\b")


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """What head or structured data, "Name is a ..." and the paragraph under the heading say."""
    for path, rung, text, raw in _stated(seen):
        if len(text) >= 20 and not is_interim(text):
            yield from found("description", clean(text)[:2_000], rung, 0.88, seen.quote(raw, "markup", path))
            break
    hero = seen.hero.paragraph
    for line, longest, sure in ((_told(seen.view, about.own), 240, 0.8), (hero or _prose(seen.view), 300, 0.75 if hero else 0.6)):  # fmt: skip
        if line is not None and not is_interim(line.text):
            text = first_sentences(line.text, longest)
            place: Place = "markup" if line.shade else "visible"
            yield from found("description", clean(text)[:2_000], "text", sure, seen.quote(text, place))


def _stated(seen: Seen) -> Iterator[tuple[str, Rung, str, str]]:
    """The descriptions of head and structured data: where each stands, its rung, its words, these as they are written."""
    for key in ("description", "og:description", "twitter:description"):
        yield f"meta {key}", "meta", seen.meta.first(key), seen.meta.first(key)
    for item in seen.items:
        if any(kind in PRODUCT_TYPES for kind in types_of(item)):
            told = item.get("description")
            yield f"JSON-LD {types_of(item)[0]}.description", "jsonld", text_of(told), text_of(told, raw=True)


def _prose(view: View) -> Line | None:
    """The first line of running text that every reader sees; letters drawn with signs are none."""
    lines = (line for line in view.lines[:_MOST_LINES] if not line.shade and is_prose(line))
    return next((line for line in lines if sum(map(str.isalpha, line.text)) > 0.6 * len(line.text)), None)


def _told(view: View, name: str) -> Line | None:
    """The line that says what the product is: "Name is a …"."""
    if len(name) < 2:
        return None
    start = name.lower()
    for line in view.lines[:_MOST_LINES]:
        head = line.text[: len(name) + 20].lower().removeprefix("the ")
        if head.startswith(start) and 40 <= len(line.text) <= 900 and _SAYS.match(head[len(start) :]):
            return line
    return None
