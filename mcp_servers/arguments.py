"""A tool's arguments as its client meant them, by the tool's own JSON Schema: for our servers and for our client."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_Schema = Mapping[str, Any]
_TYPES = {"array": list, "object": dict}


def as_meant(arguments: dict[str, Any], schema: _Schema) -> dict[str, Any]:
    """The arguments without what clients write for want of something better, at every depth of the schema.

    A null for what is not required is as good as left out; a list or object written as a JSON string is what the string
    holds. What the schema does not know, or cannot be read so, stays as it is: to refuse it is the validator's.
    """
    return _object(arguments, schema, schema.get("$defs", {}))


def _read(value: Any, schema: _Schema, defs: _Schema) -> Any:
    options = list(_options(schema, defs))
    if isinstance(value, str):
        value = _unwrapped(value, {name for option in options for name in _types(option)})
    kind = next((name for name, python in _TYPES.items() if isinstance(value, python)), "")
    fitting = next((option for option in options if kind in _types(option)), None)
    if fitting is None:
        return value
    if kind == "array":
        return [_read(item, fitting.get("items", {}), defs) for item in value]
    return _object(value, fitting, defs)


def _types(schema: _Schema) -> Sequence[str]:
    named = schema.get("type", ())
    return (named,) if isinstance(named, str) else named


def _object(value: dict[str, Any], schema: _Schema, defs: _Schema) -> dict[str, Any]:
    known, required = schema.get("properties", {}), schema.get("required", ())
    return {
        name: _read(given, known.get(name, {}), defs)
        for name, given in value.items()
        if given is not None or name in required or name not in known
    }


def _options(schema: _Schema, defs: _Schema) -> list[_Schema]:
    """The schemas a value may have: this one, or those of its `anyOf` and `oneOf`, references followed."""
    named = schema.get("$ref", "").removeprefix("#/$defs/")
    schema = defs.get(named, {}) if named else schema
    further = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [option for one in further for option in _options(one, defs)] if further else [schema]


def _unwrapped(text: str, types: set[str]) -> Any:
    """What a string holds as JSON, where a list or object is wanted and no string would do."""
    wanted = tuple(python for name, python in _TYPES.items() if name in types)
    if not wanted or "string" in types:
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, wanted) else text
