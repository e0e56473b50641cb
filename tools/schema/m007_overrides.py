"""Where a review comes from, what models said in it, and the editor's word against it."""

STATEMENTS = (
    # every answer of a fused review, used or not
    """CREATE TABLE review_members (
        id INTEGER PRIMARY KEY,
        review INTEGER NOT NULL REFERENCES reviews(id),
        position INTEGER NOT NULL,
        member TEXT NOT NULL,      -- the deployment's name
        model TEXT NOT NULL,
        score INTEGER,
        vote TEXT,
        text TEXT NOT NULL,
        ratings TEXT NOT NULL,     -- JSON; citations name passages of the panel by number
        raw TEXT NOT NULL,
        cost TEXT,                 -- USD; null: unknown
        prompt_hash TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (review, position)
    )""",
    # the newest of each persona; the change log keeps the earlier ones
    """CREATE TABLE overrides (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        persona TEXT NOT NULL,
        content_hash TEXT NOT NULL, -- the facts it was made on: of others it does not count
        vote TEXT NOT NULL CHECK (vote IN ('ship','skip')),
        why TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (product, persona)
    )""",
    "CREATE INDEX ledger_at ON ledger(at)",  # what a day has cost
)

COLUMNS = {
    "reviews": ("seed INTEGER", "evidence TEXT NOT NULL DEFAULT '[]'"),  # evidence: JSON, numbers of passages given
    "panels": (
        "contradictions TEXT NOT NULL DEFAULT '[]'",  # JSON
        "original_verdict TEXT",  # the reviewers' own, once an override has changed verdict and line
        "original_line TEXT",
    ),
    "ledger": (
        "tier TEXT NOT NULL DEFAULT ''",
        "job TEXT NOT NULL DEFAULT ''",  # crawl, research, review, reader
        "tokens INTEGER",  # both ways, as the endpoint's own usage said
    ),
}
