"""Marks where they are shown: on the site, in linked data and JSON lines, and in the console."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from console_desk import Desk
from stored import NOON
from test_tools_exporters import EXAMPLES, but, one, render_site

from tools.exporters import jsonld
from tools.models import Logo
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
        name = row.select_one("bdi").get_text()  # type: ignore[union-attr]  # each row has a name
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


def test_the_console_shows_and_serves_it(desk: Desk, tmp_path: Path) -> None:
    with desk.store() as store:
        store.put_logo("lampyard", Logo("https://lampyard.example/t.png", "https://lampyard.example/", NOON, b"PNG"))
        seal = store.document("lampyard").logo.sha256  # type: ignore[union-attr]  # it was just put there
    client = desk.signed_in()
    shown = f'<img class="lg" src="/logos/{seal}"'
    assert shown in client.get("/products").text
    assert '<span class="lg" aria-hidden="true">T</span>' in client.get("/products").text
    assert shown in client.get("/products/lampyard").text
    served = client.get(f"/logos/{seal}")
    assert (served.content, served.headers["content-type"]) == (b"PNG", "image/png")
    assert client.get("/logos/none").status_code == 404
