"""What programs read: addresses for search engines, facts with rules for citing them, and how agents may use the site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from markupsafe import Markup

from tools.exporters import _pairs, jsonld
from tools.exporters._record import became, what
from tools.exporters._words import clip, file_slug, safe_url, visible
from tools.exporters.site._out import page_of
from tools.exporters.site._state import Site
from tools.page.categories import name_of
from tools.views.change_words import side_words
from tools.views.documents import EvidenceDoc, ProductDocument
from tools.views.price_words import price_to_start
from tools.views.takes import day, verdict_line

T = TypeVar("T")
_ADDRESSES = 50_000  # most of one sitemap, by its protocol
_ROWS = 1_000  # products on one page of the index of facts
_QUOTE = 420
_CHANGES = 20
_WHAT = (
    "New developer tools, read the day they launch: facts and prices with the words they rest on, and the votes of six "
    "critics, which are programs."
)
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BRIEF = 300  # bytes of a description inside a product's page
_OFFERS = 6  # of its plans there
RULES = (
    "Cite the page of the product and the day of the verdict: both stand in `cite_as`.",
    "A fact is true of the day its quote was read (`read`). Say that day where it matters, above all for prices.",
    "Quote the words in `quote` exactly or not at all; they are the maker’s, at `source`.",
    "A null amount is an unknown price. Never write it as free or as 0.",
    "A verdict marked stale was given on earlier facts; say so.",
    "A product that no editor approved is marked `approved: false`; say so where you rely on it alone.",
    "The critics are programs. Never present their words as those of users or of the maker.",
)


def facts(site: Site, document: ProductDocument) -> tuple[str, bytes]:
    """The facts of a product for programs: small, each with its quote, and how to cite it."""
    slug = file_slug(document.slug)
    panel, page = document.panel, site.address(f"products/{slug}.html") or f"../products/{slug}.html"
    price = price_to_start(document)
    met = f", verdict of {day(panel.created_at)}" if panel else ""
    values = {
        "name": document.name,
        "page": page,
        "approved": document.status == "approved",
        "as_of": site.at.date().isoformat(),
        "verdict": verdict_line(document) if panel else None,
        "verdict_on": panel.created_at[:10] if panel else None,
        "stale": bool(panel and panel.stale),
        "price_to_start": {"text": price.text, "state": price.state},
        "facts": {
            field: {"value": fact.value, **_source(fact.evidence)}
            for field, fact in document.facts.items()
            if fact.evidence
        },
        "plans": [
            {
                "name": plan.name,
                "amount": plan.amount,
                "currency": plan.currency,
                "period": plan.period,
                "unit": plan.unit,
                **_source(plan.evidence),
            }
            for plan in document.plans
        ],
        "cite_as": f"Scout, “{clip(document.name, 200)}”{met}, {page}",
        "rules": RULES,
    }
    return f"facts/{slug}.json", _json(values)


def facts_index(site: Site) -> Iterator[tuple[str, bytes]]:
    """All products that have facts, a thousand a page; each page names the next."""
    parts = _parts(list(site.by_slug.values()), _ROWS) or [[]]
    for number, part in enumerate(parts, 1):
        rows = [
            {
                "name": card.name,
                "facts": f"{file_slug(card.slug)}.json",
                "category": name_of(card.category) or None,
                "verdict": card.verdict or None,
                "changed_on": card.changed_on,
            }
            for card in part
        ]
        following = f"index-{number + 1}.json" if number < len(parts) else None
        values = {"products": len(site.by_slug), "as_of": site.at.date().isoformat(), "rules": RULES}
        file = "index.json" if number == 1 else f"index-{number}.json"
        yield f"facts/{file}", _json({**values, "rows": rows, "next": following})


def linked_data(site: Site, document: ProductDocument) -> tuple[Markup, bytes]:
    """A product in schema.org's words: for the page, shortened, and as a file of its own."""
    page = site.address(f"products/{file_slug(document.slug)}.html")
    whole = {"@context": "https://schema.org", **jsonld.product(document, page)}
    reviews = [{key: value for key, value in one.items() if key != "reviewBody"} for one in whole.get("review", ())]
    brief = {**whole, "name": clip(document.name, 120), "description": clip(whole.get("description"), _BRIEF)}
    brief |= {"review": reviews, "offers": whole.get("offers", [])[:_OFFERS]}
    brief = {key: value for key, value in brief.items() if value}
    return Markup(visible(jsonld.script_json(brief))), _json(whole)  # script_json lets no word of it be markup


def changes_feed(site: Site, document: ProductDocument) -> Iterator[tuple[str, bytes]]:
    """An Atom feed of what changed of one product; none where the site has no address to lead to."""
    if not site.url:
        return
    slug = file_slug(document.slug)
    page, rows = site.address(f"products/{slug}.html"), []
    for change in sorted(document.changes, key=lambda one: -one.seq)[:_CHANGES]:
        before = f"(was {clip(side_words(change.op, change.before), 200)})" if change.before else ""
        words = " ".join(filter(None, (clip(became(change), 200), before)))
        rows.append(
            f"<entry><id>{escape(page)}#{change.seq}</id><title>{_xml(what(change))}</title><updated>{_xml(change.at)}"
            f'</updated><link href="{escape(page)}#history"/><summary>{_xml(words)}</summary></entry>'
        )
    head = f"<id>{escape(page)}</id><title>{_xml(document.name)}: changes</title><updated>{_xml(document.changed_at)}</updated>"
    own = f'<link rel="self" href="{escape(site.address(f"products/{slug}.xml"))}"/><author><name>Scout</name></author>'
    text = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{own}\n' + "\n".join([*rows, "</feed>"]) + "\n"
    yield f"products/{slug}.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode("utf-8", "replace")


def agents(site: Site) -> tuple[str, bytes]:
    """The page that tells agents and their makers what they may do here."""
    return page_of(site, "agents.html", "agents", "text", "", rules=RULES)


def llms(site: Site) -> tuple[str, bytes]:
    """llms.txt: what the site is and where programs find what they need."""

    def link(name: str, file: str, words: str) -> str:
        return f"- [{name}]({site.address(file) or file}): {words}"

    lines = [
        "# Scout",
        "",
        f"> {_WHAT}",
        "",
        f"{len(site.by_slug):,} products, as of {day(site.at.isoformat())}. Unknown is written as unknown.",
        "",
        "## Data",
        "",
        link("Facts", "facts/index.json", "every product, each with a small JSON file of cited facts and prices"),
        *(link(label, file, f"all of it, {kind}") for label, file, kind in site.feeds),
        link("Rules for agents", "agents.html", "how to cite, how often to ask"),
        "",
        "## Pages",
        "",
        link("Verdicts", "index.html", "newest first"),
        link("Categories", "categories/index.html", "the closed list"),
        link("Prices that moved", "prices.html", "drops and rises with dates"),
        link("Weeks", "weeks/index.html", "one digest a week"),
        link("Method", "method.html", "how a verdict is made, and what it is worth"),
        "",
        "## Citing",
        "",
        *(f"- {rule}" for rule in RULES),
    ]
    return "llms.txt", ("\n".join(lines) + "\n").encode()


def for_engines(site: Site, others: list[str]) -> Iterator[tuple[str, bytes]]:
    """The sitemap and robots.txt; nothing where the site has no address. others: pages that are no product and no pair."""
    if not site.url:
        return
    newest = site.at.date().isoformat()
    days = {slug: max(card.changed_on, card.reviewed_on) or newest for slug, card in site.by_slug.items()}
    entries = [(name, newest) for name in others]
    entries += [(f"products/{file_slug(slug)}.html", on) for slug, on in days.items()]
    entries += [(f"compare/{_pairs.pair_file(pair)}.html", max(days[pair.a], days[pair.b])) for pair in site.pairs]
    parts = _parts(entries, _ADDRESSES)
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)] if len(parts) > 1 else ["sitemap.xml"]
    for name, part in zip(names, parts, strict=True):
        rows = (f"<url><loc>{escape(site.address(file))}</loc><lastmod>{on}</lastmod></url>" for file, on in part)
        yield name, _sitemap("urlset", "\n".join(rows))
    if len(names) > 1:
        rows = (f"<sitemap><loc>{escape(site.address(n))}</loc><lastmod>{newest}</lastmod></sitemap>" for n in names)
        yield "sitemap.xml", _sitemap("sitemapindex", "\n".join(rows))
    yield "robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {site.address('sitemap.xml')}\n".encode()


def _sitemap(element: str, rows: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'{head}<{element} xmlns="{space}">\n{rows}\n</{element}>\n'.encode()


def _parts(rows: Sequence[T], size: int) -> list[Sequence[T]]:
    return [rows[i : i + size] for i in range(0, len(rows), size)]


def _xml(text: str) -> str:
    """Text as it may stand in XML 1.0."""
    return escape(_NO_XML.sub("", visible(text)))


def _source(evidence: list[EvidenceDoc]) -> dict[str, Any]:
    """Where a value stands: the quote, its address and the day it was read."""
    if not evidence:
        return {"quote": None, "source": None, "read": None}
    first = evidence[0]
    return {"quote": clip(first.quote, _QUOTE), "source": safe_url(first.url) or None, "read": first.fetched_at[:10]}


def _json(value: dict[str, Any]) -> bytes:
    return (visible_json(value) + "\n").encode("utf-8", "replace")


def visible_json(value: dict[str, Any]) -> str:
    """JSON without characters that turn or hide text."""
    return visible(json.dumps(value, ensure_ascii=False, indent=1))
