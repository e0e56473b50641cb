"""What the tests of the console share: a store with products to work on, a signed-in client, a server for browsers.

A test module imports the fixtures it uses by name, with those they stand on: `from console_desk import desk, filled_once`.
"""

from __future__ import annotations

import html
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
from starlette.testclient import TestClient
from stored import Clock, dossier_of, fact, launch, page, panel_of, plan, propose

from jobs import console
from jobs.console.access import Keys
from jobs.console.guard import Guard
from tools.settings import Settings
from tools.store import Store

EDITORS = ("Ines", "Tomas")
EXAMPLES = ("/products/lampyard",)  # paths with a value in them, for the tests that visit every page
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


def make_desk(path: Path, **settings: str | float | bool) -> Desk:
    """A console over the store at a path."""
    values = Settings({"editors": ",".join(EDITORS), **settings})
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
            of = page(f"https://{name.lower()}.example/", f"<h1>{name}</h1> page {number} " * 20)
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
        store.raise_look("lampyard", ["license: look: two values"])
        store.raise_look("tidewire", ["plans: look: read from a picture"])
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
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        server = uvicorn.Server(uvicorn.Config(desk.app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
