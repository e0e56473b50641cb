"""The console's pages, one module each, found by being there; how to write one stands in jobs/console/__init__.py."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from starlette.routing import Route


@cache
def found() -> tuple[ModuleType, ...]:
    """The modules of pages, in the order of the navigation; one that fails to import stops the program."""
    modules = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return tuple(sorted(modules, key=lambda module: (getattr(module, "ORDER", 1_000), module.__name__)))


def routes() -> list[Route]:
    """The routes of all pages. Two of one path and method are an error."""
    every = [route for module in found() for route in module.ROUTES]
    names = [(route.path, method) for route in every for method in route.methods or ()]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"two pages at {twice}"
    return every


def menu() -> tuple[tuple[str, str], ...]:
    """Title and path of the pages that the navigation names."""
    return tuple((module.TITLE, module.ROUTES[0].path) for module in found() if hasattr(module, "TITLE"))
