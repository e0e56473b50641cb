"""Addresses that bounce: how often in a row a server refused one, since when it gets no letter, and why."""

STATEMENTS = (
    "ALTER TABLE subscribers ADD COLUMN bounces INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE subscribers ADD COLUMN bounced_at TEXT",  # null: letters go there
    "ALTER TABLE subscribers ADD COLUMN bounce TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX subscribers_bounced ON subscribers(id) WHERE bounced_at IS NOT NULL",
)
