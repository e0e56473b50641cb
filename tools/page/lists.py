"""A page that lists things, read without knowing the site: the repeated rows, each with its link, name and line of text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from tools.identity import canonical_url
from tools.page.markup import joined
from tools.page.visible import clean, parse

_LEAST_ROWS = 3
_MOST_LINKS = 4_000
_ASIDE = frozenset({"nav", "footer", "aside"})
_ROLES = frozenset({"menu", "menuitem", "navigation", "contentinfo"})
_MENU = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|select-menu|dropdown|footer|breadcrumbs?|pagination|sidebar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_NAMES = re.compile(
    r"(?:\d[\d,.]*\s*(?:comments?|points?|votes?|stars?|forks?|hours?|days?|minutes?|months?|years?|ago|k|m)?.*|comments?|reply|hide|past|flag|share|save|more|next|prev(?:ious)?|login|sign (?:in|up)|discuss|star|fork|follow|sponsor|"
    r"view all|see all|read more|learn more|visit|upvote|website|source|buy|\W+)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Group:
    links: list[LexborNode]
    names: list[str]
    addresses: list[str]

    def score(self) -> float:
        """How much these links look like the names of listed things: many, different, speaking, prominent."""
        distinct = len(set(self.addresses))
        if distinct < _LEAST_ROWS:
            return 0.0
        words = [len(name.split()) for name in self.names]
        speaking = sum(
            1 <= w <= 20 and not _NOT_NAMES.fullmatch(name) for w, name in zip(words, self.names, strict=True)
        ) / len(words)
        length = min(sum(map(len, self.names)) / len(self.names), 60) / 30
        varied = len(set(self.names)) / len(self.names)
        # Links that differ in their query alone choose a filter; they name nothing.
        paths = len({urlsplit(address).path for address in self.addresses}) / distinct
        heading = 1.5 if any(node.css_first("h2,h3,h4") or _in_heading(node) for node in self.links[:3]) else 1.0
        return float(min(distinct, 60) ** 0.5 * speaking**2 * (0.4 + length) * varied * min(1.0, paths + 0.1) * heading)


def listing(html: str, url: str) -> list[dict[str, str | None]]:
    """The rows of a list: name, absolute address and tagline (None where a row says no more), in the page's order."""
    tree = parse(html)
    groups: dict[tuple[str, ...], _Group] = defaultdict(lambda: _Group([], [], []))
    for node in tree.css("a[href]")[:_MOST_LINKS]:
        href = (node.attributes.get("href") or "").strip()
        if not href or href[0] == "#" or href.lower().startswith(("javascript:", "mailto:", "tel:")):
            continue
        shape = _shape(node)
        name = clean(node.text(separator=" ") or "")
        if shape is None or not name or _NOT_NAMES.fullmatch(name):
            continue
        group = groups[shape]
        group.links.append(node)
        group.names.append(name)
        group.addresses.append(joined(url, href))
    scored = sorted(((group.score(), number) for number, group in enumerate(groups.values())), reverse=True)[:8]
    kept = list(groups.values())
    best: list[dict[str, str | None]] = []
    most = 0.0
    for score, number in scored:
        rows = _rows(kept[number], url) if score > 0 else []
        told = sum(row["tagline"] is not None for row in rows) / len(rows) if rows else 0.0
        if rows and score * (0.5 + 2 * told) > most:
            best, most = rows, score * (0.5 + 2 * told)
    return best


def _in_heading(node: LexborNode) -> bool:
    """Whether a link stands inside a heading."""
    at = node.parent
    for _ in range(3):
        if at is None:
            return False
        if at.tag in ("h2", "h3", "h4"):
            return True
        at = at.parent
    return False


def _shape(node: LexborNode) -> tuple[str, ...] | None:
    """A link's place in the page's pattern: tags and first classes of itself and the blocks around it."""
    shape: list[str] = []
    at: LexborNode | None = node
    for depth in range(9):
        if at is None or at.tag in ("body", "html"):
            break
        if at.tag in _ASIDE or _MENU.search(at.attributes.get("class") or "") or at.attributes.get("role") in _ROLES:
            return None
        if depth < 4:
            names = sorted((at.attributes.get("class") or "").split())
            shape.append(
                f"{at.tag}.{'.'.join(n for n in names if not any(c.isdigit() for c in n))}"
                if depth < 3
                else at.tag or ""
            )
        at = at.parent
    return tuple(shape)


def _rows(group: _Group, url: str) -> list[dict[str, str | None]]:
    keys = {node.mem_id for node in group.links}
    seen: set[str] = set()
    rows: list[dict[str, str | None]] = []
    for node, name, address in zip(group.links, group.names, group.addresses, strict=True):
        if not urlsplit(address).scheme.startswith("http") or canonical_url(address) in seen:
            continue
        seen.add(canonical_url(address))
        rows.append({"name": name[:200], "url": address, "tagline": _tagline(node, name, keys)})
    return rows


def _tagline(link: LexborNode, name: str, keys: set[int]) -> str | None:
    """The longest other text of the link's own row: the largest block around it that holds no other row's link."""
    row: LexborNode | None = link
    at = link.parent
    for _ in range(8):
        if at is None or at.tag in ("body", "html", "main"):
            break
        if sum(other.mem_id in keys for other in at.css("a[href]")) > 1:
            break
        row, at = at, at.parent
    if row is None or row is link:
        return None
    best = ""
    for piece in row.traverse(include_text=True):
        if (
            piece.tag == "-text"
            and (text := clean(piece.text_content or ""))
            and len(text) > len(best)
            and text not in name
            and not _NOT_NAMES.fullmatch(text)
        ):
            best = text
    return best if len(best.split()) >= 3 else None
