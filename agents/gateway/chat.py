"""What is asked of a model and what came of it: the prompt, the request's JSON, the reply, a call of a tool, the failure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.gateway.pools import Deployment, Usage
from tools.knowledge import canonical

_MARKED = re.compile(r"\[data ([0-9a-f]{8}):")  # agents.run.executor.marked
_FORMS = ("json_schema", "json_object", "none")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked, whoever is asked. `schema`: the JSON Schema that the answer is to follow.

    `tools`: what the model may call, as functions of OpenAI's protocol; `may_call` False: not any more, it must answer.
    """

    messages: Sequence[Mapping[str, Any]]
    schema: Mapping[str, Any] | None = None
    seed: int | None = None
    temperature: float = 0.0
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    tools: tuple[Mapping[str, Any], ...] = ()
    may_call: bool = True

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
        if self.tools:
            asked |= {"tools": list(self.tools), "may_call": self.may_call}
        text = canonical(asked)
        for token in dict.fromkeys(_MARKED.findall(text)):
            text = text.replace(token, "TOKEN")
        return text.encode("utf-8", "surrogatepass")

    @property
    def size_bytes(self) -> int:
        """Bytes of all text and tools, pictures left out."""
        tools = [canonical(list(self.tools))] if self.tools else []
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in (*self.texts(), *tools))

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
    """What came. `usage` None: the endpoint did not say. `raw`: its JSON, as it came. Where the model calls tools,
    `text` is what `told_calls` makes of them."""

    text: str
    usage: Usage | None
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why one attempt gave no answer. `kind`: connect, timeout, busy, refused, invalid or cut_off.

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


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to have a tool called. `arguments`: JSON as the model wrote it, checked by nobody yet."""

    id: str
    name: str
    arguments: str


def told_calls(calls: Sequence[ToolCall]) -> str:
    """Calls as the text of a reply, which the ledger keeps like any other."""
    return canonical({"tool_calls": [[call.id, call.name, call.arguments] for call in calls]})


def calls_in(text: str) -> tuple[ToolCall, ...]:
    """The calls that a reply's text stands for; none where it is an answer."""
    if not text.startswith('{"tool_calls":[['):
        return ()
    try:
        return tuple(ToolCall(*map(str, call)) for call in json.loads(text)["tool_calls"])
    except (ValueError, TypeError, RecursionError):
        return ()


def call_messages(calls: Sequence[ToolCall], results: Sequence[str]) -> list[dict[str, Any]]:
    """The messages that tell a model what became of its calls, one result a call."""
    wishes = [
        {"id": one.id, "type": "function", "function": {"name": one.name, "arguments": one.arguments}} for one in calls
    ]
    told = [
        {"role": "tool", "tool_call_id": one.id, "content": result} for one, result in zip(calls, results, strict=True)
    ]
    return [{"role": "assistant", "content": "", "tool_calls": wishes}, *told]


def body_of(
    deployment: Deployment, prompt: Prompt, lacks: frozenset[str] = frozenset(), *, stream: bool = False
) -> dict[str, Any]:
    """The request's JSON. `lacks`: keys that this endpoint does not take, and forms of response_format. `stream`: ask
    for the answer piece by piece."""
    body: dict[str, Any] = {"model": deployment.model, "messages": list(prompt.messages)}
    if prompt.tools and deployment.tools and "tools" not in lacks:
        body["tools"] = list(prompt.tools)
        if not prompt.may_call:
            body["tool_choice"] = "none"
    else:
        body["messages"] = [_without_calls(message) for message in prompt.messages]
    if stream and "stream" not in lacks:
        body["stream"] = True
        if "stream_options" not in lacks:
            body["stream_options"] = {"include_usage": True}
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


def missing_feature(body: Mapping[str, Any], failed: Failed) -> str | None:
    """What of this body the endpoint said it does not take; None when it said nothing of the kind.

    Source: OpenAI's newer models want max_completion_tokens and no temperature; llama.cpp, Ollama and older TGI know
    response_format only in part (their documentation, read November 2026).
    """
    if failed.kind != "refused" or failed.status not in (400, 404, 405, 422, 501):
        return None
    if "tools" in body and re.search(r"\btools?\b|tool_choice|tool_use|\bfunctions?\b", failed.reason, re.IGNORECASE):
        return "tools"  # before the form: llama.cpp takes tools or a grammar and names both
    if failed.status in (404, 405):
        return None
    if "response_format" in body and re.search(r"response_format|json_schema|json_object|grammar", failed.reason):
        return str(body["response_format"]["type"])
    for key in ("max_tokens", "temperature", "stream_options", "stream"):
        if key in body and key in failed.reason:
            return key
    return None


def _without_calls(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message as one that knows no tools takes it: calls and their results as plain words."""
    if message["role"] == "tool":
        return {"role": "user", "content": message["content"]}
    if "tool_calls" not in message:
        return message
    asked = [f"{one['function']['name']} {one['function']['arguments']}" for one in message["tool_calls"]]
    return {"role": "assistant", "content": "I look up: " + "; ".join(asked)}


def _with_schema(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The last message, with the schema in words at its end: for endpoints that cannot be held to one."""
    words = f"Answer with one JSON value of this JSON Schema and nothing else:\n{canonical(schema)}"
    *before, last = messages
    content = last["content"]
    longer = f"{content}\n\n{words}" if isinstance(content, str) else [*content, {"type": "text", "text": words}]
    return [*before, {**last, "content": longer}]
