"""What the site's search costs its reader: python bench/search.py [PRODUCTS]

One run prints, over made-up products (100,000): what it takes to make the index, its size and its largest part; then for
queries of several kinds, in Chromium from a folder: what is read, in how many parts, and how long it takes until the results stand.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from tools.exporters.site._state import Site
from tools.exporters.site.search import search_pages
from tools.models import CATEGORIES
from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.web.browser import find_chromium

NEWEST = datetime(2026, 11, 21, tzinfo=UTC)
VOCABULARY = 20_000  # words of taglines, of which the first come most often, as in plain language
SYLLABLES = "ba ko ri ten mul sha dro pex vi lan quo zer fi gus wem ty an or est ing".split()
QUERIES: tuple[dict[str, str], ...] = (
    {"q": "{rare}"},
    {"q": "{common}"},
    {"q": "{common} {rare}"},
    {"q": "{common} {middle}"},
    {"q": "ba"},
    {"q": "b"},
    {"q": ""},
    {"q": "", "kind": "repo"},
    {"q": "", "category": "cli", "price": "free"},
    {"q": "{common}", "kind": "repo", "age": "30"},
)


def main() -> int:
    """Make the index and search it."""
    products = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    words = ["".join(Random(number).choices(SYLLABLES, k=1 + number % 4)) for number in range(VOCABULARY)]
    with tempfile.TemporaryDirectory() as folder, closing(Site(_Made(products, words), Settings())) as site:
        out, start = Path(folder), time.process_time()
        sizes = {name: _write(out / name, body) for name, body in search_pages(site)}
        took = time.process_time() - start
        parts = {name: size for name, size in sizes.items() if name.startswith("search/")}
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{products:,} products: {took:.1f} s of CPU, {held:,.0f} MB held; {len(parts):,} parts, {sum(parts.values()) / 1e6:.1f} MB, "
            f"the largest {max(parts.values()) / 1e3:.0f} KB; what all searches read: {sizes['search-index.js'] / 1e3:.1f} KB"
        )
        named = {"common": words[0], "middle": words[200], "rare": words[VOCABULARY - 1]}
        _search(out, [{name: text.format(**named) for name, text in one.items()} for one in QUERIES])
    return 0


class _Made:
    """A store of made-up products: what the search asks of one."""

    def __init__(self, products: int, words: list[str]) -> None:
        examples = (ROOT / "tests/examples/site_products.jsonl").read_text(encoding="utf-8").splitlines()
        self._first = ProductDocument.model_validate_json(examples[0])
        self._products, self._words = products, words
        self._weights = list(accumulate(1 / (place + 10) for place in range(len(words))))

    def documents(self, **_: Any) -> Iterator[ProductDocument]:
        for number in range(self._products):
            chance = Random(number)
            name = f"{''.join(chance.choices(SYLLABLES, k=3)).capitalize()} {chance.choice(self._words)}"
            values = {
                "slug": f"made-{number}",
                "name": name,
                "tagline": " ".join(chance.choices(self._words, cum_weights=self._weights, k=11)),
                "kind": chance.choice(("product", "product", "repo", "model")),
                "category": chance.choice(CATEGORIES),
                "pricing_model": chance.choice(("free", "freemium", "paid", "open-source")),
                "first_seen": (NEWEST - timedelta(hours=number)).isoformat(),
            }
            yield self._first.model_copy(
                update={**values, "panel": None, "changes": [], "facts": {}, "rivals": [], "plans": []}
            )

    def cuttings(self) -> dict[tuple[str, str], bytes]:
        """No pictures."""
        return {}


def _write(path: Path, body: bytes) -> int:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    return len(body)


def _search(folder: Path, queries: list[dict[str, str]]) -> None:
    from playwright.sync_api import sync_playwright

    found, _ = find_chromium(Settings())
    with sync_playwright() as playwright:
        # our own pages from our own folder: --no-sandbox, for Chromium starts as root with nothing else
        browser = playwright.chromium.launch(executable_path=str(found), args=["--no-sandbox"])
        for query in queries:
            page = browser.new_context(offline=True).new_page()
            read: list[str] = []
            page.on("request", lambda request, read=read: read.append(request.url))
            start = time.perf_counter()
            page.goto(f"{folder.as_uri()}/search.html?{urlencode(query)}")
            page.wait_for_selector("[data-hits]:not([aria-busy])", state="attached")
            took = time.perf_counter() - start
            parts = [urlsplit(one).path.removeprefix(f"{folder.as_posix()}/") for one in read if "/search/" in one]
            size = sum((folder / part).stat().st_size for part in parts) / 1e3
            many = [sum(f"/{kind}-" in part for part in parts) for kind in ("words", "rows")]
            asked = " ".join(f"{name}={text}" for name, text in query.items())
            told = page.locator("[data-count]").inner_text()
            print(
                f"{asked!r}: {told}; {size:,.0f} KB in {many[0]} parts of words and {many[1]} of rows, {took * 1e3:,.0f} ms"
            )
            page.context.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
