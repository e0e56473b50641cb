"""Tables, views, indexes and migrations of store.db, with the reason beside each column that needs one.

Keys are integers (FTS content rows, newest-first search, Datasette's links) beside a unique text key; times are UTC ISO
8601 text; lists are JSON text. `row_hash` covers every other column of its row: SQLite's own check noticed 12 of 200
flipped bytes (research, security.md section 5). A migration is never edited once merged; a new one is added below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

# Tables whose rows carry a hash over all their other columns, the integer key left out.
HASHED = (
    "sources",
    "bodies",
    "pages",
    "addresses",
    "extractions",
    "products",
    "aliases",
    "standing",
    "launches",
    "launch_sightings",
    "observations",
    "product_pages",
    "facts",
    "plans",
    "plan_history",
    "evidence",
    "panels",
    "passages",
    "reviews",
    "ratings",
    "claims",
    "citations",
    "review_requests",
    "votes",
    "ledger",
    "recipes",
    "changes",
)

_PAGES = (
    # the store's own id (cursors carry it) and what this file promises
    """CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    )""",
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL DEFAULT '',
        kind TEXT NOT NULL DEFAULT 'feed',
        access TEXT NOT NULL DEFAULT 'feed',
        enabled INTEGER NOT NULL DEFAULT 1,
        last_ok_at TEXT,        -- answered in a shape we know
        last_new_at TEXT,       -- told us something new: what `quiet_days` is counted from
        last_error TEXT NOT NULL DEFAULT '',
        row_hash TEXT NOT NULL
    )""",
    # bytes apart from addresses: one body under ten addresses is kept once
    """CREATE TABLE bodies (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE, -- SHA-256 of the bytes before compression
        size_bytes INTEGER NOT NULL,
        zlib BLOB NOT NULL,        -- level 1: a third of the size for a tenth of level 9's time
        row_hash TEXT NOT NULL
    )""",
    # never updated: these bytes at this address, as they first came
    """CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,  -- Page.id
        url TEXT NOT NULL,         -- as asked for
        final_url TEXT NOT NULL,   -- after redirects
        status INTEGER NOT NULL,
        content_type TEXT NOT NULL,
        charset TEXT NOT NULL,
        body INTEGER NOT NULL REFERENCES bodies(id),
        body_hash TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        access TEXT NOT NULL,
        rendered TEXT NOT NULL DEFAULT '', -- why a browser made it
        elapsed_s REAL NOT NULL DEFAULT 0,
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX pages_final_url ON pages(final_url)",  # which address a fact belongs to
    # the newest page of an asked-for address: what a conditional request is built from
    """CREATE TABLE addresses (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,
        page INTEGER NOT NULL REFERENCES pages(id),
        checked_at TEXT NOT NULL,  -- a 200 or a 304 at this time
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        row_hash TEXT NOT NULL
    )""",
    "CREATE INDEX addresses_page ON addresses(page)",
    # what was read in a page: a crawl that finds it unchanged reads it here and does not parse it again
    """CREATE TABLE extractions (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL UNIQUE REFERENCES pages(id),
        seal TEXT NOT NULL,        -- hash of the program that read it and of all else it went by
        zlib BLOB NOT NULL,        -- JSON
        row_hash TEXT NOT NULL
    )""",
)

_PRODUCTS = (
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

_REVIEWS = (
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

_RUNS = (
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

_CHANGES = (
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


def m001_pages(db: Database) -> None:
    """Sources, and bytes fetched at a time."""
    _run(db, _PAGES)


def m002_products(db: Database) -> None:
    """Launches, products, facts, plans, evidence and their search index."""
    _run(db, _PRODUCTS)


def m003_reviews(db: Database) -> None:
    """Panels with all a review can be traced by, requests for one, readers' votes."""
    _run(db, _REVIEWS)


def m004_runs(db: Database) -> None:
    """What agents did and what their models cost."""
    _run(db, _RUNS)


def m005_changes(db: Database) -> None:
    """The change log, and the views others read."""
    _run(db, _CHANGES)


# In the order in which they are applied.
STEPS = (m001_pages, m002_products, m003_reviews, m004_runs, m005_changes)
NAMES = tuple(step.__name__ for step in STEPS)


def migrations() -> Migrations:
    """The migrations, for sqlite-utils; its import takes a fifth of a second, so only a store that needs them asks."""
    from sqlite_utils import Migrations

    found = Migrations("scout")
    for step in STEPS:
        found()(step)
    return found


def _run(db: Database, statements: tuple[str, ...]) -> None:
    # one by one: executescript would commit the migration's transaction half way
    for statement in statements:
        db.conn.execute(statement)
