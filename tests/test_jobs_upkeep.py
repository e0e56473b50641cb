"""An editor's acts on sources and recipes, as commands: previewed, undone, told with who and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from stored import Clock, fact, page, panel_of, propose

from jobs import upkeep
from jobs.cli import cli
from tools.errors import UnknownName, UsageError
from tools.settings import Settings
from tools.store import Store

WHY = ("--why", "nothing new for a month")
RECIPE = {
    "site": "loom.example",
    "paths": ["/pricing"],
    "kind": "plans",
    "rows": "tr",
    "fields": {"name": {"css": "td"}},
    "samples": [],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    with Store.open(path, now=Clock()) as store:
        store.put_product(propose(store, page()))
        store.put_source_state("betalist", last_error="betalist: expected a feed, got a page")
        store.put_recipe("loom.example", json.dumps(RECIPE), "active", "3 pages, 100 % valid")
        store.put_recipe("loom.example", json.dumps({**RECIPE, "paths": ["/plans"]}), "retired", "long ago")
    return path


def scout(path: Path, *words: str) -> Result:
    return CliRunner(env={"SCOUT_EDITOR": "kim"}).invoke(cli, [*words, "--store", str(path)], standalone_mode=False)


def done(path: Path, *words: str) -> Any:
    result = scout(path, *words, "--json")
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def state(path: Path) -> tuple[Any, ...]:
    with Store.open(path) as store:
        assert store.verify() == []
        return store.sources(), [(row["state"], row["why"]) for row in store.recipes()]


ACTS = {
    "source": ("source", "disable", "betalist"),
    "a source never read": ("source", "disable", "show_hn"),
    "recipe": ("recipe", "retire", "LOOM.example"),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_previewed_done_told_and_undone(act: str, path: Path) -> None:
    words, before = ACTS[act], state(path)
    [shown] = done(path, *words, *WHY, "--preview")["previews"]
    assert state(path) == before, "a preview changes nothing"
    assert shown["rows"]
    assert "published" in shown["published"]
    report = done(path, *words, *WHY)
    assert (report["act"]["who"], report["act"]["why"], report["act"]["op"]) == ("kim", WHY[1], words[1])
    assert {row["field"]: row["after"].partition(" by ")[0] for row in shown["rows"]}.items() <= report["state"].items()
    assert state(path) != before
    assert WHY[1] in scout(path, "changes", "--keep").stdout
    done(path, *(("source", "enable", words[2]) if words[0] == "source" else (*words, "--undo")))
    after = state(path)
    if act == "a source never read":  # it is known now, as one that is read
        assert [row["enabled"] for row in after[0]] == [True, True]
        return
    assert after == before


def test_a_disabled_source_says_by_whom_and_why_and_is_left_out_of_a_crawl(path: Path) -> None:
    done(path, "source", "disable", "betalist", *WHY)
    [row] = [row for row in done(path, "source", "ls") if row["name"] == "betalist"]
    assert (row["enabled"], row["state"]) == (False, f"disabled by kim: {WHY[1]}")
    from jobs.crawl import _names

    with Store.open(path) as store:
        assert "betalist" not in _names(store.sources(), Settings(), ())


def test_several_are_asked_about_and_all_or_none_are_done(path: Path) -> None:
    before = state(path)
    refused = scout(path, "source", "disable", "betalist", "show_hn", *WHY)
    assert isinstance(refused.exception, UsageError)
    assert "betalist" in refused.stdout
    assert "show_hn" in refused.stdout
    missing = scout(path, "source", "disable", "betalist", "show_hnn", *WHY, "--yes")
    assert isinstance(missing.exception, UnknownName)
    assert "show_hn" in str(missing.exception)
    assert state(path) == before
    told = done(path, "source", "disable", "betalist", "show_hn", *WHY, "--yes")
    assert [one["name"] for one in told["sources"]] == ["betalist", "show_hn"]


@pytest.mark.parametrize("words", [("source", "disable", "betalist"), ("recipe", "retire", "loom.example")])
def test_an_act_wants_a_reason(words: tuple[str, ...], path: Path) -> None:
    before = state(path)
    assert "why" in str(scout(path, *words).exception)
    assert state(path) == before


def test_a_recipe_is_not_undone_over_what_was_changed_since(path: Path) -> None:
    with Store.open(path) as store:
        with pytest.raises(UsageError, match="no act of an editor on recipe"):
            upkeep.undo(store, "recipe", "loom.example", "", "kim")
        upkeep.retire(store, "loom.example", "broken", "kim")
        [first] = [row for row in store.recipes() if row["why"] == "broken"]
        store.put_recipe("loom.example", first["recipe"], "active", "a crawl found it fine")
        with pytest.raises(UsageError, match="changed since"):
            upkeep.undo(store, "recipe", "loom.example", "", "kim")
        assert [row["op"] for row in store.upkeep_rows("recipe", "loom.example")] == ["retire"]


SEVERAL = {
    "edit": ("edit", "acme", "birch", "license=MIT"),
    "merge": ("merge", "birch", "cedar", "acme"),
    "override": ("review", "acme", "birch", "--override", "PM", "--verdict", "skip"),
}


@pytest.mark.parametrize("act", SEVERAL)
def test_acts_on_several_products_are_previewed_asked_about_and_done_together(act: str, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        for name in ("acme", "birch", "cedar"):
            made = page(f"https://{name}.example/", f"<h1>{name}</h1>")
            store.put_product(propose(store, made, fact(made, "name", name), identity=f"url:{name}.example"))
            store.put_panel(panel_of(store, name), reviewer="rules")
        first = store.last_seq()
    shown = done(path, *SEVERAL[act], *WHY, "--preview")
    assert len(shown.get("previews") or shown["products"]) == 2
    assert "--yes" in str(scout(path, *SEVERAL[act], *WHY).exception)
    with Store.open(path) as store:
        assert store.last_seq() == first
    reports = done(path, *SEVERAL[act], *WHY, "--yes")["products"]
    assert len(reports) == 2
    assert all((row["who"], row["why"]) == ("kim", WHY[1]) for one in reports for row in one["changes"])


def test_an_edit_without_a_product_or_a_value_says_how_one_is_written(path: Path) -> None:
    assert "scout edit SLUG license=MIT" in str(scout(path, "edit", "license=MIT", *WHY).exception)
    assert "field=value" in str(scout(path, "edit", "acme", *WHY).exception)
    assert "field=value" in str(scout(path, "edit", "acme", "license=MIT", "tagline", *WHY).exception)


def test_a_deleted_product_is_not_reviewed(path: Path) -> None:
    done(path, "delete", "acme", *WHY)
    assert "was deleted" in str(scout(path, "review", "acme").exception)
