"""Statements with the plan from which on they are so; lines of an export that were kept without it are made anew."""

from __future__ import annotations

COLUMNS = {"statements": ("plan TEXT NOT NULL DEFAULT ''",)}  # empty: not told
STATEMENTS = (
    "UPDATE documents SET line = NULL WHERE line IS NOT NULL AND product IN (SELECT product FROM statements)",
)
