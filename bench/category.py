"""How often a page is given a category, and how often that is right, by where it was read from; with 95 % intervals.

    python bench/category.py [--data FOLDER ...] [--untouched] [--misses]

Nothing is fitted to the pages, so that all of those that bench/train.py trains on are measured at once; but the words of
tools/page/words/categories.toml were written by somebody who had read them. --untouched: the sites that no choice was made
on; look seldom. An id that the list merged into another (`also`) counts as that one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.train import pages, table
from bench.train.pages import Page
from tools.models import Fact
from tools.page.categories import categories
from tools.page.extract import extract

MERGED = {old: key for key, category in categories().items() for old in category.also}


def given(page: Page) -> Fact | None:
    """The surest category read of a page; None where none is."""
    facts = [fact for fact in extract(page.html, page.url).facts if fact.field == "category"]
    return max(facts, key=lambda fact: fact.confidence, default=None)


def is_right(page: Page, fact: Fact) -> bool:
    gold = page.gold["category"]
    return fact.value == MERGED.get(gold, gold)


def print_figures(found: Sequence[tuple[Page, Fact | None]], misses: bool) -> None:
    """A line for each rung, and one for all."""
    for rung in ("jsonld", "text", ""):
        told = [(page, fact) for page, fact in found if fact is not None and (not rung or fact.rung == rung)]
        if told:
            right = table.share([is_right(page, fact) for page, fact in told], [page.group for page, _ in told])
            print(f"{rung or 'all':8} given on {len(told) / len(found):.3f} of {len(found)} pages, right {right}")
    for page, fact in found if misses else ():
        if fact is not None and not is_right(page, fact):
            print(f"  {page.id}: {fact.value}, gold {page.gold['category']}, by {fact.evidence[0].quote!r}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", metavar="FOLDER")
    parser.add_argument("--untouched", action="store_true")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    every, _ = pages.everything(options.data or [ROOT.parent / "shared"])
    known = [page for page in every if page.untouched == options.untouched and page.gold.get("category")]
    print_figures([(page, given(page)) for page in known], options.misses)


if __name__ == "__main__":
    main()
