"""The first page: where an editor begins."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.visit import Visit, get


def home(visit: Visit) -> Response:
    """The inbox, with what was to be told there."""
    return visit.go("/inbox")


ROUTES = (get("/", home),)
