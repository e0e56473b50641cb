"""What somebody wants to be notified of: how far each rule has looked, what it found for whom, the messages made of it,
and saved searches."""

STATEMENTS = (
    # one a rule of scout.toml; a rule that is taken out keeps its mark, and goes on from it when it comes back
    """CREATE TABLE notice_marks (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL UNIQUE,
        seq INTEGER NOT NULL,      -- of the change log: what came after it is still to be looked at
        since TEXT NOT NULL,       -- failures of runs and jobs from this moment on
        state TEXT NOT NULL,       -- JSON: which sources were failing, whether looks were above the number
        digested_at TEXT NOT NULL  -- when a run last made the digests that were due
    )""",
    # a message is written down before it is sent, so that a second try sends the same bytes under the same key
    """CREATE TABLE notice_messages (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,  -- webhook-id, Message-ID: by this a receiver drops what it has already
        rule TEXT NOT NULL,
        target TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,        -- JSON, as a webhook gets it
        changes INTEGER NOT NULL,
        state TEXT NOT NULL,       -- waiting, sent, given up
        tries INTEGER NOT NULL DEFAULT 0,
        due_at TEXT NOT NULL,      -- of the next try
        error TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        ended_at TEXT
    )""",
    "CREATE INDEX notice_messages_state ON notice_messages(state, target)",
    """CREATE TABLE notices (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL,
        target TEXT NOT NULL,
        event TEXT NOT NULL,       -- what happened; found again it is the same
        change TEXT NOT NULL,      -- by this one target gets it once a run, whatever rules found it
        about TEXT NOT NULL,
        product INTEGER REFERENCES products(id),
        facts TEXT NOT NULL,       -- JSON: at, field, before, after, why
        found_at TEXT NOT NULL,
        message INTEGER REFERENCES notice_messages(id),
        void TEXT NOT NULL DEFAULT '', -- why nobody is to be notified of it after all
        UNIQUE (rule, target, event)
    )""",
    "CREATE INDEX notices_open ON notices(target, id) WHERE message IS NULL AND void = ''",
    "CREATE INDEX notices_message ON notices(message)",
    """CREATE TABLE watches (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: notices go by it
        words TEXT NOT NULL,
        kinds TEXT NOT NULL,       -- JSON; empty: all
        rule TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        UNIQUE (words, kinds, rule)
    )""",
    # what a search has found so far, what was there before it among it: nobody is notified of that
    """CREATE TABLE watch_matches (
        id INTEGER PRIMARY KEY,
        watch INTEGER NOT NULL REFERENCES watches(id),
        product INTEGER NOT NULL REFERENCES products(id),
        UNIQUE (watch, product)
    )""",
)
