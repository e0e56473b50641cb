"""Sources, and bytes fetched at a time."""

STATEMENTS = (
    # the store's own id (cursors carry it) and what this file promises
    """CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    )""",
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL DEFAULT '',
        kind TEXT NOT NULL DEFAULT 'feed',
        access TEXT NOT NULL DEFAULT 'feed',
        enabled INTEGER NOT NULL DEFAULT 1,
        last_ok_at TEXT,        -- answered in a shape we know
        last_new_at TEXT,       -- told us something new: what `quiet_days` is counted from
        last_error TEXT NOT NULL DEFAULT '',
        row_hash TEXT NOT NULL
    )""",
    # bytes apart from addresses: one body under ten addresses is kept once
    """CREATE TABLE bodies (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE, -- SHA-256 of the bytes before compression
        size_bytes INTEGER NOT NULL,
        zlib BLOB NOT NULL,        -- level 1: a third of the size for a tenth of level 9's time
        row_hash TEXT NOT NULL
    )""",
    # never updated: these bytes at this address, as they first came
    """CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,  -- Page.id
        url TEXT NOT NULL,         -- as asked for
        final_url TEXT NOT NULL,   -- after redirects
        status INTEGER NOT NULL,
        content_type TEXT NOT NULL,
        charset TEXT NOT NULL,
        body INTEGER NOT NULL REFERENCES bodies(id),
        body_hash TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        access TEXT NOT NULL,
        rendered TEXT NOT NULL DEFAULT '', -- why a browser made it
        elapsed_s REAL NOT NULL DEFAULT 0,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX pages_final_url ON pages(final_url)",  # which address a fact belongs to
    # the newest page of an asked-for address: what a conditional request is built from
    """CREATE TABLE addresses (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        page INTEGER NOT NULL REFERENCES pages(id),
        checked_at TEXT NOT NULL,  -- a 200 or a 304 at this time
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX addresses_page ON addresses(page)",
    # what was read in a page: a crawl that finds it unchanged reads it here and does not parse it again
    """CREATE TABLE extractions (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL UNIQUE REFERENCES pages(id),
        seal TEXT NOT NULL,        -- hash of the program that read it and of all else it went by
        zlib BLOB NOT NULL,        -- JSON
        row_hash TEXT NOT NULL
    )""",
)
