"""What an endpoint's bytes say: the one reader of replies, for every shape that endpoints really send.

Content as text or as a list of parts, thoughts before the answer (marked, half marked, in fields of their own), an event
stream (asked for or not), an error inside a 200, calls of tools, an answer that was cut off or is empty. An answer that is
none is a failure of its class; it never counts as an empty answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard

from agents.gateway.chat import Failed, Reply, ToolCall, told_calls
from agents.gateway.pools import Deployment, Usage
from tools.page.quotes import neutral
from tools.page.visible import whole_json
from tools.web.limits import pause_s

BUSY = frozenset({408, 409, 429, *range(500, 600)})
REASON_CHARS = 300  # of what an endpoint says about a failure
_MOST_TOKENS = 10**12  # a larger count is none, and no column takes it
_SECRET = re.compile(r"\b(?:sk|hf|gsk|key|token|Bearer)[-_ ][\w*.-]{6,}", re.IGNORECASE)
_ANSWERS = frozenset(
    {"text", "output_text"}
)  # kinds of parts that are the answer; thinking, reasoning and others are not
_CUT = frozenset({"length", "max_tokens", "model_length", "max_output_tokens"})
_WITHHELD = frozenset({"content_filter", "safety", "recitation", "refusal"})
_OVERLOADED = re.compile(r"rate.?limit|overload|unavailable|server.?error|timeout|capacity|try again", re.IGNORECASE)
_THOUGHTS = ("think", "thinking", "thought", "reasoning")
_OPENED = re.compile(rf"\A\s*[<\[](?:{'|'.join(_THOUGHTS)})[>\]]", re.IGNORECASE)
_CLOSED = re.compile(rf"[<\[]/(?:{'|'.join(_THOUGHTS)})[>\]]\s*", re.IGNORECASE)
_FINAL = "<|channel|>final<|message|>"  # where the answer of a model begins that names its channels (gpt-oss)
_DONE = re.compile(rb"^data:\s*\[DONE\]", re.MULTILINE)
_SAID = ("content", "reasoning_content", "reasoning")
_LONGEST_EVENT = 1_000_000  # bytes; what is longer is no piece of an answer
CHARS_A_TOKEN = 4  # as English has it
_MOST_CALLS = 20  # of one reply that are looked at
_MOST_OBJECTS = 50  # places of an answer where a JSON value may begin that are tried


def read_reply(raw: bytes) -> Reply | Failed:
    """A chat completion's text and usage, what a model thought aloud left out; why it is no answer else.

    Source: the shapes of OpenAI's, Mistral's, DeepSeek's, OpenRouter's and llama.cpp's documented answers, and of public
    reports of clients that failed on them (read November 2026).
    """
    try:
        value = _completion(raw)
        if error := value.get("error"):
            return _refused(error)
        usage = _usage(value.get("usage"))
        choice = value["choices"][0]
        if error := choice.get("error"):
            return _refused(error, usage)
        message = choice.get("message") or {}
        text = _without_thoughts(_text_of(message.get("content", choice.get("text"))))
        reason = str(choice.get("finish_reason") or "").lower()
        refusal = message.get("refusal")
        calls = _calls_of(message)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Failed("invalid", "the answer is no chat completion", billed=True)
    if reason in _CUT:
        return Failed("cut_off", _cut_off(usage), usage=usage, text=text, billed=True)
    if reason in _WITHHELD or (refusal and not text):
        why = f": {told(str(refusal), '')}" if refusal else ""
        return Failed("invalid", f"the endpoint withheld the answer{why}", usage=usage, text=text, billed=True)
    if calls:
        return Reply(told_calls(calls), usage, raw)
    if not text.strip():
        return Failed("invalid", "the answer is empty, or thoughts alone", usage=usage, billed=True)
    return Reply(text, usage, raw)


def _cut_off(usage: Usage | None) -> str:
    return f"the answer was cut off{f' after {usage.tokens_out} tokens' if usage else ''}"


def _completion(raw: bytes) -> dict[str, Any]:
    """The completion as one object: as it came, or its pieces joined where it came as an event stream. Errors: ValueError."""
    if raw.lstrip()[:1] in (b"{", b"["):
        value: dict[str, Any] = json.loads(raw)
        return value
    return _joined(list(_events(raw)), ended=_DONE.search(raw) is not None)


class Heard:
    """How much of a stream has come so far, while it comes. Anything that is no stream counts as nothing."""

    def __init__(self) -> None:
        self.characters = 0
        self._rest = b""

    @property
    def tokens(self) -> int:
        """About as many tokens as were written, thoughts too; an endpoint says the count at the end alone."""
        return self.characters // CHARS_A_TOKEN

    def feed(self, part: bytes) -> None:
        """The next bytes."""
        *lines, rest = (self._rest + part).split(b"\n")
        self._rest = rest if len(rest) <= _LONGEST_EVENT else b""
        for line in lines:
            if line.startswith(b"data:"):
                self.characters += _characters(line[5:])


def _characters(event: bytes) -> int:
    """How many characters of text an event brings."""
    try:
        delta = json.loads(event)["choices"][0]["delta"]
        return sum(len(delta[key]) for key in _SAID if isinstance(delta.get(key), str))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return 0  # [DONE], counts, a comment: whatever it is, the reader of the whole judges it


def _events(raw: bytes) -> Iterator[dict[str, Any]]:
    """The objects of an event stream (the WHATWG's text/event-stream); a last line that broke off is left out. Errors:
    ValueError where one is no JSON."""
    whole = raw[: raw.rfind(b"\n") + 1]
    for line in whole.decode("utf-8", "replace").splitlines():
        name, _, said = line.partition(":")
        if name == "data" and said.strip() != "[DONE]":
            yield json.loads(said)


def _joined(events: list[dict[str, Any]], ended: bool) -> dict[str, Any]:
    """One completion out of a stream's pieces: texts in a row, calls by their place, the last usage and finish reason.
    A stream that says of no end was cut. Errors: ValueError."""
    if not events:
        raise ValueError("neither an object nor an event stream")
    text = ""
    whole: dict[str, Any] = {"message": {}}
    found: dict[str, Any] = {"choices": [whole]}
    for event in events:
        found |= {key: event[key] for key in ("error", "usage") if event.get(key)}
        for choice in (event.get("choices") or [])[:1]:
            piece = choice.get("delta") or choice.get("message") or {}
            text += _text_of(piece.get("content", choice.get("text")))
            whole |= {key: choice[key] for key in ("error", "finish_reason") if choice.get(key)}
            if piece.get("refusal"):
                whole["message"]["refusal"] = whole["message"].get("refusal", "") + piece["refusal"]
            _join_calls(whole["message"], piece.get("tool_calls") or [])
    whole["message"]["content"] = text
    if not ended and not found.get("error") and not whole.get("error"):
        whole.setdefault("finish_reason", "length")
    return found


def _join_calls(message: dict[str, Any], pieces: list[dict[str, Any]]) -> None:
    """Add pieces of calls to the calls they belong to: a name comes once, arguments in parts."""
    calls = message.setdefault("tool_calls", [])
    for piece in pieces:
        at = piece.get("index", len(calls))
        if not isinstance(at, int) or at >= len(calls):
            calls.append({"function": {"name": "", "arguments": ""}})
            at = len(calls) - 1
        said = piece.get("function") or {}
        if piece.get("id"):
            calls[at]["id"] = piece["id"]
        for key in ("name", "arguments"):
            part = said.get(key) or ""
            calls[at]["function"][key] += part if isinstance(part, str) else json.dumps(part)


def _calls_of(message: Mapping[str, Any]) -> list[ToolCall]:
    """The calls of a message, at most _MOST_CALLS. Errors: those of a message that is no such thing."""
    found = []
    for number, call in enumerate((message.get("tool_calls") or [])[:_MOST_CALLS]):
        asked = call["function"]
        arguments = asked.get("arguments") or "{}"
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        found.append(
            ToolCall(_whole(str(call.get("id") or f"call_{number}")), _whole(str(asked["name"])), _whole(text))
        )
    return found


def _text_of(content: Any) -> str:
    """The text of a message's content: itself, or its text parts joined. Errors: TypeError where it is neither."""
    if content is None:
        return ""
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, str) or part.get("type", "text") in _ANSWERS]
        return "".join(part if isinstance(part, str) else _text_of(part.get("text")) for part in parts)
    if not isinstance(content, str):
        raise TypeError("content is neither text nor a list of parts")
    return _whole(content)


def _without_thoughts(text: str) -> str:
    """The answer after the thoughts: behind their last closing mark; "" where they were opened and never closed."""
    if _FINAL in text:
        return text.rpartition(_FINAL)[2].partition("<|")[0]
    opened = _OPENED.match(text)
    closed = list(_CLOSED.finditer(text))
    if opened and not closed:
        return ""
    # A mark that closes what nothing opened: the template had opened it. Within an answer both are words like any.
    if closed and (opened or not _opens_before(text, closed[0].start())):
        return text[closed[0 if opened else -1].end() :]
    return text


def _opens_before(text: str, end: int) -> bool:
    return any(f"<{word}>" in text[:end].lower() or f"[{word}]" in text[:end].lower() for word in _THOUGHTS)


def _refused(error: Any, usage: Usage | None = None) -> Failed:
    """The failure of an error that came inside a good status, classed by its own code, else by its words."""
    said = error if isinstance(error, dict) else {"message": error}
    code = next(
        (int(said[key]) for key in ("code", "status", "status_code") if str(said.get(key) or "").isdecimal()), None
    )
    words = " ".join(str(said[key]) for key in ("type", "code", "status", "message") if said.get(key))
    busy = code in BUSY if code is not None else bool(_OVERLOADED.search(words))
    reason = told(str(said.get("message") or words), "")
    return Failed("busy" if busy else "refused", f"an error inside the answer: {reason}", code, usage=usage)


def json_in(text: str) -> Any:
    """The JSON value of an answer: the longest object in it, whatever prose or fence stands around. Errors: ValueError in
    one sentence."""
    decoder, whole = json.JSONDecoder(), whole_json(text)
    best: Any = None
    size = reach = 0  # characters of the longest object that is whole, and of the longest that breaks off
    broken, start = -1, whole.find("{")
    for _ in range(_MOST_OBJECTS):
        if start < 0:
            break
        try:
            value, end = decoder.raw_decode(whole, start)
            if end - start > size:
                best, size = value, end - start
        except json.JSONDecodeError as error:
            end = max(error.pos, start + 1)
            if end - start > reach:
                broken, reach = error.pos, end - start
        except (ValueError, RecursionError):  # a number of 5,000 digits; brackets a thousand deep
            raise ValueError("it is no JSON that can be read") from None
        start = whole.find("{", end)
    if broken >= 0 and reach > size:  # what is whole here is a part of something that is not
        raise ValueError(f"it is no JSON, broken at character {broken}")
    if best is None:
        raise ValueError("it holds no JSON object")
    return best


def refusal(deployment: Deployment, status: int, headers: Mapping[str, str], text: str) -> Failed:
    """The failure that an error status stands for, with the endpoint's own words, secrets taken out."""
    reason = f"{deployment.shown} answered {status}{_words(text, deployment.key)}"
    if status in BUSY:
        return Failed("busy", reason, status, pause_s(headers, datetime.now(UTC)))
    return Failed("refused", reason, status)


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


def _words(text: str, key: str) -> str:
    """ ": …" with what the endpoint said, from its JSON where it has the usual shape."""
    try:
        value = json.loads(text)
        error = value.get("error", value)
        text = str(error.get("message") or error) if isinstance(error, dict) else str(error)
    except (ValueError, AttributeError, RecursionError):
        pass  # not JSON, or no object: the text itself
    words = told(text, key)
    return f": {words}" if words else ""


def told(text: str, key: str) -> str:
    """What an endpoint says, in one short line, the key and what looks like one taken out."""
    if key:
        text = text.replace(key, "…")
    return " ".join(neutral(_SECRET.sub("…", _whole(text))).split())[:REASON_CHARS]
