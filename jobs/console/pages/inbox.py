"""The inbox: what needs an editor's eye, with doubtful facts, their quotes and candidates. The queue of `scout inbox`."""

from __future__ import annotations

from starlette.responses import Response

from jobs.console.acts import act_on, asked
from jobs.console.visit import Visit, get, post
from jobs.inbox import inbox as needing
from tools.exporters._views import mark
from tools.models import FACT_FIELDS

TITLE, ORDER = "Inbox", 10
_SHOWN = 10  # products on the page


def inbox(visit: Visit) -> Response:
    """The queue, what readers see most of first; `after` so many, where somebody leaves the first ones for later."""
    given = visit.word("after")
    after = int(given) if given.isdecimal() and len(given) < 7 else 0
    with visit.reading() as store:
        seq = store.last_seq()  # before what is shown is read, so that nothing newer counts as seen
        items, total = needing(store, after + _SHOWN)
    items = items[after:]
    for item in items:
        item["mark"] = mark((item["verdict"] or "").partition(" ·")[0])
    return visit.show("inbox.html", items=items, total=total, after=after, seen=seq, fields=FACT_FIELDS)


def act(visit: Visit) -> Response:
    """What was chosen for one product, or for all that are ticked."""
    return act_on(visit, asked(visit), visit.form.all("slug"), "/inbox")


ROUTES = (get("/inbox", inbox), post("/inbox", act))
