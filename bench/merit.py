"""Merit is a gate: does the panel's score follow planted merit, and not how much a landing page says?

    python bench/merit.py [--seed 1 --seed 2] [--products 72] [--misses] [--keep FOLDER]
    python bench/merit.py --truth [--seed 1]

A made-up world (tests/merit_world.py): products of six categories, half of them good and half bad, crossed with talkative
and terse landing pages. Merit shows where it would show: prices and their history, limits, licence, terms, releases,
numbers, comments; noisily, and not everywhere. The world is served in the shapes of the real services and crawled on two
days by the jobs a user runs, without a browser, into a temporary store; then `scout review` reviews it. Printed with 95 %
intervals (bootstrap over products): how the score goes with merit, and with length.

A product without a score is neither good nor bad: the first AUC and the correlations are over the scored, the share of
the unscored stands below by merit. Several seeds are pooled. Every stored finding is checked against what was planted
(tests/merit_check.py), and what was planted is counted as found or not. --misses lists what is not so, what was not found,
and the ten worst misjudged products with what was said of them. --truth prints what is planted, and crawls nothing.
Exit code 1 where a goal is missed. Needs the command openssl.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import merit_cast
import merit_check
import merit_score
import merit_world
from merit_check import Checked
from merit_score import Judged

from jobs.review import sweep
from tools.store import Store


def main() -> int:
    """Run it; 1 where a goal is missed."""
    args = _arguments()
    seeds = args.seed or [1]
    if args.truth:
        for seed in seeds:
            print_truth(seed, args.products)
        return 0
    told = [run(seed, args.products, args.keep) for seed in seeds]
    rows = [row for judged, _ in told for row in judged]
    findings = [finding for _, checked in told for finding in checked]
    print_figures(rows)
    print_shares(rows)
    print_worth(rows)
    print_findings(rows, findings, args.misses)
    print_heard(rows, args.misses)
    if args.misses:
        print_misses(rows)
    return 0 if _meets(rows) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, action="append", help="another world; may be given several times")
    parser.add_argument("--products", type=int, default=merit_cast.LEAST_PRODUCTS, help="at least so many a world")
    parser.add_argument("--misses", action="store_true", help="the ten worst misjudged, with what was said of them")
    parser.add_argument("--truth", action="store_true", help="print what is planted, and crawl nothing")
    parser.add_argument("--keep", type=Path, help="keep the stores in this folder")
    return parser.parse_args()


def run(seed: int, products: int, keep: Path | None) -> tuple[list[Judged], list[Checked]]:
    """Crawl and review the world of a seed: its products as judged, and their findings as checked."""
    with contextlib.ExitStack() as stack:
        folder = keep / f"seed{seed}" if keep else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=False) if keep else None
        world = merit_world.world(seed, time.time(), products)
        began = time.monotonic()
        path, settings = merit_world.visited(world, folder)
        crawled = time.monotonic()
        sweep(path, settings)
        ended = time.monotonic()
        told = (
            f"crawled in {crawled - began:.0f} s with {len(world.ledger)} requests, reviewed in {ended - crawled:.0f} s"
        )
        print(f"seed {seed}: {len(world.cast.products)} products, {told}", file=sys.stderr, flush=True)
        with Store.open(path) as store:
            rows = merit_score.judged(world, store.documents())
        return rows, list(merit_check.checked(world, rows))


def _meets(rows: Sequence[Judged]) -> bool:
    figures = merit_score.figures(rows)
    (merit, auc), (length, r) = figures[merit_score.AUC], figures[merit_score.LENGTH]
    return auc(merit) >= merit_score.LEAST_AUC and abs(r(length)) <= merit_score.MOST_LENGTH


def print_figures(rows: Sequence[Judged]) -> None:
    """A line a figure."""
    goals = {merit_score.AUC: f">= {merit_score.LEAST_AUC}", merit_score.LENGTH: f"within +-{merit_score.MOST_LENGTH}"}
    print("| figure | value | 95 % | n | goal |\n|---|---|---|---|---|")
    for name, (told, figure) in merit_score.figures(rows).items():
        low, high = merit_score.interval(told, figure)
        print(f"| {name} | {figure(told):.3f} | {low:.3f} to {high:.3f} | {len(told)} | {goals.get(name, '')} |")


def print_shares(rows: Sequence[Judged]) -> None:
    """The verdicts of each group."""
    found = merit_score.shares(rows)
    columns = list(next(iter(found.values())))
    print(f"\n| | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name, by in found.items():
        print(f"| {name} | {' | '.join(f'{by[column]:.2f}' for column in columns)} |")


def print_worth(rows: Sequence[Judged]) -> None:
    """What scores were worth, by their bands."""
    print("\n| critics' scores | n | mean | share on good products |\n|---|---|---|---|")
    for band, n, mean, good in merit_score.worth(rows):
        print(f"| {band} | {n} | {mean:.0f} | {good:.2f} |")


def print_findings(rows: Sequence[Judged], findings: Sequence[Checked], misses: bool) -> None:
    """How many findings are so, of those that the world can tell; by kind, with those that are not."""
    if not findings:
        return
    told = [one for one in findings if one.true is not None]
    right = sum(one.true is True for one in told)
    print(f"\nfindings: {len(findings)}, told by the world {len(told)}, true of those {right / max(1, len(told)):.3f}")
    for kind in sorted({one.finding.kind for one in findings}):
        same = [one for one in findings if one.finding.kind == kind]
        wrong = [one for one in same if one.true is False]
        unsure = sum(one.true is None for one in same)
        print(f"  {kind}: {len(same)}, not so {len(wrong)}, not told {unsure}, AUC alone {_alone(rows, same):.2f}")
        for one in wrong if misses else ():
            print(f"    {one.row.product.name}: {one.finding.text}")


def _alone(rows: Sequence[Judged], findings: Sequence[Checked]) -> float:
    """How well one kind of finding alone tells good from bad, by direction and strength; no finding is 0."""
    said: dict[int, float] = defaultdict(float)
    for one in findings:
        said[id(one.row)] += one.finding.direction * one.finding.strength
    return merit_score.auc([(row.product.truth.latent, said[id(row)]) for row in rows])


def print_heard(rows: Sequence[Judged], misses: bool) -> None:
    """How many of the planted signs were found; the words that were not, and how often."""
    print("\nfound of what is planted and can be read:")
    for name, told in merit_check.heard(rows).items():
        print(f"  {name}: {sum(found for found, _ in told)} of {len(told)}")
        missed = Counter(text for found, text in told if not found) if misses else Counter[str]()
        for text, many in missed.most_common():
            print(f"    {many} x {text}")


def print_misses(rows: Sequence[Judged]) -> None:
    """The worst misjudged, what was planted, and what was said."""
    for row, wrong in merit_score.misjudged(rows):
        truth, panel = row.product.truth, row.document.panel if row.document else None
        merit = "good" if row.good else "bad"
        print(
            f"\n{row.product.name}: {merit} ({truth.latent:+.2f}), scored {row.score} ({row.verdict}), ahead of {wrong:.0%} of all on the wrong side"
        )
        print(f"  planted: {_signs(row.product)}")
        for finding in panel.findings if panel else ():
            print(f"  {finding.direction:+d} {finding.strength:.2f} {finding.kind}: {finding.text}")
        for review in panel.reviews.values() if panel and not panel.findings else ():
            print(f"  {review.persona} {review.score}: {review.text or review.abstain_reason}")


def print_truth(seed: int, products: int) -> None:
    """A line a product: what it is, and every planted sign with its weight."""
    world = merit_world.world(seed, 0.0, products)
    print(
        f"seed {seed}; a sign in brackets cannot be read\nkey | category | latent | page | built as | characters | readable | signs"
    )
    for row in merit_score.judged(world, ()):
        product, truth = row.product, row.product.truth
        talk = "talkative" if truth.talkative else "terse"
        cells = [product.key, truth.field.category, f"{truth.latent:+.2f}", talk, product.template, str(row.length)]
        print(" | ".join([*cells, f"{merit_cast.readable(product):+.1f}", _signs(product)]))


def _signs(product: merit_cast.MeritProduct) -> str:
    told = []
    for name, sign in merit_cast.signals(product).items():
        text = f"{name} {sign.value} ({sign.weight:+.1f})"
        told.append(text if sign.shown == "shown" else f"[{text}, {sign.shown}]")
    return ", ".join(told)


if __name__ == "__main__":
    sys.exit(main())
