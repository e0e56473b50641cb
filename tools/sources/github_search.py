"""GitHub search: young repositories of the topics you follow, from the search API of api.github.com.

Works without a token at 10 searches a minute; GITHUB_TOKEN raises that to 30. `github_topics` and `github_min_stars`
say what is searched. One search answers at most 1,000 repositories, most stars first; what lies beyond is asked for in
slices of stars. Stars can be bought: they are observations, never a score. Forks and archived repositories are passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._rows import iso_time, json_object, json_rows, keep_valid, number, word, words

NAME = "github_search"
HOMEPAGE = "https://github.com/topics"
ACCESS: Access = "api"
PACE_S = 6.0
KINDS: tuple[Kind, ...] = ("repo",)

_PER_PAGE = 100
_MOST = 1000  # what the API answers to one query, over all its pages
_FULL_NAME = re.compile(r"^[\w.-]+/[\w.-]+$")
_STARS = re.compile(r"stars:(>=)?(\d+)(\.\.\d+)?")


def pace_s(settings: Settings) -> float:
    """Seconds between two searches: the documented 10 a minute, 30 with a token."""
    return PACE_S / 3 if settings.github_token else PACE_S


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """One search a topic, for repositories made since that day."""
    topics: list[str] = sorted(settings.words("github_topics")) or [""]
    return [_search(settings, since, topic) for topic in topics]


def search(settings: Settings, words: str) -> list[str]:
    """Addresses that answer repositories by words of their name, most stars first; `launches` reads what comes."""
    query = {"q": f"{words} in:name", "sort": "stars", "order": "desc", "per_page": "10"}
    return [f"{settings.github_api_url}/search/repositories?{urlencode(query, quote_via=quote)}"]


def next_request(page: str, url: str) -> str | None:
    """The next page of the same search, or after the tenth the next slice of stars; None when all was given."""
    answer = json_object(page)
    items, total = answer.get("items"), number(answer.get("total_count")) or 0
    if not items or not isinstance(items, list):
        return None
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    at, size = (
        int(query[name]) if query.get(name, "").isdecimal() else usual
        for name, usual in (("page", 1), ("per_page", 30))
    )
    if at * size >= _MOST:
        return _next_slice(url, items) if total > _MOST else None
    if at * size >= total:
        return None
    query["page"] = str(at + 1)
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def launches(page: str, url: str) -> Iterator[Launch]:
    """The repositories of one answer, in its order. `raw` is the row as it stands in the answer.

    page: the JSON text as served.
    Errors: SourceChanged when there is no list of items, or over half of it cannot be read.
    """
    rows = json_rows(NAME, page, "items")
    read = [(row, _launch(row, raw)) for row, raw in rows]
    keep_valid(NAME, len(rows), sum(launch is not None for _, launch in read))
    for row, launch in read:
        if launch is not None and not row.get("fork") and not row.get("archived"):
            yield launch


def repo_api_url(settings: Settings, repo: str) -> str:
    """The API's address of a repository. repo: "owner/name"."""
    return f"{settings.github_api_url}/repos/{repo}"


def readme_url(settings: Settings, repo: str) -> str:
    """The API's address of a repository's README, whatever its file is called. repo: "owner/name".

    Asked with `Accept: application/vnd.github.raw+json` the answer is the file itself.
    """
    return f"{settings.github_api_url}/repos/{repo}/readme"


def _search(settings: Settings, since: datetime, topic: str) -> str:
    words = [f"created:>={since.astimezone(UTC):%Y-%m-%d}", f"stars:>={settings.github_min_stars}"]
    words += [f"topic:{topic}"] if topic else []
    query = {"q": " ".join(words), "sort": "stars", "order": "desc", "per_page": str(_PER_PAGE)}
    return f"{settings.github_api_url}/search/repositories?{urlencode(query, quote_via=quote)}"


def _next_slice(url: str, items: list[Any]) -> str | None:
    stars = [number(item.get("stargazers_count")) for item in items if isinstance(item, dict)]
    least = int(min((count for count in stars if count is not None), default=0))
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    found = _STARS.search(query.get("q", ""))
    if found is None or least < int(found[2]):
        return None
    query["q"] = _STARS.sub(f"stars:{found[2]}..{least}", query["q"])
    query.pop("page", None)
    following = urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))
    asked = _STARS.search(dict(parse_qsl(urlsplit(following).query))["q"])
    return None if asked and asked[0] == found[0] else following  # 1,000 with equal stars: nothing further can be asked


def _launch(row: dict[str, Any], raw: str) -> Launch | None:
    full_name, made = word(row.get("full_name")), iso_time(row.get("created_at"))
    if not _FULL_NAME.match(full_name) or made is None:
        return None
    owner, name = full_name.split("/")
    license_row = row.get("license")
    license_id = word(license_row.get("spdx_id")) if isinstance(license_row, dict) else ""
    metrics = {"stars": "stargazers_count", "forks": "forks_count", "open_issues": "open_issues_count"}
    numbers = {metric: number(row.get(key)) for metric, key in metrics.items()}
    address = f"https://github.com/{full_name}"
    return Launch(
        source=NAME,
        source_id=full_name.lower(),
        title=full_name,
        source_url=address,
        url=address,
        kind="repo",
        name=name,
        tagline=word(row.get("description")),
        makers=(owner,),
        tags=words(row.get("topics")),
        license="" if license_id == "NOASSERTION" else license_id,
        repo_url=address,
        launched_at=made,
        observations={metric: value for metric, value in numbers.items() if value is not None},
        raw=raw,
    )
