"""What was learned about sites, and pictures of pages."""

STATEMENTS = (
    # whether a site's pages say more in a browser: decided by evidence, remembered here
    """CREATE TABLE sites (
        id INTEGER PRIMARY KEY,
        host TEXT NOT NULL UNIQUE,
        render INTEGER NOT NULL,   -- 1: a browser reads it
        why TEXT NOT NULL,
        pages INTEGER NOT NULL,    -- how many pages had a say
        misses INTEGER NOT NULL,   -- in a row, that a browser brought nothing
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
    """CREATE TABLE screenshots (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL UNIQUE REFERENCES pages(id), -- the newest of each page
        hash TEXT NOT NULL,        -- SHA-256 of the PNG
        png BLOB NOT NULL,         -- empty: none could be taken
        at TEXT NOT NULL,
        why TEXT NOT NULL DEFAULT '', -- with an empty PNG: why
        row_hash TEXT NOT NULL
    )""",
)
