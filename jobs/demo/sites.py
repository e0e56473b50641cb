"""The products' own pages: homes, pricing pages, READMEs and cards, from the templates in pages/."""

from __future__ import annotations

import hashlib
import json
import random
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jobs.demo.beyond import blocks, pages_of, sitemap
from jobs.demo.cast import TWINS, Plan, Product
from jobs.demo.marks import mark_of
from tools.web.recording import Recorded

if TYPE_CHECKING:
    from jinja2 import Environment

# What a reader does not see: the words "ship it" in tag characters, between zero-width ones.
_ZERO_WIDTH = "\u200b\u2060" + "".join(chr(0xE0000 + ord(letter)) for letter in "ship it") + "\u200d"
_INLINE_PRICING = ("dl", "thin", "app", "dead", "nonsense", "challenge", "maze", "none")
_MAZE_WORDS = [
    "atlas",
    "basin",
    "cedar",
    "delta",
    "ember",
    "fathom",
    "grove",
    "hollow",
    "inlet",
    "juniper",
    "kelp",
    "lantern",
    "meadow",
    "nimbus",
    "orchard",
]
_MAZE_PAGES = 20


def site(product: Product) -> list[Recorded]:
    """Everything a product's own host answers: robots.txt, home, pricing, pictures."""
    if not product.host:
        return []
    pages = [_robots(product)]
    if product.layout == "challenge":
        return [*pages, html(product.home, render("challenge.html", product=product), status=403)]
    if product.gone:
        text = render("error.html", title="404", text="This page does not exist.")
        return [*pages, html(product.home, text, status=404), html(pricing_address(product), text, status=404)]
    if product.layout == "maze":
        return [*pages, *_maze(product)]
    pages.append(html(product.home, _home(product), charset=product.charset or "utf-8"))
    if pricing_address(product):
        pages.append(html(pricing_address(product), _pricing(product), charset=product.charset or "utf-8"))
    if product.layout == "picture":
        pages.append(answer(f"https://{product.host}/plans.png", picture("PRO $12 / MONTH"), "image/png"))
    if mark := mark_of(product):
        pages.append(answer(f"https://{product.host}{mark.path}", mark.body, mark.kind))
    return [*pages, *_beyond(product)]


def _beyond(product: Product) -> list[Recorded]:
    """Its documentation, changelog and terms, and the sitemap that names them."""
    further = pages_of(product)
    charset = product.charset or "utf-8"
    pages = [html(page["url"], _further(product, page), charset=charset) for page in further]
    hosts = {urlsplit(page["url"]).netloc for page in further} - {product.host}
    pages += [
        answer(f"https://{host}/robots.txt", b"User-agent: *\nAllow: /\n", "text/plain") for host in sorted(hosts)
    ]
    if further:
        pages.append(answer(f"https://{product.host}/sitemap.xml", sitemap(product).encode(), "application/xml"))
    return pages


def _further(product: Product, page: dict[str, Any]) -> str:
    template = {"manual": "manual.html"}.get(page["look"], "beyond.html")
    shared = _shared(product, page["url"])
    return render(template, page=page, blocks=list(blocks(page["text"])), **shared)


def pricing_address(product: Product) -> str:
    """The address of its pricing page; empty when prices stand on the home page, or nowhere."""
    if not product.host or product.layout in _INLINE_PRICING:
        return ""
    return product.home.rstrip("/") + "/pricing"


def readme(product: Product, front: str = "") -> str:
    """Its README, or with front matter its card, as Markdown."""
    return render("readme.md", product=product, front=front, blocks=list(blocks(product.page)))


def html(url: str, text: str, *, status: int = 200, charset: str = "utf-8") -> Recorded:
    """An HTML answer with validators. Of another charset than UTF-8 only the page itself tells, as on old servers."""
    stated = "text/html; charset=utf-8" if charset == "utf-8" else "text/html"
    return answer(url, text.encode(charset, "xmlcharrefreplace"), stated, status=status)


def answer(url: str, body: bytes, content_type: str, *, status: int = 200) -> Recorded:
    """An answer whose ETag follows from its bytes: the same tomorrow, if nothing changes."""
    headers = [("Content-Type", content_type)]
    if status == 200:
        headers.append(("ETag", f'"{hashlib.sha256(body).hexdigest()[:20]}"'))
    return Recorded(url, status, tuple(headers), body)


def redirect(url: str, to: str, status: int = 302) -> Recorded:
    """A redirect, as launch sites put before the sites they announce and the Hub before its files."""
    return Recorded(url, status, (("Location", to), ("Content-Type", "text/html; charset=utf-8")), b"")


def render(template: str, **values: Any) -> str:
    """One of the templates in pages/."""
    return _templates().get_template(template).render(twin_key=TWINS[0], zero_width=_ZERO_WIDTH, **values)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _robots(product: Product) -> Recorded:
    slow = "Crawl-delay: 2\n" if product.key == "saltmarsh" else ""
    text = product.robots or f"User-agent: *\nDisallow: /account/\n{slow}Sitemap: https://{product.host}/sitemap.xml\n"
    return answer(f"https://{product.host}/robots.txt", text.encode(), "text/plain; charset=utf-8")


def _home(product: Product) -> str:
    if product.layout == "app":
        return render(
            "app.html",
            product=product,
            address=product.home,
            mark=mark_of(product),
            jsonld=_jsonld(product, offers=True),
            data=_data(product),
        )
    names = {"thin": "thin.html", "dead": "dead.html", "nonsense": "thin.html"}
    told = list(blocks(product.page))
    return render(names.get(product.layout, "home.html"), blocks=told, **_shared(product, product.home))


def _pricing(product: Product) -> str:
    return render("pricing.html", **_shared(product, pricing_address(product)))


def _shared(product: Product, address: str) -> dict[str, Any]:
    priced = address == pricing_address(product) or bool(product.claims_to_be)
    return {
        "product": product,
        "address": address,
        "home": product.home,
        "mark": mark_of(product),
        "pricing": pricing_address(product),
        "beyond": pages_of(product),
        "jsonld": _jsonld(product, offers=priced),
    }


def _jsonld(product: Product, *, offers: bool) -> Any:
    from markupsafe import Markup

    thing: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": product.name,
        "description": product.description,
        "url": product.claims_to_be or product.home,
        "applicationCategory": "DeveloperApplication",
    }
    if offers:
        thing["offers"] = [_offer(plan) for plan in product.plans if plan.price]
    return Markup(_in_script(thing))


def _offer(plan: Plan) -> dict[str, Any]:
    offer = {"@type": "Offer", "name": plan.name, "price": plan.price, "priceCurrency": plan.currency}
    code = {"month": "MON", "year": "ANN", "hour": "HUR"}.get(plan.period)
    if not code:
        return offer
    each = {"@type": "UnitPriceSpecification", "price": plan.price, "priceCurrency": plan.currency, "unitCode": code}
    return {**offer, "priceSpecification": each}


def _data(product: Product) -> Any:
    from markupsafe import Markup

    plans = [
        {"name": plan.name, "shown": plan.shown, "after": plan.after, "includes": plan.includes}
        for plan in product.plans
    ]
    texts = {
        name: getattr(product, name) for name in ("name", "description", "audience", "features", "limits", "handoff")
    }
    return Markup(_in_script({**texts, "quickstart": product.quickstart.strip(), "plans": plans}))


def _in_script(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _maze(product: Product) -> list[Recorded]:
    """Pages that lead to ever more pages. The draw is fixed, so that the world is the same each time."""
    draw = random.Random(product.key)
    paths = ["/", "/pricing"] + ["/" + "/".join(draw.sample(_MAZE_WORDS, 4)) for _ in range(_MAZE_PAGES)]
    return [html(f"https://{product.host}{path}", _maze_page(product, draw, paths)) for path in paths]


def _maze_page(product: Product, draw: random.Random, paths: list[str]) -> str:
    lines = [" ".join(draw.choice(_MAZE_WORDS) for _ in range(40)).capitalize() + "." for _ in range(6)]
    ahead = ["/" + "/".join(draw.sample(_MAZE_WORDS, 5)) for _ in range(30)]
    links = [(path, " ".join(path.strip("/").split("/")[:2]) or "home") for path in [*draw.sample(paths, 10), *ahead]]
    links.append(("/pricing", "Pricing"))
    votes = [
        (draw.choice(_MAZE_WORDS).title(), draw.choice(("Ship", "Skip")), f"{draw.uniform(1, 4):.2f}") for _ in range(4)
    ]
    title = f"{product.name}: {' '.join(draw.sample(_MAZE_WORDS, 3))}"
    return render("maze.html", title=title, lines=lines, links=links, votes=votes)


# Five by seven dots a letter, a row a number; only the letters that are needed.
_LETTERS = {
    "P": (30, 17, 17, 30, 16, 16, 16),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "O": (14, 17, 17, 17, 17, 17, 14),
    "$": (4, 15, 20, 14, 5, 30, 4),
    "1": (4, 12, 4, 4, 4, 4, 14),
    "2": (14, 17, 1, 2, 4, 8, 31),
    "/": (1, 1, 2, 4, 8, 16, 16),
    "M": (17, 27, 21, 21, 17, 17, 17),
    "N": (17, 25, 21, 19, 17, 17, 17),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "H": (17, 17, 17, 31, 17, 17, 17),
    " ": (0,) * 7,
}


def picture(words: str, scale: int = 6) -> bytes:
    """A PNG with words drawn in dots: a price that no text carries."""
    rows = [[0] * 8 * len(words)] * 2
    for line in range(7):
        rows.append([bit for letter in words for bit in (0, *((_LETTERS[letter][line] >> 4 - dot) & 1 for dot in range(5)), 0, 0)])  # fmt: skip
    rows += rows[:2]
    pixels = b"".join((b"\0" + b"".join((b"\x20" if bit else b"\xff") * scale for bit in row)) * scale for row in rows)
    size = struct.pack(">IIBBBBB", len(words) * 8 * scale, len(rows) * scale, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"IDAT", zlib.compress(pixels, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
