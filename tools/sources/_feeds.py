"""RSS, Atom and JSON feeds, entry by entry, each entry with the text it stood in.

No feed takes longer than its length warrants. feedparser's time grows with the square of an element's attributes, an
entry's categories and depth, the prefixes, an author's length and what its sanitizer is given (6.0.14, measured
2026-11: 32,000 categories take 16 s, 40 kB of author 6 s, 80,000 escaped comments 117 s). So a feed is cut into its
entries first, an entry such as no feed has is left out, and markup is read by us alone.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tools.errors import SourceChanged
from tools.models import Launch
from tools.sources._rows import (
    absolute_address,
    depth_of,
    iso_time,
    json_rows,
    keep_valid,
    line,
    plain_text,
    shown,
    word,
    words,
)

MOST_ENTRIES = 2_000  # of one feed, from its top: the newest. Real ones hold 10 to 100
_MOST_CATEGORIES = 300  # of one entry
_MOST_ATTRIBUTES = 60  # of one element
_MOST_ELEMENTS, _MOST_DEPTH, _MOST_PERSONS = 5_000, 300, 100  # of one entry; markup in CDATA is text
_MOST_PREFIXES = 100  # of one feed
_TITLE_CHARS = 80  # of an entry without a title: its first words
_PERSON_CHARS = 1_000  # of an author with all that stands in it
_XML_HEAD = re.compile(r"^<\?xml[^>]*\?>")
# What an entry begins or ends with, and what hides such a thing: a comment, a CDATA section.
_MARK = re.compile(r"<(?:(?P<end>/)?(?P<entry>entry|item)(?=[\s/>])[^<>]*>|(?P<hidden>!--|!\[CDATA\[))", re.IGNORECASE)
_HIDDEN_TO = {"!--": "-->", "![cdata[": "]]>"}
_TAG = re.compile(r"<[^<>]*>")
_CATEGORY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:category|subject|keywords)\b", re.IGNORECASE)
_PREFIX = re.compile(r"\bxmlns:([\w.-]{1,200})")
_PERSON = re.compile(
    r"<((?:[\w.-]{1,40}:)?(?:author|creator|contributor|publisher|managingeditor|webmaster))\b", re.IGNORECASE
)
_MAIL = re.compile(r"\S+@\S+")
# Ids that programs write where they have none.
_NO_IDS = frozenset(
    {"", "-", "#", "?", "0", "/", "n/a", "na", "none", "null", "nil", "nan", "undefined", "false", "true"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, whatever its format. Texts are plain, `html` is the longest markup it carries."""

    id: str  # never hangs on the feed's own address
    title: str
    link: str
    html: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    raw: str = ""  # the entry as it stands in the feed; empty when it cannot be told apart
    page: str = ""  # the entry's own page where `link` leads elsewhere: its comments, a JSON feed's `url`


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its entries in order, how many more were there but invalid, when it was made, the site it is of, its title,
    and how many entries stand below the MOST_ENTRIES that are read."""

    entries: tuple[Entry, ...]
    invalid: int
    updated: datetime | None
    home: str = ""
    title: str = ""
    left_out: int = 0


def read_feed(source: str, text: str, url: str) -> Feed:
    """An RSS, Atom or JSON feed. An entry is valid when it says anything: a title, else words, or an address.

    An entry's id is its own where it is one of its own: no "N/A", none that stands in the feed twice. Else it is the
    link, where no other entry has it, and at last made of link, title and date.
    Errors: SourceChanged when it is no feed, or over half of the entries are invalid. A feed without entries is quiet.
    """
    feed = _json_feed(source, text, url) if text.lstrip()[:1] == "{" else _xml_feed(source, text, url)
    keep_valid(source, len(feed.entries) + feed.invalid, len(feed.entries))
    return feed


def read_launches(source: str, feed: Feed, launch: Callable[[Entry], Launch | None]) -> list[Launch]:
    """What the entries of a feed announce, in its order; launch: of one entry, None where it announces nothing.

    Errors: SourceChanged when that is so of over half of them.
    """
    read = [found for entry in feed.entries if (found := launch(entry)) is not None]
    keep_valid(source, len(feed.entries), len(read))
    return read


def entries_beyond(text: str) -> int:
    """How many entries of a feed's text stand below the MOST_ENTRIES that are read."""
    json_feed = text.lstrip()[:1] == "{"
    return max(0, (len(json_rows("feed", text, "items")) if json_feed else sum(1 for _ in _spans(text))) - MOST_ENTRIES)


def _xml_feed(source: str, text: str, url: str) -> Feed:
    import feedparser

    text = _XML_HEAD.sub("", text.lstrip("\ufeff \t\r\n"), count=1)  # it is text by now: no other charset
    sound, odd = _bounded(source, text)
    # From bytes, never from a string: feedparser takes a string for an address or a file name first. No
    # content-location: it would make ids of the feed's own address.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        body = io.BytesIO(sound.text.encode("utf-8", "replace"))
        parsed = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, OverflowError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # It promises to survive any feed, and does not: an entity beyond Unicode overflows (6.0.14), and so on.
        raise SourceChanged(source, f"its feed cannot be read: {error}") from error
    if not parsed.get("version"):
        raise SourceChanged(source, f"expected an RSS, Atom or JSON feed, got {shown(text)}")
    found = parsed.entries[:MOST_ENTRIES]
    raws = sound.entries if len(sound.entries) == len(found) else [""] * len(found)
    read = [(_xml_entry(entry, raw, url), str(entry.get("link") or "")) for entry, raw in zip(found, raws, strict=True)]
    entries, invalid = _identified(read)
    about = parsed.get("feed", {})
    home = absolute_address(about.get("link"), url) or ""
    title = " ".join(plain_text(str(about.get("title") or "")).split())
    return Feed(entries, invalid + odd, _date_of(about, "updated", "published"), home, title, sound.left_out)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A feed's text, each of its entries as it stands in it, none where they cannot be told apart, and how many more
    there are."""

    text: str
    entries: list[str]
    left_out: int


def _bounded(source: str, text: str) -> tuple[_Pieces, int]:
    """The feed without what no feed has, and how many entries were left out. Errors: SourceChanged."""
    spans = list(_spans(text))
    if len(set(_PREFIX.findall(text))) > _MOST_PREFIXES:
        raise SourceChanged(source, f"its feed declares more than {_MOST_PREFIXES} prefixes; no feed does")
    around = (text[: spans[0][0]], text[spans[-1][1] :]) if spans else (text, "")
    if any(map(_is_odd, around)):
        raise SourceChanged(source, "its feed has elements of a size that no feed has")
    entries = [text[start:end] for start, end in spans[:MOST_ENTRIES]]
    kept = [entry for entry in entries if not _is_odd(entry)]
    if len(kept) == len(spans):
        return _Pieces(text, kept, 0), 0
    left_out = len(spans) - len(entries)
    return _Pieces("\n".join((around[0], *map(_closed, kept), around[1])), kept, left_out), len(entries) - len(kept)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each entry begins and ends. One that was never closed ends where the next one begins."""
    begun, at = -1, 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        if mark["hidden"]:
            end = text.find(_HIDDEN_TO[mark["hidden"].lower()], at)
            at = end if end >= 0 else len(text)
        elif mark["end"]:
            if begun >= 0:
                yield begun, at
            begun = -1
        elif not mark[0].endswith("/>"):
            if begun >= 0:
                yield begun, mark.start()
            begun = mark.start()
    if begun >= 0:
        yield begun, len(text)


def _is_odd(piece: str) -> bool:
    """Whether a piece of a feed holds more of something than any feed does, so that reading it would not end soon."""
    bare = _without_cdata(piece)
    tags = _TAG.findall(bare)
    return (
        bare.count("<") > _MOST_ELEMENTS
        or len(_CATEGORY.findall(bare)) > _MOST_CATEGORIES
        or any(tag.count("=") > _MOST_ATTRIBUTES for tag in tags)
        or depth_of(tags) > _MOST_DEPTH
        or _has_odd_person(piece)
    )


def _without_cdata(piece: str) -> str:
    first, *rest = piece.split("<![CDATA[")
    return first + "".join(part.partition("]]>")[2] for part in rest)


def _has_odd_person(piece: str) -> bool:
    found = list(_PERSON.finditer(piece))
    if len(found) > _MOST_PERSONS:
        return True
    ends = (piece.find(f"</{person[1]}", person.end()) for person in found)
    return any(
        (len(piece) if end < 0 else end) - person.end() > _PERSON_CHARS for person, end in zip(found, ends, strict=True)
    )


def _closed(entry: str) -> str:
    name = entry[1:5].lower()
    name = "item" if name == "item" else "entry"
    return entry if entry.rstrip().lower().endswith((f"</{name}>", f"</{name} >")) else f"{entry}</{name}>"


def _xml_entry(entry: Any, raw: str, url: str) -> Entry:
    contents = [str(part.get("value") or "") for part in entry.get("content", [])]
    summary = str(entry.get("summary") or "")
    stated = str(entry.get("link") or "")
    title = " ".join(plain_text(str(entry.get("title") or "")).split())
    html = max([summary, *contents], key=len)
    return Entry(
        id=str(entry.get("id") or stated).strip(),
        title=title or _first_words(plain_text(html)) or stated,
        link=absolute_address(stated, url) or "",
        html=html,
        summary=plain_text(summary),
        authors=_authors(entry),
        tags=tuple(str(tag.get("term")) for tag in entry.get("tags", []) if tag.get("term")),
        published=_date_of(entry, "published", "updated"),
        raw=raw,
        page=absolute_address(entry.get("comments"), url) or "",
    )


def _first_words(text: str) -> str:
    """The beginning of a text on one line, cut at a word."""
    line = " ".join(text[: 4 * _TITLE_CHARS].split())
    return line if len(line) <= _TITLE_CHARS else line[: _TITLE_CHARS + 1].rpartition(" ")[0] or line[:_TITLE_CHARS]


def _identified(read: list[tuple[Entry, str]]) -> tuple[tuple[Entry, ...], int]:
    """The entries that say anything, each with an id of its own, and how many said nothing.

    read: each entry with its link as the feed spells it, which is relative in the same feed at every address.
    """
    valid = [(entry, link) for entry, link in read if entry.title]
    ids = Counter(entry.id for entry, _ in valid)
    links = Counter(link for _, link in valid)
    named = tuple(replace(entry, id=_id_of(entry, link, ids, links)) for entry, link in valid)
    return named, len(read) - len(valid)


def _id_of(entry: Entry, link: str, ids: Counter[str], links: Counter[str]) -> str:
    stated = entry.id.lower() not in _NO_IDS
    if stated and ids[entry.id] == 1:
        return entry.id
    if not stated and link and links[link] == 1:
        return link
    made = "\n".join((link, entry.title, entry.published.isoformat() if entry.published else ""))
    return hashlib.sha256(made.encode("utf-8", "replace")).hexdigest()[:32]


def _authors(entry: Any) -> tuple[str, ...]:
    """Names only: an e-mail address is nobody's business here."""
    several = entry.get("authors") or []
    # feedparser cuts a mail address within a newer top-level domain in two; the author as written is whole.
    return _names([entry.get("author")] if len(several) == 1 else [author.get("name") for author in several])


def _names(authors: list[Any]) -> tuple[str, ...]:
    cleaned = (_MAIL.sub("", str(author or "")[:_PERSON_CHARS]).strip(" ()<>") for author in authors)
    return tuple(name for name in cleaned if name)


def _json_feed(source: str, text: str, url: str) -> Feed:
    rows = json_rows(source, text, "items")
    about = json.loads(text)
    if "jsonfeed.org" not in str(about.get("version", "")):
        raise SourceChanged(source, f"expected a JSON feed with its version, got {shown(text)}")
    read = [(_json_entry(row, raw, url), word(row.get("url"))) for row, raw in rows[:MOST_ENTRIES]]
    entries, invalid = _identified(read)
    home, title = absolute_address(about.get("home_page_url"), url) or "", line(about.get("title"))
    return Feed(entries, invalid, None, home, title, max(0, len(rows) - MOST_ENTRIES))


def _json_entry(row: dict[str, Any], raw: str, url: str) -> Entry:
    own = absolute_address(row.get("url"), url) or ""
    link = absolute_address(row.get("external_url"), url) or own
    authors = row.get("authors") if isinstance(row.get("authors"), list) else [row.get("author")]
    html = word(row.get("content_html")) or word(row.get("content_text")) or word(row.get("summary"))
    return Entry(
        id=_json_id(row.get("id")) or word(row.get("url")) or link,
        title=" ".join(word(row.get("title")).split()) or _first_words(plain_text(html)) or link,
        link=link,
        html=html,
        summary=plain_text(word(row.get("summary"))),
        authors=_names([author.get("name") for author in authors or () if isinstance(author, dict)]),
        tags=words(row.get("tags")),
        published=iso_time(row.get("date_published")),
        raw=raw,
        page=own if own != link else "",
    )


def _json_id(value: object) -> str:
    """An id as text: JSON Feed asks for a text, and many write a number (jsonfeed.org/version/1.1, read 2026)."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.0f}" if abs(value) < 1e15 and value == int(value) else ""
    return word(value)


def _date_of(parsed: Any, *keys: str) -> datetime | None:
    """The first date there is, as feedparser read it: always UTC. An impossible date is no date."""
    # `in` first: feedparser answers a missing `updated` with `published`, and warns.
    stated = [parsed[f"{key}_parsed"] for key in keys if f"{key}_parsed" in parsed]
    try:
        return next((datetime.fromtimestamp(calendar.timegm(time), UTC) for time in stated if time), None)
    except (ValueError, OverflowError):
        return None
