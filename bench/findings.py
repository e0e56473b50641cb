"""CPU time that the findings of one product take: python bench/findings.py [--peers N] [--against REVISION]

A made-up product whose every kind of finding has something to say, beside N peers (200: the most a store hands out), all
kinds found REPEATS times. `--against` also runs, in a process of its own, the signals that a revision of this repository
had in their place, over the same pages: 1959359 is the last one with them.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run from anywhere, installed or not

from agents.panel.findings import Case, findings_of, kinds
from tests.made_products import DAY, Product, peer

REPEATS = 50
LINES = [
    f"Rule {n} keeps {n} requests a minute for path number {n} and logs what it turns away." for n in range(2, 150)
]
OLD = """
import json, statistics, sys, time
from datetime import UTC, datetime
from agents.panel.signals import find_signals
from tools.models import Passage
given = json.load(sys.stdin)
passages = [Passage(n, text, "https://x.example/", "visible", "p", datetime.now(UTC), "homepage") for n, text in enumerate(given["texts"], 1)]
took = []
for _ in range(given["repeats"]):
    started = time.process_time()
    find_signals(passages, name="Gantryline")
    took.append(time.process_time() - started)
print(statistics.median(took))
"""


def made(peers: int) -> Case:
    """A case of a talkative product: all that a dossier can hold, and many to compare it with."""
    product = (
        Product("Gantryline")
        .plan("Hobby", "0", "Hobby is free for 5 projects")
        .plan("Pro", "7", "Pro costs $7 a month")
        .states("free_limit", "Hobby is free for 5 projects", "pricing", value="5 projects")
        .states("export", "Export everything as a tar file at any time.")
        .states("self_host", "Run it on your own machines.")
        .licensed("Apache-2.0")
        .read("terms")
        .measure(stars=3100, pushed_at=DAY - 2)
        .measure("releases", released_at=DAY - 9, releases_365d=18, releases_730d=25)
        .launch(540, [float(n % 90) for n in range(2_000)])
        .line("docs", *LINES)
        .comments(
            *(
                f"Comment {n}: my deploy of a large repository never finishes on day {n}."
                if n % 5 == 0
                else f"Comment {n}: we moved {n} services over, and I wonder what becomes of the logs after a month."
                for n in range(40)
            )
        )
    )
    numbers = {"stars": 10, "downloads_30d": 90, "released_at": DAY - 40, "releases_365d": 6}
    product.among(*(
        peer(f"Peer{n}", str(5 + n % 60), rival=n < 6, licence="MIT" if n % 3 else None, topics="export api sso refund self_host",
             limit=f"{1 + n % 9} projects", **{name: value + n % 50 for name, value in numbers.items()})
        for n in range(peers)
    ))  # fmt: skip
    pack = product.pack()
    own = tuple(passage for passage in pack.passages if passage.trust != "store")
    return Case(pack.document, pack.dossier, pack.standing, own, pack.as_of, pack.ended)


def fresh(case: Case) -> Case:
    """The same case with nothing worked out yet."""
    return Case(case.document, case.dossier, case.standing, case.passages, case.as_of, case.ended)


def milliseconds(case: Case) -> tuple[float, dict[str, float]]:
    """The median of all kinds together, and of each kind alone."""
    took = []
    for _ in range(REPEATS):
        one = fresh(case)
        started = time.process_time()
        findings_of(one)
        took.append(time.process_time() - started)
    alone = {}
    for name, kind in kinds().items():
        one, started = fresh(case), time.process_time()
        list(kind.find(one))
        alone[name] = 1_000 * (time.process_time() - started)
    return 1_000 * statistics.median(took), alone


def before(case: Case, revision: str) -> float:
    """Milliseconds that the signals of a revision take over the same passages."""
    archive = subprocess.run(
        ["git", "archive", revision, "agents", "tools"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        given = json.dumps(
            {"texts": [passage.text for passage in case.passages if passage.trust == "own"], "repeats": 5}
        )
        told = subprocess.run([sys.executable, "-c", OLD], cwd=folder, env={"PYTHONPATH": folder}, input=given, text=True, check=True, capture_output=True)  # fmt: skip
    return 1_000 * float(told.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--peers", type=int, default=200)
    parser.add_argument("--against", default="", help="a revision that still has agents/panel/signals.py")
    arguments = parser.parse_args()
    case = made(arguments.peers)
    findings, _ = findings_of(case)
    whole, alone = milliseconds(case)
    slowest = ", ".join(f"{name} {alone[name]:.2f}" for name in sorted(alone, key=lambda name: -alone[name])[:4])
    print(
        f"findings of a product  {whole:6.2f} ms  n={REPEATS}, {arguments.peers} peers, {len(findings)} findings; slowest alone: {slowest}"
    )
    if arguments.against:
        old = before(case, arguments.against)
        print(f"signals of {arguments.against}     {old:6.2f} ms  the same pages; {old / whole:.1f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
