"""The console's log of changes and its page of model calls."""

from __future__ import annotations

from decimal import Decimal

from console_desk import Desk, desk, filled_once

from jobs import edit

HOSTILE = "<script>alert(1)</script>"


def test_the_log_names_who_changed_what_and_why(desk: Desk) -> None:
    with desk.store() as store:
        edit.edit(store, "hexpail", ("tagline=Keeps pails",), f"asked the maker {HOSTILE}", "Ines")
    page = desk.signed_in().get("/log").text
    assert "<b>Ines</b> fact tagline" in page
    assert "asked the maker &lt;script&gt;" in page
    assert "Keeps pails" in page
    assert HOSTILE not in page


def test_the_log_is_told_apart_by_editor_kind_and_product(desk: Desk) -> None:
    with desk.store() as store:
        edit.set_status(store, "lampyard", "approved", "", "Ines")
        edit.set_status(store, "hexpail", "approved", "", "Otis")
    client = desk.signed_in()
    of_ines = client.get("/log?who=Ines&op=status").text
    assert "/products/lampyard" in of_ines
    assert "/products/hexpail" not in of_ines
    assert "/products/hexpail" in client.get("/log?slug=hexpail").text
    assert "No row fits" in client.get("/log?who=Nobody").text


def test_the_log_goes_on_where_its_page_ended(desk: Desk) -> None:
    with desk.store() as store:
        for number in range(120):
            store.note("hexpail", "edit", "tagline", after=f"value {number}", why="counted", who="Ines")
    client = desk.signed_in()
    first = client.get("/log").text
    older = first.split('href="/log?before=')[1].split('"')[0]
    second = client.get(f"/log?before={older}").text
    assert "value 119" in first
    assert "value 10<" not in first
    assert "value 10<" in second
    assert "value 119" not in second


def test_a_place_that_is_no_number_is_refused_in_a_sentence(desk: Desk) -> None:
    answer = desk.signed_in().get("/log?before=yesterday")
    assert answer.status_code == 400
    assert "starts before a number" in answer.text


def test_model_calls_are_shown_with_what_they_cost_and_why_they_failed(desk: Desk) -> None:
    row = {"job": "review", "deployment": "tiny", "model": "tiny", "tier": "small", "ms": 1_250.0, "price_known": True}
    with desk.store() as store:
        good = store.start_attempt(**row, tokens_in=800, tokens_out=20, cost=Decimal("0.0123"))
        store.end_attempt(good, status="ok")
        bad = store.start_attempt(**{**row, "price_known": False})
        store.end_attempt(bad, status="failed", error=f"cut_off: {HOSTILE}")
    page = desk.signed_in().get("/models").text
    for shown in ("0.0123 USD", "1,250 ms", "820", "1 cut_off", "1 unknown"):
        assert shown in page
    assert HOSTILE not in page


def test_without_a_call_the_page_of_models_says_what_that_means(desk: Desk) -> None:
    assert "No model was ever called" in desk.signed_in().get("/models").text
