"""What a shell completes: names that stand in a store, or that are files of ours.

Asked at every press of a key, so it imports next to nothing: the store and what it needs take a quarter of a second.
Hence the few statements here and not in tools/store. It only reads, migrates nothing, waits for nobody, and what cannot
be read has no names.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

MOST = 200  # names offered
_WAIT_S = 0.1  # for a store that is being written to
_END = "\U0010ffff"  # after every name that begins with what stands before it
# By kind, in the store: what is offered and a word on it, for names from ?1 to ?2.
_STORED: Mapping[str, str] = {
    "product": "SELECT slug, name FROM products WHERE slug >= ?1 AND slug < ?2 AND merged_into IS NULL "
    "AND status <> 'deleted' ORDER BY slug LIMIT ?3",
    "deleted": "SELECT slug, name FROM products WHERE slug >= ?1 AND slug < ?2 AND status = 'deleted' "
    "ORDER BY slug LIMIT ?3",
    "merged": "SELECT slug, name FROM products WHERE slug >= ?1 AND slug < ?2 AND merged_into IS NOT NULL "
    "ORDER BY slug LIMIT ?3",
    "anything": "SELECT slug, name FROM products WHERE slug >= ?1 AND slug < ?2 ORDER BY slug LIMIT ?3",
    "source": "SELECT name, '' FROM sources WHERE name >= ?1 AND name < ?2 AND removed = 0 ORDER BY name LIMIT ?3",
    "site": "SELECT DISTINCT site, '' FROM recipes WHERE site >= ?1 AND site < ?2 ORDER BY site LIMIT ?3",
    "watch": "SELECT CAST(id AS TEXT), words FROM watches WHERE CAST(id AS TEXT) >= ?1 AND CAST(id AS TEXT) < ?2 "
    "ORDER BY id LIMIT ?3",
    "run": "SELECT key, state FROM runs WHERE key >= ?1 AND key < ?2 ORDER BY id DESC LIMIT ?3",
    # of jobs.db, where the schedule keeps its jobs in a file
    "job": "SELECT workflow_uuid, status FROM workflow_status WHERE workflow_uuid >= ?1 AND workflow_uuid < ?2 "
    "ORDER BY created_at DESC LIMIT ?3",
}


def stored(path: Path | str, kind: str, beginning: str) -> list[tuple[str, str]]:
    """Names in a database that begin so, each with a word on it, at most MOST. kind: one of product (that is there),
    deleted, merged, anything (any product), source, site (with recipes), watch, run, job.
    """
    try:
        with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)) as conn:
            return list(conn.execute(_STORED[kind], (beginning, beginning + _END, MOST)))
    except (sqlite3.Error, OSError):
        return []


def modules(package: str, suffix: str = ".py") -> list[str]:
    """The names of what is found in a package of ours by being there: sources, exporters, personas. Imports none."""
    found = find_spec(package)
    folders: Iterable[str] = found.submodule_search_locations or () if found else ()
    names = (path.stem for folder in folders for path in Path(folder).glob(f"*{suffix}"))
    return sorted(name for name in names if not name.startswith("_"))
