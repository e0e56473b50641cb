"""The batch protocol of a corpus folder's score.py: JSON lines in, JSON lines out, in one process.

python score.py --batch "python bench/batch.py"                     records (product, card, listing, meta)
python score.py --task prices --batch "python bench/batch.py"       prices, urls and robots alike
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.errors import ScoutError
from tools.identity import canonical_url
from tools.page.decode import decode
from tools.page.extract import extract
from tools.page.lists import listing
from tools.page.metadata import metadata
from tools.page.pricing.money import read_price
from tools.page.record import record
from tools.sources import all_sources

MEDIA = {"card": "text/markdown"}


def answer(item: dict[str, Any]) -> dict[str, Any]:
    """The answer to one line, told by its keys: robots, price, address, or a page of some kind."""
    if "robots" in item:
        from tools.web.robots import allowed

        return {"allowed": allowed(item["robots"], item["url"], item["agent"])}
    if "currency_hint" in item:
        amount, sign = read_price(item["text"] or "", item["currency_hint"])
        return {"amount": None if amount is None else float(amount), "currency": sign}
    if "input" not in item:
        return {"canonical": canonical_url(item["url"])}
    return page(item)


def page(item: dict[str, Any]) -> dict[str, Any]:
    """The record of one saved page; an answer with `error` alone where its file cannot be read."""
    try:
        text, _ = decode(Path(item["input"]).read_bytes())
    except OSError as error:
        return {"error": f"{item['input']}: {error.strerror}"}
    if item["kind"] == "listing":
        return {"items": rows(text, item["url"])}
    if item["kind"] == "meta":
        return metadata(text, item["url"])
    return record(extract(text, item["url"], content_type=MEDIA.get(item["kind"], "text/html")))


def rows(text: str, url: str) -> list[dict[str, Any]]:
    """The rows of a list: of the source that knows this page, else of the generic reader."""
    best: list[dict[str, Any]] = []
    for source in all_sources().values():
        read: Callable[[str, str], list[dict[str, Any]]] | None = getattr(source, "listing", None)
        if read is None:
            continue
        try:
            found = list(read(text, url))
        except ScoutError:  # not this source's page
            continue
        best = max(best, found, key=len)
    return best or listing(text, url)


def main() -> None:
    """Answer every line of stdin."""
    for line in sys.stdin:
        if line.strip():
            item = json.loads(line)
            print(json.dumps({"id": item["id"], **answer(item)}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
