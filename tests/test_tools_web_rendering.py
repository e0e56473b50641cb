"""Which pages a browser reads and what sites teach, with a stand-in for the browser: every outcome on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tools.errors import CannotRun, FetchError, PageBlocked
from tools.models import Page
from tools.reading import ProposedProduct, Reader, Reading
from tools.settings import Settings
from tools.store import Store
from tools.web.browser import Rendering, rendered_page
from tools.web.fetch import Fetcher
from tools.web.recording import Recorder, Replay
from tools.web.tab import Fault

SHELL = "<title>Fernpost</title><div id=root></div><script src=/app.js></script>"
SHOWN = (
    "<title>Fernpost</title><h1>Fernpost sends letters from a script</h1><p>Fernpost prints, folds and posts what a script"
    " hands to it, and tells the script when the letter has arrived at its other end, wherever that may be in the world."
    "</p><h2>Pricing</h2><h3>Solo</h3><p>$10 per month</p><script src=/app.js></script>"
)
PICTURED = (
    "<title>Pixelmoor</title><h1>Pixelmoor scales pictures</h1><p>Pixelmoor scales pictures on their way to the visitor"
    " of a shop, so that a telephone is not sent what only a cinema could show.</p><h2>Pricing</h2>"
    "<img src=/price-list.png width=640>"
)
SWITCHING = (
    "<title>Fernpost pricing</title><h1>Fernpost sends letters from a script</h1><p>Fernpost prints, folds and posts what"
    " a script hands to it, and tells the script when the letter has arrived at its other end, wherever in the world that"
    " may be.</p><h2>Pricing</h2><div><button>Monthly</button><button>Yearly</button></div><h3>Solo</h3>"
    "<p>$10 per month</p><script src=/switch.js></script>"
)
PNG = b"\x89PNG of the page"


@dataclass
class StandIn:
    """A browser that shows what the test says, whatever the fetcher brought. `error` comes instead where it is set."""

    shows: str = SHOWN
    faults: tuple[Fault, ...] = ()
    error: FetchError | None = None
    asked: list[str] = field(default_factory=list)

    async def render(self, page: Page, reason: str) -> Rendering:
        self.asked.append(page.landed)
        if self.error:
            raise self.error
        at = datetime(2026, 11, 18, tzinfo=UTC)
        return Rendering(rendered_page(page.url, page.landed, self.shows.encode(), reason, at), self.faults)

    async def screenshot(self, page: Page) -> bytes:
        if self.error:
            raise self.error
        return PNG

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close."""


@dataclass
class World:
    """A site, a browser, a clock that the test moves, and the reader over them."""

    site: Any
    browser: StandIn
    reader: Reader
    store: Store
    clock: list[datetime]

    async def read(self, path: str = "/") -> Reading:
        return (await self.reader.read([self.site.url(path)], granted_only=False))[0]

    async def page(self, path: str = "/") -> Page:
        page = (await self.read(path)).page
        assert page is not None
        return page

    def known(self) -> dict[str, Any] | None:
        return self.store.site_render(self.site.host)


@pytest.fixture
async def open_world(site: Any, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    opened: list[Any] = []

    async def open_one(name: str = "store.db", recorder: Recorder | None = None, **values: Any) -> World:
        clock = [datetime(2026, 11, 18, 12, tzinfo=UTC)]
        store = Store.open(tmp_path / name, now=lambda: clock[0])
        opened.append(store)
        fetcher = Fetcher(site.settings(retries=0, ocr="off", **values), store, recorder=recorder, now=lambda: clock[0])
        await fetcher.__aenter__()
        opened.append(fetcher)
        browser = StandIn()
        given: Any = None if values.get("browser") == "off" else browser
        reader = Reader(store, fetcher, browser=given)
        return World(site, browser, reader, store, clock)

    yield open_one
    for part in reversed(opened):
        await part.__aexit__(None, None, None) if isinstance(part, Fetcher) else part.close()


@pytest.fixture
async def world(open_world: Callable[..., Any], site: Any) -> World:
    site.page("*", SHELL)
    opened: World = await open_world()
    return opened


async def test_a_page_is_asked_for_once_and_rendered_from_that_answer(world: World) -> None:
    assert (await world.page()).rendered == "0 characters of visible text, and scripts"
    assert len(world.site.asked("/")) == 1
    again, new = await world.page(), await world.page("/new")
    assert again.body == new.body == SHOWN.encode()
    assert [len(world.site.asked(path)) for path in ("/", "/new")] == [2, 1]


async def test_a_site_is_forgotten_when_plain_http_suffices(world: World) -> None:
    await world.page()
    world.site.page("*", SHOWN + "<!-- from the server -->")
    world.clock[0] += timedelta(days=1)
    assert (await world.page()).rendered == ""
    known = world.known()
    assert known is not None
    assert (known["render"], known["why"]) == (False, "plain HTTP suffices")
    assert (await world.page()).rendered == ""
    assert len(world.browser.asked) == 1


async def test_a_plain_page_on_a_site_that_needs_a_browser_is_read_plainly(world: World) -> None:
    world.site.page("/about", SHOWN)
    await world.page("/about")
    await world.page("/")
    assert (await world.page("/about")).rendered == ""
    assert (await world.page("/")).rendered
    assert [url.rpartition("/")[2] for url in world.browser.asked] == ["", ""]


async def test_a_site_where_a_browser_brought_nothing_is_left_for_a_while(world: World) -> None:
    world.browser.shows = SHELL
    for number in range(10):
        assert (await world.page(f"/{number}")).rendered == ""
    assert len(world.browser.asked) == 1
    world.clock[0] += timedelta(days=8)
    await world.page("/0")
    assert len(world.browser.asked) == 2
    world.clock[0] += timedelta(days=8)  # it waits twice as long now
    await world.page("/0")
    assert len(world.browser.asked) == 2


async def test_one_page_a_browser_adds_nothing_to_does_not_unlearn_a_site(world: World) -> None:
    await world.page()
    world.browser.shows = SHELL
    await world.page("/empty")
    known = world.known()
    assert known is not None
    assert (known["render"], known["misses"]) == (True, 1)


@pytest.mark.parametrize(
    ("error", "faults"),
    [
        (FetchError("u", "the browser could not show it (Timeout 20000ms exceeded)"), ()),
        (FetchError("u", "the server answered 503", 503), ()),
        (FetchError("u", "the server answered 429", 429), ()),
        (PageBlocked("u", "a challenge page came instead of the page", 403), ()),
        (None, (Fault("http://127.0.0.1/api", "the server answered 503"),)),
        (None, (Fault("http://elsewhere.example/app.js", "net::ERR_TIMED_OUT"),)),
    ],
)
async def test_a_failure_that_may_pass_teaches_nothing(
    world: World, error: FetchError | None, faults: tuple[Fault, ...]
) -> None:
    world.browser.error, world.browser.faults, world.browser.shows = error, faults, SHELL
    assert (await world.page()).rendered == ""
    assert world.known() is None
    world.browser.error, world.browser.faults, world.browser.shows = None, (), SHOWN
    assert (await world.page()).rendered  # it is tried again at once


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_answer_that_failed_is_no_sign_of_a_browser(world: World, status: int) -> None:
    world.site.page("/", SHELL, status=status)
    assert isinstance((await world.read()).error, FetchError)
    world.site.page("/", SHOWN)
    assert (await world.page()).rendered == ""
    assert (world.browser.asked, world.known()) == ([], None)


async def test_a_challenge_is_no_sign_of_a_browser(world: World) -> None:
    world.site.page("/", f"<title>Just a moment...</title>{SHELL}", status=403)
    assert isinstance((await world.read()).error, PageBlocked)
    assert (world.browser.asked, world.known()) == ([], None)


@pytest.mark.parametrize("shows", ["", SHELL, SHOWN.replace("$10 per month", "The prices could not be loaded.")])
@pytest.mark.parametrize("passing", [True, False])
async def test_a_page_that_needed_a_browser_is_not_read_as_less_than_it_has(
    world: World, shows: str, passing: bool
) -> None:
    await world.page()
    if shows:
        fault = Fault(world.site.url("/api"), "the server answered 503", passing)
        world.browser.shows, world.browser.faults = shows, (fault,)
    else:
        world.browser.error = FetchError(world.site.url(), "the browser could not show it")
    reading = await world.read()
    assert isinstance(reading.error, FetchError)
    known = world.known()
    assert known is not None
    assert (known["render"], known["misses"]) == (True, 0)


async def test_a_strangers_failing_script_leaves_no_empty_shell(world: World) -> None:
    await world.page()
    world.browser.shows = SHELL
    world.browser.faults = (Fault("https://cdn.example/app.js", "net::ERR_TIMED_OUT"),)
    assert "what its scripts asked for did not come" in str((await world.read()).error)


async def test_a_shell_never_takes_the_place_of_what_a_browser_showed(world: World) -> None:
    await world.page()
    world.browser.shows = SHELL
    assert "where it showed more before" in str((await world.read()).error)
    world.browser.shows = SHOWN.replace("<h3>Solo</h3><p>$10 per month</p>", "<p>Free for everybody.</p>")
    assert (await world.page()).body == world.browser.shows.encode()  # less than before, and no shell


async def test_without_a_browser_a_page_that_needed_one_is_an_error(
    open_world: Callable[..., Any], world: World, site: Any
) -> None:
    await world.page()
    world.store.close()
    off = await open_world(browser="off")
    reading = await off.read()
    assert "it needs a browser (The browser is switched off" in str(reading.error)
    assert (await off.page("/new")).rendered == ""
    site.page("/", SHOWN)  # it needs none any more
    assert (await off.page()).body == SHOWN.encode()


async def test_pages_reached_through_redirectors_teach_the_site_they_are_on(
    open_world: Callable[..., Any], site: Any, make_site: Callable[[], Any]
) -> None:
    launches = make_site()
    site.page("*", SHELL)
    world = await open_world(allow_hosts=f"{site.host},{launches.host}")
    world.browser.shows = SHELL
    for number in range(3):
        launches.redirect(f"/r/{number}", site.url(f"/{number}"))
        await world.reader.read([launches.url(f"/r/{number}")], granted_only=False)
    assert world.browser.asked == [site.url("/0")]  # the rest of the site is left alone, whoever leads there
    assert world.store.site_render(launches.host) is None
    launches.page("/own", SHELL)
    world.browser.shows = SHOWN
    (reading,) = await world.reader.read([launches.url("/own")], granted_only=False)
    assert reading.page.rendered


async def test_a_page_rendered_through_one_redirector_is_known_through_another(
    open_world: Callable[..., Any], site: Any, make_site: Callable[[], Any]
) -> None:
    launches = make_site()
    site.page("*", SHELL)
    for path in ("/r/1", "/r/2"):
        launches.redirect(path, site.url("/made"))
    world = await open_world(allow_hosts=f"{site.host},{launches.host}")
    await world.reader.read([launches.url("/r/1")], granted_only=False)
    world.browser.error = FetchError(site.url("/made"), "the browser could not show it")
    (reading,) = await world.reader.read([launches.url("/r/2")], granted_only=False)
    assert isinstance(reading.error, FetchError)


async def test_a_site_left_alone_for_its_shells_is_still_asked_for_its_price_switch(world: World) -> None:
    world.browser.shows = SHELL
    await world.page("/empty")
    world.browser.shows = SWITCHING.replace("month</p>", "month</p><h3>Team</h3><p>$100 per year</p>")
    world.site.page("/pricing", SWITCHING)
    assert (await world.page("/pricing")).rendered.startswith("a switch between monthly and yearly")


async def test_a_site_is_left_alone_for_each_kind_of_sign_that_was_in_vain(world: World) -> None:
    world.browser.shows = SHELL
    world.site.page("/pricing", SWITCHING)
    for path in ("/empty", "/pricing", "/empty", "/pricing"):
        assert (await world.page(path)).rendered == ""
    assert [url.rpartition("/")[2] for url in world.browser.asked] == ["empty", "pricing"]


async def test_a_strangers_failing_request_does_not_hold_up_a_page(world: World) -> None:
    await world.page()
    world.browser.shows = SHOWN.replace("<h3>Solo</h3><p>$10 per month</p>", "<p>Free for everybody.</p>")
    world.browser.faults = (Fault("https://counter.example/hit", "net::ERR_TIMED_OUT"),)
    assert (await world.page()).body == world.browser.shows.encode()


# pictures -----------------------------------------------------------------------------------------------------------


async def test_prices_in_a_picture_are_a_look_with_a_screenshot(world: World) -> None:
    world.site.page("/", PICTURED)
    page = await world.page()
    (saved,) = world.reader.propose([ProposedProduct(pages=(page.id,))])
    document = world.store.document(saved.slug)  # type: ignore[union-attr]  # an error would fail here
    kept = world.store.screenshot(page.id)
    assert kept is not None
    assert (kept[0], document.pages[0].screenshot) == (PNG, kept[1])
    assert document.status == "needs_look"
    assert document.needs_look[0].endswith(": its prices stand only in a picture (price-list.png)")
    assert document.plans == []
    assert await world.reader.screenshot(world.site.url()) == PNG


@pytest.mark.parametrize("blocked", [True, False])
async def test_without_a_screenshot_the_look_stays_and_says_why(
    open_world: Callable[..., Any], site: Any, blocked: bool
) -> None:
    site.page("*", PICTURED)
    world = await open_world(**({} if blocked else {"browser": "off"}))
    world.browser.error = PageBlocked(site.url(), "a challenge page came instead of the page", 403)
    page = await world.page()
    (saved,) = world.reader.propose([ProposedProduct(pages=(page.id,))])
    document = world.store.document(saved.slug)
    assert document.needs_look[0].endswith(": its prices stand only in a picture (price-list.png)")
    assert document.pages[0].screenshot is None
    said = "a challenge page came instead" if blocked else "The browser is switched off"
    assert said in str(document.pages[0].no_screenshot)
    assert world.store.screenshot(page.id) is None
    with pytest.raises(PageBlocked if blocked else CannotRun):
        await world.reader.screenshot(site.url())


# recordings ---------------------------------------------------------------------------------------------------------


async def test_a_replay_reads_what_the_browser_showed_without_a_browser(
    open_world: Callable[..., Any], site: Any, tmp_path: Path
) -> None:
    site.page("*", SHELL)
    recorder = Recorder(tmp_path / "r.warc.gz", lambda: datetime(2026, 11, 18, 12, tzinfo=UTC))
    live = await open_world(recorder=recorder)
    site.page("/prices", PICTURED)
    pictured, page = await live.page("/prices"), await live.page()
    live.reader.propose([ProposedProduct(pages=(page.id,)), ProposedProduct(pages=(pictured.id,))])
    recorder.close()
    replay = Replay(recorder.path)
    with Store.open(tmp_path / "replayed.db", now=replay.now) as store:
        settings = Settings({"browser": "off", "ocr": "off", "read_workers": 1})
        async with Fetcher(settings, store, replay=replay, now=replay.now) as fetcher:
            reader = Reader(store, fetcher)
            urls = [site.url(), site.url("/prices")]
            pages = [reading.page for reading in await reader.read(urls, granted_only=False)]
            reader.propose([ProposedProduct(pages=(page.id,)) for page in pages if page])
        assert [replayed.id for replayed in pages if replayed] == [page.id, pictured.id]
        assert pages[0] is not None
        assert pages[0].rendered == page.rendered
        assert store.digest() == live.store.digest()
        kept = store.screenshot(pictured.id)
        assert kept is not None
        assert kept[0] == PNG


@pytest.mark.parametrize("before", [True, False])
async def test_a_replay_fails_where_the_browser_failed(
    open_world: Callable[..., Any], site: Any, tmp_path: Path, before: bool
) -> None:
    site.page("*", SHELL)
    recorder = Recorder(tmp_path / "r.warc.gz", lambda: datetime(2026, 11, 18, 12, tzinfo=UTC))
    live = await open_world(recorder=recorder)
    live.browser.error = FetchError(site.url(), "the browser could not show it")
    assert (await live.page()).rendered == ""
    recorder.close()
    replay = Replay(recorder.path)
    with Store.open(tmp_path / "replayed.db", now=replay.now) as store:
        if before:
            store.put_page(rendered_page(site.url(), site.url(), SHOWN.encode(), "shell", replay.now()))
        async with Fetcher(Settings({"read_workers": 1}), store, replay=replay, now=replay.now) as fetcher:
            (reading,) = await Reader(store, fetcher).read([site.url()], granted_only=False)
    if before:
        assert "it needs a browser (the browser could not show it)" in str(reading.error)
    else:
        assert reading.page is not None
        assert reading.page.rendered == ""
