"""One chat completion over HTTP, as OpenAI's clients ask for it: the body, the reply, and what kind of failure it was.

No choice is made here and nothing is written down; agents/gateway/ask.py does both.
"""

from __future__ import annotations

import importlib.util
import json
import re
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeGuard

from agents.gateway.pools import Deployment, Usage
from tools.knowledge import canonical
from tools.page.quotes import neutral
from tools.web.limits import pause_s

if TYPE_CHECKING:
    import httpx2

    from agents.gateway.local import LocalModel

BUSY = frozenset({408, 409, 429, *range(500, 600)})
NO_EXTRA = "a model in this process needs the extra `local`: pip install 'scout[local]'"
REASON_CHARS = 300  # of what an endpoint says about a failure
MOST_BYTES = 8_000_000  # of one reply; the longest answers of today's models have under 1,000,000
_MOST_TOKENS = 10**12  # a larger count is none, and no column takes it
_MARKED = re.compile(r"\[data ([0-9a-f]{8}):")  # agents.executor.marked
_THOUGHT = re.compile(
    r"\A\s*<think>.*?</think>\s*", re.DOTALL
)  # what reasoning models say first, where it is not split off
_SECRET = re.compile(r"\b(?:sk|hf|gsk|key|token|Bearer)[-_ ][\w*.-]{6,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, whoever is asked. `schema`: the JSON Schema that the answer is to follow."""

    messages: Sequence[Mapping[str, Any]]
    schema: Mapping[str, Any] | None = None
    seed: int | None = None
    temperature: float = 0.0
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()

    def canonical(self, model: str) -> bytes:
        """One text for one prompt to one model; its SHA-256 is the prompt's hash. A run's random token is left out."""
        asked = {
            "messages": list(self.messages),
            "schema": self.schema,
            "seed": self.seed,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "stop": list(self.stop),
            "model": model,
        }
        text = canonical(asked)
        for token in dict.fromkeys(_MARKED.findall(text)):
            text = text.replace(token, "TOKEN")
        return text.encode("utf-8", "surrogatepass")

    @property
    def size_bytes(self) -> int:
        """Bytes of all text, pictures left out."""
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in self.texts())

    @property
    def images(self) -> int:
        """How many pictures there are."""
        return sum(part.get("type") == "image_url" for part in self._parts())

    def texts(self) -> list[str]:
        """Every text of every message."""
        return [str(part.get("text", "")) for part in self._parts() if part.get("type") == "text"]

    def _parts(self) -> list[Mapping[str, Any]]:
        parts: list[Mapping[str, Any]] = []
        for message in self.messages:
            content = message["content"]
            parts += [{"type": "text", "text": content}] if isinstance(content, str) else content
        return parts


@dataclass(frozen=True, slots=True)
class Reply:
    """What came. `usage` None: the endpoint did not say. `raw`: its JSON, as it came."""

    text: str
    usage: Usage | None
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why one attempt gave no answer. `kind`: connect, timeout, busy, refused or invalid.

    `usage`: what an invalid answer took, where it said. `billed`: whether it may cost something though nobody says.
    """

    kind: str
    reason: str
    status: int | None = None
    retry_after_s: float | None = None
    usage: Usage | None = None
    text: str = ""
    billed: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class Wire:
    """One HTTP client for all endpoints. Usable from threads."""

    def __init__(self) -> None:
        import httpx2

        self._http = httpx2.Client(verify=_tls())
        self._local: dict[str, LocalModel] = {}
        self._loading = threading.Lock()
        self._lacks: dict[str, frozenset[str]] = {}  # by deployment: what its endpoint was found not to take

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, deployment: Deployment, prompt: Prompt) -> Reply | Failed:
        """One request."""
        if deployment.is_local:
            return self._ask_here(deployment, prompt)
        box: SimpleQueue[Reply | Failed] = SimpleQueue()
        # In a thread of its own: an HTTP client's limit is between two bytes, and an endpoint can send one an hour.
        threading.Thread(target=lambda: box.put(self._post(deployment, prompt)), daemon=True).start()
        try:
            return box.get(timeout=deployment.connect_timeout_s + deployment.timeout_s)
        except Empty:
            return _late(deployment)

    def _post(self, deployment: Deployment, prompt: Prompt) -> Reply | Failed:
        import httpx2

        body = body_of(deployment, prompt, self._lacks.get(deployment.name, frozenset()))
        try:
            with self._http.stream(
                "POST",
                deployment.address("chat/completions"),
                content=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
                headers={"Content-Type": "application/json", **_headers(deployment)},
                timeout=httpx2.Timeout(deployment.timeout_s, connect=deployment.connect_timeout_s),
            ) as response:
                raw = _body(deployment, response)
        except httpx2.ConnectTimeout:
            return Failed("timeout", f"no connection to {deployment.shown} within {deployment.connect_timeout_s:g} s")
        except httpx2.TimeoutException:
            return _late(deployment)
        except (httpx2.ConnectError, httpx2.UnsupportedProtocol) as error:
            return Failed("connect", f"no connection to {deployment.shown} ({_told(str(error), deployment.key)})")
        except httpx2.HTTPError as error:
            return Failed("connect", f"{deployment.shown} hung up ({type(error).__name__})", billed=True)
        if isinstance(raw, Failed):
            return raw
        if response.status_code != 200:
            return refusal(deployment, response.status_code, response.headers, raw.decode("utf-8", "replace"))
        return parse_reply(raw)

    def _ask_here(self, deployment: Deployment, prompt: Prompt) -> Reply | Failed:
        """The answer of a model in this process, loaded with its first question."""
        from agents.gateway.local import LocalModel

        with self._loading:
            model = self._local.get(deployment.name)
            if model is None:
                try:
                    model = self._local[deployment.name] = LocalModel(deployment)
                except (ImportError, OSError) as error:
                    return Failed("connect", _not_loaded(deployment, error))
        return model.ask(prompt)

    def learned(self, deployment: Deployment, prompt: Prompt, failed: Failed) -> bool:
        """Take note of something the endpoint just said it does not take; True when the next request will differ."""
        lacks = self._lacks.get(deployment.name, frozenset())
        lack = missing_feature(body_of(deployment, prompt, lacks), failed)
        if lack is None:
            return False
        self._lacks[deployment.name] = lacks | {lack}
        return True

    def models(self, deployment: Deployment, timeout_s: float) -> str:
        """Whether the endpoint answers at all, in words for `scout doctor`. Errors: ConnectionError in one sentence."""
        if deployment.is_local:
            if importlib.util.find_spec("transformers") is None:
                raise ConnectionError(NO_EXTRA)
            return "is loaded with its first question"
        import httpx2

        try:
            with self._http.stream(
                "GET", deployment.address("models"), headers=_headers(deployment), timeout=timeout_s
            ) as response:
                status = response.status_code
        except httpx2.HTTPError as error:
            raise ConnectionError(f"does not answer ({type(error).__name__})") from None
        if status in (401, 403):
            raise ConnectionError(f"refuses the key ({status})")
        return "answers"


def _headers(deployment: Deployment) -> dict[str, str]:
    """Unpacked answers alone are asked for: a packed one of a megabyte can hold a thousand."""
    key = {"Authorization": f"Bearer {deployment.key}"} if deployment.key else {}
    return {"Accept-Encoding": "identity", **key}


def _body(deployment: Deployment, response: httpx2.Response) -> bytes | Failed:
    """A reply's bytes, within bounds of size and time."""
    if response.headers.get("content-encoding", "identity") != "identity":
        return Failed("invalid", f"{deployment.shown} sent a packed answer that nobody asked for", billed=True)
    raw, until = bytearray(), time.monotonic() + deployment.timeout_s
    for part in response.iter_raw():
        raw += part
        if len(raw) > MOST_BYTES:
            return Failed("invalid", f"{deployment.shown} sent over {MOST_BYTES:,} bytes", billed=True)
        if time.monotonic() > until:
            return _late(deployment)
    return bytes(raw)


def _late(deployment: Deployment) -> Failed:
    return Failed("timeout", f"{deployment.shown} did not answer within {deployment.timeout_s:g} s", billed=True)


def _not_loaded(deployment: Deployment, error: ImportError | OSError) -> str:
    if isinstance(error, ImportError):
        return NO_EXTRA
    return f"{deployment.model} cannot be loaded ({_told(str(error), deployment.key)})"


@cache
def _tls() -> ssl.SSLContext:
    """One for the program: reading the certificates takes 20 ms and more."""
    import httpx2

    return httpx2.create_ssl_context()


def body_of(deployment: Deployment, prompt: Prompt, lacks: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The request's JSON. `lacks`: keys that this endpoint does not take, and forms of response_format."""
    body: dict[str, Any] = {"model": deployment.model, "messages": list(prompt.messages)}
    if "temperature" not in lacks:
        body["temperature"] = prompt.temperature
    if prompt.max_tokens is not None:
        body["max_completion_tokens" if "max_tokens" in lacks else "max_tokens"] = prompt.max_tokens
    if prompt.seed is not None:
        body["seed"] = prompt.seed
    if prompt.stop:
        body["stop"] = list(prompt.stop)
    if prompt.schema is not None:
        form = next(form for form in _FORMS[_FORMS.index(deployment.structured) :] if form not in lacks)
        if form == "json_schema":
            body["response_format"] = {
                "type": form,
                "json_schema": {"name": "answer", "schema": prompt.schema, "strict": True},
            }
        else:
            body["messages"] = _with_schema(body["messages"], prompt.schema)
            if form == "json_object":
                body["response_format"] = {"type": form}
    return body


_FORMS = ("json_schema", "json_object", "none")


def missing_feature(body: Mapping[str, Any], failed: Failed) -> str | None:
    """What of this body the endpoint said it does not take; None when it said nothing of the kind.

    Source: OpenAI's newer models want max_completion_tokens and no temperature; llama.cpp, Ollama and older TGI know
    response_format only in part (their documentation, read November 2026).
    """
    if failed.kind != "refused" or failed.status not in (400, 422, 501):
        return None
    if "response_format" in body and re.search(r"response_format|json_schema|json_object|grammar", failed.reason):
        return str(body["response_format"]["type"])
    for key in ("max_tokens", "temperature"):
        if key in body and key in failed.reason:
            return key
    return None


def refusal(deployment: Deployment, status: int, headers: Mapping[str, str], text: str) -> Failed:
    """The failure that an error status stands for, with the endpoint's own words, secrets taken out."""
    reason = f"{deployment.shown} answered {status}{_words(text, deployment.key)}"
    if status in BUSY:
        return Failed("busy", reason, status, pause_s(headers, datetime.now(UTC)))
    return Failed("refused", reason, status)


def parse_reply(raw: bytes) -> Reply | Failed:
    """A chat completion's text and usage; invalid when it is none. What a model thought aloud first is left out."""
    try:
        value = json.loads(raw)
        text = value["choices"][0]["message"]["content"]
        usage = _usage(value.get("usage"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Failed("invalid", "the answer is no chat completion", billed=True)
    if text is not None and not isinstance(text, str):
        return Failed("invalid", "the answer's content is no text", usage=usage, billed=True)
    return Reply(_THOUGHT.sub("", _whole(text or "")), usage, raw)


def _whole(text: str) -> str:
    """Text without halves of characters (JSON can name one), which neither a file nor a database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _usage(said: Any) -> Usage | None:
    """Token counts; None where they are missing or no counts."""
    if not isinstance(said, dict):
        return None
    tokens_in, tokens_out = said.get("prompt_tokens"), said.get("completion_tokens")
    cached = (said.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    if not (_is_count(tokens_in) and _is_count(tokens_out) and _is_count(cached)):
        return None
    return Usage(tokens_in, tokens_out, min(cached, tokens_in))


def _is_count(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < _MOST_TOKENS


def _with_schema(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The last message, with the schema in words at its end: for endpoints that cannot be held to one."""
    words = f"Answer with one JSON value of this JSON Schema and nothing else:\n{canonical(schema)}"
    *before, last = messages
    content = last["content"]
    longer = f"{content}\n\n{words}" if isinstance(content, str) else [*content, {"type": "text", "text": words}]
    return [*before, {**last, "content": longer}]


def _words(text: str, key: str) -> str:
    """ ": …" with what the endpoint said, from its JSON where it has the usual shape."""
    try:
        value = json.loads(text)
        error = value.get("error", value)
        text = str(error.get("message") or error) if isinstance(error, dict) else str(error)
    except (ValueError, AttributeError, RecursionError):
        pass  # not JSON, or no object: the text itself
    told = _told(text, key)
    return f": {told}" if told else ""


def _told(text: str, key: str) -> str:
    if key:
        text = text.replace(key, "…")
    return " ".join(neutral(_SECRET.sub("…", _whole(text))).split())[:REASON_CHARS]
