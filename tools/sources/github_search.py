"""GitHub search: young repositories of the topics you follow, from the search API of api.github.com.

Works without a token at 10 searches a minute; GITHUB_TOKEN raises that to 30. `github_topics` and `github_min_stars`
say what is searched. One search answers at most 1,000 repositories, most stars first; what lies beyond is asked for in
slices of stars. Stars can be bought: they are observations, never a score. Forks and archived repositories are passed
over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from tools.feeds import json_rows, keep_valid
from tools.models import Access, Kind, Launch
from tools.settings import Settings

NAME = "github_search"
HOMEPAGE = "https://github.com/topics"
ACCESS: Access = "api"
PACE_S = 6.0
KINDS: tuple[Kind, ...] = ("repo",)

_PER_PAGE = 100
_MOST = 1000  # what the API answers to one query, over all its pages
_STARS = re.compile(r"stars:(>=)?(\d+)(\.\.\d+)?")


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """One search a topic, for repositories made since that day."""
    topics: list[str] = sorted(settings.hosts("github_topics")) or [""]
    return [_search(settings, since, topic) for topic in topics]


def next_request(page: str, url: str) -> str | None:
    """The next page of the same search, or after the tenth the next slice of stars; None when all was given."""
    try:
        answer = json.loads(page)
    except json.JSONDecodeError:
        return None
    items = answer.get("items") if isinstance(answer, dict) else None
    if not items or not isinstance(items, list):
        return None
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    number, size = int(query.get("page", "1")), int(query.get("per_page", "30"))
    if number * size >= min(int(answer.get("total_count") or 0), _MOST):
        return _next_slice(url, answer, items) if number * size >= _MOST else None
    query["page"] = str(number + 1)
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


def _next_slice(url: str, answer: dict[str, Any], items: list[Any]) -> str | None:
    least = min((int(item["stargazers_count"]) for item in items if isinstance(item, dict)), default=0)
    if int(answer.get("total_count") or 0) <= _MOST:
        return None
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
    full_name, made = row.get("full_name"), _time(row.get("created_at"))
    if not isinstance(full_name, str) or full_name.count("/") != 1 or made is None:
        return None
    owner, name = full_name.split("/")
    license_id = (row.get("license") or {}).get("spdx_id") or ""
    metrics = {"stars": "stargazers_count", "forks": "forks_count", "open_issues": "open_issues_count"}
    address = str(row.get("html_url") or f"https://github.com/{full_name}")
    return Launch(
        source=NAME,
        source_id=full_name.lower(),
        title=full_name,
        source_url=address,
        url=address,
        kind="repo",
        name=name,
        tagline=str(row.get("description") or "").strip(),
        makers=(owner,),
        tags=tuple(str(topic) for topic in row.get("topics") or ()),
        license="" if license_id == "NOASSERTION" else license_id,
        repo_url=address,
        launched_at=made,
        observations={metric: float(row[key]) for metric, key in metrics.items() if isinstance(row.get(key), int)},
        raw=raw,
    )


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None
