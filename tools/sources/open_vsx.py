"""Open VSX: new extensions of editors, from the open registry's API. Not Visual Studio's own marketplace, whose terms forbid it.

No key is needed; the free tier allows fewer than three requests a second. A search by time lists extensions by their newest version;
one that has a single version is new, and is asked for by its own address, which tells homepage, repository and licence.
An extension that had its second version before we looked is missed: the registry does not say when the first one came.
Downloads, ratings and reviews are observations; deprecated extensions are left out.

Source: the registry's own description of its API (SearchResult, SearchEntry, Extension) and its page of rate limits, 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tools.errors import SourceChanged
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._rows import (
    absolute_address,
    asked,
    counted,
    iso_time,
    json_object,
    json_rows,
    keep_valid,
    line,
    listed,
    next_page,
    number,
    part,
    pointers,
    shown,
    word,
)

NAME = "open_vsx"
HOMEPAGE = "https://open-vsx.org"
ACCESS: Access = "api"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo")
MOST_BYTES = 20_000_000  # fifty extensions with all their versions, of which some have hundreds

_SIZE = 50
_ALIASES = ("latest", "pre-release")  # names of versions among the versions


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The extensions by their newest version, newest first."""
    query = {"sortBy": "timestamp", "sortOrder": "desc", "size": str(_SIZE), "offset": "0"}
    return [f"{settings.open_vsx_url}/api/-/search?{urlencode({**query, 'includeAllVersions': 'true'})}"]


def next_request(page: str, url: str) -> str | None:
    """The next page of the search; None when all was given."""
    found, total = len(json_rows(NAME, page, "extensions")), number(json_object(page).get("totalSize")) or 0
    following = asked(url, "offset", 0) + found
    return next_page(url, offset=following) if found and following < total else None


def oldest(page: str) -> datetime | None:
    """When the last version of a page was published: the search is newest first."""
    dates = [iso_time(row.get("timestamp")) for row, _ in json_rows(NAME, page, "extensions")]
    return next((at for at in reversed(dates) if at), None)


def launches(page: str, url: str) -> list[Launch]:
    """None: a search does not tell enough of an extension.

    Errors: SourceChanged when there is no list of extensions, or over half of it cannot be read.
    """
    entries(page, url)
    return []


def entries(page: str, url: str) -> list[tuple[str, datetime | None]]:
    """The extensions of a page that have one version, as "namespace/name", and when that was published.

    Errors: SourceChanged as of launches.
    """
    rows = [row for row, _ in json_rows(NAME, page, "extensions")]
    valid = [row for row in rows if word(row.get("namespace")) and word(row.get("name")) and _versions(row)]
    keep_valid(NAME, len(rows), len(valid))
    new = [row for row in valid if len(_versions(row)) == 1 and row.get("deprecated") is not True]
    return [(f"{word(row['namespace'])}/{word(row['name'])}", iso_time(row.get("timestamp"))) for row in new]


def entry_request(settings: Settings, entry: str) -> str:
    """The address that answers all about one extension."""
    return f"{settings.open_vsx_url}/api/{quote(entry)}"


def entry_launches(page: str, url: str) -> Iterator[Launch]:
    """The extension, unless it is deprecated or has had a further version by now. `raw` is the whole answer.

    Errors: SourceChanged when this is no extension.
    """
    row = json_object(page)
    space, name = word(row.get("namespace")), word(row.get("name"))
    if not space or not name:
        raise SourceChanged(NAME, f"expected an extension with its namespace and name, got {shown(page)}")
    if row.get("deprecated") is True or len(_versions(row)) > 1:
        return
    base, at = urlsplit(url), iso_time(row.get("timestamp"))
    shown_at = f"{base.scheme}://{base.netloc}/extension/{quote(space)}/{quote(name)}"
    repo = absolute_address(row.get("repository"))
    address = absolute_address(row.get("homepage")) or repo
    kind, repo_url, hub_id = pointers(address)
    maker = line(part(row, "publishedBy", "fullName")) or word(part(row, "publishedBy", "loginName"))
    metrics = {"downloads": "downloadCount", "rating": "averageRating", "reviews": "reviewCount"}
    yield Launch(
        source=NAME,
        source_id=f"{space}.{name}".lower(),
        title=f"{space}.{name}",
        source_url=shown_at,
        url=address,
        kind=kind,
        name=line(row.get("displayName")) or name,
        tagline=line(row.get("description")),
        makers=(maker,) if maker else (),
        tags=listed([*listed(row.get("categories")), *listed(row.get("tags"))])[:12],
        license=line(row.get("license")),
        repo_url=repo_url or pointers(repo)[1],
        hub_id=hub_id,
        launched_at=at,
        launched_at_basis="stated" if at else "first_seen",
        observations=counted(row, metrics),
        raw=page.strip(),
    )


def _versions(row: dict[str, Any]) -> set[str]:
    """The versions that a row names: a list of rows in a search, addresses by version in an answer about one extension."""
    found = row.get("allVersions")
    if isinstance(found, dict):
        return {version for version in found if version not in _ALIASES}
    return {word(part(one, "version")) for one in found} - {""} if isinstance(found, list) else set()
