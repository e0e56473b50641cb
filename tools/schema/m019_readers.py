"""Who gets the week's letter, by double opt-in; the letters, and what became of each one at each reader."""

STATEMENTS = (
    """CREATE TABLE subscribers (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: deliveries go by it
        address TEXT NOT NULL,     -- empty once they left or refused
        hash TEXT NOT NULL UNIQUE, -- of the address, salted with this store's id
        state TEXT NOT NULL CHECK (state IN ('asked','confirmed','left','refused')),
        token TEXT NOT NULL,       -- hash of what stands in the link of the newest mail to confirm; empty: none went out
        asked_at TEXT NOT NULL,
        confirmed_at TEXT,
        left_at TEXT,
        -- the mail to confirm
        mail TEXT NOT NULL CHECK (mail IN ('waiting','sending','sent','failed')),
        mailed_at TEXT,            -- of the newest try
        tries INTEGER NOT NULL,
        due_at TEXT NOT NULL,      -- of the next try
        error TEXT NOT NULL
    )""",
    "CREATE INDEX subscribers_state ON subscribers(state, id)",
    "CREATE INDEX subscribers_token ON subscribers(token)",
    "CREATE INDEX subscribers_mailed ON subscribers(mailed_at)",
    "CREATE INDEX subscribers_waiting ON subscribers(id) WHERE mail = 'waiting'",
    # kept as it was made, so that everybody gets the same, whenever their turn comes
    """CREATE TABLE letters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL,        -- without its frame and the way out, which is each reader's own
        until TEXT NOT NULL,       -- the newest moment it tells of
        made_at TEXT NOT NULL
    )""",
    # a row before a mail is handed over, by which nobody gets a letter twice
    """CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        letter INTEGER NOT NULL REFERENCES letters(id),
        subscriber INTEGER NOT NULL, -- may be gone by now
        token TEXT NOT NULL UNIQUE, -- hash of what stands in the way out
        state TEXT NOT NULL CHECK (state IN ('waiting','sending','sent','refused','unsure')),
        tries INTEGER NOT NULL,
        error TEXT NOT NULL,
        at TEXT NOT NULL,
        UNIQUE (letter, subscriber)
    )""",
)
