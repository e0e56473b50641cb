import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from jobs.cli import cli
from tools import __version__, sources
from tools.settings import SETTINGS, Setting

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")))
DOCS = "\n".join((ROOT / page).read_text() for page in PAGES)


def commands(group: click.Group, prefix: str = "") -> list[str]:
    names = []
    for name, command in group.commands.items():
        names.append(f"{prefix}{name}")
        if isinstance(command, click.Group):
            names.extend(commands(command, f"{prefix}{name} "))
    return names


def test_the_generated_parts_of_the_docs_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "--diff", *PAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"run `python -m cogapp -r README.md docs/*.md`\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_of_ours_leads_to_one(page: str) -> None:
    named = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", (ROOT / page).read_text())
    assert not [name for name in named if not ((ROOT / page).parent / name).exists()]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_docs(setting: Setting) -> None:
    assert f"`{setting.env}`" in DOCS


@pytest.mark.parametrize("name", sorted(sources.all_sources()))
def test_every_source_is_in_the_docs_and_says_what_it_reads(name: str) -> None:
    assert f"`{name}`" in DOCS
    assert len((sources.source(name).__doc__ or "").strip()) > 60


@pytest.mark.parametrize("name", commands(cli))
def test_every_command_has_help_and_stands_in_the_docs(name: str) -> None:
    result = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert re.search(r"\n\n  \S", result.output), "a command says what it does"
    assert f"scout {name}" in DOCS


def test_the_changelog_opens_with_this_version() -> None:
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert first
    assert first[1] == __version__
