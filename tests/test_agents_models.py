"""The playbook first, then the model: who answers which call, what is counted, what a broken endpoint is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image
from smolagents.models import ChatMessage, MessageRole

from agents.gateway.ask import make_gateway
from agents.run.agent_models import Budgeted, GatewayModel, PlaybookFirst, ScriptedModel
from agents.run.trace import Budget
from tests.model_server import ModelServer
from tools.errors import BudgetSpent, ModelError
from tools.settings import Settings
from tools.store import Store

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


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(lambda messages, body: "well said") as server:
        yield server


Behind = Callable[..., GatewayModel]


@pytest.fixture
def behind(server: ModelServer, store: Store) -> Iterator[Behind]:
    """Makes a model called tiny behind a gateway."""
    opened = ExitStack()

    def model(**settings: str | float) -> GatewayModel:
        named = settings if "models_file" in settings else {"model": "tiny", "model_url": server.url, **settings}
        gateway = make_gateway(Settings(named), store)
        assert gateway is not None
        return GatewayModel(opened.enter_context(gateway), run="r1", job="crawl")

    with opened:
        yield model


def test_an_endpoint_is_asked_as_openai_does_it(server: ModelServer, behind: Behind, store: Store) -> None:
    model = behind()
    message = model.generate(said("hello"), stop_sequences=["</code>"])
    body = server.asked[0].body
    assert (body["model"], body["messages"], body["stop"]) == (
        "tiny",
        [{"role": "user", "content": "hello"}],
        ["</code>"],
    )
    assert (model.model_id, message.content) == ("tiny", "well said")
    assert (message.token_usage.input_tokens, message.token_usage.output_tokens) == (1, 2)


def test_an_agents_call_stands_in_the_ledger_with_its_run_and_job(
    server: ModelServer, behind: Behind, store: Store
) -> None:
    behind().generate(said("hello"))
    row = store.attempts("r1")[0]
    assert (row["job"], row["task"], row["status"], row["tokens"]) == ("crawl", "agent", "ok", 3)


def test_tokens_nobody_counted_are_unknown(server: ModelServer, behind: Behind, store: Store) -> None:
    server.behave("tiny", "honest", usage=False)
    assert behind().generate(said("hello")).token_usage is None
    assert store.attempts()[0]["tokens_in"] is None


def test_a_picture_goes_along_as_a_part(server: ModelServer, behind: Behind, tmp_path: Path) -> None:
    models = tmp_path / "models.toml"
    models.write_text(
        f'[deployments.eye]\nmodel = "eye"\nurl = "{server.url}"\nvision = true\n[pools.default]\nmembers = ["eye"]\n'
    )
    parts = [{"type": "text", "text": "what is this"}, {"type": "image", "image": Image.new("RGB", (2, 2))}]
    behind(models_file=str(models)).generate([ChatMessage(role=MessageRole.USER, content=parts)])
    text, picture = server.asked[0].body["messages"][0]["content"]
    assert text == {"type": "text", "text": "what is this"}
    assert picture["image_url"]["url"].startswith("data:image/png;base64,")


def test_the_gateways_budget_stops_an_agents_call(server: ModelServer, behind: Behind) -> None:
    with pytest.raises(BudgetSpent, match="no known price"):
        behind(model_budget_run=1.0).generate(said("hello"))
    assert server.asked == []
