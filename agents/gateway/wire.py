"""One chat completion over HTTP, as OpenAI's clients ask for it: the body, the reply, and what kind of failure it was.

No choice is made here and nothing is written down; agents/gateway/ask.py does both.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import ssl
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from agents.gateway.chat import Failed, Prompt, Reply, body_of, missing_feature
from agents.gateway.pools import Deployment
from agents.gateway.replies import Heard, read_reply, refusal, told
from tools.errors import connection_words
from tools.workbench import waited

if TYPE_CHECKING:
    import httpx2

    from agents.gateway.local import LocalModel

T = TypeVar("T")
NO_EXTRA = "a model in this process needs the extra `local`: pip install 'scout[local]'"
MOST_BYTES = 8_000_000  # of one reply; the longest answers of today's models have under 1,000,000
PAST_LIMIT = 2  # times as many tokens as were allowed, after which a stream is left: its endpoint heeds no limit
Listener = Callable[[int], None]  # told of about how many tokens of an answer have come


class Wire:
    """One HTTP client for all endpoints, on a loop in a thread of its own. Usable from threads.

    stop: fulfilled by who wants no answer any more; a request under way is then broken off.
    """

    def __init__(self, stop: Future[None] | None = None) -> None:
        self._stop: Future[None] = stop or Future()
        self._line: _Line | None = None  # opened with the first request
        self._opening = threading.Lock()
        self._local: dict[str, LocalModel] = {}
        self._loading, self._learning = threading.Lock(), threading.Lock()
        self._lacks: dict[str, frozenset[str]] = {}  # by deployment: what its endpoint was found not to take

    def close(self) -> None:
        """Break off what is under way, and close the connections."""
        if self._line:
            self._line.close()

    def ask(self, deployment: Deployment, prompt: Prompt, heard: Listener | None = None) -> Reply | Failed:
        """One request. heard: somebody who listens while the answer comes; then it is asked for as a stream.

        Errors: Stopped.
        """
        if deployment.is_local:
            return self._ask_here(deployment, prompt)
        under_way = self._begun(lambda http: self._post(http, deployment, prompt, heard))
        try:  # with a limit of ours: an HTTP client's is between two bytes, and an endpoint can send one an hour
            return waited(under_way, self._stop, deployment.connect_timeout_s + deployment.timeout_s)
        except TimeoutError:
            under_way.cancel()
            return _late(deployment)

    def _begun(self, work: Callable[[httpx2.AsyncClient], Coroutine[Any, Any, T]]) -> Future[T]:
        with self._opening:
            self._line = self._line or _Line()
        return self._line.begin(work(self._line.http))

    async def _post(
        self, http: httpx2.AsyncClient, deployment: Deployment, prompt: Prompt, heard: Listener | None
    ) -> Reply | Failed:
        import httpx2

        body = body_of(deployment, prompt, self.lacks(deployment), stream=heard is not None)
        try:
            async with http.stream(
                "POST",
                deployment.address("chat/completions"),
                content=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
                headers={"Content-Type": "application/json", **_headers(deployment)},
                timeout=httpx2.Timeout(deployment.timeout_s, connect=deployment.connect_timeout_s),
            ) as response:
                raw = await _body(deployment, response, prompt.max_tokens, heard)
        except httpx2.ConnectTimeout:
            return Failed("timeout", f"no connection to {deployment.shown} within {deployment.connect_timeout_s:g} s")
        except httpx2.TimeoutException:
            return _late(deployment)
        except (httpx2.ConnectError, httpx2.UnsupportedProtocol) as error:
            why = connection_words(error, told(str(error), deployment.key))
            return Failed("connect", f"no connection to {deployment.shown}: {why}")
        except httpx2.HTTPError as error:
            return Failed("connect", f"{deployment.shown} hung up: {connection_words(error)}", billed=True)
        if isinstance(raw, Failed):
            return raw
        if response.status_code != 200:
            return refusal(deployment, response.status_code, response.headers, raw.decode("utf-8", "replace"))
        return read_reply(raw)

    def _ask_here(self, deployment: Deployment, prompt: Prompt) -> Reply | Failed:
        """The answer of a model in this process, loaded with its first question. Errors: Stopped."""
        from agents.gateway.local import LocalModel

        with self._loading:
            model = self._local.get(deployment.name)
            if model is None:
                try:
                    model = self._local[deployment.name] = LocalModel(deployment)
                except (ImportError, OSError) as error:
                    return Failed("connect", _not_loaded(deployment, error))
        return model.ask(prompt, self._stop)

    def lacks(self, deployment: Deployment) -> frozenset[str]:
        """What the endpoint is known not to take."""
        return self._lacks.get(deployment.name, frozenset())

    def learned(
        self, deployment: Deployment, prompt: Prompt, failed: Failed, lacks: frozenset[str], *, stream: bool = False
    ) -> bool:
        """Take note of something the endpoint just said it does not take; True when the next request will differ.

        lacks: what was known when the request was made. Others may have learned the same meanwhile.
        """
        lack = missing_feature(body_of(deployment, prompt, lacks, stream=stream), failed)
        if lack is None:
            return False
        with self._learning:
            self._lacks[deployment.name] = self.lacks(deployment) | {lack}
        return True

    def models(self, deployment: Deployment, timeout_s: float) -> str:
        """Whether the endpoint answers at all, in words for `scout doctor`. Errors: ConnectionError in one sentence."""
        if deployment.is_local:
            if importlib.util.find_spec("transformers") is None:
                raise ConnectionError(NO_EXTRA)
            return "is loaded with its first question"
        import httpx2

        try:
            status = self._begun(lambda http: _status(http, deployment, timeout_s)).result()
        except httpx2.HTTPError as error:
            raise ConnectionError(f"does not answer: {connection_words(error)}") from None
        if status in (401, 403):
            raise ConnectionError(f"refuses the key ({status})")
        return "answers"


class _Line:
    """An HTTP client, and the loop it lives on in a thread of its own."""

    def __init__(self) -> None:
        import httpx2

        self.http = httpx2.AsyncClient(verify=_tls())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="models", daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Have some work done; its end."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Cancel what is under way, and wait until all of it has ended."""
        self.begin(self._end()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self.http.aclose()


async def _status(http: httpx2.AsyncClient, deployment: Deployment, timeout_s: float) -> int:
    async with http.stream(
        "GET", deployment.address("models"), headers=_headers(deployment), timeout=timeout_s
    ) as response:
        return response.status_code


def _headers(deployment: Deployment) -> dict[str, str]:
    """Unpacked answers alone are asked for: a packed one of a megabyte can hold a thousand."""
    key = {"Authorization": f"Bearer {deployment.key}"} if deployment.key else {}
    return {"Accept-Encoding": "identity", **key}


async def _body(
    deployment: Deployment, response: httpx2.Response, max_tokens: int | None, heard: Listener | None
) -> bytes | Failed:
    """A reply's bytes, within bounds of size and time; what came of a stream that was cut."""
    import httpx2

    if response.headers.get("content-encoding", "identity") != "identity":
        return Failed("invalid", f"{deployment.shown} sent a packed answer that nobody asked for", billed=True)
    raw, until, so_far = bytearray(), time.monotonic() + deployment.timeout_s, Heard()
    try:
        async for part in response.aiter_raw():
            raw += part
            if heard:
                so_far.feed(part)
            if len(raw) > MOST_BYTES:
                return Failed("invalid", f"{deployment.shown} sent over {MOST_BYTES:,} bytes", billed=True)
            if time.monotonic() > until:
                return _late(deployment)
            if max_tokens and so_far.tokens > PAST_LIMIT * max_tokens:
                reason = f"the answer went on past the {max_tokens} tokens it was given"
                return Failed("cut_off", reason, billed=True)
            if heard and so_far.characters:
                heard(so_far.tokens)
    except (httpx2.RemoteProtocolError, httpx2.ReadError):
        if not so_far.characters:  # nothing of an answer: a broken connection like any other
            raise
    return bytes(raw)


def _late(deployment: Deployment) -> Failed:
    return Failed("timeout", f"{deployment.shown} did not answer within {deployment.timeout_s:g} s", billed=True)


def _not_loaded(deployment: Deployment, error: ImportError | OSError) -> str:
    if isinstance(error, ImportError):
        return NO_EXTRA
    return f"{deployment.model} cannot be loaded ({told(str(error), deployment.key)})"


@cache
def _tls() -> ssl.SSLContext:
    """One for the program: reading the certificates takes 20 ms and more."""
    import httpx2

    return httpx2.create_ssl_context()
