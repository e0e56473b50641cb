"""Commands that hand on what is known: export, mcp, datasette."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.commands import OK, Context, common, names
from jobs.outcome import counted


class _Forms(click.Command):
    """A command whose help names every form of export with what it is; they are looked up only then."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from tools.exporters import all_exporters

        forms = sorted(all_exporters().items())
        with formatter.section("Forms"):
            formatter.write_dl([(name, (module.__doc__ or "").partition("\n")[0]) for name, module in forms])


@click.command(cls=_Forms)
@click.argument("form", shell_complete=names.forms)
@click.option("--after", default="", metavar="CURSOR", help="Only what changed since this cursor.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to; without it, stdout (one file)."
)
@click.option(
    "--pair", "pairs", nargs=2, multiple=True, metavar="SLUG SLUG", help="Also compare these two (site). Repeatable."
)
@click.option("--push", default="", metavar="REPO", help="Send the files to this dataset of the Hub (hub): OWNER/NAME.")
@common
def export(
    context: Context, form: str, after: str, out: Path | None, pairs: tuple[tuple[str, str], ...], push: str
) -> int:
    """Write the products for others: as a site, feeds, tables, JSON, the week's letter and more.

    FORM is one of those below. The cursor to continue from is written to OUT/cursor and to stderr. A form of many files takes the place of the folder
    OUT in one step: what left the store is gone from it, and what did not change is not written again.
    """
    from jobs import terminal
    from jobs.export import export as run

    with terminal.progress() as say:
        written = run(context.store, context.settings, form, after=after, out=out, pairs=pairs, push=push, progress=say)
    if push and not context.as_json:
        terminal.line(f"sent to {written['commit']}")
    if context.as_json and (out or push):
        context.out(written)
    elif out:
        files, against = written["files"], ""
        if "kept" in written:  # a form of many files, the cursor's among them
            files = written["written"] + written["kept"]
            against = f" ({written['written']} written, {written['kept']} as they were, {written['gone']} gone)"
        terminal.line(f"{counted(files, 'file')} in {out}{against}; cursor {written['cursor']}")
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
    from jobs.datasette import serve

    context.open().close()
    serve(context.store, port, lambda address: click.echo(f"scout: {address}/store; Ctrl-C ends it", err=True))
    return OK


COMMANDS = (
    export,
    mcp,
    datasette,
)
