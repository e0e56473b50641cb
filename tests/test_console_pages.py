"""The pages of the console: acts, conflicts, what vanishes, what is too long, and crawled words as mere words."""

from __future__ import annotations

import html
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from console_desk import HOSTILE, Desk, console_of, desk, fields, filled_once, hostile, make_desk
from starlette.testclient import TestClient

from jobs import edit
from jobs.console.pages import inbox
from jobs.console.stores import Stores
from tools.errors import StoreError
from tools.models import CATEGORIES
from tools.store import Store


def send(client: TestClient, page: str, action: str, **words: Any) -> Any:
    """The first form of a page that leads to `action`, filled in and sent."""
    found = client.get(page).text
    return client.post(action, data={**fields(found, action), **words})


def seen(client: TestClient, page: str) -> str:
    match = re.search(r'name="seen" value="(\d+)"', client.get(page).text)
    assert match
    return match[1]


def csrf(client: TestClient) -> str:
    return fields(client.get("/products").text, "/sign-out")["csrf"]


def act(client: TestClient, slug: str, **words: Any) -> Any:
    """An act of the product's page, as it stands now."""
    page = f"/products/{slug}"
    return client.post(f"{page}/act", data={"csrf": csrf(client), "seen": seen(client, page), **words})


# the inbox ---------------------------------------------------------------------------------------------------------


def test_the_inbox_shows_the_doubtful_fact_with_its_quotes_pages_and_candidates(desk: Desk) -> None:
    page = desk.signed_in().get("/inbox").text
    assert "<title>Inbox, 2 | Scout console</title>" in page
    assert page.index("Lampyard") < page.index("Tidewire"), "what a panel recommends stands first"
    assert "license: two values" in page
    assert 'value="license=MIT"' in page
    assert 'value="license=Apache-2.0"' in page
    assert 'value="plan:Pro=49 USD/month"' in page
    assert re.search(r'<a href="https://lampyard.example/" rel="noreferrer noopener">', page)
    assert "page as read</a>" in page


def test_what_is_left_for_later_makes_room_for_the_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_SHOWN", 1)
    client = desk.signed_in()
    first = client.get("/inbox").text
    assert "2 need a look, 1 to 1 here" in first
    assert "Tidewire" not in first
    assert 'href="/inbox?after=1"' in first
    assert "Tidewire" in client.get("/inbox?after=1").text
    for odd in ("2", "9" * 30, "-1", "x"):
        assert client.get(f"/inbox?after={odd}").status_code == 200


def test_an_act_in_the_inbox_bears_the_name_of_who_is_signed_in_and_can_be_undone_from_its_notice(desk: Desk) -> None:
    client = desk.signed_in("Tomas")
    answer = send(client, "/inbox", "/inbox", act="approve", slug="lampyard")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox")
    after = client.get("/inbox").text
    assert "Approved Lampyard." in after
    with desk.store() as store:
        assert store.document("lampyard").status == "approved"
        assert store.history("lampyard")[-1].who == "Tomas"
    assert client.post("/undo", data=fields(after, "/undo")).status_code == 303
    with desk.store() as store:
        assert store.document("lampyard").status == "needs_look"


def test_a_candidate_is_taken_with_the_page_it_was_read_on_as_the_reason(desk: Desk) -> None:
    client = desk.signed_in()
    assert send(client, "/inbox", "/inbox", take="license=Apache-2.0", slug="lampyard").status_code == 303
    with desk.store() as store:
        document = store.document("lampyard")
    assert document.license == "Apache-2.0"
    assert document.changes[-1].why == "chosen among what was read: https://lampyard.example/"


def test_what_was_never_read_cannot_be_taken_for_a_candidate(desk: Desk) -> None:
    answer = send(desk.signed_in(), "/inbox", "/inbox", take="license=Beerware", slug="lampyard")
    assert answer.status_code == 400
    assert "is no longer among what was read of lampyard" in html.unescape(answer.text)


def test_several_are_approved_at_once_or_none_of_them(desk: Desk) -> None:
    client = desk.signed_in()
    answer = send(client, "/inbox", "/inbox", act="approve", slug=["lampyard", "nobody"])
    assert answer.status_code == 400
    assert "No product called" in answer.text
    with desk.store() as store:
        assert store.document("lampyard").status == "needs_look"
    assert send(client, "/inbox", "/inbox", act="approve", slug=["lampyard", "tidewire"]).status_code == 303
    page = client.get("/inbox").text
    assert "Approved 2 products." in page
    assert "Nothing needs a look." in page
    assert client.post("/undo", data={**fields(page, "/undo"), "slug": ["lampyard", "tidewire"]}).status_code == 303
    assert "<title>Inbox, 2 |" in client.get("/inbox").text


def test_nothing_ticked_is_a_sentence(desk: Desk) -> None:
    answer = desk.signed_in()
    assert "No product was chosen" in answer.post("/inbox", data={"csrf": csrf(answer), "act": "approve"}).text


# a product ---------------------------------------------------------------------------------------------------------


def test_a_products_page_has_each_fact_with_quote_page_and_date_and_the_panel_and_the_log(desk: Desk) -> None:
    page = desk.signed_in().get("/products/lampyard").text
    assert "Lampyard keeps the lights on" in page
    assert "read 4 Mar 2026" in page
    assert 'value="override"' in page
    assert "Stale verdict" not in page
    assert '<h2 id="lo">Log</h2>' in page


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ({"field": "license", "value": "Apache-2.0"}, "license", "Apache-2.0"),
        ({"field": "category", "value": CATEGORIES[0]}, "category", CATEGORIES[0]),
        ({"field": "tagline", "value": "Keeps\r\nlights"}, "tagline", "Keeps\nlights"),
    ],
)
def test_a_fact_is_edited_in_place(desk: Desk, words: dict[str, str], field: str, value: str) -> None:
    assert act(desk.signed_in(), "lampyard", act="edit", why="I asked them", **words).status_code == 303
    with desk.store() as store:
        assert getattr(store.document("lampyard"), field) == value


def test_a_plan_is_added_and_its_price_drawn_as_it_moves(desk: Desk) -> None:
    client = desk.signed_in()
    assert (
        act(client, "hexpail", act="edit", field="plan", plan="Team", value="40 USD/month", why="w").status_code == 303
    )
    assert act(client, "hexpail", act="edit", field="plan:Pro", value="50 USD/month", why="w").status_code == 303
    page = client.get("/products/hexpail").text
    assert "40 USD" in page
    assert "50 USD" in page
    assert '<svg class="plot" role="img"' in page
    assert " style=" not in page


def test_a_value_that_does_not_fit_is_told_and_kept_in_the_form(desk: Desk) -> None:
    client = desk.signed_in()
    answer = act(client, "lampyard", act="edit", field="plan:Pro", value="20 bananas a fortnight", why="they said so")
    assert answer.status_code == 400
    page = html.unescape(answer.text)
    assert "A plan is written like" in page
    assert 'value="20 bananas a fortnight"' in page
    assert 'value="they said so"' in page
    again = {**fields(answer.text, "/products/lampyard/act"), "value": "20 USD/month", "why": "they said so"}
    assert client.post("/products/lampyard/act", data=again).status_code == 303


def test_a_preview_shows_what_would_change_and_changes_nothing(desk: Desk) -> None:
    client = desk.signed_in()
    shown = act(client, "lampyard", act="delete", why="spam", preview="1")
    assert shown.status_code == 200
    assert "its page goes with the next export" in shown.text
    with desk.store() as store:
        assert store.document("lampyard").status == "needs_look"
    sent = fields(shown.text, "/products/lampyard/act")
    assert sent["why"] == "spam"
    assert client.post("/products/lampyard/act", data=sent).status_code == 303
    assert "This product is deleted" in client.get("/products/lampyard").text
    assert act(client, "lampyard", act="undelete", why="no spam").status_code == 303
    with desk.store() as store:
        assert store.document("lampyard").status == "needs_look"


def test_an_override_stands_in_for_a_vote_under_the_editors_name(desk: Desk) -> None:
    client = desk.signed_in()
    assert (
        act(client, "lampyard", act="override", persona="skeptic", verdict="ship", why="It works.").status_code == 303
    )
    page = client.get("/products/lampyard").text
    assert re.search(r"<b>Ines</b> says ship, [^<]*: It works\.", page)


def test_rejecting_without_a_reason_is_refused_and_said(desk: Desk) -> None:
    answer = act(desk.signed_in(), "lampyard", act="reject")
    assert answer.status_code == 400
    assert "Say why in a few words" in answer.text


def test_a_merge_shows_both_sides_and_can_be_parted_again(desk: Desk) -> None:
    client = desk.signed_in()
    shown = client.get("/products/hexpail/merge?into=lampyard").text
    assert "Hexpail keeps the lights on" in shown
    with desk.store() as store:
        assert store.resolve("hexpail") == "hexpail"
    sent = {**fields(shown, "/products/hexpail/merge"), "why": "one maker"}
    assert client.post("/products/hexpail/merge", data=sent).headers["location"] == "/products/lampyard"
    assert client.get("/products/hexpail").headers["location"] == "/products/lampyard"
    page = client.get("/products/lampyard").text
    parted = {**fields(page, "/products/hexpail/act"), "why": "two after all"}
    assert client.post("/products/hexpail/act", data=parted).status_code == 303
    with desk.store() as store:
        assert store.resolve("hexpail") == "hexpail"


def test_the_page_as_read_has_the_quote_marked(desk: Desk) -> None:
    client = desk.signed_in()
    links = re.findall(r'href="(/pages/[^"]+\?quote=Lampyard)#quote"', client.get("/products/lampyard").text)
    page = client.get(links[0]).text
    assert '<mark id="quote">Lampyard</mark>' in page


def test_a_screenshot_is_one_click_away(desk: Desk) -> None:
    with desk.store() as store:
        key = store.document("lampyard").pages[0].id
        store.put_screenshot(key, b"\x89PNG made up", store.now())
    client = desk.signed_in()
    assert f'href="/shots/{key}"' in client.get("/products/lampyard").text
    shot = client.get(f"/shots/{key}")
    assert (shot.content, shot.headers["content-type"]) == (b"\x89PNG made up", "image/png")


def test_finding_a_product_and_finding_none(desk: Desk) -> None:
    client = desk.signed_in()
    assert "Lampyard" in client.get("/products?q=lampya").text
    assert "No product holds this word." in client.get("/products?q=zeppelin").text
    assert "No status called" in client.get("/products?status=approvd").text


# two at once, and what is not there any more ----------------------------------------------------------------------


def test_the_second_of_two_editors_is_shown_what_the_first_changed_and_asked_again(desk: Desk) -> None:
    ines, tomas = desk.signed_in("Ines"), desk.signed_in("Tomas")
    opened = seen(tomas, "/products/lampyard")
    assert act(ines, "lampyard", act="edit", field="license", value="Apache-2.0", why="LICENSE file").status_code == 303
    sent = {
        "csrf": csrf(tomas),
        "seen": opened,
        "act": "edit",
        "field": "license",
        "value": "BSD-3-Clause",
        "why": "mail",
    }
    answer = tomas.post("/products/lampyard/act", data=sent)
    assert answer.status_code == 409
    assert "Ines changed lampyard after this page was opened." in answer.text
    assert "LICENSE file" in answer.text
    with desk.store() as store:
        assert store.document("lampyard").license == "Apache-2.0"
    again = {**fields(answer.text, "/products/lampyard/act"), "value": "BSD-3-Clause", "why": "mail"}
    assert tomas.post("/products/lampyard/act", data=again).status_code == 303
    with desk.store() as store:
        assert store.document("lampyard").license == "BSD-3-Clause"


def test_an_undo_never_takes_back_what_another_did_since(desk: Desk) -> None:
    ines, tomas = desk.signed_in("Ines"), desk.signed_in("Tomas")
    send(ines, "/inbox", "/inbox", act="approve", slug="lampyard")
    offered = fields(ines.get("/inbox").text, "/undo")
    act(tomas, "lampyard", act="edit", field="license", value="Apache-2.0", why="w")
    assert ines.post("/undo", data=offered).status_code == 409
    with desk.store() as store:
        assert store.document("lampyard").license == "Apache-2.0"


def test_a_product_deleted_while_it_was_open_is_one_sentence_with_what_can_be_done(desk: Desk) -> None:
    client = desk.signed_in()
    opened = seen(client, "/products/lampyard")
    with desk.store() as store:
        edit.delete(store, "lampyard", "spam", "Tomas")
    sent = {"csrf": csrf(client), "seen": opened, "act": "edit", "field": "license", "value": "MIT", "why": "typed"}
    answer = client.post("/products/lampyard/act", data=sent)
    assert answer.status_code == 410
    assert "lampyard was deleted by Tomas. Nothing was changed; bring it back on its page first" in answer.text
    assert 'value="typed"' in answer.text


def test_a_product_merged_while_it_was_open_names_what_it_became(desk: Desk) -> None:
    client = desk.signed_in()
    opened = seen(client, "/products/hexpail")
    with desk.store() as store:
        edit.merge(store, "hexpail", "lampyard", "one", "Tomas")
    answer = client.post("/products/hexpail/act", data={"csrf": csrf(client), "seen": opened, "act": "approve"})
    assert answer.status_code == 410
    assert "hexpail was merged into lampyard by Tomas." in answer.text


@pytest.mark.parametrize("path", ["/products/nobody", "/pages/nothing", "/shots/nothing", "/nowhere"])
def test_what_is_not_there_is_a_page_with_a_sentence(desk: Desk, path: str) -> None:
    answer = desk.signed_in().get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert 'role="alert"' in answer.text


# limits, and a store that is not to be had ------------------------------------------------------------------------


def test_ten_megabytes_in_a_field_name_the_limit_and_keep_the_rest(desk: Desk) -> None:
    answer = act(
        desk.signed_in(), "lampyard", act="edit", field="description", value="x" * 10_000_000, why="a long story"
    )
    assert answer.status_code == 413
    assert "came with 10,000,000 characters; a field takes 20,000." in answer.text
    assert 'value="a long story"' in answer.text
    assert len(answer.text) < 40_000


def test_more_than_a_form_may_hold_is_a_page_and_no_broken_connection(desk: Desk) -> None:
    client = desk.signed_in()
    answer = client.post("/inbox", data={"csrf": csrf(client), "why": "x" * 17_000_000})
    assert answer.status_code == 413
    assert "more than 16 MB" in answer.text


def test_a_stranger_may_send_little(desk: Desk) -> None:
    answer = desk.client().post("/sign-in", data={"token": "x" * 200_000})
    assert answer.status_code == 413


def test_something_else_than_a_form_is_refused(desk: Desk) -> None:
    assert desk.signed_in().post("/inbox", json={"act": "approve"}).status_code == 415


def test_a_form_of_many_fields_is_refused(desk: Desk) -> None:
    client = desk.signed_in()
    answer = client.post("/inbox", data={"csrf": csrf(client), "slug": ["a"] * 2_100})
    assert answer.status_code == 400
    assert "more than 2,000 fields" in answer.text


def test_a_session_that_ended_while_something_was_typed_loses_nothing(desk: Desk) -> None:
    client = desk.signed_in()
    sent = {"csrf": csrf(client), "act": "edit", "field": "license", "value": "MIT", "why": "a long reason"}
    desk.seconds.at += 100_000
    answer = client.post("/products/lampyard/act", data=sent)
    assert answer.status_code == 401
    assert "Your session has ended and nothing was changed." in answer.text
    client.post("/sign-in", data={"token": desk.tokens["Ines"]})
    typed = {**fields(answer.text, "/products/lampyard/act"), "value": "MIT", "why": "a long reason"}
    fresh = client.post("/products/lampyard/act", data=typed)
    assert fresh.status_code == 403
    assert 'value="a long reason"' in fresh.text
    last = {**fields(fresh.text, "/products/lampyard/act"), "value": "MIT", "why": "a long reason"}
    assert client.post("/products/lampyard/act", data=last).status_code == 303


def test_a_store_that_another_holds_is_one_sentence_and_nothing_is_lost(desk: Desk) -> None:
    console_of(desk).stores = Stores(desk.path, patience_s=0.05)
    client = desk.signed_in()
    page = seen(client, "/products/lampyard")
    sent = {"csrf": csrf(client), "seen": page, "act": "edit", "field": "license", "value": "MIT", "why": "a reason"}
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = client.post("/products/lampyard/act", data=sent)
    assert answer.status_code == 503
    assert "is locked: another process has been writing" in answer.text
    assert 'value="a reason"' in answer.text
    assert client.get("/inbox").status_code == 200, "who reads need not wait for who writes"
    other.execute("ROLLBACK")
    other.close()
    again = {**fields(answer.text, "/products/lampyard/act"), "value": "MIT", "why": "a reason"}
    assert client.post("/products/lampyard/act", data=again).status_code == 303


def test_a_store_that_is_gone_is_one_sentence_and_is_read_again_when_it_is_back(desk: Desk, filled_once: Path) -> None:
    client = desk.signed_in()
    assert client.get("/inbox").status_code == 200
    for part in desk.path.parent.glob("store.db*"):
        if not part.name.endswith(".editors"):
            part.unlink()
    answer = client.get("/inbox")
    assert answer.status_code == 503
    assert "There is no store at" in answer.text
    shutil.copy(filled_once, desk.path)
    assert client.get("/inbox").status_code == 200


def test_a_store_that_may_only_be_read_is_shown_and_refuses_acts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Store.open
    monkeypatch.setattr(Store, "open", lambda path, **more: opened(path, **{**more, "readonly": True}))
    client = desk.signed_in()
    answer = send(client, "/inbox", "/inbox", act="approve", slug="lampyard")
    assert answer.status_code == 503
    assert "may only be read here" in answer.text


def test_a_connection_that_failed_is_not_used_again(tmp_path: Path, filled_once: Path) -> None:
    stores = Stores(shutil.copy(filled_once, tmp_path / "store.db"), readers=1)
    with stores.reading() as first:
        pass
    with pytest.raises(StoreError), stores.reading():
        raise StoreError("made up")
    with stores.reading() as second:
        assert second is not first
        assert second.last_seq() > 0
    stores.close()


# crawled words -----------------------------------------------------------------------------------------------------


def test_hostile_words_in_every_field_are_words(tmp_path: Path) -> None:
    made = make_desk(hostile(tmp_path / "store.db"))
    client = made.signed_in()
    with made.store() as store:
        slug = store.list_products()[0]["slug"]
        key = store.document(slug).pages[0].id
    paths = ["/inbox", "/products", f"/products/{slug}", f"/pages/{key}?quote={HOSTILE}", f"/products?q={HOSTILE}"]
    for path in [*paths, f"/{HOSTILE}", f"/products/{HOSTILE}"]:
        page = client.get(path).text
        assert "<img src=x" not in page, path
        assert "<script>alert" not in page, path
        assert not re.search(r'(?:href|src|action)="\s*javascript:', page), path
        assert " style=" not in page, path
        assert not re.search("&amp;(?:lt|gt|#3[49]);", page), f"{path} escapes twice"
        assert "alert" in page, f"{path} shows nothing of the hostile words, so this proves nothing"
    typed = client.post(f"/products/{slug}/act", data={"csrf": "x", "value": HOSTILE, HOSTILE: HOSTILE}).text
    assert "<img src=x" not in typed
    assert "<script>alert" not in typed
    console_of(made).stores.close()
