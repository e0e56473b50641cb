"""What launch places, GitHub, registries and the Hub answer of the merit world's products: the launch world's own answers
with the planted numbers in them, and the documents it has none of. Pure.

Shapes as the services document them or send them in November 2026: Algolia's `items/{id}` with nested children, GitHub's
repository page and list of releases, PyPI's and npm's documents with a date for each release, pypistats' `recent` and npm's
`downloads/point` for downloads.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import launch_github
import launch_hacker_news
import merit_pages
from launch_place import Answer, Asked, Place, html_page, json_page, package_page, xml_page
from merit_cast import Comment, MeritProduct

STATISTICS = "statistics.packages.example"  # downloads of the index's packages, where its own document has none
HOSTS = (STATISTICS,)


def answer(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    """What a service answers; `usual` is what the launch world's does."""
    own = _SERVICES.get(asked.host)
    return own(place, asked, usual) if own else usual()


# ------------------------------------------------------------------------------------------- Hacker News


def _algolia(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    found = usual()
    if found.status != 200:
        return found
    data = json.loads(found.body)
    if asked.bare.startswith("/api/v1/items/"):
        product = _announced(place, str(data["id"]))
        return json_page(_item(place, product, data) if product else data)
    for hit in data["hits"]:
        if product := _announced(place, hit["objectID"]):
            hit |= {
                "points": _points(place, product),
                "num_comments": len(list(_thread(product))),
                "author": product.author,
            }
            hit["_tags"] = ["story", f"author_{product.author}", f"story_{hit['objectID']}", "show_hn"]
    return json_page(data)


def _announced(place: Place, number: str) -> MeritProduct | None:
    return next(
        (p for p, launch in place.launches("show_hn") if launch.id == number and isinstance(p, MeritProduct)), None
    )


def _points(place: Place, product: MeritProduct) -> int:
    """A launch's points grow a little after its first days."""
    return product.truth.points + (product.truth.points // 40) * (place.day - 1)


def _thread(product: MeritProduct) -> Iterator[Comment]:
    for comment in product.truth.comments:
        yield comment
        yield from comment.replies


def _item(place: Place, product: MeritProduct, data: Mapping[str, Any]) -> dict[str, Any]:
    """The story as the launch world tells it, with its own author, points and comments."""
    hours = next(launch.hours for launch in product.launches if launch.source == "show_hn")
    story = int(data["id"])
    numbers = iter(range(story + 11, story + 999))
    children = [
        _comment(place, product, comment, story, story, hours - 1 - turn * 0.7, numbers)
        for turn, comment in enumerate(product.truth.comments)
    ]
    return {**data, "author": product.author, "points": _points(place, product), "children": children}


def _comment(
    place: Place, product: MeritProduct, comment: Comment, parent: int, story: int, hours: float, numbers: Iterator[int]
) -> dict[str, Any]:
    number, at = next(numbers), int(place.when(hours).timestamp())
    text = html.escape(comment.text.format(other=product.truth.other), quote=True).replace("/", "&#x2F;")
    author = product.author if comment.by_maker else f"reader{number % 7919}"
    replies = [_comment(place, product, reply, number, story, hours - 0.5, numbers) for reply in comment.replies]
    return launch_hacker_news.item(number, "comment", author, text, at, parent, story) | {"children": replies}


# ------------------------------------------------------------------------------------------- GitHub


def _repository(place: Place, path: str) -> MeritProduct | None:
    name = "/".join(path.strip("/").split("/")[:2]).removesuffix(".git").lower()
    product = place.cast.by_repo().get(name)
    return product if isinstance(product, MeritProduct) else None


def _github(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    product, path = _repository(place, asked.bare), asked.bare.rstrip("/")
    if product and path == f"/{product.repository}":
        return html_page(_repository_page(place, product))
    if product and path == f"/{product.repository}/releases.atom":
        rows = [(tag, place.when(age * 24)) for tag, age, _ in merit_pages.releases(product)]
        return xml_page(launch_github.feed(product.repository, rows), "application/atom+xml")
    return usual()


def _short(number: int) -> str:
    return str(number) if number < 1000 else f"{number / 1000:.1f}k"


def _repository_page(place: Place, product: MeritProduct) -> str:
    """The page as GitHub sends it to whoever is not logged in, without its scripts."""
    truth, path = product.truth, product.repository
    owner, name = path.split("/")
    rows = merit_pages.releases(product)
    closed = place.when(truth.archived * 24)
    archived = (
        f'<div id="archived-banner" class="flash flash-warn flash-full border-top-0 text-center text-bold py-2">This repository was archived by the '
        f'owner on <relative-time datetime="{closed:%Y-%m-%dT%H:%M:%SZ}" class="no-wrap">{closed:%b %-d, %Y}</relative-time>. It is now read-only.</div>'
        if truth.archived
        else ""
    )
    site = f'<a title="{product.homepage}" role="link" target="_blank" rel="noopener noreferrer nofollow" class="text-bold" href="{product.homepage}">{product.homepage.removeprefix("https://").rstrip("/")}</a>' if product.host else ""  # fmt: skip
    licence = f'<h3 class="sr-only">License</h3><div class="mt-2"><a href="#{product.licence}-1-ov-file" class="Link--muted"><svg class="octicon octicon-law mr-2"></svg> {product.licence} license</a></div>' if product.licence else ""  # fmt: skip
    latest = place.when(rows[0][1] * 24)
    return (
        f'<!DOCTYPE html><html lang="en" data-color-mode="auto"><head><meta charset="utf-8"><title>GitHub - {path}: {html.escape(product.tagline)}</title><meta '
        f'name="description" content="{html.escape(product.tagline)}. Contribute to {path} development by creating an account on GitHub."><meta property="og:site_name" '
        f'content="GitHub"><meta property="og:title" content="GitHub - {path}"></head><body class="logged-out"><header><a href="/pricing">Pricing</a></header>{archived}'
        f'<div id="repository-container-header"><strong itemprop="name"><a href="/{path}">{name}</a></strong><span class="Label Label--secondary">Public{" archive" if truth.archived else ""}</span>'
        f'<ul class="pagehead-actions"><li><a href="/login?return_to=%2F{owner}%2F{name}" class="btn-sm btn">Fork <span id="repo-network-counter" title="{truth.forks:,}" class="Counter">{_short(truth.forks)}</span></a></li>'
        f'<li><a href="/login?return_to=%2F{owner}%2F{name}" class="btn-sm btn">Star <span id="repo-stars-counter-star" aria-label="{truth.stars} users starred this repository" title="{truth.stars:,}" '
        f'class="Counter js-social-count">{_short(truth.stars)}</span></a></li></ul><nav><a id="code-tab" href="/{path}">Code</a><a id="issues-tab" href="/{path}/issues">Issues <span id="issues-repo-tab-count" '
        f'title="{truth.open_issues:,}" class="Counter">{truth.open_issues}</span></a></nav></div><div class="Layout-sidebar"><h2>About</h2><p class="f4 my-3">{html.escape(product.tagline)}</p>{site}'
        f'{licence}<div class="mt-2"><a href="/{path}/stargazers" class="Link Link--muted"><strong>{_short(truth.stars)}</strong> stars</a></div><div class="mt-2"><a href="/{path}/forks" '
        f'class="Link Link--muted"><strong>{_short(truth.forks)}</strong> forks</a></div><h2 class="h4 mb-3"><a href="/{path}/releases" class="Link--primary no-underline Link">Releases <span title="{len(rows)}" class="Counter">{len(rows)}'
        f'</span></a></h2><a class="Link--primary d-flex no-underline" href="/{path}/releases/tag/{rows[0][0]}"><span class="css-truncate css-truncate-target text-bold mr-2">{rows[0][0]}</span><span title="Label: Latest" '
        f'class="Label Label--success">Latest</span><div class="text-small color-fg-muted"><relative-time datetime="{latest:%Y-%m-%dT%H:%M:%SZ}" class="no-wrap">{latest:%b %-d, %Y}</relative-time></div></a></div>'
        f'<article class="markdown-body entry-content container-lg"><h1>{html.escape(product.name)}</h1><p>{html.escape(product.description)}</p></article></body></html>'
    )


def _github_api(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    found = usual()
    product = _repository(place, asked.bare.removeprefix("/repos/")) if asked.bare.startswith("/repos/") else None
    if found.status != 200 or not product or asked.bare.endswith("/readme"):
        return found
    if asked.bare.endswith("/releases"):
        size = int(asked.query.get("per_page", ["30"])[0])
        data: Any = [_release(place, product, *row) for row in merit_pages.releases(product)[:size]]
    else:
        data = json.loads(found.body) | _numbers(place, product)
    body = json.dumps(data).encode()
    return Answer(200, {**found.headers, "etag": f'W/"{hashlib.sha256(body).hexdigest()}"'}, body)


def _numbers(place: Place, product: MeritProduct) -> dict[str, Any]:
    truth = product.truth
    pushed = place.when(max(truth.archived, truth.releases[0] * 0.5) * 24)
    return {
        "created_at": f"{place.when((truth.releases[-1] + 30) * 24):%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{pushed:%Y-%m-%dT%H:%M:%SZ}",
        "pushed_at": f"{pushed:%Y-%m-%dT%H:%M:%SZ}",
        "stargazers_count": truth.stars,
        "watchers_count": truth.stars,
        "watchers": truth.stars,
        "forks_count": truth.forks,
        "forks": truth.forks,
        "open_issues_count": truth.open_issues,
        "open_issues": truth.open_issues,
        "archived": bool(truth.archived),
        "topics": list(truth.field.terms),
    }


def _release(place: Place, product: MeritProduct, tag: str, age: float, note: str) -> dict[str, Any]:
    at = f"{place.when(age * 24):%Y-%m-%dT%H:%M:%SZ}"
    page = f"https://github.com/{product.repository}/releases/tag/{tag}"
    return {
        "html_url": page,
        "tag_name": tag,
        "name": tag,
        "draft": False,
        "prerelease": False,
        "created_at": at,
        "published_at": at,
        "body": note,
    }


# ------------------------------------------------------------------------------------------- packages and the Hub


def _package(place: Place, kind: str, name: str) -> MeritProduct | None:
    named = f"{kind}:{name}".lower()
    return next((p for p in place.cast.products if p.package == named and isinstance(p, MeritProduct)), None)


def _index(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    found, parts = usual(), asked.bare.strip("/").split("/")
    product = _package(place, "pypi", parts[1]) if found.status == 200 and parts[0] == "pypi" else None
    if not product:
        return found
    data, files = json.loads(found.body), {}
    for tag, age, _ in merit_pages.releases(product):
        at, version = place.when(age * 24), tag.removeprefix("v")
        file = f"{product.key}-{version}.tar.gz"
        files[version] = [{"filename": file, "packagetype": "sdist", "upload_time": f"{at:%Y-%m-%dT%H:%M:%S}", "upload_time_iso_8601": f"{at:%Y-%m-%dT%H:%M:%S.000000Z}", "yanked": False}]  # fmt: skip
    newest = next(iter(files))
    data["info"] |= {"version": newest, "release_url": f"{package_page(product)}{newest}/", "downloads": {"last_day": -1, "last_month": -1, "last_week": -1}}  # fmt: skip
    data |= {"releases": dict(reversed(files.items())), "urls": files[newest]}
    return json_page(data)


def _registry(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    counted = "/downloads/point/last-month/"
    name = unquote(asked.bare.removeprefix(counted).strip("/"))
    found, product = usual(), _package(place, "npm", name)
    if found.status != 200 or not product:
        return found
    data = json.loads(found.body)
    if asked.bare.startswith(counted):
        return json_page(data | {"downloads": product.truth.downloads})
    rows = merit_pages.releases(product)
    times = {tag.removeprefix("v"): f"{place.when(age * 24):%Y-%m-%dT%H:%M:%S.000Z}" for tag, age, _ in reversed(rows)}
    newest, only = rows[0][0].removeprefix("v"), next(iter(data["versions"].values()))
    data["dist-tags"] = {"latest": newest}
    data["versions"] = {version: {**only, "version": version} for version in times}
    data["time"] = {"created": times[rows[-1][0].removeprefix("v")], "modified": times[newest], **times}
    return json_page(data)


def _statistics(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    parts = asked.bare.strip("/").split("/")
    product = (
        _package(place, "pypi", parts[2]) if parts[:2] == ["api", "packages"] and parts[3:] == ["recent"] else None
    )
    if not product:
        return json_page({"message": "404"}, 404)
    month = product.truth.downloads
    return json_page({"data": {"last_day": month // 30, "last_month": month, "last_week": month // 4}, "package": product.key, "type": "recent_downloads"})  # fmt: skip


def _hub(place: Place, asked: Asked, usual: Callable[[], Answer]) -> Answer:
    if asked.bare == "/api/datasets":
        return json_page([])  # of this world there are none, and no day on which their list fails
    found = usual()
    if found.status != 200 or not asked.bare.startswith("/api/") or "resolve-cache" in asked.bare:
        return found
    data = json.loads(found.body)
    for entry in data if isinstance(data, list) else [data]:
        _plant(place, entry)
    body = json.dumps(data).encode()
    return Answer(200, found.headers, body)


def _plant(place: Place, entry: dict[str, Any]) -> None:
    """The planted numbers into an entry, where it has them."""
    hub = f"models/{entry.get('id', '')}"
    product = next((p for p in place.cast.products if p.hub == hub and isinstance(p, MeritProduct)), None)
    if not product:
        return
    at = place.when(product.truth.releases[0] * 24)
    own = {
        "likes": product.truth.likes,
        "downloads": product.truth.downloads,
        "lastModified": f"{at:%Y-%m-%dT%H:%M:%S.000Z}",
    }
    entry |= {name: value for name, value in own.items() if name in entry}


_SERVICES: dict[str, Callable[[Place, Asked, Callable[[], Answer]], Answer]] = {
    "hn.algolia.com": _algolia,
    "github.com": _github,
    "api.github.com": _github_api,
    "index.packages.example": _index,
    "registry.packages.example": _registry,
    STATISTICS: _statistics,
    "huggingface.co": _hub,
}
