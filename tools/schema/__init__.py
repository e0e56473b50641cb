"""Tables, views, indexes and migrations of store.db, one module a migration, with the reason beside each column that
needs one.

Keys are integers (FTS content rows, newest-first search, Datasette's links) beside a unique text key; times are UTC ISO
8601 text; lists are JSON text. `row_hash` covers every other column of its row: SQLite's own check noticed 12 of 200
flipped bytes (research, security.md section 5). A migration is never edited once merged; a new one is added below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tools.knowledge import row_hash
from tools.schema import (
    m001_pages,
    m002_products,
    m003_reviews,
    m004_runs,
    m005_changes,
    m006_sites,
    m007_overrides,
    m008_addresses,
    m009_lines,
    m010_pictures,
    m011_dossiers,
    m012_acts,
    m013_sets,
    m014_notices,
    m015_filters,
    m017_upkeep,
    m018_desk,
    m019_readers,
    m020_documents,
    m021_exports,
    m022_statement_plans,
    m023_bounces,
    m025_quiet_launches,
    m027_logos,
)

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
    "sites",
    "screenshots",
    "review_members",
    "overrides",
    "pictures",
    "dossier_pages",
    "measures",
    "statements",
    "voices",
    "findings",
    "second_looks",
    "acts",
    "looked",
    "upkeep",
    "logos",
    "logo_files",
)

Columns = Mapping[str, Sequence[str]]  # by table, as SQL declares them

Change = Callable[["Database"], None]  # of rows that are there

# In the order in which they are applied; a store keeps the names. Each: statements, columns added to earlier tables, and
# what is done to their rows before.
STEPS: dict[str, tuple[Sequence[str], Columns, Change | None]] = {
    "m001_pages": (m001_pages.STATEMENTS, {}, None),
    "m002_products": (m002_products.STATEMENTS, {}, None),
    "m003_reviews": (m003_reviews.STATEMENTS, {}, None),
    "m004_runs": (m004_runs.STATEMENTS, {}, None),
    "m005_changes": (m005_changes.STATEMENTS, {}, None),
    "m006_sites": (m006_sites.STATEMENTS, {}, None),
    "m007_overrides": (m007_overrides.STATEMENTS, m007_overrides.COLUMNS, None),
    "m008_addresses": (m008_addresses.STATEMENTS, {}, m008_addresses.fold),
    "m009_lines": ((), m009_lines.COLUMNS, m009_lines.forget),
    "m010_pictures": (m010_pictures.STATEMENTS, {}, m010_pictures.widen),
    "m011_dossiers": (m011_dossiers.STATEMENTS, m011_dossiers.COLUMNS, None),
    "m012_acts": (m012_acts.STATEMENTS, {}, None),
    "m013_sets": (m013_sets.STATEMENTS, {}, m013_sets.root),
    "m014_notices": (m014_notices.STATEMENTS, {}, None),
    "m015_filters": ((), m015_filters.COLUMNS, None),
    "m017_upkeep": (m017_upkeep.STATEMENTS, {}, None),
    "m018_desk": (m018_desk.STATEMENTS, {}, None),
    "m019_readers": (m019_readers.STATEMENTS, {}, None),
    "m020_documents": (m020_documents.STATEMENTS, {}, None),
    "m021_exports": (m021_exports.STATEMENTS, {}, None),
    "m022_statement_plans": (m022_statement_plans.STATEMENTS, m022_statement_plans.COLUMNS, None),
    "m023_bounces": (m023_bounces.STATEMENTS, {}, None),
    "m025_quiet_launches": (m025_quiet_launches.STATEMENTS, {}, None),
    "m027_logos": (m027_logos.STATEMENTS, {}, None),
}
NAMES = tuple(STEPS)


def migrations() -> Migrations:
    """The migrations, for sqlite-utils; its import takes a fifth of a second, so only a store that needs them asks."""
    from sqlite_utils import Migrations

    found = Migrations("scout")
    for name, (statements, columns, change) in STEPS.items():
        found(name=name)(_step(statements, columns, change))
    return found


def _step(statements: Sequence[str], columns: Columns, change: Change | None) -> Change:
    def step(db: Database) -> None:
        if change:
            change(db)
        for table, declared in columns.items():
            _widen(db, table, declared)
        for statement in statements:  # one by one: executescript would commit the migration's transaction half way
            db.conn.execute(statement)

    return step


def _widen(db: Database, table: str, declared: Sequence[str]) -> None:
    """Add columns to a table. Rows whose hash fitted are sealed anew; damaged ones go on being found."""
    rows = db.table(table)
    sound = [row["id"] for row in rows.rows if row["row_hash"] == row_hash(row)]
    for column in declared:
        db.conn.execute(f"ALTER TABLE [{table}] ADD COLUMN {column}")
    for key in sound:
        seal = row_hash(rows.get(key))
        db.conn.execute(f"UPDATE [{table}] SET row_hash = ? WHERE id = ?", (seal, key))
