"""A web of 200 made-up product sites on loopback, for bench/crawl.py: pages, robots.txt and a launch feed.

    python bench/loopback.py PAGES HOSTS     prints its port, then serves until it is ended

A bare asyncio protocol with every answer made beforehand, so that what is measured is the crawler. The pages are
deterministic and of one size, but laid out in different ways. Their shape is that of real product pages of 25 to 100 KB
(the means of 13 saved ones, per 60 KB): 6 KB of visible text in 160 lines, 600 elements, 106 links, 13 KB of scripts
and style sheets, 2 KB of drawings; the rest is attributes.
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
the of and to in is that for it with as on be at by this have from or your you we our are not but what all when can
more has new one time their which will about if up out so make them into than then some other only its over also
after use two how first well way even any these most day part work team people every build code ship write read find
fast simple small large list page file data index query search table chart report alert record window panel stream
queue batch graph model agent prompt token context schema cache vector index metric trace sandbox notebook pipeline
workflow runtime compiler kernel driver adapter server client session storage export import branch merge commit test
deploy local cloud open source plugin editor shell memory latency review release project answer change version
history update share connect automate monitor measure understand customers developers engineers support security
minutes hours without before
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
    head, foot = _head(number, said, chance), _foot(number, chance)
    body = [
        _hero(number, said, chance),
        _pricing(number, said, chance),
        *(_card(number, at, chance) for at in range(33)),
    ]
    if number % 3 == 1:  # some sites say what they cost only at the end
        body = [*body[2:], *body[:2]]
    state = {"id": number, "build": "a1b2c3", "items": []}
    size = len("".join((head, *body, foot, json.dumps(state)))) + len(
        "<script>window.__STATE__=</script></body></html>"
    )
    while size < BYTES:  # what is left goes into the page's own data, as it does on real ones
        state["items"].append({"key": chance.choice(WORDS), "value": round(chance.random(), 12), "on": True})
        size += len(json.dumps(state["items"][-1])) + 2
    script = f"<script>window.__STATE__={json.dumps(state)}</script></body></html>"
    return "".join((head, *body, foot, script)).encode()


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
    style = "".join(f".c{i}{{margin:{i}px;padding:{i % 7}px;color:#{i * 7919 % 0xFFFFFF:06x}}}" for i in range(90))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{said.name} | {said.tagline}</title>'
        f'<meta name="description" content="{description}"><meta name="viewport" content="width=device-width">'
        f'<meta property="og:title" content="{said.name}"><meta property="og:description" content="{description}">'
        f'<meta property="og:site_name" content="{said.name}"><meta name="twitter:card" content="summary">'
        f'<link rel="canonical" href="/p/{number}"><script type="application/ld+json">{json.dumps(software)}</script>'
        f"<style>{style}</style></head><body><header {_attributes(chance)}><nav><ul>"
        + "".join(
            f'<li {_attributes(chance)}><a {_attributes(chance)} href="/page/{chance.choice(WORDS)}-{i}">'
            f"{chance.choice(WORDS)}</a></li>"
            for i in range(26)
        )
        + "</ul></nav></header><main>"
    )


def _hero(number: int, said: Truth, chance: random.Random) -> str:
    tag = ("section", "div", "article")[number % 3]
    return (
        f'<{tag} {_attributes(chance)}><h1 {_attributes(chance)}>{said.name}</h1><p class="lead">{said.tagline}</p>'
        f"<p {_attributes(chance)}>{_sentence(chance, 12, 20)}</p>{_drawing(chance)}</{tag}>"
    )


def _pricing(number: int, said: Truth, chance: random.Random) -> str:
    plans = [("Free", "0"), ("Pro", said.price), ("Team", str(int(float(said.price)) * 4))]
    if number % 2:
        rows = "".join(f"<tr><th>{name}</th><td>${amount} / month</td></tr>" for name, amount in plans)
        return f'<section id="pricing"><h2>Pricing</h2><table {_attributes(chance)}>{rows}</table></section>'
    cards = "".join(
        f'<div {_attributes(chance)}><h3>{name}</h3><span class="price">${amount}<small>/mo</small></span><ul>'
        + "".join(f"<li {_attributes(chance)}>{_sentence(chance, 3, 5)}</li>" for _ in range(3))
        + '</ul><a class="button" href="/signup">Choose</a></div>'
        for name, amount in plans
    )
    return f'<section id="pricing"><h2>Pricing</h2>{cards}</section>'


def _card(number: int, at: int, chance: random.Random) -> str:
    """A feature, a quote or a teaser: three lines of text in a dozen elements, as page builders write them."""
    words = _sentence(chance, 12, 24)
    inner = (
        f"<p {_attributes(chance)}>{words}</p>",
        f"<blockquote {_attributes(chance)}>{words}</blockquote>",
        f"<ul><li {_attributes(chance)}>{words}</li></ul>",
    )[(number + at) % 3]
    return (
        f'<div {_attributes(chance)}><div {_attributes(chance)}><div class="row c{at}" data-k="{at}">'
        f"<h3 {_attributes(chance)}>{_sentence(chance, 3, 5)}</h3>{inner}<div {_attributes(chance)}>"
        f'<span {_attributes(chance)}><span>{chance.choice(WORDS)}</span></span><a {_attributes(chance)} href="/page/'
        f'{chance.choice(WORDS)}-{at}"><span>Learn more</span></a></div>{_drawing(chance) if at % 5 == 0 else ""}'
        f'<img {_attributes(chance)} src="/i/{at}.png" alt=""></div></div></div>'
    )


def _foot(number: int, chance: random.Random) -> str:
    links = "".join(
        f'<li {_attributes(chance)}><a {_attributes(chance)} href="/page/{chance.choice(WORDS)}-{i + 100}">'
        f"{chance.choice(WORDS)}</a></li>"
        for i in range(50)
    )
    return f"</main><footer {_attributes(chance)}><ul>{links}</ul></footer>"


def _attributes(chance: random.Random) -> str:
    """What utility classes and page builders leave on an element: some sixty characters."""
    names = " ".join(
        f"{chance.choice(('md:', 'lg:', '', ''))}{chance.choice(WORDS)}-{chance.randint(1, 96)}" for _ in range(5)
    )
    return f'class="{names} c{chance.randint(0, 89)}" data-node-id="{chance.getrandbits(24):06x}"'


def _drawing(chance: random.Random) -> str:
    path = " ".join(f"L{chance.randint(0, 99)} {chance.randint(0, 99)}" for _ in range(34))
    return f'<svg width="16" height="16" viewBox="0 0 99 99"><path d="M0 0 {path}z"/></svg>'


def _sentence(chance: random.Random, least: int, most: int) -> str:
    words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most)))
    return f"{words[0].upper()}{words[1:]}."


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
