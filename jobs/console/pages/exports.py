"""What the store can be exported as: every form, the cursor of now, and one-file forms to download."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from jobs.console.visit import Visit, get
from jobs.export import check_one_file, cursor
from tools.exporters import all_exporters

TITLE, ORDER = "Exports", 80
_TAKEN = 20  # of the exports that were taken, the newest


def exports(visit: Visit) -> Response:
    """A row a form, by name."""
    with visit.reading() as store:
        now, taken = cursor(store), store.exports(_TAKEN)
    return visit.show("exports.html", forms=_forms(), cursor=now, taken=taken)


@cache
def _forms() -> list[dict[str, Any]]:
    return [
        {"name": name, "about": (form.__doc__ or "").partition("\n")[0], "file": bool(form.SUFFIX)}
        for name, form in sorted(all_exporters().items())
    ]


def download(visit: Visit) -> Response:
    """A form of one file, sent as it is made; `after`: only what changed since that cursor."""
    form, after = str(visit.request.path_params["form"]), visit.word("after")
    with visit.reading() as store:
        check_one_file(store, form, after)
    begun = visit.console.exporting.begin(form, after, visit.editor)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(begun.name)}"}
    return StreamingResponse(begun.stream(), 200, headers, "application/octet-stream")


ROUTES = (get("/exports", exports), get("/exports/{form}", download, waits=True))
