"""The command that serves the editors' console, and what readers send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.commands import OK, Context, common
from tools.errors import UsageError

if TYPE_CHECKING:
    from jobs.console.access import Keys

PORT, PUBLIC_PORT = 8420, 8421


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help=f"0: a free one.  [default: {PORT}, of --public {PUBLIC_PORT}]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A host name by which editors reach it, beside loopback; needed where --host is no loopback address. Repeatable.",
)
@click.option(
    "--new-token",
    is_flag=False,
    flag_value="",
    metavar="[EDITOR]",
    help="Make a new token for an editor and end; the one before is void at once, also while the console runs.",
)
@click.option(
    "--public",
    is_flag=True,
    help="Serve what the site's readers send instead, sign-ups and votes, with nothing of the console.",
)
@common
def serve(
    context: Context, port: int | None, host: str, names: tuple[str, ...], new_token: str | None, public: bool
) -> int:
    """Serve the editors' console: inbox, products, research, sources, jobs; and the MCP servers at /mcp/NAME.

    Each editor (SCOUT_EDITORS) signs in with a token of their own. Tokens are made at the first start and shown once,
    with a link; what is kept, beside the store, are their hashes.

    With --public it is the other side, open to everybody: the forms of the site, at SCOUT_POST_URL once a proxy leads that
    address here. See docs/publishing.md.
    """
    if public:
        return _serve_public(
            context, host, PUBLIC_PORT if port is None else port, alone=not names and new_token is None
        )
    port = PORT if port is None else port
    from jobs import console
    from jobs.console.access import Keys

    keys = Keys.beside(context.store, context.settings)
    if new_token is not None:
        _tell_token(keys, new_token or _only(keys), f"http://127.0.0.1:{port or PORT}")
        return OK
    if host not in console.LOOPBACK and not names:
        raise UsageError(
            f"--host {host} lets everyone who reaches this machine reach the sign-in, and tokens travel unencrypted. If "
            "you mean it, put TLS in front of it and say by which name editors reach it: --name console.example.org."
        )
    context.open().close()  # says what is wrong with the store before anything is promised; brings it up to date

    def ready(address: str) -> None:
        if host not in console.LOOPBACK:
            address = f"https://{names[0]}"  # what stands in front of it, and carries the tokens encrypted
        for editor in keys.missing():
            _tell_token(keys, editor, address)
        click.echo(f"Scout's console is at {address}. Stop it with Ctrl-C.", err=True)

    console.serve(console.app(context.store, context.settings, keys, names=(*names, host)), host, port, ready)
    return OK


def _serve_public(context: Context, host: str, port: int, *, alone: bool) -> int:
    from jobs import public

    if not alone:
        raise UsageError(
            "--name and --new-token are of the console; --public has no sign-in and goes by SCOUT_POST_URL."
        )
    context.open().close()  # says what is wrong with the store before anything is promised; brings it up to date
    built = public.app(context.store, context.settings)

    def ready(address: str) -> None:
        click.echo(f"Readers' forms are taken at {address}, for {context.settings.post_url}. Ctrl-C ends it.", err=True)
        if closed := public.closed(context.settings):
            click.echo(f"Votes only, no sign-ups: {closed}", err=True)

    public.serve(built, host, port, ready)
    return OK


def _only(keys: Keys) -> str:
    if len(keys.names) > 1:
        raise UsageError(f"Say whose: --new-token NAME, one of {', '.join(keys.names)}.")
    return keys.names[0]


def _tell_token(keys: Keys, editor: str, address: str) -> None:
    token = keys.renew(editor)
    click.echo(f"{editor} signs in once with this link; it is not shown again:\n  {address}/sign-in#{token}", err=True)
    click.echo(f"  (where the link does not do: the token is {token}; its hash is in {Path(keys.path).name})", err=True)


COMMANDS = (serve,)
