"""The scout command: one subcommand a job. Results on stdout, progress and logs on stderr; only this file exits."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tools import __version__
from tools.errors import CannotRun, ScoutError, UsageError
from tools.settings import SETTINGS, Settings, load

OK, SOME_FAILED, WRONG_USAGE, CANNOT_RUN = 0, 1, 2, 3
_VERDICTS = {
    "ship": "Ship",
    "skip": "Skip",
    "split": "Split",
    "not-enough-evidence": "Not enough evidence",
    "none": "",  # awaiting review
}
F = TypeVar("F", bound=Callable[..., Any])


class _Context:
    """What every command gets: the store's path, whether JSON is wanted, the settings."""

    def __init__(self, store: str, as_json: bool, settings: Settings) -> None:
        self.store, self.as_json, self.settings = store, as_json, settings

    def out(self, value: Any) -> None:
        """One JSON value on stdout."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=None if isinstance(value, str) else 2))


def _common(command: F) -> F:
    """--store and --json on every command, in front of its own options."""
    command = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(command)
    return click.option(
        "--store", default="store.db", show_default=True, metavar="PATH", help="The store to read and write."
    )(command)


def _recordings(command: F) -> F:
    """--replay and --record on the commands that fetch."""
    command = click.option(
        "--record", type=click.Path(dir_okay=False, path_type=Path), help="Keep all that is fetched in this WARC file."
    )(command)
    return click.option(
        "--replay",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Read this recording (WARC) instead of the network.",
    )(command)


def _context(store: str, as_json: bool) -> _Context:
    return _Context(store, as_json, load())


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="scout")
@click.option(
    "--log",
    "level",
    default="warning",
    type=click.Choice(["debug", "info", "warning", "error"]),
    show_default=True,
    help="What is logged on stderr.",
)
def cli(level: str) -> None:
    """Finds new developer tools the day they launch, reads what they are and cost, and says ship or skip, with every
    claim cited.

    Results go to stdout, progress and logs to stderr. Exit 0: all went well. 1: some items failed and are listed.
    2: wrong usage. 3: could not run at all.
    """
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)


# finding ------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("sources", nargs=-1)
@click.option("--since", default="", metavar="SPAN", help="How far back: 36h, 2d, 1w or a date. Default: the setting.")
@click.option("--limit", type=click.IntRange(1), help="Most launches of each source.")
@_recordings
@click.option("--no-review", is_flag=True, help="Leave new products awaiting review.")
@_common
def crawl(
    sources: tuple[str, ...],
    since: str,
    limit: int | None,
    replay: Path | None,
    record: Path | None,
    no_review: bool,
    store: str,
    as_json: bool,
) -> int:
    """Look for launches, read the products, review what is new.

    SOURCES: names from `scout source ls`; none: all that are enabled.
    """
    from jobs import terminal
    from jobs.crawl import CrawlRequest
    from jobs.crawl import crawl as run

    context = _context(store, as_json)
    request = CrawlRequest(sources, since, limit, replay, record, not no_review)
    with terminal.progress() as say:
        report = run(store, context.settings, request, say)
    if as_json:
        context.out(report)
    else:
        terminal.crawl_report(report)
    return SOME_FAILED if report["failures"] else OK


@cli.command()
@click.argument("urls", nargs=-1)
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="Addresses, one a line; - for stdin.")
@_recordings
@click.option("--no-review", is_flag=True, help="Leave new products awaiting review.")
@_common
def add(
    urls: tuple[str, ...],
    file: Any,
    replay: Path | None,
    record: Path | None,
    no_review: bool,
    store: str,
    as_json: bool,
) -> int:
    """Read these pages as products, whoever announced them."""
    from jobs import terminal
    from jobs.research import add as run

    asked = [*urls, *(line.strip() for line in file or () if line.strip() and not line.startswith("#"))]
    if not asked:
        raise UsageError("Nothing to add: give addresses, or --file with one a line.")
    context = _context(store, as_json)
    with terminal.progress() as say:
        report = run(store, context.settings, asked, replay=replay, record=record, review=not no_review, progress=say)
    if as_json:
        context.out(report)
    else:
        terminal.add_report(report)
    return SOME_FAILED if report["failures"] else OK


@cli.command()
@click.argument("query")
@_recordings
@_common
def research(query: str, replay: Path | None, record: Path | None, store: str, as_json: bool) -> int:
    """Find a tool by NAME or address, read it, have it reviewed, print a short cited report."""
    from jobs import terminal
    from jobs.research import research as run

    context = _context(store, as_json)
    with terminal.progress() as say:
        report = run(store, context.settings, query, replay=replay, record=record, progress=say)
    if as_json:
        context.out(report)
    else:
        terminal.research_report(report)
    return OK if report["state"] == "found" else SOME_FAILED


@cli.command()
@click.argument("slug", required=False)
@click.option("--awaiting", is_flag=True, help="Every product that awaits review.")
@_common
def review(slug: str | None, awaiting: bool, store: str, as_json: bool) -> int:
    """Have the panel review SLUG, or every product awaiting it."""
    from jobs import terminal
    from jobs.review import review_one, sweep

    if bool(slug) == awaiting:
        raise UsageError("Give one SLUG, or --awaiting for all that await review.")
    context = _context(store, as_json)
    with terminal.progress() as say:
        counts = review_one(store, context.settings, slug) if slug else sweep(store, context.settings, say)
    if as_json:
        context.out(counts)
    elif slug:
        terminal.show(_document(context, slug))
    else:
        terminal.line(f"{counts['panels']} panels, {counts['reviews']} reviews, {len(counts['failures'])} failures")
        terminal.failures(counts["failures"])
    return SOME_FAILED if counts["failures"] else OK


@cli.command()
@click.argument("slugs", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every tracked product, due or not.")
@_recordings
@click.option("--no-review", is_flag=True, help="Leave changed products awaiting review.")
@_common
def refresh(
    slugs: tuple[str, ...],
    everything: bool,
    replay: Path | None,
    record: Path | None,
    no_review: bool,
    store: str,
    as_json: bool,
) -> int:
    """Read tracked products again and keep what changed; the panel sees those anew.

    SLUGS: only these. None: those that are due; a product that changed is read again after a day, one that does not
    after twice as long each time, up to a month.
    """
    from jobs import terminal
    from jobs.refresh import refresh as run

    if slugs and everything:
        raise UsageError("Give SLUGs or --all, not both.")
    context = _context(store, as_json)
    with _open(context) as opened:
        for slug in slugs:
            opened.resolve(slug)
    with terminal.progress() as say:
        report = run(
            store,
            context.settings,
            slugs,
            not everything,
            replay=replay,
            record=record,
            review=not no_review,
            progress=say,
        )
    if as_json:
        context.out(report)
    else:
        terminal.refresh_report(report)
    return SOME_FAILED if report["failures"] else OK


# the editor's word --------------------------------------------------------------------------------------------

_why = click.option("--why", required=True, metavar="TEXT", help="The reason, kept in the change log.")


@cli.command()
@click.argument("slug")
@click.argument("values", nargs=-1, metavar="FIELD=VALUE...")
@_why
@_common
def edit(slug: str, values: tuple[str, ...], why: str, store: str, as_json: bool) -> int:
    """Say what is right: it outranks every page and survives refresh.

    FIELD=VALUE: name, tagline, license, ...; plan:NAME="20 USD/month", "free" or "unknown"; lists by commas. An empty
    value takes the editor's word back.
    """
    from jobs import edit as acts

    return _act(store, as_json, lambda opened, who: acts.edit(opened, slug, values, why, who))


@cli.command()
@click.argument("slug")
@_why
@_common
def approve(slug: str, why: str, store: str, as_json: bool) -> int:
    """Approve SLUG; its open reasons to look are settled."""
    from jobs import edit as acts

    return _act(store, as_json, lambda opened, who: acts.set_status(opened, slug, "approved", why, who))


@cli.command()
@click.argument("slug")
@_why
@_common
def reject(slug: str, why: str, store: str, as_json: bool) -> int:
    """Reject SLUG; it is neither reviewed nor read again."""
    from jobs import edit as acts

    return _act(store, as_json, lambda opened, who: acts.set_status(opened, slug, "rejected", why, who))


@cli.command()
@click.argument("slug")
@click.argument("into")
@_why
@_common
def merge(slug: str, into: str, why: str, store: str, as_json: bool) -> int:
    """Make SLUG part of the product INTO; `scout unmerge SLUG` restores both."""
    from jobs import edit as acts

    return _act(store, as_json, lambda opened, who: acts.merge(opened, slug, into, why, who))


@cli.command()
@click.argument("slug")
@_why
@_common
def unmerge(slug: str, why: str, store: str, as_json: bool) -> int:
    """Make SLUG, merged before, a product of its own again."""
    from jobs import edit as acts

    return _act(store, as_json, lambda opened, who: acts.unmerge(opened, slug, why, who))


@cli.command()
@click.argument("slug")
@_why
@_common
def delete(slug: str, why: str, store: str, as_json: bool) -> int:
    """Take SLUG out of everything shown; a tombstone keeps later crawls from bringing it back."""
    from jobs import edit as acts

    return _act(store, as_json, lambda opened, who: acts.delete(opened, slug, why, who))


def _act(store: str, as_json: bool, act: Callable[[Any, str], dict[str, Any]]) -> int:
    from jobs import terminal

    context = _context(store, as_json)
    with _open(context) as opened:
        report = act(opened, context.settings.who)
    if as_json:
        context.out(report)
    else:
        terminal.act(report)
    return OK


# reading ------------------------------------------------------------------------------------------------------


@cli.command(name="list")
@click.option("--since", default="", metavar="SPAN", help="First seen within: 36h, 2d, 1w or a date.")
@click.option("--status", type=click.Choice(["new", "needs_look", "approved", "rejected"]), help="Only this status.")
@click.option("--verdict", type=click.Choice(list(_VERDICTS)), help="Only this verdict.")
@click.option("--source", default="", help="Only products launched on this source.")
@click.option("--needs-look", is_flag=True, help="Only products an editor should look at, with the reasons.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Most rows.")
@_common
def list_(
    since: str,
    status: str | None,
    verdict: str | None,
    source: str,
    needs_look: bool,
    limit: int,
    store: str,
    as_json: bool,
) -> int:
    """Products, newest first: verdict, price, where they launched."""
    from jobs import terminal
    from jobs.crawl import parse_since

    if needs_look and status not in (None, "needs_look"):
        raise UsageError(f"--needs-look and --status {status} exclude each other; give one.")
    context = _context(store, as_json)
    with _open(context) as opened:
        moment = parse_since(since, opened.now()) if since else None
        rows = opened.list_products(
            since=moment,
            status="needs_look" if needs_look else status,
            verdict=_VERDICTS[verdict] if verdict else None,
            source=source or None,
            limit=limit,
        )
    if as_json:
        context.out(rows)
    elif needs_look:
        terminal.looks(rows)
    else:
        terminal.products(rows)
    return OK


@cli.command()
@click.argument("slug")
@_common
def show(slug: str, store: str, as_json: bool) -> int:
    """All about one product: facts with quotes, plans, the panel."""
    from jobs import terminal

    context = _context(store, as_json)
    document = _document(context, slug)
    if as_json:
        click.echo(document.model_dump_json(indent=2))
    else:
        terminal.show(document)
    return OK


@cli.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@_common
def search(words: tuple[str, ...], limit: int, store: str, as_json: bool) -> int:
    """Products whose name, tagline, description or tags hold these words."""
    from jobs import terminal

    context = _context(store, as_json)
    with _open(context) as opened:
        rows = opened.search(" ".join(words), limit=limit)
    if as_json:
        context.out(rows)
    else:
        terminal.products(rows)
    return OK


@cli.command()
@click.argument("slug")
@click.argument("other")
@_common
def compare(slug: str, other: str, store: str, as_json: bool) -> int:
    """Two products side by side: which should you ship?"""
    from jobs import terminal
    from tools.compare import compare as compared

    context = _context(store, as_json)
    result = compared(_document(context, slug), _document(context, other))
    if as_json:
        click.echo(result.model_dump_json(indent=2))
    else:
        terminal.comparison(result)
    return OK


@cli.command()
@click.argument("slug")
@_common
def history(slug: str, store: str, as_json: bool) -> int:
    """What changed about SLUG, when, from what to what, with quotes; and its prices as a small chart."""
    from jobs import terminal
    from jobs.history import history as told

    context = _context(store, as_json)
    with _open(context) as opened:
        found = told(opened, slug)
        now = opened.now()
    if as_json:
        context.out(found)
    else:
        terminal.history(found, now)
    return OK


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", required=True, help="The address the page was saved from.")
@_common
def extract(file: Path, url: str, store: str, as_json: bool) -> int:
    """One product record from a saved page, as JSON."""
    from tools.extract import read_record

    click.echo(json.dumps(read_record(file.read_bytes(), url), ensure_ascii=False, indent=None if as_json else 2))
    return OK


@cli.command()
@click.argument("url")
@_common
def fetch(url: str, store: str, as_json: bool) -> int:
    """What the fetcher sees: status, headers, timing, robots verdict."""
    from jobs import terminal
    from jobs.fetch import explain

    context = _context(store, as_json)
    seen = explain(url, context.settings)
    if as_json:
        context.out(seen)
    else:
        terminal.pairs(seen)
    return SOME_FAILED if seen.get("error") else OK


# handing on ---------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("form")
@click.option("--after", default="", metavar="CURSOR", help="Only what changed since this cursor.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to; without it, stdout (one file)."
)
@click.option(
    "--pair", "pairs", nargs=2, multiple=True, metavar="SLUG SLUG", help="Also compare these two (site). Repeatable."
)
@_common
def export(
    form: str, after: str, out: Path | None, pairs: tuple[tuple[str, str], ...], store: str, as_json: bool
) -> int:
    """Write the products as FORM: jsonl, site, …; `scout export --help` names them all.

    The cursor to continue from is written to OUT/cursor and to stderr.
    """
    from jobs import terminal
    from jobs.export import export as run

    context = _context(store, as_json)
    with terminal.progress() as say:
        written = run(store, context.settings, form, after=after, out=out, pairs=pairs, progress=say)
    if as_json and out:
        context.out(written)
    elif out:
        terminal.line(f"{written['files']} files in {out}; cursor {written['cursor']}")
    return OK


@cli.group()
def source() -> None:
    """The places launches come from."""


@source.command(name="ls")
@_common
def source_ls(store: str, as_json: bool) -> int:
    """Every source: how it is read, when it last answered, what went wrong."""
    from jobs import terminal
    from jobs.listing import sources

    context = _context(store, as_json)
    rows = sources(store)
    if as_json:
        context.out(rows)
    else:
        terminal.sources(rows)
    return OK


@source.command(name="add")
@click.argument("name")
@click.argument("url")
@_common
def source_add(name: str, url: str, store: str, as_json: bool) -> int:
    """Follow an RSS, Atom or JSON Feed at URL under NAME."""
    from jobs.listing import add_feed

    context = _context(store, as_json)
    add_feed(store, context.settings, name, url)
    click.echo(f"{name} will be read with the next crawl; try it now: scout crawl {name}")
    return OK


@source.command(name="disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Enable it again.")
@_common
def source_disable(name: str, undo: bool, store: str, as_json: bool) -> int:
    """Leave a source out of crawls that name none."""
    from jobs.listing import disable

    disable(store, name, disabled=not undo)
    click.echo(f"{name} is {'enabled' if undo else 'disabled'}")
    return OK


@cli.group()
def recipe() -> None:
    """Selectors for sites that are not read well otherwise: data, proved on sample pages, watched on live ones."""


@recipe.command(name="try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option("--url", "urls", multiple=True, help="The address a PAGE was saved from; one for each, or one for all.")
@_common
def recipe_try(file: Path, pages: tuple[str, ...], urls: tuple[str, ...], store: str, as_json: bool) -> int:
    """What the recipe in FILE (TOML or JSON) reads on each PAGE, a saved page or a stored page's id; nothing is kept.

    Without --url the addresses of the recipe's samples are taken, in their order. A PAGE that is a sample is held
    against the rows it must yield.
    """
    from jobs import terminal
    from jobs.recipes import try_recipe

    context = _context(store, as_json)
    found = try_recipe(store, file, pages, urls)
    if as_json:
        context.out(found)
    else:
        terminal.recipe_trial(found)
    sound = not found["differences"] and all(page["valid"] == 1 for page in found["pages"])
    return OK if sound else SOME_FAILED


@recipe.command(name="save")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--sample",
    "samples",
    multiple=True,
    metavar="PAGE",
    help="The page of each sample, in the recipe's order: a saved page or a stored page's id.",
)
@click.option(
    "--page", "further", multiple=True, metavar="PAGE", help="A further page of the site; three make it active."
)
@click.option("--url", "urls", multiple=True, help="The address a further PAGE was saved from; one for each.")
@_common
def recipe_save(
    file: Path, samples: tuple[str, ...], further: tuple[str, ...], urls: tuple[str, ...], store: str, as_json: bool
) -> int:
    """Keep the recipe in FILE once it reproduces its samples.

    It becomes active after three further pages with 95 % valid rows: those given here, or those that crawls read.
    """
    from jobs import terminal
    from jobs.recipes import save

    context = _context(store, as_json)
    row = save(store, file, samples, further, urls)
    if as_json:
        context.out(row)
    else:
        terminal.recipes([row])
    return OK


@recipe.command(name="list")
@_common
def recipe_list(store: str, as_json: bool) -> int:
    """Every version of every recipe, newest first: its state, why, and its live coverage."""
    from jobs import terminal
    from jobs.recipes import rows

    context = _context(store, as_json)
    _open(context).close()
    found = rows(store)
    if as_json:
        context.out(found)
    else:
        terminal.recipes(found)
    return OK


@recipe.command(name="retire")
@click.argument("site")
@click.option("--why", required=True, help="The reason, kept with the recipe.")
@_common
def recipe_retire(site: str, why: str, store: str, as_json: bool) -> int:
    """Use a SITE's recipes no more. What was read by them stays until the pages are read again."""
    from jobs import terminal
    from jobs.recipes import retire

    context = _context(store, as_json)
    _open(context).close()
    found = retire(store, site, why)
    if as_json:
        context.out(found)
    else:
        terminal.recipes(found)
    return OK


@cli.group()
def runs() -> None:
    """What crawls, research and the agent did."""


@runs.command(name="ls")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@_common
def runs_ls(limit: int, store: str, as_json: bool) -> int:
    """The newest runs and how they ended."""
    from jobs import terminal

    context = _context(store, as_json)
    with _open(context) as opened:
        rows = opened.runs(limit=limit)
    if as_json:
        context.out(rows)
    else:
        terminal.runs(rows)
    return OK


@runs.command(name="show")
@click.argument("run")
@_common
def runs_show(run: str, store: str, as_json: bool) -> int:
    """One run: its steps, its tool calls, its end."""
    from jobs import terminal

    context = _context(store, as_json)
    with _open(context) as opened:
        found = opened.run(run)
    if as_json:
        context.out(found)
    else:
        terminal.run(found)
    return OK


# keeping it running -------------------------------------------------------------------------------------------


@cli.command()
@_common
def schedule(store: str, as_json: bool) -> int:
    """Crawl and review on the cron expressions of the settings until told to stop (Ctrl-C, SIGTERM)."""
    from jobs import terminal
    from jobs.schedule import run

    context = _context(store, as_json)
    with terminal.progress() as say:
        handed_back = run(store, context.settings, say)
    if handed_back:
        click.echo(f"scout: handed back to the next start: {', '.join(handed_back)}", err=True)
        sys.stdout.flush()
        os._exit(OK)  # their threads still run and would hold the process
    return OK


@cli.group()
def jobs() -> None:
    """The schedule's durable jobs."""


@jobs.command(name="ls")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@_common
def jobs_ls(limit: int, store: str, as_json: bool) -> int:
    """The newest jobs and their state."""
    from jobs import terminal
    from jobs.schedule import engine

    context = _context(store, as_json)
    rows = engine(store, context.settings).jobs(limit)
    if as_json:
        context.out(rows)
    else:
        terminal.jobs(rows)
    return OK


@jobs.command(name="show")
@click.argument("job")
@_common
def jobs_show(job: str, store: str, as_json: bool) -> int:
    """One job: arguments, state, result or error."""
    from jobs import terminal
    from jobs.schedule import engine

    context = _context(store, as_json)
    found = engine(store, context.settings).job(job)
    if as_json:
        context.out(found)
    else:
        terminal.pairs(found)
    return OK


@jobs.command(name="retry")
@click.argument("job")
@_common
def jobs_retry(job: str, store: str, as_json: bool) -> int:
    """Run a failed or cancelled job again."""
    from jobs.schedule import engine

    engine(store, _context(store, as_json).settings).retry(job)
    click.echo(f"{job} will run again with the next `scout schedule`")
    return OK


@jobs.command(name="cancel")
@click.argument("job")
@_common
def jobs_cancel(job: str, store: str, as_json: bool) -> int:
    """Stop a job before its next step."""
    from jobs.schedule import engine

    engine(store, _context(store, as_json).settings).cancel(job)
    click.echo(f"{job} is cancelled")
    return OK


@cli.command()
@click.argument("name")
@click.option(
    "--http",
    "port",
    type=click.IntRange(1, 65_535),
    metavar="PORT",
    help="Serve streamable HTTP on loopback instead of stdio.",
)
@_common
def mcp(name: str, port: int | None, store: str, as_json: bool) -> int:
    """Serve one MCP server to other agents: sources, web, hub, store or panel."""
    from mcp_servers import serve

    context = _context(store, as_json)
    serve(name, store, context.settings, port=port)
    return OK


@cli.command()
@click.option("--digest", is_flag=True, help="Print one hash of all that is known; equal stores print the same.")
@_common
def verify(digest: bool, store: str, as_json: bool) -> int:
    """Check every row of the store against its hash."""
    from jobs import terminal

    context = _context(store, as_json)
    with _open(context) as opened:
        if digest:
            digests = opened.digest()
            if as_json:
                context.out(digests)
            else:
                terminal.digest(digests)
            return OK
        problems = opened.verify()
    if as_json:
        context.out({"problems": problems})
    else:
        for problem in problems:
            terminal.line(problem)
        terminal.line(
            "The store is sound."
            if not problems
            else f"{len(problems)} problems. Restore a backup, or crawl again what is damaged."
        )
    return SOME_FAILED if problems else OK


@cli.command()
@_common
def doctor(store: str, as_json: bool) -> int:
    """What works on this machine, what is missing, and which settings are in force (secrets not shown)."""
    from jobs import terminal
    from jobs.doctor import examine

    context = _context(store, as_json)
    findings = examine(store, context.settings)
    if as_json:
        context.out(findings)
    else:
        terminal.doctor(findings)
    return OK if all(check["ok"] for check in findings["checks"]) else SOME_FAILED


@cli.command()
@click.option(
    "--world",
    type=click.Path(file_okay=False, path_type=Path),
    help="Only write the recordings day1.warc.gz and day2.warc.gz to this folder.",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".demo"),
    show_default=True,
    help="Where the demo's store and site go.",
)
def demo(world: Path | None, folder: Path) -> int:
    """Two days of a small made-up world, with no key and no network: discovery, prices, reviews, a comparison page."""
    from jobs.demo.play import play, write_world

    if world:
        for path in write_world(world):
            click.echo(path)
        return OK
    return OK if play(folder) else SOME_FAILED


def _open(context: _Context) -> Any:
    """The store of a command that only reads: it must be there."""
    from tools.store import Store

    if not Path(context.store).exists():
        raise UsageError(f"No store at {context.store}. `scout crawl` makes one; --store names another.")
    return Store.open(context.store, create=False)


def _document(context: _Context, slug: str) -> Any:
    with _open(context) as opened:
        return opened.document(opened.resolve(slug))


def _help_of_settings() -> str:
    rows = "\n".join(f"  {setting.env:<28} {setting.help}" for setting in SETTINGS)
    return f"\b\nSettings (environment variables; `scout doctor` shows those in force):\n{rows}"


cli.epilog = _help_of_settings()


def main() -> None:
    """Run the command and exit: one sentence and the right code for whatever we raise on purpose."""
    _write_any_text()
    try:
        # not cli.main(): it ends with 1 when the reader of a pipe has gone, which is no failure of ours
        with cli.make_context("scout", sys.argv[1:]) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except UsageError as error:
        _end(str(error), WRONG_USAGE)
    except CannotRun as error:
        _end(str(error), CANNOT_RUN)
    except ScoutError as error:
        _end(str(error), SOME_FAILED)
    except KeyboardInterrupt:
        _end("Stopped. Nothing is half-written; run it again to go on.", 130)
    except BrokenPipeError:
        # the reader has gone (`scout export jsonl | head`): not our failure. Python would complain while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)
    sys.exit(code if isinstance(code, int) else OK)


def _end(sentence: str, code: int) -> None:
    click.echo(f"scout: {sentence}", err=True)
    sys.exit(code)


def _write_any_text() -> None:
    """A locale that is not UTF-8 must not cost a crawl: what cannot be written there is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
