"""What is kept of a page is used again until what reads it changed: its wing with all data, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import extraction_cache

TOOLS = Path(extraction_cache.__file__).parent


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tools that a test may change; the program that reads is then that copy."""
    found = tmp_path / "tools"
    shutil.copytree(TOOLS, found, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(extraction_cache, "__file__", str(found / "extraction_cache.py"))
    return found


def program() -> str:
    """The hash of the program that reads, taken anew."""
    return extraction_cache.program.__wrapped__()


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"e", b"E", 1))


@pytest.mark.parametrize(
    "name",
    [
        "page/words/categories.toml",
        "page/choose/names.json",
        "page/facts/category.py",
        "page/pricing/money.py",
        "identity.py",
        "knowledge.py",
        "models.py",
    ],
)
def test_another_word_in_what_reads_a_page_reads_anew(copied: Path, name: str) -> None:
    before = program()
    change(copied / name)
    assert program() != before


@pytest.mark.parametrize(
    "name",
    ["exporters/newsletter.py", "exporters/site_templates/base.css", "store/lists.py", "personas/skeptic.toml", "settings.py"],
)  # fmt: skip
def test_another_word_elsewhere_reads_nothing_anew(copied: Path, name: str) -> None:
    before = program()
    change(copied / name)
    assert program() == before


def test_every_data_file_of_the_wing_is_part_of_the_seal(copied: Path) -> None:
    """A table in a form that nobody thought of must not be changed unseen."""
    wing = {path for path in (copied / "page").rglob("*") if path.is_file()}
    assert wing <= set(extraction_cache.sources())
