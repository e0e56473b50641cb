"""A reader with a real browser: the site's forms end to end, with a script and without, and our answers without a barrier."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from console_desk import WIDTHS, chromium, faults, filled_once
from mail_server import Postbox, postbox
from notice_settings import SECRETS, mail
from playwright.sync_api import Browser, Page, expect

from jobs import public
from jobs.export import export
from tools.settings import Settings
from tools.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Site:
    """An exported site on one port, the forms on another, a mailbox behind them."""

    url: str
    forms: str
    path: Path
    box: Postbox

    def mailed(self) -> str:
        """The text of the one mail, once it has come."""
        for _ in range(500):
            if self.box.accepted:
                break
            self.box.freed.wait(0.02)
        (mailed,) = self.box.accepted
        body = mailed.get_body(("plain",))
        assert body
        return str(body.get_content())

    def votes(self, slug: str) -> dict[str, int]:
        with Store.open(self.path) as store:
            return store.votes(slug)


@pytest.fixture
def site(tmp_path: Path, filled_once: Path) -> Iterator[Site]:
    path, out = Path(shutil.copy(filled_once, tmp_path / "store.db")), tmp_path / "site"
    with (
        postbox() as box,
        socket.create_server(("127.0.0.1", 0)) as listening,
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(out))) as pages,
    ):
        url, forms = (f"http://127.0.0.1:{port}" for port in (pages.server_port, listening.getsockname()[1]))
        settings = Settings(
            {"site_url": url, "post_url": f"{forms}/in"}, SECRETS, tables={"targets": {"post": mail(box.port)}}
        )
        export(path, settings, "site", out=out)
        server = uvicorn.Server(uvicorn.Config(public.app(path, settings), log_level="warning", lifespan="on"))
        threads = [
            threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True),
            threading.Thread(target=pages.serve_forever, args=(0.02,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        yield Site(url, f"{forms}/in", path, box)
        server.should_exit = True
        pages.shutdown()
        for thread in threads:
            thread.join(10)


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def reader(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A reader's page; what their browser complains of fails the test."""
    context = chromium.new_context(viewport={"width": 1_280, "height": 900}, java_script_enabled=request.param)
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def test_a_reader_signs_up_on_the_site_confirms_in_the_mail_and_leaves(site: Site, reader: Page) -> None:
    reader.goto(f"{site.url}/index.html")
    reader.fill("input[name=email]", "kim@reader.example")
    reader.get_by_role("button", name="Send it").click()
    expect(reader.locator("h1")).to_have_text("Look into your mailbox")
    confirm, leave = re.findall(r"http://\S+", site.mailed())
    reader.goto(confirm)
    reader.get_by_role("button", name="Yes, send it").click()
    expect(reader.locator("h1")).to_have_text("You are on the list")
    with Store.open(site.path) as store:
        assert [address for address, _ in store.subscribers()] == ["kim@reader.example"]
    reader.get_by_role("link", name="Back to the site").click()
    expect(reader).to_have_url(f"{site.url}/index.html")
    reader.goto(leave)
    reader.get_by_role("button", name="Leave").click()
    expect(reader.locator("h1")).to_have_text("You have left")
    with Store.open(site.path) as store:
        assert not list(store.subscribers())


def test_a_reader_votes_changes_their_mind_and_counts_once(site: Site, reader: Page) -> None:
    page = f"{site.url}/products/lampyard.html"
    for name, shown in (("Ship", "1 ship, 0 skip"), ("Skip", "0 ship, 1 skip")):
        reader.goto(page)
        reader.get_by_role("button", name=name, exact=True).click()
        expect(reader.locator("main")).to_contain_text(shown)
    reader.reload()
    assert site.votes("lampyard") == {"ship": 0, "skip": 1}, "a reload sends nothing again"
    reader.get_by_role("link", name="Back to the site").click()
    expect(reader).to_have_url(page)


def test_a_page_elsewhere_cannot_vote_for_a_reader(site: Site, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    form = f'<form method="post" action="{site.forms}/vote"><input name="slug" value="lampyard"><input name="vote" value="ship"><button>x</button></form>'
    page.route("http://elsewhere.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://elsewhere.example/")
    page.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("not one of the site's")
    assert site.votes("lampyard") == {"ship": 0, "skip": 0}
    context.close()


LIGHTS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_answer_has_a_barrier(site: Site, chromium: Browser, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for path in ("/", "/asked", "/confirm?token=x", "/unsubscribe?token=x", "/voted?slug=lampyard", "/nowhere"):
        page.goto(f"{site.forms}{path}")
        for light in LIGHTS:
            page.emulate_media(color_scheme=light)
            assert faults(page) == [], f"{path} at {width}, {light}"
    context.close()
