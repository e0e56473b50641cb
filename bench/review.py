"""What a panel by a model takes: python bench/review.py [LEVEL]

A product of a short page, one of as much as is read of a page and one of as much as a pack holds, each reviewed by all critics through the real gateway
and reviewer, against a loopback server in this process whose model rates every field LEVEL (3: a score of 75, no narrow
one) and is offered look-ups. First it writes facts that stand, then in every answer one that does not, then one field
without a fact that stands in two of six answers, which are asked to be repaired, then every critic looks three things up
at once. Printed are calls, tokens (characters of messages, tools, schema and answer, divided by four, as English has it),
the share of them with which the six prompts begin alike (endpoints charge less for it) and the time beside one call's.
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
from agents.gateway.chat import ToolCall, told_calls
from agents.gateway.pools import Deployment, Pool, Pools
from agents.gateway.purse import Limits, Purse
from agents.panel.evidence_pack import PACK_CHARS, PAGE_CHARS, Pack, evidence_pack
from agents.panel.judge import review_pack
from agents.panel.lookups import Lookups
from agents.panel.model_reviewer import ModelReviewer
from tests.model_server import Brain, Messages, ModelServer, said
from tests.review_brain import AT, HOMEPAGE, fact, reviewer, sentences, stored
from tools.dossier import Peer, Standing
from tools.settings import Settings
from tools.store import Store

CALL_S, CHARS_A_TOKEN = 0.5, 4
RIVALS = tuple(
    Peer(f"rival-{n}", f"Rival {n}", "api", "product", True, "freemium", "MIT", str(8 + n), "USD", "seat", n > 2, None)
    for n in range(6)
)
LINE = "<p>Rule {0} keeps {0} requests a minute for path number {0} and logs what it turns away.</p>"


ALL_STAND, STRUCK, REPAIRED, LOOKED_UP = "all stand", "one struck", "two repaired", "look-ups"
LOOKS = tuple(ToolCall(str(number), "search_products", '{"query": "gate"}') for number in range(3))


def brain(level: int, how: str, written: list[int]) -> Brain:
    """One that takes CALL_S an answer."""
    honest = reviewer(level)
    faulty: set[str] = set()

    def answer(messages: Messages, body: dict[str, Any]) -> str:
        time.sleep(CALL_S)
        if how == LOOKED_UP and messages[-1]["role"] != "tool":
            written.append(len(told_calls(LOOKS)))
            return told_calls(LOOKS)
        told = json.loads(honest(messages, body))
        first = next(iter(told))
        wrong = fact("1.1", "It answers 900 teams.")
        if how == STRUCK and not first.isdigit():
            told[first]["claims"].append(wrong)
        if how == REPAIRED and not first.isdigit() and len(faulty) < 2:
            faulty.add(first)
            told[first]["claims"] = [wrong]
        if first.isdigit():
            told = dict.fromkeys(told, fact(*sentences(messages)[0]))
        written.append(len(json.dumps(told)))
        return json.dumps(told)

    return answer


def read_by(body: dict[str, Any]) -> str:
    """All that a request has a model read: its messages, then tools and form."""
    rest = (
        json.dumps([body.get("tools"), body["response_format"]])
        if "tools" in body
        else json.dumps(body["response_format"])
    )
    return "".join(said(one) for one in body["messages"]) + rest


def alike(texts: Sequence[str]) -> float:
    """The share of all texts with which they begin alike."""
    same = next(place for place, letters in enumerate(zip(*texts, strict=False)) if len(set(letters)) > 1)
    return len(texts) * same / sum(map(len, texts))


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
    print(
        f"{'product':<14} {'facts':<12} {'calls':>5} {'tokens in':>10} {'alike':>6} {'out':>7} {'time':>5}  (of one call)"
    )
    for name, (html, times) in pages.items():
        for how in (ALL_STAND, STRUCK, REPAIRED, LOOKED_UP):
            written: list[int] = []
            with (
                tempfile.TemporaryDirectory() as folder,
                ModelServer(brain(level, how, written)) as server,
                Store.open(Path(folder) / "store.db", now=lambda: AT) as store,
            ):
                pools = Pools({"default": Pool("default", (Deployment("tiny", "tiny", server.url),))})
                pack = replace(
                    repeated(evidence_pack(store, stored(store, html)), times), standing=Standing("api", RIVALS)
                )
                with Gateway(pools, store, purse=Purse(store, Limits())) as door:
                    started = time.perf_counter()
                    model = ModelReviewer(door, Settings(), token="0123abcd", lookups=Lookups(store))
                    review_pack(pack, model, Settings())
                    took = time.perf_counter() - started
                bodies = [one.body for one in server.asked]
            read = [read_by(body) for body in bodies]
            first = [text for text, body in zip(read, bodies, strict=True) if len(body["messages"]) == 2]
            print(
                f"{name:<14} {how:<12} {len(bodies):>5} {tokens([len(text) for text in read]):>10,} {alike(first):>6.0%} "
                f"{tokens(written):>7,} {took / CALL_S:>5.1f}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
