"""Where the CPU of a page's reading goes: milliseconds a page by stage, each without the stages inside it.

    python bench/stages.py [FOLDER] [--every N]                       default folder: ../shared/corpus2 beside the repository

The whole page job is run in this process, once a page after a first page that loads what is kept; the clocks around the
stages cost some two per cent of it.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import scoring
from tools.page.choose.trees import Model
from tools.page.facts import Read, readers
from tools.page_job import read_page

# A stage and what does its work, as "module.name" below tools, where it is looked up when it is called.
STAGES = {
    "decode": "page_job.decode",
    "parse": "page.seen.parse",
    "hidden elements": "page.hidden.marks",
    "visible lines": "page.seen.view_of",
    "head, JSON-LD": "page.seen.read_meta page.seen.read_jsonld page.seen.read_microdata",
    "links": "page.seen.links_of page.extract.pricing_url_of",
    "name": "page.extract.about_of",
    "money of the page": "page.extract._convention",
    "amounts": "page.pricing.find_mentions page.pricing.wordy_lines",
    "layout": "page.pricing.Layout",
    "rows of amounts": "page.pricing.deciding.facts_of",
    "names of plans": "page.pricing.deciding.candidates page.pricing.deciding.name_rows",
    "rows of periods": "page.pricing.deciding.period_rows",
    "plans, the rest": "page.extract._plans",
    "further states": "page.extract.with_further_states page.extract.with_states",
    "pricing model": "page.extract.pricing_facts",
    "door": "page.extract.screened page_job.strengths",
    "trouble": "page.extract.troubles page.extract.price_pictures page.extract.unreadable",
    "packed": "page_job.packed",
    "lines": "page_job.page_lines",
    "compression": "page_job.zlib.compress",
}


class Clock:
    """CPU seconds by stage; the time of a stage inside another counts for the inner one."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._stack = ["the rest"]
        self._since = time.process_time()

    def _turn(self) -> None:
        now = time.process_time()
        stage = self._stack[-1]
        self.spent[stage] = self.spent.get(stage, 0.0) + now - self._since
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Within it time is this stage's."""
        self._turn()
        self._stack.append(name)
        try:
            yield
        finally:
            self._turn()
            self._stack.pop()

    def around(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work as a stage."""

        @wraps(work, updated=())
        def staged(*args: Any, **more: Any) -> Any:
            with self.stage(name):
                return work(*args, **more)

        return staged

    def taken(self) -> dict[str, float]:
        """What was spent since it was asked last."""
        self._turn()
        spent, self.spent = self.spent, {}
        return spent


def _whole(read: Read) -> Read:
    """A fact reader that is done when it gives its facts."""
    return lambda seen, about: list(read(seen, about))


@contextmanager
def timed(clock: Clock) -> Iterator[None]:
    """Within it the reading of a page is told apart by stages."""
    with ExitStack() as stack:
        for stage, places in STAGES.items():
            for place in places.split():
                module, _, name = place.rpartition(".")
                own = import_module(f"tools.{module}") if module != "page_job.zlib" else import_module("zlib")
                stack.enter_context(patch.object(own, name, clock.around(stage, getattr(own, name))))
        facts = tuple(clock.around(read.__module__.rsplit(".", 1)[-1], _whole(read)) for read in readers())
        stack.enter_context(patch("tools.page.extract.readers", lambda: facts))
        for name in ("scores", "best"):
            stack.enter_context(patch.object(Model, name, clock.around("heads", getattr(Model, name))))
        yield


def main() -> None:
    """Print the table, dearest stage first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus2")
    parser.add_argument("--every", type=int, default=1, help="of the pages only each of this many")
    options = parser.parse_args()
    rows = [row for row in scoring.rows_of(options.folder) if row["kind"] == "product"][:: options.every]
    pages = [((options.folder / row["file"]).read_bytes(), row["url"] or "") for row in rows]
    for body, url in pages[:8]:
        read_page(body, "", url, "text/html")
    gc.disable()  # as in the processes that read pages
    clock, spent = Clock(), []
    with timed(clock):
        clock.taken()
        for body, url in pages:
            read_page(body, "", url, "text/html")
            spent.append(clock.taken())
    whole = sum(sum(page.values()) for page in spent)
    print(f"{'CPU ms a page':24}{'mean':>8}{'median':>8}{'99 %':>8}   share")
    stages = sorted(
        {stage for page in spent for stage in page}, key=lambda stage: -sum(page.get(stage, 0.0) for page in spent)
    )
    for stage in ["all", *stages]:
        costs = sorted(1e3 * (sum(page.values()) if stage == "all" else page.get(stage, 0.0)) for page in spent)
        share = sum(costs) / 1e3 / whole
        print(
            f"{stage:24}{statistics.fmean(costs):8.2f}{statistics.median(costs):8.2f}{costs[int(0.99 * len(costs))]:8.2f}{share:8.0%}"
        )


if __name__ == "__main__":
    main()
