"""Commands over the places that are read: source, recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.commands import OK, SOME_FAILED, Commands, Context, common, names
from jobs.commands.acting import Act, act_on, agreed, why_if_any
from jobs.commands.acting import preview as preview_option
from jobs.commands.acting import why as why_option
from jobs.commands.acting import yes as yes_option
from tools.errors import UsageError

if TYPE_CHECKING:
    from tools.store import Store

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Commands)
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
@click.argument("words", nargs=-1, metavar="[NAME] URL")
@click.option("--opml", type=FILE, help="Follow the feeds of this OPML file, each looked at first.")
@click.option("--replace", is_flag=True, help="NAME may be followed already; it has this address then.")
@why_if_any
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal to ask on.")
@common
def source_add(context: Context, words: tuple[str, ...], opml: Path | None, replace: bool, why: str, yes: bool) -> int:
    """Follow a site, feed or listing at URL: finds its feed, its list or its sitemap, shows what it announces, and asks.

    With NAME, URL is taken for an RSS, Atom or JSON Feed as it is: nothing is looked for and nothing asked.
    """
    if opml is not None and not words:
        return _add_opml(context, opml, why)
    if opml is not None or not 1 <= len(words) <= 2:
        raise UsageError("Give one address, a name and an address, or --opml FILE.")
    if len(words) == 1:
        return _add_site(context, words[0], why, replace=replace, yes=yes)
    from jobs import upkeep
    from jobs.following import admitted

    name, url = words
    url = admitted(url, context.settings)
    with _making(context) as opened:
        report = upkeep.add(opened, name, url, "feed", why, context.settings.who, replace=replace)
    return _told_added(context, report)


def _add_site(context: Context, url: str, why: str, *, replace: bool, yes: bool) -> int:
    from jobs import terminal, upkeep
    from jobs.following import look

    with terminal.progress() as say:
        found = look(context.store, context.settings, url, progress=say)
    if found["known_as"] and not replace:
        raise UsageError(f"{found['url']} is followed already, as {found['known_as']}; nothing was added.")
    name = found["known_as"] or found["name"]
    if yes:
        if not context.as_json:
            terminal.place(found)
    elif not agreed(context, found, terminal.place, f"Follow it as {name}?"):
        return SOME_FAILED
    with context.open() as opened:
        act = upkeep.add(opened, name, found["url"], found["kind"], why, context.settings.who, replace=replace)
    return _told_added(context, {**act, "found": found})


def _told_added(context: Context, report: dict[str, Any]) -> int:
    name = report["name"]
    return context.tell(
        report, lambda _: click.echo(f"{name} will be read with the next crawl; try it now: scout crawl {name}")
    )


def _add_opml(context: Context, file: Path, why: str) -> int:
    from jobs import terminal
    from jobs.following import follow_opml

    with terminal.progress() as say:
        report = follow_opml(context.store, context.settings, file, why, say)
    context.tell(report, terminal.opml)
    return SOME_FAILED if report["failures"] or report["left_out"] else OK


def _making(context: Context) -> Store:
    """The store, made where there is none yet."""
    from tools.store import Store

    return Store.open(context.store)


def _on_sources(command: Callable[..., int]) -> Callable[..., int]:
    """What every act on sources takes, under which a command stands."""
    names_of = click.argument("named", nargs=-1, required=True, metavar="NAME...", shell_complete=names.sources)
    for option in (common, yes_option, preview_option, why_if_any, names_of):
        command = option(command)
    return command


@source.command(name="rm")
@_on_sources
def source_rm(context: Context, named: tuple[str, ...], why: str, preview: bool, yes: bool) -> int:
    """Follow places no more; what they announced stays. `scout source undo NAME` takes it back."""
    from jobs import upkeep

    who = context.settings.who
    return _act(context, "source", named, lambda opened, name: upkeep.remove(opened, name, why, who), preview, yes)


@source.command(name="enable")
@_on_sources
def source_enable(context: Context, named: tuple[str, ...], why: str, preview: bool, yes: bool) -> int:
    """Take disabled sources back into crawls that name none."""
    from jobs import upkeep

    who = context.settings.who
    return _act(context, "source", named, lambda opened, name: upkeep.enable(opened, name, why, who), preview, yes)


@source.command(name="undo")
@_on_sources
def source_undo(context: Context, named: tuple[str, ...], why: str, preview: bool, yes: bool) -> int:
    """Take the newest act on sources back: add, replace, rm, enable, disable or filter, whoever did it."""
    from jobs import upkeep

    who = context.settings.who
    return _act(
        context, "source", named, lambda opened, name: upkeep.undo(opened, "source", name, why, who), preview, yes
    )


def filters(command: Callable[..., int]) -> Callable[..., int]:
    """The parts of a filter as options: keep, block, kinds, categories, points."""
    options = (
        click.option(
            "--keep", multiple=True, metavar="WORDS", help="Only entries with one of these words; or a pattern."
        ),
        click.option(
            "--block", multiple=True, metavar="WORDS", help="No entries with one of these words; or a pattern."
        ),
        click.option(
            "--kind", "kinds", multiple=True, metavar="KIND", help="Only these: product, repo, model, package, …"
        ),
        click.option(
            "--category", "categories", multiple=True, metavar="CATEGORY", help="Only these, where an entry tells."
        ),
        click.option(
            "--points", type=float, default=0, help="Least points, votes or stars, where a place counts them."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@source.command(name="filter")
@click.argument("named", nargs=-1, required=True, metavar="NAME...", shell_complete=names.sources)
@filters
@click.option("--clear", is_flag=True, help="Keep everything again.")
@why_if_any
@preview_option
@yes_option
@common
def source_filter(
    context: Context,
    named: tuple[str, ...],
    clear: bool,
    why: str,
    preview: bool,
    yes: bool,
    **parts: Any,
) -> int:
    """Set what is kept of sources; what is blocked is kept as a launch, and no product is made of it.

    Bare words match as whole words, whatever their case; anything else is a regular expression. `scout source preview NAME`
    shows what a filter does. [filters.NAME] of scout.toml outranks what is set here.
    """
    from jobs import upkeep
    from jobs.listing import check_source

    table = _table(parts)
    if clear == bool(table):
        with context.open() as opened:  # a misspelt name is told first
            for name in named:
                check_source(opened, name)
        raise UsageError("Give what to keep or block (--keep, --block, --kind, --category, --points), or --clear.")
    settings = context.settings

    def act(opened: Store, name: str) -> dict[str, Any]:
        return upkeep.set_filter(opened, settings, name, table, why, settings.who)

    return _act(context, "source", named, act, preview, yes)


@source.command(name="preview")
@click.argument("named", metavar="SOURCE", shell_complete=names.sources)
@filters
@common
def source_preview(context: Context, named: str, **parts: Any) -> int:
    """The last entries of SOURCE, a name or an address: each kept or blocked, and why.

    With --keep, --block and so on that filter is tried instead of the one in force; nothing is set.
    """
    from jobs import terminal
    from jobs.following import preview as run

    with terminal.progress() as say:
        found = run(context.store, context.settings, named, _table(parts), say)
    return context.tell(found, terminal.source_preview)


def _table(parts: dict[str, Any]) -> dict[str, Any]:
    """The options of a filter as tools/filters takes them; those not given are left out."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in parts.items() if value}


@source.command(name="disable")
@click.argument("named", nargs=-1, required=True, metavar="NAME...", shell_complete=names.sources)
@why_option
@preview_option
@yes_option
@common
def source_disable(context: Context, named: tuple[str, ...], why: str, preview: bool, yes: bool) -> int:
    """Leave sources out of crawls that name none; what they announced stays. `scout source enable NAME` takes it back."""
    from jobs import upkeep

    who = context.settings.who
    return _act(context, "source", named, lambda opened, name: upkeep.disable(opened, name, why, who), preview, yes)


def _act(context: Context, kind: str, named: Sequence[str], act: Act, preview: bool, yes: bool) -> int:
    from jobs import terminal, upkeep

    look = partial(_look, upkeep.preview, kind)
    return act_on(context, named, act, look, terminal.upkeep, preview=preview, yes=yes, key=f"{kind}s")


def _look(
    preview: Callable[..., dict[str, Any]], kind: str, store: Store, name: str, act: Callable[[], object]
) -> dict[str, Any]:
    return preview(store, kind, name, act)


@click.group(cls=Commands)
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


@recipe.command(name="ls")
@common
def recipe_ls(context: Context) -> int:
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
