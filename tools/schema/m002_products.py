"""Launches, products, facts, plans, evidence and their search index."""

STATEMENTS = (
    # name … makers are the values shown, computed from the live facts; facts are what is known
    """CREATE TABLE products (
        id INTEGER PRIMARY KEY,
        slug TEXT NOT NULL UNIQUE,
        identity TEXT NOT NULL,    -- unique through aliases.identity
        kind TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new','needs_look','approved','rejected','deleted')),
        needs_look TEXT NOT NULL DEFAULT '[]', -- JSON list of reasons
        settled TEXT NOT NULL DEFAULT '[]',    -- reasons an editor has seen: they do not come back
        name TEXT NOT NULL,
        tagline TEXT,
        description TEXT,
        homepage TEXT,
        repository TEXT,
        hub_id TEXT,
        category TEXT,
        pricing_model TEXT NOT NULL DEFAULT 'unknown',
        license TEXT,
        tags TEXT NOT NULL DEFAULT '[]',
        makers TEXT NOT NULL DEFAULT '[]',
        entry_amount TEXT,         -- cheapest plan with a known amount; null: no price known
        entry_currency TEXT,
        entry_period TEXT,
        content_hash TEXT NOT NULL DEFAULT '', -- facts and plans only: what a panel is of
        merged_into INTEGER REFERENCES products(id), -- nothing is moved by a merge, so that it can be undone
        first_seen TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX products_status ON products(status)",
    "CREATE INDEX products_changed_at ON products(changed_at)",
    "CREATE INDEX products_merged_into ON products(merged_into)",
    # every identity that leads to a product, its own among them
    """CREATE TABLE aliases (
        id INTEGER PRIMARY KEY,
        identity TEXT NOT NULL UNIQUE,
        product INTEGER NOT NULL REFERENCES products(id),
        added_at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX aliases_product ON aliases(product)",
    # the last proposal of each product, until another one writes to it: made again, it would change nothing
    """CREATE TABLE standing (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL UNIQUE REFERENCES products(id),
        seal TEXT NOT NULL UNIQUE, -- hash of the whole proposal
        row_hash TEXT NOT NULL
    )""",
    """CREATE TABLE launches (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,  -- "<source>:<source_id>"
        source INTEGER NOT NULL REFERENCES sources(id),
        source_id TEXT NOT NULL,
        title TEXT NOT NULL,
        source_url TEXT NOT NULL,
        url TEXT,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        tagline TEXT NOT NULL,
        description TEXT NOT NULL,
        makers TEXT NOT NULL,
        tags TEXT NOT NULL,
        license TEXT NOT NULL,
        repo_url TEXT NOT NULL,
        hub_id TEXT NOT NULL,
        launched_at TEXT,
        launched_at_basis TEXT NOT NULL,
        page TEXT NOT NULL,        -- Page.id of the listing; text, since a listing may be kept after its launches
        raw TEXT NOT NULL,         -- the row as it stood there when content_hash last changed
        content_hash TEXT NOT NULL, -- what it says, without numbers, page and raw: the guard of the upsert
        observed TEXT NOT NULL DEFAULT '{}', -- latest numbers; their history is in observations
        first_seen TEXT NOT NULL,
        product INTEGER REFERENCES products(id),
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX launches_source ON launches(source, first_seen)",
    "CREATE INDEX launches_product ON launches(product)",
    "CREATE INDEX launches_first_seen ON launches(first_seen)",
    # apart from launches: an unchanged crawl of 100,000 writes these small rows and nothing else
    """CREATE TABLE launch_sightings (
        launch INTEGER PRIMARY KEY REFERENCES launches(id),
        last_seen TEXT NOT NULL,
        row_hash TEXT NOT NULL     -- over last_seen only, so that one value serves a whole crawl
    )""",
    """CREATE TABLE observations (
        id INTEGER PRIMARY KEY,
        launch INTEGER NOT NULL REFERENCES launches(id),
        metric TEXT NOT NULL,
        value REAL NOT NULL,
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (launch, metric, at)
    )""",
    """CREATE TABLE product_pages (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        page INTEGER NOT NULL REFERENCES pages(id),
        position INTEGER NOT NULL, -- 0: homepage
        row_hash TEXT NOT NULL,
        UNIQUE (product, page)
    )""",
    "CREATE INDEX product_pages_page ON product_pages(page)",
    # one value of one field as one address says it; what a newer reading no longer says stays, with live = 0
    """CREATE TABLE facts (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,  -- hash of product, field, value, rung, address
        product INTEGER NOT NULL REFERENCES products(id),
        field TEXT NOT NULL,
        value TEXT NOT NULL,       -- JSON: a string or a list of strings
        rung TEXT NOT NULL,
        confidence REAL NOT NULL,
        address TEXT NOT NULL,     -- of the page that says it: a new reading of it replaces its facts
        live INTEGER NOT NULL DEFAULT 1,
        found_at TEXT NOT NULL,
        superseded_at TEXT,
        who TEXT NOT NULL DEFAULT '', -- the editor, for rung editor
        why TEXT NOT NULL DEFAULT '',
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX facts_product ON facts(product, live)",
    """CREATE TABLE plans (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        product INTEGER NOT NULL REFERENCES products(id),
        name TEXT NOT NULL,
        amount TEXT,               -- decimal; null is unknown or custom, '0' is free
        currency TEXT,
        period TEXT,
        unit TEXT,
        billed TEXT,
        qualifier TEXT,
        rung TEXT NOT NULL,
        confidence REAL NOT NULL,
        address TEXT NOT NULL,
        live INTEGER NOT NULL DEFAULT 1,
        found_at TEXT NOT NULL,
        superseded_at TEXT,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX plans_product ON plans(product, live)",
    # a shown plan's amount from a moment on; written only when it really changed
    """CREATE TABLE plan_history (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        plan TEXT NOT NULL,
        line TEXT NOT NULL,        -- which line of that plan: name, period, unit, billed, qualifier
        amount TEXT,
        currency TEXT,
        period TEXT,
        gone INTEGER NOT NULL DEFAULT 0,
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX plan_history_product ON plan_history(product)",
    # a verbatim quote of a stored page, for a fact or for a plan
    """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY,
        fact INTEGER REFERENCES facts(id),
        plan INTEGER REFERENCES plans(id),
        position INTEGER NOT NULL,
        page INTEGER REFERENCES pages(id), -- null only for an editor's word
        url TEXT NOT NULL,
        place TEXT NOT NULL CHECK (place IN ('visible','markup','api')),
        path TEXT NOT NULL,
        quote TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        CHECK ((fact IS NULL) <> (plan IS NULL))
    )""",
    "CREATE INDEX evidence_fact ON evidence(fact)",
    "CREATE INDEX evidence_plan ON evidence(plan)",
    "CREATE INDEX evidence_page ON evidence(page)",
    # external content: the words are kept once, in products. [products] is how sqlite-utils and Datasette find it
    """CREATE VIRTUAL TABLE products_fts USING FTS5 (
        name, tagline, description, tags,
        tokenize='porter',
        content=[products],
        content_rowid=id
    )""",
    """CREATE TRIGGER products_ai AFTER INSERT ON products BEGIN
        INSERT INTO products_fts (rowid, name, tagline, description, tags)
        VALUES (new.id, new.name, new.tagline, new.description, new.tags);
    END""",
    """CREATE TRIGGER products_ad AFTER DELETE ON products BEGIN
        INSERT INTO products_fts (products_fts, rowid, name, tagline, description, tags)
        VALUES ('delete', old.id, old.name, old.tagline, old.description, old.tags);
    END""",
    # only for the indexed columns, and only when they differ: with FTS an update costs twenty times one without
    """CREATE TRIGGER products_au AFTER UPDATE OF name, tagline, description, tags ON products
    WHEN old.name IS NOT new.name OR old.tagline IS NOT new.tagline
        OR old.description IS NOT new.description OR old.tags IS NOT new.tags
    BEGIN
        INSERT INTO products_fts (products_fts, rowid, name, tagline, description, tags)
        VALUES ('delete', old.id, old.name, old.tagline, old.description, old.tags);
        INSERT INTO products_fts (rowid, name, tagline, description, tags)
        VALUES (new.id, new.name, new.tagline, new.description, new.tags);
    END""",
)
