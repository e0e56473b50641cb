"""`scout export`: an exporter's files, written whole or not at all, with the cursor to continue from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools import exporters
from tools.errors import CannotRun, UsageError
from tools.settings import Settings
from tools.store import Store


def export(
    store_path: Path | str,
    settings: Settings,
    form: str,
    *,
    after: str = "",
    out: Path | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Write one form of export; {"files", "cursor"}. Without `out` a form of one file goes to stdout. `pairs` of slugs
    always get a comparison page.

    Errors: UnknownName for the form or a slug, UsageError for a cursor of another store or one older than the log.
    """
    exporter = exporters.exporter(form)
    if not Path(store_path).exists():
        raise UsageError(f"No store at {store_path}. `scout crawl` makes one; --store names another.")
    with Store.open(store_path, create=False) as store:
        seq = _sequence(store, after)
        asked = [f"{store.resolve(a)}:{store.resolve(b)}" for a, b in pairs]
        settings = settings.but(pairs=",".join([settings.pairs, *asked]))
        cursor = f"{store.id}:{store.last_seq()}"
        files = 0
        for name, content in exporter.export(store, seq, settings):
            if out is None:
                sys.stdout.buffer.write(content)
            else:
                _write(out, name, content)
            files += 1
            if progress and files % 50 == 0:
                progress(f"{files} files")
    if out is not None:
        _write(out, "cursor", f"{cursor}\n".encode())
    if progress:
        progress(f"cursor {cursor}\n")
    return {"files": files, "cursor": cursor}


def _sequence(store: Store, after: str) -> int | None:
    if not after:
        return None
    store_id, _, seq = after.strip().partition(":")
    if not seq.isdigit():
        raise UsageError(f"--after takes a cursor as an export printed it, <store-id>:<number>; got {after!r}.")
    if store_id != store.id:
        raise UsageError("That cursor belongs to another store; take a full export (no --after).")
    if int(seq) > store.last_seq():
        raise UsageError("That cursor is ahead of this store's log; take a full export (no --after).")
    return int(seq)


def _write(folder: Path, name: str, content: bytes) -> None:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise CannotRun(f"The exporter named a file outside {folder}: {name!r}.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        raise CannotRun(f"{target} cannot be written: {error.strerror}.") from error
