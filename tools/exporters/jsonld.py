"""The products as schema.org data: one JSON-LD graph of SoftwareApplication with offers and reviews.

An unknown price is no offer: schema.org has no word for unknown, and 0 would be a lie. Reviews are those of critics that
are programs; the name of their author says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tools.exporters import Files, ReadableStore, pieces
from tools.exporters._addresses import page_url
from tools.exporters._words import safe_url, visible
from tools.page.categories import name_of
from tools.settings import Settings
from tools.views.documents import PanelDoc, PlanDoc, ProductDocument, ReviewDoc
from tools.views.price_words import decimal_of
from tools.views.takes import review_words, titles

NAME = "jsonld"
SUFFIX = ".jsonld"
FILE = "products.jsonld"


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """products.jsonld. after: only products that changed since that change row."""
    return pieces(FILE, _lines(store, after, settings))


def _lines(store: ReadableStore, after: int | None, settings: Settings) -> Iterator[bytes]:
    """The graph as one JSON text, a product a line."""
    yield b'{"@context": "https://schema.org", "@graph": ['
    end = "\n"
    for document in store.documents(since=after, approved_only=settings.approved_only):
        yield f"{end}{script_json(product(document, page_url(settings, document.slug)))}".encode("utf-8", "replace")
        end = ",\n"
    yield b"\n]}\n"


def script_json(value: object) -> str:
    """A value as JSON that is fit for a script element too: no word in it can end the element."""
    text = json.dumps(value, ensure_ascii=False)
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def product(document: ProductDocument, page: str = "") -> dict[str, Any]:
    """One product in schema.org's words; what is not known has no key. page: the address of our page on it."""
    names = titles()
    reviews = document.panel.reviews.items() if document.panel else []
    values = {
        "@type": "SoftwareApplication",
        "@id": f"urn:scout:{document.slug}",
        "name": visible(document.name),
        "description": visible(document.description or document.tagline or ""),
        "url": safe_url(document.homepage),
        "image": safe_url(document.logo.url) if document.logo else "",
        "subjectOf": page and {"@type": "WebPage", "url": page},
        "license": visible(document.license or ""),
        "applicationCategory": name_of(document.category),
        "keywords": [visible(tag) for tag in document.tags],
        "dateModified": document.changed_at,
        "offers": [_offer(plan) for plan in document.plans if decimal_of(plan.amount) is not None and plan.currency],
        "review": [
            _review(names.get(name, name), one, document.panel)
            for name, one in reviews
            if one.score is not None and document.panel
        ],
    }
    return {key: value for key, value in values.items() if value}


def _offer(plan: PlanDoc) -> dict[str, Any]:
    price = {"price": plan.amount, "priceCurrency": plan.currency}
    unit = {"unitText": " ".join(filter(None, (plan.unit, plan.period)))} if plan.unit or plan.period else {}
    whole = {"@type": "UnitPriceSpecification", **price, **unit}
    return {"@type": "Offer", "name": visible(plan.name), **price, "priceSpecification": whole}


def _review(name: str, review: ReviewDoc, panel: PanelDoc) -> dict[str, Any]:
    rating = {"@type": "Rating", "ratingValue": review.score, "bestRating": 100, "worstRating": 0}
    # schema.org has only people and organisations write reviews; that this one is a program stands in its name
    author = {"@type": "Organization", "name": f"Scout: {name} ({visible(review.reviewer)}, a program)"}
    body = visible(review_words(panel, review))
    return {
        "@type": "Review",
        "author": author,
        "datePublished": panel.created_at,
        "reviewRating": rating,
        "reviewBody": body,
    }
