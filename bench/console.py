"""How fast the editors' console answers while a crawl writes: python bench/console.py [PRODUCTS] [STORE]

Over a store of generated products (100,000; see bench/many.py), `scout serve`'s app runs under uvicorn on loopback in a
process of its own, and so does an app of one bare page. Another process writes new products all the while. Twenty editors,
each signed in, ask for a page at the same moment, wait until all have an answer, then ask the bare app in the same way, and
so on by turns: for products and pairs each asks for another one that nobody has opened before, then for twenty that were. A
line a page: the median and the 95th per cent of what an editor waits for (goal: 50 ms), that of the bare page meanwhile, one by
the other, and CPU time of the server. At the end: which share of a core this process gets while it asks for a whole one, since
whatever else runs on the machine slows both sides.

STORE: kept there, and used again by the next run, with what the runs before have written to it.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.many import WORDS, announced, copy_rows, fill
from jobs import console
from jobs.console.access import Keys
from jobs.console.visit import cookie_name
from tools.settings import Settings
from tools.store import Store

EDITORS = [f"editor{number}" for number in range(20)]
SETTINGS = Settings({"editors": ",".join(EDITORS)})
ORIGINALS, WAITING = 40, 2  # of the products that are copied: how many, and how many of them need a look
ROUNDS, WARM = 12, 2  # of each page, and how many before that are not counted
GOAL_MS = 50


def main() -> int:
    given = sys.argv[1:]
    parts: dict[str, Callable[[Path], None]] = {"--console": serve_console, "--bare": serve_bare, "--write": write}
    if given and given[0] in parts:
        parts[given[0]](Path(given[1]))
        return 0
    products = int(given.pop(0)) if given and given[0].isdigit() else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(given[0]) if given else Path(folder) / "store.db"
        make(path, products)
        slow = asyncio.run(measure(path))
    return 1 if slow else 0


def make(path: Path, products: int) -> None:
    """A store of so many products at the path, where none is; one in twenty needs a look. As after a crawl, the document of
    each is kept."""
    if not path.exists():
        fill_it(path, products)
    start = time.perf_counter()
    with Store.open(path) as store:
        kept = store.keep_documents(None)
    print(f"{kept:,} documents kept: {time.perf_counter() - start:.0f} s", flush=True)


def fill_it(path: Path, products: int) -> None:
    """Make the store."""
    start = time.perf_counter()
    with Store.open(path) as store:
        fill(store, ORIGINALS)
        for card in store.list_products(limit=WAITING):
            store.raise_look(card["slug"], ["tagline: two values"])
    copy_rows(path, products // ORIGINALS - 1)
    print(
        f"{products:,} products: {time.perf_counter() - start:.0f} s, {path.stat().st_size / 1e6:,.0f} MB", flush=True
    )


# the processes ----------------------------------------------------------------------------------------------------


def serve_console(path: Path) -> None:
    """What `scout serve` serves; prints each editor's token, then the address."""
    keys = Keys.beside(path, SETTINGS)
    print(" ".join(keys.renew(name) for name in EDITORS), flush=True)
    console.serve(console.app(path, SETTINGS, keys), "127.0.0.1", 0, lambda address: print(address, flush=True))


def serve_bare(path: Path) -> None:
    """An app of one page, as plain as Starlette has one."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>Bare</title><p>Bare")

    app = Starlette(routes=[Route("/", page)])
    # TCP by name, as jobs/listening.py has it
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        print(f"\nhttp://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, log_level="warning", server_header=False, proxy_headers=False)
        uvicorn.Server(config).run(sockets=[listening])


def write(path: Path) -> None:
    """Write a new product with its launch and pages some twenty times a second, as a crawl does, until ended."""
    print(flush=True)
    with Store.open(path) as store:
        number = 1_000_000 + store.last_seq()
        while True:
            announced(store, number)
            number += 1
            time.sleep(0.04)


@contextmanager
def running(part: str, path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A part in a process of its own, and the first line it prints."""
    command = [sys.executable, __file__, part, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()


# the editors ------------------------------------------------------------------------------------------------------


class Editor:
    """One connection, opened anew where the server has closed it, with a session's cookie and token."""

    def __init__(self, address: str) -> None:
        self.host, self.port = address.removeprefix("http://").split(":")
        self.cookie = self.csrf = ""
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, str, bytes]:
        """The status, the head and the body of an answer. As in a browser, a connection that was closed meanwhile is made
        anew."""
        if self.streams is not None and not self.streams[0].at_eof():
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                return await self._answer(request, *self.streams)
        self.streams = await asyncio.open_connection(self.host, int(self.port))
        return await self._answer(request, *self.streams)

    @staticmethod
    async def _answer(
        request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[int, str, bytes]:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        size = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        return int(head.split(" ", 2)[1]), head, await reader.readexactly(int(size[1]) if size else 0)

    def get(self, path: str) -> bytes:
        """A request for a page."""
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode()

    def post(self, path: str, **words: str) -> bytes:
        """A request that sends a form."""
        body = urlencode({**words, "csrf": self.csrf})
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\nOrigin: http://127.0.0.1\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    async def sign_in(self, path: Path, token: str) -> None:
        """Take up a session of the console over the store at a path."""
        _, head, _ = await self.ask(self.post("/sign-in", token=token))
        self.cookie = f"{cookie_name(path)}={head.split(cookie_name(path) + '=')[1].split(';')[0]}"
        _, _, page = await self.ask(self.get("/products"))
        self.csrf = page.decode().split('name="csrf" value="')[1].split('"')[0]


async def measure(path: Path) -> bool:
    """Print a line a page; whether one missed the goal."""
    with Store.open(path) as store:
        wanted = (ROUNDS + WARM) * len(EDITORS)
        waiting = [row["slug"] for row in store._rows("SELECT slug FROM products WHERE status = 'needs_look'")][
            -wanted:
        ]
        slugs = [row["slug"] for row in store._rows("SELECT slug FROM products WHERE id % 97 = 3 LIMIT 1000")]
    with running("--bare", path) as (bare, _), running("--console", path) as (served, tokens), running("--write", path):
        assert bare.stdout
        assert served.stdout
        at, of_console = bare.stdout.readline().strip(), served.stdout.readline().strip()
        plain, editors = [Editor(at) for _ in EDITORS], [Editor(of_console) for _ in EDITORS]
        await asyncio.gather(
            *(editor.sign_in(path, token) for editor, token in zip(editors, tokens.split(), strict=True))
        )
        print("page                     p50 ms   p95 ms   bare p95   times   server CPU ms", flush=True)
        sides = Sides(editors, served.pid, plain)
        bare_cpu = cpu_s(bare.pid)
        pages: dict[str, Callable[[Editor, int], bytes]] = {
            "inbox": lambda editor, n: editor.get("/inbox"),
            "product": lambda editor, n: editor.get(f"/products/{slugs[n % len(slugs)]}"),
            "product, seen before": lambda editor, n: editor.get(f"/products/{slugs[n % len(EDITORS)]}"),
            "products": lambda editor, n: editor.get("/products"),
            "products, needs a look": lambda editor, n: editor.get("/products?status=needs_look"),
            "search": lambda editor, n: editor.get(f"/products?q={WORDS[n % len(WORDS)]}+{WORDS[n % 13]}"),
            "log": lambda editor, n: editor.get("/log"),
            "log of an editor": lambda editor, n: editor.get("/log?who=editor3"),
            "compare": lambda editor, n: editor.get(f"/compare?a={slugs[n % 800]}&b={slugs[n % 800 + 1]}"),
            "compare, seen before": lambda editor, n: editor.get(f"/compare?a={slugs[n % 20]}&b={slugs[n % 20 + 1]}"),
            "news": lambda editor, n: editor.get("/news"),
            "sources": lambda editor, n: editor.get("/sources"),
            "exports": lambda editor, n: editor.get("/exports"),
            "approve": lambda editor, n: editor.post("/inbox", act="approve", slug=waiting[n], seen=f"{10**12}"),
        }
        slow = False
        for name, request in pages.items():
            slow |= await told(name, sides, request) > GOAL_MS
        asked = len(pages) * (ROUNDS + WARM) * len(EDITORS)
        print(f"bare Starlette page: {(cpu_s(bare.pid) - bare_cpu) * 1_000 / asked:.2f} ms CPU")
        print(f"of a core that was asked for, this process got {share_of_a_core():.2f}")
    return slow


class Sides(NamedTuple):
    """Editors of the console, its process, and as many who ask the bare app."""

    editors: list[Editor]
    pid: int
    plain: list[Editor]


async def told(name: str, sides: Sides, request: Callable[[Editor, int], bytes]) -> float:
    """Ask for a page and print what it took; the 95th per cent in ms."""
    waits: list[float] = []
    floor: list[float] = []

    async def one(editor: Editor, asked: bytes) -> float:
        start = time.perf_counter()
        status, _, body = await editor.ask(asked)
        took = (time.perf_counter() - start) * 1_000
        assert status in (200, 303), f"{name}: {status} {body.decode()[:2_000]}"
        return took

    cpu = 0.0
    for turn in range(ROUNDS + WARM):
        if turn == WARM:
            waits.clear()
            floor.clear()
            cpu = cpu_s(sides.pid)
        first = turn * len(sides.editors)
        requests = [request(editor, first + n) for n, editor in enumerate(sides.editors)]
        waits += await asyncio.gather(*map(one, sides.editors, requests))
        floor += await asyncio.gather(*(one(editor, editor.get("/")) for editor in sides.plain))
    each = (cpu_s(sides.pid) - cpu) * 1_000 / len(waits)
    middle, high, bare = statistics.median(waits), p95(waits), p95(floor)
    print(f"{name:<23}{middle:8.1f} {high:8.1f} {bare:10.1f} {high / bare:7.1f} {each:15.2f}", flush=True)
    return high


def p95(waits: list[float]) -> float:
    """The 95th per cent."""
    return statistics.quantiles(waits, n=20)[-1]


def share_of_a_core() -> float:
    """How much of a core a busy loop gets for a second: 1 on a machine that does nothing else."""
    start, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - start < 1:
        pass
    return (time.process_time() - cpu) / (time.perf_counter() - start)


def cpu_s(pid: int) -> float:
    """CPU seconds of a process so far, where the system tells them; else 0."""
    try:
        told_of = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(told_of[11]) + int(told_of[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
