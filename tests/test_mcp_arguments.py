"""A tool's arguments as meant: nulls, JSON text, at every depth."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_servers.arguments import as_meant

ROW = {"type": "object", "properties": {"id": {"type": "string"}, "tags": {"type": "array"}}, "required": ["id"]}
SCHEMA = {
    "$defs": {"Row": ROW},
    "properties": {
        "query": {"type": "string"},
        "limit": {"type": "integer"},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
        "names": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
        "either": {"anyOf": [{"type": "array"}, {"type": "string"}]},
        "loose": {"type": ["object", "null"]},
    },
    "required": ["query"],
}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"query": "x", "limit": None, "names": None}, {"query": "x"}),
        ({"query": None}, {"query": None}),
        ({"rows": [{"id": "a", "tags": None}, {"id": None}]}, {"rows": [{"id": "a"}, {"id": None}]}),
        ({"rows": '[{"id": "a", "tags": null}]'}, {"rows": [{"id": "a"}]}),
        ({"rows": [{"id": "a", "tags": '["x"]'}]}, {"rows": [{"id": "a", "tags": ["x"]}]}),
        ({"names": '["a"]'}, {"names": ["a"]}),
        ({"names": ["a", None]}, {"names": ["a", None]}),
        ({"query": '["a"]', "either": '["a"]'}, {"query": '["a"]', "either": '["a"]'}),
        ({"rows": "[not json", "loose": '{"a": 1}'}, {"rows": "[not json", "loose": {"a": 1}}),
        ({"rows": "[" * 100_000}, {"rows": "[" * 100_000}),
        ({"rows": '{"id": "a"}'}, {"rows": '{"id": "a"}'}),
        ({"stranger": None}, {"stranger": None}),
    ],
)
def test_arguments_are_read_as_meant(given: dict[str, Any], meant: dict[str, Any]) -> None:
    assert as_meant(given, SCHEMA) == meant
