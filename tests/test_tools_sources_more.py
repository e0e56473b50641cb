"""Registries, communities and lists: what each gives at its best, and what becomes of its worst."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from tools.errors import SourceChanged
from tools.settings import Settings
from tools.sources import (
    all_sources,
    awesome_lists,
    dev_to,
    github_releases,
    hf_blog,
    homebrew,
    lobsters,
    mcp_registry,
    new_packages,
    npm_changes,
    open_vsx,
    read_list,
    why_off,
)
from tools.sources._rows import line

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=2)
AT = "2026-11-18T09:30:00Z"


# What each service answers for one thing, in its own shape -------------------------------------------------------------


def story(**more: Any) -> dict[str, Any]:
    return {
        "short_id": "ab12cd",
        "created_at": "2026-11-18T03:30:00.000-06:00",
        "title": "Tarn: a queue in one file",
        "url": "https://tarn.example/",
        "score": 17,
        "flags": 0,
        "comment_count": 4,
        "description": "",
        "submitter_user": "ann",
        "user_is_author": True,
        "tags": ["databases", "show"],
        **more,
    }


def server(**more: Any) -> dict[str, Any]:
    official = {"status": "active", "publishedAt": AT, "updatedAt": AT, "isLatest": True}
    about = {
        "name": "io.github.ann/tarn",
        "title": "Tarn",
        "description": "Queues for agents",
        "version": "1.2.0",
        "websiteUrl": "https://tarn.example/mcp",
        "repository": {"url": "https://github.com/ann/tarn", "source": "github"},
        "packages": [{"registryType": "npm", "identifier": "tarn"}, {"registryType": "oci"}],
    }
    return {
        "server": {**about, **more.pop("server", {})},
        "_meta": {"io.modelcontextprotocol.registry/official": {**official, **more}},
    }


def article(**more: Any) -> dict[str, Any]:
    return {
        "type_of": "article",
        "id": 31,
        "title": "I built Tarn, a queue in one file",
        "description": "It waits for you.",
        "url": "https://dev.to/ann/tarn-1a",
        "comments_count": 3,
        "public_reactions_count": 11,
        "published_timestamp": AT,
        "tag_list": "showdev, rust",
        "tags": ["showdev", "rust"],
        "body_html": '<p>Here it is: <a href="https://tarn.example/">Tarn</a></p>',
        "user": {"name": "Ann A.", "username": "ann", "twitter_username": None},
        **more,
    }


def extension(**more: Any) -> dict[str, Any]:
    return {
        "namespace": "Ann",
        "name": "tarn",
        "version": "0.1.0",
        "timestamp": "2026-11-18T09:30:00.123456Z",
        "displayName": "Tarn",
        "description": "Queues beside your code",
        "allVersions": [{"version": "0.1.0", "url": "x"}],
        "homepage": "https://tarn.example/",
        "repository": "https://github.com/ann/tarn.git",
        "license": "MIT",
        "categories": ["Other"],
        "tags": ["queue"],
        "publishedBy": {"loginName": "ann", "fullName": "Ann A."},
        "downloadCount": 5,
        "averageRating": None,
        "reviewCount": 0,
        **more,
    }


def formula(name: str = "tarn", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "full_name": name,
        "tap": "homebrew/core",
        "oldnames": [],
        "desc": "Queue in one file",
        "license": "MIT",
        "homepage": "https://tarn.example/",
        "deprecated": False,
        "disabled": False,
        "analytics": {"install": {"30d": {name: 8, f"{name} --HEAD": 1}}},
        **more,
    }


def package(**more: Any) -> dict[str, Any]:
    return {
        "_id": "@ann/tarn-queue",
        "name": "@ann/tarn-queue",
        "description": "Queue in one file",
        "versions": {"0.1.0": {}},
        "time": {"created": AT, "modified": AT},
        "maintainers": [{"name": "ann", "email": "ann@tarn.example"}],
        "repository": {"type": "git", "url": "git+https://github.com/ann/tarn.git"},
        "homepage": "https://github.com/ann/tarn#readme",
        "keywords": ["queue"],
        "license": {"type": "MIT"},
        **more,
    }


def packages(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Newest</title>{"".join(items)}</channel></rss>'


NEW_PACKAGE = (
    "<item><title>Tarn_Queue added to the index</title><link>https://index.example/project/tarn-queue/</link>"
    "<guid>https://index.example/project/tarn-queue/</guid><description>Queue in &lt;b&gt;one&lt;/b&gt; file</description>"
    "<author>ann@tarn.example</author><pubDate>Wed, 18 Nov 2026 09:30:00 GMT</pubDate></item>"
)
RELEASES = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Release notes from tarn</title>
<entry><id>tag:github.com,2008:Repository/7/v1.2.0</id><updated>2026-11-18T09:30:00Z</updated>
<link rel="alternate" type="text/html" href="https://github.com/ann/tarn/releases/tag/v1.2.0"/><title>v1.2.0: faster</title>
<content type="html">&lt;p&gt;Fixes &lt;a href="https://rival.example"&gt;what rivals do&lt;/a&gt;&lt;/p&gt;</content>
<author><name>ann</name></author></entry></feed>"""
BLOG = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Blog</title><link>https://huggingface.co/blog</link>
<item><title>Introducing Tarn</title><pubDate>Wed, 18 Nov 2026 00:00:00 GMT</pubDate><link>https://huggingface.co/blog/tarn</link></item>
<item><title>Elsewhere</title><pubDate>Wed, 18 Nov 2026 00:00:00 GMT</pubDate><link>https://stranger.example/blog/x</link></item>
<item><title>Undated</title><link>https://huggingface.co/blog/undated</link></item></channel></rss>"""
LIST = """# Awesome queues

- [Kept](#kept)

## Kept

* [Old one](https://old.example/) - Was there.
- [**Tarn**](https://github.com/ann/tarn) - A [queue](https://queues.example/) in _one_ file. ![stars](https://badge.example/x.svg)
- [Fell](https://fell.example/ "maps") – Maps offline
| [Ivy](https://ivy.example/) | Climbs |
- [Why queues](https://old.example/blog/why-queues) - An article.
- [Talk](https://www.youtube.com/watch?v=1)
- [Tarn again](https://github.com/ann/tarn/)
```
- [Not this](https://fenced.example/)
```
"""


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# What a launch is ------------------------------------------------------------------------------------------------------


def test_lobsters_reads_what_is_shown() -> None:
    page = as_json([story()])
    [launch] = lobsters.launches(page, "https://lobste.rs/newest.json")
    assert (launch.id, launch.name, launch.tagline) == ("lobsters:ab12cd", "Tarn", "a queue in one file")
    assert (launch.url, launch.source_url) == ("https://tarn.example/", "https://lobste.rs/s/ab12cd")
    assert (launch.makers, launch.tags) == (("ann",), ("databases",))
    assert launch.observations == {"points": 17.0, "comments": 4.0}
    assert launch.launched_at == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    assert launch.raw in page


def test_lobsters_goes_by_tags_and_by_what_a_text_names() -> None:
    rows = [
        story(short_id="ask", tags=["ask"]),
        story(short_id="news", tags=["databases"]),
        story(short_id="none", url="", description="<p>Only words.</p>"),
        story(short_id="text", url="", description='<p>At <a href="https://tarn.example/">tarn</a></p>'),
        story(short_id="rel", url="https://github.com/ann/tarn/releases/tag/v2", title="Tarn 2", tags=["release"]),
        story(short_id="film", url="https://www.youtube.com/watch?v=1", tags=["show"]),
        story(short_id="old", submitter_user={"username": "bob"}, user_is_author=False),
    ]
    found = {one.source_id: one for one in lobsters.launches(as_json(rows), "https://lobste.rs/t/show.json")}
    assert found.keys() == {"text", "rel", "old"}
    assert found["text"].url == "https://tarn.example/"
    assert (found["rel"].url, found["rel"].kind) == ("https://github.com/ann/tarn", "repo")
    assert found["old"].makers == ()


def test_lobsters_pages_end_with_an_empty_one() -> None:
    first, newest = lobsters.requests(Settings(), SINCE, NOW)
    assert lobsters.next_request(as_json([story()]), first) == "https://lobste.rs/t/show/page/2.json"
    assert (
        lobsters.next_request(as_json([story()]), f"{newest[:-5]}/page/9.json")
        == "https://lobste.rs/newest/page/10.json"
    )
    assert lobsters.next_request("[]", first) is None
    assert lobsters.oldest(as_json([story(), story(created_at=None)])) == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def test_mcp_registry_reads_active_servers() -> None:
    page = as_json({"servers": [server()], "metadata": {"count": 1}})
    [launch] = mcp_registry.launches(page, "https://registry.modelcontextprotocol.io/v0.1/servers?limit=100")
    assert (launch.source_id, launch.name, launch.tagline) == ("io.github.ann/tarn", "Tarn", "Queues for agents")
    assert (launch.url, launch.repo_url) == ("https://tarn.example/mcp", "https://github.com/ann/tarn")
    assert (launch.makers, launch.tags) == (("ann",), ("npm", "oci"))
    assert launch.source_url.endswith("/v0.1/servers/io.github.ann%2Ftarn/versions/latest")
    assert launch.launched_at == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    assert launch.raw in page


def test_mcp_registry_passes_over_deleted_deprecated_and_older_versions() -> None:
    rows = [
        server(status="deleted"),
        server(status="deprecated"),
        server(isLatest=False),
        {"server": {"name": "a.b/c"}},
    ]
    [left] = mcp_registry.launches(as_json({"servers": rows}), "https://registry.example/v0.1/servers")
    assert (left.source_id, left.name, left.url) == ("a.b/c", "c", None)
    assert left.launched_at_basis == "first_seen"


def test_mcp_servers_of_one_repository_are_products_of_their_own_where_each_has_a_folder_and_a_package() -> None:
    def of(name: str, folder: object, **packages: str) -> dict[str, Any]:
        rows = [{"registryType": kind, "identifier": identifier} for kind, identifier in packages.items()]
        repository = {"url": "https://github.com/ann/many", "source": "github", "subfolder": folder}
        return server(server={"name": name, "websiteUrl": None, "repository": repository, "packages": rows})

    rows = [
        of("a.b/one", "servers/one", oci="docker.io/ann/one", npm="@ann/one"),
        of("a.b/two", "servers/two", pypi="Ann.Two"),
        of("a.b/three", "servers/three", npm="../x?y"),
        of("a.b/four", "", npm="four"),
        of("a.b/five", ["servers"], npm="five"),
    ]
    found = list(mcp_registry.launches(as_json({"servers": rows}), "https://registry.example/v0.1/servers"))
    repo = "https://github.com/ann/many"
    assert [(one.url, one.repo_url, one.kind) for one in found] == [
        ("https://www.npmjs.com/package/@ann/one", "", "package"),
        ("https://pypi." + "org/project/Ann.Two", "", "package"),
        *[(repo, repo, "repo")] * 3,
    ]


def test_mcp_registry_follows_its_cursor_and_never_in_place() -> None:
    [url] = mcp_registry.requests(Settings(), SINCE.replace(minute=47), NOW)
    assert "updated_since=2026-11-16T12%3A00%3A00Z" in url
    assert "version=latest" in url
    page = as_json({"servers": [], "metadata": {"nextCursor": "a.b/c:1.0.0"}})
    second = mcp_registry.next_request(page, url)
    assert second is not None
    assert "cursor=a.b%2Fc%3A1.0.0" in second
    assert mcp_registry.next_request(page, second) is None
    for metadata in (None, {}, {"nextCursor": None}, {"nextCursor": ""}, {"nextCursor": 7}, []):
        assert mcp_registry.next_request(as_json({"servers": [], "metadata": metadata}), url) is None


def test_dev_to_names_articles_and_reads_each() -> None:
    [url] = dev_to.requests(Settings(), SINCE, NOW)
    assert "tag=showdev" in url
    assert "top=2" in url
    page = as_json([article(), article(id=32, type_of="podcast"), article(id=33, published_timestamp=None)])
    assert [name for name, _ in dev_to.entries(page, url)] == ["31", "33"]
    assert dev_to.entry_request(Settings(), "31") == "https://dev.to/api/articles/31"
    answer = as_json(article())
    [launch] = dev_to.entry_launches(answer, "https://dev.to/api/articles/31")
    assert (launch.id, launch.name, launch.url) == ("dev_to:31", "Tarn", "https://tarn.example/")
    assert (launch.makers, launch.tags) == (("Ann A.",), ("rust",))
    assert launch.observations == {"points": 11.0, "comments": 3.0}
    assert launch.source_url == "https://dev.to/ann/tarn-1a"
    assert launch.raw in answer


def test_dev_to_takes_no_essay_and_each_tool_of_a_list() -> None:
    essay = article(
        title="What I learned about queues", body_html='<p>See <a href="https://tarn.example/x">this</a></p>'
    )
    assert list(dev_to.entry_launches(as_json(essay), "")) == []
    body = '<ul><li><a href="https://tarn.example/">Tarn</a>: a queue</li><li><a href="https://fell.example/">Fell</a>: maps</li></ul>'
    several = list(dev_to.entry_launches(as_json(article(title="Two tools we made", body_html=body)), ""))
    assert [(one.name, one.source_id) for one in several] == [
        ("Tarn", "31#url:tarn.example"),
        ("Fell", "31#url:fell.example"),
    ]


def test_dev_to_asks_on_while_pages_are_full() -> None:
    url = "https://dev.to/api/articles?tag=showdev&top=2&per_page=2&page=1"
    following = dev_to.next_request(as_json([article(), article()]), url)
    assert following is not None
    assert "page=2" in following
    assert dev_to.next_request(as_json([article()]), url) is None


def test_open_vsx_takes_extensions_with_one_version() -> None:
    rows = [
        extension(),
        extension(name="second", allVersions=[{"version": "2"}, {"version": "1"}]),
        extension(name="platforms", allVersions=[{"version": "1"}, {"version": "1"}]),
        extension(name="gone", deprecated=True),
    ]
    page = as_json({"offset": 0, "totalSize": 4, "extensions": rows})
    assert [name for name, _ in open_vsx.entries(page, "")] == ["Ann/tarn", "Ann/platforms"]
    answer = as_json(extension(allVersions={"latest": "x", "0.1.0": "x"}))
    [launch] = open_vsx.entry_launches(answer, "https://open-vsx.org/api/Ann/tarn")
    assert (launch.source_id, launch.name, launch.tagline) == ("ann.tarn", "Tarn", "Queues beside your code")
    assert (launch.url, launch.repo_url, launch.license) == (
        "https://tarn.example/",
        "https://github.com/ann/tarn",
        "MIT",
    )
    assert (launch.makers, launch.tags) == (("Ann A.",), ("Other", "queue"))
    assert launch.observations == {"downloads": 5.0, "reviews": 0.0}
    assert launch.source_url == "https://open-vsx.org/extension/Ann/tarn"
    assert list(open_vsx.entry_launches(as_json(extension(allVersions={"1": "", "2": ""})), "")) == []


def test_open_vsx_pages_by_offset_until_all_was_given() -> None:
    [url] = open_vsx.requests(Settings(), SINCE, NOW)
    page = as_json({"totalSize": 3, "extensions": [extension(), extension()]})
    second = open_vsx.next_request(page, url)
    assert second is not None
    assert "offset=2" in second
    assert open_vsx.next_request(page, second) is None
    assert open_vsx.next_request(as_json({"totalSize": 9, "extensions": []}), url) is None


def test_homebrew_finds_what_was_not_there_before() -> None:
    there = [formula(f"f{number}") for number in range(30)]
    before = homebrew.remembered(as_json(there))
    now = [*there[1:], formula(), formula("f9@2"), formula("f00", oldnames=["f0"])]
    url = "https://formulae.brew.sh/api/formula.json"
    assert homebrew.entries(as_json(now), url, None) == []
    assert homebrew.entries(as_json(now), url, before) == [("formula/tarn", None)]
    assert homebrew.entry_request(Settings(), "cask/a b") == "https://formulae.brew.sh/api/cask/a%20b.json"


def test_homebrew_reads_formulae_and_casks_but_no_fonts() -> None:
    answer = as_json(formula())
    [launch] = homebrew.entry_launches(answer, "https://formulae.brew.sh/api/formula/tarn.json")
    assert (launch.source_id, launch.name, launch.tagline) == ("formula/tarn", "tarn", "Queue in one file")
    assert (launch.url, launch.license, launch.observations) == ("https://tarn.example/", "MIT", {"installs": 9.0})
    assert launch.source_url == "https://formulae.brew.sh/formula/tarn"
    cask = {"token": "tarn", "name": ["Tarn App"], "desc": None, "homepage": "https://tarn.example/app"}
    [app] = homebrew.entry_launches(as_json({**cask, "artifacts": [{"app": ["T.app"]}, {"zap": []}]}), "")
    assert (app.source_id, app.name, app.tagline) == ("cask/tarn", "Tarn App", "")
    font = {**cask, "artifacts": [{"font": ["T.ttf"]}, {"uninstall": []}]}
    for odd in (font, formula(disabled=True), formula(deprecated=True)):
        assert list(homebrew.entry_launches(as_json(odd), "")) == []


def test_homebrew_with_other_names_has_changed() -> None:
    before = homebrew.remembered(as_json([formula(f"f{number}") for number in range(60)]))
    renamed = as_json([formula(f"core/f{number}") for number in range(60)])
    with pytest.raises(SourceChanged, match="60 of 60 names"):
        homebrew.launches(renamed, "https://formulae.brew.sh/api/formula.json", before)


def test_hugging_face_blog_reads_each_post_of_its_own_site() -> None:
    found = hf_blog.entries(BLOG, "https://huggingface.co/blog/feed.xml")
    assert [name for name, _ in found] == ["https://huggingface.co/blog/tarn", "https://stranger.example/blog/x"]
    assert [bool(hf_blog.entry_request(Settings(), name)) for name, _ in found] == [True, False]
    post = (
        "<html><header><a href='https://github.com/huggingface/hub-docs'>Docs</a></header><main><h1>Introducing Tarn</h1>"
        "<p>Today we release <a href='/ann/tarn-7b'>tarn-7b</a> with <a href='https://huggingface.co/ann'>Ann</a>.</p></main>"
    )
    [launch] = hf_blog.entry_launches(post, "https://huggingface.co/blog/tarn")
    assert (launch.id, launch.hub_id, launch.kind) == ("hf_blog:tarn", "models/ann/tarn-7b", "model")
    assert launch.raw in post
    assert list(hf_blog.entry_launches("<main><h1>Why we read</h1><p>Much.</p></main>", "https://h.example/b")) == []


def test_new_packages_are_named_by_their_address() -> None:
    [launch] = new_packages.launches(packages(NEW_PACKAGE), "https://index.example/rss/packages.xml")
    assert (launch.source_id, launch.name, launch.tagline) == ("tarn-queue", "tarn-queue", "Queue in one file")
    assert (launch.url, launch.kind, launch.makers) == ("https://index.example/project/tarn-queue/", "package", ())
    assert launch.launched_at == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def test_npm_is_read_on_from_where_it_was_left() -> None:
    settings = Settings({"npm_changes_url": "https://replicate.example/registry/", "npm_url": "https://npm.example"})
    [state] = npm_changes.requests(settings, SINCE, NOW)
    assert state == "https://replicate.example/registry/"
    now, before = as_json({"update_seq": 120}), as_json({"update_seq": 100})
    assert npm_changes.next_request(now, state, None) is None
    assert npm_changes.next_request(before, state, now) is None  # its numbers began anew
    changes = npm_changes.next_request(now, state, before)
    assert changes == "https://replicate.example/registry/_changes?since=100&limit=10000"
    full = as_json({"results": [{"seq": 1, "id": "a", "changes": []}] * 10_000, "last_seq": 110})
    following = npm_changes.next_request(full, changes, None)
    assert following is not None
    assert "since=110" in following
    assert npm_changes.next_request(full, following, None) is None  # no progress
    assert npm_changes.next_request(as_json({"results": [], "last_seq": 120}), following, None) is None


def test_npm_takes_first_revisions_with_the_words_asked_for() -> None:
    rows = [
        {"seq": 1, "id": "@ann/tarn-queue", "changes": [{"rev": "1-aa"}]},
        {"seq": 2, "id": "other", "changes": [{"rev": "1-aa"}]},
        {"seq": 3, "id": "queue-old", "changes": [{"rev": "12-aa"}]},
        {"seq": 4, "id": "queue-gone", "changes": [{"rev": "1-aa"}], "deleted": True},
        {"seq": 5, "id": "../queue", "changes": [{"rev": "1-aa"}]},
    ]
    named = [name for name, _ in npm_changes.entries(as_json({"results": rows, "last_seq": 5}), "", None)]
    settings = Settings({"npm_changes_words": "Queue,", "npm_url": "https://npm.example/"})
    asked = [url for name in named if (url := npm_changes.entry_request(settings, name))]
    assert asked == ["https://npm.example/@ann%2Ftarn-queue"]


def test_npm_reads_a_package() -> None:
    [launch] = npm_changes.entry_launches(as_json(package()), "https://npm.example/@ann%2Ftarn-queue")
    assert (launch.name, launch.url, launch.repo_url) == (
        "@ann/tarn-queue",
        "https://github.com/ann/tarn",
        "https://github.com/ann/tarn",
    )
    assert (launch.makers, launch.license, launch.tags) == (("ann",), "MIT", ("queue",))
    [bare] = npm_changes.entry_launches(
        as_json(package(homepage=None, repository="github:ann/tarn", license="ISC")), ""
    )
    assert (bare.url, bare.license) == ("https://github.com/ann/tarn", "ISC")
    taken_back = package(versions=None, time={"unpublished": {"name": "ann"}})
    assert list(npm_changes.entry_launches(as_json(taken_back), "")) == []


def test_an_awesome_list_gives_what_was_added_to_it() -> None:
    url = "https://api.github.com/repos/ann/awesome-queues/readme?as=list"
    assert list(awesome_lists.launches(LIST, url, None)) == []
    before = LIST.replace("- [**Tarn**]", "<!-- ").replace("| [Ivy]", "<!-- ").replace("- [Fell]", "<!-- ")
    before = before.replace("- [Tarn again]", "<!-- ")
    added = list(awesome_lists.launches(LIST, url, before))
    assert [(one.name, one.url, one.tagline) for one in added] == [
        ("Tarn", "https://github.com/ann/tarn", "A queue in one file."),
        ("Fell", "https://fell.example/", "Maps offline"),
        ("Ivy", "https://ivy.example/", "Climbs"),
    ]
    assert {(one.source_url, one.tags) for one in added} == {("https://github.com/ann/awesome-queues", ("Kept",))}
    assert added[0].source_id == "github.com/ann/awesome-queues#repo:github.com/ann/tarn"
    assert all(one.raw in LIST for one in added)


def test_releases_are_launches_of_their_repository() -> None:
    [launch] = github_releases.launches(RELEASES, "https://github.com/ann/tarn/releases.atom")
    assert (launch.source_id, launch.name, launch.url) == ("ann/tarn/v1.2.0", "tarn", "https://github.com/ann/tarn")
    assert (launch.kind, launch.makers, launch.description) == ("repo", ("ann",), "")
    assert launch.launched_at == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


# At its worst ----------------------------------------------------------------------------------------------------------

Wrap = Callable[[list[Any]], str]
LISTS: dict[ModuleType, tuple[Callable[..., dict[str, Any]], Wrap]] = {
    lobsters: (story, as_json),
    mcp_registry: (server, lambda rows: as_json({"servers": rows, "metadata": {}})),
    dev_to: (article, as_json),
    open_vsx: (extension, lambda rows: as_json({"offset": 0, "totalSize": len(rows), "extensions": rows})),
    homebrew: (formula, as_json),
    npm_changes: (
        lambda **more: {"seq": 1, "id": "tarn", "changes": [{"rev": "1-a"}], **more},
        lambda rows: as_json({"results": rows, "last_seq": 9}),
    ),
}
ENTRIES: dict[ModuleType, Callable[..., dict[str, Any]]] = {
    dev_to: article,
    open_vsx: extension,
    homebrew: formula,
    npm_changes: package,
}
ODD: tuple[Any, ...] = (None, 7, -1.5e300, True, "", " ", "x" * 70_000, [], [None], {}, {"a": {"b": None}}, "\ud800")
FEED_SOURCES = (new_packages, github_releases, hf_blog)


def name_of(module: ModuleType) -> str:
    return str(module.NAME)


@pytest.mark.parametrize("module", LISTS, ids=name_of)
def test_odd_rows_cost_themselves_and_nothing_else(module: ModuleType) -> None:
    row, wrap = LISTS[module]
    good = row()
    odd = [{**good, key: value} for key in good for value in ODD] + [
        {key: value for key, value in good.items() if key != left_out} for left_out in good
    ]
    rows = [*(row() for _ in range(2 * len(odd))), *odd, None, "text", 3, []]
    url = "https://places.example/list.json"
    read = read_list(module.__name__, wrap(rows).encode("utf-8", "surrogatepass"), "utf-8", url, url)
    assert read.launches or read.entries or module is homebrew
    for launch in read.launches:
        assert launch.source_id
        assert len(launch.tagline) <= 500
        assert launch.url is None or launch.url.startswith("http")


@pytest.mark.parametrize("module", ENTRIES, ids=name_of)
def test_an_entry_with_anything_missing_is_read_or_refused_by_name(module: ModuleType) -> None:
    good = ENTRIES[module]()
    for key in good:
        for value in (*ODD, "<b>5 &lt; 6</b>"):
            answer = json.dumps({**good, key: value})
            try:
                found = list(module.entry_launches(answer, "https://places.example/entry"))
            except SourceChanged:
                continue
            assert all(launch.source_id and launch.title for launch in found)


@pytest.mark.parametrize("module", LISTS, ids=name_of)
@pytest.mark.parametrize(
    "page",
    ["", "<html><body>Down for maintenance</body></html>", '{"error": "no"}', "[1, 2", '{"rows": []}', '[{"a": 1}]', "null", "7"],
)  # fmt: skip
def test_another_envelope_has_changed(module: ModuleType, page: str) -> None:
    url = "https://places.example/list.json"
    with pytest.raises(SourceChanged):
        read_list(module.__name__, page.encode(), "utf-8", url, url)


@pytest.mark.parametrize("module", FEED_SOURCES, ids=name_of)
@pytest.mark.parametrize("page", ["", "<html><body>Down</body></html>", '{"items": 3}', "\x00"])
def test_a_page_that_is_no_feed_has_changed(module: ModuleType, page: str) -> None:
    with pytest.raises(SourceChanged):
        read_list(module.__name__, page.encode(), "utf-8", "https://places.example/f", "https://places.example/f")


@pytest.mark.parametrize(
    "page", ["", "<!doctype html><html></html>", "# Moved\n\nSee [there](https://there.example/)."]
)
def test_a_list_without_entries_has_changed(page: str) -> None:
    with pytest.raises(SourceChanged, match="Markdown list"):
        list(awesome_lists.launches(page, "https://lists.example/l.md", LIST))


@pytest.mark.parametrize("module", [*LISTS, *FEED_SOURCES], ids=name_of)
def test_a_valid_empty_envelope_is_quiet(module: ModuleType) -> None:
    page = LISTS[module][1]([]) if module in LISTS else packages()
    url = "https://places.example/list.json"
    read = read_list(module.__name__, page.encode(), "utf-8", url, url)
    assert (read.launches, read.entries, read.following) == ([], [], None)


@pytest.mark.parametrize("module", LISTS, ids=name_of)
def test_ten_thousand_entries_are_read(module: ModuleType) -> None:
    row, wrap = LISTS[module]
    key = {lobsters: "short_id", mcp_registry: "server", npm_changes: "id", dev_to: "id"}.get(module, "name")
    rows = [
        row(**{key: {"name": f"a.b/s{n}"} if module is mcp_registry else n + 1 if module is dev_to else f"n{n}"})
        for n in range(10_000)
    ]
    url = "https://places.example/list.json"
    read = read_list(module.__name__, wrap(rows).encode(), "utf-8", url, url)
    assert len({one.source_id for one in read.launches} or {name for name, _ in read.entries}) == (
        0 if module is homebrew else 10_000
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Map<K, V> in Go", "Map<K, V> in Go"),
        ("A &amp; B", "A & B"),
        ("<b>Bold</b>\n  claim", "Bold claim"),
        ("AT&T; and R&D", "AT&T; and R&D"),
        (None, ""),
    ],
)
def test_titles_are_one_line_without_markup(text: object, plain: str) -> None:
    assert line(text) == plain


def test_settings_that_do_not_fit_say_so() -> None:
    odd = Settings({"awesome_lists": "ann/awesome-queues, queues", "release_repos": "https://github.com/ann/tarn"})
    assert "got 'queues'" in why_off(awesome_lists, odd)
    assert "owner/name" in why_off(github_releases, odd)
    partly = Settings({"npm_changes_url": "https://replicate.example/registry"})
    assert why_off(npm_changes, partly) == "set SCOUT_NPM_URL and SCOUT_NPM_CHANGES_WORDS"
    assert not any(
        why_off(module, Settings()) for module in (lobsters, mcp_registry, dev_to, open_vsx, homebrew, hf_blog)
    )


def test_no_address_of_a_place_stands_in_its_source_alone() -> None:
    """Each built-in place is asked where a setting says: a mirror, a stand-in."""
    names = ("mcp_registry_url", "lobsters_url", "dev_to_url", "open_vsx_url", "homebrew_url", "hf_blog_url")
    moved = Settings({name: f"https://moved.example/{name}" for name in names})
    for module in (mcp_registry, lobsters, dev_to, open_vsx, homebrew, hf_blog):
        assert all(url.startswith("https://moved.example/") for url in module.requests(moved, SINCE, NOW))
    assert len(all_sources()) >= 17
