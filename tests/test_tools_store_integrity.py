"""Damage is found, and only what changed is written."""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from stored import LATER, NOON, Clock, fact, full_store, page, panel_of, propose, scalar

from tools.dossier import Dossier
from tools.errors import StoreError
from tools.models import Logo, PictureReading
from tools.schema import HASHED
from tools.store import Store, connect


@pytest.mark.parametrize("table", HASHED)
def test_a_changed_value_in_any_column_is_found(store: Store, table: str) -> None:
    full_store(store)
    store.edit_product("thing-1", "license", "MIT", "", "ed")
    store.put_vote("thing-1", "v", "ship")
    store.request_review("thing-1", "", "ed")
    store.start_attempt(model="m")
    store.put_recipe("a.example", "{}", "active")
    store.put_site_render("p1.example", True, "no text without a browser", 0)
    store.put_screenshot(page("https://p1.example/", "page 1 " * 50).id, b"PNG", NOON)
    store.put_picture(
        page("https://p1.example/", "page 1 " * 50).id, PictureReading("0", "", "[]", {"1,2,3,4": b"PNG"}), NOON
    )
    store.put_dossier(
        Dossier("thing-1"), Logo("https://p1.example/t.png", "https://p1.example/", NOON, b"PNG", '"e"', "Wed", "no")
    )
    store.put_override("thing-1", "skeptic", "skip", "no", "ed")
    with store.act("status", ["thing-1"], "seen", "ed"):
        store.set_status("thing-1", "approved", "seen", "ed")
    store.undo("thing-1", "a slip", "ed")
    with store.upkeep("source", "blog", "disable", "quiet", "ed"):
        store.put_source_state("blog", enabled=False)
    store.undo_upkeep("source", "blog", "a slip", "ed")
    store.mark_looked("ed", store.last_seq())
    store.put_second_look("review:thing-1:x", "seal", "{}")
    conn = sqlite3.connect(store.path)
    columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    key = columns[0]
    hidden = ("launch",) if table == "launch_sightings" else ()  # a foreign key; SQLite's own check is what finds it
    for column in columns[1:]:
        if column in hidden:
            continue
        before = conn.execute(f"SELECT {key}, {column} FROM {table} LIMIT 1").fetchone()
        assert before, f"{table} is empty: the test would show nothing"
        damaged = {"launch": 2, "page": 2}.get(column, 7) if isinstance(before[1], int | float) else f"{before[1]}!"
        conn.execute("PRAGMA ignore_check_constraints = ON")
        try:
            conn.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (damaged, before[0]))
        except sqlite3.IntegrityError:
            continue  # a unique key or a check would not take it
        conn.commit()
        if damaged != before[1]:
            assert any(line.startswith(f"{table} row {before[0]}") for line in store.verify()), column
        conn.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (before[1], before[0]))
        conn.commit()
    conn.close()
    assert store.verify() == []


def test_flipped_bytes_in_the_file_are_found(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "store.db"
    with Store.open(path, now=clock) as store:
        full_store(store)
        store._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        texts = [row["value"] for row in store._rows("SELECT value FROM facts")]
        texts += [row["quote"] for row in store._rows("SELECT quote FROM evidence WHERE length(quote) > 5")]
    whole = path.read_bytes()
    chance = random.Random(7)
    for text in chance.sample(texts, 25):
        at = whole.index(text.encode())
        spot = at + chance.randrange(len(text.encode()))
        damaged = bytearray(whole)
        damaged[spot] ^= 1 << chance.randrange(7)
        path.write_bytes(damaged)
        with Store.open(path) as store:
            assert store.verify(), f"byte {spot} flipped in {text!r}"


def test_random_flips_never_crash_verify(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "store.db"
    with Store.open(path, now=clock) as store:
        full_store(store)
        store._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole, chance = path.read_bytes(), random.Random(11)
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(8):
            damaged[chance.randrange(200, len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        with contextlib.suppress(StoreError), Store.open(path) as store:  # any other error fails the test
            assert all(isinstance(line, str) for line in store.verify())


def test_a_damaged_search_index_is_found(store: Store) -> None:
    full_store(store)
    store._conn.execute("INSERT INTO products_fts (products_fts, rowid, name) VALUES ('delete', 1, 'Thing 0')")
    assert any("SQLite" in line for line in store.verify())


def test_the_search_index_is_touched_only_when_its_columns_change(store: Store) -> None:
    store.put_product(propose(store, page()))
    before = scalar(store, "SELECT count(*) FROM products_fts_data")
    size = scalar(store, "SELECT sum(length(block)) FROM products_fts_data")
    for status in ("approved", "rejected", "new") * 5:
        store.set_status("acme", status, "", "ed")
    assert scalar(store, "SELECT count(*) FROM products_fts_data") == before
    assert scalar(store, "SELECT sum(length(block)) FROM products_fts_data") == size


def test_datasette_and_sqlite_utils_find_keys_labels_and_search(store: Store) -> None:
    from sqlite_utils import Database

    database = Database(connect(store.path))
    assert database["products"].detect_fts() == "products_fts"
    for table in HASHED:
        keys = database[table].pks
        assert keys in (["id"], ["seq"], ["launch"]), table
    linked = {(key.table, key.column) for table in HASHED for key in database[table].foreign_keys}
    assert {("facts", "product"), ("evidence", "page"), ("citations", "passage"), ("launches", "source")} <= linked
    assert {"products_awaiting_review", "product_cards"} <= set(database.view_names())
    database.close()


def test_permutations_of_two_readings_of_one_address_show_the_last(store: Store) -> None:
    for order in itertools.permutations(["one", "two", "three"]):
        for number, body in enumerate(order):
            of = page(body=body, at=NOON + timedelta(hours=number))
            store.put_product(propose(store, of, fact(of), fact(of, "tagline", body)))
        document = store.document("acme")
        assert document.tagline == order[-1]
        assert document.facts["tagline"].others == []


def test_the_digest_of_reviews_leaves_out_when_by_whom_and_for_how_much(tmp_path: Path) -> None:
    found = []
    for number, (who, at, vote) in enumerate((("kim", NOON, "skip"), ("robin", LATER, "skip"), ("kim", NOON, "ship"))):
        with Store.open(tmp_path / f"{number}.db", now=lambda at=at: at) as other:
            other.put_product(propose(other, page()))
            other.put_panel(panel_of(other, "acme"), reviewer="rules")
            other.put_override("acme", "pm", vote, "It broke here.", who)
            found.append(other.digest()["reviews"])
    assert found[0] == found[1] != found[2]
