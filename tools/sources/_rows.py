"""API answers, row by row, each row with the text it stood in; and what a row's values are."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from tools.errors import SourceChanged
from tools.identity import identity_of
from tools.models import Kind
from tools.page.visible import whole_json

Row = tuple[dict[str, Any], str]  # the row as data, and as it stands in the page

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = re.compile(
    r"</[a-z][a-z0-9]{0,20}>|<br ?/?>|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,10}|[a-z]{2,10}\d{0,2});", re.IGNORECASE
)
_LINE_CHARS = 500
# Beyond these a parser's time grows with the square of the markup (lexbor: 40,000 nested divs 8 s; measured 2026-11).
_MOST_DEPTH, _MOST_ATTRIBUTES, _MOST_TAG_WORDS = 500, 200, 2_000
_LARGEST = 1e15  # no count and no time is larger; beyond it floats are no whole numbers any more


def breadth_first(rows: Iterable[object], children: str) -> Iterator[dict[str, Any]]:
    """The objects of a tree of rows, one level after the other. children: the key of a row's own rows."""
    waiting = deque(rows)
    while waiting:
        row = waiting.popleft()
        if isinstance(row, dict):
            yield row
            below = row.get(children)
            waiting.extend(below if isinstance(below, list) else ())


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
            raise SourceChanged(source, f"expected {_array_named(key)}, got {shown(text)}")
        return [(row if isinstance(row, dict) else {}, raw) for row, raw in _elements(text, start)]
    except (ValueError, RecursionError) as error:
        raise SourceChanged(source, f"expected {_array_named(key)}, got no JSON: {shown(text)}") from error


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


def line(value: object) -> str:
    """A row's value as one line of plain text; markup and entities are taken out where it holds an end tag or an entity.

    A title may well be "Map<K, V> in Go"; only a service that writes HTML closes what it opens.
    """
    text = word(value)
    return " ".join((plain_text(text) if _MARKUP.search(text) else text).split())[:_LINE_CHARS]


def listed(value: object) -> tuple[str, ...]:
    """A list of texts, or texts by commas in one, each once."""
    found = words(value.split(",") if isinstance(value, str) else value)
    return tuple(dict.fromkeys(found))


def counted(row: dict[str, Any], metrics: dict[str, str]) -> dict[str, float]:
    """What a row counts, by our names of it: {"points": "score"}; what it does not count is left out."""
    found = {metric: number(row.get(key)) for metric, key in metrics.items()}
    return {metric: count for metric, count in found.items() if count is not None}


def part(value: object, *keys: str) -> Any:
    """What stands deeper in a row, {"a": {"b": 1}} at "a", "b"; None where anything on the way is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def next_page(url: str, **query: object) -> str:
    """An address with parts of its query replaced."""
    parts = urlsplit(url)
    kept = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **{key: str(value) for key, value in query.items()}}
    return urlunsplit(parts._replace(query=urlencode(kept)))


def asked(url: str, name: str, usual: int) -> int:
    """A number that an address asks by: of its query, else the usual one."""
    stated = dict(parse_qsl(urlsplit(url).query)).get(name, "")
    return int(stated) if stated.isdecimal() and len(stated) < 10 else usual


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
        return tidy(html)
    tree = LexborHTMLParser(f"<body>{tame(html)}</body>")
    tree.strip_tags(["script", "style", "template", "noscript"], recursive=True)
    for block in tree.css("p, br, div, li, h1, h2, h3, h4, pre, tr, blockquote"):
        block.insert_before("\n")
    return tidy(tree.body.text() if tree.body else "")


def tame(html: str) -> str:
    """The markup, or, where it is of a kind that only takes time to parse, what is left of it without its tags."""
    tags = _TAG.findall(html)
    odd = any(tag.count("=") > _MOST_ATTRIBUTES or len(tag.split()) > _MOST_TAG_WORDS for tag in tags)
    return _TAG.sub(" ", html) if odd or depth_of(tags) > _MOST_DEPTH else html


def depth_of(tags: list[str]) -> int:
    """How deep elements stand in one another at the most, by their tags in order."""
    deepest = depth = 0
    for tag in tags:
        if tag.startswith("</"):
            depth -= 1
        elif not tag.endswith("/>") and not tag.startswith(("<!", "<?")):
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def links_of(html: str, url: str) -> list[tuple[str, str]]:
    """The links of a piece of markup as absolute http(s) address and words, in order."""
    found = LexborHTMLParser(f"<body>{tame(html)}</body>").css("a[href]")
    addresses = ((absolute_address(link.attributes.get("href"), url), link.text().strip()) for link in found)
    return [(address, said) for address, said in addresses if address]


def without_tracking(url: str) -> str:
    """The address without utm_* parameters and fragment."""
    parts = urlsplit(url)
    kept = "&".join(piece for piece in parts.query.split("&") if not piece.lower().startswith("utm_"))
    return urlunsplit(parts._replace(query=kept, fragment=""))


def tidy(text: str) -> str:
    """A text with single spaces and no empty lines."""
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


def shown(text: str) -> str:
    """The first words of what came, short enough for a log line."""
    start = " ".join(text[:200].split())[:80]
    return repr(start) if start else "an empty answer"
