"""The commands of scout, a module for each thing people come to do, and what all commands share.

A command parses its words, calls the job of its name in `jobs/`, and tells the result; its value is the exit code.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tools.errors import UsageError
from tools.settings import Settings, load

if TYPE_CHECKING:
    from tools.store import Store
    from tools.views.documents import ProductDocument

SHORT_HELP = 200  # characters: the first sentence whole, on a second line where need be
OK, SOME_FAILED, WRONG_USAGE, CANNOT_RUN = 0, 1, 2, 3
OF_OUTCOME = {"done": OK, "partly": SOME_FAILED, "failed": CANNOT_RUN}  # of a job's report


class Commands(click.Group):
    """A group whose help has the first sentence of each command whole, as that of `scout` has."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line or two a command."""
        write_commands(formatter, "Commands", self.commands.values())


def write_commands(formatter: click.HelpFormatter, title: str, commands: Iterable[click.Command]) -> None:
    """A section of commands, each by its first sentence."""
    with formatter.section(title):
        formatter.write_dl([(one.name or "", one.get_short_help_str(SHORT_HELP)) for one in commands])


@dataclass(frozen=True, slots=True)
class Context:
    """What every command gets: the store's path, whether JSON is wanted, the settings in force."""

    store: str
    as_json: bool
    settings: Settings

    def out(self, value: Any) -> None:
        """One JSON value on stdout."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=None if isinstance(value, str) else 2))

    def tell(self, value: Any, show: Callable[[Any], None]) -> int:
        """The result as JSON, or as `show` prints it; the exit code, where it is a job's report by its `outcome`."""
        if self.as_json:
            self.out(value)
        else:
            show(value)
        return OF_OUTCOME[value["outcome"]] if isinstance(value, dict) and "outcome" in value else OK

    def open(self) -> Store:
        """The store of a command that only reads. Errors: UsageError where there is none."""
        from tools.store import Store

        if not Path(self.store).exists():
            raise UsageError(f"No store at {self.store}. `scout crawl` makes one; --store names another.")
        return Store.open(self.store, create=False)

    def notices_after(self, say: Callable[[str], None], replay: Path | None = None) -> AbstractContextManager[None]:
        """Have the rules of scout.toml tell, once it has ended, of what happens inside; of a replay they do not."""
        from jobs.notify import notices_after

        return notices_after(self.store, self.settings, say, replayed=replay is not None)

    def document(self, slug: str, *, rivals: bool = False) -> ProductDocument:
        """One product; `rivals`: with those it competes with. Errors: UsageError, UnknownName."""
        with self.open() as opened:
            return opened.document(opened.resolve(slug), rivals=rivals)


def common(command: Callable[..., int]) -> Callable[..., int]:
    """--store and --json on every command, handed to it as a Context in front of its own values."""

    @functools.wraps(command)
    def run(*, store: str, as_json: bool, **values: Any) -> int:
        settings = load(store=store)
        tell_unknown_variables(settings)
        return command(Context(store, as_json, settings), **values)

    run = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(run)
    return click.option(
        "--store", default="store.db", show_default=True, metavar="PATH", help="The store to read and write."
    )(run)


def tell_unknown_variables(settings: Settings) -> None:
    """On stderr, a line for each SCOUT_ variable that no setting has, with the nearest that one has."""
    for sentence in settings.unknown_variables():
        click.echo(f"scout: {sentence}", err=True)


def recordings(command: Callable[..., int]) -> Callable[..., int]:
    """--replay and --record on the commands that fetch."""
    command = click.option(
        "--record", type=click.Path(dir_okay=False, path_type=Path), help="Keep all that is fetched in this WARC file."
    )(command)
    return click.option(
        "--replay",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Read this recording (WARC) instead of the network.",
    )(command)
