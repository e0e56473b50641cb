"""A page that lists things, or a sitemap, followed as a source: `scout source add URL` where a site has no feed.

No module of its own among the sources: it has no address but those that were added to the store. Of a page each row of
its longest list of named links is an entry; of a sitemap each address of the folder that holds most of them. What an
entry announces is the address it leads to, where that leads off the site or is a page about one thing: a name, no
article. An entry that announces nothing is kept, without address and name, and makes no product.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import unescape
from urllib.parse import unquote, urlsplit

from tools.errors import SourceChanged
from tools.identity import canonical_url, same_site
from tools.models import Access, Kind, Launch
from tools.page.lists import listing
from tools.settings import Settings
from tools.sources._announced import may_be_product, product_address
from tools.sources._names import is_article
from tools.sources._rows import absolute_address, iso_time, pointers, shown, without_tracking

NAME = "listing"
HOMEPAGE = ""
ACCESS: Access = "html"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset", "package")

MOST_ROWS = 2_000  # of one page or sitemap: the first of a page, the newest of a sitemap
LEAST_ROWS = 3
_MOST_SPELLED = 50_000  # addresses of a sitemap, the most that its protocol allows (sitemaps.org, read 2026)
_NAME_WORDS = 6  # what is longer is a headline
_URL = re.compile(r"<url\b[^>]{0,200}>(.{1,6000}?)</url\s*>", re.IGNORECASE | re.DOTALL)
_LOC = re.compile(r"<loc\b[^>]{0,100}>\s*([^<\s]{1,2000})\s*</loc", re.IGNORECASE)
_LASTMOD = re.compile(r"<lastmod\b[^>]{0,100}>\s*([^<\s]{1,40})\s*</lastmod", re.IGNORECASE)


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """No address of its own: what to read are the rows that were added to the store."""
    return []


def next_request(page: str, url: str) -> str | None:
    """None: a listing is one page."""
    return None


def launches(page: str, url: str, name: str = NAME) -> Iterator[Launch]:
    """What the rows of a page or a sitemap announce, in the page's order, newest first of a sitemap.

    Errors: SourceChanged when it lists fewer than LEAST_ROWS things.
    """
    if is_sitemap(page):
        yield from _of_sitemap(page, url, name)
        return
    rows = listing(page, url)
    if len(rows) < LEAST_ROWS:
        raise SourceChanged(name, f"expected a page that lists things, found {len(rows)} rows in {shown(page)}")
    for row in rows[:MOST_ROWS]:
        yield _launch(name, url, str(row["url"]), str(row["name"]), row["tagline"] or "", None)


def left_out(page: str) -> int:
    """How many addresses of a sitemap's largest folder, or rows of a page, stand beyond those that are read."""
    if not is_sitemap(page):
        return 0  # a page's links are bounded where they are read
    folders = Counter(_folder(unescape(found)) for found in _LOC.findall(page)[:_MOST_SPELLED])
    return max(0, max(folders.values(), default=0) - MOST_ROWS)


def is_sitemap(page: str) -> bool:
    """Whether a text is a sitemap, or an index of sitemaps."""
    return re.search(r"<(?:urlset|sitemapindex)\b", page[:2_000], re.IGNORECASE) is not None


def sitemaps_of(page: str, url: str) -> list[str]:
    """The sitemaps that an index of sitemaps names; none for a sitemap itself."""
    if not re.search(r"<sitemapindex\b", page[:2_000], re.IGNORECASE):
        return []
    return [address for found in _LOC.findall(page) if (address := absolute_address(unescape(found), url))]


def _of_sitemap(page: str, url: str, name: str) -> Iterator[Launch]:
    dated = [
        row
        for number, found in enumerate(_URL.finditer(page))
        if number < _MOST_SPELLED and (row := _dated(found[1], url))
    ]
    folders = Counter(_folder(address) for address, _ in dated)
    (folder, most), *_ = folders.most_common(1) or [("", 0)]
    if most < LEAST_ROWS:
        raise SourceChanged(
            name, f"expected a sitemap with {LEAST_ROWS} or more pages of a folder, found {len(dated)} addresses"
        )
    chosen = [row for row in dated if _folder(row[0]) == folder]
    chosen.sort(key=lambda row: row[1].timestamp() if row[1] else 0.0, reverse=True)
    for address, at in chosen[:MOST_ROWS]:
        yield _launch(name, url, address, _spelled(address), "", at)


def _dated(row: str, url: str) -> tuple[str, datetime | None] | None:
    """An address of a sitemap and when its page changed last."""
    found, changed = _LOC.search(row), _LASTMOD.search(row)
    address = absolute_address(unescape(found[1]), url) if found else None
    return (address, iso_time(changed[1]) if changed else None) if address else None


def _folder(address: str) -> str:
    """The folder a page lies in; "" for what lies in none."""
    return urlsplit(address).path.rstrip("/").rpartition("/")[0]


def _spelled(address: str) -> str:
    """The last step of an address as words."""
    step = unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2])
    return " ".join(re.sub(r"[-_+]+|\.html?$", " ", step).split())


def _launch(source: str, at: str, address: str, name: str, tagline: str, when: datetime | None) -> Launch:
    title = " ".join(name.split())
    plain = Launch(
        source=source,
        source_id=canonical_url(address),
        title=title,
        source_url=at,
        description=tagline,
        launched_at=when,
        launched_at_basis="feed_published" if when else "first_seen",
        raw=" ".join(filter(None, (title, tagline))),
    )
    link = without_tracking(address)
    if is_article(link) or len(title.split()) > _NAME_WORDS or not (same_site(link, at) or may_be_product(link, (at,))):
        return plain
    target = product_address(link, title)
    kind, repo_url, hub_id = pointers(target)
    return replace(plain, url=target, kind=kind, name=title, tagline=tagline, repo_url=repo_url, hub_id=hub_id)
