"""Commands as a stranger mistypes them: what was typed is looked at before what is not set, and nothing is made."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from stored import full_store

from jobs import export
from jobs.cli import cli
from jobs.crawl import CrawlRequest, crawl
from jobs.schedule import run
from tools.errors import UsageError
from tools.settings import SETTINGS, Settings
from tools.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "store.db") as opened:
        full_store(opened)
    return tmp_path / "store.db"


def refusal(store: Path, *words: str) -> str:
    return str(CliRunner().invoke(cli, [*words, "--store", str(store)], standalone_mode=False).exception)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (CrawlRequest(names=("shwo_hn",)), "Did you mean show_hn"),
        (CrawlRequest(names=("awesome_lists",)), "awesome_lists is off"),
        (CrawlRequest(since="5x"), "got '5x'"),
    ],
)
def test_a_crawl_names_what_was_mistyped_before_it_asks_for_a_contact_or_makes_a_store(
    asked: CrawlRequest, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=sentence):
        crawl(tmp_path / "none.db", Settings(), asked)
    assert list(tmp_path.iterdir()) == []


def test_a_crawl_knows_the_sources_that_its_store_follows(store: Path) -> None:
    with Store.open(store) as opened:
        opened.add_source("tinytools", "https://tinytools.example/feed.xml")
    with pytest.raises(UsageError, match="Did you mean tinytools"):
        crawl(store, Settings(), CrawlRequest(names=("tinytool",)))


def test_a_schedule_names_a_broken_cron_before_it_asks_for_a_contact(store: Path) -> None:
    with pytest.raises(UsageError, match="SCOUT_REVIEW_CRON"):
        run(store, Settings({"review_cron": "every day"}), lambda _: None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("source", "filter", "shwo_hn"), "Did you mean show_hn"),
        (("source", "filter", "show_hn"), "Give what to keep or block"),
        (("edit", "acme", "tagln=x", "--why", "x"), "No field called 'tagln'. Did you mean tagline?"),
        (("edit", "acme", "zzz=x", "--why", "x"), "Fields: name, tagline"),
        (("vote", "acme", "shipp"), "No verdict called 'shipp'. Did you mean ship"),
    ],
)
def test_a_mistyped_word_is_named_before_what_is_left_out(words: tuple[str, ...], sentence: str, store: Path) -> None:
    assert sentence in refusal(store, *words)


def test_what_is_no_text_is_not_poured_over_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        buffer = io.BytesIO()

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Screen())
    with pytest.raises(UsageError, match="> FILE"):
        export._to_stdout(iter([("a.bin", iter([b"PAR1\0\1"]))]))
    assert export._to_stdout(iter([("a.txt", iter([b"words"]))])) == {"files": 1}
    assert Screen.buffer.getvalue() == b"words"


def test_who_types_no_more_than_scout_is_told_how_to_begin_and_who_asks_for_help_has_every_setting() -> None:
    bare, asked = (CliRunner().invoke(cli, words, terminal_width=80).output for words in ([], ["--help"]))
    assert "Begin with `scout demo`" in bare
    assert SETTINGS[0].env in bare  # the one that is needed
    assert not [setting.env for setting in SETTINGS[1:] if setting.env in bare]
    assert not [setting.env for setting in SETTINGS if setting.env not in asked]
    assert max(map(len, asked.splitlines())) <= 80


def groups(group: click.Group = cli) -> list[click.Group]:
    inner = [one for one in group.commands.values() if isinstance(one, click.Group)]
    return [group, *(one for each in inner for one in groups(each))]


@pytest.mark.parametrize("group", groups(), ids=lambda group: str(group.name))
def test_the_first_sentence_of_every_command_is_shown_whole(group: Any) -> None:
    shown = " ".join(CliRunner().invoke(group, ["--help"], terminal_width=80).output.split())
    for command in group.commands.values():
        first = " ".join(command.help.split("\n\n")[0].split()).partition(". ")[0].rstrip(".")
        assert first in shown


def test_the_old_list_of_looks_is_the_inbox_and_says_where_that_is(store: Path) -> None:
    with Store.open(store) as opened:
        opened.raise_look(opened.list_products()[0]["slug"], ["Its homepage is another's."])
    old, new = (
        CliRunner().invoke(cli, [*words, "--store", str(store)])
        for words in (["list", "--needs-look"], ["inbox", "--list"])
    )
    assert (old.stdout, old.exit_code) == (new.stdout, 0)
    assert "Its homepage is another's." in old.stdout
    assert "scout inbox --list" in old.stderr
