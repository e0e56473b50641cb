"""The change log, and the views others read."""

STATEMENTS = (
    # AUTOINCREMENT: a number is never given twice, so a cursor stays true. SQLite has one writer: order = commit order
    """CREATE TABLE changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        product INTEGER NOT NULL REFERENCES products(id),
        at TEXT NOT NULL,
        op TEXT NOT NULL,
        field TEXT NOT NULL DEFAULT '',
        before TEXT,
        after TEXT,
        why TEXT NOT NULL DEFAULT '',
        who TEXT NOT NULL DEFAULT '',
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX changes_product ON changes(product)",
    # invariant 2: what awaits review is a question, not a queue
    """CREATE VIEW products_awaiting_review AS
        SELECT p.id, p.slug, p.name, p.content_hash, p.changed_at,
            (SELECT r.why FROM review_requests r WHERE r.product = p.id AND r.closed_at IS NULL LIMIT 1) AS requested
        FROM products p
        WHERE p.status NOT IN ('rejected', 'deleted') AND p.merged_into IS NULL
            AND (NOT EXISTS (SELECT 1 FROM panels WHERE product = p.id AND content_hash = p.content_hash)
                OR EXISTS (SELECT 1 FROM review_requests r WHERE r.product = p.id AND r.closed_at IS NULL))""",
    # one line a product: what lists, search results and the front page show
    """CREATE VIEW product_cards AS
        SELECT p.id, p.slug, p.name, p.tagline, p.kind, p.status, p.homepage, p.category, p.pricing_model, p.license,
            p.entry_amount, p.entry_currency, p.entry_period, p.tags, p.needs_look,
            panel.verdict, panel.line AS panel_line, panel.ships, panel.skips, panel.no_take, panel.median,
            panel.reviewer, panel.content_hash IS NOT NULL AND panel.content_hash <> p.content_hash AS panel_stale,
            (SELECT count(*) FROM launches WHERE product IN (WITH RECURSIVE family(id) AS
                    (SELECT p.id UNION SELECT q.id FROM products q JOIN family f ON q.merged_into = f.id)
                SELECT id FROM family))
                AS launches,
            (SELECT group_concat(DISTINCT s.name) FROM launches l JOIN sources s ON s.id = l.source
                WHERE l.product IN (WITH RECURSIVE family(id) AS
                    (SELECT p.id UNION SELECT q.id FROM products q JOIN family f ON q.merged_into = f.id)
                SELECT id FROM family)) AS sources,
            p.first_seen, p.changed_at, p.content_hash
        FROM products p
        LEFT JOIN panels panel ON panel.id = (SELECT max(id) FROM panels WHERE product = p.id)
        WHERE p.merged_into IS NULL AND p.status <> 'deleted'""",
    "CREATE INDEX panels_product ON panels(product)",  # product_cards: the newest panel
)
