"""What the product is called."""

from __future__ import annotations

from collections.abc import Iterator

from tools.models import Fact
from tools.page.about import About
from tools.page.seen import Seen, found


def read(seen: Seen, about: About) -> Iterator[Fact]:
    """The name, with how likely it is to be the product's."""
    if name := about.name:
        quote = seen.quote(name.quote, name.place, name.path)
        yield from found("name", name.text, about.rung, about.confidence, quote)
