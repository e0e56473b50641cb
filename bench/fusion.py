"""What fusion costs beside one model, in time and in tokens: python bench/fusion.py [REVIEWS]

One review by one model, and by each fusion mode over three, through the real gateway and reviewer, against a loopback
server in this process. An answer takes (FIRST_S + TOKEN_S a word) times a lognormal draw of spread SIGMA: half a
second to the first token and 50 tokens a second, as hosted models of middle size do, run SPEED times as fast so that
the bench ends. All modes meet the same products in turn. Printed are ratios to one model; nothing is quoted.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere, installed or not

from agents.gateway.ask import Gateway
from agents.gateway.pools import Deployment, Pool, Pools, Price
from agents.gateway.purse import Limits, Purse
from agents.panel.evidence_pack import evidence_pack
from agents.panel.fusion import MODES
from agents.panel.model_reviewer import ModelReviewer
from tests.model_server import Messages, ModelServer
from tests.review_brain import AT, HOMEPAGE, reviewer, stored
from tools.personas import persona
from tools.settings import Settings
from tools.store import Store

FIRST_S, TOKEN_S, SIGMA, SPEED = 0.5, 0.02, 0.4, 20
MEMBERS = ("first", "second", "third")


@dataclass
class Taken:
    """What the reviews of one mode took."""

    seconds: list[float] = field(default_factory=list)
    calls: int = 0
    tokens: int = 0


def delayed(draws: random.Random) -> Any:
    """An honest brain that takes its time."""
    honest = reviewer(4, "longer")

    def brain(messages: Messages, body: dict[str, Any]) -> str:
        answer = honest(messages, body)
        time.sleep((FIRST_S + TOKEN_S * len(answer.split())) * draws.lognormvariate(0, SIGMA) / SPEED)
        return answer

    return brain


def pools(url: str, *names: str) -> Pools:
    """These models in the pool for reviews."""
    price = Price(Decimal(1), Decimal(2))
    members = tuple(Deployment(name, name, url, price=price) for name in names)
    return Pools({"review": Pool("review", members)})


def measure(reviews: int) -> dict[str, Taken]:
    """What each mode took over the same products; "" is one model."""
    found = {mode: Taken() for mode in ("", *MODES)}
    builder, settings = persona("builder"), Settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        ModelServer(delayed(random.Random(20_261_121))) as server,
        Store.open(Path(folder) / "store.db", now=lambda: AT) as store,
    ):
        single, every = pools(server.url, MEMBERS[0]), pools(server.url, *MEMBERS)
        for number in range(reviews):
            pack = evidence_pack(store, stored(store, HOMEPAGE.replace("8080", str(8_000 + number))))
            for mode, taken in found.items():
                # a store of its own a review: a prompt with a stored answer is not asked again
                with Store.open(Path(folder) / f"{number}{mode}.db") as ledger:
                    door = Gateway(every if mode else single, ledger, purse=Purse(ledger, Limits()))
                    asked, used = len(server.asked), len(server.usage)
                    with door:
                        model = ModelReviewer(door, settings, mode=mode, token="0123abcd")
                        started = time.perf_counter()
                        review = model.review(builder, pack)
                        taken.seconds.append(time.perf_counter() - started)
                    assert review.score is not None
                    taken.calls += len(server.asked) - asked
                    taken.tokens += sum(one["total_tokens"] for one in server.usage[used:])
    return found


def main() -> int:
    reviews = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    found = measure(reviews)
    one = found[""]
    median = statistics.median(one.seconds)
    print(f"one model: median {median * SPEED:.1f} s a review at the delays of the docstring, n={reviews}")
    print(
        f"{'mode':<10} {'median':>8} {'mean':>8} {'p95':>8} {'tokens':>8} {'calls':>8}   times one model; calls a review"
    )
    for mode, taken in found.items():
        ratios = (
            statistics.median(taken.seconds) / median,
            statistics.fmean(taken.seconds) / statistics.fmean(one.seconds),
            _p95(taken.seconds) / _p95(one.seconds),
            taken.tokens / one.tokens,
        )
        cells = " ".join(f"{ratio:>8.2f}" for ratio in ratios)
        print(f"{mode or 'one model':<10} {cells} {taken.calls / reviews:>8.1f}")
    return 0


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
