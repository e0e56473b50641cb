"""Damaged pages in the form the bench reads them: bytes, decoded, read; what breaks is printed.

    python bench/damage.py [FOLDER] [--pages 10000] [--seed 0]        default folder: ../shared/corpus beside the repository

A page passes when reading it raises nothing, takes under two seconds and every fact's quote stands where it says.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.models import Extraction
from tools.page.decode import decode
from tools.page.extract import extract
from tools.page.lists import listing
from tools.page.markdown_card import plain
from tools.page.markup import read_jsonld
from tools.page.metadata import metadata
from tools.page.quotes import find_quote, visible_text
from tools.page.record import record
from tools.page.visible import parse

LIMIT_S = 2.0
PIECES = (
    *(b"<div>", b"</div>", b"<p", b">", b"<!--", b"-->", b"<script>", b"</script>", b"<table><tr><td>", b"</table>", b"<svg>"),
    *(b"\x00", b"\xff\xfe", b"\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"&#x110000;", b"&amp", b"&pound;9", b"&#8364;", b"&nbsp;"),
    *(b"$", b"$9", b"/mo", b"1.299,50 \xe2\x82\xac", b"1 299,50", b"12'500.50 CHF", b"\xd9\xa1\xd9\xa2 $", b"9,99\xe2\x82\xac", b"Free", b"?"),
    *(b"\xe2\x80\xae", b"\xe2\x80\x8f", b'<p dir="rtl">', b"\xd7\x9e\xd7\x97\xd7\x99\xd7\xa8 \xe2\x82\xaa99", b"\xd8\xb3\xd8\xb9\xd8\xb1 99 SAR"),
    *(b'"', b"'", b"{", b"]]>", b"<style>.c{display:none}", b"</style>", b"<h1>", b"<s>", b"<del>", b"---\n", b"```", b"| a | $9 |\n"),
    b'<script type="application/ld+json">{"@type":"Product","name":"x","offers":{"price":"9"}}</script>',
    b'<meta charset="utf-16">',
    b'<meta charset="iso-8859-1">',
)  # fmt: skip
CHARSETS = ("utf-16", "cp1252", "shift_jis", "windows-1251", "utf-7", "nonsense", "")


def damaged(body: bytes, chance: random.Random) -> bytes:
    """One page with one to six wounds: a piece put in, taken out, doubled, cut off, moved, or read in another charset."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        kind = chance.randrange(7)
        if kind == 0:
            body = body[:at] + chance.choice(PIECES) + body[at:]
        elif kind == 1:
            body = body[:at] + body[at + chance.randint(1, 400) :]
        elif kind == 2:
            end = at + chance.randint(1, 2_000)
            body = body[:at] + body[at:end] * chance.randint(2, 4) + body[end:]
        elif kind == 3:
            body = body[: max(at, 200)]
        elif kind == 4:
            end = at + chance.randint(1, 2_000)
            body = body[:at] + body[end:] + body[at:end]
        elif kind == 5:
            text = body.decode("utf-8", "replace")
            body = text.encode(chance.choice(("utf-8", "utf-16", "cp1252", "gb18030")), "replace")
        else:
            body = body[:at] + bytes([chance.randrange(256)]) * chance.randint(1, 9) + body[at + 1 :]
    return body


def read(body: bytes, url: str, kind: str, charset: str | None = None) -> tuple[Extraction | None, str, float]:
    """What is read of a page's bytes as the bench reads them, the text it was read from and the CPU seconds it took.

    Lists and metadata are read too and give no extraction: they have no quotes.
    """
    started = time.process_time()
    text, _ = decode(body, charset)
    found = None
    if kind == "listing":
        listing(text, url)
    elif kind == "meta":
        metadata(text, url)
    else:
        found = extract(text, url, content_type="text/markdown" if kind == "card" else "text/html")
        record(found)
    return found, text, time.process_time() - started


def unquoted(found: Extraction, text: str, kind: str = "product") -> list[str]:
    """Facts and plans without evidence, and quotes that do not stand where they say; [] when all is well."""
    wrong = [f"no evidence: {item}" for item in (*found.facts, *found.plans) if not item.evidence]
    quotes = {e for item in (*found.facts, *found.plans) for e in item.evidence}
    if not quotes:
        return wrong
    seen = text + "\n" + plain(text) if kind == "card" else visible_text(text)
    marked: list[str] = []
    for evidence in sorted(quotes, key=lambda e: (e.place, e.quote)):
        if evidence.place == "visible" and not find_quote(evidence.quote, seen):
            wrong.append(f"not visible: {evidence.quote!r}")
        elif evidence.place == "markup" and not find_quote(evidence.quote, text):
            marked = marked or _markup(text)
            if not any(find_quote(evidence.quote, piece) for piece in marked):
                wrong.append(f"not in the markup: {evidence.quote!r}")
        elif evidence.place not in ("visible", "markup", "api"):
            wrong.append(f"unknown place: {evidence}")
    return wrong


def _markup(text: str) -> list[str]:
    """The texts, attributes and JSON of a page, decoded."""
    tree = parse(text)
    pieces = [json.dumps(read_jsonld(tree), ensure_ascii=False)]
    for node in tree.css("*"):
        pieces += [value for value in node.attributes.values() if value]
        pieces.append(" ".join((node.text(deep=True) or "").split()))
    return pieces


def run(pages: Sequence[tuple[bytes, str, str]], count: int, seed: int) -> tuple[list[str], list[float]]:
    """What broke on `count` damaged copies of these (body, url, kind), and the CPU seconds of each."""
    chance = random.Random(seed)
    broken: list[str] = []
    seconds: list[float] = []
    for number in range(count):
        body, url, kind = chance.choice(pages)
        body = damaged(body, chance)
        found, text, taken = read(body, url, kind, chance.choice(CHARSETS) if chance.random() < 0.2 else None)
        seconds.append(taken)
        if taken > LIMIT_S:
            broken.append(f"{number} {url}: {taken:.1f} s")
        if found is not None:
            broken += [f"{number} {url}: {what}" for what in unquoted(found, text, kind)]
    return broken, seconds


def pages_of(folder: Path) -> list[tuple[bytes, str, str]]:
    """The saved pages of a corpus folder."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    return [((folder / row["file"]).read_bytes(), row["url"] or "https://page.example/", row["kind"]) for row in rows]


def main() -> int:
    """Damage, read, print; 1 when anything broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    broken, seconds = run(pages_of(options.folder), options.pages, options.seed)
    for line in broken[:50]:
        print(line)
    cut = sorted(seconds)
    print(
        f"{len(seconds)} damaged pages, {len(broken)} faults; CPU ms a page: "
        f"median {1000 * statistics.median(cut):.1f}, 99 % {1000 * cut[int(0.99 * len(cut))]:.1f}, most {1000 * cut[-1]:.0f}"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
