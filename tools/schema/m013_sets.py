"""What sets of products are read by: whose family a product is of, and a line a product that lists and the review queue
are walked by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.knowledge import row_hash

if TYPE_CHECKING:
    from sqlite_utils import Database

# What products.root says, as a question to what it follows from
ROOTS = """WITH RECURSIVE family(root, id) AS (
        SELECT id, id FROM products WHERE merged_into IS NULL
        UNION ALL SELECT f.root, p.id FROM family f JOIN products p ON p.merged_into = f.id
    ) SELECT root, id FROM family"""

# What a line of the shelf says of a product, as a question to the tables it follows from
SHELF = """SELECT p.id AS product, p.status, p.category,
        coalesce((SELECT verdict FROM panels WHERE product = p.id ORDER BY id DESC LIMIT 1), '') AS verdict,
        CASE WHEN p.status NOT IN ('rejected', 'deleted')
            AND (NOT EXISTS (SELECT 1 FROM panels WHERE product = p.id AND content_hash = p.content_hash)
                OR EXISTS (SELECT 1 FROM review_requests r WHERE r.product = p.id AND r.closed_at IS NULL))
            THEN p.changed_at END AS awaiting
        FROM products p WHERE p.merged_into IS NULL"""

_FOLLOWS = (  # whatever a line of the shelf follows from
    ("INSERT ON products", "new.id"),
    ("UPDATE OF status, category, merged_into, content_hash, changed_at ON products", "new.id"),
    ("INSERT ON panels", "new.product"),
    ("UPDATE OF verdict ON panels", "new.product"),
    ("INSERT ON review_requests", "new.product"),
    ("UPDATE OF closed_at ON review_requests", "new.product"),
)
_TALLY = "INSERT INTO tallies VALUES ({name}, {by}) ON CONFLICT (name) DO UPDATE SET n = n + {by}"  # names and numbers are ours


def _follow(number: int, event: str, product: str) -> str:
    return f"""CREATE TRIGGER shelf_{number} AFTER {event} BEGIN
        DELETE FROM shelf WHERE product = {product};
        INSERT INTO shelf {SHELF} AND p.id = {product};
    END"""


def _count(event: str, row: str, by: int) -> str:
    return f"""CREATE TRIGGER shelf_{event.lower()} AFTER {event} ON shelf BEGIN
        {_TALLY.format(name=f"'products_' || {row}.status", by=by)};
        {_TALLY.format(name="'awaiting_review'", by=f"({row}.awaiting IS NOT NULL) * {by}")};
    END"""


STATEMENTS = (
    "CREATE INDEX products_root ON products(root)",
    # how many there are, kept right by triggers: to count rows takes longer with every one of them
    "CREATE TABLE tallies (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID",
    # an index over several tables, kept right by triggers: a line for each product that is not merged away
    """CREATE TABLE shelf (
        product INTEGER PRIMARY KEY,
        status TEXT NOT NULL,
        category TEXT,
        verdict TEXT NOT NULL,     -- of the newest panel; '' without one
        awaiting TEXT              -- when what awaits review changed last; null: nothing does
    )""",
    _count("INSERT", "new", 1),
    _count("DELETE", "old", -1),
    *(_follow(number, *follows) for number, follows in enumerate(_FOLLOWS)),
    f"INSERT INTO shelf {SHELF}",
    "CREATE INDEX shelf_status ON shelf(status, product)",
    "CREATE INDEX shelf_category ON shelf(category, product) WHERE category IS NOT NULL",
    "CREATE INDEX shelf_verdict ON shelf(verdict, product)",
    "CREATE INDEX shelf_awaiting ON shelf(awaiting, product) WHERE awaiting IS NOT NULL",
    # evidence is the one table of those counted that loses rows
    f"CREATE TRIGGER evidence_ai AFTER INSERT ON evidence BEGIN {_TALLY.format(name=repr('evidence'), by=1)}; END",
    f"CREATE TRIGGER evidence_ad AFTER DELETE ON evidence BEGIN {_TALLY.format(name=repr('evidence'), by=-1)}; END",
    "INSERT INTO tallies SELECT 'evidence', count(*) FROM evidence",
    "CREATE INDEX launches_of_source ON launches(source, product) WHERE product IS NOT NULL",
    "CREATE INDEX products_first_seen ON products(first_seen)",
    "DROP VIEW products_awaiting_review",
    """CREATE VIEW products_awaiting_review AS
        SELECT p.id, p.slug, p.name, p.content_hash, p.changed_at,
            (SELECT r.why FROM review_requests r WHERE r.product = p.id AND r.closed_at IS NULL LIMIT 1) AS requested
        FROM shelf s JOIN products p ON p.id = s.product
        WHERE s.awaiting IS NOT NULL""",
    "DROP VIEW product_cards",
    """CREATE VIEW product_cards AS
        SELECT p.id, p.slug, p.name, p.tagline, p.kind, p.status, p.homepage, p.category, p.pricing_model, p.license,
            p.entry_amount, p.entry_currency, p.entry_period, p.tags, p.needs_look,
            panel.verdict, panel.line AS panel_line, panel.ships, panel.skips, panel.no_take, panel.median,
            panel.reviewer, panel.content_hash IS NOT NULL AND panel.content_hash <> p.content_hash AS panel_stale,
            (SELECT count(*) FROM products m JOIN launches l ON l.product = m.id WHERE m.root = p.id) AS launches,
            (SELECT group_concat(DISTINCT s.name) FROM products m JOIN launches l ON l.product = m.id
                JOIN sources s ON s.id = l.source WHERE m.root = p.id) AS sources,
            p.first_seen, p.changed_at, p.content_hash
        FROM products p
        LEFT JOIN panels panel ON panel.id = (SELECT max(id) FROM panels WHERE product = p.id)
        WHERE p.merged_into IS NULL AND p.status <> 'deleted'""",
)


def root(db: Database) -> None:
    """Say of each product whose family it is of. Rows whose hash fitted are sealed anew; damaged ones go on being found."""
    products = db.table("products")
    sound = [row["id"] for row in products.rows if row["row_hash"] == row_hash(row)]
    # the product that all it was merged into leads to; its own id where it is not merged
    db.conn.execute("ALTER TABLE products ADD COLUMN root INTEGER REFERENCES products(id)")
    db.conn.execute(f"UPDATE products SET root = f.root FROM ({ROOTS}) f WHERE f.id = products.id")
    for key in sound:
        db.conn.execute("UPDATE products SET row_hash = ? WHERE id = ?", (row_hash(products.get(key)), key))
