"""What readers send: sign-ups and votes. A Starlette app of its own, with nothing of the console in it.

It is the only part of Scout that is made to be open to everybody, so it has a process and a port of its own
(`scout serve --public`): whatever a proxy in front of it lets through, there is no editor, no session and no way to act on
a product behind it. A link only shows a page; what changes anything is a form (programs that look at links in mails open
them). All addresses it names come from SCOUT_POST_URL and SCOUT_SITE_URL, none from what a request says of itself. It
answers below the path of SCOUT_POST_URL and at its root, for a proxy may take that path off or leave it on.

requests: one request, and what is refused of it. pages: the forms and their answers. confirming: the mails to confirm.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from jobs.console.client import behind_proxies
from jobs.console.stores import Stores
from jobs.listening import listen
from jobs.newsletter import public_url, sender
from jobs.public.confirming import Confirming
from jobs.public.pages import ROUTES
from jobs.public.requests import Public, fault, nothing_there
from tools.errors import UsageError
from tools.exporters._addresses import site_url
from tools.settings import Settings

MOST_AT_ONCE = 200  # connections


def app(store_path: Path | str, settings: Settings, *, now: Callable[[], float] = time.monotonic) -> ASGIApp:
    """The app over a store. now: seconds, by which what one client does is counted. Errors: UsageError without
    SCOUT_POST_URL, or for a setting that is none."""
    public = public_of(store_path, settings, now)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if public.confirming:
            public.confirming.start()
        yield
        if public.confirming:
            public.confirming.close()
        public.stores.close()

    below = urlsplit(public.url).path
    built = Starlette(
        routes=[*([Mount(below, routes=ROUTES)] if below else []), *ROUTES],
        exception_handlers={404: nothing_there, 405: nothing_there, Exception: fault},
        lifespan=lifespan,
        middleware=behind_proxies(settings),
    )
    built.state.public = public
    return built


def serve(built: ASGIApp, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until a signal comes; as jobs.listening.listen. More than MOST_AT_ONCE get a 503. Errors: CannotRun."""
    listen(built, host, port, ready, limit_concurrency=MOST_AT_ONCE)


def closed(settings: Settings) -> str:
    """Why no sign-ups are taken, "" where they are."""
    try:
        sender(settings)
    except UsageError as error:
        return str(error)
    return ""


def public_of(store_path: Path | str, settings: Settings, now: Callable[[], float] = time.monotonic) -> Public:
    """What all requests share. Errors: UsageError."""
    url, stores = public_url(settings), Stores(store_path)
    confirming = None if closed(settings) else Confirming(stores, settings, sender(settings), url)
    return Public(settings, stores, url, site_url(settings), confirming, now)
