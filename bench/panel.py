"""The figures of `scout panel stats` for panels made anew, and how many reviews are written a second.

    python bench/panel.py store.db [--json] [--keep OUT.db]

Copies the store, reviews every product of the copy by the rules and prints the figures of those panels: so a change to
a kind of finding is seen before anything is stored. `--keep` leaves the copy, to be read with `scout show`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere, installed or not

from agents.panel.judge import review_product
from agents.panel.rules import RulesReviewer
from jobs.panel import as_rows, stats
from tools.settings import Settings
from tools.store import Store
from tools.views.panel_figures import Figure


def review_all(store: Store, settings: Settings) -> Figure:
    """A panel of every product, kept beside the ones it had; reviews a second, packs and writing included."""
    slugs = [document.slug for document in store.documents()]
    started = time.perf_counter()
    for slug in slugs:
        store.request_review(slug, "figures", "bench")
        review_product(store, slug, RulesReviewer(), settings)
    reviews = 6 * len(slugs)
    return Figure("reviews a second", reviews / (time.perf_counter() - started), reviews, "reviews")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("store", type=Path, help="path of a store.db; it is only copied")
    parser.add_argument("--json", action="store_true", help="one JSON object a figure")
    parser.add_argument("--keep", type=Path, help="where the reviewed copy is left")
    arguments = parser.parse_args()
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        copy = arguments.keep or Path(folder) / "store.db"
        shutil.copyfile(arguments.store, copy)
        with Store.open(copy) as store:
            found = [review_all(store, settings), *stats(store, settings)]
    for figure, row in zip(found, as_rows(found), strict=True):
        if arguments.json:
            print(json.dumps(row))
            continue
        gate = f"  gate {figure.gate}: {'pass' if figure.passes else 'FAIL'}" if figure.passes is not None else ""
        print(f"{figure.name:38} {figure.shown:>8}  n={figure.n} {figure.of}{gate}  {figure.note}".rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
