"""The site in a real browser, opened from its folder without any server: accessible, and searchable offline."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from test_tools_exporters import EXAMPLES, HOSTILE, FakeStore, but, render_site

from tools.exporters.site import PAGE_BYTES
from tools.exporters.site._state import Site
from tools.exporters.site.search import search_pages
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


def results(page: Any) -> list[str]:
    """The names that the search shows once it has read what it needs."""
    page.wait_for_selector("[data-hits]:not([aria-busy])", state="attached")
    return list(page.locator("[data-hits] a").all_inner_texts())


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
    assert results(page) == ["Quarrel"]
    page.select_option("[name=verdict]", "Ship")
    assert results(page) == ["Quarrel"]
    page.select_option("[name=verdict]", "Skip")
    assert results(page) == []
    assert page.locator("[data-count]").inner_text() == "0 tools"
    page.fill("#words", "")
    page.select_option("[name=verdict]", "")
    assert len(results(page)) == page.evaluate("SCOUT.total") == 9
    page.locator("[data-hits] a", has_text="Quarrel").click()
    assert page.url.endswith("products/quarrel.html")
    assert page.complaints == []


def test_words_of_a_page_are_text_in_the_results(page: Any) -> None:
    page.goto(f"{page.base}/search.html?q=evil")
    assert results(page)
    assert "<script>alert(1)</script>" in page.locator("[data-hits]").inner_text()
    assert page.locator("[data-hits] script, [data-hits] img").count() == 0
    assert page.complaints == []


# a store of 10,000 -----------------------------------------------------------------------------------------------------

MANY = 10_000
SYLLABLES = "ba ko ri ten mul sha dro pex vi lan quo zer fi gus wem ty".split()
SAID = "Hosted queue for small teams; a fast, typed API client in Rust; 日志 search; Café booking, self-hosted; logs".split()
VERDICTS = (None, "Ship", "Skip", "Not enough evidence")


@dataclass(frozen=True)
class Made:
    """One of many products, as a test of the search needs it."""

    name: str
    tagline: str
    kind: str
    verdict: str | None
    day: str


def made(number: int) -> Made:
    chance = Random(number)
    name = "".join(chance.choices(SYLLABLES, k=3)).capitalize() + (" <b>&amp;</b>" if number % 97 == 0 else "")
    kind, verdict = chance.choice(("product", "repo", "model")), chance.choice(VERDICTS)
    day = (date(2026, 11, 21) - timedelta(days=number % 400)).isoformat()
    return Made(f"{name} {number}", " ".join(chance.sample(SAID, 6)), kind, verdict, day)


def expected(all_made: list[Made], words: list[str], **filters: str) -> list[str]:
    """The names that a search must find, by looking at every product: a name counts 4, the kind 2, the tagline 1, a
    whole word twice; the newest first among equals."""
    found = []
    for one in all_made:
        held = [
            (word, weight) for text, weight in ((one.name, 4), (one.kind, 2), (one.tagline, 1)) for word in split(text)
        ]
        sums = [max((w * (1 + (h == word)) for h, w in held if h.startswith(word)), default=0) for word in words]
        if all(sums) and all(getattr(one, name) == value for name, value in filters.items()):
            found.append((-sum(sums), [-ord(letter) for letter in one.day], one.name.casefold(), one.name))
    return [name for *_, name in sorted(found)]


def split(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return [word for word in re.split(r"[^a-z0-9.+#日志]+", plain) if word]


@pytest.fixture(scope="module")
def all_made() -> list[Made]:
    return [made(number) for number in range(MANY)]


@pytest.fixture(scope="module")
def large(all_made: list[Made], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The search of a site of many products, without their pages."""
    first = ProductDocument.model_validate_json(EXAMPLES.read_text(encoding="utf-8").splitlines()[0])
    assert first.panel
    panels = {name: first.panel.model_copy(update={"verdict": name}) for name in VERDICTS if name}

    def documents() -> Iterator[ProductDocument]:
        for number, one in enumerate(all_made):
            values = {
                "name": one.name,
                "tagline": one.tagline,
                "kind": one.kind,
                "first_seen": one.day,
                "category": None,
            }
            panel = one.verdict and panels[one.verdict].model_copy(update={"created_at": f"{one.day}T00:00:00Z"})
            yield but(first, slug=f"made-{number}", rivals=[], facts={}, changes=[], panel=panel or None, **values)

    out = tmp_path_factory.mktemp("large")
    with closing(Site(FakeStore(list(documents()), []), Settings())) as site:
        for name, body in search_pages(site):
            (out / name).parent.mkdir(exist_ok=True)
            (out / name).write_bytes(body)
    return out


@pytest.mark.parametrize(
    ("words", "filters"),
    [
        ("queue", {}),
        ("ba", {}),
        ("cafe book", {}),
        ("日", {}),
        ("repo lanten", {}),
        ("fast 77", {"kind": "model"}),
        ("", {"kind": "repo", "verdict": "Skip"}),
        ("b", {"verdict": "Ship"}),
        ("typed client rust", {"verdict": "Not enough evidence"}),
        ("nothing-like-it", {}),
    ],
)
def test_the_search_of_a_large_store_finds_what_looking_at_all_of_it_finds(
    words: str, filters: dict[str, str], page: Any, large: Path, all_made: list[Made]
) -> None:
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url))
    page.goto(f"{large.as_uri()}/search.html?{urlencode({'q': words, **filters})}")
    found, wanted = results(page), expected(all_made, split(words), **filters)
    assert found == wanted[:50]
    told = page.locator("[data-count]").inner_text()
    assert int(told.split()[0].replace(",", "")) == len(wanted)
    parts = [large / urlsplit(one).path.removeprefix(large.as_uri().removeprefix("file://") + "/") for one in read]
    assert max(part.stat().st_size for part in parts) < PAGE_BYTES
    assert sum("/words-" in one for one in read) <= 8 * max(1, len(split(words)) + len(filters))
    assert sum("/rows-" in one for one in read) <= 50
    assert page.complaints == []


def test_a_beginning_of_too_many_words_is_read_as_a_whole_word_and_that_is_told(
    page: Any, large: Path, tmp_path: Path
) -> None:
    shutil.copytree(large, tmp_path / "site")
    script = tmp_path / "site/site.js"
    script.write_text(script.read_text().replace("MOST_PARTS = 8", "MOST_PARTS = 1"))
    page.goto(f"{(tmp_path / 'site').as_uri()}/search.html?q=m")
    assert results(page) == []
    assert "“m” as a whole word" in page.locator("[data-count]").inner_text()


def test_a_part_of_another_edition_is_refused_in_a_sentence(page: Any, large: Path, tmp_path: Path) -> None:
    shutil.copytree(large, tmp_path / "site")
    for part in (tmp_path / "site/search").glob("rows-*.js"):
        part.write_text(re.sub(r'\["[0-9a-f]{12}"', '["another"', part.read_text(), count=1))
    page.goto(f"{(tmp_path / 'site').as_uri()}/search.html?q=queue")
    assert results(page) == []
    assert "Load the page again" in page.locator("[data-count]").inner_text()


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
