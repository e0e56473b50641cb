"""Asking the panel from a product's page, and the page as read beside it."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from html.parser import HTMLParser
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
    desk,
    faults,
    fields,
    filled_once,
    home,
    hostile,
    make_desk,
    paths,
    served,
)
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from jobs import review
from jobs.console import panels
from tools.errors import ModelError, Stopped

ASK, STOP = "/products/{}/panel", "/products/{}/panel/stop"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "use", "rect", "path", "line", "circle", "wbr"}


def ask(client: TestClient, slug: str) -> Any:
    path = ASK.format(slug)
    return client.post(path, data=fields(client.get(f"/products/{slug}").text, path))


def ended(desk: Desk, slug: str) -> panels.Asked:
    one = console_of(desk).panels.find(slug)
    one.thread.join(60)
    assert not one.meeting
    return one  # type: ignore[no-any-return]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reviews that tell how far they are and go on until they are stopped."""

    def waits(*given: Any, progress: Callable[[str], None], stop: Any, **named: Any) -> None:
        progress("panel 1 of 1, lampyard: builder: 72, ship")
        stop.result(60)
        raise Stopped("stopped")

    monkeypatch.setattr(review, "review_some", waits)


def test_the_panel_is_asked_under_the_editors_name_and_followed_until_it_has_met(desk: Desk) -> None:
    client = desk.signed_in("Tomas")
    assert ask(client, "tidewire").headers["location"] == "/products/tidewire#panel"
    told = client.get("/products/tidewire/panel/events").text  # until its end
    assert "The panel has met again" in told
    assert told.endswith("event: end\ndata: \n\n")
    assert ended(desk, "tidewire").state == "met"
    page = client.get("/products/tidewire").text
    assert "asked by Tomas" in page
    assert "Ask the panel again" in page
    with desk.store() as store:
        assert store.panel("tidewire") is not None
    assert "The panel met again and says the same" in (ask(client, "tidewire") and _after(desk, client, "tidewire"))


def _after(desk: Desk, client: TestClient, slug: str) -> str:
    ended(desk, slug)
    return client.get(f"/products/{slug}").text


def test_a_panel_that_says_otherwise_is_kept_as_asked_by_the_editor(desk: Desk) -> None:
    ask(desk.signed_in("Tomas"), "lampyard")  # whose panel on record another one made
    assert ended(desk, "lampyard").state == "met"
    with desk.store() as store:
        assert store._value("SELECT who FROM review_requests ORDER BY id DESC LIMIT 1") == "Tomas"


def test_a_panel_under_way_is_not_asked_twice_and_few_meet_at_once(
    desk: Desk, slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "AT_ONCE", 1)
    client = desk.signed_in()
    ask(client, "lampyard")
    again, other = ask(client, "lampyard"), ask(client, "hexpail")
    assert (again.status_code, other.status_code) == (400, 400)
    assert "The panel meets on lampyard already: Ines asked it." in again.text
    assert "1 is the most at once" in other.text
    page = client.get("/products/lampyard").text
    assert "builder: 72, ship" in page
    assert client.post(STOP.format("lampyard"), data=fields(page, STOP.format("lampyard"))).status_code == 303
    assert ended(desk, "lampyard").state == "stopped"
    assert "Stopped: the panel has said nothing" in client.get("/products/lampyard").text


def test_a_panel_that_cannot_meet_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: Any, **named: Any) -> None:
        raise ModelError("<b>deployment</b>", "nobody is there")

    monkeypatch.setattr(review, "review_some", fails)
    client = desk.signed_in()
    ask(client, "lampyard")
    assert "&lt;b&gt;deployment&lt;/b&gt;" in _after(desk, client, "lampyard")


def test_a_deleted_product_has_no_panel_to_ask_and_none_was_asked_for_of_another(desk: Desk) -> None:
    from jobs import edit

    client = desk.signed_in()
    sent = fields(client.get("/products/hexpail").text, ASK.format("hexpail"))
    assert client.get("/products/hexpail/panel/events").status_code == 404
    with desk.store() as store:
        edit.delete(store, "hexpail", "spam", "Tomas")
    answer = client.post(ASK.format("hexpail"), data=sent)
    assert answer.status_code == 400
    assert "was deleted" in answer.text
    assert "Ask the panel" not in client.get("/products/hexpail").text


def test_the_console_ends_the_panels_it_has_under_way(desk: Desk, slow: None) -> None:
    ask(desk.signed_in(), "lampyard")
    closing = threading.Thread(target=console_of(desk).panels.close)
    closing.start()
    closing.join(60)
    assert ended(desk, "lampyard").state == "stopped"


def test_the_page_as_read_stands_beside_the_facts_as_mere_words(tmp_path: Path) -> None:
    client = make_desk(hostile(tmp_path / "store.db")).signed_in()
    slug = client.get("/products").text.split('href="/products/')[1].split('"')[0]
    shown = client.get(f"/products/{slug}").text
    beside = shown.partition("Page as read</h2>")[2].partition("</section>")[0]
    assert html.escape(HOSTILE)[:20] in beside
    assert "<img" not in beside
    assert "<script" not in beside


def test_only_the_lines_around_a_quote_are_shown_beside_a_product(desk: Desk) -> None:
    client = desk.signed_in()
    page = client.get(f"/pages/{home('Lampyard', 0).id}?quote=Lampyard&near=1").text
    assert '<mark id="quote">Lampyard</mark>' in page


class _Nesting(HTMLParser):
    """Notes what is closed that was not opened, and text where only elements belong."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Opened and closed."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


@pytest.mark.parametrize("path", paths())
def test_every_page_closes_what_it_opens(desk: Desk, path: str) -> None:
    checked = _Nesting()
    checked.feed(desk.signed_in().get(path).text)
    assert not checked.wrong
    assert not checked.open


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_in_a_browser_the_panel_is_asked_and_its_verdict_comes_without_a_reload(browser_page: Page, width: int) -> None:
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{page.url.removesuffix('/inbox')}/products/tidewire")
    expect(page.locator(".verdict")).to_contain_text("Not reviewed")
    page.get_by_role("button", name="Ask the panel", exact=True).click()
    page.evaluate("window.stayed = true")
    expect(page.locator(".meets")).to_contain_text("The panel has met again", timeout=60_000)
    expect(page.locator(".verdict")).not_to_contain_text("Not reviewed")
    expect(page.get_by_role("button", name="Ask the panel again")).to_be_visible()
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    assert not faults(page)


@pytest.mark.browser
def test_in_a_browser_a_panel_under_way_is_followed_and_stopped(browser_page: Page, slow: None) -> None:
    page = browser_page
    page.goto(f"{page.url.removesuffix('/inbox')}/products/lampyard")
    page.get_by_role("button", name="Ask the panel again").click()
    expect(page.locator(".meets")).to_contain_text("builder: 72, ship")
    expect(page.get_by_role("button", name="Ask the panel again")).to_be_hidden()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not faults(page)
    page.get_by_role("button", name="Stop the panel").click()
    expect(page.locator(".meets")).to_contain_text("Stopped: the panel has said nothing")
    expect(page.get_by_role("button", name="Ask the panel again")).to_be_visible()


@pytest.mark.browser
def test_in_a_browser_the_page_as_read_goes_along_with_the_facts_and_opens_where_there_is_no_room(
    browser_page: Page,
) -> None:
    page = browser_page
    page.goto(f"{page.url.removesuffix('/inbox')}/products/lampyard")
    page.locator(".fact", has_text="Name").get_by_role("link", name="page as read").first.click()
    expect(page.locator("#read mark")).to_have_text("Lampyard")
    expect(page.locator("#read .paper")).to_be_focused()
    assert page.url.endswith("/products/lampyard")
    page.evaluate("document.getElementById('read').dataset.old = '1'")
    page.keyboard.press("j")
    expect(page.locator("#read[data-old]")).to_have_count(0)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.locator(".fact", has_text="Name").get_by_role("link", name="page as read").first.click()
    page.wait_for_url("**/pages/*")
    expect(page.locator("#read mark")).to_have_text("Lampyard")
