"""`scout schedule`: the same crawl, refresh, review and notices as by hand, on cron expressions, in durable jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobs.engine import Engine, Job, check_cron, jobs_address
from jobs.notify import begin
from tools.errors import CannotRun
from tools.settings import Settings


def engine(store_path: Path | str, settings: Settings) -> Engine:
    """The engine of a store's jobs."""
    return Engine(jobs_address(store_path, settings), _jobs(store_path, settings), settings)


def run(store_path: Path | str, settings: Settings, say: Callable[[str], None]) -> list[str]:
    """Run the schedule until SIGTERM or SIGINT; the ids of jobs handed back to the next start.

    Errors: UsageError for a bad cron expression; CannotRun, without a contact among the reasons.
    """
    jobs = _jobs(store_path, settings)
    for job in jobs:
        check_cron(job)
    if not settings.contact:
        raise CannotRun("A schedule crawls live: set SCOUT_CONTACT to a mail or web address for the user agent.")
    if settings.table("rules"):
        begin(store_path, settings)
    for job in jobs:
        say(f"{job.name}: {job.cron}\n")
    return engine(store_path, settings).run_schedule(threading.Event())


def _jobs(store_path: Path | str, settings: Settings) -> list[Job]:
    from jobs.crawl import CrawlRequest, crawl
    from jobs.listing import sources
    from jobs.notify import run as notify
    from jobs.refresh import refresh
    from jobs.review import sweep

    def crawl_source(arguments: dict[str, Any]) -> dict[str, Any]:
        return crawl(store_path, settings, CrawlRequest(names=(arguments["source"],), review=False))

    def each_source() -> dict[str, dict[str, Any]]:
        return {row["name"]: {"source": row["name"]} for row in sources(store_path, settings) if row["enabled"]}

    telling = [Job("notify", lambda _: notify(store_path, settings), settings.notify_cron, {})]

    def send_letter(arguments: dict[str, Any]) -> dict[str, Any]:
        from jobs.newsletter import scheduled

        return scheduled(store_path, settings)

    writing = Job(
        "newsletter",
        send_letter,
        settings.newsletter_cron,
        {},
        patience_s=(600.0, 3_600.0, 21_600.0),
    )
    return [
        *(telling if settings.table("rules") else ()),
        *([writing] if settings.newsletter_cron else ()),
        Job("crawl_source", crawl_source, settings.crawl_cron, {}, each=each_source, patience_s=(60, 300)),
        # in the crawls' lane: one at a time holds the store's crawl lock; a crawl by hand is waited for
        Job(
            "refresh",
            lambda _: refresh(store_path, settings, review=False),
            settings.refresh_cron,
            {},
            lane="crawl_source",
            patience_s=(30.0, 120.0, 600.0),
        ),
        Job("review", lambda _: sweep(store_path, settings), settings.review_cron, {}),
    ]
