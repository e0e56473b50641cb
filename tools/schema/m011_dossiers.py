"""Dossiers: pages beyond the homepage, numbers over time, what pages state and what others wrote; findings of a panel."""

STATEMENTS = (
    """CREATE TABLE dossier_pages (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        role TEXT NOT NULL,        -- one of tools.dossier.ROLES
        state TEXT NOT NULL,       -- read, none, refused, failed
        url TEXT NOT NULL,
        page INTEGER REFERENCES pages(id), -- null where nothing was read
        at TEXT NOT NULL,
        why TEXT NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (product, role, url)
    )""",
    "CREATE INDEX dossier_pages_page ON dossier_pages(page)",
    """CREATE TABLE measures (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        metric TEXT NOT NULL,
        value REAL NOT NULL,
        at TEXT NOT NULL,
        url TEXT NOT NULL,
        page INTEGER NOT NULL REFERENCES pages(id),
        quote TEXT NOT NULL,
        newest INTEGER NOT NULL,   -- 1: of this metric none is newer. 200 peers are read by these rows, not by their past
        row_hash TEXT NOT NULL,
        UNIQUE (product, metric, url, at) -- two registries count the downloads of one product
    )""",
    "CREATE INDEX measures_newest ON measures(product) WHERE newest",
    "CREATE INDEX measures_page ON measures(page)",
    """CREATE TABLE statements (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        topic TEXT NOT NULL,
        denied INTEGER NOT NULL,
        value TEXT NOT NULL,
        role TEXT NOT NULL,
        url TEXT NOT NULL,
        page INTEGER NOT NULL REFERENCES pages(id),
        quote TEXT NOT NULL,
        unclear INTEGER NOT NULL,  -- 1: a word of the topic stands there, what it says is not understood
        row_hash TEXT NOT NULL,
        UNIQUE (product, topic, page, quote)
    )""",
    "CREATE INDEX statements_page ON statements(page)",
    """CREATE TABLE voices (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL REFERENCES products(id),
        role TEXT NOT NULL,        -- "a commenter on Show HN": never a name
        text TEXT NOT NULL,
        at TEXT NOT NULL,
        url TEXT NOT NULL,
        page INTEGER NOT NULL REFERENCES pages(id),
        by_maker INTEGER NOT NULL,
        row_hash TEXT NOT NULL,
        UNIQUE (product, url, at, text)
    )""",
    "CREATE INDEX voices_page ON voices(page)",
    # the newest of a category: what a product stands beside
    "CREATE INDEX products_category ON products(category, id) WHERE category IS NOT NULL",
    # what a second look at a panel gave: `scout panel stats`
    """CREATE TABLE second_looks (
        id INTEGER PRIMARY KEY,
        panel TEXT NOT NULL UNIQUE, -- panels.key
        seal TEXT NOT NULL,        -- of what it hangs on: content, panel, program
        found TEXT NOT NULL,       -- JSON
        row_hash TEXT NOT NULL
    )""",
    """CREATE TABLE findings (
        id INTEGER PRIMARY KEY,
        panel INTEGER NOT NULL REFERENCES panels(id),
        position INTEGER NOT NULL, -- strongest first
        kind TEXT NOT NULL,
        vals TEXT NOT NULL,        -- JSON: what the sentence is made of
        text TEXT NOT NULL,
        direction INTEGER NOT NULL, -- 1 for the product, -1 against it, 0 neither
        strength REAL NOT NULL,    -- 0-1
        citations TEXT NOT NULL,   -- JSON: [passage number, quote] of each
        row_hash TEXT NOT NULL,
        UNIQUE (panel, position)
    )""",
)
COLUMNS = {
    "passages": ("trust TEXT NOT NULL DEFAULT 'own'",),  # of the dossier: own, measure, voice or store
    "claims": ("checked TEXT NOT NULL DEFAULT ''",),  # knowledge, entailed or unsure
}
