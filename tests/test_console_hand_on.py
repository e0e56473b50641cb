"""The console's pages that set two products side by side and hand products on."""

from __future__ import annotations

import asyncio
import html
import json
from multiprocessing import Pipe

import pytest
from console_desk import HOSTILE, Desk, console_of, desk, filled_once, hostile, make_desk
from stored import fact, page, propose

from jobs import edit
from jobs.console.exporting import AT_ONCE
from tools.errors import CannotRun


def test_two_products_stand_side_by_side_with_quotes_critics_and_plans(desk: Desk) -> None:
    both = desk.signed_in().get("/compare?a=lampyard&b=hexpail").text
    assert "<bdi>Hexpail</bdi> or <bdi>Lampyard</bdi>" in both
    assert "Lampyard keeps the lights on" in both
    assert '<h2 id="dec">Decision table</h2>' in both
    assert both.count('<section class="prow"') == 6
    assert "20 USD" in both
    assert both.count('<figure class="quote">') > 4
    assert 'href="/products/hexpail"' in both


def test_a_product_leads_to_what_it_may_be_compared_with(desk: Desk) -> None:
    client = desk.signed_in()
    assert 'href="/compare?a=tidewire"' in client.get("/products/tidewire").text
    with desk.store() as store:
        of = page("https://quern.example/", "<h1>Quern</h1> unlike Hexpail")
        facts = (fact(of, value="Quern"), fact(of, "rivals", ["Hexpail"]))
        store.put_product(propose(store, of, *facts, identity="url:quern.example"))
    asked = html.unescape(client.get("/compare?a=quern").text)
    assert 'href="/compare?a=quern&b=hexpail"' in asked
    assert "The pages of Quern set it against Hexpail." in asked
    assert 'value="quern"' in asked


def test_what_cannot_be_compared_is_one_sentence(desk: Desk) -> None:
    client = desk.signed_in()
    twice = client.get("/compare?a=lampyard&b=lampyard")
    assert twice.status_code == 400
    assert "cannot be compared with itself" in twice.text
    unknown = client.get("/compare?a=lampyard&b=lampyart")
    assert unknown.status_code == 404
    assert "lampyard" in unknown.text


def test_the_forms_of_export_are_listed_with_the_cursor_and_the_command_of_folders(desk: Desk) -> None:
    forms = desk.signed_in().get("/exports").text
    with desk.store() as store:
        assert f"{store.id}:{store.last_seq()}" in forms
    assert 'action="/exports/jsonl"' in forms
    assert "scout export site --out DIR" in forms
    assert 'action="/exports/site"' not in forms


def test_an_export_is_downloaded_and_goes_on_at_its_cursor(desk: Desk) -> None:
    client = desk.signed_in()
    whole = client.get("/exports/jsonl")
    assert whole.headers["content-disposition"] == "attachment; filename*=UTF-8''products.jsonl"
    assert {json.loads(line)["slug"] for line in whole.text.splitlines()} == {"lampyard", "tidewire", "hexpail"}
    with desk.store() as store:
        cursor = f"{store.id}:{store.last_seq()}"
        edit.edit(store, "hexpail", ("tagline=Keeps pails",), "asked them", "Ines")
    since = client.get("/exports/jsonl", params={"after": cursor})
    assert [json.loads(line)["tagline"] for line in since.text.splitlines()] == ["Keeps pails"]
    assert "asked them" not in since.text, "why an editor acted is published by a setting only"


def test_an_export_that_cannot_be_made_is_a_page_with_a_sentence(desk: Desk) -> None:
    client = desk.signed_in()
    for path, sentence in (
        ("/exports/jsonl?after=yesterday", "--after takes a cursor"),
        ("/exports/jsonl?after=other:1", "belongs to another store"),
        ("/exports/site", "scout export site --out DIR"),
        ("/exports/jsonn", "jsonl"),
    ):
        answer = client.get(path)
        assert answer.status_code in (400, 404), path
        assert sentence in html.unescape(answer.text), path
    assert desk.client().get("/exports/jsonl").headers["location"].startswith("/sign-in")


def test_hostile_words_side_by_side_are_words(desk: Desk) -> None:
    made = make_desk(hostile(desk.path.with_name("hostile.db")))
    client = made.signed_in()
    with made.store() as store:
        slug = store.list_products()[0]["slug"]
    for path in (f"/compare?a={slug}", f"/compare?a={HOSTILE}&b={HOSTILE}", f"/exports/jsonl?after={HOSTILE}"):
        shown = client.get(path).text
        assert "<img src=x" not in shown, path
        assert "<script>alert" not in shown, path
    console_of(made).stores.close()


def test_exports_are_noted_with_who_took_what_and_where_the_next_one_continues(desk: Desk) -> None:
    client = desk.signed_in("Tomas")
    assert "None yet" in client.get("/exports").text
    client.get("/exports/csv")
    with desk.store() as store:
        assert store.exports(1)[0]["state"] == "whole"
        [row] = store.exports(5)
        assert (row["form"], row["who"], row["rows"], row["after"]) == ("csv", "Tomas", 3, "")
        assert row["cursor"] == f"{store.id}:{store.last_seq()}"
    page = client.get("/exports").text
    assert row["cursor"] in page.partition("Taken last")[2]
    assert "Tomas" in page.partition("Taken last")[2]


def test_an_export_that_nobody_reads_on_is_ended_and_its_place_is_free(desk: Desk) -> None:
    exporting = console_of(desk).exporting
    begun = [exporting.begin("jsonl", "", "Ines") for _ in range(AT_ONCE)]
    refused = desk.signed_in().get("/exports/jsonl")
    assert refused.status_code == 503
    assert "Take this one when one of them has ended" in refused.text

    async def read_a_little() -> None:
        stream = begun[0].stream()
        assert await anext(stream)
        await stream.aclose()

    asyncio.run(read_a_little())
    begun[1].end()
    with desk.store() as store:
        assert [row["state"] for row in store.exports(5)] == ["broken off"] * AT_ONCE
    assert desk.signed_in().get("/exports/jsonl").status_code == 200


def test_an_export_whose_process_dies_is_not_taken_for_a_whole_one(desk: Desk) -> None:
    begun = console_of(desk).exporting.begin("jsonl", "", "Ines")
    begun._pieces.close()
    begun._pieces, out = Pipe(duplex=False)
    out.close()  # as the end of the process closes it

    async def read() -> None:
        async for _ in begun.stream():
            pass

    with pytest.raises(CannotRun, match="ended before it was whole"):
        asyncio.run(read())
    with desk.store() as store:
        assert store.exports(1)[0]["state"] == "failed"
