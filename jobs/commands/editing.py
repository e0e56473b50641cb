"""Commands that have the editor's last word."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from jobs.commands import SOME_FAILED, Context, common
from tools.errors import UsageError

_why = click.option("--why", required=True, metavar="TEXT", help="The reason, kept in the change log.")


@click.command()
@click.argument("slug")
@click.argument("values", nargs=-1, metavar="FIELD=VALUE...")
@_why
@common
def edit(context: Context, slug: str, values: tuple[str, ...], why: str) -> int:
    """Say what is right: it outranks every page and survives refresh.

    FIELD=VALUE: name, tagline, license, ...; plan:NAME="20 USD/month", "free" or "unknown"; lists by commas. An empty
    value takes the editor's word back.
    """
    from jobs import edit as acts

    return _act(context, lambda opened, who: acts.edit(opened, slug, values, why, who))


@click.command()
@click.argument("slug")
@_why
@common
def approve(context: Context, slug: str, why: str) -> int:
    """Approve SLUG; its open reasons to look are settled."""
    from jobs import edit as acts

    return _act(context, lambda opened, who: acts.set_status(opened, slug, "approved", why, who))


@click.command()
@click.argument("slug")
@_why
@common
def reject(context: Context, slug: str, why: str) -> int:
    """Reject SLUG; it is neither reviewed nor read again."""
    from jobs import edit as acts

    return _act(context, lambda opened, who: acts.set_status(opened, slug, "rejected", why, who))


@click.command()
@click.argument("slug")
@click.argument("into")
@_why
@click.option("--yes", is_flag=True, help="Merge without asking; needed where there is no terminal to ask on.")
@common
def merge(context: Context, slug: str, into: str, why: str, yes: bool) -> int:
    """Make SLUG part of the product INTO, which stays who it is; `scout unmerge SLUG` restores both.

    What INTO shows before and after comes first. What SLUG says of itself (name, homepage, tagline, description,
    makers, repository, prices of the same plan) is shown only where INTO says nothing.
    """
    from jobs import edit as acts
    from jobs import terminal

    who = context.settings.who
    with context.open() as opened:
        preview = acts.merge_preview(opened, slug, into, why, who)
        if not yes and not _agreed(context, slug, into, preview):
            return SOME_FAILED
        report = {**acts.merge(opened, slug, into, why, who), "preview": preview}
    return context.tell(report, terminal.act)


def _agreed(context: Context, slug: str, into: str, preview: list[dict[str, str]]) -> bool:
    """Whether who sits at the terminal wants this merge. Errors: UsageError where nobody can be asked."""
    from jobs import terminal

    context.tell({"slug": slug, "into": into, "merged": False, "preview": preview}, terminal.merge_preview)
    if context.as_json or not sys.stdin.isatty():
        raise UsageError("Nothing was merged: there is no terminal to ask on. Look at the preview, then add --yes.")
    agreed = click.confirm(f"Merge {slug} into {into}?", err=True)
    if not agreed:
        terminal.line("Nothing was merged.")
    return agreed


@click.command()
@click.argument("slug")
@_why
@common
def unmerge(context: Context, slug: str, why: str) -> int:
    """Make SLUG, merged before, a product of its own again."""
    from jobs import edit as acts

    return _act(context, lambda opened, who: acts.unmerge(opened, slug, why, who))


@click.command()
@click.argument("slug")
@_why
@common
def delete(context: Context, slug: str, why: str) -> int:
    """Take SLUG out of everything shown; a tombstone keeps later crawls from bringing it back."""
    from jobs import edit as acts

    return _act(context, lambda opened, who: acts.delete(opened, slug, why, who))


@click.command()
@click.argument("slug")
@click.argument("verdict", metavar="VERDICT")
@click.option(
    "--voter", required=True, metavar="TOKEN", help="What only this reader has; a hash of it is kept, never the token."
)
@common
def vote(context: Context, slug: str, verdict: str, voter: str) -> int:
    """Count a reader's VERDICT, ship or skip, on SLUG; a second one of the same voter replaces the first."""
    from jobs import edit as acts
    from jobs import terminal

    with context.open() as opened:
        counts = acts.vote(opened, slug, verdict, voter)
    return context.tell(counts, terminal.votes)


def _act(context: Context, act: Callable[[Any, str], dict[str, Any]]) -> int:
    from jobs import terminal

    with context.open() as opened:
        report = act(opened, context.settings.who)
    return context.tell(report, terminal.act)


COMMANDS = (
    edit,
    approve,
    reject,
    merge,
    unmerge,
    delete,
    vote,
)
