"""What an editor did to what is read: sources left out of crawls, recipes retired; kept so that it can be taken back."""

STATEMENTS = (
    """CREATE TABLE upkeep (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('source','recipe')),
        name TEXT NOT NULL,        -- of the source, or the site of the recipes
        op TEXT NOT NULL,          -- disable, enable, retire, undo
        who TEXT NOT NULL,
        why TEXT NOT NULL,
        at TEXT NOT NULL,
        decided TEXT NOT NULL,     -- JSON: [id, columns before, columns after] of each row that moved
        undone_by INTEGER REFERENCES upkeep(id),
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX upkeep_name ON upkeep(kind, name)",
)
