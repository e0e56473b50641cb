"""Commands about being notified: notify, watch."""

from __future__ import annotations

from typing import Any

import click

from jobs.commands import OK, Commands, Context, common, names


class _Default(Commands):
    """A group of which one command needs no word of its own."""

    def __init__(self, *args: Any, default: str, words: bool, **values: Any) -> None:
        super().__init__(*args, **values)
        self._default, self._words = default, words

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As a group does, with the default's name in front where none is there; `words`: any other word is the default's."""
        first = args[0] if args else "-"
        asks = first in (*ctx.help_option_names, *self.commands)
        if not asks and (self._words or first.startswith("-")):
            args = [self._default, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Default, default="run", words=False)
def notify() -> None:
    """Tell whom scout.toml names of what its rules find; without a further word, `run`.

    A rule is a table [rules.NAME], where it goes a table [targets.NAME]; see docs/notices.md. Crawl, add,
    research, review and refresh do this at their end, and so does `scout schedule`.
    """


@notify.command(name="run")
@common
def notify_run(context: Context) -> int:
    """Look for what happened since the last time, make messages of it and send what is due."""
    from jobs import terminal
    from jobs.notify import run

    with context.open():
        pass  # a store that is not there has nothing to tell
    with terminal.progress() as say:
        report = run(context.store, context.settings, say)
    return context.tell(report, terminal.notice_report)


@notify.command(name="ls")
@common
def notify_ls(context: Context) -> int:
    """The rules and targets of scout.toml: whether they are sound, what waits. No secret is shown."""
    from jobs import terminal
    from jobs.notify import overview

    return context.tell(overview(context.store, context.settings), terminal.notice_rules)


@notify.command(name="test")
@click.argument("rule", shell_complete=names.rules)
@common
def notify_test(context: Context, rule: str) -> int:
    """Send each target of RULE a message marked as a test, with the newest changes it would tell of."""
    from jobs import terminal
    from jobs.notify import test

    return context.tell(test(context.store, context.settings, rule), terminal.notice_test)


@notify.command(name="log")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@common
def notify_log(context: Context, limit: int) -> int:
    """The newest messages: sent, waiting for a target to come back, given up; and why."""
    from jobs import terminal
    from jobs.notify import log

    with context.open() as opened:
        found = log(opened, limit)
    return context.tell(found, terminal.notice_log)


@click.group(cls=_Default, default="add", words=True)
def watch() -> None:
    """Save a search: `scout watch "words"` tells, by a rule, of every product it finds from now on.

    The rule is one of scout.toml that is about watch; see docs/notices.md.
    """


@watch.command(name="add")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    shell_complete=names.kinds,
    help="Only this kind, like repo. Repeatable.",
)
@click.option(
    "--notify",
    "rule",
    default="",
    metavar="RULE",
    shell_complete=names.rules,
    help="The rule that tells of it; else the only one there is.",
)
@common
def watch_add(context: Context, words: tuple[str, ...], kinds: tuple[str, ...], rule: str) -> int:
    """Save a search for WORDS, as `scout search` finds them; what is there already is not told."""
    from jobs import terminal
    from jobs.notify import watch as save

    with context.open() as opened:
        row = save(opened, context.settings, " ".join(words), kinds, rule)
    return context.tell([row], terminal.watches)


@watch.command(name="ls")
@common
def watch_ls(context: Context) -> int:
    """The saved searches."""
    from jobs import terminal

    with context.open() as opened:
        rows = opened.watches()
    return context.tell(rows, terminal.watches)


@watch.command(name="rm")
@click.argument("number", type=int, shell_complete=names.watches)
@common
def watch_rm(context: Context, number: int) -> int:
    """Forget the saved search of this NUMBER."""
    with context.open() as opened:
        opened.remove_watch(number)
    click.echo(f"{number} is forgotten")
    return OK


COMMANDS = (notify, watch)
