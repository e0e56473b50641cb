import contextlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from types import ModuleType

import pytest

from tools.errors import CannotRun, SourceChanged, UnknownName
from tools.models import Launch
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


# ------------------------------------------------------------------------------------------- what a post announces


def text_post(title: str, text: str, author: str = "ann") -> list[Launch]:
    return list(show_hn.launches(answer([hit(8, title, story_text=text, author=author)]), ""))


def link(address: str, words: str = "") -> str:
    return f'<a href="{address.replace("/", "&#x2F;")}" rel="nofollow">{words or address}</a>'


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"Hi HN, I am Ann.<p>Try it: {link('https://tarn.example/?utm_source=hn')}", "https://tarn.example/"),
        (
            f"Code: {link('https://github.com/ann/tarn')}. Site: {link('https://tarn.example')}",
            "https://github.com/ann/tarn",
        ),
        ("It is at https://tarn.example/start. Ask me anything", "https://tarn.example/start"),
        ("It is at github.com/ann/tarn, have a look", "https://github.com/ann/tarn"),
        ("Go to tarn.example and try", "https://tarn.example"),
        (f"See {link('https://huggingface.co/spaces/ann/tarn')}", "https://huggingface.co/spaces/ann/tarn"),
        (f"A picture {link('https://i.imgur.com/a.png')}, then {link('https://runs.example')}", "https://runs.example"),
        (f"{link('https://www.youtube.com/watch?v=1')} shows {link('https://runs.example')}", "https://runs.example"),
        (
            f"After {link('https://en.wikipedia.org/wiki/Queue')} and {link('https://arxiv.org/abs/2601.00001')} came {link('https://runs.example')}",
            "https://runs.example",
        ),
        (
            f"Last week {link('https://news.ycombinator.com/item?id=1')}, now {link('https://runs.example')}",
            "https://runs.example",
        ),
        (
            f"I am {link('https://x.com/ann')} or {link('https://social.example/@ann')}: {link('https://runs.example')}",
            "https://runs.example",
        ),
        (
            f"My page is {link('https://ann.example/')}, the thing {link('https://runs.example')}",
            "https://runs.example",
        ),
        (
            f"Built with {link('https://docs.sqlite.example/docs/')}: {link('https://runs.example')}",
            "https://runs.example",
        ),
        (
            f"Inspired by {link('https://rival.example')}. It is {link('https://gettarn.example')}",
            "https://gettarn.example",
        ),
        (
            f"It fixes {link('https://github.com/o/other/issues/3')}: {link('https://runs.example')}",
            "https://runs.example",
        ),
    ],
)
def test_a_text_post_names_what_it_announces(text: str, url: str) -> None:
    [launch] = text_post("Show HN: Tarn – A queue in one file", text)
    assert (launch.url, launch.name) == (url, "Tarn")
    assert (launch.source_url, launch.source_id) == ("https://news.ycombinator.com/item?id=8", "8")


def test_a_text_post_that_names_a_site_and_its_repository_gives_both() -> None:
    text = f"{link('https://tarn.example')} and {link('https://github.com/o/other')} and {link('https://github.com/ann/tarn')}"
    [launch] = text_post("Show HN: Tarn – A queue", text)
    assert (launch.url, launch.repo_url) == ("https://tarn.example", "https://github.com/ann/tarn")


def test_a_sentence_is_no_name_but_what_it_calls_the_address_is() -> None:
    [launch] = text_post("Show HN: I built Tarn", f"Try {link('https://tarn.example')}")
    assert launch.name == "Tarn"
    [launch] = text_post("Show HN: I made a thing", f"Try {link('https://tarn.example')}")
    assert (launch.name, launch.url) == ("", "https://tarn.example")


def test_a_text_post_that_lists_several_tools_gives_one_launch_each() -> None:
    text = f"Three of mine.<p>- Tarn: a queue {link('https://tarn.example')}<p>- Dace: maps {link('https://github.com/ann/dace')}"
    first, second = text_post("Show HN: Small tools I made this year", text)
    assert [(one.source_id, one.name, one.url) for one in (first, second)] == [
        ("8#url:tarn.example", "Tarn", "https://tarn.example"),
        ("8#repo:github.com/ann/dace", "Dace", "https://github.com/ann/dace"),
    ]
    assert first.source_url == second.source_url == "https://news.ycombinator.com/item?id=8"


def test_links_of_one_tool_are_no_list_of_tools() -> None:
    text = f"<ul><li>Demo: {link('https://tarn.example')}</li><li>Code: {link('https://github.com/ann/tarn')}</li></ul>"
    [launch] = text_post("Show HN: Tarn – A queue", text)
    assert launch.url == "https://tarn.example"


def feed_of(*items: str, home: str = "https://posts.example/", url: str = "https://posts.example/feed") -> list[Launch]:
    text = f"<rss version='2.0'><channel><title>Posts</title><link>{home}</link>{''.join(items)}</channel></rss>"
    return list(feed.launches(text, url, name="posts"))


def post(title: str, html: str, path: str = "/ann/post-1", more: str = "") -> str:
    at = f"https://posts.example{path}"
    return (
        f"<item><title>{escape(title)}</title><link>{at}</link><guid>{at}</guid>{more}"
        f"<description>{escape(html)}</description></item>"
    )


@pytest.mark.parametrize(
    ("title", "html", "url", "name"),
    [
        ("I built Tarn", "<p>See <a href='https://tarn.example/'>Tarn</a></p>", "https://tarn.example/", "Tarn"),
        ("Tarn – a queue in one file", "<p>On <a href='https://github.com/ann/tarn'>GitHub</a></p>", "https://github.com/ann/tarn", "Tarn"),
        ("I made a queue because I was bored", "<p><a href='https://tarn.example/'>Here</a></p>", "https://tarn.example/", ""),
        ("My weekend project", "<p>Words.</p><p>Try it: https://tarn.example</p>", "https://tarn.example", ""),
        ("Introducing Tarn", "<a href='https://tarn.example/blog/hello'>more</a>", "https://tarn.example/", "Tarn"),
        ("How I built Tarn in a week", "<a href='https://tarn.example/'>Tarn</a>", "https://tarn.example/", "Tarn"),
        ("Queues are hard. So I wrote one", "<pre>git clone https://github.com/ann/tarn.git</pre>", "https://github.com/ann/tarn", ""),
    ],
)  # fmt: skip
def test_a_post_of_a_feed_is_the_announcement_of_what_its_text_names(
    title: str, html: str, url: str, name: str
) -> None:
    [launch] = feed_of(post(title, html))
    assert (launch.url, launch.name) == (url, name)
    assert launch.source_url == "https://posts.example/ann/post-1"
    assert launch.title == title


@pytest.mark.parametrize(
    ("title", "html"),
    [
        ("Why I stopped using queues", "<p>After <a href='https://tarn.example/'>Tarn</a> broke I left.</p>"),
        ("How we use Postgres at scale", "<p>We run <a href='https://www.postgres.example/'>Postgres</a>.</p>"),
        (
            "Thoughts on a year of work",
            "<p>I read <a href='https://other.example/x'>a lot</a> and it went well for all of us.</p>",
        ),
        ("A year", "<p>No link at all.</p>"),
        ("Tarn", "<p>Only <a href='https://posts.example/about'>ourselves</a>.</p>"),
    ],
)
def test_an_essay_is_kept_and_announces_nothing(title: str, html: str) -> None:
    [launch] = feed_of(post(title, html))
    assert (launch.url, launch.name, launch.title) == (None, "", title)


def test_a_post_that_lists_tools_gives_one_launch_each_however_often_it_is_read() -> None:
    tools = "".join(
        f"<li><p><a href='https://{name.lower()}.example/'>{name}</a> – does it</p></li>"
        for name in ("Tarn", "Dace", "Fell")
    )
    html = f"<p>This week:</p><ul>{tools}<li><a href='https://other.example/blog/x'>An article</a></li></ul>"
    found = feed_of(post("Three tools that launched this week", html))
    assert [(one.name, one.url, one.tagline) for one in found] == [
        (name, f"https://{name.lower()}.example/", "does it") for name in ("Tarn", "Dace", "Fell")
    ]
    assert {one.source_url for one in found} == {"https://posts.example/ann/post-1"}
    assert [
        one.id for one in feed_of(post("Three tools that launched this week", html), url="https://other.example/f")
    ] == [one.id for one in found]


def test_a_product_that_presents_itself_on_its_own_blog_is_its_site() -> None:
    at = "https://blog.tarn.example/posts/2-0"
    item = f"<item><title>Tarn 2.0 is out</title><link>{at}</link><description>Faster.</description></item>"
    [launch] = feed_of(item, home="https://blog.tarn.example/", url="https://blog.tarn.example/feed")
    assert (launch.url, launch.name, launch.source_url) == ("https://tarn.example/", "Tarn", at)


def test_a_directory_lists_products_on_pages_of_its_own() -> None:
    first = post("Tarn: a queue in one file", "A queue.", path="/tools/1")
    second = post("Dace", "", path="/tools/dace")
    essay = post("Queues: the year in review", "Ten of them, tried.", path="/queues-the-year-in-review")
    assert [one.url for one in feed_of(first, second, essay)] == [
        "https://posts.example/tools/1",
        "https://posts.example/tools/dace",
        None,
    ]


def test_a_list_of_advice_is_no_list_of_tools() -> None:
    html = (
        "<ul><li><a href='https://docs.tarn.example/docs/'>Read the Tarn docs</a></li>"
        "<li>Sleep well</li><li><a href='https://dace.example/'>Dace</a></li></ul>"
    )
    [launch] = feed_of(post("10 tips for better queues", html))
    assert launch.url is None


def test_a_strangers_article_is_no_product_though_its_address_repeats_its_headline() -> None:
    at = "https://ann.example/blog/queues-in-one-file"
    [launch] = feed_of(f"<item><title>Queues in one file</title><link>{at}</link></item>")
    assert (launch.url, launch.name) == (None, "")


def test_headings_with_a_link_below_are_a_list_too() -> None:
    html = (
        "<h2>1. Tarn</h2><p>A queue. <a href='https://tarn.example/'>Website</a></p>"
        "<h2>2. Dace</h2><p>Maps.</p><p><a href='https://github.com/o/dace'>GitHub</a></p>"
    )
    assert [(one.name, one.url) for one in feed_of(post("Two tools of the week", html))] == [
        ("Tarn", "https://tarn.example/"),
        ("Dace", "https://github.com/o/dace"),
    ]


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("https://github.com/ann/tarn/releases/tag/v1.2.0", "https://github.com/ann/tarn"),
        ("https://gitlab.com/ann/group/tarn/-/releases/v1.2.0", "https://gitlab.com/ann/group/tarn"),
        ("https://codeberg.org/ann/tarn/releases/tag/v1.2.0", "https://codeberg.org/ann/tarn"),
        ("https://git.posts.example/ann/tarn/releases/tag/v1.2.0", "https://git.posts.example/ann/tarn"),
        ("https://crates.io/crates/tarn/1.2.0", "https://crates.io/crates/tarn"),
        ("https://tarn.example/changelog/2026-11-02", "https://tarn.example/"),
        ("https://packages.example/project/tarn/1.2.0/", "https://packages.example/project/tarn"),
    ],
)
def test_a_release_is_an_event_of_its_repository(address: str, root: str) -> None:
    entries = (
        f"<entry><id>tag:example,2008:Repository/1/{version}</id><title>{version}</title>"
        f'<link rel="alternate" href="{address.replace("1.2.0", version)}"/><content type="html">Fixes</content></entry>'
        for version in ("1.2.0", "1.3.0")
    )
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Release notes</title>{"".join(entries)}</feed>'
    first, second = feed.launches(text, "https://github.com/ann/tarn/releases.atom", name="tarn")
    assert [(one.url, one.name, one.description) for one in (first, second)] == [(root, "", "")] * 2
    assert first.id != second.id
    assert first.source_url == address


def test_an_article_headline_is_no_name() -> None:
    item = "<item><title>Queues are back: the year in review</title><link>https://tarn.example/</link><guid>1</guid></item>"
    [launch] = feed_of(item)
    assert (launch.url, launch.name) == ("https://tarn.example/", "")


def test_an_entry_that_links_away_has_its_comments_as_announcement() -> None:
    item = (
        "<item><title>Tarn: a queue</title><link>https://tarn.example/</link><guid>https://posts.example/s/1</guid>"
        "<comments>https://posts.example/s/1/tarn</comments></item>"
    )
    [launch] = feed_of(item)
    assert (launch.url, launch.source_url, launch.name) == (
        "https://tarn.example/",
        "https://posts.example/s/1/tarn",
        "Tarn",
    )


# ------------------------------------------------------------------------------------- entries that do not vanish


def test_an_entry_without_a_title_has_the_first_words_of_its_text() -> None:
    words = "We launched Tarn, a queue in one file that needs no server and no configuration whatever you do with it."
    item = f"<item><description>{escape(f'<p>{words}</p>')}</description><guid>1</guid></item>"
    [launch] = feed_of(item)
    assert words.startswith(launch.title + " ")
    assert 60 < len(launch.title) <= 80


def test_an_entry_of_a_json_feed_needs_neither_title_nor_a_textual_id() -> None:
    items = [
        {"id": 17, "url": "https://posts.example/17", "content_text": "Shipped."},
        {"id": "x", "content_text": "Dace."},
    ]
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "n", "items": items})
    assert [(one.source_id, one.title) for one in feed.launches(text, "https://posts.example/f", name="n")] == [
        ("17", "Shipped."),
        ("x", "Dace."),
    ]


@pytest.mark.parametrize(
    "guid", ["<guid>N/A</guid>", "<guid isPermaLink='false'>7</guid>", "<guid>0</guid>", "<guid/>", ""]
)
def test_entries_whose_guid_is_none_are_told_apart(guid: str) -> None:
    items = [
        f"<item><title>{name} 1.0</title><link>https://a.example/{name}</link>{guid}</item>"
        for name in ("Tarn", "Dace")
    ]
    found = feed_of(*items)
    assert len({one.source_id for one in found}) == 2
    assert [one.source_id for one in feed_of(*reversed(items))] == [one.source_id for one in reversed(found)]


def test_entries_that_share_link_and_guid_are_told_apart_by_title_and_date() -> None:
    items = [f"<item><title>{title}</title><link>/</link><guid>/</guid></item>" for title in ("Tarn", "Dace", "Dace")]
    found = feed_of(*items)
    assert len({one.source_id for one in found}) == 2  # the same entry twice is one


@pytest.mark.parametrize("guid", ["<guid>/tarn</guid>", "<guid>N/A</guid>", ""])
def test_a_feed_at_another_address_keeps_the_ids_of_its_entries(guid: str) -> None:
    item = f"<item><title>Tarn</title><link>/tarn</link>{guid}</item>"
    [here], [there] = feed_of(item), feed_of(item, url="https://mirror.example/rss.xml")
    assert here.id == there.id


def test_a_title_with_markup_is_its_words() -> None:
    [launch] = feed_of('<item><title><a href="/tarn">Tarn is out</a></title><link>https://a.example/tarn</link></item>')
    assert launch.title == "Tarn is out"


def test_a_date_that_was_cut_off_is_no_date() -> None:
    [launch] = feed_of("<item><title>Tarn</title><link>https://a.example/</link><pubDate>Tue,</pubDate></item>")
    assert (launch.launched_at, launch.launched_at_basis) == (None, "first_seen")


def test_a_feed_that_is_not_well_formed_is_read_whole() -> None:
    items = [
        f"<item><title>{name}</title><link>https://a.example/?a=1&b={name}</link></item>"
        for name in ("R & D", "Ta\x08rn", "Fell")
    ]
    assert len(feed_of(*items)) == 3


def test_a_link_is_absolute_under_the_base_of_its_feed() -> None:
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/docs/"><title>t</title>'
        '<entry><title>Tarn</title><link href="tarn"/><id>/tarn</id></entry></feed>'
    )
    [launch] = feed.launches(text, "https://posts.example/f", name="n")
    assert (launch.url, launch.source_id) == ("https://a.example/docs/tarn", "https://a.example/tarn")


NESTED = "<item><title>a</title>"
HOSTILE_FEEDS = {
    "items in items": NESTED * 40_000 + "</item>" * 40_000,
    "items that never end": NESTED * 40_000,
    "tags that never end": "<item " * 40_000,
    "categories": f"<item><title>a</title>{''.join(f'<category>{n}</category>' for n in range(40_000))}</item>",
    "attributes": f"<item {' '.join(f'a{n}=1' for n in range(30_000))}><title>a</title></item>",
    "prefixes": "".join(["<item>", *(f"<x{n}:y xmlns:x{n}='u{n}'/>" for n in range(20_000)), "</item>"]),
    "an author": f"<item><title>a</title><author>{'a' * 60_000}</author></item>",
    "an author of many parts": f"<item><title>a</title><author>{'a<b/>' * 60_000}</author></item>",
    "elements in elements": f"<item><description>{'<div>' * 40_000}</description></item>",
    "markup in markup": f"<item><description>{'&lt;div&gt;' * 40_000}</description></item>",
    "attributes of markup": f"<item><description>&lt;a {' '.join(f'a{n}=1' for n in range(30_000))}&gt;</description></item>",
    "comments of markup": f"<item><description>{'&lt;!--' * 60_000}</description></item>",
    "styles of markup": f"<item><description>&lt;p style='{'a' * 40_000}'&gt;</description></item>",
    "sections that never end": "<item><title>" + "<![CDATA[" * 60_000,
    "spaces": f"<item><title>Tarn{' ' * 200_000}x</title></item>",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE_FEEDS)
def test_no_feed_takes_longer_than_its_length_warrants(kind: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(SourceChanged):
        feed_of(HOSTILE_FEEDS[kind])
    assert time.process_time() - begun < 6  # seconds of this process; each took 10 to 100 and grew with the square


def test_a_hostile_entry_costs_itself_only() -> None:
    good = [f"<item><title>{name}</title><link>https://{name}.example/</link></item>" for name in ("Tarn", "Dace")]
    assert [one.title for one in feed_of(good[0], HOSTILE_FEEDS["categories"], good[1])] == ["Tarn", "Dace"]


def test_a_full_page_of_show_hn_is_not_the_end() -> None:
    first, _ = show_hn.requests(Settings(), NOW - timedelta(days=30), NOW)
    full = [hit(n, "Show HN: A", at=1_795_000_000 + n) for n in range(1_000)]
    page = json.dumps({"hits": full, "nbHits": 1_000, "exhaustiveNbHits": False})
    following = show_hn.next_request(page, first)
    assert following is not None
    assert "created_at_i%3C%3D1795000000" in following
    capped = json.dumps({"hits": full[:100], "nbHits": 100, "hitsPerPage": 100})
    assert show_hn.next_request(capped, first) is not None
    assert show_hn.next_request(json.dumps({"hits": full[:999], "nbHits": 999}), first) is None


def test_a_trending_row_with_other_attributes_is_read_and_its_stars_stay_unknown() -> None:
    row = '<article class="Box-row"><h2 class="h3"><a data-hydro="{}" data-view="x" href="/o/tarn">o / tarn</a></h2></article>'
    [launch] = github_trending.launches(row, "https://github.com/trending")
    assert (launch.id, launch.observations) == ("github_trending:o/tarn", {})


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
