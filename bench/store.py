"""What the store can take, as ratios: python bench/store.py [ROWS]

One run prints: bulk upserts beside the raw floor (executemany, same rows, same table), an unchanged crawl beside the
first one with what it wrote, what readers wait for, and what a product's standing among the others costs. All times are CPU
time of this process; ratios move little from machine to machine, rates a lot.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.dossier import Dossier, DossierPage, Measure, Role, Statement
from tools.models import CATEGORIES, Evidence, Fact, Launch, Page, Plan, Proposal
from tools.schema import HASHED
from tools.store import Row, Store, connect

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WORDS = "fast typed local first agent search vector build cache deploy query graph stream model tiny open".split()


def main() -> int:
    """Run all parts and print one line a figure."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        bulk(Path(folder), rows // 10)
        crawl(Path(folder), rows)
        readers(Path(folder), max(200, rows // 100))
        standings(Path(folder), max(200, rows * 8 // 100))
    return 0


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of one call: beside other work on the machine, wall time would measure that."""
    start = time.process_time()
    work()
    return time.process_time() - start


def p50_ms(work: Sequence[Callable[[], object]]) -> float:
    """Median milliseconds of some calls."""
    return statistics.median(timed(call) for call in work) * 1000


def launch(number: int, seen: str = "") -> Launch:
    """A launch of some 600 bytes."""
    words = [WORDS[(number * step) % len(WORDS)] for step in range(3, 40)]
    return Launch(
        "bench",
        str(number),
        f"Show: {words[0]} {words[1]} {number}{seen}",
        f"https://news.example/{number}",
        url=f"https://p{number}.example/",
        name=f"{words[0]}-{number}",
        tagline=" ".join(words[:12]),
        description=" ".join(words),
        tags=tuple(words[:3]),
        launched_at=NOON,
        observations={"votes": float(number % 50)},
        raw=f'{{"id": {number}}}',
    )


def bulk(folder: Path, rows: int) -> None:
    """put_many and put_launches beside executemany with the same columns and the same indexes."""
    launches = [launch(number) for number in range(rows)]
    with Store.open(folder / "seed.db") as store:
        store.put_launches("bench", launches, NOON)
        table = [
            {name: value for name, value in row.items() if name != "id"}
            for row in store._rows("SELECT * FROM launches")
        ]
    changed = [{**row, "title": f"{row['title']}!", "content_hash": f"{row['content_hash']}!"} for row in table]
    for label, given in (("new rows", table), ("changed rows", changed), ("unchanged rows", changed)):
        raw, ours = _raw(folder / "raw.db", given), _put_many(folder / "ours.db", given)
        print(f"put_many, {label}: {len(given) / ours:,.0f} rows/s, {raw / ours:.2f} of raw executemany upsert")
    with Store.open(folder / "launches.db") as store:
        ours = timed(lambda: store.put_launches("bench", launches, NOON))
        seen, numbers = (store._rows(f"SELECT * FROM {name}") for name in ("launch_sightings", "observations"))
    alone = _raw(folder / "raw2.db", table)
    beside = _raw(folder / "raw2.db", seen, "launch_sightings", "launch")
    beside += _raw(folder / "raw2.db", numbers, "observations", "id")
    print(
        f"put_launches, new, with sightings, observations and hashes: {rows / ours:,.0f} rows/s, "
        f"{(alone + beside) / ours:.2f} of raw executemany upserts of the same rows, {alone / ours:.2f} of those of launches alone"
    )


def _put_many(path: Path, rows: Sequence[Row]) -> float:
    with Store.open(path) as store:
        store.add_source("bench", "")
        return timed(lambda: store.put_many("launches", rows, "key"))


def _raw(path: Path, rows: Sequence[Row], table: str = "launches", key: str = "key") -> float:
    """Seconds of the bare upserts in one transaction, without opening the file."""
    with Store.open(path) as store:
        store.add_source("bench", "")
    columns = list(rows[0])
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT ({key}) DO UPDATE SET {sets}"
    )

    def put() -> None:
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany(statement, [list(row.values()) for row in rows])
        conn.execute("COMMIT")

    with closing(connect(path)) as conn:
        return timed(put)


def crawl(folder: Path, rows: int) -> None:
    """A first crawl, the same again, and one in which a hundredth changed."""
    launches = [launch(number) for number in range(rows)]
    with Store.open(folder / "crawl.db") as store:
        first = timed(lambda: store.put_launches("bench", launches, NOON))
        written = _written(store, lambda: store.put_launches("bench", launches, NOON + timedelta(hours=1)))
        second = timed(lambda: store.put_launches("bench", launches, NOON + timedelta(hours=2)))
        some = [launch(n, "!") if n % 100 == 0 else launches[n] for n in range(rows)]
        third = timed(lambda: store.put_launches("bench", some, NOON + timedelta(hours=3)))
    print(f"first crawl of {rows:,} launches: {first:.2f} s")
    print(f"unchanged crawl: {second:.2f} s, {second / first:.2f} of the first; rows written: {written}")
    print(f"crawl with 1 % changed: {third:.2f} s, {third / first:.2f} of the first")


def _written(store: Store, work: Callable[[], object]) -> str:
    """Which tables a piece of work writes to, counted by triggers."""
    store._conn.execute("CREATE TEMP TABLE written (name TEXT PRIMARY KEY, n INTEGER)")
    for table in HASHED:
        for event in ("INSERT", "UPDATE", "DELETE"):
            store._conn.execute(
                f"CREATE TEMP TRIGGER w_{table}_{event} AFTER {event} ON main.{table} BEGIN "
                f"INSERT INTO written VALUES ('{table}', 1) ON CONFLICT (name) DO UPDATE SET n = n + 1; END"
            )
    work()
    found = ", ".join(f"{row['name']} {row['n']:,}" for row in store._rows("SELECT * FROM written")) or "none"
    for table in HASHED:
        for event in ("INSERT", "UPDATE", "DELETE"):
            store._conn.execute(f"DROP TRIGGER w_{table}_{event}")
    return found


def readers(folder: Path, products: int) -> None:
    """One product in and out, lists and search; then the whole store checked."""
    with Store.open(folder / "products.db") as store:
        pages = [_page(number) for number in range(products)]
        for page in pages:
            store.put_page(page)
        proposals = [_proposal(number, page) for number, page in enumerate(pages)]
        new = p50_ms([lambda made=made: store.put_product(made) for made in proposals])
        again = p50_ms([lambda made=made: store.put_product(made) for made in proposals])
        print(f"put_product p50: new {new:.2f} ms, unchanged {again:.2f} ms, {again / new:.2f} of new")
        slugs = [card["slug"] for card in store.list_products(limit=200)]
        print(f"document p50: {p50_ms([lambda slug=slug: store.document(slug) for slug in slugs]):.2f} ms")
        for label, words in (
            ("rare word", "unique77"),
            ("common word", "fast"),
            ("prefix", "uni"),
            ("two words", "fast cache"),
        ):
            print(f"search p50, {label}: {p50_ms([lambda words=words: store.search(words)] * 20):.2f} ms")
        print(f"list of 50 cards p50: {p50_ms([store.list_products] * 20):.2f} ms")
        print(f"verify of {products:,} products: {timed(store.verify):.2f} s; digest: {timed(store.digest):.2f} s")


def standings(folder: Path, products: int) -> None:
    """Dossiers in and out, and a product beside the 200 newest of its category, each with plans, numbers and statements."""
    with Store.open(folder / "standings.db") as store:
        launches = [replace(launch(n), observations={"points": float(n % 50)}) for n in range(products)]
        store.put_launches("bench", launches, NOON)
        store.put_launches("bench", launches, NOON + timedelta(days=3))
        with store.write():
            slugs = [_categorised(store, number) for number in range(products)]
        dossiers = [_dossier(slug, _page(number)) for number, slug in enumerate(slugs)]
        new = p50_ms([lambda made=made: store.put_dossier(made) for made in dossiers])
        again = p50_ms([lambda made=made: store.put_dossier(made) for made in dossiers[:200]])
        print(f"put_dossier p50: new {new:.2f} ms, unchanged {again:.2f} ms")
        some = slugs[:: max(1, products // 100)]
        print(f"dossier p50: {p50_ms([lambda slug=slug: store.dossier(slug) for slug in some]):.2f} ms")
        first = timed(lambda: store.standing(slugs[0], ())) * 1000
        later = p50_ms([lambda slug=slug: store.standing(slug, ()) for slug in some])
        peers = len(store.standing(slugs[0], ()).peers)
        print(f"standing beside {peers} of {products:,}: first {first:.1f} ms, then p50 {later:.2f} ms")


def _categorised(store: Store, number: int) -> str:
    page = _page(number)
    store.put_page(page)
    made = _proposal(number, page)
    category = CATEGORIES[number // 200 % len(CATEGORIES)]
    facts = (*made.facts, Fact("category", category, "meta", 0.8, made.facts[0].evidence))
    return store.put_product(replace(made, facts=facts, launches=(f"bench:{number}",))).slug


def _dossier(slug: str, page: Page) -> Dossier:
    roles: tuple[Role, ...] = ("homepage", "pricing", "docs", "repository")
    metrics = ("stars", "forks", "open_issues", "pushed_at", "releases_365d", "downloads_30d")
    where = (page.url, page.id)
    return Dossier(
        slug,
        tuple(DossierPage(role, "read", *where, NOON) for role in roles),
        tuple(Measure(metric, float(n), NOON, *where, f'"{metric}": {n}') for n, metric in enumerate(metrics)),
        tuple(Statement(topic, False, "", "docs", *where, f"It has {topic}.") for topic in ("export", "api", "sso")),
    )


def _page(number: int) -> Page:
    body = f"<h1>Thing {number}</h1>{' '.join(WORDS) * 20}".encode()
    url, digest = f"https://p{number}.example/", sha256(body).hexdigest()
    key = sha256(f"{url}\n{digest}".encode()).hexdigest()[:32]
    return Page(key, url, url, 200, "text/html", "utf-8", body, digest, NOON)


def _proposal(number: int, page: Page) -> Proposal:
    evidence = (Evidence(page.url, "visible", f"Thing {number}", page=page.id),)
    values = {
        "name": f"Thing {number}",
        "tagline": " ".join(WORDS[number % 8 :]),
        "description": f"unique{number} " + " ".join(WORDS) * 5,
        "license": "MIT",
        "pricing_model": "paid",
    }
    facts = tuple(Fact(field, value, "meta", 0.8, evidence) for field, value in values.items())
    plans = tuple(
        Plan(name, Decimal(price), "USD", "month", evidence=evidence) for name, price in (("Pro", 9), ("Team", 29))
    )
    return replace(Proposal(f"url:p{number}.example", "product", facts, plans), pages=(page.id,))


if __name__ == "__main__":
    sys.exit(main())
