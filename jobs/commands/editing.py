"""Commands that have the editor's last word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from jobs.commands import Context, common

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
@common
def merge(context: Context, slug: str, into: str, why: str) -> int:
    """Make SLUG part of the product INTO; `scout unmerge SLUG` restores both."""
    from jobs import edit as acts

    return _act(context, lambda opened, who: acts.merge(opened, slug, into, why, who))


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
