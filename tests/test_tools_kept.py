"""What is kept between processes: made once, made anew when what it follows from changed, never in the way."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tools import kept as module
from tools.kept import compiled, kept, pattern


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    return tmp_path


def never() -> object:
    raise AssertionError("it is made already")


def test_made_once_and_read_again() -> None:
    assert kept("numbers", ["a"], lambda: [1, 2]) == [1, 2]
    assert kept("numbers", ["a"], never) == [1, 2]


def test_made_anew_when_what_it_follows_from_changed() -> None:
    kept("numbers", ["a"], lambda: [1, 2])
    assert kept("numbers", ["b"], lambda: [3]) == [3]


def test_half_a_file_is_made_anew(own_folder: Path) -> None:
    kept("numbers", ["a"], lambda: [1, 2])
    (file,) = own_folder.rglob("*kept_numbers*")
    file.write_bytes(file.read_bytes()[:-3])
    assert kept("numbers", ["a"], lambda: [4]) == [4]


def test_where_nothing_can_be_written_it_is_made_each_time(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_folder / "file").write_text("no folder")
    monkeypatch.setattr(sys, "pycache_prefix", str(own_folder / "file"))
    assert [kept("numbers", ["a"], lambda: 1), kept("numbers", ["a"], lambda: 2)] == [1, 2]


@pytest.mark.parametrize("again", ["made", "kept"])
def test_a_kept_expression_finds_what_re_finds(again: str) -> None:
    expression, text = r"(?<![^\W々-鿿])(?P<word>pre(?:is|ço)s?|月額)(?=\W|$)|(\d+)\s?€", "Os preços: 9 € ou 月額"
    for _ in range(1 + (again == "kept")):
        found = compiled("words", [expression], lambda: expression)
    assert [match.groupdict() for match in found.finditer(text)] == [
        match.groupdict() for match in re.finditer(expression, text)
    ]
    assert found.groups == re.compile(expression).groups


def test_flags_are_kept_with_the_expression() -> None:
    for _ in range(2):
        assert pattern("one", "straße", re.IGNORECASE).fullmatch("STRAßE")
        assert not pattern("one", "straße").fullmatch("STRAßE")


def test_another_python_compiles_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_program", lambda expression, flags: (expression, "no program"))
    assert compiled("words", ["a"], lambda: "a+").fullmatch("aaa")
