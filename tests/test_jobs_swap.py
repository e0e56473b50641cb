"""Exports of many files: built beside, swapped in one step, and nobody else's file lost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from stored import full_store

from jobs import swap
from jobs.edit import delete, edit, override
from jobs.export import export
from jobs.swap import MANIFEST, swapped
from tools.errors import CannotRun, UsageError
from tools.exporters import all_exporters
from tools.settings import Settings
from tools.store import Store


def fill(out: Path, **files: str) -> swap.Folder:
    with swapped(out) as folder:
        for name, text in files.items():
            folder.put(f"{name}.html", text.encode())
    return folder


def texts(out: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in out.rglob("*.html")}


def test_what_left_is_gone_and_what_stayed_is_not_written_again(tmp_path: Path) -> None:
    out = tmp_path / "site"
    fill(out, same="1", other="1", left="1")
    kept = (out / "same.html").stat()
    folder = fill(out, same="1", other="2", new="1")
    assert texts(out) == {"same": "1", "other": "2", "new": "1"}
    assert (folder.kept, folder.written, folder.gone) == (1, 2, 1)
    assert (out / "same.html").stat().st_mtime_ns == kept.st_mtime_ns
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_manifest_lists_every_file_with_its_bytes(tmp_path: Path) -> None:
    fill(tmp_path / "site", a="one", b="")
    rows = [json.loads(line) for line in (tmp_path / "site" / MANIFEST).read_text().splitlines()]
    assert [(row["name"], row["bytes"], row["sha256"][:6]) for row in rows] == [
        ("a.html", 3, "7692c3"),
        ("b.html", 0, "e3b0c4"),
    ]


def test_an_export_that_fails_leaves_the_old_one_whole(tmp_path: Path) -> None:
    out = tmp_path / "site"
    fill(out, a="old")
    with pytest.raises(CannotRun, match="outside"):
        fill(out, **{"a": "new", "../a": "outside"})
    assert texts(out) == {"a": "old"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_killed_export_leaves_the_old_one_whole_and_the_next_clears_up(tmp_path: Path) -> None:
    out = tmp_path / "site"
    fill(out, a="old")
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom jobs.swap import swapped\n"
        "with swapped(Path(sys.argv[1])) as f:\n f.put('a.html', b'new'); print('in', flush=True); time.sleep(60)"
    )
    root = Path(__file__).resolve().parent.parent
    child = subprocess.Popen([sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE, cwd=root)
    assert child.stdout
    child.stdout.readline()
    fill(out, a="meanwhile")
    assert len(list(tmp_path.glob("site.part-*"))) == 2, "an export at work, and its lock, are left alone"
    child.kill()
    child.wait()
    child.stdout.close()
    assert texts(out) == {"a": "meanwhile"}
    fill(out, a="next")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux and macOS exchange two folders")
def test_a_reader_never_finds_the_folder_missing_or_mixed(tmp_path: Path) -> None:
    out = tmp_path / "site"
    fill(out, a="0", b="0")
    code = (
        "import sys, os\nfrom pathlib import Path\nfrom jobs.swap import swapped\n"
        "for n in range(60):\n with swapped(Path(sys.argv[1])) as f:\n"
        "  for name in 'ab': f.put(name + '.html', str(n).encode())"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(out)], cwd=Path(__file__).resolve().parent.parent)
    missing, looks = 0, 0
    while child.poll() is None:
        missing += not (out / "a.html").exists()
        looks += 1
        time.sleep(0)
    assert child.returncode == 0
    assert looks > 100
    assert missing == 0


def test_a_swap_of_two_renames_that_was_cut_in_two_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    fill(out, a="old")
    fill(out, a="new")
    assert texts(out) == {"a": "new"}
    out.rename(tmp_path / "site.old-1234")
    with pytest.raises(CannotRun), swapped(out) as folder:
        folder.put("/a.html", b"")
    assert texts(out) == {"a": "new"}


def test_a_folder_with_files_of_others_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"did not write \(notes.txt\).*--out, or empty that one"):
        fill(tmp_path, a="1")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    out = tmp_path / "site"
    fill(out, a="1")
    (out / "deep").mkdir()
    (out / "deep" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"deep/mine\.txt"):
        fill(out, a="2")
    with pytest.raises(UsageError, match="is a file"):
        fill(tmp_path / "notes.txt", a="1")


def test_an_empty_folder_and_a_link_to_one_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    fill(tmp_path / "link", a="1")
    assert texts(tmp_path / "real") == {"a": "1"}
    assert (tmp_path / "link").is_symlink()


def test_the_folder_one_stands_in_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="under your feet"):
        fill(Path(), a="1")


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which an editor called Zaphod did everything an editor can, each with the reason QUIETLY."""
    path = tmp_path_factory.mktemp("edited") / "store.db"
    with Store.open(path) as store:
        full_store(store)
        slugs = [row["slug"] for row in store.list_products(limit=10)]
        edit(store, slugs[0], ("license=MIT", "tagline=Corrected line", "plan:Pro=20 USD/month"), "QUIETLY", "Zaphod")
        for row in store.list_products(limit=10):
            if store.document(row["slug"]).panel:
                override(store, row["slug"], "builder", "skip", "QUIETLY", "Zaphod")
        if len(slugs) > 1:
            delete(store, slugs[-1], "QUIETLY", "Zaphod")
    return path


def everything(store: Path, form: str, settings: Settings, out: Path) -> str:
    export(store, settings, form, out=out)
    return "".join(path.read_text(errors="replace") for path in out.rglob("*") if path.is_file())


@pytest.mark.parametrize("form", sorted(all_exporters()))
def test_no_form_of_export_names_an_editor_or_tells_a_reason(form: str, edited: Path, tmp_path: Path) -> None:
    told = everything(edited, form, Settings({"contact": "desk@scout.example"}), tmp_path / form)
    assert "Zaphod" not in told
    assert "QUIETLY" not in told


def test_editors_are_named_where_the_setting_says_so(edited: Path, tmp_path: Path) -> None:
    told = everything(edited, "jsonl", Settings({"publish_editors": True}), tmp_path / "named")
    assert "Zaphod" in told
    assert "QUIETLY" in told
    assert "an editor" in everything(edited, "jsonl", Settings(), tmp_path / "unnamed")


def test_the_copy_of_the_docs_stays_in_step(edited: Path, tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    (code,) = re.findall(r"```python\n(.*?)```", (root / "docs" / "publishing.md").read_text(), re.DOTALL)
    scout = tmp_path / "bin" / "scout"
    scout.parent.mkdir()
    scout.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m jobs "$@" --store "{edited}"\n')
    scout.chmod(0o755)
    environment = {**os.environ, "PATH": f"{scout.parent}:{os.environ['PATH']}", "PYTHONPATH": str(root)}

    def copied() -> dict[str, dict[str, object]]:
        subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, env=environment, check=True)
        products: dict[str, dict[str, object]] = json.loads((tmp_path / "copy.json").read_text())["products"]
        return products

    first = copied()
    assert first
    one = next(iter(first))
    with Store.open(edited) as store:
        edit(store, one, ("tagline=Another",), "it is", "kim")
    assert copied()[one]["tagline"] == "Another"
    with Store.open(edited) as store:
        delete(store, one, "it is gone", "kim")
    assert sorted(copied()) == sorted(first.keys() - {one})


def test_a_gravestone_keeps_the_reason_to_itself(edited: Path, tmp_path: Path) -> None:
    with Store.open(edited) as store:
        start = f"{store.id}:0"
    export(edited, Settings(), "jsonl", after=start, out=tmp_path / "lines")
    assert "QUIETLY" not in (tmp_path / "lines" / "products.jsonl").read_text()


def test_a_form_of_one_file_leaves_the_folder_of_a_form_of_many_as_it_is(edited: Path, tmp_path: Path) -> None:
    export(edited, Settings(), "labels", out=tmp_path / "folder")
    before = {path: path.read_bytes() for path in (tmp_path / "folder").rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="belongs to a form of many files"):
        export(edited, Settings(), "jsonl", out=tmp_path / "folder")
    assert {path: path.read_bytes() for path in (tmp_path / "folder").rglob("*") if path.is_file()} == before
    export(edited, Settings(), "labels", out=tmp_path / "folder")


def test_a_form_of_many_files_asks_for_a_folder(edited: Path) -> None:
    with pytest.raises(UsageError, match="`scout export site` writes a folder of files; name it with --out DIR"):
        export(edited, Settings(), "site")
