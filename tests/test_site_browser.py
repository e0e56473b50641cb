"""The site in a real browser, opened from its folder without any server: accessible, and searchable offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_tools_exporters import EXAMPLES, HOSTILE, but, render_site

from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.web.browser import find_chromium

PATH, WHY = find_chromium(Settings())
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(PATH is None, reason=f"no Chromium on this machine: {WHY}"),
]
KINDS = (
    "index.html",
    "verdicts/not-reviewed.html",
    "products/quarrel.html",
    "products/quiet.html",
    "compare/ferrykey-vs-lanternbox.html",
    "compare/index.html",
    "categories/index.html",
    "prices.html",
    "weeks/2026-W47.html",
    "weeks/index.html",
    "critics/skeptic.html",
    "critics/skeptic-ship.html",
    "method.html",
    "corrections.html",
    "agents.html",
    "search.html?q=queue",
    "kept.html",
    "products/gone-one.html",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    products = [ProductDocument.model_validate_json(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    evil = but(products[0], slug="evil", name=f"Evil {HOSTILE}", tagline=HOSTILE, rivals=[])
    out = tmp_path_factory.mktemp("site")
    panel = products[0].panel
    assert panel
    mute = {
        n: r.model_copy(update={"score": None, "abstain_reason": "No docs were read."})
        for n, r in panel.reviews.items()
    }
    silent = {"verdict": "Not enough evidence", "median": None, "ships": 0, "skips": 0, "reviews": mute}
    quiet = but(products[0], slug="quiet", rivals=[], panel=panel.model_copy(update=silent))
    files = render_site(
        [*products, evil, quiet], {"gone-one": ""}, post_url="https://forms.example", contact="me@s.example"
    )
    for name, body in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(body)
    return out


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # our own pages from our own folder: --no-sandbox, for Chromium starts as root with nothing else
        browser = playwright.chromium.launch(executable_path=str(PATH), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, folder: Path) -> Iterator[Any]:
    """A fresh page that may load nothing but files of the site; `complaints` gathers what the console says."""
    context = chromium.new_context(offline=True)
    made = context.new_page()
    made.complaints = []
    made.on("console", lambda message: made.complaints.append(message.text))
    made.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.base = folder.as_uri()
    yield made
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_barrier_at_any_width_and_in_any_light(kind: str, page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, brief = Axe(), {"resultTypes": ["violations"], "preload": False}  # a third of the time
    rules = brief | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    colours = brief | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    page.goto(f"{page.base}/{kind}")
    for width in (390, 1_280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{kind} is wider than {width}"
        for light, asked in (("light", rules), ("dark", colours)):
            page.emulate_media(color_scheme=light)
            found = axe.run(page, options=asked).response["violations"]
            assert not [(one["id"], one["nodes"][0]["html"]) for one in found], f"{kind} at {width}, {light}"
    assert page.complaints == []


def test_the_search_finds_by_parts_of_words_and_filters_without_a_network(page: Any) -> None:
    page.goto(f"{page.base}/index.html")
    page.fill("form.find input", "quarr")
    page.click("form.find button")
    page.wait_for_url("**/search.html?q=quarr")
    assert page.locator("[data-hits] a").all_inner_texts() == ["Quarrel"]
    page.select_option("[name=verdict]", "Ship")
    everything = page.locator("[data-count]").inner_text()
    assert everything in ("0 tools", "1 tool")
    page.fill("#words", "")
    page.select_option("[name=verdict]", "")
    assert page.locator("[data-hits] a").count() == page.evaluate("SCOUT.rows.length")
    page.locator("[data-hits] a", has_text="Quarrel").click()
    assert page.url.endswith("products/quarrel.html")
    assert page.complaints == []


def test_words_of_a_page_are_text_in_the_results(page: Any) -> None:
    page.goto(f"{page.base}/search.html?q=evil")
    assert "<script>alert(1)</script>" in page.locator("[data-hits]").inner_text()
    assert page.locator("[data-hits] script, [data-hits] img").count() == 0
    assert page.complaints == []


def test_what_is_kept_stays_in_the_browser_and_can_be_let_go(page: Any) -> None:
    page.goto(f"{page.base}/products/quarrel.html")
    page.click("[data-keep]")
    assert page.get_attribute("[data-keep]", "aria-pressed") == "true"
    page.goto(f"{page.base}/kept.html")
    assert page.locator("[data-kept] a").all_inner_texts() == ["Quarrel"]
    page.click("[data-kept] button")
    assert page.locator("[data-count]").inner_text() == "Nothing kept yet."
    page.evaluate("""localStorage.setItem("scout-kept", '[{"slug":"x\\"><img>","name":"bad"}, null]')""")
    page.reload()
    assert page.locator("[data-kept] li").count() == 0
    assert page.complaints == []


def test_a_vote_carries_one_token_of_this_browser(page: Any) -> None:
    tokens = []
    for name in ("quarrel", "ferrykey"):
        page.goto(f"{page.base}/products/{name}.html")
        tokens.append(page.input_value("form.post [name=token]"))
    assert len(tokens[0]) == 32
    assert tokens[0] == tokens[1]


def test_without_javascript_nothing_is_offered_that_needs_it(chromium: Any, folder: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/index.html")
    assert not page.locator("form.find").is_visible()
    assert page.locator("table.list tbody tr").count() > 3
    page.goto(f"{folder.as_uri()}/search.html")
    assert "list of verdicts" in page.locator("main").inner_text()
    context.close()
