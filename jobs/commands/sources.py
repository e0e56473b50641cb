"""Commands over the places that are read: source, recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.commands import OK, SOME_FAILED, Context, common, names
from jobs.commands.acting import Act, act_on, why_if_any
from jobs.commands.acting import preview as preview_option
from jobs.commands.acting import yes as yes_option

if TYPE_CHECKING:
    from tools.store import Store


@click.group()
def source() -> None:
    """The places launches come from."""


@source.command(name="ls")
@common
def source_ls(context: Context) -> int:
    """Every source: how it is read, when it last answered, what went wrong."""
    from jobs import terminal
    from jobs.listing import sources

    rows = sources(context.store, context.settings)
    return context.tell(rows, terminal.sources)


@source.command(name="add")
@click.argument("name")
@click.argument("url")
@common
def source_add(context: Context, name: str, url: str) -> int:
    """Follow an RSS, Atom or JSON Feed at URL under NAME."""
    from jobs.listing import add_feed

    add_feed(context.store, context.settings, name, url)
    click.echo(f"{name} will be read with the next crawl; try it now: scout crawl {name}")
    return OK


@source.command(name="disable")
@click.argument("named", nargs=-1, required=True, metavar="NAME...", shell_complete=names.sources)
@why_if_any
@click.option("--undo", is_flag=True, help="Enable it again; it needs no --why.")
@preview_option
@yes_option
@common
def source_disable(context: Context, named: tuple[str, ...], why: str, undo: bool, preview: bool, yes: bool) -> int:
    """Leave sources out of crawls that name none; what they announced stays."""
    from jobs import upkeep

    who = context.settings.who

    def act(opened: Store, name: str) -> dict[str, Any]:
        return (upkeep.enable if undo else upkeep.disable)(opened, name, why, who)

    return _act(context, "source", named, act, preview, yes)


def _act(context: Context, kind: str, named: Sequence[str], act: Act, preview: bool, yes: bool) -> int:
    from jobs import terminal, upkeep

    look = partial(_look, upkeep.preview, kind)
    return act_on(context, named, act, look, terminal.upkeep, preview=preview, yes=yes, key=f"{kind}s")


def _look(
    preview: Callable[..., dict[str, Any]], kind: str, store: Store, name: str, act: Callable[[], object]
) -> dict[str, Any]:
    return preview(store, kind, name, act)


@click.group()
def recipe() -> None:
    """Selectors for sites that are not read well otherwise: data, proved on sample pages, watched on live ones."""


@recipe.command(name="try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option("--url", "urls", multiple=True, help="The address a PAGE was saved from; one for each, or one for all.")
@common
def recipe_try(context: Context, file: Path, pages: tuple[str, ...], urls: tuple[str, ...]) -> int:
    """What the recipe in FILE (TOML or JSON) reads on each PAGE, a saved page or a stored page's id; nothing is kept.

    Without --url the addresses of the recipe's samples are taken, in their order. A PAGE that is a sample is held
    against the rows it must yield.
    """
    from jobs import terminal
    from jobs.recipes import try_recipe

    found = try_recipe(context.store, file, pages, urls)
    context.tell(found, terminal.recipe_trial)
    sound = not found["differences"] and all(page["valid"] == 1 for page in found["pages"])
    return OK if sound else SOME_FAILED


@recipe.command(name="save")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--sample",
    "samples",
    multiple=True,
    metavar="PAGE",
    help="The page of each sample, in the recipe's order: a saved page or a stored page's id.",
)
@click.option(
    "--page", "further", multiple=True, metavar="PAGE", help="A further page of the site; three make it active."
)
@click.option("--url", "urls", multiple=True, help="The address a further PAGE was saved from; one for each.")
@common
def recipe_save(
    context: Context, file: Path, samples: tuple[str, ...], further: tuple[str, ...], urls: tuple[str, ...]
) -> int:
    """Keep the recipe in FILE once it reproduces its samples.

    It becomes active after three further pages with 95 % valid rows: those given here, or those that crawls read.
    """
    from jobs import terminal
    from jobs.recipes import save

    row = save(context.store, file, samples, further, urls)
    if context.as_json:
        context.out(row)
    else:
        terminal.recipes([row])
    return OK


@recipe.command(name="list")
@common
def recipe_list(context: Context) -> int:
    """Every version of every recipe, newest first: its state, why, and its live coverage."""
    from jobs import terminal
    from jobs.recipes import rows

    context.open().close()
    found = rows(context.store)
    return context.tell(found, terminal.recipes)


@recipe.command(name="retire")
@click.argument("sites", nargs=-1, required=True, metavar="SITE...", shell_complete=names.sites)
@why_if_any
@click.option("--undo", is_flag=True, help="Use again what was retired last; it needs no --why.")
@preview_option
@yes_option
@common
def recipe_retire(context: Context, sites: tuple[str, ...], why: str, undo: bool, preview: bool, yes: bool) -> int:
    """Use the recipes of SITEs no more. What was read by them stays until the pages are read again."""
    from jobs import upkeep

    who = context.settings.who

    def act(opened: Store, site: str) -> dict[str, Any]:
        if undo:
            return upkeep.undo(opened, "recipe", site, why, who)
        return upkeep.retire(opened, site, why, who)

    return _act(context, "recipe", sites, act, preview, yes)


COMMANDS = (
    source,
    recipe,
)
