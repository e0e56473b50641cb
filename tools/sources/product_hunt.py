"""Product Hunt: the launches of its public Atom feed, about 50, no key needed.

The feed carries no votes. `published` is when the post was written, which may be weeks before the launch; a date that
lies more than two days before the feed's own time is therefore no launch date, and the launch counts as first seen. The
announced address is Product Hunt's own redirect (`/r/p/…`): where it leads is known only once it is fetched. The
GraphQL API would carry votes, but its terms exclude commercial use without permission, and this source does not use it.

When the site's own HTML page came instead (a saved page), its rows are read from that; advertised rows are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.errors import SourceChanged
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._feeds import Entry, read_feed, read_launches
from tools.sources._rows import absolute_address, keep_valid, links_of, plain_text, without_tracking

NAME = "product_hunt"
HOMEPAGE = "https://www.producthunt.com"
ACCESS: Access = "feed"
PACE_S = 2.0
KINDS: tuple[Kind, ...] = ("product",)

_PRE_DATED = timedelta(days=2)
_POST = re.compile(r"Post/(\d+)$")
_RANK = re.compile(r"^\d{1,2}\.\s+")  # in lists of past days the name's own link carries its rank
_FOOTER = ("Discussion", "Link")  # the words of the two links under each entry


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The feed. It knows no window: it always holds the newest launches."""
    return [str(settings.product_hunt_url)]


def next_request(page: str, url: str) -> str | None:
    """None: the feed is one page."""
    return None


def launches(page: str, url: str) -> Iterator[Launch]:
    """The launches of the feed, in its order.

    page: the Atom feed as served, or the HTML of the home page.
    Errors: SourceChanged when it is neither, or over half of the rows cannot be read.
    """
    if _is_html(page):
        yield from _html_launches(page, url)
        return
    feed = read_feed(NAME, page, url)
    dates = [entry.published for entry in feed.entries if entry.published]
    made = feed.updated or max(dates, default=None)
    yield from read_launches(NAME, feed, lambda entry: _launch(entry, url, made))


def listing(page: str, url: str) -> list[dict[str, str | None]]:
    """Every row of a page: name, the product's page on Product Hunt as `url`, tagline.

    Errors: SourceChanged as of launches.
    """
    return [
        {"name": launch.name, "url": launch.source_url, "tagline": launch.tagline or None}
        for launch in launches(page, url)
    ]


def _launch(entry: Entry, url: str, made: datetime | None) -> Launch | None:
    found = _POST.search(entry.id)
    if found is None or not entry.link:
        return None
    links = links_of(entry.html, url)
    away = next((address for address, words in links if words == "Link" or "/r/p/" in address), None)
    lines = [line for line in plain_text(entry.html).splitlines() if line not in _FOOTER and line != "|"]
    lines = [line for line in lines if "".join(line.split()) != "Discussion|Link"]
    dated = entry.published and made and made - entry.published <= _PRE_DATED
    return Launch(
        source=NAME,
        source_id=found[1],
        title=entry.title,
        source_url=without_tracking(entry.link),
        url=without_tracking(away) if away else None,
        name=entry.title,
        tagline=lines[0] if lines else "",
        description="\n".join(lines[1:]),
        makers=entry.authors,
        tags=entry.tags,
        launched_at=entry.published if dated else None,
        launched_at_basis="feed_published" if dated else "first_seen",
        raw=entry.raw,
    )


def _is_html(page: str) -> bool:
    return re.match(r"\s*(<!--.*?-->\s*)*<(!doctype html|html)\b", page[:2000], re.IGNORECASE | re.DOTALL) is not None


def _html_launches(page: str, url: str) -> list[Launch]:
    names = LexborHTMLParser(page).css("[data-test^=post-name-]")
    if not names:
        raise SourceChanged(NAME, "expected Product Hunt's Atom feed or its list of launches, got another page")
    read = [launch for name in names if (launch := _html_launch(name, url)) is not None]
    keep_valid(NAME, len(names), len(read))
    return list({launch.source_id: launch for launch in read}.values())  # one product may stand in two lists


def _html_launch(name: LexborNode, url: str) -> Launch | None:
    link = name.css_first("a[href*='/products/'], a[href*='/posts/']")
    number = (name.attributes.get("data-test") or "").removeprefix("post-name-")
    page = absolute_address(link.attributes.get("href"), url) if link else None
    if link is None or page is None or not number.isdigit() or not link.text().strip():
        return None
    below = name.next
    while below is not None and below.tag == "-text":
        below = below.next
    tagline = below.text().strip() if below else ""
    title = _RANK.sub("", link.text().strip())
    topics = tuple(_topics(name.parent)) if name.parent is not None else ()
    return Launch(
        source=NAME,
        source_id=number,
        title=title,
        source_url=without_tracking(page),
        name=title,
        tagline=tagline,
        tags=topics,
        launched_at_basis="first_seen",
        raw="\n".join((title, tagline, *topics)),
    )


def _topics(row: LexborNode) -> Iterator[str]:
    """The topics under which Product Hunt sorts a launch, as its row names them."""
    for link in row.css("a[href*='/topics/']"):
        if words := " ".join(link.text().split()):
            yield words
