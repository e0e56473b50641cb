"""Durable jobs: schedules run as processes of their own, because what is tested is their death."""

from __future__ import annotations

import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.engine import Engine, Job, check_cron, jobs_address
from tools.errors import CannotRun, UnknownName, UsageError
from tools.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 100.0
# A schedule whose one job writes a line when it begins and when it ends; without the file "go" it never ends.
SCHEDULE = """
import logging, os, sys, threading
from pathlib import Path
from jobs.engine import Engine, Job
from tools.settings import Settings

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
folder, cron, grace_s = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])

def say(word):
    with (folder / "log").open("a") as log:
        log.write(word + "\\n")
    print(word, flush=True)

def work(arguments):
    waits = not (folder / "go").exists()  # looked for before it speaks: who hears it may make the file
    say("began")
    if waits:
        threading.Event().wait()
    say("ended")
    return {"done": arguments["what"]}

engine = Engine(folder / "jobs.db", [Job("work", work, cron, {"what": "it"})], Settings())
left = engine.run_schedule(threading.Event(), grace_s=grace_s)
print("left " + str(len(left)), flush=True)
if left:
    os._exit(0)
"""


class Running:
    """A schedule in its own process, and the words it has said so far."""

    def __init__(self, folder: Path, cron: str = "", grace_s: float = 5.0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCHEDULE, str(folder), cron, str(grace_s)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._words: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._words.put(line.strip())

    def says(self, word: str, times: int = 1) -> None:
        while times:
            times -= self._words.get(timeout=PATIENCE_S).startswith(word)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def terminate(self) -> tuple[int, float]:
        """Exit code and seconds after SIGTERM."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S), time.monotonic() - began

    def close(self) -> None:
        self.kill()
        self._reader.join(PATIENCE_S)
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(**options: Any) -> Running:
        started.append(Running(tmp_path, **options))
        return started[-1]

    yield start
    for running in started:
        running.close()


def window(folder: Path, **jobs: Callable[[dict[str, Any]], dict[str, Any]]) -> Engine:
    runs = {"work": lambda arguments: arguments, **jobs}
    return Engine(folder / "jobs.db", [Job(name, run, None, {}) for name, run in runs.items()], Settings())


def log(folder: Path) -> list[str]:
    return (folder / "log").read_text().split()


@pytest.mark.slow
def test_a_cron_of_every_second_runs_and_sigterm_ends_it_well(start: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    schedule = start(cron="* * * * * *")
    schedule.says("ended", times=2)
    code, seconds = schedule.terminate()
    assert code == 0
    assert seconds < 15
    rows = window(tmp_path).jobs()
    assert len(rows) >= 2
    assert {row["state"] for row in rows} <= {"done", "queued"}
    assert rows[-1]["result"] == {"done": "it"}
    assert rows[-1]["id"].startswith("work@20")


@pytest.mark.slow
def test_killed_in_mid_job_the_next_start_completes_it(start: Callable[..., Running], tmp_path: Path) -> None:
    window(tmp_path).enqueue("work", {"what": "that"}, id="one")
    killed = start()
    killed.says("began")
    killed.kill()
    assert window(tmp_path).job("one")["state"] == "interrupted"
    (tmp_path / "go").touch()
    again = start()
    again.says("ended")
    assert again.terminate()[0] == 0
    assert log(tmp_path) == ["began", "began", "ended"]
    assert window(tmp_path).job("one")["state"] == "done"
    assert window(tmp_path).job("one")["result"] == {"done": "that"}


@pytest.mark.slow
def test_a_living_worker_takes_over_from_a_dead_one(start: Callable[..., Running], tmp_path: Path) -> None:
    window(tmp_path).enqueue("work", {"what": "it"}, id="one")
    killed = start()
    killed.says("began")
    alive = start()
    alive.says("schedule started worker=worker-1")
    (tmp_path / "go").touch()
    killed.kill()
    alive.says("ended")
    assert alive.terminate()[0] == 0
    assert log(tmp_path) == ["began", "began", "ended"]
    assert window(tmp_path).job("one")["worker"] == "worker-1"


@pytest.mark.slow
def test_a_living_workers_job_is_left_alone(start: Callable[..., Running], tmp_path: Path) -> None:
    window(tmp_path).enqueue("work", {"what": "it"}, id="one")
    at_it = start(grace_s=0.1)
    at_it.says("began")
    (tmp_path / "go").touch()
    other = start(cron="* * * * * *")
    other.says("skipped job=work: one is still to be done", times=2)  # it has looked for the dead by now
    assert at_it.process.poll() is None
    assert window(tmp_path).job("one")["state"] == "running"
    assert at_it.terminate()[0] == 0  # hands it back; the other one finds the lock free
    other.says("ended")
    assert other.terminate()[0] == 0


@pytest.mark.slow
def test_two_schedules_on_one_database_do_not_double(start: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    both = [start(cron="* * * * * *"), start(cron="* * * * * *")]
    end = time.monotonic() + PATIENCE_S
    while len(ended(tmp_path)) < 3 and time.monotonic() < end:
        time.sleep(0.1)
    assert [running.terminate()[0] for running in both] == [0, 0]
    assert log(tmp_path).count("began") == log(tmp_path).count("ended") == len(ended(tmp_path)) >= 3


def ended(folder: Path) -> list[dict[str, Any]]:
    return [row for row in window(folder).jobs() if row["state"] == "done"]


@pytest.mark.slow
def test_sigterm_hands_back_what_does_not_end(start: Callable[..., Running], tmp_path: Path) -> None:
    window(tmp_path).enqueue("work", {"what": "it"}, id="one")
    schedule = start(grace_s=0.2)
    schedule.says("began")
    code, seconds = schedule.terminate()
    assert code == 0
    assert seconds < 15
    schedule.says("left 1")
    (tmp_path / "go").touch()
    start().says("ended")


def test_a_failure_is_recorded_and_can_be_tried_again(tmp_path: Path) -> None:
    stop, tries = threading.Event(), []

    def work(arguments: dict[str, Any]) -> dict[str, Any]:
        tries.append(arguments)
        stop.set()
        if len(tries) == 1:
            raise CannotRun("The store is locked.")
        return {"fine": True}

    engine = window(tmp_path, work=work)
    engine.enqueue("work", {"source": "x"}, id="one")
    assert engine.run_schedule(stop) == []
    failed = engine.job("one")
    assert (failed["state"], failed["error"]) == ("failed", "The store is locked.")
    assert engine.retry("one")["state"] == "queued"
    stop.clear()
    engine.run_schedule(stop)
    assert engine.job("one")["result"] == {"fine": True}
    assert tries == [{"source": "x"}] * 2


def test_what_cannot_run_now_is_tried_again_within_the_job(tmp_path: Path) -> None:
    stop, tries = threading.Event(), []

    def work(_: dict[str, Any]) -> dict[str, Any]:
        tries.append(1)
        if len(tries) < 3:
            raise CannotRun("Another crawl is under way.")
        stop.set()
        return {"tries": len(tries)}

    engine = Engine(tmp_path / "jobs.db", [Job("work", work, None, {}, patience_s=(0.01, 0.01))], Settings())
    engine.enqueue("work", id="one")
    engine.run_schedule(stop)
    assert engine.job("one")["result"] == {"tries": 3}


def test_one_run_for_each_label_at_a_moment_of_the_clock(tmp_path: Path) -> None:
    stop, seen = threading.Event(), []

    def crawl(arguments: dict[str, Any]) -> dict[str, Any]:
        seen.append(arguments["source"])
        if len(seen) == 2:
            stop.set()
        return {}

    each = {"a": {"source": "a"}, "b": {"source": "b"}}
    Engine(
        tmp_path / "jobs.db", [Job("crawl", crawl, "* * * * * *", {}, lane="crawls", each=lambda: each)], Settings()
    ).run_schedule(stop)
    assert sorted(seen) == ["a", "b"]
    assert {row["id"].partition("@")[0] for row in window(tmp_path).jobs()} >= {"crawl:a", "crawl:b"}


def test_a_lock_that_was_lost_is_held_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stop, lock = threading.Event(), tmp_path / "jobs.db.worker-0.lock"

    def work(_: dict[str, Any]) -> dict[str, Any]:
        lock.unlink()
        while not lock.exists() and not stop.wait(0.05):
            pass
        stop.set()
        return {}

    engine = window(tmp_path, work=work)
    engine.enqueue("work", id="one")
    engine.run_schedule(stop)
    assert "lock of worker-0 was lost and is held again" in caplog.text


def test_ended_jobs_are_forgotten_after_their_days(tmp_path: Path) -> None:
    stop = threading.Event()

    def work(_: dict[str, Any]) -> dict[str, Any]:
        stop.set()
        return {}

    engine = window(tmp_path, work=work)
    engine.enqueue("work", id="old")
    engine.run_schedule(stop)
    stop.clear()
    later = Engine(
        tmp_path / "jobs.db",
        [Job("work", work, None, {})],
        Settings(),
        now=lambda: datetime.now(UTC) + timedelta(days=31),
    )
    later.enqueue("work", id="new")
    later.run_schedule(stop)
    assert [row["id"] for row in engine.jobs()] == ["new"]


def test_the_same_id_is_queued_once(tmp_path: Path) -> None:
    engine = window(tmp_path)
    assert engine.enqueue("work", {"n": 1}, id="one") == engine.enqueue("work", {"n": 2}, id="one") == "one"
    assert [(row["id"], row["arguments"]) for row in engine.jobs()] == [("one", {"n": 1})]


def test_a_cancelled_job_can_be_queued_again(tmp_path: Path) -> None:
    engine = window(tmp_path)
    engine.enqueue("work", id="one")
    with pytest.raises(UsageError, match="one is queued; only an ended job"):
        engine.retry("one")
    assert engine.cancel("one")["state"] == "cancelled"
    with pytest.raises(UsageError, match="nothing to cancel"):
        engine.cancel("one")
    assert engine.retry("one")["state"] == "queued"


def test_looking_makes_no_database(tmp_path: Path) -> None:
    assert window(tmp_path).jobs() == []
    with pytest.raises(UnknownName, match="There is no job yet"):
        window(tmp_path).job("one")
    assert list(tmp_path.iterdir()) == []


def test_a_job_is_found_by_a_beginning_that_only_it_has(tmp_path: Path) -> None:
    engine = window(tmp_path)
    for id in ("work@10:00", "work@10:30", "work"):
        engine.enqueue("work", id=id)
    assert engine.job("work")["id"] == "work"
    assert engine.cancel("work@10:3")["id"] == "work@10:30"
    assert engine.retry("work@10:3")["state"] == "queued"
    with pytest.raises(UsageError, match=r"2 jobs begin with 'work@1': .*work@10:00"):
        engine.job("work@1")


def test_unknown_names_name_the_nearest(tmp_path: Path) -> None:
    engine = window(tmp_path)
    engine.enqueue("work", id="review@2026-11-20T00:37:00Z")
    with pytest.raises(UnknownName, match="Did you mean review@2026-11-20T00:37:00Z"):
        engine.cancel("review@2026-11-21T00:37:00Z")
    with pytest.raises(UnknownName, match="Did you mean work"):
        engine.enqueue("wrok")


def test_the_database_is_in_wal_and_holds_no_pickle(tmp_path: Path) -> None:
    window(tmp_path).enqueue("work", {"source": "x"}, id="one")
    database = sqlite3.connect(tmp_path / "jobs.db")
    try:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        stored = "\n".join(database.iterdump())
    finally:
        database.close()
    assert '[{"source":"x"}]' in stored
    assert "'jobs-1'" in stored


@pytest.mark.parametrize("cron", ["sometimes", "61 * * * *", "* * *", "* * * * * * *", "7 */4 * * mon-"])
def test_a_bad_cron_gets_one_sentence(tmp_path: Path, cron: str) -> None:
    engine = Engine(tmp_path / "jobs.db", [Job("crawl_source", dict, cron, {})], Settings())
    with pytest.raises(UsageError, match=r"crawl_source \(SCOUT_CRAWL_CRON\) takes minute, hour, day.* got '.*'\.$"):
        engine.run_schedule(threading.Event())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cron", [None, "", "7 */4 * * *", "*/10 * * * * *", "@daily"])
def test_a_good_cron_is_no_error(cron: str | None) -> None:
    check_cron(Job("crawl", dict, cron, {}))


def test_a_database_that_cannot_be_reached_is_said_without_its_password(tmp_path: Path) -> None:
    away = Engine("postgresql://scout:hush@127.0.0.1:1/jobs", [Job("work", dict, None, {})], Settings())
    with pytest.raises(CannotRun, match="cannot be used") as caught:
        away.jobs()
    assert "hush" not in str(caught.value)
    (tmp_path / "jobs.db").write_text("no database, whatever its name says; it is long enough to be looked at")
    with pytest.raises(CannotRun, match="file is not a database"):
        window(tmp_path).jobs()


@pytest.mark.parametrize(
    ("store", "jobs"), [("store.db", "jobs.db"), ("there/store.db", "there/jobs.db"), ("other.db", "other.jobs.db")]
)
def test_jobs_lie_beside_their_store(store: str, jobs: str) -> None:
    assert jobs_address(store, Settings()) == str(Path(jobs))
    assert jobs_address(store, Settings({"jobs_url": "postgresql://h/j"})) == "postgresql://h/j"
