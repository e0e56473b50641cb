"""What agents did and what their models cost."""

STATEMENTS = (
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        source TEXT NOT NULL,
        state TEXT NOT NULL,       -- running, ok, trouble, failed, …
        meta TEXT NOT NULL,
        counts TEXT NOT NULL DEFAULT '{}',
        started_at TEXT NOT NULL,
        ended_at TEXT
    )""",
    """CREATE TABLE steps (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs(id),
        number INTEGER NOT NULL,
        at TEXT NOT NULL,
        code TEXT NOT NULL DEFAULT '',
        output TEXT NOT NULL DEFAULT '',
        error TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '', -- empty: the playbook
        ms REAL,
        meta TEXT NOT NULL DEFAULT '{}', -- whatever else the trace knows
        UNIQUE (run, number)
    )""",
    """CREATE TABLE calls (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs(id),
        step INTEGER NOT NULL,     -- steps.number
        server TEXT NOT NULL,
        tool TEXT NOT NULL,
        args TEXT NOT NULL,
        ms REAL NOT NULL,
        error TEXT NOT NULL,
        result_digest TEXT NOT NULL,
        at TEXT NOT NULL
    )""",
    "CREATE INDEX calls_run ON calls(run, step)",
    # one attempt of a model call; the row is written before the call and completed after it
    """CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        run TEXT NOT NULL DEFAULT '',
        task TEXT NOT NULL DEFAULT '',
        persona TEXT NOT NULL DEFAULT '',
        pool TEXT NOT NULL DEFAULT '',
        deployment TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        attempt INTEGER NOT NULL DEFAULT 1,
        status TEXT NOT NULL,      -- started, ok, failed, replayed, stored; "started" for ever: killed in the call
        error TEXT NOT NULL DEFAULT '',
        ms REAL,
        tokens_in INTEGER,
        tokens_out INTEGER,
        cost TEXT,                 -- USD; null: unknown
        price_known INTEGER NOT NULL DEFAULT 0,
        counterfactual_cost TEXT,  -- the same tokens on the top tier
        prompt_hash TEXT NOT NULL DEFAULT '',
        response_hash TEXT NOT NULL DEFAULT '',
        response TEXT NOT NULL DEFAULT '', -- the answer: a prompt with one is never asked again
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX ledger_prompt_hash ON ledger(prompt_hash)",
    "CREATE INDEX ledger_run ON ledger(run)",
    """CREATE TABLE recipes (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,  -- hash of site and recipe
        site TEXT NOT NULL,
        recipe TEXT NOT NULL,      -- JSON: data, never code
        state TEXT NOT NULL,       -- proposed, active, retired
        why TEXT NOT NULL DEFAULT '',
        coverage REAL,             -- share of valid rows on live pages
        pages INTEGER NOT NULL DEFAULT 0,
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX recipes_site ON recipes(site, state)",
)
