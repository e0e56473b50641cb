"""The marks of products: where each was named, when it was asked for, and the small picture that is kept of it."""

# When the line of a product tells of another mark; not when it was only asked for again
_OTHER = {"INSERT": "new.hash <> ''", "DELETE": "old.hash <> ''"}
_OTHER["UPDATE"] = "(old.hash, old.url, old.page) <> (new.hash, new.url, new.page)"


def _forgets(event: str, other: str) -> str:
    row = "old" if event == "DELETE" else "new"
    return f"""CREATE TRIGGER documents_logos_{event.lower()} AFTER {event} ON logos WHEN {other} BEGIN
        UPDATE documents SET line = NULL WHERE line IS NOT NULL
            AND product = (SELECT root FROM products WHERE id = {row}.product);
    END"""


STATEMENTS = (
    """CREATE TABLE logos (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL UNIQUE REFERENCES products(id),
        url TEXT NOT NULL,         -- where it was had, or asked for in vain; empty: its page names none
        page TEXT NOT NULL,        -- the address of the page that names it
        hash TEXT NOT NULL,        -- of logo_files; empty: none is kept
        made TEXT NOT NULL,        -- hash of the picture that was had, kept or not
        etag TEXT NOT NULL,
        last_modified TEXT NOT NULL,
        checked_at TEXT NOT NULL,
        why TEXT NOT NULL,         -- why none is kept
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX logos_made ON logos(made)",  # a hash that is kept is that of what was had
    # once each, whoever shows it; gone with the last row of logos that names it
    """CREATE TABLE logo_files (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE, -- SHA-256 of the PNG
        png BLOB NOT NULL,
        row_hash TEXT NOT NULL
    )""",
    *(_forgets(event, other) for event, other in _OTHER.items()),
)
