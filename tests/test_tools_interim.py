"""Words of a page that is on its way are about no product."""

from __future__ import annotations

import pytest

from tools.page.extract import extract
from tools.page.interim import is_interim


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
