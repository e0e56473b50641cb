"""What was read: the text of a stored page with a quote marked in it, its screenshot, and the marks of products."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.as_read import NEAR, as_read
from jobs.console.forms import Refused
from jobs.console.visit import Visit, get

_LINES = 3_000  # of a page, around the quote where there is one


def page_as_read(visit: Visit) -> Response:
    """A page's text line by line, with the words of `quote` marked; with `near`, only the lines around it."""
    with visit.reading() as store:
        key = str(visit.request.path_params["page"])
        found = as_read(store, key, visit.word("quote"), NEAR if visit.word("near") else _LINES)
    if found is None:
        raise Refused(404, "The store has no such page. It may have been read into another store.")
    return visit.show("page.html", read=found)


def screenshot(visit: Visit) -> Response:
    """The picture of a page, as PNG."""
    with visit.reading() as store:
        found = store.screenshot(str(visit.request.path_params["page"]))
    if found is None:
        raise Refused(404, "No screenshot of this page is kept.")
    return Response(found[0], media_type="image/png")


def logo(visit: Visit) -> Response:
    """A product's mark by its SHA-256, as PNG."""
    with visit.reading() as store:
        found = store.logo(str(visit.request.path_params["seal"]))
    if found is None:
        raise Refused(404, "No such mark is kept.")
    return Response(found, media_type="image/png")


ROUTES = (
    get("/pages/{page}", page_as_read),
    get("/shots/{page}", screenshot),
    get("/logos/{seal}", logo),
)
