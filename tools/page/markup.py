"""What a page says about itself to machines: JSON-LD, microdata, meta tags. Read leniently; wrong pieces are left out."""

from __future__ import annotations

import html as entities
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tools.page.visible import whole_json

_SCRIPT_LIMIT = 2_000_000  # characters of one JSON-LD block; larger ones are data dumps
_MICRODATA_LIMIT = 1_000_000  # characters of its values: each may hold the whole page again
_ITEM_LIMIT = 2_000  # JSON-LD objects of one page
_DEPTH_LIMIT = 40
_MOST_ALTERNATES = 80  # languages of one page
# Types that are the thing a page is about, strongest first. Source: schema.org and what product pages use.
PRODUCT_TYPES = (
    "SoftwareApplication",
    "MobileApplication",
    "WebApplication",
    "VideoGame",
    "SoftwareSourceCode",
    "Product",
    "ProductGroup",
    "Service",
    "WebAPI",
    "Dataset",
)
# What never ends goes to the end: looked for anew at each quote, it would cost the square of the text's length.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|/\*.*?(?:\*/|\Z)|//[^\n]*', re.DOTALL)
_BETWEEN = re.compile(r"\}\s*\{")
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")


@dataclass(slots=True)
class Meta:
    """Head of a page: `tags` by lower-case name or property (first one wins, all kept), language, title;
    `canonical`: the address it gives as its own, "" for none; `alternates`: the languages it is also to be had in."""

    tags: dict[str, list[str]] = field(default_factory=dict)
    canonical: str = ""
    title: str = ""
    lang: str = ""
    alternates: list[str] = field(default_factory=list)

    def first(self, *names: str) -> str:
        """The first non-empty value under any of these names, in their order."""
        for name in names:
            for value in self.tags.get(name, ()):
                if value:
                    return value
        return ""


def read_meta(tree: LexborHTMLParser, url: str) -> Meta:
    """Meta tags, title, canonical and language of a parsed page."""
    meta = Meta()
    for node in tree.css("meta[content]"):
        at = node.attributes
        name = (
            (at.get("property") or at.get("name") or at.get("itemprop") or at.get("http-equiv") or "").strip().lower()
        )
        if name:
            meta.tags.setdefault(name, []).append(_flat(at.get("content") or ""))
    canonical = False
    for node in tree.css("link[rel][href]"):
        if (other := node.attrs.get("hreflang")) and len(meta.alternates) < _MOST_ALTERNATES:
            meta.alternates.append(other)
        if not canonical and "canonical" in (node.attrs.get("rel") or "").lower().split():
            canonical = True  # the first one counts, whatever it says
            meta.canonical = joined(url, node.attrs.get("href") or "")
    # <svg><title> is a picture's label; a page's own title stands in its head, rarely at the top of a broken body.
    for node in tree.css("title"):
        if node.parent is not None and node.parent.tag in ("head", "body", "html"):
            meta.title = _flat(node.text() or "")
            break
    root = tree.css_first("html")
    meta.lang = (root.attrs.get("lang") or "").strip() if root is not None else ""
    return meta


def read_jsonld(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """All typed objects of the page's JSON-LD, outermost first, nested ones (@graph, offers' sellers, …) included."""
    found: list[dict[str, Any]] = []
    for node in tree.css('script[type*="ld+json" i]'):
        data = loads(node.text() or "")
        for item in _objects(data):
            found.append(item)
            if len(found) >= _ITEM_LIMIT:
                return found
    return found


def loads(text: str) -> Any:
    """JSON as pages write it: control characters, comments, trailing commas, semicolons, HTML comments and CDATA around."""
    text = whole_json(text.strip())
    if not text or len(text) > _SCRIPT_LIMIT:
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    text = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*$",
        "",
        text,
    )
    text = _STRING.sub(lambda m: m[0] if m[0][0] == '"' else " ", text)
    text = _TRAILING_COMMA.sub(r"\1", text).strip().rstrip(";").strip()
    for candidate in (text, entities.unescape(text) if "&quot;" in text else "", "[" + _BETWEEN.sub("},{", text) + "]"):
        if candidate:
            try:
                return json.loads(candidate, strict=False)
            except (ValueError, RecursionError):
                continue
    try:  # a complete first value followed by rubbish
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def types_of(item: dict[str, Any]) -> tuple[str, ...]:
    """The schema.org types of an object without their address."""
    types = item.get("@type") or ()
    names = types if isinstance(types, list) else [types]
    return tuple(str(t).rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1] for t in names if isinstance(t, str))


def text_of(value: Any, *, raw: bool = False) -> str:
    """The words of a JSON-LD value: a string, the name of an object, the first of a list.

    raw: as it stands there, with tags and entities, for quoting.
    """
    for _ in range(5):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("url") or value.get("@id") or ""
        else:
            break
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    if raw:
        return _flat(str(value))
    return _flat(entities.unescape(re.sub(r"<[^<>]{1,200}>", " ", str(value))))


def read_microdata(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """Microdata items in the shape of JSON-LD: "@type" and properties, nested items as objects."""
    found: list[dict[str, Any]] = []
    by_id: dict[int, dict[str, Any]] = {}
    for scope in tree.css("[itemscope]")[:500]:
        item: dict[str, Any] = {"@type": (scope.attributes.get("itemtype") or "").split(" ")[0].rsplit("/", 1)[-1]}
        by_id[scope.mem_id] = item
        found.append(item)
    if not found:
        return found
    size = 0
    for node in tree.css("[itemprop]")[:2_000]:
        owner = _owner(node, by_id)
        if owner is not None:
            value: Any = by_id.get(node.mem_id) or _microdata_value(node)
            size += len(value)
            if size > _MICRODATA_LIMIT:
                break
            for name in (node.attributes.get("itemprop") or "").split():
                owner.setdefault(name, value)
    return found


def _owner(node: LexborNode, by_id: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    at = node.parent
    for _ in range(60):
        if at is None:
            return None
        if at.mem_id in by_id:
            return by_id[at.mem_id]
        at = at.parent
    return None


def _microdata_value(node: LexborNode) -> str:
    attributes = node.attributes
    for name in ("content", "datetime", "href", "src", "data", "value"):
        if attributes.get(name):
            return _flat(attributes[name] or "")
    return _flat(node.text(separator=" ") or "")


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    waiting: deque[tuple[Any, int]] = deque([(data, 0)])
    while waiting:
        value, depth = waiting.popleft()
        if depth > _DEPTH_LIMIT:
            continue
        if isinstance(value, list):
            waiting.extendleft((each, depth + 1) for each in reversed(value[:_ITEM_LIMIT]))
        elif isinstance(value, dict):
            if value.get("@type"):
                yield value
            waiting.extend((each, depth + 1) for each in value.values() if isinstance(each, (dict, list)))


def _flat(text: str) -> str:
    return " ".join(text.split())


_HOST = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?(?:$|/(?!/))")


def is_plain(path: str) -> bool:
    """Whether urljoin would leave a path with its query as it is: no steps up, no parameters, nothing to strip."""
    return "/." not in path and ";" not in path and "\\" not in path and " " not in path and path.isprintable()


def joined(url: str, href: str) -> str:
    """A link's absolute address, "" when it is none."""
    if (host := _HOST.match(href)) and is_plain(href[host.end() - 1 :]):
        return href
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return ""
