"""Products read in sets: the same documents as one by one, and at a cost that does not grow with the store."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from stored import LATER, NOON, Clock, dossier_of, fact, full_store, fused, launch, page, panel_of, plan, propose

from bench.many import fill
from tools.dossier import Dossier
from tools.knowledge import iso
from tools.models import CATEGORIES, Plan
from tools.schema import NAMES, migrations
from tools.store import Store, connect, documents
from tools.store.lists import Asked

HOSTILE = 'é"\\\x00\x1f\x7f\u2028\u202egnp\u200b </script> {{7*7}} %s 😀\ufffd'


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """All that can happen to products: chains of merges, tombstones, overrides, doubts, votes, words of every kind."""
    clock = Clock()
    with Store.open(tmp_path_factory.mktemp("sets") / "store.db", now=clock) as store:
        full_store(store)
        slugs = [document.slug for document in store.documents()]
        store.put_launches("show_hn", [launch(3, observations={"votes": 9.0})], NOON + timedelta(hours=1))
        clock.at = LATER
        _hostile(store)
        store.edit_product(slugs[1], "tags", f"a,{HOSTILE}", HOSTILE, HOSTILE)
        store.edit_product(slugs[2], "plan:Pro", "25 USD/month", "", "ed")
        store.edit_product(slugs[4], "tagline", "An editor's own.", "", "ed")
        store.put_override(slugs[0], "skeptic", "ship", "It held.", "ed")
        store.put_override(slugs[2], "pm", "skip", "It broke.", "ed")
        store.request_review(slugs[5], "again", "ed")
        store.put_panel(fused(panel_of(store, slugs[5], "Skip")), reviewer="model")
        for voter, vote in (("a", "ship"), ("b", "skip"), ("c", "ship")):
            store.put_vote(slugs[6], voter, vote)
        clock.at = LATER + timedelta(hours=1)
        store.put_vote(slugs[7], "a", "skip")
        for loser, winner in ((7, 6), (6, 5), (8, 5), (2, 3)):
            store.merge(slugs[loser], slugs[winner], "one", "ed")
        store.unmerge(slugs[8], "two", "ed")
        store.delete_product(slugs[9], "spam", "ed")
        store.delete_product(slugs[3], "spam", "ed")
        store.set_status(slugs[10], "approved", "", "ed")
        store.put_screenshot(page("https://p0.example/", "page 0 " * 50).id, b"png", NOON)
        yield store


def _hostile(store: Store) -> None:
    of, other = page("https://hostile.example/"), page("https://hostile.example/prices", "prices")
    store.put_page(other)
    unsure = replace(plan(other, "3.50", HOSTILE), confidence=0.2)
    facts = (fact(of, value=HOSTILE), fact(of, "tagline", HOSTILE, confidence=0.3), fact(of, "license", "MIT"))
    facts += (fact(other, "license", "MIT"), fact(other, "license", "BSD"), fact(of, "tags", [HOSTILE, "b"]))
    plans: tuple[Plan, ...] = (plan(other, None, HOSTILE), plan(other, "0.10", "Solo", billed="year"), unsure)
    made = propose(store, of, *facts, plans=plans, identity="url:hostile.example", needs_look=(HOSTILE,))
    slug = store.put_product(replace(made, pages=(of.id, other.id))).slug
    store.put_dossier(dossier_of(store, slug))


def test_a_set_holds_the_same_documents_to_the_byte_as_one_by_one(
    crowded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "AT_ONCE", 4)
    slugs = [document.slug for document in crowded.documents()]
    alone = [crowded.document(slug).model_dump_json().encode() for slug in slugs]
    assert len(slugs) == 8
    assert [line.text for line in crowded.document_lines()] == alone
    assert [document.model_dump_json().encode() for document in crowded.documents()] == alone
    assert sorted(line.text for line in crowded.lines_of(slugs)) == sorted(alone)


def test_a_document_of_a_chain_of_merges_holds_what_all_of_them_say(crowded: Store) -> None:
    document = crowded.document("thing-7")
    assert document.slug == "thing-5"
    assert [one.id for one in document.launches] == ["show_hn:5", "show_hn:6", "show_hn:7"]
    assert document.aliases == ["url:p6.example", "url:p7.example"]
    assert (document.community.ship, document.community.skip) == (1, 2)  # of a voter on two of them the later one
    assert {"thing-6", "thing-7"} <= {change.before for change in document.changes}


def test_unknown_deleted_and_merged_products_have_no_document(crowded: Store) -> None:
    assert crowded.lines_of(["thing-9", "thing-7", "nobody"]) == []


# lines that are kept ----------------------------------------------------------------------------------------------


def test_lines_are_the_same_kept_or_not_and_kept_once(crowded: Store) -> None:
    built, models = list(crowded.document_lines()), list(crowded.documents())
    assert crowded.keep_documents() == len(built)
    assert crowded.keep_documents() == 0
    assert statements(crowded, lambda: list(crowded.document_lines())) < 15
    assert list(crowded.document_lines()) == built
    assert list(crowded.documents()) == models
    assert list(crowded.strayed()) == []


def test_every_table_that_a_line_tells_of_makes_it_anew(crowded: Store) -> None:
    read: set[str] = set()

    def note(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    crowded._conn.set_authorizer(note)
    try:
        crowded._built(crowded._rows("SELECT * FROM products WHERE merged_into IS NULL"))
    finally:
        crowded._conn.set_authorizer(None)
    triggers = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'documents_%'"
    never_change, seen = {"pages", "sources"}, {"launch_sightings"}
    with_their_panel = {"ratings", "claims", "citations", "passages", "findings", "review_members"}
    inside = {"json_each", "sqlite_master", ""}
    assert read - never_change - seen - with_their_panel - inside <= crowded._column(triggers)


def test_all_that_a_line_tells_of_a_launch_makes_it_anew_and_nothing_else_does(crowded: Store) -> None:
    read: set[str] = set()

    def note(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table == "launches" and column:
            read.add(column)
        return sqlite3.SQLITE_OK

    crowded.keep_documents()
    columns = crowded._column("SELECT name FROM pragma_table_info('launches')") - {"id"}
    product = crowded._product("thing-0")["id"]
    [key] = crowded._column("SELECT id FROM launches WHERE product = ?", product)
    crowded._conn.set_authorizer(note)
    try:
        crowded._built(crowded._rows("SELECT * FROM products WHERE id = ?", product))
    finally:
        crowded._conn.set_authorizer(None)
    anew = set()
    for name in columns:
        with suppress(Undone), crowded.write():
            crowded.add_source("another", "")
            newest = {"product": "products", "source": "sources"}.get(name)
            other = crowded._value(f"SELECT max(id) FROM {newest}") if newest else "other"
            crowded._conn.execute(f"UPDATE launches SET {name} = ? WHERE id = ?", (other, key))
            if crowded._value("SELECT line IS NULL FROM documents WHERE product = ?", product):
                anew.add(name)
            raise Undone
    assert anew == read - {"id"}


class Undone(Exception):
    """What a test did is to be taken back."""


@pytest.mark.parametrize(
    "act",
    [
        lambda store, slug: store.put_vote(slug, "d", "skip"),
        lambda store, slug: store.put_launches("show_hn", [launch(0, observations={"votes": 77.0})], LATER),
        lambda store, slug: store.put_launches("show_hn", [replace(launch(0), title="Show: another")], LATER),
        lambda store, slug: store.put_dossier(_moved(dossier_of(store, slug))),
        lambda store, slug: store.put_screenshot(page("https://p0.example/", "page 0 " * 50).id, b"other", LATER),
        lambda store, slug: store.put_override(slug, "pm", "skip", "It broke.", "ed"),
        lambda store, slug: store.edit_product(slug, "tagline", "Another.", "", "ed"),
        lambda store, slug: store.note(slug, "note", "seen", why="", who="ed"),
    ],
)
def test_what_changes_a_document_makes_its_line_anew(crowded: Store, act: Callable[[Store, str], object]) -> None:
    slug = crowded.resolve("thing-0")
    before = crowded.document(slug)
    crowded.keep_documents()
    act(crowded, slug)
    assert list(crowded.strayed()) == []
    [line] = crowded.lines_of([slug])
    [built] = crowded._built([crowded._product(slug)]).values()
    assert line.text == built != before.model_dump_json().encode()


def _moved(dossier: Dossier) -> Dossier:
    return replace(dossier, measures=tuple(replace(one, value=one.value + 1, at=LATER) for one in dossier.measures))


def test_a_page_that_an_address_shows_no_more_makes_its_line_anew(store: Store) -> None:
    of, other = page(), page("https://acme.dev/about", "Acme of before")
    for one in (of, other):
        store.put_page(one)
    slug = store.put_product(replace(propose(store, of), pages=(of.id, other.id))).slug
    store.keep_documents()
    assert len(store.document(slug).pages) == 2
    store.put_page(page("https://acme.dev/about", "Acme of now", at=LATER))
    assert len(store.document(slug).pages) == 1


def test_a_product_seen_again_keeps_its_line_and_says_when(store: Store) -> None:
    store.put_launches("show_hn", [launch(0)], NOON)
    of = page()
    store.put_page(of)
    slug = store.put_product(replace(propose(store, of), launches=(launch(0).id,))).slug
    store.keep_documents()
    store.put_launches("show_hn", [launch(0)], LATER)
    assert store.keep_documents() == 0
    assert store.document(slug).last_seen == iso(LATER)


def test_lines_of_another_program_and_damaged_ones_are_not_used(crowded: Store) -> None:
    told = list(crowded.document_lines())
    crowded.keep_documents()
    crowded._conn.execute("UPDATE documents SET line = x'00' WHERE product % 2")
    assert list(crowded.document_lines()) == told
    assert any(line.startswith("documents: ") for line in crowded.verify())
    crowded._conn.execute("UPDATE meta SET value = 'another' WHERE key = 'documents'")
    assert list(crowded.document_lines()) == told
    assert crowded.keep_documents() == len(told)
    assert list(crowded.strayed()) == []


def test_what_is_kept_to_be_read_fast_says_what_the_rows_say(crowded: Store) -> None:
    assert crowded.verify() == []
    counted = crowded.counts()
    for table in ("launches", "products", "pages", "facts", "plans", "evidence", "panels", "reviews", "changes"):
        assert counted[table] == crowded._value(f"SELECT count(*) FROM {table}"), table
    assert counted["awaiting_review"] == len(crowded.awaiting_review()) > 0
    assert (counted["products_deleted"], counted["products_approved"]) == (2, 1)


def test_a_shelf_or_a_root_that_went_astray_is_found(store: Store) -> None:
    store.put_product(propose(store, page()))
    store._conn.execute("UPDATE shelf SET verdict = 'Ship'")
    assert any(line.startswith("shelf: product 1 ") for line in store.verify())
    store._conn.execute("UPDATE products SET root = NULL")
    assert any("its root is not what it is merged into" in line for line in store.verify())


def test_an_older_store_gets_its_roots_and_its_shelf(crowded: Store, tmp_path: Path) -> None:
    from sqlite_utils import Database

    told = list(crowded.document_lines())
    before = connect(tmp_path / "s.db")
    migrations().apply(Database(before), stop_before="m013_sets")
    before.execute("PRAGMA foreign_keys = OFF")
    before.execute("ATTACH ? AS whole", (crowded.path,))
    for (table,) in before.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql LIKE '%row_hash%'"
    ).fetchall():
        columns = ", ".join(row[1] for row in before.execute(f"PRAGMA main.table_info({table})"))
        before.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM whole.{table}")
    before.execute("INSERT INTO meta VALUES ('store_id', 'x')")
    before.execute("DETACH whole")
    _seal(before)
    before.close()
    with Store.open(tmp_path / "s.db") as migrated:
        assert list(migrated.document_lines()) == told
        assert migrated.awaiting_review() == crowded.awaiting_review()
        assert migrated.verify() == []
        assert NAMES.index("m013_sets") == NAMES.index("m012_acts") + 1


def _seal(conn: sqlite3.Connection) -> None:
    """Hashes of products as they were before they had a root."""
    from tools.knowledge import row_hash

    cursor = conn.execute("SELECT * FROM products")
    names = [column[0] for column in cursor.description]
    for row in [dict(zip(names, values, strict=True)) for values in cursor]:
        conn.execute("UPDATE products SET row_hash = ? WHERE id = ?", (row_hash(row), row["id"]))


# cost --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_sizes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    folder = tmp_path_factory.mktemp("sizes")
    with Store.open(folder / "small.db") as small, Store.open(folder / "large.db") as large:
        fill(small, 40, originals=20)
        fill(large, 320, originals=20)
        yield small, large


def statements(store: Store, work: Callable[[], object]) -> int:
    asked: list[str] = []
    store._conn.set_trace_callback(asked.append)
    try:
        work()
    finally:
        store._conn.set_trace_callback(None)
    return len(asked)


def peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def steps(store: Store, work: Callable[[], object]) -> int:
    """How many instructions of SQLite's machine a piece of work takes, in tens: no clock, the same on every machine."""
    taken = 0

    def tick() -> int:
        nonlocal taken
        taken += 1
        return 0

    store._conn.set_progress_handler(tick, 10)
    try:
        work()
    finally:
        store._conn.set_progress_handler(None, 0)
    return taken


def test_statements_and_memory_a_product_do_not_grow_with_the_store(
    two_sizes: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "AT_ONCE", 20)
    small, large = two_sizes

    def drain(store: Store) -> Callable[[], object]:
        return lambda: sum(1 for _ in store.document_lines())

    asked = [statements(store, drain(store)) for store in two_sizes]
    assert asked[1] / 320 <= asked[0] / 40 < 3
    assert peak_bytes(drain(large)) < 1.2 * peak_bytes(drain(small))


@pytest.mark.parametrize(
    "work",
    [
        lambda store: store.awaiting_review(limit=10),
        lambda store: store.counts(),
        lambda store: store.list_products(limit=10),
        lambda store: store.list_products(Asked(status="new"), limit=10),
        lambda store: store.list_products(Asked(verdict="Split"), limit=10),
        lambda store: store.list_products(Asked(verdict="Ship"), limit=10),  # of which there is none
        lambda store: store.list_products(Asked(category=CATEGORIES[3]), limit=2),
        lambda store: store.list_products(Asked(category="none such"), limit=10),
        lambda store: store.list_products(Asked(since=LATER), limit=10),
    ],
)
def test_queue_counts_and_lists_cost_the_same_in_a_store_eight_times_as_large(
    two_sizes: tuple[Store, Store], work: Callable[[Store], object]
) -> None:
    small, large = (steps(store, lambda store=store: work(store)) for store in two_sizes)
    assert large <= 1.1 * small + 5
