"""Opening, transactions, bulk writes: nothing half-written, one clear sentence where it cannot go on."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import threading
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from stored import NOON, launch, page, propose

from tools import knowledge
from tools.errors import StoreDamaged, StoreError, StoreFull, StoreLocked, StoreNewer, UsageError
from tools.schema import NAMES, migrations
from tools.store import Counts, Store, connect

ROOT = Path(__file__).parent.parent


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── put_many ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def source_row(name: str, url: str, last_error: str = "") -> dict[str, object]:
    row = {"name": name, "url": url, "kind": "feed", "access": "feed", "enabled": 1, "last_error": last_error}
    kept = {"filter": "", "listed": 0, "blocked": 0, "removed": 0}
    return {**row, **kept, "last_ok_at": None, "last_new_at": None}


def test_put_many_counts_new_changed_and_unchanged_rows(store: Store) -> None:
    assert store.put_many("sources", [source_row("a", "1"), source_row("b", "1")], "name") == Counts(2, 0, 0)
    again = [source_row("a", "1"), source_row("b", "2"), source_row("c", "1"), source_row("c", "1")]
    assert store.put_many("sources", again, "name") == Counts(1, 1, 2)
    assert [state["url"] for state in store.sources()] == ["1", "2", "1"]
    assert store.verify() == []


def test_put_many_writes_every_column_whether_an_index_holds_it_or_not(store: Store) -> None:
    store.add_source("a", "")
    store.put_launches("a", [launch(n) for n in range(3)], NOON)
    columns = [name for name in store._rows("SELECT * FROM launches")[0] if name not in ("id", "row_hash")]
    rows = store._rows(f"SELECT {', '.join(columns)} FROM launches ORDER BY id")
    rows[0] |= {"title": "New", "content_hash": "x"}
    rows[1] |= {"title": "New", "content_hash": "y", "first_seen": "2020-01-01T00:00:00Z"}
    assert store.put_many("launches", rows, "key") == Counts(0, 2, 1)
    assert store._rows(f"SELECT {', '.join(columns)} FROM launches ORDER BY id") == rows
    assert store.verify() == []


def test_put_many_refuses_a_row_that_lacks_a_column(store: Store) -> None:
    with pytest.raises(UsageError, match="lacks access, blocked, enabled"):
        store.put_many("sources", [source_row("a", ""), {"name": "b", "url": ""}], "name")
    assert store.sources() == []


@pytest.mark.parametrize(
    "value",
    [
        "".join(map(chr, (*range(0xD800), *range(0xE000, 0x11000)))),
        "half \ud83d",
        2**70,
        -1,
        True,
        None,
        1.0,
        0.5,
        1e-7,
        1e300,
        ["a", 1.5],
        {"z": "é", "a": ["b"]},
        Decimal("1.50"),
        b"bytes",
    ],
)
def test_a_hash_is_that_of_plain_json_whichever_way_it_is_made(value: object) -> None:
    plain = {bytes: lambda: sha256(b"bytes").hexdigest(), Decimal: lambda: "1.50"}.get(type(value), lambda: value)()
    if isinstance(value, float) and value.is_integer():
        plain = int(value)

    def told(what: object) -> str:
        text = json.dumps(what, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    assert knowledge.row_hash({"b": value, "a": "", "id": 7}) == told({"a": "", "b": plain})[:32]
    assert knowledge.digest([value, {"b": value, "a": ""}]) == told([plain, {"a": "", "b": plain}])
    assert knowledge.canonical(value) == json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_a_store_whose_migrations_came_in_another_order_opens_for_reading(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(path).close()
    raw = sqlite3.connect(path)
    with raw:
        raw.execute("UPDATE _sqlite_migrations SET id = 1000 WHERE id = (SELECT min(id) FROM _sqlite_migrations)")
    raw.close()
    Store.open(path, readonly=True).close()
