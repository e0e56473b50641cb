"""The page job: from a page's bytes to all that is kept of it. Pure, and done apart (`tools.apart`)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tools.extraction_cache import packed, seal, unpacked
from tools.models import Extraction, Page
from tools.orders import strengths
from tools.page.decode import decode
from tools.page.extract import extract_seen
from tools.page.lines import page_lines
from tools.page.paged import of_pdf


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page as it is kept: what it says (`said`, None where no JSON can hold it), its lines and its body, compressed.

    orders: how strongly its texts read as orders, for `orders.note`.
    """

    said: bytes | None
    lines: bytes
    body: bytes
    damaged: Extraction | None = None  # what it says, where `said` is None: half a character is in it
    orders: dict[str, float] = field(default_factory=dict)

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
    judged = strengths(_texts(extraction))
    try:
        return PageRead(packed(extraction), lines, squeezed, orders=judged)
    except ValueError:
        return PageRead(None, lines, squeezed, extraction, judged)


def _texts(said: Extraction) -> Iterator[str]:
    """The texts of a page that would be a field's value or a plan's name."""
    for fact in said.facts:
        yield from [fact.value] if isinstance(fact.value, str) else fact.value
    yield from (plan.name for plan in said.plans)


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
