"""The products as one Parquet file: the columns of the sheet, typed, and the whole document as JSON beside them.

Written in row groups, so that a reader may take some and nothing need be held. Needs the extra `parquet`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from tools.errors import CannotRun
from tools.exporters import Files, ReadableStore, csv
from tools.settings import Settings
from tools.views.documents import SCHEMA_VERSION, ProductDocument
from tools.views.takes import parse_moment

NAME = "parquet"
SUFFIX = ".parquet"
FILE = "products.parquet"
_ROWS = 100  # a row group: some 2 MB of documents
_TYPES = {
    "ships": "int32",
    "skips": "int32",
    "no_take": "int32",
    "facts_quoted": "int32",
    "median": "float64",
    "stale": "bool",
}
_MOMENTS = ("reviewed_at", "first_seen", "changed_at")


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """products.parquet. after: only products that changed since that change row. Errors: CannotRun without the extra."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise CannotRun("`scout export parquet` needs the extra `parquet`: pip install 'scout[parquet]'.") from None
    names = csv.COLUMNS.split()
    moment = pyarrow.timestamp("s", "UTC")
    fields = [(name, moment if name in _MOMENTS else _TYPES.get(name, "string")) for name in names]
    schema = pyarrow.schema([*fields, ("document", "string")], metadata={"scout_schema_version": SCHEMA_VERSION})
    documents, sink = store.documents(since=after, approved_only=settings.approved_only), _Sink()
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while some := list(islice(documents, _ROWS)):
            rows = [dict(zip(names, _values(names, document), strict=True)) for document in some]
            lines = [{**row, "document": document.model_dump_json()} for row, document in zip(rows, some, strict=True)]
            writer.write_batch(pyarrow.RecordBatch.from_pylist(lines, schema=schema))
            yield FILE, sink.taken()
    yield FILE, sink.taken()


def _values(names: Sequence[str], document: ProductDocument) -> Iterator[object]:
    for name, value in zip(names, csv.values(document), strict=True):
        yield parse_moment(value) if name in _MOMENTS and isinstance(value, str) else value


class _Sink(io.RawIOBase):
    """Where the writer writes to; what it wrote is taken from here piece by piece. It never goes back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        self._size += len(self._pieces[-1])
        return len(self._pieces[-1])

    def tell(self) -> int:
        return self._size

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
