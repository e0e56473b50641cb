"""One row a product for a spreadsheet: what it is, what it costs to start, the verdict. The quotes stand in jsonl.

Unknown is an empty cell, free is 0. A word that a spreadsheet would run as a formula is written with a ' in front.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from itertools import chain

from tools.exporters import Files, ReadableStore, pieces
from tools.exporters._words import visible
from tools.settings import Settings
from tools.views.documents import ProductDocument
from tools.views.price_words import price_to_start

NAME = "csv"
SUFFIX = ".csv"
FILE = "products.csv"
COLUMNS = (
    "slug name kind status category tagline homepage repository license pricing_model price price_currency price_period "
    "price_unit price_state verdict ships skips no_take median stale reviewed_at first_seen changed_at facts_quoted"
)
Scalar = str | int | float | bool | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")  # OWASP's list, and the two that older sheets run


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """products.csv. after: only products that changed since that change row."""
    return pieces(FILE, _lines(store, after, settings))


def _lines(store: ReadableStore, after: int | None, settings: Settings) -> Iterator[bytes]:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")  # as RFC 4180 has it
    documents = store.documents(since=after, approved_only=settings.approved_only)
    heading: list[Scalar] = [*COLUMNS.split()]
    for row in chain([heading], map(values, documents)):
        table.writerow(map(_cell, row))
        yield out.getvalue().encode("utf-8", "replace")
        out.seek(0)
        out.truncate()


def values(document: ProductDocument) -> list[Scalar]:
    """What the columns hold of a product, in the order of COLUMNS; None for what is not known."""
    price, panel = price_to_start(document), document.panel
    told: list[Scalar] = [document.slug, document.name, document.kind, document.status, document.category]
    told += [document.tagline, document.homepage, document.repository, document.license, document.pricing_model]
    told += [price.amount, price.currency, price.period, price.unit, price.state]
    verdict: list[Scalar] = [None] * 7
    if panel:
        verdict = [panel.verdict, panel.ships, panel.skips, panel.no_take, panel.median, panel.stale, panel.created_at]
    quoted = sum(bool(fact.evidence) for fact in document.facts.values())
    return [*told, *verdict, document.first_seen, document.changed_at, quoted]


def _cell(value: Scalar) -> str | int | float:
    if isinstance(value, bool):
        return str(value)
    return value if isinstance(value, (int, float)) else cell(value)


def cell(text: str | None) -> str:
    """The text as a cell that no spreadsheet runs: full-width signs and leading blanks do not hide a formula."""
    words = visible(text or "")
    start = unicodedata.normalize("NFKC", words).lstrip(" \u00a0\n")
    return f"'{words}" if start.startswith(_FORMULA) else words
