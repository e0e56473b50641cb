"""The editor's acts on what is read: follow a place, take it out, leave a source out of crawls, take it back, set what is
kept of it, retire a site's recipes; and undo.

As those on products (jobs/edit.py): each is one transaction, leaves a row that says who and why, and can be undone;
`preview` does it and takes it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from jobs.edit import TakenBack, check_why
from jobs.listing import check_name, check_source, state_of
from tools.errors import UsageError
from tools.filters import checked
from tools.recipe_book import recipe_rows, retire_recipes
from tools.settings import FILE, Settings
from tools.store import Store


def add(store: Store, name: str, url: str, kind: str, why: str, who: str, *, replace: bool = False) -> dict[str, Any]:
    """Follow an address under a name; the report of an act. kind: feed, listing. replace: whether the name may be that of a
    source that is followed already, which has this address then. Errors: UsageError for a bad or taken name.
    """
    _check_why_if_any(why)
    check_name(store, name, replace=replace)
    row = store.source_state(name)
    op = "replace" if row and row["url"] and not row["removed"] else "add"
    with store.upkeep("source", name, op, why, who):
        store.add_source(name, url, kind)
    return _report(store, "source", name)


def remove(store: Store, name: str, why: str, who: str) -> dict[str, Any]:
    """Follow a place no more; what it announced stays. The report of an act. Errors: UnknownName; UsageError for a built-in
    source."""
    _check_why_if_any(why)
    check_source(store, name)
    row = store.source_state(name)
    if row is None or not row["url"]:
        raise UsageError(f"{name} comes with Scout and stays; `scout source disable {name}` leaves it out of crawls.")
    with store.upkeep("source", name, "remove", why, who):
        store.put_source_state(name, removed=True)
    return _report(store, "source", name)


def set_filter(
    store: Store, settings: Settings, name: str, table: Mapping[str, Any], why: str, who: str
) -> dict[str, Any]:
    """Keep of a source what a filter wants from the next reading on (tools/filters.KEYS); an empty one wants everything.
    The report of an act. Errors: UnknownName; UsageError for a filter that is not sound, or where scout.toml has one.
    """
    _check_why_if_any(why)
    check_source(store, name)
    if name in settings.table("filters"):
        raise UsageError(
            f"[filters.{name}] of {FILE} outranks what is set here; change it there, or take it out first."
        )
    wanted = checked(table, f"the filter of {name}").as_dict()
    with store.upkeep("source", name, "filter", why, who):
        store.put_source_state(name, filter=json.dumps(wanted, ensure_ascii=False) if wanted else "")
    return _report(store, "source", name)


def filter_in_words(stored: str) -> str:
    """A filter as the store keeps it, in words; "everything is kept" where there is none."""
    parts = json.loads(stored) if stored else {}
    told = (f"{key} {', '.join(value) if isinstance(value, list) else value}" for key, value in parts.items())
    return "; ".join(told) or "everything is kept"


def _check_why_if_any(why: str) -> None:
    if why:
        check_why(why)


def disable(store: Store, name: str, why: str, who: str) -> dict[str, Any]:
    """Leave a source out of crawls that name none; the report of an act. Errors: UnknownName, UsageError."""
    return _switch(store, name, "disable", why, who)


def enable(store: Store, name: str, why: str, who: str) -> dict[str, Any]:
    """Take a source back into crawls that name none; it needs no reason. Errors: UnknownName."""
    return _switch(store, name, "enable", why, who)


def _switch(store: Store, name: str, op: str, why: str, who: str) -> dict[str, Any]:
    if op == "disable":
        check_why(why)
    _check_why_if_any(why)
    check_source(store, name)
    with store.upkeep("source", name, op, why, who):
        store.put_source_state(name, enabled=op == "enable")
    return _report(store, "source", name)


def retire(store: Store, site: str, why: str, who: str) -> dict[str, Any]:
    """Use a site's recipes no more; the report of an act. Errors: UsageError, UnknownName."""
    check_why(why)
    site = site.strip().lower()
    with store.upkeep("recipe", site, "retire", why, who):
        retire_recipes(store, site, why)
    return _report(store, "recipe", site)


def undo(store: Store, kind: str, name: str, why: str, who: str) -> dict[str, Any]:
    """Take the newest act on a source or on a site's recipes back, whoever did it. kind: source, recipe.

    Errors: UsageError when there is none, or when what it decided was changed since.
    """
    name = name.strip().lower() if kind == "recipe" else name
    undone = store.undo_upkeep(kind, name, why, who)
    return {**_report(store, kind, name), "undone": undone}


def preview(store: Store, kind: str, name: str, act: Callable[[], object]) -> dict[str, Any]:
    """What an act would make of a source or a site's recipes, as jobs/edit.py's `preview` gives it for a product:
    slug and name (its name, both), rows (field, before, after), review, published. Errors: those of the act.
    """
    name = name.strip().lower() if kind == "recipe" else name
    before, after = _state(store, kind, name), dict[str, str]()
    with suppress(TakenBack), store.write():
        act()
        after = _state(store, kind, name)
        raise TakenBack
    rows = [
        {"field": field, "before": before.get(field, ""), "after": value}
        for field, value in after.items()
        if before.get(field, "") != value
    ]
    return {"slug": name, "name": name, "rows": rows, "review": False, "published": _published(kind)}


def _published(kind: str) -> str:
    if kind == "source":
        return "nothing that is published changes; what it announced stays"
    return "nothing that is published changes until the pages are read again"


def _state(store: Store, kind: str, name: str) -> dict[str, str]:
    if kind == "source":
        row = store.source_state(name)
        state = {"state": state_of(row or {}), "crawls that name no source": _reads(row)}
        if row and row["url"]:
            state |= {"followed": "no" if row["removed"] else "yes", "address": row["url"]}
        return {**state, "filter": filter_in_words(row["filter"] if row else "")}
    return {
        f"recipe {row['number']}, {row['kind']}": f"{row['state']}: {row['why']}" if row["why"] else row["state"]
        for row in recipe_rows(store)
        if row["site"] == name
    }


def _reads(row: dict[str, Any] | None) -> str:
    return "read it" if row is None or (row["enabled"] and not row["removed"]) else "leave it out"


def _report(store: Store, kind: str, name: str) -> dict[str, Any]:
    """kind, name, rows (field and value as they are now) and act, the newest on it."""
    [act, *_] = store.upkeep_rows(kind, name)
    return {"kind": kind, "name": name, "state": _state(store, kind, name), "act": act}
