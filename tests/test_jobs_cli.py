"""The command as a user meets it: a process of its own, its stdout, its stderr, its exit code."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jobs.crawl import only_crawl_of
from jobs.demo.world import build_world
from tools.store import Store


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    build_world(folder)
    return folder


@pytest.fixture(scope="module")
def crawl(world: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A store after day one's crawl of one source, reviews included, and the crawl's report."""
    store = tmp_path_factory.mktemp("crawled") / "store.db"
    done = scout("crawl", "show_hn", "--replay", world / "day1.warc.gz", "--store", store, "--json")
    assert done.returncode in (0, 1), done.stderr
    return store, json.loads(done.stdout)


@pytest.fixture(scope="module")
def crawled(crawl: tuple[Path, dict[str, Any]]) -> Path:
    """The store after day one. Tests only read it."""
    return crawl[0]


def scout(*arguments: Any, env: dict[str, str] | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobs", *map(str, arguments)]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("SCOUT_")}
    return subprocess.run(
        command,
        env={**environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
        **options,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what is wrong; a traceback would be more than that."""
    lines = [line for line in done.stderr.splitlines() if line.startswith(("scout: ", "Error: "))]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


def test_crawl_ends_with_one_object_of_counts(crawl: tuple[Path, dict[str, Any]]) -> None:
    report = crawl[1]
    assert report["products_new"] > 0
    assert report["reviews"] > 0
    assert report["sources"]["show_hn"]["launches_new"] >= report["products_new"]
    assert {"run", "changes", "pages", "revalidated", "model_calls", "cost", "seconds", "failures"} <= report.keys()


def test_the_same_recording_twice_adds_nothing(world: Path, crawled: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(crawled, tmp_path))  # of every source: tests/test_jobs_demo.py
    digest = scout("verify", "--digest", "--store", store).stdout
    again = json.loads(scout("crawl", "show_hn", "--replay", world / "day1.warc.gz", "--store", store, "--json").stdout)
    assert {key: again[key] for key in ("launches_new", "products_new", "changes", "reviews")} == {
        "launches_new": 0,
        "products_new": 0,
        "changes": 0,
        "reviews": 0,
    }
    assert again["revalidated"] > 0
    assert scout("verify", "--digest", "--store", store).stdout == digest
    assert scout("verify", "--store", store).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("crawl", "shown_hn"), ("shown_hn", "show_hn")),
        (("crawl", "show_hn", "--since", "soon"), ("--since", "2d", "soon")),
        (("review",), ("SLUG", "--awaiting")),
        (("add",), ("addresses",)),
        (("list", "--store", "nowhere.db"), ("nowhere.db", "scout crawl")),
    ],
)
def test_wrong_usage_gets_one_sentence_and_exit_2(
    arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    where = () if "--store" in arguments else ("--store", tmp_path / "store.db")
    done = scout(*arguments, *where, env={"SCOUT_CONTACT": "mailto:test@example.org"})
    assert done.returncode == 2
    assert all(word in sentence(done) for word in words)


def test_an_unknown_slug_names_the_nearest(crawled: Path) -> None:
    slug = json.loads(scout("list", "--json", "--store", crawled).stdout)[0]["slug"]
    done = scout("show", slug + "x", "--store", crawled)
    assert done.returncode == 2
    assert slug in sentence(done)


def test_a_live_crawl_without_contact_refuses(tmp_path: Path) -> None:
    done = scout("crawl", "show_hn", "--store", tmp_path / "store.db")
    assert done.returncode == 3
    assert "SCOUT_CONTACT" in sentence(done)


def test_two_crawls_at_once_the_second_refuses(world: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    with only_crawl_of(store):
        done = scout("crawl", "show_hn", "--replay", world / "day1.warc.gz", "--store", store)
    assert done.returncode == 3
    assert "under way" in sentence(done)


def test_a_store_of_a_newer_scout_is_refused_and_left_alone(world: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    Store.open(store).close()
    with sqlite3.connect(store) as raw:
        raw.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('scout', 'm999_future', '2030')"
        )
    raw.close()
    before = store.read_bytes()
    done = scout("crawl", "show_hn", "--replay", world / "day1.warc.gz", "--store", store)
    assert done.returncode == 3
    assert "newer" in sentence(done)
    assert store.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    store.write_text("these are my notes, not a database\n" * 50)
    done = scout("list", "--store", store)
    assert done.returncode == 3
    assert "store.db" in sentence(done)
    assert store.read_text().startswith("these are my notes")


def test_a_full_disk_ends_with_one_sentence_and_a_sound_store(world: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    Store.open(store).close()
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000)); "
    code = limit + "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from jobs.cli import main; main()"
    arguments = ["crawl", "--replay", str(world / "day1.warc.gz"), "--store", str(store)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "disk" in sentence(done).lower() or "space" in sentence(done).lower()
    assert scout("verify", "--store", store).returncode == 0


@pytest.mark.parametrize("words", [("export", "jsonl"), ("list",), ("doctor",)])
def test_a_reader_that_goes_away_is_no_failure(crawled: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "jobs", *words, "--store", str(crawled)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parent.parent
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(60) == 0
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.mark.parametrize("command", ["show", "history"])
def test_what_is_piped_has_no_blanks_at_the_end_of_its_lines(crawled: Path, command: str) -> None:
    shown = scout(command, "pelican-ci", "--store", crawled).stdout
    assert "Pelican CI" in shown
    assert [line for line in shown.splitlines() if line != line.rstrip()] == []


def test_a_locale_that_is_not_utf8_costs_nothing(crawled: Path) -> None:
    env = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = scout("list", "--store", crawled, env=env)
    assert done.returncode == 0
    assert done.stdout.isascii()


def test_extract_prints_one_record(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>Ferry: moves files</title><meta name=description content='Ferry moves files between clouds.'>"
        "</head><body><h1>Ferry</h1><h2>Pricing</h2><div class=plan><h3>Team</h3><p>$12 per month</p></div></body></html>"
    )
    record = json.loads(scout("extract", page, "--url", "https://ferry.example/").stdout)
    assert record["name"] == "Ferry"
    assert [(plan["amount"], plan["currency"], plan["period"]) for plan in record["plans"]] == [("12", "USD", "month")]
    assert record["evidence"]["name"]["quote"]


@pytest.mark.parametrize(
    "address", ["nonsense", "", "ftp://x.example/", "http://", "https://[::1", "http://a b.example/"]
)
def test_what_is_no_address_is_refused_in_one_sentence(tmp_path: Path, address: str) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"<h1>Ferry</h1>")
    for command in (
        ("extract", page, "--url", address),
        ("fetch", address),
        ("add", address, "--store", tmp_path / "s.db"),
    ):
        done = scout(*command)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "starts with http:// or https://" in done.stderr


def test_doctor_never_shows_a_secret(tmp_path: Path) -> None:
    env = {"GITHUB_TOKEN": "ghp_verysecret", "HF_TOKEN": "hf_verysecret", "SCOUT_MODEL_KEY": "sk-verysecret"}
    done = scout("doctor", "--store", tmp_path / "store.db", env=env)
    assert "verysecret" not in done.stdout + done.stderr
    assert "GITHUB_TOKEN" in done.stdout


def test_an_unknown_export_names_the_forms(crawled: Path) -> None:
    done = scout("export", "jsnl", "--store", crawled)
    assert done.returncode == 2
    assert "jsonl" in sentence(done)


def test_a_cursor_of_another_store_asks_for_a_full_export(crawled: Path) -> None:
    done = scout("export", "jsonl", "--after", "other:3", "--store", crawled)
    assert done.returncode == 2
    assert "full export" in sentence(done)
