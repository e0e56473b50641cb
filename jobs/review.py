"""The review sweep: the panel for every product that awaits one. The view remembers; nothing has to enqueue."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.outcome import outcome
from tools.errors import ScoutError, UsageError, failure_row
from tools.models import Panel
from tools.settings import Settings
from tools.store import Store

if TYPE_CHECKING:
    from agents.panel import Reviewer
    from tools.documents import PanelDoc
    from tools.workbench import Workbench

REVIEWERS = ("rubric", "model")


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What the models of a run took: calls made, and their cost in USD; None: partly unknown."""

    calls: int
    cost: Decimal | None


@contextmanager
def reviewer_for(
    store: Store, settings: Settings, fusion: str = "", run: str = "", bench: Workbench | None = None
) -> Iterator[Reviewer]:
    """Who reviews: rules, unless the settings or a fusion mode ask for models. `run`: whose budget and ledger it is.

    A `bench` that replays or records has the models' answers replayed or recorded too.

    Errors: UsageError when models are asked for and none is configured, or too few to fuse.
    """
    if settings.reviewer not in REVIEWERS:
        raise UsageError(f"SCOUT_REVIEWER takes {' or '.join(REVIEWERS)}; got {settings.reviewer!r}.")
    if settings.reviewer == "rubric" and not fusion:
        from agents.rubric import RubricReviewer

        yield RubricReviewer()
        return
    from agents.gateway.ask import make_gateway
    from agents.model_reviewer import ModelReviewer

    replay, recorder = (bench.replay, bench.recorder) if bench else (None, None)
    gateway = make_gateway(settings, store, replay=replay, recorder=recorder)
    if gateway is None:
        raise UsageError(
            "Reviews by models are asked for, and no model is configured. Set SCOUT_MODEL and SCOUT_MODEL_URL, or "
            "SCOUT_MODELS_FILE; SCOUT_REVIEWER=rubric without --fusion needs none."
        )
    with gateway:
        yield ModelReviewer(gateway, settings, mode=fusion, token=secrets.token_hex(4), run=run)


def drain_awaiting(
    store: Store, settings: Settings, *, fusion: str = "", run: str = "", bench: Workbench | None = None
) -> Iterator[tuple[str, Panel | ScoutError]]:
    """Review every product awaiting it, oldest first; the error in its place where one fails. Errors: UsageError."""
    from agents.panel import drain

    with reviewer_for(store, settings, fusion, run, bench) as reviewer:
        for slug, outcome in drain(store, reviewer, settings):
            if isinstance(outcome, Panel):
                look_at_held(store, outcome)
            yield slug, outcome


def review_now(
    store: Store, settings: Settings, slug: str, *, fusion: str = "", run: str = "", bench: Workbench | None = None
) -> Panel:
    """Review one product, also where another reviewer's panel of the same content stands.

    Errors: UnknownName, UsageError; ModelError and BudgetSpent when no model answered.
    """
    from agents.panel import evidence_pack, review_pack

    with reviewer_for(store, settings, fusion, run, bench) as reviewer:
        panel = review_pack(evidence_pack(store, slug), reviewer, settings)
        if _says_otherwise(panel, store.panel(slug)):
            store.request_review(slug, f"asked of {reviewer.name}", settings.who)
        store.put_panel(panel, reviewer=reviewer.name)
    look_at_held(store, panel)
    return panel


def _says_otherwise(panel: Panel, stands: PanelDoc | None) -> bool:
    """Whether a panel of the same content is on record and this one is not the same again."""
    if stands is None or stands.content_hash != panel.content_hash:
        return False
    kept = {name: (one.reviewer, one.model or "", one.score, one.text) for name, one in stands.reviews.items()}
    return kept != {one.persona: (one.reviewer, one.model, one.score, one.text) for one in panel.reviews}


def look_at_held(store: Store, panel: Panel) -> None:
    """A Ship of the models' that the rules do not share is a reason to look."""
    from agents.panel import HELD

    if panel.reason.startswith(HELD):
        store.raise_look(panel.slug, [f"the verdict is {panel.reason}"])


def model_use(store: Store, run: str) -> ModelUse:
    """What the model calls of a run took so far; answers that were kept from before cost nothing."""
    made = [row for row in store.attempts(run, limit=1_000_000) if row["status"] not in ("stored", "replayed")]
    known = all(row["price_known"] for row in made)
    return ModelUse(len(made), sum((Decimal(row["cost"] or 0) for row in made), Decimal(0)) if known else None)


def review_one(store_path: Path | str, settings: Settings, slug: str, fusion: str = "") -> dict[str, Any]:
    """Review one product now; counts of what was written. Errors: UnknownName; those of `review_now`."""
    with Store.open(store_path, create=False) as store, _counted(store) as counts:
        panel = review_now(store, settings, store.resolve(slug), fusion=fusion, run=counts["run"])
        counts["panels"] += 1
        counts["reviews"] += sum(review.score is not None for review in panel.reviews)
    return counts


def sweep(
    store_path: Path | str,
    settings: Settings,
    progress: Callable[[str], None] | None = None,
    fusion: str = "",
) -> dict[str, Any]:
    """Drain the awaiting view of a store; counts of what was written."""
    with Store.open(store_path) as store, _counted(store) as counts:
        for slug, reviewed in drain_awaiting(store, settings, fusion=fusion, run=counts["run"]):
            if isinstance(reviewed, ScoutError):
                counts["failures"].append({"slug": slug, **failure_row(reviewed)})
                continue
            counts["panels"] += 1
            counts["reviews"] += sum(review.score is not None for review in reviewed.reviews)
            if progress:
                progress(f"{slug}: {reviewed.verdict}")
    return counts


@contextmanager
def _counted(store: Store) -> Iterator[dict[str, Any]]:
    """The counts of a sweep; its model calls stand in the ledger under a run of its own."""
    run = f"review-{store.now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    counts: dict[str, Any] = {"run": run, "panels": 0, "reviews": 0, "failures": []}
    yield counts
    used = model_use(store, run)
    counts |= outcome(counts["failures"]).as_dict()
    counts |= {"model_calls": used.calls, "cost": None if used.cost is None else str(used.cost)}
