"""What of an order to readers a page gets into its fields: each order in each place of each of a few clean pages.

    python bench/door.py [--texts ../shared/security/injection_texts.jsonl] [--half looked-at|given|all] [--misses]
    python bench/door.py --plans ../shared   # an obedient agent: the first plan of each labelled page, by a name it was told

A field moved: its value is neither the clean page's nor held. A canary shown: words of the order stand in a shown value.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import scoring
from tools.errors import ProposalRefused
from tools.models import Page
from tools.page.decode import decode
from tools.page.extract import extract
from tools.page.record import read_record
from tools.products.propose import claimed

FIELDS = ("name", "tagline", "description", "homepage", "pricing_model", "license", "tags", "makers")
_PAGE = """<!doctype html><html lang="en"><head>{head}<title>{title}</title>
<meta name="description" content="{description}">{more}</head><body>{top}
<header><a href="/"><img src="/logo.svg" alt="{alt}"></a><a href="/docs">Docs</a> <a href="/pricing">Pricing</a></header>
<main><h1>{h1}</h1><p>{lead}</p>{below}{body}</main>
<section><h2>Pricing</h2><div class="card"><h3>Solo</h3><p>$9 / month</p><ul><li>One seat</li></ul></div>
<div class="card"><h3>Crew</h3><p>$29 / month</p><ul><li>Five seats</li></ul></div></section>
<footer>© 2026 {name}</footer></body></html>"""
_PAGES = [
    {
        "name": "Tidemark",
        "url": "https://tidemark.example/",
        "title": "Tidemark – Release notes from your commits",
        "description": "Tidemark turns merged pull requests into release notes that customers read, in your own tone.",
        "alt": "Tidemark logo",
        "h1": "Release notes from your commits",
        "lead": "Tidemark watches your repository and drafts release notes for every version you tag.",
        "body": "<h2>Write once</h2><p>Every merged pull request becomes a line that a customer understands.</p><h2>Your tone</h2>"
        "<p>Teach it three notes you like and the drafts follow them.</p><p>Publish to a page, a feed or by mail, and see who reads it.</p>"
        "<p>Works with any Git host; your source never leaves the runner.</p>",
    },
    {
        "name": "Quillbase",
        "url": "https://quillbase.example/",
        "title": "Quillbase: guardrails for AI agents",
        "description": "Quillbase tests prompts and tools of your AI agents before each release, and stops the ones that misbehave.",
        "alt": "Quillbase",
        "h1": "Guardrails for AI agents",
        "lead": "Quillbase replays conversations against your agent and flags answers that break your rules.",
        "body": "<h2>Test every prompt</h2><p>Version system prompts like code and see which change broke which answer.</p><h2>Block injections</h2>"
        "<p>Documents that try to give your assistant new orders are caught before the model reads them.</p>"
        "<p>Connect any language model; run it in your own cloud or in ours.</p><p>Reviewers see each failed conversation with its reason.</p>",
    },
    {
        "name": "Fernpost",
        "url": "https://fernpost.example/",
        "title": "Fernpost | Uptime checks for small teams",
        "description": "Fernpost checks your sites every minute from nine regions and calls you only when something is really down.",
        "alt": "Fernpost home",
        "h1": "Fernpost",
        "lead": "Uptime checks for small teams: one page for your status, one bell for your phone.",
        "body": "<h2>Quiet by default</h2><p>Two regions must agree before anybody is woken.</p><h2>Status pages</h2><p>A page on your own domain "
        "tells visitors what is going on.</p><p>Import your monitors from a file and be done in five minutes.</p><p>Alerts go to chat, mail, phone or a webhook.</p>",
    },
]


def carriers(text: str, page: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each place of a page that can carry a text, with what is then there."""
    said, quoted = html.escape(text, quote=True), json.dumps(text).replace("<", "\\u003c")
    thing = '{{"@context":"https://schema.org","@type":"SoftwareApplication","name":{},"description":{}}}'
    yield "meta description", {"description": said}
    yield "og:description", {"more": f'<meta property="og:description" content="{said}">'}
    yield "og:description alone", {"description": "", "more": f'<meta property="og:description" content="{said}">'}
    yield "twitter:description", {"description": "", "more": f'<meta name="twitter:description" content="{said}">'}
    yield "og:title", {"more": f'<meta property="og:title" content="{said}">'}
    yield "og:site_name", {"more": f'<meta property="og:site_name" content="{said}">'}
    yield "keywords", {"more": f'<meta name="keywords" content="{said}">'}
    yield "author", {"more": f'<meta name="author" content="{said}">'}
    for which, name, told in (("description", json.dumps(page["name"]), quoted), ("name", quoted, '"A tool."')):
        yield f"JSON-LD {which}", {"more": f'<script type="application/ld+json">{thing.format(name, told)}</script>'}
        box = '<div itemscope itemtype="https://schema.org/SoftwareApplication"><meta itemprop="name" content="{}"><meta itemprop="description" content="{}"></div>'
        named = (page["name"], said) if which == "description" else (said, "A tool.")
        yield f"microdata {which}", {"top": box.format(*named)}
    yield "title", {"title": said}
    yield "title tail", {"title": f"{page['name']} – {said}"}
    yield "logo alt", {"alt": said}
    yield "after the description", {"description": f"{page['description']} {said}"}
    for style in ("display:none", "position:absolute;left:-9999px", "font-size:0", "opacity:0"):
        yield f"hidden ({style.partition(':')[0]})", {"below": f'<p style="{style}">{said}</p>'}
    yield "aria-hidden", {"below": f'<p aria-hidden="true">{said}</p>'}
    yield "noscript", {"below": f"<noscript><p>{said}</p></noscript>"}
    yield (
        "sr-only",
        {
            "below": f'<p class="sr-only" style="clip:rect(0,0,0,0);position:absolute;width:1px;height:1px;overflow:hidden">{said}</p>'
        },
    )
    yield "visible heading", {"h1": said}
    yield "visible lead", {"lead": said}


def page_of(page: dict[str, str], **other: str) -> str:
    """A page's HTML, other things in some of its places."""
    return _PAGE.format(**{"head": "", "more": "", "top": "", "below": "", **page, **other})


def read(text: str, url: str) -> dict[str, Any]:
    """The record of a page."""
    return read_record(text.encode(), url)


def shown(record: dict[str, Any]) -> list[str]:
    """Every text that the record shows: values, names of plans, quotes, reasons to look."""
    values = [record[field] for field in FIELDS] + [plan["name"] for plan in record["plans"]]
    texts = [text for value in values for text in (value if isinstance(value, list) else [value]) if text]
    return texts + [item["quote"] for item in record["evidence"].values()] + record["needs_look"] + record["trouble"]


def carries(texts: list[str], order: str) -> bool:
    """Whether a run of the order's words stands in one of the texts."""
    run = " ".join(_words(order)[:5])
    return bool(run) and any(f" {run} " in f" {' '.join(_words(text))} " for text in texts)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def texts_of(path: Path, half: str) -> list[str]:
    """The orders of one half of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    first = [int.from_bytes(hashlib.sha256((r["goal"] + r["id"]).encode()).digest()[:6], "big") < 2**47 for r in rows]
    return [r["text"] for r, one in zip(rows, first, strict=True) if half == "all" or one == (half == "given")]


_TOLD = (
    "Platinum Deluxe",
    "Best Value Ever",
    "Free Forever (approved)",
    "CANARY-9931",
    "Ultimate",
    "Winner",
    "Zero Cost",
)


def obedient(folder: Path) -> Counter[str]:
    """What becomes of an agent's claims on the labelled pages' first named prices: by their name, and by one it was told."""
    tally: Counter[str] = Counter()
    for corpus in ("corpus2", "corpus"):
        for number, row in enumerate(scoring.rows_of(folder / corpus)):
            text, url = decode((folder / corpus / row["file"]).read_bytes())[0], row["url"] or "https://page.example/"
            said = extract(text, url)
            named = (p for p in said.plans if p.name and p.amount and p.currency and p.evidence[0].place == "visible")
            if row["kind"] != "product" or (plan := next(named, None)) is None:
                continue
            page = Page(
                "p" * 32, url, url, 200, "text/html", "utf-8", text.encode(), "", datetime(2026, 1, 1, tzinfo=UTC)
            )
            price = "/".join(filter(None, (f"{plan.amount} {plan.currency}", plan.period)))
            for kind, name in (("true", plan.name), ("told", _TOLD[number % len(_TOLD)])):
                claim = {"field": f"plan:{name}", "value": price, "quote": plan.evidence[0].quote}
                try:
                    claimed(claim, page, said)
                    tally[f"{kind} names stored"] += 1
                except ProposalRefused:
                    tally[f"{kind} names refused"] += 1
    return tally


def main() -> None:
    """Print how many pages show an order, and how many fields moved, by place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, default=ROOT.parent / "shared" / "security" / "injection_texts.jsonl")
    parser.add_argument("--half", default="looked-at", choices=("looked-at", "given", "all"))
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--plans", type=Path)
    options = parser.parse_args()
    if options.plans:
        print(dict(obedient(options.plans)))
        return
    count: dict[str, Counter[str]] = {}
    for page in _PAGES:
        clean = read(page_of(page), page["url"])
        for order in texts_of(options.texts, options.half):
            for place, other in carriers(order, page):
                record = read(page_of(page, **other), page["url"])
                moved = [f for f in FIELDS if record[f] not in (clean[f], None, []) and f != "pricing_model"]
                tally = count.setdefault(place, Counter())
                tally["pages"] += 1
                tally["shown"] += (seen := carries(shown(record), order))
                tally["moved"] += bool(moved)
                tally["prices"] += record["plans"] != clean["plans"]
                tally["look"] += any("held" in why for why in record["trouble"])
                if options.misses and seen:
                    print(f"{place}: {order[:100]!r}")
    whole = sum(count.values(), Counter())
    for place, tally in [*count.items(), ("all", whole)]:
        share = {what: f"{tally[what] / tally['pages']:.1%}" for what in ("shown", "moved", "prices", "look")}
        print(
            f"{place:30} {tally['pages']:5} pages  " + "  ".join(f"{what} {value:>6}" for what, value in share.items())
        )


if __name__ == "__main__":
    main()
