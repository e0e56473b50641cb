"""Recipes as an editor handles them: tried on saved pages, saved with their samples, listed; jobs/upkeep.py retires them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tools.errors import UsageError
from tools.identity import canonical_url
from tools.page.decode import decode
from tools.recipe_book import Given, recipe_rows, save_recipe, tried
from tools.recipe_book import try_recipe as on_pages
from tools.recipe_data import RECIPE_CHARS, Recipe, read_recipe, site_of_page
from tools.store import Store


def try_recipe(store_path: Path | str, file: Path, pages: Sequence[str], urls: Sequence[str]) -> dict[str, Any]:
    """What a recipe reads on pages: saved files, or ids of stored pages. Nothing is kept.

    urls: the addresses of the files, in their order; one alone is for all; without any, the samples' own, in order.
    Errors: UsageError.
    """
    recipe = _recipe(file)
    with _Pages(store_path, recipe, urls or [sample.url for sample in recipe.samples]) as shelf:
        return on_pages(recipe, [shelf.given(name) for name in pages])


def save(
    store_path: Path | str, file: Path, samples: Sequence[str], further: Sequence[str], urls: Sequence[str]
) -> dict[str, Any]:
    """Keep a recipe; its row. samples: a page for each of its samples, in their order; without any, the stored pages
    they name. further: more pages of the site, each with its address in urls where it is a file.

    Errors: UsageError when it does not reproduce its samples; nothing is kept then.
    """
    recipe = _recipe(file)
    with _Pages(store_path, recipe, urls) as shelf:
        names = samples or [sample.page for sample in recipe.samples]
        if not all(names):
            raise UsageError("The samples name no stored pages; give a page for each: --sample FILE --sample FILE.")
        if len(names) != len(recipe.samples):
            raise UsageError(f"{len(recipe.samples)} samples are in the recipe; {len(names)} pages were given.")
        given = [shelf.given(name, sample.url) for name, sample in zip(names, recipe.samples, strict=True)]
        more = [shelf.given(name) for name in further]
    with Store.open(store_path) as store:
        return save_recipe(store, tried(recipe, given, more), further=bool(more))


def rows(store_path: Path | str) -> list[dict[str, Any]]:
    """Every version of every recipe, newest first."""
    with Store.open(store_path, create=False) as store:
        return recipe_rows(store)


def _recipe(file: Path) -> Recipe:
    if file.stat().st_size > 4 * RECIPE_CHARS:
        raise UsageError(f"{file.name}: a recipe has at most {RECIPE_CHARS} characters.")
    try:
        return read_recipe(file.read_text(encoding="utf-8"), file.name)
    except UnicodeDecodeError:
        raise UsageError(f"{file.name}: a recipe is UTF-8 text.") from None


class _Pages:
    """Where the pages named on a command line come from: files first, else the store."""

    def __init__(self, store_path: Path | str, recipe: Recipe, urls: Sequence[str]) -> None:
        self._store = Store.open(store_path, create=False) if Path(store_path).exists() else None
        self._recipe, self._only = recipe, len(urls) == 1
        self._urls = list(urls)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._store:
            self._store.close()

    def given(self, name: str, url: str = "") -> Given:
        """A page by file name or stored id. Errors: UsageError."""
        path = Path(name)
        if path.is_file():
            return self._saved(path, url or self._next_url(name))
        page = self._store.page(name) if self._store and len(name) >= 6 else None
        if page is None:
            raise UsageError(f"{name!r} is neither a file nor the id of a stored page.")
        if site_of_page(page.final_url) != self._recipe.site:
            raise UsageError(f"Page {name} is of {page.final_url}, not of {self._recipe.site}.")
        return Given.of(page)

    def _saved(self, path: Path, url: str) -> Given:
        body = path.read_bytes()
        text, _ = decode(body)
        address = canonical_url(url)
        # as Page.id is made: this address with these bytes
        key = hashlib.sha256(f"{address}\n{hashlib.sha256(body).hexdigest()}".encode()).hexdigest()[:32]
        return Given(url, text, key)

    def _next_url(self, name: str) -> str:
        if not self._urls:
            raise UsageError(f"{name}: say which address it was saved from: one --url for each file.")
        return self._urls[0] if self._only else self._urls.pop(0)
