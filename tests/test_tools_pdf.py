"""Price lists in PDF: read and quoted as a page is, with the page a quote stands on; and what cannot be read."""

from __future__ import annotations

import io
import zlib
from decimal import Decimal

import pytest
from made_pdfs import Words, pdf

from tools.models import Extraction, Link
from tools.page.decode import decode
from tools.page.lines import page_lines
from tools.page.links import pricing_url_of
from tools.page.pdf import MOST_PAGES, page_of, pdf_text
from tools.page.quotes import find_quote
from tools.page_job import read_page

URL = "https://larch.example/pricing.pdf"
COVER: Words = [(72, 700, "Larch price list"), (72, 680, "Larch keeps your logs for a year.")]
ROWS: Words = [
    *((72, 660, "Plan"), (250, 660, "Price"), (400, 660, "Includes")),
    *((72, 640, "Starter"), (250, 640, "$9 / month"), (400, 640, "1 user")),
    *((72, 620, "Team"), (250, 620, "$29 / month"), (400, 620, "10 users")),
    *((72, 600, "Enterprise"), (400, 600, "Any number")),
]
COLUMNS: Words = [
    *((72, 700, "Starter"), (250, 700, "Team")),
    *((72, 680, "$9 per month"), (250, 680, "$29 per month")),
]
LINES: Words = [(72, 700, "Starter: $9 per month"), (72, 680, "Team: $29 per month")]


def said(body: bytes) -> Extraction:
    return read_page(body, "", URL, "application/pdf").extraction


@pytest.mark.parametrize("prices", [ROWS, COLUMNS, LINES], ids=["rows", "columns", "lines"])
def test_plans_and_amounts_are_read_and_quoted_with_their_page(prices: Words) -> None:
    body = pdf(COVER, prices)
    plans = said(body).plans
    assert [(plan.name, plan.amount, plan.currency, plan.period) for plan in plans] == [
        ("Starter", Decimal(9), "USD", "month"),
        ("Team", Decimal(29), "USD", "month"),
    ]
    quotes = [item for plan in plans for item in plan.evidence]
    assert {(item.url, item.place, item.path) for item in quotes} == {(URL, "visible", "page 2")}
    words = page_lines(decode(body)[0], "application/pdf")
    assert all(find_quote(item.quote, words) for item in quotes), "a quote is checked against the PDF's own lines"


def test_a_cell_that_is_missing_moves_no_other_into_its_column() -> None:
    assert "<td>Enterprise</td><td></td><td>Any number</td>" in decode(pdf(ROWS))[0]


def test_words_of_a_pdf_are_never_markup() -> None:
    text, charset = decode(pdf([(72, 700, "<script>alert(1)</script>")], title="</title><b>x"))
    assert charset == "utf-8"
    assert "<script>" not in text
    assert "<b>" not in text


def encrypted(password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(LINES))))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


UNREAD = {
    "encrypted": (encrypted("secret"), "the PDF is encrypted"),
    "scanned": (pdf([]), "the PDF holds no text"),
    "no pages": (pdf(), "the PDF holds no text"),
    "cut short": (pdf(LINES)[:300], "the PDF is broken"),
    "noise": (b"%PDF-1.7\n" + b"\xff\x00" * 500, "the PDF is broken"),
    "a bomb": (pdf(LINES, content=zlib.compress(b" " * 20_000_000)), "the PDF unpacks to more than 10 MB"),
    "drawn without end": (
        pdf(LINES, content=zlib.compress(b"BT /F1 1 Tf (a) Tj ET\n" * 30_000)),
        "its pages are drawn of more than any price list is",
    ),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_one_sentence_and_a_look(name: str) -> None:
    body, sentence = UNREAD[name]
    found = said(body)
    [trouble] = found.trouble
    assert trouble.startswith("look: ")
    assert sentence in trouble
    assert not found.plans


def test_one_that_only_its_owner_may_change_is_read() -> None:
    assert [plan.name for plan in said(encrypted("")).plans] == ["Starter", "Team"]


def test_more_pages_than_a_price_list_has_are_left_out_and_told() -> None:
    found = pdf_text(pdf(*[[(72, 700, f"page {number}")] for number in range(MOST_PAGES + 5)]))
    assert len(found.pages) == MOST_PAGES
    assert found.trouble == f"only the first {MOST_PAGES} of {MOST_PAGES + 5} pages of the PDF are read"


def test_words_far_off_the_paper_do_not_fill_memory() -> None:
    found = pdf_text(pdf([(1, 1, "a"), (10**9, 1, "b"), (5, 10**9, "c")]))
    assert sum(map(len, found.pages)) < 100_000


def test_the_page_of_a_quote_is_the_first_that_holds_it() -> None:
    assert page_of("Starter | $9", ["cover", "Starter   $9", "Starter $9"]) == 2
    assert page_of("Nowhere", ["cover"]) == 0
    assert page_of("", ["cover"]) == 0


@pytest.mark.parametrize("words", ["Pricing (PDF)", "Price list (PDF, 1.2 MB)", "PDF: Pricing"])
def test_a_pdf_that_is_linked_as_pricing_is_the_pricing_page(words: str) -> None:
    links = [Link("https://larch.example/files/l-2026.pdf", words), Link("https://larch.example/about", "About")]
    assert pricing_url_of(links, "https://larch.example/") == "https://larch.example/files/l-2026.pdf"
