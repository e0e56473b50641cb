"""What the registries, communities and lists answer on a day, in the formats of the real ones: products of the cast once
more, with what is no tool or not new among them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from jobs.demo.cast import DAYS, Product, cast
from jobs.demo.sites import answer, html
from tools.settings import Settings
from tools.sources import dev_to, lobsters, mcp_registry, open_vsx
from tools.web.recording import Recorded

SPANS = (1, 2, 3, 7, 14, 30)  # days, as of the other sources
# What the demo sets for the sources that want an address first. Nobody owns these hosts.
ADDRESSES = {
    "new_packages_url": "https://index.example/rss/packages.xml",
    "npm_changes_url": "https://replicate.example/registry",
    "npm_url": "https://registry.example",
    "npm_changes_words": "forms",
    "awesome_lists": "https://lists.example/awesome-pipelines.md",
    "release_repos": "larkspur-sql/larkspur",
}
_JSON = "application/json; charset=utf-8"
_ALLOWED = b"User-agent: *\nAllow: /\n"


def places(day: int) -> list[Recorded]:
    """Every answer of these places on that day."""
    settings, by_key = Settings(ADDRESSES), {product.key: product for product in cast(day)}
    return [
        *_lobsters(settings, day, by_key),
        *_dev_to(settings, day, by_key),
        *_mcp_registry(settings, day, by_key),
        *_open_vsx(settings, day, by_key),
        *_homebrew(settings, day, by_key),
        *_hf_blog(settings, day, by_key),
        *_new_packages(settings, day),
        *_npm(settings, day, by_key),
        _awesome_list(settings, day, by_key),
    ]


# Lobsters ---------------------------------------------------------------------------------------------------------


def _lobsters(settings: Settings, day: int, by_key: dict[str, Product]) -> list[Recorded]:
    base = settings.lobsters_url
    mossgrep, kitewire, larkspur = by_key["mossgrep"], by_key["kitewire"], by_key["larkspur"]
    text = f"<p>It keeps secrets out of chats: <a href='{by_key['keelson'].home}' rel='ugc'>{by_key['keelson'].home}</a></p>"
    told = [  # id, title, address, tags, when, points, by the author, text, from which day on
        ("k33l1n", "Keelson: secrets for teams", "", ["security", "show"], "2026-11-19T05:20", (1, 9), True, text, 2),
        ("k1t3w1", "Kitewire: webhooks that arrive in order", kitewire.announced, ["show", "web"], "2026-11-18T05:05", (14, 31), True, "", 1),
        ("l4rk03", "Larkspur 0.3.0", f"{larkspur.announced}/releases/tag/0.3.0", ["databases", "release"], "2026-11-17T18:30", (8, 12), False, "", 1),
        ("4skw4t", "What do you use for secrets in small teams?", "", ["ask", "security"], "2026-11-17T16:12", (22, 25), True, "<p>We use a file in a chat.</p>", 1),
        ("m0ssgr", "mossgrep", mossgrep.announced, ["rust", "show"], "2026-11-17T15:41", (30, 44), True, "", 1),
        ("t3xt01", "Queues explained with trains", "https://essays.example/queues", ["distributed"], "2026-11-17T12:30", (41, 52), False, "", 1),
        ("0ld001", "Twenty years of a ray tracer", "https://essays.example/rays", ["graphics", "show"], "2026-10-02T09:00", (60, 60), True, "", 1),
    ]  # fmt: skip
    stories: list[dict[str, Any]] = [
        {
            "short_id": key,
            "created_at": f"{at}:00.000-06:00",
            "title": title,
            "url": url,
            "score": points[day - 1],
            "flags": 0,
            "comment_count": points[day - 1] // 3,
            "description": words,
            "description_plain": "",
            "submitter_user": f"{key[:2]}_maker",
            "user_is_author": by_author,
            "tags": tags,
            "short_id_url": f"{base}/s/{key}",
            "comments_url": f"{base}/s/{key}/{quote(title.lower().replace(' ', '_'))}",
        }
        for key, title, url, tags, at, points, by_author, words, since in told
        if since <= day
    ]
    said = {  # by story: who, how deep, what
        "k1t3w1": [
            ("ev4", 0, "<p>Replaced our tunnel with it. The deliveries of a whole night came in order in the morning.</p>"),
            ("k1_maker", 1, "<p>Good to hear. A replay keeps the order too.</p>"),
            ("nbs", 0, "<p>Twice the listener hung after I closed the lid, and I had to start it again.</p>"),
        ],
        "m0ssgr": [
            ("tarn_e", 0, "<p>One pattern found every call of ours that ignores its error, 41 of them, in a second.</p>"),
            ("q", 0, "<p>A pattern with a comment inside never matches in Python. It took me an hour to see why.</p>"),
        ],
    }  # fmt: skip
    shown, newest = lobsters.requests(settings, DAYS[day], DAYS[day])
    robots = b"User-agent: *\nCrawl-delay: 1\nDisallow: /search\nDisallow: /page/\n"
    pages = [
        answer(f"{base}/robots.txt", robots, "text/plain"),
        _json(shown, [row for row in stories if "show" in row["tags"]]),
        _json(newest, stories),
    ]
    for row in stories:
        rows = [_lobsters_comment(row, *one) for one in said.get(row["short_id"], ())]
        pages.append(_json(lobsters.discussion(settings, row["short_id"]), {**row, "comments": rows}))
    return pages + [_json(f"{base}/{name}/page/2.json", []) for name in ("t/show", "newest")]


def _lobsters_comment(story: dict[str, Any], user: str, depth: int, text: str) -> dict[str, Any]:
    return {
        "short_id": f"c{user}",
        "created_at": story["created_at"],
        "is_deleted": False,
        "is_moderated": False,
        "score": 2,
        "flags": 0,
        "parent_comment": None,
        "comment": text,
        "comment_plain": "",
        "depth": depth,
        "commenting_user": user,
    }


# DEV --------------------------------------------------------------------------------------------------------------


def _dev_to(settings: Settings, day: int, by_key: dict[str, Product]) -> list[Recorded]:
    rookery, candlewick, tallyroom = by_key["rookery"], by_key["candlewick"], by_key["tallyroom"]
    told = [  # number, title, text, tags, when, reactions, from which day on
        (3100401, f"I built {candlewick.name} &amp; it pays for its hosting", f"<p>Try it: <a href=\"{candlewick.home}\">{candlewick.name}</a>.</p>", ["showdev", "sideprojects"], "2026-11-17T13:05:00Z", (12, 19), 1),
        (3100402, f"Introducing {rookery.name}: {rookery.tagline}", f"<p>{escape(rookery.description)}</p><p>Here: <a href=\"{rookery.home}\">{rookery.home}</a></p>", ["showdev", "webdev", "news"], "2026-11-18T05:45:00Z", (31, 48), 1),
        (3100403, "What a year without meetings taught me", "<p>Less than I had hoped, <a href=\"https://essays.example/quiet\">as others found</a>.</p>", ["showdev", "career"], "2026-11-17T20:00:00Z", (77, 90), 1),
        (3100404, f"Show DEV: {tallyroom.name}", f"<p><a href=\"{tallyroom.home}\">{tallyroom.name}</a> counts what you sell.</p>", ["showdev"], "2026-11-19T07:10:00Z", (0, 4), 2),
    ]  # fmt: skip
    said = {  # by article: the comments below it, one without a user was deleted
        3100402: [
            (
                "Noor Made-Up",
                "<p>Swapping shifts in the chat is what we were missing. Setting up took ten minutes.</p>",
            ),
            ("", "<p>[deleted]</p>"),
        ],
    }
    base, pages, rows = settings.dev_to_url, [], []
    for number, title, text, tags, at, points, since in told:
        if since > day:
            continue
        row: dict[str, Any] = {
            "type_of": "article",
            "id": number,
            "title": title,
            "description": title[:60],
            "url": f"{base}/made_up/{number}",
            "comments_count": points[day - 1] // 4,
            "public_reactions_count": points[day - 1],
            "published_timestamp": at,
            "published_at": at,
            "reading_time_minutes": 2,
            "tag_list": tags,
            "tags": ", ".join(tags),
            "user": {"name": "tally_h" if since == 2 else "Ada Made-Up", "username": "made_up"},
        }
        rows.append(row)
        whole = {**row, "tag_list": ", ".join(tags), "tags": tags, "body_html": text, "body_markdown": ""}
        pages.append(_json(dev_to.entry_request(settings, str(number)), whole))
        pages.append(
            _json(dev_to.discussion(settings, str(number)), [_dev_to_comment(one) for one in said.get(number, ())])
        )
    for span in SPANS:
        since_at = DAYS[day] - timedelta(days=span)
        found = [row for row in rows if datetime.fromisoformat(row["published_timestamp"]) >= since_at]
        pages += [_json(url, found) for url in dev_to.requests(settings, since_at, DAYS[day])]
    return pages


def _dev_to_comment(said: tuple[str, str]) -> dict[str, Any]:
    user = {"name": said[0], "username": said[0].lower().replace(" ", "_")} if said[0] else {}
    at = "2026-11-18T05:55:00Z"
    return {"type_of": "comment", "id_code": "1", "created_at": at, "body_html": said[1], "user": user, "children": []}


# MCP Registry -----------------------------------------------------------------------------------------------------


def _mcp_registry(settings: Settings, day: int, by_key: dict[str, Product]) -> list[Recorded]:
    sextant, cordage, parcelbox = by_key["sextant"], by_key["cordage"], by_key["parcelbox"]
    told = [  # name, product, website, repository, published, updated, status, from which day on
        ("example.sextant-geo/places", sextant, sextant.home, "", "2026-11-17T17:00:00Z", "2026-11-17T17:00:00Z", "active", 1),
        ("io.github.cordage-sh/cordage", cordage, "", f"https://github.com/{cordage.repo}", "2026-11-18T09:30:00Z", "2026-11-18T09:30:00Z", "active", 1),
        ("io.github.lost/left-behind", None, "", "https://github.com/lost/left-behind", "2026-11-17T22:00:00Z", "2026-11-18T01:00:00Z", "deleted", 1),
        ("io.github.lost/older-name", None, "", "https://github.com/lost/older-name", "2026-11-17T22:30:00Z", "2026-11-18T01:10:00Z", "deprecated", 1),
        ("io.github.parcelbox/parcel", parcelbox, parcelbox.home, f"https://github.com/{parcelbox.repo}", "2026-11-19T06:00:00Z", "2026-11-19T06:00:00Z", "active", 2),
    ]  # fmt: skip
    rows = [
        {
            "server": {
                "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
                "name": name,
                "description": product.tagline if product else "No longer kept",
                "version": "1.0.0",
                **({"title": product.name} if product else {}),
                **({"websiteUrl": website} if website else {}),
                **({"repository": {"url": repo, "source": "github"}} if repo else {}),
                "packages": [{"registryType": "npm", "identifier": name, "transport": {"type": "stdio"}}],
            },
            "_meta": {
                "io.modelcontextprotocol.registry/official": {
                    "status": status,
                    "publishedAt": published,
                    "updatedAt": updated,
                    "isLatest": True,
                }
            },
        }
        for name, product, website, repo, published, updated, status, since in told
        if since <= day
    ]
    pages = []
    for span in SPANS:  # two pages: the first names the second by its cursor
        [url] = mcp_registry.requests(settings, DAYS[day] - timedelta(days=span), DAYS[day])
        for found, cursor in ((rows[:2], "example.next:1"), (rows[2:], "")):
            body = {"servers": found, "metadata": {"count": len(found), **({"nextCursor": cursor} if cursor else {})}}
            pages.append(_json(url, body))
            url = mcp_registry.next_request(json.dumps(body), url) or ""
    return pages


# Open VSX and Homebrew --------------------------------------------------------------------------------------------


def _open_vsx(settings: Settings, day: int, by_key: dict[str, Product]) -> list[Recorded]:
    stampede, umbra = by_key["stampede"], by_key["umbra-css"]
    told = [  # namespace, name, product, homepage, versions, when, from which day on
        ("umbra-lint", "umbra-css", umbra, "", ["0.1.0"], "2026-11-19T04:00:00Z", 2),
        ("stampede-load", "stampede", stampede, stampede.home, ["1.0.0"], "2026-11-18T03:00:00Z", 1),
        ("old-hands", "colours", None, "", ["5.2.0", "5.1.0", "5.0.0"], "2026-11-18T02:00:00Z", 1),
        ("old-hands", "icons", None, "", ["2.0.0", "1.0.0"], "2026-10-01T02:00:00Z", 1),
    ]
    base, rows, pages = settings.open_vsx_url, [], []
    for space, name, product, homepage, versions, at, since in told:
        if since > day:
            continue
        about = {
            "namespace": space,
            "name": name,
            "version": versions[0],
            "timestamp": at,
            "downloadCount": 140 * day,
            "displayName": product.name if product else name,
            "description": product.tagline if product else "",
            "deprecated": False,
        }
        address = f"{base}/api/{space}/{name}"
        rows.append({"url": address, "files": {}, **about, "allVersions": [{"version": one} for one in versions]})
        if product and len(versions) == 1:
            repo = f"https://github.com/{product.repo}"
            people = {"loginName": space, "fullName": f"{product.name} team", "provider": "github"}
            whole = {**about, "repository": repo, "publishedBy": people, "license": product.licence or "MIT"}
            whole |= {"categories": ["Testing"], "tags": [], "allVersions": {"latest": address, versions[0]: address}}
            pages.append(_json(address, {**whole, **({"homepage": homepage} if homepage else {})}))
    [url] = open_vsx.requests(settings, DAYS[day], DAYS[day])
    return [_json(url, {"offset": 0, "totalSize": len(rows), "extensions": rows}), *pages]


def _homebrew(settings: Settings, day: int, by_key: dict[str, Product]) -> list[Recorded]:
    mossgrep, marl = by_key["mossgrep"], by_key["marl"]
    there: list[dict[str, Any]] = [
        {"name": f"older-{number}", "desc": "Was there before", "oldnames": []} for number in range(30)
    ]
    casks = [
        {"token": f"older-app-{number}", "name": [f"Older App {number}"], "old_tokens": []} for number in range(30)
    ]
    base, pages = settings.homebrew_url, []
    if day == 2:
        there[0] = {"name": "renamed-tool", "desc": "Was there before", "oldnames": ["older-0"]}
        there += [{"name": "mossgrep", "oldnames": []}, {"name": "older-3@2", "oldnames": []}]
        casks += [{"token": "marl", "old_tokens": []}, {"token": "font-marl", "old_tokens": []}]
        formula: dict[str, Any] = {
            "name": "mossgrep",
            "full_name": "mossgrep",
            "tap": "homebrew/core",
            "desc": mossgrep.tagline,
        }
        formula |= {"license": mossgrep.licence, "homepage": f"https://github.com/{mossgrep.repo}", "oldnames": []}
        formula |= {"deprecated": False, "disabled": False, "analytics": {"install": {"30d": {"mossgrep": 12}}}}
        cask: dict[str, Any] = {
            "token": "marl",
            "name": ["Marl"],
            "desc": marl.tagline,
            "homepage": marl.home,
            "deprecated": False,
        }
        font = {"token": "font-marl", "name": ["Marl Sans"], "homepage": marl.home, "artifacts": [{"font": ["M.ttf"]}]}
        pages = [
            _json(f"{base}/api/formula/mossgrep.json", formula),
            _json(f"{base}/api/cask/marl.json", {**cask, "artifacts": [{"app": ["Marl.app"]}]}),
            _json(f"{base}/api/cask/font-marl.json", font),
        ]
    return [_json(f"{base}/api/formula.json", there), _json(f"{base}/api/cask.json", casks), *pages]


# Hugging Face's blog ----------------------------------------------------------------------------------------------


def _hf_blog(settings: Settings, day: int, by_key: dict[str, Product]) -> list[Recorded]:
    heron = by_key["heron-7b"]
    told = [  # step of its address, title, text, when
        ("heron-7b", "Introducing Heron 7B", f"<p>Today we release <a href=\"{heron.announced}\">heron-7b</a>.</p>", datetime(2026, 11, 17, 14, tzinfo=DAYS[1].tzinfo)),
        ("reading-circle", "What we read this autumn", "<p>Papers on queues, and why.</p>", datetime(2026, 11, 18, 8, tzinfo=DAYS[1].tzinfo)),
        ("older", "An older post", "", datetime(2026, 3, 1, 8, tzinfo=DAYS[1].tzinfo)),
    ]  # fmt: skip
    home = "https://huggingface.co/blog"
    items = "".join(
        f"<item><title>{escape(title)}</title><pubDate>{format_datetime(at, usegmt=True)}</pubDate>"
        f"<link>{home}/{step}</link><guid isPermaLink=\"true\">{home}/{step}</guid></item>"
        for step, title, _, at in told
    )  # fmt: skip
    feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Hugging Face - Blog</title><link>{home}</link>{items}</channel></rss>'
    posts = [
        html(f"{home}/{step}", f"<!doctype html><html><head><title>{title}</title></head><body><header><a href='/models'>Models</a></header><main><h1>{title}</h1>{text}</main></body></html>")
        for step, title, text, _ in told
        if text
    ]  # fmt: skip
    return [answer(settings.hf_blog_url, feed.encode(), "application/rss+xml"), *posts]


# What wants an address first --------------------------------------------------------------------------------------


def _new_packages(settings: Settings, day: int) -> list[Recorded]:
    base = "https://index.example"
    item = (
        f"<item><title>gullwing added to the index</title><link>{base}/project/gullwing/</link>"
        f"<guid>{base}/project/gullwing/</guid><description>Reads tide tables into data frames</description>"
        "<author>someone@gullwing.example</author><pubDate>Wed, 18 Nov 2026 06:40:11 GMT</pubDate></item>"
    )
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Newest packages</title>'
        f"<link>{base}/</link>{item}</channel></rss>"
    )
    page = "<h1>gullwing 0.1.0</h1><p>Reads tide tables into data frames, one call a harbour.</p><pre>pip install gullwing</pre><p>License: MIT</p>"
    return [
        answer(settings.new_packages_url, feed.encode(), "text/xml; charset=UTF-8"),
        answer(f"{base}/robots.txt", _ALLOWED, "text/plain"),
        html(f"{base}/project/gullwing/", f"<!doctype html><html><head><title>gullwing</title></head><body>{page}</body></html>"),
    ]  # fmt: skip


def _npm(settings: Settings, day: int, by_key: dict[str, Product]) -> list[Recorded]:
    state = {"db_name": "registry", "doc_count": 4 * day, "update_seq": 100 + 4 * (day - 1)}
    pages = [_json(f"{settings.npm_changes_url}/", state)]
    if day == 1:
        return pages
    revisions = [("@bramble/forms", "1-a1", False), ("formsy", "7-b2", False), ("left-forms", "1-c3", True), ("tide", "1-d4", False)]  # fmt: skip
    rows = [
        {"seq": 101 + at, "id": name, "changes": [{"rev": revision}], **({"deleted": True} if gone else {})}
        for at, (name, revision, gone) in enumerate(revisions)
    ]
    bramble = by_key["bramble"]
    package = {
        "_id": "@bramble/forms",
        "name": "@bramble/forms",
        "description": bramble.tagline,
        "dist-tags": {"latest": "0.1.0"},
        "versions": {"0.1.0": {"name": "@bramble/forms", "version": "0.1.0"}},
        "time": {"created": "2026-11-19T05:00:00.000Z", "modified": "2026-11-19T05:00:01.000Z"},
        "maintainers": [{"name": "bramble-team", "email": "hello@bramble-forms.example"}],
        "homepage": bramble.home,
        "keywords": ["forms"],
        "license": "MIT",
    }
    return [
        *pages,
        _json(f"{settings.npm_changes_url}/_changes?since=100&limit=10000", {"results": rows, "last_seq": 104}),
        _json(f"{settings.npm_url}/@bramble%2Fforms", package),
    ]


def _awesome_list(settings: Settings, day: int, by_key: dict[str, Product]) -> Recorded:
    lines = ["# Awesome Pipelines", "", "- [Deploying](#deploying)", "", "## Deploying", ""]
    lines += [f"- [{product.name}]({product.home}) - {product.tagline}." for product in [by_key["slipway"]]]
    if day == 2:
        lines += [f"- [{by_key['gantry'].name}]({by_key['gantry'].home}) - {by_key['gantry'].tagline}."]
        lines += ["- [How we deploy](https://essays.example/blog/deploying) - An article."]
    return answer(settings.awesome_lists, "\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8")


def _json(url: str, body: Any) -> Recorded:
    return answer(url, json.dumps(body, ensure_ascii=False).encode(), _JSON)
