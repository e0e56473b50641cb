"""What a crawl costs: 2,000 pages of 60 KB from 200 loopback hosts, beside Scrapy and beside the floor.

    python bench/crawl.py [--pages 2000] [--repeats 3] [--only whole,tools] [--json FILE]

whole   `scout crawl` as a user runs it: playbook in the sandbox, MCP, fetch, robots, extraction, evidence, store
again   the same once more on the same store: everything answers 304
panel   as whole, and then the rules' panel of every product
tools   the same work by tools/ alone: no agent, no MCP, no sandbox
scrapy  Scrapy: the same pages, robots on, the same concurrency, three selectors a page, its items into SQLite
equal   Scrapy doing equal work: extruct, trafilatura and the baseline's rules on every page, body and hash kept as well
floor   aiohttp and selectolax: fetch, title and price; no robots, nothing stored

Each runs in a process of its own; the server in another. CPU-seconds are of the runner and its children, without the
server and without the imports. Best of the repeats, which take turns. Every runner's products are checked against what
the pages say; a wrong one ends the bench with exit code 1.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import importlib
import json
import math
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from loopback import host_of, truth, url_of

CONCURRENCY = 16
BATCH = 100  # as in the playbook
RUNNERS = ("floor", "tools", "whole", "again", "panel", "scrapy", "equal")
PEERS = ("scrapy", "equal")
WORDS = {"cpu_1000": "CPU-s/1,000", "pages_s": "pages/s", "rss_mb": "RSS in MB"}
# Runner, figure, whose figure it is a multiple of ("": none), least, most. Ratios hold on any machine.
AIMS: tuple[tuple[str, str, str, float, float], ...] = (
    ("whole", "cpu_1000", "equal", 0, 0.20),
    ("whole", "pages_s", "equal", 4, math.inf),
    ("whole", "rss_mb", "", 0, 200),
    ("again", "pages_s", "scrapy", 1.5, math.inf),
    ("panel", "cpu_1000", "whole", 0, 2.5),
)


class Clock:
    """Wall and CPU seconds of a block: this process, and its children that ended in it."""

    def __enter__(self) -> Self:
        self._wall, self._cpu = time.perf_counter(), self._used()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, self._used() - self._cpu

    @staticmethod
    def _used() -> float:
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in both)


class Task:
    """What a runner is given, and where it leaves what it found: (name, price) by address."""

    def __init__(self, pages: int, hosts: int, port: int, folder: Path) -> None:
        self.pages, self.hosts, self.port, self.folder = pages, hosts, port, folder
        self.urls = [url_of(number, hosts, port) for number in range(pages)]
        self.found: dict[str, tuple[str | None, str | None]] = {}

    def wrong(self) -> list[str]:
        """What does not agree with the pages; empty when all is right."""
        problems = []
        for number, url in enumerate(self.urls):
            said = truth(number)
            name, price = self.found.get(url, (None, None))
            if name != said.name or price is None or Decimal(price) != Decimal(said.price):
                problems.append(f"{url}: expected {(said.name, said.price)}, found {(name, price)}")
        return problems


# the runners: each does its work inside a Clock and returns it


def run_floor(task: Task) -> Clock:
    import aiohttp
    from selectolax.lexbor import LexborHTMLParser

    async def one(session: aiohttp.ClientSession, urls: Iterator[str]) -> None:
        for url in urls:
            async with session.get(url) as answer:
                tree = LexborHTMLParser(await answer.read())
            task.found[url] = (tree.css_first("h1").text(), _price_of(tree.css_first("#pricing").text()))

    async def crawl() -> None:
        connector = aiohttp.TCPConnector(limit=CONCURRENCY, limit_per_host=2)
        async with aiohttp.ClientSession(connector=connector) as session:
            urls = iter(task.urls)
            await asyncio.gather(*(one(session, urls) for _ in range(CONCURRENCY)))

    with Clock() as clock:
        asyncio.run(crawl())
    return clock


def run_scrapy(task: Task) -> Clock:
    def read(response: Any) -> dict[str, Any]:
        return {
            "url": response.url,
            "name": response.css("h1::text").get(),
            "tagline": response.css(".lead::text").get(),
            "price": _price_of("".join(response.css("#pricing ::text").getall())),
        }

    return _scrapy(task, read)


def run_equal(task: Task) -> Clock:
    import baseline

    def read(response: Any) -> dict[str, Any]:
        said, body = baseline.product(response.text, response.url), response.body
        prices = [plan["amount"] for plan in said["plans"]]
        return {
            "url": response.url,
            "name": said["name"],
            "price": str(prices[1]) if len(prices) > 1 else None,
            "record": json.dumps(said, default=str),
            "hash": hashlib.sha256(body).hexdigest(),
            "body": zlib.compress(body, 1),
        }

    return _scrapy(task, read)


def _scrapy(task: Task, read: Callable[[Any], dict[str, Any]]) -> Clock:
    """Scrapy over all pages, what `read` gives of a response into SQLite."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    clock, path = Clock(), task.folder / f"scrapy-{time.monotonic_ns()}.db"

    class Rows:
        """Items into SQLite, a hundred to a transaction."""

        def open_spider(self) -> None:
            self._database, self._waiting = sqlite3.connect(path), 0
            self._database.executescript(
                "PRAGMA journal_mode=wal; CREATE TABLE items "
                "(url TEXT PRIMARY KEY, name TEXT, tagline TEXT, price TEXT, record TEXT, hash TEXT, body BLOB)"
            )

        def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
            marks = ", ".join(f":{name}" for name in item)
            self._database.execute(f"INSERT OR REPLACE INTO items ({', '.join(item)}) VALUES ({marks})", item)
            self._waiting += 1
            if self._waiting % 100 == 0:
                self._database.commit()
            return item

        def close_spider(self) -> None:
            self._database.commit()
            self._database.close()

    class Products(scrapy.Spider):
        name = "products"

        async def start(self) -> Any:
            for url in task.urls:
                yield scrapy.Request(url)

        def parse(self, response: Any) -> Iterator[dict[str, Any]]:
            yield read(response)

    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "ITEM_PIPELINES": {Rows: 1},
        }
    )
    process.crawl(Products)
    with clock:
        process.start()
    with contextlib.closing(sqlite3.connect(path)) as database:
        task.found = {url: (name, price) for url, name, price in database.execute("SELECT url, name, price FROM items")}
    return clock


def _price_of(text: str) -> str | None:
    """The middle plan's amount: what a hand-written scraper of just these pages would do."""
    amounts = [part.split("/")[0].strip() for part in text.split("$")[1:]]
    return amounts[1] if len(amounts) > 1 else None


def run_whole(task: Task) -> Clock:
    _import_all()
    store = _new_store(task, "whole")
    with Clock() as clock:
        report = _crawl(task, store)
    _need(report["pages"] == task.pages + 1 and not report["failures"], report)
    task.found = _stored(store)
    return clock


def run_again(task: Task) -> Clock:
    _import_all()
    store = task.folder / "whole.db"
    if not store.exists():
        _crawl(task, _new_store(task, "whole"))
    with Clock() as clock:
        report = _crawl(task, store)
    _need(report["revalidated"] == task.pages and report["changes"] == 0 and report["products_new"] == 0, report)
    task.found = _stored(store)
    return clock


def run_panel(task: Task) -> Clock:
    _import_all()
    store = _new_store(task, "panel")
    with Clock() as clock:
        report = _crawl(task, store, review=True)
    with contextlib.closing(sqlite3.connect(store)) as conn:
        panels = conn.execute("SELECT count(*) FROM panels").fetchone()[0]
    _need(panels == task.pages and not report["failures"], report)
    task.found = _stored(store)
    return clock


def run_tools(task: Task) -> Clock:
    from tools.reading import ProposedProduct
    from tools.workbench import Workbench

    store = _new_store(task, "tools")
    with Clock() as clock, Workbench(_settings(task), store) as bench:
        launches = bench.run(bench.reader.read_source("bench", bench.now() - timedelta(days=2))).launches
        for start in range(0, len(launches), BATCH):
            batch = launches[start : start + BATCH]
            readings = bench.run(bench.reader.read([launch.url or "" for launch in batch]))
            bench.reader.propose(
                [
                    ProposedProduct((launch.id,), (reading.page.id,))
                    for launch, reading in zip(batch, readings, strict=True)
                    if reading.page
                ]
            )
    task.found = _stored(store)
    return clock


def _import_all() -> None:
    """What a crawl imports on its way; the clock is not for imports, Scrapy's least of all."""
    for name in (
        "agents.run.task",
        "agents.panel.judge",
        *(f"mcp_servers.{server}" for server in ("sources", "web", "hub", "store")),
    ):
        importlib.import_module(name)


def _crawl(task: Task, store: Path, *, review: bool = False) -> dict[str, Any]:
    """`scout crawl bench`, without a panel unless that is asked for."""
    from jobs.crawl import CrawlRequest, crawl

    return crawl(store, _settings(task), CrawlRequest(names=("bench",), review=review))


def _settings(task: Task) -> Any:
    from tools.settings import Settings

    hosts = ",".join(f"{host_of(number, task.hosts)}:{task.port}" for number in range(task.hosts))
    return Settings(
        {
            "contact": "bench@example.org",
            "pace_s": 0.0,
            "concurrency": CONCURRENCY,
            "allow_hosts": hosts,
            "browser": "off",
            "since": "2d",
        }
    )


def _new_store(task: Task, name: str) -> Path:
    """A store that knows the launch feed and nothing else."""
    from tools.store import Store

    path = task.folder / f"{name}.db"
    with Store.open(path) as store:
        store.add_source("bench", f"http://{host_of(0, task.hosts)}:{task.port}/feed.json")
    return path


def _stored(path: Path) -> dict[str, tuple[str | None, str | None]]:
    """Name and the middle plan's amount of every product, by the address it was launched with."""
    from tools.store import Store

    found = {}
    with Store.open(path) as store:
        for document in store.documents():
            amounts = [plan.amount for plan in document.plans if plan.name == "Pro"]
            found[document.launches[0].url or ""] = (document.name, amounts[0] if len(amounts) == 1 else None)
    return found


def _need(right: bool, report: dict[str, Any]) -> None:
    if not right:
        raise SystemExit(f"not the crawl that was meant: {json.dumps({**report, 'failures': report['failures'][:5]})}")


# the bench


def measure(name: str, python: Path | str, task: Task) -> dict[str, Any]:
    """One run of a runner in a process of its own: its figures. Errors: SystemExit when it fails or finds wrong things."""
    words = ["run", name, str(task.pages), str(task.hosts), str(task.port), str(task.folder)]
    done = subprocess.run([python, str(HERE / "crawl.py"), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{(done.stderr or done.stdout)[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_one(name: str, task: Task) -> int:
    """In the runner's process: run, check, print the figures as JSON."""
    clock = RUN[name](task)
    problems = task.wrong()
    if problems:
        print(f"{len(problems)} of {task.pages} are wrong, the first: {problems[0]}", file=sys.stderr)
        return 1
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "pages_s": task.pages / clock.wall,
                "cpu_1000": clock.cpu * 1000 / task.pages,
                "rss_mb": own.ru_maxrss / 1024,
                "child_rss_mb": children.ru_maxrss / 1024,
            }
        )
    )
    return 0


@contextlib.contextmanager
def served(pages: int, hosts: int) -> Iterator[int]:
    """The loopback web in a process of its own; its port."""
    command = [sys.executable, str(HERE / "loopback.py"), str(pages), str(hosts)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            line = server.stdout.readline()
            if not line:
                raise SystemExit(f"No addresses 127.0.1.1 to 127.0.1.{hosts} here (Linux has them); try --hosts 1.")
            yield int(line)
        finally:
            server.terminate()


def best(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Least CPU and memory, most pages a second, of all repeats."""
    return {
        "pages_s": max(row["pages_s"] for row in rows),
        "cpu_1000": min(row["cpu_1000"] for row in rows),
        "rss_mb": min(row["rss_mb"] for row in rows),
        "child_rss_mb": min(row["child_rss_mb"] for row in rows),
    }


def table(results: dict[str, dict[str, float]]) -> str:
    """The figures, a runner a line, each beside Scrapy's, its equal's and the floor's."""
    columns = (("pages_s", "scrapy"), ("cpu_1000", "scrapy"), ("cpu_1000", "equal"), ("cpu_1000", "floor"))
    heads = [f"{'speed' if key == 'pages_s' else 'CPU'} : {other}" for key, other in columns]
    lines = [
        f"{'':8}{'pages/s':>9}{'CPU-s/1,000':>13}{'RSS MB':>8}{'a child':>9}" + "".join(f"{head:>16}" for head in heads)
    ]
    for name, row in results.items():
        ratios = [f"{row[key] / results[other][key]:.2f}" if other in results else "-" for key, other in columns]
        lines.append(
            f"{name:8}{row['pages_s']:9.0f}{row['cpu_1000']:13.2f}{row['rss_mb']:8.0f}{row['child_rss_mb']:9.0f}"
            + "".join(f"{ratio:>16}" for ratio in ratios)
        )
    return "\n".join(lines)


def verdicts(results: dict[str, dict[str, float]]) -> list[str]:
    """Each aim whose runners ran as a sentence: met, or not."""
    lines = []
    for name, key, beside, least, most in AIMS:
        if name not in results or (beside and beside not in results):
            continue
        value = results[name][key] / (results[beside][key] if beside else 1)
        words = f"{WORDS[key]} {value:.2f}" + (f" times {beside}'s" if beside else "")
        aim = f"at least {least:g}" if least else f"at most {most:g}"
        lines.append(f"{name}: {words}, aim {aim}: {'met' if least <= value <= most else 'NOT MET'}")
    return lines


def bench(arguments: argparse.Namespace) -> None:
    from peers import peers_python

    names = [name for name in RUNNERS if name in arguments.only.split(",")]
    pythons: dict[str, Path | str | None] = dict.fromkeys(names, sys.executable)
    for name in set(PEERS) & set(names):
        pythons[name] = peers_python()
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names if pythons[name]}
    with served(arguments.pages, arguments.hosts) as port:
        for repeat in range(arguments.repeats):
            with tempfile.TemporaryDirectory() as folder:
                task = Task(arguments.pages, arguments.hosts, port, Path(folder))
                for name, measured in rows.items():
                    measured.append(measure(name, pythons[name] or "", task))
                    print(
                        f"{repeat + 1}/{arguments.repeats} {name} {_brief(measured[-1])}", file=sys.stderr, flush=True
                    )
    results = {name: best(measured) for name, measured in rows.items()}
    print(table(results))
    print("\n".join(verdicts(results)))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1) + "\n")


def _brief(row: dict[str, Any]) -> str:
    return f"{row['pages_s']:.0f} pages/s, {row['cpu_1000']:.2f} CPU-s/1,000, {row['rss_mb']:.0f} MB"


RUN: dict[str, Callable[[Task], Clock]] = {
    "floor": run_floor,
    "tools": run_tools,
    "whole": run_whole,
    "again": run_again,
    "panel": run_panel,
    "scrapy": run_scrapy,
    "equal": run_equal,
}


def main() -> int:
    """The bench, or with `run NAME …` one runner of it."""
    if sys.argv[1:2] == ["run"]:
        name, pages, hosts, port, folder = sys.argv[2:]
        return run_one(name, Task(int(pages), int(hosts), int(port), Path(folder)))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default=",".join(RUNNERS), help="runners by commas")
    parser.add_argument("--json", help="also write the figures to this file")
    bench(parser.parse_args())
    return 0


if __name__ == "__main__":
    sys.exit(main())
