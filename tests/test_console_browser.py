"""The console in a real browser: every page found, the keys, the acts, with and without its script."""

from __future__ import annotations

import pytest
from console_desk import (
    WIDTHS,
    Desk,
    browser_page,
    chromium,
    desk,
    faults,
    filled_once,
    paths,
    served,
)
from playwright.sync_api import Browser, Page, expect

from jobs import following

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", paths())
def test_every_page_is_accessible_and_fits_at_both_widths_in_light_and_dark(browser_page: Page, path: str) -> None:
    browser_page.goto(f"{browser_page.url.removesuffix('/inbox')}{path}")
    browser_page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    for width in WIDTHS:
        browser_page.set_viewport_size({"width": width, "height": 900})
        browser_page.emulate_media(color_scheme="light")
        assert not faults(browser_page), f"{path} at {width} px"
        browser_page.emulate_media(color_scheme="dark")  # which changes colours, and nothing else
        assert not faults(browser_page, colours=True), f"{path} at {width} px, dark"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_inbox_is_worked_by_keys_without_a_reload(browser_page: Page, desk: Desk, width: int) -> None:
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("window.stayed = true")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-here]")).to_contain_text("Tidewire")
    page.keyboard.press("k")
    expect(page.locator("[data-here]")).to_contain_text("Lampyard")
    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("Approved Lampyard.")
    expect(page.locator("#menu .count")).to_have_text("1")
    expect(page.locator("[data-here]")).to_contain_text("Tidewire")
    page.keyboard.press("u")
    expect(page.locator("#notices")).to_contain_text("Undid what was done to Lampyard.")
    expect(page.locator("#menu .count")).to_have_text("2")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.keyboard.type("a ")  # typed into the reason: no key of the page
    page.keyboard.type("double")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("Rejected")
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    with desk.store() as store:
        assert [row.why for row in store.history("lampyard") + store.history("tidewire") if row.op == "status"].count(
            "a double"
        )


def test_a_candidate_is_taken_by_its_number_and_a_product_opened_and_found_by_key(
    browser_page: Page, desk: Desk
) -> None:
    page = browser_page
    page.keyboard.press("2")
    expect(page.locator("#notices")).to_contain_text("Corrected Lampyard.")
    with desk.store() as store:
        assert store.document("lampyard").license == "Apache-2.0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/products/*")
    page.keyboard.press("/")
    page.keyboard.type("hexpail")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products?q=hexpail")
    expect(page.locator("main")).to_contain_text("Hexpail keeps the lights on")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_act_of_a_products_page_end_to_end(browser_page: Page, width: int) -> None:
    page = browser_page
    base = page.url.removesuffix("/inbox")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base}/products/lampyard")
    fact = page.locator(".fact", has_text="Tagline")
    fact.get_by_text("Edit", exact=False).first.click()
    fact.locator("[name=value]").first.fill("Keeps <b>every</b> light on")
    fact.locator("[name=why]").first.fill("their new home page")
    fact.get_by_role("button", name="Preview").click()
    expect(page.locator("main")).to_contain_text("Keeps <b>every</b> light on")
    assert not faults(page)
    page.emulate_media(color_scheme="dark")
    assert not faults(page, colours=True)
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#notices")).to_contain_text("Edited Lampyard.")
    expect(page.locator(".fact", has_text="Tagline").locator(".val").first).to_have_text("Keeps <b>every</b> light on")
    votes = page.locator(".votes > li", has_text="Skeptic")
    votes.locator("summary", has_text="Override").click()
    votes.get_by_label("Ship").check()
    votes.locator("[name=why]").fill("I tried it")
    votes.get_by_role("button", name="Override").click()
    expect(page.locator("#notices")).to_contain_text("Overrode a vote on Lampyard.")
    page.get_by_text("Merge", exact=True).click()
    page.locator("#into").fill("hexpail")
    page.get_by_role("button", name="Show both sides").click()
    page.locator("#why").fill("one maker")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Merged lampyard into Hexpail.")
    page.get_by_text("Part lampyard", exact=True).click()
    page.locator("#m-1").fill("two after all")
    page.get_by_role("button", name="Make it a product of its own").click()
    expect(page.locator("#notices")).to_contain_text("Parted Lampyard.")
    page.goto(f"{base}/products/lampyard")
    page.get_by_text("Delete", exact=True).click()
    page.locator("#dw").fill("spam")
    page.get_by_role("button", name="Preview the deletion").click()
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("main")).to_contain_text("This product is deleted")
    page.locator("#uw").fill("no spam")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#notices")).to_contain_text("Brought back Lampyard.")
    page.locator(".acts").get_by_role("button", name="Undo undelete").click()
    expect(page.locator("#notices")).to_contain_text("Undid the last act on Lampyard.")
    expect(page.locator("main")).to_contain_text("This product is deleted")
    page.locator("#uw").fill("no spam, really")
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Approved Lampyard.")


@pytest.mark.parametrize("width", WIDTHS)
def test_two_products_are_compared_and_an_export_downloaded(browser_page: Page, width: int) -> None:
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{page.url.removesuffix('/inbox')}/products/lampyard")
    page.get_by_role("link", name="Compare", exact=True).last.click()
    page.locator("#b").fill("hexpail")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Hexpail or Lampyard")
    row = page.locator(".decide tr", has=page.locator(".ev")).first
    row.locator("summary").first.click()
    expect(row.locator("blockquote").first).to_be_visible()
    page.goto(f"{page.url.partition('/compare')[0]}/exports")
    with page.expect_download() as found:
        page.get_by_role("button", name="Download jsonl", exact=True).click()
    assert '"slug":"lampyard"' in found.value.path().read_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_site_is_looked_at_and_followed(browser_page: Page, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    row = {"title": "Jarbox", "name": "", "url": "https://jarbox.example/", "kind": "product", "launched_at": None}
    place = {"url": "https://jars.example/all.xml", "kind": "feed", "title": "All"}
    rows = [{**row, "kept": True, "why": ""}, {**row, "url": None, "kept": False, "why": "announces nothing"}]
    found = {"name": "jars", "title": "Jars", "url": "https://jars.example/feed.xml", "kind": "feed", "listed": 2}
    found |= {"announcing": 1, "rows": rows, "note": "", "known_as": "", "others": [place], "failures": []}
    monkeypatch.setattr(following, "look", lambda *given, **named: found)
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{page.url.removesuffix('/inbox')}/sources")
    page.locator("#fu").fill("https://jars.example/")
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("main")).to_contain_text("block it: announces nothing")
    assert not faults(page)
    page.emulate_media(color_scheme="dark")
    assert not faults(page, colours=True)
    page.locator("#fn").fill("jar_news")
    page.get_by_role("button", name="Follow it").click()
    expect(page.locator("#notices")).to_contain_text("jar_news is followed")


def test_the_second_of_two_editors_is_asked_in_place_with_what_was_typed(browser_page: Page, desk: Desk) -> None:
    from jobs import edit

    page = browser_page
    page.goto(f"{page.url.removesuffix('/inbox')}/products/lampyard")
    with desk.store() as store:
        edit.edit(store, "lampyard", ("license=Apache-2.0",), "LICENSE file", "Tomas")
    fact = page.locator(".fact", has_text="Licence")
    fact.get_by_text("Edit", exact=False).first.click()
    fact.locator("[name=value]").first.fill("BSD-3-Clause")
    fact.locator("[name=why]").first.fill("mail")
    fact.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Tomas changed lampyard after this page was opened.")
    assert not faults(page)
    page.get_by_role("button", name="Do it all the same").click()
    expect(page.locator("#notices")).to_contain_text("Edited Lampyard.")


def test_all_of_it_works_without_the_script(desk: Desk, served: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served}/inbox")
    page.get_by_label("Token").fill(desk.tokens["Tomas"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Choose Lampyard").check()
    page.get_by_label("Choose Tidewire").check()
    page.get_by_role("button", name="Approve those ticked").click()
    expect(page.locator("#notices")).to_contain_text("Approved 2 products.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1 + .note")).to_contain_text("2 need a look")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    context.close()
