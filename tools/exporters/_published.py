"""The store as exporters see it: what editors are called and why they acted stays inside, unless a setting says otherwise.

That a person acted, on what and when, is published; evidence of an editor's word says so and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import from_json, to_json

from tools.exporters import ReadableStore
from tools.models import Line, Page
from tools.settings import Settings
from tools.views.documents import ProductDocument

SOMEBODY = "an editor"
_PROGRAM = "scout"
_ADDRESS = "editor:"  # of evidence that is an editor's word; the store adds who


class Through:
    """A store that answers as another does; what is to be said otherwise overrides it."""  # every method as in ReadableStore

    def __init__(self, store: ReadableStore) -> None:
        self._store = store

    def documents(
        self, since: Any = None, status: Any = None, approved_only: bool = False, rivals: bool = False
    ) -> Iterator[ProductDocument]:
        return self._store.documents(since, status, approved_only, rivals)

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        return self._store.document(slug, rivals=rivals)

    def document_lines(self, status: str | None = None) -> Iterator[Line]:
        return self._store.document_lines(status)

    def lines_of(self, slugs: Sequence[str]) -> list[Line]:
        return self._store.lines_of(slugs)

    def changed_since(self, seq: int) -> list[dict[str, Any]]:
        return self._store.changed_since(seq)

    def sources(self) -> list[dict[str, Any]]:
        return self._store.sources()

    def page(self, id_or_prefix: str) -> Page | None:
        return self._store.page(id_or_prefix)

    def screenshot(self, page_id: str) -> tuple[bytes, str, Any] | None:
        return self._store.screenshot(page_id)

    def logo(self, seal: str) -> bytes | None:
        return self._store.logo(seal)

    def cuttings(self) -> dict[tuple[str, str], bytes]:
        return self._store.cuttings()

    def gone(self) -> Iterator[tuple[str, str]]:
        return self._store.gone()

    def changes_after(self, seq: int, limit: int) -> list[dict[str, Any]]:
        return self._store.changes_after(seq, limit)


class Discreet(Through):
    """Answers without names and reasons of editors."""

    def documents(
        self, since: Any = None, status: Any = None, approved_only: bool = False, rivals: bool = False
    ) -> Iterator[ProductDocument]:
        return map(discreet, super().documents(since, status, approved_only, rivals))

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        return discreet(super().document(slug, rivals=rivals))

    def document_lines(self, status: str | None = None) -> Iterator[Line]:
        return map(_discreet_line, super().document_lines(status))

    def lines_of(self, slugs: Sequence[str]) -> list[Line]:
        return list(map(_discreet_line, super().lines_of(slugs)))

    def changes_after(self, seq: int, limit: int) -> list[dict[str, Any]]:
        return [_change(row) for row in super().changes_after(seq, limit)]


def published(store: ReadableStore, settings: Settings) -> ReadableStore:
    """The store itself where SCOUT_PUBLISH_EDITORS says yes, else one that names no editor and tells no reason."""
    return store if settings.publish_editors else Discreet(store)


def discreet(document: ProductDocument) -> ProductDocument:
    """The document without names and reasons of editors; itself where none of them had a hand in it."""
    if not any(by_editor(change.model_dump()) for change in document.changes):
        return document
    return ProductDocument.model_validate(_discreet_data(document.model_dump()))


def _discreet_line(line: Line) -> Line:
    """The same of a document as JSON; of most of them the log alone need be read."""
    _, _, rest = line.text.rpartition(b',"changes":')  # of one within a text the quotation marks are escaped
    log, _, _ = rest.rpartition(b',"first_seen":')
    if not any(map(by_editor, from_json(log))):
        return line
    return line._replace(text=to_json(_discreet_data(from_json(line.text))))


def _discreet_data(data: dict[str, Any]) -> dict[str, Any]:
    """The same of a document as plain data."""
    if not any(map(by_editor, data["changes"])):
        return data
    told: dict[str, Any] = _nameless(data)
    return {**told, "changes": [_change(row) for row in told["changes"]]}


def by_editor(row: dict[str, Any]) -> bool:
    """Whether a row of the change log is an editor's. A panel's own is signed by its reviewer and replaces no line."""
    return row["who"] != _PROGRAM and not (row["op"] == "panel" and row["before"] is None)


def _change(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "who": SOMEBODY, "why": ""} if by_editor(row) else row


def _nameless(value: Any) -> Any:
    """The same values; an override without who and why, and evidence that is an editor's word without a name."""
    if isinstance(value, list):
        return [_nameless(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _nameless(one) for key, one in value.items()}
    if isinstance(kept.get("override"), dict):
        kept["override"] |= {"who": SOMEBODY, "why": ""}
    if str(kept.get("url", "")).startswith(_ADDRESS):
        kept["url"] = _ADDRESS + SOMEBODY
    return kept
