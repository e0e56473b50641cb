"""What somebody follows: sites looked at first, lists of feeds, filters of sources; each an act that can be undone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jobs import following, upkeep
from jobs.cli import cli
from jobs.crawl import CrawlReport
from tools.errors import UnknownName, UsageError
from tools.exporters import opml as opml_form
from tools.places import FEED_PATHS
from tools.settings import Settings
from tools.source_reading import Listed
from tools.store import Store
from tools.workbench import Workbench

POSTS = [
    ("Tarn – a small database for logs", "https://tarn.example/"),
    ("Why we left the cloud", "/blog/why-we-left-the-cloud"),
    ("Loom: a crypto wallet", "https://loom.example/"),
    ("acme/birch: a CLI for trees", "https://github.com/acme/birch"),
    ("Cedar – logs for small teams", "https://cedar.example/"),
    ("Fir – tests in the terminal", "https://fir.example/"),
]


def rss(posts: list[tuple[str, str]], title: str = "New tools") -> str:
    items = "".join(f"<item><title>{t}</title><link>{at}</link><guid>{t}</guid></item>" for t, at in posts)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


def page(head: str = "", body: str = "<h1>Hello</h1>") -> str:
    return f"<!doctype html><html><head><title>Tools weekly</title>{head}</head><body>{body}</body></html>"


def listing(count: int) -> str:
    rows = (
        f'<li><h3><a href="/t/kit-{n}">Kit {n} tool</a></h3><p>A kit that does thing {n} well</p></li>'
        for n in range(count)
    )
    return page(body=f"<ul>{''.join(rows)}</ul>")


@pytest.fixture
def settings(site: Any) -> Settings:
    made: Settings = site.settings(browser="off", retries=0)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def scout(site: Any, path: Path) -> Any:
    env = {"SCOUT_ALLOW_HOSTS": site.host, "SCOUT_PACE_S": "0", "SCOUT_EDITOR": "kim", "SCOUT_BROWSER": "off"}

    def run(*words: str) -> Result:
        return CliRunner(env=env).invoke(cli, [*words, "--store", str(path)], standalone_mode=False)

    return run


def followed(path: Path) -> list[tuple[str, str, str]]:
    if not path.exists():
        return []
    with Store.open(path) as store:
        assert store.verify() == []
        return [(row["name"], row["url"], row["kind"]) for row in store.sources() if row["url"]]


# What a site is, by its paths, the address that somebody gives, and what is found there.
FOUND = {
    "a feed that the page names": (
        {"/": page('<link rel="alternate" type="application/rss+xml" href="/posts.xml">'), "/posts.xml": rss(POSTS)},
        "/",
        ("/posts.xml", "feed", 6, 5),
    ),
    "a feed at a usual place, of an address with a trailing path": (
        {"/blog/": page(), "/atom.xml": rss(POSTS)},
        "/blog/",
        ("/atom.xml", "feed", 6, 5),
    ),
    "the feed itself": ({"/posts.xml": rss(POSTS)}, "/posts.xml", ("/posts.xml", "feed", 6, 5)),
    "the feed of posts, not that of comments": (
        {
            "/": page(
                '<link rel="alternate" type="application/rss+xml" href="/comments.xml">'
                '<link rel="alternate" type="application/rss+xml" href="/posts.xml">'
            ),
            "/comments.xml": rss(POSTS[1:2]),
            "/posts.xml": rss(POSTS),
        },
        "/",
        ("/posts.xml", "feed", 6, 5),
    ),
    "a page that lists things": ({"/tools": listing(12)}, "/tools", ("/tools", "listing", 12, 12)),
    "a sitemap behind its index": (
        {
            "/": page(),
            "/sitemap.xml": "<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>",
            "/s1.xml": "<urlset>"
            + "".join(f"<url><loc>/t/kit-{n}</loc><lastmod>2026-11-0{n}</lastmod></url>" for n in range(1, 6))
            + "<url><loc>/about</loc></url></urlset>",
        },
        "/",
        ("/s1.xml", "listing", 5, 5),
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_site_is_looked_at_before_it_is_followed(name: str, site: Any, settings: Settings, path: Path) -> None:
    pages, asked, (at, kind, listed, announcing) = FOUND[name]
    for where, text in pages.items():
        site.page(where, text)
    found = following.look(path, settings, site.url(asked))
    assert (found["url"], found["kind"], found["listed"], found["announcing"]) == (
        site.url(at),
        kind,
        listed,
        announcing,
    )
    assert len(found["rows"]) == 5
    assert followed(path) == []


def test_what_robots_txt_forbids_is_not_looked_at(site: Any, settings: Settings, path: Path) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /feed\n", headers={"Content-Type": "text/plain"})
    site.page("/", page())
    site.page("/feed", rss(POSTS))
    with pytest.raises(UsageError, match="names no feed"):
        following.look(path, settings, site.url("/"))
    assert site.asked("/feed") == []
    assert {request.path for request in site.asked()} >= {
        f"/{step}" for step in FEED_PATHS if not step.startswith("feed")
    }


def test_a_site_is_followed_when_somebody_agrees_and_once(site: Any, scout: Any, path: Path) -> None:
    site.page("/", page('<link rel="alternate" type="application/rss+xml" href="/posts.xml">'))
    site.page("/posts.xml", rss(POSTS))
    refused = scout("source", "add", site.url("/"))
    assert "there is no terminal to ask on" in str(refused.exception)
    assert "https://tarn.example/" in refused.stdout
    assert followed(path) == []
    done = scout("source", "add", site.url("/"), "--yes", "--why", "many tools")
    assert done.exception is None
    [(name, url, _)] = followed(path)
    assert url == site.url("/posts.xml")
    assert f"followed already, as {name}" in str(scout("source", "add", site.url("/"), "--yes").exception)
    with Store.open(path) as store:
        [act] = store.upkeep_rows("source", name)
    assert (act["op"], act["who"], act["why"]) == ("add", "kim", "many tools")


def test_a_known_name_is_refused_unless_it_is_to_be_replaced(scout: Any, path: Path, site: Any) -> None:
    assert scout("source", "add", "posts", site.url("/one")).exception is None
    assert "--replace" in str(scout("source", "add", "posts", site.url("/two")).exception)
    assert followed(path) == [("posts", site.url("/one"), "feed")]
    assert scout("source", "add", "posts", site.url("/two"), "--replace").exception is None
    assert followed(path) == [("posts", site.url("/two"), "feed")]
    assert "built-in source" in str(scout("source", "add", "show_hn", site.url("/"), "--replace").exception)
    assert scout("source", "undo", "posts").exception is None
    assert followed(path) == [("posts", site.url("/one"), "feed")]


def test_acts_on_a_source_are_undone_one_by_one_down_to_its_adding(scout: Any, path: Path, site: Any) -> None:
    before = {}
    steps = [
        ("source", "add", "posts", site.url("/one")),
        ("source", "filter", "posts", "--block", "crypto"),
        ("source", "disable", "posts", "--why", "too much"),
        ("source", "enable", "posts"),
        ("source", "rm", "posts"),
    ]

    def now() -> tuple[Any, ...]:
        with Store.open(path) as store:
            return tuple(
                (row["enabled"], row["filter"], row["url"]) for row in store.sources() if row["name"] == "posts"
            )

    for number, words in enumerate(steps):
        before[number] = now()
        assert scout(*words).exception is None
        assert now() != before[number]
    assert "posts" not in {row["name"] for row in json.loads(scout("source", "ls", "--json").stdout)}
    for number in reversed(range(len(steps))):
        assert scout("source", "undo", "posts").exception is None
        assert now() == before[number]
    assert "no act of an editor" in str(scout("source", "undo", "posts").exception)


def test_what_comes_with_scout_is_not_removed_but_disabled(scout: Any, path: Path) -> None:
    Store.open(path).close()
    assert "scout source disable show_hn" in str(scout("source", "rm", "show_hn").exception)
    assert isinstance(scout("source", "rm", "show_hnn").exception, UnknownName)


# ── OPML ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def opml(*feeds: tuple[str, str]) -> str:
    outlines = "".join(f'<outline type="rss" text="{title}" xmlUrl="{at}"/>' for title, at in feeds)
    return f'<opml version="2.0"><body>{outlines}</body></opml>'


def test_a_list_of_feeds_is_taken_in_each_looked_at_duplicates_and_failures_told(
    site: Any, settings: Settings, path: Path, tmp_path: Path
) -> None:
    for number in range(40):
        site.page(f"/f{number}", rss(POSTS, f"Feed {number}"))
    site.page("/page", page())
    file = tmp_path / "mine.opml"
    feeds = [("Same name", site.url(f"/f{number}")) for number in range(40)]
    file.write_text(
        opml(
            *feeds,
            ("Again", site.url("/f1")),
            ("Gone", site.url("/gone")),
            ("Page", site.url("/page")),
            ("In", "http://10.0.0.1/"),
        )
    )
    said: list[str] = []
    report = following.follow_opml(path, settings, file, progress=said.append)
    assert len(report["added"]) == len(followed(path)) == 40
    assert len({row["name"] for row in report["added"]}) == 40
    assert [row["url"] for row in report["known"]] == [site.url("/f1")]
    assert [row["url"].rpartition("/")[2] for row in report["failures"]] == ["", "gone", "page"]
    assert said[-1] == "42 of 42 feeds looked at"
    again = following.follow_opml(path, settings, file)
    assert (len(again["added"]), len(again["known"])) == (0, 41)


def test_a_list_that_is_longer_than_one_file_may_be_is_taken_in_up_to_there(
    site: Any, settings: Settings, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_FEEDS", 3)
    site.page("*", rss(POSTS))
    file = tmp_path / "long.opml"
    file.write_text(opml(*((f"f{number}", site.url(f"/f{number}")) for number in range(5))))
    report = following.follow_opml(path, settings, file)
    assert (len(report["added"]), report["left_out"]) == (3, 2)


def test_what_is_exported_as_opml_is_read_again_without_what_was_taken_out(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as store:
        for name in ("kept", "off", "out"):
            upkeep.add(store, name, f"https://{name}.example/feed", "feed", "", "kim")
        upkeep.disable(store, "off", "too much", "kim")
        upkeep.remove(store, "out", "", "kim")
        [(_, body)] = opml_form.export(store, None, Settings())
    file = tmp_path / "out.opml"
    file.write_bytes(body)
    assert following.read_opml(file) == [("kept", "https://kept.example/feed")]


NO_OPML = {
    "no XML": ("<opml", "is no OPML: "),
    "another": ("<rss><channel/></rss>", "is no OPML with feeds"),
    "empty": ("<opml version='2.0'><body/></opml>", "is no OPML with feeds"),
    "entities": ('<!DOCTYPE o [<!ENTITY a "aa">]><opml/>', "document type or entities"),
}


@pytest.mark.parametrize("name", NO_OPML)
def test_what_is_no_list_of_feeds_is_one_sentence(name: str, settings: Settings, path: Path, tmp_path: Path) -> None:
    file = tmp_path / "some.opml"
    file.write_text(NO_OPML[name][0])
    with pytest.raises(UsageError, match=NO_OPML[name][1]):
        following.follow_opml(path, settings, file)
    assert not path.exists()


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def posts(site: Any, path: Path, settings: Settings) -> Path:
    site.page("/posts.xml", rss(POSTS))
    with Store.open(path) as store:
        upkeep.add(store, "posts", site.url("/posts.xml"), "feed", "", "kim")
        upkeep.set_filter(store, settings, "posts", {"block": ["crypto"]}, "no coins", "kim")
    return path


def read(path: Path, settings: Settings, limit: int | None = None) -> tuple[dict[str, Any], Listed, list[str]]:
    """The counts that a crawl reports of the source, what was listed, and which addresses may be read for it."""
    with Workbench(settings, path) as bench, CrawlReport(bench, "crawl") as report:
        with report.source("posts"):
            listed = bench.run(bench.reader.read_source("posts", bench.now() - timedelta(days=2), limit))
        return report.as_dict()["sources"]["posts"], listed, [at for _, at in POSTS if bench.reader.granted(at)]


def test_what_a_filter_blocks_is_kept_as_a_launch_counted_and_not_read(
    posts: Path, scout: Any, settings: Settings
) -> None:
    counts, listed, granted = read(posts, settings)
    assert (counts["launches"], counts["launches_blocked"], counts["launches_new"]) == (6, 1, 6)
    assert [(one.title, why) for one, why in listed.blocked] == [("Loom: a crypto wallet", "blocked word 'crypto'")]
    assert granted == [at for title, at in POSTS if at.startswith("http") and "crypto" not in title]
    with Store.open(posts) as store:
        kept = {one.title: (one.url, store.product_of_launch(one.id)) for one in store.launches("posts")}
    assert kept["Loom: a crypto wallet"] == ("https://loom.example/", None)
    assert kept["Why we left the cloud"] == (None, None), "a post that announces nothing has no address to read"
    assert "1 of 6 blocked" in " ".join(scout("source", "ls").stdout.split())
    shown = json.loads(scout("source", "preview", "posts", "--json").stdout)
    whys = {row["title"]: row["why"] for row in shown["rows"]}
    assert whys["Loom: a crypto wallet"] == "blocked word 'crypto'"
    assert whys["Why we left the cloud"].startswith("announces nothing")
    assert (shown["listed"], shown["blocked"], shown["origin"]) == (6, 1, "store")


def test_a_limit_counts_what_is_wanted(posts: Path, settings: Settings) -> None:
    counts, listed, _ = read(posts, settings, limit=3)
    assert [one.title for one in listed.launches] == [POSTS[0][0], POSTS[1][0], POSTS[3][0]]
    assert (counts["launches"], counts["launches_blocked"]) == (4, 1)


def test_what_a_filter_lets_through_again_is_read_with_the_next_crawl(posts: Path, settings: Settings) -> None:
    read(posts, settings)
    with Store.open(posts) as store:
        upkeep.set_filter(store, settings, "posts", {}, "", "kim")
    counts, listed, _ = read(posts, settings)
    assert "Loom: a crypto wallet" in [one.title for one in listed.launches]
    assert (counts["launches_blocked"], counts["launches_new"]) == (0, 0)


def test_a_filter_is_tried_before_it_is_set_and_on_a_site_nobody_follows(posts: Path, scout: Any, site: Any) -> None:
    tried = json.loads(scout("source", "preview", site.url("/posts.xml"), "--keep", "logs", "--json").stdout)
    assert [row["kept"] for row in tried["rows"]] == [True, False, False, False, True, False]
    tried = json.loads(scout("source", "preview", "posts", "--keep", "logs", "--json").stdout)
    assert (tried["listed"], tried["blocked"]) == (6, 4)
    with Store.open(posts) as store:
        assert json.loads(store.source_state("posts")["filter"]) == {"block": ["crypto"]}
        assert store.launches("posts") == []


def test_a_filter_of_scout_toml_is_checked_before_a_crawl_and_outranks(posts: Path, scout: Any) -> None:
    file = posts.parent / "scout.toml"
    file.write_text('[filters.post]\nblock = ["x"]\n')
    assert "Did you mean posts" in str(scout("crawl", "posts").exception)
    file.write_text('[filters.posts]\nblock = ["(a*)*"]\n')
    assert "repeats a group" in str(scout("crawl", "posts").exception)
    file.write_text('[filters.posts]\nblock = ["logs"]\n')
    assert "outranks" in str(scout("source", "filter", "posts", "--clear").exception)
    shown = json.loads(scout("source", "preview", "posts", "--json").stdout)
    assert (shown["origin"], shown["blocked"]) == ("scout.toml", 2)


def test_a_filter_asks_for_something_or_is_cleared(posts: Path, scout: Any) -> None:
    assert "--clear" in str(scout("source", "filter", "posts").exception)
    [shown] = json.loads(scout("source", "filter", "posts", "--clear", "--preview", "--json").stdout)["previews"]
    assert shown["rows"] == [{"field": "filter", "before": "block crypto", "after": "everything is kept"}]


def test_a_feed_of_ten_thousand_entries_is_bounded_and_says_so(site: Any, settings: Settings, path: Path) -> None:
    site.page("/many.xml", rss([(f"Kit{n} – a tool", f"https://kit{n}.example/") for n in range(10_000)]))
    found = following.look(path, settings, site.url("/many.xml"))
    assert found["listed"] == 2_000
    assert found["note"] == "It lists 8,000 entries beyond the first 2,000, which alone are read."
