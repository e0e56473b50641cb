"""What endpoints really send, shape by shape, and what each is: an answer, or a failure of its class."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.gateway.ask import Gateway
from agents.gateway.chat import Failed, Reply, ToolCall, call_messages, calls_in
from agents.gateway.pools import Deployment, Pool, Pools, Usage
from agents.gateway.purse import Limits, Purse
from agents.gateway.replies import json_in, read_reply
from tests.model_server import ModelServer
from tools.errors import AllFailed
from tools.store import Store


def completion(content: Any, finish: str | None = "stop", **more: Any) -> bytes:
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    return json.dumps({"choices": [{"message": message, "finish_reason": finish}], **more}).encode()


def stream(*pieces: Any, end: str = "data: [DONE]\n\n") -> bytes:
    said = [piece if isinstance(piece, str) else f"data: {json.dumps(piece)}\n\n" for piece in pieces]
    return ("".join(said) + end).encode()


def delta(text: Any, **more: Any) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": text}, **more}]}


USED = {"prompt_tokens": 7, "completion_tokens": 3}
ANSWERS = {
    "a text": (completion("Ship it."), "Ship it."),
    "parts, the thought first": (
        completion(
            [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Ship."}]
        ),
        "Ship.",
    ),
    "parts of text": (
        completion([{"type": "text", "text": "Ship"}, {"type": "output_text", "text": " it."}]),
        "Ship it.",
    ),
    "bare strings as parts": (completion(["Ship", " it."]), "Ship it."),
    "a thought in a field of its own": (
        completion("Ship.", message={"reasoning_content": "hm", "reasoning": "hm"}),
        "Ship.",
    ),
    "a thought before the answer": (completion("<think>hm {}</think>\n{}"), "{}"),
    "a thought in brackets": (completion("[THINK]hm[/THINK]Ship."), "Ship."),
    "a thought that nothing opened": (completion("hm, well\n</think>\n\nShip."), "Ship."),
    "a channel for the answer": (
        completion(
            "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Ship.<|return|>"
        ),
        "Ship.",
    ),
    "the word itself, told of": (
        completion("It prints <think> and </think> around thoughts."),
        "It prints <think> and </think> around thoughts.",
    ),
    "no finish reason": (completion("Ship.", None), "Ship."),
    "an empty error beside it": (completion("Ship.", error=None), "Ship."),
    "a stream nobody asked for": (
        stream(delta("Hel"), ": a comment\n\n", delta("lo"), delta(None, finish_reason="stop")),
        "Hello",
    ),
    "a stream with windows' ends of lines": (stream(delta("Hel"), delta("lo")).replace(b"\n", b"\r\n"), "Hello"),
    "a stream of parts": (
        stream(delta([{"type": "thinking", "thinking": "hm"}]), delta([{"type": "text", "text": "Hello"}])),
        "Hello",
    ),
    "an older completion": (json.dumps({"choices": [{"text": "Ship.", "finish_reason": "stop"}]}).encode(), "Ship."),
}


@pytest.mark.parametrize("shape", ANSWERS)
def test_an_answer_is_read_in_every_shape(shape: str) -> None:
    raw, text = ANSWERS[shape]
    read = read_reply(raw)
    assert isinstance(read, Reply), read
    assert read.text == text


FAILURES = {
    "cut off": (completion("Half a", "length", usage=USED), "cut_off", "cut off after 3 tokens"),
    "cut off before it began": (completion(None, "length", message={"reasoning_content": "hm"}), "cut_off", "cut off"),
    "cut off in its thoughts": (completion("<think>Let me", "length"), "cut_off", "cut off"),
    "a stream cut off": (stream(delta("Ha"), delta("lf", finish_reason="max_tokens")), "cut_off", "cut off"),
    "empty": (completion(""), "invalid", "empty"),
    "null": (completion(None), "invalid", "empty"),
    "blank": (completion(" \n"), "invalid", "empty"),
    "thoughts alone": (completion("<think>hm</think>\n"), "invalid", "thoughts alone"),
    "thoughts that do not end": (completion("<think>hm"), "invalid", "thoughts alone"),
    "thinking parts alone": (completion([{"type": "thinking", "thinking": "hm"}]), "invalid", "thoughts alone"),
    "withheld": (completion("", "content_filter"), "invalid", "withheld"),
    "refused in words": (
        completion(None, message={"refusal": "I cannot."}),
        "invalid",
        "withheld the answer: I cannot.",
    ),
    "an error of its own code": (b'{"error": {"code": 429, "message": "slow down"}}', "busy", "slow down"),
    "an error with its code as text": (b'{"error": {"code": "503", "message": "later"}}', "busy", "later"),
    "an error in words": (b'{"error": {"type": "overloaded_error", "message": "Overloaded"}}', "busy", "Overloaded"),
    "an error that is a text": (b'{"error": "no such model"}', "refused", "no such model"),
    "an error of ours": (b'{"error": {"code": 400, "message": "too long"}, "choices": []}', "refused", "too long"),
    "an error inside the choice": (
        json.dumps({"choices": [{"error": {"code": 502, "message": "upstream"}, "message": {"content": ""}}]}).encode(),
        "busy",
        "upstream",
    ),
    "an error in a stream": (stream(delta("Ha"), {"error": {"code": 500, "message": "broke"}}), "busy", "broke"),
    "no choice": (b'{"choices": []}', "invalid", "no chat completion"),
    "a page": (b"<html><body>Bad gateway</body></html>", "invalid", "no chat completion"),
    "nothing": (b"", "invalid", "no chat completion"),
    "a list": (b"[1]", "invalid", "no chat completion"),
    "a stream of no JSON": (stream("data: {broken\n\n"), "invalid", "no chat completion"),
    "content of another kind": (completion({"answer": 1}), "invalid", "no chat completion"),
}


@pytest.mark.parametrize("shape", FAILURES)
def test_what_is_no_answer_is_a_failure_of_its_class(shape: str) -> None:
    raw, kind, reason = FAILURES[shape]
    read = read_reply(raw)
    assert isinstance(read, Failed), read
    assert read.kind == kind
    assert reason in read.reason


def test_the_last_counts_of_a_stream_are_its_counts() -> None:
    read = read_reply(stream(delta("a") | {"usage": None}, {"choices": [], "usage": USED}))
    assert isinstance(read, Reply)
    assert read.usage == Usage(7, 3, 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        (
            'Here is the JSON you asked for:\n```json\n{"a": {"b": 2}}\n```\nI hope that helps {smiling}.',
            {"a": {"b": 2}},
        ),
        ('With {} braces first: {"a": [1, {"b": 2}]}', {"a": [1, {"b": 2}]}),
    ],
)
def test_json_is_found_among_prose(text: str, value: Any) -> None:
    assert json_in(text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no object at all", "it holds no JSON object"),
        ('{"rows": [{"a": 1}, {"a": 2}', "broken at character 28"),  # no row of it is taken for the whole
        ('{"a": ' + "1" * 5_000 + "}", "no JSON that can be read"),
        ('{"a":' * 100_000, "no JSON that can be read"),
    ],
)
def test_json_that_breaks_off_is_not_read_in_part(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        json_in(text)


def gateway(server: ModelServer, store: Store) -> Gateway:
    pool = Pool("default", (Deployment("a", "m", server.url),))
    return Gateway(Pools({"default": pool}), store, purse=Purse(store, Limits()), sleep=lambda seconds: None)


def test_an_answer_that_was_cut_off_is_asked_for_again_with_twice_the_room(store: Store) -> None:
    with ModelServer(lambda messages, body: "word " * 40) as server, gateway(server, store) as door:
        server.behave("m", "cut_off")
        answer = door.ask([{"role": "user", "content": "hello"}], task="read", max_tokens=30)
        again = door.ask([{"role": "user", "content": "hello"}], task="read", max_tokens=30)
    assert answer.text == again.text == "word " * 40
    assert [one.body["max_tokens"] for one in server.asked] == [
        30,
        60,
    ]  # the second question was answered from the store
    assert [row["status"] for row in store.attempts()] == ["stored", "ok", "failed"]


def test_one_that_is_cut_off_twice_is_no_answer_and_is_not_kept(store: Store) -> None:
    with ModelServer(lambda messages, body: "word " * 400) as server, gateway(server, store) as door:
        server.behave("m", "cut_off")
        for _ in range(2):
            with pytest.raises(AllFailed, match="cut off after 60 tokens"):
                door.ask([{"role": "user", "content": "hello"}], task="read", max_tokens=30)
    assert len(server.asked) == 4


# Streams that were asked for -------------------------------------------------------------------------------------


def streamed(server: ModelServer, store: Store, how: str = "honest", **more: Any) -> tuple[Any, list[int]]:
    """The answer, or the error, of a question somebody listens to; and what was heard."""
    server.behave("m", how, streams=True, **more)
    heard: list[int] = []
    with gateway(server, store) as door:
        try:
            asked = [{"role": "user", "content": "hello"}]
            return door.ask(asked, task="read", max_tokens=1_000, heard=heard.append), heard
        except AllFailed as error:
            return error, heard


def test_whoever_listens_hears_the_answer_grow_and_gets_it_whole(store: Store) -> None:
    with ModelServer(lambda messages, body: "word " * 400) as server:
        answer, heard = streamed(server, store)
    assert answer.text.split() == ["word"] * 400
    assert (answer.tokens_in, answer.tokens_out) == (1, 400)
    assert heard == sorted(heard)
    assert heard[-1] >= 400
    assert server.asked[0].body["stream_options"] == {"include_usage": True}


def test_an_endpoint_that_gives_no_stream_is_read_as_ever(store: Store) -> None:
    with ModelServer(lambda messages, body: "word") as server, gateway(server, store) as door:
        answer = door.ask([{"role": "user", "content": "hello"}], task="read", heard=lambda tokens: None)
    assert answer.text == "word"


@pytest.mark.parametrize("refused", ["stream_options", "stream"])
def test_an_endpoint_that_refuses_streams_is_asked_without_from_then_on(store: Store, refused: str) -> None:
    with ModelServer(lambda messages, body: "word") as server, gateway(server, store) as door:
        server.behave("m", "honest", refuses=(refused,))
        for number in range(2):
            question = [{"role": "user", "content": f"hello {number}"}]
            assert door.ask(question, task="read", heard=lambda tokens: None).text == "word"
    assert [refused in one.body for one in server.asked] == [True, False, False]


def test_a_stream_that_breaks_off_is_cut_off_and_kept_by_nobody(store: Store) -> None:
    with ModelServer(lambda messages, body: "word " * 400) as server:
        error, _ = streamed(server, store, "cut_stream")
    assert [failed.kind for _, failed in error.failures] == ["cut_off"]
    assert [one.body["max_tokens"] for one in server.asked] == [1_000, 2_000]
    assert [row["status"] for row in store.attempts()] == ["failed", "failed"]


def test_a_stream_that_heeds_no_limit_is_left(store: Store) -> None:
    with ModelServer() as server:
        error, heard = streamed(server, store, "endless")
    assert [failed.kind for _, failed in error.failures] == ["cut_off"]
    assert "went on past the 2000 tokens it was given" in str(error)
    assert max(heard) <= 5_000


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (stream(delta("Ha"), delta("lf"), end=""), "cut_off"),
        (stream(delta("Ha"), 'data: {"choices": [{"del', end=""), "cut_off"),
        (stream(delta("Whole.", finish_reason="stop"), end=""), ""),
    ],
)
def test_a_stream_that_says_of_no_end_was_cut(raw: bytes, kind: str) -> None:
    read = read_reply(raw)
    assert (read.kind if isinstance(read, Failed) else "") == kind


# Calls of tools --------------------------------------------------------------------------------------------------


def call(name: str = "search_products", arguments: Any = '{"query": "x"}', **more: Any) -> dict[str, Any]:
    return {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}, **more}


CALLS = {
    "a call": completion(None, "tool_calls", message={"tool_calls": [call()]}),
    "a call with words before it": completion("Let me look.", "tool_calls", message={"tool_calls": [call()]}),
    "arguments as an object": completion("", message={"tool_calls": [call(arguments={"query": "x"})]}),
    "a call in pieces": stream(
        {"choices": [{"delta": {"tool_calls": [call(arguments="", index=0)]}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": '{"query"'}}]}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": ': "x"}'}}]}}]},
    ),
}


@pytest.mark.parametrize("shape", CALLS)
def test_a_call_is_read_in_every_shape(shape: str) -> None:
    read = read_reply(CALLS[shape])
    assert isinstance(read, Reply), read
    assert calls_in(read.text) == (ToolCall("c1", "search_products", '{"query": "x"}'),)


@pytest.mark.parametrize(
    ("calls", "kind"), [([{"id": "c1"}], "invalid"), (["search"], "invalid"), ({"name": "search"}, "invalid")]
)
def test_what_is_no_call_is_no_reply(calls: Any, kind: str) -> None:
    read = read_reply(completion(None, message={"tool_calls": calls}))
    assert isinstance(read, Failed)
    assert read.kind == kind


TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]


def test_an_endpoint_that_refuses_tools_is_asked_without_from_then_on(store: Store) -> None:
    with ModelServer(lambda messages, body: "word") as server, gateway(server, store) as door:
        server.behave("m", "honest", refuses=("tools",))
        told = [{"role": "user", "content": "hello"}, *call_messages([ToolCall("c1", "look", "{}")], ["nothing"])]
        for number in range(2):
            question = [*told, {"role": "user", "content": f"and {number}"}]
            assert door.ask(question, task="read", tools=TOOLS).text == "word"
    assert ["tools" in one.body for one in server.asked] == [True, False, False]
    assert [one["role"] for one in server.asked[0].body["messages"]] == ["user", "assistant", "tool", "user"]
    assert [one["role"] for one in server.asked[1].body["messages"]] == ["user", "assistant", "user", "user"]
    assert server.asked[1].body["messages"][1]["content"] == "I look up: look {}"


def test_a_deployment_that_is_said_to_take_no_tools_is_offered_none(store: Store) -> None:
    with ModelServer(lambda messages, body: "word") as server:
        pool = Pool("default", (Deployment("a", "m", server.url, tools=False),))
        with Gateway(Pools({"default": pool}), store, purse=Purse(store, Limits())) as door:
            assert door.ask([{"role": "user", "content": "hello"}], task="read", tools=TOOLS).text == "word"
    assert "tools" not in server.asked[0].body


def test_one_that_may_not_call_any_more_is_told_so_and_that_is_another_prompt(store: Store) -> None:
    with ModelServer(lambda messages, body: "word") as server, gateway(server, store) as door:
        for may in (True, False, False):
            door.ask([{"role": "user", "content": "hello"}], task="read", tools=TOOLS, may_call=may)
    assert [one.body.get("tool_choice") for one in server.asked] == [None, "none"]
