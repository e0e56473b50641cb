"""Hacker News and Algolia's search of it, as documented and seen: at most 1,000 hits, an estimate for a count. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from launch_cast import Product
from launch_place import (
    Answer,
    Asked,
    Place,
    address,
    html_page,
    json_page,
)

ALGOLIA_CAP = 1000  # Algolia serves no hit beyond this, whatever is asked


def algolia(place: Place, asked: Asked) -> Answer:
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
            at, author = int(place.when(hours).timestamp()), f"u{int(id_) % 9973}"
            story = item(int(id_), "story", author, text, at, None, int(id_))
            return json_page(
                story | {"title": title, "url": url, "points": 3, "children": _comments(int(id_), author, at)}
            )
    return json_page({"status": 404, "error": "Not Found"}, 404)


_SAID = (
    "It lost my settings after an update, and there is no way back.",
    "We have used it for a month. Setup took an afternoon, since then nobody had to touch it.",
    "What happens to my data when you shut down?",
    "How is this different from the five others? The page does not say.",
    'Nice work &#x27;@u17&#x27;. <i>Why</i> not SQLite?<p>See <a href="https:&#x2F;&#x2F;sqlite.org" rel="nofollow">https:&#x2F;&#x2F;sqlite.org</a>',
    "Same here, an update took my settings with it.",
    "The free plan is too small to try anything real.",
)


def _comments(story: int, maker: str, at: int) -> list[dict[str, object]]:
    """As many as the list counts at most, some with the maker's reply, each ninth deleted."""
    rows = []
    for number in range(story % 40):
        stamp, gone = at + 60 * (number + 1), number % 9 == 8
        said, by = _SAID[(story + number) % len(_SAID)], f"u{(story + number) % 997}"
        row = item(story + 1 + number, "comment", None if gone else by, None if gone else said, stamp, story, story)
        if number % 4 == 1:
            reply = item(
                story + 500 + number, "comment", maker, "Thanks, noted.", stamp + 30, story + 1 + number, story
            )
            row["children"] = [reply]
        rows.append(row)
    return rows


def item(
    id_: int, kind: str, author: str | None, text: str | None, at: int, parent: int | None, story: int
) -> dict[str, object]:
    """A story or comment as Algolia's items tell it; text is HTML, a comment without author and text is deleted."""
    return {
        "id": id_,
        "created_at": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "created_at_i": at,
        "type": kind,
        "author": author,
        "title": None,
        "url": None,
        "text": text,
        "points": None,
        "parent_id": parent,
        "story_id": story,
        "children": [],
        "options": [],
    }


def hacker_news(place: Place, asked: Asked) -> Answer:
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
