"""What a shell offers for the words of a command: slugs, sources, rules, runs, jobs, fields, forms. See tools/names.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tools import names
from tools.errors import UnknownName, UsageError
from tools.settings import load

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _items(found: Iterable[tuple[str, str]], context: click.Context) -> list[CompletionItem]:
    """Each name with a word on it, but for those that stand on the line already."""
    values = context.params.values()
    given = {word for value in values for word in (value if isinstance(value, tuple) else (value,))}
    return [CompletionItem(name, help=_one_line(about) or None) for name, about in found if name not in given]


def _one_line(text: str) -> str:
    """Crawled text as a shell may show it: it reads what it is offered line by line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _stored(kind: str) -> Complete:
    def complete(context: click.Context, _: click.Parameter, beginning: str) -> list[CompletionItem]:
        return _items(names.stored(context.params.get("store") or "store.db", kind, beginning), context)

    return complete


slugs = _stored("product")
deleted_slugs = _stored("deleted")
merged_slugs = _stored("merged")
any_slugs = _stored("anything")
sites = _stored("site")
runs = _stored("run")
watches = _stored("watch")


def jobs(context: click.Context, _: click.Parameter, beginning: str) -> list[CompletionItem]:
    """Jobs of a schedule that keeps them in a file beside the store; elsewhere none: a shell waits for no network."""
    store = Path(context.params.get("store") or "store.db")
    path = store.with_name("jobs.db" if store.name == "store.db" else f"{store.stem}.jobs.db")
    return _items(names.stored(path, "job", beginning), context)


def rules(context: click.Context, _: click.Parameter, beginning: str) -> list[CompletionItem]:
    """The rules of scout.toml; none where it cannot be read."""
    try:
        found = load(store=context.params.get("store") or "store.db").table("rules")
    except UsageError:
        return []
    return _items(((name, "") for name in sorted(found) if name.startswith(beginning)), context)


def sources(context: click.Context, _: click.Parameter, beginning: str) -> list[CompletionItem]:
    """Those that come with Scout and those that were added to the store."""
    own = names.stored(context.params.get("store") or "store.db", "source", beginning)
    all_names = {*names.modules("tools.sources"), *(name for name, _ in own)} - {"feed"}
    return _items(((name, "") for name in sorted(all_names) if name.startswith(beginning)), context)


class OneOf(click.ParamType[str]):
    """One of some words, which are asked for only when one is given; a misspelt one names the nearest."""

    def __init__(self, noun: str, words: Callable[[], Iterable[str]]) -> None:
        self.name, self._words = noun, words

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word. Errors: UnknownName."""
        if value not in (words := list(self._words())):
            raise UnknownName(self.name, value, words)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin so."""
        return _items(((name, "") for name in self._words() if name.startswith(incomplete)), ctx)


def _words(found: Callable[[], Iterable[str]]) -> Complete:
    return OneOf("", found).shell_complete


def _servers() -> Iterable[str]:
    from mcp_servers import NAMES

    return NAMES


def _categories() -> Iterable[str]:
    from tools.models import CATEGORIES

    return CATEGORIES


def _modes() -> Iterable[str]:
    from agents.panel.fusion import MODES

    return MODES


def _kinds() -> Iterable[str]:
    from tools.models import KINDS

    return KINDS


def _fields() -> Iterable[str]:
    from tools.models import FACT_FIELDS

    return [f"{name}=" for name in (*FACT_FIELDS, "plan:NAME")]


forms = _words(partial(names.modules, "tools.exporters"))
kinds = _words(_kinds)
personas = _words(partial(names.modules, "tools.personas", ".toml"))
servers = _words(_servers)
CATEGORY = OneOf("category", _categories)
FUSION = OneOf("way to fuse", _modes)
VOTE = OneOf("verdict", lambda: ("ship", "skip"))
STATUS = OneOf("status", lambda: ("new", "needs_look", "approved", "rejected"))


def slugs_then_fields(context: click.Context, parameter: click.Parameter, beginning: str) -> list[CompletionItem]:
    """Slugs, and once one is there also the fields that can be edited."""
    fields = _words(_fields)(context, parameter, beginning) if context.params.get(parameter.name or "") else []
    return [*fields, *slugs(context, parameter, beginning)]
