"""Every statement that reads or writes store.db.

The way of a write: `write()` opens one short BEGIN IMMEDIATE transaction, unique keys make it idempotent, and each row
that holds knowledge leaves with a hash over its columns. From top to bottom: opening, transactions, bulk writes, pages,
sources and launches, products, editors, panels, lists, runs, model calls, recipes, integrity.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import sqlite3
import statistics
import threading
import time
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tools import knowledge
from tools.errors import (
    ProposalRefused,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreNewer,
    UnknownName,
    UsageError,
)
from tools.identity import slug_of
from tools.knowledge import canonical, iso, row_hash
from tools.models import (
    FACT_FIELDS,
    PRICING_MODELS,
    RUNG_ORDER,
    Evidence,
    Fact,
    Launch,
    Now,
    Page,
    Panel,
    Plan,
    Proposal,
    Review,
    Saved,
    Value,
)
from tools.schema import HASHED, NAMES, migrations

if TYPE_CHECKING:
    from tools.documents import (
        ChangeDoc,
        EvidenceDoc,
        FactDoc,
        FactValue,
        LaunchDoc,
        PageDoc,
        PanelDoc,
        PlanDoc,
        ProductDocument,
    )

Row = dict[str, Any]
STATUSES = ("new", "needs_look", "approved", "rejected")
LIST_FIELDS = ("tags", "makers")
_JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024  # the WAL grew to 300 MB under overlapping writers; this cuts it back
_BATCH = 500  # rows a statement; with FTS one statement of many rows is 1.7 times as fast as one a row
_MAX_VARIABLES = 30_000  # SQLite takes 32,766
_SEARCH_RANKED = 1_000  # up to so many hits are ranked by bm25; above, newest first: bm25 over 80 % of 1 M rows is 3 s


# The second is what damaged text gives, in a table or in SQLite's own message.
_SQLITE_ERRORS: tuple[type[Exception], ...] = (sqlite3.DatabaseError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a bulk write did, in rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def utc_now() -> datetime:
    """The clock a store has unless another is passed in."""
    return datetime.now(UTC)


class Store:
    """store.db: one connection behind one lock, usable from several threads. Make it with `Store.open`."""

    def __init__(self, conn: sqlite3.Connection, path: str, now: Now, readonly: bool) -> None:
        self.path, self.now, self.readonly = path, now, readonly
        self._conn, self._lock, self._depth = conn, threading.RLock(), 0
        self.id = str(self._value("SELECT value FROM meta WHERE key = 'store_id'"))

    # ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────

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
        with _mapped(path):
            conn = connect(path, readonly=readonly, timeout_s=timeout_s)
            try:
                _migrate(conn, path, readonly)
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

    # ── transactions ─────────────────────────────────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def write(self) -> Iterator[None]:
        """One transaction, BEGIN IMMEDIATE to COMMIT. An inner one joins, and undoes only itself when it fails.

        A deferred BEGIN that reads and then writes failed 79,526 times in 3 s with two writers, whatever the timeout.
        """
        with self._lock, _mapped(self.path, (sqlite3.DatabaseError,)):
            name = f"inner{self._depth}"
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
        with self._lock, _mapped(self.path):
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
        with self._lock, _mapped(self.path):
            cursor = self._conn.execute(sql, params)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def _row(self, sql: str, *params: object) -> Row | None:
        rows = self._rows(sql, *params)
        return rows[0] if rows else None

    def _column(self, sql: str, *params: object) -> set[Any]:
        with self._lock, _mapped(self.path):
            return {row[0] for row in self._conn.execute(sql, params)}

    def _value(self, sql: str, *params: object) -> Any:
        with self._lock, _mapped(self.path):
            row = self._conn.execute(sql, params).fetchone()
            return row[0] if row else None

    def _insert(self, table: str, row: Row) -> int:
        """Add one row with its hash; its integer key comes back."""
        row = _hashed(table, row)
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
        sealed = [_hashed(table, row) for row in rows]
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
        values = _hashed(table, {**row, **values}, only=(*values, "row_hash"))
        sets = ", ".join(f"[{name}] = ?" for name in values)
        self._conn.execute(f"UPDATE [{table}] SET {sets} WHERE id = ?", [*values.values(), key])

    # ── bulk writes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def put_many(
        self,
        table: str,
        rows: Iterable[Mapping[str, Any]],
        key: str | tuple[str, ...],
        guard: str = "content_hash",
        keep: Sequence[str] = (),
    ) -> Counts:
        """Upsert rows by `key`, in one transaction; a row whose `guard` column is unchanged is not written at all.

        rows: every column but the integer key and the hashes, which are computed. keep: columns that an update leaves
        as they are. Errors: UsageError when a row lacks a column, since its hash must cover all.
        """
        keys = (key,) if isinstance(key, str) else key
        has = {row["name"] for row in self._rows(f"PRAGMA table_info([{table}])")}
        guard = guard if guard in has else "row_hash"
        new = changed = unchanged = 0
        with self.write():
            for batch in _batches(rows, _BATCH):
                known = self._known(table, keys, (guard, *keep), [[row[name] for name in keys] for row in batch])
                fresh: dict[tuple[Any, ...], Row] = {}
                for given in batch:
                    row, name = dict(given), tuple(given[part] for part in keys)
                    old = known.get(name)
                    if old and keep:
                        row.update({column: old[column] for column in keep})
                    if guard not in row:
                        row[guard] = row_hash(row)
                    if missing := has - row.keys() - {"id", "row_hash"}:
                        raise UsageError(f"put_many({table}): row {name} lacks {', '.join(sorted(missing))}.")
                    new, changed = new + (old is None), changed + (old is not None and old[guard] != row[guard])
                    if old is None or old[guard] != row[guard]:
                        fresh[name] = known[name] = _hashed(table, row)
                    else:
                        unchanged += 1
                self._upsert(table, list(fresh.values()), keys, guard)
        return Counts(new, changed, unchanged)

    def _known(
        self, table: str, keys: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[Any]]
    ) -> dict[tuple[Any, ...], Row]:
        parts = ", ".join(f"json_extract(value, '$[{index}]')" for index in range(len(keys)))
        rows = self._rows(
            f"SELECT {', '.join((*keys, *columns))} FROM [{table}] "
            f"WHERE ({', '.join(keys)}) IN (SELECT {parts} FROM json_each(?))",
            json.dumps(values),
        )
        return {tuple(row[name] for name in keys): row for row in rows}

    def _upsert(self, table: str, rows: Sequence[Row], keys: Sequence[str], guard: str) -> None:
        if not rows:
            return
        columns = list(rows[0])
        sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
        one = f"({', '.join('?' * len(columns))})"
        for part in _batches(rows, max(1, _MAX_VARIABLES // len(columns))):
            self._conn.execute(
                f"INSERT INTO [{table}] ({', '.join(columns)}) VALUES {', '.join([one] * len(part))} "
                f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets} WHERE excluded.{guard} IS NOT [{table}].{guard}",
                [row[name] for row in part for name in columns],
            )

    # ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def put_page(self, page: Page) -> str:
        """Keep a page, body included; its id. Idempotent: known bytes at a known address only refresh when checked."""
        with self.write():
            key = self._value("SELECT id FROM pages WHERE key = ?", page.id)
            if key is None:
                key = self._insert_page(page)
            row = {
                "url": page.url,
                "page": key,
                "checked_at": iso(page.fetched_at),
                "etag": page.etag,
                "last_modified": page.last_modified,
            }
            known = self._row("SELECT id, checked_at FROM addresses WHERE url = ?", page.url)
            if known is None:
                self._insert("addresses", row)
            elif known["checked_at"] <= row["checked_at"]:  # an older copy that arrives late does not become the newest
                self._update("addresses", known["id"], **row)
        return page.id

    def _insert_page(self, page: Page) -> int:
        body = self._value("SELECT id FROM bodies WHERE hash = ?", page.body_hash)
        if body is None:
            packed = zlib.compress(page.body, 1)
            body = self._insert("bodies", {"hash": page.body_hash, "size_bytes": len(page.body), "zlib": packed})
        same = ("url", "final_url", "status", "content_type", "charset", "body_hash", "access", "rendered", "elapsed_s")
        row = {name: getattr(page, name) for name in same}
        return self._insert("pages", {"key": page.id, **row, "body": body, "fetched_at": iso(page.fetched_at)})

    def page(self, id_or_prefix: str) -> Page | None:
        """A kept page with its body, by its id or a prefix of one of at least six digits; None when none or several."""
        if len(id_or_prefix) < 6 or not id_or_prefix.isalnum():
            return None
        keys = self._rows("SELECT key FROM pages WHERE key GLOB ? || '*' LIMIT 2", id_or_prefix)
        if len(keys) != 1:
            return None
        return _page(self._rows(f"{_PAGE_SQL} WHERE p.key = ? ORDER BY a.url = p.url DESC", keys[0]["key"])[0])

    def latest_page(self, url: str) -> Page | None:
        """The newest page of an asked-for address, with body and validators."""
        row = self._row(f"{_PAGE_SQL} WHERE a.url = ?", url)
        return _page(row) if row else None

    def put_extraction(self, page_id: str, seal: str, said: bytes) -> None:
        """Keep what was read in a stored page. seal: who read it, and with what; another one's is replaced."""
        with self.write():
            page = self._value("SELECT id FROM pages WHERE key = ?", page_id)
            row = {"page": page, "seal": seal, "zlib": zlib.compress(said, 1)}
            self._upsert("extractions", [_hashed("extractions", row)], ("page",), "row_hash")

    def extraction(self, page_id: str, seal: str) -> bytes | None:
        """What was read in a stored page under this seal, None when nothing was."""
        packed = self._value(
            "SELECT e.zlib FROM extractions e JOIN pages p ON p.id = e.page WHERE p.key = ? AND e.seal = ?",
            page_id,
            seal,
        )
        return zlib.decompress(packed) if packed else None

    def touch_page(self, page_id: str, at: datetime) -> None:
        """A 304: the page still stands as it was, at this time."""
        with self.write():
            for row in self._rows(
                "SELECT a.id, a.checked_at FROM addresses a JOIN pages p ON p.id = a.page WHERE p.key = ?", page_id
            ):
                self._update("addresses", row["id"], checked_at=max(row["checked_at"], iso(at)))

    # ── sources and launches ─────────────────────────────────────────────────────────────────────────────────────────

    def add_source(self, name: str, url: str, kind: str = "feed") -> None:
        """Make a source known, or give a known one another address."""
        self.put_source_state(name, url=url, kind=kind, enabled=True)

    def disable_source(self, name: str, disabled: bool = True) -> None:
        """Leave a source out of crawls, or take it back. Errors: UnknownName."""
        if self.source_state(name) is None:
            raise UnknownName("source", name, [row["name"] for row in self.sources()])
        self.put_source_state(name, enabled=not disabled)

    def put_source_state(self, name: str, **values: object) -> None:
        """Set columns of a source: url, kind, access, enabled, last_ok_at, last_new_at, last_error. Makes it if new."""
        row = {column: _stored(value) for column, value in values.items()}
        with self.write():
            key = self._source_key(name)
            if row:
                self._update("sources", key, **row)

    def _source_key(self, name: str) -> int:
        key = self._value("SELECT id FROM sources WHERE name = ?", name)
        if key is None:
            empty = {"url": "", "kind": "feed", "access": "feed", "enabled": 1}
            times = {"last_ok_at": None, "last_new_at": None, "last_error": ""}
            key = self._insert("sources", {"name": name, **empty, **times})
        return int(key)

    def source_state(self, name: str) -> Row | None:
        """What is known of a source, or None: name, url, kind, access, enabled, last_ok_at, last_new_at, last_error."""
        rows = self._rows(f"{_SOURCE_SQL} WHERE name = ?", name)
        return _source(rows[0]) if rows else None

    def sources(self) -> list[Row]:
        """Every source ever crawled or added, by name; the shape of `source_state`."""
        return [_source(row) for row in self._rows(f"{_SOURCE_SQL} ORDER BY name")]

    def put_launches(self, source: str, launches: Sequence[Launch], seen_at: datetime) -> Counts:
        """Keep what a source announced. Unchanged ones write only when they were last seen, in a table of its own.

        A number (votes, stars) becomes an observation only when it differs from the one before.
        """
        at, new, changed, unchanged = iso(seen_at), 0, 0, 0
        with self.write():
            owner = self._source_key(source)
            for batch in _batches({launch.id: launch for launch in launches}.values(), _BATCH):
                counts = self._put_launch_batch(owner, batch, at)
                new, changed, unchanged = new + counts.new, changed + counts.changed, unchanged + counts.unchanged
        return Counts(new, changed, unchanged)

    def _put_launch_batch(self, source: int, batch: Sequence[Launch], at: str) -> Counts:
        known = self._known_launches([launch.id for launch in batch])
        differing: list[tuple[Launch, str]] = []
        new = changed = 0
        for launch in batch:  # the whole cost of an unchanged crawl: one hash and one comparison a launch
            seal, old = _launch_seal(launch), known.get(launch.id)
            new, changed = new + (old is None), changed + (old is not None and old[1] != seal)
            if old is None or old[1] != seal or old[2] != canonical(launch.observations):
                differing.append((launch, seal))
        ids = {key: row[0] for key, row in known.items()}
        numbers = self._put_differing(source, differing, at)
        if new:
            fresh = [launch.id for launch in batch if launch.id not in ids]
            ids |= {key: row[0] for key, row in self._known_launches(fresh).items()}
        self._see(list(ids.values()), at)
        rows = [{"launch": ids[key], "metric": name, "value": value, "at": at} for key, name, value in numbers]
        self._upsert("observations", [_hashed("observations", r) for r in rows], ("launch", "metric", "at"), "row_hash")
        return Counts(new, changed, len(batch) - new - changed)

    def _known_launches(self, keys: Sequence[str]) -> dict[str, tuple[int, str, str]]:
        """Integer key, content hash and latest numbers of launches by their key."""
        rows = self._conn.execute(
            f"SELECT key, id, content_hash, observed FROM launches WHERE key {_IN}", (json.dumps(keys),)
        )
        return {key: (number, seal, observed) for key, number, seal, observed in rows}

    def _put_differing(
        self, source: int, launches: Sequence[tuple[Launch, str]], at: str
    ) -> list[tuple[str, str, float]]:
        """Write launches that are new or say something else than before; (launch, metric, value) of numbers that moved."""
        kept = ("content_hash", "observed", "first_seen", "product", "raw", "page")
        known = self._known("launches", ("key",), kept, [[launch.id] for launch, _ in launches])
        rows: list[Row] = []
        numbers: list[tuple[str, str, float]] = []
        for launch, seal in launches:
            old = known.get((launch.id,))
            before = json.loads(old["observed"]) if old else {}
            moved = {name: float(value) for name, value in launch.observations.items() if before.get(name) != value}
            numbers += [(launch.id, name, value) for name, value in moved.items()]
            if old and old["content_hash"] == seal and not moved:
                continue  # it told fewer numbers than before
            row = {**_launch_row(source, launch, seal), "observed": canonical({**before, **moved})}
            row |= {"first_seen": old["first_seen"] if old else at, "product": old["product"] if old else None}
            if old and old["content_hash"] == seal:
                row |= {"raw": old["raw"], "page": old["page"]}  # what it says was read from that row
            rows.append(_hashed("launches", row))
        self._upsert("launches", rows, ("key",), "row_hash")
        return numbers

    def _see(self, launches: Sequence[int], at: str) -> None:
        seal = row_hash({"last_seen": at})
        self._conn.execute(
            "INSERT INTO launch_sightings (launch, last_seen, row_hash) SELECT value, ?, ? FROM json_each(?) WHERE true "
            "ON CONFLICT (launch) DO UPDATE SET last_seen = excluded.last_seen, row_hash = excluded.row_hash "
            "WHERE excluded.last_seen > launch_sightings.last_seen",
            (at, seal, json.dumps(launches)),
        )

    def launch(self, launch_id: str) -> Launch | None:
        """One launch by its id, "<source>:<source_id>"."""
        rows = self._rows(f"{_LAUNCH_SQL} WHERE l.key = ?", launch_id)
        return _launch(rows[0]) if rows else None

    def launches(
        self, source: str | None = None, since: datetime | None = None, slug: str | None = None
    ) -> list[Launch]:
        """Launches by source, first seen since, or of one product; newest first."""
        wanted: list[tuple[str, object]] = []
        if source:
            wanted.append(("s.name = ?", source))
        if since:
            wanted.append(("l.first_seen >= ?", iso(since)))
        if slug:
            wanted.append((f"l.product {_IN}", self._family(self._product(slug)["id"])))
        where = " AND ".join(["1", *(condition for condition, _ in wanted)])
        rows = self._rows(f"{_LAUNCH_SQL} WHERE {where} ORDER BY l.id DESC", *(value for _, value in wanted))
        return [_launch(row) for row in rows]

    def product_of_launch(self, launch_id: str) -> str | None:
        """The slug of the product a launch announced, once that is known."""
        slug = self._value(
            "SELECT p.slug FROM launches l JOIN products p ON p.id = l.product WHERE l.key = ?", launch_id
        )
        return self.resolve(slug) if slug else None

    # ── products ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def put_product(self, proposal: Proposal) -> Saved:
        """Let a proposal in, in one transaction: product, aliases, evidence, facts, plans, launches, change rows.

        A new reading of an address replaces what that address said before; values of other addresses stay beside it.
        Only the product that the proposal's own identity (or an alias of its own site) leads to is touched; a claim on
        another's identity becomes a reason for an editor to look. A deleted product stays deleted.
        Errors: ProposalRefused when a fact has no stored page behind it, or no name is known.
        """
        with self.write():
            seal = hashlib.sha256(repr(proposal).encode("utf-8", "surrogatepass")).hexdigest()[:32]
            if standing := self._row(
                "SELECT p.* FROM standing s JOIN products p ON p.id = s.product WHERE s.seal = ?", seal
            ):
                return Saved(str(self._root(standing)["slug"]), new=False)
            pages = self._check(proposal)
            found, disputes = self._target(proposal)
            at = iso(self.now())
            if found and found["status"] == "deleted":
                family = self._family(found["id"])
                self._link(found["id"], found["member"], family, replace(proposal, aliases=(), pages=()), pages, at)
                return Saved(found["slug"], new=False)
            if found is None:
                return self._add_product(proposal, pages, disputes, at, seal)
            product, member = found["id"], found["member"]  # of a merge: whose rows these are when it is undone
            family = self._family(product)
            reasons = [*proposal.needs_look, *disputes]
            reasons += self._link(product, member, family, proposal, pages, at)
            reasons += self._put_facts(member, family, proposal, pages, at)
            reasons += self._put_plans(member, family, proposal, pages, at)
            changed = self._refresh(product, at, "scout")
            self._look(product, reasons, at)
            self._conn.execute(
                f"DELETE FROM standing WHERE product {_IN}", (family,)
            )  # it may have retired their facts
            self._insert("standing", {"product": member, "seal": seal})
            return Saved(str(found["slug"]), new=False, changed=changed)

    def _add_product(
        self, proposal: Proposal, pages: Mapping[str, Row], disputes: Sequence[str], at: str, seal: str
    ) -> Saved:
        """Add a product that nobody knew: nothing of it stands yet, so that nothing need be read back."""
        facts, plans = list(_facts_by_row(proposal).values()), list(_plans_by_row(proposal).values())
        shown = knowledge.choose(facts)
        lines = knowledge.choose_plans((_address(plan), plan) for plan in plans)
        if "name" not in shown:
            raise ProposalRefused(f"{proposal.identity} has no name. Propose a `name` with a quote of its page.")
        values = _shown_columns(shown, lines)
        slug = slug_of(values["name"], proposal.identity)
        if self._value("SELECT 1 FROM products WHERE slug = ?", slug) is not None:
            slug = slug_of(values["name"], proposal.identity, taken=True)
        row = {"slug": slug, "identity": proposal.identity, "kind": proposal.kind, "status": "new", **values}
        rest = {"needs_look": "[]", "settled": "[]", "merged_into": None, "first_seen": at, "changed_at": at}
        content = knowledge.content_hash(shown, lines, plans)
        product = self._insert("products", {**row, **rest, "content_hash": content})
        self._log(product, at, "new", after=values["name"], who="scout")
        family = json.dumps([product])
        reasons = [*proposal.needs_look, *disputes, *self._link(product, product, family, proposal, pages, at)]
        self._put_facts(product, family, proposal, pages, at)
        self._put_plans(product, family, proposal, pages, at)
        self._insert_all("plan_history", [_history_row(product, plan, at) for plan in lines])
        self._look(product, reasons, at, log=False)
        self._insert("standing", {"product": product, "seal": seal})
        return Saved(slug, new=True)

    def _check(self, proposal: Proposal) -> dict[str, Row]:
        """The proposal's pages by id, or ProposalRefused with what to do instead."""
        parts: list[Fact | Plan] = [*proposal.facts, *proposal.plans]
        wanted = {*proposal.pages, *(item.page for part in parts for item in part.evidence)} - {""}
        rows = self._rows(
            "SELECT id, key, url, final_url, fetched_at FROM pages WHERE key IN (SELECT value FROM json_each(?))",
            json.dumps(sorted(wanted)),
        )
        pages = {str(row["key"]): row for row in rows}
        if missing := sorted(wanted - pages.keys()):
            raise ProposalRefused(f"Page {missing[0]} is not in the store. Read the page first, then propose again.")
        for part in parts:
            what = part.field if isinstance(part, Fact) else f"plan {part.name!r}"
            if part.rung not in RUNG_ORDER or (isinstance(part, Fact) and part.field not in FACT_FIELDS):
                raise ProposalRefused(
                    f"{what} (rung {part.rung}) is no fact we keep. Fields: {', '.join(FACT_FIELDS)}."
                )
            if part.rung == "editor":
                raise ProposalRefused(f"{what} claims to be an editor's word. Only `scout edit` writes those.")
            if not part.evidence or not all(item.page for item in part.evidence):
                raise ProposalRefused(
                    f"{what} has no quote of a stored page. Quote the page it stands on, or leave it out."
                )
        return pages

    def _target(self, proposal: Proposal) -> tuple[Row | None, list[str]]:
        """The product a proposal may touch, and what it claims that belongs to others."""
        own = self._owner(proposal.identity)
        site, disputes = knowledge.site_of(proposal.identity), []
        for alias in proposal.aliases:
            owner = self._owner(alias)
            if owner is None or (own and owner["id"] == own["id"]):
                continue
            if own is None and knowledge.site_of(owner["identity"]) == site:
                own = owner
            else:
                disputes.append(f"Claims {alias}, which belongs to {owner['identity']}; merge them if they are one.")
        return own, disputes

    def _owner(self, identity: str) -> Row | None:
        """The product an identity leads to, merges followed; `member`: the product whose alias it is."""
        row = self._row(
            "SELECT p.*, p.id AS member FROM aliases a JOIN products p ON p.id = a.product WHERE a.identity = ?",
            identity,
        )
        return {**self._root(row), "member": row["member"]} if row else None

    def _root(self, row: Row) -> Row:
        while row["merged_into"]:
            above = self._row("SELECT * FROM products WHERE id = ?", row["merged_into"])
            assert above is not None, "merged_into is a foreign key"
            row = above
        return row

    def _family(self, product: int) -> str:
        """A product and all that were merged into it, as a JSON list for `IN (SELECT value FROM json_each(?))`."""
        rows = self._rows(
            "WITH RECURSIVE family(id) AS (SELECT ? UNION SELECT p.id FROM products p JOIN family f "
            "ON p.merged_into = f.id) SELECT id FROM family",
            product,
        )
        return json.dumps([row["id"] for row in rows])

    def _link(
        self, product: int, member: int, family: str, proposal: Proposal, pages: Mapping[str, Row], at: str
    ) -> list[str]:
        """Hang aliases, pages and launches on a product; reasons for those that another product holds."""
        names = list(dict.fromkeys((proposal.identity, *proposal.aliases)))
        known = self._column(f"SELECT identity FROM aliases WHERE identity {_IN}", json.dumps(names))
        self._insert_all(
            "aliases",
            [{"identity": name, "product": member, "added_at": at} for name in names if name not in known],
        )
        read = {pages[page]["id"]: position for position, page in reversed(list(enumerate(proposal.pages)))}
        known = self._column("SELECT page FROM product_pages WHERE product = ?", member)
        self._insert_all(
            "product_pages",
            [
                {"product": member, "page": page, "position": position}
                for page, position in sorted(read.items(), key=lambda item: item[1])
                if page not in known
            ],
        )
        return self._link_launches(product, member, family, proposal.launches, at)

    def _link_launches(self, product: int, member: int, family: str, keys: Sequence[str], at: str) -> list[str]:
        reasons = []
        for key in keys:
            launch = self._row("SELECT id, product, title FROM launches WHERE key = ?", key)
            if launch is None:
                raise ProposalRefused(f"Launch {key} is not in the store. Name launches by the id list_launches gives.")
            if launch["product"] is None:
                self._update("launches", launch["id"], product=member)
                self._log(product, at, "launch", field=key, after=launch["title"], who="scout")
            elif launch["product"] not in json.loads(family):
                reasons.append(f"Claims launch {key}, which announced another product.")
        return reasons

    def _put_facts(self, member: int, family: str, proposal: Proposal, pages: Mapping[str, Row], at: str) -> list[str]:
        """Write facts and retire what their addresses no longer say; reasons where a new value denies an editor's."""
        columns = "id, key, field, value, rung, address, live, superseded_at, confidence"
        rows = self._rows(f"SELECT {columns} FROM facts WHERE product {_IN}", family)
        known = {row["key"]: row for row in rows}
        editors = {row["field"]: row["value"] for row in rows if row["rung"] == "editor" and row["live"]}
        said = {knowledge.digest([member, *row])[:32]: (row, fact) for row, fact in _facts_by_row(proposal).items()}
        reasons = []
        for key, ((field, value, _, address), _) in said.items():
            if (key not in known or not known[key]["live"]) and not _agrees(value, editors.get(field)):
                told, kept_value = json.loads(value), json.loads(editors[field])
                reasons.append(f"{address} says {field} is {told!r}; the editor's {kept_value!r} is kept.")
        fresh = [
            {
                "key": key,
                "product": member,
                "field": field,
                "value": value,
                "rung": rung,
                "address": address,
                "found_at": at,
                "who": "",
                "why": "",
                **_LIVE,
                "confidence": fact.confidence,
            }
            for key, ((field, value, rung, address), fact) in said.items()
            if key not in known
        ]
        self._put_said("fact", fresh, known, {key: fact for key, (_, fact) in said.items()}, pages)
        self._retire("facts", rows, _read_addresses(proposal, pages), said.keys(), at)
        return reasons

    def _put_plans(self, member: int, family: str, proposal: Proposal, pages: Mapping[str, Row], at: str) -> list[str]:
        """Write plans and retire those their addresses no longer tell; reasons where a new price denies an editor's."""
        columns = "id, key, name, amount, currency, period, rung, address, live, superseded_at, confidence"
        rows = self._rows(f"SELECT {columns} FROM plans WHERE product {_IN}", family)
        known = {row["key"]: row for row in rows}
        editors = {row["name"].casefold(): row for row in rows if row["rung"] == "editor" and row["live"]}
        said, fresh, reasons = {}, [], []
        for plan in _plans_by_row(proposal).values():
            row = _plan_row(plan)
            row["key"] = knowledge.digest([member, row])[:32]
            said[row["key"]] = plan
            old = known.get(row["key"])
            if old is None:
                fresh.append({**row, "product": member, "found_at": at, **_LIVE})
            word = editors.get(plan.name.casefold())
            if word and (old is None or not old["live"]) and not _same_price(row, word):
                told, price = _price_text({**row, "gone": 0}), _price_text({**word, "gone": 0})
                reasons.append(f"{row['address']} says plan {plan.name} is {told}; the editor's {price} is kept.")
        self._put_said("plan", fresh, known, said, pages)
        self._retire("plans", rows, _read_addresses(proposal, pages), said.keys(), at)
        return reasons

    def _put_said(
        self,
        of: str,
        fresh: Sequence[Row],
        known: Mapping[str, Row],
        said: Mapping[str, Fact | Plan],
        pages: Mapping[str, Row],
    ) -> None:
        """Add the facts or plans that are new, make the known ones live again, and hang their evidence on them."""
        numbers = dict(zip((row["key"] for row in fresh), self._insert_all(f"{of}s", fresh), strict=True))
        self._insert_all(
            "evidence",
            [row for key, number in numbers.items() for row in _evidence_rows(of, number, said[key].evidence, pages)],
        )
        again = {known[key]["id"]: part for key, part in said.items() if key in known}
        for row in known.values():
            if row["id"] in again:
                live = {**_LIVE, "confidence": again[row["id"]].confidence}
                if any(row[name] != value for name, value in live.items()):
                    self._update(f"{of}s", row["id"], **live)
        had = self._conn.execute(
            f"SELECT {of}, url, place, path, quote FROM evidence WHERE {of} {_IN} ORDER BY position",
            (json.dumps(list(again)),),
        )
        quotes: dict[int, list[tuple[str, ...]]] = {}
        for number, *quote in had:
            quotes.setdefault(number, []).append(tuple(quote))
        for number, part in again.items():  # quotes that stand are left: the page they were first read from holds them
            if quotes.get(number, []) != list(_quotes_of(part.evidence)):
                self._conn.execute(f"DELETE FROM evidence WHERE {of} = ?", (number,))
                self._insert_all("evidence", _evidence_rows(of, number, part.evidence, pages))

    def _retire(self, table: str, known: Iterable[Row], addresses: set[str], kept: Container[str], at: str) -> None:
        for row in known:
            if row["live"] and row["rung"] != "editor" and row["address"] in addresses and row["key"] not in kept:
                self._update(table, row["id"], live=0, superseded_at=at)

    def _refresh(self, product: int, at: str, who: str, *, why: str = "") -> tuple[str, ...]:
        """Compute anew what a product shows, log what changed, and its names: fields, and "plans"."""
        old = self._row("SELECT * FROM products WHERE id = ?", product)
        assert old is not None
        # which values are shown does not hang on their quotes
        facts, plans = self._live_facts(product, quoted=False), self._live_plans(product, quoted=False)
        shown, lines = knowledge.choose(facts), knowledge.choose_plans(plans)
        values = _shown_columns(shown, lines)
        changed = [name for name in FACT_FIELDS if values[name] != old[name]]
        plan_changes = self._plan_changes(product, lines, at)
        for name in changed:
            self._log(product, at, "fact", field=name, before=old[name], after=values[name], who=who, why=why)
        for name, before, after in plan_changes:
            self._log(product, at, "plan", field=name, before=before, after=after, who=who, why=why)
        fresh = knowledge.content_hash(shown, lines, (plan for _, plan in plans))
        if changed or plan_changes or fresh != old["content_hash"]:
            moved = {"changed_at": at} if fresh != old["content_hash"] else {}
            self._update("products", product, **values, content_hash=fresh, **moved)
        return (*changed, *(["plans"] if plan_changes else []))

    def _plan_changes(self, product: int, lines: Sequence[Plan], at: str) -> list[tuple[str, str | None, str | None]]:
        """Write price history where a shown line really changed; (plan, before, after) in words."""
        rows = self._rows("SELECT * FROM plan_history WHERE product = ? ORDER BY id", product)
        last = {row["line"]: row for row in rows}
        now_shown = {knowledge.plan_line(plan): plan for plan in lines}
        changes: list[tuple[str, str | None, str | None]] = []
        for line, plan in now_shown.items():
            before, row = last.get(line), _history_row(product, plan, at)
            if before and not before["gone"] and all(before[name] == row[name] for name in ("amount", "currency")):
                continue
            self._insert("plan_history", row)
            changes.append((plan.name, _price_text(before), _price_text(row)))
        for line, before in last.items():
            if line not in now_shown and not before["gone"]:
                gone = {name: before[name] for name in ("product", "plan", "line", "currency", "period")}
                self._insert("plan_history", {**gone, "amount": None, "gone": 1, "at": at})
                changes.append((before["plan"], _price_text(before), None))
        return changes

    def _look(self, product: int, reasons: Sequence[str], at: str, *, log: bool = True) -> None:
        """Raise reasons an editor has not settled yet; a product that was fine then needs a look."""
        if not reasons:
            return
        row = self._row("SELECT status, needs_look, settled FROM products WHERE id = ?", product)
        assert row is not None
        open_reasons = json.loads(row["needs_look"])
        fresh = [r for r in dict.fromkeys(reasons) if r not in open_reasons and r not in json.loads(row["settled"])]
        if not fresh:
            return
        status = "needs_look" if row["status"] in ("new", "approved") else row["status"]
        self._update("products", product, status=status, needs_look=canonical(sorted([*open_reasons, *fresh])))
        if log:
            self._log(product, at, "status", before=row["status"], after=status, why=" ".join(fresh), who="scout")

    def _log(
        self,
        product: int,
        at: str,
        op: str,
        *,
        field: str = "",
        before: str | None = None,
        after: str | None = None,
        why: str = "",
        who: str = "",
    ) -> None:
        row = {"product": product, "at": at, "op": op, "field": field, "before": before, "after": after}
        self._insert("changes", {**row, "why": why, "who": who})

    def _live_facts(self, product: int, *, quoted: bool = True) -> list[Fact]:
        rows = self._rows(f"SELECT * FROM facts WHERE product {_IN} AND live = 1", self._family(product))
        quotes = self._quotes("fact", product) if quoted else {}
        return [
            Fact(r["field"], json.loads(r["value"]), r["rung"], r["confidence"], tuple(quotes.get(r["id"], ())))
            for r in rows
        ]

    def _live_plans(self, product: int, *, quoted: bool = True) -> list[tuple[str, Plan]]:
        rows = self._rows(f"SELECT * FROM plans WHERE product {_IN} AND live = 1", self._family(product))
        quotes = self._quotes("plan", product) if quoted else {}
        return [(row["address"], _plan(row, tuple(quotes.get(row["id"], ())))) for row in rows]

    def _quotes(self, of: str, product: int) -> dict[int, list[Evidence]]:
        """Evidence of a product's live facts or plans, by their integer key; `of`: fact or plan."""
        rows = self._rows(
            f"SELECT e.{of} AS of, e.url, e.place, e.path, e.quote, coalesce(p.key, '') AS page "
            f"FROM {of}s f JOIN evidence e ON e.{of} = f.id LEFT JOIN pages p ON p.id = e.page "
            f"WHERE f.product {_IN} AND f.live = 1 ORDER BY e.position",
            self._family(product),
        )
        quotes: dict[int, list[Evidence]] = {}
        for r in rows:
            quotes.setdefault(r["of"], []).append(Evidence(r["url"], r["place"], r["quote"], r["path"], r["page"]))
        return quotes

    def find(self, identity_or_alias: str) -> str | None:
        """The slug that an identity, or an alias of one, leads to."""
        owner = self._owner(identity_or_alias)
        return str(owner["slug"]) if owner else None

    def resolve(self, slug: str) -> str:
        """The slug that `slug` stands for today, merges followed. Errors: UnknownName with the nearest ones."""
        return str(self._product(slug)["slug"])

    def _product(self, slug: str, *, follow: bool = True) -> Row:
        row = self._row("SELECT * FROM products WHERE slug = ?", slug)
        if row is None:
            near = self._rows("SELECT slug FROM products WHERE slug GLOB ? || '*' LIMIT 500", slug[:2])
            near = near or self._rows("SELECT slug FROM products ORDER BY id DESC LIMIT 500")
            raise UnknownName("product", slug, [found["slug"] for found in near])
        return self._root(row) if follow else row

    def document(self, slug: str) -> ProductDocument:
        """Everything known about a product (a merged one's slug gives the one it went into). Errors: UnknownName."""
        with self._snapshot():
            return self._document(self._product(slug))

    def documents(
        self,
        since: int | datetime | None = None,
        status: str | None = None,
        approved_only: bool = False,
    ) -> Iterator[ProductDocument]:
        """Documents of products that are neither deleted nor merged away, oldest first.

        since: a `seq` of the change log, or a time; only products that changed after it.
        """
        wanted: list[tuple[str, object]] = []
        if isinstance(since, datetime):
            wanted.append(("changed_at >= ?", iso(since)))
        elif since is not None:
            wanted.append(("id IN (SELECT product FROM changes WHERE seq > ?)", since))
        if approved_only or status:
            wanted.append(("status = ?", "approved" if approved_only else status))
        where = " AND ".join(["status <> 'deleted' AND merged_into IS NULL", *(test for test, _ in wanted)])
        slugs = self._rows(f"SELECT slug FROM products WHERE {where} ORDER BY id", *(value for _, value in wanted))
        for row in slugs:
            yield self.document(row["slug"])

    def _document(self, product: Row) -> ProductDocument:
        from tools.documents import Community, ProductDocument

        key = product["id"]
        launches = self._launch_docs(key)
        pages = self._page_docs(key)
        seen = self._value(
            "SELECT max(s.last_seen) FROM launches l JOIN launch_sightings s ON s.launch = l.id WHERE l.product " + _IN,
            self._family(key),
        )
        fetched = self._value(
            "SELECT max(a.checked_at) FROM product_pages pp JOIN addresses a ON a.page = pp.page WHERE pp.product "
            + _IN,
            self._family(key),
        )
        aliases = self._rows(f"SELECT identity FROM aliases WHERE product {_IN} ORDER BY identity", self._family(key))
        same = ("slug", "kind", "identity", "status", "name", "tagline", "description", "homepage", "repository")
        more = ("hub_id", "category", "pricing_model", "license", "first_seen", "changed_at", "content_hash")
        return ProductDocument(
            **{name: product[name] for name in (*same, *more)},
            aliases=[row["identity"] for row in aliases if row["identity"] != product["identity"]],
            needs_look=json.loads(product["needs_look"]),
            tags=json.loads(product["tags"]),
            makers=json.loads(product["makers"]),
            facts=self._fact_docs(key),
            plans=self._plan_docs(key),
            price_history=self._price_points(key),
            launches=launches,
            pages=pages,
            panel=self._panel_doc(product),
            community=Community(**self.votes(product["slug"])),
            changes=self._change_docs(key),
            last_seen=max(filter(None, (seen, fetched, product["first_seen"]))),
        )

    def _fact_docs(self, product: int) -> dict[str, FactDoc]:
        from tools.documents import FactDoc

        times = self._page_times(product)
        docs = {}
        for name, facts in knowledge.choose(self._live_facts(product)).items():
            first, *others = [_fact_value(fact, times) for fact in facts]
            docs[name] = FactDoc(
                value=first.value,
                rung=first.rung,
                confidence=first.confidence,
                evidence=first.evidence,
                others=others,
            )
        return docs

    def _plan_docs(self, product: int) -> list[PlanDoc]:
        from tools.documents import PlanDoc

        times = self._page_times(product)
        same = ("name", "currency", "period", "unit", "billed", "qualifier", "rung", "confidence")
        return [
            PlanDoc(
                **{name: getattr(plan, name) for name in same},
                amount=knowledge.decimal_text(plan.amount),
                evidence=[_evidence_doc(item, times) for item in plan.evidence],
            )
            for plan in knowledge.choose_plans(self._live_plans(product))
        ]

    def _page_times(self, product: int) -> dict[tuple[str, str, str], str]:
        """When each quote of a product's live facts and plans was read, by (page, url, quote)."""
        family = self._family(product)
        rows: list[Row] = []
        for of in ("fact", "plan"):
            rows += self._rows(
                f"SELECT coalesce(p.key, '') AS page, e.url, e.quote, e.fetched_at FROM {of}s f "
                f"JOIN evidence e ON e.{of} = f.id LEFT JOIN pages p ON p.id = e.page WHERE f.product {_IN} AND f.live",
                family,
            )
        return {(row["page"], row["url"], row["quote"]): row["fetched_at"] for row in rows}

    def _price_points(self, product: int) -> list[Any]:
        from tools.documents import PricePoint

        rows = self._rows(
            "SELECT plan, amount, currency, period, at FROM plan_history WHERE product = ? ORDER BY id", product
        )
        return [PricePoint(**row) for row in rows]

    def _launch_docs(self, product: int) -> list[LaunchDoc]:
        from tools.documents import LaunchDoc, Observation

        family = self._family(product)
        numbers: dict[int, list[Observation]] = {}
        for row in self._rows(
            "SELECT o.launch, o.metric, o.value, o.at FROM launches l JOIN observations o ON o.launch = l.id "
            f"WHERE l.product {_IN} ORDER BY o.id",
            family,
        ):
            numbers.setdefault(row.pop("launch"), []).append(Observation(**row))
        rows = self._rows(
            "SELECT l.id AS number, l.key AS id, s.name AS source, l.title, l.tagline, l.url, l.source_url, l.launched_at, "
            f"l.launched_at_basis, l.first_seen FROM launches l JOIN sources s ON s.id = l.source WHERE l.product {_IN} "
            "ORDER BY l.first_seen, l.id",
            family,
        )
        return [LaunchDoc(observations=numbers.get(row.pop("number"), []), **row) for row in rows]

    def _page_docs(self, product: int) -> list[PageDoc]:
        """The newest page of each address that was read for a product, and those its live facts quote."""
        from tools.documents import PageDoc

        own = f"SELECT page FROM product_pages WHERE product {_IN}"
        family = self._family(product)
        rows = self._rows(
            f"SELECT p.key AS id, p.url, p.final_url, p.status, p.fetched_at, p.body_hash, p.id IN ({own}) AS own "
            "FROM pages p WHERE p.id IN "
            f"(SELECT pp.page FROM product_pages pp JOIN addresses a ON a.page = pp.page WHERE pp.product {_IN} "
            f"UNION SELECT e.page FROM facts f JOIN evidence e ON e.fact = f.id WHERE f.product {_IN} AND f.live "
            f"UNION SELECT e.page FROM plans f JOIN evidence e ON e.plan = f.id WHERE f.product {_IN} AND f.live) "
            "ORDER BY p.final_url, p.fetched_at, p.id",
            *[family] * 4,
        )
        return [PageDoc(**{**row, "own": bool(row["own"])}) for row in rows]

    def _change_docs(self, product: int) -> list[ChangeDoc]:
        from tools.documents import ChangeDoc

        columns = "seq, at, op, field, before, after, why, who"
        rows = self._rows(f"SELECT {columns} FROM changes WHERE product {_IN} ORDER BY seq", self._family(product))
        return [ChangeDoc(**row) for row in rows]

    # ── what is read again ───────────────────────────────────────────────────────────────────────────────────────────

    def tracked(self) -> list[Row]:
        """A row a product of which a page was read: slug, read_at (newest check of a page), changed_at (what Scout saw
        change last), noted_at (last note, None without one). Rejected and deleted products are left out."""
        family = (
            "WITH RECURSIVE root(member, id) AS (SELECT id, id FROM products WHERE merged_into IS NULL "
            "AND status NOT IN ('deleted', 'rejected') UNION ALL "
            "SELECT q.id, r.id FROM products q JOIN root r ON q.merged_into = r.member) "
        )
        read = self._rows(
            f"{family} SELECT p.id, p.slug, p.first_seen, max(a.checked_at) AS read_at FROM root r "
            "JOIN products p ON p.id = r.id JOIN product_pages pp ON pp.product = r.member "
            "JOIN addresses a ON a.page = pp.page GROUP BY p.id ORDER BY p.id"
        )
        moved = self._rows(
            f"{family} SELECT r.id, max(c.at) FILTER (WHERE c.op <> 'note' OR c.before IS NOT c.after) AS changed_at, "
            "max(c.at) FILTER (WHERE c.op = 'note') AS noted_at FROM root r JOIN changes c ON c.product = r.member "
            "WHERE c.who = 'scout' AND c.op IN ('new', 'fact', 'plan', 'note') GROUP BY r.id"
        )
        by_id = {row["id"]: row for row in moved}
        none: Row = {"changed_at": None, "noted_at": None}
        return [
            {
                "slug": row["slug"],
                "read_at": row["read_at"],
                "changed_at": by_id.get(row["id"], none)["changed_at"] or row["first_seen"],
                "noted_at": by_id.get(row["id"], none)["noted_at"],
            }
            for row in read
        ]

    def tracked_pages(self, slug: str) -> list[Row]:
        """The newest page of each address that was read for a product, the homepage first: page (Page.id), url,
        final_url, access."""
        product = self._product(slug)["id"]
        rows = self._rows(
            "SELECT p.key AS page, p.url, p.final_url, p.access FROM product_pages pp JOIN pages p ON p.id = pp.page "
            f"WHERE pp.product {_IN} ORDER BY pp.product <> ?, pp.position, pp.id",
            self._family(product),
            product,
        )
        return list({row["final_url"]: row for row in rows}.values())

    def quotes_of(self, slug: str) -> list[Row]:
        """Every quote on record for a product's facts and plans, superseded ones too, newest first: of (fact or plan),
        name (field or plan), text (as the change log writes the value), quote, url, place, fetched_at, page."""
        family = self._family(self._product(slug)["id"])
        found: list[Row] = []
        for of, columns in (("fact", "f.field AS name, f.value"), ("plan", "f.name, f.amount, f.currency, f.period")):
            rows = self._rows(
                f"SELECT {columns}, e.quote, e.url, e.place, e.fetched_at, coalesce(p.key, '') AS page FROM {of}s f "
                f"JOIN evidence e ON e.{of} = f.id LEFT JOIN pages p ON p.id = e.page WHERE f.product {_IN} "
                "ORDER BY f.live DESC, f.confidence DESC, e.fetched_at DESC, e.position",
                family,
            )
            for row in rows:
                said = (
                    _price_text({**row, "gone": 0}) if of == "plan" else knowledge.shown_text(json.loads(row["value"]))
                )
                same = ("name", "quote", "url", "place", "fetched_at", "page")
                found.append({"of": of, "text": said, **{name: row[name] for name in same}})
        return found

    # ── editors ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def edit_product(self, slug: str, field: str, value: Value, why: str, who: str) -> None:
        """Set what an editor says of a field; an empty value takes the editor's word back.

        field: one of FACT_FIELDS, or "plan:<name>" with a value like "20 USD/month", "free" or "unknown".
        Errors: UnknownName for slug or field, UsageError for a value that does not fit.
        """
        with self.write():
            product, at = self._product(slug)["id"], iso(self.now())
            if field.startswith("plan:"):
                self._edit_plan(product, field.removeprefix("plan:").strip(), str(value), who, at)
            else:
                self._edit_fact(product, field, _edited(field, value), why, who, at)
            self._refresh(product, at, who, why=why)

    def _edit_fact(self, product: int, field: str, value: Value, why: str, who: str, at: str) -> None:
        family = self._family(product)
        old = f"SELECT id FROM facts WHERE product {_IN} AND field = ? AND rung = 'editor' AND live = 1"
        for row in self._rows(old, family, field):
            self._update("facts", row["id"], live=0, superseded_at=at)
        if not value:
            return
        text = canonical(value)
        row = {"key": knowledge.digest([product, field, text, "editor"])[:32], "product": product, "field": field}
        row |= {"value": text, "rung": "editor", "address": _EDITOR, "found_at": at, "confidence": 1.0}
        self._revive("fact", {**row, "who": who, "why": why}, who, shown_quote(value), at)

    def _edit_plan(self, product: int, name: str, value: str, who: str, at: str) -> None:
        family = self._family(product)
        old = f"SELECT id, name FROM plans WHERE product {_IN} AND rung = 'editor' AND live = 1"
        for row in self._rows(old, family):
            if row["name"].casefold() == name.casefold():
                self._update("plans", row["id"], live=0, superseded_at=at)
        if not value.strip():
            return
        plan = _like_shown(knowledge.plan_from_words(name, value), [plan for _, plan in self._live_plans(product)])
        row = _plan_row(replace(plan, rung="editor", confidence=1.0))
        row |= {"key": knowledge.digest([product, row])[:32], "product": product, "found_at": at}
        self._revive("plan", row, who, value, at)

    def _revive(self, of: str, row: Row, who: str, quote: str, at: str) -> None:
        known = self._value(f"SELECT id FROM {of}s WHERE key = ?", row["key"])
        live = {"live": 1, "superseded_at": None}
        if known:
            self._update(f"{of}s", known, **live)
            return
        number = self._insert(f"{of}s", {**row, **live})
        said = {"position": 0, "page": None, "url": f"{_EDITOR}{who}", "place": "visible", "path": "", "quote": quote}
        self._insert("evidence", {"fact": None, "plan": None, of: number, **said, "fetched_at": at})

    def set_status(self, slug: str, status: str, why: str, who: str) -> None:
        """Approve, reject or reopen a product. Deciding settles its open reasons: the same ones do not come back."""
        if status not in STATUSES:
            raise UnknownName("status", status, STATUSES)
        with self.write():
            product, at = self._product(slug), iso(self.now())
            values: Row = {"status": status}
            if status in ("approved", "rejected"):
                settled = sorted({*json.loads(product["settled"]), *json.loads(product["needs_look"])})
                values |= {"needs_look": "[]", "settled": canonical(settled)}
            self._update("products", product["id"], **values)
            if status != product["status"]:
                before = product["status"]
                self._log(product["id"], at, "status", before=before, after=status, why=why, who=who)

    def delete_product(self, slug: str, why: str, who: str) -> None:
        """Take a product out of everything shown. A tombstone stays, so that no later crawl brings it back."""
        with self.write():
            product = self._product(slug)
            if product["status"] == "deleted":
                return
            self._update("products", product["id"], status="deleted")
            self._log(product["id"], iso(self.now()), "delete", before=product["status"], why=why, who=who)

    def merge(self, loser: str, winner: str, why: str, who: str) -> None:
        """Make `loser` part of `winner`. Nothing is moved, so `unmerge` restores both. Errors: UsageError for itself."""
        with self.write():
            out, into, at = self._product(loser), self._product(winner), iso(self.now())
            if out["id"] == into["id"]:
                raise UsageError(f"{loser} and {winner} are one product already. Name two different ones.")
            self._update("products", out["id"], merged_into=into["id"])
            self._log(out["id"], at, "merge", before=out["slug"], after=into["slug"], why=why, who=who)
            self._refresh(into["id"], at, who, why=why)

    def unmerge(self, slug: str, why: str, who: str) -> None:
        """Undo a merge: `slug` is a product of its own again. Errors: UsageError when it was not merged."""
        with self.write():
            product, at = self._product(slug, follow=False), iso(self.now())
            if product["merged_into"] is None:
                raise UsageError(f"{slug} was not merged into another product; there is nothing to undo.")
            winner = self._root(product)
            self._update("products", product["id"], merged_into=None)
            self._log(product["id"], at, "unmerge", before=winner["slug"], after=slug, why=why, who=who)
            self._refresh(winner["id"], at, who, why=why)
            self._refresh(product["id"], at, who, why=why)

    def note(
        self,
        slug: str,
        op: str,
        field: str = "",
        before: str | None = None,
        after: str | None = None,
        *,
        why: str,
        who: str,
    ) -> None:
        """Write a row of the change log that changes nothing else: an address that stopped answering, an editor's word
        that confirms what is shown."""
        with self.write():
            product = self._product(slug)["id"]
            self._log(product, iso(self.now()), op, field=field, before=before, after=after, why=why, who=who)

    def raise_look(self, slug: str, reasons: Sequence[str]) -> None:
        """Give an editor reasons to look at a product; those open or settled already are left as they are."""
        with self.write():
            self._look(self._product(slug)["id"], reasons, iso(self.now()))

    def put_vote(self, slug: str, voter: str, vote: str) -> None:
        """A reader's ship or skip; a second one of the same voter replaces the first. voter: an opaque key."""
        if vote not in ("ship", "skip"):
            raise UsageError(f"A vote is ship or skip; got {vote!r}.")
        with self.write():
            row = {"product": self._product(slug)["id"], "voter": voter, "vote": vote, "at": iso(self.now())}
            self._upsert("votes", [_hashed("votes", row)], ("product", "voter"), "row_hash")

    def votes(self, slug: str) -> dict[str, int]:
        """Readers' votes on a product: {"ship": n, "skip": n}."""
        family = self._family(self._product(slug)["id"])
        rows = self._rows(f"SELECT vote, count(*) AS n FROM votes WHERE product {_IN} GROUP BY vote", family)
        return {"ship": 0, "skip": 0} | {row["vote"]: row["n"] for row in rows}

    # ── panels ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def awaiting_review(self, limit: int | None = None) -> list[str]:
        """Slugs of products whose content has no panel, or for which one was asked; longest waiting first."""
        sql = "SELECT slug FROM products_awaiting_review ORDER BY changed_at, id LIMIT ?"
        return [row["slug"] for row in self._rows(sql, -1 if limit is None else limit)]

    def request_review(self, slug: str, why: str, who: str) -> None:
        """Ask for a panel, even of content that has one. One open request a product is enough."""
        with self.write():
            product = self._product(slug)["id"]
            if self._value("SELECT 1 FROM review_requests WHERE product = ? AND closed_at IS NULL", product) is None:
                row = {"product": product, "why": why, "who": who, "at": iso(self.now()), "closed_at": None}
                self._insert("review_requests", row)

    def put_panel(self, panel: Panel, *, reviewer: str) -> bool:
        """Keep a panel with its reviews, claims, citations and passages; False if that content has one already.

        A further panel of the same content is kept only when a review was asked for since. Errors: UsageError when a
        citation names a passage that the panel does not carry.
        """
        with self.write():
            product = self._product(panel.slug)
            versions = "SELECT count(*) FROM panels WHERE product = ? AND content_hash = ?"
            version = 1 + int(self._value(versions, product["id"], panel.content_hash))
            asked = self._rows("SELECT id FROM review_requests WHERE product = ? AND closed_at IS NULL", product["id"])
            if version > 1 and not asked:
                return False
            at = iso(self.now())
            number = self._insert_panel(panel, product["id"], version, reviewer, at)
            passages = self._insert_passages(panel, number)
            for review in panel.reviews:
                self._insert_review(review, number, product["id"], passages)
            for row in asked:
                self._update("review_requests", row["id"], closed_at=at)
            line = knowledge.panel_line(panel.verdict, panel.reviews)
            self._log(product["id"], at, "panel", after=line, why=panel.reason, who=reviewer)
            return True

    def _insert_panel(self, panel: Panel, product: int, version: int, reviewer: str, at: str) -> int:
        ships, skips, no_take = knowledge.tally(panel.reviews)
        scores = [review.score for review in panel.reviews if review.score is not None]
        row = {
            "key": panel.id if version == 1 else f"{panel.id}:{version}",
            "product": product,
            "content_hash": panel.content_hash,
            "version": version,
            "reviewer": reviewer,
            "verdict": panel.verdict,
            "line": knowledge.panel_line(panel.verdict, panel.reviews),
            "ships": ships,
            "skips": skips,
            "no_take": no_take,
            "median": float(statistics.median(scores)) if scores else None,
            "reason": panel.reason,
            "pack_hash": panel.pack_hash,
            "created_at": at,
        }
        return self._insert("panels", row)

    def _insert_passages(self, panel: Panel, number: int) -> dict[int, int]:
        same = ("number", "text", "url", "place", "page", "label")
        return {
            passage.number: self._insert(
                "passages",
                {
                    "panel": number,
                    **{name: getattr(passage, name) for name in same},
                    "fetched_at": iso(passage.fetched_at),
                },
            )
            for passage in panel.passages
        }

    def _insert_review(self, review: Review, panel: int, product: int, passages: Mapping[int, int]) -> None:
        same = ("persona", "reviewer", "score", "vote", "text", "abstain_reason", "raw", "model", "prompt_hash", "cost")
        values = {name: getattr(review, name) for name in same}
        key = self._insert("reviews", {"panel": panel, "product": product, **values, "runs": canonical(review.runs)})
        for place, rating in enumerate(review.ratings):
            row = {"review": key, "position": place, "field": rating.field, "level": rating.level}
            number = self._insert("ratings", {**row, "reason": rating.reason})
            for position, claim in enumerate(rating.claims):
                row = {"review": key, "rating": number, "position": position, "text": claim.text, "kind": claim.kind}
                claimed = self._insert("claims", {**row, "supported": int(claim.supported)})
                for order, cited in enumerate(claim.citations):
                    if cited.passage not in passages:
                        raise UsageError(
                            f"{review.persona} cites passage {cited.passage}, which the panel does not carry; "
                            f"it has {len(passages)}. Put every passage that is cited into Panel.passages."
                        )
                    row = {"claim": claimed, "position": order, "passage": passages[cited.passage]}
                    self._insert("citations", {**row, "quote": cited.quote})

    def panel(self, slug: str) -> PanelDoc | None:
        """The newest panel of a product, None when it has none."""
        with self._snapshot():
            return self._panel_doc(self._product(slug))

    def _panel_doc(self, product: Row) -> PanelDoc | None:
        from tools.documents import PanelDoc, ReviewDoc

        panel = self._row("SELECT * FROM panels WHERE product = ? ORDER BY id DESC LIMIT 1", product["id"])
        if panel is None:
            return None
        claims = self._claim_docs(panel["id"])
        ratings: dict[int, list[Row]] = {}
        for row in self._rows(
            "SELECT r.* FROM ratings r JOIN reviews v ON v.id = r.review WHERE v.panel = ? ORDER BY r.position",
            panel["id"],
        ):
            rating = {"field": row["field"], "level": row["level"], "reason": row["reason"]}
            ratings.setdefault(row["review"], []).append({**rating, "claims": claims.get(row["id"], [])})
        reviews = {}
        for row in self._rows("SELECT * FROM reviews WHERE panel = ? ORDER BY id", panel["id"]):
            same = ("persona", "reviewer", "score", "vote", "text", "abstain_reason")
            reviews[row["persona"].lower()] = ReviewDoc.model_validate(
                {name: row[name] for name in same}
                | {"ratings": ratings.get(row["id"], []), "runs": json.loads(row["runs"])}
            )
        shown = ("verdict", "line", "ships", "skips", "no_take", "median", "reason", "content_hash", "created_at")
        return PanelDoc(
            **{name: panel[name] for name in shown},
            id=panel["key"],
            stale=panel["content_hash"] != product["content_hash"],
            reviews=reviews,
        )

    def _claim_docs(self, panel: int) -> dict[int, list[Row]]:
        """Claims of a panel by their rating's key, each with its citations resolved."""
        cited: dict[int, list[Row]] = {}
        for row in self._rows(
            "SELECT c.claim, c.quote, p.number AS passage, p.place, p.url, p.page, p.fetched_at FROM citations c "
            "JOIN passages p ON p.id = c.passage WHERE p.panel = ? ORDER BY c.position",
            panel,
        ):
            cited.setdefault(row.pop("claim"), []).append(row)
        claims: dict[int, list[Row]] = {}
        for row in self._rows(
            "SELECT c.* FROM claims c JOIN reviews v ON v.id = c.review WHERE v.panel = ? ORDER BY c.position", panel
        ):
            said = {"text": row["text"], "kind": row["kind"], "supported": bool(row["supported"])}
            claims.setdefault(row["rating"], []).append({**said, "citations": cited.get(row["id"], [])})
        return claims

    # ── lists, search, changes ───────────────────────────────────────────────────────────────────────────────────────

    def list_products(
        self,
        status: str | None = None,
        kind: str | None = None,
        source: str | None = None,
        approved_only: bool = False,
        since: datetime | None = None,
        verdict: str | None = None,
        limit: int = 50,
        cursor: int = 0,
    ) -> list[Row]:
        """Rows of the view product_cards, newest first. cursor: how many to skip, so the next one is cursor + limit.

        since: first seen from that moment on. verdict: as stored, or "" for products without a panel.
        """
        wanted: list[tuple[str, object]] = []
        if approved_only or status:
            wanted.append(("status = ?", "approved" if approved_only else status))
        if kind:
            wanted.append(("kind = ?", kind))
        if since:
            wanted.append(("first_seen >= ?", iso(since)))
        if verdict is not None:
            wanted.append(("coalesce(verdict, '') = ?", verdict))
        if source:
            named = "SELECT l.product FROM launches l JOIN sources s ON s.id = l.source WHERE s.name = ?"
            wanted.append((f"id IN ({named})", source))
        where = " AND ".join(["1", *(test for test, _ in wanted)])
        sql = f"SELECT * FROM product_cards WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?"
        return [_card(row) for row in self._rows(sql, *(value for _, value in wanted), limit, cursor)]

    def search(self, words: str, limit: int = 20, cursor: int = 0) -> list[Row]:
        """Cards of products in which every word occurs (the last one as a prefix); [] for no words.

        Ranked by bm25 while the hits are few, newest first above: over common words of a million rows bm25 took 3 s.
        """
        terms = ["".join(c if c.isalnum() else " " for c in word).split() for word in words.split()]
        quoted = [f'"{term}"' for parts in terms for term in parts]
        if not quoted:
            return []
        query = f"{' AND '.join(quoted)}*"
        many = self._value(
            "SELECT count(*) FROM (SELECT 1 FROM products_fts WHERE products_fts MATCH ? LIMIT ?)",
            query,
            _SEARCH_RANKED,
        )
        order = "rank, f.rowid DESC" if many < _SEARCH_RANKED else "f.rowid DESC"
        rows = self._rows(
            "SELECT p.slug FROM products_fts f JOIN products p ON p.id = f.rowid WHERE products_fts MATCH ? "
            f"AND p.merged_into IS NULL AND p.status <> 'deleted' ORDER BY {order} LIMIT ? OFFSET ?",
            query,
            limit,
            cursor,
        )
        return [card for row in rows if (card := self.card(row["slug"]))]

    def card(self, slug: str) -> Row | None:
        """One row of the view product_cards; None for a deleted or merged product, or none."""
        row = self._row("SELECT * FROM product_cards WHERE slug = ?", slug)
        return _card(row) if row else None

    def history(self, slug: str) -> list[ChangeDoc]:
        """The change log of one product, oldest first. Errors: UnknownName."""
        return self._change_docs(self._product(slug)["id"])

    def changes_after(self, seq: int, limit: int = 1000) -> list[Row]:
        """Rows of the change log after `seq`, in order: those of ChangeDoc and the product's slug."""
        return self._rows(
            "SELECT c.seq, p.slug, c.at, c.op, c.field, c.before, c.after, c.why, c.who FROM changes c "
            "JOIN products p ON p.id = c.product WHERE c.seq > ? ORDER BY c.seq LIMIT ?",
            seq,
            limit,
        )

    def last_seq(self) -> int:
        """The newest number of the change log; 0 when it is empty."""
        return int(self._value("SELECT coalesce(max(seq), 0) FROM changes"))

    def counts(self) -> dict[str, int]:
        """How much there is, for statistics: rows a table, products a status, products awaiting review."""
        tables = (
            "sources",
            "launches",
            "products",
            "pages",
            "facts",
            "plans",
            "evidence",
            "panels",
            "reviews",
            "changes",
        )
        found = {table: int(self._value(f"SELECT count(*) FROM {table}")) for table in tables}
        for row in self._rows("SELECT status, count(*) AS n FROM products WHERE merged_into IS NULL GROUP BY status"):
            found[f"products_{row['status']}"] = row["n"]
        return {**found, "awaiting_review": int(self._value("SELECT count(*) FROM products_awaiting_review"))}

    # ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def start_run(self, kind: str, source: str, meta: Mapping[str, Any]) -> str:
        """Open a run's record; its id."""
        at = iso(self.now())
        key = f"{kind}-{at[:19].replace(':', '').replace('-', '')}-{secrets.token_hex(4)}"
        row = {"key": key, "kind": kind, "source": source, "state": "running", "meta": canonical(dict(meta))}
        with self.write():
            self._insert("runs", {**row, "started_at": at})
        return key

    def put_step(self, run: str, number: int, **values: object) -> None:
        """Write a step of a run, or more about it: code, output, error, model, ms; other values go to `meta`."""
        columns = {name: _stored(value) for name, value in values.items() if name in _STEP_COLUMNS}
        meta = {name: value for name, value in values.items() if name not in _STEP_COLUMNS}
        with self.write():
            key = self._run_key(run)
            old = self._row("SELECT id, meta FROM steps WHERE run = ? AND number = ?", key, number)
            columns["meta"] = canonical({**(json.loads(old["meta"]) if old else {}), **meta})
            if old:
                self._update("steps", old["id"], **columns)
            else:
                self._insert("steps", {"run": key, "number": number, "at": iso(self.now()), **columns})

    def put_call(
        self,
        run: str,
        step: int,
        server: str,
        tool: str,
        args_json: str,
        ms: float,
        error: str = "",
        result_digest: str = "",
    ) -> None:
        """Write one tool call of a step."""
        row = {"step": step, "server": server, "tool": tool, "args": args_json, "ms": ms, "error": error}
        with self.write():
            row |= {"run": self._run_key(run), "result_digest": result_digest, "at": iso(self.now())}
            self._insert("calls", row)

    def end_run(self, run: str, state: str, counts_json: str = "{}") -> None:
        """Close a run's record with its state and counts."""
        with self.write():
            self._update("runs", self._run_key(run), state=state, counts=counts_json, ended_at=iso(self.now()))

    def _run_key(self, run: str) -> int:
        key = self._value("SELECT id FROM runs WHERE key = ?", run)
        if key is None:
            raise UnknownName("run", run, [row["id"] for row in self.runs(20)])
        return int(key)

    def runs(self, limit: int = 20) -> list[Row]:
        """The newest runs: id, kind, source, state, meta, counts, started_at, ended_at."""
        return [_run(row) for row in self._rows("SELECT * FROM runs ORDER BY id DESC LIMIT ?", limit)]

    def run(self, run: str) -> Row:
        """One run as `runs`, with its `steps`, each with its `calls`. Errors: UnknownName."""
        with self._snapshot():
            key = self._run_key(run)
            found = _run(self._rows("SELECT * FROM runs WHERE id = ?", key)[0])
            calls: dict[int, list[Row]] = {}
            columns = "step, server, tool, args, ms, error, result_digest, at"
            for row in self._rows(f"SELECT {columns} FROM calls WHERE run = ? ORDER BY id", key):
                calls.setdefault(row.pop("step"), []).append({**row, "args": _json(row["args"])})
            columns = "number, at, code, output, error, model, ms, meta"
            steps = self._rows(f"SELECT {columns} FROM steps WHERE run = ? ORDER BY number", key)
            numbered = {row["number"]: {**row, "meta": json.loads(row["meta"])} for row in steps}
            for number in calls:  # calls of a step that a kill left unwritten are shown all the same
                numbered.setdefault(number, {"number": number})
            found["steps"] = [{**numbered[number], "calls": calls.get(number, [])} for number in sorted(numbered)]
            return found

    # ── model calls ──────────────────────────────────────────────────────────────────────────────────────────────────

    def start_attempt(self, **values: object) -> int:
        """Write a ledger row before a model is called; its key. values: columns of the table ledger."""
        row = {name: _stored(value) for name, value in values.items()}
        empty = dict.fromkeys(_LEDGER_TEXT, "") | dict.fromkeys(_LEDGER_NUMBERS)
        with self.write():
            row = {**empty, "attempt": 1, "price_known": 0, "status": "started", "at": iso(self.now()), **row}
            return self._insert("ledger", row)

    def end_attempt(self, attempt: int, **values: object) -> None:
        """Complete a ledger row: status, ms, tokens_in, tokens_out, cost, response, …"""
        with self.write():
            self._update("ledger", attempt, **{name: _stored(value) for name, value in values.items()})

    def stored_answer(self, prompt_hash: str) -> Row | None:
        """The newest ledger row that answered this prompt, None when none did."""
        return self._row(
            "SELECT * FROM ledger WHERE prompt_hash = ? AND status IN ('ok', 'replayed') ORDER BY id DESC LIMIT 1",
            prompt_hash,
        )

    def attempts(self, run: str | None = None, limit: int = 1000) -> list[Row]:
        """Ledger rows, newest first, of one run or all."""
        where, params = ("WHERE run = ?", [run]) if run else ("", [])
        return self._rows(f"SELECT * FROM ledger {where} ORDER BY id DESC LIMIT ?", *params, limit)

    def spent(self, run: str | None = None) -> tuple[Decimal, int]:
        """What the model calls of a run (or all) cost in USD as far as known, and how many have no known price."""
        where, params = ("WHERE run = ?", [run]) if run else ("", [])
        rows = self._rows(f"SELECT cost, price_known FROM ledger {where}", *params)
        return sum((Decimal(row["cost"]) for row in rows if row["cost"]), Decimal(0)), sum(
            not row["price_known"] for row in rows
        )

    # ── recipes ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def put_recipe(
        self, site: str, recipe_json: str, state: str, why: str = "", coverage: float | None = None, pages: int = 0
    ) -> int:
        """Keep a recipe or its new state; its number. state: proposed, active, retired."""
        key = knowledge.digest([site, recipe_json])[:32]
        row = {"key": key, "site": site, "recipe": recipe_json, "state": state, "why": why}
        with self.write():
            full = {**row, "coverage": coverage, "pages": pages, "at": iso(self.now())}
            self._upsert("recipes", [_hashed("recipes", full)], ("key",), "row_hash")
            return int(self._value("SELECT id FROM recipes WHERE key = ?", key))

    def recipes(self, site: str | None = None, state: str | None = None) -> list[Row]:
        """Recipes, newest first: id, site, recipe (JSON text), state, why, coverage, pages, at."""
        rows = self._rows("SELECT * FROM recipes WHERE ?1 IS NULL OR site = ?1 ORDER BY id DESC", site)
        return [row for row in rows if state in (None, row["state"])]

    # ── integrity ────────────────────────────────────────────────────────────────────────────────────────────────────

    def verify(self) -> list[str]:
        """Everything that is wrong, one sentence each; [] for a sound store.

        Every row's hash is computed anew, every body unpacked and compared; SQLite checks pages, indexes, foreign keys
        and the search index.
        """
        problems: list[str] = []
        with self._lock:
            self._conn.text_factory = lambda raw: raw.decode(
                "utf-8", "surrogateescape"
            )  # damaged text must still be read
            try:
                for table in HASHED:
                    problems += self._damaged_rows(table)
                problems += self._damaged_bodies()
                problems += self._sqlite_checks()
            finally:
                self._conn.text_factory = str
        return problems

    def _damaged_rows(self, table: str) -> Iterator[str]:
        try:
            cursor = self._conn.execute(f"SELECT * FROM [{table}]")
            names = [column[0] for column in cursor.description]
            for values in cursor:
                row = dict(zip(names, values, strict=True))
                sealed = {"last_seen": row["last_seen"]} if table == "launch_sightings" else row
                if row["row_hash"] != row_hash(sealed):
                    yield f"{table} row {values[0]}: its hash does not fit; restore it from a backup or read it again."
        except _SQLITE_ERRORS as error:
            yield f"{table}: cannot be read to its end ({error}); restore the store from a backup."

    def _damaged_bodies(self) -> Iterator[str]:
        try:
            for key, expected, packed in self._conn.execute("SELECT id, hash, zlib FROM bodies"):
                try:
                    fits = hashlib.sha256(zlib.decompress(packed)).hexdigest() == expected
                except (zlib.error, TypeError):
                    fits = False
                if not fits:
                    yield f"bodies row {key}: the bytes are not those that were fetched; fetch the page again."
        except _SQLITE_ERRORS as error:
            yield f"bodies: cannot be read to its end ({error}); restore the store from a backup."

    def _sqlite_checks(self) -> Iterator[str]:
        try:
            for pragma in ("quick_check", "integrity_check"):
                found = [str(row[0]) for row in self._conn.execute(f"PRAGMA {pragma}")]
                yield from (f"SQLite {pragma}: {line}" for line in found if line != "ok")
                if found != ["ok"]:
                    break
            for row in self._conn.execute("PRAGMA foreign_key_check"):
                yield f"{row[0]} row {row[1]}: points to a row of {row[2]} that is not there."
            if not self.readonly:  # FTS5's own check is an INSERT; rank 1 compares it with products
                self._conn.execute("INSERT INTO products_fts (products_fts, rank) VALUES ('integrity-check', 1)")
        except _SQLITE_ERRORS as error:
            yield f"SQLite: {error}; restore the store from a backup, or rebuild the search index."

    def digest(self) -> dict[str, str]:
        """What is known, as hashes by content, times, row numbers, run ids and the order of arrival left out.

        knowledge: products, facts, plans, evidence. reviews: the newest panels of the rubric, and of models whose
        answers were replayed. all: both.
        """
        with self._snapshot():
            parts = {"knowledge": self._knowledge_digest(), "reviews": self._reviews_digest()}
        return {**parts, "all": knowledge.digest(parts)}

    def _knowledge_digest(self) -> str:
        products = []
        for row in self._rows("SELECT * FROM products"):
            root, key = self._root(row), json.dumps([row["id"]])
            aliases = self._rows(f"SELECT identity FROM aliases WHERE product {_IN} ORDER BY identity", key)
            about = [
                row["identity"],
                row["kind"],
                row["status"],
                sorted(json.loads(row["needs_look"])),
                root["identity"],
            ]
            parts = [*about, [alias["identity"] for alias in aliases]]
            for table, columns in (("facts", _FACT_CONTENT), ("plans", _PLAN_CONTENT)):
                found = self._rows(f"SELECT * FROM {table} WHERE product = ? AND live = 1", row["id"])
                quotes = self._own_quotes(table[:-1], row["id"])
                parts.append(
                    sorted(canonical([*(f[name] for name in columns), quotes.get(f["id"], [])]) for f in found)
                )
            products.append(canonical(parts))
        return knowledge.digest(sorted(products))

    def _own_quotes(self, of: str, product: int) -> dict[int, list[list[str]]]:
        rows = self._rows(
            f"SELECT e.{of} AS of, e.url, e.place, e.path, e.quote FROM {of}s f JOIN evidence e ON e.{of} = f.id "
            "WHERE f.product = ? AND f.live = 1 ORDER BY e.url, e.place, e.path, e.quote",
            product,
        )
        quotes: dict[int, list[list[str]]] = {}
        for row in rows:
            quotes.setdefault(row.pop("of"), []).append(list(row.values()))
        return quotes

    def _reviews_digest(self) -> str:
        replayed = {
            row["prompt_hash"]
            for row in self._rows("SELECT DISTINCT prompt_hash FROM ledger WHERE status = 'replayed'")
        }
        found = []
        for product in self._rows("SELECT * FROM products WHERE status <> 'deleted'"):
            panel = self._row("SELECT * FROM panels WHERE product = ? ORDER BY id DESC LIMIT 1", product["id"])
            document = self._panel_doc(product) if panel else None
            if panel is None or document is None:
                continue
            prompts = self._rows("SELECT persona, prompt_hash FROM reviews WHERE panel = ?", panel["id"])
            kept = {row["persona"].lower() for row in prompts if row["prompt_hash"] in replayed}
            for persona, review in document.reviews.items():
                if review.reviewer == "rubric" or persona in kept:
                    said = review.model_dump(mode="json")
                    for rating in said["ratings"]:
                        for claim in rating["claims"]:
                            for citation in claim["citations"]:
                                del citation["fetched_at"]
                    found.append(canonical([product["identity"], panel["content_hash"], panel["verdict"], said]))
        return knowledge.digest(sorted(found))

    def backup(self, path: Path | str) -> None:
        """Copy the store as it is now to `path`, while others go on reading and writing. Errors: UsageError if it exists."""
        if Path(path).exists():
            raise UsageError(f"{path} exists already. Name a file that does not, or remove it first.")
        with _mapped(str(path)), contextlib.closing(connect(self.path, readonly=True)) as source:
            _copy(source, Path(path))


_IN = "IN (SELECT value FROM json_each(?))"
_EDITOR = "editor:"
_LIVE: Row = {"live": 1, "superseded_at": None}
_STEP_COLUMNS = ("code", "output", "error", "model", "ms")
_LEDGER_TEXT = (
    "run",
    "task",
    "persona",
    "pool",
    "deployment",
    "model",
    "error",
    "prompt_hash",
    "response_hash",
    "response",
)
_LEDGER_NUMBERS = ("ms", "tokens_in", "tokens_out", "cost", "counterfactual_cost")
_FACT_CONTENT = ("field", "value", "rung", "confidence", "address")
_PLAN_CONTENT = (
    "name",
    "amount",
    "currency",
    "period",
    "unit",
    "billed",
    "qualifier",
    "rung",
    "confidence",
    "address",
)
_SOURCE_SQL = "SELECT name, url, kind, access, enabled, last_ok_at, last_new_at, last_error FROM sources"
_PAGE_SQL = (
    "SELECT p.*, b.zlib, a.url AS asked, a.etag, a.last_modified FROM pages p JOIN bodies b ON b.id = p.body "
    "LEFT JOIN addresses a ON a.page = p.id"
)
_LAUNCH_SQL = "SELECT l.*, s.name AS source_name FROM launches l JOIN sources s ON s.id = l.source"


# ── opening a file ───────────────────────────────────────────────────────────────────────────────────────────────────


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


def _migrate(conn: sqlite3.Connection, path: str, readonly: bool) -> None:
    """Bring a store up to date, under the write lock, after a copy of an older one."""
    if _applied(conn, path) == NAMES:
        return
    if readonly:
        raise StoreError(
            f"{path} was written by an older Scout. Open it once for writing, so that it is brought up to date."
        )
    from sqlite_utils import Database

    conn.execute("BEGIN IMMEDIATE")
    try:
        applied = _applied(conn, path)  # another process may have been first
        if applied and applied != NAMES:
            _copy_before(path, NAMES[len(applied)])
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
            _copy(source, target)


def _copy(source: sqlite3.Connection, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    with contextlib.closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no -wal beside it
    part.replace(target)


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextlib.contextmanager
def _mapped(path: str, kinds: tuple[type[Exception], ...] = _SQLITE_ERRORS) -> Iterator[None]:
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


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _hashed(table: str, row: Mapping[str, Any], only: Sequence[str] = ()) -> Row:
    """A row with its hash, for tables that carry one; `only`: those columns of it."""
    full = {**row, "row_hash": row_hash(row)} if table in HASHED else dict(row)
    return {name: full[name] for name in only if name in full} if only else full


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _stored(value: object) -> Any:
    """A value as a column takes it."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return knowledge.decimal_text(value)
    return canonical(value) if isinstance(value, (dict, list, tuple)) else value


def _page(row: Row) -> Page:
    same = ("final_url", "status", "content_type", "charset", "body_hash", "access", "rendered", "elapsed_s")
    return Page(
        id=row["key"],
        url=row["asked"] or row["url"],
        body=zlib.decompress(row["zlib"]),
        fetched_at=knowledge.moment(row["fetched_at"]),
        etag=row["etag"] or "",
        last_modified=row["last_modified"] or "",
        **{name: row[name] for name in same},
    )


def _source(row: Row) -> Row:
    return {**row, "enabled": bool(row["enabled"])}


_SAID = (
    "source_id",
    "title",
    "source_url",
    "url",
    "kind",
    "name",
    "tagline",
    "description",
    "license",
    "repo_url",
    "hub_id",
)


def _launch_said(launch: Launch) -> list[object]:
    # "first seen" is when we first saw it, which a later crawl must not move
    stated = launch.launched_at if launch.launched_at_basis != "first_seen" else None
    said: list[object] = [getattr(launch, name) for name in _SAID]
    return [*said, launch.makers, launch.tags, iso(stated) if stated else None]


def _launch_seal(launch: Launch) -> str:
    """The hash of what a launch says: its numbers, the page it was on and its row there left out."""
    return knowledge.digest([*_launch_said(launch), launch.launched_at_basis])[:32]


def _launch_row(source: int, launch: Launch, seal: str) -> Row:
    values = [_stored(value) for value in _launch_said(launch)]
    said = dict(zip((*_SAID, "makers", "tags", "launched_at"), values, strict=True))
    about = {"key": launch.id, "source": source, "page": launch.page, "raw": launch.raw, "content_hash": seal}
    return {**about, **said, "launched_at_basis": launch.launched_at_basis}


def _launch(row: Row) -> Launch:
    return Launch(
        source=row["source_name"],
        **{name: row[name] for name in _SAID},
        makers=tuple(json.loads(row["makers"])),
        tags=tuple(json.loads(row["tags"])),
        launched_at=knowledge.moment(row["launched_at"]) if row["launched_at"] else None,
        launched_at_basis=row["launched_at_basis"],
        observations=json.loads(row["observed"]),
        page=row["page"],
        raw=row["raw"],
    )


def _address(item: Fact | Plan) -> str:
    """The address that says it: of its first quote."""
    return item.evidence[0].url


def _read_addresses(proposal: Proposal, pages: Mapping[str, Row]) -> set[str]:
    """The addresses that a proposal has read anew: what they said before and no longer say is retired."""
    read = {pages[key][name] for key in proposal.pages for name in ("url", "final_url")}
    parts: list[Fact | Plan] = [*proposal.facts, *proposal.plans]
    return read | {_address(item) for item in parts}


def _facts_by_row(proposal: Proposal) -> dict[tuple[str, str, str, str], Fact]:
    """A proposal's facts by what a row of them says: field, value, rung, address. The last of the same ones counts."""
    return {(fact.field, canonical(fact.value), fact.rung, _address(fact)): fact for fact in proposal.facts}


def _plans_by_row(proposal: Proposal) -> dict[tuple[Any, ...], Plan]:
    """A proposal's plans by what a row of them says. The last of the same ones counts."""
    return {tuple(_plan_row(plan).values()): plan for plan in proposal.plans}


def _quotes_of(evidence: Sequence[Evidence]) -> dict[tuple[str, str, str, str], Evidence]:
    """Evidence by what it says, the first of the same ones."""
    quotes: dict[tuple[str, str, str, str], Evidence] = {}
    for item in evidence:
        quotes.setdefault((item.url, item.place, item.path, item.quote), item)
    return quotes


def _evidence_rows(of: str, number: int, evidence: Sequence[Evidence], pages: Mapping[str, Row]) -> list[Row]:
    """Rows of the quotes of one fact or plan."""
    return [
        {
            "fact": None,
            "plan": None,
            of: number,
            "position": position,
            "page": pages[item.page]["id"],
            "url": item.url,
            "place": item.place,
            "path": item.path,
            "quote": item.quote,
            "fetched_at": pages[item.page]["fetched_at"],
        }
        for position, item in enumerate(_quotes_of(evidence).values())
    ]


def _history_row(product: int, plan: Plan, at: str) -> Row:
    row = {"product": product, "plan": plan.name, "line": knowledge.plan_line(plan), "gone": 0, "at": at}
    return {**row, "amount": knowledge.decimal_text(plan.amount), "currency": plan.currency, "period": plan.period}


def _agrees(value: str, editors: str | None) -> bool:
    if editors is None or value == editors:
        return True
    said, kept = json.loads(value), json.loads(editors)
    return isinstance(said, list) and isinstance(kept, list) and set(said) <= set(kept)


def _like_shown(plan: Plan, live: Sequence[Plan]) -> Plan:
    """An editor's plan, what its words leave out taken from the line it corrects: another amount is no other line."""
    same = [one for one in live if one.name.casefold() == plan.name.casefold() and one.period == plan.period]
    lines = {(one.name, one.unit, one.billed, one.qualifier) for one in same}
    if plan.amount is None or plan.unit is not None or len(lines) != 1:
        return plan
    name, unit, billed, qualifier = lines.pop()
    return replace(plan, name=name, unit=unit, billed=billed, qualifier=qualifier)


def _same_price(a: Row, b: Row) -> bool:
    return all(a[name] == b[name] for name in ("amount", "currency", "period"))


def _shown_columns(shown: Mapping[str, Sequence[Fact]], plans: Sequence[Plan]) -> Row:
    """The columns of a product that show what is known: one a field, and the cheapest known price."""
    row: Row = {name: shown[name][0].value if name in shown else None for name in FACT_FIELDS}
    row |= {name: canonical(_as_list(row[name])) for name in LIST_FIELDS}
    row = {name: ", ".join(value) if isinstance(value, list) else value for name, value in row.items()}
    row["pricing_model"] = row["pricing_model"] or "unknown"
    entry = next((plan for plan in plans if plan.amount is not None), None)
    row["entry_amount"] = knowledge.decimal_text(entry.amount) if entry else None
    return {**row, "entry_currency": entry and entry.currency, "entry_period": entry and entry.period}


def _as_list(value: Value | None) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _plan_row(plan: Plan) -> Row:
    same = ("name", "currency", "period", "unit", "billed", "qualifier", "rung", "confidence")
    row = {name: getattr(plan, name) for name in same}
    row["amount"] = knowledge.decimal_text(plan.amount)
    return {**row, "address": _address(plan) if plan.evidence else _EDITOR}


def _plan(row: Row, evidence: tuple[Evidence, ...] = ()) -> Plan:
    same = ("name", "currency", "period", "unit", "billed", "qualifier", "rung", "confidence")
    amount = None if row["amount"] is None else Decimal(row["amount"])
    return Plan(amount=amount, evidence=evidence, **{name: row[name] for name in same})


def _price_text(row: Row | None) -> str | None:
    if row is None or row["gone"]:
        return None
    price = "unknown" if row["amount"] is None else " ".join(filter(None, (row["amount"], row["currency"])))
    return " / ".join(filter(None, (price, row["period"])))


def _evidence_doc(item: Evidence, times: Mapping[tuple[str, str, str], str]) -> EvidenceDoc:
    from tools.documents import EvidenceDoc

    at = times[item.page, item.url, item.quote]
    return EvidenceDoc(quote=item.quote, place=item.place, path=item.path, url=item.url, fetched_at=at, page=item.page)


def _fact_value(fact: Fact, times: Mapping[tuple[str, str, str], str]) -> FactValue:
    from tools.documents import FactValue

    evidence = [_evidence_doc(item, times) for item in fact.evidence]
    return FactValue(value=fact.value, rung=fact.rung, confidence=fact.confidence, evidence=evidence)


def _edited(field: str, value: Value) -> Value:
    """An editor's value in the shape of its field. Errors: UnknownName, UsageError."""
    if field not in FACT_FIELDS:
        raise UnknownName("field", field, (*FACT_FIELDS, "plan:<name>"))
    if field in LIST_FIELDS:
        words = value.split(",") if isinstance(value, str) else value
        return [word.strip() for word in words if word.strip()]
    text = (value if isinstance(value, str) else ", ".join(value)).strip()
    if field == "pricing_model" and text and text not in PRICING_MODELS:
        raise UnknownName("pricing model", text, PRICING_MODELS)
    return text


def shown_quote(value: Value) -> str:
    """An editor's value as the quote that stands for it."""
    return value if isinstance(value, str) else ", ".join(value)


def _json(text: str) -> Any:
    """JSON as it was given; text that is none stays text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _run(row: Row) -> Row:
    return {
        **{name: row[name] for name in ("kind", "source", "state", "started_at", "ended_at")},
        "id": row["key"],
        "meta": json.loads(row["meta"]),
        "counts": json.loads(row["counts"]),
    }


def _card(row: Row) -> Row:
    lists = {name: json.loads(row[name]) for name in ("tags", "needs_look")}
    return {
        **row,
        **lists,
        "panel_stale": bool(row["panel_stale"]),
        "sources": row["sources"].split(",") if row["sources"] else [],
    }
