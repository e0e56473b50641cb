"""The week's letter in the console: seen before it goes, sent by the same run as the command's, nobody twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from console_desk import (
    HOSTILE,
    WIDTHS,
    Desk,
    browser_page,
    chromium,
    console_of,
    faults,
    fields,
    filled_once,
    make_desk,
    served,
)
from mail_server import CLOSE, Postbox, postbox
from notice_settings import SECRETS, mail
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient
from stored import subscribed

from jobs import newsletter
from tools.bounces import Bounce

PAGE = "/readers/letter"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, filled_once: Path, box: Postbox) -> Iterator[Desk]:
    """A console that can send mails, with a letter of today."""
    made = make_desk(
        Path(shutil.copy(filled_once, tmp_path / "store.db")),
        environ=SECRETS,
        tables={"targets": {"post": mail(box.port)}},
        post_url="https://forms.example/in",
        newsletter_pace_s=0.0,
    )
    with made.store() as store:
        store.put_letter("Ship it, or skip it?", f"LAMPYARD\n  {HOSTILE}", "<p>Lampyard</p>", "2026-03-04T00:00:00Z")
    yield made
    console_of(made).close()


def readers(desk: Desk, *names: str) -> None:
    with desk.store() as store:
        subscribed(store, *names)


def got(box: Postbox) -> list[str]:
    return [str(one["To"]).partition("@")[0] for one in box.accepted]


def send(desk: Desk, client: TestClient, **words: str) -> Any:
    """Press the button of the page, and wait until the run has ended."""
    answer = client.post(PAGE, data={**fields(client.get(PAGE).text, PAGE), **words})
    if (run := console_of(desk).posting.last) and run.thread:
        run.thread.join(20)
    return answer


def test_the_letter_is_shown_as_text_with_who_gets_it_and_nothing_is_sent(desk: Desk, box: Postbox) -> None:
    readers(desk, "ada", "bea", "cy")
    with desk.store() as store:
        store.mark_bounced([Bounce(("cy@reader.example",), None, "550 no such user")])
        store.subscribe("dot@reader.example")
    client = desk.signed_in()
    page = client.get(PAGE).text
    for words in ("Send it to 2 readers", "of 2 confirmed", "LAMPYARD", "&lt;img src=x"):
        assert words in page
    assert "<img src=x" not in page
    assert "reader.example" not in page
    assert box.accepted == []


def test_it_goes_to_everybody_who_waits_once(desk: Desk, box: Postbox) -> None:
    readers(desk, "ada", "bea")
    client = desk.signed_in()
    assert send(desk, client).headers["location"] == PAGE
    assert got(box) == ["ada", "bea"]
    page = client.get(PAGE).text
    assert "2 sent." in page
    assert "by Ines" in page
    assert "Everybody has had" in page
    assert "Send it to" not in page
    with desk.store() as store:
        assert store.letters(1)[0]["sent"] == 2


def test_a_form_without_its_token_or_of_another_letter_sends_nothing(desk: Desk, box: Postbox) -> None:
    readers(desk, "ada")
    client = desk.signed_in()
    words = fields(client.get(PAGE).text, PAGE)
    assert client.post(PAGE, data={**words, "csrf": "guessed"}).status_code == 403
    with desk.store() as store:
        store.put_letter("Another week", "other words", "", "2026-03-05T00:00:00Z")
    answer = client.post(PAGE, data=words)
    assert answer.status_code == 409
    assert "another one than the page showed" in answer.text
    assert console_of(desk).posting.last is None
    assert box.accepted == []


def test_who_may_have_it_gets_it_again_only_where_the_editor_says_so(
    desk: Desk, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newsletter, "PATIENCE_S", ())
    readers(desk, "ada")
    client = desk.signed_in()
    box.replies = {"DOT": CLOSE}
    send(desk, client)
    box.replies = {}
    readers(desk, "bea")
    page = client.get(PAGE).text
    assert "Send it to 1 reader<" in page
    assert "Also to the 1 who may have it" in page
    send(desk, client)
    assert got(box) == ["ada", "bea"], "the first copy was taken before the server was gone"
    send(desk, client, again_unsure="1")
    assert got(box) == ["ada", "bea", "ada"]


def test_a_run_stops_between_two_copies_and_the_next_one_goes_on(desk: Desk, box: Postbox) -> None:
    readers(desk, "ada", "bea", "cy")
    client, posting = desk.signed_in(), console_of(desk).posting
    run = posting.start("Ines", posting.preview()["seal"])
    posting.stop()
    run.thread.join(20)
    assert run.state == "stopped"
    assert len(box.accepted) < 3
    assert "the rest waits for the next run" in client.get(PAGE).text
    send(desk, client)
    assert sorted(got(box)) == ["ada", "bea", "cy"]


def test_only_one_run_goes_at_a_time(desk: Desk, box: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsletter, "LOCK_S", 0.05)
    readers(desk, "ada")
    client = desk.signed_in()
    with newsletter._alone(desk.path):  # the command's, at the same moment
        send(desk, client)
    assert "Another run is sending the letter" in client.get(PAGE).text
    posting = console_of(desk).posting
    posting.last.state = "sending"
    answer = client.post(PAGE, data=fields(client.get("/readers").text, "/sign-out"))
    assert (answer.status_code, "Ines sends the letter already" in answer.text) == (400, True)
    assert box.accepted == []


def test_one_copy_goes_to_ourselves(desk: Desk, box: Postbox) -> None:
    client = desk.signed_in()
    client.post(f"{PAGE}/test", data=fields(client.get(PAGE).text, f"{PAGE}/test"))
    assert got(box) == ["kim"]
    assert "went to kim@example.org." in client.get(PAGE).text


def test_what_is_missing_for_a_letter_is_said_and_no_button_is_there(tmp_path: Path, filled_once: Path) -> None:
    bare = make_desk(Path(shutil.copy(filled_once, tmp_path / "store.db")))
    readers(bare, "ada")
    client = bare.signed_in()
    page = client.get(PAGE).text
    assert "go out by a target of type mail" in page
    assert "<button>Send one" not in page
    answer = client.post(PAGE, data=fields(page, "/sign-out"))
    assert (answer.status_code, "target of type mail" in answer.text) == (400, True)
    console_of(bare).close()


def test_who_bounces_is_counted_and_gets_letters_again(desk: Desk) -> None:
    readers(desk, "ada")
    with desk.store() as store:
        store.mark_bounced([Bounce(("ada@reader.example",), None, "550 no such user")])
    client = desk.signed_in()
    page = client.get("/readers").text
    assert "1 bounce" in page
    words = {**fields(page, "/readers/clear"), "address": "ADA@reader.example"}
    assert client.post("/readers/clear", data=words).status_code == 303
    page = client.get("/readers").text
    assert "The address gets letters again." in page
    assert "/readers/clear" not in page
    again = client.post("/readers/clear", data=words)
    assert (again.status_code, "not among those that bounce" in again.text) == (400, True)


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_letter_is_read_and_sent_in_a_browser(browser_page: Page, desk: Desk, box: Postbox, width: int) -> None:
    readers(desk, "ada", "bea", "cy")
    with desk.store() as store:
        store.start_delivery(1, 3)
        store.end_delivery(1, 3, "unsure", "The server was gone before it answered.")
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{page.url.removesuffix('/inbox')}/readers")
    page.get_by_role("link", name="See the next letter, and send it").click()
    expect(page.locator(".letter")).to_contain_text("LAMPYARD")
    assert not faults(page)
    page.emulate_media(color_scheme="dark")
    assert not faults(page, colours=True)
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Send it to 2 readers").click()
    expect(page.locator("#live")).to_contain_text("2 sent.")
    expect(page.locator("main")).to_contain_text("Everybody has had")
    assert not faults(page)
    assert got(box) == ["ada", "bea"]
