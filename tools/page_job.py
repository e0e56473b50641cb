"""The page job: from a page's bytes to all that is kept of it. Pure, and done apart (`tools.apart`)."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tools.extraction_cache import packed, seal, unpacked
from tools.models import Extraction, Page
from tools.page.decode import decode
from tools.page.extract import extract_seen
from tools.page.lines import page_lines
from tools.page.paged import of_pdf


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page as it is kept: what it says (`said`, None where no JSON can hold it), its lines and its body, compressed."""

    said: bytes | None
    lines: bytes
    body: bytes
    damaged: Extraction | None = None  # what it says, where `said` is None: half a character is in it

    @property
    def extraction(self) -> Extraction:
        """What the page says."""
        return self.damaged or unpacked(self.said or b"")


def read_page(body: bytes, charset: str, url: str, content_type: str) -> PageRead:
    """All that is kept of a page. url: the one it came from after redirects; content_type: without parameters."""
    text, _ = decode(body, charset)
    extraction, seen = extract_seen(text, url, content_type=content_type)
    extraction = of_pdf(extraction, body)
    lines = zlib.compress(page_lines(text, content_type, seen).encode("utf-8", "replace"), 1)
    squeezed = zlib.compress(body, 1)
    try:
        return PageRead(packed(extraction), lines, squeezed)
    except ValueError:
        return PageRead(None, lines, squeezed, extraction)


def job_of(page: Page) -> tuple[bytes, str, str, str]:
    """What `read_page` is given of a page."""
    return page.body, page.charset, page.final_url, page.content_type


def kept_lines(lines_of: Callable[[str, str], bytes | None], page: Page) -> str:
    """The lines of a stored page: those that were kept when it was read, else read now.

    lines_of: gives what the store keeps under a page's id and seal.
    """
    kept = lines_of(page.id, seal(page))
    if kept is not None:
        return zlib.decompress(kept).decode("utf-8")
    return read_lines(page)


def read_lines(page: Page) -> str:
    """The lines of a page, read out of its bytes."""
    return page_lines(decode(page.body, page.charset)[0], page.content_type)
