"""Budgets in money: per call, per run and per UTC day. What would pass one is not called.

Before a call nobody knows its cost, so its bound is held against the budget: every two bytes of the prompt a token, a
picture 4,000, and as many tokens of answer as are allowed. After the call the ledger knows; the bound of a call whose
cost stays unknown (it timed out) counts as spent while this program runs. Calls that another program has under way
are not seen until they end.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from agents.gateway.chat import Prompt
from agents.gateway.pools import Deployment, Usage
from tools.errors import BudgetSpent
from tools.settings import Settings
from tools.store import Store

BYTES_A_TOKEN = 2  # English has 4 to 5, code 3, Chinese 3 at one or two tokens a character
TOKENS_A_PICTURE = 4_000
MAX_TOKENS = 4_096  # of an answer to a prompt that sets no limit of its own, where a budget needs one


@dataclass(frozen=True, slots=True)
class Limits:
    """Most that may be spent, in USD; 0: no limit."""

    call: Decimal = Decimal(0)
    run: Decimal = Decimal(0)
    day: Decimal = Decimal(0)

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings name."""
        return cls(*(Decimal(str(settings.__getattr__(f"model_budget_{span}"))) for span in ("call", "run", "day")))

    def __bool__(self) -> bool:
        return bool(self.call or self.run or self.day)


class Purse:
    """Holds the bound of a call before it is made, lets go of it after. Usable from threads."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store, self._limits = store, limits
        self._lock = threading.Lock()
        self._held: defaultdict[str, Decimal] = defaultdict(Decimal)  # by run, in USD

    def bounded(self, prompt: Prompt) -> Prompt:
        """The prompt with a limit to its answer, where a budget needs one."""
        return replace(prompt, max_tokens=MAX_TOKENS) if self._limits and prompt.max_tokens is None else prompt

    def hold(self, run: str, deployment: Deployment, prompt: Prompt) -> Decimal:
        """Hold what this call may cost at most, in USD. Errors: BudgetSpent when it would pass a limit."""
        if not self._limits:
            return Decimal(0)
        if deployment.price is None:
            raise BudgetSpent(
                f"{deployment.name} has no known price, and a budget is set; give it a price in the models file"
            )
        bound = deployment.price.of(largest_usage(prompt))
        with self._lock:
            self._refuse("a call", self._limits.call, bound, Decimal(0))
            if self._limits.run and run:
                self._refuse("a run", self._limits.run, bound, self._store.spent(run)[0] + self._held[run])
            if self._limits.day:
                day = self._store.spent(since=_midnight(self._store.now()))[0]
                self._refuse("a day", self._limits.day, bound, day + sum(self._held.values(), Decimal(0)))
            self._held[run] += bound
        return bound

    def let_go(self, run: str, bound: Decimal) -> None:
        """The call's cost stands in the ledger now."""
        with self._lock:
            self._held[run] -= bound

    @staticmethod
    def _refuse(span: str, limit: Decimal, bound: Decimal, spent: Decimal) -> None:
        if limit and spent + bound > limit:
            raise BudgetSpent(
                f"{limit.normalize():f} USD {span}; spent or under way are {spent:.6f}, and this call may cost {bound:.6f}"
            )


def largest_usage(prompt: Prompt) -> Usage:
    """The most tokens that a prompt may take."""
    tokens_in = prompt.size_bytes // BYTES_A_TOKEN + 1 + TOKENS_A_PICTURE * prompt.images
    return Usage(tokens_in, prompt.max_tokens or MAX_TOKENS)


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
