"""GitHub's pages and its API, with the limits of whoever brings no token. Pure."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from datetime import UTC, datetime

from launch_cast import Launch, Product
from launch_place import (
    HOUR_S,
    MINUTE_S,
    Answer,
    Asked,
    Place,
    house_prices,
    html_page,
    is_public,
    json_page,
    missing,
    package_page,
    xml_page,
)

CORE_PER_HOUR, SEARCH_PER_MINUTE = 60, 10


def github(place: Place, asked: Asked) -> Answer:
    if asked.bare.startswith("/trending"):
        return html_page(_trending(place, asked.bare.removeprefix("/trending").strip("/")))
    if asked.bare == f"/{place.cast.releases_of}/releases.atom":
        return xml_page(_releases(place), "application/atom+xml")
    if asked.bare.endswith("/releases.atom"):
        known = place.cast.by_repo().get(asked.bare.strip("/").removesuffix("/releases.atom").lower())
        return xml_page(feed(known.repository, _released(place, known)), "application/atom+xml") if known else missing()
    if asked.bare == "/pricing":
        return html_page(house_prices("GitHub", ("Free $0", "Team $4", "Enterprise $21")))
    product = place.cast.by_repo().get(asked.bare.strip("/").removesuffix(".git").lower())
    if not product or not is_public(place, product):
        return missing("Page not found · GitHub")
    if asked.bare.endswith(".git"):
        return html_page("", 301, location=f"https://github.com/{product.repository}")
    return html_page(_repository_page(place, product))


def _site_of(product: Product) -> str:
    """The homepage that its repository names, or an empty text."""
    return product.foreign_homepage or (product.homepage if product.repo_names_site else "")


def _trending(place: Place, language: str) -> str:
    """The list of today, of one language where it is named."""
    rows = []
    for product, _ in place.launches("github_trending"):
        if language not in ("", _language(product).lower()):
            continue
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


def _repository_page(place: Place, product: Product) -> str:
    site = _site_of(product)
    stars = 60 + product.seed % 4000 + place.day * 7
    counters = (
        '<a href="/login" class="btn">Fork <span id="repo-network-counter" data-view-component="true" title="12" class="Counter">12</span></a>'
        f'<a href="/login" class="btn">Star <span id="repo-stars-counter-star" aria-label="{stars} users starred this repository" '
        f'data-view-component="true" title="{stars:,}" class="Counter js-social-count">{stars / 1000:.1f}k</span></a>'
    )
    about = (
        f'<a title="{site}" role="link" target="_blank" rel="noopener noreferrer nofollow" class="text-bold" href="{site}">{site}</a>'
        if site
        else ""
    )
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>GitHub - {product.repository}: {html.escape(product.tagline)}</title><meta "
        f"name='description' content='{html.escape(product.tagline)}. Contribute to {product.repository} development by creating an account "
        f"on GitHub.'><meta property='og:site_name' content='GitHub'></head><body><header><a href='/pricing'>Pricing</a></header>{counters}<h1>{product.repository}</h1><h2>About</h2><p "
        f"class='f4 my-3'>{html.escape(product.tagline)}</p>{about}<article class='markdown-body'><h1>{html.escape(product.name)}</h1><p>"
        f"{html.escape(product.description)}</p></article></body></html>"
    )


def readme(product: Product) -> str:
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
    if product.package:
        lines += [f"On its index: [{product.key}]({package_page(product)})", ""]
    lines += ["## Install", "", "```sh", f"# {product.key}", f"brew install {product.key}", "```", "", "## License", ""]
    lines += [f"{product.licence}, see [LICENSE](LICENSE)."] if product.licence else ["To be decided."]
    lines += ["", product.readme] if product.readme else []
    return "\n".join(lines)


def _releases(place: Place) -> str:
    """The feed of the repository that is followed: one release more each day."""
    rows = [(f"v1.{number}.0", place.when(40 - number * 10)) for number in range(place.day, 0, -1)]
    return feed(place.cast.releases_of, rows)


def _released(place: Place, product: Product) -> list[tuple[str, datetime]]:
    """A repository's releases, newest first: of some none, of some more than a feed lists."""
    many = (0, 1, 3, 14)[product.seed % 4]
    return [(f"v0.{many - n}.0", place.when(30 + n * 24 * (9 + product.seed % 60))) for n in range(many)]


def feed(repository: str, rows: list[tuple[str, datetime]]) -> str:
    """A repository's feed of releases, given newest first by tag and time; it holds ten."""
    entries = []
    for tag, at in rows[:10]:
        link = f"https://github.com/{repository}/releases/tag/{tag}"
        entries.append(
            f"<entry><id>tag:github.com,2008:Repository/880012345/{tag}</id><updated>{_stamp(at)}</updated><link rel='alternate' type='text/html' "
            f"href='{link}'/><title>{tag}</title><content type='html'>&lt;p&gt;Fixes and a faster start.&lt;/p&gt;</content><author><name>"
            "release-bot</name></author></entry>"
        )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en-US'><id>tag:github.com,2008:"
        f"https://github.com/{repository}/releases</id><title>Release notes from {repository.partition('/')[2]}</title>"
        f"<updated>{_stamp(max((at for _, at in rows), default=datetime(2026, 1, 1, tzinfo=UTC)))}</updated>{''.join(entries)}</feed>"
    )


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def github_api(place: Place, asked: Asked) -> Answer:
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
    match = re.fullmatch(r"/repos/([^/]+/[^/]+)(/readme|/releases)?", asked.bare)
    product = place.cast.by_repo().get(match[1].lower()) if match else None
    if not match or not product or not is_public(place, product):
        return None
    if not match[2]:
        return json_page(_repository(place, product))
    if match[2] == "/releases":
        size = int(asked.query.get("per_page", ["30"])[0])
        rows = _released(place, product)[:size]
        return json_page(
            [{"tag_name": tag, "draft": False, "prerelease": False, "published_at": _stamp(at)} for tag, at in rows]
        )
    text = readme(product).encode()
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


def raw(place: Place, asked: Asked) -> Answer:
    match = re.fullmatch(r"/([^/]+/[^/]+)/(?:main|HEAD|master|refs/heads/main)/README\.md", asked.bare)
    product = place.cast.by_repo().get(match[1].lower()) if match else None
    return (
        Answer(200, {"content-type": "text/plain; charset=utf-8"}, readme(product).encode())
        if product
        else missing("404: Not Found")
    )
