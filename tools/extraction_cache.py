"""What was read of a page as it is kept in the store: its form, and the seal that says when it may still be used."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tools.knowledge import digest
from tools.models import Extraction, Page

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def seal(page: Page) -> str:
    """What a page's extraction hangs on besides its bytes, which its id stands for; 32 hex digits."""
    return digest([program(), page.final_url, page.content_type, page.charset])[:32]


@cache
def program() -> str:
    """The hash of what reads and of what parses for it: another program, table or model may read another thing."""
    found = hashlib.sha256(f"{version('selectolax')} {version('packaging')} {version('pypdf')}".encode())
    for path in sorted(sources()):
        found.update(path.read_bytes())
    return found.hexdigest()


def sources() -> Iterator[Path]:
    """The files of this package that decide what is read of a page: programs, tables and trained models."""
    here = Path(__file__).parent
    yield from (path for path in here.joinpath("page").rglob("*") if path.suffix in (".py", ".json", ".toml"))
    besides = ("identity.py", "knowledge.py", "models.py", "orders.py", "orders.json")
    yield from (here / name for name in ("extraction_cache.py", "page_job.py", *besides))


def packed(extraction: Extraction) -> bytes:
    """An extraction as the store keeps it: JSON, compressed. Errors: ValueError for half a character."""
    return zlib.compress(_json().dump_json(extraction), 1)


def unpacked(said: bytes) -> Extraction:
    """The extraction that was packed."""
    return _json().validate_json(zlib.decompress(said))


@cache
def _json() -> TypeAdapter[Extraction]:
    from pydantic import TypeAdapter

    return TypeAdapter(Extraction)
