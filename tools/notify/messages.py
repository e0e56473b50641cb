"""A message as data, text and HTML: what a reader wants of each change, and nothing of a page that could act on it.

Crawled words stand in one line, cut, without characters that hide or turn text and without the beginning of an address,
so that no program that shows a message makes a link of them. The only links are our own page, else the homepage.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from tools.exporters._addresses import page_url  # the one place that knows where a product's page is
from tools.exporters._brief import NO_VERDICT, brief
from tools.exporters._words import clip, safe_url, visible
from tools.notify.matching import share
from tools.notify.rules import Rule
from tools.settings import Settings
from tools.views.change_words import move_words
from tools.views.documents import ProductDocument
from tools.views.findings import weighed_words
from tools.views.price_words import price_to_start
from tools.views.takes import day

SCHEMA_VERSION = "1.1"  # a minor adds, a major breaks
MOST_CHANGES = 500  # of a message; what is beyond waits for the next one
MOST_SHOWN = 50  # of these in text and HTML; data has all
Row = Mapping[str, Any]
_NOUNS = {
    "new": ("new product", "new products"),
    "verdict": ("verdict", "verdicts"),
    "price": ("price change", "price changes"),
    "over": ("product that is over", "products that are over"),
    "source": ("source that fails", "sources that fail"),
    "job": ("failed job", "failed jobs"),
    "looks": ("count of looks", "counts of looks"),
    "watch": ("product found by a saved search", "products found by saved searches"),
}
_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]*:/+", re.IGNORECASE)


def words(text: str | None, limit: int = 200) -> str:
    """Crawled text as a message may hold it: one line, nothing hidden, no address that a reader's program would link."""
    return clip(_SCHEME.sub("", " ".join(visible(text or "").split())), limit)


def change(notice: Row, document: ProductDocument | None, settings: Settings) -> dict[str, Any]:
    """One change as data: what happened in a sentence, its facts, and the product it concerns (null: none).

    notice: as open_notices has it, with `rules`, all rules it was found by, and `searches`, all saved searches.
    """
    moved = share(notice["before"], notice["after"]) if notice["about"] == "price" else None
    return {
        "id": notice["change"],
        "about": notice["about"],
        "rules": list(notice["rules"]),
        "searches": [words(one) for one in notice["searches"]],
        "at": notice["at"],
        "text": _sentence(notice, document, moved),
        "field": words(notice["field"]),
        "before": None if notice["before"] is None else words(notice["before"]),
        "after": None if notice["after"] is None else words(notice["after"]),
        "share": f"{moved:.4f}" if moved is not None and moved.is_finite() else None,
        "why": words(notice["why"], 400),
        "product": document and _product(document, settings),
    }


def _product(document: ProductDocument, settings: Settings) -> dict[str, Any]:
    homepage = safe_url(document.homepage)
    return {
        "slug": document.slug,
        "name": words(document.name, 80),
        "kind": document.kind,
        "category": document.category,
        "tagline": words(document.tagline),
        "price": words(price_to_start(document).text),
        "verdict": document.panel.line if document.panel else None,
        "finding": words(weighed_words(document.panel), 600),
        "brief": [words(one) for one in brief(document)],
        "page": page_url(settings, document.slug),
        "homepage": homepage,
    }


def _sentence(notice: Row, document: ProductDocument | None, moved: Any) -> str:
    name = words(document.name, 80) if document else ""
    before, after = words(notice["before"]), words(notice["after"])
    tagline = words(document.tagline, 160) if document else ""
    field, why = words(notice["field"], 80), words(notice["why"], 400)
    about = notice["about"]
    if about in ("new", "watch"):
        found = f" matches “{why}”" if about == "watch" else " is new"
        return f"{name}{found}{f': {tagline}' if tagline else ''}"
    if about == "price":
        percent = f" ({moved:+.0%})" if moved is not None and moved.is_finite() else ""
        return f"{name}, {field or 'price'}: {words(move_words('plan', notice['before'], notice['after']))}{percent}"
    if about == "verdict":
        return f"{name}: {f'{before} → ' if notice['before'] else ''}{after}"
    if about == "over":
        return f"{name} seems to be over: {why}"
    if about == "source":
        return f"Source {field} fails: {why}"
    if about == "job":
        return f"{field} failed: {why}"
    return f"{after} products need a look, more than {before}"


def payload(rule: Rule, key: str, created_at: str, changes: Sequence[Row], *, test: bool = False) -> dict[str, Any]:
    """The whole message as data, as a webhook gets it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "id": key,
        "rule": rule.name,
        "when": rule.when,
        "test": test,
        "created_at": created_at,
        "title": title(rule, changes, test=test),
        "changes": list(changes),
    }


def title(rule: Rule, changes: Sequence[Row], *, test: bool = False) -> str:
    """One line: the change itself where there is one, else how many of which sort."""
    lead = "Scout test" if test else "Scout" if rule.when == "now" else f"Scout, {rule.when}"
    if len(changes) == 1:
        return f"{lead}: {clip(changes[0]['text'], 120)}"
    counted = Counter(one["about"] for one in changes)
    return f"{lead}: {', '.join(f'{number:,} {_NOUNS[about][number != 1]}' for about, number in counted.items()) or 'nothing'}"


def text(message: Row) -> str:
    """The message as plain text."""
    lines = [message["title"], ""]
    for group in _groups(message):
        lines += [f"{'- ' if not place else '  '}{one['text']}" for place, one in enumerate(group)]
        lines += [f"  {line}" for line in _beside(group)]
        lines += [f"  {link}"] if (link := link_of(group[0])) else []
        lines.append("")
    return "\n".join([*lines, _rest(message), _foot(message)]).replace("\n\n\n", "\n\n")


def html(message: Row) -> str:
    """The message as simple HTML; all that comes from pages is escaped."""
    items = "".join(_item(group) for group in _groups(message))
    rest = f"<p>{escape(_rest(message))}</p>" if _rest(message) else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(message["title"])}</title></head>'
        f'<body><h1 style="font-size:1.2em">{escape(message["title"])}</h1><ul>{items}</ul>{rest}'
        f"<p><small>{escape(_foot(message))}</small></p></body></html>\n"
    )


def _groups(message: Row) -> list[list[Row]]:
    """The changes that are shown, those of one product together."""
    found: dict[str, list[Row]] = {}
    for one in message["changes"][:MOST_SHOWN]:
        found.setdefault(one["product"]["slug"] if one["product"] else f"\n{one['id']}", []).append(one)
    return list(found.values())


def _item(group: Sequence[Row]) -> str:
    link = link_of(group[0])
    first, *others = [escape(one["text"]) for one in group]
    linked = f'<a href="{escape(link)}">{first}</a>' if link else first
    return f"<li>{'<br>'.join([linked, *others, *map(escape, _beside(group))])}</li>"


def link_of(one: Row) -> str:
    """The address a reader goes on at: our page of the product, else its homepage; "" where there is neither."""
    product = one["product"]
    return str((product["page"] or product["homepage"]) if product else "")


def _beside(group: Sequence[Row]) -> list[str]:
    """What stands below the changes of a product: price and verdict as they are now, the strongest findings, who else
    asked."""
    product, about = group[0]["product"], {one["about"] for one in group}
    lines: list[str] = []
    if product:
        told = (product["verdict"] or "").partition(" · ")[0] not in ("", NO_VERDICT)
        now = [] if "price" in about or not told else [f"Price to start: {product['price']}"]
        verdict = f"Panel: {product['verdict']}" if product["verdict"] else "Not reviewed yet"
        now += [] if "verdict" in about else [verdict]
        facts = "" if told else _unsaid(product.get("brief", ()), group)  # one of an older Scout has none
        lines = [line for line in (". ".join(now), product["finding"], facts) if line]
    searches = [search for one in group if one["about"] != "watch" for search in one["searches"]]
    others = [rule for one in group for rule in one["rules"][1:]]
    lines += [f"Matches {', '.join(f'“{search}”' for search in dict.fromkeys(searches))}"] if searches else []
    return [*lines, f"Also by {', '.join(dict.fromkeys(others))}"] if others else lines


def _unsaid(sentences: Sequence[str], group: Sequence[Row]) -> str:
    """The sentences that none of the changes tells already."""
    return " ".join(one for one in sentences if not any(one.rstrip(".") in change["text"] for change in group))


def _rest(message: Row) -> str:
    left = len(message["changes"]) - MOST_SHOWN
    return f"And {left:,} more; `scout changes` lists them." if left > 0 else ""


def _foot(message: Row) -> str:
    return f"By the rule {message['rule']} of scout.toml, {day(message['created_at'])}."
