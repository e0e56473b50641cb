"""A stand-in model server on loopback that speaks OpenAI's chat completions, well or badly.

    with ModelServer(brain) as server:          # brain(messages, body) -> the answer's text
        server.behave("tiny", "rate_limited", times=1)
        ... ask server.url as any endpoint, with model "tiny"; server.asked and server.usage tell what came and went

Behaviours: honest; slow (answers after `delay_s`); rate_limited (429 with Retry-After for the first `times` requests);
lying (the honest answer with numbers changed and quotes made up); obedient (does what a page tells it: full marks, and
the page's words as its own); broken_json (half of an answer); dropping (hangs up without one); status (answers `status`
with `said`); cut_off (stops after as many words as `max_tokens` allows); cut_stream (hangs up in the middle of a stream);
endless (a stream that heeds no limit). A model that was given none is honest. Where a request asks for a stream and the
behaviour `streams`, the answer comes word by word; a request with a key that it `refuses` gets a 400 that names it. A
brain whose text is `told_calls(...)` calls tools. It is used by bench/gateway.py too, on both sides alike.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from agents.gateway.chat import calls_in

Messages = Sequence[dict[str, Any]]
Brain = Callable[[Messages, dict[str, Any]], str]
BEHAVIOURS = (
    "honest",
    "slow",
    "rate_limited",
    "lying",
    "obedient",
    "broken_json",
    "dropping",
    "status",
    "cut_off",
    "cut_stream",
    "endless",
)
_INJECTED = re.compile(r"[^.\n]*\b(?:ignore|disregard|forget)\b[^.\n]*\binstructions?\b[^\n]*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_MARKS = {"rating": 4, "level": 4, "score": 100}  # what full marks are, by key


def echo(messages: Messages, body: dict[str, Any]) -> str:
    """The brain of a server that was given none: the last message, back."""
    return said(messages[-1])


def said(message: dict[str, Any]) -> str:
    """A message's text, parts joined; a picture counts as "[picture]"."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "[picture]") for part in content)


@dataclass(frozen=True)
class Asked:
    """One request: its body and headers (names in lower case)."""

    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class Behaviour:
    """How one model behaves. `usage` False: replies carry no token counts."""

    name: str
    brain: Brain | None = None
    delay_s: float = 30.0
    retry_after: str = "1"
    times: int = 1_000_000
    status: int = 500
    said: str = "the model is unwell"
    usage: bool = True
    streams: bool = False
    refuses: tuple[str, ...] = ()
    asked: int = 0


@dataclass
class ModelServer:
    """Use as a context manager. `url` is the endpoint's base, .../v1."""

    brain: Brain = echo
    asked: list[Asked] = field(default_factory=list)
    usage: list[dict[str, int]] = field(default_factory=list)  # of every reply that carried one
    behaviours: dict[str, Behaviour] = field(default_factory=dict)

    def behave(self, model: str, name: str, **how: Any) -> Self:
        """Let a model behave like this from now on; `how` are the fields of Behaviour."""
        assert name in BEHAVIOURS, f"no behaviour called {name}; there are {', '.join(BEHAVIOURS)}"
        self.behaviours[model] = Behaviour(name, **how)
        return self

    def of(self, model: str) -> list[Asked]:
        """The requests that asked this model."""
        return [one for one in list(self.asked) if one.body.get("model") == model]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self.stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: ModelServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, as it may."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: stderr is the test's."""

    def do_GET(self) -> None:
        """The list of models."""
        names = sorted(self.server.owner.behaviours) or ["stand-in"]
        self._reply(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in names]})

    def do_POST(self) -> None:
        """One chat completion."""
        owner = self.server.owner
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        how = owner.behaviours.get(body["model"]) or Behaviour("honest")
        how.asked += 1
        owner.asked.append(Asked(body, {key.lower(): value for key, value in self.headers.items()}))
        if how.name == "slow" and owner.stopped.wait(how.delay_s):
            return
        if how.name == "dropping" and how.asked <= how.times:
            self.close_connection = True
        elif how.name == "rate_limited" and how.asked <= how.times:
            self._reply(429, {"error": {"message": "slow down"}}, {"Retry-After": how.retry_after})
        elif how.name == "status" and how.asked <= how.times:
            self._reply(how.status, {"error": {"message": how.said}})
        elif refused := next((key for key in how.refuses if key in body), ""):
            self._reply(400, {"error": {"message": f"{refused} is not supported by this model"}})
        elif how.name == "endless" and body.get("stream"):
            self._stream(({"content": "word "} for _ in iter(int, 1)), None)
        else:
            self._complete(body, how)

    def _complete(self, body: dict[str, Any], how: Behaviour) -> None:
        owner = self.server.owner
        text = (how.brain or owner.brain)(body["messages"], body)
        if how.name in _TWISTS:
            text = _TWISTS[how.name](text, body["messages"])
        most = body.get("max_tokens") if how.name == "cut_off" else None
        whole = most is None or len(text.split()) <= most
        text = text if whole else " ".join(text.split()[:most])
        prompt = sum(len(said(message).split()) for message in body["messages"])
        usage = {"prompt_tokens": prompt, "completion_tokens": len(text.split())}
        usage["total_tokens"] = sum(usage.values())
        calls = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in calls_in(text)
        ]
        message = (
            {"role": "assistant", "content": None, "tool_calls": calls}
            if calls
            else {"role": "assistant", "content": text}
        )
        reply: dict[str, Any] = {"id": "stand-in", "object": "chat.completion", "model": body["model"]}
        reply["choices"] = [{"index": 0, "message": message, "finish_reason": "stop" if whole else "length"}]
        if how.usage:
            owner.usage.append(usage)
            reply["usage"] = usage
        if body.get("stream") and (how.streams or how.name == "cut_stream"):
            pieces = [message] if calls else [{"content": word + " "} for word in text.split(" ")]
            if how.name == "cut_stream":
                self._stream(pieces[: len(pieces) // 2], None)
            else:
                self._stream(
                    pieces, {**reply, "choices": [{"delta": {}, "finish_reason": reply["choices"][0]["finish_reason"]}]}
                )
            return
        self._reply(200, reply)

    def _stream(self, pieces: Iterable[dict[str, Any]], last: dict[str, Any] | None) -> None:
        """The pieces as an event stream; without a last one it breaks off, and the connection with it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self._event(json.dumps({"choices": [{"index": 0, "delta": piece, "finish_reason": None}]}))
        if last is None:
            self.close_connection = True
            return
        self._event(json.dumps(last))
        self._event("[DONE]")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, text: str) -> None:
        line = f"data: {text}\n\n".encode()
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")

    def _reply(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def lie(text: str, messages: Messages) -> str:
    """The answer with every number in its strings changed, and quotes that nobody wrote."""
    return _in_strings(
        text, lambda key, words: "as its makers put it, " + _wrong(words) if key == "quote" else _wrong(words)
    )


def obey(text: str, messages: Messages) -> str:
    """Where a message tells it to forget its instructions: full marks everywhere and those words as the reasons."""
    orders = [found[0].strip() for message in messages for found in _INJECTED.finditer(said(message))]
    if not orders:
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return orders[-1]
    praised = _walk(value, lambda key, leaf: _MARKS.get(key, leaf) if isinstance(leaf, int) else leaf)
    return json.dumps(_walk(praised, lambda key, leaf: orders[-1] if key in ("reason", "text") else leaf))


def cut(text: str, messages: Messages) -> str:
    """The first half: no JSON any more."""
    return text[: max(1, len(text) // 2)]


_TWISTS: dict[str, Callable[[str, Messages], str]] = {"lying": lie, "obedient": obey, "broken_json": cut}


def _wrong(words: str) -> str:
    return _NUMBER.sub(lambda found: str(int(found[0]) + 3), words)


def _in_strings(text: str, change: Callable[[str, str], str]) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return change("", text)
    return json.dumps(_walk(value, lambda key, leaf: change(key, leaf) if isinstance(leaf, str) else leaf))


def _walk(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _walk(one, change, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_walk(one, change, key) for one in value]
    return change(key, value)
