"""What the tests of the console share: a store with products to work on, a signed-in client, a server for browsers.

A test module imports the fixtures it uses by name, with those they stand on: `from console_desk import desk, filled_once`.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.testclient import TestClient
from stored import Clock, dossier_of, fact, launch, page, panel_of, plan, propose

from jobs import console
from jobs.console import pages
from jobs.console.access import Keys
from jobs.console.guard import Guard
from tools.models import Page as StoredPage
from tools.settings import Settings
from tools.store import Store
from tools.web.browser import find_chromium

EDITORS = ("Ines", "Tomas")


def home(name: str, number: int) -> StoredPage:
    """The home page of a product of `filled`."""
    return page(f"https://{name.lower()}.example/", f"<h1>{name}</h1> page {number} " * 20)


# paths with a value in them, for the tests that visit every page
EXAMPLES = (
    "/products/lampyard",
    "/products/tidewire/merge?into=lampyard",
    "/runs/crawl",
    "/compare?a=hexpail&b=lampyard",
    "/sources/show_hn/filter",
    f"/pages/{home('Lampyard', 0).id}?quote=Lampyard",
)
HOSTILE = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>{{7*7}}"
BASE = "http://127.0.0.1"


@dataclass
class Seconds:
    """A clock of seconds that a test sets."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Desk:
    """A console over a store, its editors' tokens, and clients to ask it with."""

    path: Path
    keys: Keys
    tokens: dict[str, str]
    app: Guard
    seconds: Seconds

    def client(self, **more: Any) -> TestClient:
        """A browser of nobody in particular: it keeps cookies, and follows no redirect by itself."""
        return TestClient(self.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False, **more)

    def signed_in(self, editor: str = "Ines") -> TestClient:
        """A client of an editor."""
        client = self.client()
        assert client.post("/sign-in", data={"token": self.tokens[editor]}).status_code == 303
        return client

    def store(self) -> Store:
        """The store by a connection of its own, for a `with`."""
        return Store.open(self.path)


def make_desk(
    path: Path,
    *,
    environ: dict[str, str] | None = None,
    tables: dict[str, Any] | None = None,
    **settings: str | float | bool,
) -> Desk:
    """A console over the store at a path."""
    values = Settings({"editors": ",".join(EDITORS), **settings}, environ, tables=tables)
    keys, seconds = Keys.beside(path, values), Seconds()
    tokens = {name: keys.renew(name) for name in keys.names}
    return Desk(path, keys, tokens, console.app(path, values, keys, now=seconds), seconds)


@pytest.fixture(scope="session")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of `filled`, to be copied."""
    return filled(tmp_path_factory.mktemp("desk") / "store.db")


@pytest.fixture
def desk(tmp_path: Path, filled_once: Path) -> Iterator[Desk]:
    """A console over a copy of the store of `filled`."""
    made = make_desk(Path(shutil.copy(filled_once, tmp_path / "store.db")))
    yield made
    console_of(made).stores.close()


def console_of(desk: Desk) -> Any:
    """What the requests of a desk share."""
    return desk.app.app.state.console  # type: ignore[attr-defined] # the app behind the guard is Starlette's


def filled(path: Path) -> Path:
    """A store with lampyard (needs a look, two values for its licence, a price that moved, a panel), tidewire (a doubtful
    price) and hexpail (new, nothing to doubt)."""
    clock = Clock()
    with Store.open(path, now=clock) as store:
        store.put_launches("show_hn", [launch(number) for number in range(3)], clock.at)
        for number, name in enumerate(("Lampyard", "Tidewire", "Hexpail")):
            of = home(name, number)
            facts = [fact(of, value=name), fact(of, "tagline", f"{name} keeps the lights on")]
            plans = (plan(of, "20"),)
            if name == "Lampyard":
                facts += [fact(of, "license", "MIT"), fact(of, "license", "Apache-2.0", confidence=0.7)]
            if name == "Tidewire":
                plans = (plan(of, "49", confidence=0.3),)
            made = propose(store, of, *facts, plans=plans, identity=f"url:{name.lower()}.example")
            slug = store.put_product(_launched(made, number)).slug
            if name != "Tidewire":
                store.put_dossier(dossier_of(store, slug))
                store.put_panel(panel_of(store, slug), reviewer="rules")
        store.put_source_state("show_hn", last_ok_at=clock.at, last_error="show_hn: page 2 could not be read")
        run = store.start_run("crawl", "show_hn", {"arguments": {"source": "show_hn"}, "model": ""})
        store.put_call(run, 1, "web", "read_pages", '{"urls": ["https://lampyard.example/"]}', 12.0)
        store.put_step(run, 1, code="read_pages()", output="one page", ms=20.0)
        brought = {
            "launches_new": 3,
            "products_new": 3,
            "pages": 3,
            "revalidated": 0,
            "products_changed": 0,
            "failures": 1,
        }
        failure = {"url": "https://tidewire.example/", "kind": "FetchError", "class": "broken", "message": "no answer"}
        store.end_run(run, "trouble", json.dumps({"sources": {"show_hn": brought}, "failures": [failure]}))
        store.raise_look("lampyard", ["license: two values"])
        store.raise_look("tidewire", ["plans: read from a picture"])
    return path


def hostile(path: Path) -> Path:
    """A store whose one product is hostile markup in every field that a page, a launch, a panel or an editor fills."""
    clock = Clock()
    with Store.open(path, now=clock) as store:
        bad = launch(1, title=HOSTILE, tagline=HOSTILE, source_url="javascript:alert(1)")
        store.put_launches("show_hn", [bad], clock.at)
        of = page("https://hostile.example/", f"<p>{html.escape(HOSTILE)}</p>")
        facts = [fact(of, name, HOSTILE) for name in ("name", "tagline", "description", "license")]
        facts += [
            fact(of, "homepage", "javascript:alert(1)"),
            fact(of, "tags", (HOSTILE,)),
            fact(of, "makers", (HOSTILE,)),
        ]
        facts += [fact(of, "tagline", f"other {HOSTILE}", confidence=0.7)]
        plans = (plan(of, "20", name=HOSTILE[:80]), plan(of, "49", name=f"2 {HOSTILE}"[:80], confidence=0.3))
        made = replace(propose(store, of, *facts, plans=plans, identity="url:hostile.example"), launches=("show_hn:1",))
        slug = store.put_product(made).slug
        first, *others = panel_of(store, slug).reviews
        store.put_panel(
            replace(panel_of(store, slug), reviews=(replace(first, text=HOSTILE), *others)), reviewer="rules"
        )
        store.raise_look(slug, [f"license: {HOSTILE}"])
        store.put_override(slug, "skeptic", "ship", HOSTILE, HOSTILE)
    return path


def _launched(made: Any, number: int) -> Any:
    return replace(made, launches=(f"show_hn:{number}",))


def fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form of a page that leads to `action`, as a browser would send them."""
    form = re.search(rf'<form[^>]*action="{re.escape(html.escape(action))}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, f"no form leads to {action}"
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[1])
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture
def served(desk: Desk) -> Iterator[str]:
    """The desk's console on a free port of loopback: its address, for browsers."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        server = uvicorn.Server(uvicorn.Config(desk.app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


CHROMIUM, NO_CHROMIUM = find_chromium(Settings({"unsafe_browser": True}))
WIDTHS = (390, 1_280)


def paths() -> list[str]:
    """Every page there is, by its address: those found that need no value, and EXAMPLES of those that do."""
    plain = [route.path for route in pages.routes() if "GET" in (route.methods or ()) and "{" not in route.path]
    return [*(path for path in plain if path != "/"), *EXAMPLES]  # "/" sends on to the first of them


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for the tests of a module; they skip where there is none. No longer, since as long as it is there a loop
    runs in this thread, and no test may start one."""
    if CHROMIUM is None:
        pytest.skip(f"no Chromium on this machine: {NO_CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browser_page(desk: Desk, served: str, chromium: Browser) -> Iterator[Page]:
    """A browser's page, signed in as Ines by the link of the terminal; what it complains of fails the test."""
    context = chromium.new_context(viewport={"width": 1_280, "height": 900})
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{served}/sign-in#{desk.tokens['Ines']}")
    page.wait_for_url("**/inbox")
    yield page
    context.close()
    faulty = [one for one in complaints if "status of 409" not in one]  # Chromium complains of a refusal, too
    assert not faulty, faulty


def faults(page: Page, *, colours: bool = False) -> list[str]:
    """What axe-core finds against a page as it stands, and whether it is wider than the window; colours: these alone."""
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} if colours else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]
    told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*told, *([f"{wide} px too wide"] if wide > 0 else [])]
