"""Labels: what editors stand for, as pages the trainer reads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stored import page

from bench.train import judging, pages
from jobs.edit import edit, set_status
from jobs.export import export
from tools.models import Page
from tools.page.extract import extract
from tools.products.propose import assemble
from tools.settings import Settings
from tools.store import Store

WHY, WHO = "my private reason", "Ottoline Editor"
HOME = """<html lang="en"><head><title>{name} – Uptime monitoring</title></head><body><h1>{name}</h1>
<p>{name} watches your servers and tells you before your customers do, day and night.</p>{more}</body></html>"""
PRICES = """<h2>Pricing</h2><div><h3>Starter</h3><p>$9 / month</p></div><div><h3>Growth</h3><p>$29 / month</p></div>"""


def put(store: Store, name: str, *paths: str) -> None:
    """A product with pages as they are really read; prices stand on /pricing, a teaser on the home page."""
    found = []
    for path in ("/", *paths):
        more = PRICES if path != "/" else "<p>From $9 / month</p>"
        found.append(page(f"https://{name.lower()}.example{path}", HOME.format(name=name, more=more)))
    kept(store, found)


def kept(store: Store, found: list[Page]) -> None:
    for one in found:
        store.put_page(one)
    read = [(one, extract(one.body.decode(one.charset), one.final_url)) for one in found]
    store.put_product(assemble(launches=[], pages=read))


def written(store_path: Path, out: Path) -> list[dict[str, Any]]:
    export(store_path, Settings(), "labels", out=out)
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def labelled(tmp_path: Path) -> list[dict[str, Any]]:
    """Of four products: one approved, one edited, one rejected, one that nobody looked at."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        for name in ("Wickerly", "Sallowby", "Thornmere", "Elmstead"):
            put(store, name, "/pricing")
        set_status(store, "wickerly", "approved", WHY, WHO)
        edit(store, "sallowby", ("tagline=Uptime monitoring", "plan:Growth=30 USD/month"), WHY, WHO)
        edit(store, "thornmere", ("tagline=Uptime monitoring",), WHY, WHO)
        set_status(store, "thornmere", "rejected", WHY, WHO)
    return written(path, tmp_path / "labels")


def of(rows: list[dict[str, Any]], ending: str) -> dict[str, Any]:
    return next(row for row in rows if row["url"].endswith(ending))


def test_only_what_an_editor_stands_for_becomes_a_label(labelled: list[dict[str, Any]]) -> None:
    assert {(row["site"], row["gold_by"]) for row in labelled} == {("wickerly.example", "approved"), ("sallowby.example", "edited")}  # fmt: skip
    assert len(labelled) == 4


def test_the_trainer_reads_the_folder(labelled: list[dict[str, Any]], tmp_path: Path) -> None:
    found, score = pages.everything([tmp_path / "labels"])
    assert [one.id for one in found] == [row["id"] for row in labelled]
    assert all(one.measured and one.view.lines and one.group for one in found)
    assert score is judging
    first = next(one for one in found if one.url == "https://wickerly.example/pricing")
    assert first.html.startswith("<html")
    assert len(judging.match_plans(first.gold["plans"], [{"name": "Growth", "amount": "29", "currency": "USD", "period": "month"}], 4)) == 3  # fmt: skip
    assert judging.match_plans(first.gold["plans"], extracted(first), 4) == (2, 0, 0)


def extracted(one: pages.Page) -> list[dict[str, Any]]:
    from tools.page.record import record

    plans: list[dict[str, Any]] = record(extract(one.html, one.url))["plans"]
    return plans


def test_several_folders_or_one_that_holds_several_are_read(labelled: list[dict[str, Any]], tmp_path: Path) -> None:
    other = tmp_path / "more" / "inside"
    other.mkdir(parents=True)
    (other / "manifest.jsonl").write_text("")
    assert pages.corpora([tmp_path / "labels", tmp_path / "more"]) == [tmp_path / "labels", other]
    assert pages.corpora([tmp_path]) == [tmp_path / "labels"]
    with pytest.raises(SystemExit, match="corpus"):
        pages.corpora([other.parent / "nothing"])


def test_a_price_read_on_another_page_is_optional_here(labelled: list[dict[str, Any]]) -> None:
    home, prices = of(labelled, "wickerly.example/"), of(labelled, "wickerly.example/pricing")
    assert [(plan["name"], plan["amount"], plan["optional"]) for plan in home["gold"]["plans"]] == [
        ("Starter", 9.0, True)
    ]
    assert [(plan["amount"], plan["optional"]) for plan in prices["gold"]["plans"]] == [(9.0, False), (29.0, False)]
    assert all(plan["at"] for plan in prices["gold"]["plans"])


def test_gold_is_what_the_editor_said_and_the_page_shows(labelled: list[dict[str, Any]]) -> None:
    gold = of(labelled, "sallowby.example/")["gold"]
    assert (gold["name"], gold["tagline"], gold["category"]) == (["Sallowby"], ["Uptime monitoring"], "observability")
    assert 30.0 not in [plan["amount"] for plan in gold["plans"]]  # the page does not state it


def test_nothing_private_is_written(labelled: list[dict[str, Any]], tmp_path: Path) -> None:
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "labels").rglob("*") if path.is_file()]
    assert len(files) == len(labelled) + 4  # README, manifest, cursor, list of files
    assert not [text for text in files if WHY in text or WHO in text]


def test_a_page_in_another_charset_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        html = HOME.format(name="Wickerly", more="<p>Müßiggang für alle.</p>")
        served = replace(page("https://wickerly.example/"), body=html.encode("cp1252"), charset="windows-1252")
        kept(store, [served])
        set_status(store, "wickerly", "approved", WHY, WHO)
    written(path, tmp_path / "labels")
    ((only,), _) = pages.everything([tmp_path / "labels"])
    assert "Müßiggang" in only.html


def test_judging_counts_as_the_form_says() -> None:
    gold = [{"name": "Pro", "amount": 10.0, "currency": "USD", "period": "month", "alt": [[100.0, "year"]]}]
    read = {"name": "Pro", "currency": "USD", "period": "year"}
    assert judging.match_plans(gold, [{**read, "amount": "100"}], 4) == (1, 0, 0)
    assert judging.match_plans(gold, [{**read, "amount": "10"}], 3) == (0, 1, 1)
    assert judging.match_plans(gold, [{**read, "amount": "10"}], 2) == (1, 0, 0)
    assert judging.match_plans([{**gold[0], "optional": True}], [{**read, "amount": "100"}], 4) == (0, 0, 0)
    assert judging.best_f1("Ship it today", ["ship it", "never"]) == pytest.approx(0.8)
