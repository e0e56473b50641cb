"""The text of a PDF as markup, page by page, so that a price list in a PDF is read, quoted and checked as a page is.

pypdf lays a page's text out as it stands on paper: lines, and gaps between columns. Lines with gaps become rows of a
table, the others paragraphs. What no price list has is not read: more pages, larger streams. The reading worker's limits
on time and memory hold as for any page.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_PAGES = 40
_MOST_STREAM = 10_000_000  # bytes of one stream, decompressed
_LIMITED = (
    "maximum_declared_stream_length",
    "array_based_stream_maximum_output_length",
    "lzw_maximum_output_length",
    "run_length_maximum_output_length",
    "zlib_maximum_output_length",
)
_MOST_CONTENT = 500_000  # bytes of drawing, of all pages: pypdf lays out 100 kB of short words a second (7.1, 2026-11)
_MOST_CHARS = 400_000
_HEAD_BYTES = 1_024  # in which a PDF's mark stands (ISO 32000-1, annex H)
_GAP = re.compile(r" {2,}")
_CELL = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True, slots=True)
class PdfText:
    """A PDF's title, the lines of each page as laid out, and why it is not, or not all, to be had ("": it is)."""

    title: str
    pages: tuple[str, ...]
    trouble: str = ""


def is_pdf(body: bytes) -> bool:
    """Whether bytes are a PDF's."""
    return body[:_HEAD_BYTES].lstrip().startswith(b"%PDF-")


@lru_cache(maxsize=4)  # read for what it says, then for its lines
def pdf_text(body: bytes) -> PdfText:
    """The text of a PDF. What cannot be read is a sentence in `trouble`, never an error."""
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import DependencyError, LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every oddity of a stranger's file
    limits: dict[str, Any] = dict.fromkeys(_LIMITED, _MOST_STREAM)
    try:
        with apply_configuration(**limits):
            reader = PdfReader(io.BytesIO(body))
            if reader.is_encrypted and not reader.decrypt(""):  # most that are open to anyone, as any viewer does
                return PdfText("", (), "the PDF is encrypted; its text cannot be read without a password")
            return _read(reader)
    except DependencyError:
        return PdfText("", (), "the PDF is encrypted in a way that is not read here")
    except LimitReachedError:
        return PdfText("", (), f"the PDF unpacks to more than {_MOST_STREAM // 1_000_000} MB, as no price list does")
    except Exception as error:  # noqa: BLE001 - a broken file leads pypdf into any error there is (7.1)
        return PdfText("", (), f"the PDF is broken and cannot be read ({type(error).__name__})")


def pdf_markup(body: bytes) -> str:
    """A PDF's text as HTML: a section a page, tables where its lines have columns."""
    found = pdf_text(body)
    sections = "\n".join(f"<section>\n{_section(page)}\n</section>" for page in found.pages)
    return f"<!doctype html><html><head><title>{escape(found.title)}</title></head><body>\n{sections}\n</body></html>"


def page_of(quote: str, pages: Sequence[str]) -> int:
    """The page a quote of a PDF stands on, from 1; 0 where it cannot be told. pages: the visible text of each."""
    wanted = _squashed(quote)
    found = (number for number, page in enumerate(pages, start=1) if wanted and wanted in _squashed(page))
    return next(found, 0)


def _squashed(text: str) -> str:
    """A text without blanks and the signs between cells, as it is compared."""
    return re.sub(r"[\s|]+", "", text)


def _read(reader: PdfReader) -> PdfText:
    pages: list[str] = []
    size = 0
    total = len(reader.pages)
    for number in range(min(total, MOST_PAGES)):
        page: Any = reader.pages[number]
        contents = page.get_contents()
        size += len(contents.get_data()) if contents is not None else 0
        if size > _MOST_CONTENT or sum(map(len, pages)) > _MOST_CHARS:
            break
        text = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
        pages.append(text if text.strip() else page.extract_text())
    told = reader.metadata
    title = " ".join(str((told.title if told else "") or "").split())[:300]
    left = f"only the first {len(pages)} of {total} pages of the PDF are read" if len(pages) < total else ""
    if not any(page.strip() for page in pages):
        drawn = (
            "its pages are drawn of more than any price list is" if left and not pages else "it is scanned, or drawn"
        )
        return PdfText(title, (), f"the PDF holds no text that can be read: {drawn}")
    return PdfText(title, tuple(page[:_MOST_CHARS] for page in pages), left)


def _section(page: str) -> str:
    lines = [line.expandtabs().strip("\n") for line in page.splitlines() if line.strip()]
    blocks = groupby(lines, key=lambda line: _GAP.search(line.strip()) is not None)
    return "\n".join(
        part for columns, block in blocks for part in (_table(list(block)) if columns else map(_line, block))
    )


def _line(line: str) -> str:
    return f"<p>{escape(line.strip())}</p>"


def _table(lines: Sequence[str]) -> Iterator[str]:
    """Lines with gaps as rows, each cell in the column that it stands under."""
    rows = [[(cell.start(), cell.end(), cell[0]) for cell in _CELL.finditer(line)] for line in lines]
    widest = max(rows, key=len)
    middles = [(start + end) / 2 for start, end, _ in widest]
    yield "<table>"
    for row in rows:
        placed = _placed(row, middles)
        yield "<tr>" + "".join(f"<td>{escape(' '.join(words))}</td>" for words in placed) + "</tr>"
    yield "</table>"


def _placed(row: Sequence[tuple[int, int, str]], middles: Sequence[float]) -> list[list[str]]:
    """The cells of a row by column; a row with a cell for each has them in order."""
    placed: list[list[str]] = [[] for _ in middles]
    for number, (start, end, words) in enumerate(row):
        middle = (start + end) / 2
        nearest = (
            number if len(row) == len(middles) else min(range(len(middles)), key=lambda at: abs(middles[at] - middle))
        )
        placed[nearest].append(words)
    return placed
