"""The launch places of the launch world, each as its service documents it: `answer(place, asked)` by host. Pure.

A `Place` is what a service can see: the cast, the day, the moment, and what it was asked before (for its limits). The
shapes are those of the real services in November 2026: Algolia's search of Hacker News, Product Hunt's Atom feed with
its redirects, BetaList through FeedBurner, GitHub's pages and API with its limits, the Hugging Face Hub with its
resolve-cache, feeds of several makes with their quirks, a package index and a registry.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from launch_cast import Cast, Launch, Noise, Product

PYPI_SITE = "https://pypi." + "org"  # in pieces: no registry's host stands in this project
NPM_SITE = "https://www.npmjs." + "com"
INDEX = "index.packages.example"
REGISTRY = "registry.packages.example"
HOUR_S, MINUTE_S, HUB_WINDOW_S = 3600, 60, 300
CORE_PER_HOUR, SEARCH_PER_MINUTE, HUB_API, HUB_RESOLVERS, HUB_PAGES = 60, 10, 500, 3000, 100
FAILING_DAY = 2  # on this day one of the Hub's lists answers 504
ALGOLIA_CAP = 1000  # Algolia serves no hit beyond this, whatever is asked


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


def answer(place: Place, asked: Asked) -> Answer | None:
    """What a launch place answers, or None where this host is none."""
    service = _SERVICES.get(asked.host)
    return service(place, asked) if service else None


def hosts() -> list[str]:
    """The names of all services."""
    return list(_SERVICES)


def robots(host: str) -> str | None:
    """The robots.txt of a service; None: it has none."""
    return _ROBOTS.get(host)


# ---------------------------------------------------------------------------------------------------- Hacker News


def _algolia(place: Place, asked: Asked) -> Answer:
    if not asked.bare.startswith("/api/v1/search"):
        return _algolia_item(place, asked)
    query = asked.query
    hits = [_hit(place, *row) for row in _stories(place)]
    hits = [hit for hit in hits if _hit_matches(hit, query)]
    size = min(int(query.get("hitsPerPage", ["20"])[0]), ALGOLIA_CAP)
    number = int(query.get("page", ["0"])[0])
    reachable = hits[:ALGOLIA_CAP]
    shown = reachable[number * size : (number + 1) * size]
    return json_page(
        {
            "exhaustive": {"nbHits": False, "typo": False},
            "exhaustiveNbHits": False,
            "exhaustiveTypo": False,
            "hits": shown,
            "hitsPerPage": size,
            "nbHits": len(reachable),
            "nbPages": -(-len(reachable) // size) if size else 0,
            "page": number,
            "params": urlencode({k: v[0] for k, v in query.items()}) + "&advancedSyntax=true&analytics=true",
            "processingTimeMS": 4,
            "query": query.get("query", [""])[0],
            "serverTimeMS": 5,
        }
    )


def _stories(place: Place) -> Iterator[tuple[str, str, str | None, str | None, float, Product | None]]:
    """id, title, address, text, hours ago, whose."""
    rows: list[tuple[str, str, str | None, str | None, float, Product | None]] = []
    for product, launch in place.launches("show_hn"):
        title = f"Show HN: {product.name} – {product.tagline}"
        text = None
        if launch.link.startswith("text_"):
            link = html.escape(address(product, launch)).replace("/", "&#x2F;")
            text = (
                f"Hi HN, we got tired of the usual way, so we made {html.escape(product.name)}. {html.escape(product.description)}"
                f'<p>You can try it here: <a href="{link}" rel="nofollow">{link}</a><p>I&#x27;d love to hear what you think.'
            )
        rows.append((launch.id, title, None if text else address(product, launch), text, launch.hours, product))
    for row in place.noise("show_hn"):
        rows.append((row.id, row.title, row.url or None, row.text or None, row.hours, None))
    yield from sorted(rows, key=lambda row: row[4])


def _hit(
    place: Place, id_: str, title: str, url: str | None, text: str | None, hours: float, product: Product | None
) -> dict[str, object]:
    at, author = place.when(hours), f"u{int(id_) % 9973}"
    points, comments = 3 + int(id_) % 90 + place.day, int(id_) % 40
    hit: dict[str, object] = {
        "_highlightResult": {"title": {"matchLevel": "none", "matchedWords": [], "value": title}},
        "_tags": ["story", f"author_{author}", f"story_{id_}", *(["show_hn"] if product else [])],
        "author": author,
        "children": [],
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "created_at_i": int(at.timestamp()),
        "num_comments": comments,
        "objectID": id_,
        "points": points,
        "story_id": int(id_),
        "title": title,
        "updated_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if url:
        hit["url"] = url
    if text:
        hit["story_text"] = text
    return hit


def _hit_matches(hit: dict[str, object], query: dict[str, list[str]]) -> bool:
    """Whether the index would answer this hit: tags (AND by comma, OR in parentheses), numeric filters, words."""
    tags, own = query.get("tags", [""])[0], set(hit["_tags"])  # type: ignore[call-overload]
    for group in re.findall(r"\([^)]*\)|[^,]+", tags):
        if not own & set(group.strip("()").split(",")):
            return False
    for name, sign, value in re.findall(r"(\w+)\s*(>=|<=|=|>|<)\s*(\d+)", query.get("numericFilters", [""])[0]):
        have, want = float(str(hit.get(name) or 0)), float(value)
        if not {">": have > want, "<": have < want, ">=": have >= want, "<=": have <= want, "=": have == want}[sign]:
            return False
    words = query.get("query", [""])[0].strip().lower()
    return words.strip('"') in str(hit["title"]).lower() if words else True


def _algolia_item(place: Place, asked: Asked) -> Answer:
    for id_, title, url, text, hours, _ in _stories(place):
        if asked.bare == f"/api/v1/items/{id_}":
            at = int(place.when(hours).timestamp())
            return json_page(
                {
                    "id": int(id_),
                    "type": "story",
                    "title": title,
                    "url": url,
                    "text": text,
                    "created_at_i": at,
                    "children": [],
                }
            )
    return json_page({"status": 404, "error": "Not Found"}, 404)


def _hacker_news(place: Place, asked: Asked) -> Answer:
    for id_, title, url, text, _, _ in _stories(place):
        if asked.query.get("id") == [id_]:
            to = html.escape(url or f"item?id={id_}")
            return html_page(
                f"<html lang='en' op='item'><head><title>{html.escape(title)} | Hacker News</title></head><body><center><table "
                f"id='hnmain'><tr><td><b class='hnname'><a href='news'>Hacker News</a></b></td></tr><tr><td><table class='fatitem'>"
                f"<tr class='athing submission' id='{id_}'><td class='title'><span class='titleline'><a href='{to}'>{html.escape(title)}"
                f"</a></span></td></tr><tr><td class='toptext'>{text or ''}</td></tr></table></td></tr></table></center></body></html>"
            )
    return html_page("No such item.", 404)


# --------------------------------------------------------------------------------------------------- Product Hunt


def _product_hunt(place: Place, asked: Asked) -> Answer:
    rows = place.launches("product_hunt")
    if asked.bare == "/feed":
        return xml_page(_product_hunt_feed(place, rows), "application/atom+xml")
    if asked.bare.startswith("/r/"):
        for product, launch in rows:
            if asked.bare == f"/r/p/{launch.id}":
                plain = address(product, launch).partition("#")[0].partition("?")[0]
                to = f"{plain}?ref=producthunt&utm_source=producthunt&utm_medium=referral"
                body = f'<html><body>You are being <a href="{html.escape(to)}">redirected</a>.</body></html>'
                return html_page(body, 302, location=to, **{"cache-control": "no-cache"})
        return missing()
    for product, launch in rows:
        if asked.bare in (f"/products/{product.key}", f"/posts/{product.key}"):
            return html_page(
                f"<!DOCTYPE html><html lang='en'><head><title>{html.escape(product.name)}: {html.escape(product.tagline)} | Product Hunt"
                f"</title><meta property='og:site_name' content='Product Hunt'></head><body><h1>{html.escape(product.name)}</h1><p>"
                f"{html.escape(product.tagline)}</p><a href='/r/p/{launch.id}'>Visit website</a></body></html>"
            )
    return missing()


def _product_hunt_feed(place: Place, rows: list[tuple[Product, Launch]]) -> str:
    entries = []
    for product, launch in rows[:50]:
        link = f"https://www.producthunt.com/products/{product.key}"
        content = (
            f"          <p>\n            {html.escape(product.tagline)}\n          </p>\n          <p>\n            "
            f'<a href="{link}?utm_campaign=producthunt-atom-posts-feed&amp;utm_medium=rss-feed&amp;utm_source=producthunt-atom-posts-feed">'
            f'Discussion</a>\n            |\n            <a href="https://www.producthunt.com/r/p/{launch.id}?app_id=339">Link</a>\n          </p>\n'
        )
        at = place.when(launch.hours).isoformat()
        entries.append(
            f"  <entry>\n    <id>tag:www.producthunt.com,2005:Post/{launch.id}</id>\n    <published>{at}</published>\n    "
            f'<updated>{at}</updated>\n    <link rel="alternate" type="text/html" href="{link}"/>\n    <title>{html.escape(product.name)}'
            f'</title>\n    <content type="html">{html.escape(content)}</content>\n    <author>\n      <name>{product.key} team</name>\n    '
            "</author>\n  </entry>\n"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">\n  '
        '<id>tag:www.producthunt.com,2005:/feed</id>\n  <link rel="alternate" type="text/html" href="https://www.producthunt.com"/>\n  '
        '<link rel="self" type="application/atom+xml" href="https://www.producthunt.com/feed"/>\n  <title>Product Hunt — The best new '
        f"products, every day</title>\n  <updated>{place.when(0).isoformat()}</updated>\n{''.join(entries)}</feed>\n"
    )


# ------------------------------------------------------------------------------------------------------- BetaList


def _feedburner(place: Place, asked: Asked) -> Answer:
    if asked.bare.lower() not in ("/betalist", "/betalist/"):
        return missing()
    entries = []
    for product, launch in place.launches("betalist"):
        number = 180_000 + product.seed % 9999
        link = f"https://betalist.com/startups/{product.key}?utm_campaign=startup-{number}&utm_medium=atom&utm_source=newsfeed"
        visit = f"https://betalist.com/startups/{product.key}/visit?utm_campaign=startup-{number}&utm_medium=atom&utm_source=newsfeed"
        content = f'<p>{html.escape(product.description)}</p><p><a href="{html.escape(visit)}">Visit {html.escape(product.name)}</a></p>'
        at = format_datetime(place.when(launch.hours))
        entries.append(
            f"<item><title>{html.escape(product.name)} – {html.escape(product.tagline)}</title><link>{html.escape(link)}</link><guid "
            f'isPermaLink="false">tag:betalist.com,2005:Startup/{number}</guid><pubDate>{at}</pubDate><description>{html.escape(content)}'
            "</description></item>"
        )
    return xml_page(
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"><channel><title>BetaList'
        f"</title><link>https://betalist.com/</link><description>Discover tomorrow's startups</description>{''.join(entries)}</channel></rss>",
        "text/xml",
    )


def _betalist(place: Place, asked: Asked) -> Answer:
    if asked.bare in ("/rss", "/startups/feed"):
        return html_page("", 301, location="https://feeds.feedburner.com/BetaList")
    for product, launch in place.launches("betalist"):
        if asked.bare == f"/startups/{product.key}/visit":
            to = f"{address(product, launch).partition('#')[0].partition('?')[0]}?ref=betalist&utm_campaign=startup&utm_source=betalist"
            return html_page(f'<html><body><a href="{html.escape(to)}">redirected</a></body></html>', 302, location=to)
        if asked.bare == f"/startups/{product.key}":
            return html_page(
                f"<!DOCTYPE html><html><head><title>{html.escape(product.name)}: {html.escape(product.tagline)} | BetaList</title><meta "
                f"property='og:site_name' content='BetaList'></head><body><header><a href='/'>BetaList</a></header><h1>{html.escape(product.name)}"
                f"</h1><p>{html.escape(product.tagline)}</p><div>{html.escape(product.description)}</div><a href='/startups/{product.key}/visit' "
                "rel='nofollow'>Visit Site</a></body></html>"
            )
    return missing()


# --------------------------------------------------------------------------------------------------------- GitHub


def _github(place: Place, asked: Asked) -> Answer:
    if asked.bare.startswith("/trending"):
        # A language's own list holds what was written in it; ours are all Python or Go.
        return html_page(_trending(place))
    if asked.bare == f"/{place.cast.releases_of}/releases.atom":
        return xml_page(_releases(place), "application/atom+xml")
    if asked.bare == "/pricing":
        return html_page(_house_prices("GitHub", ("Free $0", "Team $4", "Enterprise $21")))
    product = place.cast.by_repo().get(asked.bare.strip("/").removesuffix(".git").lower())
    if not product or not _is_public(place, product):
        return missing("Page not found · GitHub")
    if asked.bare.endswith(".git"):
        return html_page("", 301, location=f"https://github.com/{product.repository}")
    return html_page(_repository_page(product))


def _house_prices(house: str, plans: tuple[str, ...]) -> str:
    """The prices of the house that hosts a product, which are none of the product's."""
    cards = "".join(
        "<div class='card'><h3>{}</h3><p>{} per user/month</p></div>".format(*plan.split()) for plan in plans
    )
    return (
        f"<!DOCTYPE html><html><head><title>Pricing · {house}</title></head><body><h1>Pricing</h1>{cards}</body></html>"
    )


def _is_public(place: Place, product: Product) -> bool:
    return min(launch.day for launch in product.launches) <= place.day


def _site_of(product: Product) -> str:
    """The homepage that its repository names, or an empty text."""
    return product.foreign_homepage or (product.homepage if product.repo_names_site else "")


def _trending(place: Place) -> str:
    rows = []
    for product, _ in place.launches("github_trending"):
        owner, _, name = product.repository.partition("/")
        stars = 60 + product.seed % 4000
        rows.append(
            f"""<article class="Box-row"><div class="float-right d-flex"><a href="/sponsors/{owner}" aria-label="Sponsor @{owner}"
class="btn-sm btn">Sponsor</a><a href="/login?return_to=%2F{owner}%2F{name}" class="btn-sm btn">Star</a></div>
<h2 class="h3 lh-condensed"><a data-view-component="true" href="/{product.repository}" class="Link"><svg class="octicon octicon-repo"></svg>
<span data-view-component="true" class="text-normal">
        {owner} /
</span>
      {name}
</a>  </h2>
<p class="col-9 color-fg-muted my-1 pr-4">
      {html.escape(product.tagline)}
    </p>
<div class="f6 color-fg-muted mt-2"><span class="d-inline-block ml-0 mr-3"><span itemprop="programmingLanguage">{_language(product)}</span></span>
<a href="/{product.repository}/stargazers" class="Link--muted d-inline-block mr-3"><svg aria-label="star"></svg>
        {stars:,}
</a><a href="/{product.repository}/forks" class="Link--muted d-inline-block mr-3">{stars // 19}</a>
<span class="d-inline-block mr-3">Built by <a class="d-inline-block" href="/{owner}"><img class="avatar" alt="@{owner}"></a></span>
<span class="d-inline-block float-sm-right">{stars // 5} stars today</span></div></article>"""
        )
    return (
        '<!DOCTYPE html><html lang="en"><head><title>Trending repositories on GitHub today · GitHub</title></head><body><main><div '
        f'class="Box"><div class="Box-header">Trending</div><div>{"".join(rows)}</div></div></main></body></html>'
    )


def _language(product: Product) -> str:
    return "Python" if product.seed % 2 else "Go"


def _repository_page(product: Product) -> str:
    site = _site_of(product)
    about = (
        f'<a title="{site}" role="link" target="_blank" rel="noopener noreferrer nofollow" class="text-bold" href="{site}">{site}</a>'
        if site
        else ""
    )
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>GitHub - {product.repository}: {html.escape(product.tagline)}</title><meta "
        f"name='description' content='{html.escape(product.tagline)}. Contribute to {product.repository} development by creating an account "
        f"on GitHub.'><meta property='og:site_name' content='GitHub'></head><body><header><a href='/pricing'>Pricing</a></header><h1>{product.repository}</h1><h2>About</h2><p "
        f"class='f4 my-3'>{html.escape(product.tagline)}</p>{about}<article class='markdown-body'><h1>{html.escape(product.name)}</h1><p>"
        f"{html.escape(product.description)}</p></article></body></html>"
    )


def _readme(product: Product) -> str:
    site = _site_of(product) or (product.homepage if product.readme_names_site else "")
    lines = [
        f"# {product.name}",
        "",
        f"[![CI](https://github.com/{product.repository}/actions/workflows/ci.yml/badge.svg)](#)",
        "",
    ]
    lines += [f"> {product.tagline}", "", product.description, ""]
    if site and not product.foreign_homepage:
        lines += [f"Website: [{site}]({site})", ""]
    lines += ["## Install", "", "```sh", f"# {product.key}", f"brew install {product.key}", "```", "", "## License", ""]
    lines += [f"{product.licence}, see [LICENSE](LICENSE)."] if product.licence else ["To be decided."]
    return "\n".join(lines)


def _releases(place: Place) -> str:
    repository, entries = place.cast.releases_of, []
    for number in range(place.day, 0, -1):
        tag = f"v1.{number}.0"
        at = place.when(40 - number * 10).strftime("%Y-%m-%dT%H:%M:%SZ")
        link = f"https://github.com/{repository}/releases/tag/{tag}"
        entries.append(
            f"<entry><id>tag:github.com,2008:Repository/880012345/{tag}</id><updated>{at}</updated><link rel='alternate' type='text/html' "
            f"href='{link}'/><title>{tag}</title><content type='html'>&lt;p&gt;Fixes and a faster start.&lt;/p&gt;</content><author><name>"
            "release-bot</name></author></entry>"
        )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en-US'><id>tag:github.com,2008:"
        f"https://github.com/{repository}/releases</id><title>Release notes from {repository.partition('/')[2]}</title>"
        f"<updated>{place.when(1).strftime('%Y-%m-%dT%H:%M:%SZ')}</updated>{''.join(entries)}</feed>"
    )


def _github_api(place: Place, asked: Asked) -> Answer:
    limited, headers = _github_limit(place, asked)
    if limited:
        text = "API rate limit exceeded for 203.0.113.7. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)"
        return json_page(
            {
                "message": text,
                "documentation_url": "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting",
            },
            403,
            **headers,
        )
    found = _github_found(place, asked)
    if found is None:
        return json_page(
            {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"},
            404,
            **headers,
        )
    tag = f'W/"{hashlib.sha256(found.body).hexdigest()}"'
    return Answer(
        found.status,
        {**found.headers, **headers, "etag": tag, "cache-control": "public, max-age=60, s-maxage=60"},
        found.body,
    )


def _github_limit(place: Place, asked: Asked) -> tuple[bool, dict[str, str]]:
    """Whether this request is one too many for whoever has no token, and the headers of the limit."""
    search = asked.bare.startswith("/search/")
    most, window = (SEARCH_PER_MINUTE, MINUTE_S) if search else (CORE_PER_HOUR, HOUR_S)
    spent = [
        a for a in place.before
        if a.host == asked.host and a.bare.startswith("/search/") == search and a.turn == asked.turn and asked.at - a.at < window
        and a.bare != "/rate_limit"
    ]  # fmt: skip
    # Windows begin with their first request; hours lie between two commands of a run.
    reset = int((min((a.at for a in spent), default=asked.at)) + window) + 1
    left = max(0, most - len(spent) - 1)
    headers = {
        "x-ratelimit-limit": str(most),
        "x-ratelimit-remaining": str(left),
        "x-ratelimit-reset": str(reset),
        "x-ratelimit-used": str(min(most, len(spent) + 1)),
        "x-ratelimit-resource": "search" if search else "core",
    }
    return len(spent) >= most, headers


def _github_found(place: Place, asked: Asked) -> Answer | None:
    if asked.bare == "/search/repositories":
        rows = [p for p, launch in place.launches("github_search") if _search_matches(place, p, launch, asked.query)]
        size = int(asked.query.get("per_page", ["30"])[0])
        number = int(asked.query.get("page", ["1"])[0])
        shown = rows[(number - 1) * size : number * size]
        return json_page(
            {"total_count": len(rows), "incomplete_results": False, "items": [_repository(place, p) for p in shown]}
        )
    match = re.fullmatch(r"/repos/([^/]+/[^/]+)(/readme)?", asked.bare)
    product = place.cast.by_repo().get(match[1].lower()) if match else None
    if not match or not product or not _is_public(place, product):
        return None
    if not match[2]:
        return json_page(_repository(place, product))
    text = _readme(product).encode()
    if "raw" in asked.headers.get("accept", ""):
        return Answer(200, {"content-type": "application/vnd.github.raw+json; charset=utf-8"}, text)
    coded = base64.b64encode(text).decode()
    raw = f"https://raw.githubusercontent.com/{product.repository}/main/README.md"
    return json_page(
        {
            "name": "README.md",
            "path": "README.md",
            "encoding": "base64",
            "content": coded,
            "download_url": raw,
            "type": "file",
        }
    )


def _search_matches(place: Place, product: Product, launch: Launch, query: dict[str, list[str]]) -> bool:
    text = query.get("q", [""])[0]
    created = place.when(launch.hours)
    for sign, date in re.findall(r"created:(>=|>|)(\d{4}-\d\d-\d\d)", text):
        if created.strftime("%Y-%m-%d") < date or (sign == ">" and created.strftime("%Y-%m-%d") == date):
            return False
    return all(topic in _topics(product) for topic in re.findall(r"topic:([\w-]+)", text))


def _topics(product: Product) -> list[str]:
    return ["developer-tools", "cli", _language(product).lower(), "self-hosted"]


def _repository(place: Place, product: Product) -> dict[str, object]:
    owner, _, name = product.repository.partition("/")
    hours = min(launch.hours for launch in product.launches)
    created = place.when(hours).strftime("%Y-%m-%dT%H:%M:%SZ")
    api = f"https://api.github.com/repos/{product.repository}"
    spdx = product.licence or None
    return {
        "id": 880_000_000 + product.seed % 9_999_999,
        "node_id": f"R_{product.seed:x}",
        "name": name,
        "full_name": product.repository,
        "private": False,
        "owner": {
            "login": owner,
            "id": product.seed % 99_999,
            "type": "Organization",
            "html_url": f"https://github.com/{owner}",
        },
        "html_url": f"https://github.com/{product.repository}",
        "description": product.tagline,
        "fork": False,
        "url": api,
        "created_at": created,
        "updated_at": created,
        "pushed_at": created,
        "homepage": _site_of(product) or (None if product.seed % 2 else ""),
        "size": 420,
        "stargazers_count": 60 + product.seed % 4000 + place.day * 7,
        "watchers_count": 60 + product.seed % 4000,
        "language": _language(product),
        "forks_count": 12,
        "archived": False,
        "disabled": False,
        "open_issues_count": 3,
        "license": {"key": spdx.lower(), "name": spdx, "spdx_id": spdx} if spdx else None,
        "topics": _topics(product),
        "visibility": "public",
        "default_branch": "main",
        "score": 1.0,
    }


def _raw(place: Place, asked: Asked) -> Answer:
    match = re.fullmatch(r"/([^/]+/[^/]+)/(?:main|HEAD|master|refs/heads/main)/README\.md", asked.bare)
    product = place.cast.by_repo().get(match[1].lower()) if match else None
    return (
        Answer(200, {"content-type": "text/plain; charset=utf-8"}, _readme(product).encode())
        if product
        else missing("404: Not Found")
    )


# ------------------------------------------------------------------------------------------- the Hugging Face Hub


def _hub(place: Place, asked: Asked) -> Answer:
    bucket = "resolvers" if "/resolve" in asked.bare else "api" if asked.bare.startswith("/api/") else "pages"
    most = {"api": HUB_API, "resolvers": HUB_RESOLVERS, "pages": HUB_PAGES}[bucket]
    window = int(asked.at // HUB_WINDOW_S)
    spent = sum(
        1 for a in place.before if a.host == asked.host and int(a.at // HUB_WINDOW_S) == window and _bucket(a) == bucket
    )
    left = max(0, most - spent - 1)
    headers = {
        "ratelimit": f'"{bucket}";r={left};t={HUB_WINDOW_S - int(asked.at % HUB_WINDOW_S)}',
        "ratelimit-policy": f'"fixed window";"{bucket}";q={most};w={HUB_WINDOW_S}',
    }
    if spent >= most:
        return json_page({"error": "You have been rate-limited; you can retry this operation later."}, 429, **headers)
    found = _hub_found(place, asked)
    return Answer(found.status, {**found.headers, **headers, "x-request-id": f"Root=1-{int(asked.at)}"}, found.body)


def _bucket(asked: Asked) -> str:
    return "resolvers" if "/resolve" in asked.bare else "api" if asked.bare.startswith("/api/") else "pages"


def _hub_found(place: Place, asked: Asked) -> Answer:
    if asked.bare == "/pricing":
        return html_page(_house_prices("Hugging Face", ("PRO $9", "Team $20", "Enterprise $50")))
    if asked.bare == "/api/datasets" and place.day == FAILING_DAY:
        return html_page("<html><head><title>504 Gateway Time-out</title></head></html>", 504)
    listed = {"/api/models": "models", "/api/spaces": "spaces", "/api/datasets": "datasets"}.get(asked.bare)
    if listed:
        return _hub_list(place, asked, listed)
    if asked.bare == "/api/daily_papers":
        return json_page([_paper(place, p, launch) for p, launch in _hub_launches(place, "papers")])
    if asked.bare == "/api/trending":
        rows = [
            {"repoType": p.kind, "repoData": _hub_entry(place, p)}
            for p, _ in place.launches("hugging_face")
            if p.kind != "paper"
        ]
        return json_page({"recentlyTrending": rows})
    product, rest = _hub_product(place, asked.bare)
    if product is None:
        return json_page({"error": "Repository not found"}, 404, **{"x-error-code": "RepoNotFound"})
    return _hub_file(place, product, rest, asked)


def _hub_launches(place: Place, kind: str) -> list[tuple[Product, Launch]]:
    return [(p, launch) for p, launch in place.launches("hugging_face") if p.hub.startswith(f"{kind}/")]


def _hub_list(place: Place, asked: Asked, kind: str) -> Answer:
    rows = _hub_launches(place, kind)
    if asked.query.get("sort", [""])[0] == "trendingScore":
        rows = sorted(rows, key=lambda row: -(row[0].seed % 1000))
    limit = int(asked.query.get("limit", ["1000"])[0])
    after = int(asked.query.get("cursor", ["0"])[0] or 0)
    shown = rows[after : after + limit]
    headers = {}
    if after + limit < len(rows):
        query = [(k, v) for k, v in parse_qsl(urlsplit(asked.path).query) if k != "cursor"]
        to = f"https://huggingface.co{asked.bare}?{urlencode([*query, ('cursor', str(after + limit))])}"
        headers["link"] = f'<{to}>; rel="next"'
    expand = asked.query.get("expand", asked.query.get("expand[]", []))
    entries = [_hub_entry(place, product) for product, _ in shown]
    if expand:
        entries = [{k: v for k, v in entry.items() if k in {"_id", "id", *expand}} for entry in entries]
    elif not asked.query.get("full"):
        entries = [
            {k: v for k, v in entry.items() if k not in ("cardData", "sha", "lastModified")} for entry in entries
        ]
    return json_page(entries, **headers)


def _hub_id(product: Product) -> str:
    return product.hub.partition("/")[2]


def _sha(product: Product) -> str:
    return hashlib.sha1(product.hub.encode()).hexdigest()  # as git names a commit


def _hub_entry(place: Place, product: Product) -> dict[str, object]:
    hours = next(launch.hours for launch in product.launches if launch.source == "hugging_face")
    at = place.when(hours).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    tags = [f"license:{product.licence}", "region:us", "en"]
    entry: dict[str, object] = {
        "_id": f"{product.seed:024x}"[:24],
        "id": _hub_id(product),
        "author": _hub_id(product).partition("/")[0],
        "sha": _sha(product),
        "createdAt": at,
        "lastModified": at,
        "private": False,
        "gated": False,
        "disabled": False,
        "likes": 5 + product.seed % 300 + place.day,
        "trendingScore": product.seed % 1000,
        "tags": tags,
        "cardData": {"license": product.licence, "tags": ["developer-tools"]},
    }
    if product.kind == "model":
        entry |= {
            "modelId": _hub_id(product),
            "downloads": product.seed % 9000,
            "pipeline_tag": "text-generation",
            "library_name": "transformers",
        }
    if product.kind == "dataset":
        entry |= {"downloads": product.seed % 900, "description": product.description}
    if product.kind == "space":
        entry |= {
            "sdk": "gradio",
            "subdomain": _hub_id(product).replace("/", "-").lower(),
            "runtime": {"stage": "RUNNING"},
        }
    return entry


def _paper(place: Place, product: Product, launch: Launch) -> dict[str, object]:
    at = place.when(launch.hours).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    number = _hub_id(product)
    paper = {"id": number, "title": product.name, "summary": product.description, "publishedAt": at, "submittedOnDailyAt": at, "upvotes": 11, "authors": [{"_id": f"{product.seed:024x}", "name": "A. Author", "hidden": False}], "discussionId": f"{product.seed:x}"}  # fmt: skip
    return {"paper": paper, "publishedAt": at, "title": product.name, "summary": product.description, "thumbnail": "", "numComments": 1, "submittedBy": {"name": "someone", "fullname": "Some One"}}  # fmt: skip


def _hub_product(place: Place, path: str) -> tuple[Product | None, str]:
    """Whose address on the Hub this is, and what stands behind its name."""
    api = path.startswith("/api/")
    bare = path.removeprefix("/api").removeprefix("/resolve-cache")
    for product, _ in place.launches("hugging_face"):
        named = f"/{product.hub}" if api or product.kind != "model" else f"/{_hub_id(product)}"
        if bare.lower() == named.lower() or bare.lower().startswith(named.lower() + "/"):
            return product, bare[len(named) :]
    return None, ""


def _hub_file(place: Place, product: Product, rest: str, asked: Asked) -> Answer:
    card, sha = _card(product), _sha(product)
    tag = f'"{hashlib.sha1(card.encode()).hexdigest()}"'
    revised = {"x-repo-commit": sha, "etag": tag, "accept-ranges": "bytes"}
    if asked.bare.startswith("/api/resolve-cache/"):
        return Answer(
            200,
            {
                "content-type": "text/plain; charset=utf-8",
                "content-disposition": "inline; filename*=UTF-8''README.md; filename=\"README.md\";",
                **revised,
            },
            card.encode(),
        )
    if asked.bare.startswith("/api/"):
        return json_page(
            _paper(place, product, product.launches[0]) if product.kind == "paper" else _hub_entry(place, product)
        )
    if rest == "/resolve/main/README.md" and product.kind != "paper":
        to = (
            f"/api/resolve-cache/{product.hub}/{sha}/README.md?{quote(asked.bare, safe='')}=&etag={quote(tag, safe='')}"
        )
        return Answer(
            307,
            {"location": to, "content-type": "text/plain; charset=utf-8", "x-repo-commit": sha, "x-linked-etag": tag},
            f"Temporary Redirect. Redirecting to {to}".encode(),
        )
    if rest == "/raw/main/README.md":
        return Answer(200, {"content-type": "text/plain; charset=utf-8", **revised}, card.encode())
    if rest:
        return Answer(
            404, {"x-error-code": "EntryNotFound", "content-type": "text/plain; charset=utf-8"}, b"Entry not found"
        )
    kind = {"model": "", "space": " - a Hugging Face Space", "dataset": " · Datasets at Hugging Face"}.get(
        product.kind, ""
    )
    title = (
        f"Paper page - {product.name}"
        if product.kind == "paper"
        else f"{_hub_id(product)} · Hugging Face"
        if product.kind == "model"
        else f"{_hub_id(product)}{kind}"
    )
    about = (
        "Join the discussion on this paper page"
        if product.kind == "paper"
        else "We’re on a journey to advance and democratize artificial intelligence through open source and open science."
    )
    return html_page(
        f"<!doctype html><html><head><meta charset='utf-8'><meta name='description' content='{about}'><meta property='og:title' content='"
        f"{html.escape(title)}'><title>{html.escape(title)}</title></head><body><header>"
        f"<a href='/'>Hugging Face</a></header><main><h1>{html.escape(product.name)}</h1><p>{html.escape(product.description)}</p><a href='/pricing'>Pricing</a>"
        "</main></body></html>"
    )  # fmt: skip


def _card(product: Product) -> str:
    head = ["---", f"license: {product.licence}", "language:", "- en", "tags:", "- developer-tools"]
    if product.kind == "model":
        head += ["library_name: transformers", "pipeline_tag: text-generation"]
    if product.kind == "space":
        head = [
            "---",
            f"title: {product.name}",
            "emoji: 🛠",
            "colorFrom: blue",
            "colorTo: gray",
            "sdk: gradio",
            f"license: {product.licence}",
        ]
    body = [
        "---",
        "",
        f"# {product.name}",
        "",
        product.description,
        "",
        "## Use",
        "",
        "```python",
        "# load it",
        "load()",
        "```",
    ]
    return "\n".join([*head, *body])


# ------------------------------------------------------------------------------------------------- followed feeds


def _dev_to(place: Place, asked: Asked) -> Answer:
    rows = [(f"I built {p.name}: {p.tagline}", f"maker{p.seed % 99}/i-built-{p.key}-{p.seed % 997:x}", _article(p, launch), launch.hours) for p, launch in place.launches("devto")]  # fmt: skip
    rows += [(row.title, f"writer/{row.id}", row.text, row.hours) for row in place.noise("devto")]
    if asked.bare == "/feed/tag/showdev":
        items = "".join(
            f"<item><title>{html.escape(title)}</title><dc:creator>Ann Author</dc:creator><pubDate>{format_datetime(place.when(hours))}</pubDate><link>"
            f"https://dev.to/{path}</link><guid>https://dev.to/{path}</guid><description>{html.escape(text)}</description><category>showdev</category>"
            "</item>"
            for title, path, text, hours in rows
        )
        return xml_page(
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<channel><title>DEV Community: showdev</title><description>The latest articles tagged 'showdev' on DEV Community.</description><link>"
            f"https://dev.to/t/showdev</link>{items}</channel></rss>"
        )
    for title, path, text, _ in rows:
        if asked.bare == f"/{path}":
            return _post(title, text, "DEV Community")
    return missing()


def _article(product: Product, launch: Launch) -> str:
    to = address(product, launch)
    return (
        f"<p>For two years I missed a good way to do this. So I made {html.escape(product.name)}.</p><p>{html.escape(product.description)}</p><p>"
        f'Try it: <a href="{html.escape(to)}" rel="noopener noreferrer">{html.escape(to)}</a></p><p>It is written in '
        '<a href="https://www.rust-lang.org/" rel="noopener noreferrer">Rust</a>. What do you think?</p>'
    )


def _post(title: str, text: str, site: str) -> Answer:
    return html_page(
        f"<!DOCTYPE html><html lang='en'><head><title>{html.escape(title)} - {site}</title><meta property='og:site_name' content='{site}'><meta "
        f"property='og:type' content='article'><meta property='og:title' content='{html.escape(title)}'></head><body><header><a href='/'>{site}</a>"
        f"</header><article><h1>{html.escape(title)}</h1>{text}</article></body></html>"
    )


def _lobsters(place: Place, asked: Asked) -> Answer:
    rows = [
        (p.name + " – " + p.tagline, address(p, launch), launch.id, launch.hours)
        for p, launch in place.launches("lobsters")
    ]
    rows += [(row.title, row.url, row.id, row.hours) for row in place.noise("lobsters")]
    if asked.bare not in ("/t/show.rss", "/rss"):
        return missing()
    items = "".join(
        f'<item><title>{html.escape(title)}</title><link>{html.escape(url)}</link><guid isPermaLink="false">https://lobste.rs/s/{id_}</guid><author>'
        f"someone@users.lobste.rs (someone)</author><pubDate>{format_datetime(place.when(hours))}</pubDate><comments>https://lobste.rs/s/{id_}/x"
        f"</comments><description>&lt;p&gt;&lt;a href=&quot;https://lobste.rs/s/{id_}/x&quot;&gt;Comments&lt;/a&gt;&lt;/p&gt;</description><category>"
        "show</category></item>"
        for title, url, id_, hours in rows
    )
    return xml_page(
        '<?xml version="1.0" encoding="UTF-8" ?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Lobsters: show</title>'
        f"<description>Projects</description><link>https://lobste.rs/t/show</link>{items}</channel></rss>"
    )


def _newsletter(place: Place, asked: Asked) -> Answer:
    """One issue a day, several tools an issue, a sponsor among them."""
    issues = []
    for day in range(1, place.day + 1):
        tools = [(p, launch) for p, launch in place.launches("weeklybench") if launch.day == day]
        if tools:
            issues.append((day, _issue(tools), min(launch.hours for _, launch in tools)))
    for day, text, _ in issues:
        if asked.bare == f"/p/bench-{day}":
            return _post(f"Bench #{240 + day}: tools worth a look", text, "Weekly Bench")
    if asked.bare != "/feed":
        return missing()
    items = "".join(
        f"<item><title><![CDATA[Bench #{240 + day}: tools worth a look]]></title><link>https://weeklybench.substack.com/p/bench-{day}</link><guid "
        f'isPermaLink="false">https://weeklybench.substack.com/p/bench-{day}</guid><pubDate>{format_datetime(place.when(hours))}</pubDate>'
        f"<description><![CDATA[New tools of the day]]></description><content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for day, text, hours in reversed(issues)
    )
    return xml_page(
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0"><channel><title><![CDATA[Weekly '
        f"Bench]]></title><link>https://weeklybench.substack.com</link><generator>Substack</generator>{items}</channel></rss>"
    )


SPONSOR = "northgate-observability.com"


def _issue(tools: list[tuple[Product, Launch]]) -> str:
    rows = "".join(
        f'<li><p><a href="{html.escape(address(p, launch))}">{html.escape(p.name)}</a> – {html.escape(p.tagline)}. {html.escape(p.description)}</p></li>'
        for p, launch in tools
    )
    return (
        f"<p>Hello again. Here is what launched.</p><p><em>Sponsored by <a href='https://{SPONSOR}/?utm_source=weeklybench'>Northgate</a>, observability "
        f"that pays for itself.</em></p><h2>New tools</h2><ul>{rows}</ul><p>See you tomorrow. <a href='https://weeklybench.substack.com/subscribe'>"
        "Subscribe</a> or <a href='https://twitter.com/weeklybench'>follow us</a>.</p>"
    )


def _shiplog(place: Place, asked: Asked) -> Answer:
    """A blog whose feed has no guid, a guid that repeats, and entries without a title."""
    rows = [(("" if p.seed % 2 else f"{p.name} is out"), f"/{p.key}-is-out", _article(p, launch), launch.hours) for p, launch in place.launches("shiplog")]  # fmt: skip
    rows += [(row.title, f"/{row.id}", row.text, row.hours) for row in place.noise("shiplog")]
    for title, path, text, _ in rows:
        if asked.bare == path:
            return _post(title or "Note", text, "Shiplog")
    if asked.bare != "/feed.xml":
        return missing()
    items = []
    for title, path, text, hours in rows:
        guid = ("", "<guid>shiplog</guid>", f"<guid isPermaLink='false'>{zlib.crc32(path.encode()) % 9999}</guid>")[
            zlib.crc32(path.encode()) % 3
        ]
        named = f"<title>{html.escape(title)}</title>" if title else ""
        items.append(
            f"<item>{named}<link>https://shiplog.blog{path}</link>{guid}<pubDate>{format_datetime(place.when(hours))}</pubDate><description>"
            f"{html.escape(text)}</description></item>"
        )
    return xml_page(
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>Shiplog</title><link>https://shiplog.blog/</link><description>Notes</description>"
        f"{''.join(items)}</channel></rss>",
        "text/xml",
    )


def _toolbelt(place: Place, asked: Asked) -> Answer:
    """A JSON Feed with numeric ids; each item links its product by external_url."""
    rows = place.launches("toolbelt")
    for product, launch in rows:
        if asked.bare == f"/t/{product.key}":
            return _post(product.name, _article(product, launch), "Toolbelt")
    if asked.bare != "/feed.json":
        return missing()
    items = [
        {
            "id": product.seed % 99_999,
            "url": f"https://toolbelt.fyi/t/{product.key}",
            "external_url": address(product, launch),
            "title": product.name,
            "content_text": f"{product.tagline}. {product.description}",
            "date_published": place.when(launch.hours).isoformat(),
        }
        for product, launch in rows
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Toolbelt",
        "home_page_url": "https://toolbelt.fyi/",
        "items": items,
    }
    return json_page(feed, **{"content-type": "application/feed+json"})


def _essays(place: Place, asked: Asked) -> Answer:
    return _post("An essay", "<p>Long thoughts about software, with nothing to install.</p>" * 5, "Field Notes")


def _sponsor(place: Place, asked: Asked) -> Answer:
    return html_page(
        "<html><head><title>Northgate – Observability that pays for itself</title></head><body><h1>Northgate</h1><p>Observability.</p></body></html>"
    )


# ------------------------------------------------------------------------------------------------------- packages


def _index(place: Place, asked: Asked) -> Answer:
    mine = [p for p in place.cast.products if p.package.startswith("pypi:") and _is_public(place, p)]
    if asked.bare == "/rss/packages.xml":
        rows = [(p, launch) for p, launch in place.launches("newpackages")]
        items = "".join(
            f"<item><title>{p.package.partition(':')[2]} added to PyPI</title><link>{package_page(p)}</link><guid>{package_page(p)}</guid><description>"
            f"{html.escape(p.tagline)}</description><pubDate>{format_datetime(place.when(launch.hours))}</pubDate></item>"
            for p, launch in rows
        )
        return xml_page(
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>PyPI newest packages</title><link>'
            f"{PYPI_SITE}/</link><description>Newest packages</description>{items}</channel></rss>",
            "text/xml",
        )
    for product in mine:
        name = product.package.partition(":")[2]
        if asked.bare.lower() in (f"/pypi/{name}/json", f"/pypi/{name}/0.1.0/json"):
            return json_page(_pypi_document(place, product, name))
    return json_page({"message": "Not Found"}, 404)


def _pypi_document(place: Place, product: Product, name: str) -> dict[str, object]:
    at = place.when(product.launches[0].hours)
    urls = {"Repository": f"https://github.com/{product.repository}"} if product.repository else {}
    info = {
        "author": "A. Author",
        "author_email": "a@author.example",
        "classifiers": ["License :: OSI Approved :: MIT License"],
        "description": _readme(product),
        "description_content_type": "text/markdown",
        "home_page": "",
        "keywords": "tools",
        "license": None,
        "license_expression": product.licence,
        "name": name,
        "package_url": package_page(product),
        "project_url": package_page(product),
        "project_urls": urls or None,
        "release_url": f"{package_page(product)}0.1.0/",
        "requires_python": ">=3.10",
        "summary": product.tagline,
        "version": "0.1.0",
        "yanked": False,
    }
    release = {
        "filename": f"{name}-0.1.0.tar.gz",
        "packagetype": "sdist",
        "upload_time_iso_8601": at.isoformat(),
        "yanked": False,
    }
    return {
        "info": info,
        "last_serial": product.seed % 99_999_999,
        "releases": {"0.1.0": [release]},
        "urls": [release],
        "vulnerabilities": [],
    }


def _registry(place: Place, asked: Asked) -> Answer:
    for product in place.cast.products:
        name = product.package.partition(":")[2]
        if product.package.startswith("npm:") and asked.bare.lower() == f"/{name}" and _is_public(place, product):
            at = place.when(product.launches[0].hours).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            version = {"name": name, "version": "0.1.0", "description": product.tagline, "license": product.licence}
            document = {"_id": name, "name": name, "description": product.tagline, "dist-tags": {"latest": "0.1.0"}, "versions": {"0.1.0": version}, "time": {"created": at, "modified": at, "0.1.0": at}, "license": product.licence, "readme": _readme(product)}  # fmt: skip
            if product.repository:
                document["repository"] = {"type": "git", "url": f"git+https://github.com/{product.repository}.git"}
            return json_page(document)
    return json_page({"error": "Not found"}, 404)


def _pypi_site(place: Place, asked: Asked) -> Answer:
    for product in place.cast.products:
        if product.package.startswith("pypi:") and asked.bare.strip("/").lower() == f"project/{product.package[5:]}":
            name = product.package[5:]
            return html_page(
                f"<!DOCTYPE html><html><head><title>{name} · PyPI</title><meta property='og:site_name' content='PyPI'></head><body><h1>{name} 0.1.0</h1><p>"
                f"pip install {name}</p><p class='package-description__summary'>{html.escape(product.tagline)}</p></body></html>"
            )
    return missing()


def _npm_site(place: Place, asked: Asked) -> Answer:
    return html_page("<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>", 403, **{"cf-mitigated": "challenge", "server": "cloudflare"})  # fmt: skip


_SERVICES: dict[str, Callable[[Place, Asked], Answer]] = {
    "hn.algolia.com": _algolia,
    "news.ycombinator.com": _hacker_news,
    "www.producthunt.com": _product_hunt,
    "feeds.feedburner.com": _feedburner,
    "betalist.com": _betalist,
    "github.com": _github,
    "api.github.com": _github_api,
    "raw.githubusercontent.com": _raw,
    "huggingface.co": _hub,
    "dev.to": _dev_to,
    "lobste.rs": _lobsters,
    "weeklybench.substack.com": _newsletter,
    "shiplog.blog": _shiplog,
    "toolbelt.fyi": _toolbelt,
    "essays.fieldnotes.blog": _essays,
    SPONSOR: _sponsor,
    INDEX: _index,
    REGISTRY: _registry,
    urlsplit(PYPI_SITE).hostname or "": _pypi_site,
    urlsplit(NPM_SITE).hostname or "": _npm_site,
}
# As the services publish them; Hacker News asks for 30 seconds, which here are 3, so that three days take minutes.
_ROBOTS = {
    "news.ycombinator.com": "User-Agent: *\nDisallow: /x?\nDisallow: /r?\nDisallow: /vote?\nDisallow: /reply?\nDisallow: /submitted?\nDisallow: /threads?\nCrawl-delay: 3\n",
    "www.producthunt.com": "User-agent: *\nDisallow: /search\nDisallow: /my/\nDisallow: /admin/\n",
    "betalist.com": "User-agent: *\nDisallow: /admin\n",
    "github.com": "User-agent: *\nDisallow: /*/*/pulse\nDisallow: /*/*/tree/\nDisallow: /*/*/blob/\nDisallow: /*/*/commits/\nDisallow: /*/stargazers\nDisallow: /*/forks\nDisallow: /search$\nDisallow: /*?tab=\n",
    "huggingface.co": "User-agent: *\nAllow: /\n",
    "dev.to": "User-agent: *\nDisallow: /search?q=*\nDisallow: /search/?q=*\n",
    "lobste.rs": "User-agent: *\nDisallow: /login\nDisallow: /search\nCrawl-delay: 1\n",
    "weeklybench.substack.com": "User-agent: *\nDisallow: /action/\nDisallow: /publish\nDisallow: /sign-in\n",
}
