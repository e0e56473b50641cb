"""What is listed: the sources as a user sees them (built in, followed feeds, their state), and why a list is empty."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tools import sources as built_in
from tools.errors import UnknownName, UsageError
from tools.settings import Settings, load
from tools.store import Store
from tools.store.editors import STATUSES
from tools.web.guard import check_address


def sources(store_path: Path | str, settings: Settings | None = None) -> list[dict[str, Any]]:
    """One row a source: name, access, kinds, url, enabled, last_ok_at, state.

    enabled: whether a crawl that names no source reads it; state says why not. settings: None: those in force.
    """
    settings = settings or load(store=store_path)
    own: dict[str, dict[str, Any]] = {}
    if Path(store_path).exists():
        with Store.open(store_path, create=False) as store:
            own = {row["name"]: row for row in store.sources()}
    modules = built_in.all_sources()
    rows = []
    for name in sorted({*modules, *own} - {"feed"}):
        row = own.get(name, {})
        module = built_in.read_by(name if name in modules else "feed", row.get("url", ""))
        off = built_in.why_off(module, settings)
        rows.append(
            {
                "name": name,
                "access": module.ACCESS,
                "kinds": ", ".join(module.KINDS),
                "url": row.get("url") or module.HOMEPAGE,
                "enabled": bool(row.get("enabled", True)) and not off,
                "last_ok_at": row.get("last_ok_at"),
                "state": _state(row, off),
            }
        )
    return rows


def add_feed(store_path: Path | str, settings: Settings, name: str, url: str) -> None:
    """Follow a feed under a name. Errors: UsageError for a bad or taken name, AddressRefused."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]{1,39}", name):
        raise UsageError(f"A source's name is 2 to 40 of a-z, 0-9, _ and -, beginning with a letter; got {name!r}.")
    if name in built_in.all_sources():
        raise UsageError(f"{name} is a built-in source; choose another name.")
    check_address(url, settings)
    with Store.open(store_path) as store:
        store.add_source(name, url, kind="feed")


def disable(store_path: Path | str, name: str, *, disabled: bool) -> None:
    """Leave a source out of crawls that name none, or take it back in. Errors: UnknownName."""
    check_source(store_path, name)
    with Store.open(store_path) as store:
        store.put_source_state(name, enabled=not disabled)  # one that was never read, too


def check_source(store_path: Path | str, name: str) -> None:
    """Nothing, for a source that there is. Errors: UnknownName."""
    with Store.open(store_path, create=False) if Path(store_path).exists() else nullcontext() as store:
        own = {row["name"] for row in store.sources()} if store else set()
    known = {*built_in.all_sources(), *own} - {"feed"}
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


def _state(row: dict[str, Any], off: str) -> str:
    if row and not row.get("enabled", True):
        return "disabled"
    if off:
        return f"off: {off}"
    if row.get("last_error"):
        return str(row["last_error"])
    return "ok" if row.get("last_ok_at") else "not read yet"
