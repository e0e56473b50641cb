"""The review site as static pages: no script, no request, each page alone under 60,000 bytes.

Verdicts by day and by verdict, one page a product with its JSON beside it, comparisons, prices that moved, the six
critics, the method. Comparisons: reviewed products of which one is the other's rival (tools/rivals.py), at most three
pairs a product, and every pair asked for. Rejected products are left out; unapproved ones are published and labelled. The same documents give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from tools.exporters import Files, ReadableStore
from tools.exporters.site._out import PAGE_BYTES as PAGE_BYTES
from tools.exporters.site._out import page_of
from tools.exporters.site._state import Site
from tools.exporters.site.comparisons import comparison, comparison_index
from tools.exporters.site.critics import critic
from tools.exporters.site.lists import lists
from tools.exporters.site.method import method
from tools.exporters.site.products import product
from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.views.takes import critics, parse_moment

NAME = "site"
SUFFIX = ""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """Every page of the site. `after` is not used: a page shows its neighbours, so the site is always whole."""
    documents = list(store.documents(approved_only=settings.approved_only, rivals=True))
    asked = [(a, b) for a, _, b in (pair.partition(":") for pair in sorted(settings.words("pairs"))) if b]
    at, threshold = edition(documents), settings.ship_threshold
    yield from render_site(documents, at, asked=asked, threshold=threshold, cuttings=store.cuttings())


def edition(documents: Iterable[ProductDocument]) -> datetime:
    """The newest moment the documents speak of: what “as of” means, so that the same store gives the same bytes."""
    moments = [parse_moment(moment) for d in documents for moment in (d.last_seen, d.changed_at)]
    return max((moment for moment in moments if moment), default=_EPOCH)


def render_site(
    documents: Iterable[ProductDocument],
    generated_at: datetime,
    *,
    asked: Iterable[tuple[str, str]] = (),
    threshold: int = 70,
    cuttings: Mapping[tuple[str, str], bytes] = MappingProxyType({}),
) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all pages. asked: pairs of slugs that get a comparison whatever their distance. cuttings: pieces
    of pictures that prices were read in, PNG, by the picture's SHA-256 and the box."""
    return _files(Site(documents, generated_at, asked, threshold, cuttings))


def _files(site: Site) -> Iterator[tuple[str, bytes]]:
    yield from lists(site)
    for document in site.documents:
        yield from product(site, document)
    for pair in site.pairs:
        yield from comparison(site, pair)
    yield from comparison_index(site)
    yield page_of(site, "prices.html", "prices", "text", "Prices", moves=site.moves[:120], total=len(site.moves))
    for persona, _, _ in critics():
        yield critic(site, persona)
    yield method(site)
