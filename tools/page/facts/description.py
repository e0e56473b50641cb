"""What the product is and does, in a few sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.models import Fact
from tools.page.about import About
from tools.page.interim import is_interim
from tools.page.markdown_card import first_sentences
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.seen import Seen, found
from tools.page.visible import Line, View, clean

_SAYS = re.compile(r"[™®]? (?:is|are) (?:an?|the|our|your)\b")


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """What markup, the meta description, "Name is a ..." and the paragraph under the heading say."""
    for item in seen.items:
        kinds = types_of(item)
        text = text_of(item.get("description"))
        if len(text) >= 30 and any(k in PRODUCT_TYPES for k in kinds) and about.is_own(item):
            yield from found(
                "description",
                text[:2_000],
                "jsonld",
                0.86,
                seen.quote(text_of(item.get("description"), raw=True), "markup", f"JSON-LD {kinds[0]}.description"),
            )
            break
    for key in ("description", "og:description", "twitter:description"):
        text = seen.meta.first(key)
        if len(text) >= 20:
            yield from found(
                "description", clean(text)[:2_000], "meta", 0.88, seen.quote(text, "markup", f"meta {key}")
            )
            break
    if (told := _told(seen.view, about.own)) is not None:
        text = first_sentences(clean(told.text), 160)
        yield from found("description", text, "text", 0.8, seen.quote(told.text, "markup" if told.shade else "visible"))
    hero = seen.hero
    if hero.paragraph is not None and not is_interim(hero.paragraph.text):
        text = first_sentences(hero.paragraph.text, 300)
        yield from found(
            "description",
            clean(text)[:2_000],
            "text",
            0.75,
            seen.quote(text, "markup" if hero.paragraph.shade else "visible"),
        )


def _told(view: View, name: str) -> Line | None:
    """The line that says what the product is: "Name is a …"."""
    if len(name) < 2:
        return None
    start = name.lower()
    for line in view.lines[:250]:
        head = line.text[: len(name) + 20].lower().removeprefix("the ")
        if head.startswith(start) and 40 <= len(line.text) <= 900 and _SAYS.match(head[len(start) :]):
            return line
    return None
