"""Outputs: one module beside this one is one exporter.

An exporter module gives `NAME`, `SUFFIX` (".jsonl", "" for a folder of files) and
`export(store, after: int | None) -> Iterator[tuple[str, bytes]]`: file names below the output folder and their bytes.
What one name has comes at once or in pieces that follow one another, so that nothing need be held. The bytes are the same
for the same store. An exporter reads the store and writes nothing: the job does.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any, Protocol

from tools.errors import CannotRun, UnknownName
from tools.models import Line, Page
from tools.views.documents import ProductDocument

Files = Iterator[tuple[str, bytes]]


_PIECE = 1 << 18  # bytes


def pieces(name: str, chunks: Iterable[bytes]) -> Files:
    """A file of many chunks in pieces worth writing; an empty one too is a file."""
    held, size = [], 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= _PIECE:
            yield name, b"".join(held)
            held, size = [], 0
    yield name, b"".join(held)


class ReadableStore(Protocol):
    """What exporters ask of the store."""

    def documents(
        self, since: Any = None, status: Any = None, approved_only: bool = False, rivals: bool = False
    ) -> Iterator[ProductDocument]:
        """Every product that is not deleted, by slug; `rivals`: with the products it competes with."""

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        """One product, a merged one's slug gives the one it went into; UnknownName where there is none."""

    def document_lines(self, status: str | None = None) -> Iterator[Line]:
        """The same as lines of JSON, without rivals."""

    def lines_of(self, slugs: Sequence[str]) -> list[Line]:
        """The same of some products, in no order; those that are no more are left out."""

    def changed_since(self, seq: int) -> list[dict[str, Any]]:
        """Products that changed after a number of the log, the last one last: slug, into (of what it is part now), seq."""

    def sources(self) -> list[dict[str, Any]]:
        """Every source ever crawled or added, by name: name, url, kind, enabled among others."""

    def page(self, id_or_prefix: str) -> Page | None:
        """A stored page with its body; None where there is none."""

    def screenshot(self, page_id: str) -> tuple[bytes, str, Any] | None:
        """The newest picture of a page as PNG, its SHA-256 and when it was taken; None when there is none."""

    def logo(self, seal: str) -> bytes | None:
        """The picture of a mark by its SHA-256, PNG; None where it is not kept."""

    def cuttings(self) -> dict[tuple[str, str], bytes]:
        """Pieces of pictures that prices were read in, PNG, by the picture's SHA-256 and the box."""

    def gone(self) -> Iterator[tuple[str, str]]:
        """Products that are no more: their slug and that of the one they were merged into, "" where they were deleted."""

    def changes_after(self, seq: int, limit: int) -> list[dict[str, Any]]:
        """Rows of the change log after `seq`, oldest first: seq, slug, at, op, field, before, after, why, who."""


def all_exporters() -> dict[str, ModuleType]:
    """Every exporter by name.

    Errors: CannotRun when two carry one name or a module lacks a part: a lost output must not look healthy.
    """
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        missing = [part for part in ("NAME", "SUFFIX", "export") if not hasattr(module, part)]
        if missing:
            raise CannotRun(f"{module.__name__} is no exporter: it lacks {', '.join(missing)}.")
        if module.NAME in found:
            raise CannotRun(
                f"Two exporters are called {module.NAME!r}: {found[module.NAME].__name__}, {module.__name__}."
            )
        found[module.NAME] = module
    return found


def exporter(name: str) -> ModuleType:
    """The exporter of this name; UnknownName with the nearest ones otherwise."""
    known = all_exporters()
    if name not in known:
        raise UnknownName("exporter", name, known)
    return known[name]
