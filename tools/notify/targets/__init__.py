"""Where messages go: one module beside this one is one sort of target, found by being there.

A module gives `NAME`, `KEYS` (of its entry in scout.toml, `type` apart), `read(entry, settings)`, which checks an entry
and returns what `send(address, message, body, settings, now)` takes. `send` returns when the target has accepted the
message, and raises NotDelivered in one sentence otherwise. `shown(address)` is what may be printed of it: no secret.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tools.errors import CannotRun, NotDelivered, UnknownName
from tools.models import Now
from tools.notify.entries import Entry, sound
from tools.settings import Settings

_PARTS = ("NAME", "KEYS", "read", "send", "shown")


@dataclass(frozen=True, slots=True)
class Target:
    """A target of scout.toml, checked. `address` is its module's own and may hold secrets: it is never printed."""

    name: str
    type: str
    address: Any

    def __repr__(self) -> str:
        return f"Target({self.name!r}, {self.type!r}, {self.shown!r})"

    @property
    def shown(self) -> str:
        """Where it goes, without secrets."""
        return str(_module(self.type).shown(self.address))

    def send(self, message: Mapping[str, Any], body: str, settings: Settings, now: Now) -> None:
        """Hand a message over. body: the same as JSON text, byte for byte that of an earlier try. Errors: NotDelivered."""
        _module(self.type).send(self.address, message, body, settings, now)


def types() -> dict[str, ModuleType]:
    """Every sort of target by name. Errors: CannotRun when two carry one name or a module lacks a part."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        missing = [part for part in _PARTS if not hasattr(module, part)]
        if missing:
            raise CannotRun(f"{module.__name__} is no sort of target: it lacks {', '.join(missing)}.")
        if module.NAME in found:
            raise CannotRun(f"Two sorts of target are called {module.NAME!r}.")
        found[module.NAME] = module
    return found


def _module(name: str) -> ModuleType:
    return types()[name]


def targets(settings: Settings) -> tuple[dict[str, Target], dict[str, str]]:
    """The sound targets in their order, by name; and of each other one the sentence that says what is wrong with it."""
    return sound(settings.table("targets"), lambda name, values: read_target(name, values, settings))


def read_target(name: str, values: Mapping[str, Any], settings: Settings) -> Target:
    """A target from its entry. Errors: UsageError in one sentence, which holds no secret."""
    where, known = f"[targets.{name}]", types()
    kind = Entry(where, {"type": values["type"]} if "type" in values else {}, ("type",)).text("type")
    if kind not in known:
        raise UnknownName(f"type for {where}", kind, known)
    module = known[kind]
    return Target(name, kind, module.read(Entry(where, values, ("type", *module.KEYS)), settings))


__all__ = ["NotDelivered", "Target", "read_target", "targets", "types"]
