"""What a shell is offered, asked as click's own completion of bash, zsh and fish asks it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete
from stored import fact, page, propose

from jobs.cli import cli
from tools import exporters, names, personas, sources
from tools.store import Store


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one product that is there, one deleted, one merged; a source, recipes of a site, a run."""
    path = tmp_path_factory.mktemp("names") / "store.db"
    with Store.open(path) as store:
        for name in ("Acme", "Acorn\nx\ty", "Birch", "Cedar"):
            made = page(f"https://{name[:5]}.example/", f"<h1>{name}</h1>")
            store.put_product(propose(store, made, fact(made, "name", name), identity=f"url:{name[:5]}.example"))
        store.delete_product("birch", "spam", "kim")
        store.merge("cedar", "acme", "one", "kim")
        store.add_source("blog", "https://blog.example/feed")
        store.put_recipe("loom.example", "{}", "active")
        store.start_run("crawl", "blog", {})
        store.add_watch("vector database", (), "ships", "kim")
    path.with_name("scout.toml").write_text('[rules.ships]\nabout = "watch"\n[rules.prices]\nabout = "price"\n')
    return path


@pytest.fixture
def offered(path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What is offered for the last of some words, the store named before them where the command takes one."""

    def ask(words: str, shell: type[ShellComplete] = BashComplete) -> list[str]:
        command, option, rest = words.partition(" --")
        if not option:
            command, _, rest = words.rpartition(" ")
        line = f"scout {command} --store {path} {option.strip()}{rest}"
        last = line.rpartition(" ")[2]
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1) if shell is not FishComplete else last)
        return shell(cli, {}, "scout", "_SCOUT_COMPLETE").complete().splitlines()

    return ask


def acorn(path: Path) -> str:
    with Store.open(path) as store:
        return next(card["slug"] for card in store.list_products() if card["slug"].startswith("acorn"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("show ac", ["acme", "ACORN"]),
        ("show b", ["birch"]),  # what is deleted can be looked at
        ("approve b", []),
        ("undelete ", ["birch"]),
        ("unmerge ", ["cedar"]),
        ("undo c", ["cedar"]),
        ("merge acme ac", ["ACORN"]),  # what stands there already is not offered again
        ("edit acme lic", ["license="]),
        ("edit lic", []),
        ("crawl blo", ["blog"]),
        ("crawl beta", ["betalist"]),
        ("source disable blo", ["blog"]),
        ("list --source blo", ["blog"]),
        ("list --status a", ["approved"]),
        ("list --verdict not", ["not-enough-evidence"]),
        ("list --category data", ["database", "data-pipeline"]),
        ("review acme --fusion deb", ["debate"]),
        ("review acme --override sk", ["skeptic"]),
        ("recipe retire l", ["loom.example"]),
        ("export jsonl", ["jsonl", "jsonld"]),
        ("mcp st", ["store"]),
        ("notify test sh", ["ships"]),
        ("watch add words --notify ", ["prices", "ships"]),
        ("watch add words --kind mo", ["model"]),
        ("watch rm ", ["1"]),
        ("show \U0010ffff", []),
    ],
)
def test_names_are_offered_where_they_are_taken(
    words: str, expected: list[str], path: Path, offered: Callable[..., list[str]]
) -> None:
    wanted = [acorn(path) if name == "ACORN" else name for name in expected]
    found = [line.removeprefix("plain,") for line in offered(words)]
    assert found == wanted if words != "list --category data" else sorted(found) == sorted(wanted)


def test_runs_and_jobs_are_offered_by_their_beginning(path: Path, offered: Callable[..., list[str]]) -> None:
    with Store.open(path) as store:
        [run] = store.runs()
    assert offered("runs show cra") == [f"plain,{run['id']}"]
    assert offered("jobs show cra") == []  # there is no jobs.db
    assert not path.with_name("jobs.db").exists(), "asking makes none"


@pytest.mark.parametrize("shell", [BashComplete, ZshComplete, FishComplete])
def test_every_shell_gets_a_line_a_name_whatever_the_pages_said(
    shell: type[ShellComplete], path: Path, offered: Callable[..., list[str]]
) -> None:
    lines = offered("show acor", shell)
    assert acorn(path) in "".join(lines)
    assert len(lines) == {BashComplete: 1, ZshComplete: 3, FishComplete: 1}[shell]  # type, name, a word on it
    assert shell is BashComplete or "Acorn x y" in lines[-1]


def test_a_store_that_is_not_there_or_is_none_offers_nothing(tmp_path: Path) -> None:
    assert names.stored(tmp_path / "none.db", "product", "") == []
    assert not (tmp_path / "none.db").exists()
    damaged = tmp_path / "damaged.db"
    damaged.write_text("no database at all, " * 100)
    assert names.stored(damaged, "product", "") == []


def test_what_is_found_by_file_is_what_is_there() -> None:
    assert set(names.modules("tools.sources")) == set(sources.all_sources())
    assert set(names.modules("tools.personas", ".toml")) == set(personas.personas())
    assert {exporters.exporter(name).NAME for name in names.modules("tools.exporters")} == set(
        names.modules("tools.exporters")
    )


def test_a_press_of_a_key_imports_no_store_and_nothing_heavy(path: Path) -> None:
    code = (
        "import sys; from jobs.cli import cli; from click.shell_completion import ZshComplete; "
        f"found = ZshComplete(cli, {{}}, 'scout', '_X').get_completions(['show', '--store', {str(path)!r}], 'ac'); "
        "print(len(found), *sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert done[0] == "2"
    heavy = {
        "tools.store",
        "tools.models",
        "tools.sources",
        "rich",
        "agents.panel.fusion",
        "mcp_servers.server",
        "dbos",
    }
    assert heavy.isdisjoint(done)


def test_the_command_itself_answers_a_shell(path: Path) -> None:
    words = f"scout show --store {path} acm"
    environ = {"_SCOUT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "4", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "jobs"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "plain,acme\n", "")
