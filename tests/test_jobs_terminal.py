"""What a person reads in a terminal, where no command's own test looks at it."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from stored import fused, page, panel_of, propose

from jobs import terminal
from jobs.inbox import inbox
from jobs.terminal import screen
from tools.knowledge import in_words
from tools.store import Store


def test_a_panel_that_contradicts_itself_says_so(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.put_product(propose(store, page()))
    store.put_panel(fused(panel_of(store, "acme")), reviewer="tern")
    terminal.show(store.document("acme"))
    shown = capsys.readouterr().out
    assert "Builder and PM contradict each other on price" in shown
    assert "They read the price apart." in shown


def test_a_reason_of_several_lines_hangs_behind_its_dot(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.put_product(propose(store, page()))
    store.raise_look("acme", ["The maker's name differs on every page that was read. " * 4])
    terminal.inbox(*inbox(store, 5))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 of 1 · Acme (acme)")
    assert lines[2].startswith("· The maker's")
    assert lines[3].startswith("  ")
    assert "approve, reject, edit or merge" in lines[-1]


ROW = {
    "verdict": "Not enough evidence",
    "name": "Azure Harbour Model Routing",
    "status": "needs_look",
    "sources": ["github_search", "github_trending"],
    "first_seen": "2026-03-04T12:00:00Z",
    "slug": "azure-harbour-model-routing",
    "entry_amount": "29",
    "entry_currency": "USD",
    "entry_period": "month",
    "pricing_model": "paid",
}


@pytest.mark.parametrize("columns", [70, 80, 120])
def test_a_list_breaks_no_word_on_a_narrow_screen(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal.products([ROW])
    shown = capsys.readouterr().out
    assert all(len(line) <= columns for line in shown.splitlines())
    words = " ".join(shown.split())
    for word in ("needs a", "github_trending", "azure-harbour-model-routing", "2026-03-04", "29 USD a"):
        assert word in words


def change(**values: object) -> dict[str, object]:
    row = {"at": "2026-03-04T12:00:00Z", "field": "", "before": None, "why": "", "who": "scout"}
    return {**row, "quotes": {"before": [], "after": []}, **values}


def test_a_history_says_before_and_after_only_where_there_was_a_before(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        change(op="new", after="Acme"),
        change(op="panel", after="Skip", who="rubric"),
        change(op="plan", field="Pro", before="12 USD", after="14 USD"),
        change(op="fact", field="license", after="MIT", why="their word " * 20, who="kim"),
    ]
    terminal.history({"name": "Acme", "changes": rows, "panel_stale": False, "prices": []}, store.now())
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:4] == [
        "2026-03-04  new       Acme",
        "2026-03-04  panel     Skip  (rubric)",
        "2026-03-04  plan      Pro  12 → 14 USD",
    ]
    assert lines[4].startswith("2026-03-04  fact      license  none → MIT  their word")
    assert lines[5].startswith(" " * 22)
    assert lines[-1].endswith("(kim)")


def test_a_refresh_counts_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    states = {"a": "unchanged", "b": "changed", "c": "look", "d": "gone"}
    rows = [
        {"slug": slug, "state": state, "changed": ["plans"] if state == "changed" else [], "why": "Why."}
        for slug, state in states.items()
    ]
    terminal.refresh_report({"products": rows, "changes": 1, "reviews": 0, "seconds": 0.2, "failures": []})
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "changed  b: plans Why.",
        "look     c: Why.",
        "4 products looked at: 1 unchanged, 1 changed, 1 to look at, 1 gone. 1 change, 0 reviews in 0.2 s",
    ]


def crawled(**values: object) -> dict[str, object]:
    counts = {"products_new": 0, "changes": 0, "reviews": 0, "model_calls": 0, "seconds": 1.0}
    return {**counts, "sources": {}, "new": [], "changed": [], "failures": [], "outcome": "done", **values}


def test_a_finished_crawl_names_what_is_new_and_what_changed(capsys: pytest.CaptureFixture[str]) -> None:
    moves = [{"op": "plan", "field": f"Plan {n}", "before": "12 USD", "after": None} for n in range(5)]
    changed = [{"slug": "acme", "name": "Acme [b]x", "changes": moves}]
    terminal.crawl_report(crawled(products_new=40, changes=9, new=[ROW], changed=changed))
    shown = capsys.readouterr().out
    assert "Azure Harbour Model Routing  29 USD a month" in shown
    assert "and 39 more products: scout changes" in shown
    assert "Acme [b]x  Plan 0: 12 USD → no longer listed; Plan 1: 12 USD → no longer listed;" in shown
    assert "and 4 more changes: scout changes" in shown
    assert all(line == line.rstrip() for line in shown.splitlines()), "what is piped carries no blanks"
    terminal.crawl_report(crawled(products_new=40, new=[ROW]), store="my folder/store.db")
    assert "and 39 more products: scout changes --store 'my folder/store.db'" in capsys.readouterr().out
    terminal.crawl_report(crawled())
    assert "New" not in capsys.readouterr().out


def test_progress_elsewhere_than_on_a_terminal_is_a_line_now_and_then_with_the_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with terminal.progress() as say:
        for number in range(1_000):
            say(f"{number} of 1000\x1b[2J")
        say("one is done\ntwo is under way")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "0:00  0 of 1000 [2J"
    assert "one is done" in lines
    assert len(lines) <= 5


def test_on_a_terminal_finished_lines_and_the_log_stand_above_the_spinner() -> None:
    shown = on_a_terminal(
        "import logging, time; from jobs import cli, terminal\n"
        "logging.basicConfig(level='INFO', handlers=[cli._Stderr()])\n"
        "with terminal.progress() as say:\n"
        "    say('source 1 of 2, ' + 'long ' * 60)\n    time.sleep(.3)\n"
        "    logging.warning('from the log')\n    say('done\\nnext')\n    time.sleep(.3)\n"
    )
    spun = [line for line in shown if "source 1 of 2" in line]
    assert spun
    assert all(len(line) <= 80 for line in spun), "one line, however narrow the screen"
    assert "WARNING:root:from the log" in shown, "a line of its own, not through the spinner's"
    assert "done" in shown


def on_a_terminal(code: str) -> list[str]:
    """What a program writes to a terminal of 80 columns, a line a drawing, codes of the terminal left out."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    done = subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
    os.close(theirs)
    written = b""
    with suppress(OSError):  # the other side has closed
        while piece := os.read(ours, 65_536):
            written += piece
    os.close(ours)
    assert done.wait() == 0, written
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", written.decode())
    return [line.strip() for line in re.split(r"[\r\n]+", plain)]


def test_a_deleted_product_says_so_with_who_why_and_the_way_back(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.put_product(propose(store, page()))
    store.delete_product("acme", "spam", "kim")
    terminal.show(store.document("acme"))
    shown = " ".join(capsys.readouterr().out.split())
    assert "Deleted on 2026-03-04 by kim: spam. It is shown nowhere; scout undelete acme brings it back." in shown


@pytest.mark.parametrize("columns", [80, 120])
def test_a_merge_preview_shows_both_sides_on_any_screen(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    address = "https://a-rather-long-name.example/with/a/path"
    row = {"field": "homepage", "merged": address, "before": "https://acme.example/", "after": "https://acme.example/"}
    terminal.merge_preview({"slug": "other", "into": "acme", "preview": [row]})
    shown = capsys.readouterr().out
    assert all(len(line) <= columns for line in shown.splitlines())
    for word in ("other", "acme now", "acme after", "https://acme.example/"):
        assert word in shown
    assert columns != 80 or address in shown, "no address is broken on a narrow screen"


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (None, "none"),
        ('["a","b, c"]', "a, b, c"),
        ('["unclosed"', '["unclosed"'),
        ('["a" "b"]', '["a" "b"]'),
        ("25 USD", "25 USD"),
    ],
)
def test_a_list_in_the_change_log_is_read_as_words(kept: str | None, shown: str) -> None:
    assert in_words(kept) == shown


@pytest.mark.parametrize(
    ("amount", "model", "words"),
    [
        ("29", "paid", "29 USD a month"),
        ("0", "freemium", "Free to start, then paid"),
        ("0", "usage", "Free to start"),
        ("0", "open-source", "Free, open source"),
        (None, "open-source", "Open source"),
        (None, "usage", "By use, no amount in print"),
        (None, "contact", "On request"),
        (None, "unknown", "Unknown"),
    ],
)
def test_a_price_in_a_list_is_said_in_words(amount: str | None, model: str, words: str) -> None:
    card = {"entry_amount": amount, "entry_currency": "USD", "entry_period": "month", "pricing_model": model}
    assert terminal.price(card) == words


def test_ways_on_are_named_as_scout_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / ".venv" / "bin" / "scout"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(program)])
    monkeypatch.setenv("PATH", "")
    assert screen.as_called() == str(Path(".venv", "bin", "scout"))
    monkeypatch.setenv("PATH", str(program.parent))
    assert screen.as_called() == "scout"
