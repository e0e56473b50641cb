"""What an editor did, with what each row it decided on was before and after, so that it can be taken back; and up to
where of the change log each editor has looked."""

STATEMENTS = (
    """CREATE TABLE acts (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        op TEXT NOT NULL,          -- edit, status, delete, undelete, merge, unmerge, override, undo
        who TEXT NOT NULL,
        why TEXT NOT NULL,
        at TEXT NOT NULL,
        decided TEXT NOT NULL,     -- JSON: [table, id, columns before or null, columns after or null] of each row
        undone_by INTEGER REFERENCES acts(id),
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX acts_product ON acts(product)",
    """CREATE TABLE looked (
        id INTEGER PRIMARY KEY,
        who TEXT NOT NULL UNIQUE,
        up_to INTEGER NOT NULL,    -- seq of the newest change row shown
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
)
