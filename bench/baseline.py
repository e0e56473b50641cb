"""The baseline: what a page gives trafilatura and extruct, with price-parser and a few keyword rules for prices.

Answers the batch protocol of a corpus folder's score.py (JSON lines in, JSON lines out) in .bench/venv, see peers.py:

    python score.py --batch ".bench/venv/bin/python bench/baseline.py"

With --cpu a last line {"id": "cpu", "ms": …} tells, by library, the CPU milliseconds of each page (median of five).
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import extruct
import trafilatura
from lxml import html as lxml_html
from price_parser import Price

SYNTAXES = ["json-ld", "opengraph", "microdata"]
TYPES = {"SoftwareApplication", "WebApplication", "MobileApplication", "Product", "Service"}
CODES = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "৳": "BDT"}
PRICE = re.compile(r"(?:[$€£₹৳]|USD|EUR|GBP)\s?\d[\d.,]*|\d[\d.,]*\s?(?:€|EUR|USD)")
PERIODS = (("month", r"/\s?mo|month"), ("year", r"/\s?ye?a?r|year|annual"))
LICENCES = (
    ("apache-2.0", r"apache[ -](?:license,? )?(?:version )?2"),
    ("mit", r"\bmit licen[sc]e"),
    ("agpl-3.0", r"\bagpl"),
    ("gpl-3.0", r"\bgpl[ -]?v?3"),
)


def answer(item: dict[str, Any]) -> dict[str, Any]:
    """The answer to one line: a price or a page of some kind."""
    if "currency_hint" in item:
        price = Price.fromstring(item["text"], item["currency_hint"])
        return {"amount": price.amount_float, "currency": price.currency}
    text = Path(item["input"]).read_bytes().decode("utf-8", "replace")
    if item["kind"] == "listing":
        return {"items": links(text, item["url"])}
    if item["kind"] == "meta":
        return metadata(text, item["url"])
    return product(text, item["url"] or "")


def metadata(text: str, url: str) -> dict[str, Any]:
    """What trafilatura reads of a page's head."""
    found = trafilatura.extract_metadata(text, default_url=url)
    data = found.as_dict() if found else {}
    same = ("title", "description", "url", "author", "date")
    tree = re.search(r"<html[^>]*\blang=[\"']?([\w-]+)", text)
    return {**{name: data.get(name) for name in same}, "publisher": data.get("sitename"), "lang": tree and tree[1]}


def product(text: str, url: str) -> dict[str, Any]:
    """A record: the page's own data first, then its metadata, then rules over its text."""
    told = extruct.extract(text, base_url=url, syntaxes=SYNTAXES, errors="ignore")
    items = [item for item in _items(told.get("json-ld", [])) if _type(item) & TYPES]
    graph = dict(told["opengraph"][0]["properties"]) if told.get("opengraph") else {}
    data = metadata(text, url)
    words = trafilatura.html2txt(text)
    title = data["title"] or graph.get("og:title") or ""
    named = next((item["name"] for item in items if isinstance(item.get("name"), str)), None)
    plans = prices(words)
    return {
        "name": named or graph.get("og:site_name") or data["publisher"] or re.split(r"\s[|–—-]\s|:\s", title)[0],
        "tagline": graph.get("og:title") or title or None,
        "description": data["description"] or graph.get("og:description"),
        "homepage": url,
        "pricing_model": pricing_model(words, plans),
        "license": next((name for name, said in LICENCES if re.search(said, words, re.IGNORECASE)), None),
        "tags": keywords(text),
        "plans": plans,
    }


def prices(words: str) -> list[dict[str, Any]]:
    """Every price string of a text as a plan of the words before it, one an amount and period."""
    found: dict[tuple[float, str | None], dict[str, Any]] = {}
    for match in PRICE.finditer(words):
        price = Price.fromstring(match[0])
        if price.amount is None:
            continue
        after = words[match.end() : match.end() + 30].lower()
        period = next((name for name, said in PERIODS if re.search(said, after)), None)
        sign = (price.currency or "").strip()
        before = words[max(0, match.start() - 40) : match.start()].split()
        plan = {"name": " ".join(before[-2:]), "amount": float(price.amount), "period": period}
        found.setdefault((plan["amount"], period), {**plan, "currency": CODES.get(sign, sign)})
    return list(found.values())


def pricing_model(words: str, plans: list[dict[str, Any]]) -> str:
    """By keywords: a free word and a price, one of them, open source, a request to call."""
    free = re.search(r"\bfree\b", words, re.IGNORECASE)
    if any(plan["amount"] for plan in plans):
        return "freemium" if free else "paid"
    if re.search(r"open[- ]source", words, re.IGNORECASE):
        return "open-source"
    if free:
        return "free"
    return "contact" if re.search(r"contact sales|request a demo|get a quote", words, re.IGNORECASE) else "unknown"


def keywords(text: str) -> list[str]:
    """The words of <meta name="keywords">."""
    found = re.search(r"<meta[^>]*name=[\"']keywords[\"'][^>]*content=[\"']([^\"']+)", text, re.IGNORECASE)
    return [word.strip() for word in found[1].split(",")] if found else []


def links(text: str, url: str) -> list[dict[str, Any]]:
    """Every link with two words or more as a row of a list."""
    tree = lxml_html.fromstring(text.encode())
    rows = ((urljoin(url, a.get("href") or ""), " ".join(a.text_content().split())) for a in tree.iter("a"))
    return [{"name": said, "url": where, "tagline": None} for where, said in rows if len(said.split()) > 1]


def _items(told: Any) -> list[dict[str, Any]]:
    rows = told if isinstance(told, list) else [told]
    flat = [
        item for row in rows for item in (_items(row["@graph"]) if isinstance(row, dict) and "@graph" in row else [row])
    ]
    return [item for item in flat if isinstance(item, dict)]


def _type(item: dict[str, Any]) -> set[str]:
    kind = item.get("@type")
    return {kind} if isinstance(kind, str) else {one for one in kind or [] if isinstance(one, str)}


def cpu(read: Callable[[str, str], object], pages: list[tuple[str, str]]) -> list[float]:
    """CPU milliseconds of each page, the median of five readings."""
    costs = []
    for text, url in pages:
        spent = []
        for _ in range(5):
            began = time.process_time()
            read(text, url)
            spent.append(1e3 * (time.process_time() - began))
        costs.append(statistics.median(spent))
    return costs


def main() -> None:
    """Answer every line of stdin."""
    items = [json.loads(line) for line in sys.stdin if line.strip()]
    for item in items:
        print(json.dumps({"id": item["id"], **answer(item)}, ensure_ascii=False, default=str), flush=True)
    if "--cpu" not in sys.argv:
        return
    texts = [
        (Path(i["input"]).read_bytes().decode("utf-8", "replace"), i["url"] or "https://page.example/") for i in items
    ]
    costs = {
        "trafilatura metadata": cpu(lambda text, url: trafilatura.extract_metadata(text, default_url=url), texts),
        "extruct json-ld + OG + microdata": cpu(
            lambda text, url: extruct.extract(text, base_url=url, syntaxes=SYNTAXES, errors="ignore"), texts
        ),
        "the baseline, both with its rules": cpu(product, texts),
    }
    print(json.dumps({"id": "cpu", "ms": costs}))


if __name__ == "__main__":
    main()
