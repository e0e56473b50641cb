"""The facts of a page: one module a fact beside this one, found by being there.

A fact reader is `read(seen, about)`: the facts of its field that the page gives, one from each place that gives one,
the surest place first. A module without it stops the program at once: a reader that quietly lost a fact looks healthy.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache

from tools.errors import CannotRun
from tools.models import Fact
from tools.page.about import About
from tools.page.seen import Seen

Read = Callable[[Seen, About], Iterable[Fact]]


@cache
def readers() -> tuple[Read, ...]:
    """Every fact reader, in the order of the modules' names.

    Errors: CannotRun when a module has no `read`; whatever a module's import raises.
    """
    found = []
    for name in sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")):
        module = importlib.import_module(f"{__name__}.{name}")
        if not hasattr(module, "read"):
            raise CannotRun(f"{module.__name__} is no fact reader yet: it lacks read(seen, about).")
        found.append(module.read)
    return tuple(found)
