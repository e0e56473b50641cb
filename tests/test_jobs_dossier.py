"""A dossier as it is gathered: what leads to its pages, what may not stand in it, what it costs and what its failures cost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.dossier import FRESH, gather
from jobs.refresh import refresh
from tools.dossier import Dossier
from tools.models import Launch
from tools.reading import ProposedProduct
from tools.settings import Settings
from tools.web.recording import Recorded, write_recording
from tools.workbench import Workbench

START = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOME = "https://reedworks.example/"
REPO = "https://github.com/reedworks/reed"
API = "https://api.github.com/repos/reedworks/reed"
SITEMAP = "https://reedworks.example/sitemap.xml"
ITEM = "https://hn.algolia.com/api/v1/items/4599"
LAUNCH = Launch("show_hn", "4599", "Show HN: Reed", "https://news.ycombinator.com/item?id=4599", url=HOME, name="Reed")


def silent(_: str) -> None:
    """Nobody listens."""


def html(url: str, body: str, status: int = 200, **headers: str) -> Recorded:
    text = f"<html><head><title>Reed</title></head><body>{body}</body></html>"
    sent = {"Content-Type": "text/html; charset=utf-8", "ETag": f'"{hash(text)}"', **headers}
    return Recorded(url, status, tuple(sent.items()), text.encode())


def data(url: str, body: object) -> Recorded:
    return Recorded(url, 200, (("Content-Type", "application/json"),), json.dumps(body).encode())


def text(url: str, body: str, kind: str = "text/plain") -> Recorded:
    return Recorded(url, 200, (("Content-Type", kind),), body.encode())


def home(*links: tuple[str, str]) -> Recorded:
    anchors = " ".join(f'<a href="{url}">{words}</a>' for url, words in links)
    return html(HOME, f"<h1>Reed</h1><p>Reed sorts the logs of your builds into causes.</p><nav>{anchors}</nav>")


def page(path: str, words: str = "Some words about Reed.") -> Recorded:
    return html(f"https://reedworks.example{path}", f"<h1>Reed</h1><p>{words}</p>")


class World:
    """A store with one product, and the recordings it is gathered from."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.days, self.settings = folder, 0, Settings({"read_workers": 1, "browser": "off"})
        self.slug = ""

    @contextmanager
    def bench(self, *answers: Recorded, later: timedelta = timedelta()) -> Iterator[Workbench]:
        self.days += 1
        path = self.folder / f"{self.days}.warc.gz"
        write_recording(path, START + later, answers)
        with Workbench(self.settings, self.folder / "store.db", replay=path) as bench:
            yield bench

    def dossier(self, first: Recorded, *answers: Recorded, launches: tuple[Launch, ...] = ()) -> Dossier:
        """Read the product by its first page, and gather."""
        with self.bench(first, *answers) as bench:
            bench.store.put_launches(launches[0].source if launches else "show_hn", launches, bench.now())
            (reading,) = bench.run(bench.reader.read([first.url], granted_only=False))
            assert reading.page
            (saved,) = bench.reader.propose([ProposedProduct(tuple(one.id for one in launches), (reading.page.id,))])
            self.slug = saved.slug  # type: ignore[union-attr]  # it was saved
            assert gather(bench, [self.slug], silent) == 1
            assert not bench.store.verify()
            return bench.store.dossier(self.slug)

    def again(self, *answers: Recorded, later: timedelta) -> tuple[Dossier, dict[str, int]]:
        """Gather once more, as a refresh does; the dossier, and what the fetcher counted."""
        with self.bench(*answers, later=later) as bench:
            gather(bench, [self.slug], silent, again=True)
            return bench.store.dossier(self.slug), bench.fetcher.counts


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def states(dossier: Dossier) -> dict[str, str]:
    """The state of each role, with why where there is a reason; "none" left out."""
    return {page.role: f"{page.state} {page.why}".strip() for page in dossier.pages if page.state != "none"}


def test_links_of_its_pages_lead_to_its_own(world: World) -> None:
    links = [("/docs", "Docs"), ("/legal/privacy", "Privacy"), ("https://docs.reedworks.example/changes", "Changelog")]
    found = world.dossier(
        home(*links),
        page("/docs", "Reed can be self-hosted. Export everything as JSON."),
        page("/legal/privacy"),
        html("https://docs.reedworks.example/changes", "<p>1.0</p>"),
    )
    assert states(found) == {"homepage": "read", "docs": "read", "changelog": "read", "terms": "read"}
    assert {page.role for page in found.pages if page.state == "none"} == {
        *("pricing", "help", "trust", "readme", "card", "repository", "releases", "registry", "hub", "comments"),
    }
    assert {one.topic for one in found.statements} >= {"self_host", "export"}
    assert all(page.page and page.at == START for page in found.pages if page.state == "read")


def test_answers_to_questions_and_pages_on_security_are_read(world: World) -> None:
    found = world.dossier(
        home(("/faq", "FAQ"), ("/trust", "Security & Trust"), ("/support", "Help Centre")),
        page("/faq", "Can I export my data? Yes, you can export everything as JSON."),
        page("/trust", "All data is stored in the EU."),
        page("/support"),
    )
    assert states(found) == {"homepage": "read", "help": "read", "trust": "read"}
    assert {(one.topic, one.role) for one in found.statements} >= {("export", "help"), ("data_region", "trust")}


def test_where_no_link_leads_the_sitemap_does(world: World) -> None:
    urls = ("/docs/intro", "/docs", "/team", "/privacy")
    listed = "".join(f"<url><loc>https://reedworks.example{path}</loc></url>" for path in urls)
    robots = text(
        "https://reedworks.example/robots.txt", "User-agent: *\nAllow: /\nSitemap: https://reedworks.example/map.xml\n"
    )
    sitemap = text("https://reedworks.example/map.xml", f"<urlset>{listed}</urlset>", "application/xml")
    found = world.dossier(home(), robots, sitemap, page("/docs"), page("/privacy"))
    assert states(found) == {"homepage": "read", "docs": "read", "terms": "read"}


def test_a_sitemap_of_another_site_is_not_asked_for(world: World) -> None:
    robots = text("https://reedworks.example/robots.txt", "Sitemap: https://elsewhere.example/map.xml\n")
    foreign = text("https://elsewhere.example/map.xml", "<loc>https://reedworks.example/docs</loc>")
    assert states(world.dossier(home(), robots, foreign, page("/docs"))) == {"homepage": "read"}


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((html("https://reedworks.example/docs", "", 302, Location="https://elsewhere.example/x"), html("https://elsewhere.example/x", "<p>Buy</p>")), "failed It leads to elsewhere.example, another site."),
        ((html("https://reedworks.example/docs", "", 302, Location=HOME),), "failed The homepage came in its place."),
        ((html("https://reedworks.example/docs", "gone", 404),), "failed The server answered 404."),
        ((html("https://reedworks.example/docs", "<script>app()</script>"),), "failed It shows no text."),
        ((text("https://reedworks.example/robots.txt", "User-agent: *\nDisallow: /docs\n"),), "refused Robots.txt does not allow this page."),
        ((), "failed It is not in the recording."),
    ],
)  # fmt: skip
def test_a_page_that_cannot_stand_in_the_dossier_says_why(
    world: World, answers: tuple[Recorded, ...], why: str
) -> None:
    found = world.dossier(home(("/docs", "Docs"), ("/privacy", "Privacy")), *answers, page("/privacy"))
    assert states(found) == {"homepage": "read", "docs": why, "terms": "read"}
    (docs,) = [one for one in found.pages if one.role == "docs"]
    assert docs.url == "https://reedworks.example/docs"
    assert not docs.page


def test_what_came_from_another_site_is_not_kept(world: World) -> None:
    away = html("https://reedworks.example/docs", "", 302, Location="https://elsewhere.example/x")
    world.dossier(home(("/docs", "Docs")), away, html("https://elsewhere.example/x", "<p>Buy this instead.</p>"))
    with world.bench(home()) as bench:
        assert bench.store.latest_page("https://elsewhere.example/x") is None


def test_no_more_pages_are_asked_for_than_the_setting_says(world: World) -> None:
    links = [("/docs", "Docs"), ("/privacy", "Privacy"), ("/changelog", "Changelog"), ("/terms", "Terms")]
    world.settings = world.settings.but(dossier_pages=2)
    found = world.dossier(home(*links), *(page(path) for path, _ in links))
    assert states(found) == {"homepage": "read", "docs": "read", "terms": "read"}


def test_without_pages_there_is_no_dossier(world: World) -> None:
    world.settings = world.settings.but(dossier_pages=0)
    with world.bench(home()) as bench:
        assert gather(bench, ["whoever"], silent) == 0


# ── repositories ─────────────────────────────────────────────────────────────────────────────────────────────────────

REPOSITORY = {"full_name": "reedworks/reed", "html_url": REPO, "stargazers_count": 40, "archived": False, "owner": {"login": "reedworks"}, "name": "reed", "description": "Sorts logs.", "homepage": HOME}  # fmt: skip
FEED = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>2026-11-01T00:00:00Z</updated></entry></feed>'
COUNTERS = '<span id="repo-stars-counter-star" title="41" class="Counter">41</span>'


def numbers(dossier: Dossier) -> dict[str, float]:
    return {one.metric: one.value for one in dossier.measures}


def test_a_repository_has_its_numbers_from_its_page_and_its_feed(world: World) -> None:
    found = world.dossier(home((REPO, "GitHub")), html(REPO, COUNTERS), text(f"{REPO}/releases.atom", FEED))
    assert states(found) == {"homepage": "read", "repository": "read", "releases": "read"}
    assert numbers(found) == {"stars": 41, "released_at": 20758, "releases_365d": 1, "releases_730d": 1}


def test_what_was_read_of_a_repository_is_not_asked_for_again(world: World) -> None:
    with world.bench(
        data(API, REPOSITORY), text(f"{API}/readme", "# Reed\nSorts logs."), text(f"{REPO}/releases.atom", FEED)
    ) as bench:
        (reading,) = bench.run(bench.reader.read([REPO], granted_only=False))
        assert reading.page
        (saved,) = bench.reader.propose([ProposedProduct((), (reading.page.id,))])
        before = bench.fetcher.counts["pages"]
        gather(bench, [saved.slug], silent)  # type: ignore[union-attr]  # it was saved
        assert bench.fetcher.counts["pages"] - before == 1
        found = bench.store.dossier(saved.slug)  # type: ignore[union-attr]  # it was saved
    assert states(found) == {"readme": "read", "repository": "read", "releases": "read"}
    assert numbers(found)["stars"] == 40


def test_with_a_token_the_api_is_asked(world: World) -> None:
    world.settings = world.settings.but(github_token="t")
    releases = [{"published_at": "2026-11-01T00:00:00Z", "draft": False}]
    found = world.dossier(home((REPO, "GitHub")), data(API, REPOSITORY), data(f"{API}/releases?per_page=100", releases))
    assert numbers(found) == {"stars": 40, "archived": 0, "released_at": 20758, "releases_365d": 1, "releases_730d": 1}


def test_a_feed_that_robots_txt_closes_is_left_for_the_api(world: World) -> None:
    robots = text("https://github.com/robots.txt", "User-agent: *\nDisallow: /*.atom$\n")
    releases = data(f"{API}/releases?per_page=100", [{"published_at": "2026-10-01T00:00:00Z"}])
    answers = (robots, html(REPO, COUNTERS), text(f"{REPO}/releases.atom", FEED))
    found = world.dossier(home((REPO, "GitHub")), *answers, releases)
    assert numbers(found)["released_at"] == 20727


def test_a_renamed_repository_is_the_same(world: World) -> None:
    moved = "https://github.com/reed-labs/reed"
    answers = (html(REPO, "", 301, Location=moved), html(moved, COUNTERS))
    assert numbers(world.dossier(home((REPO, "GitHub")), *answers))["stars"] == 41


def test_a_repository_of_somebody_else_lends_no_stars(world: World) -> None:
    famous = "https://github.com/grandhall/engine"
    found = world.dossier(home((famous, "GitHub")), html(famous, COUNTERS), text(f"{famous}/releases.atom", FEED))
    assert states(found)["repository"] == "failed Nothing shows that this repository is the product's own."
    assert not found.measures
    assert "releases" not in states(found)


def test_releases_that_cannot_be_read_leave_the_rest(world: World) -> None:
    found = world.dossier(home((REPO, "GitHub")), html(REPO, COUNTERS), html(f"{REPO}/releases.atom", "Sign in"))
    assert states(found)["repository"] == "read"
    assert states(found)["releases"].startswith("failed ")
    assert numbers(found) == {"stars": 41}


def test_a_feed_of_five_megabytes_costs_no_more_than_its_reading(world: World) -> None:
    large = text(f"{REPO}/releases.atom", FEED.replace("</feed>", f"<entry>{'x' * 99}</entry>" * 45_000 + "</feed>"))
    found = world.dossier(home((REPO, "GitHub")), html(REPO, COUNTERS), large)
    assert numbers(found) == {"stars": 41, "released_at": 20758}


def test_codeberg_and_gitlab_need_no_key(world: World) -> None:
    base = "https://codeberg.org/api/v1/repos/reedworks/reed"
    answers = (
        data(base, {"stars_count": 8}),
        data(f"{base}/releases?limit=50", [{"published_at": "2026-11-01T00:00:00Z"}]),
    )
    found = world.dossier(home(("https://codeberg.org/reedworks/reed", "Source")), *answers)
    assert numbers(found) == {"stars": 8, "released_at": 20758, "releases_365d": 1, "releases_730d": 1}


def test_a_code_host_that_is_not_asked_has_no_numbers(world: World) -> None:
    found = world.dossier(home(("https://bitbucket.org/reedworks/reed", "Source")))
    assert states(found) == {"homepage": "read"}


# ── voices ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def thread(*texts: str) -> Recorded:
    rows = [
        {"author": f"u{n}", "text": said, "created_at_i": 1_795_000_000 + n, "children": []}
        for n, said in enumerate(texts)
    ]
    return data(ITEM, {"id": 4599, "author": "mira", "text": None, "created_at_i": 1_795_000_000, "children": rows})


def test_comments_of_its_launch_are_its_voices(world: World) -> None:
    found = world.dossier(home(), thread("It lost my logs twice.", "@mira fast for us"), launches=(LAUNCH,))
    assert [(one.role, one.text) for one in found.voices] == [
        ("a commenter on Show HN", "It lost my logs twice."),
        ("a commenter on Show HN", "fast for us"),
    ]
    assert {one.url for one in found.voices} == {LAUNCH.source_url}
    assert states(found)["comments"] == "read"


def test_a_followed_feed_called_as_a_source_has_no_discussions(world: World) -> None:
    with world.bench(home()) as bench:
        bench.store.add_source("show_hn", "https://reed.example/feed")
    assert "comments" not in states(world.dossier(home(), thread("It lost my logs."), launches=(LAUNCH,)))


def test_comments_elsewhere_are_its_voices_too(world: World) -> None:
    launch = replace(LAUNCH, source="lobsters", source_id="a1b2c3#2", source_url="https://lobste.rs/s/a1b2c3")
    said = {"comments": [{"comment": "<p>It lost my logs.</p>", "commenting_user": "kim", "depth": 0}]}
    found = world.dossier(home(), data("https://lobste.rs/s/a1b2c3.json", said), launches=(launch,))
    assert [(one.role, one.text) for one in found.voices] == [("a commenter on Lobsters", "It lost my logs.")]


@pytest.mark.parametrize(
    "answer",
    [
        Recorded(ITEM, 200, (("Content-Type", "application/json"),), b'{"children": [' * 10_000 + b"]}" * 10_000),
        html(ITEM, "<p>Down for maintenance</p>"),
        html(ITEM, "error", 500),
    ],
)
def test_a_discussion_that_cannot_be_read_costs_itself(world: World, answer: Recorded) -> None:
    found = world.dossier(home(("/docs", "Docs")), page("/docs"), answer, launches=(LAUNCH,))
    assert states(found)["comments"].startswith("failed ")
    assert states(found)["docs"] == "read"
    assert not found.voices


# ── packages, and time ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_package_has_its_releases_and_downloads(world: World) -> None:
    world.settings = world.settings.but(npm_url="https://reg.example", npm_downloads_url="https://count.example")
    answer = {"name": "@reed/core", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"description": "Sorts logs of builds."}}, "time": {"created": "2026-10-01T00:00:00Z", "1.0.0": "2026-11-01T00:00:00Z"}}  # fmt: skip
    counted = data(
        "https://count.example/downloads/point/last-month/@reed/core", {"downloads": 900, "package": "@reed/core"}
    )
    found = world.dossier(data("https://reg.example/@reed%2Fcore", answer), counted)
    assert states(found) == {"registry": "read"}
    assert numbers(found) == {"downloads_30d": 900, "released_at": 20758, "releases_365d": 1, "releases_730d": 1}


def test_a_standing_dossier_is_not_gathered_anew_but_for_a_refresh(world: World) -> None:
    answers = (home(("/docs", "Docs")), page("/docs"))
    world.dossier(*answers)
    with world.bench(*answers, later=timedelta(days=1)) as bench:
        assert gather(bench, [world.slug], silent) == 0
    _, counts = world.again(*answers, later=timedelta(days=1))
    assert (counts["revalidated"], counts["pages"]) == (1, 0)
    _, counts = world.again(*answers, later=timedelta(days=1) + FRESH / 2)
    assert (counts["revalidated"], counts["pages"]) == (0, 0)  # read a moment ago


def test_a_page_that_does_not_come_this_time_takes_nothing_away(world: World) -> None:
    world.dossier(home(("/docs", "Docs")), page("/docs", "You can self-host Reed."))
    found, _ = world.again(home(("/docs", "Docs")), later=timedelta(days=2))
    assert states(found)["docs"] == "failed It is not in the recording."
    assert {one.topic for one in found.statements} == {"self_host"}


def test_a_refresh_gathers_for_what_it_reads_and_counts_no_failure(world: World) -> None:
    links = (("/docs", "Docs"), ("/terms", "Terms"))
    assert states(world.dossier(home(*links)))["docs"] == "failed It is not in the recording."
    recording = world.folder / "refresh.warc.gz"
    write_recording(recording, START + timedelta(days=9), [home(*links), page("/docs")])
    store, said = world.folder / "store.db", list[str]()
    report = refresh(store, world.settings, due_only=False, replay=recording, review=False, progress=said.append)
    assert (report["dossiers"], report["failures"]) == (1, [])
    assert "dossier: 1 of 1" in said
    with world.bench(home(), later=timedelta(days=9)) as bench:
        found = states(bench.store.dossier(world.slug))
    assert (found["docs"], found["terms"]) == ("read", "failed It is not in the recording.")


def test_an_unforeseen_fault_costs_one_product(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.dossier(home())

    def broken(**_: object) -> list[str]:
        raise RuntimeError("odd")

    with world.bench(home(), later=timedelta(days=9)) as bench:
        monkeypatch.setattr(bench.store, "launches", broken)
        assert gather(bench, [world.slug], silent) == 1
