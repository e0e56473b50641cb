"""Recipes in the hands of an editor, an agent and a crawl: kept, watched on live pages, retired with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from mcp import Client

import mcp_servers
from jobs.cli import cli
from tools.errors import UsageError
from tools.models import Plan
from tools.reading import ProposedProduct
from tools.recipe_book import Given, recipe_rows, save_recipe, tried
from tools.recipe_data import read_recipe
from tools.store import Store
from tools.workbench import Workbench

PAGE = (
    "<!doctype html><html lang=en><head><title>{name}</title></head><body><h1>{name}</h1><p>{name} tunes a loom.</p>"
    '<div class="{item}"><h3>{name}</h3><div><b class="cost">{cost}</b> <i class="per">each month</i></div></div></body></html>'
)
FILE = """
site = "{site}"
kind = "plans"
paths = ["/tools/*"]
item = "div.tier"
[fields.name]
select = "h3"
[fields.price]
select = ".cost"
[fields.period]
select = ".per"
[[samples]]
url = "http://{host}/tools/ash"
rows = [{{name = "Ash", amount = "9", currency = "USD", period = "month"}}]
[[samples]]
url = "http://{host}/tools/elm"
rows = [{{name = "Elm", amount = "19"}}]
"""


def page(name: str, cost: str, item: str = "tier") -> str:
    return PAGE.format(name=name, cost=cost, item=item)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Saved pages and a recipe, as an editor has them."""
    (tmp_path / "loom.toml").write_text(FILE.format(site="loom.dev", host="loom.dev"), encoding="utf-8")
    for name, cost in (("ash", "$9"), ("elm", "$19"), ("fir", "$29"), ("oak", "$39"), ("yew", "$49"), ("ivy", "€9")):
        (tmp_path / f"{name}.html").write_text(page(name.title(), cost), encoding="utf-8")
    return tmp_path


@pytest.fixture
def scout(folder: Path) -> Callable[..., Result]:
    """The command, run in process over a store of its own; file names are taken in the folder."""

    def run(*arguments: str) -> Result:
        known = [str(folder / each) if each.endswith((".html", ".toml")) else each for each in arguments]
        return CliRunner().invoke(cli, ["recipe", *known, "--store", str(folder / "store.db")], standalone_mode=False)

    return run


SAVE = ("save", "loom.toml", "--sample", "ash.html", "--sample", "elm.html")


def further(*names: str) -> list[str]:
    return [each for name in names for each in ("--page", f"{name}.html", "--url", f"http://loom.dev/tools/{name}")]


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_trying_shows_rows_and_keeps_nothing(scout: Callable[..., Result], folder: Path) -> None:
    done = scout("try", "loom.toml", "ash.html", "elm.html", "--json")
    found = json.loads(done.stdout)
    assert done.return_value == 0
    assert found["reproduces"]
    assert found["pages"][0]["rows"][0]["values"] == {
        "name": "Ash",
        "amount": "9",
        "currency": "USD",
        "period": "month",
    }
    assert found["pages"][0]["rows"][0]["evidence"]["price"] == [{"quote": "$9 each month", "place": "visible"}]
    assert not (folder / "store.db").exists()


def test_trying_a_page_that_changed_says_what_and_where(scout: Callable[..., Result]) -> None:
    done = scout("try", "loom.toml", "elm.html", "ash.html")
    assert done.return_value == 1
    assert "http://loom.dev/tools/ash: row 1: name should be 'Ash'; 'Elm' came." in done.stdout


def test_a_saved_recipe_waits_for_three_further_pages(scout: Callable[..., Result]) -> None:
    row = json.loads(scout(*SAVE, "--json").stdout)
    assert (row["number"], row["state"], row["pages"]) == (1, "proposed", 0)
    row = json.loads(scout(*SAVE, *further("fir", "oak"), "--json").stdout)
    assert (row["number"], row["state"], row["pages"]) == (1, "proposed", 2)
    row = json.loads(scout(*SAVE, *further("fir", "oak", "yew"), "--json").stdout)
    assert (row["number"], row["state"], row["coverage"]) == (1, "active", 1.0)


def test_samples_are_no_further_pages(scout: Callable[..., Result]) -> None:
    row = json.loads(scout(*SAVE, *further("ash", "elm", "fir", "oak"), "--json").stdout)
    assert (row["state"], row["pages"]) == ("proposed", 2)


def test_a_further_page_with_a_wrong_value_keeps_it_out(scout: Callable[..., Result]) -> None:
    row = json.loads(scout(*SAVE, *further("fir", "oak", "yew", "ivy"), "--json").stdout)
    assert row["state"] == "proposed"
    assert "in EUR, the samples' in USD" in row["why"]


def test_a_recipe_that_fails_its_samples_is_not_kept(scout: Callable[..., Result], folder: Path) -> None:
    done = scout("save", "loom.toml", "--sample", "ash.html", "--sample", "fir.html")
    assert isinstance(done.exception, UsageError)
    assert "name should be 'Elm'; 'Fir' came" in str(done.exception)
    with Store.open(folder / "store.db") as store:
        assert store.recipes() == []


def test_a_newer_version_takes_the_place_of_the_active_one(scout: Callable[..., Result], folder: Path) -> None:
    scout(*SAVE, *further("fir", "oak", "yew"))
    text = (folder / "loom.toml").read_text(encoding="utf-8")
    (folder / "loom.toml").write_text(text.replace('"div.tier"', '"body > .tier"'), encoding="utf-8")
    scout(*SAVE, *further("fir", "oak", "yew"))
    rows = json.loads(scout("ls", "--json").stdout)
    assert [(row["number"], row["state"]) for row in rows] == [(2, "active"), (1, "retired")]
    assert "newer version" in rows[1]["why"]


def test_retiring_needs_a_reason_and_is_for_good(scout: Callable[..., Result]) -> None:
    scout(*SAVE)
    assert scout("retire", "loom.dev").exception
    assert isinstance(scout("retire", "loom.dev", "--why", " ").exception, UsageError)
    assert "retired: new shop" in " ".join(scout("retire", "loom.dev", "--why", "new shop").stdout.split())
    assert "Mend it" in str(scout(*SAVE).exception)
    assert "No site with a recipe called 'loom.dev'" in str(scout("retire", "loom.dev", "--why", "again").exception)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("try", "loom.toml", "nothing-stored"), "neither a file nor the id of a stored page"),
        (("try", "ash.html", "ash.html"), "neither JSON nor TOML"),
        (("save", "loom.toml"), "give a page for each"),
        (("save", "loom.toml", "--sample", "ash.html"), "2 samples are in the recipe; 1 pages were given"),
        ((*SAVE, "--page", "fir.html"), "say which address it was saved from"),
        ((*SAVE, "--page", "fir.html", "--url", "http://rival.dev/tools/fir"), "is not under loom.dev"),
        (("ls",), "No store at"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    arguments: tuple[str, ...], why: str, scout: Callable[..., Result]
) -> None:
    error = scout(*arguments).exception
    assert isinstance(error, UsageError)
    assert why in str(error)
    assert "\n" not in str(error)


def test_the_list_says_how_to_begin(scout: Callable[..., Result], folder: Path) -> None:
    Store.open(folder / "store.db").close()
    assert "scout recipe try" in scout("ls").stdout


# ── on what is read ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bench(site: Any, tmp_path: Path) -> Iterator[Workbench]:
    """A workbench with a recipe for its site: two samples and three further pages seen, so active."""
    with Workbench(site.settings(contact="tests@example.org", browser="off"), tmp_path / "live.db") as bench:
        recipe = read_recipe(FILE.format(site="127.0.0.1", host=site.host))
        given = [
            Given(site.url(f"/tools/{name}"), page(name.title(), cost), name * 4)
            for name, cost in (("ash", "$9"), ("elm", "$19"), ("fir", "$29"), ("oak", "$39"), ("yew", "$49"))
        ]
        assert save_recipe(bench.store, tried(recipe, given[:2], given[2:]), further=True)["state"] == "active"
        yield bench


@pytest.fixture
def read(bench: Workbench, site: Any) -> Callable[[str, str], Any]:
    """Serves a page and reads it: its reading."""

    def read(path: str, html: str) -> Any:
        site.page(path, html)
        return bench.run(bench.reader.read([site.url(path)], granted_only=False))[0]

    return read


def plans(reading: Any) -> list[tuple[str, str, str]]:
    found: tuple[Plan, ...] = reading.extraction.plans
    return [(plan.name, str(plan.amount), plan.rung) for plan in found]


def state(bench: Workbench) -> tuple[str, int, float]:
    row = recipe_rows(bench.store)[0]
    return row["state"], row["pages"], row["coverage"]


def test_the_active_recipe_of_a_site_enters_the_ladder(bench: Workbench, read: Callable[..., Any]) -> None:
    assert plans(read("/tools/box", page("Box", "$12"))) == [("Box", "12", "recipe")]
    assert state(bench) == ("active", 4, 1.0)


def test_other_pages_of_the_site_are_left_alone(bench: Workbench, read: Callable[..., Any]) -> None:
    assert all(rung != "recipe" for _, _, rung in plans(read("/about", page("Box", "$12"))))
    assert state(bench) == ("active", 3, 1.0)


def test_the_same_bytes_count_once(bench: Workbench, read: Callable[..., Any]) -> None:
    for _ in range(3):
        read("/tools/box", page("Box", "$12"))
    assert state(bench) == ("active", 4, 1.0)


def test_a_stored_page_reads_the_same_again(bench: Workbench, read: Callable[..., Any]) -> None:
    reading = read("/tools/box", page("Box", "$12"))
    bench.reader._readings.clear()
    assert plans(bench.reader.reading(reading.page.id)) == plans(reading)


def test_a_wrong_live_value_retires_and_asks_for_a_look(bench: Workbench, read: Callable[..., Any]) -> None:
    reading = read("/tools/box", page("Box", "€12"))
    assert all(rung != "recipe" for _, _, rung in plans(reading))
    assert any(why.startswith("look: recipe 1 of 127.0.0.1 was retired") for why in reading.extraction.trouble)
    row = recipe_rows(bench.store)[0]
    assert row["state"] == "retired"
    assert "in EUR, the samples' in USD" in row["why"]
    saved = bench.reader.propose([ProposedProduct(pages=(reading.page.id,))])[0]
    document = bench.store.document(saved.slug)
    assert document.status == "needs_look"
    assert any("was retired" in why for why in document.needs_look)
    again = read("/tools/birch", page("Birch", "$12"))
    assert all(rung != "recipe" for _, _, rung in plans(again))


def test_a_new_template_retires_after_two_pages(bench: Workbench, read: Callable[..., Any]) -> None:
    read("/tools/box", page("Box", "$12", item="card"))
    assert state(bench)[0] == "active"
    read("/tools/gum", page("Gum", "$15", item="card"))
    assert state(bench)[0] == "retired"
    assert "dropped" in recipe_rows(bench.store)[0]["why"]


def test_the_plans_of_a_recipe_stand_in_the_store_with_their_quotes(bench: Workbench, read: Callable[..., Any]) -> None:
    reading = read("/tools/box", page("Box", "$12"))
    saved = bench.reader.propose([ProposedProduct(pages=(reading.page.id,))])[0]
    plan = bench.store.document(saved.slug).plans[0]
    assert (plan.name, plan.amount, plan.rung) == ("Box", "12", "recipe")
    assert (plan.evidence[0].quote, plan.evidence[0].page) == ("$12 each month", reading.page.id)
    assert bench.store.verify() == []


# ── the agent's tools ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_agent_tries_and_proposes_a_recipe(site: Any, tmp_path: Path) -> None:
    pages = {"ash": "$9", "elm": "$19", "fir": "$29", "oak": "$39", "yew": "$49"}
    for name, cost in pages.items():
        site.page(f"/tools/{name}", page(name.title(), cost))
    with Workbench(site.settings(contact="tests@example.org", browser="off"), tmp_path / "agent.db") as bench:
        urls = [site.url(f"/tools/{name}") for name in pages]
        handles = [one.page.id for one in bench.run(bench.reader.read(urls, granted_only=False)) if one.page]

        def ask(server: str, tool: str, **arguments: Any) -> Any:
            async def call() -> Any:
                async with Client(mcp_servers.build(server, bench)) as client:
                    answer = await client.call_tool(tool, arguments)
                return answer.content[0].text if answer.is_error else answer.structured_content

            return bench.run(call())

        data: dict[str, Any] = {
            "site": "127.0.0.1",
            "kind": "plans",
            "paths": ["/tools/*"],
            "item": "div.tier",
            "fields": {"name": {"select": "h3"}, "price": {"select": ".cost"}},
            "samples": [
                {"url": urls[n], "page": handles[n], "rows": [{"name": name, "amount": amount}]}
                for n, (name, amount) in enumerate((("Ash", "9"), ("Elm", "19")))
            ],
        }
        trial = ask("web", "try_recipe", recipe=json.dumps(data), pages=handles[:2])
        assert trial["reproduces"]
        assert trial["pages"][1]["rows"] == [
            {"values": {"name": "Elm", "amount": "19", "currency": "USD"}, "problems": []}
        ]
        assert ask("store", "propose_recipe", recipe=json.dumps(data))["state"] == "proposed"
        kept = ask("store", "propose_recipe", recipe=json.dumps(data), pages=handles[2:])
        assert (kept["number"], kept["state"], kept["pages"], kept["coverage"]) == (1, "active", 3, 1.0)
        data["samples"][0]["rows"][0]["amount"] = "8"
        refused = ask("store", "propose_recipe", recipe=json.dumps(data))
        assert "amount should be '8'; '9' came" in refused
        assert "no page 'nowhere' is stored" in ask("web", "try_recipe", recipe=json.dumps(data), pages=["nowhere"])
        data["shell"] = "rm"
        assert "there is no 'shell'" in ask("store", "propose_recipe", recipe=json.dumps(data))
