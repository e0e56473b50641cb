"""What `scout doctor` says of the models: where each is, what it costs, whether it answers; never a key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from jobs.doctor import examine
from tests.model_server import ModelServer
from tools.settings import Settings, load


def models(settings: Settings, tmp_path: Path) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = examine(tmp_path / "store.db", settings)["checks"]
    return [check for check in checks if check["name"].startswith("model")]


def test_no_model_is_fine(tmp_path: Path) -> None:
    (check,) = models(Settings(), tmp_path)
    assert (check["ok"], check["said"].partition(":")[0]) == (True, "none configured")


def test_each_deployment_is_shown_with_whether_it_answers(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    with ModelServer() as server:
        file.write_text(
            f'[deployments.here]\nmodel = "tiny"\nurl = "{server.url}"\nkey_env = "MY_KEY"\n'
            "price = { input = 0, output = 0.5 }\n"
            '[deployments.gone]\nmodel = "lost"\nurl = "http://127.0.0.1:9/v1"\n'
            '[pools.default]\nmembers = ["here", "gone"]\n[pools.review]\nmembers = ["here"]\n'
        )
        here, gone = models(load({"SCOUT_MODELS_FILE": str(file), "MY_KEY": "s3cret-k3y"}), tmp_path)
        assert (here["ok"], gone["ok"], server.asked) == (True, False, [])
        assert here["said"] == (
            f"pool default, review: tiny at {server.url}, medium, 0/0.5 USD a million tokens: answers"
        )
    assert "price unknown: does not answer" in gone["said"]
    assert "s3cret" not in f"{here}{gone}"


@pytest.mark.parametrize(
    ("variable", "said"), [("SCOUT_MODEL", "SCOUT_MODEL_URL"), ("SCOUT_MODELS_FILE", "cannot be read")]
)
def test_settings_that_do_not_fit_are_a_finding(tmp_path: Path, variable: str, said: str) -> None:
    (check,) = models(load({variable: str(tmp_path / "none")}), tmp_path)
    assert not check["ok"]
    assert said in check["said"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"browser": "off"}, "switched off"),
        (
            {"browser_path": sys.executable, "unsafe_browser": True},
            "does not start",
        ),  # it can be run, and is no Chromium
    ],
)
def test_a_browser_is_fine_only_when_it_starts(tmp_path: Path, values: dict[str, Any], said: str) -> None:
    (check,) = (one for one in examine(tmp_path / "store.db", Settings(values))["checks"] if one["name"] == "browser")
    assert not check["ok"]
    assert said in check["said"]
