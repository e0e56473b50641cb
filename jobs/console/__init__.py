"""The editors' console: one Starlette app over one store, for people who are signed in.

To add a page, add one file to `jobs/console/pages/` and one template to `jobs/console/templates/`; nothing else names it:

    TITLE, ORDER = "Jobs", 50            # its place in the navigation; leave TITLE out and it is only linked to

    def jobs(visit: Visit) -> Response:  # runs in a thread: it may wait for the store, and never for long
        with visit.reading() as store:
            return visit.show("jobs.html", runs=store.runs(50))

    def cancel(visit: Visit) -> Response:
        with visit.writing() as store:   # one writer at a time
            visit.unmoved(store, visit.word("slug"))   # where it acts on a product: nobody came between
            ...jobs.edit.something(store, ..., visit.editor)
        return visit.go("/jobs", "Cancelled.")         # always a redirect after a POST

    ROUTES = (get("/jobs", jobs), post("/jobs/cancel", cancel))    # the first one is what the navigation leads to

- Raise what the jobs raise (UsageError, UnknownName, StoreError): the visitor gets a page with that sentence, and a form
  that holds what was typed. `Refused` is for what has a status of its own. An `async def` is awaited on the event loop
  instead: for streams only (`visit.request` and a StreamingResponse); it must not touch the store outside a thread.
- A template extends "frame.html" and fills `title` and `main`. A form begins with `{{ d.form_start(visit, "/jobs/cancel") }}`,
  which brings the token that every POST must carry; a form on a product also carries `{{ d.seen(seen) }}`, the number of
  the change log (`store.last_seq()`) taken before what is shown was read. Fields that are carried along unseen have one of
  the names in `Visit.HIDDEN`: a form that is offered again hides those and shows all others. An act of jobs/edit.py goes
  through jobs/console/acts.py. Without a script everything works by plain links and forms. Whatever is printed is escaped; an address goes through `d.out(url)`.
- What is shown of some products, and hangs on nothing else, is made by `visit.kept_part(template, slugs, make)`: kept until a
  row of them moves (store.stamp), the same for all editors, so that it may hold nothing of who asks.
- Pieces that stand on a page by the dozen are functions of fragments.py, `d` in every template: as macros they cost ten times
  as much. What a function puts into markup goes through `plain`.
- A list that many open at once is made by `visit.part(template, make)`: once for all who ask for it at the same moment. Its
  template gets of a visit the token of its forms and nothing else.
- What takes seconds of CPU is done by a process of its own (exporting.py): in a thread of ours every page would wait for it.
- `data-row` on an element makes it a stop of the keys j and k; `data-key="a"` on a button or link of it, or of the page,
  is pressed by that key; `data-swap` on a form has its answer put into the page without a reload.
- `data-stream="/path"` on an element keeps it up to date: each server-sent event holds its inside anew, the event `end`
  ends it (streaming.py); with `data-then` the whole page is shown anew at the end. What runs longer than a request lives
  beside them (researches.py, panels.py), in a thread of its own.
- Where a page has room beside (`data-beside`), a link with `data-page` shows what was read there, and j and k move it along.
- A sheet or script of its own lies in `static/` and is named in the block `head` (`<link rel="stylesheet" href="/static/…">`);
  the policy allows nothing inline. Colours and type are the site's tokens (tools/exporters/site_templates/base.css).
- The tests visit every page found (tests/test_console_pages.py); one that needs a value in its path says an example of it
  in `EXAMPLES = ("/products/lampyard",)` of tests/console_desk.py.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from jobs.console import mcp, pages
from jobs.console.access import BEGINNING, Allowance, Doors, Keys, Sessions
from jobs.console.client import behind_proxies
from jobs.console.exporting import Exporting
from jobs.console.guard import Guard
from jobs.console.panels import Panels
from jobs.console.posting import Posting
from jobs.console.printing import TEMPLATES, templates
from jobs.console.researches import Researches
from jobs.console.stores import Stores
from jobs.console.visit import Console, cookie_name, fault, nothing_there, site_sheet
from jobs.listening import listen
from tools import extraction_cache
from tools.settings import Settings

if TYPE_CHECKING:
    import uvicorn

LOOPBACK = ("127.0.0.1", "localhost", "::1")
STATIC = Path(__file__).parent / "static"


def app(
    store_path: Path | str,
    settings: Settings,
    keys: Keys,
    *,
    names: Sequence[str] = (),
    now: Callable[[], float] = time.monotonic,
) -> Guard:
    """The console over a store; keys: who may sign in; names: hosts it answers to beside loopback; now: seconds."""
    stores = Stores(store_path)
    console = Console(
        settings=settings,
        stores=stores,
        researches=Researches(store_path, settings, stores.reading, stores.writing),
        panels=Panels(store_path, settings, stores.reading),
        posting=Posting(store_path, settings),
        exporting=Exporting(store_path, settings, stores.writing),
        keys=keys,
        sessions=Sessions(keys, now),
        guesses=Doors(lambda token: keys.begins(token) or _begins_alike(settings.mcp_token, token), now),
        posts=Allowance(240, 60.0, now),
        menu=pages.menu(),
        cookie=cookie_name(store_path),
    )
    servers = mcp.Servers(store_path, settings, console.bearer_may)
    built = Starlette(
        routes=[
            *pages.routes(),
            *(Route(f"/static/{name}", site_sheet) for name in ("base.css", "compare.css")),
            Mount("/static", StaticFiles(directory=STATIC)),
            *servers.mounts(),
        ],
        middleware=behind_proxies(settings),
        exception_handlers={404: nothing_there, 405: nothing_there, Exception: fault},
        lifespan=servers.lifespan(console.close),
    )
    built.state.console = console
    return Guard(built, frozenset((*LOOPBACK, *(name.lower() for name in names))))


def _begins_alike(one: str, other: str) -> bool:
    return bool(one) and one[:BEGINNING] == other[:BEGINNING]


def serve(built: Guard, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until a signal comes; `ready` is given the address as soon as it answers. Port 0: a free one.

    Errors: CannotRun when the port is taken.
    """

    def starting(server: uvicorn.Server) -> None:
        built.app.state.console.ending = lambda: server.should_exit  # type: ignore[attr-defined] # it is Starlette's

    built.app.state.console.researches.settle()  # type: ignore[attr-defined] # it is Starlette's
    with _settled():
        listen(built, host, port, ready, starting)


@contextmanager
def _settled() -> Iterator[None]:
    """Load what the pages need, then leave all of it out of what the garbage collector looks through: each time it did, every
    page that was under way waited 45 ms. Afterwards the collector is as it was."""
    import uvicorn  # noqa: F401 # and what the store imports when it first makes a document:

    import tools.views.documents  # noqa: F401

    environment = templates()
    for name in (*(path.name for path in TEMPLATES.glob("*.html")), "_macros.html", "_marks.html"):
        environment.get_template(name)
    extraction_cache.program()
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(10_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
