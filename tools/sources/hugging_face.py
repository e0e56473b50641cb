"""Hugging Face: trending and newest models, spaces and datasets, and the papers of the day, through the Hub's client.

No token is needed; HF_TOKEN raises the limit of 500 requests in 5 minutes, and HF_ENDPOINT names a mirror. An entry
made within the window is a launch of that day; one that trends but is older counts as first seen. Of the newest entries
only those that somebody liked are taken: the others are mostly trials. Quantised re-uploads (GGUF, AWQ, GPTQ, …) flood
the lists, so they are folded into the model they were made from. Likes, downloads and upvotes are observations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tools.errors import FetchError, PartFailed, RateLimited, SourceChanged, SourceError
from tools.models import Access, Kind, Launch, Page
from tools.sources._rows import absolute_address, json_rows, keep_valid, number, word, words

if TYPE_CHECKING:
    from huggingface_hub import HfApi

NAME = "hugging_face"
HOMEPAGE = "https://huggingface.co"
ACCESS: Access = "api"
PACE_S = 1.0
KINDS: tuple[Kind, ...] = ("model", "space", "dataset", "paper")

_LIMIT = 50
_MOST_TAGS = 12
_KINDS: dict[str, Kind] = {"models": "model", "spaces": "space", "datasets": "dataset"}
_PREFIXES = {"models": "", "spaces": "spaces/", "datasets": "datasets/"}
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)  # what the Hub's client raises on a row it cannot read
_QUANTISED = re.compile(
    r"(?<![a-z0-9])(gguf|awq|gptq|exl[23]|mlx|bnb|hqq|aqlm|nvfp4|w[48]a(8|16)|fp[48]|int[48]|[2-8](?:\.\d+)?-?bits?|q[2-8]_\w+)(?![a-z0-9])",
    re.IGNORECASE,
)
_QUANTISED_FROM, _MADE_FROM = "base_model:quantized:", "base_model:"
_RELATION = re.compile(r"^base_model:(?:quantized:|finetune:|adapter:|merge:)?([\w.-]+/[\w.-]+)$")

Found = dict[str, tuple[str, str]]  # "models/org/name" to the page it was read from and its row there


def hub_launches(api: HfApi, since: datetime, limit: int = _LIMIT) -> Iterator[Launch | PartFailed]:
    """Trending first, then newest of each kind, then papers; each entry once; at last the lists and rows that failed.
    `limit`: rows asked for of each list.

    An `api` made by tools.web.hub_client.hub_api keeps its pages: then `page` and `raw` say where each launch was read,
    and a row that the client cannot read costs itself only.
    Errors: SourceError when no list can be had; SourceChanged when all answer in another shape.
    """
    rows, failed = _lists(api, limit)
    entries: dict[str, Any] = {}
    for order, kind, entry in rows:
        if order == "trending" or (entry.likes and entry.created_at and entry.created_at >= since):
            entries.setdefault(f"{kind}/{entry.id}", entry)
    found = _rows_of(getattr(api, "pages", ()))
    papers = [entry for key in list(entries) if key.startswith("papers/") for entry in [entries.pop(key)]]
    yield from _folded(entries, found, since)
    for paper in papers:
        if paper.submitted_at is None or paper.submitted_at >= since:
            yield _paper(paper, *found.get(f"papers/{paper.id}", ("", "")))
    yield from failed


def _lists(api: HfApi, limit: int) -> tuple[list[tuple[str, str, Any]], list[PartFailed]]:
    """The entries of every list with its order and kind, and what failed. Errors: SourceError where every list did."""
    asked: list[tuple[str, str, Callable[[], Iterable[Any]]]] = []
    for kind in _KINDS:
        ask: Callable[..., Iterable[Any]] = getattr(api, f"list_{kind}")
        for order, sort in (("trending", "trending_score"), ("newest", "created_at")):
            asked.append((order, kind, partial(ask, sort=sort, limit=limit)))
    asked.append(("trending", "papers", partial(api.list_daily_papers, limit=limit)))
    rows: list[tuple[str, str, Any]] = []
    lists: list[PartFailed] = []
    odd: list[PartFailed] = []
    for order, kind, query in asked:
        name = kind if kind == "papers" else f"{order} {kind}"
        try:
            entries, failed = _asked(api, name, kind, query)
        except SourceError as error:
            lists.append(PartFailed(NAME, name, error))
            if isinstance(error.__cause__, RateLimited):
                break  # no further request to the Hub in this run
            continue
        rows += [(order, kind, entry) for entry in entries]
        odd += failed
    if lists and len(lists) == len(asked):
        raise lists[0].cause
    return rows, lists + odd


def base_of(hub_id: str, tags: Iterable[str]) -> str | None:
    """The model that a quantised re-upload was made from ("org/name"); None for a model in its own right.

    Its tags say so (`base_model:quantized:…`), or its name shows a format and its tags a base model.
    """
    stated = [tag for tag in tags if tag.startswith(_MADE_FROM)]
    quantised = [tag for tag in stated if tag.startswith(_QUANTISED_FROM)]
    if not quantised and not _QUANTISED.search(hub_id.split("/")[-1]):
        return None
    bases = [found[1] for tag in quantised or stated if (found := _RELATION.match(tag))]
    return next((base for base in bases if base.lower() != hub_id.lower()), None)


def _asked(api: HfApi, name: str, kind: str, ask: Callable[[], Iterable[Any]]) -> tuple[list[Any], list[PartFailed]]:
    """The entries of one list, and its rows that could not be read. Errors: SourceError, SourceChanged."""
    pages: Sequence[Page] = getattr(api, "pages", ())
    before = len(pages)
    failed: list[PartFailed] = []
    try:
        rows = list(ask())
    except FetchError as error:
        raise SourceError(NAME, f"{name} could not be read: {error}") from error
    except _UNREADABLE as error:
        if len(pages) == before:
            raise SourceChanged(
                NAME, f"{name}: expected the Hub's list, got what its client cannot read: {error}"
            ) from error
        rows, failed = _row_by_row(name, kind, pages[-1])  # one odd row ends the client's list: each by itself, then
    named = [row for row in rows if word(row.id)]
    keep_valid(NAME, len(rows) + len(failed), len(named))
    return named, failed


def _row_by_row(name: str, kind: str, page: Page) -> tuple[list[Any], list[PartFailed]]:
    """The entries of an answer that the Hub's client reads, and those that it does not. Errors: SourceChanged."""
    from huggingface_hub import DatasetInfo, ModelInfo, SpaceInfo
    from huggingface_hub.hf_api import PaperInfo

    reads: dict[str, Callable[..., Any]] = {
        "models": ModelInfo,
        "spaces": SpaceInfo,
        "datasets": DatasetInfo,
        "papers": PaperInfo,
    }
    read: list[Any] = []
    failed: list[PartFailed] = []
    for at, (row, _) in enumerate(json_rows(NAME, page.body.decode("utf-8", errors="replace")), start=1):
        try:
            read.append(reads[kind](**row))
        except _UNREADABLE as error:
            reason = f"expected one of the Hub's entries, got what its client cannot read: {error}"
            part = f"{name}, row {at} ({str(row.get('id'))[:100]})"
            failed.append(PartFailed(NAME, part, SourceChanged(NAME, reason)))
    return read, failed


def _folded(entries: dict[str, Any], found: Found, since: datetime) -> Iterator[Launch]:
    """The entries, each re-upload replaced by its base model; how many there were of one is an observation."""
    uploads: dict[str, list[str]] = {}
    for key, entry in entries.items():
        base = base_of(entry.id, words(entry.tags)) if key.startswith("models/") else None
        if base:
            uploads.setdefault(f"models/{base}", []).append(key)
    folded = {key for keys in uploads.values() for key in keys}
    for key, entry in entries.items():
        if key not in folded:
            numbers = {"quantised_uploads": len(uploads.pop(key, ())) or None}
            yield _launch(key, entry, found.get(key, ("", "")), since, numbers)
    for key, keys in uploads.items():  # the base itself is on no list: a re-upload's row is what names it
        yield _base(key, len(keys), found.get(keys[0], ("", "")))


def _launch(key: str, entry: Any, row: tuple[str, str], since: datetime, numbers: dict[str, Any]) -> Launch:
    kind, _, name = key.partition("/")
    tags = words(entry.tags)
    stated = entry.created_at if entry.created_at and entry.created_at >= since else None
    shown = [getattr(entry, "pipeline_tag", None), getattr(entry, "library_name", None), getattr(entry, "sdk", None)]
    shown += [tag for tag in tags if ":" not in tag]
    numbers |= {metric: getattr(entry, metric, None) for metric in ("likes", "downloads", "trending_score")}
    return Launch(
        source=NAME,
        source_id=key,
        title=name,
        source_url=f"{HOMEPAGE}/{_PREFIXES[kind]}{name}",
        url=f"{HOMEPAGE}/{_PREFIXES[kind]}{name}",
        kind=_KINDS[kind],
        name=name.split("/")[-1],
        makers=(name.split("/")[0],) if "/" in name else (),
        tags=tuple(dict.fromkeys(tag for tag in map(word, shown) if tag))[:_MOST_TAGS],
        license=next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), ""),
        hub_id=key,
        launched_at=stated,
        launched_at_basis="stated" if stated else "first_seen",
        observations=_counted(numbers),
        page=row[0],
        raw=row[1],
    )


def _counted(numbers: dict[str, Any]) -> dict[str, float]:
    return {metric: count for metric, value in numbers.items() if (count := number(value)) is not None}


def _base(key: str, uploads: int, row: tuple[str, str]) -> Launch:
    name = key.removeprefix("models/")
    return Launch(
        source=NAME,
        source_id=key,
        title=name,
        source_url=f"{HOMEPAGE}/{name}",
        url=f"{HOMEPAGE}/{name}",
        kind="model",
        name=name.split("/")[-1],
        makers=(name.split("/")[0],),
        hub_id=key,
        launched_at_basis="first_seen",
        observations={"quantised_uploads": float(uploads)},
        page=row[0],
        raw=row[1],
    )


def _paper(paper: Any, page: str, raw: str) -> Launch:
    repo = absolute_address(paper.github_repo) or ""
    numbers = {"upvotes": paper.upvotes, "comments": paper.comments, "stars": paper.github_stars}
    return Launch(
        source=NAME,
        source_id=f"papers/{paper.id}",
        title=word(paper.title) or paper.id,
        source_url=f"{HOMEPAGE}/papers/{paper.id}",
        url=f"{HOMEPAGE}/papers/{paper.id}",
        kind="paper",
        name=word(paper.title),
        description=word(paper.summary),
        makers=tuple(name for author in paper.authors or () if (name := word(author.name))),
        tags=words(paper.ai_keywords)[:_MOST_TAGS],
        repo_url=repo if urlsplit(repo).hostname == "github.com" else "",
        hub_id=f"papers/{paper.id}",
        launched_at=paper.submitted_at,
        launched_at_basis="stated" if paper.submitted_at else "first_seen",
        observations=_counted(numbers),
        page=page,
        raw=raw,
    )


def _rows_of(pages: Iterable[Page]) -> Found:
    """Where each entry stands. The first page that lists it counts."""
    found: Found = {}
    for page in pages:
        kind = urlsplit(page.url).path.rsplit("/", 1)[-1]
        try:
            rows = json_rows(NAME, page.body.decode("utf-8", errors="replace"))
        except SourceChanged:  # its list has failed by itself already
            continue
        for row, raw in rows:
            paper = row.get("paper")
            name = (paper if isinstance(paper, dict) else row).get("id")
            found.setdefault(f"{'papers' if kind == 'daily_papers' else kind}/{name}", (page.id, raw))
    return found
