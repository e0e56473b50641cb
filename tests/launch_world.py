"""A stand-in of the real launch sites and of the products they launch, three days long: `World.answer(asked)`.

Built from what the services document and do, not from what this project's readers expect. The cast says what is true
(launch_cast.py), pages and services are written from it (launch_pages.py, launch_services.py); here stands how sites
behave: redirects, robots.txt of all kinds, validators, limits, faults. Every request is kept in the ledger. Nothing
here opens a connection; launch_server.py serves it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from urllib.parse import parse_qsl, urlencode, urlsplit

import launch_pages
import launch_services
from launch_cast import Cast, Product, cast
from launch_place import Answer, Asked, Place, html_page, json_page, missing
from protego import Protego

PRIVATE = ("169.254.169.254", "127.0.0.1", "localhost", "10.0.0.1")  # whoever asks these fell into a trap
SLOW_S = 2.0
CRAWL_DELAYS_S = (2, 3, 5)
RETRY_AFTER_S = 2
KEPT_QUERY = "next=https%3A//start/%2Fwelcome"  # a redirect's query, to be asked for as it stands
_MOVED_HOME = {
    "meta_refresh": "/home",
    "refresh_header": "/home",
    "locale": "/en",
    "latin_location": "/caf%e9",
    "kept_query": "/go",
}


@dataclass
class World:
    """A cast on a day, and all that was asked of it. `started` in seconds since 1970."""

    cast: Cast
    started: float
    day: int = 1
    turn: int = 0  # set it anew before each command: hours lie between two
    ledger: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        """What this request is answered; it is in the ledger afterwards."""
        asked = replace(asked, day=self.day, turn=self.turn)
        found = _revalidated(asked, self.found(asked))
        self.ledger.append(replace(asked, status=found.status))
        return replace(found, body=b"") if asked.method == "HEAD" else found

    def found(self, asked: Asked) -> Answer:
        """What stands at an address, before validators are compared."""
        return answer(self.cast, self.day, asked, tuple(self.ledger), self.started)

    def hosts(self) -> list[str]:
        """Every name of the world."""
        sites = [f"{www}{host}" for host in self.cast.by_host() for www in ("", "www.")]
        return sorted({*launch_services.hosts(), *sites})


def world(seed: int, started: float, *, small: bool = False) -> World:
    """A new world on its first day."""
    return World(cast(seed, small=small), started)


def answer(people: Cast, day: int, asked: Asked, before: tuple[Asked, ...], started: float) -> Answer:
    """The answer to a request, by the cast, the day, and what was asked before. Pure."""
    if asked.host in PRIVATE:
        return json_page({"secret": "you should not be here"})
    if asked.bare == "/robots.txt" and asked.host in launch_services.hosts():
        text = launch_services.robots(asked.host)
        return missing() if text is None else _text(text)
    place = Place(people, day, started, before)
    served = launch_services.answer(place, asked)
    if served is not None:
        return served
    product = people.by_host().get(asked.host.removeprefix("www."))
    return _site(product, day, asked, before) if product else missing("no such host")


def _text(text: str, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "text/plain; charset=utf-8"}, text.encode())


def _revalidated(asked: Asked, found: Answer) -> Answer:
    """304 where the answer's validators are those the client holds."""
    if found.status != 200 or asked.method not in ("GET", "HEAD"):
        return found
    held, since = asked.headers.get("if-none-match", ""), asked.headers.get("if-modified-since", "")
    tag, modified = found.headers.get("etag", ""), found.headers.get("last-modified", "")
    same = tag and tag.removeprefix("W/") in held.replace("W/", "") if held else since and since == modified
    if not same:
        return found
    kept = {k: v for k, v in found.headers.items() if k not in ("content-type", "content-encoding")}
    return Answer(304, kept)


# ------------------------------------------------------------------------------------------------ product sites


def robots_txt(product: Product, day: int = 1) -> Answer:
    """The robots.txt of a product's site."""
    if product.has("robots_404"):
        return missing()
    if product.has("robots_500"):
        return html_page("<h1>Internal Server Error</h1>", 500)
    if product.has("robots_html"):
        return html_page(
            "<!doctype html><html><head><title>App</title></head><body><div id='root'></div></body></html>"
        )
    return _text("\n".join(_robots_lines(product)) + "\n")


def _robots_lines(product: Product) -> Iterator[str]:
    yield "User-agent: *"
    if product.has("robots_closed"):
        yield "Disallow: /"
    if product.has("robots_ref"):
        yield from ("Disallow: /*?ref=", "Disallow: /*&ref=", "Allow: /")
    if product.has("robots_query"):
        yield "Disallow: /*?"
    if product.has("delay_forever"):
        yield "Crawl-delay: 99999999"
    if product.has("robots_delay"):
        yield f"Crawl-delay: {CRAWL_DELAYS_S[product.seed % 3]}"
    if product.has("robots_api"):
        yield "Disallow: /admin/"
    if {"trap_forbidden", "trap_script"} & product.traits:
        yield "Disallow: /internal/"
    yield "Disallow: /cart"
    yield f"Sitemap: {product.homepage}sitemap.xml"


def crawl_delay(product: Product) -> float:
    """Seconds its robots.txt asks for between two requests; 0: no wish."""
    return CRAWL_DELAYS_S[product.seed % 3] if product.has("robots_delay") else 0.0


def allowed(people: Cast, asked: Asked, agent: str) -> bool:
    """Whether robots.txt of the asked host leaves this address to this agent. 5xx closes all (RFC 9309)."""
    if asked.bare == "/robots.txt":
        return True
    product = people.by_host().get(asked.host.removeprefix("www."))
    if product is None:
        text = launch_services.robots(asked.host) or ""
    else:
        found = robots_txt(product)
        if found.status >= 500:
            return False
        text = found.body.decode() if found.status == 200 and not product.has("robots_html") else ""
    return bool(Protego.parse(text).can_fetch(asked.url, agent))


def _site(product: Product, day: int, asked: Asked, before: tuple[Asked, ...]) -> Answer:
    """What a product's site answers."""
    for behave in (_scheme, _robots, _faults, _walls, _moves):
        found = behave(product, day, asked, before)
        if found is not None:
            return found
    return _content(product, day, asked)


def _robots(product: Product, day: int, asked: Asked, before: tuple[Asked, ...]) -> Answer | None:
    return robots_txt(product, day) if asked.bare == "/robots.txt" else None


def _scheme(product: Product, day: int, asked: Asked, before: tuple[Asked, ...]) -> Answer | None:
    """http to https, and the one of apex and www that is not its own to the other; robots.txt goes along."""
    status = 308 if product.has("redirect_308") else 307 if product.has("redirect_307") else 301
    own = f"{'www.' if product.www else ''}{product.host}"
    if asked.scheme == "http" and not product.has("http_only"):
        return html_page("", status, location=f"https://{asked.host}{asked.path}")
    if asked.host != own:
        return html_page("", status, location=f"{asked.scheme}://{own}{asked.path}")
    return None


def _faults(product: Product, day: int, asked: Asked, before: tuple[Asked, ...]) -> Answer | None:
    """Faults of a moment: a gateway's 502 once a day, 429 with Retry-After once a day."""
    first = not any(
        a.host == asked.host and a.day == day and a.bare == asked.bare and a.scheme == asked.scheme for a in before
    )
    if product.has("flaky_502") and first:
        return html_page(
            "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
            502,
        )
    if product.has("retry_after") and first and asked.bare == "/":
        return html_page("slow down", 429, **{"retry-after": str(RETRY_AFTER_S)})
    if product.has("retry_date") and first and asked.bare == "/":
        return html_page("slow down", 429, **{"retry-after": formatdate(asked.at + RETRY_AFTER_S + 1, usegmt=True)})
    return None


def _walls(product: Product, day: int, asked: Asked, before: tuple[Asked, ...]) -> Answer | None:
    """Sites that show no page: a challenge, a login, gone, shut down."""
    if product.has("challenge"):
        return html_page(launch_pages.challenge(), 403, **{"server": "cloudflare", "cf-mitigated": "challenge"})
    if product.has("login_wall"):
        if asked.bare == "/login":
            return html_page(launch_pages.login_wall(product))
        return html_page("", 302, location=f"/login?next={asked.bare}")
    if product.has("gone_day2") and day >= 2:
        return missing(f"{product.name}: page not found")
    if product.has("shutdown_day3") and day >= 3:
        return html_page(launch_pages.closed(product, day))
    return None


def _moves(product: Product, day: int, asked: Asked, before: tuple[Asked, ...]) -> Answer | None:
    """Redirects inside a site."""
    if product.has("meta_refresh") and asked.bare == "/":
        return html_page(
            "<html><head><title>Redirecting</title><meta http-equiv='refresh' content='0; url=/home'></head><body>Redirecting...</body></html>"
        )
    if product.has("refresh_header") and asked.bare == "/":
        return html_page("<html><head><title>Loading...</title></head><body></body></html>", refresh="0; url=/home")
    if product.has("latin_location") and asked.bare == "/":
        return html_page("", 302, location="/caf\xe9")  # sent as one raw byte, as old servers do
    if product.has("kept_query") and asked.bare == "/":
        return html_page("", 302, location=f"/go?{KEPT_QUERY}")
    if product.has("locale") and asked.bare == "/":
        query = urlsplit(asked.path).query
        return html_page("", 302, location=f"/en{'?' + query if query else ''}", vary="Accept-Language")
    if product.has("ref_cookie") and "ref" in asked.query:
        rest = urlencode(
            [(k, v) for k, v in parse_qsl(urlsplit(asked.path).query) if not k.startswith(("ref", "utm_"))]
        )
        return html_page(
            "", 302, location=asked.bare + (f"?{rest}" if rest else ""), **{"set-cookie": "via=launch; Path=/"}
        )
    if product.has("trap_redirect") and asked.bare == "/pricing":
        return html_page("", 302, location="http://169.254.169.254/latest/pricing")
    if product.has("moved_page") and asked.bare == product.price_path != "/":
        return html_page("", 301, location=f"{asked.bare}/overview")
    return None


def _content(product: Product, day: int, asked: Asked) -> Answer:
    """A page of the site, with the validators its server has."""
    path = asked.bare.rstrip("/") or "/"
    if path.lower() == _MOVED_HOME.get(next((trait for trait in _MOVED_HOME if product.has(trait)), "")):
        if product.has("kept_query") and urlsplit(asked.path).query != KEPT_QUERY:
            return html_page("<h1>Bad Request</h1>", 400)
        path = "/"
    if product.has("moved_page"):
        path = path.removesuffix("/overview") or "/"
    data = launch_pages.api(product, path, day) if {"shell", "shell_pricing"} & product.traits else None
    if data is not None:
        return Answer(200, {"content-type": "application/json"}, data.encode())
    if path == "/sitemap.xml":
        listed = launch_pages.sitemap(product)
        return (
            Answer(200, {"content-type": "application/xml"}, listed.encode())
            if listed
            else missing(f"404 | {product.name}")
        )
    if path == launch_pages.MARK:
        drawn = launch_pages.mark(product)
        tag = hashlib.sha256(drawn).hexdigest()[:20]
        return Answer(200, {"content-type": "image/png", "etag": f'"{tag}"'}, drawn)
    if path.startswith("/internal"):
        return html_page("<h1>Partner prices</h1><p>Partner plan: $1 per month</p>")
    if path == "/login":
        return html_page(launch_pages.login_wall(product))
    if path in ("/privacy", "/signup"):
        return html_page(
            f"<html><head><title>{product.name}</title></head><body><p>Your privacy matters. Fines reach €20,000,000.</p></body></html>"
        )
    text = launch_pages.page(product, path, day)
    return with_validators(product, day, path, text) if text is not None else missing(f"404 | {product.name}")


def with_validators(product: Product, day: int, path: str, text: str) -> Answer:
    """A page's answer with the headers that its product's server sends."""
    headers = {
        "content-type": "text/html; charset=utf-8",
        "server": ("nginx", "Vercel", "cloudflare")[product.seed % 3],
    }
    tag = hashlib.sha256(text.encode()).hexdigest()[:20]
    if product.has("etag") or product.has("static"):
        headers["etag"] = f'"{tag}"'
    if product.has("weak_etag"):
        headers["etag"] = f'W/"{tag}"'
    if product.has("modified"):
        headers["last-modified"] = formatdate(1_795_000_000 + int(tag[:6], 16), usegmt=True)
    body = text.encode()
    if product.has("gzip") or product.has("weak_etag"):
        headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
        body = gzip.compress(body, mtime=0)
    if product.has("cut_day2") and day == 2 and path == product.price_path:
        # The stream ends in the middle; its length is told truly, so only the reader of the stream can notice.
        headers |= {"content-encoding": "gzip", "etag": '"cut"'}
        body = gzip.compress(body, mtime=0)[: len(gzip.compress(body, mtime=0)) // 3]
    return Answer(200, headers, body, SLOW_S if product.has("slow") else 0.0)


def opted_out(people: Cast) -> list[str]:
    """Hosts whose owners want no visit at all; for the setting that says so."""
    return [product.host for product in people.products if product.has("opt_out")]
