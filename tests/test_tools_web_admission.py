"""What hostile pages may ask the network for through a browser, and whose words they are taken for: nothing they choose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from tools.errors import FetchError
from tools.settings import Settings
from tools.web.browser import Browser, Rendering, find_chromium
from tools.web.fetch import Fetcher

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        find_chromium(Settings())[0] is None, reason="no Chromium on this machine: " + find_chromium(Settings())[1]
    ),
]
ABOUT = "<title>Fernpost</title><h1>Fernpost sends letters from a script</h1>"
ROBOTS = "User-agent: *\nDisallow: /closed"
Show = Callable[..., Any]


@pytest.fixture(scope="module")
def site(module_sites: Callable[[], Any]) -> Any:
    """The site whose pages are read; it closes /closed."""
    made = module_sites()
    made.page("/robots.txt", ROBOTS)
    made.page("*", "not to be read")
    return made


@pytest.fixture(scope="module")
def left_alone(module_sites: Callable[[], Any]) -> Any:
    """A site that opted out, under the name of localhost."""
    made = module_sites()
    made.page("*", "document.title = 'taken'", headers={"Access-Control-Allow-Origin": "*"})
    return made


@pytest.fixture(scope="module")
def other(module_sites: Callable[[], Any]) -> Any:
    """Another site that may be read."""
    made = module_sites()
    made.page("/robots.txt", ROBOTS)
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browsers(site: Any, other: Any, left_alone: Any) -> AsyncIterator[Show]:
    """Browsers by their settings, each opened once."""
    opened: dict[str, tuple[Fetcher, Browser]] = {}

    async def open_one(**values: Any) -> tuple[Fetcher, Browser]:
        if repr(values) not in opened:
            own = {
                "allow_hosts": f"{site.host},{other.host},localhost:{left_alone.port}",
                "opt_out_hosts": "localhost",
                "unsafe_browser": True,
                "browser_timeout_s": 10.0,
            }
            settings = site.settings(**own | values)
            fetcher = await Fetcher(settings).__aenter__()
            opened[repr(values)] = fetcher, await Browser(settings, fetcher).__aenter__()
        return opened[repr(values)]

    yield open_one
    for fetcher, browser in opened.values():
        await browser.__aexit__(None, None, None)
        await fetcher.__aexit__(None, None, None)


@pytest.fixture
def show(site: Any, browsers: Show) -> Show:
    """Serves a page at a path and has it rendered."""

    async def shown(path: str, html: str, **values: Any) -> Rendering:
        site.page(path, html)
        site.requests.clear()
        fetcher, browser = await browsers(**values)
        return await browser.render(await fetcher.get(site.url(path)), "test")

    return shown


def asked(site: Any, start: str) -> list[str]:
    """The paths with this start that a site was asked for."""
    return [request.path for request in site.asked() if request.path.startswith(start)]


async def test_a_document_is_asked_for_once_by_the_fetcher_alone(show: Show, site: Any) -> None:
    await show("/once", f"{ABOUT}<link rel=icon href=/icon.png><script>document.title = 'ran'</script>")
    assert asked(site, "/once") == ["/once"]
    assert asked(site, "/favicon") == []


WAYS = {
    "location": "<script>location = 'PATH'</script>",
    "replace": "<script>onload = () => setTimeout(() => location.replace('PATH'), 50)</script>",
    "meta": "<script>document.write(`<meta http-equiv=refresh content='0;url=PATH'>`)</script>",
    "form": "<form action=PATH></form><script>document.forms[0].submit()</script>",
    "post": "<form action=PATH method=post></form><script>document.forms[0].submit()</script>",
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_page_that_leads_to_what_robots_txt_closes_is_no_page(show: Show, site: Any, way: str) -> None:
    with pytest.raises(FetchError, match="its scripts led on to"):
        await show(f"/way/{way}", ABOUT + WAYS[way].replace("PATH", "/closed/plans"))
    assert asked(site, "/closed") == []


PARTS = {
    "frame": "<iframe src=PATH></iframe>",
    "object": "<object data=PATH></object>",
    "embed": "<embed src=PATH>",
    "picture": "<img src=PATH>",
    "fetch": "<script>fetch('PATH')</script>",
    "beacon": "<script>navigator.sendBeacon('PATH', 'x')</script>",
    "worker": "<script>new Worker('PATH')</script>",
    "window": "<script>open('PATH')</script>",
    "prefetch": "<link rel=prefetch href=PATH><link rel=preload as=fetch href=PATH><link rel=prerender href=PATH>",
    "speculation": '<script type=speculationrules>{"prefetch": [{"source": "list", "urls": ["PATH"], "eagerness": '
    '"immediate"}], "prerender": [{"source": "list", "urls": ["PATH?2"], "eagerness": "immediate"}]}</script>',
    "style": "<style>@import 'PATH'; body {background: url(PATH)}</style>",
    "module": "<script type=module>import 'PATH'</script>",
}


NOT_AHEAD = {"window", "speculation"}  # nothing of these is loaded, wherever it is


def parts(start: str) -> str:
    """All parts, each with an address of its own."""
    return "".join(part.replace("PATH", f"{start}/{name}") for name, part in PARTS.items())


async def test_no_part_of_a_page_is_loaded_from_where_robots_txt_closes(show: Show, site: Any) -> None:
    for name in PARTS:
        site.redirect(f"/go/{name}", f"/closed/redirected/{name}")
    rendering = await show("/parts", f"{ABOUT}{parts('/closed')}{parts('/go')}{parts('/open')}")
    assert b"Fernpost sends letters" in rendering.page.body
    assert asked(site, "/closed") == []
    assert set(asked(site, "/go")) == {f"/go/{name}" for name in PARTS.keys() - NOT_AHEAD}
    assert set(asked(site, "/open")) == {f"/open/{name}" for name in PARTS.keys() - NOT_AHEAD}


async def test_what_is_closed_for_good_is_told_apart_from_what_may_pass(show: Show, site: Any) -> None:
    site.page("/later", status=503)
    rendering = await show("/told", f"{ABOUT}<script>fetch('/closed/api'); fetch('/later')</script>")
    assert (site.url("/closed/api"), "robots.txt does not allow this page", False) in rendering.faults
    assert {(fault.url, fault.passing) for fault in rendering.faults} == {
        (site.url("/closed/api"), False),
        (site.url("/later"), True),
    }


async def test_a_host_that_opted_out_is_asked_for_nothing(show: Show, site: Any, left_alone: Any) -> None:
    address = f"http://localhost:{left_alone.port}"
    for name in PARTS:
        site.redirect(f"/away/{name}", f"{address}/{name}")
    rendering = await show("/out", f"{ABOUT}{parts(address)}{parts('/away')}")
    assert b"Fernpost sends letters" in rendering.page.body
    assert left_alone.connections == 0


async def test_a_socket_to_a_host_that_opted_out_is_not_opened(show: Show, left_alone: Any) -> None:
    await show("/socket", f"{ABOUT}<script>new WebSocket('ws://localhost:{left_alone.port}/x')</script>")
    assert left_alone.connections == 0


async def test_no_document_is_loaded_ahead(show: Show, site: Any) -> None:
    rules = '{"KIND": [{"source": "list", "urls": ["/ahead/KIND"], "eagerness": "immediate"}]}'
    scripts = "".join(
        f"<script type=speculationrules>{rules.replace('KIND', kind)}</script>" for kind in ("prefetch", "prerender")
    )
    await show("/speculates", ABOUT + scripts)
    assert asked(site, "/ahead") == []


async def test_a_page_keeps_the_cookies_and_rules_it_came_with(show: Show, site: Any, browsers: Show) -> None:
    async def answer(_: Any, writer: Any) -> None:
        body = (
            b"<title>T</title><p id=p></p><script>p.textContent = document.cookie; fetch('/refused-by-policy')</script>"
        )
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n")
        writer.write(b"Content-Security-Policy: connect-src 'none'\r\nX-Odd: \xe9\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    site.behave("/cookies", answer)
    fetcher, browser = await browsers()
    page = (await browser.render(await fetcher.get(site.url("/cookies")), "test")).page
    assert b'<p id="p">a=1; b=2</p>' in page.body
    assert asked(site, "/refused-by-policy") == []


async def test_frames_are_read_where_they_may_be(show: Show, site: Any, other: Any) -> None:
    site.page("/frame", "<script>parent.document.title += ' framed'</script>")
    site.redirect("/frame-hop", "/frame")
    other.page("/frame", "<script>fetch('/called')</script>")
    rendering = await show(
        "/framed", f"{ABOUT}<iframe src=/frame-hop></iframe><iframe src={other.url('/frame')}></iframe>"
    )
    assert b"<title>Fernpost framed</title>" in rendering.page.body
    assert asked(other, "/") == ["/robots.txt", "/frame", "/called"]


@pytest.mark.parametrize("way", ["location", "replace", "meta", "form"])
async def test_a_page_that_leads_on_at_once_is_read_where_it_led(show: Show, site: Any, way: str) -> None:
    site.page("/reached", "<title>Reached</title><h1>Here it is</h1>")
    site.redirect("/hop", "/reached")
    rendering = await show(f"/leads/{way}", ABOUT + WAYS[way].replace("PATH", "/hop"))
    assert rendering.page.final_url == site.url("/reached")
    assert rendering.page.url == site.url(f"/leads/{way}")
    assert b"Here it is" in rendering.page.body


@pytest.mark.parametrize(
    "script",
    [
        "history.pushState(null, '', '/rival')",
        "history.replaceState(null, '', '/rival')",
        "location.hash = 'x'; history.pushState(null, '', '/rival')",
        "location = '/rival'; setTimeout(() => window.stop(), 100)",
    ],
)
async def test_a_page_is_what_the_network_answered_whatever_it_writes_over_it(
    show: Show, site: Any, script: str
) -> None:
    site.page("/rival", "<title>Rival</title>", delay_s=1.0)
    rendering = await show("/mine", f"{ABOUT}<script>{script}</script>")
    assert rendering.page.final_url == site.url("/mine")


async def test_a_page_that_leads_to_a_download_ends_as_an_error(show: Show, site: Any) -> None:
    headers = {"Content-Type": "application/zip", "Content-Disposition": "attachment; filename=x.zip"}
    site.page("/file", b"PK" * 1000, headers=headers)
    async with asyncio.timeout(20):
        with pytest.raises(FetchError, match="a download"):
            await show("/leads/download", "<div id=root></div><script>location = '/file'</script>")


async def test_a_page_without_end_of_requests_is_cut_off_and_read(show: Show, site: Any) -> None:
    script = "for (let n = 0; n < 1000; n++) fetch('/n/' + n)"
    rendering = await show("/flood", f"{ABOUT}<script>{script}</script>", browser_requests=40, browser_timeout_s=30.0)
    assert b"Fernpost sends letters" in rendering.page.body
    assert 10 < len(asked(site, "/n/")) <= 40
    assert (site.url("/flood"), "cut off after 40 requests (SCOUT_BROWSER_REQUESTS)", True) in rendering.faults


async def test_redirects_count_as_requests(show: Show, site: Any) -> None:
    for number in range(300):
        site.redirect(f"/r/{number}", f"/r/{number + 1}" if number % 15 else "/r/end")
    script = "for (let n = 1; n < 300; n += 15) fetch('/r/' + n)"
    await show("/hops", f"{ABOUT}<script>{script}</script>", browser_requests=40)
    assert len(asked(site, "/r/")) <= 60


async def test_a_page_without_end_of_bytes_is_cut_off_and_read(show: Show, site: Any) -> None:
    sent = 0

    async def pour(_: Any, writer: Any) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        while sent < 50_000_000:
            writer.write(b"x" * 100_000)
            sent += 100_000
            await writer.drain()

    site.behave("/pour", pour)
    rendering = await show(
        "/bytes", f"{ABOUT}<script>fetch('/pour').then(r => r.text())</script>", browser_bytes=2_000_000
    )
    assert b"Fernpost sends letters" in rendering.page.body
    assert sent < 20_000_000
    assert (site.url("/bytes"), "cut off after 2000000 bytes (SCOUT_BROWSER_BYTES)", True) in rendering.faults


async def test_a_page_with_many_hosts_is_cut_off_and_read(show: Show, site: Any, other: Any) -> None:
    other.requests.clear()
    rendering = await show("/hosts", f"{ABOUT}<img src=/own><img src={other.url('/x')}>", browser_hosts=1)
    assert (asked(site, "/own"), asked(other, "/x")) == (["/own"], [])
    assert (site.url("/hosts"), "cut off after 1 hosts (SCOUT_BROWSER_HOSTS)", True) in rendering.faults


async def test_a_browser_introduces_itself_as_the_fetcher_does(show: Show, site: Any) -> None:
    script = (
        "const seen = navigator.userAgent + JSON.stringify(navigator.userAgentData || {});"
        "document.body.append(seen); fetch('/who'); new Worker('/worker.js')"
    )
    site.page("/worker.js", "fetch('/who')", headers={"Content-Type": "text/javascript"})
    page = (await show("/agent", f"{ABOUT}<body><script>{script}</script>")).page
    assert b"Headless" not in page.body
    assert b"Scout/" in page.body
    headers = [request.headers for request in site.asked() if request.path != "/robots.txt"]
    assert {sent["user-agent"] for sent in headers} == {Settings().user_agent}
    assert len(site.asked("/who")) == 2
    assert "Headless" not in repr(headers)


async def test_a_host_whose_robots_txt_does_not_come_holds_up_no_page(
    show: Show, site: Any, other: Any, monkeypatch: pytest.MonkeyPatch, make_site: Callable[[], Any]
) -> None:
    monkeypatch.setattr("tools.web.admission._ROBOTS_S", 0.5)
    slow = make_site()
    slow.page("/robots.txt", "", delay_s=20.0)
    slow.page("*", "document.title = 'late'")
    then = f"document.head.append(Object.assign(document.createElement('script'), {{src: '{slow.url('/b.js')}'}}))"
    script = f'<script src={slow.url("/a.js")} onerror="{then}"></script>'
    hosts = f"{site.host},{slow.host}"
    rendering = await show("/slow-robots", f"{script}{ABOUT}", allow_hosts=hosts)
    assert b"Fernpost sends letters" in rendering.page.body
    late = "its robots.txt did not come within 0.5 s"
    assert rendering.faults == ((slow.url("/a.js"), late, True), (slow.url("/b.js"), late, True))
    assert len(slow.asked("/robots.txt")) == 1  # nor is it waited for again
