"""A store of many products: some hundred-odd rows each, copies of a few that came in by the usual doors.

The copies are made in SQLite, through the real tables, triggers and indexes: keys and what points to them move up, what
must be unique gets a number. Their row hashes are those of the originals, so that `scout verify` would not pass.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from tools.dossier import Dossier, DossierPage, Measure, Role, Statement, Voice
from tools.models import (
    CATEGORIES,
    Citation,
    Claim,
    Evidence,
    Fact,
    Finding,
    Launch,
    Page,
    Panel,
    Passage,
    Plan,
    Proposal,
    Rating,
    Review,
)
from tools.schema import HASHED
from tools.store import Store

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WORDS = "fast typed local first agent search vector build cache deploy query graph stream model tiny open".split()
PERSONAS = ("Builder", "Skeptic", "Futurist", "Founder", "PM", "Creator")
_ONCE = frozenset({"sources", "bodies", "ledger", "recipes", "sites", "looked", "acts"})  # not of one product


def fill(store: Store, products: int, originals: int = 40, reviewed: float = 0.25) -> None:
    """Bring a new store to `products` products. reviewed: the share that has a panel; as many have a dossier."""
    originals = min(originals, products)
    with store.write():
        for number in range(originals):
            slug = announced(store, number)
            if number < originals * reviewed:
                store.put_dossier(_dossier(store, slug, number))
                store.put_panel(_panel(store, slug, number), reviewer="rules")
    copy_rows(Path(store.path), -(-products // originals) - 1)


def copy_rows(path: Path, times: int, at_once: int = 50) -> None:
    """Add so many copies of all that a store holds of its products."""
    conn = sqlite3.connect(path, isolation_level=None)  # foreign keys are not checked: tables are filled one by one
    try:
        tables = [table for table in HASHED if table not in _ONCE]
        keys = {table: _key(conn, table) for table in tables}
        sizes = {t: conn.execute(f"SELECT coalesce(max({keys[t]}), 0) FROM {t}").fetchone()[0] for t in tables}
        for first in range(1, times + 1, at_once):
            conn.execute("BEGIN")
            for table in tables:
                names, values = _copied(conn, table, keys[table], sizes)
                conn.execute(
                    "WITH copies(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM copies WHERE n < ?) "
                    f"INSERT INTO {table} ({names}) SELECT {values} FROM copies CROSS JOIN {table} t WHERE t.{keys[table]} <= ?",
                    (first, min(first + at_once - 1, times), sizes[table]),
                )
            conn.execute("COMMIT")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        conn.close()


def _key(conn: sqlite3.Connection, table: str) -> str:
    return next(str(row[1]) for row in conn.execute(f"PRAGMA table_info({table})") if row[5])


def _copied(conn: sqlite3.Connection, table: str, key: str, sizes: dict[str, int]) -> tuple[str, str]:
    """The columns of a table, and what a copy has in them, as SQL over t and n."""
    points = {row[3]: row[2] for row in conn.execute(f"PRAGMA foreign_key_list({table})")}
    alone = set()
    for index in conn.execute(f"PRAGMA index_list({table})").fetchall():
        columns = [row[2] for row in conn.execute(f"PRAGMA index_info({index[1]})")]
        alone |= set(columns) if index[2] and len(columns) == 1 else set()
    values = {}
    for _, name, kind, *_ in conn.execute(f"PRAGMA table_info({table})"):
        if points.get(name, table if name == key else "") in sizes and (name == key or name in points):
            values[name] = f"t.{name} + n * {sizes[points.get(name, table)]}"
        elif name in alone and kind == "TEXT":
            values[name] = f"t.{name} || '-' || n"
        else:
            values[name] = f"t.{name}"
    return ", ".join(f"[{name}]" for name in values), ", ".join(values.values())


def _page(store: Store, url: str, words: str) -> Page:
    body = f"<h1>{words}</h1>".encode()
    digest = sha256(body).hexdigest()
    page = Page(
        sha256(f"{url}\n{digest}".encode()).hexdigest()[:32], url, url, 200, "text/html", "utf-8", body, digest, NOON
    )
    store.put_page(page)
    return page


def _words(number: int, many: int) -> str:
    return " ".join(WORDS[(number * 7 + step * step) % len(WORDS)] for step in range(many))


def announced(store: Store, number: int) -> str:
    site = f"https://p{number}.example"
    pages = [_page(store, f"{site}/{place}", f"Thing {number} {place}") for place in ("", "pricing", "docs")]
    made = Launch("bench", str(number), f"Show: Thing {number}", f"https://news.example/{number}", url=f"{site}/")
    made = replace(made, tagline=_words(number, 9), launched_at=NOON, observations={"points": float(number)})
    store.put_launches("bench", [made], NOON)
    later = replace(made, observations={"points": number + 4.0, "comments": 2.0})
    store.put_launches("bench", [later], NOON + timedelta(days=2))

    def quoted(words: str, page: Page = pages[0]) -> tuple[Evidence, ...]:
        return (
            Evidence(page.url, "visible", words, page=page.id),
            Evidence(page.url, "markup", words, "meta", page.id),
        )

    told = {"name": f"Thing {number}", "tagline": _words(number, 10), "description": _words(number, 60)}
    told |= {"homepage": f"{site}/", "repository": f"https://code.example/t/{number}", "license": "MIT"}
    told |= {"pricing_model": "paid", "category": CATEGORIES[number % len(CATEGORIES)]}
    lists = {"tags": WORDS[number % 9 : number % 9 + 4], "makers": [f"Maker {number}"]}
    facts = [
        Fact(field, value, "meta", 0.8 + number / 1000, quoted(str(value)))
        for field, value in {**told, **lists}.items()
    ]
    facts += [Fact("tagline", _words(number + 1, 12), "text", 0.6, quoted(_words(number + 1, 12), pages[2]))]
    plans = tuple(
        Plan(
            name,
            Decimal(price + number),
            "USD",
            "month",
            "seat",
            confidence=0.9,
            evidence=quoted(f"{name} ${price}", pages[1])[:1],
        )
        for name, price in (("Solo", 9), ("Team", 29), ("Scale", 99))
    )
    proposal = Proposal(
        f"url:p{number}.example", "product", tuple(facts), plans, (made.id,), tuple(p.id for p in pages)
    )
    return store.put_product(proposal).slug


def _dossier(store: Store, slug: str, number: int) -> Dossier:
    page = _page(store, f"https://docs.example/{number}", f"Docs of thing {number}")
    roles: tuple[Role, ...] = ("homepage", "pricing", "docs", "changelog", "terms", "repository", "releases")
    where = (page.url, page.id)
    return Dossier(
        slug,
        tuple(DossierPage(role, "read", *where, NOON) for role in roles),
        tuple(
            Measure(metric, float(number + month), NOON + timedelta(days=31 * month), *where, f'"{metric}": {month}')
            for metric in ("stars", "forks", "open_issues", "downloads_30d")
            for month in range(6)
        ),
        tuple(
            Statement(topic, False, "", "docs", *where, f"It has {topic}. {_words(number, 12)}")
            for topic in ("export", "api", "sso", "audit_log")
        ),
        tuple(Voice("a commenter", _words(number + n, 40), NOON + timedelta(hours=n), *where) for n in range(4)),
    )


def _panel(store: Store, slug: str, number: int) -> Panel:
    document = store.document(slug)
    page = document.pages[0]
    passages = tuple(
        Passage(n, _words(number + n, 30), page.url, "visible", page.id, NOON, "homepage") for n in range(1, 15)
    )

    def rating(persona: int, place: int) -> Rating:
        cited = (Citation(1 + (persona + place) % 14, _words(number + place, 12)),)
        claims = [Claim(f"{_words(persona + place + n, 11)}.", "fact", cited, supported=True) for n in range(2)]
        return Rating(f"field_{place}", (persona + place) % 5, f"{_words(place, 9)}.", tuple(claims))

    reviews = tuple(
        Review(
            name,
            "rules",
            40 + 8 * n,
            "ship" if n > 2 else "skip",
            f"{_words(number + n, 60)}.",
            tuple(rating(n, place) for place in range(5)),
        )
        for n, name in enumerate(PERSONAS)
    )
    findings = tuple(
        Finding(f"kind_{n}", {"months": str(n)}, f"{_words(n, 14)}.", -1, 0.5, (Citation(n, _words(n, 8)),))
        for n in range(1, 9)
    )
    return Panel(slug, document.content_hash, "Split", reviews, passages, "pack", findings=findings)
