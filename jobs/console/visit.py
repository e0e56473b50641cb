"""One request of one editor: what a page is given, and how it answers. `get` and `post` make a page's routes."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import compare_digest, token_urlsafe
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import quote, urlsplit

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from jobs.console.access import Allowance, Doors, Keys, Notice, Session, Sessions
from jobs.console.client import client_address, counted
from jobs.console.exporting import Exporting
from jobs.console.forms import BODY_BYTES, STRANGER_BYTES, Form, Refused, read_form, too_long
from jobs.console.panels import Panels
from jobs.console.posting import Posting
from jobs.console.printing import templates
from jobs.console.researches import Researches
from jobs.console.stores import Stores
from jobs.console.together import Kept, Together
from tools.errors import ScoutError, StoreError, UnknownName, UsageError
from tools.exporters.site import TEMPLATES as SITE_TEMPLATES
from tools.settings import Settings
from tools.store import Store
from tools.store.lists import Asked

if TYPE_CHECKING:
    from tools.views.documents import ChangeDoc

logger = logging.getLogger(__name__)
SIGN_IN = "/sign-in"
_COUNT_S = 3.0  # how old the number beside "Inbox" may be
_NEEDS_LOOK = Asked(status="needs_look")
_CSRF = token_urlsafe(32)  # stands for each visit's own in parts that are made for all; no crawled word can be it
_SEEN = token_urlsafe(32)  # stands for the number of the change log in parts that are kept
_OWN = token_urlsafe(32)  # stands for what one visit alone sees in parts that are kept
_ANYBODY = SimpleNamespace(session=SimpleNamespace(csrf=_CSRF))
_SEQ_DIGITS = 19  # what SQLite counts with has no more
_KEPT_CHARS = 40_000_000  # of parts, together: a thousand products' pages
_NONE = Markup()
_Part = tuple[Mapping[str, Any], str]


@dataclass
class Console:
    """What all requests share."""

    settings: Settings
    stores: Stores
    researches: Researches
    panels: Panels
    posting: Posting
    exporting: Exporting
    keys: Keys
    sessions: Sessions
    guesses: Doors  # of who gives wrong tokens
    posts: Allowance  # by editor, or by client
    menu: Sequence[tuple[str, str]]  # title and path of the pages in the navigation
    cookie: str
    ending: Callable[[], bool] = lambda: False  # whether the server is about to end: streams end then
    parts: Together[_Part] = field(default_factory=Together)
    kept: Kept[_Part] = field(default_factory=lambda: Kept(_KEPT_CHARS, lambda part: len(part[1])))
    # one, so that pages are made one after the other as they were asked for: with four, SQLite lets go of the interpreter at
    # each row, another page takes it, and the median wait is a third longer (bench/console.py). What may take long is `waits`
    pages: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "page"))
    _waiting: tuple[float, int] = (0.0, 0)

    def bearer_may(self, token: str, client: str) -> bool:
        """Whether a bearer token is good: an editor's, or the one that is set for MCP. Wrong ones are counted."""
        client = counted(client)
        if self.guesses.wait_s(client, token):
            return False
        set_one = str(self.settings.mcp_token)
        if self.keys.editor_of(token) or (set_one and compare_digest(set_one.encode(), token.encode())):
            return True
        self.guesses.count(client, token)
        return False

    def waiting(self) -> int:
        """How many products wait in the inbox, as of the last few seconds; 0 while the store cannot be read."""
        at, count = self._waiting
        if not at or time.monotonic() - at > _COUNT_S:
            with suppress(StoreError), self.stores.reading() as store:
                count = store.count_products(_NEEDS_LOOK)
            self._waiting = time.monotonic(), count
        return count

    def kept_text(
        self, store: Store, template: str, slugs: Sequence[str], make: Callable[[], tuple[str, Mapping[str, Any]]]
    ) -> tuple[str, Markup]:
        """A title and what a template makes of some products: made anew when anything of these has moved, and every day,
        since it may count from today.

        make: the title and the template's values. Of a visit the template has the stand-in for the token of its forms,
        which a part is printed with; `seen`, the number of the change log; and `own`, the place of what the visit adds.
        """
        seq = store.last_seq()  # before anything else is read, so that nothing newer counts as seen
        key = (template, tuple(slugs), store.stamp(*slugs), datetime.now(UTC).date())
        found = self.kept.get(key)
        if found is None:
            title, values = make()
            text = templates().get_template(template).render(visit=_ANYBODY, seen=_SEEN, own=_OWN, **values)
            found = {"title": title}, text
            self.kept.put(key, found)
        return found[0]["title"], Markup(found[1].replace(_SEEN, str(seq)))

    def close(self) -> None:
        """End what runs beside the requests, then close the store."""
        self.researches.close()
        self.panels.close()
        self.posting.close()
        self.exporting.close()
        self.pages.shutdown(wait=False)
        self.stores.close()

    def recount(self) -> None:
        """The store was written to."""
        self._waiting = 0.0, 0


@dataclass
class Visit:
    """One request. `session` None: nobody is signed in, which only open pages see."""

    # Names of fields that forms carry along unseen; a page that offers a form again does not show them either.
    HIDDEN: ClassVar = ("act", "field", "job", "name", "persona", "slug", "to")

    console: Console
    request: Request
    session: Session | None
    form: Form = field(default_factory=Form)
    came_at: float = field(default_factory=time.perf_counter)

    @property
    def editor(self) -> str:
        """Who acts, as the change log names them."""
        return self.session.editor if self.session else ""

    @property
    def client(self) -> str:
        """Where the request comes from, as clients are counted."""
        return client_address(self.request)

    def word(self, name: str) -> str:
        """A word of the form, of the path or of the query, in this order; empty: none came."""
        given = self.form.word(name) or self.request.path_params.get(name) or self.request.query_params.get(name, "")
        return str(given).strip()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """A connection to read with. Errors: StoreError."""
        with self.console.stores.reading() as store:
            yield store

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The connection to write with, in one transaction. Errors: StoreError."""
        with self.console.stores.writing() as store:
            yield store
        self.console.recount()

    def unmoved(self, store: Store, slug: str) -> None:
        """Pass when a product stands as the form showed it. Errors: Refused with 409 and what others changed since;
        UnknownName where there is none."""
        seen = self.word("seen")
        since = store.history(slug, int(seen)) if seen.isdecimal() and len(seen) < _SEQ_DIGITS else []
        if since:
            raise Refused(409, _came_between(slug, since, self.editor), changes=since, ask="Do it all the same")

    def show(self, template: str, code: int = 200, **values: Any) -> HTMLResponse:
        """A page made from a template."""
        notices = list(self.session.notices) if self.session else []
        if self.session:
            self.session.notices.clear()
        page = templates().get_template(template).render(visit=self, notices=notices, **values)
        return HTMLResponse(page, code)

    def part(
        self, template: str, make: Callable[[], Mapping[str, Any]], of: Hashable = None
    ) -> tuple[Mapping[str, Any], Markup]:
        """A part of a page that is the same for every editor who asks for this path, made once for all who ask at the
        same moment, and what it was made of. make: the template's values; of a visit it has the token of its forms alone.
        of: what else it hangs on than the path.
        """

        def made() -> _Part:
            values = make()
            return values, templates().get_template(template).render(visit=_ANYBODY, **values)

        values, text = self.console.parts.get((template, self.here, of), made, self.came_at)
        return values, self._own(text)

    def kept_part(
        self,
        template: str,
        slugs: Sequence[str],
        make: Callable[[Store], tuple[str, Mapping[str, Any]]],
        own: Markup = _NONE,
    ) -> tuple[str, Markup]:
        """The title of a page about some products and a part of it, the same for every editor: see Console.kept_text.

        own: stands where the template has `own`.
        """
        with self.reading() as store:
            title, text = self.console.kept_text(store, template, slugs, lambda: make(store))
        return title, self._own(text.replace(_OWN, own))

    def _own(self, text: str) -> Markup:
        return Markup(text.replace(_CSRF, self.session.csrf if self.session else ""))

    def go(
        self, path: str, notice: str = "", undo: Sequence[str] = (), seen: int = 0, undo_at: str = "/undo"
    ) -> Response:
        """Send on to a path of the console, where a sentence tells what was done; undo, seen, undo_at: as a Notice has
        them."""
        if notice and self.session:
            self.session.notices.append(Notice(notice, tuple(undo), seen, undo_at))
        return RedirectResponse(own_path(path), 303)

    @property
    def here(self) -> str:
        """The path asked for, with its query."""
        asked = self.request.url
        return f"{asked.path}?{asked.query}" if asked.query else asked.path


Handler = Callable[[Visit], Response] | Callable[[Visit], Awaitable[Response]]


def get(path: str, handler: Handler, *, to_all: bool = False, waits: bool = False) -> Route:
    """A page; to_all: also to who is not signed in; waits: it may wait for something else than the store, or reads so much
    of it that others would wait for it."""
    return Route(path, _endpoint(handler, to_all, waits), methods=["GET"])


def post(path: str, handler: Handler, *, to_all: bool = False) -> Route:
    """What a form does. Its token is checked before, unless it is open to all."""
    return Route(path, _endpoint(handler, to_all, waits=True), methods=["POST"])


def own_path(path: str) -> str:
    """The path where it leads to a page of the console, else the first page: nobody is sent elsewhere."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return quote(path, safe="/?&=#%:+,~@!$'()*;-._") if own else "/"


def cookie_name(store_path: Path | str) -> str:
    """The name of the session's cookie: of each store its own, since cookies do not tell ports apart."""
    return f"scout-{sha256(str(Path(store_path).resolve()).encode()).hexdigest()[:8]}"


def _endpoint(handler: Handler, to_all: bool, waits: bool) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        console: Console = request.app.state.console
        session = console.sessions.find(request.cookies.get(console.cookie))
        visit = Visit(console, request, session)
        try:
            if request.method == "POST":
                await _take_form(visit, to_all)
            elif session is None and not to_all:
                return RedirectResponse(f"{SIGN_IN}?to={quote(visit.here)}", 303)
            if inspect.iscoroutinefunction(handler):
                return cast(Response, await handler(visit))
            if waits:
                return cast(Response, await run_in_threadpool(handler, visit))
            return cast(Response, await asyncio.get_running_loop().run_in_executor(console.pages, handler, visit))
        except (Refused, ScoutError) as error:
            return await run_in_threadpool(_refusal, visit, error)

    return endpoint


async def _take_form(visit: Visit, to_all: bool) -> None:
    """Read what was sent, and check that it may act. Errors: Refused."""
    session, posts = visit.session, visit.console.posts
    who = session.editor if session else visit.client
    if wait := posts.wait_s(who):
        visit.form = await read_form(visit.request, BODY_BYTES if session else STRANGER_BYTES)
        raise Refused(429, f"That is a lot at once. Send it again in {wait:.0f} seconds; nothing was changed.")
    posts.count(who)
    visit.form = await read_form(visit.request, BODY_BYTES if session else STRANGER_BYTES)
    if long := too_long(visit.form):
        raise Refused(413, long)
    if to_all:
        return
    if session is None:
        raise Refused(
            401, "Your session has ended and nothing was changed. Sign in in another tab, then send this again."
        )
    if not compare_digest(visit.form.word("csrf").encode(), session.csrf.encode()):
        raise Refused(403, "This form is of an earlier session. Nothing was changed; look it over and send it again.")


def _refusal(visit: Visit, error: Refused | ScoutError) -> Response:
    """The page that says what was not done, with what was typed."""
    known = error if isinstance(error, Refused) else Refused(_status(error, visit), str(error))
    typed = [(name, value) for name, value in visit.form.words if name not in ("csrf", "seen")]
    response = visit.show(
        "refused.html", known.status, refused=known, typed=typed, seen=max((row.seq for row in _rows(known)), default=0)
    )
    if known.status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _rows(refused: Refused) -> list[ChangeDoc]:
    return cast("list[ChangeDoc]", list(refused.changes))


def _status(error: ScoutError, visit: Visit) -> int:
    if isinstance(error, StoreError):
        return 503
    if isinstance(error, UnknownName) and visit.request.method == "GET":
        return 404
    return 400 if isinstance(error, UsageError) else 500


def _came_between(slug: str, since: Sequence[ChangeDoc], editor: str) -> str:
    others = list(dict.fromkeys(row.who or "Scout" for row in since if row.who != editor)) or ["You, in another tab,"]
    return f"{' and '.join(others)} changed {slug} after this page was opened. Nothing of yours was done yet."


async def nothing_there(request: Request, error: Exception) -> Response:
    """The page for a path that leads nowhere."""
    return await _bare(request, Refused(404, f"The console has no page at {request.url.path[:100]}."))


async def fault(request: Request, error: Exception) -> Response:
    """The page for a fault of ours; its traceback is logged by who serves."""
    return await _bare(
        request, Refused(500, "The console failed at this. It is logged on its terminal; nothing was half-done.")
    )


async def _bare(request: Request, refused: Refused) -> Response:
    console: Console = request.app.state.console
    session = console.sessions.find(request.cookies.get(console.cookie))
    return await run_in_threadpool(_refusal, Visit(console, request, session), refused)


async def site_sheet(request: Request) -> Response:
    """A sheet that the console shares with the site: tokens and components, or two products side by side."""
    name = Path(request.url.path).name  # one of those that lead here
    return FileResponse(SITE_TEMPLATES / name, headers={"Cache-Control": "no-cache"})
