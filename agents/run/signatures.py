"""How a tool looks in a prompt: a signature, one sentence, and the shape of its result in a line a type.

smolagents pastes the indented JSON Schema: 3,445 characters for one tool with a nested result, resent at every step
(research/agent_mcp.md, section 2). The same in one-liners is a tenth of that.
"""

from __future__ import annotations

import json
from typing import Any

_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "object": "dict"}
DEEPEST = 2  # objects inside objects that are spelt out; what lies deeper is a dict, to be printed when needed
BRIEF = "x-brief"  # a schema that says so is a dict here, however deep it lies: an agent prints it when needed
_LIMITS = {
    "minimum": "from {}",
    "maximum": "to {}",
    "minItems": "at least {}",
    "maxItems": "at most {}",
}


def code_prompt(name: str, description: str, inputs: dict[str, Any], output: dict[str, Any] | None) -> str:
    """The tool as Python with a docstring: `def read_page(url: str, start: int = 0) -> PageText: ...`"""
    shapes = _Shapes({**inputs.get("$defs", {}), **(output or {}).get("$defs", {})})
    arguments = ", ".join(_argument(shapes, key, value, inputs) for key, value in _ordered(inputs))
    lines = [" ".join(description.split())]
    lines += [f"{key}: {text}" for key, value in _ordered(inputs) if (text := _told(value))]
    result = shapes.of(output) if output else "str"
    lines += shapes.lines
    body = "\n    ".join(lines)
    return f'def {name}({arguments}) -> {result}:\n    """{body}"""'


class _Shapes:
    """JSON Schema as short type names; objects met on the way get a line each."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self.lines: list[str] = []
        self._definitions = definitions
        self._depth = 0
        self._seen: set[str] = set()

    def of(self, schema: dict[str, Any]) -> str:
        """The type's short name."""
        if "$ref" in schema:
            return self._object(schema["$ref"].rpartition("/")[2])
        if "enum" in schema:
            return " | ".join(json.dumps(value) for value in schema["enum"])
        if "const" in schema:
            return json.dumps(schema["const"])
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return self._either([self.of(option) for option in options])
        kind = schema.get("type")
        if isinstance(kind, list):
            return self._either([_TYPES.get(one, "Any") for one in kind])
        if kind == "array":
            return f"list[{self.of(schema.get('items', {}))}]"
        if kind == "object" and "properties" in schema:
            return self._fields(schema)
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return f"dict[str, {self.of(schema['additionalProperties'])}]"
        return _TYPES.get(kind or "", "Any")

    def _either(self, names: list[str]) -> str:
        kept = [name for name in dict.fromkeys(names) if name != "None"]
        return " | ".join(kept) + ("?" if "None" in names else "")

    def _object(self, name: str) -> str:
        schema = self._definitions.get(name, {})
        if "properties" not in schema:
            return self.of(schema)
        if name not in self._seen:
            if self._depth == DEEPEST or schema.get(BRIEF):
                return "dict"
            self._seen.add(name)
            self._depth += 1
            self.lines.append(f"{name} = {self._fields(schema)}")
            self._depth -= 1
        return name

    def _fields(self, schema: dict[str, Any]) -> str:
        return "{" + ", ".join(f"{key}: {self.of(value)}" for key, value in schema["properties"].items()) + "}"


def _ordered(inputs: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    required = set(inputs.get("required", ()))
    return sorted(inputs.get("properties", {}).items(), key=lambda item: item[0] not in required)


def _argument(shapes: _Shapes, key: str, schema: dict[str, Any], inputs: dict[str, Any]) -> str:
    default = "" if key in inputs.get("required", ()) else f" = {schema.get('default')!r}"
    return f"{key}: {shapes.of(schema)}{default}"


def _told(schema: dict[str, Any]) -> str:
    """An argument's description and limits; those of a nullable one stand in its options."""
    options = [schema, *schema.get("anyOf", ())]
    limits = [words.format(option[key]) for option in options for key, words in _LIMITS.items() if key in option]
    return "; ".join(filter(None, [schema.get("description", ""), ", ".join(limits)]))
