"""The audit log: every row of the change log, newest first, with who and why; by editor, kind or product."""

from __future__ import annotations

from typing import Any
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
    found, rows = visit.part("log_rows.html", lambda: _rows(visit, int(before) if before else None, asked))
    given = {name: value for name, value in asked.items() if value}
    older = urlencode({**given, "before": found["last"]}) if found["last"] else ""
    editors = dict.fromkeys((*visit.console.keys.names, *found["editors"]))
    return visit.show(
        "log.html",
        rows=rows,
        shown=len(found["rows"]),
        asked=asked,
        given=given,
        older=older,
        ops=found["ops"],
        editors=editors,
        before=before,
    )


def _rows(visit: Visit, before: int | None, asked: dict[str, str]) -> dict[str, Any]:
    """A page of rows; `last` is the number of its last one where older ones follow, else 0."""
    with visit.reading() as store:
        rows, ops = (
            store.changes_before(before, _ROWS + 1, who=asked["who"], op=asked["op"], slug=asked["slug"]),
            store.change_ops(),
        )
    last = rows[_ROWS - 1]["seq"] if len(rows) > _ROWS else 0
    return {"rows": rows[:_ROWS], "last": last, "ops": ops, "editors": [row["who"] for row in rows if row["who"]]}


ROUTES = (get("/log", log),)
