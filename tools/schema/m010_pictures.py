"""What was read in pictures: evidence may stand in one, at a place of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.knowledge import row_hash

if TYPE_CHECKING:
    from sqlite_utils import Database

_EVIDENCE = """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY,
        fact INTEGER REFERENCES facts(id),
        plan INTEGER REFERENCES plans(id),
        position INTEGER NOT NULL,
        page INTEGER REFERENCES pages(id), -- null only for an editor's word
        url TEXT NOT NULL,
        place TEXT NOT NULL CHECK (place IN ('visible','markup','api','picture')),
        path TEXT NOT NULL,
        quote TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        box TEXT NOT NULL DEFAULT '', -- of a picture: left,top,width,height
        row_hash TEXT NOT NULL,
        CHECK ((fact IS NULL) <> (plan IS NULL))
    )"""
STATEMENTS = (
    "CREATE INDEX evidence_fact ON evidence(fact)",
    "CREATE INDEX evidence_plan ON evidence(plan)",
    "CREATE INDEX evidence_page ON evidence(page)",
    # what was read in the picture of a page's prices, so that plans can be made of it again without the picture
    """CREATE TABLE pictures (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL UNIQUE REFERENCES pages(id),
        hash TEXT NOT NULL,        -- SHA-256 of the picture
        url TEXT NOT NULL,         -- of the picture; empty: the page's screenshot
        lines TEXT NOT NULL,       -- JSON: text, box, sure, struck of each
        cuttings TEXT NOT NULL,    -- JSON: small PNGs in base64, by box
        at TEXT NOT NULL,
        row_hash TEXT NOT NULL
    )""",
)


def widen(db: Database) -> None:
    """Evidence with a box: SQLite changes no CHECK, so its rows move. Damaged ones go on being found."""
    db.conn.execute("ALTER TABLE evidence RENAME TO evidence_before")
    db.conn.execute(_EVIDENCE)
    names = [column.name for column in db.table("evidence_before").columns]
    cursor = db.conn.execute("SELECT * FROM evidence_before")
    for values in cursor:
        row = {**dict(zip(names, values, strict=True)), "box": ""}
        sound = row["row_hash"] == row_hash({name: row[name] for name in names})
        seal = row_hash(row) if sound else row["row_hash"]
        db.table("evidence").insert({**row, "row_hash": seal})
    db.conn.execute("DROP TABLE evidence_before")
