"""The console's templates, and how they print: everything escaped, nothing invisible, at a quarter of Jinja's own cost.

Jinja calls three functions for each printed value and wraps each in a class; a page prints a thousand and more.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from jobs.console import fragments
from jobs.console.fragments import plain
from tools.exporters._words import source_name, visible
from tools.exporters.site import TEMPLATES as SITE_TEMPLATES
from tools.exporters.site import environment

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.compiler import Frame

TEMPLATES = Path(__file__).parent / "templates"


def printed(value: Any) -> str:
    """A value as it may stand on a page: text escaped and without invisible characters, markup of ours as it is."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return] # it was just looked at
    if kind is int:
        return str(value)
    if kind is not str:
        return escape(value if hasattr(value, "__html__") else visible(str(value)))
    return plain(value)


def _read(environment: Environment) -> Any:
    """How templates read `this.name`: of our plain dictionaries first by key, where Jinja tries, and fails, by attribute."""
    otherwise = environment.getattr

    def read(of: Any, name: str) -> Any:
        return of[name] if type(of) is dict and name in of else otherwise(of, name)

    return read


class _Printing(CodeGenerator):
    """Has templates print by `printed` alone, as Jinja's own native types have them print by nothing."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.printed(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


@cache
def templates() -> Environment:
    """Ours, then the site's; the site's filters. Read once: what is edited while the console runs shows after a restart."""
    made = environment().overlay(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), FileSystemLoader(SITE_TEMPLATES)]),
        auto_reload=False,
        cache_size=-1,
    )
    made.code_generator_class = _Printing
    made.getattr = _read(made)  # type: ignore[method-assign] # it is what Environment is asked by
    made.printed = printed  # type: ignore[attr-defined] # the name by which the code of templates finds it
    made.globals["d"] = fragments
    made.filters["source_name"] = source_name
    made.filters.update({name: getattr(fragments, name) for name in ("address", "day", "minute", "safe_url")})
    return made
