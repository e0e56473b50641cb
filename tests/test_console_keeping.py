"""The console's pages of sources, jobs, runs and news: what they show, and the acts on them."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from console_desk import HOSTILE, Desk, console_of, desk, fields, filled_once, make_desk
from starlette.testclient import TestClient

from jobs import edit, following
from jobs.research import begin_run
from jobs.schedule import engine
from tools.errors import SourceError
from tools.models import Launch
from tools.settings import Settings


def csrf(client: TestClient) -> dict[str, str]:
    return fields(client.get("/products").text, "/sign-out")


def send(client: TestClient, path: str, **words: Any) -> Any:
    return client.post(path, data={**csrf(client), **words})


def enabled(desk: Desk, name: str) -> bool:
    with desk.store() as store:
        return bool((store.source_state(name) or {"enabled": True})["enabled"])


# sources -----------------------------------------------------------------------------------------------------------


def test_the_sources_tell_when_they_were_read_what_came_and_what_failed_the_worst_first(desk: Desk) -> None:
    page = desk.signed_in().get("/sources").text
    assert page.index("Show HN") < page.index("BetaList"), "what fails stands first"
    assert "page 2 could not be read" in page
    assert "brought +3, 3 new products, 1 failed" in page
    assert re.search(r"The schedule crawls next at \d", page)
    assert "crawls by no clock" in make_desk(desk.path, crawl_cron="").signed_in().get("/sources").text


def test_leaving_a_source_out_is_previewed_done_with_a_reason_and_undone(desk: Desk) -> None:
    client = desk.signed_in()
    words = {"act": "disable", "name": "betalist", "why": "mostly noise"}
    shown = send(client, "/sources/act", preview="1", **words)
    assert "leave it out" in shown.text
    assert enabled(desk, "betalist")
    assert send(client, "/sources/act", act="disable", name="betalist").status_code == 400
    assert client.post("/sources/act", data=fields(shown.text, "/sources/act")).status_code == 303
    assert not enabled(desk, "betalist")
    page = client.get("/sources").text
    assert "Left out: betalist." in page
    assert "mostly noise" in page
    undo = fields(page, "/sources/undo")
    tomas = desk.signed_in("Tomas")
    assert send(tomas, "/sources/act", act="enable", name="betalist").status_code == 303
    assert client.post("/sources/undo", data=undo).status_code == 409, "what another decided since is not taken back"
    assert enabled(desk, "betalist")
    assert tomas.post("/sources/undo", data=fields(tomas.get("/sources").text, "/sources/undo")).status_code == 303
    assert not enabled(desk, "betalist")


def test_an_unknown_source_or_act_names_the_nearest(desk: Desk) -> None:
    client = desk.signed_in()
    assert "betalist" in send(client, "/sources/act", act="disable", name="betalst", why="w").text
    assert "No act called" in send(client, "/sources/act", act="burn", name="betalist").text


def test_a_filter_is_tried_on_the_last_entries_set_with_who_and_why_and_undone(desk: Desk) -> None:
    with desk.store() as store:
        rows = [
            Launch("betalist", one, one, f"https://b.example/{one}", f"https://{one}.example/")
            for one in ("jar", "lid")
        ]
        store.put_launches("betalist", rows, store.now())
    client = desk.signed_in()
    tried = send(client, "/sources/betalist/filter", block="jar\n", preview="1").text
    assert "blocked word &#39;jar&#39;" in tried
    assert "No kind in" in send(client, "/sources/betalist/filter", kinds="produkt").text
    assert "Least points are a number" in send(client, "/sources/betalist/filter", points="many").text
    with desk.store() as store:
        assert not (store.source_state("betalist") or {})["filter"]
    assert send(client, "/sources/betalist/filter", block="jar", why="no jars").status_code == 303
    page = client.get("/sources").text
    with desk.store() as store:
        [act, *_] = store.upkeep_rows("source", "betalist")
        assert (act["op"], act["why"]) == ("filter", "no jars")
        assert (store.source_state("betalist") or {})["filter"] == '{"block": ["jar"]}'
    assert client.post("/sources/undo", data=fields(page, "/sources/undo")).status_code == 303
    with desk.store() as store:
        assert not (store.source_state("betalist") or {})["filter"]


def test_a_site_is_looked_at_before_it_is_followed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"title": HOSTILE, "name": "Jarbox", "url": "https://a.example/", "kind": "product", "launched_at": None}
    found = {
        "name": "jars",
        "url": "https://jars.example/feed.xml",
        "kind": "listing",
        "title": "Jars",
        "listed": 7,
        "announcing": 6,
        "rows": [{**row, "kept": True, "why": ""}, {**row, "name": "Essay", "kept": False, "why": "no address"}],
        "note": "",
        "known_as": "",
        "others": [{"url": "https://jars.example/all.xml", "kind": "feed", "title": "All"}],
        "failures": [{"url": "https://jars.example/atom", "why": "404"}],
    }
    asked = []

    def look(*given: object, **named: object) -> dict[str, object]:
        asked.append(given[2:])
        return found

    monkeypatch.setattr(following, "look", look)
    client = desk.signed_in()
    shown = send(client, "/sources/look", name_here="", url="jars.example")
    assert asked == [("jars.example", "")]
    for told in (
        "Jarbox",
        "keep it",
        "block it: no address",
        "7 in all, 6 with",
        "https://jars.example/all.xml",
        "404",
    ):
        assert told in shown.text
    assert HOSTILE not in shown.text
    with desk.store() as store:
        assert store.source_state("jars") is None
    sent = {**fields(shown.text, "/sources/add"), "name_here": "jars"}
    assert client.post("/sources/add", data=sent).status_code == 303
    with desk.store() as store:
        state = store.source_state("jars") or {}
        assert (state["url"], state["kind"]) == ("https://jars.example/feed.xml", "listing")
    twice = send(client, "/sources/add", name_here="jars", url="https://other.example/feed.xml")
    assert "is a source already" in twice.text
    assert 'value="jars"' in twice.text, "another name can be given"
    found["known_as"] = "jars"
    again = send(client, "/sources/look", name_here="", url="jars.example").text
    assert "followed already, as <b>jars</b>" in again
    assert "/sources/add" not in again


def test_a_site_that_may_not_be_looked_at_is_a_sentence_and_the_address_stays_typed(desk: Desk) -> None:
    answer = send(desk.signed_in(), "/sources/look", name_here="", url="http://127.0.0.1:9/feed")
    assert answer.status_code == 400
    assert "SCOUT_ALLOW_HOSTS" in answer.text
    assert 'value="http://127.0.0.1:9/feed"' in answer.text


# jobs --------------------------------------------------------------------------------------------------------------


def test_a_job_is_cancelled_and_run_again(desk: Desk) -> None:
    client = desk.signed_in()
    assert "No jobs yet" in client.get("/jobs").text
    engine(desk.path, Settings()).enqueue("review", {}, "review@noon")
    page = client.get("/jobs").text
    assert "review@noon" in page
    assert "queued" in page
    assert send(client, "/jobs/cancel", job="review@noon").status_code == 303
    page = client.get("/jobs").text
    assert "review@noon is cancelled." in page
    assert send(client, "/jobs/cancel", job="review@noon").status_code == 400
    assert send(client, "/jobs/retry", job="review@noon").status_code == 303
    assert engine(desk.path, Settings()).job("review@noon")["state"] == "queued"
    assert "No job called" in send(client, "/jobs/retry", job="nothing").text


def test_the_console_starts_without_the_engine_of_jobs(desk: Desk) -> None:
    import subprocess
    import sys

    code = "import sys, jobs.console; print(sorted({'dbos', 'smolagents', 'sqlalchemy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# runs --------------------------------------------------------------------------------------------------------------


def test_a_run_shows_its_steps_its_calls_and_what_failed_as_mere_words(desk: Desk) -> None:
    with desk.store() as store:
        run = store.start_run("research", "", {"arguments": {"query": HOSTILE}, "model": HOSTILE})
        begin_run(store, HOSTILE, HOSTILE)
        store.put_call(run, 2, "web", "read_page", f'{{"url": "{HOSTILE}', 5.0, HOSTILE)
        store.put_step(run, 1, code=HOSTILE, output=HOSTILE, error=HOSTILE, ms=9.0, model=HOSTILE)
    client = desk.signed_in()
    listed = client.get("/runs").text
    assert "trouble" in listed
    assert "crawl of Show HN" in listed
    page = client.get(f"/runs/{run}").text
    assert "cut off before it ended" in page
    for text in (page, listed, client.get("/research").text):
        assert "<img src=x" not in text
        assert "alert(1)" in html.unescape(text)
    crawl = client.get("/runs/crawl").text
    assert "no answer" in crawl
    assert "https://lampyard.example/" in crawl
    assert client.get("/runs/nothing").status_code == 404


# what is new -------------------------------------------------------------------------------------------------------


def test_the_inbox_says_how_things_stand_until_an_editor_has_seen_it(desk: Desk) -> None:
    client = desk.signed_in()
    page = client.get("/inbox").text
    assert "3 new products" in page
    assert "1 failing" in page
    assert "Hexpail" in page
    assert "Lampyard" in client.get("/news").text
    assert send(client, "/news", seen="999999").status_code == 400
    assert client.post("/news", data=fields(page, "/news")).status_code == 303
    page = client.get("/inbox").text
    assert "nothing new" in page
    assert "3 new products" in desk.signed_in("Tomas").get("/inbox").text, "each editor has a mark of their own"
    with desk.store() as store:
        edit.set_status(store, "hexpail", "approved", "", "Tomas")
    assert "1 other change" in client.get("/inbox").text


def test_new_products_are_approved_from_the_inbox(desk: Desk) -> None:
    client = desk.signed_in()
    sent = fields(client.get("/inbox").text.partition('id="fresh"')[0].rpartition("<form")[0], "/inbox")
    assert send(client, "/inbox", act="approve", slug="hexpail", seen=sent["seen"]).status_code == 303
    with desk.store() as store:
        assert store.document("hexpail").status == "approved"


def test_stale_panels_are_counted_and_named(desk: Desk) -> None:
    client = desk.signed_in()
    with desk.store() as store:
        assert store.count_stale() == 0
    with desk.store() as store:
        edit.edit(store, "hexpail", ("tagline=Another",), "why not", "Tomas")
        assert (store.count_stale(), store.stale()) == (1, ["hexpail"])
        assert not list(store.verify())
    assert "hexpail" in client.get("/news").text
