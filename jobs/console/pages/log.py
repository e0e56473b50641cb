"""The audit log: every row of the change log, newest first, with who and why; by editor, kind or product."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from jobs.console.visit import Visit, get
from tools.errors import UsageError

TITLE, ORDER = "Log", 90
_ROWS = 100  # a page


def log(visit: Visit) -> Response:
    """One page of the log; `before` in the query is where the page before it ended."""
    before, asked = visit.word("before"), {name: visit.word(name) for name in ("who", "op", "slug")}
    if before and not before.isdecimal():
        raise UsageError(f"A page of the log starts before a number; got {before[:80]!r}. The newest rows are at /log.")
    with visit.reading() as store:
        rows = store.changes_before(int(before) if before else None, _ROWS + 1, **asked)
        ops = store.change_ops()
    given = {name: value for name, value in asked.items() if value}
    older = urlencode({**given, "before": rows[_ROWS - 1]["seq"]}) if len(rows) > _ROWS else ""
    editors = dict.fromkeys((*visit.console.keys.names, *filter(None, (row["who"] for row in rows))))
    return visit.show(
        "log.html", rows=rows[:_ROWS], asked=asked, given=given, older=older, ops=ops, editors=editors, before=before
    )


ROUTES = (get("/log", log),)
