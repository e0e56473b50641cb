"""Commands that show what is known: list, show, search, compare, history; and what one page says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.commands import OK, SOME_FAILED, Commands, Context, common, names
from tools.errors import UsageError

if TYPE_CHECKING:
    from tools.store import Store

VERDICTS = {
    "ship": "Ship",
    "skip": "Skip",
    "split": "Split",
    "not-enough-evidence": "Not enough evidence",
    "none": "",  # awaiting review
}
VERDICT = names.OneOf("verdict", lambda: VERDICTS)


@click.command(name="list")
@click.option("--since", default="", metavar="SPAN", help="First seen within: 36h, 2d, 1w or a date.")
@click.option("--status", type=names.STATUS, metavar="STATUS", help="new, needs_look, approved or rejected.")
@click.option("--verdict", type=VERDICT, metavar="VERDICT", help=f"{', '.join(VERDICTS)} (not reviewed yet).")
@click.option("--source", default="", metavar="NAME", shell_complete=names.sources, help="Launched on this source.")
@click.option(
    "--needs-look",
    is_flag=True,
    deprecated="`scout inbox --list` shows them, what matters most first",
    help="Only products an editor should look at, as the inbox shows them.",
)
@click.option(
    "--category",
    type=names.CATEGORY,
    metavar="CATEGORY",
    help="Only this category, as `scout show` names it.",
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Most rows.")
@common
def list_(
    context: Context,
    since: str,
    status: str | None,
    verdict: str | None,
    source: str,
    needs_look: bool,
    category: str | None,
    limit: int,
) -> int:
    """Products, newest first: verdict, price, where they launched."""
    from jobs import terminal
    from jobs.inbox import asked_about, with_pictures
    from jobs.listing import check_source, why_none
    from jobs.since import parse_since
    from tools.store.lists import Asked

    if needs_look and status not in (None, "needs_look"):
        raise UsageError(f"--needs-look and --status {status} exclude each other; give one.")
    with context.open() as opened:
        if source:
            check_source(opened, source)
        moment = parse_since(since, opened.now()) if since else None
        asked = Asked(
            status="needs_look" if needs_look else status or "",
            source=source,
            since=moment,
            verdict=VERDICTS[verdict] if verdict else None,
            category=category or "",
        )
        rows, total = opened.list_products(asked, limit), opened.count_products(asked)
        for row in rows if needs_look else ():
            row["screenshots"] = [page.model_dump() for page in opened.pictures(row["slug"])]
        items = with_pictures(opened, asked_about(opened, [row["slug"] for row in rows])) if needs_look else []
        given = {"--since": since, "--status": status, "--verdict": verdict, "--source": source, "--category": category}
        none = "" if rows else why_none(opened, _asked(given, needs_look))
    if context.as_json:
        context.out(rows)
    elif none:
        terminal.line(none)
    elif needs_look:
        terminal.inbox(items, total)
        return OK
    else:
        terminal.products(rows)
    if len(rows) < total and not context.as_json:
        terminal.line(f"The newest {len(rows)} of {total}; --limit {total} shows all.")
    return OK


def _asked(given: Mapping[str, str | None], needs_look: bool) -> str:
    """The filters as they were written."""
    written = [f"{option} {value}" for option, value in given.items() if value]
    return " ".join(written + ["--needs-look"] * needs_look)


@click.command()
@click.argument("slug", shell_complete=names.any_slugs)
@click.option(
    "--screenshot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the kept screenshot of a page whose prices stand in a picture, as PNG.",
)
@common
def show(context: Context, slug: str, screenshot: Path | None) -> int:
    """All about one product: facts with quotes, plans, rivals, the panel."""
    from jobs import terminal

    if screenshot:
        with context.open() as opened:
            kept = _kept_screenshot(opened, slug)
        try:
            screenshot.write_bytes(kept)
        except OSError as error:
            raise UsageError(f"The screenshot cannot be written to {screenshot}: {error.strerror}.") from error
    document = context.document(slug, rivals=True)
    if document.slug != slug:
        click.echo(f"scout: {slug} was merged and is part of {document.slug}.", err=True)
    if context.as_json:
        click.echo(document.model_dump_json(indent=2))
    else:
        terminal.show(document)
    return OK


def _kept_screenshot(store: Store, slug: str) -> bytes:
    """The first screenshot that is kept of a product's pages. Errors: UnknownName; UsageError where there is none."""
    pages = store.pictures(slug)
    kept = next((found for page in pages if (found := store.screenshot(page.id))), None)
    if kept is None:
        why = "; ".join(f"{page.url}: {page.no_screenshot}" for page in pages)
        raise UsageError(f"No screenshot is kept of {slug} ({why or 'none of its pages needed one'}).")
    return kept[0]


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@common
def search(context: Context, words: tuple[str, ...], limit: int) -> int:
    """Products whose name, tagline, description or tags hold these words."""
    from jobs import terminal
    from jobs.listing import why_none

    asked = " ".join(words)
    with context.open() as opened:
        rows = opened.search(asked, limit=limit)
        none = "" if rows else why_none(opened, f"{asked!r}")
    if none and not context.as_json:
        terminal.line(none)
        return OK
    return context.tell(rows, terminal.products)


@click.command()
@click.argument("slug", shell_complete=names.slugs)
@click.argument("other", shell_complete=names.slugs)
@common
def compare(context: Context, slug: str, other: str) -> int:
    """Two products side by side: which should you ship?"""
    from jobs import terminal
    from tools.views.compare import compare as compared

    documents = context.document(slug), context.document(other)
    result = compared(*documents)
    if context.as_json:
        click.echo(result.model_dump_json(indent=2))
    else:
        terminal.comparison(result, documents)
    return OK


@click.command()
@click.argument("slug", shell_complete=names.any_slugs)
@common
def history(context: Context, slug: str) -> int:
    """What changed about SLUG, when, from what to what, with quotes; and its prices as a small chart."""
    from jobs import terminal
    from jobs.history import history as told

    with context.open() as opened:
        found = told(opened, slug)
        now = opened.now()
    if context.as_json:
        context.out(found)
    else:
        terminal.history(found, now)
    return OK


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="The address the page was saved from.")
@common
def extract(context: Context, file: Path, url: str) -> int:
    """One product record from a saved page, as JSON."""
    from tools.identity import web_address
    from tools.page.record import read_record

    record = read_record(file.read_bytes(), web_address(url))
    click.echo(json.dumps(record, ensure_ascii=False, indent=None if context.as_json else 2))
    return OK


@click.command()
@click.argument("url")
@common
def fetch(context: Context, url: str) -> int:
    """What the fetcher sees: status, headers, timing, robots verdict."""
    from jobs import terminal
    from jobs.fetch import explain
    from tools.identity import web_address

    seen = explain(web_address(url), context.settings)
    context.tell(seen, terminal.pairs)
    return SOME_FAILED if seen.get("error") else OK


@click.group(cls=Commands)
def panel() -> None:
    """What the panels are worth: their figures, each with its n and its gate."""


@panel.command(name="stats")
@common
def panel_stats(context: Context) -> int:
    """Groundedness, ship rate, spread, agreement, sameness, stability, injection delta, cost."""
    from jobs import terminal
    from jobs.panel import as_rows, stats

    with context.open() as opened, terminal.progress() as say:
        found = as_rows(stats(opened, context.settings, say))
    return context.tell(found, terminal.panel_stats)


COMMANDS = (
    list_,
    show,
    search,
    compare,
    history,
    panel,
    extract,
    fetch,
)
