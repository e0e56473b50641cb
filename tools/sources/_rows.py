"""Feeds and API answers, row by row, each row with the text it stood in."""

from __future__ import annotations

import calendar
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from tools.errors import SourceChanged
from tools.identity import identity_of
from tools.models import Kind
from tools.visible import whole_json

Row = tuple[dict[str, Any], str]  # the row as data, and as it stands in the page

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"
_XML_HEAD = re.compile(r"^<\?xml[^>]*\?>")
_XML_ENTRY = re.compile(r"<(entry|item)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_LARGEST = 1e15  # no count and no time is larger; beyond it floats are no whole numbers any more
_MAIL = re.compile(r"\S+@\S+")
# What stands between a name and what it is: a dash, a colon or bar with space, or ", a …".
_SPLIT = re.compile(r"\s+[–—-]\s+|\s*:\s+|,\s+(?=an?\s|the\s)|\s+\|\s+", re.IGNORECASE)
_NAME_WORDS = 6  # of a name at the most; more is a sentence


def json_rows(source: str, text: str, key: str = "") -> list[Row]:
    """The objects of a JSON array with the very text of each: the array is the whole answer, or the value of `key`.

    What is in the array but no object comes as an empty dict, so that it counts as an invalid row.
    Errors: SourceChanged when the answer is no JSON, or has no such array.
    """
    text = whole_json(text)
    try:
        start = _skip(text, 0)
        start = _value_of(text, start, key) if key else start
        if start < 0 or text[start : start + 1] != "[":
            raise SourceChanged(source, f"expected {_array_named(key)}, got {_shown(text)}")
        return [(row if isinstance(row, dict) else {}, raw) for row, raw in _elements(text, start)]
    except (ValueError, RecursionError) as error:
        raise SourceChanged(source, f"expected {_array_named(key)}, got no JSON: {_shown(text)}") from error


def keep_valid(source: str, rows: int, valid: int) -> None:
    """Nothing, when at least half of the rows could be read; no row at all is a quiet answer.

    Errors: SourceChanged when over half of them could not.
    """
    if rows - valid > rows / 2:
        raise SourceChanged(source, f"{rows - valid} of {rows} rows are not in the known shape")


def json_object(text: str) -> dict[str, Any]:
    """The answer as an object; empty when it is none. For paging, where a broken answer only means: no further page."""
    try:
        answer = json.loads(whole_json(text))
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def word(value: object) -> str:
    """A row's value as text, trimmed; empty when it is none."""
    return value.strip() if isinstance(value, str) else ""


def words(value: object) -> tuple[str, ...]:
    """A row's list of texts; what in it is none is left out."""
    return tuple(text for item in value if (text := word(item))) if isinstance(value, list) else ()


def number(value: object) -> float | None:
    """A row's value as a number; None when it is none, or no count or time that can be meant."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        return None
    return float(value)


def time_of(stamp: object) -> datetime | None:
    """A Unix time as a moment."""
    seconds = number(stamp)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso_time(text: object) -> datetime | None:
    """An ISO 8601 text as a moment, UTC where it names no zone."""
    try:
        at = datetime.fromisoformat(str(text))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def absolute_address(value: object, base: str = "") -> str | None:
    """A row's value as an http(s) address, relative ones taken from `base`; None for anything else."""
    text = word(value)
    try:
        parts = urlsplit(urljoin(base, text) if text else "")
        return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def pointers(url: str | None) -> tuple[Kind, str, str]:
    """Kind, repository address and Hub id that an announced address shows by itself; empty where it shows none."""
    parts = urlsplit(absolute_address(url) or "")
    host = (parts.hostname or "").removeprefix("www.")
    path = [piece for piece in parts.path.split("/") if piece]
    if host in ("github.com", "gitlab.com", "codeberg.org") and len(path) >= 2:
        return "repo", f"https://{host}/{path[0]}/{path[1].removesuffix('.git')}", ""
    if host in ("huggingface.co", "hf.co"):
        return _hub_pointer(path)
    return "package" if identity_of(url or "").startswith("package:") else "product", "", ""


def plain_text(html: str) -> str:
    """The words of an HTML fragment: blocks on lines of their own, no scripts, no styles."""
    if "<" not in html and "&" not in html:
        return _tidy(html)
    tree = LexborHTMLParser(f"<body>{html}</body>")
    tree.strip_tags(["script", "style", "template", "noscript"], recursive=True)
    for block in tree.css("p, br, div, li, h1, h2, h3, h4, pre, tr, blockquote"):
        block.insert_before("\n")
    return _tidy(tree.body.text() if tree.body else "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, whatever its format. Texts are plain, `html` is the longest markup it carries."""

    id: str
    title: str
    link: str
    html: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    raw: str = ""  # the entry as it stands in the feed; empty when it cannot be told apart


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its entries in order, how many more were there but invalid, and when it was made."""

    entries: tuple[Entry, ...]
    invalid: int
    updated: datetime | None


def read_feed(source: str, text: str, url: str) -> Feed:
    """An RSS, Atom or JSON feed. An entry is valid with a title, and an address or id of its own.

    Errors: SourceChanged when it is no feed, or over half of the entries are invalid. A feed without entries is quiet.
    """
    feed = _json_feed(source, text, url) if text.lstrip()[:1] == "{" else _xml_feed(source, text, url)
    keep_valid(source, len(feed.entries) + feed.invalid, len(feed.entries))
    return feed


def split_title(title: str) -> tuple[str, str]:
    """Name and tagline of a title like "Tarn – a queue in one file"; no name where the left part is a sentence."""
    left, *rest = _SPLIT.split(title.strip(), maxsplit=1)
    if not rest:
        return (left, "") if len(left.split()) <= 2 else ("", left)
    if not left or len(left.split()) > _NAME_WORDS:
        return "", title.strip()
    return left.strip(), rest[0].strip()


def links_of(html: str, url: str) -> list[tuple[str, str]]:
    """The links of a piece of markup as absolute http(s) address and words, in order."""
    found = LexborHTMLParser(f"<body>{html}</body>").css("a[href]")
    addresses = ((absolute_address(link.attributes.get("href"), url), link.text().strip()) for link in found)
    return [(address, said) for address, said in addresses if address]


def without_tracking(url: str) -> str:
    """The address without utm_* parameters and fragment."""
    parts = urlsplit(url)
    kept = "&".join(piece for piece in parts.query.split("&") if not piece.lower().startswith("utm_"))
    return urlunsplit(parts._replace(query=kept, fragment=""))


def _xml_feed(source: str, text: str, url: str) -> Feed:
    import feedparser

    body = _XML_HEAD.sub("", text.lstrip("\ufeff \t\r\n"), count=1).encode()  # it is text by now: no other charset
    # From bytes, never from a string: feedparser takes a string for an address or a file name first.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except (ValueError, OverflowError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # It promises to survive any feed, and does not: an entity beyond Unicode overflows (6.0.14), and so on.
        raise SourceChanged(source, f"its feed cannot be read: {error}") from error
    if not parsed.get("version"):
        raise SourceChanged(source, f"expected an RSS, Atom or JSON feed, got {_shown(text)}")
    raws = [found[0] for found in _XML_ENTRY.finditer(text)]
    if len(raws) != len(parsed.entries):
        raws = [""] * len(parsed.entries)
    read = [_xml_entry(entry, raw, url) for entry, raw in zip(parsed.entries, raws, strict=True)]
    valid = tuple(entry for entry in read if _is_entry(entry))
    return Feed(valid, len(read) - len(valid), _date_of(parsed.get("feed", {}), "updated", "published"))


def _xml_entry(entry: Any, raw: str, url: str) -> Entry:
    contents = [str(part.get("value") or "") for part in entry.get("content", [])]
    summary = str(entry.get("summary") or "")
    link = absolute_address(entry.get("link"), url) or ""
    return Entry(
        id=str(entry.get("id") or link),
        title=plain_text(str(entry.get("title") or "")).replace("\n", " "),
        link=link,
        html=max([summary, *contents], key=len),
        summary=plain_text(summary),
        authors=_authors(entry),
        tags=tuple(str(tag.get("term")) for tag in entry.get("tags", []) if tag.get("term")),
        published=_date_of(entry, "published", "updated"),
        raw=raw,
    )


def _authors(entry: Any) -> tuple[str, ...]:
    """Names only: an e-mail address is nobody's business here."""
    several = entry.get("authors") or []
    # feedparser cuts a mail address within a newer top-level domain in two; the author as written is whole.
    return _names([entry.get("author")] if len(several) == 1 else [author.get("name") for author in several])


def _names(authors: list[Any]) -> tuple[str, ...]:
    cleaned = (_MAIL.sub("", str(author or "")).strip(" ()<>") for author in authors)
    return tuple(name for name in cleaned if name)


def _json_feed(source: str, text: str, url: str) -> Feed:
    rows = json_rows(source, text, "items")
    if "jsonfeed.org" not in str(json.loads(text).get("version", "")):
        raise SourceChanged(source, f"expected a JSON feed with its version, got {_shown(text)}")
    read = [_json_entry(row, raw, url) for row, raw in rows]
    valid = tuple(entry for entry in read if _is_entry(entry))
    return Feed(valid, len(read) - len(valid), None)


def _json_entry(row: dict[str, Any], raw: str, url: str) -> Entry:
    link = absolute_address(row.get("external_url"), url) or absolute_address(row.get("url"), url) or ""
    authors = row.get("authors") if isinstance(row.get("authors"), list) else [row.get("author")]
    return Entry(
        id=word(row.get("id")) or link,
        title=word(row.get("title")),
        link=link,
        html=word(row.get("content_html")) or word(row.get("content_text")) or word(row.get("summary")),
        summary=plain_text(word(row.get("summary"))),
        authors=_names([author.get("name") for author in authors or () if isinstance(author, dict)]),
        tags=words(row.get("tags")),
        published=iso_time(row.get("date_published")),
        raw=raw,
    )


def _is_entry(entry: Entry) -> bool:
    return bool(entry.title and entry.id)


def _date_of(parsed: Any, *keys: str) -> datetime | None:
    """The first date there is, as feedparser read it: always UTC. An impossible date is no date."""
    # `in` first: feedparser answers a missing `updated` with `published`, and warns.
    stated = [parsed[f"{key}_parsed"] for key in keys if f"{key}_parsed" in parsed]
    try:
        return next((datetime.fromtimestamp(calendar.timegm(time), UTC) for time in stated if time), None)
    except (ValueError, OverflowError):
        return None


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _hub_pointer(path: list[str]) -> tuple[Kind, str, str]:
    kinds: dict[str, Kind] = {"spaces": "space", "datasets": "dataset"}
    if len(path) >= 3 and path[0] in kinds:
        return kinds[path[0]], "", "/".join(path[:3])
    if len(path) == 2 and path[0] not in ("blog", "docs", "papers", "collections", "spaces", "datasets", "models"):
        return "model", "", f"models/{path[0]}/{path[1]}"
    return "product", "", ""


def _value_of(text: str, start: int, key: str) -> int:
    """Where the value of a key of the top-level object begins; -1: the object has no such key, or is none."""
    if text[start : start + 1] != "{":
        return -1
    at = _skip(text, start + 1)
    while text[at : at + 1] == '"':
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # over the colon
        if name == key:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # over the comma or the closing brace
    return -1


def _elements(text: str, start: int) -> Iterator[tuple[Any, str]]:
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield value, text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _array_named(key: str) -> str:
    return f"a JSON object with a list {key!r}" if key else "a JSON list"


def _shown(text: str) -> str:
    """The first words of what came, short enough for a log line."""
    start = " ".join(text[:200].split())[:80]
    return repr(start) if start else "an empty answer"
