"""Sources: how each was read last and will be next, what it brought; leaving one out, taking it back; following a feed.

Filters of a source and finding a site's feed stand here once jobs/ has them: in `sources.html`, below the form.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from jobs import upkeep
from jobs.console.forms import Refused
from jobs.console.source_rows import source_rows
from jobs.console.visit import Visit, get, post
from jobs.engine import next_moment
from jobs.listing import add_feed
from tools.errors import SourceError, UnknownName, UsageError

TITLE, ORDER = "Sources", 40
_DONE = {"disable": "Left out", "enable": "Taken back"}


def sources(visit: Visit) -> Response:
    """Every source, what fails first."""
    with visit.reading() as store:
        found = source_rows(store, visit.console.settings)
    settings = visit.console.settings
    return visit.show(
        "sources.html", rows=found, due=next_moment(settings.crawl_cron, datetime.now(UTC)), cron=settings.crawl_cron
    )


def act(visit: Visit) -> Response:
    """Leave a source out or take it back; with `preview`, only what that would change."""
    name, op, why = visit.form.word("name"), visit.form.word("act"), visit.form.word("why")
    if op not in _DONE:
        raise UnknownName("act", op[:80], _DONE)
    do = upkeep.disable if op == "disable" else upkeep.enable
    with visit.writing() as store:
        if visit.form.word("preview"):
            shown = upkeep.preview(store, "source", name, lambda: do(store, name, why, visit.editor))
            return _preview(visit, shown)
        done = do(store, name, why, visit.editor)["act"]
    return visit.go("/sources", f"{_DONE[op]}: {name}.", [name], done["id"], "/sources/undo")


def _preview(visit: Visit, shown: dict[str, Any]) -> Response:
    sent = [(name, value) for name, value in visit.form.words if name not in ("csrf", "preview")]
    name = {"disable": "leave out", "enable": "take back"}[visit.form.word("act")]
    page = "/sources"
    return visit.show(
        "preview.html", above=("Sources", page), back=page, to=f"{page}/act", shown=shown, sent=sent, name=name
    )


def undo(visit: Visit) -> Response:
    """Take the newest act on a source back, where nobody decided anew since."""
    name = visit.form.word("slug")
    with visit.writing() as store:
        newest = next(iter(store.upkeep_rows("source", name)), None)
        if newest and str(newest["id"]) != visit.form.word("seen"):
            raise Refused(409, f"{newest['who']} decided on {name} since ({newest['op']}). Nothing was changed.")
        upkeep.undo(store, "source", name, "", visit.editor)
    return visit.go("/sources", f"Undid what was done to {name}.")


def look(visit: Visit) -> Response:
    """What a feed announces, before it is followed."""
    from jobs.look_at_feed import look_at_feed

    name, url = visit.form.word("name"), visit.form.word("url")
    try:
        launches = look_at_feed(visit.console.settings, url)
    except SourceError as error:
        raise UsageError(f"Nothing can be read there: {str(error).partition(': ')[2] or error}") from None
    return visit.show("feed.html", name=name, url=url, launches=launches)


def add(visit: Visit) -> Response:
    """Follow a feed under a name."""
    name = visit.form.word("name")
    with visit.reading() as store:
        known = store.source_state(name)
    if known:
        raise UsageError(f"{name} is a source already, at {known['url'] or 'no address'}; choose another name.")
    add_feed(visit.console.stores.path, visit.console.settings, name, visit.form.word("url"))
    return visit.go("/sources", f"{name} is followed; the next crawl reads it.")


ROUTES = (
    get("/sources", sources),
    post("/sources/act", act),
    post("/sources/undo", undo),
    post("/sources/look", look),
    post("/sources/add", add),
)
