"""What a source's failure costs: the list, page or row it happened in, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tools.errors import SourceChanged, SourceError
from tools.source_reading import Listed
from tools.sources import github_search, show_hn
from tools.workbench import Workbench

POST = '<p>Try it: <a href="https://tarn.example/">tarn</a></p>'


@pytest.fixture
def bench(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    for module in (github_search, show_hn):
        monkeypatch.setattr(module, "PACE_S", 0.01)
    settings = site.settings(
        contact="tests@example.org",
        browser="off",
        retries=0,
        github_api_url=site.url("/gh"),
        show_hn_url=site.url("/hn"),
        hf_endpoint=site.url("/hub"),
        github_topics="cli",
    )
    with Workbench(settings, tmp_path / "store.db") as opened:
        yield opened


def read(bench: Workbench, name: str) -> Listed:
    since = bench.now() - timedelta(days=2)
    found: Listed = bench.run(bench.reader.read_source(name, since))
    return found


def repositories(bench: Workbench, page: int) -> str:
    made = (bench.now() - timedelta(hours=1)).isoformat()
    rows = [
        {"full_name": f"o/r{page}-{n}", "created_at": made, "stargazers_count": 900 - page, "html_url": "x"}
        for n in range(100)
    ]
    return json.dumps({"total_count": 2_000, "items": rows})


def serve_search(site: Any, bench: Workbench, last: Callable[[int], dict[str, Any] | None]) -> list[int]:
    """GitHub's search, by its pages; `last` says which of them fail, and how."""
    asked: list[int] = []

    async def answer(request: Any, writer: Any) -> None:
        number = len(asked) + 1
        asked.append(number)
        failing = last(number)
        body = b"{}" if failing else repositories(bench, number).encode()
        status = failing["status"] if failing else 200
        head = "".join(f"{key}: {value}\r\n" for key, value in (failing or {}).get("headers", {}).items())
        writer.write(f"HTTP/1.1 {status} X\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    site.behave("/gh/search/repositories", answer)
    return asked


@pytest.mark.parametrize("status", [403, 500, 404])
def test_a_page_that_fails_costs_what_follows_it_and_is_named(site: Any, bench: Workbench, status: int) -> None:
    serve_search(site, bench, lambda number: {"status": status} if number > 10 else None)
    listed = read(bench, "github_search")
    assert len(listed.launches) == 1_000
    [failed] = listed.failures
    assert failed.part.startswith(f"page 11 ({site.url('/gh/search/repositories')}")
    assert str(status) in str(failed)
    assert len(bench.store.launches()) == 1_000
    assert "page 11" in (bench.store.source_state("github_search") or {})["last_error"]


def test_a_rate_limit_in_the_middle_of_a_list_keeps_what_was_read(site: Any, bench: Workbench) -> None:
    limit = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(bench.now().timestamp()) + 3_600)}
    asked = serve_search(site, bench, lambda number: {"status": 403, "headers": limit} if number > 2 else None)
    listed = read(bench, "github_search")
    assert len(listed.launches) == 200
    assert len(asked) == 3
    assert [failed.failure_class for failed in listed.failures] == ["broken"]


def test_a_source_of_which_nothing_can_be_read_has_failed(site: Any, bench: Workbench) -> None:
    serve_search(site, bench, lambda number: {"status": 500})
    with pytest.raises(SourceError, match="could not be read"):
        read(bench, "github_search")
    site.page("/gh/search/repositories", '{"message": "no"}')
    with pytest.raises(SourceChanged):
        read(bench, "github_search")


def test_one_of_two_lists_in_another_shape_leaves_the_other(site: Any, bench: Workbench) -> None:
    story = {"objectID": "1", "title": "Show HN: Tarn – A queue", "story_text": POST}
    story["created_at_i"] = int(bench.now().timestamp()) - 60

    async def answer(request: Any, writer: Any) -> None:
        body = json.dumps({"hits": [story], "nbHits": 1}) if "show_hn" in request.path else "<html>no</html>"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}".encode())

    site.behave("/hn/search_by_date", answer)
    listed = read(bench, "show_hn")
    assert [launch.url for launch in listed.launches] == ["https://tarn.example/"]
    assert [failed.kind for failed in listed.failures] == ["SourceChanged"]
    assert bench.reader.granted("https://tarn.example/")


def test_a_list_of_the_hub_that_answers_504_is_named_and_the_others_are_kept(site: Any, bench: Workbench) -> None:
    made = f"{bench.now() - timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z}"
    for kind in ("models", "spaces", "datasets"):
        site.page(f"/hub/api/{kind}", json.dumps([{"id": f"o/{kind}", "likes": 3, "createdAt": made, "tags": []}]))
    site.page("/hub/api/daily_papers", "[]")
    site.page("/hub/api/spaces", "no", status=504)
    listed = read(bench, "hugging_face")
    assert {launch.source_id for launch in listed.launches} == {"models/o/models", "datasets/o/datasets"}
    assert {failed.part for failed in listed.failures} == {"trending spaces", "newest spaces"}
    assert all("504" in str(failed) for failed in listed.failures)


def test_the_report_of_a_crawl_names_the_part_that_failed(site: Any, bench: Workbench) -> None:
    from agents.run.task import run_task

    serve_search(site, bench, lambda number: {"status": 500} if number > 1 else None)
    since = (bench.now() - timedelta(days=2)).isoformat()
    result = run_task("crawl", bench, arguments={"source": "github_search", "since": since, "limit": 2})
    assert result.state == "trouble"
    [failed] = [row for row in result.failures if "part" in row]
    assert failed["source"] == "github_search"
    assert failed["part"].startswith("page 2 (")
    assert failed["class"] == "broken"
    assert result.output["launches"] == 2


def test_an_essay_of_a_feed_is_a_sighting_and_no_product(site: Any, bench: Workbench) -> None:
    from agents.run.task import run_task

    site.page("/tarn", "<title>Tarn: a queue</title><h1>Tarn</h1><p>A queue in one file for people who wait.</p>")
    items = [
        ("Tarn – a queue", site.url("/tarn"), "A queue."),
        ("Why I gave up on queues", site.url("/posts/1"), "It was <a href='https://rival.example/'>too much</a>."),
    ]
    feed = "".join(
        f"<item><title>{title}</title><link>{link}</link><description>{escape(text)}</description></item>"
        for title, link, text in items
    )
    site.page("/feed", f"<rss version='2.0'><channel><title>Posts</title>{feed}</channel></rss>")
    bench.store.add_source("posts", site.url("/feed"))
    since = (bench.now() - timedelta(days=2)).isoformat()
    result = run_task("crawl", bench, arguments={"source": "posts", "since": since, "limit": None})
    assert (result.output["launches"], result.output["products"]) == (2, 1)
    assert [row["after"] for row in bench.store.changes_after(0, 100) if row["op"] == "new"] == ["Tarn"]


@pytest.mark.parametrize(("module", "token", "pace_s"), [(github_search, "", 6.0), (github_search, "t", 2.0)])
def test_a_search_is_asked_as_often_as_its_documentation_allows(module: ModuleType, token: str, pace_s: float) -> None:
    from tools.settings import Settings

    assert module.pace_s(Settings({"github_token": token})) == pace_s


def test_the_pace_of_a_source_is_kept(site: Any, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github_search, "PACE_S", 0.4)
    serve_search(site, bench, lambda number: {"status": 404} if number > 3 else None)
    begun = time.monotonic()
    read(bench, "github_search")
    at = [request.at for request in site.asked() if request.path.startswith("/gh/search")]
    assert len(at) == 4
    # counted from before the first: a busy server notes a request late, and what lies between two notes says little
    assert all(when - begun >= 0.4 * number for number, when in enumerate(at))
    assert time.monotonic() - begun < 30
