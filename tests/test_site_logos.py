"""Marks where they are shown: on the site, in linked data and in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from test_tools_exporters import EXAMPLES, but, one, render_site

from tools.exporters import jsonld
from tools.views.documents import LogoDoc, ProductDocument

SEAL = "ab12" * 16
FILE = f"logos/{SEAL[:32]}.png"
MARK = LogoDoc(sha256=SEAL, url="https://quarrel.example/touch.png", page="https://quarrel.example/")


@pytest.fixture(scope="module")
def products() -> list[ProductDocument]:
    found = [ProductDocument.model_validate_json(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    return [but(document, logo=MARK) if document.slug in ("quarrel", "ferrykey") else document for document in found]


@pytest.fixture(scope="module")
def files(products: list[ProductDocument]) -> dict[str, bytes]:
    return render_site(products)


def marks(files: dict[str, bytes], name: str, where: str = "") -> list[Any]:
    return BeautifulSoup(files[name], "html.parser").select(f"{where} .lg")


def test_one_file_serves_all_who_show_it(files: dict[str, bytes]) -> None:
    assert [name for name in files if name.startswith("logos/")] == [FILE]
    assert files[FILE] == f"PNG of {SEAL}".encode()


def test_a_list_shows_the_mark_or_the_letter_before_each_name(files: dict[str, bytes]) -> None:
    rows = BeautifulSoup(files["index.html"], "html.parser").select("table.list tbody th[scope=row]")
    assert rows
    pictures = 0
    for row in rows:
        [mark] = row.select(".lg")
        name = row.select("bdi")[0].get_text()
        if mark.name == "img":
            pictures += 1
            assert (mark["src"], mark["alt"], mark["loading"]) == (FILE, "", "lazy")
            assert mark["width"] == mark["height"] == "28"
        else:
            assert (mark.get_text(), mark["aria-hidden"]) == (name[0].upper(), "true")
    assert pictures == 2


def test_a_product_and_a_comparison_show_it_in_their_heads(files: dict[str, bytes]) -> None:
    [mark] = marks(files, "products/quarrel.html", ".head")
    assert mark["src"] == f"../{FILE}"
    assert marks(files, "products/lanternbox.html", ".head") == []
    two = marks(files, "compare/ferrykey-vs-lanternbox.html", ".duel")
    assert [one.get("src", one.get_text()) for one in two] == [f"../{FILE}", "L"]


def test_exports_say_where_it_was_had(products: list[ProductDocument], files: dict[str, bytes]) -> None:
    quarrel = one(products, "quarrel")
    assert jsonld.product(quarrel)["image"] == MARK.url
    assert "image" not in jsonld.product(but(quarrel, logo=None))
    hostile = but(quarrel, logo=MARK.model_copy(update={"url": "javascript:alert(1)"}))
    assert "image" not in jsonld.product(hostile)
    assert json.loads(files["products/quarrel.json"])["logo"] == MARK.model_dump()
