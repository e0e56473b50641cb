"""Commands that look for tools and read them: crawl, add, research, review, refresh."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.commands import OF_OUTCOME, SOME_FAILED, Context, common, names, recordings
from jobs.commands.acting import act_on
from tools.errors import UsageError

if TYPE_CHECKING:
    from tools.store import Store


@click.command()
@click.argument("sources", nargs=-1, shell_complete=names.sources)
@click.option("--since", default="", metavar="SPAN", help="How far back: 36h, 2d, 1w or a date. Default: SCOUT_SINCE.")
@click.option("--limit", type=click.IntRange(1), help="Most launches of each source.")
@recordings
@click.option("--no-review", is_flag=True, help="Leave new products awaiting review.")
@common
def crawl(
    context: Context,
    sources: tuple[str, ...],
    since: str,
    limit: int | None,
    replay: Path | None,
    record: Path | None,
    no_review: bool,
) -> int:
    """Look for launches, read the products, review what is new.

    SOURCES: names from `scout source ls`; none: all that are enabled.
    """
    from jobs import terminal
    from jobs.crawl import CrawlRequest
    from jobs.crawl import crawl as run

    request = CrawlRequest(sources, since, limit, replay, record, not no_review)
    with terminal.progress() as say, context.notices_after(say, replay):
        report = run(context.store, context.settings, request, say)
    return context.tell(report, partial(terminal.crawl_report, store=context.store))


@click.command()
@click.argument("urls", nargs=-1)
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="Addresses, one a line; - for stdin.")
@recordings
@click.option("--no-review", is_flag=True, help="Leave new products awaiting review.")
@common
def add(
    context: Context, urls: tuple[str, ...], file: Any, replay: Path | None, record: Path | None, no_review: bool
) -> int:
    """Read these pages as products, whoever announced them."""
    from jobs import terminal
    from jobs.research import add as run

    asked = [*urls, *(line.strip() for line in file or () if line.strip() and not line.startswith("#"))]
    if not asked:
        raise UsageError("Nothing to add: give addresses, or --file with one a line.")
    with terminal.progress() as say, context.notices_after(say, replay):
        report = run(
            context.store, context.settings, asked, replay=replay, record=record, review=not no_review, progress=say
        )
    return context.tell(report, terminal.add_report)


@click.command()
@click.argument("query")
@recordings
@common
def research(context: Context, query: str, replay: Path | None, record: Path | None) -> int:
    """Find a tool by NAME or address, read it, have it reviewed, print a short cited report."""
    from jobs import terminal
    from jobs.research import research as run

    with terminal.progress() as say, context.notices_after(say, replay):
        report = run(context.store, context.settings, query, replay=replay, record=record, progress=say)
    code = context.tell(report, terminal.research_report)
    return code if report["state"] == "found" else code or SOME_FAILED


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...", shell_complete=names.slugs)
@click.option("--awaiting", is_flag=True, help="Every product that awaits review.")
@click.option(
    "--fusion",
    type=names.FUSION,
    metavar="WAY",
    help="compare, best_of, merge or debate: ask all models of the pool and settle between them, whatever SCOUT_REVIEWER says.",
)
@click.option(
    "--override",
    metavar="PERSONA",
    shell_complete=names.personas,
    help="No new review: your vote in the place of this persona's.",
)
@click.option("--verdict", metavar="ship|skip", help="With --override: your vote.")
@click.option("--why", metavar="TEXT", help="With --override: the reason, kept in the change log.")
@click.option("--preview", is_flag=True, help="With --override: only show what would change.")
@click.option("--yes", is_flag=True, help="With --override: do not ask, also where several are named.")
@common
def review(
    context: Context,
    slugs: tuple[str, ...],
    awaiting: bool,
    fusion: str | None,
    override: str | None,
    verdict: str | None,
    why: str | None,
    preview: bool,
    yes: bool,
) -> int:
    """Have the panel review SLUGs, or every product awaiting it; or overrule one persona of its panel.

    Rules review, or models where SCOUT_REVIEWER=model. --fusion compare takes each field's median over the models,
    best_of keeps the review that a judge prefers in both orders, merge joins their standing facts, debate has each
    answer again after reading the others.

    Nothing is read from the network: the dossier of a product stands as a crawl or refresh gathered it.

    An override stands beside the persona's own vote, which stays, and counts for the verdict until the facts change.
    """
    from jobs import terminal
    from jobs.review import review_some, sweep

    if override is not None or verdict is not None or why is not None:
        return _override(context, slugs, override, verdict, why, preview, yes)
    if bool(slugs) == awaiting or preview or yes:
        raise UsageError(
            "Give a SLUG or several, or --awaiting for all that await review; --preview and --yes go with an override."
        )
    with terminal.progress() as say, context.notices_after(say):
        counts = (
            review_some(context.store, context.settings, slugs, fusion or "", say)
            if slugs
            else sweep(context.store, context.settings, say, fusion or "")
        )
    if context.as_json:
        context.out(counts)
    elif len(slugs) == 1:
        terminal.show(context.document(slugs[0]))
    else:
        terminal.review_report(counts)
    return OF_OUTCOME[counts["outcome"]]


def _override(
    context: Context,
    slugs: tuple[str, ...],
    persona: str | None,
    verdict: str | None,
    why: str | None,
    preview: bool,
    yes: bool,
) -> int:
    from jobs import edit, terminal

    if not (slugs and persona and verdict and why):
        raise UsageError("An override is written: scout review SLUG --override PERSONA --verdict ship|skip --why TEXT")
    who = context.settings.who

    def act(opened: Store, one: str) -> dict[str, Any]:
        return edit.override(opened, one, persona, verdict, why, who)

    return act_on(context, slugs, act, edit.preview, terminal.act, preview=preview, yes=yes)


@click.command()
@click.argument("slugs", nargs=-1, shell_complete=names.slugs)
@click.option("--all", "everything", is_flag=True, help="Every tracked product, due or not.")
@recordings
@click.option("--no-review", is_flag=True, help="Leave changed products awaiting review.")
@common
def refresh(
    context: Context,
    slugs: tuple[str, ...],
    everything: bool,
    replay: Path | None,
    record: Path | None,
    no_review: bool,
) -> int:
    """Read tracked products again and keep what changed; the panel sees those anew.

    SLUGS: only these. None: those that are due; a product that changed is read again after a day, one that does not
    after twice as long each time, up to a month.
    """
    from jobs import terminal
    from jobs.refresh import refresh as run

    if slugs and everything:
        raise UsageError("Give SLUGs or --all, not both.")
    with context.open() as opened:
        for slug in slugs:
            opened.resolve(slug)
    with terminal.progress() as say, context.notices_after(say, replay):
        report = run(
            context.store,
            context.settings,
            slugs,
            not everything,
            replay=replay,
            record=record,
            review=not no_review,
            progress=say,
        )
    return context.tell(report, terminal.refresh_report)


COMMANDS = (
    crawl,
    add,
    research,
    review,
    refresh,
)
