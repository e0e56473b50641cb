"""What was read: the text of a stored page with a quote marked in it, and its screenshot."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.forms import Refused
from jobs.console.visit import Visit, get
from tools.page_job import kept_lines

_LINES = 3_000  # of a page, around the quote where there is one


def page_as_read(visit: Visit) -> Response:
    """A page's text line by line, with the words of `quote` marked."""
    with visit.reading() as store:
        page = store.page(str(visit.request.path_params["page"]))
        if page is None:
            raise Refused(404, "The store has no such page. It may have been read into another store.")
        text = kept_lines(store.lines, page)
        shot = store.screenshot(page.id)
    lines = [line for line in text.splitlines() if line.strip()]
    quote = visit.word("quote")
    at = next((place for place, line in enumerate(lines) if quote and quote in line), None)
    first = max(0, (at or 0) - _LINES // 2)
    shown = [(number, _parted(line, quote if number == at else "")) for number, line in enumerate(lines)]
    return visit.show(
        "page.html",
        page=page,
        shot=bool(shot),
        lines=shown[first : first + _LINES],
        total=len(lines),
        quote=quote,
        found=at is not None,
    )


def _parted(line: str, quote: str) -> tuple[str, str, str]:
    """A line before, in and after the quote."""
    before, found, after = line.partition(quote) if quote else (line, "", "")
    return before, found, after


def screenshot(visit: Visit) -> Response:
    """The picture of a page, as PNG."""
    with visit.reading() as store:
        found = store.screenshot(str(visit.request.path_params["page"]))
    if found is None:
        raise Refused(404, "No screenshot of this page is kept.")
    return Response(found[0], media_type="image/png")


ROUTES = (get("/pages/{page}", page_as_read), get("/shots/{page}", screenshot))
