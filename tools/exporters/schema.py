"""The JSON Schema of the lines of `jsonl`: a product's document, or the word that a product is gone, with its version.

`schema_version` grows by a minor for a new field, by a major for a break; each line carries it too.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import RootModel

from tools.exporters import Files, ReadableStore
from tools.settings import Settings
from tools.views.documents import SCHEMA_VERSION, GoneDocument, ProductDocument

NAME = "schema"
SUFFIX = ".json"
FILE = "lines.schema.json"


class _Line(RootModel[ProductDocument | GoneDocument]):
    """One line of an export: a product as it is now, or that it is gone."""


def export(store: ReadableStore, after: int | None, settings: Settings) -> Files:
    """lines.schema.json, the same for every store."""
    yield FILE, json.dumps(line_schema(), indent=1, ensure_ascii=False).encode() + b"\n"


def line_schema() -> dict[str, Any]:
    """The schema, with the version and the dialect it is written in."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:scout:lines:{SCHEMA_VERSION}"}
    return {**head, **_Line.model_json_schema(), "title": f"Scout products, schema version {SCHEMA_VERSION}"}
