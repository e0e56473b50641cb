"""Sources that are read against what was there before, and those whose entries have pages of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tools import source_reading
from tools.errors import PageTooLarge, SourceError, UsageError
from tools.source_reading import NAMES_TYPE, Listed
from tools.sources import awesome_lists, dev_to, homebrew, lobsters, mcp_registry
from tools.workbench import Workbench


@pytest.fixture
def bench(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    for module in (awesome_lists, dev_to, homebrew, lobsters, mcp_registry):
        monkeypatch.setattr(module, "PACE_S", 0.0)
    monkeypatch.setattr(homebrew, "EVERY", timedelta(0))
    settings = site.settings(
        contact="tests@example.org",
        browser="off",
        retries=0,
        homebrew_url=site.url("/brew"),
        dev_to_url=site.url("/dev"),
        mcp_registry_url=site.url("/mcp"),
        lobsters_url=site.url(""),
        awesome_lists=f"{site.url('/one.md')},{site.url('/two.md')}",
        max_body_bytes=2_000,
    )
    with Workbench(settings, tmp_path / "store.db") as opened:
        yield opened


def read(bench: Workbench, name: str, limit: int | None = None) -> Listed:
    found: Listed = bench.run(bench.reader.read_source(name, bench.now() - timedelta(days=2), limit))
    return found


def ids(listed: Listed) -> list[str]:
    return sorted(launch.source_id for launch in listed.launches)


def brew(site: Any, *new: str, tag: str = "a") -> None:
    """Homebrew with forty formulae and these new ones."""
    names = [f"there-{number}" for number in range(40)]
    site.page("/brew/api/formula.json", json.dumps([{"name": name} for name in [*names, *new]]), etag=f'"{tag}"')
    site.page("/brew/api/cask.json", json.dumps([{"token": name} for name in names]), etag='"c"')
    for name in new:
        formula = {"name": name, "desc": "New", "homepage": f"https://{name}.example/"}
        site.page(f"/brew/api/formula/{name}.json", json.dumps(formula))


def test_the_first_reading_finds_nothing_and_keeps_the_names(site: Any, bench: Workbench) -> None:
    brew(site)
    assert ids(read(bench, "homebrew")) == []
    kept = bench.store.latest_page(site.url("/brew/api/formula.json"))
    assert kept is not None
    assert kept.content_type == NAMES_TYPE
    assert len(json.loads(kept.body)) == 40
    assert not bench.store.verify()


def test_what_is_new_is_read_once_and_the_list_with_its_validators(site: Any, bench: Workbench) -> None:
    brew(site)
    read(bench, "homebrew")
    brew(site, "tarn", "fell", tag="b")
    assert ids(read(bench, "homebrew")) == ["formula/fell", "formula/tarn"]
    assert ids(read(bench, "homebrew")) == ["formula/fell", "formula/tarn"]  # those of the window, from the store
    lists = [one.headers.get("if-none-match") for one in site.asked("/brew/api/formula.json")]
    assert lists == [None, '"a"', '"b"']
    assert len(site.asked("/brew/api/formula/tarn.json")) == 1
    assert [one.page != "" and one.raw != "" for one in bench.store.launches("homebrew")] == [True, True]


def test_a_list_is_not_asked_for_again_within_the_day(
    site: Any, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homebrew, "EVERY", timedelta(hours=20))
    brew(site)
    read(bench, "homebrew")
    read(bench, "homebrew")
    assert len(site.asked("/brew/api/formula.json")) == 1


@pytest.mark.parametrize(("status", "again"), [(500, ["formula/fell", "formula/tarn"]), (404, ["formula/fell"])])
def test_an_entry_that_may_yet_be_had_is_looked_for_again(
    site: Any, bench: Workbench, status: int, again: list[str]
) -> None:
    brew(site)
    read(bench, "homebrew")
    brew(site, "tarn", "fell", tag="b")
    page = json.dumps({"name": "tarn", "homepage": "https://tarn.example/"})
    site.page("/brew/api/formula/tarn.json", "no", status=status)
    listed = read(bench, "homebrew")
    assert ids(listed) == ["formula/fell"]
    [failed] = listed.failures
    assert failed.part.startswith("entry formula/tarn (")
    site.page("/brew/api/formula/tarn.json", page)
    assert ids(read(bench, "homebrew")) == again


def test_a_limit_leaves_the_rest_for_the_next_reading(site: Any, bench: Workbench) -> None:
    brew(site)
    read(bench, "homebrew")
    brew(site, "tarn", "fell", "ivy", tag="b")
    assert len(read(bench, "homebrew", limit=1).launches) == 1
    assert ids(read(bench, "homebrew")) == ["formula/fell", "formula/ivy", "formula/tarn"]


def test_killed_between_list_and_launches_nothing_is_lost(
    site: Any, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    brew(site)
    read(bench, "homebrew")
    brew(site, "tarn", tag="b")

    def killed(*_: Any) -> None:
        raise OSError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(bench.store, "put_launches", killed)
        with pytest.raises(OSError, match="went down"):
            read(bench, "homebrew")
    assert ids(read(bench, "homebrew")) == ["formula/tarn"]


def test_only_a_source_with_large_lists_may_send_one(site: Any, bench: Workbench) -> None:
    large = json.dumps([{"name": f"there-{number}", "desc": "x" * 100} for number in range(400)])
    brew(site)
    site.page("/brew/api/formula.json", large)
    assert not read(bench, "homebrew").failures
    site.page("/t/show.json", large)
    site.page("/newest.json", "[]")
    [failed] = read(bench, "lobsters").failures
    assert isinstance(failed.cause.__cause__, PageTooLarge)


def test_many_failing_entries_leave_the_others_alone(
    site: Any, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_reading, "MOST_FAILED", 3)
    brew(site)
    read(bench, "homebrew")
    brew(site, *(f"new-{number}" for number in range(10)), tag="b")
    for number in range(10):
        site.page(f"/brew/api/formula/new-{number}.json", "no", status=500)
    assert len(read(bench, "homebrew").failures) == 3
    brew(site, *(f"new-{number}" for number in range(10)), tag="c")
    assert len(read(bench, "homebrew").launches) == 10


def test_of_two_lists_one_may_fail(site: Any, bench: Workbench) -> None:
    site.page("/one.md", "- [Old](https://old.example/) - Was there.\n")
    site.page("/two.md", "- [Old](https://old.example/) - Was there.\n")
    assert ids(read(bench, "awesome_lists")) == []
    site.page("/one.md", "no", status=500)
    site.page("/two.md", "- [Old](https://old.example/)\n- [Tarn](https://tarn.example/) - A queue.\n")
    listed = read(bench, "awesome_lists")
    assert [(one.name, one.tagline) for one in listed.launches] == [("Tarn", "A queue.")]
    assert [failed.kind for failed in listed.failures] == ["SourceError"]
    assert bench.store.page(listed.launches[0].page) is not None
    site.page("/one.md", "- [Old](https://old.example/)\n- [Fell](https://fell.example/)\n")
    assert {one.name for one in read(bench, "awesome_lists").launches} == {"Tarn", "Fell"}


def test_articles_are_read_where_they_stand_and_within_the_window(site: Any, bench: Workbench) -> None:
    now = bench.now()
    rows = [
        {"id": 1, "title": "I built Tarn", "published_timestamp": (now - timedelta(hours=2)).isoformat()},
        {"id": 2, "title": "I built Fell", "published_timestamp": (now - timedelta(days=5)).isoformat()},
    ]
    site.page("/dev/api/articles", json.dumps(rows))
    body = '<a href="https://tarn.example/">Tarn</a>'
    site.page("/dev/api/articles/1", json.dumps({**rows[0], "body_html": body, "public_reactions_count": 7}))
    [launch] = read(bench, "dev_to").launches
    assert (launch.name, launch.url, launch.observations) == ("Tarn", "https://tarn.example/", {"points": 7.0})
    assert not site.asked("/dev/api/articles/2")
    assert site.asked("/dev/api/articles/1")[0].headers["accept"] == "application/vnd.forem.api-v1+json"
    read(bench, "dev_to")
    assert len(site.asked("/dev/api/articles/1")) == 1
    [path] = {one.path for one in site.asked() if one.path.startswith("/dev/api/articles?")}
    assert bench.store.latest_page(site.url(path)) is None  # no launch cites it
    assert bench.store.page(launch.page) is not None
    assert bench.reader.granted("https://tarn.example/")


def serve_servers(site: Any, cursors: dict[str, str]) -> None:
    """A registry whose page at each cursor holds one server, twice, and names the next cursor."""

    async def answer(request: Any, writer: Any) -> None:
        cursor = parse_qs(urlsplit(request.path).query).get("cursor", [""])[0]
        row = {"server": {"name": f"a.b/s{cursor}", "repository": {"url": f"https://github.com/a/s{cursor}"}}}
        following = cursors.get(cursor, f"{int(cursor or 0) + 1}" if not cursors else "")
        body = json.dumps({"servers": [row, row], "metadata": {"nextCursor": following}}).encode()
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    site.behave("/mcp/v0.1/servers", answer)


def test_paging_that_goes_round_ends_and_repeats_nothing(site: Any, bench: Workbench) -> None:
    serve_servers(site, {"": "1", "1": "2", "2": "1"})
    listed = read(bench, "mcp_registry")
    assert ids(listed) == ["a.b/s", "a.b/s1", "a.b/s2"]
    assert not listed.failures
    assert len(site.asked()) == 3


def test_paging_without_end_is_cut_and_named(site: Any, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_reading, "MOST_LISTS", 4)
    serve_servers(site, {})
    listed = read(bench, "mcp_registry")
    assert len(listed.launches) == 4
    assert [failed.cause.reason for failed in listed.failures] == ["its lists lead on after 4 pages"]


def test_a_list_that_is_newest_first_ends_with_the_window(site: Any, bench: Workbench) -> None:
    def page(name: str, days: int) -> str:
        at = (bench.now() - timedelta(days=days)).isoformat()
        return json.dumps([{"short_id": name, "title": f"{name}: a tool", "created_at": at, "tags": ["show"], "url": f"https://{name}.example/"}])  # fmt: skip

    site.page("/t/show.json", page("tarn", 1))
    site.page("/t/show/page/2.json", page("fell", 3))
    site.page("/newest.json", "[]")
    assert ids(read(bench, "lobsters")) == ["tarn"]
    assert not site.asked("/t/show/page/3.json")


def test_a_site_without_an_api_is_read_under_its_robots_txt(site: Any, bench: Workbench) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /\n")
    with pytest.raises(SourceError, match=r"robots\.txt"):
        read(bench, "lobsters")


def test_a_source_that_wants_a_setting_says_which(bench: Workbench) -> None:
    from jobs.crawl import CrawlRequest, crawl

    with pytest.raises(UsageError, match="new_packages is off: set SCOUT_NEW_PACKAGES_URL"):
        read(bench, "new_packages")
    with pytest.raises(UsageError, match="npm_changes is off: set SCOUT_NPM_CHANGES_URL"):
        crawl(Path(bench.store.path).with_name("other.db"), bench.settings, CrawlRequest(names=("npm_changes",)))


def test_a_followed_feed_keeps_its_name_from_a_source_that_comes_later(site: Any, bench: Workbench) -> None:
    from jobs.listing import sources

    feed = "<rss version='2.0'><channel><title>Shown</title><item><title>Tarn – a queue</title><link>https://tarn.example/</link></item></channel></rss>"
    site.page("/t/show.rss", feed)
    bench.store.add_source("lobsters", site.url("/t/show.rss"))
    [launch] = read(bench, "lobsters").launches
    assert (launch.id, launch.url) == ("lobsters:https://tarn.example/", "https://tarn.example/")
    assert not site.asked("/t/show.json")
    [row] = [row for row in sources(bench.store.path, bench.settings) if row["name"] == "lobsters"]
    assert (row["access"], row["url"]) == ("feed", site.url("/t/show.rss"))


def test_a_source_may_be_disabled_before_it_was_ever_read(bench: Workbench) -> None:
    from jobs.listing import sources
    from jobs.upkeep import disable

    disable(bench.store, "homebrew", "too large for this line", "ann")
    rows = {row["name"]: row for row in sources(bench.store.path, bench.settings)}
    assert not rows["homebrew"]["enabled"]
    assert rows["homebrew"]["state"] == "disabled by ann: too large for this line"
    assert rows["new_packages"]["state"].startswith("off: set SCOUT_NEW_PACKAGES_URL")
    assert not rows["new_packages"]["enabled"]
    assert rows["lobsters"]["enabled"]


def test_the_list_of_sources_says_what_to_set_without_folding_it(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from jobs.cli import cli

    said = CliRunner().invoke(cli, ["source", "ls", "--store", str(tmp_path / "none.db")], env={"COLUMNS": "60"}).output
    assert "new_packages is off: set SCOUT_NEW_PACKAGES_URL to an index's feed of newest packages" in said
    assert "lobsters is off" not in said
