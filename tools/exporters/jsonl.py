"""One product document per line, as described by tools/product.schema.json.

Without a cursor: every product. With one: every product that changed after it, in its present state, and for each that
is gone `{"slug", "deleted": true, "schema_version", "seq", "at", "op", "merged_into", "why"}`. Applying the lines in
their order, by slug, keeps a copy in step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tools.errors import UnknownName
from tools.exporters import Files, ReadableStore
from tools.settings import Settings
from tools.views.documents import SCHEMA_VERSION

NAME = "jsonl"
SUFFIX = ".jsonl"
FILE = "products.jsonl"
_LOG_ROWS = 1_000
_GONE = ("delete", "merge")


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """products.jsonl. after: the change row the reader has already seen; None: everything."""
    lines = _all(store, settings.approved_only) if after is None else _changed(store, after)
    yield FILE, b"".join(line + b"\n" for line in lines)


def _all(store: ReadableStore, approved_only: bool) -> Iterator[bytes]:
    for document in store.documents(approved_only=approved_only):
        yield document.model_dump_json().encode()


def _changed(store: ReadableStore, after: int) -> Iterator[bytes]:
    newest: dict[str, dict[str, Any]] = {}
    gone: dict[str, dict[str, Any]] = {}
    for row in _log(store, after):
        newest.pop(row["slug"], None)  # re-insert at the end: a slug stands where it changed last
        newest[row["slug"]] = row
        if row["op"] in _GONE:
            gone[row["slug"]] = row
    for slug, row in newest.items():
        yield _state(store, slug, gone.get(slug, row))


def _log(store: ReadableStore, after: int) -> Iterator[dict[str, Any]]:
    while rows := store.changes_after(after, _LOG_ROWS):
        yield from rows
        after = rows[-1]["seq"]


def _state(store: ReadableStore, slug: str, row: dict[str, Any]) -> bytes:
    """The product as it is now, or its gravestone: the log says that it changed, the store what it is."""
    try:
        document = store.document(slug)
    except UnknownName:
        return _gravestone(slug, row)
    if document.slug != slug or document.status == "deleted":
        return _gravestone(slug, row, merged_into=document.slug if document.slug != slug else None)
    return document.model_dump_json().encode()


def _gravestone(slug: str, row: dict[str, Any], merged_into: str | None = None) -> bytes:
    stone = {
        "schema_version": SCHEMA_VERSION,
        "slug": slug,
        "deleted": True,
        "op": row["op"],
        "merged_into": merged_into or (row.get("after") if row["op"] == "merge" else None),
        "seq": row["seq"],
        "at": row["at"],
        "why": row.get("why", ""),
    }
    return json.dumps(stone, ensure_ascii=False, separators=(",", ":")).encode()
