"""The models an agent may have: the playbook first, a real one behind it, a written one for tests.

`make_model` is the only place that turns settings into a model; everything else takes whatever it returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smolagents.models import ChatMessage, MessageRole, Model, get_clean_message_list, tool_role_conversions
from smolagents.monitoring import TokenUsage

from agents.trace import Budget
from tools.errors import ModelError, UsageError
from tools.settings import Settings

CODE_END = "</code>"  # the stop sequence that marks a call for the next action
PLAN = "1. Run the playbook of this task.\n2. Look only at what it reports as trouble.\n3. Give the final answer.\n<end_plan>"
TIMEOUT_S = 120.0


def make_model(settings: Settings) -> Model | None:
    """The model that takes over where a playbook reports trouble; None when none is configured. Errors: UsageError."""
    if not settings.model:
        return None
    if not settings.model_url:
        raise UsageError("SCOUT_MODEL names a model but SCOUT_MODEL_URL does not say where it is; set both or neither.")
    return ChatModel(settings.model, settings.model_url, settings.model_key)


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
    """A model whose calls are counted, and refused when the budget is spent: before the call, not after."""

    def __init__(self, model: Model, budget: Budget) -> None:
        super().__init__(model_id=model.model_id)
        self.model, self.budget = model, budget

    def generate(self, messages: list[Any], **kwargs: Any) -> ChatMessage:
        """The model's answer. Errors: BudgetSpent; the model's own."""
        self.budget.before_model()
        answer = self.model.generate(messages, **kwargs)
        if answer.content is None:
            answer.content = ""  # smolagents 1.26 fails on None (its issue 201); empty is an answer it can refuse
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


class ChatModel(Model):
    """A model behind an OpenAI-compatible endpoint. Errors: ModelError, naming endpoint and cause, never the key."""

    def __init__(self, name: str, url: str, key: str = "", *, client: Any = None) -> None:
        import httpx2

        super().__init__(model_id=name)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._client = client or httpx2.Client(timeout=TIMEOUT_S, headers=headers)

    def generate(
        self,
        messages: list[Any],
        stop_sequences: list[str] | None = None,
        response_format: dict[str, str] | None = None,
        tools_to_call_from: list[Any] | None = None,
        **kwargs: Any,
    ) -> ChatMessage:
        """One chat completion."""
        import httpx2

        body: dict[str, Any] = {"model": self.model_id, "messages": _plain(messages)}
        if stop_sequences:
            body["stop"] = stop_sequences
        if response_format:
            body["response_format"] = response_format
        try:
            response = self._client.post(self._url, json=body)
            response.raise_for_status()
            answer = response.json()
            text = answer["choices"][0]["message"]["content"]
        except httpx2.HTTPStatusError as error:
            raise ModelError(self.model_id, f"{self._url} answered {error.response.status_code}") from error
        except httpx2.HTTPError as error:
            raise ModelError(self.model_id, f"{self._url} did not answer: {error}") from error
        except (ValueError, LookupError, TypeError) as error:
            raise ModelError(self.model_id, f"{self._url} answered, but not with a chat completion") from error
        used = answer.get("usage") or {}
        return _said(text or "", used.get("prompt_tokens") or 0, used.get("completion_tokens") or 0)


def _plain(messages: list[Any]) -> list[dict[str, Any]]:
    """Messages as an endpoint takes them: role and text."""
    cleaned = get_clean_message_list(messages, role_conversions=tool_role_conversions, flatten_messages_as_text=True)
    return [{"role": getattr(one["role"], "value", one["role"]), "content": one["content"]} for one in cleaned]


def _said(text: str, tokens_in: int = 0, tokens_out: int = 0) -> ChatMessage:
    usage = TokenUsage(input_tokens=tokens_in, output_tokens=tokens_out)
    return ChatMessage(role=MessageRole.ASSISTANT, content=text, token_usage=usage)
