"""What `scout extract` prints of a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tools.identity import canonical_url, identity_of
from tools.knowledge import doubts
from tools.models import Extraction, Fact, Plan
from tools.page.decode import decode
from tools.page.extract import extract
from tools.page.facts.homepage import root_of
from tools.page.paged import of_pdf
from tools.page.price_headings import is_of_prices


def read_record(body: bytes, url: str) -> dict[str, Any]:
    """`record` of a saved page's bytes; the text and the address tell what it is."""
    text, _ = decode(body)
    return record(of_pdf(extract(text, url, content_type=""), body))


def record(extraction: Extraction) -> dict[str, Any]:
    """The JSON of `scout extract`: one value a field, null where the page says nothing, with its evidence."""
    shown = {
        field: _shown(extraction, field)
        for field in (
            "name",
            "tagline",
            "description",
            "homepage",
            "pricing_model",
            "license",
            "tags",
            "makers",
            "category",
        )
    }
    evidence = {
        field: {
            "quote": fact.evidence[0].quote,
            "place": fact.evidence[0].place,
            "rung": fact.rung,
            "confidence": fact.confidence,
        }
        for field, fact in shown.items()
        if fact is not None
    }
    result: dict[str, Any] = {field: fact.value if fact else None for field, fact in shown.items()}
    result["name"] = result["name"] or _entry_of(extraction.url)
    result["homepage"] = result["homepage"] or _address_of(extraction.url)
    result["pricing_model"] = result["pricing_model"] or "unknown"
    result["tags"] = result["tags"] or []
    result["plans"] = [
        {
            "name": plan.name or None,
            "amount": None if plan.amount is None else f"{plan.amount:f}",
            "currency": plan.currency,
            "period": plan.period,
            "unit": plan.unit,
            "billed": plan.billed,
            "qualifier": plan.qualifier,
            "confidence": plan.confidence,
            "evidence": [{"quote": e.quote, "place": e.place, "rung": plan.rung} for e in plan.evidence],
        }
        for plan in extraction.plans
    ]
    result["evidence"] = evidence
    result["pricing_url"] = extraction.pricing_url
    result["missing"] = list(extraction.missing)
    result["trouble"] = list(extraction.trouble)
    result["needs_look"] = _doubts(extraction)
    return result


def _doubts(found: Extraction) -> list[str]:
    """What was read of fields that stay null because it is too unsure, each candidate with its confidence."""
    facts = [*found.facts, *(item for item in found.doubtful if isinstance(item, Fact))]
    return doubts(facts, (item for item in found.doubtful if isinstance(item, Plan)))


def _entry_of(url: str) -> str | None:
    """The name a code host or the Hub gives a thing in its address, for a card or README that never says it."""
    identity = identity_of(url)
    if not identity.startswith(("hub:", "repo:")):
        return None
    own = identity.rsplit("/", 1)[-1]
    return next((step for step in reversed(urlsplit(url).path.split("/")) if step.lower() == own), own)


def _address_of(url: str) -> str:
    """Where nothing on the page names the product's address: the one that was read, a pricing page's site for its own."""
    parts = urlsplit(canonical_url(url))
    if is_of_prices(parts.path) and identity_of(url).startswith("url:"):
        return root_of(url)
    return canonical_url(url)


def _shown(extraction: Extraction, field: str) -> Fact | None:
    """The best fact of a field: highest confidence, then the order of rungs in which they were found.

    An unsure name is shown for want of a better one: a product must be called something.
    """
    facts = [f for f in extraction.facts if f.field == field]
    if field == "name" and not facts:
        facts = [f for f in extraction.doubtful if isinstance(f, Fact) and f.field == field]
    return max(facts, key=lambda f: f.confidence, default=None)
