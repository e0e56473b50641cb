import ast
import os
import shutil
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("agents", "jobs", "mcp_servers", "tools")
SOURCES = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
SHARED = ROOT.parent / "shared"


def test_the_import_arrows_hold() -> None:
    # a process of its own: in ours it would switch off the loggers that other tests listen to
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_other_distribution_brings_a_package_of_our_names() -> None:
    from importlib.metadata import distributions

    guests = {
        f"{dist.name}: {file}"
        for dist in distributions()
        if dist.name != "scout"
        for file in dist.files or ()
        if file.parts[0] in FOLDERS and file.suffix == ".py"
    }
    assert not guests, "give scout a virtual environment of its own"
    assert files("scout")


def test_help_stays_instant_because_nothing_heavy_is_imported() -> None:
    code = "import sys, jobs.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"smolagents", "mcp", "playwright", "dbos", "huggingface_hub", "jinja2", "warcio", "feedparser", "aiohttp"}
    assert heavy.isdisjoint(loaded)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_settings_reads_the_environment(path: Path) -> None:
    if path.name == "settings.py":
        return
    used = {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not used & {"os.environ", "os.getenv"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sql_stands_in_the_store_and_nowhere_else(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    if where.startswith(("tools/store/", "tools/schema/")) or where == "jobs/engine.py":
        return  # the engine's one statement is a lock of its own database, not of the store
    statements = ("select ", "insert into", "update ", "delete from", "create table")
    strings = [
        node.value.strip().lower()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    found = [
        text for text in strings if text.startswith(statements) and (" from " in text or " set " in text or "(" in text)
    ]
    assert not found


def test_no_commit_carries_a_host_of_a_registry_a_path_of_a_machine_or_a_lock_file() -> None:
    if not shutil.which("git"):
        pytest.skip("no git here; on Debian: apt-get install git")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    assert not [name for name in tracked if Path(name).name in ("uv.lock", "pylock.toml", "store.db")]
    home = str(ROOT.parent) + os.sep
    for name in tracked:
        path = ROOT / name
        if path.is_file() and path.suffix in (".py", ".md", ".toml", ".txt", ".json", ".yml", ".html"):
            assert home not in path.read_text(encoding="utf-8", errors="replace"), name


def test_requirements_name_no_host() -> None:
    for name in ("requirements.txt", "bench/requirements.txt"):
        assert "://" not in (ROOT / name).read_text()


def test_no_brand_or_domain_of_the_corpus_stands_in_the_tools() -> None:
    manifest = SHARED / "corpus" / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("no ../shared/corpus here")
    import json
    from urllib.parse import urlsplit

    from tools.identity import registrable_domain

    # Sites every tool page may link to, named by our own sources and identity rules.
    ours = {"github.com", "huggingface.co", "ycombinator.com", "producthunt.com", "algolia.com"}
    rows = [json.loads(line) for line in manifest.read_text().splitlines()]
    domains = {registrable_domain(urlsplit(row["url"]).hostname or "") for row in rows if row["kind"] == "product"}
    text = "\n".join(path.read_text() for path in (ROOT / "tools").rglob("*.py"))
    assert not {domain for domain in domains - ours if domain and domain in text}
