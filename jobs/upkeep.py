"""The editor's acts on what is read: leave a source out of crawls, take it back, retire a site's recipes; and undo.

As those on products (jobs/edit.py): each is one transaction, leaves a row that says who and why, and can be undone;
`preview` does it and takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jobs.edit import TakenBack, check_why
from jobs.listing import check_source, state_of
from tools.recipe_book import recipe_rows, retire_recipes
from tools.store import Store


def disable(store: Store, name: str, why: str, who: str) -> dict[str, Any]:
    """Leave a source out of crawls that name none; the report of an act. Errors: UnknownName, UsageError."""
    return _switch(store, name, "disable", why, who)


def enable(store: Store, name: str, why: str, who: str) -> dict[str, Any]:
    """Take a source back into crawls that name none; it needs no reason. Errors: UnknownName."""
    return _switch(store, name, "enable", why, who)


def _switch(store: Store, name: str, op: str, why: str, who: str) -> dict[str, Any]:
    if why or op == "disable":
        check_why(why)
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
        return {"state": state_of(row or {}), "crawls that name no source": _reads(row)}
    return {
        f"recipe {row['number']}, {row['kind']}": f"{row['state']}: {row['why']}" if row["why"] else row["state"]
        for row in recipe_rows(store)
        if row["site"] == name
    }


def _reads(row: dict[str, Any] | None) -> str:
    return "read it" if row is None or row["enabled"] else "leave it out"


def _report(store: Store, kind: str, name: str) -> dict[str, Any]:
    """kind, name, rows (field and value as they are now) and act, the newest on it."""
    [act, *_] = store.upkeep_rows(kind, name)
    return {"kind": kind, "name": name, "state": _state(store, kind, name), "act": act}
