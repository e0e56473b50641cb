"""How often products that are told to be rivals are of one judged category, and what telling costs.

    python bench/rivals.py [--data FOLDER ...] [--untouched] [--list] [--many N]

Every labelled page is proposed as a product, read by our own reader: the judged category only judges. Rivals that a
page names are counted apart; few of them are among the labelled products. --many: a store of N products made of the same
words, for the cost. Times are CPU time of this process.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.category import MERGED
from bench.train import pages
from bench.train.pages import Page as Labelled
from tools.errors import ScoutError
from tools.models import Evidence, Fact, Page, Proposal
from tools.page.extract import extract
from tools.products.propose import assemble
from tools.store import Store
from tools.views.documents import RivalDoc

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def page_of(url: str, html: str) -> Page:
    body = html.encode()
    digest = sha256(body).hexdigest()
    return Page(
        sha256(f"{url}\n{digest}".encode()).hexdigest()[:32], url, url, 200, "text/html", "utf-8", body, digest, NOON
    )


def filled(store: Store, labelled: Iterable[Labelled]) -> dict[str, str]:
    """Put the pages' products into a store; the judged category by slug."""
    judged: dict[str, str] = {}
    for one in labelled:
        page = page_of(one.url, one.html)
        store.put_page(page)
        try:
            saved = store.put_product(assemble(launches=[], pages=[(page, extract(one.html, one.url))]))
        except ScoutError:
            continue  # a page that makes no product of its own
        judged[saved.slug] = MERGED.get(one.gold["category"], one.gold["category"])
    return judged


def told(store: Store, slugs: Iterable[str]) -> dict[tuple[str, str], RivalDoc]:
    """Every pair of which one is told to be the other's rival."""
    found: dict[tuple[str, str], RivalDoc] = {}
    for slug in slugs:
        for rival in store.document(slug, rivals=True).rivals or ():
            one, other = sorted((slug, rival.slug))
            found.setdefault((one, other), rival)
    return found


def many(store: Store, judged: Iterable[str], count: int) -> list[str]:
    """Products made of the words of others; their slugs."""
    drawn = random.Random(9)
    documents = [store.document(slug) for slug in judged]
    words = [word for document in documents for word in f"{document.tagline} {document.description}".split()]
    slugs = []
    for number in range(count):
        page = page_of(f"https://made{number}.example/", f"<p>{number}</p>")
        store.put_page(page)
        said = {
            "name": f"{drawn.choice(words)} {number}",
            "tagline": " ".join(drawn.sample(words, 8)),
            "description": " ".join(drawn.sample(words, 25)),
            **({"category": category} if (category := drawn.choice(documents).category) else {}),
        }
        facts = [
            Fact(name, text, "meta", 0.8, (Evidence(page.url, "visible", text, page=page.id),))
            for name, text in said.items()
        ]
        slugs.append(
            store.put_product(Proposal(f"url:made{number}.example", "product", tuple(facts), pages=(page.id,))).slug
        )
    return slugs


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", metavar="FOLDER")
    parser.add_argument("--untouched", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--many", type=int, default=0, metavar="N")
    options = parser.parse_args()
    every, _ = pages.everything(options.data or [ROOT.parent / "shared"])
    known = [one for one in every if one.untouched == options.untouched and one.measured and one.gold.get("category")]
    with Store.open(":memory:") as store:
        judged = filled(store, known)
        found = told(store, judged)
        for kind, named in (("named", True), ("near", False)):
            pairs = [pair for pair, rival in found.items() if (rival.closeness is None) == named]
            right = sum(judged[one] == judged[other] for one, other in pairs)
            print(f"{kind}: {len(pairs)} pairs among {len(judged)} products, {right} of one judged category")
        for (one, other), rival in found.items() if options.list else ():
            print(f"  {one} ({judged[one]}) | {other} ({judged[other]}) | {rival.closeness} | {rival.reason}")
        if options.many:
            sample = many(store, judged, options.many)[:200]
            start = time.process_time()
            plain = [store.document(slug) for slug in sample]
            middle = time.process_time()
            told(store, sample)
            spent = (time.process_time() - middle - (middle - start)) / len(plain) * 1000
            print(f"rivals of a product among {options.many + len(judged)}: {spent:.1f} ms")


if __name__ == "__main__":
    main()
