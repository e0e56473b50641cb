"""The personas: one TOML file each beside this module; adding one is adding a file.

A persona is a list of typed fields with written 0-4 anchors, not a biography. A file holds

    order, title, initial, motto, question      who speaks, and what it asks
    looks_for, tired_of                         lists of short phrases
    subject, silent                             fields of which one must be rated; what is said when none is
    [[fields]]                                  name, title, asks, weight, anchors (five sentences, level 0 first)
        wants                                   what it asks for, as a phrase: "a command I can paste"
        about                                   "what" or "price": a citation here shows what it is, or what it costs
    [fields.findings]                           kind = weight, 1 to 3: the findings that bear on it, and how much each
                                                moves this persona. A kind stands in one field of a persona
    [counted]                                   kind = weight: what moves this persona's score and answers none of its
                                                questions, so that it is not told under its name; may be left out

Question, anchors and weights of fields are a model's; the kinds of findings are the rules' (agents/panel/rules.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from tools.errors import UnknownName, UsageError

HERE = Path(__file__).parent
LEVELS = (4, 3, 2, 1, 0)
MOST = 3  # the largest weight of a field or a finding


@dataclass(frozen=True, slots=True)
class PersonaField:
    """One thing a persona rates 0-4. `anchors[level]` says what that level looks like."""

    name: str
    title: str
    asks: str
    wants: str
    weight: int
    anchors: tuple[str, ...]
    about: str  # "what", "price" or ""
    findings: Mapping[str, int]  # weight by kind


@dataclass(frozen=True, slots=True)
class Persona:
    """One critic. `name` is the file's name and the key in documents."""

    name: str
    order: int
    title: str
    initial: str
    motto: str
    question: str
    looks_for: tuple[str, ...]
    tired_of: tuple[str, ...]
    subject: tuple[str, ...]
    silent: str
    fields: tuple[PersonaField, ...]
    counted: Mapping[str, int]  # weight by kind of what moves its score and is not told by it

    @property
    def weights(self) -> dict[str, int]:
        """The weight of every kind of finding that moves its score."""
        return {**self.findings, **self.counted}

    @property
    def findings(self) -> dict[str, int]:
        """The weight of every kind of finding that one of its fields picks."""
        return {kind: weight for field in self.fields for kind, weight in field.findings.items()}

    def field(self, name: str) -> PersonaField:
        """The field of that name. Errors: UnknownName."""
        for field in self.fields:
            if field.name == name:
                return field
        raise UnknownName(f"field of {self.name}", name, [field.name for field in self.fields])


_PERSONA_KEYS: dict[str, type] = {
    "order": int,
    "title": str,
    "initial": str,
    "motto": str,
    "question": str,
    "looks_for": list,
    "tired_of": list,
    "subject": list,
    "silent": str,
    "fields": list,
}
_FIELD_KEYS: dict[str, type] = {
    "name": str,
    "title": str,
    "asks": str,
    "wants": str,
    "weight": int,
    "anchors": list,
    "findings": dict,
}
_OPTIONAL: dict[str, type] = {"about": str}
_OPTIONAL_KEYS: dict[str, type] = {"counted": dict}


@cache
def personas() -> Mapping[str, Persona]:
    """All personas by name, in the order in which panels show them."""
    return load(HERE)


def persona(name: str) -> Persona:
    """One persona. Errors: UnknownName, with the nearest names."""
    known = personas()
    if name not in known:
        raise UnknownName("persona", name, known)
    return known[name]


def load(folder: Path) -> dict[str, Persona]:
    """Every *.toml of a folder as a persona, by `order`.

    Errors: UsageError for unknown, missing or ill-typed keys, and for two personas of one order.
    """
    found = [read_persona(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    found.sort(key=lambda one: one.order)
    for before, after in pairwise(found):
        if before.order == after.order:
            raise UsageError(f"Personas {before.name} and {after.name} both have order {after.order}.")
    return {one.name: one for one in found}


def read_persona(name: str, text: str) -> Persona:
    """One persona from the text of its file. Errors: UsageError naming the persona, the key and what was expected."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"Persona {name}: not TOML: {error}") from None
    where = f"Persona {name}"
    _check(where, table, _PERSONA_KEYS, _OPTIONAL_KEYS)
    fields = tuple(_field(where, entry) for entry in table["fields"])
    names = [field.name for field in fields]
    if not fields or len(set(names)) != len(names):
        raise UsageError(f"{where}: fields must be named, each once; got {names}.")
    counted = _weights(f"{where}, counted", table.get("counted", {}))
    picked = [*(kind for field in fields for kind in field.findings), *counted]
    if twice := sorted({kind for kind in picked if picked.count(kind) > 1}):
        raise UsageError(f"{where}: {twice[0]} is picked twice. Leave it to the one place it says most of.")
    for subject in table["subject"]:
        if subject not in names:
            raise UnknownName(f"field of {name}", subject, names)
    return Persona(
        name=name,
        order=table["order"],
        title=table["title"],
        initial=table["initial"],
        motto=table["motto"],
        question=table["question"],
        looks_for=_sentences(where, table["looks_for"]),
        tired_of=_sentences(where, table["tired_of"]),
        subject=tuple(table["subject"]),
        silent=table["silent"],
        fields=fields,
        counted=counted,
    )


def _field(persona: str, table: Any) -> PersonaField:
    if not isinstance(table, dict):
        raise UsageError(f"{persona}: each field is a table.")
    where = f"{persona}, field {table.get('name', '?')}"
    _check(where, table, _FIELD_KEYS, _OPTIONAL)
    if table["weight"] < 1:
        raise UsageError(f"{where}: weight must be 1 or more; got {table['weight']}.")
    if len(table["anchors"]) != len(LEVELS):
        raise UsageError(f"{where}: anchors are five sentences, level 0 first; got {len(table['anchors'])}.")
    if table.get("about", "") not in ("", "what", "price"):
        raise UsageError(f"{where}: about is what or price; got {table['about']!r}.")
    return PersonaField(
        name=table["name"],
        title=table["title"],
        asks=table["asks"],
        wants=table["wants"],
        weight=table["weight"],
        anchors=_sentences(where, table["anchors"]),
        about=table.get("about", ""),
        findings=_weights(where, table["findings"]),
    )


def _check(
    where: str, table: Mapping[str, Any], keys: Mapping[str, type], optional: Mapping[str, type] | None = None
) -> None:
    known = {**keys, **(optional or {})}
    for key, value in table.items():
        if key not in known:
            raise UnknownName(f"key in {where[0].lower()}{where[1:]}", key, known)
        # bool is an int in Python, but `weight = true` is a slip.
        if not isinstance(value, known[key]) or isinstance(value, bool):
            raise UsageError(f"{where}: {key} takes a {known[key].__name__}; got {value!r}.")
    missing = [key for key in keys if key not in table]
    if missing:
        raise UsageError(f"{where}: missing {', '.join(missing)}.")


def _sentences(where: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not values or not all(isinstance(value, str) and value for value in values):
        raise UsageError(f"{where}: expected a list of sentences; got {values!r}.")
    return tuple(values)


def _weights(where: str, table: Mapping[str, Any]) -> dict[str, int]:
    for kind, weight in table.items():
        if type(weight) is not int or not 1 <= weight <= MOST:
            raise UsageError(f"{where}: a finding weighs 1 to {MOST}; got {kind} = {weight!r}.")
    return dict(table)
