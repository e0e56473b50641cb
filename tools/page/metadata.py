"""The general metadata of any page: title, description, publisher, address, language, author, date."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tools.identity import canonical_url, same_site
from tools.page.markup import Meta, read_jsonld, read_meta, read_microdata, text_of, types_of
from tools.page.visible import View, clean, parse, view_of

_ARTICLES = ("NewsArticle", "BlogPosting", "Article", "TechArticle", "Report", "PressRelease", "Review", "WebPage")
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})")
_WRITTEN = re.compile(
    r"\b(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})\b",
    re.IGNORECASE,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def metadata(html: str, url: str) -> dict[str, Any]:
    """title, description, publisher, url, lang, author, date (ISO 8601); None where the page does not say."""
    tree = parse(html)
    meta = read_meta(tree, url)
    items = read_jsonld(tree) + read_microdata(tree)
    articles = [_resolved(i, items) for i in items if any(t in _ARTICLES for t in types_of(i))]
    canonical = _own_address(tree, meta)
    view = view_of(tree)
    heading = next((clean(line.text) for line in view.lines if line.tag == "h1"), "")
    return {
        "title": meta.first("og:title", "twitter:title")
        or _item(articles, "headline")
        or clean(meta.title)
        or heading
        or None,
        "description": meta.first("og:description", "description", "twitter:description")
        or _item(articles, "description")
        or _opening(view)
        or None,
        "publisher": _publisher(meta, items, articles),
        "url": canonical_url(canonical) if canonical and same_site(canonical, url) else canonical_url(url),
        "lang": meta.lang
        or meta.first("og:locale", "content-language", "inlanguage")
        or _item(articles, "inLanguage")
        or None,
        "author": _author(tree, meta, articles, items),
        "date": _date(tree, view, meta, articles),
    }


def _resolved(article: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """An article with its references ({"@id": "#org"}) replaced by what the page says of them elsewhere."""
    told = {i["@id"]: i for i in items if isinstance(i.get("@id"), str) and len(i) > 2}

    def of(value: Any) -> Any:
        if isinstance(value, list):
            return [of(one) for one in value[:5]]
        return told.get(value.get("@id"), {}) if isinstance(value, dict) and set(value) == {"@id"} else value

    return article | {key: of(article[key]) for key in ("publisher", "author") if key in article}


def _own_address(tree: Any, meta: Meta) -> str:
    """The canonical link; a full og:url before one that a template left half filled ("8003098")."""
    told = meta.first("og:url", "twitter:url")
    node = tree.css_first("link[rel~=canonical][href]")
    given = (node.attributes.get("href") or "").strip() if node is not None else ""
    if told.startswith("http") and given and not given.startswith(("http", "/")):
        return told
    return meta.canonical or told


def _item(items: list[dict[str, Any]], key: str) -> str:
    return next((text for item in items if (text := text_of(item.get(key)))), "")


def _publisher(meta: Meta, items: list[dict[str, Any]], articles: list[dict[str, Any]]) -> str | None:
    named = (
        _item([a for a in articles if "WebPage" not in types_of(a)], "publisher")
        or meta.first("og:site_name")
        or _item(articles, "publisher")
        or meta.first("application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
    )
    if named:
        return named
    sites = [i for i in items if any(t in ("WebSite", "Organization") for t in types_of(i))]
    parts = re.split(r"\s+[|–—·-]\s+|[：｜]", meta.title)
    handle = meta.first("twitter:site").lstrip("@")
    return (
        _item(sites, "name") or (parts[-1] if len(parts) > 1 and len(parts[-1].split()) <= 3 else "") or handle or None
    )


def _opening(view: View) -> str:
    """The first line of prose under the main heading."""
    after = False
    for line in view.lines[:120]:
        after = after or line.tag == "h1"
        if after and line.tag == "p" and len(line.text.split()) >= 6:
            return clean(line.text)
    return ""


def _author(tree: Any, meta: Meta, articles: list[dict[str, Any]], items: list[dict[str, Any]]) -> str | None:
    for value in (
        _item(articles, "author"),
        meta.first("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"),
    ):
        if value and "://" not in value:
            return value
    for selector in (
        "[rel~=author]",
        "[itemprop~=author]",
        "[class~=author]",
        "[class*=author-name]",
        "[class*=byline]",
    ):
        for node in tree.css(selector)[:3]:
            text = re.sub(
                r"^(?:posted |written )?by[:\s]+", "", clean(node.text(separator=" ") or ""), flags=re.IGNORECASE
            )
            if 2 < len(text) <= 60 and len(text.split()) <= 6:
                return text
    # Who made what the page is about; last an account's handle, which may be a house's and is no name.
    return _item(items, "brand") or meta.first("twitter:creator").lstrip("@") or None


def _date(tree: Any, view: View, meta: Meta, articles: list[dict[str, Any]]) -> str | None:
    # A page's date is that of what it says now: its last change where it states one, else when it appeared.
    given = [_item(articles, "dateModified"), _item(articles, "datePublished")]
    given += [
        meta.first(k)
        for k in (
            "article:published_time",
            "og:published_time",
            "datepublished",
            "date",
            "dc.date",
            "dc.date.issued",
            "pubdate",
            "publishdate",
            "sailthru.date",
            "parsely-pub-date",
            "article:published",
        )
    ]
    given += [node.attributes.get("datetime") or "" for node in tree.css("time[datetime]")[:3]]
    for value in given:
        if (match := _DATE.search(value)) and _valid(match[1], match[2], match[3]):
            return value[match.start() :].strip()
        if value and (iso := _from_words(value)):
            return iso
    for line in view.lines[:80]:
        if len(line.text) < 120 and (iso := _from_words(line.text)):
            return iso
    return None


def _from_words(text: str) -> str | None:
    if not (match := _WRITTEN.search(text)):
        return None
    day = match[1] or match[3]
    if not day:
        return None
    month = _MONTHS.index(match[2][:3].lower()) + 1
    return f"{match[4]}-{month:02d}-{int(day):02d}" if _valid(match[4], str(month), day) else None


def _valid(year: str, month: str, day: str) -> bool:
    try:
        datetime(int(year), int(month), int(day))
    except ValueError:
        return False
    return 1990 <= int(year) <= 2100
