"""Which of a product's own addresses leads to which page of its dossier: by the links of its pages, by its sitemap. Pure.

The words and paths stand in roles.toml. Own is what lies on the product's own site; documentation may also lie with a
host that keeps that of many, under the product's own name.
"""

from __future__ import annotations

import html
import re
import tomllib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tools.dossier import Role
from tools.identity import canonical_url, host_of, identity_of, registrable_domain
from tools.models import Link
from tools.page.words import low
from tools.products.ends import Known, names_of, on_site_of, place, scheme_of, squash

# Kinds of pages that are looked for, in the order in which they are asked for, and the role each plays.
KINDS: dict[str, Role] = {
    "pricing": "pricing",
    "docs": "docs",
    "privacy": "terms",
    "changelog": "changelog",
    "terms": "terms",
    "faq": "help",
    "security": "trust",
    "quickstart": "docs",
    "help": "help",
    "processing": "terms",
}
_ELSEWHERE = (
    "docs",
    "quickstart",
    "changelog",
    "faq",
    "help",
    "security",
)  # what hosts of documentation keep for others
_DEEP = ("docs", "changelog")  # pages below stand for the start page, where nothing leads to that
_ENDING = re.compile(r"\.(?:html?|php|aspx?|md)$")
_SHORTEST_NAME = 3  # characters of a name that tells somebody's place on a shared host
_MOST_BYTES = 5_000_000  # of a sitemap, after decompression
_MOST_FOUND = 300  # addresses of a sitemap that may play a role
_MOST_LOOKED_AT = 20_000
_LONG = 300  # characters of a link's words or address that are seldom met again
_PIECE = re.compile(r"[/?#@:]")
_LOC = re.compile(rb"<loc>\s{0,99}([^<\s]{1,1000})")


@dataclass(frozen=True, slots=True)
class Own:
    """What tells a product's own addresses from others': the identities of its sites, and its names, squashed."""

    sites: tuple[str, ...]
    names: frozenset[str]

    def holds(self, url: str, kind: str) -> bool:
        """Whether a page of this kind at this address is the product's own."""
        identity = identity_of(url)
        if scheme_of(identity) != "url":
            return False
        if any(on_site_of(identity, site) for site in self.sites):
            return True
        host, path = place(identity)
        return kind in _ELSEWHERE and any(squash(step) in self.names for step in (host.partition(".")[0], *path))


def own_of(pages: Sequence[Known]) -> Own:
    """What is own to the product that these pages are of."""
    sites = (item.identity for item in pages if scheme_of(item.identity) == "url")
    names = (name for name in names_of(pages) if len(name) >= _SHORTEST_NAME)
    return Own(tuple(dict.fromkeys(sites)), frozenset(names))


def addresses_of(links: Iterable[Link], own: Own) -> dict[str, str]:
    """The best address of each kind of page that these links name, none twice: by words and address, by words, by
    address; the shortest path first."""
    found: dict[str, dict[tuple[int, int, int, str], str]] = {kind: {} for kind in KINDS}
    for link in links:
        for kind, by_words, by_path in _told(link):
            sure = 0 if by_words and by_path else 1 if by_words else 2
            rank = (sure, urlsplit(link.url).path.strip("/").count("/"), len(link.url), link.url)
            found[kind][rank] = canonical_url(link.url)
    taken: dict[str, str] = {}
    for kind, ranked in found.items():
        told = (url for _, url in sorted(ranked.items()) if url not in taken.values() and own.holds(url, kind))
        if best := next(told, ""):
            taken[kind] = best
    return taken


def part_of(repository: str, name: str, homepage: str) -> str:
    """“owner/name” of a repository that by its own name holds a part of a product (a client, its data) and not the whole;
    "" where it may be the whole, or is no repository.

    A part's name says which part, or is none of the product's while its owner bears that.
    """
    identity = identity_of(repository) if repository else ""
    if scheme_of(identity) != "repo":
        return ""
    _, owner, *rest = identity.partition(":")[2].split("/")
    own = "/".join((owner, *rest))
    steps = set(re.split(r"[-_]", rest[-1].lower())) if rest else set()
    label = registrable_domain(host_of(homepage)).partition(".")[0]
    names = {squash(one) for one in (name, label)} - {""}
    if not rest or squash(rest[-1]) in names:
        return ""
    if parts := steps & set(_table()["part"]["words"]):
        return "" if parts & set(low(name).split()) else own
    bears = [_bears(step, names) for step in (owner, rest[-1])]
    return own if bears == [True, False] and steps.isdisjoint(_table()["part"]["whole"]) else ""


@cache
def part_words() -> frozenset[str]:
    """Words that say that something is a part of a product: “sdk”, “middleware”, “core”."""
    part = _table()["part"]
    return frozenset((*part["words"], *part["said"]))


def _bears(step: str, names: Iterable[str]) -> bool:
    """Whether a step of an address is a name, or one holds the other: “parcel” and “parcelbox”."""
    said = squash(step)
    return any(name in said or (len(said) >= _SHORTEST_NAME and said in name) for name in names)


def sitemap_links(body: bytes) -> list[Link]:
    """The addresses of a sitemap that may play a role, without words. A file too large, or none, has what was found first."""
    found: list[Link] = []
    for match in islice(_LOC.finditer(_unzipped(body)), _MOST_LOOKED_AT):
        link = Link(html.unescape(match[1].decode("utf-8", "replace")), "")
        if any(_told(link)):
            found.append(link)
            if len(found) >= _MOST_FOUND:
                break
    return found


def _unzipped(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body[:_MOST_BYTES]
    try:
        return zlib.decompressobj(31).decompress(body, _MOST_BYTES)
    except zlib.error:
        return b""


def _told(link: Link) -> Iterator[tuple[str, bool, bool]]:
    """The kinds of page that a link may lead to, and whether its words and its address say so."""
    worded = _kinds_by_words(link.text) if len(link.text) < _LONG else _kinds_by_words.__wrapped__(link.text)
    # Most links lead to none: their pieces tell that sooner than what each of them is.
    plain = len(link.url) < _LONG and link.url.isprintable()
    if not worded and plain and not any(map(_may_tell, _PIECE.split(link.url.strip()))):
        return
    try:
        parts = urlsplit(link.url)
        host = (parts.hostname or "").partition(".")[0]
    except ValueError:
        return
    steps = [_step(step) for step in parts.path.split("/") if step] or [_step(parts.fragment)]
    for kind in KINDS:
        asked = _asked(kind)
        by_words = kind in worded
        told = steps if kind in _DEEP else steps[-1:]
        by_path = host in asked.hosts or not asked.paths.isdisjoint(told)
        if by_words or by_path:
            yield kind, by_words, by_path


@lru_cache(maxsize=4096)  # sites call such pages alike
def _kinds_by_words(text: str) -> frozenset[str]:
    """The kinds of page that a link's words name; 80 characters name none."""
    text = " ".join(low(text).split())[:80]
    return frozenset(kind for kind in KINDS if 0 < len(text) < 80 and _asked(kind).words.fullmatch(text))


@lru_cache(maxsize=4096)
def _may_tell(piece: str) -> bool:
    """Whether a piece of an address names a kind of page where it is a step of its path, its fragment or its host."""
    paths, hosts = _any_kinds()
    return _step(piece) in paths or piece.partition(".")[0].lower() in hosts


def _step(step: str) -> str:
    return _ENDING.sub("", unquote(step).lower()).replace("_", "-")


@dataclass(frozen=True, slots=True)
class _Asked:
    words: re.Pattern[str]
    paths: frozenset[str]
    hosts: frozenset[str]


@cache
def _asked(kind: str) -> _Asked:
    told = _table()[kind]
    around, words = _any(_table()["around"]), _any(told["words"])
    return _Asked(
        re.compile(rf"\W*(?:{around}\W+)*{words}(?:\W+{around})*\W*"),
        frozenset(told["paths"]),
        frozenset(told["hosts"]),
    )


@cache
def _any_kinds() -> tuple[frozenset[str], frozenset[str]]:
    """The steps and the hosts that name a page of any kind."""
    asked = list(map(_asked, KINDS))
    return frozenset().union(*(one.paths for one in asked)), frozenset().union(*(one.hosts for one in asked))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("roles.toml").read_text(encoding="utf-8"))


def _any(words: Sequence[str]) -> str:
    """An expression that matches one of these words; of none, nothing."""
    return f"(?:{'|'.join(map(re.escape, sorted(map(low, words), key=len, reverse=True)))})" if words else r"(?!)"
