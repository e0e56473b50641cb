"""What a run did, written as it happens, and what it may still do: runs, steps, calls, failures, budget.

A row is written when its step or call ends, so that a killed run still shows how far it came. Failures are the host's
own record: they are read off the calls, not off what the agent's code says about itself.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tools.errors import BudgetSpent, FailureClass, class_of_kind
from tools.settings import Settings
from tools.store import Store

ARGUMENT_CHARS = 4_000  # of a call's arguments kept in the trace
TEXT_CHARS = 20_000  # of a step's code and output


@dataclass(slots=True)
class Budget:
    """Limits of one run, checked before a call is made. Errors of its checks: BudgetSpent."""

    max_steps: int
    max_model_calls: int
    run_timeout_s: float
    clock: Callable[[], float] = time.monotonic
    model_calls: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """The limits that the settings name."""
        return cls(settings.max_steps, settings.max_model_calls, settings.run_timeout_s)

    def before_call(self) -> None:
        """A tool is about to be called."""
        if self.clock() - self.started > self.run_timeout_s:
            raise BudgetSpent(f"{self.run_timeout_s:g} s of a run")

    def before_model(self) -> None:
        """A model is about to be asked; counts it."""
        self.before_call()
        if self.model_calls >= self.max_model_calls:
            raise BudgetSpent(f"{self.max_model_calls} model calls of a run")
        self.model_calls += 1


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call as it happened. `result` is exact; `failure` is (kind, class, message) when it failed."""

    server: str
    tool: str
    arguments: dict[str, Any]
    elapsed_s: float
    result: Any = None
    failure: tuple[str, FailureClass, str] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the result as JSON; empty when the call failed."""
        if self.failure:
            return ""
        return hashlib.sha256(json.dumps(self.result, sort_keys=True, default=str).encode()).hexdigest()


class Trace:
    """The record of one run in the store, and its counts."""

    def __init__(self, store: Store, kind: str, arguments: dict[str, Any], model: str) -> None:
        self._store = store
        self.step = 1
        self.counts: dict[str, int] = {}
        self._failures: dict[tuple[str, str], dict[str, str]] = {}
        self.run = store.start_run(kind, str(arguments.get("source") or ""), {"arguments": arguments, "model": model})

    @property
    def failures(self) -> list[dict[str, str]]:
        """What failed and did not go well later in the run: kind, class, message, and source, url or tool."""
        return list(self._failures.values())

    def call_ended(self, call: Call) -> None:
        """Write a call and take note of what failed in it."""
        error = f"{call.failure[0]}: {call.failure[2]}" if call.failure else ""
        arguments = json.dumps(call.arguments, ensure_ascii=False, default=str)[:ARGUMENT_CHARS]
        self._store.put_call(
            self.run, self.step, call.server, call.tool, arguments, call.elapsed_s * 1_000, error, call.digest
        )
        self.counts[call.tool] = self.counts.get(call.tool, 0) + 1
        self._note(call)

    def step_ended(self, code: str, output: str, error: str, elapsed_s: float, model: str, **more: Any) -> None:
        """Write a step; the next one begins."""
        self._store.put_step(
            self.run,
            self.step,
            code=code[:TEXT_CHARS],
            output=output[:TEXT_CHARS],
            error=error[:TEXT_CHARS],
            ms=elapsed_s * 1_000,
            model=model,
            **more,
        )
        self.step += 1

    def failed(self, kind: str, message: str, **where: str) -> None:
        """Take note of a failure that is no tool's."""
        self._failures[("run", f"{kind} {message}")] = _row(where, kind, class_of_kind(kind), message)

    def end(self, state: str) -> None:
        """Close the run's row."""
        counts = {**self.counts, "failures": self.failures}
        self._store.end_run(self.run, state, json.dumps(counts, ensure_ascii=False))

    def _note(self, call: Call) -> None:
        """Failures by what they concern; a later success of the same takes them back."""
        given = {name: value for name, value in call.arguments.items() if value is not None}
        whole = (call.tool, json.dumps(given, sort_keys=True, default=str))
        if call.failure:
            kind, failure_class, message = call.failure
            self._failures[whole] = _row(_where(call), kind, failure_class, message.removeprefix(f"{kind}: "))
            return
        self._failures.pop(whole, None)
        answer = call.result if isinstance(call.result, dict) else {}
        for failure in answer.get("failures") or ():  # parts of a list that failed; the rest of it came
            where = {**_where(call), "part": str(failure["part"])}
            self._keep((call.tool, json.dumps(where, sort_keys=True)), where, failure)
        items = answer.get("items")
        for number, item in enumerate(items or ()):
            if isinstance(item, dict) and "error" in item:
                self._note_item(call, number, item)

    def _note_item(self, call: Call, number: int, item: dict[str, Any]) -> None:
        """One item of a batch: a page by its address, a proposal by the launches it was made of."""
        proposal = _proposed(call.arguments, number)
        if proposal and not proposal.get("pages") and item["error"] and item["error"]["kind"] == "ProposalRefused":
            return  # refused for want of its page, whose own failure is on record
        if item["error"] and item.get("linked"):
            return  # a page's own dead link: nothing that was announced is lost by it
        where = {"url": item["url"]} if item.get("url") else _named(proposal)
        key = (call.tool, json.dumps(where, sort_keys=True))
        if item["error"]:
            self._keep(key, where, item["error"])
        else:
            self._failures.pop(key, None)

    def _keep(self, key: tuple[str, str], where: dict[str, str], failure: dict[str, Any]) -> None:
        """A failure as a server tells it; its class follows from the kind where the server does not say it."""
        failure_class = failure.get("class") or class_of_kind(failure["kind"], failure.get("status"))
        self._failures[key] = _row(where, failure["kind"], failure_class, failure["message"])


def _row(where: dict[str, str], kind: str, failure_class: str, message: str) -> dict[str, str]:
    return {**where, "kind": kind, "class": failure_class, "message": message}


def _where(call: Call) -> dict[str, str]:
    for name in ("source", "url", "slug", "hub_id"):
        if call.arguments.get(name):
            return {name: str(call.arguments[name])}
    return {"tool": call.tool}


def _proposed(arguments: dict[str, Any], number: int) -> dict[str, Any]:
    items = arguments.get("items") or []
    return items[number] if number < len(items) else {}


def _named(proposal: dict[str, Any]) -> dict[str, str]:
    if proposal.get("launches"):
        return {"launch": str(proposal["launches"][0])}
    return {"page": str((proposal.get("pages") or ["?"])[0])}
