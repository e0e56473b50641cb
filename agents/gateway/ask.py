"""The one door to models: choose a deployment, ask it, fall back, keep account, never ask the same prompt twice.

    ask ──▶ stored answer? ──▶ candidates (tier, order, rest) ──▶ budget? ──▶ ledger row ──▶ call ──▶ row completed
                                       ▲─────────────── failed: the next one ──────────────────────────┘

A failure is of one class: connect, timeout, busy (408, 409, 429, 5xx), refused (other statuses), cut_off (asked again
with twice the room first), invalid (an answer that is no chat completion, is empty, or fails the caller's check). Every attempt has its row in the ledger, committed before the
call. What an attempt cost is null where the price or the tokens are unknown; nothing is guessed.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from agents.gateway.chat import Failed, Prompt, Reply
from agents.gateway.pools import Deployment, Pool, Pools, Usage, configured
from agents.gateway.purse import MAX_TOKENS, Limits, Purse
from agents.gateway.replies import REASON_CHARS, read_reply
from agents.gateway.routing import (
    ROUNDS,
    Rest,
    candidates,
    kind_of_work,
    pause_before_retry,
    rest_after,
    tier_for,
)
from agents.gateway.wire import Listener, Wire
from tools.errors import AllFailed, BudgetSpent, ModelError, ScoutError, Stopped
from tools.settings import Settings
from tools.store import Store
from tools.workbench import STOPPED

if TYPE_CHECKING:
    from tools.web.recording import Recorder, Replay

Check = Callable[[str], Any]
_BUDGET = "budget"  # no failure of a deployment: it was not asked
_RECORDED = "https://prompt.invalid/"  # where a recording keeps an answer, before its prompt's hash; no such host can be (RFC 2606)
_SMOOTHING = 0.3  # weight of the newest answer in a deployment's latency


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and what it took. `value`: what the check made of `text`, else the text.

    `cost` in USD, tokens and `ms` are the call's, also where the answer is one that was kept (`replayed`) and cost
    nothing now; None: unknown.
    """

    text: str
    value: Any
    model: str
    deployment: str
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None
    ms: float
    prompt_hash: str
    seed: int | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Work:
    """One question on its way: what is asked, of whom, for whom, and how the answer is judged."""

    prompt: Prompt
    pool: Pool
    check: Check | None
    labels: Mapping[str, str]  # task, pool, persona, run, job
    halted: Callable[[], bool]
    heard: Listener | None = None
    hashes: dict[str, str] = field(default_factory=dict)  # by model, as they are needed

    def hash_for(self, deployment: Deployment) -> str:
        """The prompt's hash for this deployment's model."""
        model = deployment.model
        if model not in self.hashes:
            self.hashes[model] = hashlib.sha256(self.prompt.canonical(model)).hexdigest()
        return self.hashes[model]


@dataclass(frozen=True, slots=True)
class _Good:
    """A reply that passed its check, and what the check made of it."""

    reply: Reply
    value: Any


class Gateway:
    """Asks models, synchronously, from any thread. Use as a context manager, or call close().

    With `replay`, answers come from the store and the recording alone: no model is asked. stop: fulfilled by who wants no
    answer any more; a call under way is then broken off, and noted in the ledger as one that may have been charged.
    """

    def __init__(
        self,
        pools: Pools,
        store: Store,
        *,
        purse: Purse,
        replay: Replay | None = None,
        recorder: Recorder | None = None,
        stop: Future[None] | None = None,
        wire: Wire | None = None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.pools = pools
        self._store, self._replay, self._recorder = store, replay, recorder
        self._purse = purse
        self._opened = wire
        self._stop: Future[None] = stop or Future()
        self._sleep = sleep or (lambda seconds: wait([self._stop], seconds))
        self._clock = clock
        self._lock = threading.Lock()
        self._rests: dict[str, Rest] = {}
        self._places: dict[str, threading.Semaphore] = {}
        self._latency_ms: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. Further use opens new ones."""
        with self._lock:
            wire, self._opened = self._opened, None
        if wire:
            wire.close()

    def members(self, pool: str) -> list[str]:
        """Names of the deployments of a pool ("": the default one), in its order. Errors: UnknownName."""
        return [one.name for one in self.pools.of(pool).members]

    def models(self, work: str) -> str:
        """The models that a kind of work may meet, as one name to show."""
        return " or ".join(dict.fromkeys(one.model for one in self.pools.of("", work).members))

    def ask(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        task: str,
        pool: str = "",
        tier: str = "",
        member: str = "",
        persona: str = "",
        run: str = "",
        job: str = "",
        check: Check | None = None,
        schema: Mapping[str, Any] | None = None,
        seed: int | None = None,
        temperature: float = 0.0,
        max_tokens: int | None = None,
        stop: Sequence[str] = (),
        tools: Sequence[Mapping[str, Any]] = (),
        may_call: bool = True,
        heard: Listener | None = None,
        halted: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """The first good answer, a stored one if there is one. `task`: the work's first word routes it (agent, read,
        review, judge, repair); `tier` "" is by complexity; `member` is one deployment alone; `check` turns the text
        into a value or raises ValueError or ScoutError, and then the next deployment is asked; `tools` and `may_call` as in
        Prompt; `heard` is told of about how many tokens have come, from another thread, and has the answer streamed; once
        `halted` says so, no further call begins.

        Errors: Stopped; AllFailed; BudgetSpent, before the call; UnknownName; ModelError where nobody can take pictures, or halted.
        """
        prompt = Prompt(list(messages), schema, seed, temperature, max_tokens, tuple(stop), tuple(tools), may_call)
        chosen = self.pools.of(pool, kind_of_work(task))
        labels = {"task": task, "pool": chosen.name, "persona": persona, "run": run, "job": job}
        work = _Work(prompt, chosen, check, labels, halted, heard)
        asked = [chosen.member(member)] if member else self._candidates(work, tier or tier_for(task, prompt))
        if not asked:
            raise ModelError(f"pool {chosen.name}", "no deployment takes pictures; set vision = true for one that does")
        return self._kept(work, asked) or self._asked(work, asked)

    # ── answers that were given before ───────────────────────────────────────────────────────────────────────────────

    def _kept(self, work: _Work, asked: Sequence[Deployment]) -> Answer | None:
        """A stored or recorded answer of any of these; one that no longer passes the check is none."""
        for deployment in asked:
            kept = self._stored(work, deployment) or self._replayed(work, deployment)
            if kept:
                return kept
        if self._replay:
            name = self._replay.path.name
            raise ModelError(f"pool {work.pool.name}", f"the recording {name} holds no answer to this prompt")
        return None

    def _stored(self, work: _Work, deployment: Deployment) -> Answer | None:
        """The answer that the ledger holds; that it was used again is a row of its own, without cost."""
        prompt_hash = work.hash_for(deployment)
        row = self._store.stored_answer(prompt_hash)
        good = _judged(Reply(row["response"], None, b""), work.check) if row else None
        if row is None or not isinstance(good, _Good):
            return None
        labels = {**work.labels, **_who(deployment)}
        self._store.start_attempt(**labels, prompt_hash=prompt_hash, status="stored", price_known=True)
        return Answer(
            text=row["response"],
            value=good.value,
            model=row["model"],
            deployment=deployment.name,
            tokens_in=row["tokens_in"],
            tokens_out=row["tokens_out"],
            cost=Decimal(row["cost"]) if row["cost"] is not None else None,
            ms=row["ms"] or 0.0,
            prompt_hash=prompt_hash,
            seed=work.prompt.seed,
            replayed=True,
        )

    def _replayed(self, work: _Work, deployment: Deployment) -> Answer | None:
        """The recorded answer to this prompt, kept in the ledger as the replayed one that it is."""
        prompt_hash = work.hash_for(deployment)
        url = _RECORDED + prompt_hash
        if self._replay is None or not self._replay.holds(url):
            return None
        recorded = self._replay.response("POST", url, body=work.prompt.canonical(deployment.model))
        good = _judged(read_reply(recorded.body), work.check)
        if isinstance(good, Failed):
            return None
        row = self._store.start_attempt(**work.labels, **_who(deployment), prompt_hash=prompt_hash)
        return self._answered(work, deployment, row, good, 0.0, "replayed")

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _candidates(self, work: _Work, tier: str) -> list[Deployment]:
        now = self._clock()
        with self._lock:
            self._rests = {name: rest for name, rest in self._rests.items() if rest.until > now}
            return candidates(
                work.pool,
                tier,
                climbs=work.check is not None,
                images=work.prompt.images > 0,
                latency_ms=self._latency_ms,
                rests=self._rests,
            )

    def _asked(self, work: _Work, asked: Sequence[Deployment]) -> Answer:
        """Ask one after the other; those that want patience once more, in further rounds."""
        failures: list[tuple[str, Failed]] = []
        attempts = itertools.count(1)
        for round_ in range(ROUNDS):
            patient: list[tuple[float, Deployment]] = []
            for deployment in asked:
                outcome = self._attempt(work, deployment, attempts)
                if isinstance(outcome, Answer):
                    return outcome
                failures.append((deployment.name, outcome))
                pause = pause_before_retry(outcome, round_, work.pool.retry_after_max_s)
                if pause is not None:
                    patient.append((pause, deployment))
            if not patient or round_ == ROUNDS - 1:
                break
            pause = min(pause for pause, _ in patient)
            self._pause(pause)
            asked = [deployment for wants, deployment in patient if wants <= pause]
        if failures and all(failed.kind == _BUDGET for _, failed in failures):
            raise BudgetSpent(failures[0][1].reason)
        raise AllFailed(work.pool.name, failures)

    def _attempt(self, work: _Work, deployment: Deployment, attempts: Iterator[int]) -> Answer | Failed:
        """One deployment's turn: a second request only where it says what it does not take, or where its answer was cut
        off, then with twice the room."""
        prompt, widened = self._purse.bounded(work.prompt), False
        while True:
            barred = self._barred(deployment, work)
            with self._place(deployment):
                self._go_on()
                if work.halted():
                    raise ModelError(f"pool {work.pool.name}", "not asked: what it was for has been broken off")
                lacks = self._wire().lacks(deployment)
                outcome = barred or self._call(work, prompt, deployment, next(attempts))
            if isinstance(outcome, Answer):
                return outcome
            if outcome.kind == "cut_off" and not widened:
                prompt, widened = replace(prompt, max_tokens=2 * (prompt.max_tokens or MAX_TOKENS)), True
            elif not self._wire().learned(deployment, prompt, outcome, lacks, stream=work.heard is not None):
                return outcome

    def _place(self, deployment: Deployment) -> threading.Semaphore:
        """What is held while a deployment is asked, by so many as it takes at a time."""
        with self._lock:
            return self._places.setdefault(deployment.name, threading.Semaphore(deployment.at_once))

    def _barred(self, deployment: Deployment, work: _Work) -> Failed | None:
        """Why a deployment is not asked now: it asked for more patience than the pool has."""
        with self._lock:
            rest = self._rests.get(deployment.name)
        left = rest.until - self._clock() if rest and rest.asked else 0.0
        if left <= 0:
            return None
        if left > work.pool.retry_after_max_s:
            return Failed("busy", f"asked to be left alone for another {left:.0f} s", retry_after_s=left)
        self._pause(left)
        return None

    def _pause(self, seconds: float) -> None:
        """Let some time pass. Errors: Stopped, as soon as it is."""
        self._sleep(seconds)
        self._go_on()

    def _go_on(self) -> None:
        if self._stop.done():
            raise Stopped(STOPPED)

    def _call(self, work: _Work, prompt: Prompt, deployment: Deployment, number: int) -> Answer | Failed:
        """One attempt, from its row in the ledger to the row's completion. prompt: as it is sent now, with its limits; the
        answer is kept under the hash of the one that was asked."""
        run = work.labels["run"]
        try:
            held = self._purse.hold(run, deployment, prompt)
        except BudgetSpent as error:
            return Failed(_BUDGET, error.what)
        row = self._store.start_attempt(
            **work.labels, **_who(deployment), attempt=number, prompt_hash=work.hash_for(deployment)
        )
        wire = self._wire()  # opened before the clock runs
        started = self._clock()
        try:
            reply: Reply | Failed = wire.ask(deployment, prompt, work.heard)
        except Stopped:
            ms = 1_000 * (self._clock() - started)
            costs = _costs(work.pool, deployment, None, billed=True)  # what had come of an answer may be charged
            self._store.end_attempt(row, status="failed", error="stopped: broken off under way", ms=ms, **costs)
            raise
        ms = 1_000 * (self._clock() - started)
        outcome = _judged(reply, work.check)
        if isinstance(outcome, Failed):
            costs = _costs(work.pool, deployment, outcome.usage, outcome.billed)
            self._store.end_attempt(row, status="failed", error=str(outcome), ms=ms, response=outcome.text, **costs)
            if costs["price_known"]:
                self._purse.let_go(run, held)
            self._unwell(deployment, work.pool, outcome)
            return outcome
        answer = self._answered(work, deployment, row, outcome, ms, "ok")
        if answer.cost is not None:
            self._purse.let_go(run, held)
        self._record(work, deployment, outcome.reply)
        self._well(deployment, ms)
        return answer

    def _answered(self, work: _Work, deployment: Deployment, row: int, good: _Good, ms: float, status: str) -> Answer:
        """Complete the row of a good answer. status: ok, replayed."""
        reply = good.reply
        costs = _costs(work.pool, deployment, reply.usage, billed=True)
        digest = hashlib.sha256(reply.text.encode("utf-8", "surrogatepass")).hexdigest()
        self._store.end_attempt(row, status=status, ms=ms, response=reply.text, response_hash=digest, **costs)
        return Answer(
            text=reply.text,
            value=good.value,
            model=deployment.model,
            deployment=deployment.name,
            tokens_in=costs["tokens_in"],
            tokens_out=costs["tokens_out"],
            cost=costs["cost"],
            ms=ms,
            prompt_hash=work.hash_for(deployment),
            seed=work.prompt.seed,
            replayed=status == "replayed",
        )

    # ── what is remembered of deployments ────────────────────────────────────────────────────────────────────────────

    def _well(self, deployment: Deployment, ms: float) -> None:
        with self._lock:
            self._rests.pop(deployment.name, None)
            before = self._latency_ms.get(deployment.name, ms)
            self._latency_ms[deployment.name] = before + _SMOOTHING * (ms - before)

    def _unwell(self, deployment: Deployment, pool: Pool, failed: Failed) -> None:
        rest = rest_after(failed, self._clock(), pool.cooldown_s)
        if rest:
            with self._lock:
                self._rests[deployment.name] = rest

    # ── effects ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _record(self, work: _Work, deployment: Deployment, reply: Reply) -> None:
        """Keep a good answer in the recording of the crawl, under its prompt's hash."""
        if self._recorder:
            from tools.web.recording import Recorded

            whole = reply.raw.lstrip()[:1] in (b"{", b"[")
            self._recorder.write(
                Recorded(
                    _RECORDED + work.hash_for(deployment),
                    headers=(("Content-Type", "application/json" if whole else "text/event-stream"),),
                    body=reply.raw,
                    method="POST",
                    request_body=work.prompt.canonical(deployment.model),
                )
            )

    def _wire(self) -> Wire:
        with self._lock:
            self._opened = self._opened or Wire(self._stop)
            return self._opened


def make_gateway(
    settings: Settings,
    store: Store,
    *,
    replay: Replay | None = None,
    recorder: Recorder | None = None,
    stop: Future[None] | None = None,
) -> Gateway | None:
    """The gateway to the configured models; None when none is. stop: as of Gateway. Errors: UsageError.

    A recording that holds models' answers is replayed with those alone; one of pages alone says nothing of models.
    """
    pools = configured(settings, store.now().date())
    if pools is None:
        return None
    answers = replay if replay and replay.knows(_RECORDED) else None
    return Gateway(pools, store, purse=Purse(store, Limits.of(settings)), replay=answers, recorder=recorder, stop=stop)


def _judged(reply: Reply | Failed, check: Check | None) -> _Good | Failed:
    """The reply with what the check makes of it; a text that fails it is an invalid answer, paid for all the same."""
    if isinstance(reply, Failed):
        return reply
    if not reply.text.strip():
        return Failed("invalid", "the answer is empty", usage=reply.usage, billed=True)  # kept by an earlier program
    try:
        return _Good(reply, check(reply.text) if check else reply.text)
    except BudgetSpent:
        raise
    except (ScoutError, ValueError, RecursionError) as error:  # brackets a thousand deep
        return Failed("invalid", str(error)[:REASON_CHARS], usage=reply.usage, text=reply.text, billed=True)


def _costs(pool: Pool, deployment: Deployment, usage: Usage | None, billed: bool) -> dict[str, Any]:
    """Tokens and money of one attempt as columns of the ledger. What was not billed cost nothing; the rest is known
    where both the price and the tokens are."""
    if usage is None:
        return {
            "cost": None if billed else Decimal(0),
            "price_known": not billed,
            "tokens_in": None,
            "tokens_out": None,
        }
    cost = deployment.price.of(usage) if deployment.price else None
    top = pool.top()
    return {
        "cost": cost,
        "price_known": cost is not None,
        "counterfactual_cost": top.price.of(usage) if top and top.price else None,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "tokens": usage.tokens_in + usage.tokens_out,
    }


def _who(deployment: Deployment) -> dict[str, str]:
    return {"deployment": deployment.name, "model": deployment.model, "tier": deployment.tier}
