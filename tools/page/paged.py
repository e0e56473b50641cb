"""What a PDF says, read as a page, with the page each quote stands on, and a look where its text is not all to be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from tools.models import Evidence, Extraction, Fact, Plan
from tools.page.pdf import is_pdf, page_of, pdf_text

Said = TypeVar("Said", Fact, Plan, Fact | Plan)


def of_pdf(said: Extraction, body: bytes) -> Extraction:
    """The extraction of a PDF with "page N" beside its quotes, and its trouble; of any other body the same."""
    if not is_pdf(body):
        return said
    found = pdf_text(body)
    return replace(
        said,
        facts=tuple(_paged(fact, found.pages) for fact in said.facts),
        plans=tuple(_paged(plan, found.pages) for plan in said.plans),
        doubtful=tuple(_paged(one, found.pages) for one in said.doubtful),
        trouble=(*said.trouble, *([f"look: {found.trouble}"] if found.trouble else [])),
    )


def _paged(said: Said, pages: Sequence[str]) -> Said:
    return replace(said, evidence=tuple(_on_page(item, pages) for item in said.evidence))


def _on_page(item: Evidence, pages: Sequence[str]) -> Evidence:
    number = page_of(item.quote, pages) if item.place == "visible" and not item.path else 0
    return replace(item, path=f"page {number}") if number else item
