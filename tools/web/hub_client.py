"""The Hugging Face Hub through its own client, over our Fetcher: guard, pace, recording and replay apply to it too."""

from __future__ import annotations

import asyncio
import concurrent.futures
import secrets
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import httpx2
from huggingface_hub import HfApi, constants, hf_hub_url, set_client_factory

from tools.errors import CannotRun, FetchError, UsageError
from tools.models import Page
from tools.settings import Settings
from tools.sources.hugging_face import PACE_S

if TYPE_CHECKING:
    from tools.web.fetch import Fetcher

_NAMED = "x-scout-hub"  # on the request inside this process only: what goes out is made by the Fetcher
_REPO_TYPES = {"models": "model", "spaces": "space", "datasets": "dataset"}


class HubApi(HfApi):
    """HfApi that keeps the pages its answers came from, so that what is read from them can be traced."""

    def __init__(self, transport: HubTransport, settings: Settings) -> None:
        super().__init__(
            endpoint=settings.hf_endpoint, token=settings.hf_token or False, headers={_NAMED: transport.name}
        )
        self.transport = transport

    @property
    def pages(self) -> list[Page]:
        """The pages answered so far, oldest first. Clear it between questions."""
        return self.transport.pages


def hub_api(fetcher: Fetcher, loop: asyncio.AbstractEventLoop, settings: Settings) -> HubApi:
    """The Hub's client at settings.hf_endpoint. Call it from another thread than the loop's (`asyncio.to_thread`).

    Answers are one page: at most 1,000 rows of a list. The token travels in the Authorization header, and only to the
    endpoint; a login stored on this machine is never used. Several may live side by side, each over its own Fetcher.
    Errors of its calls: FetchError as of Fetcher.get.
    """
    _install()
    return HubApi(HubTransport(fetcher, loop, settings), settings)


@cache
def _install() -> None:
    """Give the library the one client that this process uses for the Hub; it knows no client of its own per HfApi."""
    # Its telemetry asks the Hub for a list of agents' environment variables first, looks for them here, and keeps the
    # list under HF_HOME (2.4.0, utils/_detect_agent.py). Our Fetcher says who we are; nothing else is to be told.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    set_client_factory(lambda: httpx2.Client(transport=_Exchange(), timeout=None))


class _Exchange(httpx2.BaseTransport):
    """Hands each request to the transport of the HubApi it came from."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        transport = _TRANSPORTS.get(request.headers.get(_NAMED, ""))
        if transport is None:
            raise FetchError(str(request.url), "asked outside of hub_api(); no Fetcher carries it")
        return transport.handle_request(request)


def card_url(settings: Settings, hub_id: str) -> str:
    """The address of an entry's card. hub_id: "models/org/name", "spaces/org/name" or "datasets/org/name".

    Errors: UsageError for anything else.
    """
    kind, _, name = hub_id.partition("/")
    if kind not in _REPO_TYPES or name.count("/") != 1:
        raise UsageError(f"A Hub id is like models/org/name, spaces/org/name or datasets/org/name; got {hub_id!r}.")
    return str(hf_hub_url(name, "README.md", repo_type=_REPO_TYPES[kind], endpoint=settings.hf_endpoint))


class HubTransport(httpx2.BaseTransport):
    """Carries the Hub client's requests to the Fetcher, which lives on its own loop. `pages`: what was answered."""

    def __init__(self, fetcher: Fetcher, loop: asyncio.AbstractEventLoop, settings: Settings) -> None:
        self._fetcher, self._loop = fetcher, loop
        self._endpoint = _origin(settings.hf_endpoint)
        self._timeout_s = float(settings.call_timeout_s)
        self.pages: list[Page] = []
        self.name = secrets.token_hex(8)
        _TRANSPORTS[self.name] = self

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The Fetcher's page as a response. Errors: FetchError; CannotRun when called on the Fetcher's own loop."""
        url = str(request.url)
        if request.method != "GET":
            raise FetchError(url, f"the Hub is only read here; {request.method} is not sent")
        page = self._wait_for(url, self._headers(request, url))
        self.pages.append(page)
        return httpx2.Response(200, headers={"content-type": page.content_type}, content=page.body, request=request)

    def _headers(self, request: httpx2.Request, url: str) -> dict[str, str]:
        token = request.headers.get("authorization")
        return {"Authorization": token} if token and _origin(url) == self._endpoint else {}

    def _wait_for(self, url: str, headers: dict[str, str]) -> Page:
        if _running_loop() is self._loop:
            raise CannotRun("The Hub's client waits for the loop it was called on; call it in a thread.")
        answer: concurrent.futures.Future[Page] = asyncio.run_coroutine_threadsafe(
            self._fetcher.get(url, access="api", headers=headers, pace_s=PACE_S), self._loop
        )
        try:
            return answer.result(self._timeout_s)
        except concurrent.futures.TimeoutError:
            answer.cancel()
            raise FetchError(url, f"no answer within {self._timeout_s:g} s") from None


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


_TRANSPORTS: WeakValueDictionary[str, HubTransport] = WeakValueDictionary()
