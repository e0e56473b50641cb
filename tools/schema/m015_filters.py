"""Of a source: what is kept of what it announces, how much that was at the last reading, and whether it was taken out."""

COLUMNS = {
    "sources": (
        "filter TEXT NOT NULL DEFAULT ''",  # JSON as tools/filters takes it; '': everything is kept
        "listed INTEGER NOT NULL DEFAULT 0",  # launches of the last reading, blocked ones included
        "blocked INTEGER NOT NULL DEFAULT 0",  # of those
        "removed INTEGER NOT NULL DEFAULT 0",  # its launches go on naming it, so the row stays
    )
}
