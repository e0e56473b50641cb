"""Tables, views, indexes and migrations of store.db, one module a migration, with the reason beside each column that
needs one.

Keys are integers (FTS content rows, newest-first search, Datasette's links) beside a unique text key; times are UTC ISO
8601 text; lists are JSON text. `row_hash` covers every other column of its row: SQLite's own check noticed 12 of 200
flipped bytes (research, security.md section 5). A migration is never edited once merged; a new one is added below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tools.schema import m001_pages, m002_products, m003_reviews, m004_runs, m005_changes

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

# Tables whose rows carry a hash over all their other columns, the integer key left out.
HASHED = (
    "sources",
    "bodies",
    "pages",
    "addresses",
    "extractions",
    "products",
    "aliases",
    "standing",
    "launches",
    "launch_sightings",
    "observations",
    "product_pages",
    "facts",
    "plans",
    "plan_history",
    "evidence",
    "panels",
    "passages",
    "reviews",
    "ratings",
    "claims",
    "citations",
    "review_requests",
    "votes",
    "ledger",
    "recipes",
    "changes",
)

# In the order in which they are applied; a store keeps the names.
STEPS = {
    "m001_pages": m001_pages.STATEMENTS,
    "m002_products": m002_products.STATEMENTS,
    "m003_reviews": m003_reviews.STATEMENTS,
    "m004_runs": m004_runs.STATEMENTS,
    "m005_changes": m005_changes.STATEMENTS,
}
NAMES = tuple(STEPS)


def migrations() -> Migrations:
    """The migrations, for sqlite-utils; its import takes a fifth of a second, so only a store that needs them asks."""
    from sqlite_utils import Migrations

    found = Migrations("scout")
    for name, statements in STEPS.items():
        found(name=name)(_step(statements))
    return found


def _step(statements: tuple[str, ...]) -> Callable[[Database], None]:
    def step(db: Database) -> None:
        for statement in statements:  # one by one: executescript would commit the migration's transaction half way
            db.conn.execute(statement)

    return step
