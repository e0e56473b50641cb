"""Two days of a small stand-in of the real launch sites (launch_world.py), crawled in this process: nothing lost between
a launch and its record. bench/world.py does the same at full size through the command, with a browser."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import launch_cast
import launch_ledger
import launch_place
import launch_score
import launch_services
import launch_world
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from launch_server import Server, certificates

from jobs.crawl import CrawlRequest, crawl
from jobs.refresh import refresh
from tools import sources
from tools.exporters import jsonl
from tools.settings import Settings
from tools.store import Store

DAYS = (1, 2)
SEED = 5  # the cast with most launches of several places, and prices that move on the second day
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
    world = launch_world.world(SEED, time.time(), small=True)
    authority, chain = certificates(folder, world.hosts())
    server = Server(world, chain=chain).start()
    with pytest.MonkeyPatch.context() as patch:
        names = frozenset(world.hosts())
        patch.setattr("tools.web.guard.ThreadedResolver", lambda: Everywhere(server, names))
        # The connector takes its trust from here when it is made.
        patch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", ssl.create_default_context(cafile=str(authority)))
        for source in sources.all_sources().values():
            patch.setattr(source, "PACE_S", 0.0)  # seconds between real sites' requests; bench/world.py keeps them
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
            text = b"".join(piece for _, piece in jsonl.export(store, None, settings))
        held[day] = [json.loads(line) for line in text.splitlines()]
    return held


def _share(seen: Seen, name: str) -> tuple[launch_score.Share, str]:
    figures = seen.figures
    misses = [miss for kind, miss in figures.misses if kind == name]
    return figures.shares[name], "\n".join(misses)


AT = 1_796_000_000.0  # any moment


def _ask(world: launch_world.World, url: str, **headers: str) -> launch_place.Answer:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.answer(launch_place.Asked(AT, "GET", parts.scheme, parts.netloc, path, named))


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    assert launch_cast.cast(7) == launch_cast.cast(7)
    assert {p.key for p in launch_cast.cast(7).products} != {p.key for p in launch_cast.cast(8).products}


def test_a_full_world_has_the_places_and_products_it_is_for() -> None:
    people = launch_cast.cast(1)
    assert len({launch.source for product in people.products for launch in product.launches}) >= 12
    assert len(people.by_host()) >= 100
    assert sum(len(product.launches) > 1 for product in people.products) >= 40
    assert sum(product.held(day) != product.held(day - 1) for product in people.products for day in (2, 3)) >= 15


def test_github_answers_sixty_an_hour_and_says_when_the_next_hour_is() -> None:
    world = launch_world.world(1, AT)
    answers = [_ask(world, "https://api.github.com/repos/some/thing") for _ in range(61)]
    assert [answer.status for answer in answers] == [404] * 60 + [403]
    assert answers[59].headers["x-ratelimit-remaining"] == "0"
    assert AT < float(answers[60].headers["x-ratelimit-reset"]) <= AT + launch_place.HOUR_S + 1


def test_the_hub_sends_its_cards_through_its_cache() -> None:
    world = launch_world.world(1, AT)
    product = next(p for p in world.cast.products if p.kind == "model" and p.launches[0].day == 1)
    sent = _ask(world, f"{product.homepage}/resolve/main/README.md")
    assert sent.status == 307
    assert sent.headers["location"].startswith(f"/api/resolve-cache/{product.hub}/")
    card = _ask(world, f"https://huggingface.co{sent.headers['location']}")
    assert f"# {product.name}" in card.body.decode()


def test_a_page_is_not_sent_again_to_whoever_holds_it() -> None:
    world = launch_world.world(1, AT)
    product = next(p for p in world.cast.products if p.traits == {"etag"} and p.template == "tailwind")
    first = _ask(world, product.homepage)
    again = _ask(world, product.homepage, if_none_match=first.headers["etag"])
    assert (first.status, again.status) == (200, 304)
    world.day = 2  # counters and dates moved, so it is another page
    assert _ask(world, product.homepage, if_none_match=first.headers["etag"]).status == 200


def test_the_ledger_catches_a_rude_visitor() -> None:
    world = launch_world.world(1, AT)
    closed = next(p for p in world.cast.products if p.has("robots_closed"))
    slow = next(p for p in world.cast.products if p.has("robots_delay"))
    unwanted = next(p for p in world.cast.products if p.has("opt_out"))
    for url in (closed.homepage, slow.homepage, slow.homepage, unwanted.homepage, "http://169.254.169.254/latest"):
        _ask(world, url)
    broken = {kind for kind, rows in launch_ledger.violations(world, AGENT).items() if rows}
    assert broken == {"robots", "asked before robots.txt", "crawl-delay", "opted out", "private address"}


def _record(product: launch_cast.Product, seq: int = 1) -> dict[str, Any]:
    """What an export would write of a product that was read without a fault."""
    launches = [
        {"id": f"{at.source}:{at.id}", "source": at.source, "url": launch_place.address(product, at), "source_url": ""}
        for at in product.launches
    ]
    plans = [{"name": p.name, "amount": p.amount, "currency": p.currency, "period": p.period} for p in product.held(3)]
    return {
        "slug": product.key,
        "identity": f"url:{product.host}" if product.host else f"repo:github.com/{product.repository}",
        "name": product.name,
        "tagline": product.tagline,
        "homepage": product.homepage,
        "repository": f"https://github.com/{product.repository}" if product.repository else None,
        "license": product.licence or None,
        "pricing_model": product.pricing[0],
        "plans": plans,
        "launches": launches,
        "changes": [{"seq": seq, "op": "new"}],
    }


def test_a_faultless_record_is_scored_without_a_miss_and_a_wrong_merge_is_named() -> None:
    people = launch_cast.cast(1)
    sold = [p for p in people.products if p.kind == "product"]
    faultless = launch_score.score(replace(people, products=tuple(sold)), 3, [_record(p) for p in sold])
    assert not list(launch_score.lines(faultless))
    first, other = [p for p in sold if not p.repository and len(p.launches) == 1][:2]
    merged = _record(first) | {"launches": [*_record(first)["launches"], *_record(other)["launches"]]}
    wrong = launch_score.score(people, 3, [merged])
    assert [miss for kind, miss in wrong.misses if kind == "no wrong merge"]


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
    assert not launch_ledger.violations(seen.world, AGENT)[kind]


@pytest.mark.slow
def test_what_was_read_before_is_asked_for_with_its_validator(seen: Seen) -> None:
    carried, repeats = launch_ledger.conditional(seen.world)
    assert repeats > 20
    assert carried / repeats >= 0.9
