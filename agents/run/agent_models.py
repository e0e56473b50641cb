"""The models an agent may have: the playbook first, the gateway's behind it, a written one for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from smolagents.models import ChatMessage, MessageRole, Model, get_clean_message_list, tool_role_conversions
from smolagents.monitoring import TokenUsage

from agents.gateway.ask import Gateway
from agents.run.trace import Budget
from tools.errors import ModelError

CODE_END = "</code>"  # the stop sequence that marks a call for the next action
PLAN = "1. Run the playbook of this task.\n2. Look only at what it reports as trouble.\n3. Give the final answer.\n<end_plan>"
WORK = "agent"  # the kind of work, by which the gateway routes


class PlaybookFirst(Model):
    """Answers the first call for an action with a playbook, plan calls with a fixed plan, the rest with `fallback`.

    Errors: ModelError when it is asked on and has no fallback; a run without one ends before that.
    """

    def __init__(self, playbook: str, fallback: Model | None = None) -> None:
        super().__init__(model_id=f"playbook, then {fallback.model_id}" if fallback else "playbook")
        self.playbook, self.fallback = playbook, fallback
        self.played = False

    def generate(
        self,
        messages: list[Any],
        stop_sequences: list[str] | None = None,
        response_format: dict[str, str] | None = None,
        tools_to_call_from: list[Any] | None = None,
        **kwargs: Any,
    ) -> ChatMessage:
        """The next message of the conversation."""
        if not self.played and CODE_END in (stop_sequences or ()):
            self.played = True
            return _said(f"Thought: The playbook of this task comes first.\n<code>\n{self.playbook}\n</code>")
        if not self.played:
            return _said(PLAN)
        if self.fallback is None:
            raise ModelError("playbook", "the playbook has been played and no model is configured to go on")
        return self.fallback.generate(
            messages, stop_sequences=stop_sequences, response_format=response_format, **kwargs
        )


class Budgeted(Model):
    """A model whose calls are counted, and refused when the budget is spent: before the call, not after.

    check: called before and after each; raises where the work was stopped.
    """

    def __init__(self, model: Model, budget: Budget, check: Callable[[], None] = lambda: None) -> None:
        super().__init__(model_id=model.model_id)
        self.model, self.budget, self.check = model, budget, check

    def generate(self, messages: list[Any], **kwargs: Any) -> ChatMessage:
        """The model's answer. Errors: BudgetSpent; Stopped; the model's own."""
        self.check()
        self.budget.before_model()
        answer = self.model.generate(messages, **kwargs)
        self.check()
        return answer


class ScriptedModel(Model):
    """Written answers, one a call: the stand-in for tests and replays. `seen` holds the messages of each call.

    Errors: ModelError when there is no answer left.
    """

    def __init__(self, answers: Sequence[str]) -> None:
        super().__init__(model_id="scripted")
        self._answers = list(answers)
        self.seen: list[list[dict[str, Any]]] = []

    def generate(self, messages: list[Any], **kwargs: Any) -> ChatMessage:
        """The next written answer."""
        self.seen.append(_plain(messages))
        if not self._answers:
            raise ModelError("scripted", "no answer left")
        return _said(self._answers.pop(0))


class GatewayModel(Model):
    """The gateway as smolagents sees a model: fallback, budgets and ledger included. `run` and `job` mark its rows.

    Errors: those of Gateway.ask.
    """

    def __init__(self, gateway: Gateway, *, run: str = "", job: str = "") -> None:
        super().__init__(model_id=gateway.models(WORK))
        self._gateway, self._run, self._job = gateway, run, job

    def generate(
        self,
        messages: list[Any],
        stop_sequences: list[str] | None = None,
        response_format: dict[str, Any] | None = None,
        tools_to_call_from: list[Any] | None = None,
        **kwargs: Any,
    ) -> ChatMessage:
        """One answer. Where the endpoint does not say how many tokens it took, the message has no usage."""
        answer = self._gateway.ask(
            _plain(messages),
            task=WORK,
            run=self._run,
            job=self._job,
            schema=(response_format or {}).get("json_schema", {}).get("schema"),
            stop=stop_sequences or (),
        )
        if answer.tokens_in is None or answer.tokens_out is None:
            return _said(answer.text, usage=None)
        return _said(answer.text, TokenUsage(answer.tokens_in, answer.tokens_out))


def _plain(messages: list[Any]) -> list[dict[str, Any]]:
    """Messages as an endpoint takes them: text alone as a string, which every one knows; pictures as parts."""
    cleaned = get_clean_message_list(
        messages, role_conversions=tool_role_conversions, convert_images_to_image_urls=True
    )
    return [
        {"role": getattr(one["role"], "value", one["role"]), "content": _content(one["content"])} for one in cleaned
    ]


def _content(parts: Any) -> Any:
    if isinstance(parts, str) or any(part["type"] != "text" for part in parts):
        return parts
    return "\n".join(part["text"] for part in parts)


_UNASKED = TokenUsage(0, 0)  # of words that no model was asked for


def _said(text: str, usage: TokenUsage | None = _UNASKED) -> ChatMessage:
    return ChatMessage(role=MessageRole.ASSISTANT, content=text, token_usage=usage)
