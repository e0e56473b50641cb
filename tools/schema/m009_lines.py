"""Beside what was read in a page its lines, which a panel reads. What was read before is read anew: it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

COLUMNS = {"extractions": ("lines BLOB NOT NULL DEFAULT x''",)}  # UTF-8, zlib


def forget(db: Database) -> None:
    """No extraction: each was sealed by a program that kept no lines, and is of no use to this one."""
    db.conn.execute("DELETE FROM extractions")
