"""Commands that keep Scout running and show how it ran: runs, gateway, schedule, jobs, verify, doctor, demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from jobs.commands import OK, SOME_FAILED, Commands, Context, common, names, tell_unknown_variables
from tools.settings import load


@click.group(cls=Commands)
def runs() -> None:
    """What crawls, research and the agent did."""


@runs.command(name="ls")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@common
def runs_ls(context: Context, limit: int) -> int:
    """The newest runs and how they ended."""
    from jobs import terminal

    with context.open() as opened:
        rows = opened.runs(limit=limit)
    return context.tell(rows, terminal.runs)


@runs.command(name="show")
@click.argument("run", shell_complete=names.runs)
@common
def runs_show(context: Context, run: str) -> int:
    """One run: its steps, its tool calls, its end. RUN: its id, or enough of its beginning."""
    from jobs import terminal

    with context.open() as opened:
        found = opened.run(run)
    return context.tell(found, terminal.run)


@click.group(cls=Commands)
def gateway() -> None:
    """The models that are asked: what that cost, how they answered."""


@gateway.command(name="report")
@common
def gateway_report(context: Context) -> int:
    """What asking models cost, how fast they answered, how often they failed, what routing saved."""
    from jobs import terminal
    from jobs.gateway import report

    with context.open() as opened:
        found = report(opened)
    if context.as_json:
        context.out(found)
    else:
        terminal.gateway_report(found)
    return OK


@click.command()
@common
def schedule(context: Context) -> int:
    """Crawl, refresh and review on the cron expressions of the settings until told to stop (Ctrl-C, SIGTERM)."""
    from jobs import terminal
    from jobs.schedule import run

    with terminal.progress() as say:
        handed_back = run(context.store, context.settings, say)
    if handed_back:
        click.echo(f"scout: handed back to the next start: {', '.join(handed_back)}", err=True)
        sys.stdout.flush()
        os._exit(OK)  # their threads still run and would hold the process
    return OK


@click.group(cls=Commands)
def jobs() -> None:
    """The schedule's durable jobs."""


@jobs.command(name="ls")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Most rows.")
@common
def jobs_ls(context: Context, limit: int) -> int:
    """The newest jobs and their state."""
    from jobs import terminal
    from jobs.schedule import engine

    rows = engine(context.store, context.settings).jobs(limit)
    return context.tell(rows, terminal.jobs)


@jobs.command(name="show")
@click.argument("job", shell_complete=names.jobs)
@common
def jobs_show(context: Context, job: str) -> int:
    """One job: arguments, state, result or error. JOB: its id, or enough of its beginning."""
    from jobs import terminal
    from jobs.schedule import engine

    found = engine(context.store, context.settings).job(job)
    return context.tell(found, terminal.pairs)


@jobs.command(name="retry")
@click.argument("job", shell_complete=names.jobs)
@common
def jobs_retry(context: Context, job: str) -> int:
    """Run a job again that failed, in part or as a whole, or was cancelled."""
    from jobs.schedule import engine

    found = engine(context.store, context.settings).retry(job)
    click.echo(f"{found['id']} will run again with the next `scout schedule`")
    return OK


@jobs.command(name="cancel")
@click.argument("job", shell_complete=names.jobs)
@common
def jobs_cancel(context: Context, job: str) -> int:
    """Stop a job before its next step."""
    from jobs.schedule import engine

    found = engine(context.store, context.settings).cancel(job)
    click.echo(f"{found['id']} is cancelled")
    return OK


@click.command()
@click.option("--digest", is_flag=True, help="Print one hash of all that is known; equal stores print the same.")
@common
def verify(context: Context, digest: bool) -> int:
    """Check every row of the store against its hash."""
    from jobs import terminal

    with context.open() as opened, terminal.progress() as say:
        if digest:
            say("hashing all that is known …")
            digests = opened.digest()
        else:
            problems = opened.verify(say)
    if digest:
        return context.tell(digests, terminal.digest)
    if context.as_json:
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


@click.command()
@common
def doctor(context: Context) -> int:
    """What works on this machine, what is missing, and which settings are in force (secrets not shown)."""
    from jobs import terminal
    from jobs.doctor import examine

    with terminal.progress() as say:
        findings = examine(context.store, context.settings, say)
    context.tell(findings, terminal.doctor)
    return OK if all(check["ok"] for check in findings["checks"]) else SOME_FAILED


@click.command()
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

    tell_unknown_variables(load())
    if world:
        for path in write_world(world):
            click.echo(path)
        return OK
    return OK if play(folder) else SOME_FAILED


COMMANDS = (
    runs,
    gateway,
    schedule,
    jobs,
    verify,
    doctor,
    demo,
)
