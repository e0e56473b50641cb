"""What a product is about: the keywords that its markup states, and the topics that its title names or that its heading and
description name and that define a kind of product.

Of such topics .56 are a reader's tags too (400 labelled pages, November 2026); .40 were while every topic counted ("time").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.models import Evidence, Fact
from tools.page.about import About
from tools.page.categories import topics
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.seen import Seen
from tools.page.visible import clean

_MOST = 8  # keywords that markup states, and topics besides
_LONGEST, _MOST_WORDS = 40, 4  # characters and words of one tag
# The menu of any site, and what every product is: of none of them a tag.
_OF_ANY = frozenset(
    "pricing price prices plan plans features feature home homepage about contact blog login signup sign-up register download downloads "
    "free trial demo buy terms faq help product products software application app website site online official page index "
    "company team careers news docs documentation".split()
)
_CLASS = re.compile(
    r"(?:schema\.org/)?\w+Application|(?:https?://)?schema\.org/\w+|SoftwareSourceCode|WebAPI|WebPage|WebSite|Organization"
)


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The tags; nothing where neither markup nor head nor heading tells."""
    stated = _stated(seen, about.own)
    if len(stated) > _MOST:  # so many are written for search engines: of those only what a reader is shown
        shown = seen.whole.lower()
        stated = {tag: quote for tag, quote in stated.items() if tag in shown}
        stated = dict(list(stated.items())[:_MOST])
    spoken = _spoken(seen, about.own)
    further = [tag for tag in spoken if tag not in stated][:_MOST]
    tags = {**stated, **{tag: spoken[tag] for tag in further}}
    if tags:
        yield Fact("tags", list(tags), "meta", 0.8 if stated else 0.65, tuple(tags.values()))


def _stated(seen: Seen, name: str) -> dict[str, Evidence]:
    meta = seen.meta.tags
    sources = [(text, "meta keywords") for text in meta.get("keywords", [])[:1]]
    sources += [(text, "meta article:tag") for text in meta.get("article:tag", [])[:_MOST]]
    for item in seen.items:
        if any(kind in PRODUCT_TYPES for kind in types_of(item)):
            given = item.get("keywords")
            sources += [(text_of(one), "JSON-LD keywords") for one in (given if isinstance(given, list) else [given])]
    tags: dict[str, Evidence] = {}
    for text, path in sources:
        for piece in map(str.strip, re.split(r"[,;|、，\n]", text)):
            if tag := _tag(piece, name):
                tags.setdefault(tag, seen.quote(piece, "markup", path))
    return tags


def _tag(piece: str, name: str) -> str:
    """A keyword as a tag; "" where it is none: a sentence, the product's own name, a word of any site's menu."""
    tag = " ".join(clean(piece).lower().split())
    fits = 1 < len(tag) <= _LONGEST and len(tag.split()) <= _MOST_WORDS and tag != name.lower()
    return tag if fits and tag not in _OF_ANY and not _CLASS.fullmatch(piece) else ""


def _spoken(seen: Seen, name: str) -> dict[str, Evidence]:
    """The topics that are named, most weight first."""
    weights: dict[str, float] = {}
    quotes: dict[str, Evidence] = {}
    hero = seen.hero
    for text, weight, shown, path in (
        (seen.meta.title, 3.0, False, "title"),
        (hero.text(), 2.0, hero.seen, ""),
        (seen.meta.first("description", "og:description"), 2.0, False, "meta description"),
    ):
        for tag, quote, defines in topics(text):
            if (defines or path == "title") and _tag(tag, name):
                weights[tag] = weights.get(tag, 0.0) + weight
                quotes.setdefault(tag, seen.quote(quote, "visible" if shown else "markup", path))
    return {tag: quotes[tag] for tag in sorted(weights, key=lambda tag: (-weights[tag], tag))}
