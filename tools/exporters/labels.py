"""Approved and edited products as labelled pages, to train the small models on: manifest.jsonl, pages/ and a README.

The form is that of bench/train/pages.py, and `python bench/train.py --data FOLDER` reads it. A label is what an editor let
stand or wrote: of products that are approved, or on which an editor said something, and are not rejected. Of a page only
that is gold which is to be seen on it; prices that were read elsewhere are optional there. Only stored pages of the
product itself are written, as they came; no reason, note or name of an editor, and no review.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tools.exporters import Files, ReadableStore
from tools.identity import host_of, registrable_domain
from tools.models import Page
from tools.page.decode import decode
from tools.page.markup import read_meta
from tools.page.pricing.money import find_money
from tools.page.quotes import find_quote, visible_text
from tools.page.visible import parse
from tools.settings import Settings
from tools.views.documents import FactDoc, PlanDoc, ProductDocument

NAME = "labels"
SUFFIX = ""
_EDITOR = "editor"
_GONE = ("rejected", "deleted")
_SEEN = ("name", "tagline", "description")  # gold of a page where the page says them
_FORMS = (
    ("html", "product", "html"),
    ("markdown", "card", "md"),
    (".raw", "card", "md"),
)  # in the media type, kind, suffix
_README = """# Labelled pages

Pages of products that an editor of Scout approved or edited, with what is right of them, written by `scout export labels`.

manifest.jsonl holds a page a line: `id, kind (product: HTML, card: Markdown), file, url, lang, site, gold, not_prices, flags,
gold_by (approved, edited), source, bytes`. `gold` is `name, tagline, description, homepage, pricing_model` (lists of accepted
values, best first; empty: the page does not say it), `plans` (`name, amount, currency, period, unit, alt, optional, at`; an
amount of null is on request, an optional plan was read on another page), `license`, `tags`, `category`.

    python bench/train.py --data THIS_FOLDER [--data ANOTHER_ONE]

trains the models of tools/page/choose on it. The pages belong to their sites.
"""


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """README.md, pages/, and last the manifest. after: only products that changed since that change row."""
    yield "README.md", _README.encode()
    lines = []
    for document in store.documents(since=after):
        for page in _own_pages(store, document):
            row, body = _labelled(document, page)
            if row["gold"]["name"]:  # a page that does not name the product is no page to learn its name from
                lines.append(json.dumps(row, ensure_ascii=False, sort_keys=True))
                yield str(row["file"]), body
    yield "manifest.jsonl", "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _own_pages(store: ReadableStore, document: ProductDocument) -> Iterator[Page]:
    """The newest stored page of each address of a product whose labels an editor stands for."""
    if document.status in _GONE or not _stands_for(document):
        return
    newest = {page.final_url: page for page in document.pages if page.own and page.status == 200}
    for told in newest.values():
        page = store.page(told.id)
        if page is not None and _form_of(page):
            yield page


def _form_of(page: Page) -> tuple[str, ...]:
    """The entry of _FORMS for a page; () for what is no text to learn from, like an API's answer."""
    return next((form for form in _FORMS if form[0] in page.content_type), ())


def _stands_for(document: ProductDocument) -> str:
    """Who stands for the labels: "approved" or "edited"; "" for nobody."""
    rungs = {fact.rung for fact in document.facts.values()} | {plan.rung for plan in document.plans}
    return "approved" if document.status == "approved" else "edited" if _EDITOR in rungs else ""


def _labelled(document: ProductDocument, page: Page) -> tuple[dict[str, Any], bytes]:
    """A page's line of the manifest, and its bytes."""
    text, _ = decode(page.body, page.charset)
    kind, suffix = _form_of(page)[1:]
    name = f"{document.slug}-{page.id[:12]}"
    body = page.body if decode(page.body)[0] == text else b"\xef\xbb\xbf" + text.encode("utf-8", "replace")
    row = {
        "id": name,
        "kind": kind,
        "file": f"pages/{name}.{suffix}",
        "url": page.final_url,
        "lang": read_meta(parse(text), page.final_url).lang if kind == "product" else "",
        "site": registrable_domain(host_of(page.final_url)),
        "gold": _gold(document, page.id, text, visible_text(text) if kind == "product" else text),
        "gold_by": _stands_for(document),
        "not_prices": [],
        "flags": {},
        "source": {},
        "bytes": len(body),
    }
    return row, body


def _gold(document: ProductDocument, page: str, text: str, seen: str) -> dict[str, Any]:
    facts = document.facts
    gold: dict[str, Any] = {
        field: [value]
        if isinstance(value := getattr(document, field), str) and _says(facts.get(field), page, value, text)
        else []
        for field in _SEEN
    }
    return gold | {
        "homepage": [document.homepage] if document.homepage else [],
        "pricing_model": [document.pricing_model],
        "plans": [label for plan in document.plans if (label := _plan(plan, page, seen))],
        "license": document.license
        if document.license and _says(facts.get("license"), page, document.license, text)
        else None,
        "tags": [tag for tag in document.tags if find_quote(tag.casefold(), text.casefold())],
        "category": document.category,
    }


def _says(fact: FactDoc | None, page: str, value: str, text: str) -> bool:
    """Whether a value was read on this page, or stands there."""
    read = fact is not None and any(one.page == page for one in fact.evidence)
    return read or find_quote(value.casefold(), text.casefold()) is not None


def _amounts(text: str) -> set[Decimal]:
    return {money.amount for line in text.splitlines() for money in find_money(line)}


def _plan(plan: PlanDoc, page: str, seen: str) -> dict[str, Any] | None:
    """A plan as a label of this page; None where the page shows nothing of it."""
    quote = next((one.quote for one in plan.evidence if one.page == page), "")
    if not quote and (plan.amount is None or Decimal(plan.amount) not in _amounts(seen)):
        return None
    terms = {name: getattr(plan, name) for name in ("name", "currency", "period", "unit")}
    elsewhere = not quote and plan.rung != _EDITOR  # an editor's own price is the page's, whose line he need not quote
    return {
        **terms,
        "amount": None if plan.amount is None else float(plan.amount),
        "alt": [],
        "optional": elsewhere,
        "at": quote,
    }
