"""Who says the same on a launch: over made-up threads (examples/threads.toml), counted on both of their halves.

python tests/test_agents_voices.py [--misses]
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from made_products import Product, peer

from agents.panel.evidence_pack import Pack

THREADS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("examples").joinpath("threads.toml").read_text(encoding="utf-8")
)["thread"]
LOOKED_AT, ASIDE = THREADS[::2], THREADS[1::2]
KINDS = ("trouble", "praise")


def pack_of(thread: dict[str, Any]) -> Pack:
    product = Product(thread["product"], tagline=thread["tagline"])
    product.comments(*thread["said"], maker=thread.get("maker", ()))
    return product.among(*(peer(name, rival=True) for name in thread.get("rivals", ()))).pack()


def told_by(pack: Pack, thread: dict[str, Any], kind: str) -> list[set[int]]:
    """Of each finding of a kind, the numbers of the comments that it counts; 0 for the maker's."""
    texts = {" ".join(text.split()): number for number, text in enumerate(thread["said"], start=1)}
    found = []
    for finding in pack.findings:
        if finding.kind == kind:
            passages = [pack.passage(cited.passage) for cited in finding.citations]
            found.append({texts.get(" ".join(one.text.split()), 0) for one in passages if one})
    return found


def outcomes(threads: list[dict[str, Any]], kind: str) -> Iterator[tuple[str, str]]:
    """Each thread by its product: right, wrong, missed or quiet."""
    for thread in threads:
        planted, pack = set(thread.get(kind, ())), pack_of(thread)
        told = told_by(pack, thread, kind)
        if any(not numbers <= planted for numbers in told):
            yield thread["product"], "wrong"
        else:
            yield thread["product"], "right" if told else "missed" if planted else "quiet"


def shares(threads: list[dict[str, Any]], kind: str) -> tuple[float, float]:
    """Precision and recall of a kind over threads."""
    many = Counter(outcome for _, outcome in outcomes(threads, kind))
    planted = sum(kind in thread for thread in threads)
    return many["right"] / max(1, many["right"] + many["wrong"]), many["right"] / planted


def test_the_threads_are_many_and_half_of_them_repeat_something() -> None:
    repeating = [thread for thread in THREADS if any(thread.get(kind) for kind in KINDS)]
    assert len(THREADS) >= 60
    assert 0.4 <= len(repeating) / len(THREADS) <= 0.6
    assert len({thread["product"] for thread in THREADS}) == len(THREADS)


if __name__ == "__main__":
    for kind in KINDS:
        for half, threads in (("looked at", LOOKED_AT), ("kept aside", ASIDE)):
            precision, recall = shares(threads, kind)
            counts = dict(sorted(Counter(outcome for _, outcome in outcomes(threads, kind)).items()))
            print(f"{kind}, {half}: precision {precision:.2f}, recall {recall:.2f}, {counts}")
    if "--misses" in sys.argv:
        for kind in KINDS:
            for product, outcome in outcomes(LOOKED_AT, kind):
                if outcome in ("wrong", "missed"):
                    thread = next(one for one in LOOKED_AT if one["product"] == product)
                    print(f"\n{kind} {outcome}: {product} {thread.get(kind, thread.get('why'))}")
                    print(*(f"    {one.text}" for one in pack_of(thread).findings if one.kind == kind), sep="\n")
