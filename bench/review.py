"""What a panel by a model takes: python bench/review.py [LEVEL]

A product of a short page, one of as much as is read of a page and one of as much as a pack holds, each reviewed by all critics through the real gateway
and reviewer, against a loopback server in this process whose model rates every field LEVEL (3: a score of 75, no narrow
one). First it writes facts that stand, then in every answer one that does not. Printed are calls,
tokens (characters of prompt, schema and answer, divided by four, as English has it) and the time beside one call's.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere, installed or not

from agents.gateway.ask import Gateway
from agents.gateway.pools import Deployment, Pool, Pools
from agents.gateway.purse import Limits, Purse
from agents.panel.evidence_pack import PACK_CHARS, PAGE_CHARS, Pack, evidence_pack
from agents.panel.judge import review_pack
from agents.panel.model_reviewer import ModelReviewer
from tests.model_server import Brain, Messages, ModelServer, said
from tests.review_brain import AT, HOMEPAGE, fact, reviewer, stored
from tools.settings import Settings
from tools.store import Store

CALL_S, CHARS_A_TOKEN = 0.5, 4
LINE = "<p>Rule {0} keeps {0} requests a minute for path number {0} and logs what it turns away.</p>"


def brain(level: int, faulty: bool, written: list[int]) -> Brain:
    """One that takes CALL_S an answer."""
    honest = reviewer(level)

    def answer(messages: Messages, body: dict[str, Any]) -> str:
        time.sleep(CALL_S)
        told = json.loads(honest(messages, body))
        first = next(iter(told))
        if faulty and not first.isdigit():
            told[first]["claims"].append(fact(1, "It answers 900 teams."))
        written.append(len(json.dumps(told)))
        return json.dumps(told)

    return answer


def tokens(texts: Sequence[int]) -> int:
    """Tokens of texts of so many characters."""
    return sum(texts) // CHARS_A_TOKEN


def repeated(pack: Pack, times: int) -> Pack:
    """The pack with its passages so many times over, numbered on."""
    passages = (replace(one, number=number) for number, one in enumerate(pack.passages * times, start=1))
    return replace(pack, passages=tuple(passages), hash=f"{pack.hash} {times}")


def main() -> int:
    level = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    lines = "".join(LINE.format(number) for number in range(2, PAGE_CHARS // 60))
    longest = HOMEPAGE.replace("</body>", f"{lines}</body>")
    pages = {
        "short page": (HOMEPAGE, 1),
        "longest page": (longest, 1),
        "full pack": (longest, PACK_CHARS // PAGE_CHARS),
    }
    print(f"{'product':<14} {'facts':<11} {'calls':>5} {'tokens in':>10} {'out':>7} {'time':>5}  (of one call)")
    for name, (html, times) in pages.items():
        for faulty in (False, True):
            written: list[int] = []
            with (
                tempfile.TemporaryDirectory() as folder,
                ModelServer(brain(level, faulty, written)) as server,
                Store.open(Path(folder) / "store.db", now=lambda: AT) as store,
            ):
                pools = Pools({"default": Pool("default", (Deployment("tiny", "tiny", server.url),))})
                pack = repeated(evidence_pack(store, stored(store, html)), times)
                with Gateway(pools, store, purse=Purse(store, Limits())) as door:
                    started = time.perf_counter()
                    review_pack(pack, ModelReviewer(door, Settings(), token="0123abcd"), Settings())
                    took = time.perf_counter() - started
                bodies = [one.body for one in server.asked]
            read = [
                sum(len(said(one)) for one in body["messages"]) + len(json.dumps(body["response_format"]))
                for body in bodies
            ]
            facts = "one struck" if faulty else "all stand"
            print(
                f"{name:<14} {facts:<11} {len(bodies):>5} {tokens(read):>10,} {tokens(written):>7,} {took / CALL_S:>5.1f}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
