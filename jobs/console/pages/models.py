"""What models cost, how long they took and how they failed; and the newest calls."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.visit import Visit, get
from jobs.gateway import DAYS, report

TITLE, ORDER = "Models", 70
_CALLS = 50  # the newest, on the page


def models(visit: Visit) -> Response:
    """The figures that `scout gateway report` prints, a chart by day, and the newest calls."""
    with visit.reading() as store:
        found, calls = report(store), store.attempts(limit=_CALLS)
    days = found["by_day"][-DAYS:]
    most = max((day["answered"] + day["kept"] + day["failed"] for day in days), default=0)
    groups = [("Job", found["by_job"]), ("Critic", found["by_persona"]), ("Model", found["by_model"])]
    return visit.show("models.html", found=found, groups=groups, days=days, most=most, calls=calls)


ROUTES = (get("/models", models, waits=True),)
