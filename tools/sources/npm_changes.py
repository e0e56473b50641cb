"""npm's changes: new packages whose names hold one of your words, from the registry's replication feed.

Off until SCOUT_NPM_CHANGES_URL names the replicated database, SCOUT_NPM_URL the registry and SCOUT_NPM_CHANGES_WORDS the
words. No key is needed; npm welcomes replication. The feed is some 200,000 changes a day, a package's name and revision
each: only those in their first revision are new. Where the last reading ended is kept; the first one finds nothing. A new
package is asked for at the registry, one a second; one that was taken back by then, or that is older than the window, is
left out. The feed's numbers may begin anew; then reading does, too.

Source: docs.npmjs.com/policies/crawlers; npm's changes of the replication API of 2025 (since, limit up to 10,000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

from tools.errors import SourceChanged
from tools.models import Access, Kind, Launch
from tools.settings import Settings
from tools.sources._rows import (
    absolute_address,
    asked,
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

NAME = "npm_changes"
HOMEPAGE = "https://docs.npmjs.com/policies/crawlers"
ACCESS: Access = "api"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo")
BY_DIFFERENCE = True
MAY_REST = True  # of some words nothing new comes for weeks

_LIMIT = 10_000
_NAME = re.compile(r"(?:@[^/\s]{1,100}/)?[^/\s@]{1,214}")
_GIT = re.compile(r"^(?:git\+)?(?:https?|ssh|git)://(?:git@)?(?P<where>[^#]+?)(?:\.git)?(?:#.*)?$")


def why_off(settings: Settings) -> str:
    """The settings that it wants."""
    wanted = ("npm_changes_url", "npm_url", "npm_changes_words")
    missing = [f"SCOUT_{name.upper()}" for name in wanted if not getattr(settings, name)]
    return f"set {' and '.join(missing)}" if missing else ""


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The state of the database: the number of its newest change."""
    return [f"{str(settings.npm_changes_url).rstrip('/')}/"]


def next_request(page: str, url: str, before: str | None = None) -> str | None:
    """After the state, the changes since the state before; after a full page of changes, those that follow it."""
    answer = json_object(page)
    if "results" in answer:
        rows, last = answer["results"], _number(answer.get("last_seq"))
        full = isinstance(rows, list) and len(rows) >= asked(url, "limit", _LIMIT)
        return next_page(url, since=last) if full and last > asked(url, "since", 0) else None
    at, now = _number(json_object(before or "").get("update_seq")), _number(answer.get("update_seq"))
    if not at or at >= now:
        return None
    return f"{url.rstrip('/')}/_changes?{urlencode({'since': at, 'limit': _LIMIT})}"


def launches(page: str, url: str, before: str | None = None) -> list[Launch]:
    """None: a change is a name.

    Errors: SourceChanged when this is neither the database's state nor a page of changes, or over half of it are none.
    """
    entries(page, url, before)
    return []


def entries(page: str, url: str, before: str | None = None) -> list[tuple[str, datetime | None]]:
    """The names of packages in their first revision. Errors: SourceChanged as of launches."""
    answer = json_object(page)
    if "results" not in answer:
        if not _number(answer.get("update_seq")):
            raise SourceChanged(NAME, f"expected a database with its update_seq, or its changes, got {shown(page)}")
        return []
    rows = [row for row, _ in json_rows(NAME, page, "results")]
    named = [row for row in rows if _NAME.fullmatch(word(row.get("id"))) and isinstance(row.get("changes"), list)]
    keep_valid(NAME, len(rows), sum(bool(word(row.get("id"))) for row in rows))
    new = [row for row in named if row.get("deleted") is not True and any(map(_is_first, row["changes"]))]
    return [(word(row["id"]), None) for row in new]


def entry_request(settings: Settings, entry: str) -> str:
    """Where the registry answers for a package; none where its name holds no word that was asked for."""
    wanted = any(each in entry.lower() for each in settings.words("npm_changes_words"))
    return f"{str(settings.npm_url).rstrip('/')}/{quote(entry, safe='@')}" if wanted else ""


def entry_launches(page: str, url: str) -> Iterator[Launch]:
    """The package, unless it was taken back. `raw` is the whole answer.

    Errors: SourceChanged when this is no package.
    """
    row = json_object(page)
    name = word(row.get("name")) or word(row.get("_id"))
    if not name:
        raise SourceChanged(NAME, f"expected a package with its name, got {shown(page)}")
    if not row.get("versions"):
        return
    repo = _repository(row.get("repository"))
    address = (absolute_address(row.get("homepage")) or repo or "").removesuffix("#readme") or None
    kind, repo_url, hub_id = pointers(address)
    at, people = iso_time(part(row, "time", "created")), row.get("maintainers")
    makers = [line(part(one, "name")) for one in people] if isinstance(people, list) else []
    terms = row.get("license")
    yield Launch(
        source=NAME,
        source_id=name,
        title=name,
        source_url=url,
        url=address,
        kind=kind,
        name=name,
        tagline=line(row.get("description")),
        makers=listed(makers),
        tags=listed(row.get("keywords"))[:12],
        license=line(terms) or line(part(terms, "type")),
        repo_url=repo_url or pointers(repo)[1],
        hub_id=hub_id,
        launched_at=at,
        launched_at_basis="stated" if at else "first_seen",
        raw=page.strip(),
    )


def _is_first(change: object) -> bool:
    return word(part(change, "rev")).startswith("1-")


def _number(value: object) -> int:
    return int(number(value) or 0)


def _repository(value: object) -> str | None:
    """A repository as people look at it, of the ways in which packages name one."""
    stated = word(value) or word(part(value, "url"))
    short = re.fullmatch(r"(?:github:)?([\w.-]+/[\w.-]+)", stated)
    found = _GIT.match(stated)
    return absolute_address(f"https://github.com/{short[1]}" if short else f"https://{found['where']}" if found else "")
