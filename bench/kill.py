"""kill -9 in mid-crawl, twenty times at random moments: nothing lost, nothing doubled?

    python bench/kill.py [--kills 20] [--pages 60] [--seed 1] [--replay FILE.warc.gz --launches ADDRESS]

A `scout crawl --replay` is killed with all its children, then simply run again. The store must verify, and its digest
must be that of a crawl nobody disturbed. By default the recording is of made-up sites (bench/loopback.py); another one,
say that of bench/corpus_world.py, can be named with the feed that lists its launches. Exit code 1 when a store differs.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from loopback import feed, page

from tools.store import Store
from tools.web.recording import Recorded, write_recording

AT = datetime(2026, 11, 1, tzinfo=UTC)
FEED = "https://launches.example/feed.json"


class Trial(NamedTuple):
    """One kill: what the store held then, and what became of it."""

    products: int
    panels: int
    again_s: float
    problems: str
    digest: str


def made_up_world(path: Path, pages: int) -> None:
    """A recording of made-up product sites and the feed that launches them."""
    urls = [f"https://site{number}.example/p/{number}" for number in range(pages)]
    answers = [
        Recorded(url, 200, (("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{number}"')), page(number))
        for number, url in enumerate(urls)
    ]
    head = Recorded(FEED, 200, (("Content-Type", "application/feed+json"),), feed(urls, AT))
    write_recording(path, AT, [head, *answers])


class Crawl:
    """The same crawl over and over: a recording, and a store that knows its launch feed."""

    def __init__(self, folder: Path, recording: Path, launches: str) -> None:
        self._folder, self._recording = folder, recording
        self._empty = folder / "empty.db"
        with Store.open(self._empty) as store:
            store.add_source("bench", launches)

    def fresh(self, name: str) -> Path:
        """A store that knows the feed and nothing else."""
        store = self._folder / f"{name}.db"
        shutil.copy(self._empty, store)
        return store

    def start(self, store: Path) -> subprocess.Popen[bytes]:
        """The crawl as a process group of its own."""
        words = ["crawl", "bench", "--replay", str(self._recording), "--store", str(store)]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [sys.executable, "-m", "jobs", *words], cwd=HERE.parent, stdout=quiet, stderr=quiet, start_new_session=True
        )

    def finish(self, store: Path) -> float:
        """Crawl to the end; seconds. Errors: SystemExit when it cannot run."""
        began = time.perf_counter()
        code = self.start(store).wait()
        if code not in (0, 1):
            raise SystemExit(f"scout crawl ended with exit code {code}; run it by hand to see why.")
        return time.perf_counter() - began


def checked(path: Path) -> tuple[str, str]:
    """What is wrong with a store ("" when it is sound), and all that it knows in one hash."""
    with Store.open(path, create=False) as store:
        return "; ".join(store.verify()), store.digest()["all"]


def kill_once(crawl: Crawl, name: str, after_s: float) -> Trial:
    """Crawl a fresh store, kill after so many seconds, crawl again to the end."""
    store = crawl.fresh(name)
    running = crawl.start(store)
    time.sleep(after_s)  # not to wait for something: this is the moment of the kill
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    products, panels = _count(store, "products"), _count(store, "panels")
    again_s = crawl.finish(store)
    return Trial(products, panels, again_s, *checked(store))


def _count(store: Path, table: str) -> int:
    with closing(sqlite3.connect(store)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def main() -> int:
    """Kill, compare, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pages", type=int, default=60, help="pages of the made-up recording")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", type=Path, help="another recording")
    parser.add_argument("--launches", default=FEED, help="its launch feed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recording = (arguments.replay or folder / "world.warc.gz").resolve()
        if not arguments.replay:
            made_up_world(recording, arguments.pages)
        crawl = Crawl(folder, recording, arguments.launches)
        calm = crawl.fresh("calm")
        length_s = crawl.finish(calm)
        (_, wanted), whole = checked(calm), _count(calm, "products")
        print(f"undisturbed: {length_s:.1f} s, {whole} products, {_count(calm, 'panels')} panels, digest {wanted[:16]}")
        print(f"{'killed after s':>15}{'products then':>15}{'panels then':>13}{'again s':>9}  store")
        wrong = 0
        for number, after_s in enumerate(_moments(arguments.kills, length_s, arguments.seed)):
            trial = kill_once(crawl, f"trial{number}", after_s)
            same = trial.digest == wanted and not trial.problems
            wrong += not same
            verdict = "sound, same digest" if same else trial.problems or f"DIFFERENT digest {trial.digest[:16]}"
            print(f"{after_s:15.2f}{trial.products:15}{trial.panels:13}{trial.again_s:9.1f}  {verdict}", flush=True)
        print(f"{arguments.kills - wrong} of {arguments.kills} stores as if nobody had killed anything")
        return 1 if wrong else 0


def _moments(kills: int, length_s: float, seed: int) -> list[float]:
    chance = random.Random(seed)
    return sorted(chance.uniform(0.1, length_s) for _ in range(kills))


if __name__ == "__main__":
    sys.exit(main())
