"""Awesome lists: tools that were added to the lists you follow, from the Markdown of each list.

Off until SCOUT_AWESOME_LISTS names lists: owner/name for the README of a repository on GitHub, asked for by its API
(GITHUB_TOKEN raises the limit), or the address of a Markdown file. Of two readings of a list, what counts is what the
second one links in its items or tables and the first one did not; the first reading finds nothing. An entry's name is its
link's words, its tag the heading above it, its line what follows. Links to articles, videos, profiles and within the page
are no tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from tools.errors import SourceChanged
from tools.identity import identity_of
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._announced import may_be_product, product_address
from tools.sources._names import is_article
from tools.sources._rows import line, pointers, shown, without_tracking

NAME = "awesome_lists"
HOMEPAGE = "https://github.com/sindresorhus/awesome"
ACCESS: Access = "api"
PACE_S = 2.0
KINDS: tuple[Kind, ...] = ("product", "repo", "model", "space", "dataset", "package")
HEADERS = {"Accept": "application/vnd.github.raw+json, text/markdown, text/plain;q=0.9, */*;q=0.5"}
BY_DIFFERENCE = True
MAY_REST = True  # lists rest for months

_LIST = re.compile(r"[A-Za-z0-9-]{1,39}/[\w.-]{1,100}|https?://\S+")
_README = re.compile(r"/repos/(?P<repo>[^/]+/[^/]+)/readme$")
_LINK = r"\[(?P<name>[^\[\]]{1,200})\]\(\s*<?(?P<url>https?://[^\s<>]{1,1000}?)>?(?:\s+[\"'][^\"']{0,300}[\"'])?\s*\)"
_ITEM = re.compile(rf"^\s*(?:(?:[-*+]|\d{{1,4}}[.)])\s+|\|\s*)[*_`~]{{0,3}}{_LINK}(?P<rest>.*)$")
_HEADING = re.compile(r"^#{1,6}\s+(.{1,200})$")
_IMAGE = re.compile(r"\[?!\[[^\]]{0,200}\]\([^)]{0,1000}\)(?:\]\([^)]{0,1000}\))?")
_WORDS_OF_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^)]{1,1000}\)")


def why_off(settings: Settings) -> str:
    """The setting that it wants, or what is wrong with it."""
    odd = [one for one in settings.items("awesome_lists") if not _LIST.fullmatch(one)]
    if odd:
        return f"SCOUT_AWESOME_LISTS takes owner/name or an address, by commas; got {odd[0][:100]!r}"
    return "" if settings.awesome_lists else "set SCOUT_AWESOME_LISTS to lists as owner/name, by commas"


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The text of each list."""
    # as=list: the same file under a name of its own; what is read of the repository itself must not pass for a reading
    return [
        one if "://" in one else f"{settings.github_api_url}/repos/{one}/readme?as=list"
        for one in settings.items("awesome_lists")
    ]


def next_request(page: str, url: str, before: str | None = None) -> str | None:
    """None: a list is one page."""
    return None


def launches(page: str, url: str, before: str | None = None) -> Iterator[Launch]:
    """What a list links and did not before, in its order; nothing at the first reading. `raw` is the entry's line.

    page: the Markdown as served. Errors: SourceChanged when it has no entries.
    """
    found = _entries(page)
    if not found:
        raise SourceChanged(NAME, f"expected a Markdown list of links at {url}, got {shown(page)}")
    known = found.keys() if before is None else _entries(before).keys()
    readme = _README.search(urlsplit(url).path)
    where = f"https://github.com/{readme['repo']}" if readme else url
    for key, one in found.items():
        if key not in known:
            yield _launch(one, key, where)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a list: its link's words and address, what follows them, and the heading above."""

    name: str
    url: str
    rest: str
    heading: str
    raw: str


def _entries(text: str) -> dict[str, _Entry]:
    """The tools of a list by their identities."""
    found: dict[str, _Entry] = {}
    heading, fenced = "", False
    for row in text.splitlines():
        fenced ^= row.lstrip().startswith(("```", "~~~"))
        if fenced:
            continue
        if above := _HEADING.match(row):
            heading = _words(above[1])
        elif (item := _ITEM.match(row)) and _may_be_tool(item["url"]):
            url = product_address(item["url"], item["name"])
            found.setdefault(identity_of(url), _Entry(_words(item["name"]), url, _words(item["rest"]), heading, row))
    return found


def _may_be_tool(url: str) -> bool:
    try:
        return may_be_product(url) and not is_article(url)
    except ValueError:  # "https://[not-an-address"
        return False


def _words(markdown: str) -> str:
    """A piece of a line without its markup and without what sets it off from what is before it."""
    text = _WORDS_OF_LINK.sub(r"\1", _IMAGE.sub("", markdown))
    return line(re.sub(r"[*_`~|]{1,3}", "", text).strip(" \t–—:·>#-").strip())


def _launch(one: _Entry, key: str, where: str) -> Launch:
    kind, repo_url, hub_id = pointers(one.url)
    parts = urlsplit(where)
    return Launch(
        source=NAME,
        source_id=f"{parts.netloc}{parts.path}#{key}",
        title=one.name,
        source_url=where,
        url=without_tracking(one.url),
        kind=kind,
        name=one.name,
        tagline=one.rest,
        tags=(one.heading,) if one.heading else (),
        repo_url=repo_url,
        hub_id=hub_id,
        launched_at_basis="first_seen",
        raw=one.raw.strip(),
    )
