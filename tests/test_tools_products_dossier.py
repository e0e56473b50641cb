"""Readers of a dossier: numbers of answers, and which address plays which role."""

import gzip
import time
from datetime import UTC, datetime

import pytest

from tools.dossier import Measure
from tools.errors import WorkFailed
from tools.models import Link
from tools.products.ends import on_site_of
from tools.products.measures import Answer, read_measures
from tools.products.roles import KINDS, Own, addresses_of, part_of, sitemap_links

AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
API = "https://api.github.com/repos/reedworks/reed"
DAY = {"2026-11-16": 20773.0, "2026-11-01": 20758.0}


def measured(kind: Answer, body: str, url: str = API) -> dict[str, float]:
    found = read_measures(kind, body.encode(), url, "p1", AT)
    assert all(one.quote and one.quote in body and one.page == "p1" and one.at == AT for one in found)
    assert len({one.metric for one in found}) == len(found)
    return {one.metric: one.value for one in found}


def feed(*dates: str) -> str:
    entries = "".join(f"<entry>\n <id>x</id>\n <updated>{date}</updated>\n <title>v</title></entry>" for date in dates)
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><updated>2026-11-17T00:00:00Z</updated>{entries}</feed>'


REPOSITORY = """{"full_name": "reedworks/reed", "stargazers_count":6420, "forks_count": 31, "open_issues_count": 0,
 "archived": false, "pushed_at": "2026-11-16T23:59:00Z", "parent": {"stargazers_count": 99000}}"""


@pytest.mark.parametrize(
    ("kind", "body", "url", "wanted"),
    [
        (
            "repository",
            REPOSITORY,
            API,
            {"stars": 6420, "forks": 31, "open_issues": 0, "archived": 0, "pushed_at": DAY["2026-11-16"]},
        ),
        ("repository", '{"star_count": 5, "forks_count": 2, "last_activity_at": "2026-11-16"}', API, {"stars": 5, "forks": 2}),
        ("repository", '{"stars_count": 7, "archived": true}', API, {"stars": 7, "archived": 1}),
        ("repository", '{"stargazers_count": "many", "forks_count": -3, "archived": null}', API, {}),
        (
            "repository_page",
            ('<span id="repo-network-counter" title="1,301" class="Counter">1.3k</span><span id="repo-stars-counter-star" '
            'aria-label="6420 users" title="6,420" class="Counter">6.4k</span><span id="issues-repo-tab-count" title="9">9</span>'
            "<div>This repository has been archived by the owner on Nov 3, 2025. It is now read-only.</div>"),
            API,
            {"stars": 6420, "forks": 1301, "archived": 1},
        ),
        ("repository_page", "<h1>reed</h1>", API, {}),
        (
            "repository_page",
            ('<relative-time datetime="2026-11-17T00:00:00Z">a push</relative-time><a href="/reedworks/reed/releases/tag/v2">'
            '<span>v2</span><relative-time class="x" datetime="2026-11-16T09:00:00Z">Nov 16</relative-time></a>'
            '<a href="/reedworks/reed/releases">+ 4 releases</a><relative-time datetime="2026-11-01T09:00:00Z">x</relative-time>'),
            API,
            {"released_at": DAY["2026-11-16"]},
        ),
        ("repository_page", '<a href="/reedworks/reed/releases/tag/v2">v2</a>', API, {}),
        ("hub", '{"id": "a/b", "likes": 12, "downloads": 4100}', API, {"likes": 12, "downloads_30d": 4100}),
        ("downloads", '{"downloads":31623,"package":"@reed/core"}', "https://n.example/p/%40reed%2Fcore", {"downloads_30d": 31623}),
        # whole lists tell both spans; a cut one only those it reaches beyond
        ("releases_feed", feed(), API, {}),
        (
            "releases_feed",
            feed("2026-11-16T09:00:00Z", "2026-01-01T00:00:00Z", "2025-10-01T00:00:00Z"),
            API,
            {"released_at": DAY["2026-11-16"], "releases_365d": 2, "releases_730d": 3},
        ),
        ("releases_feed", feed(*["2026-11-16T09:00:00Z"] * 10), API, {"released_at": DAY["2026-11-16"]}),
        (
            "releases_feed",
            feed(*["2026-11-01T09:00:00Z"] * 9, "2025-11-01T09:00:00Z"),
            API,
            {"released_at": DAY["2026-11-01"], "releases_365d": 9},
        ),
        (
            "releases_feed",
            feed("2023-01-01T00:00:00Z"),
            API,
            {"released_at": 19358, "releases_365d": 0, "releases_730d": 0},
        ),
        ("releases_feed", feed("2031-01-01T00:00:00Z", "soon"), API, {}),
        (
            "releases",
            ('[{"published_at": "2026-11-01T00:00:00Z"}, {"published_at": null, "draft": true}, {"published_at": '
            '"2026-11-16T00:00:00Z", "draft": true}]'),
            f"{API}/releases?per_page=100",
            {"released_at": DAY["2026-11-01"], "releases_365d": 1, "releases_730d": 1},
        ),
        (
            "releases",
            '[{"released_at": "2026-11-01T00:00:00Z"}, {"released_at": "2026-10-01T00:00:00Z"}]',
            f"{API}/releases?per_page=2",
            {"released_at": DAY["2026-11-01"]},
        ),
        ("releases", "[]", API, {}),
        (
            "registry",
            ('{"info": {}, "releases": {"1.0": [{"upload_time_iso_8601": "2026-11-01T10:00:00Z"}, {"upload_time_iso_8601": '
            '"2026-11-16T10:00:00Z"}], "0.9": [{"upload_time_iso_8601": "2026-10-01T10:00:00Z", "yanked": true}], "0.8": []}}'),
            API,
            {"released_at": DAY["2026-11-01"], "releases_365d": 1, "releases_730d": 1},
        ),
        (
            "registry",
            ('{"time": {"created": "2024-01-01T00:00:00.000Z", "modified": "2026-11-17T00:00:00.000Z", "0.1.0": '
            '"2025-06-01T00:00:00.000Z", "1.0.0": "2026-11-16T00:00:00.000Z"}}'),
            API,
            {"released_at": DAY["2026-11-16"], "releases_365d": 1, "releases_730d": 2},
        ),
    ],
)  # fmt: skip
def test_numbers_of_an_answer_with_their_words(kind: Answer, body: str, url: str, wanted: dict[str, float]) -> None:
    assert measured(kind, body, url) == wanted


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("repository", "<html>Not here</html>"),
        ("repository", "[1]"),
        ("repository", "[" * 100_000),
        ("releases", '{"message": "Moved"}'),
        ("releases_feed", "<html><p>Sign in</p></html>"),
        ("downloads", '{"downloads": 5, "package": "another"}'),
    ],
)
def test_an_answer_of_another_kind_is_said_to_be_none(kind: Answer, body: str) -> None:
    with pytest.raises(WorkFailed):
        read_measures(kind, body.encode(), "https://n.example/p/reed", "p1", AT)


@pytest.mark.parametrize("body", ["<feed>" + "<entry>" * 700_000, feed(*["2026-11-16T09:00:00Z"] * 50_000)])
def test_five_megabytes_of_releases_are_read_at_once(body: str) -> None:
    began = time.perf_counter()
    found: tuple[Measure, ...] = read_measures("releases_feed", body.encode(), API, "p1", AT)
    assert {one.metric for one in found} <= {"released_at"}
    assert time.perf_counter() - began < 5


# ── roles ────────────────────────────────────────────────────────────────────────────────────────────────────────────

OWN = Own(("url:reed.example",), frozenset({"reed"}))


@pytest.mark.parametrize(
    ("url", "words", "kind"),
    [
        ("https://reed.example/docs", "", "docs"),
        ("https://docs.reed.example/", "", "docs"),
        ("https://reed.example/x1", "Read the docs", "docs"),
        ("https://reed.example/x1", "Dokumentation", "docs"),
        ("https://reed.example/x1", "ドキュメント", "docs"),
        ("https://reed.readthedocs.example/en/latest", "Documentation", "docs"),
        ("https://manuals.example/reed/start", "Guide", "docs"),
        ("https://reed.example/start", "Schnellstart", "quickstart"),
        ("https://reed.example/docs.html", "", "docs"),
        ("https://reed.example/release_notes/", "", "changelog"),
        ("https://reed.example/n", "What’s new →", "changelog"),
        ("https://reed.example/legal/datenschutz", "", "privacy"),
        ("https://reed.example/p", "Politique de confidentialité", "privacy"),
        ("https://reed.example/t", "Terms & Conditions", "terms"),
        ("https://reed.example/legal/dpa", "Legal: DPA", "processing"),
        ("https://reed.example/q", "Häufige Fragen", "faq"),
        ("https://reed.example/trust-center", "", "security"),
        ("https://help.reed.example/", "Help centre", "help"),
    ],
)
def test_a_link_plays_a_role_by_its_words_or_its_address(url: str, words: str, kind: str) -> None:
    assert addresses_of([Link(url, words)], OWN).get(kind) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://reed.example/blog/how-we-write-docs", "How we write docs"),
        ("https://other.example/docs", "Docs"),
        ("https://other.example/reed/privacy", "Privacy"),  # only documentation is kept elsewhere
        ("https://github.com/reedworks/reed/releases", "Releases"),
        ("https://[broken", "Docs"),
        ("https://reed.example/privacy/vendors/x", "Vendors"),
    ],
)
def test_other_links_play_none(url: str, words: str) -> None:
    assert addresses_of([Link(url, words)], OWN) == {}


def test_words_with_an_address_come_before_either_and_no_address_plays_two_roles() -> None:
    links = [
        Link("https://reed.example/docs/deep/page", ""),
        Link("https://reed.example/manual", "Docs"),
        Link("https://reed.example/z", "Docs"),
        Link("https://reed.example/privacy", "Privacy and terms"),
        Link("https://reed.example/legal", "Legal"),
    ]
    found = addresses_of(links, OWN)
    assert found == {
        "docs": "https://reed.example/manual",
        "privacy": "https://reed.example/privacy",
        "terms": "https://reed.example/legal",
    }
    assert list(found) == [kind for kind in KINDS if kind in found]


@pytest.mark.parametrize(
    ("address", "own", "within"),
    [
        ("url:reed.example/docs", "url:reed.example", True),
        ("url:docs.reed.example", "url:reed.example", True),
        ("url:reed.example/docs", "url:reed.example/en", True),
        ("url:house.example/docs", "url:house.example/reed", False),
        ("url:house.example/docs/reed/start", "url:house.example/reed", True),
        ("url:house.example/docs", "url:reed.house.example", False),
        ("url:b.github.io/docs", "url:a.github.io", False),
    ],
)
def test_on_a_shared_host_only_its_own_path_is_a_products(address: str, own: str, within: bool) -> None:
    assert on_site_of(address, own) is within


def test_a_sitemap_names_what_may_play_a_role() -> None:
    body = b"<urlset><url><loc> https://reed.example/docs/a?x=1&amp;y=2 </loc></url><url><loc>https://reed.example/team</loc></url></urlset>"
    wanted = [Link("https://reed.example/docs/a?x=1&y=2", "")]
    assert sitemap_links(body) == wanted
    assert sitemap_links(gzip.compress(body)) == wanted
    assert sitemap_links(b"\x1f\x8bbroken") == sitemap_links(b"<html>") == []


def test_a_sitemap_bomb_is_read_as_far_as_its_share() -> None:
    began = time.perf_counter()
    bomb = gzip.compress(b"<url><loc>https://reed.example/team</loc></url>" * 2_000_000)
    assert sitemap_links(bomb) == []
    assert len(sitemap_links(b"<loc>https://reed.example/docs/page</loc>" * 50_000)) == 300
    assert sitemap_links(b"<loc>" * 900_000) == []
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("repository", "part"),
    [
        ("https://github.com/quernmill/cli", "quernmill/cli"),
        ("https://github.com/quernmill/quernmill-sdks", "quernmill/quernmill-sdks"),
        ("https://github.com/quernmill/holidays", "quernmill/holidays"),
        ("https://github.com/quernmill/quernmill", ""),
        ("https://github.com/quernmill/server", ""),
        ("https://github.com/quernmill/quern", ""),
        ("https://github.com/somebody/notes", ""),  # nothing shows whose it is, or what it holds
        ("https://quernmill.example/", ""),
        ("", ""),
    ],
)
def test_a_repository_that_holds_a_part_of_a_product_is_told_by_its_name(repository: str, part: str) -> None:
    assert part_of(repository, "Quernmill", "https://quernmill.example/") == part
    assert part_of("https://github.com/quernmill/cli", "Quernmill CLI", "https://quernmill.example/") == ""
