"""The playbook first, then the model: who answers which call, what is counted, what a broken endpoint is called."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from smolagents.models import ChatMessage, MessageRole

from agents.models import Budgeted, ChatModel, PlaybookFirst, ScriptedModel, make_model
from agents.trace import Budget
from tools.errors import BudgetSpent, ModelError, UsageError
from tools.settings import Settings

ACTION = ["Observation:", "</code>"]


def said(text: str) -> list[ChatMessage]:
    return [ChatMessage(role=MessageRole.USER, content=[{"type": "text", "text": text}])]


def test_the_first_action_is_the_playbook_and_the_rest_the_models() -> None:
    model = PlaybookFirst("final_answer(1)", ScriptedModel(["later"]))
    assert "<code>\nfinal_answer(1)\n</code>" in model.generate(said("go"), stop_sequences=ACTION).content
    assert model.generate(said("on"), stop_sequences=ACTION).content == "later"


def test_a_plan_is_fixed_and_does_not_use_up_the_playbook() -> None:
    model = PlaybookFirst("final_answer(1)")
    assert model.generate(said("plan"), stop_sequences=["<end_plan>"]).content.endswith("<end_plan>")
    assert "final_answer(1)" in model.generate(said("go"), stop_sequences=ACTION).content


def test_without_a_model_the_second_call_is_an_error() -> None:
    model = PlaybookFirst("x = 1")
    model.generate(said("go"), stop_sequences=ACTION)
    with pytest.raises(ModelError, match="no model is configured"):
        model.generate(said("on"), stop_sequences=ACTION)


def test_a_call_over_the_budget_is_not_made() -> None:
    script = ScriptedModel(["one", "two"])
    model = Budgeted(script, Budget(max_steps=9, max_model_calls=1, run_timeout_s=9.0))
    model.generate(said("a"))
    with pytest.raises(BudgetSpent, match="1 model calls"):
        model.generate(said("b"))
    assert len(script.seen) == 1


def test_time_counts_towards_the_budget() -> None:
    moments = iter([0.0, 5.0, 11.0])
    budget = Budget(max_steps=9, max_model_calls=9, run_timeout_s=10.0, clock=lambda: next(moments))
    budget.before_call()
    with pytest.raises(BudgetSpent, match="10 s"):
        budget.before_call()


def test_no_model_is_made_unless_one_is_named() -> None:
    assert make_model(Settings()) is None
    with pytest.raises(UsageError, match="SCOUT_MODEL_URL"):
        make_model(Settings({"model": "tiny"}))
    assert make_model(Settings({"model": "tiny", "model_url": "http://127.0.0.1:9/v1"})).model_id == "tiny"


def endpoint(answer: Any, status: int = 200) -> tuple[ChatModel, list[httpx2.Request]]:
    """A chat model whose endpoint always answers like this, and what it was asked."""
    asked: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, json=answer)

    client = httpx2.Client(transport=httpx2.MockTransport(respond))
    return ChatModel("tiny", "http://models.example/v1/", client=client), asked


def test_an_endpoint_is_asked_as_openai_does_it() -> None:
    answer = {"choices": [{"message": {"content": "hi"}}], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
    model, asked = endpoint(answer)
    message = model.generate(said("hello"), stop_sequences=["</code>"])
    body = json.loads(asked[0].content)
    assert str(asked[0].url) == "http://models.example/v1/chat/completions"
    assert body == {"model": "tiny", "messages": [{"role": "user", "content": "hello"}], "stop": ["</code>"]}
    assert (message.content, message.token_usage.input_tokens, message.token_usage.output_tokens) == ("hi", 7, 2)


def test_an_empty_answer_is_text() -> None:
    model, _ = endpoint({"choices": [{"message": {"content": None}}]})
    assert model.generate(said("hello")).content == ""


@pytest.mark.parametrize(("answer", "status", "said_so"), [({}, 503, "503"), ({"choices": []}, 200, "chat completion")])
def test_a_bad_answer_is_a_model_error(answer: Any, status: int, said_so: str) -> None:
    model, _ = endpoint(answer, status)
    with pytest.raises(ModelError, match=said_so):
        model.generate(said("hello"))
