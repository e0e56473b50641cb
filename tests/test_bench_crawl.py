"""The benches run and find what the pages say; their figures are read by people, not by a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="serves 127.0.1.1 and on, which only Linux has ready"),
]


def run(script: str, *words: str) -> str:
    done = subprocess.run([sys.executable, str(BENCH / script), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_all_our_runners_find_what_the_pages_say(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    words = ("--pages", "12", "--hosts", "3", "--repeats", "1", "--only", "floor,tools,whole,again,panel")
    shown = run("crawl.py", *words, "--json", str(figures))
    assert set(json.loads(figures.read_text())) == {"floor", "tools", "whole", "again", "panel"}
    assert "panel: CPU-s/1,000" in shown


def test_a_killed_crawl_ends_like_one_nobody_disturbed() -> None:
    assert "2 of 2 stores as if nobody had killed anything" in run("kill.py", "--kills", "2", "--pages", "6")


def test_the_same_folder_gives_the_same_recording(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text("<title>A</title>")
    row = {"id": "a", "kind": "product", "file": "a.html", "url": "https://a.example/"}
    (folder / "manifest.jsonl").write_text(json.dumps(row) + "\n")
    once, twice = tmp_path / "1.warc.gz", tmp_path / "2.warc.gz"
    shown = run("corpus_world.py", str(folder), str(once))
    run("corpus_world.py", str(folder), str(twice))
    assert "2 answers" in shown
    assert once.read_bytes() == twice.read_bytes()
