"""Who is asked, in which order, and who is asked again: decisions without effects.

A prompt's tier follows from its kind of work and its size. Members of that tier or above are asked first, in the pool's
order; weaker ones come last, the strongest first. `cascade` starts at the smallest tier instead and climbs as answers
fail their check; a prompt without a check cannot climb, and is routed like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.gateway.chat import Failed, Prompt
from agents.gateway.pools import TIERS, Deployment, Pool, dearness

# The kind of work is a task's first word. Copying facts out of a text is the easiest, writing code the hardest.
_TIER_OF_WORK = {
    "read": "small",
    "repair": "small",
    "check": "small",
    "review": "medium",
    "judge": "medium",
    "agent": "large",
}
LONG_BYTES = 40_000  # about 10,000 tokens, where small models lose the thread (research, panel_sources.md 1.4)
ROUNDS = 3  # over the same deployments, for those that asked for patience
BACKOFF_S = 0.5  # first pause after a busy answer without a Retry-After; doubles
RECONNECT_S = 0.1
MISCONFIGURED = frozenset({401, 402, 403, 404})  # the next prompt would get the same


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when a deployment is better left alone, in seconds of the gateway's clock. `asked`: it said so itself."""

    until: float
    asked: bool = False


def kind_of_work(task: str) -> str:
    """A task's first word: "review.repair" is review work."""
    return task.replace(".", " ").replace(":", " ").split(" ", 1)[0]


def tier_for(task: str, prompt: Prompt) -> str:
    """The cheapest tier that can be expected to answer: by kind of work, one up where the prompt is long."""
    tier = TIERS.index(_TIER_OF_WORK.get(kind_of_work(task), "medium"))
    return TIERS[min(tier + (prompt.size_bytes > LONG_BYTES), len(TIERS) - 1)]


def candidates(
    pool: Pool, tier: str, *, climbs: bool, images: bool, latency_ms: Mapping[str, float], rests: Mapping[str, Rest]
) -> list[Deployment]:
    """Everyone who may be asked, best first. `climbs`: a check will tell a bad answer. Those at rest come last."""
    able = [one for one in pool.members if one.vision or not images]
    if pool.order == "cascade" and climbs:
        ranked = sorted(able, key=lambda one: TIERS.index(one.tier))
    else:
        wanted = TIERS.index(tier)
        strong = [one for one in able if TIERS.index(one.tier) >= wanted]
        weak = [one for one in able if TIERS.index(one.tier) < wanted]
        ranked = _ordered(pool.order, strong, latency_ms) + sorted(weak, key=lambda one: -TIERS.index(one.tier))
    return sorted(ranked, key=lambda one: one.name in rests)


def _ordered(order: str, members: Sequence[Deployment], latency_ms: Mapping[str, float]) -> list[Deployment]:
    if order == "cost":
        return sorted(members, key=dearness)
    if order == "latency":
        return sorted(members, key=lambda one: latency_ms.get(one.name, 0.0))  # one not yet measured is tried
    if order == "cascade":
        return sorted(members, key=lambda one: TIERS.index(one.tier))
    return list(members)


def pause_before_retry(failed: Failed, round_: int, most_s: float) -> float | None:
    """Seconds after which the same deployment is worth another try; None where it is not.

    A busy one gets the time it asks for, up to `most_s`; a broken connection one more try at once. After a timeout, a
    refusal or an invalid answer the same would come again.
    """
    if failed.kind == "busy":
        pause = BACKOFF_S * 2**round_ if failed.retry_after_s is None else failed.retry_after_s
        return pause if pause <= most_s else None
    return RECONNECT_S if failed.kind == "connect" and round_ == 0 else None


def rest_after(failed: Failed, now: float, cooldown_s: float) -> Rest | None:
    """How long to leave a deployment alone after this failure; None: not at all, it was the prompt's fault."""
    if failed.kind == "busy" and failed.retry_after_s is not None:
        return Rest(now + failed.retry_after_s, asked=True)
    if failed.kind in ("connect", "timeout", "busy") or failed.status in MISCONFIGURED:
        return Rest(now + cooldown_s)
    return None
