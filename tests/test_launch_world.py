"""Two days of a small stand-in of the real launch sites (launch_world.py), crawled in this process: nothing lost between
a launch and its record. bench/world.py does the same at full size through the command, with a browser."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import launch_score
import launch_services
import launch_world
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from launch_server import Server, certificates

from jobs.crawl import CrawlRequest, crawl
from jobs.refresh import refresh
from tools.exporters import jsonl
from tools.settings import Settings
from tools.store import Store

DAYS = (1, 2)
AGENT = "scout"


@dataclass
class Everywhere(AbstractResolver):
    """Sends every name of a world to its server, by the port that was asked for."""

    server: Server
    names: frozenset[str]

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in self.names:
            raise OSError(f"{host} is not of this world")
        own = self.server.tls_port if port == 443 else self.server.port
        at = ResolveResult(
            hostname=host, host="127.0.0.1", port=own, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
        )
        return [at]

    async def close(self) -> None:
        pass


@dataclass
class Seen:
    """What two days left behind."""

    world: launch_world.World
    held: dict[int, list[dict[str, Any]]]

    @property
    def figures(self) -> launch_score.Figures:
        return launch_score.score(self.world.cast, DAYS[-1], self.held[DAYS[-1]], browser=False)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl makes this world's certificate, and is not here")
    folder = tmp_path_factory.mktemp("world")
    world = launch_world.world(1, time.time(), small=True)
    authority, chain = certificates(folder, world.hosts())
    server = Server(world, chain=chain).start()
    with pytest.MonkeyPatch.context() as patch:
        names = frozenset(world.hosts())
        patch.setattr("tools.web.guard.ThreadedResolver", lambda: Everywhere(server, names))
        # The connector takes its trust from here when it is made.
        patch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=str(authority)))
        yield Seen(world, _two_days(world, server, folder / "store.db"))
    server.stop()


def _two_days(world: launch_world.World, server: Server, path: Path) -> dict[int, list[dict[str, Any]]]:
    doors = [f"{server.address}:{port}" for port in (server.port, server.tls_port)]
    settings = Settings(
        {
            "allow_hosts": ",".join([*world.hosts(), *doors]),
            "opt_out_hosts": ",".join(launch_world.opted_out(world.cast)),
            "contact": "mailto:tests@launch-world.org",
            "pace_s": 0.0,
            "browser": "off",
        },
        {"SCOUT_PYPI_URL": f"https://{launch_services.INDEX}", "SCOUT_NPM_URL": f"https://{launch_services.REGISTRY}"},
    )
    with Store.open(path) as store:
        for name, url in world.cast.followed:
            store.add_source(name, url)
    held = {}
    for day in DAYS:
        world.day = day
        world.turn += 1
        crawl(path, settings, CrawlRequest(review=False))
        if day > 1:
            world.turn += 1
            refresh(path, settings, due_only=False, review=False)
        with Store.open(path) as store:
            ((_, text),) = jsonl.export(store, None, settings)
        held[day] = [json.loads(line) for line in text.splitlines()]
    return held


def _share(seen: Seen, name: str) -> tuple[launch_score.Share, str]:
    figures = seen.figures
    misses = [miss for kind, miss in figures.misses if kind == name]
    return figures.shares[name], "\n".join(misses)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "recall",
        "Hub entries",
        "precision",
        "no duplicate",
        "launches merged",
        "no wrong merge",
        "homepage",
        "repository",
    ],
)
def test_every_case_of_a_figure_is_right(seen: Seen, name: str) -> None:
    share, misses = _share(seen, name)
    assert share.of > 3
    assert share.right == share.of, misses


@pytest.mark.slow
def test_prices_that_moved_are_reported_and_nothing_else_is(seen: Seen) -> None:
    changes = launch_score.score_changes(seen.world.cast, 2, seen.held[1], seen.held[2])
    assert changes.shares["price change reported"].of
    assert not list(launch_score.lines(changes))


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    ["robots", "asked before robots.txt", "crawl-delay", "retry-after", "over a limit", "opted out", "private address"],
)
def test_the_ledger_shows_a_polite_visitor(seen: Seen, kind: str) -> None:
    assert len(seen.world.ledger) > 100
    assert not launch_world.violations(seen.world, AGENT)[kind]


@pytest.mark.slow
def test_what_was_read_before_is_asked_for_with_its_validator(seen: Seen) -> None:
    carried, repeats = launch_world.conditional(seen.world)
    assert repeats > 20
    assert carried / repeats >= 0.9
