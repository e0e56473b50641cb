"""Search and bookmarks, which work in the browser alone: the index in small parts, the site's one script, the pages they fill.

Every product has a number, the newest the highest. `search-index.js` says which part holds what. Parts of words hold, for a
stretch of the alphabet, each word with the products it stands in; filters are words too ("=kind=repo"). Parts of rows
hold what is shown of some products. A query reads the parts of its words, then those of the rows it shows. All are scripts, for a
page from a folder may read no other file, and each only sets a value.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from tools.exporters import _views
from tools.exporters._words import clip, file_slug, visible
from tools.exporters.jsonld import script_json
from tools.exporters.site._cards import Card
from tools.exporters.site._out import TEMPLATES, page_of
from tools.exporters.site._state import Site
from tools.models import CATEGORIES
from tools.page.categories import name_of
from tools.views.price_words import PRICING

ROWS = 20  # products a part of rows, some 3 KB
_PART = 24_000  # bytes of a part of words, where it holds more than one word
_LONGEST = 40  # letters of a word; the script cuts what is asked for likewise
_WEIGHTS = (1, 2, 4)  # tagline; category and kind; name
_VERDICTS = (*_views.VERDICTS, "Not reviewed yet")
_AGES = (7, 30, 90)
_BETWEEN = re.compile(r"[^\w.+#]+|_+")  # as the script's /[^\p{L}\p{N}.+#]+/u
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def search_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """The script of all pages, the index in its parts, and the pages that search and that list what a reader kept."""
    yield "site.js", (TEMPLATES / "site.js").read_bytes()
    cards = sorted(site.by_slug.values(), key=lambda card: card.name.casefold(), reverse=True)
    cards.sort(key=lambda card: card.day)
    yield from _index(site, cards)
    kinds = sorted({card.kind for card in cards})
    choices = {
        "verdict": [(name, name) for name in _VERDICTS],
        "price": list(PRICING.items()),
        "kind": [(kind, kind) for kind in kinds],
        "category": [(name, name_of(name)) for name in CATEGORIES],
        "age": [(str(days), f"Under {days} days") for days in _AGES],
    }
    yield page_of(site, "search.html", "search", "text", "", indexed=False, choices=choices, held=len(cards))
    yield page_of(site, "kept.html", "kept", "text", "", indexed=False)


def _index(site: Site, cards: Sequence[Card]) -> Iterator[tuple[str, bytes]]:
    """The files of the index. All name its edition, a hash of what they hold: two editions number products otherwise."""
    held: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    told = hashlib.sha256()
    for number, card in enumerate(cards):
        row = _row(site, card)
        told.update(repr((row, card.pricing_model, card.day)).encode("utf-8", "replace"))
        for word, place in _words(row, card):
            held[word].append(number * len(_WEIGHTS) + place)
    edition, firsts = told.hexdigest()[:12], []
    for part, start in enumerate(range(0, len(cards), ROWS)):
        yield _part(edition, f"rows-{part}", [_row(site, card) for card in cards[start : start + ROWS]])
    for part, words in enumerate(_stretches(held)):
        firsts.append(words[0][0])
        yield _part(edition, f"words-{part}", words)
    yield (
        "search-index.js",
        _script("SCOUT", {"edition": edition, "parts": {}, "firsts": firsts, **_whole(site, cards)}),
    )


def _whole(site: Site, cards: Sequence[Card]) -> dict[str, Any]:
    """What the script must know before it reads a part; ages: the first number newer than so many days."""
    days = [card.day for card in cards]
    ages = {age: bisect_right(days, (site.at - timedelta(days=age)).date().isoformat()) for age in _AGES}
    names = {name: name_of(name) for name in CATEGORIES}
    return {
        "total": len(cards),
        "size": ROWS,
        "weights": _WEIGHTS,
        "digits": _DIGITS,
        "longest": _LONGEST,
        "ages": ages,
        "verdicts": _VERDICTS,
        "categories": names,
    }


def _row(site: Site, card: Card) -> list[Any]:
    """What is shown of a product: slug, name, tagline, verdict, kind, category."""
    tagline = visible(clip(site.cards.row(card, _views.Caps())["tagline"], 90))
    verdict = _VERDICTS.index(card.verdict or _VERDICTS[-1])
    return [file_slug(card.slug), visible(card.name), tagline, verdict, card.kind, card.category]


def _words(row: Sequence[Any], card: Card) -> Iterator[tuple[str, int]]:
    """The words of a product, each once, with the heaviest place it stands in; and the filters it passes."""
    _, name, tagline, verdict, kind, category = row
    found: dict[str, int] = {}
    for place, text in enumerate((tagline, f"{name_of(category)} {kind}", name)):
        found |= dict.fromkeys(words_of(text), place)
    yield from found.items()
    filters = {"verdict": _VERDICTS[verdict], "price": card.pricing_model, "kind": kind, "category": category}
    yield from ((f"={field}={value}", 0) for field, value in filters.items() if value)


def words_of(text: str) -> list[str]:
    """The words of a text as the script divides it: small letters without accents."""
    apart = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in apart if not unicodedata.category(letter).startswith("M")).lower()
    return [word[:_LONGEST] for word in _BETWEEN.split(plain) if word]


def _stretches(held: Mapping[str, array[int]]) -> Iterator[list[tuple[str, str]]]:
    """All words in the order of the script, divided into parts of some _PART bytes."""
    part: list[tuple[str, str]] = []
    size = 0
    for word in sorted(held, key=_as_script_sorts):
        packed = _packed(held[word])
        if part and size + len(packed) > _PART:
            yield part
            part, size = [], 0
        part.append((word, packed))
        size += len(packed) + len(word.encode()) + 8
    if part:
        yield part


def _packed(values: Sequence[int]) -> str:
    """Ascending numbers as the steps between them, 5 bits a letter, the least first; all letters but the last of a step
    are of the upper half of _DIGITS."""
    letters, before = [], 0
    for value in values:
        step, before = value - before, value
        while step > 31:
            letters.append(_DIGITS[32 + (step & 31)])
            step >>= 5
        letters.append(_DIGITS[step])
    return "".join(letters)


def _as_script_sorts(word: str) -> bytes:
    return word.encode("utf-16-be", "replace")


def _part(edition: str, name: str, rows: Sequence[Any]) -> tuple[str, bytes]:
    return f"search/{name}.js", _script(f'SCOUT.parts["{name}"]', [edition, rows])


def _script(name: str, value: object) -> bytes:
    """A script that only sets a value."""
    return f"self.{name}={script_json(value)};\n".encode("utf-8", "replace")
