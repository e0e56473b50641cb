"""Feeds, letters, tables and lists of sources, as their readers read them."""

from __future__ import annotations

import builtins
import io
import json
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup
from stored import fact, full_store, page, panel_of, plan, propose

from bench.many import fill
from tools.errors import CannotRun, UsageError
from tools.exporters import atom, exporter, jsonfeed, mail, newsletter, opml, parquet, rss
from tools.exporters._brief import brief
from tools.settings import Settings
from tools.store import Store
from tools.views.documents import DossierDoc, LaunchDoc, MeasureDoc, Observation, ProductDocument

HOSTILE = "<b>A</b>&]]>\x0b\u202e\"'\u2028é"
OURS = Settings({"site_url": "https://scout.example/tools/", "contact": "ed@scout.example"})


def whole(form: Any, store: Store, settings: Settings = OURS, after: int | None = None) -> bytes:
    return b"".join(piece for _, piece in form.export(store, after, settings))


@pytest.fixture
def known(store: Store) -> Store:
    full_store(store)
    of = page("https://hostile.example/")
    store.put_product(propose(store, of, plans=(plan(of, name=HOSTILE),), identity="url:hostile.example"))
    store.edit_product("acme", "name", HOSTILE, "", "ed")
    store.edit_product("acme", "plan:Solo", "20 USD/month", "", "ed")
    store.now.at = store.now.at.replace(hour=20)  # type: ignore[attr-defined] # the clock of the test
    store.edit_product("acme", "plan:Solo", "25 USD/month", "", "ed")
    store.set_status("thing-3", "rejected", "", "ed")
    return store


@pytest.mark.parametrize("form", [rss, atom])
def test_a_feed_reads_without_a_fault_and_leads_to_our_pages(known: Store, form: Any) -> None:
    feed = feedparser.parse(whole(form, known))
    assert not feed.bozo
    links = {entry.link for entry in feed.entries}
    assert "https://scout.example/tools/products/thing-1.html" in links
    assert "https://scout.example/tools/products/thing-3.html" not in links
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) > 10
    assert any(
        "<b>A</b>" in BeautifulSoup(entry.title, "html.parser").get_text() or "<b>A</b>" in entry.title
        for entry in feed.entries
    )
    assert {link.href for link in feed.feed.links if link.rel == "self"} == {f"https://scout.example/tools/{form.FILE}"}


def test_a_json_feed_tells_the_same_as_the_others(known: Store) -> None:
    feed = json.loads(whole(jsonfeed, known))
    others = feedparser.parse(whole(rss, known))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in feed["items"]] == [entry.link for entry in others.entries]
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in others.entries]
    assert feed["feed_url"] == "https://scout.example/tools/feed.json"


def test_without_a_site_a_feed_leads_to_the_product_and_names_no_address_of_its_own(known: Store) -> None:
    known.edit_product("acme", "homepage", "https://hostile.example/", "", "ed")
    feed = json.loads(whole(jsonfeed, known, Settings()))
    assert "feed_url" not in feed
    assert {item.get("url") for item in feed["items"]} == {None, "https://hostile.example/"}


def test_an_empty_store_gives_whole_feeds(store: Store) -> None:
    for form in (rss, atom):
        assert not feedparser.parse(whole(form, store)).bozo
    assert json.loads(whole(jsonfeed, store))["items"] == []


def test_sources_are_listed_for_feed_readers_and_what_is_no_feed_as_a_link(store: Store) -> None:
    store.add_source("made <up>", "https://news.example/feed?a=b&c=d")
    store.add_source("resting", "https://rest.example/feed")
    store.put_source_state("resting", enabled=False)
    store.add_source("odd", "javascript:alert(1)")
    store.put_source_state("api", url="https://api.example/", kind="api")
    store.put_source_state("shelf", url="https://shelf.example/sitemap.xml", kind="listing")
    outlines = list(ElementTree.fromstring(whole(opml, store)).iter("outline"))
    told = ("text", "title", "xmlUrl", "isComment")
    assert [tuple(one.get(name) for name in told) for one in outlines] == [
        ("Made <up>", "made <up>", "https://news.example/feed?a=b&c=d", None),
        ("Resting", "resting", "https://rest.example/feed", "true"),
        ("Shelf", "shelf", None, None),
    ]
    assert [(one.get("type"), one.get("url")) for one in outlines][-1] == ("link", "https://shelf.example/sitemap.xml")


# mail ---------------------------------------------------------------------------------------------------------------


def letter(store: Store, settings: Settings = OURS) -> EmailMessage:
    raw = whole(mail, store, settings)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_the_letter_is_one_mail_of_text_and_html_with_a_way_out(known: Store) -> None:
    settings = OURS.but(unsubscribe_url="https://scout.example/leave?list=week")
    message = letter(known, settings)
    assert message["From"] == "Scout <ed@scout.example>"
    assert message["List-Unsubscribe"] == "<https://scout.example/leave?list=week>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert letter(known, settings).as_bytes() == message.as_bytes()


def test_without_an_address_to_click_one_leaves_by_mail(known: Store) -> None:
    message = letter(known)
    assert message["List-Unsubscribe"] == "<mailto:ed@scout.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


def test_the_plain_text_reads_by_itself(known: Store) -> None:
    part = letter(known).get_body(("plain",))
    assert part is not None
    text = part.get_content().replace("\r\n", "\n")
    assert "* Thing 1: Ship · 2 ship / 1 skip · 1 no take\n" in text
    assert "  https://scout.example/tools/products/thing-1.html\n" in text
    assert "Solo: 20 → 25 USD a month" in text
    assert "Thing 3:" not in text
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= 72


def test_the_html_loads_nothing_and_lets_no_word_be_markup(known: Store) -> None:
    part = letter(known).get_body(("html",))
    assert part is not None
    soup = BeautifulSoup(part.get_content(), "html.parser")
    assert not soup.find_all(["img", "link", "script", "iframe", "object", "video", "style", "b"])
    assert not [tag for tag in soup.find_all(True) if "src" in tag.attrs or "url(" in str(tag.get("style", ""))]
    assert "<b>A</b>" in soup.get_text()
    hrefs = {str(link["href"]).split("/tools/")[0] for link in soup.find_all("a")}
    assert hrefs == {"https://scout.example", "mailto:ed@scout.example?subject=unsubscribe"}


@pytest.mark.parametrize("contact", ["", "https://scout.example", "ed@scout", "a@b.example\nBcc: x@y.example"])
def test_a_letter_without_a_sender_is_refused_in_a_sentence(store: Store, contact: str) -> None:
    with pytest.raises(UsageError, match="SCOUT_CONTACT takes a mail address"):
        whole(mail, store, Settings({"contact": contact}))


@pytest.mark.parametrize("address", ["http://scout.example/leave", "https://a.example/>,<https://b.example/", "leave"])
def test_a_way_out_that_is_no_https_address_is_refused(store: Store, address: str) -> None:
    with pytest.raises(UsageError, match="SCOUT_UNSUBSCRIBE_URL takes an https address"):
        whole(mail, store, OURS.but(unsubscribe_url=address))


def test_the_markdown_letter_leads_to_our_pages(known: Store) -> None:
    assert "[Thing 1](<https://scout.example/tools/products/thing-1.html>)" in whole(newsletter, known).decode()


# parquet ------------------------------------------------------------------------------------------------------------


def test_a_table_holds_typed_columns_and_whole_documents_in_row_groups(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(parquet, "_ROWS", 10)
    fill(store, 25, originals=5)
    pieces = [piece for _, piece in parquet.export(store, None, OURS)]
    table = pq.ParquetFile(io.BytesIO(b"".join(pieces)))
    assert (table.num_row_groups, len(pieces)) == (3, 4)
    rows = table.read().to_pylist()
    documents = list(store.documents())
    assert [row["document"] for row in rows] == [document.model_dump_json() for document in documents]
    panel = documents[0].panel
    assert panel is not None
    assert (rows[0]["ships"], rows[0]["stale"], rows[0]["median"]) == (panel.ships, False, panel.median)
    assert rows[0]["first_seen"] == datetime.fromisoformat(documents[0].first_seen).astimezone(UTC)
    assert rows[1]["reviewed_at"] is None or documents[1].panel


def test_without_the_extra_the_table_says_which_one_is_missing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CannotRun, match=r"needs the extra `parquet`"):
        whole(parquet, store)


def test_every_form_is_known_by_its_name() -> None:
    for name in ("atom", "jsonfeed", "mail", "opml", "parquet"):
        assert name == exporter(name).NAME


def told(**values: Any) -> list[str]:
    lines = (Path(__file__).parent / "examples" / "site_products.jsonl").read_text(encoding="utf-8").splitlines()
    return brief(ProductDocument.model_validate_json(lines[0]).model_copy(update=values))


def launch(source: str, at: str, **numbers: float) -> LaunchDoc:
    seen = [Observation(metric=metric, value=value, at=at) for metric, value in numbers.items()]
    return LaunchDoc(
        id=f"{source}:1",
        source=source,
        title="Acme",
        tagline="Builds what changed",
        url=None,
        source_url="https://launches.example/1",
        launched_at=at,
        launched_at_basis="source",
        first_seen=at,
        observations=seen,
    )


NOTHING: dict[str, Any] = {
    **dict.fromkeys(("tagline", "description", "category", "license")),
    "dossier": DossierDoc(),
    "price_history": [],
    "launches": [],
    "plans": [],
    "facts": {},
    "pricing_model": "unknown",
}


def test_a_product_of_which_nothing_is_known_is_told_in_one_sentence() -> None:
    assert told(**NOTHING) == ["Price to start: Unknown."]


def test_a_product_without_a_verdict_is_told_by_what_it_is_costs_and_where_it_launched() -> None:
    places = [
        launch("product_hunt", "2026-11-19T09:00:00Z"),
        launch("show_hn", "2026-11-18T09:00:00Z", points=120, comments=34),
        *(launch(f"feed_{n}", f"2026-11-2{n}T09:00:00Z") for n in range(3)),
    ]
    released = MeasureDoc(
        metric="released_at", value=20_770, at="2026-11-20T09:00:00Z", url="https://a.example/", quote="x"
    )
    values = {**NOTHING, "category": "testing", "license": "MIT", "launches": places}
    values |= {"pricing_model": "open-source", "dossier": DossierDoc(measures=[released])}
    assert told(**values) == [
        "Builds what changed.",
        "Category: Testing; licence: MIT.",
        "Price to start: Free, open source.",
        "Last release: 13 Nov 2026.",
        (
            "Launched on Show HN, 18 Nov 2026 (120 points, 34 comments), on Product Hunt, 19 Nov 2026, on Feed 0, 20 Nov 2026, "
            "and in 2 more places."
        ),
    ]


def test_a_description_stands_in_for_a_tagline_by_its_first_sentences() -> None:
    values = {**NOTHING, "description": "It builds what changed! Nothing else is built. " + "More of it. " * 60}
    assert told(**values)[0].startswith("It builds what changed! Nothing else is built.")
    assert len(told(**values)[0]) <= 300


def test_a_feed_tells_a_product_that_no_panel_has_met_on_until_one_has(store: Store) -> None:
    of = page("https://newcomer.example/", "<h1>Newcomer</h1>")
    slug = store.put_product(propose(store, of, fact(of, value="Newcomer"), identity="url:newcomer.example")).slug
    entries = [entry for entry in feedparser.parse(whole(atom, store)).entries if "Newcomer" in entry.title]
    assert [entry.title for entry in entries] == ["Newcomer: Not reviewed yet"]
    assert "Price to start: " in entries[0].summary
    store.put_panel(panel_of(store, slug), reviewer="rules")
    entries = [entry for entry in feedparser.parse(whole(atom, store)).entries if "Newcomer" in entry.title]
    assert [entry.title.partition(":")[0] for entry in entries] == ["Newcomer"]
    assert "Not reviewed yet" not in entries[0].title
