import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tools.errors import AddressRefused, CannotRun, FetchError, NotRecorded, PageBlocked, RobotsDisallowed
from tools.settings import Settings
from tools.web.browser import Browser, Rendering, find_chromium
from tools.web.fetch import Fetcher
from tools.web.recording import Recorded, Recorder, Replay, write_recording

needs_chromium = pytest.mark.skipif(
    find_chromium(Settings())[0] is None, reason="no Chromium on this machine: " + find_chromium(Settings())[1]
)
SCRIPT = (
    '<title>Shop</title><div id="price"></div><script>document.getElementById("price").textContent = "$" + 9</script>'
)


@pytest.fixture
async def browsing() -> AsyncIterator[Callable[..., Any]]:
    """Opens fetchers with browsers, and closes them after the test."""
    opened: list[Any] = []

    async def open_browser(settings: Settings, **parts: Any) -> Browser:
        fetcher = await Fetcher(settings, **parts).__aenter__()
        opened.append(fetcher)
        browser = await Browser(settings.but(unsafe_browser=True), fetcher).__aenter__()
        opened.append(browser)
        return browser

    yield open_browser
    for part in reversed(opened):
        await part.__aexit__(None, None, None)


async def render(browser: Browser, url: str) -> Rendering:
    """What the browser makes of the page that the fetcher brings."""
    return await browser.render(await browser._fetcher.get(url), "test")


def test_a_browser_switched_off_is_said_so() -> None:
    assert find_chromium(Settings({"browser": "off"})) == (None, "The browser is switched off (SCOUT_BROWSER).")


def test_a_browser_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    path, reason = find_chromium(Settings({"browser_path": str(tmp_path / "none")}))
    assert path is None
    assert str(tmp_path / "none") in reason


async def test_root_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chromium = tmp_path / "chromium"
    chromium.write_text("#!/bin/sh\n")
    chromium.chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("sys.platform", "linux")
    settings = Settings({"browser_path": str(chromium)})
    async with Fetcher(settings) as fetcher:
        with pytest.raises(CannotRun, match="run Scout as another user, or set SCOUT_UNSAFE_BROWSER"):
            await Browser(settings, fetcher).__aenter__()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.browser
@needs_chromium
async def test_a_page_that_scripts_make_is_read_as_shown(web: Any) -> None:
    site, browser = web
    site.page("/", SCRIPT)
    page = (await browser.render(await browser._fetcher.get(site.url("/")), "needs_browser: no text")).page
    assert b'<div id="price">$9</div>' in page.body
    assert (page.rendered, page.status, page.final_url) == ("needs_browser: no text", 200, site.url("/"))
    assert site.asked("/")[0].headers["user-agent"].startswith("Scout/")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.browser
@needs_chromium
async def test_a_screenshot_is_a_picture(web: Any) -> None:
    site, browser = web
    site.page("/", SCRIPT)
    assert (await browser.screenshot(await browser._fetcher.get(site.url("/")))).startswith(b"\x89PNG")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.browser
@needs_chromium
async def test_scripts_cannot_reach_private_addresses(web: Any, make_site: Any) -> None:
    site, browser = web
    private = make_site()
    private.page("*", "secret", headers={"Access-Control-Allow-Origin": "*"})
    calls = "".join(
        f"fetch({address!r}).then(r => r.text()).then(t => document.title += t).catch(e => document.title += '-');"
        for address in (private.url("/a"), f"http://localhost:{private.port}/b", "http://169.254.169.254/c")
    )
    site.page("/", f"<title>T</title><img src={private.url('/i')}><script>{calls}</script>")
    page = (await render(browser, site.url("/"))).page
    assert b"<title>T---</title>" in page.body
    assert private.connections == 0


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.browser
@needs_chromium
async def test_a_page_may_post_to_its_own_host(web: Any) -> None:
    site, browser = web
    post = "fetch('/api', {method: 'POST', body: 'q=1'}).then(r => r.text()).then(t => document.title = t)"
    site.page("/", f"<title>T</title><script>{post}</script>")
    site.page("/api", "answered")
    page = (await render(browser, site.url("/"))).page
    assert b"<title>answered</title>" in page.body
    assert site.asked("/api")[0].body == b"q=1"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.browser
@needs_chromium
async def test_a_redirect_to_a_private_address_ends_there(web: Any, make_site: Any) -> None:
    site, browser = web
    private = make_site()
    site.redirect("/", private.url("/"))
    with pytest.raises(FetchError):
        await render(browser, site.url("/"))
    assert private.connections == 0


@pytest.mark.browser
@needs_chromium
async def test_robots_and_guard_hold_for_the_browser_too(site: Any, browsing: Any) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /no")
    browser = await browsing(site.settings())
    with pytest.raises(RobotsDisallowed):
        await render(browser, site.url("/no"))
    with pytest.raises(AddressRefused):
        await render(browser, "http://127.0.0.1:1/")
    assert [request.path for request in site.asked()] == ["/robots.txt"]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.browser
@needs_chromium
async def test_a_challenge_is_labelled_and_left(web: Any) -> None:
    site, browser = web
    site.page("/", "<title>Just a moment...</title><script>window._cf_chl_opt = {}</script>", status=403)
    with pytest.raises(PageBlocked):
        await render(browser, site.url("/"))


@pytest.mark.browser
@needs_chromium
async def test_a_page_that_never_ends_is_read_as_it_is(site: Any, browsing: Any) -> None:
    async def drip(asked: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: 100000\r\n\r\n")
        with contextlib.suppress(asyncio.CancelledError):
            for _ in range(1000):
                writer.write(b"/")
                await asyncio.sleep(0.05)

    site.behave("/late.js", drip)
    site.page("/", "<title>T</title><h1>Here</h1><script async src=/late.js></script>")
    browser = await browsing(site.settings(browser_timeout_s=8.0))
    rendering = await render(browser, site.url("/"))
    assert b"<h1>Here</h1>" in rendering.page.body
    assert rendering.faults == ((site.url("/late.js"), "did not come in time", True),)


@pytest.mark.browser
@needs_chromium
async def test_chromium_asks_nobody_for_anything_of_its_own(
    site: Any, make_site: Any, browsing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    way_out = make_site()
    monkeypatch.setattr("tools.web.browser._NOWHERE_PROXY", f"http://{way_out.host}")
    site.page("/", SCRIPT)
    browser = await browsing(site.settings())
    await render(browser, site.url("/"))
    await asyncio.sleep(6)  # it tried after 0.7, 0.8, 1.8 and 4.6 seconds before it was kept from it
    assert way_out.connections == 0


@pytest.mark.browser
@needs_chromium
async def test_a_replay_shows_the_recording_and_touches_no_network(site: Any, browsing: Any, tmp_path: Path) -> None:
    html = (("Content-Type", "text/html"),)
    write_recording(
        tmp_path / "r.warc.gz",
        datetime(2026, 1, 1, tzinfo=UTC),
        [
            Recorded("https://shop.example/", 302, (("Location", "/home"),)),
            Recorded(
                "https://shop.example/home", 200, html, b"<title>H</title><script src=/a.js></script><img src=/no.png>"
            ),
            Recorded("https://shop.example/a.js", 200, (("Content-Type", "text/javascript"),), b"document.title='ran'"),
        ],
    )
    browser = await browsing(Settings(), replay=Replay(tmp_path / "r.warc.gz"))
    page = (await render(browser, "https://shop.example/")).page
    assert b"<title>ran</title>" in page.body
    assert (page.url, page.final_url) == ("https://shop.example/", "https://shop.example/home")
    assert page.fetched_at == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(NotRecorded, match=r"nearest recorded one is https://shop\.example"):
        await render(browser, "https://shop.example/elsewhere")


@pytest.mark.browser
@needs_chromium
async def test_what_a_browser_fetched_is_recorded_and_replays(site: Any, browsing: Any, tmp_path: Path) -> None:
    site.page("/", "<title>T</title><script src=/a.js></script>", headers={"Set-Cookie": "a=b"})
    site.page("/a.js", "document.title = 'ran'", headers={"Content-Type": "text/javascript"})
    recorder = Recorder(tmp_path / "r.warc.gz", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    browser = await browsing(site.settings(), recorder=recorder)
    live = await render(browser, site.url("/"))
    recorder.close()
    again = await render(await browsing(Settings(), replay=Replay(recorder.path)), site.url("/"))
    assert again.page.body == live.page.body
    assert b"a=b" not in recorder.path.read_bytes()
