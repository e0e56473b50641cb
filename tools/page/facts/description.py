"""What the product is and does, in a few sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.models import Fact, Place
from tools.page.about import About
from tools.page.hero import is_prose
from tools.page.interim import is_interim
from tools.page.markdown_card import first_sentences
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.names import squash
from tools.page.seen import Seen, found
from tools.page.visible import Line, View, clean

_MOST_LINES = 250  # of a page that are asked what the product is
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
        if len(text) >= 20 and not is_interim(text):
            sure = 0.72 if _is_of_the_house(text, about) else 0.88
            yield from found(
                "description", clean(text)[:2_000], "meta", sure, seen.quote(text, "markup", f"meta {key}")
            )
            break
    hero = seen.hero.paragraph
    for line, longest, sure in ((_told(seen.view, about.own), 240, 0.8), (hero or _prose(seen.view), 300, 0.75 if hero else 0.6)):  # fmt: skip
        if line is not None and not is_interim(line.text):
            text = first_sentences(line.text, longest)
            place: Place = "markup" if line.shade else "visible"
            yield from found("description", clean(text)[:2_000], "text", sure, seen.quote(text, place))


def _is_of_the_house(text: str, about: About) -> bool:
    """Whether a description tells of the whole site, on a page about one of its products."""
    own, brand, said = squash(about.own), squash(about.brand), squash(text[:400])
    return bool(brand) and own != brand and brand in said and own.removeprefix(brand) not in said


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
