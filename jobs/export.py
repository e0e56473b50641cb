"""`scout export`: an exporter's files, written whole or not at all, with the cursor to continue from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from jobs.swap import MANIFEST, inside, swapped
from tools import exporters
from tools.errors import CannotRun, StoreFull, StoreLocked, UsageError
from tools.exporters._published import published
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
    push: str = "",
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Write one form of export; {"files", "cursor"}. Without `out` a form of one file goes to stdout. `pairs` of slugs
    always get a comparison page. A form of many files takes the place of the folder `out` in one step, and adds "written",
    "kept" and "gone" against what stood there. push: a dataset repository of the Hub that form "hub" is sent to; adds
    "commit", its address, and needs no `out`.

    Errors: UnknownName for the form or a slug; UsageError for a cursor of another store or one older than the log, for a
    form of many files without `out`, and for an `out` that holds other files, or is of a form of many files.
    """
    exporter = exporters.exporter(form)
    if push and form != "hub":
        raise UsageError(f"--push sends a dataset to the Hub: `scout export hub --push {push}`, not {form}.")
    if push:
        from jobs import push as hub

        hub.check(push, settings)
    if push and out is None:
        with TemporaryDirectory() as folder:
            return export(
                store_path, settings, form, after=after, out=Path(folder) / "hub", push=push, progress=progress
            )
    if out is None and not exporter.SUFFIX:
        raise UsageError(f"`scout export {form}` writes a folder of files; name it with --out DIR.")
    if not Path(store_path).exists():
        raise UsageError(f"No store at {store_path}. `scout crawl` makes one; --store names another.")
    with Store.open(store_path, create=False) as store:
        seq = _sequence(store, after)
        asked = [f"{store.resolve(a)}:{store.resolve(b)}" for a, b in pairs]
        settings = settings.but(pairs=",".join([settings.pairs, *asked]))
        with suppress(StoreLocked, StoreFull):  # what is not kept is built as it is read
            store.keep_documents(most=None)
        now = cursor(store)
        files = _by_name(exporter.export(published(store, settings), seq, settings), progress)
        if out is None:
            done: dict[str, Any] = _to_stdout(files)
        elif exporter.SUFFIX:
            done = _to_files(out, files, now)
        else:
            done = _to_folder(out, files, now)
    if progress:
        progress(f"cursor {now}\n")
    if push and out is not None:
        done["commit"] = hub.push(out, push, settings)
    return {**done, "cursor": now}


def cursor(store: Store) -> str:
    """Where the change log of a store stands: an export after it has what changes from now on."""
    return f"{store.id}:{store.last_seq()}"


def one_file(store_path: Path | str, settings: Settings, form: str, after: str = "") -> tuple[str, Iterator[bytes]]:
    """The name of the file that a form of one file writes, and its bytes in pieces, read from the store as they are asked
    for; a cursor as `export` takes it.

    Errors: as of `export`, all before the first piece is handed on.
    """
    exporter = _of_one_file(form)
    pieces = _pieces(store_path, settings, exporter, after)
    name, first = next(pieces)
    return name, chain([first], map(itemgetter(1), pieces))


def check_one_file(store: Store, form: str, after: str = "") -> None:
    """Nothing, where `one_file` can be had. Errors: those of `one_file`."""
    _of_one_file(form)
    _sequence(store, after)


def _of_one_file(form: str) -> ModuleType:
    exporter = exporters.exporter(form)
    if not exporter.SUFFIX:
        raise UsageError(f"{form} is a folder of files: `scout export {form} --out DIR` writes it.")
    return exporter


def _pieces(store_path: Path | str, settings: Settings, exporter: ModuleType, after: str) -> exporters.Files:
    with Store.open(store_path, create=False, readonly=True) as store:
        yield from exporter.export(published(store, settings), _sequence(store, after), settings)


_Named = Iterator[tuple[str, Iterator[bytes]]]  # files by name, each with the pieces of its bytes


def _by_name(files: exporters.Files, progress: Callable[[str], None] | None) -> _Named:
    for number, (name, pieces) in enumerate(groupby(files, key=itemgetter(0)), 1):
        yield name, map(itemgetter(1), pieces)
        if progress and number % 50 == 0:
            progress(f"{number} files")


def _to_stdout(files: _Named) -> dict[str, int]:
    written = 0
    on_terminal = sys.stdout.isatty()
    for _, pieces in files:
        for piece in pieces:
            if on_terminal and b"\0" in piece:
                raise UsageError("This form is no text: send it to a file (> FILE), or name a folder with --out DIR.")
            sys.stdout.buffer.write(piece)
        written += 1
    return {"files": written}


def _to_files(out: Path, files: _Named, cursor: str) -> dict[str, int]:
    if (out / MANIFEST).is_file():
        raise UsageError(
            f"{out} belongs to a form of many files ({MANIFEST} lists them), whose next export would refuse it with "
            "others in it; name another folder with --out."
        )
    written = 0
    for name, pieces in files:
        _write(out, name, pieces)
        written += 1
    _write(out, "cursor", [f"{cursor}\n".encode()])
    return {"files": written}


def _to_folder(out: Path, files: _Named, cursor: str) -> dict[str, int]:
    with swapped(out) as folder:
        written = 0
        for name, pieces in files:
            folder.put(name, pieces)
            written += 1
        folder.put("cursor", f"{cursor}\n".encode())
    return {"files": written, "written": folder.written, "kept": folder.kept, "gone": folder.gone}


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


def _write(folder: Path, name: str, pieces: Iterable[bytes]) -> None:
    """Write a file piece by piece beside its place, and put it there when it is whole."""
    target = inside(folder, name)
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                file.writelines(pieces)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CannotRun(f"{target} cannot be written: {error.strerror}.") from error
