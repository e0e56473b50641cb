"""The exports that were taken from the console; and which panels met before the facts changed, kept right by triggers on the shelf: to look at every panel took 170 ms at
100,000 products."""

# What a row says, as a question to what it follows from
STALE = """SELECT p.id AS product FROM products p
        JOIN panels panel ON panel.id = (SELECT max(id) FROM panels WHERE product = p.id)
        WHERE p.merged_into IS NULL AND p.status <> 'deleted' AND panel.content_hash <> p.content_hash"""

STATEMENTS = (
    """CREATE TABLE exports (
        id INTEGER PRIMARY KEY,
        form TEXT NOT NULL,
        after TEXT NOT NULL,       -- the cursor it continued from; empty: all
        cursor TEXT NOT NULL,      -- where the change log stood: what the next one may continue from
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        state TEXT NOT NULL,       -- under way, whole, broken off, failed
        rows INTEGER,              -- null: of a form that has none
        size_bytes INTEGER NOT NULL
    )""",
    "CREATE INDEX shelf_queue ON shelf(verdict, product) WHERE status = 'needs_look'",  # the queue by what comes first in it
    "CREATE TABLE stale_panels (product INTEGER PRIMARY KEY)",
    f"INSERT INTO stale_panels {STALE}",
    # the shelf's own triggers write a line of it anew with each panel and each change of content
    "CREATE TRIGGER stale_delete AFTER DELETE ON shelf BEGIN DELETE FROM stale_panels WHERE product = old.product; END",
    f"""CREATE TRIGGER stale_insert AFTER INSERT ON shelf WHEN new.verdict <> ''
        BEGIN INSERT INTO stale_panels {STALE} AND p.id = new.product; END""",
)
