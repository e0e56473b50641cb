"""Work that several ask for at once is done once, and never handed to who asked after it began."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import perf_counter

import pytest
from console_desk import Desk, console_of, desk, fields, filled_once

from jobs import edit
from jobs.console.together import Kept, Together


def test_those_who_wait_share_what_is_begun_after_they_asked() -> None:
    together, numbers = Together[int](), count(1)
    begun, go_on = threading.Event(), threading.Event()

    def make() -> int:
        number = next(numbers)
        if number == 1:
            begun.set()
            assert go_on.wait(10)
        return number

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(together.get, "page", make, perf_counter())
        assert begun.wait(10)
        later = [threads.submit(together.get, "page", make, perf_counter()) for _ in range(6)]
        asked_at = perf_counter()
        assert together.get("another page", lambda: 99, asked_at) == 99, "other things are not waited for"
        go_on.set()
        assert first.result() == 1
        assert [one.result() for one in later] == [2] * 6
    assert together.get("page", make, asked_at) == 2, "who asked then and comes to it late"
    assert together.get("page", make, perf_counter()) == 3


def test_of_few_things_the_last_one_made_is_held() -> None:
    together = Together[str](most=2)
    for name in "abc":
        together.get(name, lambda name=name: name, 0.0)
    assert list(together._lines) == ["b", "c"]


def test_an_error_is_for_who_made_it_and_leaves_nothing_behind() -> None:
    together = Together[int]()
    with pytest.raises(ZeroDivisionError):
        together.get("page", lambda: 1 // 0, perf_counter())
    assert together.get("page", lambda: 7, perf_counter()) == 7


def test_what_was_used_longest_ago_goes_when_too_much_is_kept() -> None:
    kept = Kept[str](100, len)
    for number in range(10):
        kept.put(number, "x" * 10)
    kept.get(0)
    kept.put("one more", "y" * 10)
    kept.put("too long", "z" * 11)
    assert (kept.get(0), kept.get(1), kept.get("one more"), kept.get("too long")) == ("x" * 10, None, "y" * 10, None)
    kept.put(0, "w" * 5)
    kept.put("and another", "v" * 5)
    assert (kept.get(0), kept.get(2)) == ("w" * 5, "x" * 10)


def test_a_kept_page_holds_nothing_of_an_editor_and_shows_what_moved_since(desk: Desk) -> None:
    ines, tomas = desk.signed_in("Ines"), desk.signed_in("Tomas")
    paths = ("/products/lampyard", "/compare?a=hexpail&b=lampyard", "/inbox")
    tokens = [fields(client.get("/products/lampyard").text, "/sign-out")["csrf"] for client in (ines, tomas)]
    assert tokens[0] != tokens[1]
    for path in paths:
        pages = [client.get(path).text for client in (ines, tomas)]
        assert [token in page for token in tokens for page in pages] == [True, False, False, True]
        assert pages[0].replace(tokens[0], "").replace("Ines", "") == pages[1].replace(tokens[1], "").replace(
            "Tomas", ""
        )
    held = [text for _, text in console_of(desk).kept._held.values()]
    assert len(held) == 3
    assert not [text for text in held for word in (*tokens, "Ines", "Tomas") if word in text]
    with desk.store() as store:
        edit.edit(store, "lampyard", ("tagline=Lights that never go out",), "seen", "Tomas")
        seq = store.last_seq()
    for path in paths[:2]:
        assert "Lights that never go out" in ines.get(path).text
    page = tomas.get("/products/lampyard").text
    assert fields(page, "/products/lampyard/act")["seen"] == str(seq)
    with desk.store() as store:
        edit.set_status(store, "hexpail", "approved", "", "Ines")
    page = tomas.get("/products/lampyard").text
    assert fields(page, "/products/lampyard/act")["seen"] == str(seq + 1), "what is kept counts from now"
