"""The models file: what it may say, and one clear sentence for what it may not."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from agents.gateway import pools
from agents.gateway.pools import Deployment, Pool, Price, configured, known_price
from tools.errors import UnknownName, UsageError
from tools.settings import Settings, load

TODAY = date(2026, 11, 21)
GOOD = """
[deployments.near]
model = "smollm3"
url = "http://127.0.0.1:8080/v1"
tier = "small"
price = { input = 0, output = 0 }
structured = "json_object"

[deployments.far]
model = "gpt-5-mini"
url = "https://api.openai.com/v1/"
key_env = "FAR_KEY"
vision = true
timeout_s = 30

[pools.default]
members = ["near", "far"]
order = "cascade"

[pools.review]
members = ["far"]
retry_after_max_s = 5
"""


def written(tmp_path: Path, text: str, **environ: str) -> Settings:
    file = tmp_path / "models.toml"
    file.write_text(text)
    return load({"SCOUT_MODELS_FILE": str(file), **environ})


def test_a_file_gives_pools_of_deployments(tmp_path: Path) -> None:
    found = configured(written(tmp_path, GOOD, FAR_KEY="k3y"), TODAY)
    assert found is not None
    near, far = found.of("").members
    assert (near.tier, near.price, near.structured, near.key) == (
        "small",
        Price(Decimal(0), Decimal(0)),
        "json_object",
        "",
    )
    assert (far.key, far.vision, far.timeout_s, far.tier) == ("k3y", True, 30.0, "medium")
    assert far.address("chat/completions") == "https://api.openai.com/v1/chat/completions"
    assert "k3y" not in repr(found)


def test_a_kind_of_work_uses_the_pool_of_its_name_else_the_default(tmp_path: Path) -> None:
    found = configured(written(tmp_path, GOOD, FAR_KEY="k"), TODAY)
    assert found is not None
    assert [found.of("", work).name for work in ("review", "agent")] == ["review", "default"]
    assert (found.of("review").retry_after_max_s, found.of("default").order) == (5.0, "cascade")
    with pytest.raises(UnknownName, match="pool of models"):
        found.of("revew")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('tier = "small"', 'tyer = "small"', r"\[deployments.near\]: unknown key 'tyer'; it takes model, url"),
        ('tier = "small"', 'tier = "tiny"', "tier is one of small, medium, large; got 'tiny'"),
        ('model = "smollm3"', "", "model is missing"),
        ('order = "cascade"', 'order = "best"', "order is one of order, cost, latency, cascade"),
        ("timeout_s = 30", 'timeout_s = "30"', "timeout_s takes a number; got '30'"),
        ("timeout_s = 30", "timeout_s = true", "timeout_s takes a number; got True"),
        ("timeout_s = 30", "at_once = 0", "at_once takes 1 or more; got 0"),
        ("timeout_s = 30", "at_once = 1.5", "at_once takes a whole number"),
        ("timeout_s = 30", 'tools = "no"', "tools takes true or false; got 'no'"),
        ("input = 0,", "", "input is missing"),
        ("input = 0,", "input = -1,", "a price is in USD a million tokens, 0 or more"),
        ('"http://127.0.0.1:8080/v1"', '"127.0.0.1:8080"', "takes an address like"),
        ('"http://127.0.0.1:8080/v1"', '"http://me:pw@host/v1"', "holds a name or password"),
        ('members = ["near", "far"]', 'members = ["neer"]', "Did you mean near"),
        ('members = ["far"]', "members = []", "names no deployment"),
        ("[pools.default]", "[pool.default]", "unknown key 'pool'"),
        ("[pools.review]", "[pools.review", "is not TOML"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_it(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        configured(written(tmp_path, GOOD.replace(old, new, 1), FAR_KEY="k"), TODAY)


def test_a_key_that_is_not_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the environment variable FAR_KEY, which is not set"):
        configured(written(tmp_path, GOOD), TODAY)


def test_several_pools_need_a_default(tmp_path: Path) -> None:
    found = configured(written(tmp_path, GOOD.replace("pools.default", "pools.read"), FAR_KEY="k"), TODAY)
    assert found is not None
    with pytest.raises(UsageError, match="none called 'agent'"):
        found.of("", "agent")


def test_the_settings_alone_are_a_pool_of_one() -> None:
    assert configured(Settings(), TODAY) is None
    with pytest.raises(UsageError, match="SCOUT_MODEL_URL"):
        configured(Settings({"model": "tiny"}), TODAY)
    with pytest.raises(UsageError, match="both set"):
        configured(Settings({"model": "tiny", "models_file": "x.toml"}), TODAY)
    found = configured(Settings({"model": "tiny", "model_url": "http://127.0.0.1:9/v1", "model_key": "k"}), TODAY)
    assert found is not None
    assert [(one.name, one.model, one.key) for one in found.deployments()] == [("tiny", "tiny", "k")]


def test_a_price_belongs_to_a_host_and_a_day() -> None:
    there = known_price("https://api.openai.com/v1", "gpt-5-mini", TODAY)
    assert there is not None
    assert there.input > 0
    assert known_price("http://127.0.0.1:8080/v1", "gpt-5-mini", TODAY) is None
    assert known_price("https://api.openai.com/v1", "gpt-5-mini", date(2020, 1, 1)) is None


def test_a_model_in_this_process_costs_nothing(tmp_path: Path) -> None:
    text = '[deployments.in]\nmodel = "folder"\nurl = "local:"\n[pools.default]\nmembers = ["in"]\n'
    found = configured(written(tmp_path, text), TODAY)
    assert found is not None
    assert found.deployments()[0].price == Price(Decimal(0), Decimal(0))


def test_every_price_has_a_source_and_a_date() -> None:
    rows = tomllib.loads(Path(pools.__file__).with_name("prices.toml").read_text())["price"]
    assert len({(row["host"], row["model"], row["date"]) for row in rows}) == len(rows)
    for row in rows:
        assert row.keys() - {"cached"} == {"host", "model", "input", "output", "date", "source"}
        assert 0 <= row.get("cached", 0) <= row["input"] <= row["output"]
        assert isinstance(row["date"], date)
        assert row["source"].startswith("https://")


def test_the_top_of_a_pool_is_the_dearest_of_its_highest_tier() -> None:
    def one(name: str, tier: str, price: str) -> Deployment:
        amount = Price(Decimal(price), Decimal(price)) if price else None
        return Deployment(name, name, "http://h/v1", tier=tier, price=amount)

    members = (one("a", "small", "9"), one("b", "large", "1"), one("c", "large", "2"))
    assert Pool("p", members).top() == members[2]
    assert Pool("p", (*members, one("d", "large", ""))).top() is None


def test_a_query_is_kept_for_the_call_and_not_shown() -> None:
    deployment = Deployment("a", "a", "https://h.example/v1?api-key=s3cret")
    assert deployment.address("models") == "https://h.example/v1/models?api-key=s3cret"
    assert "s3cret" not in deployment.shown
    assert "s3cret" not in repr(deployment)
