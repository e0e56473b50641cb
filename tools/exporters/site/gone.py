"""Addresses that were: a merged product's leads on, a deleted one's says that it is gone. Servers get both as lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from tools.exporters.site._out import page_of
from tools.exporters.site._state import Site


def gone_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """The pages, redirects.json for any server, and `_redirects` as static hosts read it."""
    merged, deleted = site.moved()
    for slug, into in sorted(merged.items()):
        name, to = f"products/{slug}.html", f"{into}.html"
        target = site.address(f"products/{to}")
        yield page_of(site, name, "moved", "text", "", indexed=False, to=to, target=target)
    for slug in sorted(deleted):
        yield page_of(site, f"products/{slug}.html", "gone", "text", "", indexed=False)
    folder = urlsplit(site.url).path.rstrip("/")
    forms = ("products/{}.html", "products/{}.json", "facts/{}.json")
    moves = [
        {"from": f"{folder}/{form.format(slug)}", "to": f"{folder}/{form.format(into)}", "status": 301}
        for slug, into in sorted(merged.items())
        for form in forms
    ]
    lost = [{"from": f"{folder}/{form.format(slug)}", "status": 410} for slug in sorted(deleted) for form in forms]
    yield "redirects.json", (json.dumps({"moved": moves, "gone": lost}, indent=1) + "\n").encode()
    yield "_redirects", "".join(f"{one['from']} {one['to']} 301\n" for one in moves).encode()
