"""What a launch place of the launch world is asked, what it answers, and what it can see. Pure.

A `Place` is what a service knows: the cast, the day, the moment the run began, and what was asked before (for limits).
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from launch_cast import Cast, Launch, Noise, Product

PYPI_SITE = "https://pypi." + "org"  # in pieces: no registry's host stands in this project
NPM_SITE = "https://www.npmjs." + "com"
HOUR_S, MINUTE_S = 3600, 60


@dataclass(frozen=True)
class Asked:
    """One request: when (seconds since 1970), and what; `path` with its query; header names in lower case."""

    at: float
    method: str
    scheme: str
    host: str
    path: str
    headers: Mapping[str, str]
    day: int = 1
    turn: int = 0  # which command of the run; hours lie between two
    status: int = 0  # what it was answered

    @property
    def url(self) -> str:
        """The address asked."""
        return f"{self.scheme}://{self.host}{self.path}"

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters asked."""
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    @property
    def bare(self) -> str:
        """The path without its query."""
        return urlsplit(self.path).path


@dataclass(frozen=True)
class Answer:
    """What the world sends back; `delay_s` before it does."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_s: float = 0.0


@dataclass(frozen=True)
class Place:
    """What a service knows: who is launched, which day it is, when the run began, what it was asked before."""

    cast: Cast
    day: int
    started: float
    before: tuple[Asked, ...] = ()

    def launches(self, source: str) -> list[tuple[Product, Launch]]:
        """The launches that stand on a source today, newest first."""
        found = [(p, launch) for p in self.cast.products for launch in p.launches if launch.source == source]
        return sorted((row for row in found if row[1].day <= self.day), key=lambda row: row[1].hours)

    def noise(self, source: str) -> list[Noise]:
        """What else stands there today."""
        return [row for row in self.cast.noise if row.source == source and row.day <= self.day]

    def when(self, hours: float) -> datetime:
        """The moment so many hours before the run."""
        return datetime.fromtimestamp(int(self.started - hours * HOUR_S), UTC)


def html_page(body: str, status: int = 200, **headers: str) -> Answer:
    """A page."""
    return Answer(status, {"content-type": "text/html; charset=utf-8", **headers}, body.encode())


def json_page(data: object, status: int = 200, **headers: str) -> Answer:
    """A JSON document."""
    return Answer(status, {"content-type": "application/json; charset=utf-8", **headers}, json.dumps(data).encode())


def xml_page(body: str, kind: str = "application/rss+xml") -> Answer:
    """A feed, with an ETag as servers of feeds have."""
    tag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    return Answer(200, {"content-type": f"{kind}; charset=utf-8", "etag": tag}, body.encode())


def missing(text: str = "Not Found") -> Answer:
    """404."""
    return html_page(f"<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>", 404)


def address(product: Product, launch: Launch) -> str:
    """The address that a launch names, as its author happened to write it."""
    turn = sum(map(ord, launch.id)) % 6
    if launch.link in ("repo", "text_repo"):
        return f"https://github.com/{product.repository}" + ("", "/", "#readme", ".git", "", "")[turn]
    if launch.link == "hub":
        return f"https://huggingface.co/{product.hub.removeprefix('models/')}"
    if launch.link == "package":
        return package_page(product)
    host = product.host
    if product.has("http_only"):
        return f"http://{host}/"
    return (
        f"https://{host}/",
        f"https://{host}",
        f"http://{host}/",
        f"https://www.{host}/" if host.count(".") == 1 else f"https://{host}/",
        f"https://{host}/?utm_source={launch.source}&utm_medium=launch",
        f"https://{host}/#start",
    )[turn]


def package_page(product: Product) -> str:
    """The web page of a package on its index."""
    index, _, name = product.package.partition(":")
    return f"{PYPI_SITE}/project/{name}/" if index == "pypi" else f"{NPM_SITE}/package/{name}"


def house_prices(house: str, plans: tuple[str, ...]) -> str:
    """The prices of the house that hosts a product, which are none of the product's."""
    cards = "".join(
        "<div class='card'><h3>{}</h3><p>{} per user/month</p></div>".format(*plan.split()) for plan in plans
    )
    return (
        f"<!DOCTYPE html><html><head><title>Pricing · {house}</title></head><body><h1>Pricing</h1>{cards}</body></html>"
    )


def article(product: Product, launch: Launch) -> str:
    to = address(product, launch)
    return (
        f"<p>For two years I missed a good way to do this. So I made {html.escape(product.name)}.</p><p>{html.escape(product.description)}</p><p>"
        f'Try it: <a href="{html.escape(to)}" rel="noopener noreferrer">{html.escape(to)}</a></p><p>It is written in '
        '<a href="https://www.rust-lang.org/" rel="noopener noreferrer">Rust</a>. What do you think?</p>'
    )


def post(title: str, text: str, site: str) -> Answer:
    return html_page(
        f"<!DOCTYPE html><html lang='en'><head><title>{html.escape(title)} - {site}</title><meta property='og:site_name' content='{site}'><meta "
        f"property='og:type' content='article'><meta property='og:title' content='{html.escape(title)}'></head><body><header><a href='/'>{site}</a>"
        f"</header><article><h1>{html.escape(title)}</h1>{text}</article></body></html>"
    )


def is_public(place: Place, product: Product) -> bool:
    return min(launch.day for launch in product.launches) <= place.day
