"""`scout gateway report`: figures off ledger rows written by hand, and the words for a person."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jobs.cli import cli
from jobs.gateway import bars, quantile, report
from tools.store import Store


def call(store: Store, status: str = "ok", **values: Any) -> None:
    """One completed row: 10 tokens for 0.01 USD, 0.05 on the top tier, unless said otherwise."""
    usual = {"job": "review", "deployment": "tiny", "model": "tiny", "tier": "small", "ms": 20.0, "price_known": True}
    paid = {"tokens_in": 8, "tokens_out": 2, "cost": Decimal("0.01"), "counterfactual_cost": Decimal("0.05")}
    row = {**usual, **(paid if status in ("ok", "failed") else {}), **values}
    store.end_attempt(store.start_attempt(**row), status=status)


def test_cost_latency_fallback_and_saving(store: Store) -> None:
    for ms in (10.0, 20.0, 90.0):
        call(store, ms=ms, persona="Builder")
    call(store, "failed", error="invalid: no JSON")
    call(store, attempt=2, deployment="big", model="big", tier="large", cost=Decimal("0.05"), persona="Skeptic")
    call(store, "stored")
    found = report(store)
    assert (found["calls"], found["answers"], found["kept"], found["failures"]) == (5, 4, 1, {"invalid": 1})
    assert (found["cost"], found["tokens_in"], found["tokens_out"]) == ("0.09", 40, 10)
    assert (found["p50_ms"], found["p95_ms"], found["fallback_rate"]) == (20.0, 90.0, 0.25)
    assert (found["top_tier_cost"], found["saving"], found["saving_share"]) == ("0.20", "0.11", 0.55)
    assert [(row["name"], row["calls"]) for row in found["by_model"]] == [("tiny (small)", 4), ("big (large)", 1)]
    assert [row["name"] for row in found["by_persona"]] == ["Builder", "Skeptic"]
    assert [(row["name"], row["kept"]) for row in found["by_job"]] == [("review", 1)]


def test_what_is_unknown_is_counted_not_added(store: Store) -> None:
    call(store, cost=None, price_known=False, counterfactual_cost=None)
    call(store, tokens_in=None, tokens_out=None, cost=None, price_known=False, counterfactual_cost=None)
    found = report(store)
    assert (found["cost"], found["cost_unknown"], found["tokens_unknown"]) == ("0", 2, 1)
    assert (found["saving"], found["compared"]) == (None, 0)


def test_a_call_that_was_cut_off_has_an_unknown_cost(store: Store) -> None:
    store.start_attempt(deployment="tiny", model="tiny", tier="small", status="started")
    found = report(store)
    assert (found["unfinished"], found["cost_unknown"], found["by_day"][0]["failed"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("values", "share", "wanted"), [([], 0.5, None), ([3], 0.95, 3), ([1, 2, 3, 4], 0.5, 2), ([4, 1, 3, 2], 0.95, 4)]
)
def test_quantiles_are_values_that_occurred(values: list[float], share: float, wanted: float | None) -> None:
    assert quantile(values, share) == wanted


def test_a_bar_a_day_in_proportion() -> None:
    days = [
        {"day": "2026-03-04", "answered": 30, "kept": 10, "failed": 0},
        {"day": "2026-03-05", "answered": 0, "kept": 0, "failed": 1},
    ]
    first, second = bars(days)
    assert first == f"2026-03-04  {'#' * 30}{'.' * 10}   30 answered, 10 kept"
    assert second == f"2026-03-05  {'x':<43}1 failed"


def test_without_a_call_it_says_so(store: Store) -> None:
    told = CliRunner().invoke(cli, ["gateway", "report", "--store", str(store.path)])
    assert told.output.startswith("No model was ever called")


def test_a_person_reads_the_figures(store: Store) -> None:
    call(store, persona="Builder")
    call(store, cost=None, price_known=False, counterfactual_cost=None)
    told = CliRunner().invoke(cli, ["gateway", "report", "--store", str(store.path)]).output
    assert "2 calls, 2 good answers, 0 more kept from before; failed: none." in told
    assert "Cost: 0.0100 USD + 1 unknown." in told
    assert "0.0400 USD of 0.0500 USD (80%), over 1 answers" in told
    assert told.count("0.0100 + 1 unknown") == 2  # for the job and for the model


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["gateway", "report", "--store", str(tmp_path / "none.db")])
    assert "No store at" in str(told.exception)
    assert not (tmp_path / "none.db").exists()
