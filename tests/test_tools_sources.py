import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tools.errors import CannotRun, SourceChanged, UnknownName
from tools.settings import Settings
from tools.sources import (
    all_sources,
    betalist,
    feed,
    gather,
    github_search,
    github_trending,
    product_hunt,
    show_hn,
    source,
)
from tools.sources._rows import pointers

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


# ---------------------------------------------------------------------------------------------------------- feeds

PH_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:www.producthunt.com,2005:/feed</id><title>Product Hunt</title><updated>2026-11-18T03:00:00-08:00</updated>
  <entry>
    <id>tag:www.producthunt.com,2005:Post/1300001</id>
    <published>2026-11-17T23:10:00-08:00</published><updated>2026-11-18T03:00:00-08:00</updated>
    <link rel="alternate" type="text/html" href="https://www.producthunt.com/products/tarn?utm_source=x"/>
    <title>Tarn &amp; Co</title>
    <content type="html">
      &lt;p&gt;
        Queues in one file &amp;amp; no server
      &lt;/p&gt;
      &lt;p&gt;
        &lt;a href="https://www.producthunt.com/products/tarn?utm_campaign=feed"&gt;Discussion&lt;/a&gt;
        |
        &lt;a href="https://www.producthunt.com/r/p/1300001?app_id=339"&gt;Link&lt;/a&gt;
      &lt;/p&gt;</content>
    <author><name>Ann</name></author>
  </entry>
  <entry>
    <id>tag:www.producthunt.com,2005:Post/1290000</id>
    <published>2026-10-20T23:10:00-07:00</published><updated>2026-11-18T03:00:00-08:00</updated>
    <link rel="alternate" type="text/html" href="https://www.producthunt.com/products/fell"/>
    <title>Fell</title>
    <content type="html">&lt;p&gt;Maps offline&lt;/p&gt;</content>
  </entry>
</feed>"""

BETALIST_FEED = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>BetaList</title>
<entry><id>https://betalist.com/startups/tarn</id><title>Tarn – Queues in one file</title>
<link rel="alternate" href="https://betalist.com/startups/tarn?utm_campaign=startup-1&amp;utm_medium=atom"/>
<published>2026-11-18T08:00:00Z</published><content type="html">&lt;p&gt;For teams without a broker.&lt;/p&gt;</content></entry>
</feed>"""

RSS_FEED = """<rss version="2.0"><channel><title>New things</title>
<item><title>Tarn: queues in one file</title><link>https://tarn.example/?utm_source=feed</link><guid>https://news.example/t-1</guid>
<author>ann@tarn.example (Ann)</author><pubDate>Wed, 18 Nov 2026 08:00:00 GMT</pubDate>
<description>&lt;b&gt;A queue&lt;/b&gt; without a server</description></item>
</channel></rss>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "New",
        "items": [
            {
                "id": "1",
                "title": "Tarn",
                "url": "/notes/1",
                "external_url": "https://github.com/o/tarn",
                "date_published": "2026-11-18T09:00:00+01:00",
                "content_html": "<p>A queue</p>",
                "authors": [{"name": "Ann"}],
                "tags": ["queue"],
            }
        ],
    }
)


def test_product_hunt_reads_tagline_redirect_and_address() -> None:
    first, second = product_hunt.launches(PH_FEED, "https://www.producthunt.com/feed")
    assert (first.id, first.title, first.tagline) == (
        "product_hunt:1300001",
        "Tarn & Co",
        "Queues in one file & no server",
    )
    assert first.url == "https://www.producthunt.com/r/p/1300001?app_id=339"
    assert first.source_url == "https://www.producthunt.com/products/tarn"
    assert first.description == ""
    assert first.observations == {}
    assert second.url is None


def test_product_hunt_takes_no_date_from_a_post_written_long_before() -> None:
    first, second = product_hunt.launches(PH_FEED, "https://www.producthunt.com/feed")
    assert (first.launched_at_basis, second.launched_at_basis) == ("feed_published", "first_seen")
    assert second.launched_at is None


def test_betalist_leads_to_the_startups_own_site() -> None:
    [launch] = betalist.launches(BETALIST_FEED, "https://feeds.feedburner.com/BetaList")
    assert (launch.id, launch.name, launch.tagline) == ("betalist:tarn", "Tarn", "Queues in one file")
    assert launch.url == "https://betalist.com/startups/tarn/visit"
    assert launch.source_url == "https://betalist.com/startups/tarn"
    assert launch.description == "For teams without a broker."


def test_generic_feed_carries_the_name_it_was_added_under() -> None:
    [launch] = feed.launches(RSS_FEED, "https://news.example/feed", name="news")
    assert (launch.id, launch.name, launch.tagline) == ("news:https://news.example/t-1", "Tarn", "queues in one file")
    assert launch.url == "https://tarn.example/"
    assert launch.makers == ("Ann",)
    assert launch.description == "A queue without a server"


def test_json_feed() -> None:
    [launch] = feed.launches(JSON_FEED, "https://news.example/feed.json", name="news")
    assert (launch.url, launch.kind, launch.tags) == ("https://github.com/o/tarn", "repo", ("queue",))
    assert launch.launched_at == datetime(2026, 11, 18, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("module", "text"), [(product_hunt, PH_FEED), (betalist, BETALIST_FEED), (feed, RSS_FEED), (feed, JSON_FEED)]
)
def test_feed_rows_stand_verbatim_in_the_feed(module: ModuleType, text: str) -> None:
    for launch in module.launches(text, "https://news.example/feed"):
        assert launch.raw
        assert launch.raw in text


@pytest.mark.parametrize("module", [product_hunt, betalist, feed])
@pytest.mark.parametrize(
    "page", ["", "<html><body><h1>Something went wrong</h1></body></html>", '{"items": 3}', "\x00"]
)
def test_a_page_that_is_no_feed_has_changed(module: ModuleType, page: str) -> None:
    with pytest.raises(SourceChanged):
        list(module.launches(page, "https://news.example/feed"))


@pytest.mark.parametrize("module", [product_hunt, betalist])
def test_a_feed_of_other_things_has_changed(module: ModuleType) -> None:
    with pytest.raises(SourceChanged, match="1 of 1"):
        list(module.launches(RSS_FEED, "https://news.example/feed"))


def test_an_empty_feed_is_quiet() -> None:
    empty = '<rss version="2.0"><channel><title>New</title></channel></rss>'
    assert list(feed.launches(empty, "https://news.example/feed")) == []


def test_a_feed_cannot_blow_up_by_its_entities() -> None:
    nested = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{nested}]>' + RSS_FEED.replace("Tarn:", "&l9;")
    total = sum(len(launch.title) for launch in feed.launches(bomb, "https://news.example/feed"))
    assert total < 1_000


def test_every_feed_of_the_corpus_is_read_or_refused_by_name() -> None:
    folder = SHARED / "corpus" / "feeds"
    if not folder.exists():
        pytest.skip("the shared corpus is not beside this repository")
    read, refused = 0, 0
    for path in sorted(folder.iterdir()):
        try:
            read += 1 + 0 * len(list(feed.launches(path.read_text("utf-8", errors="replace"), "https://news.example/")))
        except SourceChanged:
            refused += 1
    assert read + refused == len(list(folder.iterdir()))
    assert read >= 25  # the others hold one entry without a title, to show something else


def test_product_hunt_home_page() -> None:
    page = corpus("listings/producthunt-home-2026.html")
    rows = product_hunt.listing(page, "https://www.producthunt.com/")
    assert len(rows) == 19
    assert rows[0] == {
        "name": "Song Sweeper",
        "url": "https://www.producthunt.com/products/song-sweeper",
        "tagline": "Clean up your music library",
    }


# --------------------------------------------------------------------------------------------------------- GitHub

TRENDING = """<html><head><title>Trending</title></head><body><div>
<article class="Box-row"><h2 class="h3"><a href="/o/tarn"><span>o / </span> tarn</a></h2><p class="col-9">Queues in
 one file</p><span itemprop="programmingLanguage">Rust</span><a href="/o/tarn/stargazers"> 1,234 </a>
 <a href="/o/tarn/forks">56</a><a href="/sponsors/o">Sponsor</a><span>78 stars today</span></article>
<article class="Box-row"><h1 class="h3"><a href="/o/fell.js"><span>o / </span> fell.js</a></h1>
 <a href="/o/fell.js/network/members">7</a></article>
<article class="Box-row"><h2><a href="/sponsors/ads-inc">ads-inc</a></h2><p>Buy this</p></article>
</div></body></html>"""


def test_github_trending_reads_rows_and_passes_over_sponsors() -> None:
    first, second = github_trending.launches(TRENDING, "https://github.com/trending?since=daily")
    assert (first.id, first.title, first.tagline) == ("github_trending:o/tarn", "o/tarn", "Queues in one file")
    assert first.tags == ("Rust",)
    assert first.observations == {"stars": 1234.0, "forks": 56.0, "stars_today": 78.0}
    assert (second.tagline, second.tags, second.observations) == ("", (), {"forks": 7.0})
    assert first.launched_at is None


def test_github_trending_error_page_has_changed() -> None:
    with pytest.raises(SourceChanged, match="Unicorn"):
        list(github_trending.launches("<title>Unicorn! · GitHub</title><p>No server", "https://github.com/trending"))


@pytest.mark.parametrize(("days", "period"), [(2, "daily"), (7, "weekly"), (30, "monthly")])
def test_github_trending_period_follows_the_window(days: int, period: str) -> None:
    [url] = github_trending.requests(Settings(), NOW - timedelta(days=days), NOW)
    assert url == f"https://github.com/trending?since={period}"


def test_github_trending_page_of_2023() -> None:
    rows = github_trending.listing(corpus("listings/github-trending-2023.html"), "https://github.com/trending")
    assert len(rows) == 25
    assert rows[0]["name"] == "smol-ai/developer"
    assert sum(row["tagline"] is None for row in rows) == 1


def repository(name: str, stars: int = 50, **more: object) -> dict[str, object]:
    return {
        "full_name": name,
        "html_url": f"https://github.com/{name}",
        "description": "Queues",
        "homepage": "https://rival.example",
        "created_at": "2026-11-17T10:00:00Z",
        "stargazers_count": stars,
        "forks_count": 2,
        "topics": ["queue"],
        "license": {"spdx_id": "MIT"},
        **more,
    }


def search_answer(items: list[object], total: int | None = None) -> str:
    return json.dumps({"total_count": len(items) if total is None else total, "items": items})


def test_github_search_reads_repositories() -> None:
    page = search_answer(
        [
            repository("O/Tarn"),
            repository("o/copy", fork=True),
            repository("o/old", archived=True),
            repository("o/x", license=None),
        ]
    )
    first, second = github_search.launches(page, "https://api.github.com/search/repositories?q=x")
    assert (first.id, first.name, first.license, first.tags) == ("github_search:o/tarn", "Tarn", "MIT", ("queue",))
    assert first.url == "https://github.com/O/Tarn"  # a repository may name any homepage: it proves nothing
    assert first.launched_at == datetime(2026, 11, 17, 10, tzinfo=UTC)
    assert second.license == ""


def test_github_search_asks_by_topic_page_and_slice() -> None:
    settings = Settings().but(github_topics="cli,mcp")
    urls = github_search.requests(settings, NOW - timedelta(days=2), NOW)
    assert len(urls) == 2
    assert "created%3A%3E%3D2026-11-16" in urls[0]
    assert "topic%3Acli" in urls[0]
    page = search_answer([repository("o/a", 90), repository("o/b", 80)], total=250)
    second = github_search.next_request(page, urls[0])
    assert second is not None
    assert second.endswith("page=2")
    third = github_search.next_request(page, second)
    assert third is not None
    assert github_search.next_request(page, third) is None
    tenth = urls[0] + "&page=10"
    sliced = github_search.next_request(search_answer([repository("o/b", 80)], total=4000), tenth)
    assert sliced is not None
    assert "stars%3A20..80" in sliced
    assert github_search.next_request(search_answer([repository("o/b", 80)], total=4000), sliced + "&page=10") is None
    assert github_search.next_request(search_answer([]), urls[0]) is None


@pytest.mark.parametrize("page", ["", "[]", '{"message": "API rate limit exceeded"}', "<html>"])
def test_github_search_without_its_envelope_has_changed(page: str) -> None:
    with pytest.raises(SourceChanged):
        list(github_search.launches(page, "https://api.github.com/search/repositories"))


def test_github_addresses_of_a_repository() -> None:
    assert github_search.readme_url(Settings(), "o/tarn") == "https://api.github.com/repos/o/tarn/readme"
    assert github_search.repo_api_url(Settings(), "o/tarn") == "https://api.github.com/repos/o/tarn"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/o/tarn/tree/main", ("repo", "https://github.com/o/tarn", "")),
        ("https://www.github.com/o/tarn.git", ("repo", "https://github.com/o/tarn", "")),
        ("https://github.com/o", ("product", "", "")),
        ("https://huggingface.co/o/m", ("model", "", "models/o/m")),
        ("https://huggingface.co/spaces/o/s", ("space", "", "spaces/o/s")),
        ("https://huggingface.co/blog/x", ("product", "", "")),
        (None, ("product", "", "")),
    ],
)
def test_pointers_of_an_address(url: str | None, expected: tuple[str, str, str]) -> None:
    assert pointers(url) == expected


def test_sources_that_can_be_searched_by_name() -> None:
    assert show_hn.search(Settings(), "Tarn DB") == [
        "https://hn.algolia.com/api/v1/search?query=Tarn+DB&tags=story&hitsPerPage=30"
    ]
    [url] = github_search.search(Settings(), "tarn")
    assert url.startswith("https://api.github.com/search/repositories?q=tarn%20in%3Aname&")


# ---------------------------------------------------------------------------------------------------- hostile rows

ODD: list[object] = [None, [], {}, "x", 1e30, -1, True, [1], {"a": 1}, "\u0000", "https://[::1", 10**400]
ROWS = [
    (show_hn, hit(1, "Show HN: A – b", url="https://a.example/", author="ann", story_text="<p>x"), answer),
    (github_search, repository("o/a"), search_answer),
    (feed, json.loads(JSON_FEED)["items"][0], lambda items: json.dumps({**json.loads(JSON_FEED), "items": items})),
]


@pytest.mark.parametrize(("module", "row", "wrap"), ROWS, ids=["show_hn", "github_search", "json_feed"])
def test_a_row_with_any_odd_value_is_read_or_left_out(module: ModuleType, row: dict, wrap: Callable[..., str]) -> None:
    for key in row:
        for odd in ODD:
            page = wrap([{**row, key: odd}, row])
            assert len(list(module.launches(page, "https://a.example/list?page=10&per_page=100&q=stars:>=20"))) >= 1
            module.next_request(page, "https://a.example/list?page=10&per_page=100&q=stars:>=20")


@pytest.mark.parametrize("module", [show_hn, github_search])
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_total_ends_the_paging(module: ModuleType, odd: object) -> None:
    page = json.dumps({"hits": [hit(1, "Show HN: A")], "items": [repository("o/a")], "nbHits": odd, "total_count": odd})
    following = module.next_request(page, "https://a.example/list?page=x&per_page=y&q=stars:>=20")
    assert following is None or following.startswith("https://a.example/list?")


@pytest.mark.parametrize(
    "odd", ["x" * 100_000, "<a href='https://[::1'>", "&#99999999999;", "\u202e" * 50, "<![CDATA["]
)
def test_a_feed_with_odd_texts_is_read_or_refused(odd: str) -> None:
    for text in (RSS_FEED.replace("Tarn: queues in one file", odd), PH_FEED.replace("Queues in one file", odd)):
        for module in (feed, product_hunt):
            with contextlib.suppress(SourceChanged):
                assert len(list(module.launches(text, "https://news.example/feed"))) <= 2
