"""The launch sources: one module a file beside this one, found by being there.

A source states NAME, HOMEPAGE, ACCESS, PACE_S and KINDS. A source that is read page by page also gives
`requests(settings, since, now)`, `next_request(page, url)` and `launches(page, url)`; one that is an API client
(`hugging_face`) gives `hub_launches(api, since, limit)` instead. Two equal names, a missing part or a module that does
not import stop the program at once: a crawler that quietly lost a source looks healthy.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from tools.errors import CannotRun, UnknownName
from tools.models import Launch
from tools.page.decode import decode

_STATED = ("NAME", "HOMEPAGE", "ACCESS", "PACE_S", "KINDS")
_BY_PAGE = ("requests", "next_request", "launches")
_BY_CLIENT = ("hub_launches",)


def all_sources() -> dict[str, ModuleType]:
    """Every source by its name, in the order of the names.

    Errors: CannotRun when two modules share a name or one lacks a part; whatever a module's import raises.
    """
    return dict(_found())


def source(name: str) -> ModuleType:
    """The module of one source.

    Errors: UnknownName, with the nearest names.
    """
    found = _found()
    if name not in found:
        raise UnknownName("source", name, found)
    return found[name]


def read_list(module_name: str, body: bytes, charset: str, url: str, asked: str) -> tuple[list[Launch], str | None]:
    """The launches of one list of a source, and the address of the list after it. Pure.

    module_name: of the source's module, as Python imports it: where this is done apart, the others stay out of memory.
    url: where the list came from after redirects; asked: as it was asked for. Errors: SourceChanged.
    """
    module, (text, _) = importlib.import_module(module_name), decode(body, charset)
    launches = list(module.launches(text, url))
    return launches, module.next_request(text, asked)


@cache
def _found() -> dict[str, ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    return gather([importlib.import_module(f"{__name__}.{name}") for name in names])


def gather(modules: list[ModuleType]) -> dict[str, ModuleType]:
    """The modules by their NAME, each checked for its parts.

    Errors: CannotRun as of all_sources.
    """
    found: dict[str, ModuleType] = {}
    for module in modules:
        work = _BY_CLIENT if hasattr(module, _BY_CLIENT[0]) else _BY_PAGE
        missing = [part for part in (*_STATED, *work) if not hasattr(module, part)]
        if missing:
            raise CannotRun(f"{module.__name__} is no source yet: it lacks {', '.join(missing)}.")
        if module.NAME in found:
            twin = found[module.NAME].__name__
            raise CannotRun(f"Two sources are called {module.NAME!r}: {twin} and {module.__name__}. Rename one.")
        found[module.NAME] = module
    return dict(sorted(found.items()))
