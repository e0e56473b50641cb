"""What is listed: the sources as a user sees them (built in, followed feeds, their state), and why a list is empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools import sources as built_in
from tools.errors import UnknownName, UsageError
from tools.filters import filter_of
from tools.settings import Settings, load
from tools.store import Store
from tools.store.editors import STATUSES

_CRAWLS = 200  # newest runs that are looked through


def sources(store_path: Path | str, settings: Settings | None = None) -> list[dict[str, Any]]:
    """One row a source: name, access, kinds, url, enabled, last_ok_at, state, filter (its parts), filter_origin, listed and
    blocked (launches of its last reading).

    enabled: whether a crawl that names no source reads it; state says why not. settings: None: those in force.
    """
    settings = settings or load(store=store_path)
    if not Path(store_path).exists():
        return _source_rows({}, {}, settings)
    with Store.open(store_path, create=False) as store:
        return sources_of(store, settings)


def sources_of(store: Store, settings: Settings) -> list[dict[str, Any]]:
    """As `sources`, of an open store."""
    acts = {row["name"]: row for row in reversed(store.upkeep_rows("source"))}
    return _source_rows({row["name"]: row for row in store.sources()}, acts, settings)


def last_crawls(store: Store) -> dict[str, dict[str, Any]]:
    """What each source brought when it was crawled last, by its name: run, at, launches_new, products_new, pages,
    failures. Of the newest crawls only."""
    found: dict[str, dict[str, Any]] = {}
    for run in store.runs(_CRAWLS):
        for name, row in (run["counts"].get("sources") or {}).items():
            found.setdefault(name, {"run": run["id"], "at": run["ended_at"], **row})
    return found


def _source_rows(
    own: Mapping[str, dict[str, Any]], acts: Mapping[str, dict[str, Any]], settings: Settings
) -> list[dict[str, Any]]:
    modules = built_in.all_sources()
    rows = []
    for name in sorted({*modules, *own} - {"feed"}):
        row = own.get(name, {})
        module = built_in.read_by(name if name in modules else "feed", row.get("url", ""), row.get("kind", ""))
        wanted = filter_of(name, settings, row.get("filter", ""))
        off = built_in.why_off(module, settings)
        rows.append(
            {
                "name": name,
                "access": module.ACCESS,
                "kinds": ", ".join(module.KINDS),
                "url": row.get("url") or module.HOMEPAGE,
                "enabled": bool(row.get("enabled", True)) and not off,
                "last_ok_at": row.get("last_ok_at"),
                "state": f"off: {off}" if off and row.get("enabled", True) else state_of(row, acts.get(name)),
                "filter": wanted.as_dict(),
                "filter_origin": wanted.origin,
                "listed": row.get("listed", 0),
                "blocked": row.get("blocked", 0),
            }
        )
    return rows


def check_name(store: Store, name: str, *, replace: bool = False) -> None:
    """Nothing, for a name that a source may be given. replace: it may be that of one that is followed already.

    Errors: UsageError for a bad or taken name.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_-]{1,39}", name):
        raise UsageError(f"A source's name is 2 to 40 of a-z, 0-9, _ and -, beginning with a letter; got {name!r}.")
    row = store.source_state(name)
    followed = row is not None and not row["removed"] and row["url"]
    if name in built_in.all_sources() and not followed:
        raise UsageError(f"{name} is a built-in source; choose another name.")
    if row and followed and not replace:
        raise UsageError(
            f"{name} is followed already, at {row['url']}; give another name, or --replace to change its address."
        )


def taken_names(store: Store) -> set[str]:
    """The names of all sources, built in or followed, and of those taken out: their launches go on naming them."""
    return {*built_in.all_sources(), *(row["name"] for row in store.sources(removed=True))}


def check_source(store: Store, name: str) -> None:
    """Nothing, for a source that there is. Errors: UnknownName."""
    known = {*built_in.all_sources(), *(row["name"] for row in store.sources())} - {"feed"}
    if name not in known:
        raise UnknownName("source", name, known)


def why_none(store: Store, asked: str) -> str:
    """Why a list of products is empty, in a sentence: the store is, or nothing of what it holds is what was `asked`."""
    counts = store.counts()
    found = {status: counts.get(f"products_{status}", 0) for status in STATUSES}
    total = sum(found.values())
    if not total:
        return "The store is empty. `scout crawl` looks for launches; `scout add URL` reads a page."
    parts = ", ".join(f"{number} {status}" for status, number in found.items() if number)
    return f"Nothing matches {asked}. The store holds {total} product{'' if total == 1 else 's'}: {parts}."


def state_of(row: Mapping[str, Any], act: Mapping[str, Any] | None = None) -> str:
    """A source's state in words: disabled (by whom and why, where its newest act is that), what went wrong last, ok, not
    read yet."""
    if row and not row.get("enabled", True):
        return f"disabled by {act['who']}: {act['why']}" if act and act["op"] == "disable" else "disabled"
    if row.get("last_error"):
        return str(row["last_error"])
    return "ok" if row.get("last_ok_at") else "not read yet"
