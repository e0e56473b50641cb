"""What an edition of the site is made from: the cards of all products, their pairs, and where the site stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from tools.errors import UsageError
from tools.exporters import ReadableStore, _pairs
from tools.exporters._addresses import site_url
from tools.exporters._pairs import Pair
from tools.exporters._words import file_slug, safe_url
from tools.exporters.site._cards import Card, Cards, Counts
from tools.settings import Settings
from tools.views.compare import compare, says_enough
from tools.views.documents import ProductDocument

_HELD = 64  # documents kept for the next comparison


class Site:
    """One edition. Documents are read from the store when their pages are made, and not held."""

    def __init__(self, store: ReadableStore, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.threshold: int = settings.ship_threshold
        self.url = site_url(settings)
        self.post_url = post_url(settings)
        self.feeds: list[tuple[str, str, str]] = []  # label, file, media type
        self.cards = Cards(self._documents())
        self.at: datetime = self.cards.at
        self.by_slug: dict[str, Card] = self.cards.by_slug
        self.counts: Counts = self.cards.counts
        self.cuttings = store.cuttings()
        self.pairs = self._pairs()
        self.pairs_of: dict[str, list[Pair]] = defaultdict(list)
        for pair in self.pairs:
            for slug in pair:
                self.pairs_of[slug].append(pair)
        self.document = lru_cache(maxsize=_HELD)(self._document)

    def close(self) -> None:
        """Let the cards go."""
        self.cards.close()

    @property
    def reviewed(self) -> int:
        """How many products a panel has met on."""
        return self.counts.verdicts.total()

    def documents(self) -> Iterator[ProductDocument]:
        """Every product of the edition anew; what came to the store meanwhile waits for the next one."""
        return (document for document in self._documents() if document.slug in self.by_slug)

    def address(self, name: str) -> str:
        """The address of a file of the site; empty where the site has none."""
        return self.url and f"{self.url}/{'' if name == 'index.html' else name}"

    def moved(self) -> tuple[dict[str, str], list[str]]:
        """Files of products that were merged, each with the file it went to; and slugs that were deleted."""
        into = dict(self.store.gone())
        merged, gone = {}, []
        for slug in into:
            last = _followed(slug, into)
            if last in self.by_slug:
                merged[file_slug(slug)] = file_slug(last)
            else:
                gone.append(file_slug(slug))
        return merged, gone

    def count(self, field: str) -> Counter[str]:
        """How many cards there are of each value of a field."""
        return Counter(getattr(card, field) for card in self.by_slug.values())

    def _documents(self) -> Iterator[ProductDocument]:
        return self.store.documents(approved_only=self.settings.approved_only, rivals=True)

    def _document(self, slug: str) -> ProductDocument:
        return self.store.document(slug, rivals=True)

    def _pairs(self) -> list[Pair]:
        """The pairs in order: those asked for and the rivals."""
        asked = [(a, b) for a, _, b in (pair.partition(":") for pair in self.settings.words("pairs")) if b]
        wanted = {Pair(*sorted(pair)) for pair in asked if pair[0] != pair[1]}
        known = {pair for pair in wanted if pair.a in self.by_slug and pair.b in self.by_slug}
        pairs = sorted(known | set(_pairs.neighbours(self.cards.near, self.cards.decided, self._worth_a_page)))
        self.cards.near.clear()
        self.cards.decided.clear()
        return pairs

    def _worth_a_page(self, pair: Pair) -> bool:
        """Whether what is known of the two makes a page; their rivals have no part in it."""
        return says_enough(compare(*(self.store.document(slug) for slug in pair)))


def post_url(settings: Settings) -> str:
    """Where the forms of the site are sent, without a closing slash; "" where there are none.

    Errors: UsageError for one that is no plain http or https address.
    """
    given = str(settings.post_url).strip()
    if given and (safe_url(given) != given or urlsplit(given).query or urlsplit(given).fragment):
        raise UsageError(
            f"SCOUT_POST_URL takes the address that the site's forms are sent to, like https://scout.example/forms; got {given!r}."
        )
    return given.rstrip("/")


def _followed(slug: str, into: dict[str, str]) -> str:
    """The product that a merged one is part of in the end; empty where that was deleted."""
    seen = set()
    while slug in into and slug not in seen:
        seen.add(slug)
        slug = into[slug]
    return "" if slug in into else slug
