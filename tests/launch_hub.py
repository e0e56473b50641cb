"""The Hugging Face Hub: lists, entries, cards behind its resolve-cache, limits by class of address. Pure."""

from __future__ import annotations

import hashlib
import html
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from launch_cast import Launch, Product
from launch_place import (
    Answer,
    Asked,
    Place,
    house_prices,
    html_page,
    json_page,
)

HUB_WINDOW_S, HUB_API, HUB_RESOLVERS, HUB_PAGES = 300, 500, 3000, 100
FAILING_DAY = 2  # on this day one of the lists answers 504


def hub(place: Place, asked: Asked) -> Answer:
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
        return html_page(house_prices("Hugging Face", ("PRO $9", "Team $20", "Enterprise $50")))
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
    return "\n".join([*head, *body, *(["", product.readme] if product.readme else [])])
