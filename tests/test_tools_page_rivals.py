"""Names that a page sets its product against: read where they are said, and nothing that only looks like one."""

from __future__ import annotations

import pytest

from tools.page.extract import extract

URL = "https://quernstone.example/"


def named(body: str, title: str = "Quernstone") -> list[str]:
    html = (
        f"<html><head><title>{title}</title></head><body><h1>Quernstone</h1><p>It mills data.</p>{body}</body></html>"
    )
    facts = [fact for fact in extract(html, URL).facts if fact.field == "rivals"]
    for fact in facts:
        assert all(any(name in item.quote for item in fact.evidence) for name in fact.value)
    return list(facts[0].value) if facts else []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Quernstone vs Gristwheel", ["Gristwheel"]),
        ("Gristwheel vs. Quernstone: which one?", ["Gristwheel"]),
        ("Quernstone vs Gristwheel vs Old Tun", ["Gristwheel", "Old Tun"]),
        ("vs Gristwheel", ["Gristwheel"]),
        ("An open source alternative to Gristwheel and Old Tun.", ["Gristwheel", "Old Tun"]),
        ("The 10 Best Gristwheel Alternatives", ["Gristwheel"]),
        ("Migrate from Gristwheel in an hour", ["Gristwheel"]),
        ("Switching over from Gristwheel.io is easy", ["Gristwheel.io"]),
        ("Half the price compared to Gristwheel", ["Gristwheel"]),
    ],
)
def test_a_name_that_is_compared_is_a_rival(text: str, names: list[str]) -> None:
    assert named(f"<p>{text}</p>") == names


@pytest.mark.parametrize(
    "text",
    [
        "Gristwheel vs Old Tun, seen from afar",  # two others
        "Quernstone vs Quernstone Pro",
        "Free vs Pro vs Enterprise",
        "An alternative to Spreadsheets",
        "Migrate from your old mill",
        "We moved from there to here",
        "No alternative",
        "VS Miller and Quernstone",  # in capitals it is a word of a name
    ],
)
def test_what_only_looks_like_a_rival_is_none(text: str) -> None:
    assert named(f"<p>{text}</p>") == []


def test_a_word_that_the_page_also_writes_small_is_no_name() -> None:
    assert named("<h2>Migrate From Legacy</h2><p>Many firms run legacy mills.</p>") == []
    assert named("<h2>Migrate From Legacy</h2>") == ["Legacy"]


def test_one_spelling_is_kept_and_the_shorter_name() -> None:
    assert named("<p>vs Gristwheel</p><p>vs GristWheel</p><p>An alternative to Great Gristwheel.</p>") == ["Gristwheel"]


def test_a_title_counts_and_what_is_hidden_does_not() -> None:
    assert named("", title="Quernstone vs Gristwheel") == ["Gristwheel"]
    assert named('<p style="display:none">vs Gristwheel</p>') == []
