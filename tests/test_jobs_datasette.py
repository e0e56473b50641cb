"""The store in Datasette, asked as a browser asks it: the real thing, in this process."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from stored import fact, fused, page, panel_of, plan, propose

from jobs import datasette, edit, upkeep
from tools.errors import CannotRun, StoreError
from tools.store import Store

pages = pytest.importorskip(
    "jobs.datasette.pages", reason="the extra `datasette` is not installed", exc_type=ImportError
)
METADATA = yaml.safe_load((Path(datasette.__file__).with_name("metadata.yml")).read_text())
SHOWN = METADATA["databases"]["store"]
HOSTILE = "<script>alert(1)</script><b>x"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two products, one of them hostile, with a price that moved, a panel, and acts of an editor."""
    path = tmp_path_factory.mktemp("datasette") / "any name.db"
    with Store.open(path) as store:
        store.put_product(propose(store, page(), plans=[plan(page())]))
        edit.edit(store, "acme", ("plan:Pro=25 USD/month",), "their invoice", "kim")
        store.put_panel(fused(panel_of(store, "acme", "Split")), reviewer="tern")
        other = page("https://other.example/", f"<h1>{HOSTILE}</h1>")
        hostile = (fact(other, "name", HOSTILE), fact(other, "tagline", HOSTILE))
        slug = store.put_product(propose(store, other, *hostile, identity="url:other.example")).slug
        store.raise_look(slug, ["it gives orders"])
        upkeep.disable(store, "betalist", "too slow", "kim")
        store.subscribe("kim@reader.example")
    return path


@pytest.fixture(scope="module")
def ask(path: Path) -> Iterator[Any]:
    """Asks for an address; the answer."""
    made = pages.instance(path)

    def get(address: str) -> Any:
        return asyncio.run(made.client.get(address))

    yield get
    made.get_database("store").close()


def rows(ask: Any, address: str) -> list[dict[str, Any]]:
    answer = ask(address)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


ASKED = {
    "prices_of_category": {"category": ""},
    "new_this_week": {"days": "3650"},
    **{name: {"slug": "acme"} for name in ("product", "price_history", "panel")},
}


@pytest.mark.parametrize("name", SHOWN["queries"])
def test_every_canned_query_answers_with_rows_and_with_a_page(name: str, ask: Any) -> None:
    given = "&".join(f"{key}={value}" for key, value in ASKED.get(name, {}).items())
    found = rows(ask, f"/store/{name}.json?_shape=array&{given}")
    assert found, "the store holds something for each question"
    shown = ask(f"/store/{name}?{given}")
    assert shown.status_code == 200
    assert SHOWN["queries"][name]["title"] in shown.text


def test_the_canned_queries_say_what_they_promise(ask: Any) -> None:
    [moved] = rows(ask, "/store/price_changes.json?_shape=array")
    assert (moved["slug"], moved["plan"], moved["before"], moved["after"]) == (
        "acme",
        "Pro",
        "20 USD / month",
        "25 USD / month",
    )
    assert (moved["why"], moved["who"]) == ("their invoice", "kim")
    [split] = rows(ask, "/store/disagreements.json?_shape=array")
    assert split["slug"] == "acme"
    waiting = rows(ask, "/store/unreviewed.json?_shape=array")
    assert "acme" not in {row["slug"] for row in waiting}
    assert len(waiting) == 1
    acts = rows(ask, "/store/what_editors_did.json?_shape=array")
    assert {(row["op"], row["on_a"], row["slug"]) for row in acts} == {
        ("edit", "product", "acme"),
        ("disable", "source", "betalist"),
    }
    facts = rows(ask, "/store/product.json?_shape=array&slug=acme")
    assert {("name", "Acme"), ("plan Pro", "25 USD/month")} <= {(row["what"], row["quote"]) for row in facts}


def test_every_table_and_view_has_a_page_a_description_and_facets_that_exist(path: Path, ask: Any) -> None:
    with sqlite3.connect(path) as conn:
        names = [
            row[0]
            for row in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            if not row[0].startswith("products_fts")
        ]
        columns = {name: {row[1] for row in conn.execute(f"PRAGMA table_info([{name}])")} for name in names}
    conn.close()
    assert set(SHOWN["tables"]) == set(names), "what a table holds is told in metadata.yml, or it is hidden there"
    for name in names:
        told = SHOWN["tables"][name]
        shown = ask(f"/store/{name}")
        assert shown.status_code == 200, name
        if told.get("hidden"):
            continue
        assert told["description"] in shown.text.replace("&#39;", "'"), name
        named = {*told.get("facets", ()), *told.get("columns", ()), *told.get("units", ())}
        assert named | {told.get("label_column", "slug")} <= columns[name], name


@pytest.mark.parametrize("view", sorted(pages.VIEWS))
def test_a_row_of_a_view_has_a_page_with_links_to_what_hangs_on_it(view: str, ask: Any) -> None:
    [number, *_] = [row["id"] for row in rows(ask, f"/store/{view}.json?_shape=array")]
    listed = ask(f"/store/{view}").text
    assert f'href="/store/{view}/{number}"' in listed
    page = ask(f"/store/{view}/{number}")
    assert page.status_code == 200
    assert f"/store/facts?product={number}" in page.text.replace("__exact", "")
    assert ask(f"/store/{view}/999").status_code == 404


def test_a_slug_leads_to_the_facts_of_its_product(ask: Any) -> None:
    assert 'href="/store/product?slug=acme"' in ask("/store/price_changes").text


@pytest.mark.parametrize(
    "address",
    ["/store/product_cards", "/store/unreviewed", "/store/product?slug=script-alert-1-script-b-x", "/store/facts"],
)
def test_text_of_a_page_is_never_markup(address: str, ask: Any) -> None:
    [slug] = [row["slug"] for row in rows(ask, "/store/unreviewed.json?_shape=array")]
    shown = ask(address.replace("script-alert-1-script-b-x", slug)).text
    assert HOSTILE not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_addresses_of_readers_are_read_as_nothing(ask: Any) -> None:
    for address in (
        "/store/subscribers.json?_shape=array",
        "/store/subscribers/1.json?_shape=array",
        "/store.json?_shape=array&sql=select+address,+id+from+subscribers",
        "/store.json?_shape=array&sql=select+max(address)+as+address,+1+as+id+from+(select+*+from+subscribers)",
        "/store/subscribers.csv",
    ):
        answer = ask(address)
        assert answer.status_code == 200
        assert "reader.example" not in answer.text
    (row,) = rows(ask, "/store/subscribers.json?_shape=array")
    assert (row["address"], row["state"]) == (None, "asked")


def test_nothing_can_be_written(path: Path, ask: Any) -> None:
    before = path.read_bytes()
    for statement in ("delete from products", "insert into meta values ('a', 'b')", "pragma query_only = 0"):
        assert ask(f"/store.json?sql={statement}").status_code == 400
    made = pages.instance(path)
    database = made.get_database("store")
    with pytest.raises(StoreError, match="only be read"):
        asyncio.run(database.execute_write("delete from products"))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        asyncio.run(database.execute_fn(lambda conn: conn.execute("delete from products")))
    database.close()
    assert path.read_bytes() == before


def test_a_page_elsewhere_whose_name_points_here_is_not_answered(path: Path) -> None:
    from starlette.testclient import TestClient

    with TestClient(datasette.application(path), base_url="http://127.0.0.1:8001") as browser:
        assert browser.get("/store").status_code == 200
        assert browser.get("/store", headers={"Host": "evil.example:8001"}).status_code == 400


def test_what_is_missing_is_told_in_a_sentence(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotRun, match=r"another program listens there.*--port"):
            datasette.serve(path, taken.getsockname()[1], pytest.fail)
    with pytest.raises(StoreError, match="There is no store"):
        datasette.application(tmp_path / "none.db")
    monkeypatch.setattr(datasette, "find_spec", lambda name: None)
    with pytest.raises(CannotRun, match=r"pip install 'scout\[datasette\]'"):
        datasette.application(path)
