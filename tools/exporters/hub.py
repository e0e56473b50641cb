"""A folder that is a dataset repository of the Hugging Face Hub: its card, the schema and data/products.jsonl.

`scout export hub --push OWNER/NAME` sends it there, under the account whose token is set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tools.exporters import Files, ReadableStore, pieces, schema
from tools.settings import Settings
from tools.views.documents import SCHEMA_VERSION

NAME = "hub"
SUFFIX = ""
_CARD = """---
pretty_name: Scout
tags: [developer-tools, pricing, reviews]
configs:
- config_name: default
  data_files: data/products.jsonl
---

# Scout

New developer tools, one JSON document a line (schema version {version}): facts and prices with the quote, address and
date they rest on, launches, and six critics' reviews with the verdict computed from them.

- `amount: null` is an unknown price, `"0"` is a free plan.
- A field without evidence is not in `facts`.
- {count} products, {approved} approved by an editor; `status` says which.
- `lines.schema.json` is the JSON Schema of a line.
- Quotes are short spans of other people's pages; what they say is theirs.
"""


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """README.md, the schema and data/products.jsonl, always whole: a dataset repository holds one state."""
    counted: Counter[str] = Counter()

    def lines() -> Iterator[bytes]:
        for line in store.document_lines("approved" if settings.approved_only else None):
            counted[line.status] += 1
            yield line.text + b"\n"

    yield from pieces("data/products.jsonl", lines())
    yield from schema.export(store, None, settings)
    card = _CARD.format(version=SCHEMA_VERSION, count=counted.total(), approved=counted["approved"])
    yield "README.md", card.encode()
