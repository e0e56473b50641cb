"""Records of pages that the heads reading them have never seen: what the figures in docs/figures.md are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from bench.train.fit import Trained
from bench.train.pages import Page
from tools.page.choose import names, taglines
from tools.page.choose.trees import Model, load
from tools.page.extract import extract
from tools.page.pricing import deciding
from tools.page.record import record


@contextmanager
def reading_with(heads: Mapping[str, Model]) -> Iterator[None]:
    """Within it pages are read with these heads instead of the committed ones."""
    with ExitStack() as stack:
        for module in (names, taglines, deciding):
            stack.enter_context(patch.object(module, "load", lambda name: heads.get(name) or load(name)))
        yield


def write(path: Path, pages: Sequence[Page], trained: Mapping[str, Trained]) -> None:
    """A JSON line a page: its record by the heads of its fold."""
    with path.open("w", encoding="utf-8") as file:
        for page in pages:
            with reading_with({name: head.blind(page.fold) for name, head in trained.items()}):
                read = record(extract(page.html, page.url))
            file.write(json.dumps({"id": page.id, **read}, ensure_ascii=False) + "\n")
