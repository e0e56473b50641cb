"""What programs read of the site: linked data, facts with their rules, sitemap, redirects; and what needs an address."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from test_tools_exporters import EXAMPLES, FakeStore, but, one, render_site

from tools.errors import UsageError
from tools.exporters import site
from tools.exporters.site import machine
from tools.exporters.site.pictures import CARD
from tools.settings import Settings
from tools.views.documents import ChangeDoc, ProductDocument

ADDRESS = "https://scout.example/tools"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# What schema.org and those who show it ask of a type, and which types a property may have.
NEEDED = {
    "SoftwareApplication": ("name",),
    "Offer": ("price", "priceCurrency"),
    "UnitPriceSpecification": ("price", "priceCurrency"),
    "Review": ("author", "reviewRating", "reviewBody"),
    "Rating": ("ratingValue", "bestRating", "worstRating"),
    "Organization": ("name",),
    "WebPage": ("url",),
}
TYPES = {"offers": {"Offer"}, "review": {"Review"}, "author": {"Organization", "Person"}, "reviewRating": {"Rating"}}


@pytest.fixture(scope="module")
def products() -> list[ProductDocument]:
    return [ProductDocument.model_validate_json(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def files(products: list[ProductDocument]) -> dict[str, bytes]:
    gone = {"old-name": "quarrel", "older-name": "old-name", "spam": ""}
    return render_site(
        products, gone, site_url=ADDRESS + "/", post_url="https://forms.example/in", contact="me@s.example"
    )


def entities(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from [value] if "@type" in value else []
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from entities(inner)


def linked(files: dict[str, bytes], name: str) -> dict[str, Any]:
    script = BeautifulSoup(files[name], "html.parser").find("script", type="application/ld+json")
    assert script, name
    found: dict[str, Any] = json.loads(str(script.string))
    return found


def test_linked_data_has_what_schema_org_asks_for(files: dict[str, bytes]) -> None:
    kinds = set()
    for name in [name for name in files if name.startswith("products/") and name.endswith(".jsonld")]:
        whole = json.loads(files[name])
        assert whole["@context"] == "https://schema.org"
        for entity in entities(whole):
            kinds.add(entity["@type"])
            for asked in NEEDED[entity["@type"]]:
                assert entity.get(asked) not in (None, "", [], {}), (name, entity["@type"], asked)
            for key, allowed in TYPES.items():
                assert {inner["@type"] for inner in entities(entity.get(key, []))} - {
                    "Organization",
                    "Rating",
                    "UnitPriceSpecification",
                } <= allowed
        for rating in (e for e in entities(whole) if e["@type"] == "Rating"):
            assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
    assert {"SoftwareApplication", "Offer", "Review"} <= kinds


def test_a_page_carries_its_linked_data_and_the_address_it_is_about(files: dict[str, bytes]) -> None:
    assert linked(files, "products/quarrel.html")["subjectOf"]["url"] == f"{ADDRESS}/products/quarrel.html"


def test_no_word_of_a_page_ends_its_linked_data(products: list[ProductDocument]) -> None:
    evil = "</script><script>alert(1)</script>\u2028"
    page = render_site([but(products[0], name=evil, description=evil)])[f"products/{products[0].slug}.html"]
    assert b"<script>alert" not in page
    assert b"\\u003c/script" in page


def test_facts_carry_quote_source_day_and_the_rules(files: dict[str, bytes], products: list[ProductDocument]) -> None:
    told = json.loads(files["facts/quarrel.json"])
    name = told["facts"]["name"]
    assert name["quote"]
    assert name["source"].startswith("http")
    assert len(name["read"]) == 10
    assert told["cite_as"].endswith(f"{ADDRESS}/products/quarrel.html")
    assert told["rules"] == list(machine.RULES)
    unknown = [plan for plan in told["plans"] if plan["amount"] is None]
    assert len(unknown) == sum(plan.amount is None for plan in one(products, "quarrel").plans)


def test_the_index_of_facts_leads_from_page_to_page(
    products: list[ProductDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_ROWS", 2)
    files = render_site(products)
    rows, name = [], "index.json"
    while name:
        page = json.loads(files[f"facts/{name}"])
        rows += page["rows"]
        name = page["next"]
    assert [row["facts"] for row in rows] == sorted(f"{document.slug}.json" for document in products)


def test_the_sitemap_lists_every_page_once_with_its_day(files: dict[str, bytes]) -> None:
    rows = ElementTree.fromstring(files["sitemap.xml"])
    listed = [row.findtext(f"{MAP}loc") for row in rows]
    pages = {name for name in files if name.endswith(".html")} - {"search.html", "kept.html"}
    pages -= {f"products/{slug}.html" for slug in ("old-name", "older-name", "spam")}
    assert sorted(map(str, listed)) == sorted(f"{ADDRESS}/{'' if p == 'index.html' else p}" for p in pages)
    assert all(len(row.findtext(f"{MAP}lastmod") or "") == 10 for row in rows)
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in files["robots.txt"].decode()


def test_a_sitemap_that_is_too_long_becomes_several(
    products: list[ProductDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_ADDRESSES", 20)
    files = render_site(products, site_url=ADDRESS)
    parts = [row.findtext(f"{MAP}loc") for row in ElementTree.fromstring(files["sitemap.xml"])]
    assert len(parts) > 2
    assert all(str(part).removeprefix(f"{ADDRESS}/") in files for part in parts)


def test_every_page_says_where_it_stands(files: dict[str, bytes]) -> None:
    soup = BeautifulSoup(files["products/quarrel.html"], "html.parser")
    canonical = soup.find("link", rel="canonical")
    assert canonical
    assert canonical["href"] == f"{ADDRESS}/products/quarrel.html"
    picture = soup.find("meta", property="og:image")
    assert picture
    assert str(picture["content"]).removeprefix(f"{ADDRESS}/") in files
    feed = soup.find("link", rel="alternate")
    assert feed
    assert str(feed["href"]).removeprefix("../") in files
    assert files["share/ship.png"].startswith(b"\x89PNG")


def test_without_an_address_nothing_claims_one(products: list[ProductDocument]) -> None:
    files = render_site(products)
    assert not {"sitemap.xml", "robots.txt", "share/ship.png", "products/quarrel.xml"} & set(files)
    for name, body in files.items():
        if name.endswith(".html"):
            soup = BeautifulSoup(body, "html.parser")
            assert not soup.find("link", rel="canonical"), name
            assert not soup.find("meta", property=True), name
    assert json.loads(files["facts/quarrel.json"])["page"] == "../products/quarrel.html"


def test_a_merged_product_leads_on_and_a_deleted_one_says_so(files: dict[str, bytes]) -> None:
    for slug in ("old-name", "older-name"):
        soup = BeautifulSoup(files[f"products/{slug}.html"], "html.parser")
        refresh = soup.find("meta", attrs={"http-equiv": "refresh"})
        assert refresh
        assert refresh["content"] == "0; url=quarrel.html"
        canonical = soup.find("link", rel="canonical")
        assert canonical
        assert canonical["href"] == f"{ADDRESS}/products/quarrel.html"
    assert b"taken off the site" in files["products/spam.html"]
    told = json.loads(files["redirects.json"])
    assert {"from": "/tools/products/old-name.html", "to": "/tools/products/quarrel.html", "status": 301} in told[
        "moved"
    ]
    assert {"from": "/tools/products/spam.html", "status": 410} in told["gone"]
    assert "/tools/products/older-name.html /tools/products/quarrel.html 301\n" in files["_redirects"].decode()


def test_a_product_merged_into_a_deleted_one_is_gone_and_a_circle_ends(products: list[ProductDocument]) -> None:
    files = render_site(products, {"a": "b", "b": "", "round": "about", "about": "round"})
    assert b"taken off the site" in files["products/a.html"]
    assert b"taken off the site" in files["products/round.html"]


def test_the_feed_of_a_product_tells_its_changes(files: dict[str, bytes], products: list[ProductDocument]) -> None:
    feed = ElementTree.fromstring(files["products/quarrel.xml"])
    atom = "{http://www.w3.org/2005/Atom}"
    assert len(feed.findall(f"{atom}entry")) == min(20, len(one(products, "quarrel").changes))
    assert feed.findtext(f"{atom}updated") == one(products, "quarrel").changed_at


def test_forms_go_where_the_setting_says_and_the_policy_lets_them(files: dict[str, bytes]) -> None:
    soup = BeautifulSoup(files["products/quarrel.html"], "html.parser")
    vote = soup.find("form", method="post")
    assert vote
    assert vote["action"] == "https://forms.example/in/vote"
    assert {field["name"] for field in vote.find_all(["input", "button"])} == {"slug", "token", "vote"}
    assert b'form-action https://forms.example"' in files["products/quarrel.html"]
    mail = BeautifulSoup(files["index.html"], "html.parser").find("form", action="https://forms.example/in/subscribe")
    assert mail
    assert {field["name"] for field in mail.find_all("input")} == {"email", "page", "website"}


@pytest.mark.parametrize(
    "given", ["forms.example", "javascript:alert(1)", "https://a@forms.example/", "https://f.example/?a"]
)
def test_an_address_for_forms_that_is_none_is_refused_in_a_sentence(given: str) -> None:
    with pytest.raises(UsageError, match="SCOUT_POST_URL takes the address"):
        list(site.export(FakeStore([], []), None, Settings({"post_url": given})))


def test_corrections_name_no_editor_and_give_the_address(products: list[ProductDocument]) -> None:
    raw = json.loads(one(products, "quarrel").model_dump_json())
    raw["facts"]["license"] = {**raw["facts"]["name"], "value": "MIT", "rung": "editor"}
    raw["changes"] = [
        ChangeDoc(
            seq=9, at="2026-11-20T08:00:00Z", op="fact", field="license", before="GPL", after="MIT", who="an editor"
        ).model_dump()
    ]
    files = render_site([ProductDocument.model_validate(raw)], contact="me@s.example")
    text = " ".join(BeautifulSoup(files["corrections.html"], "html.parser").get_text(" ").split())
    assert "MIT, was GPL" in text
    assert b'href="mailto:me@s.example"' in files["corrections.html"]


def test_llms_txt_leads_only_to_what_is_there(files: dict[str, bytes]) -> None:
    lines = files["llms.txt"].decode().splitlines()
    targets = [line.partition("](")[2].partition(")")[0] for line in lines if "](" in line]
    assert len(targets) > 6
    for target in targets:
        assert target.removeprefix(ADDRESS).removeprefix("/") or "index.html" in files, Path(target)
        assert (target.removeprefix(f"{ADDRESS}/") or "index.html") in files


def test_a_product_has_a_picture_of_its_own_where_every_letter_of_it_can_be_drawn(
    products: list[ProductDocument],
) -> None:
    drawn, other = but(products[0], slug="drawn", name="Quarrel’s"), but(products[0], slug="other", name="漢字")
    files = render_site([drawn, other], site_url=ADDRESS)
    with Image.open(io.BytesIO(files["share/products/drawn.png"])) as picture:
        assert picture.size == CARD
        assert picture.convert("L").getextrema() == (17, 255)
    assert b"share/products/drawn.png" in files["products/drawn.html"]
    assert "share/products/other.png" not in files
    again = render_site([drawn, other], site_url=ADDRESS)
    assert again["share/products/drawn.png"] == files["share/products/drawn.png"], "the same store gives the same bytes"
