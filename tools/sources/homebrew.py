"""Homebrew: formulae and casks that were not there the day before, from the JSON API of formulae.brew.sh.

No key is needed. Its two lists hold all there is, tens of megabytes without dates, so they are asked for once a day, with
validators; of what came only the names are kept, and the next reading looks for names that are not among them. The first
reading finds nothing: all was there. Each new one is asked for by its own address, which tells homepage, licence and
installs. Renamed ones (`oldnames`, `old_tokens`) are not new; versions of one that is there ("name@3"), disabled and
deprecated ones, and casks that install nothing but fonts are left out.

Source: formulae.brew.sh/docs/api, 2026.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from tools.errors import SourceChanged
from tools.models import Access, Kind, Launch
from tools.page.visible import whole_json
from tools.settings import Settings
from tools.sources._rows import (
    absolute_address,
    json_object,
    keep_valid,
    line,
    number,
    part,
    pointers,
    shown,
    word,
    words,
)

NAME = "homebrew"
HOMEPAGE = "https://formulae.brew.sh"
ACCESS: Access = "api"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("product", "repo")
BY_DIFFERENCE = True
EVERY = timedelta(hours=20)
MOST_BYTES = 150_000_000  # formula.json had 30 MB in 2025

_KEYS = {"formula": ("name", "oldnames"), "cask": ("token", "old_tokens")}


def requests(settings: Settings, since: datetime, now: datetime) -> list[str]:
    """The lists of all formulae and of all casks."""
    return [f"{settings.homebrew_url}/api/{kind}.json" for kind in _KEYS]


def next_request(page: str, url: str, before: str | None = None) -> str | None:
    """None: a list is one page."""
    return None


def launches(page: str, url: str, before: str | None = None) -> list[Launch]:
    """None: a list is compared by its names.

    Errors: SourceChanged when it is no list of formulae or casks, or over half of it has no name, or was not there
    before.
    """
    entries(page, url, before)
    return []


def entries(page: str, url: str, before: str | None = None) -> list[tuple[str, datetime | None]]:
    """What is in a list and was not before, as "formula/name" or "cask/token". Errors: SourceChanged as of launches."""
    kind, rows = _rows(page)
    if before is None:
        return []
    known = set(_names_kept(before))
    new = [name for name, old in rows if name not in known and known.isdisjoint(old)]
    if len(new) > max(len(rows) / 2, 20):
        raise SourceChanged(NAME, f"{len(new)} of {len(rows)} names of a {kind} were not there before")
    return [(f"{kind}/{name}", None) for name in new if "@" not in name]


def remembered(page: str) -> str:
    """The names of a list, as JSON."""
    _, rows = _rows(page)
    return json.dumps(sorted(name for name, _ in rows), ensure_ascii=False)


def entry_request(settings: Settings, entry: str) -> str:
    """The address that answers all about one formula or cask."""
    return f"{settings.homebrew_url}/api/{quote(entry)}.json"


def entry_launches(page: str, url: str) -> Iterator[Launch]:
    """The formula or cask, unless it is disabled, deprecated or a font. `raw` is the whole answer.

    Errors: SourceChanged when this is neither.
    """
    row = json_object(page)
    kind = next((kind for kind, (key, _) in _KEYS.items() if word(row.get(key))), "")
    if not kind:
        raise SourceChanged(NAME, f"expected a formula or a cask, got {shown(page)}")
    if row.get("disabled") is True or row.get("deprecated") is True or _is_font(row):
        return
    key, base = word(row[_KEYS[kind][0]]), urlsplit(url)
    names = words(row["name"]) if isinstance(row.get("name"), list) else (word(row.get("name")),)
    address = absolute_address(row.get("homepage"))
    shape, repo_url, hub_id = pointers(address)
    installs = _installs(part(row, "analytics", "install", "30d"))
    yield Launch(
        source=NAME,
        source_id=f"{kind}/{key}",
        title=key,
        source_url=f"{base.scheme}://{base.netloc}/{kind}/{quote(key)}",
        url=address,
        kind=shape,
        name=line(next(iter(names), "")) or key,
        tagline=line(row.get("desc")),
        license=line(row.get("license")),
        repo_url=repo_url,
        hub_id=hub_id,
        launched_at_basis="first_seen",
        observations={} if installs is None else {"installs": installs},
        raw=page.strip(),
    )


@lru_cache(maxsize=1)  # tens of megabytes are parsed once for all that is asked of them
def _rows(page: str) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Which list this is, and each name in it with its former ones. Errors: SourceChanged."""
    try:
        found = json.loads(whole_json(page))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise SourceChanged(NAME, f"expected a JSON list of formulae or casks, got {shown(page)}")
    rows = [row for row in found if isinstance(row, dict)]
    casks = sum(bool(word(row.get("token"))) for row in rows)
    kind = "cask" if 2 * casks > len(rows) else "formula"
    key, old = _KEYS[kind]
    named = tuple((word(row.get(key)), words(row.get(old))) for row in rows if word(row.get(key)))
    keep_valid(NAME, len(found), len(named))
    return kind, named


def _names_kept(before: str) -> list[str]:
    found = json.loads(before)
    return [str(name) for name in found] if isinstance(found, list) else []


def _is_font(row: dict[str, Any]) -> bool:
    """Whether all that a cask installs are fonts."""
    artifacts = row.get("artifacts")
    kinds = {key for one in artifacts if isinstance(one, dict) for key in one} if isinstance(artifacts, list) else set()
    return "font" in kinds and kinds <= {"font", "uninstall", "zap"}


def _installs(counts: object) -> float | None:
    """Installs of 30 days, of all its options together."""
    found = [number(count) for count in counts.values()] if isinstance(counts, dict) else []
    return sum(count for count in found if count is not None) if found else None
