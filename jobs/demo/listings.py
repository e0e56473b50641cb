"""What the launch sites, feeds and APIs answer on a day, in the formats of the real ones."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from jobs.demo.beyond import releases_feed, thread
from jobs.demo.cast import DAYS, Product, cast, launched, moment, of_day
from jobs.demo.sites import answer, html, readme, redirect, render
from tools.settings import Settings
from tools.sources import github_search, show_hn
from tools.web.recording import Recorded

SPANS = (1, 2, 3, 7, 14, 30)  # days: the windows a newcomer may ask the demo's recording for
HUB_LIMITS = (10, 20, 50, 100)
HUB_SEARCH_LIMIT = 11  # ten rows and one more, to see whether there are more
FEEDS = {"tiny_tools": "https://tinytools.example/feed.xml", "toolshed": "https://toolshed.example/feed.json"}
_JSON = "application/json; charset=utf-8"
_HUB = "https://huggingface.co"
_HUB_KINDS = {"models": "", "spaces": "spaces/", "datasets": "datasets/"}


def sources(day: int) -> list[Recorded]:
    """Every answer of every source on that day, robots.txt included."""
    settings = Settings()
    return [
        *_robots(),
        *_hacker_news(settings, day),
        *_product_hunt(settings, day),
        *_betalist(settings, day),
        *_trending(settings, day),
        *_github_api(settings, day),
        *_hub(day),
        *_feeds(day),
    ]


def _robots() -> list[Recorded]:
    rules = {
        "https://github.com": "User-agent: *\nDisallow: /search\nDisallow: /*/stargazers\n",
        "https://www.producthunt.com": "User-agent: *\nDisallow: /admin\n",
        "https://betalist.com": "User-agent: *\nDisallow: /users/\n",
        "https://huggingface.co": "User-agent: *\nAllow: /\n",
        "https://news.ycombinator.com": "User-agent: *\nDisallow: /vote?\nCrawl-delay: 30\n",
    }
    return [answer(f"{host}/robots.txt", text.encode(), "text/plain; charset=utf-8") for host, text in rules.items()]


# Hacker News ------------------------------------------------------------------------------------------------------


def _hacker_news(settings: Settings, day: int) -> list[Recorded]:
    now, found = DAYS[day], launched("show_hn", day)
    pages = []
    for span in SPANS:
        since = now - timedelta(days=span)
        show, launch = show_hn.requests(settings, since, now)
        rows = [(product, row) for product, row in found if moment(row, product) >= since]
        phrased = [pair for pair in rows if _hn_title(*pair).startswith("Launch HN")]
        pages += [_algolia(show, [pair for pair in rows if pair not in phrased], day), _algolia(launch, phrased, day)]
    pages += [
        _json(show_hn.discussion(settings, row["id"]), thread(product, row, _hn_title(product, row), day))
        for product, row in found
    ]
    for words in _names(day):
        hits = [pair for pair in found if words.lower() in _hn_title(*pair).lower()]
        pages += [_algolia(url, hits, day) for url in show_hn.search(settings, words)]
    return pages


def _names(day: int) -> list[str]:
    """Every name somebody may search for."""
    told = (
        (product.key, product.repo.split("/")[-1], product.hub.split("/")[-1], product.name) for product in cast(day)
    )
    return sorted({name for names in told for name in names if name})


def _algolia(url: str, rows: list[tuple[Product, dict[str, Any]]], day: int) -> Recorded:
    hits = [_hit(product, row, day) for product, row in rows]
    body = {"hits": hits, "hitsPerPage": 1000, "nbHits": len(hits), "nbPages": 1, "page": 0, "exhaustiveNbHits": True}
    return _json(url, body)


def _hit(product: Product, row: dict[str, Any], day: int) -> dict[str, Any]:
    at, number = moment(row, product), int(row["id"])
    shown = "show_hn" if row.get("show", True) and not _hn_title(product, row).startswith("Launch HN") else None
    hit = {
        "_tags": ["story", f"author_{row['by']}", f"story_{number}", *([shown] if shown else [])],
        "author": row["by"],
        "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "created_at_i": int(at.timestamp()),
        "num_comments": of_day(row["comments"], day),
        "objectID": str(number),
        "points": of_day(row["points"], day),
        "story_id": number,
        "title": _hn_title(product, row),
    }
    if row.get("text"):
        paragraphs = product.description.split("\n\n")
        return {**hit, "story_text": "<p>".join(escape(paragraph) for paragraph in paragraphs), "url": None}
    return {**hit, "url": product.announced}


def _hn_title(product: Product, row: dict[str, Any]) -> str:
    return str(row.get("title") or f"Show HN: {product.name} – {product.tagline}")


# Product Hunt and BetaList -----------------------------------------------------------------------------------------


def _product_hunt(settings: Settings, day: int) -> list[Recorded]:
    rows = launched("product_hunt", day)
    entries = "".join(_post(product, row, DAYS[day]) for product, row in rows)
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">\n'
        "  <id>tag:www.producthunt.com,2005:/feed</id>\n"
        '  <link rel="self" type="application/atom+xml" href="https://www.producthunt.com/feed"/>\n'
        "  <title>Product Hunt — The best new products, every day</title>\n"
        f"  <updated>{_pacific(DAYS[day])}</updated>\n{entries}</feed>\n"
    )
    pages = [answer(settings.product_hunt_url, feed.encode(), "application/atom+xml; charset=utf-8")]
    pages += [redirect(_ph_link(row), _tagged(product.home, "producthunt")) for product, row in rows]
    return pages


def _post(product: Product, row: dict[str, Any], now: datetime) -> str:
    page = f"https://www.producthunt.com/products/{product.key}"
    discussion = (
        f"{page}?utm_campaign=producthunt-atom-posts-feed&utm_medium=rss-feed&utm_source=producthunt-atom-posts-feed"
    )
    content = (
        f"          <p>\n            {escape(product.tagline)}\n          </p>\n          <p>\n"
        f'            <a href="{escape(discussion)}">Discussion</a>\n            |\n'
        f'            <a href="{escape(_ph_link(row))}">Link</a>\n          </p>\n'
    )
    return (
        f"  <entry>\n    <id>tag:www.producthunt.com,2005:Post/{row['id']}</id>\n"
        f"    <published>{row['at']}</published>\n    <updated>{_pacific(now)}</updated>\n"
        f'    <link rel="alternate" type="text/html" href="{page}"/>\n    <title>{escape(product.name)}</title>\n'
        f'    <content type="html">{escape(content)}</content>\n'
        f"    <author>\n      <name>{escape(product.name)} team</name>\n    </author>\n  </entry>\n"
    )


def _ph_link(row: dict[str, Any]) -> str:
    return f"https://www.producthunt.com/r/p/{row['id']}?app_id=339"


def _betalist(settings: Settings, day: int) -> list[Recorded]:
    if day == 2:  # the planted change: still a 200, no feed any more
        text = render(
            "error.html", title="We are redesigning BetaList", text="Come back soon. There is a new feed in the works."
        )
        return [html(settings.betalist_url, text)]
    rows = launched("betalist", day)
    entries = "".join(_startup(product, row) for product, row in rows)
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">\n'
        "  <id>tag:betalist.com,2005:/feed</id>\n  <title>BetaList</title>\n"
        f"  <updated>{DAYS[day]:%Y-%m-%dT%H:%M:%SZ}</updated>\n{entries}</feed>\n"
    )
    visits = [
        redirect(f"https://betalist.com/startups/{product.key}/visit", _tagged(product.home, "betalist"))
        for product, _ in rows
    ]
    return [answer(settings.betalist_url, feed.encode(), "application/atom+xml; charset=utf-8"), *visits]


def _startup(product: Product, row: dict[str, Any]) -> str:
    page = f"https://betalist.com/startups/{product.key}"
    title = row.get("title") or f"{product.name} – {product.tagline}"
    words = f"<p>{escape(product.description)}</p>" if not product.lang else "<p>Watches scheduled jobs.</p>"
    return (
        f"  <entry>\n    <id>{page}</id>\n    <published>{row['at']}</published>\n    <updated>{row['at']}</updated>\n"
        f'    <link rel="alternate" type="text/html" href="{page}?utm_campaign=startup&amp;utm_medium=atom&amp;utm_source=newsfeed"/>\n'
        f'    <title>{escape(title)}</title>\n    <content type="html">{escape(words)}</content>\n  </entry>\n'
    )


# GitHub -----------------------------------------------------------------------------------------------------------


def _trending(settings: Settings, day: int) -> list[Recorded]:
    rows = [_trending_row(product, day) for product, _ in launched("github_trending", day)]
    rows.sort(key=lambda row: int(row["gained"]), reverse=True)
    rows.insert(2, {"sponsored": True, "owner": "bigcloud-inc", "text": "Deploy anywhere in minutes"})
    page = render("trending.html", rows=rows)
    return [html(f"{settings.github_url}/trending?since={period}", page) for period in ("daily", "weekly", "monthly")]


def _trending_row(product: Product, day: int) -> dict[str, Any]:
    owner, name = product.repo.split("/")
    facts = product.facts
    stars = facts["stars"] + (facts["gained"] if day == 2 else 0)
    told = {"language": facts["language"], "stars": stars, "forks": facts["forks"], "gained": facts["gained"]}
    return {"sponsored": False, "owner": owner, "name": name, "text": product.tagline, **told}


def _github_api(settings: Settings, day: int) -> list[Recorded]:
    products = [product for product in cast(day) if product.repo]
    pages = [
        _json(github_search.repo_api_url(settings, product.repo), _repository(product, day)) for product in products
    ]
    pages += [
        answer(
            github_search.readme_url(settings, product.repo),
            readme(product).encode(),
            "application/vnd.github.raw+json; charset=utf-8",
        )
        for product in products
    ]
    pages += [page for product in products for page in _repository_pages(settings, product, day)]
    found = [_repository(product, day) for product, _ in launched("github_search", day)]
    for span in SPANS:
        since = DAYS[day] - timedelta(days=span)
        items = [row for row in found if row["created_at"] >= f"{since:%Y-%m-%d}"]
        items.sort(key=lambda row: int(row["stargazers_count"]), reverse=True)
        body = {"total_count": len(items), "incomplete_results": False, "items": items}
        pages += [_json(url, body) for url in github_search.requests(settings, since, DAYS[day])]
    for words in _names(day):
        items = [
            _repository(product, day) for product in products if words.lower() in product.repo.split("/")[1].lower()
        ]
        body = {"total_count": len(items), "incomplete_results": False, "items": items}
        pages += [_json(url, body) for url in github_search.search(settings, words)]
    return pages


def _repository_pages(settings: Settings, product: Product, day: int) -> list[Recorded]:
    """The repository as GitHub shows it, and the feed of its releases."""
    row = _repository(product, day)
    counts = {"stars": row["stargazers_count"], "forks": row["forks_count"], "issues": row["open_issues_count"]}
    address = f"{settings.github_url}/{product.repo}"
    feed = releases_feed(product.repo, row["created_at"])
    return [
        html(address, render("repository.html", product=product, **counts)),
        answer(f"{address}/releases.atom", feed.encode(), "application/atom+xml; charset=utf-8"),
    ]


def _repository(product: Product, day: int) -> dict[str, Any]:
    owner, name = product.repo.split("/")
    facts = product.facts
    stars = facts["stars"] + (facts["gained"] if day == 2 else 0)
    spdx = facts.get("repo_licence") or product.licence or None  # of a hosted product what is open may be its client
    return {
        "id": _number(product.repo),
        "name": name,
        "full_name": product.repo,
        "private": False,
        "owner": {
            "login": owner,
            "id": _number(owner),
            "type": "Organization",
            "html_url": f"https://github.com/{owner}",
        },
        "html_url": f"https://github.com/{product.repo}",
        "description": product.tagline or None,
        "fork": False,
        "url": f"https://api.github.com/repos/{product.repo}",
        "created_at": facts["created"],
        "updated_at": f"{DAYS[day]:%Y-%m-%dT09:00:00Z}",
        "pushed_at": facts.get("pushed") or f"{DAYS[day]:%Y-%m-%dT08:00:00Z}",
        "homepage": product.home or None,
        "size": 2048,
        "stargazers_count": stars,
        "watchers_count": stars,
        "language": facts["language"] or None,
        "forks_count": facts["forks"],
        "open_issues_count": facts.get("issues", facts["forks"] // 4),
        "archived": facts.get("archived", False),
        "disabled": False,
        "license": {"key": spdx.lower(), "name": spdx, "spdx_id": spdx} if spdx else None,
        "topics": facts["topics"],
        "visibility": "public",
        "default_branch": "main",
        "score": 1.0,
    }


# Hugging Face -----------------------------------------------------------------------------------------------------


def _hub(day: int) -> list[Recorded]:
    pages = []
    for kind in _HUB_KINDS:
        listed = [product for product, _ in launched("hub_trending", day) if product.hub.startswith(f"{kind}/")]
        rows = [_hub_row(product, day) for product in listed]
        uploads = [row for product in listed for row in _quantised(product)]
        trending = sorted([*uploads, *rows], key=lambda row: int(row["likes"]), reverse=True)
        newest = sorted([*uploads, *rows], key=lambda row: str(row["createdAt"]), reverse=True)
        for limit in HUB_LIMITS:
            pages += [
                _json(f"{_HUB}/api/{kind}?sort=trendingScore&limit={limit}", trending[:limit]),
                _json(f"{_HUB}/api/{kind}?sort=createdAt&limit={limit}", newest[:limit]),
            ]
        pages += [page for product in listed for page in _entry(product, day)]
    pages += _searches(day)
    papers = [_paper(product, row) for product, row in launched("hub_papers", day)]
    for product, row in launched("hub_papers", day):
        page = render("paper.html", product=product, published=f"{moment(row, product):%Y-%m-%d}")
        pages.append(html(f"{_HUB}/papers/{product.paper}", page))
    pages += [_json(f"{_HUB}/api/daily_papers?limit={limit}", papers[:limit]) for limit in HUB_LIMITS]
    return pages


def _hub_row(product: Product, day: int) -> dict[str, Any]:
    facts, name = product.facts, product.hub.partition("/")[2]
    tags = [facts.get("library"), facts.get("pipeline"), facts.get("sdk"), "region:us", f"license:{product.licence}"]
    row = {
        "_id": hashlib.sha256(product.hub.encode()).hexdigest()[:24],
        "id": name,
        "author": name.split("/")[0],
        "likes": facts["likes"] + (7 if day == 2 else 0),
        "trendingScore": facts["likes"] // 2,
        "private": False,
        "tags": [tag for tag in tags if tag],
        "createdAt": str(facts["created"]).replace("Z", ".000Z"),
    }
    told = {"downloads": "downloads", "pipeline": "pipeline_tag", "library": "library_name", "sdk": "sdk"}
    row |= {theirs: facts[ours] for ours, theirs in told.items() if ours in facts}
    return row | ({"modelId": name} if product.hub.startswith("models/") else {})


def _searches(day: int) -> list[Recorded]:
    """What `scout research NAME` asks the Hub for, for everything in this world."""
    listed = [product for product, _ in launched("hub_trending", day)]
    pages = []
    for words in _names(day):
        for kind in _HUB_KINDS:
            hits = [
                product for product in listed if product.hub.startswith(kind) and words.lower() in product.hub.lower()
            ]
            query = {"search": words, "sort": "likes" if kind == "spaces" else "downloads", "limit": HUB_SEARCH_LIMIT}
            pages.append(_json(f"{_HUB}/api/{kind}?{urlencode(query)}", [_hub_row(product, day) for product in hits]))
    return pages


def _quantised(product: Product) -> list[dict[str, Any]]:
    base = product.hub.partition("/")[2]
    return [
        {
            "_id": hashlib.sha256(name.encode()).hexdigest()[:24],
            "id": name,
            "likes": 30 + number,
            "private": False,
            "downloads": 900,
            "tags": ["license:apache-2.0", f"base_model:{base}", f"base_model:quantized:{base}", "region:us"],
            "pipeline_tag": "text-generation",
            "createdAt": "2026-11-17T20:00:00.000Z",
            "modelId": name,
        }
        for number, name in enumerate(product.facts.get("quantised", ()))
    ]


def _entry(product: Product, day: int) -> list[Recorded]:
    kind, _, name = product.hub.partition("/")
    row = _hub_row(product, day)
    card_data = {"license": product.licence, **({"library_name": row["library_name"]} if "library_name" in row else {})}
    info = {
        **row,
        "sha": hashlib.sha256(product.key.encode()).hexdigest()[:40],
        "lastModified": "2026-11-17T20:00:00.000Z",
        "gated": False,
        "disabled": False,
        "cardData": card_data,
        "siblings": [{"rfilename": "README.md"}, {"rfilename": "config.json"}],
    }
    if "parameters" in product.facts:
        count = product.facts["parameters"]
        info["safetensors"] = {"parameters": {"BF16": count}, "total": count}
    front = "---\n" + "".join(f"{key}: {value}\n" for key, value in card_data.items()) + "---\n"
    card = readme(product, front).encode()
    pages = [_json(f"{_HUB}/api/{kind}/{name}", info)]
    path = f"{_HUB_KINDS[kind]}{name}"
    kept = f"/api/resolve-cache/{kind}/{name}/{info['sha']}/README.md?" + urlencode(
        {f"/{path}/resolve/main/README.md": "", "etag": f'"{info["sha"]}"'}
    )
    return [
        *pages,
        answer(f"{_HUB}/{path}/raw/main/README.md", card, "text/plain; charset=utf-8"),
        redirect(f"{_HUB}/{path}/resolve/main/README.md", kept, 307),
        answer(f"{_HUB}{kept}", card, "text/plain; charset=utf-8"),
    ]


def _paper(product: Product, row: dict[str, Any]) -> dict[str, Any]:
    at = f"{moment(row, product):%Y-%m-%dT%H:%M:%S.000Z}"
    paper = {
        "id": product.paper,
        "title": product.name,
        "summary": product.description,
        "publishedAt": at,
        "upvotes": product.facts["upvotes"],
        "authors": [
            {"_id": f"{number:024x}", "name": name, "hidden": False} for number, name in enumerate(product.makers)
        ],
    }
    return {"paper": paper, "title": product.name, "publishedAt": at, "numComments": 2}


# generic feeds ----------------------------------------------------------------------------------------------------


def _feeds(day: int) -> list[Recorded]:
    items = "".join(
        f"<item><title>{escape(product.name)}: {escape(product.tagline)}</title><link>{product.announced}</link>"
        f'<guid isPermaLink="false">tinytools-{product.key}</guid><pubDate>{format_datetime(moment(row, product))}</pubDate>'
        f"{''.join(f'<category>{escape(tag)}</category>' for tag in row.get('tags', ()))}"
        f"<description>{escape(product.description)}</description></item>\n"
        for product, row in launched("tiny_tools", day)
    )
    rss = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Tiny Tools</title>'
        "<link>https://tinytools.example/</link><description>One small tool a day</description>\n"
        f"{items}</channel></rss>\n"
    )
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Toolshed",
        "home_page_url": "https://toolshed.example/",
        "items": [
            {
                "id": f"https://toolshed.example/{product.key}",
                "url": f"https://toolshed.example/{product.key}",
                "external_url": product.announced,
                "title": f"{product.name} – {product.tagline}",
                "date_published": row["at"],
                "tags": row.get("tags", []),
                "content_html": f"<p>{escape(product.description)}</p>",
            }
            for product, row in launched("toolshed", day)
        ],
    }
    return [
        answer(FEEDS["tiny_tools"], rss.encode(), "application/rss+xml; charset=utf-8"),
        answer(
            FEEDS["toolshed"], json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json; charset=utf-8"
        ),
    ]


def _json(url: str, body: Any) -> Recorded:
    return answer(url, json.dumps(body, ensure_ascii=False).encode(), _JSON)


def _tagged(home: str, who: str) -> str:
    return f"{home}?{urlencode({'ref': who}, quote_via=quote)}"


def _pacific(at: datetime) -> str:
    """Product Hunt's time: eight hours behind UTC in winter."""
    return f"{at - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}-08:00"


def _number(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
