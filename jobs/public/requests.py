"""One request of a reader: what is refused of it, and how it is answered. Each answer is a small page that needs no script
and nothing from elsewhere, or leads on to one."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from jobs.console.access import Allowance
from jobs.console.client import client_address
from jobs.console.forms import Form, Refused, read_form
from jobs.console.stores import Stores
from jobs.public.confirming import Confirming
from tools.errors import CannotRun, StoreError, UsageError
from tools.exporters.site import TEMPLATES as SITE_TEMPLATES
from tools.exporters.site import environment
from tools.settings import Settings

logger = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parent / "templates"
BODY_BYTES = 10_000  # of a form: the longest has an address, a page and a token
READ_S = 10.0  # for all of a form to come
ASKS, ASKS_S = 5, 3_600.0  # sign-ups of one client
GUESSES, GUESSES_S = 20, 3_600.0  # tokens of one client that nobody has
VOTES, VOTES_S = 60, 3_600.0  # votes of one client
SAME, SAME_S = 10, 86_400.0  # of one client on one product
ALL_VOTES, ALL_VOTES_S = 5_000, 3_600.0  # of everybody
_PAGE = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.html")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # a link of a mail has its token in the address
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}


@dataclass
class Public:
    """What all requests share. url, site: without a closing slash; site "": not known."""

    settings: Settings
    stores: Stores
    url: str
    site: str
    confirming: Confirming | None  # None: no sign-ups are taken
    now: Callable[[], float] = time.monotonic
    asks: Allowance = field(init=False)
    guesses: Allowance = field(init=False)
    votes: Allowance = field(init=False)
    same: Allowance = field(init=False)
    all_votes: Allowance = field(init=False)
    proxy_told: bool = False

    def __post_init__(self) -> None:
        self.asks = Allowance(ASKS, ASKS_S, self.now)
        self.guesses = Allowance(GUESSES, GUESSES_S, self.now)
        self.votes = Allowance(VOTES, VOTES_S, self.now)
        self.same = Allowance(SAME, SAME_S, self.now)
        self.all_votes = Allowance(ALL_VOTES, ALL_VOTES_S, self.now)

    @property
    def path(self) -> str:
        """Below which paths of ours stand; "" at the root."""
        return urlsplit(self.url).path


@dataclass
class Asked:
    """One request, with what its form holds."""

    public: Public
    request: Request
    form: Form = field(default_factory=Form)

    def word(self, name: str) -> str:
        """A word of the form, else of the query; "" where none came."""
        return self.form.word(name) or self.request.query_params.get(name, "").strip()

    @property
    def client(self) -> str:
        """Who asks, as it is counted."""
        return client_address(self.request)

    def admit(self, allowance: Allowance, who: str) -> None:
        """Pass while somebody may go on. Errors: Refused with 429 where they did something too often."""
        if wait_s := allowance.wait_s(who):
            raise Refused(429, f"That is a lot at once. Try again in {_span(wait_s)}; nothing was changed.")

    def count(self, allowance: Allowance, who: str) -> None:
        """Count one more act of somebody. Errors: as `admit`."""
        self.admit(allowance, who)
        allowance.count(who)

    def show(self, title: str, *lines: str, code: int = 200, back: str = "", **values: str) -> HTMLResponse:
        """A page of a few sentences. back: the page of the site it leads to, else the one it came from; act, token, button:
        of its form, where it has one."""
        back = back or (self.public.site and f"{self.public.site}/{self._page() or 'index.html'}")
        values = {"act": "", "token": "", "button": "", **values}
        template = _templates().get_template("answer.html")
        page = template.render(title=title, lines=lines, back=back, path=self.public.path, **values)
        return HTMLResponse(page, code, _HEADERS)

    def go(self, path: str) -> Response:
        """Lead on to a page of ours, so that a reload sends nothing again."""
        return RedirectResponse(f"{self.public.path}{path}", 303, _HEADERS)

    def _page(self) -> str:
        """The page of the site it came from, where it names one; nothing that leads elsewhere."""
        given = self.word("page")
        return given if len(given) < 300 and _PAGE.fullmatch(given) else ""


Handler = Callable[[Asked], Response]


def get(path: str, handler: Handler) -> Route:
    """A page; it changes nothing."""
    return Route(path, _endpoint(handler), methods=["GET"])


def post(path: str, handler: Handler, *, of_site: bool = False) -> Route:
    """What a form does; of_site: one of the site's, which no page of others may send."""
    return Route(path, _endpoint(handler, of_site), methods=["POST"])


def sheet(path: str) -> Route:
    """The site's style sheet, so that our pages look like its."""

    async def answer(request: Request) -> Response:
        return FileResponse(SITE_TEMPLATES / "base.css", headers={"Cache-Control": "max-age=3600"})

    return Route(path, answer, methods=["GET"])


def _endpoint(handler: Handler, of_site: bool = False) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        asked = Asked(request.app.state.public, request)
        _look_for_proxy(asked.public, request)
        try:
            if request.method == "POST":
                asked.form = await _form(request)
                if of_site:
                    _check_origin(asked)
            return await run_in_threadpool(handler, asked)
        except Refused as error:
            return asked.show("That did not work", error.sentence, code=error.status)
        except UsageError as error:
            return asked.show("That did not work", str(error), code=400)
        except StoreError as error:
            logger.warning("public: %s", error)
            return asked.show("Not just now", "Try again in a moment; nothing was changed.", code=503)
        except CannotRun as error:
            return asked.show("Not just now", str(error), code=503)

    return endpoint


async def nothing_there(request: Request, error: Exception) -> Response:
    """The page for a path that leads nowhere."""
    said = "There is no page here. This address takes sign-ups and votes of readers."
    return Asked(request.app.state.public, request).show("Nothing here", said, code=404)


async def fault(request: Request, error: Exception) -> Response:
    """The page for a fault of ours; its traceback is logged by who serves."""
    return Asked(request.app.state.public, request).show("That failed", "It is our fault and is logged.", code=500)


async def _form(request: Request) -> Form:
    """What was sent. Errors: Refused, with 408 where it does not come within READ_S."""
    try:
        return await asyncio.wait_for(read_form(request, BODY_BYTES), READ_S)
    except TimeoutError:
        raise Refused(408, "The form did not come whole in time. Nothing was changed.") from None


def _check_origin(asked: Asked) -> None:
    """Errors: Refused with 403 where a browser sent the form from a page that is neither the site's nor ours. What is no
    browser says nothing of where it comes from, and could say anything."""
    origin = asked.request.headers.get("origin")
    if origin is None or not asked.public.site:
        return
    if origin.lower() not in {_origin(asked.public.site), _origin(asked.public.url)}:
        raise Refused(403, "This form was sent from a page that is not one of the site's. Nothing was changed.")


def _origin(url: str) -> str:
    parts = urlsplit(url.lower())
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{'' if parts.port in (None, usual) else f':{parts.port}'}"


def _look_for_proxy(public: Public, request: Request) -> None:
    """Say once that all readers are counted as one client, where a proxy stands in front that is not trusted."""
    behind = "x-forwarded-for" in request.headers and not public.settings.trusted_proxies
    if behind and not public.proxy_told:
        public.proxy_told = True
        logger.warning(
            "public: requests come through a proxy, and all its readers count as one client: if it is yours, name it in "
            "SCOUT_TRUSTED_PROXIES"
        )


def _span(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 90 else f"{seconds / 60:.0f} minutes"


@cache
def _templates() -> Any:
    return environment().overlay(loader=ChoiceLoader([FileSystemLoader(TEMPLATES), FileSystemLoader(SITE_TEMPLATES)]))
