"""What products have beyond their landing pages: documentation, changelogs, terms, releases, comments (beyond.toml)."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

from jobs.demo.cast import Product, moment, of_day

_FEED_ENTRIES = 10  # GitHub's feed of releases gives no more


def pages_of(product: Product) -> list[dict[str, Any]]:
    """A product's further pages: its row of beyond.toml, with its whole address as `url`."""
    rows = (row for row in _told().get("page", ()) if row["of"] == product.key)
    return [{"nav": False, "look": "site", **row, "url": urljoin(product.home, row["at"])} for row in rows]


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """The blocks of a page's text as (tag, lines): h2, p, ul, pre."""
    tags = {"## ": "h2", "- ": "ul", "$ ": "pre"}
    last: tuple[str, list[str]] | None = None
    for line in text.strip().splitlines():
        tag = next((tag for mark, tag in tags.items() if line.startswith(mark)), "p")
        words = line.partition(" ")[2] if tag != "p" else line
        if last and last[0] == tag and tag in ("ul", "pre"):
            last[1].append(words)
            continue
        if last:
            yield last
        last = tag, [words]
    if last:
        yield last


def sitemap(product: Product) -> str:
    """The sitemap of a product's host: its home and those further pages that lie there."""
    urls = [product.home, *(row["url"] for row in pages_of(product) if urlsplit(row["url"]).hostname == product.host)]
    rows = "".join(f"<url><loc>{escape(url)}</loc><changefreq>weekly</changefreq></url>" for url in urls)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>\n'
    )


def releases_feed(repo: str, at: str) -> str:
    """The feed of a repository's releases, as GitHub writes it. at: when a repository changed last."""
    told = [line.split(" ", 1) for line in _told()["releases"].get(repo, ())][:_FEED_ENTRIES]
    entries = "".join(_release(repo, date, title) for date, title in told)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-US">\n'
        f"  <id>tag:github.com,2008:https://github.com/{repo}/releases</id>\n"
        f'  <link type="text/html" rel="alternate" href="https://github.com/{repo}/releases"/>\n'
        f'  <link type="application/atom+xml" rel="self" href="https://github.com/{repo}/releases.atom"/>\n'
        f"  <title>Release notes from {repo.partition('/')[2]}</title>\n  <updated>{told[0][0] if told else at}</updated>\n"
        f"{entries}</feed>\n"
    )


def _release(repo: str, date: str, title: str) -> str:
    tag = title.partition(":")[0]
    number = int(hashlib.sha256(repo.encode()).hexdigest()[:8], 16)
    return (
        f"  <entry>\n    <id>tag:github.com,2008:Repository/{number}/{tag}</id>\n    <updated>{date}</updated>\n"
        f'    <link rel="alternate" type="text/html" href="https://github.com/{repo}/releases/tag/{tag}"/>\n'
        f'    <title>{escape(title)}</title>\n    <content type="html">&lt;p&gt;{escape(title)}&lt;/p&gt;</content>\n'
        f"    <author>\n      <name>{repo.partition('/')[0]}</name>\n    </author>\n  </entry>\n"
    )


def thread(product: Product, row: dict[str, Any], title: str, day: int) -> dict[str, Any]:
    """A story with its comments, as Algolia's item endpoint answers it."""
    at, number = moment(row, product), int(row["id"])
    story = _item(number, "story", row["by"], at.isoformat(), int(at.timestamp()), None, number)
    story |= {"title": title, "points": of_day(row["points"], day), "url": product.announced or None, "text": None}
    if row.get("text"):
        story |= {"url": None, "text": "<p>".join(escape(part) for part in product.description.split("\n\n"))}
    above: dict[str, Any] = story
    for place, line in enumerate(_told()["threads"].get(str(row["id"]), ())):
        found = re.fullmatch(r"(\d+) (> )?(\S+) ?(.*)", line)
        assert found, line
        written = at + timedelta(minutes=int(found[1]))
        under = above if found[2] else story
        gone = found[3] == "gone"
        stamp = int(written.timestamp())
        one = _item(
            number + 1_000 + place,
            "comment",
            None if gone else found[3],
            written.isoformat(),
            stamp,
            under["id"],
            number,
        )
        under["children"].append(one | {"text": None if gone else found[4], "points": None, "title": None, "url": None})
        above = above if found[2] else one
    return story


def _item(
    number: int, kind: str, by: str | None, at: str, stamp: int, parent: int | None, story: int
) -> dict[str, Any]:
    return {
        "id": number,
        "created_at": at.replace("+00:00", ".000Z"),
        "created_at_i": stamp,
        "type": kind,
        "author": by,
        "parent_id": parent,
        "story_id": story,
        "options": [],
        "children": [],
    }


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("beyond.toml").read_text(encoding="utf-8"))
