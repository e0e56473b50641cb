"""The schedule's durable jobs: how each came out, in a sentence; once more, or not at all. The same as `scout jobs`."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.responses import Response

from jobs.console.visit import Visit, get, post
from jobs.engine import Engine, next_moment

TITLE, ORDER = "Jobs", 50
_ROWS = 100
_ENDED = ("done", "partly", "failed", "cancelled", "given up")
_MARKS = {"done": "ship", "partly": "split", "running": "split", "failed": "skip", "given up": "skip"}
_CRONS = {"crawl_source": "crawl_cron", "refresh": "refresh_cron", "review": "review_cron"}


def jobs(visit: Visit) -> Response:
    """The newest jobs, and when each kind is due next."""
    rows = _engine(visit).jobs(_ROWS)
    settings, now = visit.console.settings, datetime.now(UTC)
    crons = [
        (name, getattr(settings, setting), next_moment(getattr(settings, setting), now))
        for name, setting in _CRONS.items()
    ]
    return visit.show("jobs.html", rows=rows, crons=crons, ended=_ENDED, marks=_MARKS, most=_ROWS)


def retry(visit: Visit) -> Response:
    """Queue an ended job again."""
    found = _engine(visit).retry(visit.form.word("job"))
    return visit.go("/jobs", f"{found['id']} will run again with the schedule.")


def cancel(visit: Visit) -> Response:
    """Cancel a job that has not ended."""
    found = _engine(visit).cancel(visit.form.word("job"))
    return visit.go("/jobs", f"{found['id']} is cancelled.")


def _engine(visit: Visit) -> Engine:
    from jobs.schedule import engine  # with all that the jobs need

    return engine(visit.console.stores.path, visit.console.settings)


ROUTES = (get("/jobs", jobs, waits=True), post("/jobs/retry", retry), post("/jobs/cancel", cancel))
