"""The site's lists: filters, categories, weeks, prices, takes by kind; what is left out is counted, and nothing is held."""

from __future__ import annotations

import io
import json
import re
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from test_tools_exporters import EXAMPLES, FakeStore, but, one, render_site, written

from tools.exporters import site
from tools.exporters.site import changes, lists, search
from tools.exporters.site._cards import Newest, week_of
from tools.models import CATEGORIES
from tools.settings import Settings
from tools.views.documents import PageDoc, ProductDocument


@pytest.fixture(scope="module")
def products() -> list[ProductDocument]:
    return [ProductDocument.model_validate_json(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def files(products: list[ProductDocument]) -> dict[str, bytes]:
    return render_site([*products[:-1], but(products[-1], category="database")])


def soup(files: dict[str, bytes], name: str) -> BeautifulSoup:
    return BeautifulSoup(files[name], "html.parser")


def slugs(files: dict[str, bytes], name: str) -> set[str]:
    rows = soup(files, name).select("table.list tbody th a")
    return {str(link["href"]).rpartition("/")[2].removesuffix(".html") for link in rows}


def test_each_filter_leads_to_a_list_of_just_those(files: dict[str, bytes], products: list[ProductDocument]) -> None:
    links = soup(files, "index.html").select("nav.filters a")
    for link in links:
        assert str(link["href"]) in files
    for model in {document.pricing_model for document in products}:
        wanted = {document.slug for document in products if document.pricing_model == model}
        assert slugs(files, f"lists/price-{model}.html") == wanted
    for kind in {document.kind for document in products}:
        assert slugs(files, f"lists/kind-{kind}.html") == {d.slug for d in products if d.kind == kind}
    assert slugs(files, "lists/stale.html") == {d.slug for d in products if d.panel and d.panel.stale}


def test_a_category_has_its_page_and_products_without_one_are_counted(
    files: dict[str, bytes], products: list[ProductDocument]
) -> None:
    assert slugs(files, "categories/database.html") == {products[-1].slug}
    text = soup(files, "categories/index.html").get_text(" ")
    assert "Database" in text
    without = sum(document.category not in CATEGORIES for document in products[:-1])
    assert re.search(rf"\b{without} tools? in none", text)


def test_a_list_that_is_too_long_keeps_the_reviewed_and_says_how_many_are_left(
    products: list[ProductDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_MOST", 2)
    quiet = [but(one(products, "quarrel"), slug=f"waiting-{n}", panel=None, rivals=[]) for n in range(3)]
    files = render_site([but(one(products, "quarrel"), rivals=[]), *quiet])
    kept = slugs(files, f"lists/kind-{quiet[0].kind}.html")
    assert "quarrel" in kept
    assert len(kept) == 2
    assert "The 2 least telling are left out here" in soup(files, f"lists/kind-{quiet[0].kind}.html").get_text()
    assert slugs(files, "verdicts/not-reviewed.html") == {"waiting-0", "waiting-1", "waiting-2"}


def test_a_row_says_how_many_of_its_facts_are_cited(files: dict[str, bytes], products: list[ProductDocument]) -> None:
    facts = one(products, "quarrel").facts
    row = next(r for r in soup(files, "index.html").select("table.list tbody tr") if "Quarrel" in r.get_text())
    assert f"{sum(bool(f.evidence) for f in facts.values())} of {len(facts)}" in row.get_text()


def test_prices_that_fell_and_rose_have_pages_of_their_own(files: dict[str, bytes]) -> None:
    def arrows(name: str) -> set[str]:
        return {cell.get_text()[:1] for cell in soup(files, name).select("table.moved td:nth-of-type(2)")}

    assert arrows("prices-up.html") <= {"▲"}
    assert arrows("prices-down.html") <= {"▼"}
    assert arrows("prices-up.html") | arrows("prices-down.html")


def test_a_week_has_its_verdicts_its_prices_and_its_neighbours(files: dict[str, bytes]) -> None:
    weeks = [str(link["href"]) for link in soup(files, "weeks/index.html").select(".pairs a")]
    assert weeks == sorted(weeks, reverse=True)
    assert len(weeks) > 1
    newest = soup(files, f"weeks/{weeks[0]}")
    assert newest.select("table.list tbody tr")
    older = newest.find("a", string="Older")
    assert older
    assert older["href"] == weeks[1]


def test_weeks_are_those_of_the_iso_calendar() -> None:
    assert [week_of(day) for day in ("2026-11-21", "2027-01-01", "2026-12-28", "no day")] == [
        "2026-W47",
        "2026-W53",
        "2026-W53",
        "",
    ]


def test_weeks_that_are_left_out_are_counted(products: list[ProductDocument], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_WEEKS", 1)
    files = render_site(products)
    assert len([name for name in files if name.startswith("weeks/2")]) == 1
    assert "older week" in soup(files, "weeks/index.html").get_text()


def test_takes_by_kind_hold_what_the_kind_says(files: dict[str, bytes]) -> None:
    for kind in ("ship", "skip"):
        for name in (n for n in files if n.startswith("critics/") and n.endswith(f"-{kind}.html")):
            words = [mark.get_text(" ").strip().lower() for mark in soup(files, name).select(".vl .vt")]
            assert all(word.startswith(kind) for word in words), name


def test_the_newest_are_kept_and_all_are_counted() -> None:
    newest = Newest(2)
    for number in (3, 1, 9, 4):
        newest.add((number,), f"n{number}")
    assert list(newest) == ["n9", "n4"]
    assert newest.total == 4


def test_the_index_of_the_search_is_values_in_parts_and_holds_every_product(
    products: list[ProductDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "ROWS", 3)
    monkeypatch.setattr(search, "_PART", 40)
    files = render_site([but(products[0], name="</script><b>\u2028 Long"), *products[1:]])
    index = value_of(files, "search-index.js", "self.SCOUT=")
    parts = {name for name in files if name.startswith("search/")}
    rows, words = [], []
    for kind, held, many in (("rows", rows, -(-len(products) // 3)), ("words", words, len(index["firsts"]))):
        for number in range(many):
            name = f"search/{kind}-{number}.js"
            parts.remove(name)
            edition, found = value_of(files, name, f'self.SCOUT.parts["{kind}-{number}"]=')
            assert edition == index["edition"]
            held += found
    assert not parts
    assert sorted(row[0] for row in rows) == sorted(one.slug for one in products)
    assert index["total"] == len(products)
    assert [word for word, _ in words] == sorted(word for word, _ in words)
    assert len(index["firsts"]) > 3
    numbers = {word: list(unpacked(packed, index["digits"])) for word, packed in words}
    [long] = [number for number, row in enumerate(rows) if "Long" in row[1]]
    assert long * 3 + 2 in numbers["long"], "a word of the name weighs most"
    assert all(0 <= number < 3 * len(products) for found in numbers.values() for number in found)


def value_of(files: dict[str, bytes], name: str, head: str) -> Any:
    text = files[name].decode()
    assert text.startswith(head)
    assert "<" not in text
    return json.loads(text.removeprefix(head).removesuffix(";\n"))


def unpacked(packed: str, digits: str) -> Iterator[int]:
    """What site.js makes of it."""
    value = step = shift = 0
    for letter in packed:
        digit = digits.index(letter)
        step |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            value += step
            step = shift = 0
            yield value


@pytest.mark.parametrize("values", [[], [0], [31, 32, 64, 1_055, 1_056, 40_000_000], list(range(300))])
def test_packed_numbers_are_read_as_they_were(values: list[int]) -> None:
    index = search._packed(values)
    assert list(unpacked(index, search._DIGITS)) == values


def test_a_change_of_what_is_found_is_another_edition(products: list[ProductDocument]) -> None:
    editions = [
        value_of(render_site(made), "search-index.js", "self.SCOUT=")["edition"]
        for made in (products, products, [but(products[0], tagline="Other words"), *products[1:]])
    ]
    assert editions[0] == editions[1] != editions[2]


class Watched(FakeStore):
    """A store that makes each document anew and watches how many of them live."""

    alive = most = 0

    def documents(
        self, since: Any = None, status: Any = None, approved_only: bool = False, rivals: bool = False
    ) -> Iterator[ProductDocument]:
        for document in super().documents(since, status, approved_only, rivals):
            yield self.document(document.slug)

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        made = super().document(slug).model_copy()
        self.alive += 1
        self.most = max(self.most, self.alive)
        weakref.finalize(made, self._gone)
        return made

    def _gone(self) -> None:
        self.alive -= 1


def test_the_site_holds_few_documents_however_many_there_are(products: list[ProductDocument]) -> None:
    quiet = [but(one(products, "mothwing"), slug=f"p{n}", panel=None, rivals=[]) for n in range(60)]
    store = Watched(quiet, [])
    for _ in site.export(store, None, Settings()):
        pass
    assert 1 < store.most < 30, "some wait for the collector of garbage, most are gone at once"


def test_a_kept_picture_of_the_products_page_is_shown_small(products: list[ProductDocument]) -> None:
    from PIL import Image

    whole = io.BytesIO()
    Image.new("RGB", (1_280, 3_000), (200, 10, 10)).save(whole, "PNG")
    page = PageDoc(id="p1", url="https://q.example/", final_url="https://q.example/", status=200, fetched_at="2026-11-20T00:00:00Z", body_hash="0", screenshot="ab" * 32)  # fmt: skip

    class Pictured(FakeStore):
        def screenshot(self, page_id: str) -> Any:
            return whole.getvalue(), "ab" * 32, datetime(2026, 11, 20, tzinfo=UTC)

    store = Pictured([but(one(products, "quarrel"), pages=[page])], [])
    files = dict(written(site.export(store, None, Settings())))
    image = soup(files, "products/quarrel.html").select_one("img.shot")
    assert image
    with Image.open(io.BytesIO(files[str(image["src"]).removeprefix("../")])) as small:
        assert small.size == (int(str(image["width"])), int(str(image["height"]))) == (640, 400)
    assert "20 Nov 2026" in str(image["alt"])


def test_a_picture_that_cannot_be_read_is_left_out(products: list[ProductDocument]) -> None:
    class Broken(FakeStore):
        def screenshot(self, page_id: str) -> Any:
            return b"no picture", "cd" * 32, datetime(2026, 11, 20, tzinfo=UTC)

    pages = [page.model_copy(update={"screenshot": "cd" * 32, "own": True}) for page in one(products, "quarrel").pages]
    files = dict(written(site.export(Broken([but(one(products, "quarrel"), pages=pages)], []), None, Settings())))
    assert b'class="shot"' not in files["products/quarrel.html"]
