"""A web of 200 made-up product sites on loopback, for bench/crawl.py: pages, robots.txt and a launch feed.

    python bench/loopback.py PAGES HOSTS     prints its port, then serves until it is ended

A bare asyncio protocol with every answer made beforehand, so that what is measured is the crawler. The pages are
deterministic, about 60 KB, and no two are laid out quite the same: six layouts, three ways to say the price.
Standard library only: the peers' environment imports it too.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BYTES = 60_000
VOCABULARY = """
agent model vector index prompt cache stream tool latency token context schema crawl panel review release deploy
local cloud open source plugin editor shell memory graph batch queue metric trace sandbox notebook pipeline workflow
runtime compiler kernel driver adapter server client protocol session storage export import diff patch branch merge
commit build test ship team project report table chart alert window record search filter answer
"""
WORDS = VOCABULARY.split()


@dataclass(frozen=True)
class Truth:
    """What a page says, for checking what a crawler made of it. price: per month, in USD."""

    name: str
    tagline: str
    price: str


def host_of(number: int, hosts: int) -> str:
    """The loopback address that serves a page."""
    return f"127.0.1.{number % hosts + 1}"


def url_of(number: int, hosts: int, port: int) -> str:
    """The address of a page."""
    return f"http://{host_of(number, hosts)}:{port}/p/{number}"


def truth(number: int) -> Truth:
    """What page `number` says."""
    chance = random.Random(number)
    name = f"{chance.choice(WORDS).title()}{chance.choice(WORDS)} {number}"
    tagline = _sentence(chance, 6, 10)
    return Truth(name, tagline, f"{chance.randint(5, 199)}.{chance.choice(('00', '49', '99'))}")


def page(number: int) -> bytes:
    """The product page, UTF-8."""
    said, chance = truth(number), random.Random(-number - 1)
    head, tail = _head(number, said, chance), _foot(number, chance)
    body = [*_hero(number, said, chance), *_pricing(number, said, chance)]
    size = sum(map(len, (head, tail, *body)))
    while size < BYTES:
        section = _section(number, len(body), chance)
        body.append(section)
        size += len(section)
    if number % 3 == 1:  # some sites say what they cost only at the end
        body = [*body[2:], *body[:2]]
    return "".join((head, *body, tail)).encode()


def feed(urls: list[str], now: datetime) -> bytes:
    """The launches of all pages, at these addresses, as a JSON feed, dated within the last day."""
    items = []
    for number, url in enumerate(urls):
        said = truth(number)
        at = (now - timedelta(hours=20) + timedelta(seconds=30 * (number % 2_000))).strftime("%Y-%m-%dT%H:%M:%SZ")
        items.append(
            {"id": str(number), "title": f"{said.name} – {said.tagline}", "url": url, "date_published": at}
            | {"content_text": said.tagline, "authors": [{"name": f"maker{number % 700}"}]}
        )
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": "Launches", "items": items}
    return json.dumps(whole).encode()


def _head(number: int, said: Truth, chance: random.Random) -> str:
    description = f"{said.tagline} {_sentence(chance, 8, 14)}"
    software = {"@context": "https://schema.org", "@type": "SoftwareApplication", "name": said.name}
    software |= {"description": description, "applicationCategory": "DeveloperApplication", "url": f"/p/{number}"}
    if number % 3 == 0:
        software["offers"] = {"@type": "Offer", "price": said.price, "priceCurrency": "USD"}
    style = "".join(f".c{i}{{margin:{i}px;padding:{i % 7}px;color:#{i * 7919 % 0xFFFFFF:06x}}}" for i in range(120))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{said.name} | {said.tagline}</title>'
        f'<meta name="description" content="{description}"><meta name="viewport" content="width=device-width">'
        f'<meta property="og:title" content="{said.name}"><meta property="og:description" content="{description}">'
        f'<meta property="og:site_name" content="{said.name}"><meta name="twitter:card" content="summary">'
        f'<link rel="canonical" href="/p/{number}"><script type="application/ld+json">{json.dumps(software)}</script>'
        f"<style>{style}</style></head><body><header><nav><ul>"
        + "".join(
            f'<li class="c{i}"><a href="/page/{chance.choice(WORDS)}">{chance.choice(WORDS)}</a></li>'
            for i in range(30)
        )
        + "</ul></nav></header><main>"
    )


def _hero(number: int, said: Truth, chance: random.Random) -> list[str]:
    tag = ("section", "div", "article")[number % 3]
    words = "".join(f"<p>{_paragraph(chance)}</p>" for _ in range(2))
    return [f'<{tag} class="hero"><h1>{said.name}</h1><p class="lead">{said.tagline}</p>{words}</{tag}>']


def _pricing(number: int, said: Truth, chance: random.Random) -> list[str]:
    plans = [("Free", "0"), ("Pro", said.price), ("Team", str(int(float(said.price)) * 4))]
    if number % 2:
        rows = "".join(f"<tr><th>{name}</th><td>${amount} / month</td></tr>" for name, amount in plans)
        return [f'<section id="pricing"><h2>Pricing</h2><table>{rows}</table></section>']
    cards = "".join(
        f'<div class="plan"><h3>{name}</h3><span class="price">${amount}<small>/mo</small></span><ul>'
        + "".join(f"<li>{_sentence(chance, 4, 7)}</li>" for _ in range(5))
        + '</ul><a class="button" href="/signup">Choose</a></div>'
        for name, amount in plans
    )
    return [f'<section id="pricing"><h2>Pricing</h2>{cards}</section>']


def _section(number: int, at: int, chance: random.Random) -> str:
    title, kind = _sentence(chance, 3, 6), (number + at) % 4
    if kind == 0:
        points = "".join(f"<li>{_sentence(chance, 5, 12)}</li>" for _ in range(6))
        return f'<section class="c{at % 120}"><h2>{title}</h2><ul>{points}</ul></section>'
    if kind == 1:
        return f'<section class="quote"><blockquote>{_paragraph(chance)}</blockquote><cite>{title}</cite></section>'
    if kind == 2:
        return (
            f'<div class="row c{at % 120}" data-k="{at}"><h3>{title}</h3><p>{_paragraph(chance)}</p><div><span class="tag">'
            f'{chance.choice(WORDS)}</span><a href="/page/{chance.choice(WORDS)}"><img src="/i/{at}.png" alt=""></a></div></div>'
        )
    return f"<section><h2>{title}</h2><p>{_paragraph(chance)}</p><p>{_paragraph(chance)}</p></section>"


def _foot(number: int, chance: random.Random) -> str:
    state = json.dumps({"id": number, "items": [{"k": chance.choice(WORDS), "v": chance.random()} for _ in range(90)]})
    links = "".join(
        f'<a class="f" href="/page/{chance.choice(WORDS)}-{i}">{chance.choice(WORDS)}</a>' for i in range(40)
    )
    return f"</main><footer>{links}</footer><script>window.__STATE__={state};</script></body></html>"


def _sentence(chance: random.Random, least: int, most: int) -> str:
    words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most)))
    return f"{words[0].upper()}{words[1:]}."


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance, 9, 22) for _ in range(chance.randint(3, 6)))


class Site(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, GET only. An ETag on every page; If-None-Match gets a 304."""

    answers: dict[bytes, bytes]  # by path

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with nothing read."""
        self._transport, self._buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request read so far."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            request, self._buffer = self._buffer[: end + 2], self._buffer[end + 4 :]
            path = request.split(b" ", 2)[1]
            if path in self.answers and b'"v1' + path in request:
                self._transport.write(b'HTTP/1.1 304 Not Modified\r\nETag: "v1%s"\r\n\r\n' % path)
            else:
                self._transport.write(self.answers.get(path) or _answer(b"no such page", "text/plain", "404 Not Found"))


def _answer(body: bytes, kind: str, status: str = "200 OK", path: str = "") -> bytes:
    etag = f'ETag: "v1{path}"\r\n' if path else ""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{etag}\r\n"
    return head.encode() + body


async def serve(pages: int, hosts: int) -> None:
    """Print the port once every answer is made, then serve until cancelled."""
    loop = asyncio.get_running_loop()
    first = await loop.create_server(Site, host_of(0, hosts), 0, backlog=512)
    port = first.sockets[0].getsockname()[1]
    robots = b"User-agent: *\nDisallow: /private/\n\nUser-agent: badbot\nDisallow: /\n"
    Site.answers = {b"/robots.txt": _answer(robots, "text/plain")}
    Site.answers[b"/feed.json"] = _answer(
        feed([url_of(number, hosts, port) for number in range(pages)], datetime.now(UTC)), "application/feed+json"
    )
    for number in range(pages):
        path = f"/p/{number}"
        Site.answers[path.encode()] = _answer(page(number), "text/html; charset=utf-8", path=path)
    if hosts > 1:
        await loop.create_server(Site, [host_of(number, hosts) for number in range(1, hosts)], port, backlog=512)
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
