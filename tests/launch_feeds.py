"""Launch places that are lists and feeds: Product Hunt, BetaList through FeedBurner, dev.to, Lobsters, a newsletter, a blog, a JSON Feed. Pure."""

from __future__ import annotations

import html
import re
import zlib
from datetime import timedelta, timezone
from email.utils import format_datetime
from typing import Any

from launch_cast import Launch, Product
from launch_place import (
    Answer,
    Asked,
    Place,
    address,
    article,
    html_page,
    json_page,
    missing,
    post,
    xml_page,
)


def product_hunt(place: Place, asked: Asked) -> Answer:
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


def feedburner(place: Place, asked: Asked) -> Answer:
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


def betalist(place: Place, asked: Asked) -> Answer:
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


def dev_to(place: Place, asked: Asked) -> Answer:
    """Articles by the API of Forem, version 1 (developers.forem.com): a tag's list without texts, one article with it, comments."""
    rows = [(f"I built {p.name}: {p.tagline}", f"maker{p.seed % 99}/i-built-{p.key}-{p.seed % 997:x}", article(p, launch), launch.hours) for p, launch in place.launches("dev_to")]  # fmt: skip
    rows += [(row.title, f"writer/{row.id}", row.text, row.hours) for row in place.noise("dev_to")]
    if asked.bare == "/api/articles":
        size, page = (int(asked.query.get(name, [least])[0]) for name, least in (("per_page", "30"), ("page", "1")))
        if asked.query.get("tag") != ["showdev"]:
            return json_page([])
        days = float(asked.query.get("top", ["36500"])[0])
        listed = [row for row in rows if row[3] <= 24 * days]
        return json_page([_forem_article(place, *row) for row in listed][(page - 1) * size : page * size])
    if asked.bare == "/api/comments":
        return json_page([])
    for title, path, text, hours in rows:
        if asked.bare == f"/api/articles/{_number(path)}":
            return json_page(_forem_article(place, title, path, text, hours, whole=True))
        if asked.bare == f"/{path}":
            return post(title, text, "DEV Community")
    return missing()


def _forem_article(
    place: Place, title: str, path: str, text: str, hours: float, *, whole: bool = False
) -> dict[str, Any]:
    """An article as lists have it; whole, with its text, and with tags and tag list the other way round."""
    at, username = place.when(hours).strftime("%Y-%m-%dT%H:%M:%SZ"), path.partition("/")[0]
    tags = ["showdev", "devtools"]
    texts = {"body_html": text, "body_markdown": re.sub("<[^>]+>", "", text)} if whole else {}
    return {
        "type_of": "article",
        "id": _number(path),
        "title": title,
        "description": re.sub("<[^>]+>", "", text)[:100] + "...",
        "readable_publish_date": f"{place.when(hours):%b %d}",
        "slug": path.partition("/")[2],
        "path": f"/{path}",
        "url": f"https://dev.to/{path}",
        "comments_count": 0,
        "public_reactions_count": 3,
        "collection_id": None,
        "published_timestamp": at,
        "language": "en",
        "positive_reactions_count": 3,
        "cover_image": None,
        "social_image": f"https://dev.to/social_previews/article/{_number(path)}.png",
        "canonical_url": f"https://dev.to/{path}",
        "created_at": at,
        "edited_at": None,
        "crossposted_at": None,
        "published_at": at,
        "last_comment_at": at,
        "reading_time_minutes": 2,
        "tag_list": ", ".join(tags) if whole else tags,
        "tags": tags if whole else ", ".join(tags),
        **texts,
        "user": {
            "name": username.title(),
            "username": username,
            "twitter_username": None,
            "github_username": None,
            "website_url": None,
        },
    }


def _number(path: str) -> int:
    return 2_000_000 + zlib.crc32(path.encode()) % 900_000


def lobsters(place: Place, asked: Asked) -> Answer:
    """Lists of stories as JSON, 25 a page, and a story with its comments; the rows as the site's Story#as_json makes them."""
    rows = [
        (p.name + " – " + p.tagline, address(p, launch), launch.id, launch.hours, "show")
        for p, launch in place.launches("lobsters")
    ]
    rows += [(row.title, row.url, row.id, row.hours, "programming") for row in place.noise("lobsters")]
    rows.sort(key=lambda row: row[3])
    stories = [_story(place, *row) for row in rows]
    found = re.fullmatch(r"/(t/show|newest)(?:/page/(\d+))?\.json", asked.bare)
    if found:
        listed = [story for story in stories if found[1] == "newest" or "show" in story["tags"]]
        first = 25 * (int(found[2] or 1) - 1)
        return json_page(listed[first : first + 25])
    for story in stories:
        if asked.bare == f"/s/{story['short_id']}.json":
            return json_page({**story, "comments": []})
    return missing()


def _story(place: Place, title: str, url: str, key: str, hours: float, tag: str) -> dict[str, Any]:
    return {
        "short_id": key,
        "created_at": place.when(hours).astimezone(timezone(-timedelta(hours=6))).isoformat(timespec="milliseconds"),
        "title": title,
        "url": url,
        "score": 7,
        "flags": 0,
        "comment_count": 0,
        "description": "",
        "description_plain": "",
        "submitter_user": "someone",
        "user_is_author": True,
        "tags": [tag],
        "short_id_url": f"https://lobste.rs/s/{key}",
        "comments_url": f"https://lobste.rs/s/{key}/x",
    }


def newsletter(place: Place, asked: Asked) -> Answer:
    """One issue a day, several tools an issue, a sponsor among them."""
    issues = []
    for day in range(1, place.day + 1):
        tools = [(p, launch) for p, launch in place.launches("weeklybench") if launch.day == day]
        if tools:
            issues.append((day, _issue(tools), min(launch.hours for _, launch in tools)))
    for day, text, _ in issues:
        if asked.bare == f"/p/bench-{day}":
            return post(f"Bench #{240 + day}: tools worth a look", text, "Weekly Bench")
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


def shiplog(place: Place, asked: Asked) -> Answer:
    """A blog whose feed has no guid, a guid that repeats, and entries without a title."""
    rows = [(("" if p.seed % 2 else f"{p.name} is out"), f"/{p.key}-is-out", article(p, launch), launch.hours) for p, launch in place.launches("shiplog")]  # fmt: skip
    rows += [(row.title, f"/{row.id}", row.text, row.hours) for row in place.noise("shiplog")]
    for title, path, text, _ in rows:
        if asked.bare == path:
            return post(title or "Note", text, "Shiplog")
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


def toolbelt(place: Place, asked: Asked) -> Answer:
    """A JSON Feed with numeric ids; each item links its product by external_url."""
    rows = place.launches("toolbelt")
    for product, launch in rows:
        if asked.bare == f"/t/{product.key}":
            return post(product.name, article(product, launch), "Toolbelt")
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


def essays(place: Place, asked: Asked) -> Answer:
    return post("An essay", "<p>Long thoughts about software, with nothing to install.</p>" * 5, "Field Notes")


def sponsor(place: Place, asked: Asked) -> Answer:
    return html_page(
        "<html><head><title>Northgate – Observability that pays for itself</title></head><body><h1>Northgate</h1><p>Observability.</p></body></html>"
    )
