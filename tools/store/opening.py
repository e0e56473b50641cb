"""Opening store.db: the connection Scout wants, migrations after a copy, and SQLite's errors as ours."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from tools.errors import StoreDamaged, StoreError, StoreFull, StoreLocked, StoreNewer
from tools.schema import NAMES, migrations

_JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024  # the WAL grew to 300 MB under overlapping writers; this cuts it back
# The second is what damaged text gives, in a table or in SQLite's own message.
SQLITE_ERRORS: tuple[type[Exception], ...] = (sqlite3.DatabaseError, UnicodeDecodeError)


def connect(path: Path | str, *, readonly: bool = False, timeout_s: float = 30) -> sqlite3.Connection:
    """A connection as Scout wants it: WAL, synchronous FULL, foreign keys, a bounded journal, `timeout_s` of patience.

    FULL, because a crawl that says "stored" must be right after a power cut; it still takes 3,400 commits a second.
    """
    target = f"{Path(path).resolve().as_uri()}?mode=ro" if readonly else str(path)
    conn = sqlite3.connect(target, timeout=timeout_s, isolation_level=None, check_same_thread=False, uri=readonly)
    try:
        if not readonly:
            use_wal(conn, timeout_s)
            conn.execute("PRAGMA synchronous = FULL")
            conn.execute(f"PRAGMA journal_size_limit = {_JOURNAL_LIMIT_BYTES}")
        conn.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        conn.close()
        raise
    return conn


def use_wal(conn: sqlite3.Connection, timeout_s: float) -> None:
    """Switch to WAL. Two processes at a new file: SQLite refuses one at once, its busy timeout does not apply here."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def migrate(conn: sqlite3.Connection, path: str, readonly: bool) -> None:
    """Bring a store up to date, under the write lock, after a copy of an older one."""
    if set(_applied(conn, path)) == set(NAMES):  # in whatever order they came
        return
    if readonly:
        raise StoreError(
            f"{path} was written by an older Scout. Open it once for writing, so that it is brought up to date."
        )
    from sqlite_utils import Database

    conn.execute("BEGIN IMMEDIATE")
    try:
        applied = _applied(conn, path)  # another process may have been first
        missing = next((name for name in NAMES if name not in applied), "")
        if applied and missing:
            _copy_before(path, missing)
        migrations().apply(Database(conn))
        conn.execute("INSERT OR IGNORE INTO meta VALUES ('store_id', ?)", (secrets.token_hex(8),))
        conn.execute("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)", (NAMES[-1],))
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def _applied(conn: sqlite3.Connection, path: str) -> tuple[str, ...]:
    """The migrations a file has had. Errors: StoreNewer for unknown ones, StoreDamaged for another program's file."""
    tables = [str(row[0]) for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if not tables:
        return ()
    if "_sqlite_migrations" not in tables:
        raise StoreDamaged(
            f"{path} is a database, but not a store of Scout's: it has the tables {', '.join(tables[:5])}. "
            "Name another file."
        )
    sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'scout' ORDER BY id"
    applied = tuple(str(row[0]) for row in conn.execute(sql))
    if unknown := [name for name in applied if name not in NAMES]:
        raise StoreNewer(
            f"{path} was written by a newer Scout: it has {unknown[-1]}, this one knows up to {NAMES[-1]}. "
            "Update Scout, or name another store."
        )
    return applied


def _copy_before(path: str, migration: str) -> None:
    target = Path(f"{path}.before-{migration.partition('_')[0]}")
    if path != ":memory:" and not target.exists():
        with contextlib.closing(connect(path, readonly=True)) as source:
            copy_into(target, source)


def copy_into(target: Path, source: sqlite3.Connection) -> None:
    """A store as it is now, as one file that is either whole or not there."""
    part = target.with_name(f"{target.name}.part")
    with contextlib.closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no -wal beside it
    part.replace(target)


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextlib.contextmanager
def mapped(path: str, kinds: tuple[type[Exception], ...] = SQLITE_ERRORS) -> Iterator[None]:
    """SQLite's errors as ours, each with one sentence: what was expected, what came, what to do."""
    try:
        yield
    except kinds as error:
        raise _as_store_error(path, error) from error


def _as_store_error(path: str, error: Exception) -> StoreError:
    code, extended = _code(error), int(getattr(error, "sqlite_errorcode", 0))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked(
            f"{path} is locked: another process has been writing for longer than we wait. "
            "Let it finish, or end it, and run this again; nothing of this step was written."
        )
    if code == sqlite3.SQLITE_FULL or extended in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC):
        return StoreFull(
            f"No space is left for {path} ({error}). What was stored before is intact, nothing half-written stays: "
            "make room and run this again."
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or isinstance(error, UnicodeDecodeError):
        return StoreDamaged(
            f"{path} is no sound SQLite database ({error}). Restore it from a backup, or name another file with --store."
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(f"{path} cannot be opened. Check that its folder exists and may be written to.")
    if code == sqlite3.SQLITE_READONLY:
        return StoreError(f"{path} may only be read here. Open it for writing, or check who owns the file.")
    return StoreError(f"{path}: {error}. This is a fault of the program that wrote; nothing of this step was written.")
