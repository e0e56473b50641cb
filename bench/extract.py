"""How well and how fast pages are read: a corpus folder's own scorer over us and over peers, on the same pages.

    python bench/extract.py [FOLDER] [--records FILE] [--sites] [--misses] [--no-peers]
                                            default folder: ../shared/corpus beside the repository

FOLDER holds score.py and manifest.jsonl; prices.jsonl, urls.jsonl and robots/ are scored where they are there. Intervals
are bootstrapped over sites (95 %). Peers run in environments of their own (bench/peers.py): a baseline of trafilatura,
extruct, price-parser and keyword rules (bench/baseline.py), and metascraper where node and npm are.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import batch, scoring
from bench.peers import NODE, peers_node, peers_python
from tools.page.decode import decode
from tools.page.extract import extract

HERE = Path(__file__).resolve().parent
OURS, BASELINE = "Scout", "baseline"
# How the costs are called, and the aims: most that the first may be of the second, at the median.
WHOLE, PARSE, EQUAL = "Scout, the whole ladder", "the bare parse (lexbor)", "the baseline, both with its rules"
AIMS, MOST_MS = {PARSE: 12.0, EQUAL: 0.15}, 50.0
TASKS = {"prices": "prices.jsonl", "urls": "urls.jsonl", "robots": "robots/cases.jsonl"}


def items_of(folder: Path, rows: Sequence[scoring.Row]) -> list[dict[str, Any]]:
    """The documents as the batch protocol asks for them."""
    return [
        {"id": row["id"], "input": str((folder / row["file"]).resolve()), "url": row["url"] or "", "kind": row["kind"]}
        for row in rows
    ]


def ours(items: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Our record of every document."""
    return {item["id"]: batch.page({**item, "input": Path(item["input"])}) for item in items}


def held_out(path: Path) -> dict[str, dict[str, Any]]:
    """Our records by page, as bench/train.py wrote them."""
    found = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {record.pop("id"): record for record in found}


def theirs(command: list[str], items: Sequence[dict[str, Any]], where: Path) -> dict[str, dict[str, Any]]:
    """A peer's record of every document, and under "cpu" what its reading costs. Errors: SystemExit."""
    asked = "".join(json.dumps(item) + "\n" for item in items)
    done = subprocess.run([*command, "--cpu"], input=asked, capture_output=True, text=True, cwd=where, check=False)
    if done.returncode:
        raise SystemExit(f"{command[-1]} failed: {done.stderr.strip()[-300:]}")
    return {found.pop("id"): found for found in map(json.loads, done.stdout.splitlines())}


def readers(items: Sequence[dict[str, Any]], peers: bool) -> tuple[dict[str, scoring.Answers], dict[str, list[float]]]:
    """Answers of every reader that is here, ours first, and CPU milliseconds a page of every peer."""
    answers: dict[str, scoring.Answers] = {OURS: ours(items)}
    costs: dict[str, list[float]] = {}
    if peers and (python := peers_python()):
        found = theirs([str(python), str(HERE / "baseline.py")], items, ROOT)
        costs |= found.pop("cpu")["ms"]
        answers[BASELINE] = found
    if peers and (node := peers_node()):
        found = theirs([str(node), str(HERE / "metascraper" / "read.mjs")], items, NODE)
        costs["metascraper"] = found.pop("cpu")["ms"]
        answers["metascraper"] = found
    return answers, costs


def timed(read: Callable[[str, str], object], pages: Sequence[tuple[str, str]]) -> list[float]:
    """CPU milliseconds of each page: the median of five readings."""
    read(*pages[0])
    costs = []
    for text, url in pages:
        spent = []
        for _ in range(5):
            started = time.process_time()
            read(text, url)
            spent.append(1e3 * (time.process_time() - started))
        costs.append(statistics.median(spent))
    return costs


def print_figures(
    title: str, found: Mapping[str, Mapping[str, scoring.Figure]], answers: Mapping[str, scoring.Answers]
) -> None:
    """A line a figure, a column a reader; "-" where a reader has no such field."""
    print(f"\n{title:44}{'n':>4}  " + "".join(f"{name:24}" for name in found) + "says nothing")
    for what, first in found[OURS].items():
        cells = [
            str(figures[what]) if what in figures and scoring.answered(what, answers[name]) else "-"
            for name, figures in found.items()
        ]
        floor = "" if first.floor is None else f"{first.floor:.3f}"
        print(f"  {what:42}{first.n:4}  {''.join(f'{cell:24}' for cell in cells)}{floor}".rstrip())


def print_tasks(folder: Path, python: Path | None) -> None:
    """Price strings, addresses and robots cases; price-parser beside us on the strings."""
    for name, file in TASKS.items():
        if not (folder / file).exists():
            continue
        found = {OURS: scoring.task(folder, name, f"{sys.executable} {HERE / 'batch.py'}")}
        if name == "prices" and python:
            found["price-parser"] = scoring.task(folder, name, f"{python} {HERE / 'baseline.py'}")
        print_figures(name, found, {reader_name: {} for reader_name in found})


def print_cost(folder: Path, rows: Sequence[scoring.Row], peers: Mapping[str, list[float]]) -> None:
    """CPU milliseconds a page: ours, the parser alone, the peers."""
    pages = [(decode((folder / row["file"]).read_bytes())[0], row["url"] or "") for row in rows]
    costs = {
        WHOLE: timed(extract, pages),
        PARSE: timed(lambda text, _: LexborHTMLParser(text), pages),
        **peers,
    }
    print(f"\n{'CPU ms a page':44}{'n':>4}  {'median':>8}{'99 %':>8}")
    for name, spent in costs.items():
        print(f"  {name:42}{len(spent):4}  {statistics.median(spent):8.2f}{_most(spent):8.2f}")
    for name, aim in AIMS.items():
        if name in costs:
            ratio = statistics.median(costs[WHOLE]) / statistics.median(costs[name])
            print(f"  {ratio:.2f} times {name}, aim at most {aim:g}: {'met' if ratio <= aim else 'NOT MET'}")
    most = _most(costs[WHOLE])
    print(f"  {most:.0f} ms at 99 %, aim at most {MOST_MS:g}: {'met' if most <= MOST_MS else 'NOT MET'}")


def _most(spent: Sequence[float]) -> float:
    """What 99 % of the pages cost at most."""
    return sorted(spent)[min(len(spent) - 1, int(0.99 * len(spent)))]


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--sites", action="store_true", help="every site, worst first, not only those with a miss")
    parser.add_argument("--misses", action="store_true", help="every value that is not as the gold has it")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="ours only")
    parser.add_argument("--records", type=Path, help="ours as bench/train.py --records wrote them: by heads that have not seen the page")  # fmt: skip
    options = parser.parse_args()
    if not (options.folder / "manifest.jsonl").exists():
        raise SystemExit(f"{options.folder} holds no manifest.jsonl; give the folder of a corpus.")
    return options


def main() -> None:
    """Print everything."""
    options = arguments()
    folder = options.folder.resolve()
    score, rows = scoring.scorer_of(folder), scoring.rows_of(folder)
    answers, peer_costs = readers(items_of(folder, rows), options.peers)
    if options.records:
        answers[OURS] = {**answers[OURS], **held_out(options.records)}
    for kind in scoring.KINDS:
        chosen = [row for row in rows if row["kind"] == kind]
        if chosen:
            found = {name: scoring.figures(score, kind, chosen, said) for name, said in answers.items()}
            print_figures(f"{kind}, {len(chosen)} documents", found, answers)
    print_tasks(folder, peers_python() if options.peers else None)
    products, said = [row for row in rows if row["kind"] == "product"], answers[OURS]
    print("\nby site, worst first: mean over fields")
    for site, mean, fields in scoring.by_site(score, products, said):
        missed = {field: round(share, 2) for field, share in fields.items() if share < 1}
        if missed or options.sites:
            print(f"  {mean:.3f}  {site:30} {missed or ''}".rstrip())
    print("\nby confidence: share right of the facts and prices stated with it")
    for band, n, share in scoring.by_confidence(score, products, said):
        print(f"  {band}  {share:.3f}  n={n}")
    if options.misses:
        print("\nmisses of product pages")
        print("\n".join(f"  {line}" for line in scoring.misses(score, products, said)))
    print_cost(folder, rows, peer_costs)


if __name__ == "__main__":
    main()
