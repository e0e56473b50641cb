"""What editors decide about what is read: which sources there are, which of them crawls leave out and what of them is
kept, which recipes are used no more.

As with the acts on products, each is kept with the rows it decided on, as they were and as it left them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tools.errors import UsageError
from tools.knowledge import canonical, iso
from tools.store.connection import Row
from tools.store.launches import Launches
from tools.store.recipes import Recipes

# By kind: the table, the column that names what is acted on, and the columns an act decides on.
_DECIDED: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "source": ("sources", "name", ("enabled", "url", "kind", "filter", "removed")),
    "recipe": ("recipes", "site", ("state", "why")),
}
_SHOWN = "id, kind, name, op, who, why, at, undone_by"


class Upkeep(Launches, Recipes):
    """Statements over acts on sources and recipes."""

    @contextmanager
    def upkeep(self, kind: str, name: str, op: str, why: str, who: str) -> Iterator[None]:
        """One act on a source, which is made known where it was not, or on the recipes of a site: all or nothing.

        kind: source, recipe. op: of a source that was not known "add" counts as taken in from nothing, so that undoing
        it takes the source out.
        """
        with self.write():
            if kind == "source":
                new = self._value("SELECT id FROM sources WHERE name = ?", name) is None
                key = self._source_key(name)
                if new and op == "add":
                    self._update("sources", key, removed=1)
            before = self._kept(kind, name)
            yield
            after = self._kept(kind, name)
            decided = [[key, before[key], after[key]] for key in sorted(before) if before[key] != after[key]]
            row = {"kind": kind, "name": name, "op": op, "who": who, "why": why, "at": iso(self.now())}
            self._insert("upkeep", {**row, "decided": canonical(decided), "undone_by": None})

    def upkeep_rows(self, kind: str = "", name: str = "") -> list[Row]:
        """Acts on sources and recipes, newest first: id, kind, name, op, who, why, at, undone_by."""
        return self._rows(
            f"SELECT {_SHOWN} FROM upkeep WHERE ?1 IN ('', kind) AND ?2 IN ('', name) ORDER BY id DESC", kind, name
        )

    def undo_upkeep(self, kind: str, name: str, why: str, who: str) -> Row:
        """Take the newest act on a source or on a site's recipes back; the act, as `upkeep_rows` has it.

        Errors: UsageError when there is none, or when what it decided was changed since.
        """
        with self.write():
            acts = [row for row in self.upkeep_rows(kind, name) if row["op"] != "undo" and row["undone_by"] is None]
            if not acts:
                raise UsageError(f"There is no act of an editor on {kind} {name} to undo.")
            found = acts[0]
            table, _, _ = _DECIDED[kind]
            decided = json.loads(self._value("SELECT decided FROM upkeep WHERE id = ?", found["id"]))
            now = self._kept(kind, name)
            if any(after.items() - now.get(key, {}).items() for key, _, after in decided):
                raise UsageError(
                    f"The {found['op']} of {found['at'][:10]} on {kind} {name} cannot be undone: what it decided was "
                    "changed since."
                )
            with self.upkeep(kind, name, "undo", " ".join(filter(None, (f"Undid: {found['op']}.", why))), who):
                for key, before, _ in decided:
                    self._update(table, key, **before)
            self._update("upkeep", found["id"], undone_by=self._value("SELECT max(id) FROM upkeep"))
            return found

    def _kept(self, kind: str, name: str) -> dict[int, Row]:
        """What stands decided, by the key of its row."""
        table, of, columns = _DECIDED[kind]
        rows = self._rows(f"SELECT id, {', '.join(columns)} FROM {table} WHERE {of} = ?", name)
        return {row.pop("id"): row for row in rows}
