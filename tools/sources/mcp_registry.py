"""MCP Registry: servers of the Model Context Protocol, from the registry's API of what was published or changed.

No key is needed. The API is meant for aggregators that ask about once an hour; it is a preview, without promises of
uptime or durability. Only a server's newest version is asked for, and only active ones are taken: deprecated and deleted
servers come with `updated_since`, too, and are passed over. What a server announces is its website, else its repository, and
where it is one folder of that, its package on npm or PyPI: servers of one repository are products of their own then. Those
without a website, a folder and a package are one product here. When it was published is the registry's
word; an older server that changed within the window is passed over for that date.

Source: modelcontextprotocol.io/registry/registry-aggregators and the registry's openapi.yaml, 2025-12-01.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._rows import (
    absolute_address,
    iso_time,
    json_object,
    json_rows,
    keep_valid,
    line,
    next_page,
    part,
    pointers,
    word,
)

NAME = "mcp_registry"
HOMEPAGE = "https://registry.modelcontextprotocol.io"
ACCESS: Access = "api"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo", "package")

_OFFICIAL = "io.modelcontextprotocol.registry/official"
_SERVER = re.compile(r"[A-Za-z0-9.-]{1,150}/[A-Za-z0-9._-]{1,150}")
_PACKAGES = {  # by registryType: what names one there, and where its page stands
    "npm": (re.compile(r"(?:@[a-z0-9._~-]+/)?[a-z0-9._~-]{1,200}"), "https://www.npmjs.com/package/"),
    "pypi": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}"), "https://pypi." + "org/project/"),
}
_ACCOUNT = re.compile(r"io\.github\.([A-Za-z0-9-]+)/")


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """What changed since that hour, newest versions only."""
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    query = {"limit": "100", "version": "latest", "updated_since": f"{hour:%Y-%m-%dT%H:%M:%SZ}"}
    return [f"{settings.mcp_registry_url}/v0.1/servers?{urlencode(query)}"]


def next_request(page: str, url: str) -> str | None:
    """The page after this one, by the cursor that it names; None when it names none."""
    cursor = word(part(json_object(page), "metadata", "nextCursor"))
    following = next_page(url, cursor=cursor)
    return following if cursor and following != url else None


def launches(page: str, url: str) -> Iterator[Launch]:
    """The active servers of one page, in its order. `raw` is the row as it stands in the page.

    page: the JSON text as served. Errors: SourceChanged when there is no list of servers, or over half of it has no name.
    """
    rows = json_rows(NAME, page, "servers")
    named = [(row, raw) for row, raw in rows if _SERVER.fullmatch(word(part(row, "server", "name")))]
    keep_valid(NAME, len(rows), len(named))
    for row, raw in named:
        official = part(row, "_meta", _OFFICIAL)
        if word(part(official, "status")) in ("", "active") and part(official, "isLatest") is not False:
            yield _launch(row["server"], official, raw, url)


def _launch(server: dict[str, Any], official: object, raw: str, url: str) -> Launch:
    name = word(server.get("name"))
    repo = absolute_address(part(server, "repository", "url"))
    packages = server.get("packages")
    rows = packages if isinstance(packages, list) else []
    site = absolute_address(server.get("websiteUrl"))
    own = "" if site else _own_package(server, rows)
    address = site or own or repo
    kind, repo_url, hub_id = pointers(address)
    at = iso_time(part(official, "publishedAt"))
    account = _ACCOUNT.match(name)
    registries = [word(part(one, "registryType")) for one in rows]
    base = urlsplit(url)
    return Launch(
        source=NAME,
        source_id=name,
        title=name,
        source_url=f"{base.scheme}://{base.netloc}/v0.1/servers/{quote(name, safe='')}/versions/latest",
        url=address,
        kind=kind,
        name=line(server.get("title")) or name.partition("/")[2],
        tagline=line(server.get("description")),
        makers=(account[1],) if account else (),
        tags=tuple(dict.fromkeys(one for one in registries if one)),
        repo_url="" if own else repo_url or pointers(repo)[1],  # what several share is nobody's own
        hub_id=hub_id,
        launched_at=at,
        launched_at_basis="stated" if at else "first_seen",
        raw=raw,
    )


def _own_package(server: dict[str, Any], packages: list[Any]) -> str:
    """The page of a server's package, where the server is one folder of a repository; "" elsewhere."""
    if not word(part(server, "repository", "subfolder")).strip("./"):
        return ""
    for one in packages:
        pattern, page = _PACKAGES.get(word(part(one, "registryType")), (None, ""))
        identifier = word(part(one, "identifier"))
        if pattern and pattern.fullmatch(identifier):
            return f"{page}{identifier}"
    return ""
