"""Commands about readers: the week's letter, who gets it, and what they vote."""

from __future__ import annotations

from typing import BinaryIO

import click

from jobs.commands import OK, SOME_FAILED, Commands, Context, common
from jobs.commands.acting import agreed
from tools.errors import UsageError


@click.group(cls=Commands)
def newsletter() -> None:
    """The week's letter to those who subscribed: see it, send it, see what became of it.

    It goes out by a mail target of scout.toml (SCOUT_NEWSLETTER_TARGET); see docs/publishing.md. With
    SCOUT_NEWSLETTER_CRON `scout schedule` sends it.
    """


@newsletter.command(name="preview")
@common
def newsletter_preview(context: Context) -> int:
    """What `send` would send, and to how many. Nothing is sent or kept.

    That is the newest letter until it is six days old, as it was made. As a file the week's letter of now is
    `scout export mail` (to send by other means) or `scout export newsletter` (Markdown, to edit and publish).
    """
    from jobs import terminal
    from jobs.newsletter import preview

    with context.open():
        pass
    return context.tell(preview(context.store, context.settings), terminal.letter_preview)


@newsletter.command(name="test")
@common
def newsletter_test(context: Context) -> int:
    """Send one copy to the target's own addresses (its `to`)."""
    from jobs.newsletter import send_test

    with context.open():
        pass
    sent = send_test(context.store, context.settings)
    return context.tell(sent, lambda found: click.echo(f"“{found['title']}” went to {', '.join(found['to'])}."))


@newsletter.command(name="send")
@click.option("--yes", is_flag=True, help="Do not ask; needed where there is no terminal to ask on.")
@click.option(
    "--again-unsure",
    is_flag=True,
    help="Also to those who may have it: the server had their copy and was gone before it answered.",
)
@common
def newsletter_send(context: Context, yes: bool, again_unsure: bool) -> int:
    """Send the week's letter to everybody who confirmed and has not had it: nobody gets one twice.

    A letter is made where the last one is six days old and there is anything new to tell; else the last one goes to those
    who wait for it. Ended in between, it goes on where it was.
    """
    from jobs import terminal
    from jobs.newsletter import preview, send

    with context.open():
        pass
    if not yes:
        found = preview(context.store, context.settings, again_unsure=again_unsure)
        if found["waiting"] and not agreed(context, found, terminal.letter_preview, f"Send it to {found['waiting']}?"):
            return SOME_FAILED
    with terminal.progress() as say:
        report = send(context.store, context.settings, say, again_unsure=again_unsure)
    return context.tell(report, terminal.letter_report)


@newsletter.command(name="log")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@common
def newsletter_log(context: Context, limit: int) -> int:
    """The newest letters: to how many each was sent, who waits, whom the server refused."""
    from jobs import terminal

    with context.open() as opened:
        rows = opened.letters(limit)
    return context.tell(rows, terminal.letters)


@click.group(cls=Commands)
def subscribers() -> None:
    """Who gets the week's letter: how many, their addresses, which of them bounce, one taken out."""


@subscribers.command(name="ls")
@common
def subscribers_ls(context: Context) -> int:
    """How many asked, confirmed, bounce, left or refused. No address is shown."""
    from jobs import terminal

    with context.open() as opened:
        counts = {**opened.subscriber_counts(), "trouble": opened.mail_trouble()}
    return context.tell(counts, terminal.subscribers)


@subscribers.command(name="export")
@common
def subscribers_export(context: Context) -> int:
    """The addresses that are confirmed, a line each, on stdout."""
    with context.open() as opened:
        found = list(opened.subscribers())
    if context.as_json:
        context.out([{"address": address, "confirmed_at": at} for address, at in found])
        return OK
    for address, _ in found:
        click.echo(address)
    return OK


@subscribers.command(name="bounced")
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--clear", metavar="ADDRESS", help="Send letters to this address again.")
@common
def subscribers_bounced(context: Context, file: BinaryIO | None, clear: str | None) -> int:
    """Addresses that letters do not reach, or what FILE says of them: those get no letter any more.

    FILE (- is stdin) holds addresses, a line each, or delivery reports as mail servers send them (RFC 3464): one, or a
    mailbox (mbox) of them. A report of a copy that is late, or failed for now, changes nothing. SCOUT_NEWSLETTER_BOUNCES
    letters in a row that a server refuses at once mark an address too. Who signs up again gets letters again.
    """
    from jobs import terminal
    from tools.bounces import MOST_BYTES, read_bounces

    if file and clear:
        raise UsageError("FILE marks addresses, --clear takes a mark back; give one of them.")
    found = read_bounces(file.read(MOST_BYTES + 1)) if file else None
    with context.open() as opened:
        if clear:
            opened.forget_bounces(clear)
            return context.tell({"cleared": 1}, lambda _: click.echo("1 address gets letters again"))
        if found is None:
            return context.tell(opened.bounced(), terminal.bounced)
        counts = opened.mark_bounced(found.lasting)
    return context.tell({**counts, "passing": found.passing, "unread": found.unread}, terminal.bounces)


@subscribers.command(name="rm")
@click.argument("address")
@common
def subscribers_rm(context: Context, address: str) -> int:
    """Forget ADDRESS and all that is known of it, that it wants no mail among it."""
    with context.open() as opened:
        opened.remove_subscriber(address)
    click.echo("1 address is forgotten")
    return OK


@click.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@common
def votes(context: Context, limit: int) -> int:
    """What readers vote, the products with the most votes first: a poll beside the panel, no part of its verdict."""
    from jobs import terminal

    with context.open() as opened:
        rows = opened.voted(limit)
    return context.tell(rows, terminal.reader_votes)


COMMANDS = (newsletter, subscribers, votes)
