"""Words of a page that is on its way are about no product."""

from __future__ import annotations

import pytest
from stored import page as stored_page

from tools.page.extract import extract
from tools.page.interim import is_interim
from tools.page.record import record
from tools.products.shutdown import shut_down


@pytest.mark.parametrize(
    "text",
    [
        "Redirecting",
        "Redirecting…",
        "Redirecting to https://a.example/v5 …",
        "Just a moment...",
        "Loading...",
        "LOADING",
        "Loading prices",
        "One moment, please",
        "Please wait",
        "You are being redirected.",
        "Weiterleitung",
        "読み込み中…",
        "Checking your browser before accessing a.example",
        "Chargement en cours…",
    ],
)
def test_a_text_that_only_waits_is_interim(text: str) -> None:
    assert is_interim(text)


@pytest.mark.parametrize(
    "text", ["Loading Dock", "Redirecting traffic with Tarn", "A moment in time", "Momento", "Laden & Löschen", "Wait"]
)
def test_a_text_that_names_something_is_not(text: str) -> None:
    assert not is_interim(text)


@pytest.mark.parametrize("words", ["Redirecting…", "Just a moment...", "Loading..."])
def test_a_page_that_is_on_its_way_names_nothing_and_has_no_tagline(words: str) -> None:
    page = f"<title>{words}</title><meta property=og:title content='{words}'><h1>{words}</h1><p>{words}</p>"
    facts = extract(page, "https://tarnqueue.example/").facts
    assert not [fact for fact in facts if fact.field in ("tagline", "description") and words in str(fact.value)]
    assert not [fact for fact in facts if fact.field == "name" and is_interim(str(fact.value))]


ENDED = "https://quillon.example/"


@pytest.mark.parametrize(
    ("title", "heard"),
    [
        ("Quillon is shutting down", True),
        ("Quillon | We have shut down", True),
        ("We stopped the service", True),
        ("Quillon stopped its v1 API", False),
        ("Another tool is shutting down", False),
        ("Quillon – letters that are sent", False),
    ],
)
def test_a_farewell_that_stands_in_the_title_alone_is_heard_and_names_nothing(title: str, heard: bool) -> None:
    html = f"<html><head><title>{title}</title></head><body><p>Thank you for the years together.</p></body></html>"
    said = shut_down(stored_page(ENDED, html), ["Quillon"])
    assert (said in title and bool(said)) is heard
    found = record(extract(html, ENDED))
    if heard:
        assert said not in (found["name"], found["tagline"])
