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
from bench.train import judging
from tools.identity import host_of, registrable_domain
from tools.page.decode import decode
from tools.page.markup import Meta, read_jsonld, read_meta, read_microdata
from tools.page.visible import View, parse, view_of

FOLDS = 10
MANIFEST = "manifest.jsonl"
UNTOUCHED = 0.15  # of the sites: looked at once, when everything is settled
RULES_OWN = "corpus"  # beside its pages the rules were written: they train, and no figure is of them
MADE = "made"
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

    @property
    def measured(self) -> bool:
        """Whether figures are of this page."""
        return self.corpus not in (RULES_OWN, MADE)


def corpora(folders: Sequence[Path]) -> list[Path]:
    """The corpora that some folders are or hold: a corpus has a manifest.jsonl. Errors: SystemExit for a folder without."""
    found: list[Path] = []
    for folder in folders:
        inside = (
            [folder] if (folder / MANIFEST).exists() else sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
        )
        if not inside:
            raise SystemExit(f"{folder} neither is nor holds a corpus; give a folder with {MANIFEST}.")
        found += [path for path in inside if path not in found]
    return found


def load(folder: Path) -> list[Page]:
    """The product pages of a corpus, in the form that `scout export labels` writes."""
    rows = [row for row in scoring.rows_of(folder) if row["kind"] == "product"]
    return [_read(folder, folder.name, row) for row in rows]


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
    return [_page(f"made-{n}", row["url"], row["html"], row["gold"], "", MADE) for n, row in enumerate(rows)]


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
    """Set apart the untouched share by a hash of the group, and deal the other groups to the folds."""
    members: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        members[page.group].append(page)
    sizes = [0] * FOLDS
    for name in sorted(members, key=lambda name: (-len(members[name]), _hash(name))):
        found = members[name]
        untouched = _hash(name) < UNTOUCHED and any(page.measured for page in found)
        fold = sizes.index(min(sizes))
        if not untouched:
            sizes[fold] += sum(page.measured for page in found)
        for page in found:
            page.untouched, page.fold = untouched, -1 if untouched else fold


def _hash(name: str) -> float:
    """A number from 0 to 1 that a name alone decides."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48


def everything(folders: Sequence[Path]) -> tuple[list[Page], ModuleType]:
    """All pages of the corpora in these folders, grouped and divided, and a corpus's own scorer, or ours."""
    found = corpora(folders)
    pages = list({page.id: page for folder in found for page in load(folder)}.values())
    pages.sort(key=lambda page: not page.measured)
    group(pages)
    divide(pages)
    own = next((folder for folder in found if any(path.exists() for path in scoring.scorers(folder))), None)
    return pages, scoring.scorer_of(own) if own else judging
