"""What commands that act as the editor share: reasons, previews, several at once, and asking whoever sits there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from jobs.commands import SOME_FAILED, Context
from tools.errors import UsageError

if TYPE_CHECKING:
    from tools.store import Store

Report = dict[str, Any]
Act = Callable[["Store", str], Report]  # what a command does to one thing, and reports
Look = Callable[["Store", str, Callable[[], object]], Report]  # what an act would change, as the preview of its job
Show = Callable[[Report], None]


class _Why(click.Option):
    """A reason that an act needs, and a look at what it would change does not."""

    def process_value(self, ctx: click.Context, value: object) -> object:
        if self.value_is_missing(value) and ctx.params.get("preview"):
            return "a preview"
        return super().process_value(ctx, value)


why = click.option("--why", required=True, cls=_Why, metavar="TEXT", help="The reason, kept in the change log.")
why_if_any = click.option("--why", default="", metavar="TEXT", help="The reason, where there is one to keep.")
preview = click.option(
    "--preview",
    is_flag=True,
    is_eager=True,  # read before --why, which it does without
    help="Only show what would change and what follows from it; nothing is done.",
)
yes = click.option("--yes", is_flag=True, help="Do not ask; needed for several where there is no terminal to ask on.")


def act_on(
    context: Context,
    named: Sequence[str],
    act: Act,
    look: Look,
    show: Show,
    *,
    preview: bool = False,
    yes: bool = True,
    key: str = "products",
) -> int:
    """Do it to each, after a look at what it would change where several are named; the report of one, or of each under
    `key`. A name that nobody knows, or that refuses, ends the command before anything is written."""
    from jobs import terminal

    names = list(dict.fromkeys(named))
    with context.open() as opened:
        if preview or len(names) > 1:
            previews = {"previews": [look(opened, name, partial(act, opened, name)) for name in names]}
            if preview:
                return context.tell(previews, terminal.previews)
            question = f"Do this to all {len(names)}?"
            if not yes and not agreed(context, previews, terminal.previews, question):
                return SOME_FAILED
        with opened.write():
            reports = [act(opened, name) for name in names]
    if len(reports) == 1:
        return context.tell(reports[0], show)

    def each(report: Report) -> None:
        for one in report[key]:
            show(one)

    return context.tell({key: reports}, each)


def agreed(context: Context, found: Report, show: Show, question: str) -> bool:
    """Whether who sits at the terminal wants what a preview shows. Errors: UsageError where nobody can be asked."""
    from jobs import terminal

    context.tell(found, show)
    if context.as_json or not sys.stdin.isatty():
        raise UsageError("Nothing was done: there is no terminal to ask on. Look at the preview, then add --yes.")
    wanted = click.confirm(question, err=True)
    if not wanted:
        terminal.line("Nothing was done.")
    return wanted
