"""One connection behind one lock: transactions, single rows with their hashes, bulk upserts."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools import knowledge
from tools.errors import StoreError, UsageError
from tools.knowledge import canonical, iso, row_hash
from tools.models import Now
from tools.schema import HASHED
from tools.store.opening import connect, mapped, migrate

Row = dict[str, Any]
BATCH = 500  # rows a statement; with FTS one statement of many rows is 1.7 times as fast as one a row
_MAX_VARIABLES = 30_000  # SQLite takes 32,766
IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a bulk write did, in rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def utc_now() -> datetime:
    """The clock a store has unless another is passed in."""
    return datetime.now(UTC)


class Connection:
    """What every noun of the store stands on: transactions, rows, upserts. Make a Store with `open`."""

    def __init__(self, conn: sqlite3.Connection, path: str, now: Now, readonly: bool) -> None:
        self.path, self.now, self.readonly = path, now, readonly
        self._conn, self._lock, self._depth = conn, threading.RLock(), 0
        self._synced = True
        self.id = str(self._value("SELECT value FROM meta WHERE key = 'store_id'"))

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        now: Now = utc_now,
        create: bool = True,
        readonly: bool = False,
        timeout_s: float = 30,
    ) -> Self:
        """The store at `path`, made or migrated if need be; an older one is first copied to `<path>.before-mNNN`.

        Errors: StoreNewer, StoreLocked after `timeout_s`, StoreFull, StoreDamaged, StoreError when it is not there and
        may not be made.
        """
        path = str(path)
        if path != ":memory:" and (readonly or not create) and not Path(path).exists():
            raise StoreError(
                f"There is no store at {path}. Make one with `scout crawl` or `scout demo`, or name another."
            )
        with mapped(path):
            conn = connect(path, readonly=readonly, timeout_s=timeout_s)
            try:
                migrate(conn, path, readonly)
                return cls(conn, path, now, readonly)
            except BaseException:
                conn.close()
                raise

    def close(self) -> None:
        """Close the connection. Further use is an error."""
        with self._lock:
            self._conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @contextlib.contextmanager
    def write(self, synced: bool = True) -> Iterator[None]:
        """One transaction, BEGIN IMMEDIATE to COMMIT. An inner one joins, and undoes only itself when it fails.

        A deferred BEGIN that reads and then writes failed 79,526 times in 3 s with two writers, whatever the timeout.
        `synced` False: committed all the same, so a killed process loses nothing, but a power cut may take it.
        """
        with self._lock, mapped(self.path, (sqlite3.DatabaseError,)):
            name = f"inner{self._depth}"
            if not self._depth and synced != self._synced:
                self._conn.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
                self._synced = synced
            self._conn.execute("BEGIN IMMEDIATE" if not self._depth else f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
                self._conn.execute("COMMIT" if self._depth == 1 else f"RELEASE {name}")
            except BaseException:
                if self._conn.in_transaction:  # SQLite itself has rolled back after some errors, a full disk among them
                    self._conn.execute("ROLLBACK" if self._depth == 1 else f"ROLLBACK TO {name}")
                raise
            finally:
                self._depth -= 1

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Several reads that see one state of the store."""
        with self._lock, mapped(self.path):
            if self._conn.in_transaction:
                yield
                return
            self._conn.execute("BEGIN")
            try:
                yield
            finally:
                if self._conn.in_transaction:
                    self._conn.execute("COMMIT")

    def _rows(self, sql: str, *params: object) -> list[Row]:
        with self._lock, mapped(self.path):
            cursor = self._conn.execute(sql, params)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def _tuples(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """Rows as they come: a dict for each would cost more than reading it."""
        with self._lock, mapped(self.path):
            return self._conn.execute(sql, params).fetchall()

    def _grouped(self, sql: str, *params: object) -> dict[Any, list[Row]]:
        """Rows by their first column, which is left out of them."""
        with self._lock, mapped(self.path):
            cursor = self._conn.execute(sql, params)
            names = [column[0] for column in cursor.description][1:]
            found: dict[Any, list[Row]] = {}
            for row in cursor:
                found.setdefault(row[0], []).append(dict(zip(names, row[1:], strict=False)))  # strict costs a tenth
            return found

    def _row(self, sql: str, *params: object) -> Row | None:
        rows = self._rows(sql, *params)
        return rows[0] if rows else None

    def _column(self, sql: str, *params: object) -> set[Any]:
        with self._lock, mapped(self.path):
            return {row[0] for row in self._conn.execute(sql, params)}

    def _value(self, sql: str, *params: object) -> Any:
        with self._lock, mapped(self.path):
            row = self._conn.execute(sql, params).fetchone()
            return row[0] if row else None

    def _insert(self, table: str, row: Row) -> int:
        """Add one row with its hash; its integer key comes back."""
        row = hashed(table, row)
        marks = ", ".join("?" * len(row))
        cursor = self._conn.execute(
            f"INSERT INTO [{table}] ({', '.join(row)}) VALUES ({marks})",  # names are ours, values are bound
            list(row.values()),
        )
        return int(cursor.lastrowid or 0)

    def _insert_all(self, table: str, rows: Sequence[Row]) -> list[int]:
        """Add rows of the same columns with their hashes; their integer keys, which are given out here."""
        if not rows:
            return []
        first = 1 + int(self._value(f"SELECT coalesce(max(id), 0) FROM [{table}]"))
        numbers = list(range(first, first + len(rows)))
        sealed = [hashed(table, row) for row in rows]
        self._conn.executemany(
            f"INSERT INTO [{table}] (id, {', '.join(sealed[0])}) VALUES (?{', ?' * len(sealed[0])})",
            [(number, *row.values()) for number, row in zip(numbers, sealed, strict=True)],
        )
        return numbers

    def _update(self, table: str, key: int, **values: object) -> None:
        """Set some columns of one row and its hash anew."""
        row = self._row(f"SELECT * FROM [{table}] WHERE id = ?", key)
        assert row is not None, f"{table} {key} vanished inside a transaction"
        if all(row[name] == value for name, value in values.items()):
            return
        values = hashed(table, {**row, **values}, only=(*values, "row_hash"))
        sets = ", ".join(f"[{name}] = ?" for name in values)
        self._conn.execute(f"UPDATE [{table}] SET {sets} WHERE id = ?", [*values.values(), key])

    def put_many(
        self,
        table: str,
        rows: Iterable[Mapping[str, Any]],
        key: str | tuple[str, ...],
        guard: str = "content_hash",
    ) -> Counts:
        """Upsert rows by `key`, in one transaction; a row whose `guard` column is unchanged is not written at all.

        rows: every column but the integer key and the hashes, which are computed. Errors: UsageError when a row lacks a
        column, since its hash must cover all.
        """
        keys = (key,) if isinstance(key, str) else key
        has = {row["name"] for row in self._rows(f"PRAGMA table_info([{table}])")}
        guard = guard if guard in has else "row_hash"
        wanted = has - {"id", "row_hash", guard}
        lasting = sorted(self._indexed(table) - {*keys, guard})
        name_of, last_of = _tuple_of(keys), _tuple_of(lasting)
        new, changed, unchanged = 0, 0, 0
        with self.write():
            for batch in batches(rows, BATCH):
                names = list(map(name_of, batch))
                stood = self._known(table, keys, (guard, *lasting), names)
                seals = {name: seal for name, (seal, *_) in stood.items()}
                fresh: dict[tuple[Any, ...], Row] = {}
                for name, given in zip(names, batch, strict=True):
                    seal, old = given[guard] if guard in given else row_hash(given), seals.get(name)
                    if seal == old:
                        unchanged += 1
                        continue
                    if not wanted <= given.keys():
                        missing = ", ".join(sorted(wanted - given.keys()))
                        raise UsageError(f"put_many({table}): row {name} lacks {missing}.")
                    new, changed = new + (old is None), changed + (old is not None)
                    fresh[name], seals[name] = hashed(table, {**given, guard: seal}), seal
                same = {name for name, row in fresh.items() if name in stood and stood[name][1:] == last_of(row)}
                self._renew(table, [fresh[name] for name in same], keys, lasting)
                self._upsert(table, [row for name, row in fresh.items() if name not in same], keys, guard)
        return Counts(new, changed, unchanged)

    def _indexed(self, table: str) -> set[str]:
        """The columns of a table that an index holds: SQLite writes each of its lines anew with a column that is set, even
        to what it was."""
        return self._column("SELECT c.name FROM pragma_index_list(?) i, pragma_index_info(i.name) c", table)

    def _renew(self, table: str, rows: Sequence[Row], keys: Sequence[str], lasting: Collection[str]) -> None:
        """Set all columns of rows that are there, but for the `lasting` ones, which are as they stand."""
        if rows:
            names = [name for name in rows[0] if name not in keys and name not in lasting]
            sets, where = (
                f" {joint} ".join(f"{name} = ?" for name in some) for joint, some in ((",", names), ("AND", keys))
            )
            pick = itemgetter(*names, *keys)
            self._conn.executemany(f"UPDATE [{table}] SET {sets} WHERE {where}", map(pick, rows))

    def _known(
        self, table: str, keys: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[Any]]
    ) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """Some columns of rows by their keys."""
        joins = " AND ".join(f"t.{name} = json_extract(j.value, '$[{index}]')" for index, name in enumerate(keys))
        rows = self._tuples(
            f"SELECT {', '.join(f't.{name}' for name in (*keys, *columns))} FROM json_each(?) j "
            f"CROSS JOIN [{table}] t ON {joins}",  # each looked up by its key
            json.dumps(values),
        )
        return {row[: len(keys)]: row[len(keys) :] for row in rows}

    def _upsert(self, table: str, rows: Sequence[Row], keys: Sequence[str], guard: str) -> None:
        if not rows:
            return
        columns = list(rows[0])
        sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
        one = f"({', '.join('?' * len(columns))})"
        for part in batches(rows, max(1, _MAX_VARIABLES // len(columns))):
            self._conn.execute(
                f"INSERT INTO [{table}] ({', '.join(columns)}) VALUES {', '.join([one] * len(part))} "
                f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets} WHERE excluded.{guard} IS NOT [{table}].{guard}",
                [row[name] for row in part for name in columns],
            )


def _tuple_of(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What reads these columns of a row; itemgetter gives no tuple of fewer than two."""
    return itemgetter(*names) if len(names) > 1 else lambda row: tuple([row[name] for name in names])


def hashed(table: str, row: Mapping[str, Any], only: Sequence[str] = ()) -> Row:
    """A row with its hash, for tables that carry one; `only`: those columns of it."""
    full = {**row, "row_hash": row_hash(row)} if table in HASHED else dict(row)
    return {name: full[name] for name in only if name in full} if only else full


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The items in lists of `size`, the last one shorter."""
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def stored(value: object) -> Any:
    """A value as a column takes it."""
    if type(value) is str:  # as most are
        return value
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return knowledge.decimal_text(value)
    return canonical(value) if isinstance(value, (dict, list, tuple)) else value
