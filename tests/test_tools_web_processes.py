"""A browser held to its time and its memory from outside, whatever its pages do; the next page is read as ever."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tools.errors import FetchError
from tools.settings import Settings
from tools.web.browser import Browser, Rendering, find_chromium
from tools.web.fetch import Fetcher
from tools.web.processes import MemoryWatch, held_bytes, kill_tree, tree

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="sizes of processes are read in /proc")
needs_chromium = pytest.mark.skipif(
    find_chromium(Settings())[0] is None, reason="no Chromium on this machine: " + find_chromium(Settings())[1]
)
PLAIN = "<title>Plain</title><h1>Plain words</h1><script>document.title = 'ran'</script>"
LOOP = "<title>Loop</title><script>onload = () => setTimeout(() => { for (;;); }, 0)</script>"
HOG = (
    "<title>Hog</title><script>const held = []; setInterval(() => {"
    " const more = new Uint8Array(20e6); for (let n = 0; n < 20e6; n += 4096) more[n] = 1; held.push(more) }, 20)</script>"
)


@pytest.fixture
async def browsing(site: Any) -> AsyncIterator[Callable[..., Any]]:
    """Opens a browser over the site, which serves the pages above, and closes it after the test."""
    for path, html in (("/plain", PLAIN), ("/loop", LOOP), ("/hog", HOG)):
        site.page(path, html)
    opened: list[Any] = []

    async def open_browser(**values: Any) -> Browser:
        settings = site.settings(unsafe_browser=True, **values)
        fetcher = await Fetcher(settings).__aenter__()
        opened.append(fetcher)
        opened.append(await Browser(settings, fetcher).__aenter__())
        return opened[-1]

    yield open_browser
    for part in reversed(opened):
        await part.__aexit__(None, None, None)


async def render(browser: Browser, url: str) -> Rendering:
    return await browser.render(await browser._fetcher.get(url), "test")


def sleeper() -> subprocess.Popen[bytes]:
    """A process with one below it, in a group of their own."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


@linux
def test_a_tree_is_ended_with_all_below_it() -> None:
    parent = sleeper()
    wait_until(lambda: len(tree(parent.pid)) == 2)
    child = tree(parent.pid)[1]
    assert held_bytes(child) > 1_000_000
    kill_tree(parent.pid)
    assert parent.wait(5) == -signal.SIGKILL
    wait_until(lambda: held_bytes(child) == 0)


@linux
def test_the_largest_process_below_goes_first() -> None:
    below = "import time; held = b'x' * 80_000_000; time.sleep(60)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {below!r}])"
    parent = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    watch = MemoryWatch(parent.pid, 60)
    try:
        assert parent.wait(5) == 0  # it came to its own end after the one below it
        assert watch.ended >= 1
    finally:
        watch.stop()
        kill_tree(parent.pid)


def test_where_nothing_is_told_nothing_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("tools.web.processes._PROC", tmp_path)
    assert (tree(os.getpid()), held_bytes(os.getpid())) == ([os.getpid()], 0)
    watch = MemoryWatch(os.getpid(), 1)
    time.sleep(0.5)
    watch.stop()
    assert watch.ended == 0


@linux
@pytest.mark.browser
@needs_chromium
async def test_a_page_that_takes_all_memory_is_ended_and_its_neighbours_are_read(browsing: Any, site: Any) -> None:
    browser = await browsing(browser_memory_mb=500)
    hog, *plain = await asyncio.gather(
        render(browser, site.url("/hog")),
        *(render(browser, site.url("/plain")) for _ in range(2)),
        return_exceptions=True,
    )
    assert isinstance(hog, FetchError)
    assert "went over 500 MB" in hog.reason
    assert all(b"Plain words" in one.page.body for one in plain)


@pytest.mark.browser
@needs_chromium
async def test_an_endless_loop_ends_at_its_time_and_holds_up_nobody(browsing: Any, site: Any) -> None:
    browser = await browsing(browser_timeout_s=10.0)
    started = time.monotonic()
    loop, plain = await asyncio.gather(
        render(browser, site.url("/loop")), render(browser, site.url("/plain")), return_exceptions=True
    )
    assert isinstance(loop, FetchError)
    assert "within 10 s" in loop.reason
    assert b"Plain words" in plain.page.body
    assert time.monotonic() - started < 20
    assert b"Plain words" in (await render(browser, site.url("/plain"))).page.body


@linux
@pytest.mark.browser
@needs_chromium
async def test_a_browser_that_does_not_answer_is_ended_and_the_next_page_gets_a_new_one(
    browsing: Any, site: Any
) -> None:
    browser = await browsing(browser_timeout_s=8.0)
    first = browser._running.pid
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(FetchError, match="within 8 s"):
        await render(browser, site.url("/plain"))
    assert b"Plain words" in (await render(browser, site.url("/plain"))).page.body
    assert browser._running.pid != first
    wait_until(lambda: held_bytes(first) == 0)


@linux
@pytest.mark.browser
@needs_chromium
async def test_pages_that_lose_their_browser_are_tried_again(browsing: Any, site: Any) -> None:
    site.page("/slow", f"{PLAIN}<script src=/slow.js></script>")
    site.page("/slow.js", "", delay_s=2.0)
    browser = await browsing()
    pages = [asyncio.create_task(render(browser, site.url("/slow"))) for _ in range(2)]
    await asyncio.sleep(1.5)
    kill_tree(browser._running.pid)
    assert all(b"Plain words" in one.page.body for one in await asyncio.gather(*pages))
