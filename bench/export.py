"""What an export costs: python bench/export.py [PRODUCTS] [FORM ...]

One run prints, over generated products (100,000; see bench/many.py): what it costs to build the lines of products, beside
the rows they are made of, and to keep them; each form's MB/s, products/s and the most memory its process ever held, with
lines kept; an increment of 100 changed rows before and after their lines are kept; and the site's pages a second beside a
plain jinja2 loop over the same documents. Rates are of CPU time: beside other work on the machine, wall time would measure
that.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.many import fill
from tools.exporters import all_exporters
from tools.settings import Settings
from tools.store import Store

FORMS = ("jsonl", "csv", "jsonld", "rss", "atom", "jsonfeed", "newsletter", "mail", "parquet", "hub", "site")
SITE_MOST = 1_000  # products: the site's pages are counted on so many
BUILT = 2_000  # products whose lines are built to time it
SETTINGS = Settings({"contact": "bench@scout.example", "site_url": "https://scout.example"})


def main() -> int:
    """Run all parts and print one line a figure."""
    given = sys.argv[1:]
    if given[:1] == ["--one"]:
        return one(Path(given[1]), given[2])
    products = int(given.pop(0)) if given and given[0].isdigit() else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with Store.open(path) as store:
            made = timed(lambda: fill(store, products))
        bare = path.stat().st_size
        print(f"{products:,} products generated: {made:.1f} s, {bare / 1e6:,.0f} MB")
        with Store.open(path) as store:
            building(store)
            kept = timed(lambda: store.keep_documents(most=None))
        print(
            f"lines kept: {kept:.1f} s, {products / kept:,.0f} a second, {path.stat().st_size / bare - 1:.0%} more of disk"
        )
        for form in given or FORMS:
            few = path if form != "site" else few_of(Path(folder))
            subprocess.run([sys.executable, __file__, "--one", str(few), form], check=True)
        with Store.open(path) as store:
            increments(store, products)
        jinja2_loop(few_of(Path(folder)))
    return 0


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def few_of(folder: Path) -> Path:
    """A store of SITE_MOST products."""
    path = folder / "few.db"
    if not path.exists():
        with Store.open(path) as store:
            fill(store, SITE_MOST)
    return path


def one(path: Path, form: str) -> int:
    """Export one form in a process of its own, so that its memory is its own."""
    exporter, names, size = all_exporters()[form], set(), 0
    with Store.open(path) as store:
        store.keep_documents(most=None)
        start = time.process_time()
        for name, piece in exporter.export(store, None, SETTINGS):
            names.add(name)
            size += len(piece)
        took = time.process_time() - start
        products = store.counts()["products"]
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files = f"{len(names):,} files, {len(names) / took:,.0f} a second, " if len(names) > 2 else ""
    print(
        f"{form}: {files}{size / 1e6:,.1f} MB, {size / 1e6 / took:.1f} MB/s, {products / took:,.0f} products/s, {held:,.0f} MB held",
        flush=True,
    )
    return 0


def building(store: Store) -> None:
    """Lines built anew, and the rows they are made of without anything made of them."""

    def lines() -> int:
        return sum(len(line.text) for line in islice(store.document_lines(), BUILT))

    size, asked = lines(), []
    built = timed(lines)
    store._conn.set_trace_callback(asked.append)  # statements with their values put in
    lines()
    store._conn.set_trace_callback(None)
    reads = [sql for sql in asked if sql.startswith("SELECT")]
    rows = timed(lambda: [store._conn.execute(sql).fetchall() for sql in reads])
    print(f"lines built, none kept: {size / 1e6 / built:,.1f} MB/s; their rows alone {size / 1e6 / rows:,.1f} MB/s")


def increments(store: Store, products: int) -> None:
    """100 changed rows: of 100 products, and of 10."""
    slugs = sorted(store._column("SELECT slug FROM products ORDER BY id DESC LIMIT 100"))

    def export(seq: int) -> int:
        return sum(len(piece) for _, piece in all_exporters()["jsonl"].export(store, seq, SETTINGS))

    for spread in (100, 10):
        took: list[tuple[float, ...]] = []
        for turn in range(5):
            seq = store.last_seq()
            with store.write():
                for number in range(100):
                    store.note(slugs[number % spread], "note", "bench", why=f"{turn} {number}", who="bench")
            again = partial(export, seq)
            took.append((timed(again), timed(store.keep_documents), timed(again)))
        built, keeping, kept = (statistics.median(found) * 1000 for found in zip(*took, strict=True))
        print(
            f"increment of 100 changed rows of {spread} products among {products:,}: {kept:.1f} ms from kept lines, "
            f"{built:.1f} ms where they are built; keeping them, at the end of a run: {keeping:.1f} ms"
        )


def jinja2_loop(path: Path) -> None:
    """A page a product, as plain as jinja2 makes one: what the site's own pages are set beside."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(
        "<!doctype html><title>{{ d.name }}</title><h1>{{ d.name }}</h1><p>{{ d.description }}</p>"
        "{% for name, fact in d.facts.items() %}<h2>{{ name }}</h2><p>{{ fact.value }}</p>"
        "{% for one in fact.evidence %}<blockquote>{{ one.quote }} {{ one.url }} {{ one.fetched_at }}</blockquote>{% endfor %}{% endfor %}"
        "{% for plan in d.plans %}<p>{{ plan.name }} {{ plan.amount }} {{ plan.currency }}</p>{% endfor %}"
        "{% if d.panel %}{% for review in d.panel.reviews.values() %}<h2>{{ review.persona }}</h2><p>{{ review.text }}</p>"
        "{% for rating in review.ratings %}<p>{{ rating.field }} {{ rating.reason }}</p>{% endfor %}{% endfor %}{% endif %}"
    )
    with Store.open(path) as store:
        documents = list(store.documents())
    took = timed(lambda: [template.render(d=document) for document in documents])
    print(f"plain jinja2 loop over the site's documents, in memory: {len(documents) / took:,.0f} pages a second")


if __name__ == "__main__":
    sys.exit(main())
