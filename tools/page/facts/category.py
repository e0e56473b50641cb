"""What kind of thing the product is: as its markup states it, else by the words its head and its opening use for it."""

from __future__ import annotations

from collections.abc import Iterator

from tools.models import Fact
from tools.page.about import About
from tools.page.categories import WORDS_CONFIDENCE, Text, of_terms, of_words
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.seen import Seen, found

_STATED_CONFIDENCE = 0.9  # the classes of schema.org that say a kind were right on 17 of corpus2's 17 pages
_HEADINGS = 12  # further headings whose words count


def read(seen: Seen, _about: About) -> Iterator[Fact]:
    """The category of the closed list; nothing where the page does not tell it plainly."""
    for item in seen.items:
        given = item.get("applicationCategory")
        if given is None or not any(kind in PRODUCT_TYPES for kind in types_of(item)):
            continue
        classes = [text_of(one, raw=True) for one in (given if isinstance(given, list) else [given])]
        if said := of_terms(name for one in classes for name in one.rsplit("/", 1)[-1].split(",")):
            raw = next(one for one in classes if said[1][0] in one)
            quote = seen.quote(raw, "markup", "JSON-LD applicationCategory")
            yield from found("category", said[0], "jsonld", _STATED_CONFIDENCE, quote)
            return
    if spoken := of_words(texts(seen), seen.url):
        yield from found("category", spoken[0], "text", WORDS_CONFIDENCE, spoken[1])


def texts(seen: Seen) -> list[Text]:
    """Where a page says what it is about, each with how much its words count."""
    meta, hero = seen.meta, seen.hero
    visible = [line for line in seen.view.lines if not line.shade]
    main = [line.text for line in visible if line.tag == "h1"][:3]
    further = [line.text for line in visible if line.tag in ("h2", "h3")][:_HEADINGS]
    shared = meta.first("og:title")
    told = [
        Text(meta.title, 3.0, "markup", "title"),
        Text(shared if shared != meta.title else "", 1.5, "markup", "og:title"),
        *(Text(line, 2.5, "visible", "h1") for line in main),
        Text(meta.first("description", "og:description"), 2.0, "markup", "meta description"),
        Text(hero.text(), 1.5, "visible" if hero.seen else "markup", "hero"),
        Text(meta.first("keywords")[:300], 0.7, "markup", "meta keywords"),
        *(Text(line, 0.5, "visible", "h2") for line in further),
    ]
    return [text for text in told if text.words]
