"""The inbox: what needs an editor's eye, with doubtful facts, their quotes and candidates. The queue of `scout inbox`."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.visit import Visit, get
from jobs.inbox import inbox as needing

TITLE, ORDER = "Inbox", 10
_SHOWN = 20  # products on the page


def inbox(visit: Visit) -> Response:
    """The queue, what readers see most of first."""
    with visit.reading() as store:
        seq = store.last_seq()
        items, total = needing(store, _SHOWN)
    return visit.show("inbox.html", items=items, total=total, seen=seq)


ROUTES = (get("/inbox", inbox),)
