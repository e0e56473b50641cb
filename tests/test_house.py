import ast
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    if where.startswith(("tools/store/", "tools/schema/")) or where in ("jobs/engine.py", "tools/names.py"):
        return  # the engine's one statement is a lock of its own database, not of the store; names: see there
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
    here = f"{ROOT}{os.sep}" if len(ROOT.parts) > 2 else "\0"  # "/app/" may well stand in an address
    for name in tracked:
        path = ROOT / name
        if path.is_file() and path.suffix in (".py", ".md", ".toml", ".txt", ".json", ".yml", ".html"):
            assert here not in path.read_text(encoding="utf-8", errors="replace"), name


def test_requirements_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-ocr.txt", "requirements-smol.txt", "bench/requirements.txt"):
        assert "://" not in (ROOT / name).read_text()


# Every folder of the project but bench, whose figures are of the corpus; ours to write, whatever the suffix.
WRITTEN = [
    path
    for folder in (*FOLDERS, "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".toml", ".md", ".html", ".js", ".css", ".json", ".txt") and path.is_file()
]
# Sites every tool page may link to, named by our own sources and identity rules.
OUR_SITES = {"github.com", "huggingface.co", "hf.co", "ycombinator.com", "producthunt.com", "algolia.com"}
# Brands that are plain words too and stand here as such; Vercel as a maker of block pages that tools/blocked.py tells apart,
# Microsoft in the names of licences, as the SPDX list gives them.
OUR_WORDS = {"microsoft", "monday", "plausible", "together", "vercel", "workforce"}
LEAST_LETTERS = 24  # of such a run; lists of language codes are shorter
WORDS_IN_A_ROW = 8  # of a corpus page; fewer are anybody's phrase


def _corpus() -> list[dict[str, Any]]:
    manifest = SHARED / "corpus" / "manifest.jsonl"
    if not manifest.exists():
        pytest.skip("no ../shared/corpus beside the repository")
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["kind"] in ("product", "card")]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_no_domain_or_brand_of_a_corpus_page_stands_in_the_tools() -> None:
    from tools.identity import registrable_domain

    rows = _corpus()
    domains = {registrable_domain(urlsplit(row["url"] or "").hostname or "") for row in rows} - OUR_SITES - {""}
    brands = {label for domain in domains if len(label := domain.partition(".")[0]) > 3}
    brands |= {name.casefold() for row in rows for name in row["gold"]["name"] if len(name) > 3 and " " in name}
    text = "\n".join(path.read_text(encoding="utf-8") for path in WRITTEN if "tools" in path.parts).casefold()
    spoken = " ".join(_words(text))
    assert not {domain for domain in domains if domain in text}
    assert not {brand for brand in brands if f" {' '.join(_words(brand))} " in f" {spoken} "} - OUR_WORDS


def test_no_sentence_of_a_corpus_page_stands_in_the_project() -> None:
    from tools.page.decode import decode
    from tools.page.quotes import visible_text

    ours = [(path, _words(path.read_text(encoding="utf-8", errors="replace"))) for path in WRITTEN]
    runs = {
        hash(tuple(words[at : at + WORDS_IN_A_ROW])): path
        for path, words in ours
        for at in range(len(words) - WORDS_IN_A_ROW + 1)
    }
    copied = set()
    for row in _corpus():
        body = (SHARED / "corpus" / row["file"]).read_bytes()
        for line in visible_text(decode(body)[0]).splitlines():
            words = _words(line)
            for at in range(len(words) - WORDS_IN_A_ROW + 1):
                piece = tuple(words[at : at + WORDS_IN_A_ROW])
                if hash(piece) in runs and len("".join(piece)) >= LEAST_LETTERS:
                    copied.add((str(runs[hash(piece)].relative_to(ROOT)), " ".join(piece)))
    assert not copied
