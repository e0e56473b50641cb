"""Panels with all a review can be traced by, requests for one, readers' votes."""

STATEMENTS = (
    """CREATE TABLE panels (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,  -- "review:<slug>:<content_hash>", with ":<version>" from the second on
        product INTEGER NOT NULL REFERENCES products(id),
        content_hash TEXT NOT NULL,
        version INTEGER NOT NULL,  -- above 1 only when a review was asked for again
        reviewer TEXT NOT NULL,
        verdict TEXT NOT NULL,
        line TEXT NOT NULL,
        ships INTEGER NOT NULL,
        skips INTEGER NOT NULL,
        no_take INTEGER NOT NULL,
        median REAL,
        reason TEXT NOT NULL,
        pack_hash TEXT NOT NULL,   -- the evidence pack the reviewers were given
        created_at TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (product, content_hash, version)
    )""",
    # the pack itself, kept with the panel: a citation can be followed after the product has changed
    """CREATE TABLE passages (
        id INTEGER PRIMARY KEY,
        panel INTEGER NOT NULL REFERENCES panels(id),
        number INTEGER NOT NULL,
        text TEXT NOT NULL,
        url TEXT NOT NULL,
        place TEXT NOT NULL,
        page TEXT NOT NULL,        -- Page.id
        fetched_at TEXT NOT NULL,
        label TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (panel, number)
    )""",
    """CREATE TABLE reviews (
        id INTEGER PRIMARY KEY,
        panel INTEGER NOT NULL REFERENCES panels(id),
        product INTEGER NOT NULL REFERENCES products(id),
        persona TEXT NOT NULL,
        reviewer TEXT NOT NULL,    -- "rubric", or the model's name
        score INTEGER,             -- null: no panel take
        vote TEXT,
        text TEXT NOT NULL,
        abstain_reason TEXT NOT NULL,
        raw TEXT NOT NULL,         -- an answer that could not be read, as it came
        model TEXT NOT NULL,
        prompt_hash TEXT NOT NULL,
        cost TEXT,                 -- USD; null: unknown
        runs TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (panel, persona)
    )""",
    "CREATE INDEX reviews_product ON reviews(product)",
    """CREATE TABLE ratings (
        id INTEGER PRIMARY KEY,
        review INTEGER NOT NULL REFERENCES reviews(id),
        position INTEGER NOT NULL,
        field TEXT NOT NULL,
        level INTEGER,             -- null: the evidence is silent
        reason TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (review, position)
    )""",
    """CREATE TABLE claims (
        id INTEGER PRIMARY KEY,
        review INTEGER NOT NULL REFERENCES reviews(id),
        rating INTEGER NOT NULL REFERENCES ratings(id),
        position INTEGER NOT NULL,
        text TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('fact','inference','opinion')),
        supported INTEGER NOT NULL, -- set by the checker, never by a reviewer
        row_hash TEXT NOT NULL,
        UNIQUE (rating, position)
    )""",
    "CREATE INDEX claims_review ON claims(review)",
    """CREATE TABLE citations (
        id INTEGER PRIMARY KEY,
        claim INTEGER NOT NULL REFERENCES claims(id),
        position INTEGER NOT NULL,
        passage INTEGER NOT NULL REFERENCES passages(id),
        quote TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (claim, position)
    )""",
    "CREATE INDEX citations_passage ON citations(passage)",
    """CREATE TABLE review_requests (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        why TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        closed_at TEXT,            -- by the first panel made after it
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX review_requests_product ON review_requests(product)",
    """CREATE TABLE votes (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        voter TEXT NOT NULL,       -- an opaque key; nobody's address
        vote TEXT NOT NULL CHECK (vote IN ('ship','skip')),
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (product, voter)
    )""",
)
