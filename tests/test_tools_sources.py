import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tools.errors import CannotRun, SourceChanged, UnknownName
from tools.settings import Settings
from tools.sources import all_sources, gather, show_hn, source

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def corpus(name: str) -> str:
    path = SHARED / "corpus" / name
    if not path.exists():
        pytest.skip(f"{name}: the shared corpus is not beside this repository")
    return path.read_text(encoding="utf-8", errors="replace")


def test_every_source_is_found_and_stated() -> None:
    for name, module in all_sources().items():
        assert name == module.NAME
        assert module.ACCESS in ("api", "feed", "html")
        assert module.PACE_S > 0
        assert module.__doc__
        assert module.HOMEPAGE.startswith("https://")


def test_unknown_source_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="show_hn"):
        source("show_hm")


def test_twins_and_half_sources_stop_the_program() -> None:
    with pytest.raises(CannotRun, match="Two sources"):
        gather([show_hn, show_hn])
    with pytest.raises(CannotRun, match="PACE_S"):
        gather([ModuleType("tools.sources.empty")])


# ---------------------------------------------------------------------------------------------------------- Show HN


def hit(number: int, title: str, at: int = 1_795_000_000, **more: object) -> dict[str, object]:
    return {"objectID": str(number), "title": title, "created_at_i": at, "points": 3, "num_comments": 1, **more}


def answer(hits: list[object], total: int | None = None) -> str:
    return json.dumps({"hits": hits, "nbHits": len(hits) if total is None else total, "page": 0})


def test_show_hn_reads_a_launch() -> None:
    row = hit(7, "Show HN: Tarn – A queue in one file", url="https://github.com/o/tarn", author="ann")
    [launch] = show_hn.launches(answer([row]), "https://hn.algolia.com/api/v1/search_by_date")
    assert (launch.id, launch.name, launch.tagline) == ("show_hn:7", "Tarn", "A queue in one file")
    assert (launch.kind, launch.repo_url) == ("repo", "https://github.com/o/tarn")
    assert launch.makers == ("ann",)
    assert launch.observations == {"points": 3.0, "comments": 1.0}
    assert launch.launched_at is not None
    assert launch.launched_at.timestamp() == 1_795_000_000


def test_show_hn_keeps_the_text_of_a_post_without_address() -> None:
    row = hit(8, "Show HN: Ivy", url=None, story_text="<p>First line.<p>Second &amp; last.")
    [launch] = show_hn.launches(answer([row]), "")
    assert launch.url is None
    assert launch.source_url == "https://news.ycombinator.com/item?id=8"
    assert launch.description == "First line.\nSecond & last."


def test_show_hn_row_stands_verbatim_in_the_page() -> None:
    page = '{ "nbHits": 1, "other": [1, {"hits": []}],\n "hits": [ {"objectID":"9" , "title":"Show HN: A – b", "created_at_i": 5}] }'
    [launch] = show_hn.launches(page, "")
    assert launch.raw == '{"objectID":"9" , "title":"Show HN: A – b", "created_at_i": 5}'


@pytest.mark.parametrize(
    ("title", "name", "tagline"),
    [
        ("Show HN: Deploy-log – View logs from the terminal", "Deploy-log", "View logs from the terminal"),
        ("Launch HN: Acme Robotics (YC S25) – Arms for labs", "Acme Robotics", "Arms for labs"),
        ("Show HN: Eyot, a language for GPUs", "Eyot", "a language for GPUs"),
        ("Show HN: Peppy: a simpler ROS", "Peppy", "a simpler ROS"),
        ("Show HN: I wrote down every mistake I ever saw", "", "I wrote down every mistake I ever saw"),
        ("Show HN: Tarn", "Tarn", ""),
        ("show hn - Tarn - queue", "Tarn", "queue"),
    ],
)
def test_show_hn_titles(title: str, name: str, tagline: str) -> None:
    [launch] = show_hn.launches(answer([hit(1, title)]), "")
    assert (launch.name, launch.tagline) == (name, tagline)


def test_show_hn_passes_over_other_stories() -> None:
    page = answer([hit(1, "How we launched"), hit(2, "Ask HN: Launch HN?"), hit(3, "Launch HN: X – y")])
    assert [launch.source_id for launch in show_hn.launches(page, "")] == ["3"]


def test_show_hn_window_is_asked_by_the_hour_and_in_slices() -> None:
    first, second = show_hn.requests(Settings(), NOW - timedelta(days=2, minutes=-17), NOW)
    same, _ = show_hn.requests(Settings(), NOW - timedelta(days=2, minutes=-19), NOW)
    assert first == same
    assert "tags=show_hn" in first
    assert "Launch+HN" in second
    page = answer([hit(1, "Show HN: A", at=900), hit(2, "Show HN: B", at=800)], total=1500)
    following = show_hn.next_request(page, first)
    assert following is not None
    assert "created_at_i%3C%3D800" in following
    assert show_hn.next_request(page, following) is None  # no progress: the same slice again
    assert show_hn.next_request(answer([hit(1, "Show HN: A")]), first) is None


@pytest.mark.parametrize(
    "page",
    ["", "<html><body>Service unavailable</body></html>", "[]", '{"message": "no"}', '{"hits": {}}', '{"hits": [1'],
)
def test_show_hn_without_its_envelope_has_changed(page: str) -> None:
    with pytest.raises(SourceChanged):
        list(show_hn.launches(page, "https://news.ycombinator.com/show"))


def test_a_source_with_mostly_broken_rows_has_changed() -> None:
    good, bad = hit(1, "Show HN: A"), {"objectID": "2", "headline": "Show HN: B"}
    assert len(list(show_hn.launches(answer([good, bad]), ""))) == 1
    with pytest.raises(SourceChanged, match="2 of 3"):
        list(show_hn.launches(answer([good, bad, "text"]), ""))


def test_a_valid_empty_answer_is_quiet() -> None:
    assert list(show_hn.launches(answer([]), "")) == []


@pytest.mark.parametrize(("name", "stories", "shown"), [("hn-newest-2026", 30, 10), ("hn-index-2014", 30, 1)])
def test_hacker_news_html_pages(name: str, stories: int, shown: int) -> None:
    page, url = corpus(f"listings/{name}.html"), "https://news.ycombinator.com/newest"
    assert len(show_hn.listing(page, url)) == stories
    launches = list(show_hn.launches(page, url))
    assert len(launches) == shown
    assert all(launch.observations["points"] > 0 for launch in launches)
