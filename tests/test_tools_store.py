"""The store's promises: nothing lost, nothing doubled, damage found, one clear sentence where it cannot go on."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools import knowledge
from tools.documents import ProductDocument
from tools.errors import (
    ProposalRefused,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreLocked,
    StoreNewer,
    UnknownName,
    UsageError,
)
from tools.models import (
    FACT_FIELDS,
    RUNG_ORDER,
    Citation,
    Claim,
    Contradiction,
    Evidence,
    Fact,
    Launch,
    Member,
    Page,
    Panel,
    Passage,
    Plan,
    Proposal,
    Rating,
    Review,
    Value,
    Verdict,
)
from tools.schema import HASHED, NAMES, migrations
from tools.store import Counts, Store, connect

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=4)
ROOT = Path(__file__).parent.parent


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "store.db", now=clock) as opened:
        yield opened


def page(url: str = "https://acme.dev/", body: str = "<h1>Acme</h1>", at: datetime = NOON, **more: object) -> Page:
    raw = body.encode()
    digest = sha256(raw).hexdigest()
    key = sha256(f"{url}\n{digest}".encode()).hexdigest()[:32]
    return replace(Page(key, url, url, 200, "text/html", "utf-8", raw, digest, at), **more)


def evidence(of: Page, quote: str = "Acme") -> tuple[Evidence, ...]:
    return (Evidence(of.final_url, "visible", quote, page=of.id),)


def fact(of: Page, field: str = "name", value: Value = "Acme", rung: str = "meta", confidence: float = 0.8) -> Fact:
    return Fact(field, value, rung, confidence, evidence(of, str(value)))


def plan(of: Page, amount: str | None = "20", name: str = "Pro", **more: object) -> Plan:
    money = None if amount is None else Decimal(amount)
    made = Plan(name, money, "USD", "month", confidence=0.8, evidence=evidence(of, f"{name} {amount}"))
    return replace(made, **more)


def launch(number: int = 1, **more: object) -> Launch:
    made = Launch(
        "show_hn",
        str(number),
        f"Show HN: Thing {number}",
        f"https://news.example/{number}",
        url=f"https://thing{number}.dev/",
        observations={"votes": 3.0},
        raw=f'{{"id": {number}}}',
    )
    return replace(made, **more)


def propose(
    store: Store, of: Page, *facts: Fact, plans: tuple[Plan, ...] = (), identity: str = "url:acme.dev", **more: object
) -> Proposal:
    store.put_page(of)
    made = Proposal(identity, "product", facts or (fact(of),), plans, pages=(of.id,))
    return replace(made, **more)


def panel_of(store: Store, slug: str, verdict: Verdict = "Ship", level: int = 3) -> Panel:
    claim = Claim("It is Acme.", "fact", (Citation(1, "Acme"),), supported=True)
    rating = Rating("primitive", level, "It says so.", (claim, Claim("Nice.", "opinion")))
    reviews = (
        Review("Builder", "rubric", 80, "ship", "Good.", (rating,)),
        Review("Skeptic", "rubric", 40, "skip", "Bad."),
        Review("PM", "rubric", 72, "ship", "Fine."),
        Review("Creator", "rubric", None, None, "", abstain_reason="silent"),
    )
    passage = Passage(1, "Acme", "https://acme.dev/", "visible", page().id, NOON, "homepage")
    return Panel(slug, store.document(slug).content_hash, verdict, reviews, (passage,), "pack")


def fused(panel: Panel) -> Panel:
    """The panel as a pool of two models would have written its first review."""
    first, *others = panel.reviews
    members = tuple(
        Member(name, f"{name}-1", 80, "ship", "Good.", first.ratings, "{}", "p1", "0.001") for name in ("tern", "auk")
    )
    first = replace(first, reviewer="tern", model="tern-1", prompt_hash="p1", seed=7, cost="0.002", evidence=(1,))
    clash = Contradiction("price", ("Builder", "PM"), ("free", "paid"), "They read the price apart.", (1,))
    return replace(panel, reviews=(replace(first, members=members), *others), contradictions=(clash,))


def scalar(store: Store, sql: str) -> object:
    """One value straight from the file, by a connection of its own."""
    conn = sqlite3.connect(store.path)
    try:
        return conn.execute(sql).fetchone()[0]
    finally:
        conn.close()


def rows_in(store: Store) -> dict[str, int]:
    return {table: int(str(scalar(store, f"SELECT count(*) FROM {table}"))) for table in HASHED}


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_store_keeps_its_id_when_opened_again(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.db") as first, Store.open(tmp_path / "s.db") as second:
        assert first.id == second.id
        assert len(first.id) >= 16


def test_a_store_is_in_wal_mode_with_full_sync_and_real_foreign_keys(tmp_path: Path) -> None:
    conn = connect(tmp_path / "s.db")
    found = [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    conn.close()
    assert found == ["wal", 2, 1]


def test_a_missing_store_that_may_not_be_made_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no store at .*Make one with"):
        Store.open(tmp_path / "none.db", create=False)
    assert not (tmp_path / "none.db").exists()


def test_a_store_in_a_missing_folder_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Check that its folder exists"):
        Store.open(tmp_path / "no" / "such" / "s.db")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(b"a text that is certainly no database\n" * 100)
    with pytest.raises(StoreDamaged, match="no sound SQLite database"):
        Store.open(path)
    assert path.read_bytes().startswith(b"a text")


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    conn = sqlite3.connect(tmp_path / "s.db")
    conn.execute("CREATE TABLE recipes_of_my_aunt (cake TEXT)")
    conn.close()
    with pytest.raises(StoreDamaged, match="not a store of Scout's: it has the tables recipes_of_my_aunt"):
        Store.open(tmp_path / "s.db")


def test_a_newer_store_is_refused_and_both_versions_are_named(store: Store) -> None:
    conn = sqlite3.connect(store.path)
    conn.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('scout', 'm999_far')")
    conn.commit()
    conn.close()
    with pytest.raises(StoreNewer, match=f"m999_far, this one knows up to {NAMES[-1]}"):
        Store.open(store.path)


def test_an_older_store_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    from sqlite_utils import Database

    path, third = tmp_path / "s.db", NAMES[2]
    database = Database(connect(path))
    migrations().apply(database, stop_before=third)
    database.conn.execute("INSERT INTO sources (name, row_hash) VALUES ('kept', 'x')")
    database.close()
    with Store.open(path) as opened:
        assert [row["name"] for row in opened.sources()] == ["kept"]
    copy = sqlite3.connect(f"{path}.before-{third[:4]}")
    assert copy.execute("SELECT name FROM sources").fetchall() == [("kept",)]
    assert copy.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (2,)
    copy.close()


def sealed(conn: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    row = {**row, "row_hash": knowledge.row_hash(row)}
    conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def test_a_table_that_gets_columns_keeps_its_rows_sound_and_its_damage_found(tmp_path: Path) -> None:
    from sqlite_utils import Database

    path = tmp_path / "s.db"
    conn = connect(path)
    migrations().apply(Database(conn), stop_before="m006_sites")
    empty = ("error", "persona", "pool", "deployment", "prompt_hash", "response_hash", "response")
    numbers = ("ms", "tokens_in", "tokens_out", "cost", "counterfactual_cost")
    row: dict[str, object] = {"run": "r", "task": "t", "attempt": 1, "status": "ok", "price_known": 0, "at": "2026"}
    row |= dict.fromkeys(empty, "") | dict.fromkeys(numbers)
    for model in ("sound", "damaged"):
        sealed(conn, "ledger", {**row, "model": model})
    conn.execute("UPDATE ledger SET task = 'other' WHERE model = 'damaged'")
    conn.close()
    with Store.open(path) as store:
        assert [found["model"] for found in store.attempts()] == ["damaged", "sound"]
        assert store.attempts()[0]["tier"] == ""
        assert [problem.partition(":")[0] for problem in store.verify()] == ["ledger row 2"]
    assert Path(f"{path}.before-m006").exists()


def test_a_new_store_leaves_no_copy_behind(store: Store) -> None:
    assert sorted(path.name for path in Path(store.path).parent.iterdir() if "before" in path.name) == []


def test_processes_that_open_a_new_store_at_once_all_succeed_and_agree(tmp_path: Path) -> None:
    code = "import sys; from tools.store import Store; print(Store.open(sys.argv[1]).id)"
    command = [sys.executable, "-c", code, str(tmp_path / "s.db")]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) for _ in range(4)]
    ids = [run.communicate(timeout=60)[0].strip() for run in runs]
    assert len(set(ids)) == 1
    assert ids[0]


def test_a_readonly_store_reads_and_refuses_to_write(store: Store) -> None:
    store.put_product(propose(store, page()))
    with Store.open(store.path, readonly=True) as reader:
        assert reader.document("acme").name == "Acme"
        with pytest.raises(StoreError, match="may only be read"):
            reader.set_status("acme", "approved", "", "ed")


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_store_locked_by_another_process_says_so_after_the_timeout(store: Store) -> None:
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store.open(store.path, timeout_s=0.1) as waiting, pytest.raises(StoreLocked, match="another process"):
        waiting.add_source("x", "https://x.example/")
    other.execute("ROLLBACK")
    other.close()
    store.add_source("x", "https://x.example/")
    assert [row["name"] for row in store.sources()] == ["x"]


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    store.add_source("x", "https://x.example/")
    with store.write(), Store.open(store.path, timeout_s=0.1) as reader:
        store.add_source("y", "https://y.example/")
        assert [row["name"] for row in reader.sources()] == ["x"]


def test_an_error_undoes_the_whole_write(store: Store) -> None:
    def fails() -> None:
        with store.write():
            store.add_source("x", "")
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fails()
    assert store.sources() == []


def test_an_inner_write_that_fails_undoes_only_itself(store: Store) -> None:
    def inner() -> None:
        with store.write():
            store.add_source("inner", "")
            raise KeyError("stop")

    with store.write():
        store.add_source("outer", "")
        with pytest.raises(KeyError):
            inner()
    assert [row["name"] for row in store.sources()] == ["outer"]


def test_threads_share_one_store_without_losing_a_write(store: Store) -> None:
    def work(start: int) -> None:
        for number in range(start, start + 10):
            store.put_launches("show_hn", [launch(number)], NOON)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 60, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.launches()) == 60
    assert store.verify() == []


def test_a_full_disk_says_so_and_leaves_no_torn_row(store: Store) -> None:
    store._conn.execute("PRAGMA max_page_count = 120")
    acknowledged: list[Counts] = []
    with pytest.raises(StoreFull, match="No space is left"):
        acknowledged.extend(
            store.put_launches("show_hn", [launch(number, description="long " * 400)], NOON) for number in range(10_000)
        )
    stored = len(acknowledged)
    assert len(store.launches()) == stored > 0
    assert store.verify() == []
    store._conn.execute("PRAGMA max_page_count = 1073741823")
    store.put_launches("show_hn", [launch(10_001)], NOON)
    assert len(store.launches()) == stored + 1


def test_a_file_size_limit_of_the_system_is_a_full_disk_too(tmp_path: Path) -> None:
    code = """
import signal, resource, sys
from datetime import UTC, datetime
from tools.errors import StoreFull
from tools.models import Launch
from tools.store import Store
store = Store.open(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, resource.RLIM_INFINITY))
stored = 0
try:
    for number in range(10_000):
        store.put_launches("a", [Launch("a", str(number), "t", "https://a.example/", raw="x" * 3000)], datetime.now(UTC))
        stored += 1
except StoreFull:
    print(stored, flush=True)
"""
    assert hasattr(resource, "RLIMIT_FSIZE")
    command = [sys.executable, "-c", code, str(tmp_path / "s.db")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout.strip(), run.stderr
    with Store.open(tmp_path / "s.db") as store:
        assert len(store.launches()) >= int(run.stdout) > 0
        assert store.verify() == []


def test_kill_nine_in_mid_transaction_loses_nothing_acknowledged(tmp_path: Path) -> None:
    code = """
import sys
from datetime import UTC, datetime
from tools.models import Launch
from tools.store import Store
store = Store.open(sys.argv[1])
at = datetime(2026, 3, 4, tzinfo=UTC)
for number in range(100_000):
    with store.write():
        for part in ("a", "b"):
            store.put_launches("src", [Launch("src", f"{number}{part}", "t", "https://a.example/")], at)
    print(number, flush=True)
"""
    path = tmp_path / "s.db"
    for attempt in range(3):
        command = [sys.executable, "-c", code, str(path)]
        run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        said = [run.stdout.readline() for _ in range(20 + 7 * attempt)]
        run.kill()
        rest = run.communicate(timeout=60)[0]
        acknowledged = {int(line) for line in [*said, *rest.splitlines()[:-1]] if line.strip()}
        with Store.open(path) as store:
            kept = {item.source_id for item in store.launches()}
            assert {f"{number}{part}" for number in acknowledged for part in "ab"} <= kept
            assert {name[:-1] for name in kept if name[-1] == "a"} == {name[:-1] for name in kept if name[-1] == "b"}
            assert store.verify() == []


# ── put_many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def source_row(name: str, url: str, last_error: str = "") -> dict[str, object]:
    row = {"name": name, "url": url, "kind": "feed", "access": "feed", "enabled": 1, "last_error": last_error}
    return {**row, "last_ok_at": None, "last_new_at": None}


def test_put_many_counts_new_changed_and_unchanged_rows(store: Store) -> None:
    assert store.put_many("sources", [source_row("a", "1"), source_row("b", "1")], "name") == Counts(2, 0, 0)
    again = [source_row("a", "1"), source_row("b", "2"), source_row("c", "1"), source_row("c", "1")]
    assert store.put_many("sources", again, "name") == Counts(1, 1, 2)
    assert [state["url"] for state in store.sources()] == ["1", "2", "1"]
    assert store.verify() == []


def test_put_many_keeps_columns_it_is_told_to_keep(store: Store) -> None:
    store.put_many("sources", [source_row("a", "1")], "name")
    store.put_many("sources", [source_row("a", "2", "new")], "name", keep=("url",))
    state = store.source_state("a")
    assert state is not None
    assert (state["url"], state["last_error"]) == ("1", "new")
    assert store.verify() == []


def test_put_many_refuses_a_row_that_lacks_a_column(store: Store) -> None:
    with pytest.raises(UsageError, match="lacks access, enabled"):
        store.put_many("sources", [source_row("a", ""), {"name": "b", "url": ""}], "name")
    assert store.sources() == []


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_comes_back_as_it_went_in(store: Store) -> None:
    kept = page(etag='"1"', last_modified="yesterday", access="feed", rendered="prices need scripts", elapsed_s=0.5)
    assert store.put_page(kept) == kept.id
    assert store.page(kept.id) == kept
    assert store.page(kept.id[:8]) == kept
    assert store.latest_page(kept.url) == kept


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


def test_a_304_refreshes_when_a_page_was_checked(store: Store) -> None:
    store.put_page(page())
    store.touch_page(page().id, LATER)
    assert scalar(store, "SELECT checked_at FROM addresses") == knowledge.iso(LATER)
    assert store.verify() == []


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


# ── sources and launches ─────────────────────────────────────────────────────────────────────────────────────────────


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
    store.disable_source("blog")
    state = store.source_state("blog")
    assert state is not None
    assert (state["enabled"], state["last_ok_at"], state["url"]) == (
        False,
        knowledge.iso(NOON),
        "https://blog.example/feed",
    )
    with pytest.raises(UnknownName, match="Did you mean blog"):
        store.disable_source("blogg")


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_proposal_twice_changes_nothing(store: Store, clock: Clock) -> None:
    store.put_launches("show_hn", [launch()], NOON)
    of = page()
    made = propose(store, of, fact(of), fact(of, "tags", ["a", "b"]), plans=(plan(of),), launches=("show_hn:1",))
    assert store.put_product(made).new
    before, digest, changes = rows_in(store), store.digest(), store.last_seq()
    clock.at = LATER
    again = store.put_product(made)
    assert (again.new, again.changed) == (False, ())
    assert (rows_in(store), store.digest(), store.last_seq()) == (before, digest, changes)


def test_a_proposal_stands_until_another_one_is_made(store: Store, clock: Clock) -> None:
    first, second = page(body="Acme"), page(body="Acme, MIT", at=LATER)
    one = propose(store, first, fact(first), fact(first, "tagline", "Fast"), plans=(plan(first),))
    other = propose(store, second, fact(second), fact(second, "license", "MIT"))
    slug = store.put_product(one).slug
    known = store.digest()
    clock.at = LATER
    assert store.put_product(other).changed == ("tagline", "license", "plans")
    assert store.put_product(other).changed == ()
    assert store.put_product(one).changed == ("tagline", "license", "plans")
    assert (store.digest(), store.document(slug).license) == (known, None)
    assert rows_in(store)["standing"] == 1


def test_a_proposal_of_a_merged_product_does_not_stand_once_the_others_retired_its_facts(store: Store) -> None:
    of = page()
    one = propose(store, of, fact(of), fact(of, "license", "MIT"))
    store.put_product(one)
    other = page("https://acme.example/")
    beside = replace(propose(store, other, fact(other, value="Acme Beside"), identity="url:acme.example"))
    store.put_product(beside)
    store.merge("acme", "acme-beside", "one", "ed")
    newer = page(body="other words", at=LATER)
    store.put_product(propose(store, newer, fact(newer), identity="url:acme.example"))
    assert store.document("acme-beside").license is None
    assert store.put_product(one).slug == "acme-beside"
    assert store.document("acme-beside").license == "MIT"


def test_a_new_product_shows_what_its_rows_say(store: Store) -> None:
    of, pricing = page(), page("https://acme.dev/pricing", "prices")
    store.put_page(pricing)
    facts = (fact(of), fact(of, "tagline", "Fast"), fact(pricing, "tagline", "Slow"), fact(of, "tags", ["b", "a"]))
    plans = (plan(of, "20.00"), plan(pricing, "25"), plan(pricing, "25", confidence=0.9), plan(pricing, None, "Team"))
    made = propose(store, of, *facts, facts[1], plans=(*plans, plans[0]))
    slug = store.put_product(replace(made, pages=(of.id, pricing.id))).slug
    before, seq = store.document(slug), store.last_seq()
    store.edit_product(slug, "license", "", "taken back before it was given", "ed")  # computes everything anew
    assert (store.document(slug), store.last_seq()) == (before, seq)


def test_an_extraction_is_kept_once_a_page_and_only_for_who_made_it(store: Store) -> None:
    store.put_page(page())
    store.put_extraction(page().id, "one", b"said")
    assert (store.extraction(page().id, "one"), store.extraction(page().id, "two")) == (b"said", None)
    store.put_extraction(page().id, "two", b"more")
    assert (store.extraction(page().id, "one"), store.extraction(page().id, "two")) == (None, b"more")


def test_a_price_change_is_logged_with_before_and_after_and_enters_the_history(store: Store, clock: Clock) -> None:
    old, new = page(body="Pro 20"), page(body="Pro 25", at=LATER)
    slug = store.put_product(propose(store, old, fact(old), plans=(plan(old, "20"),))).slug
    clock.at = LATER
    saved = store.put_product(propose(store, new, fact(new), plans=(plan(new, "25"),)))
    assert saved.changed == ("plans",)
    change = store.history(slug)[-1]
    assert (change.op, change.field, change.before, change.after) == ("plan", "Pro", "20 USD / month", "25 USD / month")
    document = store.document(slug)
    assert [item.amount for item in document.plans] == ["25"]
    assert [(point.amount, point.at) for point in document.price_history] == [
        ("20", knowledge.iso(NOON)),
        ("25", knowledge.iso(LATER)),
    ]


def test_a_plan_that_is_gone_is_null_from_then_on_and_unknown_is_not_free(store: Store, clock: Clock) -> None:
    old, new = page(body="old"), page(body="new", at=LATER)
    plans = (plan(old, "0", "Free"), plan(old, None, "Enterprise"))
    slug = store.put_product(propose(store, old, fact(old), plans=plans)).slug
    assert [(item.name, item.amount) for item in store.document(slug).plans] == [("Free", "0"), ("Enterprise", None)]
    clock.at = LATER
    store.put_product(propose(store, new, fact(new), plans=(plan(new, None, "Enterprise"),)))
    gone = store.document(slug).price_history[-1]
    assert (gone.plan, gone.amount, gone.at) == ("Free", None, knowledge.iso(LATER))


def test_a_new_reading_of_an_address_replaces_what_it_said_and_keeps_it_on_record(store: Store) -> None:
    old, new = page(body="old"), page(body="new", at=LATER)
    store.put_product(propose(store, old, fact(old), fact(old, "license", "MIT")))
    saved = store.put_product(propose(store, new, fact(new), fact(new, "tagline", "Fast")))
    document = store.document("acme")
    assert (document.license, document.tagline) == (None, "Fast")
    assert set(saved.changed) == {"license", "tagline"}
    assert scalar(store, "SELECT count(*) FROM facts WHERE NOT live AND superseded_at IS NOT NULL") == 1


def test_conflicting_values_of_two_addresses_stay_side_by_side(store: Store) -> None:
    home, docs = page(), page("https://acme.dev/docs", "docs")
    store.put_product(propose(store, home, fact(home), fact(home, "license", "MIT", confidence=0.9)))
    store.put_product(propose(store, docs, fact(docs, "license", "GPL-3.0", confidence=0.5)))
    shown = store.document("acme").facts["license"]
    assert shown.value == "MIT"
    assert [other.value for other in shown.others] == ["GPL-3.0"]


def test_every_fact_can_be_traced_to_bytes(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of), plans=(plan(of),)))
    document = store.document("acme")
    quoted = [item for found in document.facts.values() for item in found.evidence] + list(document.plans[0].evidence)
    assert quoted
    for item in quoted:
        kept = store.page(item.page)
        assert kept is not None
        assert (kept.final_url, knowledge.iso(kept.fetched_at)) == (item.url, item.fetched_at)
        assert item.page in {listed.id for listed in document.pages}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p: replace(p, facts=(replace(p.facts[0], evidence=()),)), "no quote of a stored page"),
        (lambda p: replace(p, facts=(replace(p.facts[0], field="colour"),)), "no fact we keep"),
        (lambda p: replace(p, facts=(replace(p.facts[0], rung="editor"),)), "Only `scout edit` writes those"),
        (lambda p: replace(p, facts=(replace(p.facts[0], field="tagline"),)), "has no name"),
        (lambda p: replace(p, pages=("0" * 32,)), "not in the store. Read the page first"),
        (lambda p: replace(p, launches=("show_hn:77",)), "Launch show_hn:77 is not in the store"),
    ],
)
def test_a_proposal_without_ground_is_refused_whole(
    store: Store, change: Callable[[Proposal], Proposal], says: str
) -> None:
    made = change(propose(store, page()))
    with pytest.raises(ProposalRefused, match=says):
        store.put_product(made)
    assert (rows_in(store)["products"], rows_in(store)["facts"], store.last_seq()) == (0, 0, 0)


def test_two_products_of_one_name_get_slugs_that_tell_them_apart(store: Store) -> None:
    other = page("https://acme.io/")
    first = store.put_product(propose(store, page()))
    second = store.put_product(propose(store, other, fact(other), identity="url:acme.io"))
    assert first.slug == "acme"
    assert second.slug.startswith("acme-")
    assert store.find("url:acme.io") == second.slug


@pytest.mark.parametrize("name", ["日本語", "..", "index", "<script>", "a" * 300])
def test_a_slug_is_plain_whatever_the_name(store: Store, name: str) -> None:
    of = page()
    slug = store.put_product(propose(store, of, fact(of, value=name))).slug
    assert slug
    assert len(slug) <= 60
    assert slug.replace("-", "").isalnum()
    assert slug.isascii()
    assert slug not in ("index", "")


def test_an_unknown_slug_names_the_nearest(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UnknownName, match="Did you mean acme"):
        store.document("acmee")


# ── impostors ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_impostor_that_claims_a_rivals_identity_changes_nothing_of_the_rival(store: Store) -> None:
    store.put_product(propose(store, page(), aliases=("repo:github.com/acme/acme",)))
    rival = store.document("acme")
    evil = page("https://evil.example/", "I am Acme")
    claims = ("url:acme.dev", "repo:github.com/acme/acme")
    saved = store.put_product(
        propose(
            store,
            evil,
            fact(evil, confidence=1.0),
            plans=(plan(evil, "999"),),
            identity="url:evil.example",
            aliases=claims,
        )
    )
    newcomer = store.document(saved.slug)
    assert saved.slug != "acme"
    assert store.document("acme") == rival
    assert (newcomer.status, len(newcomer.needs_look)) == ("needs_look", 2)
    assert newcomer.aliases == []
    assert store.find("repo:github.com/acme/acme") == "acme"


def test_a_repository_of_another_owner_on_the_same_host_is_another_site(store: Store) -> None:
    one, two = page("https://github.com/acme/a"), page("https://github.com/evil/b")
    store.put_product(propose(store, one, fact(one), identity="repo:github.com/acme/a"))
    saved = store.put_product(
        propose(store, two, fact(two), identity="repo:github.com/evil/b", aliases=("repo:github.com/acme/a",))
    )
    assert saved.new
    assert store.document(saved.slug).needs_look


def test_an_alias_of_its_own_site_leads_to_the_product(store: Store) -> None:
    home, docs = page(), page("https://docs.acme.dev/", "docs")
    store.put_product(propose(store, home))
    saved = store.put_product(
        propose(store, docs, fact(docs, "license", "MIT"), identity="url:docs.acme.dev", aliases=("url:acme.dev",))
    )
    assert (saved.slug, saved.new) == ("acme", False)
    assert store.find("url:docs.acme.dev") == "acme"


def test_a_launch_of_another_product_is_not_taken_over(store: Store) -> None:
    store.put_launches("show_hn", [launch()], NOON)
    store.put_product(propose(store, page(), launches=("show_hn:1",)))
    evil = page("https://evil.example/", "evil")
    saved = store.put_product(propose(store, evil, fact(evil), identity="url:evil.example", launches=("show_hn:1",)))
    assert store.product_of_launch("show_hn:1") == "acme"
    assert "Claims launch show_hn:1" in store.document(saved.slug).needs_look[0]


def test_a_reason_an_editor_has_settled_does_not_come_back(store: Store) -> None:
    made = propose(store, page(), needs_look=("Its page names another address.",))
    store.put_product(made)
    store.set_status("acme", "approved", "looked", "ed")
    store.put_product(made)
    document = store.document("acme")
    assert (document.status, document.needs_look) == ("approved", [])


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────


FACTS = st.lists(
    st.builds(
        lambda field, value, rung, confidence, url: Fact(
            field, value, rung, confidence, (Evidence(url, "visible", value),)
        ),
        st.sampled_from(FACT_FIELDS[:3]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(RUNG_ORDER),
        st.sampled_from([0.3, 0.5, 0.9]),
        st.sampled_from(["https://a.example/", "https://b.example/"]),
    ),
    max_size=8,
)


@given(FACTS, st.randoms(use_true_random=False))
def test_what_is_shown_never_depends_on_the_order_of_the_facts(facts: list[Fact], shuffle: random.Random) -> None:
    shuffled = list(facts)
    shuffle.shuffle(shuffled)
    assert knowledge.choose(shuffled) == knowledge.choose(facts)


PLANS = st.lists(
    st.builds(
        lambda name, amount, address, confidence: (
            address,
            Plan(name, amount, "USD", "month", confidence=confidence, evidence=(Evidence(address, "visible", name),)),
        ),
        st.sampled_from(["Pro", "pro", "Team"]),
        st.sampled_from([None, Decimal(0), Decimal(9), Decimal("9.50")]),
        st.sampled_from(["https://a.example/", "https://a.example/pricing"]),
        st.sampled_from([0.3, 0.9]),
    ),
    max_size=8,
)


@given(PLANS, st.randoms(use_true_random=False))
def test_plans_shown_never_depend_on_their_order(plans: list[tuple[str, Plan]], shuffle: random.Random) -> None:
    shuffled = list(plans)
    shuffle.shuffle(shuffled)
    assert knowledge.choose_plans(shuffled) == knowledge.choose_plans(plans)


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ([("meta", 0.5, "weak"), ("meta", 0.9, "sure")], "sure"),
        ([("text", 0.8, "text"), ("jsonld", 0.8, "jsonld")], "jsonld"),
        ([("meta", 0.8, "b"), ("meta", 0.8, "a")], "a"),
        ([("api", 1.0, "api"), ("editor", 0.1, "editor")], "editor"),
    ],
)
def test_the_shown_value_is_the_editors_then_the_surest_then_by_rung_then_by_value(
    facts: list[tuple[str, float, str]], shown: str
) -> None:
    made = [fact(page(), "tagline", value, rung, confidence) for rung, confidence, value in facts]
    assert knowledge.choose(made)["tagline"][0].value == shown


def test_a_teaser_and_the_line_of_the_pricing_page_are_one_plan() -> None:
    home, pricing = "https://acme.dev/", "https://acme.dev/pricing"
    teaser = plan(page(home), "20", confidence=0.5)
    lines = [(pricing, plan(page(pricing), "20")), (pricing, plan(page(pricing), "16", billed="year"))]
    assert [(p.amount, p.billed) for p in knowledge.choose_plans([(home, teaser), *lines])] == [
        (Decimal(16), "year"),
        (Decimal(20), None),
    ]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(4)))
def test_the_digest_does_not_depend_on_the_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    def proposals(store: Store) -> list[Proposal]:
        home, docs, other, third = (
            page(),
            page("https://acme.dev/docs", "docs"),
            page("https://acme.io/", "io"),
            page("https://zed.example/", "zed"),
        )
        return [
            propose(store, home, fact(home), plans=(plan(home),)),
            propose(store, docs, fact(docs, value="Acme", confidence=0.3), fact(docs, "license", "MIT")),
            propose(store, other, fact(other), identity="url:acme.io"),
            propose(store, third, fact(third, value="Zed"), identity="url:zed.example"),
        ]

    def digest(arrival: list[int]) -> dict[str, str]:
        clock = Clock()
        with Store.open(tmp_path_factory.mktemp("order") / "s.db", now=clock) as store:
            made = proposals(store)
            for number in arrival:
                clock.at += timedelta(minutes=1)
                store.start_run("crawl", "x", {})
                store.put_product(made[number])
            return store.digest()

    assert digest(order) == digest([0, 1, 2, 3])


def test_the_digest_tells_two_stores_apart_that_know_different_things(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of), plans=(plan(of),)))
    seen = {store.digest()["knowledge"]}
    store.edit_product("acme", "license", "MIT", "read it", "ed")
    seen.add(store.digest()["knowledge"])
    store.set_status("acme", "approved", "fine", "ed")
    seen.add(store.digest()["knowledge"])
    before = store.digest()["reviews"]
    store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    assert len(seen) == 3
    assert store.digest()["reviews"] != before


def test_reviews_of_a_model_count_for_the_digest_only_when_its_answers_were_replayed(store: Store) -> None:
    store.put_product(propose(store, page()))
    empty = store.digest()["reviews"]
    made = panel_of(store, "acme")
    by_model = tuple(replace(review, reviewer="some-model", prompt_hash="p1") for review in made.reviews)
    store.put_panel(replace(made, reviews=by_model), reviewer="some-model")
    assert store.digest()["reviews"] == empty
    store.start_attempt(prompt_hash="p1", status="replayed")
    assert store.digest()["reviews"] != empty


# ── editors ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_editors_word_outranks_all_survives_refresh_and_a_page_that_disagrees_raises_a_look(store: Store) -> None:
    old, new = page(), page(body="changed", at=LATER)
    store.put_product(propose(store, old, fact(old), fact(old, "license", "MIT", "api", 1.0)))
    store.edit_product("acme", "license", "Apache-2.0", "the file says so", "ed")
    store.set_status("acme", "approved", "fine", "ed")
    store.put_product(propose(store, old, fact(old), fact(old, "license", "MIT", "api", 1.0)))
    assert store.document("acme").status == "approved"  # nothing new was said
    store.put_product(propose(store, new, fact(new), fact(new, "license", "GPL-3.0", "api", 1.0)))
    document = store.document("acme")
    assert (document.license, document.status) == ("Apache-2.0", "needs_look")
    assert "GPL-3.0" in document.needs_look[0]
    assert [other.value for other in document.facts["license"].others] == ["GPL-3.0"]


def test_an_edit_is_logged_with_who_and_why_and_an_empty_value_takes_it_back(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.edit_product("acme", "tags", "cli, rust", "plain", "ed")
    assert store.document("acme").tags == ["cli", "rust"]
    change = store.history("acme")[-1]
    assert (change.op, change.field, change.who, change.why) == ("fact", "tags", "ed", "plain")
    store.edit_product("acme", "tags", "", "no", "ed")
    assert store.document("acme").tags == []


def test_an_editor_can_correct_a_price(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of, fact(of), plans=(plan(of),)))
    store.edit_product("acme", "plan:Pro", "25.50 eur/month/seat", "asked them", "ed")
    shown = store.document("acme").plans
    assert [(p.amount, p.currency, p.period, p.unit) for p in shown] == [("25.50", "EUR", "month", "seat")]


@pytest.mark.parametrize(
    ("field", "value"),
    [("colour", "red"), ("pricing_model", "cheap"), ("plan:Pro", "twenty"), ("plan:", "20 USD"), ("plan:Pro", "20")],
)
def test_an_edit_that_makes_no_sense_is_refused(store: Store, field: str, value: str) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError):
        store.edit_product("acme", field, value, "", "ed")


def test_a_deleted_product_leaves_a_tombstone_that_no_crawl_undoes(store: Store) -> None:
    made = propose(store, page())
    store.put_product(made)
    store.delete_product("acme", "spam", "ed")
    seq = store.last_seq()
    saved = store.put_product(made)
    assert (saved.slug, saved.new, store.last_seq()) == ("acme", False, seq)
    assert store.document("acme").status == "deleted"
    assert (list(store.documents()), store.list_products(), store.search("acme"), store.awaiting_review()) == (
        [],
        [],
        [],
        [],
    )
    assert store.changes_after(0)[-1] | {"seq": 0} == {
        "seq": 0, "slug": "acme", "at": knowledge.iso(NOON), "op": "delete", "field": "", "before": "new", "after": None,
        "why": "spam", "who": "ed",
    }  # fmt: skip


def test_a_merge_joins_two_products_and_unmerge_restores_both(store: Store) -> None:
    store.put_launches("show_hn", [launch()], NOON)
    home, repo = page(), page("https://github.com/acme/acme", "repo")
    store.put_product(propose(store, home, fact(home), plans=(plan(home),)))
    gh = propose(
        store, repo, fact(repo, value="acme-repo"), fact(repo, "license", "MIT"), identity="repo:github.com/a/a"
    )
    store.put_product(replace(gh, launches=("show_hn:1",)))
    before = [store.document(slug).model_dump(exclude={"changes", "changed_at"}) for slug in ("acme", "acme-repo")]
    store.merge("acme-repo", "acme", "one thing", "ed")
    merged = store.document("acme-repo")
    assert (merged.slug, merged.license, [item.id for item in merged.launches]) == ("acme", "MIT", ["show_hn:1"])
    assert store.resolve("acme-repo") == store.find("repo:github.com/a/a") == "acme"
    assert len(store.list_products()) == 1
    store.put_product(replace(gh, launches=("show_hn:1",)))
    assert store.document("acme") == merged
    store.unmerge("acme-repo", "two things", "ed")
    after = [store.document(slug).model_dump(exclude={"changes", "changed_at"}) for slug in ("acme", "acme-repo")]
    assert [doc | {"price_history": []} for doc in after] == [doc | {"price_history": []} for doc in before]
    assert [row["op"] for row in store.changes_after(0) if "merge" in str(row["op"])] == ["merge", "unmerge"]
    assert store.verify() == []


def test_a_product_cannot_be_merged_into_itself(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError, match="one product already"):
        store.merge("acme", "acme", "", "ed")


# ── panels ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_product_awaits_review_until_its_content_has_a_panel(store: Store) -> None:
    old, new = page(), page(body="changed", at=LATER)
    store.put_product(propose(store, old))
    assert store.awaiting_review() == ["acme"]
    assert store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    assert store.awaiting_review() == []
    store.put_product(propose(store, new, fact(new), fact(new, "license", "MIT")))
    assert store.awaiting_review() == ["acme"]
    shown = store.panel("acme")
    assert shown is not None
    assert shown.stale


def test_the_same_panel_twice_is_kept_once(store: Store) -> None:
    store.put_product(propose(store, page()))
    made = panel_of(store, "acme")
    assert store.put_panel(made, reviewer="rubric")
    assert not store.put_panel(made, reviewer="rubric")
    assert rows_in(store)["panels"] == 1


def test_a_request_is_closed_by_the_next_panel(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    store.request_review("acme", "again please", "ed")
    store.request_review("acme", "and again", "ed")
    assert store.awaiting_review() == ["acme"]
    assert store.put_panel(panel_of(store, "acme", "Skip"), reviewer="model")
    assert store.awaiting_review() == []
    assert not store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    shown = store.panel("acme")
    assert shown is not None
    assert (shown.verdict, rows_in(store)["panels"]) == ("Skip", 2)


def test_a_panel_comes_back_keyed_by_persona_with_its_citations_resolved(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    shown = store.panel("acme")
    assert shown is not None
    assert (shown.line, shown.median, shown.stale) == ("Ship · 2 ship / 1 skip · 1 no take", 72.0, False)
    assert list(shown.reviews) == ["builder", "skeptic", "pm", "creator"]
    claim = shown.reviews["builder"].ratings[0].claims[0]
    assert (claim.supported, claim.citations[0].quote, claim.citations[0].page) == (True, "Acme", page().id)
    assert shown.reviews["creator"].abstain_reason == "silent"


@pytest.mark.parametrize(
    ("verdict", "votes", "line"),
    [
        ("Ship", ["ship", "ship", "ship", "skip"], "Ship · 3 ship / 1 skip"),
        ("Split", ["ship", "skip", None], "Split · 1 ship / 1 skip · 1 no take"),
        ("Not enough evidence", ["ship", None, None], "Not enough evidence"),
    ],
)
def test_the_panel_line_reads_as_in_the_seeds(verdict: str, votes: list[str | None], line: str) -> None:
    assert knowledge.panel_line(verdict, votes) == line


def test_a_citation_of_a_passage_that_is_not_there_is_refused(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError, match="cites passage 1"):
        store.put_panel(replace(panel_of(store, "acme"), passages=()), reviewer="rubric")
    assert rows_in(store)["panels"] == 0


def test_a_fused_review_comes_back_with_its_members_and_what_contradicts(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(fused(panel_of(store, "acme")), reviewer="tern")
    panel = store.document("acme").panel
    assert panel is not None
    builder, pm = panel.reviews["builder"], panel.reviews["pm"]
    assert (builder.model, builder.prompt_hash, builder.seed, builder.cost) == ("tern-1", "p1", 7, "0.002")
    assert (pm.model, pm.prompt_hash, pm.seed, pm.cost) == (None, None, None, None)
    assert builder.evidence == [1]
    assert [(member.member, member.score, member.cost) for member in builder.members] == [
        ("tern", 80, "0.001"),
        ("auk", 80, "0.001"),
    ]
    cited = builder.members[0].ratings[0].claims[0].citations[0]
    assert (cited.quote, cited.url) == ("Acme", "https://acme.dev/")
    assert panel.contradictions[0].personas == ["Builder", "PM"]
    assert panel.contradictions[0].values == ["free", "paid"]


def test_a_member_that_cites_what_is_not_there_is_refused(store: Store) -> None:
    store.put_product(propose(store, page()))
    panel = fused(panel_of(store, "acme"))
    bare = replace(panel.reviews[0], ratings=())
    with pytest.raises(UsageError, match="tern as Builder cites passage 1"):
        store.put_panel(replace(panel, reviews=(bare,), passages=()), reviewer="tern")
    assert rows_in(store)["panels"] == 0


def overridden(store: Store) -> tuple[str, int, int, int, list[str], str | None]:
    panel = store.panel("acme")
    assert panel is not None
    return panel.line, panel.ships, panel.skips, panel.no_take, panel.overridden, panel.original_line


def test_an_override_changes_the_verdict_and_keeps_what_it_was(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    own = "Ship · 2 ship / 1 skip · 1 no take"
    store.put_override("acme", "PM", "skip", "It broke here.", "ed")
    line = "Skip · 1 ship / 2 skip · 1 no take"
    assert overridden(store) == (line, 1, 2, 1, ["pm"], own)
    panel = store.panel("acme")
    assert panel is not None
    assert panel.original_verdict == "Ship"
    review = panel.reviews["pm"]
    assert (review.vote, review.score) == ("ship", 72)
    assert review.override is not None
    assert (review.override.vote, review.override.why, review.override.who, review.override.counts) == (
        "skip",
        "It broke here.",
        "ed",
        True,
    )
    card = store.card("acme")
    assert card is not None
    assert (card["verdict"], card["panel_line"], card["skips"]) == ("Skip", line, 2)
    told = [(row.op, row.field, row.before, row.after, row.who) for row in store.history("acme")][-2:]
    assert told == [("override", "pm", "ship", "skip", "ed"), ("panel", "", own, line, "ed")]


def test_a_newer_override_replaces_the_older_and_the_change_log_keeps_both(store: Store) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    for vote in ("skip", "ship"):
        store.put_override("acme", "pm", vote, "why", "ed")
    own = "Ship · 2 ship / 1 skip · 1 no take"
    assert overridden(store) == (own, 2, 1, 1, ["pm"], None)
    assert [row["vote"] for row in store.overrides("acme")] == ["ship"]
    kept = [(row.before, row.after) for row in store.history("acme") if row.op == "override"]
    assert kept == [("ship", "skip"), ("skip", "ship")]


def test_an_override_survives_a_new_panel_of_the_same_facts_and_only_that(store: Store) -> None:
    of = page()
    store.put_product(propose(store, of))
    store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    store.put_override("acme", "creator", "skip", "why", "ed")
    assert overridden(store)[0] == "Split · 2 ship / 2 skip"
    store.request_review("acme", "again", "ed")
    assert store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    assert overridden(store)[0] == "Split · 2 ship / 2 skip"
    store.put_product(propose(store, of, fact(of), fact(of, "license", "MIT")))
    assert store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    assert overridden(store)[:5] == ("Ship · 2 ship / 1 skip · 1 no take", 2, 1, 1, [])
    panel = store.panel("acme")
    assert panel is not None
    assert panel.reviews["creator"].override is not None
    assert not panel.reviews["creator"].override.counts


@pytest.mark.parametrize(
    ("own", "votes", "heeded", "verdict"),
    [
        ("Ship", ["ship", "ship", "skip"], ["skip", "ship", "skip"], "Skip"),
        ("Ship", ["ship", "ship", "skip", None], ["ship", "ship", "skip", "skip"], "Split"),
        ("Not enough evidence", ["ship", "ship", None], ["ship", "ship", "ship"], "Ship"),
        ("Not enough evidence", ["ship", None, None], ["ship", "skip", None], "Not enough evidence"),
        # enough critics voted, and still neither what it is nor what it costs was cited
        ("Not enough evidence", ["ship", "ship", "ship"], ["skip", "skip", "ship"], "Not enough evidence"),
        ("Split", ["ship", "skip"], ["ship", "skip"], "Split"),
    ],
)
def test_an_editors_votes_count_where_votes_decide(
    own: Verdict, votes: list[str | None], heeded: list[str | None], verdict: Verdict
) -> None:
    assert knowledge.overridden(own, votes, heeded) == verdict


@pytest.mark.parametrize(
    ("persona", "vote", "message"),
    [("prophet", "ship", "persona called 'prophet'"), ("pm", "maybe", "verdict called 'maybe'")],
)
def test_an_override_of_nobody_or_to_nothing_is_refused(store: Store, persona: str, vote: str, message: str) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(panel_of(store, "acme"), reviewer="rubric")
    with pytest.raises(UnknownName, match=message):
        store.put_override("acme", persona, vote, "why", "ed")
    assert store.overrides("acme") == []


def test_an_override_before_the_first_panel_says_how_to_get_one(store: Store) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError, match="scout review acme"):
        store.put_override("acme", "pm", "ship", "why", "ed")


def test_readers_votes_count_once_a_voter_whose_token_is_not_kept(store: Store) -> None:
    store.put_product(propose(store, page()))
    for voter, vote in [("token-a", "ship"), (" token-a\n", "skip"), ("token-b", "ship")]:
        store.put_vote("acme", voter, vote)
    assert store.votes("acme") == {"ship": 1, "skip": 1}
    assert store.document("acme").community.skip == 1
    assert b"token-a" not in Path(store.path).read_bytes() + Path(f"{store.path}-wal").read_bytes()


@pytest.mark.parametrize(("voter", "vote"), [("", "ship"), ("  ", "ship"), ("x" * 2000, "ship"), ("a", "maybe")])
def test_a_vote_of_nobody_or_for_nothing_is_refused(store: Store, voter: str, vote: str) -> None:
    store.put_product(propose(store, page()))
    with pytest.raises(UsageError):
        store.put_vote("acme", voter, vote)
    assert store.votes("acme") == {"ship": 0, "skip": 0}


# ── lists, search, changes ───────────────────────────────────────────────────────────────────────────────────────────


def fill(store: Store, names: list[str]) -> None:
    for number, name in enumerate(names):
        of = page(f"https://p{number}.example/", name)
        store.put_product(propose(store, of, fact(of, value=name), identity=f"url:p{number}.example"))


def test_search_finds_words_in_any_form_and_the_last_as_a_prefix(store: Store) -> None:
    fill(store, ["Fast Crawler", "Slow crawling", "Painter"])
    assert {card["name"] for card in store.search("crawl")} == {"Fast Crawler", "Slow crawling"}
    assert [card["name"] for card in store.search("pain")] == ["Painter"]
    assert [card["name"] for card in store.search("fast crawlers")] == ["Fast Crawler"]


@pytest.mark.parametrize(
    "words", ['"', "NEAR(", "a AND", "*", "name:x", "-", "'; DROP TABLE products", "^", "{}", "  "]
)
def test_search_takes_any_text_without_an_error(store: Store, words: str) -> None:
    fill(store, ["Painter"])
    assert isinstance(store.search(words), list)


def test_search_and_lists_are_paged_without_gaps(store: Store) -> None:
    fill(store, [f"Tool {number}" for number in range(7)])
    for read in (
        lambda cursor: store.search("tool", 3, cursor),
        lambda cursor: store.list_products(limit=3, cursor=cursor),
    ):
        found = [card["slug"] for cursor in (0, 3, 6) for card in read(cursor)]
        assert sorted(found) == [f"tool-{number}" for number in range(7)]


def test_changes_are_numbered_without_gaps_in_a_cursors_eyes(store: Store) -> None:
    fill(store, ["A one", "B two", "C three"])
    first = store.changes_after(0, 2)
    rest = store.changes_after(first[-1]["seq"], 10)
    assert [row["slug"] for row in [*first, *rest]] == ["a-one", "b-two", "c-three"]
    assert rest[-1]["seq"] == store.last_seq()


def test_documents_can_be_asked_for_what_changed_since(store: Store) -> None:
    fill(store, ["A one", "B two"])
    seq = store.last_seq()
    store.set_status("a-one", "approved", "", "ed")
    assert [document.slug for document in store.documents(since=seq)] == ["a-one"]
    assert [document.slug for document in store.documents(approved_only=True)] == ["a-one"]
    assert len(list(store.documents())) == 2


def test_the_json_schema_of_the_product_document_is_committed() -> None:
    committed = json.loads((ROOT / "tools" / "product.schema.json").read_text(encoding="utf-8"))
    assert committed == ProductDocument.model_json_schema()


# ── runs, ledger, recipes ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_keeps_its_steps_and_calls_as_they_happen(store: Store) -> None:
    run = store.start_run("crawl", "show_hn", {"since": "2d"})
    store.put_call(run, 1, "web", "read_page", '{"url": "x"}', 12.5, result_digest="d")
    assert store.run(run)["steps"][0]["calls"][0]["tool"] == "read_page"  # before the step itself is written
    store.put_step(run, 1, code="print(1)", output="1", tokens=7)
    store.put_step(run, 1, error="late", more=1)
    store.end_run(run, "ok", '{"pages": 3}')
    found = store.run(run)
    assert (found["state"], found["counts"], found["meta"]) == ("ok", {"pages": 3}, {"since": "2d"})
    step = found["steps"][0]
    assert (step["code"], step["error"], step["meta"]) == ("print(1)", "late", {"more": 1, "tokens": 7})
    with pytest.raises(UnknownName):
        store.put_step("no-such-run", 1)


def test_a_prompt_with_an_answer_is_found_again_and_costs_are_added(store: Store) -> None:
    first = store.start_attempt(run="r", prompt_hash="p", model="m")
    assert store.stored_answer("p") is None
    store.end_attempt(first, status="ok", response="yes", cost=Decimal("0.002"), price_known=True, tokens_in=10)
    second = store.start_attempt(run="r", prompt_hash="q", model="m")
    store.end_attempt(second, status="failed", error="not JSON")
    answer = store.stored_answer("p")
    assert answer is not None
    assert answer["response"] == "yes"
    assert store.spent("r") == (Decimal("0.002"), 1)
    assert [row["status"] for row in store.attempts("r")] == ["failed", "ok"]


def test_a_recipe_changes_state_in_place(store: Store) -> None:
    number = store.put_recipe("acme.dev", "{}", "proposed")
    assert store.put_recipe("acme.dev", "{}", "active", coverage=0.97, pages=5) == number
    assert [row["state"] for row in store.recipes("acme.dev")] == ["active"]
    assert store.recipes(state="retired") == []


# ── integrity ────────────────────────────────────────────────────────────────────────────────────────────────────────


def full_store(store: Store) -> None:
    store.put_launches("show_hn", [launch(number) for number in range(30)], NOON)
    for number in range(12):
        of = page(f"https://p{number}.example/", f"page {number} " * 50)
        facts = (fact(of, value=f"Thing {number}"), fact(of, "description", f"It does {number} things. " * 10))
        made = propose(store, of, *facts, plans=(plan(of, str(number)),), identity=f"url:p{number}.example")
        store.put_extraction(of.id, "seal", b"{}")
        slug = store.put_product(replace(made, launches=(f"show_hn:{number}",))).slug
        store.put_panel(fused(panel_of(store, slug)), reviewer="rubric")


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
    store.put_override("thing-1", "skeptic", "skip", "no", "ed")
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


def test_a_backup_is_a_whole_store(store: Store, tmp_path: Path) -> None:
    full_store(store)
    store.backup(tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db") as copy:
        assert (copy.digest(), copy.id, copy.verify()) == (store.digest(), store.id, [])
    with pytest.raises(UsageError, match="exists already"):
        store.backup(tmp_path / "copy.db")


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
