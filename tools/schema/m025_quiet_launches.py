"""A launch makes its product's line in an export anew only where something changed of it that a line tells: to look for the
line with every launch was half of what writing one costs, and most are of no product yet."""

# What a line tells of a launch (tools/store/documents.py); its numbers are rows of their own.
_TOLD = (
    "product",
    "key",
    "source",
    "title",
    "tagline",
    "url",
    "source_url",
    "launched_at",
    "launched_at_basis",
    "first_seen",
)
_BEFORE, _AFTER = (", ".join(f"{row}.{name}" for name in _TOLD) for row in ("old", "new"))
_NUMBER = "(SELECT product FROM launches WHERE id = {row}.launch)"
# Each with the products it is of, and when it concerns one.
_RULES = {
    ("launches", "INSERT"): ("new.product", "new.product IS NOT NULL"),
    ("launches", "UPDATE"): (
        "old.product, new.product",
        f"coalesce(old.product, new.product) IS NOT NULL AND ({_BEFORE}) IS NOT ({_AFTER})",
    ),
    ("launches", "DELETE"): ("old.product", "old.product IS NOT NULL"),
    ("observations", "INSERT"): (_NUMBER.format(row="new"), f"{_NUMBER.format(row='new')} IS NOT NULL"),
}


def _instead(table: str, event: str, products: str, when: str) -> tuple[str, str]:
    name = f"documents_{table}_{event.lower()}"
    return (
        f"DROP TRIGGER {name}",
        f"""CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {when} BEGIN
        UPDATE documents SET line = NULL WHERE line IS NOT NULL
            AND product IN (SELECT root FROM products WHERE id IN ({products}));
    END""",
    )


STATEMENTS = tuple(sql for (table, event), rule in _RULES.items() for sql in _instead(table, event, *rule))
