"""What kind of thing the product is, where the page states it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.models import Fact
from tools.page.about import About
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.seen import Seen, found


def read(seen: Seen, _about: About) -> Iterator[Fact]:
    """The category that schema.org markup gives the product."""
    for item in seen.items:
        given = text_of(item.get("applicationCategory"))
        if given and any(k in PRODUCT_TYPES for k in types_of(item)):
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", given.rsplit("/", 1)[-1])
            value = words.removesuffix("Application").strip() or given
            raw = text_of(item.get("applicationCategory"), raw=True)
            yield from found(
                "category", value[:60], "jsonld", 0.85, seen.quote(raw, "markup", "JSON-LD applicationCategory")
            )
            return
