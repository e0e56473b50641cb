"""When a value that was read counts as right, for training where no corpus brings a scorer of its own (score.py)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

_NEAR = 0.005  # of an amount; pages round

Label = dict[str, Any]


def norm(text: object) -> str:
    """A text's words in lower case, without marks and accents of form."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", str(text or "")).casefold()))


def best_f1(text: str | None, accepted: Sequence[str]) -> float:
    """The best F1 over words of a text against accepted ones, 0 to 1."""
    return max((_f1(norm(text).split(), norm(one).split()) for one in accepted), default=0.0)


def _f1(one: Sequence[str], two: Sequence[str]) -> float:
    return 2 * sum((Counter(one) & Counter(two)).values()) / max(1, len(one) + len(two))


def amount(value: object) -> float | None:
    """An amount as a number; None where there is none."""
    try:
        return None if value in (None, "") else float(str(value).replace(",", ""))
    except ValueError:
        return None


def match_plans(gold: Sequence[Label], read: Sequence[Label] | None, level: int) -> tuple[int, int, int]:
    """(right, wrong, missed) of plans with an amount. level: 1 the amount, 2 and currency, 3 and period, 4 and name.

    A further price of a plan that was found, or of an optional one, is neither right nor wrong.
    """
    wanted = [plan for plan in gold if not plan.get("optional") and plan["amount"] is not None]
    left = [plan for plan in read or [] if amount(plan.get("amount")) is not None]
    right = 0
    for plan in wanted:
        hit = next((one for one in left if _fits(plan, one, level)), None)
        if hit is not None:
            left.remove(hit)
            right += 1
    wrong = sum(not any(_fits(plan, one, level) for plan in gold) for one in left)
    return right, wrong, len(wanted) - right


def _fits(plan: Label, read: Label, level: int) -> bool:
    return any(_is(plan, read, value, period, level) for value, period in _forms(plan))


def _forms(plan: Label) -> Iterator[tuple[float, str | None]]:
    """What a plan costs, and what it costs in the page's other states."""
    for value, period in ((plan["amount"], plan["period"]), *map(tuple, plan.get("alt", ()))):
        if value is not None:
            yield float(value), period


def _is(plan: Label, read: Label, value: float, period: str | None, level: int) -> bool:
    said, name = amount(read["amount"]), norm(read.get("name"))
    if said is None or abs(said - value) > max(_NEAR if value >= 1 else _NEAR * value, 1e-9):
        return False
    if value and level >= 2 and read.get("currency") != plan["currency"]:
        return False
    if value and level >= 3 and read.get("period") not in ((period,) if period else (None, "once")):
        return False
    own = norm(plan["name"])
    return level < 4 or not own or own in name or bool(name and name in own)
