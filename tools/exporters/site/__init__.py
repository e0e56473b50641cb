"""The review site as static pages, each under 60,000 bytes; nothing on them needs a script, a network or a service.

Verdicts by day and by verdict, price, kind, age and category; one page a product with its record, facts in brief and linked
data beside it; comparisons, prices that moved, a digest a week, the six critics, the method; a search that runs in the
browser; what programs read. Comparisons: reviewed products of which one is the other's rival (tools/rivals.py), at most
three pairs a product, and every pair asked for. Rejected products are left out; unapproved ones are published and labelled;
merged ones lead on, deleted ones say so. What needs an address of our own is there once SCOUT_SITE_URL names it. The same
store gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from heapq import nlargest
from itertools import islice
from typing import Any

from tools.exporters import Files, ReadableStore, atom, csv, jsonfeed, rss
from tools.exporters._published import Through
from tools.exporters._words import file_slug
from tools.exporters.site._cards import GONE
from tools.exporters.site._cards import edition as edition
from tools.exporters.site._out import PAGE_BYTES as PAGE_BYTES
from tools.exporters.site._out import TEMPLATES as TEMPLATES
from tools.exporters.site._out import environment as environment
from tools.exporters.site._state import Site
from tools.exporters.site._state import post_url as post_url
from tools.exporters.site.changes import corrections, prices, weeks
from tools.exporters.site.comparisons import comparison, comparison_index
from tools.exporters.site.critics import critic
from tools.exporters.site.gone import gone_pages
from tools.exporters.site.lists import list_pages
from tools.exporters.site.machine import agents, facts_index, for_engines, llms
from tools.exporters.site.method import method_page
from tools.exporters.site.pictures import logos, shared
from tools.exporters.site.products import product
from tools.exporters.site.search import search_pages
from tools.settings import Settings
from tools.views import takes
from tools.views.documents import ProductDocument

NAME = "site"
SUFFIX = ""
_FEEDS = (
    ("RSS", rss, "application/rss+xml"),
    ("Atom", atom, "application/atom+xml"),
    ("JSON Feed", jsonfeed, "application/feed+json"),
)
_TABLE = ("CSV", csv, "text/csv")
_ITEMS = 100  # as many as a feed has


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """Every page of the site. `after` is not used: a page shows its neighbours, so the site is always whole.

    Errors: UsageError for an address in the settings that is none.
    """
    with closing(Site(store, settings)) as site:
        site.feeds = [(label, module.FILE, kind) for label, module, kind in (*_FEEDS, _TABLE)]
        others = []
        for name, content in _pages(site):
            if name.endswith(".html") and name not in ("search.html", "kept.html"):
                others.append(name)
            yield name, content
        yield from for_engines(site, others)
        for document in site.documents():
            yield from product(site, document)
        for pair in site.pairs:
            yield from comparison(site, pair)
        yield from gone_pages(site)
        feeding = _Newest(store, site)
    for _, module, _ in _FEEDS:
        yield from module.export(feeding, None, settings)
    yield from csv.export(_OnSite(store), None, settings)


class _OnSite(Through):
    """The store without the products that the site leaves out, for the table beside its pages."""

    def documents(
        self, since: Any = None, status: Any = None, approved_only: bool = False, rivals: bool = False
    ) -> Iterator[ProductDocument]:
        found = super().documents(since, status, approved_only, rivals)
        return (document for document in found if document.status not in GONE)


class _Newest(Through):
    """The store with those products alone that the newest items of a feed can be about."""

    def __init__(self, store: ReadableStore, site: Site) -> None:
        super().__init__(store)
        files = {file_slug(slug): slug for slug in site.by_slug}
        moved = [files[move.slug] for move in islice(site.counts.moves["all"], _ITEMS)]
        newest = nlargest(_ITEMS, site.by_slug.values(), key=lambda card: (card.reviewed_at, card.slug))
        self._slugs = sorted({*moved, *(card.slug for card in newest if card.verdict)})

    def documents(
        self, since: Any = None, status: Any = None, approved_only: bool = False, rivals: bool = False
    ) -> Iterator[ProductDocument]:
        return (self.document(slug) for slug in self._slugs)


def _pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """All pages that are neither a product nor a pair."""
    yield from list_pages(site)
    yield from comparison_index(site)
    yield from prices(site)
    yield from weeks(site)
    for persona, _, _ in takes.critics():
        yield from critic(site, persona)
    yield method_page(site)
    yield corrections(site)
    yield from search_pages(site)
    yield agents(site)
    yield llms(site)
    yield from facts_index(site)
    yield from shared(site)
    yield from logos(site)
