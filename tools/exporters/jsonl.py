"""One product document per line, as described by `scout export schema` and tools/product.schema.json.

Without a cursor: every product. With one: every product that changed after it, in its present state, and for each that
is gone `{"slug", "deleted": true, "schema_version", "seq", "at", "op", "merged_into", "why"}`. Applying the lines in
their order, by slug, keeps a copy in step with the full export. What is only counted or seen again (numbers of launches,
votes, last_seen, the page a quote was last read on) is no change: it comes with a product's next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.exporters import Files, ReadableStore, pieces
from tools.settings import Settings
from tools.views.documents import GoneDocument

NAME = "jsonl"
SUFFIX = ".jsonl"
FILE = "products.jsonl"
_AT_ONCE = 200  # products, or rows of the log
_GONE = ("delete", "merge")


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """products.jsonl. after: the change row the reader has already seen; None: everything."""
    return pieces(FILE, lines(store, settings) if after is None else _changed(store, after, settings))


def lines(store: ReadableStore, settings: Settings) -> Iterator[bytes]:
    """Every product that may be exported, a line each."""
    return (line.text + b"\n" for line in store.document_lines(_status(settings)))


def _status(settings: Settings) -> str | None:
    return "approved" if settings.approved_only else None


def _changed(store: ReadableStore, after: int, settings: Settings) -> Iterator[bytes]:
    wanted = _status(settings)
    log = _Log(store, after)
    changed = store.changed_since(after)
    for first in range(0, len(changed), _AT_ONCE):
        some = changed[first : first + _AT_ONCE]
        alive = {line.slug: line for line in store.lines_of([row["slug"] for row in some])}
        for row in some:
            line = alive.get(row["slug"])
            if line is not None and wanted in (None, line.status):
                yield line.text + b"\n"
            else:
                yield _gravestone(row, log.of(row["slug"]))


class _Log:
    """Why products are gone: the last deletion or merge of each, else its last change. Read once, where one is gone."""

    def __init__(self, store: ReadableStore, after: int) -> None:
        self._store, self._after = store, after
        self._rows: dict[str, dict[str, Any]] | None = None

    def of(self, slug: str) -> dict[str, Any]:
        """The row of the change log that tells why; {} where the log tells of another product only."""
        if self._rows is None:
            self._rows = {}
            while rows := self._store.changes_after(self._after, _AT_ONCE):
                for row in rows:
                    if row["op"] in _GONE or self._rows.get(row["slug"], row)["op"] not in _GONE:
                        self._rows[row["slug"]] = row
                self._after = rows[-1]["seq"]
        return self._rows.get(slug, {})


def _gravestone(gone: dict[str, Any], row: dict[str, Any]) -> bytes:
    stone = GoneDocument(
        slug=gone["slug"],
        op=row.get("op", ""),
        merged_into=gone["into"] or (row.get("after") if row.get("op") == "merge" else None),
        seq=row.get("seq", gone["seq"]),
        at=row.get("at", ""),
        why=row.get("why", ""),
    )
    return stone.model_dump_json().encode() + b"\n"
