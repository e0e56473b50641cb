"""Model calls: one row an attempt, written before the call and completed after it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tools.knowledge import iso
from tools.store.connection import Connection, Row, stored

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
    "tier",
    "job",
)
_LEDGER_NUMBERS = ("ms", "tokens_in", "tokens_out", "tokens", "cost", "counterfactual_cost")


class Ledger(Connection):
    """Statements over the ledger. Its rows do not wait for the disk: two a model call, 0.3 to 8 ms each on one of ours."""

    def start_attempt(self, **values: object) -> int:
        """Write a ledger row before a model is called; its key. values: columns of the table ledger."""
        row = {name: stored(value) for name, value in values.items()}
        empty = dict.fromkeys(_LEDGER_TEXT, "") | dict.fromkeys(_LEDGER_NUMBERS)
        with self.write(synced=False):
            row = {**empty, "attempt": 1, "price_known": 0, "status": "started", "at": iso(self.now()), **row}
            return self._insert("ledger", row)

    def end_attempt(self, attempt: int, **values: object) -> None:
        """Complete a ledger row: status, ms, tokens_in, tokens_out, cost, response, …"""
        with self.write(synced=False):
            self._update("ledger", attempt, **{name: stored(value) for name, value in values.items()})

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

    def taken(self, run: str, after: int = 0) -> list[Row]:
        """What each attempt of a run took, oldest first, of those after that one: status, price_known, cost, tokens_in,
        tokens_out."""
        columns = "status, price_known, cost, tokens_in, tokens_out"
        return self._rows(f"SELECT {columns} FROM ledger WHERE run = ? AND id > ? ORDER BY id", run, after)

    def last_attempt(self) -> int:
        """The newest attempt's key, 0 where there is none."""
        return int(self._value("SELECT coalesce(max(id), 0) FROM ledger"))

    def ledger(self) -> list[Row]:
        """Every row, oldest first, without hashes and the answers' text."""
        columns = (
            "job, task, persona, pool, deployment, model, tier, attempt, status, error, ms, tokens_in, tokens_out, cost, "
            "price_known, counterfactual_cost, at"
        )
        return self._rows(f"SELECT {columns} FROM ledger ORDER BY id")

    def spent(self, run: str | None = None, since: datetime | None = None) -> tuple[Decimal, int]:
        """What model calls cost in USD as far as known, and how many cost nobody knows what: of a run, or all; since then.

        Replayed answers cost nothing, whatever they did when they were recorded.
        """
        wanted: list[tuple[str, str]] = []
        if run:
            wanted.append(("run = ?", run))
        if since:
            wanted.append(("at >= ?", iso(since)))
        where = " AND ".join(["status <> 'replayed'", *(test for test, _ in wanted)])
        rows = self._rows(f"SELECT cost, price_known FROM ledger WHERE {where}", *(value for _, value in wanted))
        return sum((Decimal(row["cost"]) for row in rows if row["cost"]), Decimal(0)), sum(
            not row["price_known"] for row in rows
        )
