"""What an editor did, kept so that it can be taken back: the rows an act decided on, as they were and as it left them.

What follows from those rows (what is shown, price history, the change log) is computed anew, as after every write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from tools.errors import UsageError
from tools.knowledge import canonical, iso
from tools.store.connection import IN, Row, hashed
from tools.store.editors import Editors
from tools.store.overrides import Overrides

# What an editor decides on, by table: an act changes nothing else, but for what is computed from these.
_DECIDED: Mapping[str, tuple[str, ...]] = {
    "products": ("status", "needs_look", "settled", "merged_into"),
    "facts": ("product", "live", "superseded_at"),
    "plans": ("product", "live", "superseded_at"),
    "overrides": ("product", "persona", "content_hash", "vote", "why", "who", "at"),
}


class _Decision(NamedTuple):
    """One row that an act changed; None: it was not there, or is not any more."""

    table: str
    key: int
    before: Row | None
    after: Row | None

    @property
    def products(self) -> set[int]:
        """Those whose shown values hang on it."""
        states = [state for state in (self.before, self.after) if state]
        own = {self.key} if self.table == "products" else {state["product"] for state in states}
        return own | {state["merged_into"] for state in states if state.get("merged_into")}


class Acts(Editors, Overrides):
    """Statements over the editor's acts."""

    @contextmanager
    def act(self, op: str, slugs: Sequence[str], why: str, who: str) -> Iterator[None]:
        """One act of an editor on a product, slugs[0], and others it concerns: all or nothing, and it can be undone."""
        with self.write():
            products = [self._product(slug, follow=False)["id"] for slug in slugs]
            before = self._decided(products)
            yield
            after = self._decided(products)
            moved = sorted(key for key in {**before, **after} if before.get(key) != after.get(key))
            decided = [_Decision(*key, before.get(key), after.get(key)) for key in moved]
            row = {"product": products[0], "op": op, "who": who, "why": why, "at": iso(self.now())}
            self._insert("acts", {**row, "decided": canonical(decided), "undone_by": None})

    def last_act(self, slug: str) -> Row | None:
        """The newest act on a product that is not undone: id, op, who, why, at. Errors: UnknownName."""
        return self._row(
            "SELECT id, op, who, why, at FROM acts WHERE product = ? AND undone_by IS NULL AND op <> 'undo' "
            "ORDER BY id DESC LIMIT 1",
            self._product(slug, follow=False)["id"],
        )

    def looked(self, who: str) -> Row | None:
        """Up to where an editor has looked: seq of the change log, and when; None: never."""
        return self._row("SELECT up_to AS seq, at FROM looked WHERE who = ?", who)

    def note_export(self, form: str, after: str, who: str) -> int:
        """An export has begun; its number."""
        with self.write():
            now = f"{self.id}:{self._value('SELECT coalesce(max(seq), 0) FROM changes')}"
            row = {"form": form, "after": after, "cursor": now, "who": who, "at": iso(self.now())}
            return self._insert("exports", {**row, "state": "under way", "rows": None, "size_bytes": 0})

    def end_export(self, export: int, state: str, rows: int | None, size_bytes: int) -> None:
        """How an export ended: whole, broken off or failed, with how many rows (None: it has none) and bytes."""
        with self.write():
            self._update("exports", export, state=state, rows=rows, size_bytes=size_bytes)

    def exports(self, limit: int) -> list[Row]:
        """The newest exports: form, after, cursor, who, at, state, rows, size_bytes."""
        columns = "form, after, cursor, who, at, state, rows, size_bytes"
        return self._rows(f"SELECT {columns} FROM exports ORDER BY id DESC LIMIT ?", limit)

    def mark_looked(self, who: str, seq: int) -> None:
        """An editor has seen the change log up to `seq`."""
        with self.write():
            row = {"who": who, "up_to": seq, "at": iso(self.now())}
            self._upsert("looked", [hashed("looked", row)], ("who",), "row_hash")

    def undo(self, slug: str, why: str, who: str) -> Row:
        """Take the newest act on a product back; the act, as last_act has it.

        Errors: UnknownName; UsageError when there is none, or when what it decided was changed since.
        """
        with self.write():
            found = self.last_act(slug)
            if found is None:
                raise UsageError(f"There is no act of an editor on {slug} to undo; see `scout history {slug}`.")
            rows = json.loads(self._value("SELECT decided FROM acts WHERE id = ?", found["id"]))
            decided = [_Decision(*row) for row in rows]
            if any(self._state(one.table, one.key) != one.after for one in decided):
                raise UsageError(
                    f"The {found['op']} of {found['at'][:10]} on {slug} cannot be undone: what it decided was changed "
                    f"since. `scout history {slug}` shows by whom."
                )
            concerned = sorted({product for one in decided for product in one.products})
            slugs = [self._value("SELECT slug FROM products WHERE id = ?", product) for product in concerned]
            with self.act("undo", [slug, *slugs], why, who):
                for one in decided:
                    self._restore(one)
                self._show_anew(concerned, decided, " ".join(filter(None, (f"Undid: {found['op']}.", why))), who)
            self._update("acts", found["id"], undone_by=self._value("SELECT max(id) FROM acts"))
            return found

    def _decided(self, products: Sequence[int]) -> dict[tuple[str, int], Row]:
        """What stands decided on products and all that was merged into them, by table and key."""
        family = canonical(sorted({member for product in products for member in self._merges(product)}))
        found: dict[tuple[str, int], Row] = {}
        for table, columns in _DECIDED.items():
            of = "id" if table == "products" else "product"
            for row in self._rows(f"SELECT id, {', '.join(columns)} FROM {table} WHERE {of} {IN}", family):
                found[table, row.pop("id")] = row
        return found

    def _state(self, table: str, key: int) -> Row | None:
        return self._row(f"SELECT {', '.join(_DECIDED[table])} FROM {table} WHERE id = ?", key)

    def _restore(self, one: _Decision) -> None:
        if one.table == "products" and one.before:
            self._hang(one.key, one.before["merged_into"])
        if one.before is not None and one.after is not None:
            self._update(one.table, one.key, **one.before)
        elif one.before is not None:
            self._insert(one.table, {"id": one.key, **one.before})
        elif one.table == "overrides":
            self._conn.execute("DELETE FROM overrides WHERE id = ?", (one.key,))
        else:  # a fact or a plan that the act brought stays on record, and counts no more
            self._update(one.table, one.key, live=0, superseded_at=iso(self.now()))

    def _show_anew(self, products: Sequence[int], decided: Sequence[_Decision], why: str, who: str) -> None:
        """Compute anew what products show, with their status as restored, and say so in the change log."""
        at = iso(self.now())
        self._conn.execute(f"DELETE FROM standing WHERE product {IN}", (canonical(list(products)),))
        for product in products:
            self._log(product, at, "undo", why=why, who=who)
            self._refresh(product, at, who, why=why)
            panel: Any = self._newest_panel(product)
            if panel:
                self._heed_overrides(panel)
        for one in decided:
            if one.table == "products" and one.before:
                self._update("products", one.key, **one.before)
