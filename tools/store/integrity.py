"""Is it whole, and do two stores know the same: verify and digest."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from tools import knowledge
from tools.knowledge import canonical, row_hash
from tools.schema import HASHED
from tools.schema.m013_sets import ROOTS, SHELF
from tools.schema.m021_exports import STALE
from tools.store.connection import IN
from tools.store.documents import Documents
from tools.store.opening import SQLITE_ERRORS

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
_APART = frozenset({"fetched_at", "at", "who", "cost"})


class Integrity(Documents):
    """Reads over every row."""

    def verify(self, say: Callable[[str], None] = lambda _: None) -> list[str]:
        """Everything that is wrong, one sentence each; [] for a sound store. say: is told how far it is.

        Every row's hash is computed anew, every body unpacked and compared; SQLite checks pages, indexes, foreign keys
        and the search index.
        """
        problems: list[str] = []
        with self._lock:
            self._conn.text_factory = lambda raw: raw.decode(
                "utf-8", "surrogateescape"
            )  # damaged text must still be read
            try:
                for place, table in enumerate(HASHED, start=1):
                    say(f"table {place} of {len(HASHED)}: {table}{_found(problems)}")
                    problems += self._damaged_rows(table)
                say(f"the bytes of every page{_found(problems)}")
                problems += self._damaged_bodies()
                say(f"what is kept to be read fast{_found(problems)}")
                problems += self._derived_checks()
                problems += self._line_checks()
                say(f"SQLite's own checks{_found(problems)}")
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
        except SQLITE_ERRORS as error:
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
        except SQLITE_ERRORS as error:
            yield f"bodies: cannot be read to its end ({error}); restore the store from a backup."

    def _derived_checks(self) -> Iterator[str]:
        """Whether what is kept to be read fast says what the rows say that it follows from."""
        try:
            for (key,) in self._conn.execute(
                f"SELECT p.id FROM products p JOIN ({ROOTS}) f USING (id) WHERE p.root IS NOT f.root"
            ):
                yield f"products row {key}: its root is not what it is merged into; restore the store from a backup."
            for table, told in (("shelf", SHELF), ("stale_panels", STALE)):
                odd = f"SELECT product FROM (SELECT * FROM {table} EXCEPT {told}) UNION SELECT product FROM ({told} EXCEPT SELECT * FROM {table})"
                for (key,) in self._conn.execute(odd):
                    yield (
                        f"{table}: product {key} stands there otherwise than its rows say; restore the store from a backup."
                    )
        except SQLITE_ERRORS as error:
            yield f"shelf: cannot be read to its end ({error}); restore the store from a backup."

    def _line_checks(self) -> Iterator[str]:
        try:
            for slug in self.strayed():
                yield f"documents: the line kept of {slug} is not what its rows tell; restore the store from a backup."
        except (sqlite3.DatabaseError, ValueError, LookupError) as error:  # whatever damaged rows lead to
            yield f"documents: cannot be built to their end ({error}); restore the store from a backup."

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
        except SQLITE_ERRORS as error:
            yield f"SQLite: {error}; restore the store from a backup, or rebuild the search index."

    def digest(self) -> dict[str, str]:
        """What is known, as hashes by content, times, row numbers, run ids and the order of arrival left out.

        knowledge: products, facts, plans, evidence. reviews: the newest panels of the rules, and of models whose
        answers were replayed. all: both.
        """
        with self._snapshot():
            parts = {"knowledge": self._knowledge_digest(), "reviews": self._reviews_digest()}
        return {**parts, "all": knowledge.digest(parts)}

    def _knowledge_digest(self) -> str:
        products = []
        for row in self._rows("SELECT * FROM products"):
            root, key = self._root(row), json.dumps([row["id"]])
            aliases = self._rows(f"SELECT identity FROM aliases WHERE product {IN} ORDER BY identity", key)
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
            f"SELECT e.{of} AS of, e.url, e.place, e.path, e.quote, e.box FROM {of}s f JOIN evidence e ON e.{of} = f.id "
            "WHERE f.product = ? AND f.live = 1 ORDER BY e.url, e.place, e.path, e.quote, e.box",
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
                if review.reviewer == "rules" or persona in kept:
                    said = _timeless(review.model_dump(mode="json"))
                    found.append(canonical([product["identity"], panel["content_hash"], panel["verdict"], said]))
        return knowledge.digest(sorted(found))


def _timeless(value: Any) -> Any:
    """A document without when, by whom and for how much: what two stores that know the same have alike."""
    if isinstance(value, dict):
        return {name: _timeless(item) for name, item in value.items() if name not in _APART}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def _found(problems: list[str]) -> str:
    return f" · {len(problems)} wrong so far" if problems else ""
