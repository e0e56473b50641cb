"""Exports: what the site's pages may hold, and what the lines of products.jsonl say. The products are made up."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from csv import DictReader
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from tools.errors import CannotRun, UnknownName
from tools.exporters import Files, _words, all_exporters, csv, exporter, hub, jsonl, jsonld, newsletter, rss, site
from tools.exporters._critiques import gate_bars
from tools.exporters._pairs import Near, neighbours, reason
from tools.exporters.site import _out
from tools.models import Line
from tools.settings import Settings
from tools.views.compare import pair_slug
from tools.views.documents import ContradictionDoc, MemberDoc, OverrideDoc, ProductDocument, RivalDoc
from tools.views.panel_figures import Figure

EXAMPLES = Path(__file__).parent / "examples" / "site_products.jsonl"
HOSTILE = "</style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202egnp\u200b.exe\u2066 {{7*7}} <!--"
LINKS = (
    "javascript:alert(1)",
    "JaVa\tScRiPt:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example/x",
    "https://good.example@evil.example/",
    "http:evil",
    "https://[::1",
    "",
)


class FakeStore:
    """The questions that exporters ask."""

    def __init__(self, documents: list[ProductDocument], log: list[dict[str, Any]]) -> None:
        self._documents = {document.slug: document for document in documents}
        self._log = log
        self.merged: dict[str, str] = {}

    def documents(
        self, since: Any = None, status: Any = None, approved_only: bool = False, rivals: bool = False
    ) -> Iterator[ProductDocument]:
        for document in self._documents.values():
            if not approved_only or document.status == "approved":
                yield document

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        slug = self.merged.get(slug, slug)
        if slug not in self._documents:
            raise UnknownName("product", slug, self._documents)
        return self._documents[slug]

    def screenshot(self, page_id: str) -> None:
        return None

    def logo(self, seal: str) -> bytes:
        return f"PNG of {seal}".encode()

    def document_lines(self, status: str | None = None) -> Iterator[Line]:
        return map(_line, self.documents(approved_only=status == "approved"))

    def lines_of(self, slugs: Sequence[str]) -> list[Line]:
        found = [document for slug, document in self._documents.items() if slug in slugs and slug not in self.merged]
        return [_line(document) for document in found if document.status != "deleted"]

    def changed_since(self, seq: int) -> list[dict[str, Any]]:
        newest = {row["slug"]: row["seq"] for row in self._log if row["seq"] > seq}
        rows = [{"slug": slug, "into": self.merged.get(slug), "seq": at} for slug, at in newest.items()]
        return sorted(rows, key=lambda row: row["seq"])

    def sources(self) -> list[dict[str, Any]]:
        return []

    def cuttings(self) -> dict[tuple[str, str], bytes]:
        return {}

    def gone(self) -> Iterator[tuple[str, str]]:
        yield from sorted(self.merged.items())

    def changes_after(self, seq: int, limit: int) -> list[dict[str, Any]]:
        return [row for row in self._log if row["seq"] > seq][:limit]


def _line(document: ProductDocument) -> Line:
    return Line(document.slug, document.status, document.model_dump_json().encode())


def written(files: Files) -> list[tuple[str, bytes]]:
    """Files as the job writes them, their pieces put together."""
    return [(name, b"".join(piece for _, piece in pieces)) for name, pieces in groupby(files, key=itemgetter(0))]


def render_site(
    documents: Iterable[ProductDocument], merged: dict[str, str] | None = None, **settings: Any
) -> dict[str, bytes]:
    """The files of the site that a store with these products exports."""
    store = FakeStore(list(documents), [])
    store.merged = merged or {}
    return dict(written(site.export(store, None, Settings(settings))))


@pytest.fixture(scope="module")
def products() -> list[ProductDocument]:
    return [ProductDocument.model_validate_json(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def pages(products: list[ProductDocument]) -> dict[str, bytes]:
    return render_site(products)


@pytest.fixture(scope="module")
def hostile() -> dict[str, bytes]:
    """The same site, every crawled word and address of which is an attack."""
    found = []
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        found.append(ProductDocument.model_validate(_poisoned(raw)))
    return render_site(found)


KEPT = {"slug", "kind", "status", "rung", "place", "persona", "vote", "verdict", "op", "pricing_model", "amount", "at"}
KEPT |= {"currency", "period", "fetched_at", "created_at", "first_seen", "last_seen", "changed_at", "launched_at"}
KEPT |= {"launched_at_basis", "schema_version", "content_hash", "field", "qualifier", "id"}


def _poisoned(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _poisoned(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_poisoned(inner, key) for inner in value]
    if not isinstance(value, str) or key in KEPT:
        return value
    return LINKS[len(value) % len(LINKS)] if "url" in key or key in ("homepage", "repository") else value[:8] + HOSTILE


def html_pages(files: dict[str, bytes]) -> Iterator[tuple[str, str, BeautifulSoup]]:
    for name, body in files.items():
        if name.endswith(".html"):
            yield name, body.decode(), parsed(body)


@cache
def parsed(body: bytes) -> BeautifulSoup:
    return BeautifulSoup(body, "html.parser")


def page(files: dict[str, bytes], name: str) -> BeautifulSoup:
    return parsed(files[name])


def but(document: ProductDocument, **values: Any) -> ProductDocument:
    return document.model_copy(update=values)


def one(products: list[ProductDocument], slug: str) -> ProductDocument:
    return next(found for found in products if found.slug == slug)


def words(files: dict[str, bytes], name: str) -> str:
    return " ".join(page(files, name).get_text(" ").split())


# every page ---------------------------------------------------------------------------------------------------------


def test_the_site_has_its_pages(pages: dict[str, bytes]) -> None:
    wanted = {"index.html", "prices.html", "method.html", "compare/index.html", "critics/skeptic.html"}
    wanted |= {"products/ferrykey.html", "products/ferrykey.json", "verdicts/ship.html", "verdicts/not-reviewed.html"}
    assert wanted <= set(pages)
    assert "compare/ferrykey-vs-lanternbox.html" in pages


@pytest.mark.parametrize("which", ["pages", "hostile"])
def test_no_page_carries_anything_active(which: str, request: pytest.FixtureRequest) -> None:
    for name, _, soup in html_pages(request.getfixturevalue(which)):
        assert not soup.find_all(["iframe", "object", "embed", "base"]), name
        depth = "../" * name.count("/")
        for script in soup.find_all("script", type=None):
            assert script.get("src") in (f"{depth}site.js", "search-index.js"), name
            assert not script.string, name
        for data in soup.find_all("script", type=True):
            assert data["type"] == "application/ld+json", name
            assert json.loads(str(data.string)), name
        assert not soup.find_all("form", method=True), "no form that sends anything without SCOUT_POST_URL"
        assert len(soup.find_all("style")) == 1, name
        for tag in soup.find_all(True):
            assert not [key for key in tag.attrs if key == "style" or key.startswith("on")], (name, tag)


@pytest.mark.parametrize("which", ["pages", "hostile"])
def test_links_lead_to_http_or_to_a_page_of_the_site(which: str, request: pytest.FixtureRequest) -> None:
    files = request.getfixturevalue(which)
    for name, _, soup in html_pages(files):
        for link in soup.find_all("a", href=True):
            href = str(link["href"])
            if link.get("rel"):
                assert re.match(r"https?://[^/@]+", href), (name, href)
                assert link["rel"] == ["nofollow", "ugc", "noopener", "noreferrer"]
                continue
            target, _, fragment = href.partition("#")
            inside = str((Path("/") / name).parent.joinpath(target).resolve().relative_to("/")) if target else name
            assert inside in files, (name, href)
            if fragment:
                assert page(files, inside).find(id=fragment), (name, href)


def test_hostile_words_stand_as_words(hostile: dict[str, bytes]) -> None:
    text = words(hostile, "products/ferrykey.html")
    assert "<script>alert(1)</script>" in text
    assert "{{7*7}}" in text
    for name, raw, _ in html_pages(hostile):
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", raw), name


@pytest.mark.parametrize("which", ["pages", "hostile"])
def test_the_policy_allows_the_pages_own_sheet_and_nothing_else(which: str, request: pytest.FixtureRequest) -> None:
    for name, _, soup in html_pages(request.getfixturevalue(which)):
        policy = str(soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"])  # type: ignore[index] # bs4's find is typed loosely
        sheet = soup.style.string if soup.style else ""
        digest = base64.b64encode(hashlib.sha256(str(sheet).encode()).digest()).decode()
        assert policy.startswith("default-src 'none'; "), name
        assert f"style-src 'sha256-{digest}'" in policy, name
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy, "the site's own files, nothing inline"
        assert "form-action 'none'" in policy


@pytest.mark.parametrize("which", ["pages", "hostile"])
def test_every_page_is_small_and_whole(which: str, request: pytest.FixtureRequest) -> None:
    for name, raw, soup in html_pages(request.getfixturevalue(which)):
        assert len(raw.encode()) < site.PAGE_BYTES, name
        assert raw.startswith("<!doctype html>"), name
        assert soup.title, name
        assert len(soup.find_all("h1")) == 1, name
        assert soup.find("main"), name
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), name


def test_a_page_holds_whatever_the_record_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest record there can be: every text endless and costly to write, every list long."""
    raw = json.loads(EXAMPLES.read_text(encoding="utf-8").splitlines()[0])
    endless = "'\"<&>😀 " * 2_000
    for field in raw["facts"].values():
        field["value"], field["others"] = endless, [dict(field, others=[])] * 9
        field["evidence"] = [
            dict(quote, quote=endless, url="https://long.example/" + "a" * 3_000) for quote in field["evidence"]
        ]
        del field["others"][:0]
        field["others"] = [{k: v for k, v in other.items() if k != "others"} for other in field["others"]]
    raw |= {
        "name": endless,
        "tagline": endless,
        "description": endless,
        "category": endless,
        "needs_look": [endless] * 40,
    }
    raw["plans"] = [dict(raw["plans"][1], name=endless, unit=endless) for _ in range(60)]
    raw["launches"] *= 60
    raw["changes"] = [dict(raw["changes"][0], seq=n, why=endless, after=endless, before=endless) for n in range(300)]
    for review in raw["panel"]["reviews"].values():
        review |= {"text": endless, "abstain_reason": endless, "reviewer": endless}
        for rating in review.get("ratings", []):
            rating["reason"] = endless
            for claim in rating.get("claims", []):
                claim["citations"] = [dict(claim["citations"][0], quote=f"{n} {endless}") for n in range(40)]
    documents = [ProductDocument.model_validate(raw | {"slug": f"long-{n}"}) for n in range(5)]
    found = render_site(documents)
    for name, body in found.items():
        assert not name.endswith(".html") or len(body) < site.PAGE_BYTES, name
    ended = []
    monkeypatch.setattr(_out, "_up_to", lambda pieces, most: ended.append(most) or pieces)
    assert render_site(documents) == found, "what is not made of a page that does not fit changes none that does"
    assert len(ended) > 5 * 5


def test_file_names_stay_below_the_output_folder(products: list[ProductDocument], tmp_path: Path) -> None:
    slugs = ["../../etc/passwd", "/abs", "a/b", "..", "", "con", "Ünï", "x" * 400, "a\x00b", "index", "-rf", "a.html"]
    documents = [but(products[0], slug=slug) for slug in slugs]
    names = list(render_site(documents))
    for name in names:
        assert (tmp_path / name).resolve().is_relative_to(tmp_path.resolve())
        assert re.fullmatch(r"([a-z]+/)?[a-zW0-9-]+\.(html|json|jsonld|js|txt|csv|xml|atom)|_redirects", name), name
    assert len(names) == len({name.lower() for name in names})


def test_the_same_documents_give_the_same_bytes(products: list[ProductDocument], pages: dict[str, bytes]) -> None:
    assert render_site(products) == pages
    other = render_site(reversed(products))
    assert {name for name in pages if other[name] != pages[name]} == {"products.csv"}, (
        "rows stand as the store has them"
    )


@pytest.mark.parametrize("link", LINKS)
def test_an_address_that_is_no_plain_http_address_is_no_link(link: str) -> None:
    assert _words.safe_url(link) == ""


def test_plain_addresses_stay_links() -> None:
    for link in ("https://a.example/b?c=d#e", "http://a.example:8080/", "https://bücher.example/ä"):
        assert _words.safe_url(link) == link


# what the pages say -------------------------------------------------------------------------------------------------


def test_an_unknown_price_is_written_as_unknown(pages: dict[str, bytes]) -> None:
    text = words(pages, "products/mothwing.html")
    assert "price unknown" in text
    assert "No plans. Not stated on the 3 pages read." in text
    assert "Free" not in text
    row = next(r for r in page(pages, "verdicts/not-enough-evidence.html").find_all("tr") if "Mothwing" in r.text)
    assert row.find(class_="pr").get_text(strip=True) == "Unknown"


def test_a_plan_without_a_price_says_so_beside_priced_ones(pages: dict[str, bytes]) -> None:
    table = page(pages, "products/quarrel.html").find("table", class_="plans")
    assert table is not None
    cells = {row.th.get_text(): row.td.get_text(" ", strip=True) for row in table.find_all("tr")[1:]}
    assert cells["Team plan"].startswith("Unknown, named, not priced")
    assert "0.027 USD per answer" in cells["Per answer"]


def test_evidence_opens_to_quote_address_and_date(pages: dict[str, bytes]) -> None:
    row = next(r for r in page(pages, "products/ferrykey.html").find_all("tr") if r.th and r.th.get_text() == "Licence")
    details = row.find("details", class_="ev")
    assert details.find("blockquote").get_text() == "License: apache-2.0"
    assert "Read 20 Nov 2026, 06:12 UTC" in details.get_text()
    assert "API answer, $.license.spdx_id" in details.get_text()


def test_what_has_no_evidence_has_no_yellow_mark(products: list[ProductDocument]) -> None:
    document = one(products, "ferrykey")
    facts = {**document.facts, "license": document.facts["license"].model_copy(update={"evidence": []})}
    files = render_site([but(document, facts=facts)])
    row = next(r for r in page(files, "products/ferrykey.html").find_all("tr") if r.th and r.th.get_text() == "Licence")
    assert "apache-2.0" in row.get_text()
    assert not row.find("use", href="#q")


def test_two_values_on_record_are_both_quoted(pages: dict[str, bytes]) -> None:
    row = next(
        r for r in page(pages, "products/ferrykey.html").find_all("tr") if r.th and r.th.get_text() == "How you pay"
    )
    assert "Also on record: “Paid”" in row.get_text()
    assert len(row.find_all("blockquote")) == 2


def test_no_panel_take_is_shown_with_its_reason(pages: dict[str, bytes]) -> None:
    for name in ("products/ferrykey.html", "compare/ferrykey-vs-lanternbox.html"):
        text = words(pages, name)
        assert "No panel take" in text
        assert "None of the 3 pages read is about work a creator makes." in text


def test_a_tie_is_said(pages: dict[str, bytes]) -> None:
    text = words(pages, "compare/ferrykey-vs-lanternbox.html")
    assert "Both ship: medians of 78 and 76.5 lie inside the ±8 band" in text
    assert "= Tie medians 1.5 points apart, inside the ±8 band" in text
    assert "Ferrykey vs Lanternbox: which should you ship?" in text


def test_a_comparison_says_what_each_is_and_has_its_record(pages: dict[str, bytes]) -> None:
    record = json.loads(pages["compare/ferrykey-vs-lanternbox.json"])
    text = words(pages, "compare/ferrykey-vs-lanternbox.html")
    for side in (record["a"], record["b"]):
        for shown in (side["name"], side["tagline"], f"{side['panel_ship']} %", side["community"], side["entry"]):
            assert shown in text
        assert side["description"][:120] in text


def test_the_comparison_shows_both_panels_lines(pages: dict[str, bytes]) -> None:
    text = words(pages, "compare/ferrykey-vs-lanternbox.html")
    assert "Ship · 5 ship / 0 skip" in text
    assert "Ship · 5 ship / 1 skip" in text
    assert "No community votes yet" in text


def test_a_stale_verdict_keeps_its_date_and_says_so(pages: dict[str, bytes]) -> None:
    text = words(pages, "products/ferrykey.html")
    assert "Stale verdict" in text
    assert "The panel is of 21 Nov 2026" in text
    assert "Stale verdict" not in words(pages, "products/lanternbox.html")


def test_unapproved_products_are_labelled_and_rejected_ones_left_out(products: list[ProductDocument]) -> None:
    rejected = but(one(products, "lanternbox"), status="rejected")
    ferrykey = but(one(products, "ferrykey"), rivals=[])
    files = render_site([one(products, "quarrel"), ferrykey, rejected])
    assert "Not approved by an editor" in words(files, "products/quarrel.html")
    assert "approved by an editor" not in words(files, "products/ferrykey.html")
    assert "unapproved" in words(files, "index.html")
    assert "products/lanternbox.html" not in files
    assert not any("Lanternbox" in body.decode() for body in files.values())


def test_looks_say_their_reason(pages: dict[str, bytes]) -> None:
    assert "Two pages disagree on the name of the maker." in words(pages, "products/tollgate.html")


def test_how_sure_a_reading_was_is_no_word_for_readers(products: list[ProductDocument]) -> None:
    looks = [f"a plan may be '{n} USD': read with confidence 0.25, under 0.50; not shown." for n in (4, 5)]
    told = words(render_site([but(one(products, "tollgate"), needs_look=looks)]), "products/tollgate.html")
    assert told.count("Something read of it was not sure enough to show.") == 1
    assert "confidence" not in told


def test_too_little_for_a_verdict_is_one_box_and_then_what_its_pages_state(products: list[ProductDocument]) -> None:
    document = one(products, "ferrykey")
    assert document.panel
    reasons = ("No repository was read; no comment was read.", "No comment was read; no repository was read.")
    silent = {
        name: review.model_copy(update={"score": None, "vote": None, "abstain_reason": reasons[place % 2]})
        for place, (name, review) in enumerate(document.panel.reviews.items())
    }
    found = {"verdict": "Not enough evidence", "median": None, "ships": 0, "skips": 0, "reviews": silent}
    bare = but(document, panel=document.panel.model_copy(update={**found, "reason": "none of six found enough"}))
    files = render_site([bare])
    box = page(files, "products/ferrykey.html").select_one(".silence")
    assert box is not None
    assert [item.get_text() for item in box.find_all("li")] == [
        "Builder, Skeptic, Futurist, Founder, PM, Creator: No repository was read; no comment was read."
    ]
    told = words(files, "products/ferrykey.html")
    assert told.count("No panel take") == 1
    assert "None of six found enough." in told
    plain = page(files, "products/ferrykey.html").select_one("section[aria-labelledby=brief]")
    assert plain is not None
    assert "Licence apache-2.0" in " ".join(plain.get_text(" ").split())


def test_a_product_without_a_panel_waits_in_words(pages: dict[str, bytes]) -> None:
    assert "Not reviewed yet" in words(pages, "products/corvid-run.html")
    assert "Corvid Run" in words(pages, "verdicts/not-reviewed.html")
    assert "Corvid Run" not in words(pages, "index.html")


def test_an_override_stands_beside_the_critics_own_vote(products: list[ProductDocument]) -> None:
    document = next(found for found in products if found.panel and found.panel.verdict == "Ship")
    assert document.panel is not None
    persona, review = next((name, found) for name, found in document.panel.reviews.items() if found.vote == "ship")
    said = OverrideDoc(vote="skip", why="It broke in our trial", who="kim", at="2026-11-20T00:00:00Z", counts=True)
    reviews = {**document.panel.reviews, persona: review.model_copy(update={"override": said})}
    panel = document.panel.model_copy(
        update={
            "reviews": reviews,
            "verdict": "Split",
            "original_verdict": "Ship",
            "original_line": document.panel.line,
        }
    )
    files = render_site([but(document, panel=panel)])
    name = f"products/{document.slug}.html"
    text = words(files, name)
    assert f"The critics’ own: {document.panel.line}" in text
    assert "An editor overrides it, 20 Nov 2026: skip. It broke in our trial." in text
    assert f"Ship {review.score}" in text
    marks = [mark["aria-label"] for mark in page(files, name).select(".box .who svg")]
    assert f"{persona.title() if persona != 'pm' else 'PM'}: skip" in marks
    other = next(found for found in products if found.panel and found.slug != document.slug)
    pair = (document.slug, other.slug)
    files = render_site([but(document, panel=panel), other], pairs=":".join(pair))
    beside = words(files, f"compare/{pair_slug(*pair)}.html")
    assert beside.count(f"With an editor’s override. The critics’ own: {document.panel.line}") == 2  # head and table
    assert "An editor overrides it, 20 Nov 2026: skip. It broke in our trial." in beside


def test_a_fused_review_names_what_each_member_came_to(products: list[ProductDocument]) -> None:
    document = next(found for found in products if found.panel and found.panel.verdict == "Ship")
    assert document.panel is not None
    persona, review = next((name, found) for name, found in document.panel.reviews.items() if found.vote == "ship")
    same = {"model": "tiny", "prompt_hash": "", "cost": None}
    red = MemberDoc(member="red", score=75, vote="ship", text="A gate.", **same)
    blue = MemberDoc(member="blue", score=None, vote=None, text="its answer could not be read", **same)
    reviews = {**document.panel.reviews, persona: review.model_copy(update={"members": [red, blue]})}
    panel = document.panel.model_copy(update={"reviews": reviews})
    files = render_site([but(document, panel=panel)])
    told = words(files, f"products/{document.slug}.html")
    assert "Its members: red 75 ship; blue no take (its answer could not be read)" in told


def test_a_figure_that_rounds_onto_the_gate_it_misses_is_printed_in_full() -> None:
    figures = [Figure("score spread", value, 36, "scores", low=12, note="sample") for value in (11.9861, 12.0049, 9.5)]
    bars = gate_bars(figures)
    assert [(bar["value"], bar["met"]) for bar in bars] == [("11.9861", False), ("12", True), ("9.5", False)]
    assert bars[0]["note"] == "sample"


def test_prices_that_moved_show_both_amounts(pages: dict[str, bytes]) -> None:
    text = words(pages, "prices.html")
    assert "▼ 29 %" in text
    assert "0.038 USD 0.027 USD" in text
    assert "▲ 33 %" in text


def test_two_lines_of_one_name_are_no_price_change(products: list[ProductDocument]) -> None:
    at = "2026-11-01T00:00:00Z"
    points = [{"plan": "API", "amount": amount, "currency": "USD", "period": None, "at": at} for amount in ("3", "15")]
    raw = one(products, "quarrel").model_dump() | {"price_history": points}
    files = render_site([ProductDocument.model_validate(raw)])
    assert "No price has changed" in words(files, "prices.html")


def test_lines_of_one_name_that_differ_in_their_unit_are_told_apart(products: list[ProductDocument]) -> None:
    line = {"plan": "API", "currency": "USD", "period": None}
    points = [
        {**line, "amount": amount, "unit": unit, "at": f"2026-11-0{day}T00:00:00Z"}
        for day, amount, unit in (
            (1, "3", "1M input tokens"),
            (1, "15", "1M output tokens"),
            (4, "12", "1M output tokens"),
        )
    ]
    raw = one(products, "quarrel").model_dump() | {"price_history": points}
    files = render_site([ProductDocument.model_validate(raw)])
    assert "15 USD per 1M output tokens 12 USD per 1M output tokens" in words(files, "prices.html")
    assert "API, USD per 1M output tokens" in words(files, "products/quarrel.html")


def test_no_pictures_of_charts_without_words(pages: dict[str, bytes]) -> None:
    for name, _, soup in html_pages(pages):
        for chart in soup.find_all("svg", class_=["plot", "strip", "pips"]):
            hidden = chart.get("aria-hidden") or (chart.parent and chart.parent.get("aria-hidden"))
            assert chart.get("aria-label") or hidden, (name, chart)


def test_marks_stand_inside_their_plot(pages: dict[str, bytes]) -> None:
    for _, raw, _ in html_pages(pages):
        places = [float(place) for place in re.findall(r'\bx[12]?="(-?[\d.]+)%"', raw)]
        assert all(0 <= place <= 100 for place in places)


def test_an_empty_store_still_has_a_site() -> None:
    files = render_site([])
    assert "No panel has met yet." in words(files, "index.html")
    assert "No two reviewed products" in words(files, "compare/index.html")


def test_lists_are_paged_and_lead_on(products: list[ProductDocument]) -> None:
    many = [but(products[0], slug=f"p{n:03}", name=f"P{n:03}", category=None, kind=f"k{n}") for n in range(60)]
    files = render_site(many)
    assert {"index.html", "verdicts/all-2.html", "verdicts/all-3.html"} <= set(files)
    listed = [f"P{n:03}" for n in range(60)]
    seen = words(files, "index.html") + words(files, "verdicts/all-2.html") + words(files, "verdicts/all-3.html")
    assert all(name in seen for name in listed)


# pairs --------------------------------------------------------------------------------------------------------------


def near(slug: str, closeness: float | None) -> RivalDoc:
    return RivalDoc(slug=slug, name=slug, reason=f"Because of {slug}.", closeness=closeness)


def test_neighbours_are_rivals_named_ones_first_and_few() -> None:
    asked = (Near("p1", 0.2), Near("p2", 0.9), Near("p3", None), Near("p4", 0.8), Near("gone", None))
    near = {"p0": asked, **{f"p{n}": () for n in range(1, 7)}}
    prices = {f"p{n}": {"price": f"{n} USD"} for n in range(7)}
    every = [("p0", "p3"), ("p0", "p2"), ("p0", "p4")]
    assert neighbours(near, prices, lambda pair: True) == every
    without = [("p0", "p2"), ("p0", "p4"), ("p0", "p1")]
    assert neighbours(near, {**prices, "p3": {}}, lambda pair: True) == without, "nothing sets it apart"
    assert neighbours(near, prices, lambda pair: pair.b != "p3") == without, "not worth a page"


def test_a_pair_of_which_one_is_not_reviewed_gets_no_page(products: list[ProductDocument]) -> None:
    waiting = but(products[0], slug="waiting", panel=None, rivals=[near("ready", None)])
    ready = but(products[0], slug="ready", rivals=[near("waiting", None)])
    assert not [name for name in render_site([waiting, ready]) if name.startswith("compare/ready")]


def test_a_pair_is_one_whichever_names_the_other(products: list[ProductDocument]) -> None:
    a, b = but(products[0], slug="a", rivals=[near("b", 0.5)]), but(products[0], slug="b", rivals=[near("a", None)])
    assert neighbours(
        {"a": (Near("b", 0.5),), "b": (Near("a", None),)}, {"a": {"price": "1"}, "b": {"price": "2"}}, lambda pair: True
    ) == [("a", "b")]
    assert reason(a, b) == reason(b, a) == "Because of a."  # the name outranks the likeness


def test_pages_say_why_two_are_side_by_side(products: list[ProductDocument], pages: dict[str, bytes]) -> None:
    assert "The pages of Ferrykey set it against Lanternbox." in words(pages, "compare/ferrykey-vs-lanternbox.html")
    assert "Ferrykey vs Lanternbox" in words(pages, "products/ferrykey.html")
    asked = render_site(products, pairs="mothwing:smelt-3b")
    assert "Somebody asked for the two" in words(asked, "compare/mothwing-vs-smelt-3b.html")


def test_a_rival_without_a_panel_or_with_nothing_to_tell_apart_is_listed_and_not_compared(
    pages: dict[str, bytes],
) -> None:
    assert "Both use the same words for themselves: jobs" in words(pages, "products/quarrel.html")
    assert "compare/corvid-run-vs-quarrel.html" not in pages
    assert "compare/quarrel-vs-tollgate.html" not in pages, "one prints no price, and nothing else was read of both"
    assert "compare/ferrykey-vs-lanternbox.html" in pages


def test_an_asked_pair_gets_its_page_in_either_order(products: list[ProductDocument]) -> None:
    for pair in (("mothwing", "smelt-3b"), ("smelt-3b", "mothwing")):
        assert "compare/mothwing-vs-smelt-3b.html" in render_site(products, pairs=":".join(pair))
    assert "compare/mothwing-vs-smelt-3b.html" not in render_site(products)


# jsonl --------------------------------------------------------------------------------------------------------------


def change(seq: int, slug: str, op: str, **values: Any) -> dict[str, Any]:
    base = {"field": "", "before": None, "after": None, "why": "", "who": "ed"}
    return {"seq": seq, "slug": slug, "op": op, "at": "2026-11-21T06:00:00Z", **base, **values}


def lines(store: FakeStore, after: int | None) -> list[dict[str, Any]]:
    [(name, body)] = written(jsonl.export(store, after, Settings()))
    assert name == "products.jsonl"
    return [json.loads(line) for line in body.splitlines()]


def test_a_full_export_is_every_document(products: list[ProductDocument]) -> None:
    found = lines(FakeStore(products, []), None)
    assert [ProductDocument.model_validate(row) for row in found] == products


def test_after_a_cursor_come_the_changed_ones_once(products: list[ProductDocument]) -> None:
    log = [change(1, "quarrel", "new"), change(2, "ferrykey", "fact"), change(3, "quarrel", "plan")]
    assert [row["slug"] for row in lines(FakeStore(products, log), 0)] == ["ferrykey", "quarrel"]
    assert [row["slug"] for row in lines(FakeStore(products, log), 2)] == ["quarrel"]
    assert lines(FakeStore(products, log), 3) == []


def test_deletions_and_merges_are_rows(products: list[ProductDocument]) -> None:
    log = [
        change(1, "gone", "delete", why="spam"),
        change(2, "twin", "merge", before="twin", after="ferrykey"),
        change(3, "tollgate", "delete", why="asked to"),
    ]
    deleted = [but(document, status="deleted") if document.slug == "tollgate" else document for document in products]
    store = FakeStore(deleted, log)
    store.merged["twin"] = "ferrykey"
    gone, twin, tollgate = lines(store, 0)
    assert (gone["slug"], gone["deleted"], gone["why"], gone["merged_into"]) == ("gone", True, "spam", None)
    assert (twin["slug"], twin["deleted"], twin["merged_into"]) == ("twin", True, "ferrykey")
    assert (tollgate["slug"], tollgate["deleted"], tollgate["seq"]) == ("tollgate", True, 3)


def test_what_was_deleted_and_came_back_is_a_document_again(products: list[ProductDocument]) -> None:
    log = [change(1, "quarrel", "delete"), change(2, "quarrel", "status")]
    [row] = lines(FakeStore(products, log), 0)
    assert "deleted" not in row


def test_the_site_exports_what_the_store_holds(products: list[ProductDocument]) -> None:
    names = {name for name, _ in site.export(FakeStore(products, []), None, Settings())}
    assert {"index.html", "products/quarrel.html"} <= names


# the finder ---------------------------------------------------------------------------------------------------------


def test_exporters_are_found_by_being_there() -> None:
    found = all_exporters()
    assert {"jsonl", "site"} <= set(found)
    assert all(name == module.NAME and module.__doc__ for name, module in found.items())


def test_an_unknown_exporter_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="jsonl"):
        exporter("jsnl")


def test_two_exporters_of_one_name_stop_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "NAME", "site")
    with pytest.raises(CannotRun, match="Two exporters"):
        all_exporters()


def test_a_module_that_is_no_exporter_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(jsonl, "export")
    with pytest.raises(CannotRun, match="lacks export"):
        all_exporters()


# csv, rss, jsonld ---------------------------------------------------------------------------------------------------


def sheet(products: list[ProductDocument]) -> dict[str, dict[str, str]]:
    [(name, body)] = written(csv.export(FakeStore(products, []), None, Settings()))
    assert name == "products.csv"
    return {row["slug"]: row for row in DictReader(body.decode().splitlines())}


def test_the_sheet_keeps_unknown_apart_from_free(products: list[ProductDocument]) -> None:
    rows = sheet(products)
    assert (rows["mothwing"]["price"], rows["mothwing"]["price_state"]) == ("", "unknown")
    assert (rows["smelt-3b"]["price"], rows["smelt-3b"]["price_state"]) == ("0", "free")
    assert (rows["quarrel"]["price"], rows["quarrel"]["price_unit"]) == ("0.004", "answer")
    assert rows["corvid-run"]["verdict"] == ""


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\r=1", "＝1", "\u200b=1", "\n@x", "%0A", "|cmd"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert csv.cell(text).startswith("'")


def test_plain_words_stay_as_they_are() -> None:
    assert [csv.cell(text) for text in ("a=b", "1-2", None)] == ["a=b", "1-2", ""]


def test_the_feed_is_whole_whatever_the_words(products: list[ProductDocument]) -> None:
    odd = but(one(products, "quarrel"), name="A\x00\x0b<b>\ud800&]]>\uffff", homepage="javascript:alert(1)")
    [(name, body)] = list(rss.export(FakeStore([odd, one(products, "ferrykey")], []), None, Settings()))
    feed = ElementTree.fromstring(body)
    titles = [item.findtext("title") or "" for item in feed.iter("item")]
    assert name == "feed.xml"
    assert any(title.startswith("A<b>") for title in titles)
    assert any(title.startswith("Ferrykey: Ship · 5 ship / 0 skip") for title in titles)
    assert "javascript" not in body.decode()
    assert len({item.findtext("guid") for item in feed.iter("item")}) == len(titles)


def test_linked_data_has_no_offer_for_an_unknown_price(products: list[ProductDocument]) -> None:
    odd = but(one(products, "ferrykey"), name="</script><script>")
    [(name, body)] = written(jsonld.export(FakeStore([odd, one(products, "mothwing")], []), None, Settings()))
    ferrykey, mothwing = json.loads(body)["@graph"]
    assert name == "products.jsonld"
    assert "offers" not in mothwing
    assert [offer["name"] for offer in ferrykey["offers"]] == ["Team"]
    assert ferrykey["name"] == "</script><script>"
    assert "<" not in body.decode()


def test_the_letter_tells_the_week_and_escapes_its_words(products: list[ProductDocument]) -> None:
    odd = but(one(products, "ferrykey"), name="[x](javascript:alert(1)) <img src=x> **b**")
    old = but(one(products, "lanternbox"), panel=None)
    [(name, body)] = list(newsletter.export(FakeStore([odd, old, one(products, "quarrel")], []), None, Settings()))
    letter = body.decode()
    assert name == "newsletter.md"
    assert r"\[x\]\(javascript\:alert\(1\)\) \<img src=x\> \*\*b\*\*" in letter
    assert "**Ship · 5 ship / 0 skip**" in letter
    assert "Lanternbox" not in letter
    assert "16 → 19 USD a month, 19 Nov 2026" in letter
    assert "35 points on [Quarrel](<https://quarrel.example>): Builder 80, Skeptic 45" in letter


def test_a_day_of_the_letter_begins_with_what_ships(products: list[ProductDocument]) -> None:
    ship = but(one(products, "ferrykey"), name="Zither")
    assert ship.panel
    skip = but(ship, slug="abacus", name="Abacus", panel=ship.panel.model_copy(update={"verdict": "Skip"}))
    [(_, body)] = list(newsletter.export(FakeStore([skip, ship], []), None, Settings()))
    assert body.index(b"[Zither]") < body.index(b"[Abacus]")


def test_a_quiet_week_is_said() -> None:
    [(_, body)] = list(newsletter.export(FakeStore([], []), None, Settings()))
    assert "No verdict this week." in body.decode()


def test_the_dataset_is_a_card_and_the_lines(products: list[ProductDocument]) -> None:
    files = dict(written(hub.export(FakeStore(products, []), None, Settings())))
    assert set(files) == {"README.md", "lines.schema.json", "data/products.jsonl"}
    assert files["README.md"].startswith(b"---\n")
    assert len(files["data/products.jsonl"].splitlines()) == len(products)


def test_what_critics_contradict_each_other_on_stands_under_the_panel(products: list[ProductDocument]) -> None:
    document = next(found for found in products if found.panel and found.panel.verdict == "Ship")
    assert document.panel is not None
    note = "API: the pm says there is an API; the skeptic says there is no API"
    clash = ContradictionDoc(field="API", personas=["pm", "skeptic"], values=["there is an API", "none"], note=note)
    panel = document.panel.model_copy(update={"contradictions": [clash]})
    files = render_site([but(document, panel=panel)])
    assert note in words(files, f"products/{document.slug}.html")
