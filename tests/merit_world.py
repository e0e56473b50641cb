"""The merit world served, and visited on two days by the jobs a user runs: `visited(world, folder)` is the store's path.

The launch world's sites and services (launch_world.py) with the merit world's products in them. The second visit is two
days later by the clock of the jobs: what a price was before it rose is history by then.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import launch_services
import launch_world
import merit_cast
import merit_pages
import merit_services
from aiohttp.abc import AbstractResolver, ResolveResult
from launch_place import Answer, Asked, Place, missing
from launch_server import Server, certificates
from merit_cast import MeritProduct

from jobs.crawl import CrawlRequest, crawl
from jobs.refresh import refresh
from tools import sources
from tools.settings import Settings

DAYS = (1, 2)
BETWEEN = timedelta(days=2)  # from one visit to the next
SINCE = "7d"  # how far back the visits look: launches are two to five days old, so that their points have settled


class MeritWorld(launch_world.World):
    """The launch world with this cast's products."""

    def found(self, asked: Asked) -> Answer:
        place = Place(self.cast, self.day, self.started, tuple(self.ledger))
        if (own := self._own_site(place, asked)) is not None:
            return own
        if asked.host in merit_services.HOSTS and asked.bare == "/robots.txt":
            return missing()
        usual = super().found
        return merit_services.answer(place, asked, lambda: usual(asked))

    def _own_site(self, place: Place, asked: Asked) -> Answer | None:
        """What a product's own site says at the address that its redirects lead to."""
        product = self.cast.by_host().get(asked.host)
        if not isinstance(product, MeritProduct) or asked.scheme != "https" or product.has("challenge"):
            return None
        if asked.bare == "/robots.txt":
            return Answer(200, {"content-type": "text/plain; charset=utf-8"}, merit_pages.robots(product).encode())
        if asked.bare == "/sitemap.xml":
            return Answer(200, {"content-type": "application/xml"}, merit_pages.sitemap(product).encode())
        path = asked.bare.rstrip("/") or "/"
        text = merit_pages.page(product, path, self.day, place.when)
        if text is None:
            return missing(f"404 | {product.name}")
        return launch_world.with_validators(product, self.day, path, text)

    def hosts(self) -> list[str]:
        """Every name of the world."""
        return sorted({*super().hosts(), *merit_services.HOSTS})

    def landing(self, product: MeritProduct) -> str:
        """The text of a product's landing page as served, without its frame: for a Hub entry, its card."""
        return product.readme + product.description if product.hub else merit_pages.landing(product)


def world(seed: int, started: float, products: int = merit_cast.LEAST_PRODUCTS) -> MeritWorld:
    """A new world on its first day, with at least so many products."""
    people = merit_cast.cast(seed, products)
    made = tuple(
        replace(p, more_links=merit_pages.links(p), readme=merit_pages.card_text(p))
        for p in people.products
        if isinstance(p, MeritProduct)
    )
    return MeritWorld(replace(people, products=made), started)


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


@contextlib.contextmanager
def served(of: MeritWorld, folder: Path) -> Iterator[Server]:
    """The world on loopback, where this process finds all of its names. Needs the command openssl."""
    authority, chain = certificates(folder, of.hosts())
    server = Server(of, chain=chain).start()
    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        names = frozenset(of.hosts())
        stack.enter_context(patch("tools.web.guard.ThreadedResolver", lambda: Everywhere(server, names)))
        # The connector takes its trust from here when it is made.
        trust = ssl.create_default_context(cafile=str(authority))
        stack.enter_context(patch("aiohttp.connector._SSL_CONTEXT_VERIFIED", trust))
        for source in sources.all_sources().values():
            stack.enter_context(patch.object(source, "PACE_S", 0.0))  # seconds between real sites' requests
        yield server


def settings(of: MeritWorld, server: Server, **own: str | float | bool) -> Settings:
    """Those under which this world may be crawled."""
    doors = [f"{server.address}:{port}" for port in (server.port, server.tls_port)]
    values: dict[str, str | int | float | bool] = {
        "allow_hosts": ",".join([*of.hosts(), *doors]),
        "contact": "mailto:tests@launch-world.org",
        "pace_s": 0.0,
        "browser": "off",
        **own,
    }
    registries = {
        "SCOUT_PYPI_URL": f"https://{launch_services.INDEX}",
        "SCOUT_NPM_URL": f"https://{launch_services.REGISTRY}",
        "SCOUT_NPM_DOWNLOADS_URL": f"https://{launch_services.REGISTRY}",
    }
    return Settings(values, registries)


def visited(of: MeritWorld, folder: Path, **own: str | float | bool) -> tuple[Path, Settings]:
    """A store that has seen the world on both days, not yet reviewed, and the settings it was crawled with.

    own: settings beside those that the world needs.
    """
    path = folder / "store.db"
    with served(of, folder) as server:
        chosen = settings(of, server, **own)
        for day in DAYS:
            of.day = day
            shift = (day - DAYS[-1]) * BETWEEN  # the last visit is now, so that nothing is read before it happened
            with patch("tools.workbench.utc_now", lambda shift=shift: datetime.now(UTC) + shift):
                of.turn += 1
                crawl(path, chosen, CrawlRequest(review=False, since=SINCE))
                if day > 1:
                    of.turn += 1
                    refresh(path, chosen, due_only=False, review=False)
    return path, chosen
