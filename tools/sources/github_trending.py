"""GitHub trending: the repositories that gained most stars of late, from github.com/trending.

There is no API for it, so this is an HTML page under the site's robots.txt; where that refuses, `github_search` is the
way. Sponsored rows are passed over. A row may lack language and description. Being on the list is no launch: the date is
unknown, and the launch counts as first seen. Stars, forks and the stars gained in the period are observations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.errors import SourceChanged
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._rows import keep_valid

NAME = "github_trending"
HOMEPAGE = "https://github.com/trending"
ACCESS: Access = "html"
PACE_S = 2.0
KINDS: tuple[Kind, ...] = ("repo",)

_REPO = re.compile(r"^/([\w.-]+)/([\w.-]+)$")
_GAINED = re.compile(r"([\d,]+)\s+stars?\s+(today|this week|this month)")
_NOT_OWNERS = ("sponsors", "apps", "login", "topics", "trending", "collections", "marketplace", "features")
# A day without any trending repository in it, said so by the page itself.
_EMPTY = ".blankslate"


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The one page whose period fits the window best: daily up to three days, weekly up to ten, monthly beyond."""
    window = now - since
    period = "daily" if window <= timedelta(days=3) else "weekly" if window <= timedelta(days=10) else "monthly"
    return [f"{settings.github_url}/trending?since={period}"]


def next_request(page: str, url: str) -> str | None:
    """None: the list is one page."""
    return None


def launches(page: str, url: str) -> Iterator[Launch]:
    """The repositories of the page, in its order. `raw` is the row as a reader sees it.

    page: the HTML as served.
    Errors: SourceChanged when it holds no list (an error page does not), or over half of its rows cannot be read.
    """
    tree = LexborHTMLParser(page)
    articles = tree.css("article.Box-row")
    if not articles and tree.css_first(_EMPTY) is None:
        title = tree.css_first("title")
        raise SourceChanged(NAME, f"expected rows of repositories, got a page titled {title.text() if title else ''!r}")
    rows = [row for row in articles if not _is_sponsored(row)]
    read = [launch for row in rows if (launch := _launch(row, url)) is not None]
    keep_valid(NAME, len(rows), len(read))
    yield from read


def listing(page: str, url: str) -> list[dict[str, str | None]]:
    """Every repository of a page: "owner/name" as `name`, its address, its description as `tagline`.

    Errors: SourceChanged as of launches.
    """
    return [
        {"name": launch.title, "url": launch.url, "tagline": launch.tagline or None} for launch in launches(page, url)
    ]


def _launch(row: LexborNode, url: str) -> Launch | None:
    path = next((found for link in row.css("h2 a[href], h1 a[href]") if (found := _repository(link))), None)
    if path is None:
        return None
    owner, name = path
    address = f"https://github.com/{owner}/{name}"
    language, said = _words(row, "[itemprop=programmingLanguage]"), _words(row, "p")
    return Launch(
        source=NAME,
        source_id=f"{owner}/{name}".lower(),
        title=f"{owner}/{name}",
        source_url=url,
        url=address,
        kind="repo",
        name=name,
        tagline=said,
        makers=(owner,),
        tags=(language,) if language else (),
        repo_url=address,
        launched_at_basis="first_seen",
        observations=_observations(row),
        raw=_seen(row),
    )


def _is_sponsored(row: LexborNode) -> bool:
    """A row that was paid for; a sponsor button beside a repository that trends by itself is none."""
    heading = row.css_first("h2, h1")
    links = heading.css("a[href]") if heading else []
    return bool(links) and all((link.attributes.get("href") or "").startswith("/sponsors/") for link in links)


def _repository(link: LexborNode) -> tuple[str, str] | None:
    href = (link.attributes.get("href") or "").removeprefix("https://github.com")
    found = _REPO.match(href)
    return None if found is None or found[1].lower() in _NOT_OWNERS else (found[1], found[2])


def _observations(row: LexborNode) -> dict[str, float]:
    seen: dict[str, float] = {}
    for metric, selector in (
        ("stars", "a[href$='/stargazers']"),
        ("forks", "a[href$='/forks'], a[href*='/network/members']"),
    ):
        number = _words(row, selector).replace(",", "")
        if number.isdigit():
            seen[metric] = float(number)
    gained = _GAINED.search(_seen(row))
    if gained:
        seen[f"stars_{gained[2].replace(' ', '_')}"] = float(gained[1].replace(",", ""))
    return seen


def _words(row: LexborNode, selector: str) -> str:
    node = row.css_first(selector)
    return " ".join(node.text().split()) if node else ""


def _seen(row: LexborNode) -> str:
    return "\n".join(line for part in row.text(separator="\n").splitlines() if (line := " ".join(part.split())))
