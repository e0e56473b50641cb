"""The launch sources: one module a file beside this one, found by being there.

A source states NAME, HOMEPAGE, ACCESS, PACE_S and KINDS. A source that is read page by page also gives
`requests(settings, since, now)`, `next_request(page, url)` and `launches(page, url)`; one that is an API client
(`hugging_face`) gives `hub_launches(api, since, limit)` instead. Two equal names, a missing part or a module that does
not import stop the program at once: a crawler that quietly lost a source looks healthy.

Parts that a source gives where it needs them:

- `why_off(settings)`: the sentence that says what to set before it can be read; "" when it can;
- `HEADERS`, `MOST_BYTES`: further headers of its requests; its largest list, where that is over max_body_bytes;
- `oldest(page)`: the date of a list's oldest row, where lists are newest first: one that lies before the window is the last;
- `entries(page, url)`: names and dates of what a list holds, where the list does not say enough of it. Then
  `entry_request(settings, entry)` is the address that does ("": not wanted), and `entry_launches(page, url)` reads it;
  ENTRY_ACCESS, where that differs from ACCESS. An entry's page is asked for once a day;
- `left_out(page)`: how many rows of a list stand below those that are read, where it may hold too many;
- `discussion(settings, entry)`: the address that answers what is said of a launch, by its source_id, under ACCESS. Then
  `remarks(page, makers)` reads it, the nearest to the announcement first, and TITLE is what readers call the place;
- MAY_REST: its silence says nothing about its shape;
- BY_DIFFERENCE: it has no dates, or lists all there is: what counts is what was not there before. Its `launches`,
  `entries` and `next_request` take what the store has of that list from the reading before as a third argument, None at
  the first one, when nothing is new; `remembered(page)` is the part of a list worth keeping for that, if not all of it;
  EVERY: how long a list is not asked for again.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import ModuleType

from tools.dossier import Voice
from tools.errors import CannotRun, UnknownName
from tools.models import Launch
from tools.page.decode import decode
from tools.settings import Settings
from tools.sources._voices import voices_of

_STATED = ("NAME", "HOMEPAGE", "ACCESS", "PACE_S", "KINDS")
_BY_PAGE = ("requests", "next_request", "launches")
_BY_CLIENT = ("hub_launches",)
_BY_ENTRY = ("entry_request", "entry_launches")  # of a source that names entries
_BY_DISCUSSION = ("remarks", "TITLE")  # of a source that shows what is said of a launch
Entry = tuple[str, datetime | None]  # how a list names what it holds, and since when


@dataclass(frozen=True, slots=True)
class ListRead:
    """What one list of a source says: launches, the address of the list after it, entries to read, the date of its oldest
    row, what to keep of it for the next reading, where that is not all of it, and how many rows stand below those read."""

    launches: list[Launch]
    following: str | None
    entries: list[Entry]
    oldest: datetime | None
    remembered: bytes | None
    left_out: int = 0


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


def read_by(name: str, url: str, kind: str = "feed") -> ModuleType:
    """The module that reads a source: that of feeds, or of listings, where an address is kept under its name, else its own.

    A feed that somebody follows keeps its name when a later version brings a source that is called the same.
    Errors: UnknownName.
    """
    if url and kind == "listing":
        return importlib.import_module("tools.sources._listing")  # no source of its own: it has no address
    return source("feed" if url else name)


def why_off(module: ModuleType, settings: Settings) -> str:
    """Why a source cannot be read under these settings, in a sentence; "" when it can."""
    return str(module.why_off(settings)) if hasattr(module, "why_off") else ""


def by_difference(module: ModuleType) -> bool:
    """Whether a source is read against what its lists said before."""
    return bool(getattr(module, "BY_DIFFERENCE", False))


def read_list(
    module_name: str, body: bytes, charset: str, url: str, asked: str, before: bytes | None = None
) -> ListRead:
    """What one list of a source says. Pure.

    module_name: of the source's module, as Python imports it: where this is done apart, the others stay out of memory.
    url: where the list came from after redirects; asked: as it was asked for; before: what was kept of it, of a source
    that is read by difference. Errors: SourceChanged.
    """
    module, text = importlib.import_module(module_name), decode(body, charset)[0]
    earlier = (None if before is None else before.decode("utf-8", "replace"),) if by_difference(module) else ()
    return ListRead(
        list(module.launches(text, url, *earlier)),
        module.next_request(text, asked, *earlier),
        list(module.entries(text, url, *earlier)) if hasattr(module, "entries") else [],
        module.oldest(text) if hasattr(module, "oldest") else None,
        module.remembered(text).encode() if hasattr(module, "remembered") else None,
        module.left_out(text) if hasattr(module, "left_out") else 0,
    )


def read_entry(module_name: str, body: bytes, charset: str, url: str) -> list[Launch]:
    """What the page of one entry announces; nothing where that is no tool. Pure. Errors: SourceChanged."""
    module = importlib.import_module(module_name)
    return list(module.entry_launches(decode(body, charset)[0], url))


def read_voices(
    module_name: str, body: bytes, charset: str, makers: Sequence[str], discussion: str, page: str, at: datetime
) -> tuple[Voice, ...]:
    """What others wrote of a launch, in the answer of a source's discussion. Pure.

    makers: the launch's; discussion: its announcement; page: Page.id of the answer; at: when it was read. Errors: SourceChanged.
    """
    module = importlib.import_module(module_name)
    return voices_of(module.remarks(decode(body, charset)[0], makers), module.TITLE, discussion, page, at)


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
        entries = _BY_ENTRY if hasattr(module, "entries") else ()
        talk = _BY_DISCUSSION if hasattr(module, "discussion") else ()
        missing = [part for part in (*_STATED, *work, *entries, *talk) if not hasattr(module, part)]
        if missing:
            raise CannotRun(f"{module.__name__} is no source yet: it lacks {', '.join(missing)}.")
        if module.NAME in found:
            twin = found[module.NAME].__name__
            raise CannotRun(f"Two sources are called {module.NAME!r}: {twin} and {module.__name__}. Rename one.")
        found[module.NAME] = module
    return dict(sorted(found.items()))
