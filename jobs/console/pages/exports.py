"""What the store can be exported as: every form, the cursor of now, and one-file forms to download."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from jobs.console.visit import Visit, get
from jobs.export import cursor, one_file
from tools.exporters import all_exporters

TITLE, ORDER = "Exports", 80


def exports(visit: Visit) -> Response:
    """A row a form, by name."""
    with visit.reading() as store:
        now = cursor(store)
    return visit.show("exports.html", forms=_forms(), cursor=now)


@cache
def _forms() -> list[dict[str, Any]]:
    return [
        {"name": name, "about": (form.__doc__ or "").partition("\n")[0], "file": bool(form.SUFFIX)}
        for name, form in sorted(all_exporters().items())
    ]


def download(visit: Visit) -> Response:
    """A form of one file, sent as it is made; `after`: only what changed since that cursor."""
    name, chunks = one_file(
        visit.console.stores.path, visit.console.settings, str(visit.request.path_params["form"]), visit.word("after")
    )
    kind = "application/octet-stream"
    return StreamingResponse(chunks, 200, {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}, kind)


ROUTES = (get("/exports", exports), get("/exports/{form}", download))
