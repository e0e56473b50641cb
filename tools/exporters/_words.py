"""Crawled text and addresses as they may stand on a page: nothing invisible, nothing active, nothing endless."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from tools.views.takes import day, parse_moment

# Characters that turn, hide or join text (bidi controls, zero width, tags, soft hyphen, variation selectors),
# control characters other than blank space, and halves of surrogate pairs, which no encoder writes.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
)
_LONGEST = 300  # bytes of an address that is linked
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_RESERVED = re.compile(
    r"(con|prn|aux|nul|index|com\d|lpt\d)(-\d+)?"
)  # names a file system or this site keeps for itself


def visible(text: str) -> str:
    """The text without characters that turn, hide or join others."""
    if text.isascii() and text.isprintable():  # most of them, and much sooner told
        return text
    return _INVISIBLE.sub("", text.replace("\u2028", " ").replace("\u2029", " "))


def shown(value: Any) -> Any:
    """What a template may print: jinja2 passes every printed value through this."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value)


def safe_url(url: str | None) -> str:
    """The address when it is a plain http or https address that a reader may follow; else empty.

    Addresses with a user name are refused: `https://good.example@bad.example` reads as the wrong site. So are those of
    more than 300 bytes: they carry more than an address, and a page has room for few of them.
    """
    address = re.sub(r"[\x00-\x20\x7f-\x9f]", "", visible(url or ""))
    if len(address.encode()) > _LONGEST:
        return ""
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or "\\" in address:
            return ""
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return ""
    return address


def address_words(url: str | None) -> str:
    """An address as it is printed: without scheme and closing slash."""
    return re.sub(r"^https?://(www\.)?", "", visible(url or "")).rstrip("/")


def letter(name: str) -> str:
    """The first letter or digit of a name, upper case: what stands where it has no mark; "" where it has none of them."""
    return next((one.upper()[:1] for one in name if one.isalnum()), "")


def clip(text: str | None, limit: int) -> str:
    """The text up to `limit` bytes as written on a page (escaped, UTF-8), cut between words.

    Bytes, not characters, so that no script and no run of quotation marks makes a page outgrow its size. The caller
    says that it was cut, see `cut_note`.
    """
    words = visible(text or "").strip()
    if len(words) <= limit // 6 or len(str(escape(words)).encode()) <= limit:
        return words
    head = words[: _fitting(words, limit)]
    return head.rsplit(None, 1)[0] if " " in head[len(head) // 2 :] else head


def whole(text: str | None, limit: int) -> str:
    """The text where it fits on `limit` bytes, see `clip`; else "": a sentence of ours is left out, never cut."""
    words = visible(text or "").strip()
    return words if clip(words, limit) == words else ""


def _fitting(words: str, limit: int) -> int:
    """How many characters stand on `limit` bytes."""
    head = words[:limit]
    if head.isascii() and len(escape(head)) == len(head):  # a byte each, as in most
        return len(head)
    size = 0
    for place, character in enumerate(words):
        size += len(str(escape(character)).encode())
        if size > limit:
            return place
    return len(words)


def cut_note(text: str | None, limit: int) -> str:
    """“first 400 of 1,234 characters”, or nothing where `clip` left the text whole."""
    words = visible(text or "").strip()
    short = clip(words, limit)
    return f"first {len(short):,} of {len(words):,} characters" if len(short) < len(words) else ""


def file_slug(slug: str) -> str:
    """The slug as a file's name: itself when it is a plain one, else a name made of its hash."""
    if _SLUG.fullmatch(slug) and not _RESERVED.fullmatch(slug):
        return slug
    return f"x-{hashlib.sha256(slug.encode('utf-8', 'replace')).hexdigest()[:16]}"


def minute(moment: str | None) -> str:
    """“20 Nov 2026, 06:12 UTC”; the text itself where it is no moment."""
    when = parse_moment(moment)
    return f"{day(moment)}, {when:%H:%M} UTC" if when else (moment or "no date")


def weekday(date: str) -> str:
    """“Saturday 21 November 2026” for an ISO date."""
    when = parse_moment(date)
    return f"{when:%A} {when.day} {when:%B %Y}" if when else date


def plural(number: int, word: str) -> str:
    """“1 take”, “3 takes”."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def source_name(source: str) -> str:
    """“Show HN” for `show_hn`: a launch source as readers know it."""
    whole = {"dev_to": "dev.to", "npm_changes": "npm", "hf_blog": "Hugging Face blog"}
    if source in whole:
        return whole[source]
    names = {
        "hn": "HN",
        "mcp": "MCP",
        "vsx": "VSX",
        "github": "GitHub",
        "pypi": "PyPI",
        "betalist": "BetaList",
        "npm": "npm",
        "rss": "RSS",
        "face": "Face",
        "hunt": "Hunt",
        "registry": "Registry",
    }
    parts = clip(source, 40).replace("_", " ").split()
    return " ".join(names.get(part, part.capitalize() if place == 0 else part) for place, part in enumerate(parts))
