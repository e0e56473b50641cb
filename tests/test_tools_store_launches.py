"""Pages, sources and launches: kept once, refreshed, observed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from stored import LATER, NOON, launch, page, propose, rows_in, scalar

from tools import knowledge
from tools.errors import UsageError
from tools.schema import HASHED
from tools.store import Counts, Store

# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_comes_back_as_it_went_in(store: Store) -> None:
    kept = page(etag='"1"', last_modified="yesterday", access="feed", rendered="prices need scripts", elapsed_s=0.5)
    assert store.put_page(kept) == kept.id
    assert store.page(kept.id) == kept
    assert store.page(kept.id[:8]) == kept
    assert store.latest_page(kept.url) == kept


def test_a_page_is_found_by_its_whole_key_where_another_begins_with_it(store: Store) -> None:
    one = replace(page("https://jar.example/"), id="abcdef01")
    longer = replace(page("https://pot.example/"), id="abcdef012345")
    for each in (one, longer):
        store.put_page(each)
    assert store.page("abcdef01") == one
    assert store.page("abcdef0123") == longer
    assert store.page("abcdef") is None


@pytest.mark.parametrize("prefix", ["", "abc", "*", "zzzzzzzz", "??????"])
def test_a_prefix_that_names_no_one_page_gives_none(store: Store, prefix: str) -> None:
    store.put_page(page())
    assert store.page(prefix) is None


def test_the_same_page_twice_is_kept_once(store: Store) -> None:
    store.put_page(page())
    store.put_page(page(at=LATER))
    assert (rows_in(store)["pages"], rows_in(store)["bodies"]) == (1, 1)
    assert scalar(store, "SELECT checked_at FROM addresses") == knowledge.iso(LATER)


def test_one_body_under_two_addresses_is_kept_once(store: Store) -> None:
    store.put_page(page("https://a.example/"))
    store.put_page(page("https://b.example/"))
    assert (rows_in(store)["pages"], rows_in(store)["bodies"]) == (2, 1)


def test_the_latest_page_is_the_last_checked_even_when_old_bytes_return(store: Store) -> None:
    old, new = page(body="old"), page(body="new", at=LATER)
    store.put_page(old)
    store.put_page(new)
    assert store.latest_page(old.url) == new
    store.put_page(replace(old, fetched_at=LATER + timedelta(hours=1)))
    latest = store.latest_page(old.url)
    assert latest is not None
    assert latest.body == b"old"


def test_an_older_page_that_arrives_late_does_not_become_the_latest(store: Store) -> None:
    store.put_page(page(body="new", at=LATER))
    store.put_page(page(body="old", at=NOON))
    latest = store.latest_page("https://acme.dev/")
    assert latest is not None
    assert latest.body == b"new"


def test_the_newest_picture_of_a_page_is_kept_with_its_hash_and_shown_in_the_document(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of))
    assert store.screenshot(of.id) is None
    store.put_screenshot(of.id, b"first", NOON)
    seal = store.put_screenshot(of.id, b"second", LATER)
    assert seal == sha256(b"second").hexdigest()
    assert store.screenshot(of.id) == (b"second", seal, LATER)
    assert [shown.screenshot for shown in store.document("acme").pages] == [seal]
    with pytest.raises(UsageError, match="not in the store"):
        store.put_screenshot("0" * 32, b"png", NOON)


def test_what_a_site_taught_is_remembered(store: Store) -> None:
    assert store.site_render("acme.dev") is None
    store.put_site_render("acme.dev", True, "its text comes with scripts", 0)
    store.put_site_render("acme.dev", False, "a browser brought nothing", 3)
    known = {"host": "acme.dev", "render": False, "why": "a browser brought nothing", "pages": 2, "misses": 3}
    assert store.site_render("acme.dev") == {**known, "at": knowledge.iso(store.now())}


# ── sources and launches ────────────────────────────────────────────────────────────────────────────────────────────────


def test_crawl_twice_adds_once(store: Store) -> None:
    many = [launch(number) for number in range(1200)]
    assert store.put_launches("show_hn", many, NOON) == Counts(1200, 0, 0)
    before = rows_in(store)
    assert store.put_launches("show_hn", many, LATER) == Counts(0, 0, 1200)
    assert rows_in(store) == before
    assert scalar(store, "SELECT min(last_seen) FROM launch_sightings") == knowledge.iso(LATER)


def test_an_unchanged_crawl_writes_only_when_launches_were_last_seen(store: Store) -> None:
    many = [launch(number) for number in range(700)]
    store.put_launches("show_hn", many, NOON)
    written: list[str] = []
    store._conn.execute("CREATE TEMP TABLE touched (name TEXT)")
    for table in HASHED:
        for event in ("INSERT", "UPDATE", "DELETE"):
            store._conn.execute(
                f"CREATE TEMP TRIGGER t_{table}_{event} AFTER {event} ON main.{table} "
                f"BEGIN INSERT INTO touched VALUES ('{table}'); END"
            )
    store.put_launches("show_hn", many, LATER)
    written = [row[0] for row in store._conn.execute("SELECT DISTINCT name FROM touched")]
    assert written == ["launch_sightings"]


def test_a_launch_comes_back_as_it_went_in(store: Store) -> None:
    kept = launch(makers=("Ann", "Bo"), tags=("ai",), launched_at=NOON, repo_url="https://github.com/a/b", page="p")
    store.put_launches("show_hn", [kept], NOON)
    assert store.launch(kept.id) == kept


def test_a_changed_launch_is_updated_and_stays_first_seen(store: Store) -> None:
    store.put_launches("show_hn", [launch()], NOON)
    assert store.put_launches("show_hn", [launch(title="New title")], LATER) == Counts(0, 1, 0)
    assert scalar(store, "SELECT first_seen FROM launches") == knowledge.iso(NOON)
    assert [item.title for item in store.launches()] == ["New title"]
    assert store.verify() == []


def test_a_number_is_observed_only_when_it_differs(store: Store) -> None:
    for hour, votes in enumerate([3, 3, 5, 5, 3]):
        store.put_launches("show_hn", [launch(observations={"votes": float(votes)})], NOON + timedelta(hours=hour))
    conn = sqlite3.connect(store.path)
    seen = [row[0] for row in conn.execute("SELECT value FROM observations ORDER BY at")]
    conn.close()
    assert seen == [3, 5, 3]
    assert store.verify() == []


def test_an_older_crawl_does_not_move_last_seen_back(store: Store) -> None:
    store.put_launches("show_hn", [launch()], LATER)
    store.put_launches("show_hn", [launch()], NOON)
    assert scalar(store, "SELECT last_seen FROM launch_sightings") == knowledge.iso(LATER)


def test_launches_are_found_by_source_time_and_product(store: Store) -> None:
    store.put_launches("show_hn", [launch(1)], NOON)
    store.put_launches("betalist", [launch(2, source="betalist")], LATER)
    saved = store.put_product(propose(store, page(), launches=("show_hn:1",)))
    assert [item.id for item in store.launches("betalist")] == ["betalist:2"]
    assert [item.id for item in store.launches(since=LATER)] == ["betalist:2"]
    assert [item.id for item in store.launches(slug=saved.slug)] == ["show_hn:1"]
    assert store.product_of_launch("show_hn:1") == saved.slug
    assert store.product_of_launch("betalist:2") is None


def test_a_source_keeps_its_state_and_can_be_switched_off(store: Store) -> None:
    store.add_source("blog", "https://blog.example/feed")
    store.put_source_state("blog", last_ok_at=NOON, last_error="")
    store.put_source_state("blog", enabled=False)
    state = store.source_state("blog")
    assert state is not None
    assert (state["enabled"], state["last_ok_at"], state["url"]) == (
        False,
        knowledge.iso(NOON),
        "https://blog.example/feed",
    )
