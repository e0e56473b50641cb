"""Taking back what a notice told of."""

from __future__ import annotations

from starlette.responses import Response

from jobs import edit
from jobs.console.acts import Act, act_on
from jobs.console.visit import Visit, post


def undo(visit: Visit) -> Response:
    """Take the newest act on each product back: all of them or none."""
    act = Act("undo", "Undid what was done to", lambda store, slug: edit.undo(store, slug, "", visit.editor))
    return act_on(visit, act, visit.form.all("slug"), visit.form.word("to"))


ROUTES = (post("/undo", undo),)
