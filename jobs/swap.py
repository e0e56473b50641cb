"""A folder of files that is written beside the old one and takes its place in one step.

Until then the old folder stays whole, whatever happens; a file that is as it was is linked, not written. Its manifest
lists every file, and so tells our files from those of others.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from tools.errors import CannotRun, UsageError

MANIFEST = "scout-files.jsonl"
_SHOWN = 3  # names of others' files in a message


class Folder:
    """The new folder while it is written; `written`, `kept` and `gone` count files against the old one."""

    def __init__(self, old: Path, part: Path, listed: set[str]) -> None:
        self.written = self.kept = 0
        self._old, self._part, self._left = old, part, listed
        self._made: set[Path] = set()
        self._manifest = (part / MANIFEST).open("w", encoding="utf-8")

    def put(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Add a file, at once or in pieces. Errors: CannotRun for a name outside the folder, or a disk that is full."""
        pieces = iter([content] if isinstance(content, bytes) else content)
        first, second = next(pieces, b""), next(pieces, None)
        target, old = inside(self._part, name), self._old / name
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        seal = hashlib.sha256(first)
        if second is None and _same(old, first) and _linked(old, target):
            self.kept += 1
        else:
            with target.open("wb") as file:
                file.write(first)
                for piece in () if second is None else chain([second], pieces):
                    seal.update(piece)
                    file.write(piece)
            self.written += 1
        self._left.discard(name)
        line = {"name": name, "bytes": target.stat().st_size, "sha256": seal.hexdigest()}
        self._manifest.write(json.dumps(line, ensure_ascii=False) + "\n")

    @property
    def gone(self) -> int:
        """How many files of the old folder the new one does not have."""
        return len(self._left)

    def close(self) -> None:
        """End the manifest."""
        self._manifest.close()


@contextmanager
def swapped(out: Path) -> Iterator[Folder]:
    """A folder to fill; it takes the place of `out` when the block ends well, and is thrown away when it does not.

    Errors: UsageError where `out` holds files that we did not write; CannotRun where it cannot be written or swapped.
    """
    from filelock import FileLock

    out = out.resolve()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _clear_up(out)
        listed = _ours(out)
        part = out.with_name(f"{out.name}.part-{secrets.token_hex(4)}")
        # its name is new, so nobody holds it: what takes longer is a place that takes no lock
        with FileLock(f"{part}.lock", timeout=5):
            try:
                part.mkdir()
                folder = Folder(out, part, listed)
                try:
                    yield folder
                finally:
                    folder.close()
                _swap(part, out)
            finally:
                shutil.rmtree(part, ignore_errors=True)
                Path(f"{part}.lock").unlink(missing_ok=True)
    except OSError as error:
        raise CannotRun(
            f"{error.filename or out} cannot be written: {error.strerror or str(error).rstrip('.')}."
        ) from error


def inside(folder: Path, name: str) -> Path:
    """Where a file of this name stands in the folder. Errors: CannotRun for a name that leads out of it."""
    target = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not name:
        raise CannotRun(f"The exporter named a file outside {folder}: {name!r}.")
    return target


def _ours(out: Path) -> set[str]:
    """The names of the files we wrote into `out`; it must hold no others."""
    if not out.exists():
        return set()
    if not out.is_dir():
        raise UsageError(f"{out} is a file; --out takes a folder.")
    if Path.cwd().is_relative_to(out):
        raise UsageError(f"{out} would be replaced under your feet; go elsewhere first, or name a folder below it.")
    manifest = out / MANIFEST
    listed = set(_names(manifest)) if manifest.is_file() else set()
    found = sorted(_files(out) - listed - ({MANIFEST} if listed else set()))
    if found:
        shown = ", ".join(found[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
        raise UsageError(
            f"{out} holds files that this export did not write ({shown}), and they would be lost; name a folder of its "
            f"own with --out, or empty that one."
        )
    return listed


def _names(manifest: Path) -> Iterator[str]:
    with manifest.open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(ValueError, TypeError, KeyError):  # a damaged line vouches for no file
                yield str(json.loads(line)["name"])


def _files(out: Path) -> set[str]:
    return {Path(folder, name).relative_to(out).as_posix() for folder, _, names in os.walk(out) for name in names}


def _same(old: Path, content: bytes) -> bool:
    try:
        return old.stat().st_size == len(content) and old.read_bytes() == content
    except OSError:
        return False


def _linked(old: Path, target: Path) -> bool:
    """Whether the old file now stands at `target` too; not every file system can."""
    try:
        os.link(old, target)
    except OSError:
        return False
    return True


def _clear_up(out: Path) -> None:
    """Remove what killed exports left behind, and finish a swap that was cut in two."""
    from filelock import FileLock, Timeout

    for lock in out.parent.glob(f"{out.name}.part-*.lock"):
        with suppress(Timeout), FileLock(lock, timeout=0):  # held: that export is still at work
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)
    for old in out.parent.glob(f"{out.name}.old-*"):
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(out)


def _swap(part: Path, out: Path) -> None:
    """Put the new folder in the old one's place: in one step where the system can exchange two, else in two renames."""
    if not out.exists():
        part.rename(out)
    elif not _exchanged(part, out):
        old = out.with_name(f"{out.name}.old-{secrets.token_hex(4)}")
        out.rename(old)
        part.rename(out)
        shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the two folders have changed places; False where the system knows no such step."""
    libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform in ("linux", "darwin") else None
    paths = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):  # Linux, glibc from 2.28; 2: RENAME_EXCHANGE, -100: paths as they are
        failed = libc.renameat2(-100, paths[0], -100, paths[1], 2)
    elif hasattr(libc, "renamex_np"):  # macOS; 2: RENAME_SWAP
        failed = libc.renamex_np(*paths, 2)
    else:
        return False
    code = ctypes.get_errno() if failed else 0
    if failed and code not in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        raise OSError(code, os.strerror(code), str(other))
    return not failed
