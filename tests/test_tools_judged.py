import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from judged import judged as findings_judged
from stored import full_store

from tools.errors import UsageError
from tools.store import Store
from tools.views.judged import Judgement, judged, judged_figures, published, read_judgements, sample, written
from tools.views.takes import asked_by

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def reviewed(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        full_store(store)
    return path


def judge(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "bench/judge.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def judgement(key: str, **answers: bool) -> Judgement:
    yes = {"true": True, "about": True, "relevant": True, "publishable": True}
    return Judgement(key, "builder", **{**yes, **answers}, judge="ed", at="2026-11-30")


def test_a_sheet_is_drawn_filled_and_read_back(reviewed: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    drawn = judge("draw", reviewed, sheet, "--number", 5, "--seed", 3)
    assert drawn.returncode == 0
    assert drawn.stdout.startswith("5 of ")
    with sheet.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == 5
    assert all(row["sentence"] and row["question"] for row in rows)
    for row in rows:
        row.update(true="yes", about="Y", relevant="no", publishable="0")
    with sheet.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    read = judge("read", sheet, "--judge", "ed")
    assert read.returncode == 0
    assert "true         5 of 5  1.00" in read.stdout
    assert "relevant     0 of 5" in read.stdout
    assert "MISSED" in read.stdout


def test_an_unanswered_row_is_named(reviewed: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    judge("draw", reviewed, sheet, "--number", 2)
    read = judge("read", sheet, "--judge", "ed")
    assert read.returncode == 2
    assert "Row 2" in read.stderr
    assert "true takes yes or no; got ''" in read.stderr


def test_the_same_seed_draws_the_same_sentences_in_any_order(reviewed: Path) -> None:
    with Store.open(reviewed, readonly=True) as store:
        found = list(published(store.documents()))
    assert sample(found, 6, 1) == sample(reversed(found), 6, 1)
    assert sample(found, 6, 1) != sample(found, 6, 2)
    assert len(sample(found, 10_000, 1)) == len(found)


def test_a_finding_is_drawn_with_the_question_printed_above_it() -> None:
    product = next(document for document in findings_judged() if document.slug == "ferrykey")
    assert product.panel
    found = {one.text: one for one in product.panel.findings}
    asked = {one.text: one.asked for one in published([product]) if one.text in found}
    assert asked == {text: asked_by(found[text]) for text in asked}
    assert asked


def test_figures_are_shares_with_the_issue_s_gates() -> None:
    told = [judgement("a"), judgement("b", publishable=False), judgement("c", true=False, publishable=False)]
    by_name = {figure.name: figure for figure in judged_figures(told)}
    assert by_name["judged true"].value == pytest.approx(2 / 3)
    assert by_name["judged true"].passes is False
    assert by_name["judged about the product"].passes is True
    assert by_name["judged publishable as it stands"].low == 0.60
    assert by_name["judged publishable as it stands"].n == 3
    assert judged_figures([]) == []


def test_judgements_come_back_as_they_were_written() -> None:
    told = [judgement("a"), judgement("b", relevant=False)]
    assert list(read_judgements(written(told))) == told
    with pytest.raises(UsageError, match="Line 2"):
        list(read_judgements(written(told[:1]) + '{"key": "x"}\n'))


def test_the_committed_judgements_can_be_read_and_hold_no_sentence() -> None:
    assert all(len(one.key) == 16 for one in judged())
