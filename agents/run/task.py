"""The code-writing agent and the servers it is given, per kind of task.

One run: the playbook first, in the sandbox, over MCP tools; then, where the playbook met trouble and a model is
configured, the model, in the same run and with the playbook in its memory. One path, one executor, one trace.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from smolagents import CodeAgent
from smolagents.agents import EMPTY_PROMPT_TEMPLATES, ActionOutput
from smolagents.memory import ActionStep
from smolagents.models import Model
from smolagents.monitoring import LogLevel
from smolagents.utils import AgentGenerationError, AgentParsingError

import mcp_servers
from agents.gateway.ask import Gateway, make_gateway
from agents.playbooks import playbook
from agents.prompts import prompt
from agents.run.agent_models import WORK, Budgeted, GatewayModel, PlaybookFirst
from agents.run.executor import MontyExecutor, Shown
from agents.run.mcp_tools import Hooks, Toolbox
from agents.run.page_reader import reading_by_models
from agents.run.trace import Budget, Call, Trace
from tools.errors import BudgetSpent, ScoutError, Stopped, UnknownName
from tools.page.quotes import neutral
from tools.workbench import Workbench

logger = logging.getLogger(__name__)
State = Literal["ok", "trouble", "budget", "max_steps", "error", "interrupted"]
NEVER = 1_000_000
MAX_UNREADABLE = 3  # answers in a row without code in them; a model that does this does not stop doing it
_READS = ("read_page", "read_pages", "find_prices", "select")
_LOOKS_UP = ("trending", "search_hub", "get_repo", "read_card", "search_products", "get_product")
_LEARNS = ("try_recipe", "propose_recipe")

# What a run of each kind may call: servers and tools. A run that has read crawled text holds read tools and
# propose_products, nothing else: no deletion, no settings, no exports, no review requests, no panel.
TASKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "crawl": (("sources", "web", "store"), ("list_launches", *_READS, "propose_products")),
    "add": (("web", "store"), (*_READS, "propose_products")),
    "research": (
        ("sources", "web", "hub", "store"),
        ("list_launches", *_READS, *_LOOKS_UP, *_LEARNS, "propose_products"),
    ),
}


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. `output`: the final answer, or the playbook's report where it met trouble. `cost` in USD, None
    when a model was asked whose price is unknown. `failures`: the host's record, each with kind and message."""

    run: str
    state: State
    output: Any = None
    failures: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    model_calls: int = 0
    cost: float | None = 0.0


def run_task(
    kind: str,
    bench: Workbench,
    *,
    arguments: Mapping[str, Any],
    model: Model | None = None,
    budget: Budget | None = None,
    on_event: Callable[[str], None] | None = None,
) -> RunResult:
    """Run one task over the workbench: kind crawl (source, since, limit), add (urls) or research (query).

    `arguments` become variables of the playbook. `model` takes over after it; without one, the configured one.
    Errors: UnknownName; CannotRun when the sandbox or a server does not start, or the store cannot go on; Stopped when
    the workbench is.
    """
    if kind not in TASKS:
        raise UnknownName("kind of task", kind, TASKS)
    budget = budget or Budget.of(bench.settings)
    gateway = None if model else _gateway(bench)
    name = model.model_id if model else gateway.models(WORK) if gateway else ""
    trace = Trace(bench.store, kind, dict(arguments), name)
    fallback = GatewayModel(gateway, run=trace.run, job=kind) if gateway else model
    state: State = "error"
    try:
        with (
            reading_by_models(bench, gateway, trace.run) if gateway else nullcontext(),
            _Run(kind, bench, dict(arguments), fallback, budget, trace, on_event) as run,
        ):
            state, output = run.play()
    except Stopped:
        state = "interrupted"
        raise
    except ScoutError as error:
        trace.failed(error.kind, str(error))
        raise
    except KeyboardInterrupt:
        state = "interrupted"
        raise
    finally:
        trace.end(state)
        if gateway:
            gateway.close()
    calls, cost = _spent(bench, trace.run, gateway, budget.model_calls)
    return RunResult(trace.run, state, output, trace.failures, trace.counts, calls, cost)


def _gateway(bench: Workbench) -> Gateway | None:
    return make_gateway(bench.settings, bench.store, replay=bench.replay, recorder=bench.recorder, stop=bench.stop)


def _spent(bench: Workbench, run: str, gateway: Gateway | None, asked: int) -> tuple[int, float | None]:
    """A run's model calls, the agent's and the reader's, and their cost in USD; None where one's is unknown."""
    if gateway is None:
        return asked, None if asked else 0.0
    rows = bench.store.attempts(run, limit=NEVER)
    spent, unknown = bench.store.spent(run)
    made = sum(row["status"] not in ("stored", "replayed") for row in rows)
    return made, None if unknown else float(spent)


def system_prompt(kind: str, toolbox: Toolbox, executor: MontyExecutor) -> str:
    """The whole system prompt of a kind of task, tool table included."""
    text: str = _agent(kind, toolbox, executor, PlaybookFirst("")).system_prompt
    return text


def open_toolbox(kind: str, bench: Workbench, hooks: Hooks | None = None) -> Toolbox:
    """The tools of a kind of task: our servers in process, over one workbench."""
    servers, only = TASKS[kind]
    return Toolbox(
        {name: mcp_servers.build(name, bench) for name in servers},
        loop=bench.loop,
        only=only,
        call_timeout_s=bench.settings.call_timeout_s,
        hooks=hooks,
        stop=bench.stop,
    )


class _Run:
    """One run, from the servers' start to the last step."""

    def __init__(
        self,
        kind: str,
        bench: Workbench,
        arguments: dict[str, Any],
        fallback: Model | None,
        budget: Budget,
        trace: Trace,
        on_event: Callable[[str], None] | None,
    ) -> None:
        self._kind, self._bench, self._arguments = kind, bench, arguments
        self._budget, self._trace = budget, trace
        self._fallback = Budgeted(fallback, budget, bench.check) if fallback else None
        self._say = on_event or (lambda text: None)
        self._toolbox = open_toolbox(kind, bench, Hooks(self._before, self._after, self._meanwhile))
        self._pages_known = self._pages_read = 0
        self._executor = MontyExecutor(bench.settings, now=bench.now())

    def __enter__(self) -> Self:
        try:
            self._toolbox.__enter__()
        except BaseException:
            self._executor.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._toolbox.__exit__(None, None, None)
        finally:
            self._executor.cleanup()

    def play(self) -> tuple[State, Any]:
        """Step by step until an answer, trouble without a model, or a limit."""
        model = PlaybookFirst(playbook(self._kind), self._fallback)
        agent = _agent(self._kind, self._toolbox, self._executor, model)
        agent.state.update(self._arguments)
        report, unreadable = None, 0
        for step, answer in self._steps(agent):
            if step.error is None and step.observations is None:
                continue  # broken off: the reason, a model's error or an interrupt, comes with the next turn
            self._keep(step)
            if isinstance(self._executor.broken, BudgetSpent):
                if report is None:  # it cut the playbook short, not only what a model added to it
                    self._trace.failed("BudgetSpent", str(self._executor.broken))
                return "budget", report
            if self._executor.broken:
                raise self._executor.broken
            if answer is not None:
                return "ok", answer.value
            report = self._executor.last_value if report is None else report
            unreadable = unreadable + 1 if isinstance(step.error, AgentParsingError) else 0
            if self._fallback is None:
                return self._trouble(report)
            if unreadable >= MAX_UNREADABLE:
                self._trace.failed("ModelError", f"{MAX_UNREADABLE} answers in a row held no code")
                return "error", report
            if step.step_number >= self._budget.max_steps:
                return "max_steps", report
        return self._stopped(report)

    def _trouble(self, report: Any) -> tuple[State, Any]:
        """The end of a run whose playbook met trouble, or broke, with nobody to go on."""
        if self._executor.last_error:
            self._trace.failed("PlaybookFailed", self._executor.last_error)
        return "trouble", report

    def _steps(self, agent: CodeAgent) -> Iterator[tuple[ActionStep, Shown | None]]:
        """Each action step when it has ended, with the final answer when it gave one."""
        answer: Shown | None = None
        self._stop: BaseException | None = None
        try:
            for event in agent.run(self._task(), stream=True):
                if isinstance(event, ActionOutput) and event.is_final_answer:
                    answer = event.output
                elif isinstance(event, ActionStep):
                    yield event, answer
        except AgentGenerationError as error:
            self._stop = error.__cause__

    def _stopped(self, report: Any) -> tuple[State, Any]:
        """The model did not answer. Errors: Stopped, where that is why."""
        if isinstance(self._stop, Stopped):
            raise self._stop
        if isinstance(self._stop, BudgetSpent):
            return "budget", report
        cause = self._stop
        self._trace.failed(cause.kind if isinstance(cause, ScoutError) else "ModelError", str(cause))
        return "error", report

    def _task(self) -> str:
        """The task as the model reads it: what to do, and the variables it was given."""
        given = neutral(json.dumps(self._arguments, ensure_ascii=False, default=str))
        return f"Task: {self._kind}. These variables are set: {given}"

    def _keep(self, step: ActionStep) -> None:
        usage = step.token_usage
        self._trace.step_ended(
            step.code_action or step.model_output or "",
            step.observations or "",
            str(step.error) if step.error else "",
            (step.timing.end_time or time.time()) - step.timing.start_time,
            "" if step.step_number == 1 else str(self._fallback.model_id if self._fallback else ""),
            tokens_in=usage.input_tokens if usage else None,
            tokens_out=usage.output_tokens if usage else None,
        )

    def _before(self, server: str, tool: str) -> None:
        self._budget.before_call()
        self._say(_DOING.get(tool, f"{tool.replace('_', ' ')} {UNDER_WAY}"))

    def _meanwhile(self, tool: str, done: float, total: float) -> None:
        """How far a long call is; what is known to be read are the launches listed, or more where more is asked for."""
        if tool == "read_pages":
            known = max(self._pages_known, self._pages_read + int(total))
            self._say(f"{self._pages_read + int(done)} of {known} pages read {UNDER_WAY}")

    def _after(self, call: Call) -> None:
        self._trace.call_ended(call)
        items = call.result.get("items") if isinstance(call.result, dict) else None
        if call.tool == "list_launches" and isinstance(call.result, dict):
            self._pages_known = max(self._pages_known, call.result.get("total") or 0)
        if items is not None and call.tool == "read_pages":
            self._pages_read += len(items)
        if items is not None and call.tool in _TOLD:
            failed = sum(bool(isinstance(item, dict) and item.get("error")) for item in items)
            one, several = _TOLD[call.tool]
            said = one if len(items) - failed == 1 else several.format(len(items) - failed)
            self._say(said + (f", {failed} failed" if failed else ""))


UNDER_WAY = "…"  # ends what is said of a call that has not ended
_DOING = {
    "list_launches": f"looking for launches {UNDER_WAY}",
    "read_pages": f"reading pages {UNDER_WAY}",
    "propose_products": f"working out what is known {UNDER_WAY}",
    "search_hub": f"asking the Hub {UNDER_WAY}",
    "search_products": f"looking among known products {UNDER_WAY}",
}
_TOLD = {  # of one, and of any other number
    "list_launches": ("1 launch listed", "{} launches listed"),
    "read_pages": ("1 page read", "{} pages read"),
    "propose_products": ("1 product proposed", "{} products proposed"),
    "search_hub": ("1 Hub entry found", "{} Hub entries found"),
    "search_products": ("1 known product found", "{} known products found"),
}


def _agent(kind: str, toolbox: Toolbox, executor: MontyExecutor, model: Model) -> CodeAgent:
    settings = executor.settings
    limits = ("step_s", "max_calls", "step_output_chars")
    text = prompt("agent")
    for name in limits:
        text = text.replace("{{" + name + "}}", f"{getattr(settings, name):g}")
    return CodeAgent(
        tools=list(toolbox.tools.values()),
        model=model,
        prompt_templates={**EMPTY_PROMPT_TEMPLATES, "system_prompt": text},
        instructions=prompt(kind),
        max_steps=NEVER,  # the run's own loop counts: smolagents would ask the model once more at its limit
        executor=executor,
        verbosity_level=LogLevel.OFF,
    )
