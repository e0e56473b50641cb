"""Whole runs whose model is behind the gateway: ledger, budgets, recording and replay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.run.task import RunResult, run_task
from tests.model_server import ModelServer
from tools.settings import Settings
from tools.workbench import Workbench

ANSWER = "Thought: nothing to mend.\n<code>\nfinal_answer({'looked': True})\n</code>"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(lambda messages, body: ANSWER) as running:
        yield running


@pytest.fixture
def settings(site: Any, server: ModelServer, tmp_path: Path) -> Settings:
    """A source that changed shape, and one priced model."""
    site.page("/feed", "<html><body>We have moved.</body></html>")
    models = tmp_path / "models.toml"
    models.write_text(
        f'[deployments.tiny]\nmodel = "tiny"\nurl = "{server.url}"\nprice = {{ input = 1, output = 2 }}\n'
        '[pools.default]\nmembers = ["tiny"]\n'
    )
    made: Settings = site.settings(contact="tests@example.org", browser="off", models_file=str(models))
    return made


def crawl(bench: Workbench, site: Any) -> RunResult:
    bench.store.add_source("tools", site.url("/feed"))
    return run_task("crawl", bench, arguments={"source": "tools", "since": "2000-01-01T00:00:00+00:00", "limit": None})


def test_a_models_run_knows_what_it_cost(settings: Settings, site: Any, server: ModelServer, tmp_path: Path) -> None:
    with Workbench(settings, tmp_path / "store.db") as bench:
        result = crawl(bench, site)
        (row,) = bench.store.attempts(result.run)
    usage = server.usage[0]
    cost = (usage["prompt_tokens"] + 2 * usage["completion_tokens"]) / 1_000_000
    assert (result.state, result.output, result.model_calls) == ("ok", {"looked": True}, 1)
    assert result.cost == pytest.approx(cost)
    assert (row["job"], row["task"], row["tier"], row["tokens"]) == ("crawl", "agent", "medium", usage["total_tokens"])


def test_money_ends_a_run_before_the_call(settings: Settings, site: Any, server: ModelServer, tmp_path: Path) -> None:
    with Workbench(settings.but(model_budget_run=0.000001), tmp_path / "store.db") as bench:
        result = crawl(bench, site)
    assert (result.state, result.cost, server.asked) == ("budget", 0.0, [])


def test_a_model_that_does_not_answer_is_a_failure_of_the_run(
    settings: Settings, site: Any, server: ModelServer, tmp_path: Path
) -> None:
    server.behave("tiny", "status", status=401, said="no such key")
    with Workbench(settings, tmp_path / "store.db") as bench:
        result = crawl(bench, site)
    assert result.state == "error"
    assert "AllFailed" in [failure["kind"] for failure in result.failures]


def test_a_recorded_run_is_replayed_without_a_model(
    settings: Settings, site: Any, server: ModelServer, tmp_path: Path
) -> None:
    with Workbench(settings, tmp_path / "store.db", record=tmp_path / "day.warc.gz") as bench:
        crawl(bench, site)
    with Workbench(settings, tmp_path / "again.db", replay=tmp_path / "day.warc.gz") as bench:
        result = crawl(bench, site)
        (row,) = bench.store.attempts(result.run)
    assert (result.state, result.output, result.cost) == ("ok", {"looked": True}, 0.0)
    assert (row["status"], len(server.asked)) == ("replayed", 1)


def test_a_recording_of_pages_alone_is_replayed_with_the_configured_model(
    settings: Settings, site: Any, server: ModelServer, tmp_path: Path
) -> None:
    with Workbench(settings.but(models_file=""), tmp_path / "store.db", record=tmp_path / "day.warc.gz") as bench:
        assert crawl(bench, site).state == "trouble"
    with Workbench(settings, tmp_path / "again.db", replay=tmp_path / "day.warc.gz") as bench:
        assert crawl(bench, site).state == "ok"
    assert len(server.asked) == 1
