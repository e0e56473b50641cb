"""The review sweep: the panel for every product that awaits one. The view remembers; nothing has to enqueue."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.edit import living
from jobs.outcome import outcome
from tools.errors import ScoutError, UsageError, failure_row
from tools.models import Panel, Review
from tools.settings import Settings
from tools.store import Store

if TYPE_CHECKING:
    from agents.panel.judge import Reviewer
    from tools.views.documents import PanelDoc
    from tools.workbench import Workbench

SAID_EVERY_S = 1.0
QUIET_S = 3.0  # an answer that has not grown for so long is done, or stuck
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What models took: calls made, tokens read and written, and their cost in USD; None: partly unknown."""

    calls: int
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None

    def __str__(self) -> str:
        """In words: "6 calls, 21,400 tokens in, 5,020 out, 0.0312 USD"."""
        read, written = ("unknown" if count is None else f"{count:,}" for count in (self.tokens_in, self.tokens_out))
        cost = "at an unknown cost" if self.cost is None else f"{self.cost:.4f} USD"
        return f"{self.calls} call{'s' * (self.calls != 1)}, {read} tokens in, {written} out, {cost}"


@contextmanager
def reviewer_for(
    store: Store,
    settings: Settings,
    fusion: str = "",
    run: str = "",
    bench: Workbench | None = None,
    say: Say | None = None,
    stop: Future[None] | None = None,
) -> Iterator[Reviewer]:
    """Who reviews: rules, unless the settings or a fusion mode ask for models. `run`: whose budget and ledger it is.
    `say`: is told how a model's answers grow. `stop`: as in `review_now`.

    A `bench` that replays or records has the models' answers replayed or recorded too.

    Errors: UsageError when models are asked for and none is configured, or too few to fuse.
    """
    if settings.reviewer == "rules" and not fusion:
        from agents.panel.rules import RulesReviewer

        yield RulesReviewer()
        return
    from agents.gateway.ask import make_gateway
    from agents.panel.lookups import Lookups
    from agents.panel.model_reviewer import ModelReviewer

    replay, recorder = (bench.replay, bench.recorder) if bench else (None, None)
    gateway = make_gateway(settings, store, replay=replay, recorder=recorder, stop=bench.stop if bench else stop)
    if gateway is None:
        raise UsageError(
            "Reviews by models are asked for, and no model is configured. Set SCOUT_MODEL and SCOUT_MODEL_URL, or "
            "SCOUT_MODELS_FILE; SCOUT_REVIEWER=rules without --fusion needs none."
        )
    token, heard = secrets.token_hex(4), Growing(say).heard if say else None
    with gateway:
        yield ModelReviewer(gateway, settings, mode=fusion, token=token, run=run, lookups=Lookups(store), heard=heard)


def drain_awaiting(
    store: Store,
    settings: Settings,
    *,
    fusion: str = "",
    run: str = "",
    bench: Workbench | None = None,
    say: Say | None = None,
) -> Iterator[tuple[str, Panel | ScoutError]]:
    """Review every product awaiting it, oldest first; the error in its place where one fails. Errors: UsageError.

    say: is told of each critic that a model has answered for, and of what each product took.
    """
    from agents.panel.judge import drain

    with reviewer_for(store, settings, fusion, run, bench, say) as reviewer:
        telling = _Telling(store, run, say, len(store.awaiting_review()) if say else 1)
        for slug, outcome in drain(store, reviewer, settings, on_review=telling.critic):
            telling.product(slug, outcome.verdict if isinstance(outcome, Panel) else "failed")
            if isinstance(outcome, Panel):
                look_at_held(store, outcome)
            yield slug, outcome


def review_now(
    store: Store,
    settings: Settings,
    slug: str,
    *,
    fusion: str = "",
    run: str = "",
    bench: Workbench | None = None,
    say: Say | None = None,
    who: str = "",
    stop: Future[None] | None = None,
) -> Panel:
    """Review one product, also where another reviewer's panel of the same content stands. say: as in `drain_awaiting`.
    who: asks for it; empty: whom the settings name. stop: is fulfilled by who wants it to end; `bench` has one of its own.

    Errors: UnknownName, UsageError; ModelError and BudgetSpent when no model answered; Stopped.
    """
    from agents.panel.judge import evidence_pack, review_pack

    with reviewer_for(store, settings, fusion, run, bench, say, stop) as reviewer:
        telling = _Telling(store, run, say)
        on_review = partial(telling.critic, slug)
        panel = review_pack(evidence_pack(store, slug), reviewer, settings, on_review=on_review)
        telling.product(slug, panel.verdict)
        if _says_otherwise(panel, store.panel(slug)):
            store.request_review(slug, f"asked of {reviewer.name}", who or settings.who)
        store.put_panel(panel, reviewer=reviewer.name)
    look_at_held(store, panel)
    return panel


def _says_otherwise(panel: Panel, stands: PanelDoc | None) -> bool:
    """Whether a panel of the same content is on record and this one is not the same again."""
    if stands is None or stands.content_hash != panel.content_hash:
        return False
    kept = {name: (one.reviewer, one.model or "", one.score, one.text) for name, one in stands.reviews.items()}
    return kept != {one.persona: (one.reviewer, one.model, one.score, one.text) for one in panel.reviews}


class Growing:
    """Says how far the answers under way have come, all in one line, at most every SAID_EVERY_S. Usable from threads."""

    def __init__(self, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._lock = threading.Lock()
        self._heard: dict[str, tuple[int, float]] = {}  # tokens of a persona's answer, and when they were heard of
        self._said = -SAID_EVERY_S

    def heard(self, persona: str, tokens: int) -> None:
        """About so many tokens of a persona's answer have come."""
        with self._lock:
            now = self._clock()
            self._heard[persona] = (tokens, now)
            if now - self._said < SAID_EVERY_S:
                return
            self._said = now
            growing = [(name, count) for name, (count, at) in self._heard.items() if now - at <= QUIET_S]
        self._say(", ".join(f"{name}: {count:,} tokens" for name, count in growing))


class _Telling:
    """Says how far the panels are, critic by critic, and what the models took of each product."""

    def __init__(self, store: Store, run: str, say: Say | None, panels: int = 1) -> None:
        self._store, self._run, self._say = store, run, say
        self._done, self._panels = 0, panels
        self._seen = store.last_attempt()

    def critic(self, slug: str, review: Review) -> None:
        """One critic is done."""
        if self._say:
            told = f"{review.score}, {review.vote}" if review.vote else f"no take, {review.abstain_reason}"
            self._say(f"panel {self._done + 1} of {self._panels}, {slug}: {review.persona}: {told}")

    def product(self, slug: str, verdict: str) -> None:
        """All critics of a product are done, or one failed."""
        self._done += 1
        used, self._seen = model_use(self._store, self._run, after=self._seen), self._store.last_attempt()
        if self._say and used.calls:
            self._say(f"{slug}: {used}\n")  # a finished line: it stays
        if self._say:
            self._say(f"panel {self._done} of {self._panels}, {slug}: {verdict}")


def look_at_held(store: Store, panel: Panel) -> None:
    """A panel of the models' that is held is a reason to look."""
    from agents.panel.holds import HELD

    if panel.reason.startswith(HELD):
        store.raise_look(panel.slug, [f"the verdict is {panel.reason}"])


def model_use(store: Store, run: str, after: int = 0) -> ModelUse:
    """What the model calls of a run took since an attempt; answers that were kept from before cost nothing."""
    made = [row for row in store.taken(run, after) if row["status"] not in ("stored", "replayed")]
    known = all(row["price_known"] for row in made)
    cost = sum((Decimal(row["cost"] or 0) for row in made), Decimal(0)) if known else None
    return ModelUse(len(made), _total(made, "tokens_in"), _total(made, "tokens_out"), cost)


def _total(made: Sequence[Mapping[str, Any]], column: str) -> int | None:
    """A sum over the calls that were answered; None where one of them does not say."""
    counts = [row[column] for row in made if row["status"] == "ok" or row[column] is not None]
    return None if None in counts else sum(counts)


def review_some(
    store_path: Path | str,
    settings: Settings,
    slugs: Sequence[str],
    fusion: str = "",
    progress: Say | None = None,
    *,
    who: str = "",
    stop: Future[None] | None = None,
) -> dict[str, Any]:
    """Review these products now; counts of what was written. who, stop: as in `review_now`. Errors: UnknownName;
    UsageError for a deleted one; those of `review_now`."""
    with Store.open(store_path, create=False) as store, _counted(store) as counts:
        for slug in [living(store, slug) for slug in slugs]:
            panel = review_now(
                store, settings, slug, fusion=fusion, run=counts["run"], say=progress, who=who, stop=stop
            )
            counts["panels"] += 1
            counts["reviews"] += sum(review.score is not None for review in panel.reviews)
    return counts


def sweep(
    store_path: Path | str,
    settings: Settings,
    progress: Say | None = None,
    fusion: str = "",
) -> dict[str, Any]:
    """Drain the awaiting view of a store; counts of what was written."""
    with Store.open(store_path) as store, _counted(store) as counts:
        for slug, reviewed in drain_awaiting(store, settings, fusion=fusion, run=counts["run"], say=progress):
            if isinstance(reviewed, ScoutError):
                counts["failures"].append({"slug": slug, **failure_row(reviewed)})
                continue
            counts["panels"] += 1
            counts["reviews"] += sum(review.score is not None for review in reviewed.reviews)
    return counts


@contextmanager
def _counted(store: Store) -> Iterator[dict[str, Any]]:
    """The counts of a sweep; its model calls stand in the ledger under a run of its own."""
    run = f"review-{store.now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    counts: dict[str, Any] = {"run": run, "panels": 0, "reviews": 0, "failures": []}
    yield counts
    store.keep_documents()
    used = model_use(store, run)
    counts |= outcome(counts["failures"]).as_dict()
    counts |= {"model_calls": used.calls, "tokens_in": used.tokens_in, "tokens_out": used.tokens_out}
    counts["cost"] = None if used.cost is None else str(used.cost)
