"""What agents did: runs, their steps and tool calls."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tools.errors import UnknownName, only_one
from tools.knowledge import canonical, iso
from tools.store.connection import IN, Connection, Row, stored

_STEP_COLUMNS = ("code", "output", "error", "model", "ms")


class Runs(Connection):
    """Statements over runs, steps and calls."""

    def start_run(self, kind: str, source: str, meta: Mapping[str, Any]) -> str:
        """Open a run's record; its id."""
        at = iso(self.now())
        key = f"{kind}-{at[:19].replace(':', '').replace('-', '')}-{secrets.token_hex(4)}"
        row = {"key": key, "kind": kind, "source": source, "state": "running", "meta": canonical(dict(meta))}
        with self.write():
            self._insert("runs", {**row, "started_at": at})
        return key

    def note_run(self, run: str, **values: object) -> None:
        """Write more about a run into its `meta`; what stands there under the same names is replaced."""
        with self.write():
            key = self._run_key(run)
            meta = json.loads(self._value("SELECT meta FROM runs WHERE id = ?", key))
            self._update("runs", key, meta=canonical({**meta, **values}))

    def put_step(self, run: str, number: int, **values: object) -> None:
        """Write a step of a run, or more about it: code, output, error, model, ms; other values go to `meta`."""
        columns = {name: stored(value) for name, value in values.items() if name in _STEP_COLUMNS}
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

    def runs(self, limit: int = 20, kind: str = "") -> list[Row]:
        """The newest runs, or those of a kind: id, kind, source, state, meta, counts, started_at, ended_at."""
        rows = self._rows("SELECT * FROM runs WHERE kind = ? OR ? = '' ORDER BY id DESC LIMIT ?", kind, kind, limit)
        return [_run(row) for row in rows]

    def count_runs(self, states: Sequence[str], since: str, among: int) -> int:
        """How many of the newest `among` runs are in one of these states and began at that moment or later."""
        return int(
            self._value(
                f"SELECT count(*) FROM (SELECT state, started_at FROM runs ORDER BY id DESC LIMIT ?) WHERE state {IN} "
                "AND started_at >= ?",
                among,
                json.dumps(list(states)),
                since,
            )
        )

    def run(self, run: str) -> Row:
        """One run as `runs`, with its `steps`, each with its `calls`; run: its id, or enough of its beginning.

        Errors: UnknownName; UsageError with the candidates where several begin so.
        """
        with self._snapshot():
            named = self._rows("SELECT key FROM runs WHERE key >= ?1 AND key < ?1 || '􏿿' ORDER BY id DESC", run)
            key = self._run_key(only_one("run", run, [row["key"] for row in named]))
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
