"""The recipes of a store: saved with their scores, used on what is read, watched, activated and retired."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from tools.errors import UnknownName, UsageError
from tools.models import Extraction, Page
from tools.page.decode import decode
from tools.page.extract import extract
from tools.recipe_data import Recipe, recipe_json, site_of_page, stored_recipe
from tools.recipes import (
    Coverage,
    Decision,
    Live,
    Score,
    apply,
    check_samples,
    covered,
    decide,
    learn,
    report,
    run,
    score,
)
from tools.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """A page as a recipe needs it: its address, its text, and its Page.id."""

    url: str
    html: str
    id: str

    @classmethod
    def of(cls, page: Page) -> Given:
        """A stored page."""
        return cls(page.final_url, decode(page.body, page.charset)[0], page.id)


def try_recipe(recipe: Recipe, pages: Sequence[Given]) -> dict[str, Any]:
    """What a recipe reads on pages, nothing kept: per page rows, what is missing or wrong; the samples' differences.

    A page that is one of the samples is held against its expected rows.
    """
    samples, paged = _sampled(recipe, pages)
    recipe = learn(recipe, [p.html for p in paged], [extract(p.html, p.url) for p in paged]) if paged else recipe
    found = score(replace(recipe, samples=samples), [page.html for page in paged])
    return {
        "site": recipe.site,
        "kind": recipe.kind,
        "samples": found.samples,
        "differences": list(found.differences),
        "reproduces": found.reproduces,
        "pages": [{"url": page.url, **report(run(recipe, page.html, page.url))} for page in pages],
    }


def _sampled(recipe: Recipe, pages: Sequence[Given]) -> tuple[tuple[Any, ...], list[Given]]:
    """The samples among the pages given, and their pages: by id, else by address."""
    pairs = [
        (sample, page)
        for sample in recipe.samples
        if (
            page := next((p for p in pages if sample.page == p.id), None)
            or next((p for p in pages if not sample.page and sample.url == p.url), None)
        )
    ]
    return tuple(sample for sample, _ in pairs), [page for _, page in pairs]


@dataclass(frozen=True, slots=True)
class Trial:
    """A recipe with what its samples taught it, and what pages of its site say of it."""

    recipe: Recipe
    found: Score
    coverage: Coverage
    wrong: list[str]


def save_recipe(store: Store, trial: Trial, *, further: bool) -> dict[str, Any]:
    """Keep a recipe that was tried on its samples' pages and, where given, further pages of the site; its row as `recipes` gives it.

    further: it was tried on other pages as well. It is active at once when these suffice; else it is proposed, and
    watched on what is read. Errors: UsageError for one that was retired before.
    """
    recipe = trial.recipe
    known = next((row for row in store.recipes(recipe.site) if row["recipe"] == recipe_json(recipe)), None)
    if known and known["state"] == "retired":
        raise UsageError(f"This very recipe was retired: {known['why']} Mend it, then save it again.")
    if known and (known["state"] == "active" or not further):
        return _shown(known)
    decision = decide("proposed", trial.found, trial.coverage, trial.wrong)
    with store.write():
        if decision.state == "active":
            _replace_older(store, recipe)
        number = _put(store, recipe, decision, trial.coverage)
    return row_of(store, number)


def tried(recipe: Recipe, samples: Sequence[Given], further: Sequence[Given] = ()) -> Trial:
    """A recipe on the pages of its samples and, where given, on further pages of the site. Pure.

    Errors: UsageError when it does not reproduce its samples, or a page is not of its site.
    """
    check_samples(recipe)
    if len(samples) != len(recipe.samples):
        raise UsageError(
            f"{len(recipe.samples)} samples are named and {len(samples)} pages given; give one page for each."
        )
    named = tuple(replace(sample, page=page.id) for sample, page in zip(recipe.samples, samples, strict=True))
    recipe = replace(recipe, samples=named, learned=None)
    html = [page.html for page in samples]
    found = score(recipe, html)
    recipe = learn(recipe, html, [extract(page.html, page.url) for page in samples])
    found = score(recipe, html) if found.reproduces else found
    if not found.reproduces:
        why = found.differences[0] if found.differences else "two different sample pages are needed."
        raise UsageError(f"The recipe does not reproduce its samples: {why}")
    return Trial(recipe, found, *_coverage(recipe, further, {page.id for page in samples}))


def _coverage(recipe: Recipe, further: Sequence[Given], samples: set[str]) -> tuple[Coverage, list[str]]:
    """Valid rows of all rows on the further pages, each page once, samples left out; a page without rows is one bad row."""
    pages = {page.id: page for page in further if page.id not in samples}
    rows = valid = 0
    wrong: list[str] = []
    for page in pages.values():
        if not recipe.covers(page.url):
            raise UsageError(f"{page.url} is not under {recipe.site} and the recipe's paths.")
        live = apply(recipe, extract(page.html, page.url), page.html)
        count = max(1, len(run(recipe, page.html, page.url).rows))
        rows, valid = rows + count, valid + round(live.share * count)
        wrong += live.wrong
    return Coverage(len(pages), round(valid / rows, 4) if rows else 0.0), wrong


def read_with_recipes(
    store: Store, extraction: Extraction, html: str, *, fresh: bool, begin: Callable[..., Future[Live]]
) -> Extraction:
    """A page's extraction with what the site's active recipes add.

    begin: has work on the page done apart, see `tools.apart`.
    fresh: these bytes were not read before, so they count for the recipes' live coverage. A recipe that is retired by
    them adds nothing, and the extraction says that an editor should look.
    """
    site = site_of_page(extraction.url)
    for row in store.recipes(site) if site else ():
        if row["state"] == "retired":
            continue
        try:
            recipe = stored_recipe(row["recipe"])
        except UsageError as error:
            logger.warning("recipe unreadable number=%s reason=%s", row["id"], error)
            continue
        if not recipe.covers(extraction.url):
            continue
        live = begin(apply, recipe, extraction, html).result()
        state, why = _watched(store, row, recipe, live) if fresh else (row["state"], "")
        if row["state"] == "active" and state == "retired":
            look = f"look: recipe {row['id']} of {site} was retired: {why}"
            extraction = replace(extraction, trouble=(*extraction.trouble, look))
        elif state == "active":
            extraction = live.extraction
    return extraction


def _watched(store: Store, row: dict[str, Any], recipe: Recipe, live: Live) -> tuple[str, str]:
    """Record one more live page; the recipe's state after it, and why."""
    with store.write():
        now = next(each for each in store.recipes(row["site"]) if each["id"] == row["id"])  # another process may have
        if now["state"] == "retired":
            return "retired", now["why"]
        coverage = covered(Coverage(now["pages"], now["coverage"] or 0.0), live.share)
        decision = decide(now["state"], None, coverage, live.wrong)
        if decision.state == "active" and now["state"] == "proposed":
            _replace_older(store, recipe)
        _put(store, recipe, decision, coverage)
    if decision.state != now["state"]:
        logger.warning("recipe %s number=%s site=%s why=%s", decision.state, row["id"], row["site"], decision.why)
    return decision.state, decision.why


def retire_recipes(store: Store, site: str, why: str) -> list[dict[str, Any]]:
    """Retire all recipes of a site that are not; their rows. Errors: UsageError, UnknownName."""
    if not why.strip():
        raise UsageError("Say why, in a few words: --why ….")
    with store.write():
        rows = [row for row in store.recipes(site) if row["state"] != "retired"]
        if not rows:
            raise UnknownName(
                "site with a recipe", site, {row["site"] for row in store.recipes() if row["state"] != "retired"}
            )
        for row in rows:
            store.put_recipe(site, row["recipe"], "retired", why.strip(), row["coverage"], row["pages"])
    return [row_of(store, row["id"]) for row in rows]


def recipe_rows(store: Store) -> list[dict[str, Any]]:
    """Every version of every recipe, newest first: number, site, kind, paths, state, why, coverage, pages, at."""
    return [_shown(row) for row in store.recipes()]


def row_of(store: Store, number: int) -> dict[str, Any]:
    """One recipe as `recipe_rows` gives it, by its number."""
    return next(_shown(row) for row in store.recipes() if row["id"] == number)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    data = json.loads(row["recipe"])
    return {
        "number": row["id"],
        "site": row["site"],
        "kind": data.get("kind", ""),
        "paths": data.get("paths", []),
        "state": row["state"],
        "why": row["why"],
        "coverage": row["coverage"],
        "pages": row["pages"],
        "at": row["at"],
    }


def _put(store: Store, recipe: Recipe, decision: Decision, coverage: Coverage) -> int:
    share = coverage.share if coverage.pages else None
    return store.put_recipe(recipe.site, recipe_json(recipe), decision.state, decision.why, share, coverage.pages)


def _replace_older(store: Store, recipe: Recipe) -> None:
    """A site has one active recipe a kind: the one before makes way."""
    text = recipe_json(recipe)
    for row in store.recipes(recipe.site, "active"):
        if row["recipe"] != text and json.loads(row["recipe"]).get("kind") == recipe.kind:
            why = "A newer version became active."
            store.put_recipe(recipe.site, row["recipe"], "retired", why, row["coverage"], row["pages"])
