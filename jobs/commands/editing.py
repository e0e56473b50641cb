"""Commands that have the editor's last word."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import click

from jobs.commands import OK, SOME_FAILED, Context, common, names
from jobs.commands.acting import Act, act_on, agreed, why_if_any
from jobs.commands.acting import preview as preview_option
from jobs.commands.acting import why as why_needed
from jobs.commands.acting import yes as yes_option
from tools.errors import UsageError

if TYPE_CHECKING:
    from tools.store import Store


def _slugs(complete: names.Complete = names.slugs) -> Callable[[Callable[..., int]], Callable[..., int]]:
    return click.argument("slugs", nargs=-1, required=True, metavar="SLUG...", shell_complete=complete)


@click.command()
@click.argument(
    "words", nargs=-1, required=True, metavar="SLUG... FIELD=VALUE...", shell_complete=names.slugs_then_fields
)
@why_needed
@preview_option
@yes_option
@common
def edit(context: Context, words: tuple[str, ...], why: str, preview: bool, yes: bool) -> int:
    """Say what is right: it outranks every page and survives refresh.

    FIELD=VALUE: name, tagline, license, ...; plan:NAME="20 USD/month", "free" or "unknown"; lists by commas. An empty
    value takes the editor's word back.
    """
    from jobs import edit as acts

    slugs = list(takewhile(lambda word: "=" not in word, words))
    if not slugs:
        raise UsageError(f"Name the product first, then what is right of it: scout edit SLUG {words[0][:80]}")
    values, who = words[len(slugs) :], context.settings.who

    def act(opened: Store, one: str) -> dict[str, Any]:
        return acts.edit(opened, one, values, why, who)

    return _act(context, slugs, act, preview, yes)


def _on_several(
    name: str,
    what: str,
    act: Callable[[Store, str, str, str], dict[str, Any]],
    *,
    why: bool,
    complete: names.Complete = names.slugs,
) -> click.Command:
    """A command that does one thing to each product named. act: store, slug, why, who; why: whether it needs a reason."""

    @click.command(name=name, help=what)
    @_slugs(complete)
    @(why_needed if why else why_if_any)
    @preview_option
    @yes_option
    @common
    def command(context: Context, slugs: tuple[str, ...], why: str, preview: bool, yes: bool) -> int:
        who = context.settings.who
        return _act(context, slugs, lambda opened, one: act(opened, one, why, who), preview, yes)

    return command


def _act(context: Context, slugs: Sequence[str], act: Act, preview: bool, yes: bool) -> int:
    from jobs import edit as acts
    from jobs import terminal

    return act_on(context, slugs, act, acts.preview, terminal.act, preview=preview, yes=yes)


def _approve(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    from jobs import edit as acts

    return acts.set_status(store, slug, "approved", why, who)


def _reject(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    from jobs import edit as acts

    return acts.set_status(store, slug, "rejected", why, who)


def _delete(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    from jobs import edit as acts

    return acts.delete(store, slug, why, who)


def _undelete(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    from jobs import edit as acts

    return acts.undelete(store, slug, why, who)


def _unmerge(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    from jobs import edit as acts

    return acts.unmerge(store, slug, why, who)


def _undo(store: Store, slug: str, why: str, who: str) -> dict[str, Any]:
    from jobs import edit as acts

    return acts.undo(store, slug, why, who)


approve = _on_several("approve", "Approve products; their open reasons to look are settled.", _approve, why=False)
reject = _on_several("reject", "Reject products; they are neither reviewed nor read again.", _reject, why=True)
delete = _on_several(
    "delete",
    "Take products out of everything shown; a tombstone keeps later crawls from bringing them back.",
    _delete,
    why=True,
)
undelete = _on_several(
    "undelete",
    "Bring deleted products back, each with the status it had.",
    _undelete,
    why=True,
    complete=names.deleted_slugs,
)
unmerge = _on_several(
    "unmerge",
    "Make products that were merged ones of their own again.",
    _unmerge,
    why=True,
    complete=names.merged_slugs,
)
undo = _on_several(
    "undo",
    """Take the newest act of an editor on each product back: edit, approval, rejection, override, merge, deletion.

    What follows from it (prices shown, verdict, page) is as before. Refused where something it decided was changed since.
    """,
    _undo,
    why=False,
    complete=names.any_slugs,
)


@click.command()
@_slugs()
@click.argument("into", shell_complete=names.slugs)
@why_needed
@click.option("--preview", is_flag=True, help="Only show what INTO would show.")
@click.option("--yes", is_flag=True, help="Merge without asking; needed where there is no terminal to ask on.")
@common
def merge(context: Context, slugs: tuple[str, ...], into: str, why: str, preview: bool, yes: bool) -> int:
    """Make SLUGs part of the product INTO, which stays who it is; `scout unmerge SLUG` restores both.

    What INTO shows before and after comes first. What SLUG says of itself (name, homepage, tagline, description,
    makers, repository, prices of the same plan) is shown only where INTO says nothing.
    """
    from jobs import edit as acts
    from jobs import terminal

    who, named = context.settings.who, list(dict.fromkeys(slugs))
    with context.open() as opened:
        shown = [
            {"slug": one, "into": into, "merged": False, "preview": acts.merge_preview(opened, one, into, why, who)}
            for one in named
        ]
        found = shown[0] if len(shown) == 1 else {"products": shown}
        if preview:
            return context.tell(found, terminal.merge_preview)
        if not yes and not agreed(context, found, terminal.merge_preview, f"Merge {' and '.join(named)} into {into}?"):
            return SOME_FAILED
        with opened.write():
            reports = [
                {**acts.merge(opened, slug, into, why, who), "preview": one["preview"]}
                for slug, one in zip(named, shown, strict=True)
            ]
    return context.tell(reports[0] if len(reports) == 1 else {"products": reports}, terminal.act)


@click.command()
@click.argument("slug", shell_complete=names.slugs)
@click.argument("verdict", metavar="VERDICT", type=names.VOTE)
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


@click.command()
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Most products.")
@click.option("--list", "only_list", is_flag=True, help="Only list them, also on a terminal.")
@common
def inbox(context: Context, limit: int, only_list: bool) -> int:
    """What needs an eye, what readers see most of first, with doubtful facts, their quotes and candidates.

    On a terminal one after the other, by key: a approve, 1-9 take that candidate, e edit, r reject, u undo, n next,
    q quit. Elsewhere a list, to read. `scout list --status needs_look` names them only.
    """
    from jobs import terminal
    from jobs.inbox import inbox as needing
    from jobs.inbox import with_pictures

    with context.open() as opened:
        items, total = needing(opened, limit)
        items = with_pictures(opened, items)
        if context.as_json:
            context.out({"items": items, "total": total})
        elif only_list or not (sys.stdin.isatty() and sys.stdout.isatty()):
            terminal.inbox(items, total)
        else:
            work_through(opened, items, context.settings.who)
    return OK


def work_through(store: Store, items: list[dict[str, Any]], who: str) -> None:
    """Show item after item and do what a key says; what cannot be done is said, and the item stays."""
    from jobs import terminal

    at, done = 0, ""
    if items:
        terminal.sentence(_KEYS)
    while at < len(items):
        terminal.inbox_item(items[at], at + 1, len(items))
        key = click.getchar()
        if key in ("q", "\x04", "\x1b"):
            break
        if key in ("n", "j", " "):
            at += 1
        elif key == "k":
            at = max(0, at - 1)
        elif key == "u" and done:
            at = next((place for place, item in enumerate(items) if item["slug"] == done), at)
            if _tried(store, "u", items[at], who):
                done = ""
        elif key in "are" or key.isdigit():
            if _tried(store, key, items[at], who):
                done, at = items[at]["slug"], at + 1
        else:
            terminal.sentence(_KEYS)
    terminal.line(
        f"{len(items) - at} left." if at < len(items) else "That is all." if items else "Nothing needs an eye."
    )


_KEYS = "a approve, 1-9 take that candidate, e edit, r reject, u undo, n or j next, k back, q quit"


def _tried(store: Store, key: str, item: dict[str, Any], who: str) -> bool:
    """Do what a key asks of an item; whether it was done. What refuses is said in its sentence."""
    from jobs import edit as acts
    from jobs import terminal

    slug = item["slug"]
    candidates = [one for doubt in item["doubts"] for one in doubt["candidates"]]
    try:
        if key == "a":
            report = acts.set_status(store, slug, "approved", "", who)
        elif key == "u":
            report = acts.undo(store, slug, "", who)
        elif key == "r":
            report = acts.set_status(store, slug, "rejected", click.prompt("Why", err=True), who)
        elif key == "e":
            words = (click.prompt("FIELD=VALUE, such as category=cli", err=True),)
            # what is not taken is refused before a reason is asked for
            acts.preview(store, slug, lambda: acts.edit(store, slug, words, "a preview", who))
            report = acts.edit(store, slug, words, click.prompt("Why", err=True), who)
        elif not 1 <= int(key) <= len(candidates):
            raise UsageError(f"There is no candidate {key}; {slug} has {len(candidates)}.")
        else:
            taken = candidates[int(key) - 1]
            report = acts.edit(store, slug, (taken["edit"],), f"chosen among what was read: {taken['url']}", who)
    except (UsageError, click.Abort) as error:
        terminal.sentence(str(error) or "Nothing was done.")
        return False
    terminal.act(report)
    return True


@click.command()
@click.option("--since", default="", metavar="SPAN", help="36h, 2d, 1w or a date; else since you last looked.")
@click.option("--keep", is_flag=True, help="Do not remember that you have looked.")
@common
def changes(context: Context, since: str, keep: bool) -> int:
    """What happened since you last looked: new products, price moves, verdicts, looks, stale panels, failing sources.

    Each editor (SCOUT_EDITOR, else the user's name) has a mark of its own in the store.
    """
    from jobs import terminal
    from jobs.inbox import news
    from jobs.since import parse_since

    who = context.settings.who
    with context.open() as opened:
        found = news(opened, parse_since(since, opened.now()) if since else None, who)
        code = context.tell(found, terminal.news)
        if not keep:
            opened.mark_looked(who, found["seq"])
    return code


COMMANDS = (
    inbox,
    changes,
    edit,
    approve,
    reject,
    merge,
    unmerge,
    delete,
    undelete,
    undo,
    vote,
)
