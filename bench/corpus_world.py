"""Pack a folder of real saved pages into a recording that `scout … --replay` can crawl.

    python bench/corpus_world.py FOLDER OUT.warc.gz [--at 2026-11-01T00:00:00+00:00]

FOLDER has a manifest.jsonl (id, kind, file, url a line). Each page is recorded at its real address, and a listing also
at every address where one of our sources asks for it; robots.txt counts as 404, as the replay has it for what it does
not hold: the ones saved elsewhere are of other years than the pages. A made-up launch feed (LAUNCHES) announces the
product pages, so that

    scout source add corpus https://launches.example/feed.json && scout crawl corpus --replay OUT.warc.gz

crawls them all. The same folder and time give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.settings import Settings
from tools.sources import all_sources
from tools.web.recording import Recorded, write_recording

LAUNCHES = "https://launches.example/feed.json"
KINDS = {".html": "text/html", ".md": "text/markdown", ".json": "application/json", ".xml": "application/xml"}
WINDOWS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))  # a source may ask another address for each


def world(folder: Path, at: datetime) -> Iterator[Recorded]:
    """Every exchange of the folder, in the order of its manifest."""
    documents = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines() if line]
    asked = _listing_addresses(at)
    for document in documents:
        body = (folder / document["file"]).read_bytes()
        yield _page(document["url"], document["file"], body)
        if document["kind"] == "listing":
            plain = _without_query(document["url"])
            yield from (_page(url, document["file"], body) for url in asked if _without_query(url) == plain)
    products = [document for document in documents if document["kind"] == "product"]
    yield Recorded(LAUNCHES, 200, (("Content-Type", "application/feed+json"),), _feed(products, at))


def _listing_addresses(at: datetime) -> list[str]:
    """The addresses that our sources list launches at."""
    pages = [source for source in all_sources().values() if hasattr(source, "requests")]
    return sorted(
        {url for source in pages for window in WINDOWS for url in source.requests(Settings(), at - window, at)}
    )


def _page(url: str, file: str, body: bytes) -> Recorded:
    kind = KINDS.get(Path(file).suffix, "text/plain")
    try:
        body.decode("utf-8")
        kind += "; charset=utf-8"
    except UnicodeDecodeError:
        pass  # its server's header is not known; the page must say it itself
    return Recorded(url, 200, (("Content-Type", kind),), body)


def _feed(products: list[dict[str, Any]], at: datetime) -> bytes:
    """A JSON feed announcing the pages within the last day. It tells no more than where they are: titles are hosts."""
    items = [
        {
            "id": product["id"],
            "title": urlsplit(product["url"]).hostname,
            "url": product["url"],
            "date_published": (at - timedelta(hours=1, minutes=number)).isoformat(),
        }
        for number, product in enumerate(products)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Saved pages", "items": items}).encode()


def _without_query(url: str) -> str:
    return url.partition("?")[0].rstrip("/")


def main() -> int:
    """Write the recording and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--at", type=datetime.fromisoformat, default="2026-11-01T00:00:00+00:00", help="its time, UTC")
    arguments = parser.parse_args()
    if not (arguments.folder / "manifest.jsonl").is_file():
        print(f"{arguments.folder} has no manifest.jsonl; name a folder of saved pages that has one.", file=sys.stderr)
        return 2
    exchanges = list(world(arguments.folder, arguments.at))
    write_recording(arguments.out, arguments.at, exchanges)
    print(f"{arguments.out}: {len(exchanges)} answers, launches at {LAUNCHES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
