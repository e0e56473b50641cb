"""The labelled pages: read once, in groups that must not be parted, some of them left untouched until the end."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import scoring
from tools.identity import host_of, registrable_domain
from tools.page.decode import decode
from tools.page.markup import Meta, read_jsonld, read_meta, read_microdata
from tools.page.visible import View, parse, view_of

FOLDS = 10
UNTOUCHED = 0.15  # of the sites of corpus2: looked at once, when everything is settled
_COLLECTION = 6  # sites of one repository owner; who has more collects other people's pages


@dataclass(slots=True)
class Page:
    """A saved page, read, with its gold and today's record of it."""

    id: str
    url: str
    html: str
    gold: dict[str, Any]
    owner: str
    corpus: str
    view: View
    meta: Meta
    items: list[dict[str, Any]]
    group: str = ""
    fold: int = -1  # -1: trains every fold, is never scored
    untouched: bool = False
    kept: dict[str, Any] = field(default_factory=dict)  # what heads compute once of a page


def load(folder: Path, corpus: str) -> list[Page]:
    """The product pages of a corpus's folder."""
    rows = [row for row in scoring.rows_of(folder / corpus) if row["kind"] == "product"]
    return [_read(folder / corpus, corpus, row) for row in rows]


def _read(folder: Path, corpus: str, row: dict[str, Any]) -> Page:
    html, _ = decode((folder / row["file"]).read_bytes())
    owner = ((row.get("source") or {}).get("repo") or row["id"]).split("/")[0].lower()
    return _page(row["id"], row["url"] or "", html, row["gold"], owner, corpus)


def _page(name: str, url: str, html: str, gold: dict[str, Any], owner: str, corpus: str) -> Page:
    tree = parse(html)
    items = read_jsonld(tree) + read_microdata(tree)
    return Page(name, url, html, gold, owner, corpus, view_of(tree), read_meta(tree, url), items)


def made_up(rows: Sequence[dict[str, Any]]) -> list[Page]:
    """Made-up pages: they train every fold and are never scored."""
    return [_page(f"made-{n}", row["url"], row["html"], row["gold"], "", "made") for n, row in enumerate(rows)]


def site_of(url: str) -> str:
    """The site of an address: its registrable domain."""
    return registrable_domain(host_of(url))


def group(pages: Sequence[Page]) -> None:
    """Give each page its group: pages of one site, or out of one owner's repositories, belong together."""
    parent: dict[str, str] = {}

    def root(of: str) -> str:
        while parent.setdefault(of, of) != of:
            of = parent[of]
        return of

    sites: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        sites[page.owner].add(site_of(page.url))
    for page in pages:
        one, two = sorted((root(site_of(page.url)), root(f"~{page.owner}")))
        if len(sites[page.owner]) <= _COLLECTION:
            parent[two] = one
    for page in pages:
        page.group = root(site_of(page.url))


def divide(pages: Sequence[Page]) -> None:
    """Set apart the untouched share by a hash of the group, and deal the other groups of corpus2 to the folds."""
    members: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        members[page.group].append(page)
    sizes = [0] * FOLDS
    for name in sorted(members, key=lambda name: (-len(members[name]), _hash(name))):
        found = members[name]
        untouched = _hash(name) < UNTOUCHED and any(page.corpus == "corpus2" for page in found)
        fold = sizes.index(min(sizes))
        if not untouched:
            sizes[fold] += sum(page.corpus == "corpus2" for page in found)
        for page in found:
            page.untouched, page.fold = untouched, -1 if untouched else fold


def _hash(name: str) -> float:
    """A number from 0 to 1 that a name alone decides."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48


def everything(folder: Path) -> tuple[list[Page], ModuleType]:
    """All pages of both corpora, grouped and divided, and the corpus's own scorer."""
    pages = load(folder, "corpus2") + load(folder, "corpus")
    group(pages)
    divide(pages)
    return pages, scoring.scorer_of(folder / "corpus")
