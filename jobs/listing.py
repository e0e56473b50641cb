"""What is listed: the sources as a user sees them (built in, followed feeds, their state), and why a list is empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobs.by_hand import way_in
from tools import sources as built_in
from tools.errors import AddressRefused, UnknownName, UsageError
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
    acts: dict[str, dict[str, Any]] = {}
    if Path(store_path).exists():
        with Store.open(store_path, create=False) as store:
            own = {row["name"]: row for row in store.sources()}
            acts = {row["name"]: row for row in reversed(store.upkeep_rows("source"))}
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
                "state": state_of(row, acts.get(name), off),
            }
        )
    return rows


def add_feed(store_path: Path | str, settings: Settings, name: str, url: str) -> None:
    """Follow a feed under a name. Errors: UsageError for a bad or taken name, or an address that is refused."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]{1,39}", name):
        raise UsageError(f"A source's name is 2 to 40 of a-z, 0-9, _ and -, beginning with a letter; got {name!r}.")
    if name in built_in.all_sources():
        raise UsageError(f"{name} is a built-in source; choose another name.")
    try:
        check_address(url, settings)
    except AddressRefused as error:
        raise UsageError(" ".join(filter(None, (f"{error}.", way_in(url, settings))))) from None
    with Store.open(store_path) as store:
        store.add_source(name, url, kind="feed")


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


def state_of(row: Mapping[str, Any], act: Mapping[str, Any] | None = None, off: str = "") -> str:
    """A source's state in words: disabled (by whom and why, where its newest act is that), off (what to set), what went
    wrong last, ok, not read yet."""
    if row and not row.get("enabled", True):
        return f"disabled by {act['who']}: {act['why']}" if act and act["op"] == "disable" else "disabled"
    if off:
        return f"off: {off}"
    if row.get("last_error"):
        return str(row["last_error"])
    return "ok" if row.get("last_ok_at") else "not read yet"
