"""Who is asked, in which order, how long one waits: decisions without effects."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agents.gateway.chat import Failed, Prompt
from agents.gateway.pools import Deployment, Pool, Price
from agents.gateway.routing import LONG_BYTES, Rest, candidates, pause_before_retry, rest_after, tier_for


def one(name: str, tier: str = "medium", price: str = "", vision: bool = False) -> Deployment:
    amount = Price(Decimal(price), Decimal(price)) if price else None
    return Deployment(name, name, "http://h/v1", tier=tier, price=amount, vision=vision)


MEMBERS = (one("small", "small", "1"), one("large", "large", "9"), one("mystery"), one("medium", "medium", "3", True))


@pytest.mark.parametrize(
    ("task", "size", "tier"),
    [
        ("read.text", 100, "small"),
        ("read.text", LONG_BYTES + 1, "medium"),
        ("review", 100, "medium"),
        ("review.repair", LONG_BYTES + 1, "large"),
        ("repair review", 100, "small"),
        ("agent", LONG_BYTES + 1, "large"),
        ("something else", 100, "medium"),
    ],
)
def test_a_tier_follows_from_work_and_size(task: str, size: int, tier: str) -> None:
    assert tier_for(task, Prompt([{"role": "user", "content": "x" * size}])) == tier


@pytest.mark.parametrize(
    ("order", "tier", "climbs", "wanted"),
    [
        ("order", "medium", True, "large mystery medium small"),
        ("order", "small", True, "small large mystery medium"),
        ("cost", "medium", True, "medium large mystery small"),
        ("latency", "medium", True, "mystery large medium small"),
        ("cascade", "large", True, "small mystery medium large"),
        ("cascade", "medium", False, "mystery medium large small"),
    ],
)
def test_the_order_of_a_pool(order: str, tier: str, climbs: bool, wanted: str) -> None:
    latency = {"large": 20.0, "medium": 50.0}
    found = candidates(Pool("p", MEMBERS, order), tier, climbs=climbs, images=False, latency_ms=latency, rests={})
    assert [deployment.name for deployment in found] == wanted.split()


def test_those_at_rest_come_last_but_come() -> None:
    rests = {"large": Rest(9.0)}
    found = candidates(Pool("p", MEMBERS), "medium", climbs=True, images=False, latency_ms={}, rests=rests)
    assert [deployment.name for deployment in found] == ["mystery", "medium", "small", "large"]


def test_pictures_go_to_those_that_take_them() -> None:
    found = candidates(Pool("p", MEMBERS), "small", climbs=True, images=True, latency_ms={}, rests={})
    assert [deployment.name for deployment in found] == ["medium"]


@pytest.mark.parametrize(
    ("failed", "round_", "pause"),
    [
        (Failed("busy", "", 429, retry_after_s=3.0), 0, 3.0),
        (Failed("busy", "", 429, retry_after_s=900.0), 0, None),
        (Failed("busy", "", 503), 1, 1.0),
        (Failed("connect", ""), 0, 0.1),
        (Failed("connect", ""), 1, None),
        (Failed("timeout", ""), 0, None),
        (Failed("refused", "", 400), 0, None),
        (Failed("invalid", ""), 0, None),
    ],
)
def test_only_what_may_change_is_asked_again(failed: Failed, round_: int, pause: float | None) -> None:
    assert pause_before_retry(failed, round_, most_s=20.0) == pause


@pytest.mark.parametrize(
    ("failed", "rest"),
    [
        (Failed("connect", ""), Rest(130.0)),
        (Failed("timeout", ""), Rest(130.0)),
        (Failed("busy", "", 500), Rest(130.0)),
        (Failed("busy", "", 429, retry_after_s=5.0), Rest(105.0, asked=True)),
        (Failed("refused", "", 401), Rest(130.0)),
        (Failed("refused", "", 400), None),
        (Failed("invalid", ""), None),
    ],
)
def test_a_deployment_rests_for_its_own_faults_only(failed: Failed, rest: Rest | None) -> None:
    assert rest_after(failed, 100.0, cooldown_s=30.0) == rest
