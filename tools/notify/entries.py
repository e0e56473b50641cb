"""Values of an entry of scout.toml, each checked as it is taken; every error is one sentence that says where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from tools.errors import UnknownName, UsageError

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
T = TypeVar("T")


class Entry:
    """One entry, like [rules.NAME], whose keys are all known. Errors of all its methods: UsageError."""

    def __init__(self, where: str, values: Mapping[str, Any], known: Collection[str]) -> None:
        self.where, self._values = where, values
        for name in values:
            if name not in known:
                raise UnknownName(f"key of {where}", name, known)

    def has(self, name: str) -> bool:
        """Whether the entry has this key."""
        return name in self._values

    def text(self, name: str, default: str | None = None) -> str:
        """A text of one line; without a default it must be there."""
        value = self._values.get(name, default)
        if value is None:
            raise UsageError(f"{self.where} needs {name}.")
        if not isinstance(value, str) or (not value.strip() and name in self._values) or "\n" in value or "\r" in value:
            raise UsageError(f"{self.where}: {name} takes a text of one line; got {_shown(value)}.")
        return value.strip()

    def word(self, name: str, known: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.text(name, default)
        if value not in known:
            raise UnknownName(f"{name} for {self.where}", value, known)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A text, or a list of texts; () where the key is missing."""
        value = self._values.get(name, [])
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
            raise UsageError(f"{self.where}: {name} takes a text or a list of texts; got {_shown(value)}.")
        return tuple(dict.fromkeys(one.strip() for one in given))

    def words(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """One or several of some words; () where the key is missing."""
        given = self.texts(name)
        for value in given:
            if value not in known:
                raise UnknownName(f"{name} for {self.where}", value, known)
        return given

    def whole(self, name: str, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number within bounds."""
        value = self._values.get(name, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise UsageError(f"{self.where}: {name} takes a whole number of {least} to {most}; got {_shown(value)}.")
        return value

    def share(self, name: str) -> float | None:
        """A share: 0.1 is a tenth."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
            raise UsageError(f"{self.where}: {name} takes a share like 0.1, a tenth; got {_shown(value)}.")
        return float(value)

    def secret(self, name: str, environment: Callable[[str], str], *, needed: bool = True) -> str:
        """What the environment variable holds that the entry names; "" where none is named and none is needed.

        The value is in no error, and neither is what stands under the key: somebody may have put the secret itself there.
        """
        variable = self._values.get(name)
        if variable is None and not needed:
            return ""
        if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):
            raise UsageError(f"{self.where} needs {name}, the name of an environment variable that holds the secret.")
        found = environment(variable)
        if not found:
            raise UsageError(f"{self.where}: {name} names an environment variable that is not set.")
        return found


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def sound(
    entries: Mapping[str, Mapping[str, Any]], read: Callable[[str, Mapping[str, Any]], T]
) -> tuple[dict[str, T], dict[str, str]]:
    """The entries that can be read, by name, and the sentence that says what is wrong with each other one."""
    found: dict[str, T] = {}
    faults: dict[str, str] = {}
    for name, values in entries.items():
        try:
            found[name] = read(name, values)
        except UsageError as error:
            faults[name] = str(error)
    return found, faults
