"""What happened since an editor last looked. The same as `scout changes`."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from jobs.console.visit import Visit, get, post
from jobs.inbox import news as happened
from tools.errors import UsageError

_SHOWN = 60  # of each kind
_MOST = 500  # rows of the log that are looked through, the newest: who never looked would read all of it
_KINDS = {
    "new": "New products",
    "prices": "Prices that moved",
    "verdicts": "Panels that met",
    "looks": "Need a look since",
    "gone": "Deleted or merged",
}


def news(visit: Visit) -> Response:
    """Everything since the mark of who is signed in; where there is none, since the beginning."""
    with visit.reading() as store:
        mark = store.looked(visit.editor)
    _, rows = visit.part("news_rows.html", lambda: _happened(visit), (mark["seq"], mark["at"]) if mark else None)
    return visit.show("news.html", rows=rows)


def _happened(visit: Visit) -> dict[str, Any]:
    """What is the same for all who looked last at the same moment."""
    with visit.reading() as store:
        found = happened(store, None, visit.editor, _MOST)
    logged = [(name, title, found[name][::-1]) for name, title in _KINDS.items() if found[name]]
    return {**found, "logged": logged, "most": _SHOWN}


def seen(visit: Visit) -> Response:
    """Move the mark to what was shown."""
    seq = visit.form.word("seen")
    with visit.writing() as store:
        if not seq.isdecimal() or int(seq) > store.last_seq():
            raise UsageError("The page was made from another store. Load it again; nothing was changed.")
        store.mark_looked(visit.editor, int(seq))
    return visit.go(visit.form.word("to") or "/inbox", "Marked as seen.")


ROUTES = (get("/news", news), post("/news", seen))
