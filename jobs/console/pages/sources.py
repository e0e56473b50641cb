"""Sources: how each was read last and will be next, what it brought; leaving one out, taking it back; what of it is kept;
following a feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from jobs import following, upkeep
from jobs.console.forms import Refused
from jobs.console.source_rows import source_rows
from jobs.console.visit import Visit, get, post
from jobs.engine import next_moment
from jobs.following import preview_rows
from jobs.listing import check_source
from tools.errors import UnknownName, UsageError

TITLE, ORDER = "Sources", 40
_KINDS = ("feed", "listing")  # of places that can be followed
_PATIENCE_S = 60.0  # for looking at a site
_DONE = {"disable": "Left out", "enable": "Taken back"}


def sources(visit: Visit) -> Response:
    """Every source, what fails first."""
    settings = visit.console.settings

    def found() -> dict[str, Any]:
        with visit.reading() as store:
            return {"rows": source_rows(store, settings)}

    _, rows = visit.part("sources_rows.html", found)
    due = next_moment(settings.crawl_cron, datetime.now(UTC))
    return visit.show("sources.html", rows=rows, due=due, cron=settings.crawl_cron)


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
    """What can be followed at an address, with its first entries, before it is; as `scout source add` looks for it."""
    console = visit.console
    found = following.look(
        console.stores.path,
        console.settings,
        visit.form.word("url"),
        visit.form.word("name_here"),
        patience_s=_PATIENCE_S,
    )
    return visit.show("feed.html", found=found)


def add(visit: Visit) -> Response:
    """Follow a place that was looked at, under a name."""
    name, kind = visit.form.word("name_here"), visit.form.word("kind") or "feed"
    if kind not in _KINDS:
        raise UnknownName("kind of place", kind[:80], _KINDS)
    with visit.reading() as store:
        known = store.source_state(name)
    if known:
        raise UsageError(f"{name} is a source already, at {known['url'] or 'no address'}; choose another name.")
    url = following.admitted(visit.form.word("url"), visit.console.settings)
    with visit.writing() as store:
        done = upkeep.add(store, name, url, kind, visit.form.word("why"), visit.editor)["act"]
    return visit.go("/sources", f"{name} is followed; the next crawl reads it.", [name], done["id"], "/sources/undo")


def kept(visit: Visit) -> Response:
    """What is kept of a source: its filter as a form, and its last entries, kept or blocked and why."""
    name = visit.word("name")
    with visit.reading() as store:
        check_source(store, name)
        return _kept(visit, preview_rows(store, visit.console.settings, name))


def keep(visit: Visit) -> Response:
    """Set what is kept of a source; with `preview`, only what that would make of its last entries."""
    name, settings = visit.word("name"), visit.console.settings
    table = _table(visit)
    if visit.form.word("preview"):
        with visit.reading() as store:
            check_source(store, name)
            return _kept(visit, preview_rows(store, settings, name, table), tried=True)
    with visit.writing() as store:
        done = upkeep.set_filter(store, settings, name, table, visit.form.word("why"), visit.editor)["act"]
    return visit.go("/sources", f"Set what is kept of {name}.", [name], done["id"], "/sources/undo")


def _kept(visit: Visit, found: dict[str, Any], *, tried: bool = False) -> Response:
    fixed = found["name"] in visit.console.settings.table("filters")
    return visit.show("filter.html", found=found, tried=tried, fixed=fixed, why=visit.form.word("why"))


def _table(visit: Visit) -> dict[str, Any]:
    """The form's filter as tools/filters takes it: a word a line, kinds and categories by commas. Errors: UsageError."""
    lists = {key: visit.form.word(key).splitlines() for key in ("keep", "block")}
    lists |= {key: visit.form.word(key).split(",") for key in ("kinds", "categories")}
    table: dict[str, Any] = {key: [word.strip() for word in words if word.strip()] for key, words in lists.items()}
    points = visit.form.word("points")
    try:
        return {key: words for key, words in table.items() if words} | ({"points": float(points)} if points else {})
    except ValueError:
        raise UsageError(f"Least points are a number; got {points[:40]!r}.") from None


ROUTES = (
    get("/sources", sources),
    post("/sources/act", act),
    post("/sources/undo", undo),
    post("/sources/look", look),
    post("/sources/add", add),
    get("/sources/{name}/filter", kept),
    post("/sources/{name}/filter", keep),
)
