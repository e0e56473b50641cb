"""The numbers in the answers of code hosts, registries and the Hub, each with the words it was read from. Pure.

Every quote stands verbatim in the answer. Of releases a list may be cut off: what was released within a time is then
known only where the list reaches back further than that.

Sources, read November 2026: GitHub's REST API (repositories, releases) and its repository page; the projects and releases
APIs of GitLab and Forgejo; npm's download-counts.md; PyPI's "JSON API"; the Hub's API.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tools.dossier import Measure
from tools.errors import WorkFailed
from tools.knowledge import moment
from tools.page.answer_facts import dict_of, list_of

Answer = Literal[
    "repository", "repository_page", "releases", "releases_feed", "latest_release", "registry", "downloads", "hub"
]
Number = tuple[str, float, str]  # metric, value, quote
Dated = tuple[datetime, str]  # a release and the words that date it

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEED_ENTRIES = 10  # GitHub's feed of releases gives no more
_PAGE_ENTRIES = 30  # of a list of releases whose address asks for no other number
_SPANS = (("releases_365d", 365), ("releases_730d", 730))
# What hosts call a number. GitHub's open issues count its pull requests too; that is what all its figures do.
_REPOSITORY = {
    "stars": ("stargazers_count", "star_count", "stars_count"),
    "forks": ("forks_count",),
    "open_issues": ("open_issues_count",),
    "archived": ("archived",),
    "pushed_at": ("pushed_at",),
}
_HUB = {"likes": ("likes",), "downloads_30d": ("downloads",)}
_COUNTERS = {"stars": 'id="repo-stars-counter-star"', "forks": 'id="repo-network-counter"'}
_TITLE = re.compile(r'\btitle="([\d,]{1,15})"')
_ARCHIVED = re.compile(r"This repository (?:has been|was) archived by (?:the|its) owner")
# the latest release in the column beside a repository's files: the link to its tag, and its time soon after
_LATEST = re.compile(
    r'href="/[^"/]{1,100}/[^"/]{1,100}/releases/tag/[^"]{1,200}"(?:(?!/releases/tag/)[\s\S]){0,2000}?'
    r'(<relative-time\b[^>]{0,200}?\bdatetime="([^"]{10,40})")'
)
_UPDATED = re.compile(r"<(?:published|updated)>\s{0,99}([^<\s]{10,40})(?=\s{0,99}</)")


def read_measures(kind: Answer, body: bytes, url: str, page: str, at: datetime) -> tuple[Measure, ...]:
    """The numbers of an answer, one of each metric; () where it holds none that are known.

    url: as reached; of a registry it tells which package was asked for. at: when it was read.
    Errors: WorkFailed for an answer that is not of its kind.
    """
    text = body.decode("utf-8", "replace")
    return tuple(Measure(metric, value, at, url, page, quote) for metric, value, quote in _READ[kind](text, url, at))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WorkFailed("it is no JSON that can be read") from error


def _object(text: str) -> dict[str, Any]:
    found = _json(text)
    if not isinstance(found, dict):
        raise WorkFailed("it is no JSON object")
    return found


# ── code hosts and the Hub ───────────────────────────────────────────────────────────────────────────────────────────


def _repository(text: str, url: str, at: datetime) -> Iterator[Number]:
    return _of_keys(text, _REPOSITORY)


def _hub(text: str, url: str, at: datetime) -> Iterator[Number]:
    return _of_keys(text, _HUB)


def _of_keys(text: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[Number]:
    row = _object(text)
    for metric, keys in names.items():
        for key in keys:
            value, quote = _number_of(row.get(key)), _quoted(text, key, row.get(key))
            if value is not None and quote:
                yield metric, value, quote
                break


def _number_of(value: Any) -> float | None:
    """A count as it is, yes and no as 1 and 0, a time as its day."""
    if isinstance(value, int | float):
        return float(value) if 0 <= value < 1e12 else None
    at = _moment(value)
    return _day(at) if at else None


def _quoted(text: str, key: str, value: Any) -> str:
    """A key with its value as it stands in an answer; "" where it does not stand there."""
    match = re.search(rf'"{re.escape(key)}"\s*:\s*{re.escape(json.dumps(value, ensure_ascii=False))}', text)
    return match[0] if match else ""


def _repository_page(text: str, url: str, at: datetime) -> Iterator[Number]:
    """What the page of a repository counts, and when its latest release was made; when it was pushed to last, and issues
    without requests, it does not say."""
    for metric, mark in _COUNTERS.items():
        start = text.find(mark)
        tag = text[start : start + 600].partition(">")[0] if start >= 0 else ""
        if counted := _TITLE.search(tag):
            yield metric, float(counted[1].replace(",", "")), tag[: counted.end()]
    if said := _ARCHIVED.search(text):
        yield "archived", 1.0, said[0]
    yield from _latest(text)


def _latest_release(text: str, url: str, at: datetime) -> Iterator[Number]:
    """When the latest release was made, by the page of a repository that names one."""
    found = list(_latest(text))
    if not found:
        raise WorkFailed("it names no release")
    return iter(found)


def _latest(text: str) -> Iterator[Number]:
    latest = _LATEST.search(text)
    made = _moment(latest[2]) if latest else None
    if latest and made:
        yield "released_at", _day(made), latest[1]


# ── releases ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _releases(text: str, url: str, at: datetime) -> Iterator[Number]:
    """A code host's list: drafts are no releases, what is not published yet has no date."""
    rows = _json(text)
    if not isinstance(rows, list):
        raise WorkFailed("it is no list of releases")
    dates = []
    for row in map(dict_of, rows):
        key = "published_at" if row.get("published_at") else "released_at"
        made, quote = _moment(row.get(key)), _quoted(text, key, row.get(key))
        if made and quote and not row.get("draft"):
            dates.append((made, quote))
    asked = parse_qs(urlsplit(url).query)
    most = next((int(value) for name in ("per_page", "limit") for value in asked.get(name, ()) if value.isdecimal()), 0)
    return _of_dates(dates, at, whole=len(rows) < (most or _PAGE_ENTRIES))


def _releases_feed(text: str, url: str, at: datetime) -> Iterator[Number]:
    """GitHub's feed of releases. A release's date there is that of its last change."""
    if "<feed" not in text[:2_000]:
        raise WorkFailed("it is no feed")
    entries = text.split("<entry")[1:]
    dates = [(made, said[0]) for entry in entries if (said := _UPDATED.search(entry)) and (made := _moment(said[1]))]
    return _of_dates(dates, at, whole=len(entries) < _FEED_ENTRIES)


def _registry(text: str, url: str, at: datetime) -> Iterator[Number]:
    """The versions of a package, each by its first file or its entry; withdrawn files are none."""
    data = _object(text)
    dates: list[Dated] = []
    for files in dict_of(data.get("releases")).values():  # PyPI's
        stamps = [
            str(file.get("upload_time_iso_8601")) for file in map(dict_of, list_of(files)) if not file.get("yanked")
        ]
        dates += sorted((made, stamp) for stamp in stamps if (made := _moment(stamp)))[:1]
    for version, stamp in dict_of(data.get("time")).items():  # npm's
        made = None if version in ("created", "modified") else _moment(stamp)
        dates += [(made, str(stamp))] if made else []
    return _of_dates([one for one in dates if one[1] in text], at, whole=True)


def _of_dates(dates: Iterable[Dated], at: datetime, *, whole: bool) -> Iterator[Number]:
    """The newest release, and how many there were within some spans; nothing of a span that a cut list may hold more of.

    whole: the list names every release.
    """
    known = sorted(date for date in dates if date[0] <= at + timedelta(days=1))
    if not known:
        return
    yield "released_at", _day(known[-1][0]), known[-1][1]
    for metric, days in _SPANS:
        since = at - timedelta(days=days)
        inside = [date for date in known if date[0] > since]
        if whole or len(inside) < len(known):
            yield metric, float(len(inside)), (inside or known[-1:])[0][1]


# ── downloads ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _downloads(text: str, url: str, at: datetime) -> Iterator[Number]:
    """npm's count of the last 30 days, of the package that the address names."""
    row = _object(text)
    if not unquote(urlsplit(url).path).lower().endswith(f"/{str(row.get('package')).lower()}"):
        raise WorkFailed(f"it answers for {str(row.get('package'))[:80]}")
    return _of_keys(text, {"downloads_30d": ("downloads",)})


def _moment(said: object) -> datetime | None:
    try:
        return moment(str(said)) if said and isinstance(said, str) else None
    except (ValueError, OverflowError):
        return None


def _day(at: datetime) -> float:
    """Days since 1970-01-01, whole, UTC."""
    return float((at - _EPOCH).days)


_READ: dict[Answer, Callable[[str, str, datetime], Iterator[Number]]] = {
    "repository": _repository,
    "repository_page": _repository_page,
    "latest_release": _latest_release,
    "releases": _releases,
    "releases_feed": _releases_feed,
    "registry": _registry,
    "downloads": _downloads,
    "hub": _hub,
}
