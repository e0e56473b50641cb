"""Commands that hand on what is known: export, mcp, datasette."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.commands import OK, Context, common, names


@click.command()
@click.argument("form", shell_complete=names.forms)
@click.option("--after", default="", metavar="CURSOR", help="Only what changed since this cursor.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to; without it, stdout (one file)."
)
@click.option(
    "--pair", "pairs", nargs=2, multiple=True, metavar="SLUG SLUG", help="Also compare these two (site). Repeatable."
)
@common
def export(context: Context, form: str, after: str, out: Path | None, pairs: tuple[tuple[str, str], ...]) -> int:
    """Write the products as FORM: jsonl, site, …; `scout export --help` names them all.

    The cursor to continue from is written to OUT/cursor and to stderr.
    """
    from jobs import terminal
    from jobs.export import export as run

    with terminal.progress() as say:
        written = run(context.store, context.settings, form, after=after, out=out, pairs=pairs, progress=say)
    if context.as_json and out:
        context.out(written)
    elif out:
        terminal.line(f"{written['files']} files in {out}; cursor {written['cursor']}")
    return OK


@click.command()
@click.argument("name", shell_complete=names.servers)
@click.option(
    "--http",
    "port",
    type=click.IntRange(1, 65_535),
    metavar="PORT",
    help="Serve streamable HTTP on loopback instead of stdio.",
)
@common
def mcp(context: Context, name: str, port: int | None) -> int:
    """Serve one MCP server to other agents: sources, web, hub, store or panel.

    Over HTTP its clients must send a token: SCOUT_MCP_TOKEN, else one made at this start and shown on stderr.
    """
    from mcp_servers import serve

    serve(name, context.store, context.settings, port=port, say=lambda line: click.echo(line, err=True))
    return OK


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), default=8001, show_default=True, help="On loopback.")
@common
def datasette(context: Context, port: int) -> int:
    """Open the store in Datasette, read-only, with canned queries: new this week, price changes, disagreements, …

    It is served on loopback until Ctrl-C. Others go on writing meanwhile. Needs the extra: pip install 'scout[datasette]'
    """
    from jobs.datasette import HOST, serve

    context.open().close()
    click.echo(f"scout: http://{HOST}:{port}/store; Ctrl-C ends it", err=True)
    serve(context.store, port)
    return OK


COMMANDS = (
    export,
    mcp,
    datasette,
)
