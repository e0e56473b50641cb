"""Who makes the product."""

from __future__ import annotations

from collections.abc import Iterator

from tools.models import Evidence, Fact, Rung
from tools.page.about import About
from tools.page.markup import PRODUCT_TYPES, text_of, types_of
from tools.page.seen import Seen, found


def read(seen: Seen, _about: About) -> Iterator[Fact]:
    """The names of authors and publishers that markup gives."""
    names: list[str] = []
    evidence: list[Evidence] = []
    for item in seen.items:
        if not any(k in PRODUCT_TYPES for k in types_of(item)):
            continue
        for key in ("author", "creator", "manufacturer", "publisher", "brand", "provider"):
            name = text_of(item.get(key))
            if name and "://" not in name and len(name) <= 80 and name not in names:
                names.append(name)
                evidence.append(seen.quote(name, "markup", f"JSON-LD {types_of(item)[0]}.{key}"))
    rung: Rung = "jsonld"
    if (
        not names
        and (author := seen.meta.first("author", "article:author"))
        and "://" not in author
        and len(author) <= 80
    ):
        names, evidence, rung = [author], [seen.quote(author, "markup", "meta author")], "meta"
    yield from found("makers", names[:10], rung, 0.85 if rung == "jsonld" else 0.7, *evidence[:10])
