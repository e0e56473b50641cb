"""`scout gateway report`: what asking models cost, how long it took, how often it failed, and what routing saved.

All of it is read off the ledger. An ask is a question put to a pool; its attempts are the calls made for it. Unknown
costs are counted, never added.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tools.store import Store

Row = dict[str, Any]
BAR = 40  # characters of the longest bar
DAYS = 14  # of the chart
_ENDS = ("answered", "kept", "failed")


def report(store: Store) -> dict[str, Any]:
    """The figures over all model calls, and `by_job`, `by_persona`, `by_model` and `by_day`; money in USD as text."""
    rows = store.ledger()
    return {
        **figures(rows),
        "by_job": _by(rows, lambda row: row["job"] or row["task"]),
        "by_persona": _by([row for row in rows if row["persona"]], lambda row: row["persona"]),
        "by_model": _by(rows, _model),
        "by_day": _days(rows),
    }


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of some rows of the ledger.

    `calls` were made, `answers` of them were good, `kept` answers came from the store or a recording without a call,
    `unfinished` calls were cut off by a kill. `fallback_rate`: of the answers, those that took more than one attempt.
    `saving`: what the answers would have cost on the top tier, less what all attempts for them did cost; over those
    `compared` alone whose costs are known both ways. Latencies are of good answers, in ms.
    """
    calls = [row for row in rows if row["status"] in ("ok", "failed", "started")]
    answers = [row for row in calls if row["status"] == "ok"]
    kept = [row for row in rows if row["status"] in ("stored", "replayed")]
    return {
        "calls": len(calls),
        "answers": len(answers),
        "kept": len(kept),
        "unfinished": sum(row["status"] == "started" for row in calls),
        "failures": dict(Counter(row["error"].partition(":")[0] for row in calls if row["status"] == "failed")),
        "fallback_rate": _share(sum(row["attempt"] > 1 for row in answers), len(answers)),
        "tokens_in": sum(row["tokens_in"] or 0 for row in calls),
        "tokens_out": sum(row["tokens_out"] or 0 for row in calls),
        "tokens_unknown": sum(row["tokens_in"] is None for row in answers),
        "cost": str(_total(row["cost"] for row in calls)),
        "cost_unknown": sum(not row["price_known"] for row in calls),
        "p50_ms": quantile([row["ms"] for row in answers], 0.5),
        "p95_ms": quantile([row["ms"] for row in answers], 0.95),
        **_saving(calls, answers),
    }


def quantile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that this share of them does not pass; None of none."""
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1) if ordered else None


def bars(days: Sequence[Mapping[str, Any]], marks: str = "#.x") -> list[str]:
    """A bar a day for the newest days, the longest BAR characters, of a mark each for answered, kept and failed."""
    shown = days[-DAYS:]
    most = max((sum(day[name] for name in _ENDS) for day in shown), default=0)
    lines = []
    for day in shown:
        bar = "".join(mark * math.ceil(BAR * day[name] / most) for name, mark in zip(_ENDS, marks, strict=True))
        told = ", ".join(f"{day[name]} {name}" for name in _ENDS if day[name])
        lines.append(f"{day['day']}  {bar:<{BAR + len(_ENDS)}}{told}")
    return lines


def _saving(calls: Sequence[Row], answers: Sequence[Row]) -> dict[str, Any]:
    """What the top tier would have cost. A failed attempt would not have been made there; what it cost counts."""
    compared = [row for row in answers if row["counterfactual_cost"] is not None and row["cost"] is not None]
    top = _total(row["counterfactual_cost"] for row in compared)
    failed = [row for row in calls if row["status"] == "failed" and row["counterfactual_cost"] is not None]
    wasted = _total(row["cost"] for row in failed)
    saving = top - _total(row["cost"] for row in compared) - wasted
    return {
        "compared": len(compared),
        "top_tier_cost": str(top),
        "saving": str(saving) if compared else None,
        "saving_share": round(float(saving / top), 3) if top else None,
    }


def _by(rows: Sequence[Row], name: Callable[[Row], str]) -> list[dict[str, Any]]:
    """Figures of each group, those with most calls first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    found = [{"name": key, **figures(group)} for key, group in groups.items()]
    return sorted(found, key=lambda one: (-one["calls"], one["name"]))


def _model(row: Row) -> str:
    name = row["model"] if row["model"] == row["deployment"] else f"{row['deployment']}: {row['model']}"
    return f"{name} ({row['tier']})"


def _days(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Calls by UTC day and how they ended, oldest first."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        day = found.setdefault(row["at"][:10], {"day": row["at"][:10], **dict.fromkeys(_ENDS, 0)})
        ended = {"ok": "answered", "stored": "kept", "replayed": "kept"}
        day[ended.get(row["status"], "failed")] += 1
    return [found[day] for day in sorted(found)]


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def _total(amounts: Iterable[str | None]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts if amount is not None), Decimal(0))
