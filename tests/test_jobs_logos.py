"""Marks over the wire: who is asked for one, how often, and what bad answers cost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Site
from stored import NOON, Clock
from test_tools_logos import drawn, png_of, written

from jobs.demo.marks import mark_of
from jobs.dossier import gather
from jobs.logos import MOST_ASKED
from tools.logos import MOST_BYTES
from tools.models import Logo, Saved
from tools.reading import ProposedProduct
from tools.settings import Settings
from tools.workbench import Workbench

PNG = {"Content-Type": "image/png"}
ICON = '<link rel="apple-touch-icon" href="{}">'


class World:
    """A product on a loopback site, and the store it is kept in."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.path, self.clock = site, folder / "store.db", Clock()
        self.settings = site.settings(browser="off", dossier_pages=1)
        self.slug = ""

    @contextmanager
    def bench(self, **settings: Any) -> Iterator[Workbench]:
        bench = Workbench(self.site.settings(browser="off", dossier_pages=1, **settings), self.path)
        bench.now = self.clock
        with bench:
            yield bench

    def home(self, *icons: str) -> None:
        head = "".join(ICON.format(icon) for icon in icons)
        self.site.page("/", f"<html><head><title>Quillmoor</title>{head}</head><body><h1>Quillmoor</h1>"
                       "<p>Quillmoor sorts the logs of your builds into causes.</p></body></html>")  # fmt: skip

    def gather(self, later: timedelta = timedelta(), **settings: Any) -> Logo | None:
        """Read the product's page, gather its dossier, and look at what is known of its mark."""
        self.clock.at += later
        with self.bench(**settings) as bench:
            [reading] = bench.run(bench.reader.read([self.site.url()], granted_only=False))
            assert reading.page
            [saved] = bench.reader.propose([ProposedProduct((), (reading.page.id,))])
            assert isinstance(saved, Saved)
            self.slug = saved.slug
            gather(bench, [self.slug], lambda _: None, again=True)
            assert bench.store.verify() == []
            assert list(bench.store.strayed()) == []
            return bench.store.logo_of(self.slug)

    def logged(self) -> int:
        """How often the change log tells of another mark."""
        with self.bench() as bench:
            return sum("logo" in row["field"] for row in bench.store.changes_after(0))


@pytest.fixture
def world(site: Site, tmp_path: Path) -> World:
    return World(site, tmp_path)


def test_a_mark_is_asked_for_once_a_week_and_sent_again_only_when_it_changed(world: World) -> None:
    world.home("/touch.png", "/other.png")
    world.site.page("/touch.png", written(drawn()), headers=PNG, etag='"one"')
    first = world.gather()
    assert first is not None
    assert first.png.startswith(b"\x89PNG")
    assert (first.url, first.page, first.why) == (world.site.url("/touch.png"), world.site.url("/"), "")
    [asked] = world.site.asked("/touch.png")
    assert asked.headers["accept"].startswith("image/")
    assert world.site.asked("/other.png") == []
    assert world.gather(timedelta(days=6)) == first
    assert len(world.site.asked("/touch.png")) == 1
    again = world.gather(timedelta(days=2))
    assert again is not None
    assert (again.png, again.checked_at) == (first.png, NOON + timedelta(days=8))
    assert [one.headers.get("if-none-match") for one in world.site.asked("/touch.png")] == [None, '"one"']
    assert world.logged() == 1
    world.site.page("/touch.png", written(drawn(ink="#fff")), headers=PNG, etag='"two"')
    other = world.gather(timedelta(days=8))
    assert other is not None
    assert other.png not in (b"", first.png)
    assert world.logged() == 2


def test_robots_is_asked_first_and_what_it_closes_is_not_asked_for(world: World) -> None:
    world.home("/closed/touch.png")
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /closed/\n")
    world.site.page("/closed/touch.png", written(drawn()), headers=PNG)
    found = world.gather()
    assert found is not None
    assert (found.png, world.site.asked("/closed/touch.png")) == (b"", [])
    assert "robots.txt" in found.why


def test_one_that_robots_closes_by_now_is_kept_no_longer(world: World) -> None:
    world.home("/touch.png")
    world.site.page("/touch.png", written(drawn()), headers=PNG)
    assert (first := world.gather()) is not None
    assert first.png
    world.site.page("/robots.txt", "User-agent: *\nDisallow: /touch.png\n")
    found = world.gather(timedelta(days=8))
    assert found is not None
    assert found.png == b""
    assert len(world.site.asked("/touch.png")) == 1
    with world.bench() as bench:
        assert bench.store._tuples("SELECT count(*) FROM logo_files") == [(0,)]


def test_a_server_in_trouble_takes_nothing_away_and_a_page_that_is_gone_does(world: World) -> None:
    world.home("/touch.png")
    world.site.page("/touch.png", written(drawn()), headers=PNG)
    first = world.gather(retries=0)
    assert first is not None
    world.site.page("/touch.png", "later", status=500)
    passing = world.gather(timedelta(days=8), retries=0)
    assert passing is not None
    assert passing.png == first.png
    world.site.page("/touch.png", "gone", status=404)
    gone = world.gather(timedelta(days=8))
    assert gone is not None
    assert (gone.png, "404" in gone.why) == (b"", True)
    assert world.logged() == 2


def test_a_page_that_names_none_by_now_has_none(world: World) -> None:
    world.home("/touch.png")
    world.site.page("/touch.png", written(drawn()), headers=PNG)
    assert world.gather() is not None
    world.home()
    found = world.gather(timedelta(days=1))
    assert found is not None
    assert (found.png, found.url) == (b"", "")


BAD: dict[str, Callable[[Site], None]] = {
    "a bomb": lambda site: site.page("*", png_of(12_000, 12_000), headers=PNG),
    "a program": lambda site: site.page("*", b"<svg xmlns='http://www.w3.org/2000/svg'/>", headers=PNG),
    "a page with a picture's type": lambda site: site.page("*", "<title>Not found</title>", headers=PNG),
    "too many bytes": lambda site: site.page("*", written(drawn()) + b"\0" * MOST_BYTES, headers=PNG),
    "nothing": lambda site: site.page("*", b"", headers=PNG),
    "half of one": lambda site: site.page("*", written(drawn())[:700], headers=PNG),
    "an address that is gone": lambda site: site.page("*", "gone", status=410),
    "a log-in": lambda site: site.page("*", "Sign in", status=401),
    "a circle": lambda site: site.redirect("*", "/round"),
    "an address of the network's own": lambda site: site.redirect("*", "http://169.254.169.254/touch.png"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_answer_costs_two_requests_and_a_line_of_the_log(
    world: World, bad: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.home("/a.png", "/b.png", "/c.png")
    BAD[bad](world.site)
    with caplog.at_level(logging.INFO, "jobs.logos"):
        found = world.gather()
    assert found is not None
    assert found.png == b""
    assert found.why
    assert [len(world.site.asked(path)) for path in ("/a.png", "/b.png", "/c.png")] == [1, 1, 0]
    told = [record for record in caplog.records if record.levelno >= logging.WARNING and "logo" in record.name]
    assert (told, "logo not kept" in caplog.text) == ([], True)
    world.site.requests.clear()
    assert world.gather(timedelta(days=1)) == found  # nor is it asked for again at once
    assert world.site.asked("/a.png") == []
    assert MOST_ASKED == 2


def test_the_second_is_kept_where_the_first_is_none(world: World) -> None:
    world.home("/gone.png", "/touch.png")
    world.site.page("/touch.png", written(drawn()), headers=PNG)
    found = world.gather()
    assert found is not None
    assert (found.url, bool(found.png)) == (world.site.url("/touch.png"), True)


def test_a_host_that_may_not_be_fetched_is_not_asked(world: World, make_site: Callable[[], Site]) -> None:
    private = make_site()
    private.page("*", written(drawn()), headers=PNG)
    world.home(private.url("/touch.png"), "/led")
    world.site.redirect("/led", private.url("/touch.png"))
    found = world.gather()
    assert found is not None
    assert (found.png, private.requests) == (b"", [])


def test_switched_off_nothing_is_asked_for_and_what_is_kept_goes(world: World) -> None:
    world.home("/touch.png")
    world.site.page("/touch.png", written(drawn()), headers=PNG)
    assert world.gather(logos="off") is None
    assert world.site.asked("/touch.png") == []
    assert world.gather() is not None
    assert world.gather(logos="off") is None
    assert len(world.site.asked("/touch.png")) == 1
    with world.bench() as bench:
        assert bench.store.document(world.slug).logo is None
        assert bench.store._tuples("SELECT count(*) FROM logo_files") == [(0,)]


def test_the_demo_has_sound_marks_and_traps() -> None:
    from jobs.demo.cast import cast
    from tools.errors import PageFault
    from tools.logos import tile

    kept, refused = 0, []
    for product in cast(1):
        if mark := mark_of(product):
            try:
                tile(mark.body, product.home)
                kept += 1
            except PageFault:
                refused.append(product.key)
    assert kept > 30
    assert sorted(refused) == ["flumbo", "hollowkey-pro", "nibble"]


def test_the_setting_is_one_of_two_words() -> None:
    from tools.errors import UsageError

    with pytest.raises(UsageError, match="SCOUT_LOGOS"):
        Settings({"logos": "sometimes"})
