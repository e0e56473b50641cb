"""Feeds and API answers, row by row, each row with the text it stood in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from tools.errors import SourceChanged
from tools.models import Kind

Row = tuple[dict[str, Any], str]  # the row as data, and as it stands in the page

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"


def json_rows(source: str, text: str, key: str = "") -> list[Row]:
    """The objects of a JSON array with the very text of each: the array is the whole answer, or the value of `key`.

    What is in the array but no object comes as an empty dict, so that it counts as an invalid row.
    Errors: SourceChanged when the answer is no JSON, or has no such array.
    """
    try:
        start = _skip(text, 0)
        start = _value_of(text, start, key) if key else start
        if start < 0 or text[start : start + 1] != "[":
            raise SourceChanged(source, f"expected {_array_named(key)}, got {_shown(text)}")
        return [(row if isinstance(row, dict) else {}, raw) for row, raw in _elements(text, start)]
    except (json.JSONDecodeError, RecursionError) as error:
        raise SourceChanged(source, f"expected {_array_named(key)}, got no JSON: {_shown(text)}") from error


def keep_valid(source: str, rows: int, valid: int) -> None:
    """Nothing, when at least half of the rows could be read; no row at all is a quiet answer.

    Errors: SourceChanged when over half of them could not.
    """
    if rows - valid > rows / 2:
        raise SourceChanged(source, f"{rows - valid} of {rows} rows are not in the known shape")


def pointers(url: str | None) -> tuple[Kind, str, str]:
    """Kind, repository address and Hub id that an announced address shows by itself; empty where it shows none."""
    parts = urlsplit(url or "")
    host = (parts.hostname or "").removeprefix("www.")
    path = [piece for piece in parts.path.split("/") if piece]
    if host in ("github.com", "gitlab.com", "codeberg.org") and len(path) >= 2:
        return "repo", f"https://{host}/{path[0]}/{path[1].removesuffix('.git')}", ""
    if host in ("huggingface.co", "hf.co"):
        return _hub_pointer(path)
    return "product", "", ""


def plain_text(html: str) -> str:
    """The words of an HTML fragment: blocks on lines of their own, no scripts, no styles."""
    if "<" not in html and "&" not in html:
        return _tidy(html)
    tree = LexborHTMLParser(f"<body>{html}</body>")
    tree.strip_tags(["script", "style", "template", "noscript"], recursive=True)
    for block in tree.css("p, br, div, li, h1, h2, h3, h4, pre, tr, blockquote"):
        block.insert_before("\n")
    return _tidy(tree.body.text() if tree.body else "")


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
