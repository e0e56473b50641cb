"""The line of each product in an export, kept until something it tells changes: what did not change need not be built."""

# The tables whose rows carry the product they are of. Rows of a panel come with its own row, in one transaction.
_OF_PRODUCT = (
    *("aliases", "launches", "product_pages", "facts", "plans", "plan_history", "panels", "reviews", "overrides"),
    *("votes", "dossier_pages", "measures", "statements", "voices", "changes"),
)
# Other rows that a line tells of, with the products they are of. When something was last seen is read when a line is.
_OF_PAGE = (
    "SELECT product FROM product_pages WHERE page = {row}.page UNION SELECT f.product FROM evidence e "
    "JOIN facts f ON f.id = e.fact WHERE e.page = {row}.page UNION SELECT p.product FROM evidence e "
    "JOIN plans p ON p.id = e.plan WHERE e.page = {row}.page"
)
_OTHERS = {
    "evidence": "SELECT product FROM facts WHERE id = {row}.fact UNION SELECT product FROM plans WHERE id = {row}.plan",
    "observations": "SELECT product FROM launches WHERE id = {row}.launch",
    "addresses": "SELECT product FROM product_pages WHERE page = {row}.page",
    "screenshots": _OF_PAGE,
}
_EVENTS = {"INSERT": ("new",), "UPDATE": ("old", "new"), "DELETE": ("old",)}
_ALIVE = "merged_into IS NULL AND status <> 'deleted'"


def _follow(table: str, event: str, products: str) -> str:
    told = " UNION ".join(products.format(row=row) for row in _EVENTS[event])
    of = "OF page " if (table, event) == ("addresses", "UPDATE") else ""  # not when it was checked
    return f"""CREATE TRIGGER documents_{table}_{event.lower()} AFTER {event} {of}ON {table} BEGIN
        UPDATE documents SET line = NULL WHERE line IS NOT NULL
            AND product IN (SELECT root FROM products WHERE id IN ({told}));
    END"""


STATEMENTS = (
    # kept right by triggers: a row for each product that is neither deleted nor merged away
    """CREATE TABLE documents (
        product INTEGER PRIMARY KEY,
        line BLOB                  -- the JSON of its document, compressed; null: something of it changed since
    )""",
    "CREATE INDEX documents_due ON documents(product) WHERE line IS NULL",
    f"INSERT INTO documents (product) SELECT id FROM products WHERE {_ALIVE}",
    f"""CREATE TRIGGER documents_products_insert AFTER INSERT ON products BEGIN
        INSERT INTO documents (product) SELECT id FROM products WHERE id = new.id AND {_ALIVE};
    END""",
    f"""CREATE TRIGGER documents_products_update AFTER UPDATE ON products BEGIN
        DELETE FROM documents WHERE product IN (new.id, old.root, new.root);
        INSERT INTO documents (product) SELECT id FROM products WHERE id IN (new.id, old.root, new.root) AND {_ALIVE};
    END""",
    *(_follow(table, event, "SELECT {row}.product") for table in _OF_PRODUCT for event in _EVENTS),
    *(_follow(table, event, products) for table, products in _OTHERS.items() for event in _EVENTS),
)
