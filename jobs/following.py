"""What is followed: a site looked at before it is, a list of feeds taken in, and a source's last entries with what its
filter makes of them. The acts themselves are in jobs/upkeep.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jobs import upkeep
from jobs.by_hand import check_contact, way_in
from jobs.listing import check_source, taken_names
from tools.discovery import Checked, check_feeds, discover
from tools.errors import AddressRefused, FetchError, UsageError, failure_row
from tools.filters import Filter, checked, filter_of, sifted
from tools.identity import canonical_url, host_of, registrable_domain, web_address
from tools.models import Launch
from tools.places import too_many
from tools.settings import Settings
from tools.store import Store
from tools.web.guard import check_address
from tools.workbench import Workbench

Progress = Callable[[str], None]
SHOWN = 5  # entries of a place that somebody may follow
PREVIEWED = 50  # entries of a source
MOST_FEEDS = 5_000  # of one OPML file
_MOST_OPML_BYTES = 20_000_000
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_NAME_CHARS = 40


# ── a site ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def look(
    store_path: Path | str,
    settings: Settings,
    url: str,
    name: str = "",
    progress: Progress | None = None,
    patience_s: float | None = None,
) -> dict[str, Any]:
    """What can be followed at an address: name, url and kind of the best place, with its first entries (`rows`) and how many
    announce something; `others` (url, kind, title), `failures`. Nothing is followed yet.

    name: "" makes one of the site's. patience_s: how long is looked; None: as long as it takes. Errors: UsageError where the address is refused, cannot be read or names nothing that
    can be followed; CannotRun.
    """
    say = progress or (lambda _: None)
    url = admitted(url, settings)
    check_contact(settings, None, [url])
    with Workbench(settings, store_path) as bench:
        name = name or name_for(url, taken_names(bench.store))
        try:
            found = bench.run(discover(bench.fetcher, bench.reader.apart, url, name, say), patience_s)
        except FetchError as error:
            raise UsageError(f"{error.url} cannot be read: {error.reason}.") from error
        except TimeoutError:
            bench.stop.set_result(None)  # what is under way ends with the bench
            raise UsageError(
                f"{url[:200]} could not be looked at within {patience_s:g} s. Try again, or give the address of its feed."
            ) from None
        if not found.places:
            raise UsageError(
                f"{url} names no feed, has none where feeds commonly stand, no sitemap, and lists nothing that can be "
                f"followed ({len(found.failures)} further addresses did not answer). Give the address of its feed or list."
            )
        best, *others = found.places
        known = _followed(bench.store).get(canonical_url(best.url), "")
    return {
        "name": name,
        "url": best.url,
        "kind": best.kind,
        "title": best.title,
        "listed": len(best.launches),
        "announcing": sum(bool(launch.url) for launch in best.launches),
        "rows": _rows(best.launches[:SHOWN], Filter()),
        "note": too_many(best.left_out),
        "known_as": known,
        "others": [{"url": one.url, "kind": one.kind, "title": one.title} for one in others],
        "failures": [{"url": one, "why": why} for one, why in found.failures],
    }


def admitted(url: str, settings: Settings) -> str:
    """An address that may be fetched, whole. Errors: UsageError that says how a host of one's own is let in."""
    url = web_address(url)
    try:
        check_address(url, settings)
    except AddressRefused as error:
        raise UsageError(" ".join(filter(None, (f"{error}.", way_in(url, settings))))) from None
    return url


def name_for(url: str, taken: Iterable[str], title: str = "") -> str:
    """A source's name made of a title, else of a site's host; with a number where it is taken."""
    host = registrable_domain(host_of(url)).partition(".")[0]
    words = re.sub(r"[^a-z0-9]+", "_", (title or host).lower()).strip("_")
    base = (words if re.match(r"[a-z].", words) else f"feed_{words}".rstrip("_"))[:_NAME_CHARS].rstrip("_")
    names = {*taken}
    numbered = (f"{base[: _NAME_CHARS - len(str(n)) - 1]}_{n}" for n in range(2, len(names) + 3))
    return next(name for name in (base, *numbered) if name not in names)


# ── a filter, looked at ──────────────────────────────────────────────────────────────────────────────────────────────


def preview(
    store_path: Path | str,
    settings: Settings,
    named: str,
    trial: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The last entries of a source, or of what can be followed at an address, each kept or blocked and why: name, rows, listed,
    blocked, filter, origin, note. What the store holds of a source is taken; one that was never read is read now.

    trial: a filter to try instead of the one in force. Errors: UnknownName, UsageError, SourceError, CannotRun.
    """
    say = progress or (lambda _: None)
    if "://" in named or ("." in named and "/" in named):
        return _preview_of_site(store_path, settings, named, trial, say)
    with Store.open(store_path) as store:
        check_source(store, named)
        found = preview_rows(store, settings, named, trial)
    return found if found["listed"] else _preview_of_source(store_path, settings, named, trial, say)


def preview_rows(
    store: Store, settings: Settings, name: str, trial: Mapping[str, Any] | None = None, most: int = PREVIEWED
) -> dict[str, Any]:
    """As `preview`, of what the store holds; nothing is fetched. Errors: UsageError, UnknownName."""
    wanted = _wanted(store, settings, name, trial)
    return _previewed(name, store.launches(name)[:most], wanted)


def _preview_of_source(
    store_path: Path | str, settings: Settings, name: str, trial: Mapping[str, Any] | None, say: Progress
) -> dict[str, Any]:
    check_contact(settings, None)
    with Workbench(settings, store_path) as bench:
        wanted = _wanted(bench.store, settings, name, trial)
        say(f"reading {name}, of which the store holds nothing yet")
        launches = bench.run(bench.reader.look_at_source(name, _EVER))
    return _previewed(name, launches[:PREVIEWED], wanted)


def _preview_of_site(
    store_path: Path | str, settings: Settings, url: str, trial: Mapping[str, Any] | None, say: Progress
) -> dict[str, Any]:
    url = admitted(url, settings)
    check_contact(settings, None, [url])
    with Workbench(settings, store_path) as bench:
        name = name_for(url, ())
        try:
            found = bench.run(discover(bench.fetcher, bench.reader.apart, url, name, say))
        except FetchError as error:
            raise UsageError(f"{error.url} cannot be read: {error.reason}.") from error
    if not found.places:
        raise UsageError(f"Nothing at {url} can be followed: no feed, no list, no sitemap.")
    best = found.places[0]
    shown = _previewed(best.url, best.launches[:PREVIEWED], checked(trial or {}, "the filter"))
    return {**shown, "note": too_many(best.left_out)}


def _wanted(store: Store, settings: Settings, name: str, trial: Mapping[str, Any] | None) -> Filter:
    if trial:
        return checked(trial, "the filter")
    return filter_of(name, settings, (store.source_state(name) or {}).get("filter", ""))


def _previewed(name: str, launches: Sequence[Launch], wanted: Filter) -> dict[str, Any]:
    _, blocked = sifted(launches, wanted)
    return {
        "name": name,
        "rows": _rows(launches, wanted),
        "listed": len(launches),
        "blocked": len(blocked),
        "filter": wanted.as_dict(),
        "origin": wanted.origin,
        "note": "",
    }


def _rows(launches: Sequence[Launch], wanted: Filter) -> list[dict[str, Any]]:
    """One row an entry: title, name, url (None: it announces nothing, and makes no product), kind, launched_at, kept, why."""
    rows = []
    for launch in launches:
        why = wanted.why_blocked(launch)
        empty = "" if launch.url or launch.name else "announces nothing: no address of a tool"
        rows.append(
            {
                "title": launch.title,
                "name": launch.name,
                "url": launch.url,
                "kind": launch.kind,
                "launched_at": launch.launched_at.isoformat() if launch.launched_at else None,
                "kept": not why and not empty,
                "why": why or empty,
            }
        )
    return rows


# ── OPML ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def follow_opml(
    store_path: Path | str, settings: Settings, file: Path, why: str = "", progress: Progress | None = None
) -> dict[str, Any]:
    """Follow the feeds of an OPML file, each looked at first, all that are sound in one transaction: added (name, url,
    entries, note), known (url, name of the source that follows it), failures, left_out.

    Errors: UsageError for what is no OPML, before anything is asked; CannotRun.
    """
    say = progress or (lambda _: None)
    outlines = read_opml(file)
    check_contact(settings, None, [url for _, url in outlines])
    with Workbench(settings, store_path) as bench:
        fresh, known, failures = _sorted(bench.store, settings, outlines)
        chosen, beyond = fresh[:MOST_FEEDS], fresh[MOST_FEEDS:]
        total = len(chosen)
        looks = bench.run(
            check_feeds(
                bench.fetcher,
                bench.reader.apart,
                [url for _, url in chosen],
                lambda done: say(f"{done} of {total} feeds looked at"),
            )
        )
        failures += [{"url": one.url, **failure_row(one.error)} for one in looks if one.error]
        sound = [(title, one) for (title, _), one in zip(chosen, looks, strict=True) if not one.error]
        added = _take_in(bench.store, settings.who, sound, why or f"from {file.name}")
    return {"added": added, "known": known, "failures": failures, "left_out": len(beyond)}


def read_opml(file: Path) -> list[tuple[str, str]]:
    """Title and address of each feed of an OPML file, in its order; commented ones are left out. Errors: UsageError."""
    body = file.read_bytes()
    if len(body) > _MOST_OPML_BYTES:
        raise UsageError(f"{file} has {len(body):,} bytes; an OPML file of at most {_MOST_OPML_BYTES:,} is expected.")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise UsageError(f"{file} declares a document type or entities, which no OPML needs; it is not read.")
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise UsageError(f"{file} is no OPML: {error}.") from None
    found = [(_titled(outline), url) for outline in _outlines(tree) if (url := (outline.get("xmlUrl") or "").strip())]
    if tree.tag != "opml" or not found:
        raise UsageError(f"{file} is no OPML with feeds: an <opml> with outlines that have an xmlUrl is expected.")
    return found


def _outlines(tree: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return (one for one in tree.iter("outline") if (one.get("isComment") or "").lower() != "true")


def _titled(outline: ElementTree.Element) -> str:
    return " ".join((outline.get("title") or outline.get("text") or "").split())


def _sorted(
    store: Store, settings: Settings, outlines: Sequence[tuple[str, str]]
) -> tuple[list[tuple[str, str]], list[dict[str, str]], list[dict[str, Any]]]:
    """The outlines that are new; those followed already, or twice in the file, with the name; those whose address is refused."""
    followed = _followed(store)
    fresh: dict[str, tuple[str, str]] = {}
    known: list[dict[str, str]] = []
    failures: list[dict[str, Any]] = []
    for title, given in outlines:
        try:
            url = admitted(given, settings)
        except UsageError as error:
            failures.append({"url": given, **failure_row(error)})
            continue
        key = canonical_url(url)
        if key in followed:
            known.append({"url": url, "name": followed[key]})
        elif key in fresh:
            known.append({"url": url, "name": ""})
        else:
            fresh[key] = (title, url)
    return list(fresh.values()), known, failures


def _followed(store: Store) -> dict[str, str]:
    """The name of each source by its address, where it has one of its own."""
    return {canonical_url(row["url"]): row["name"] for row in store.sources() if row["url"]}


def _take_in(store: Store, who: str, feeds: Sequence[tuple[str, Checked]], why: str) -> list[dict[str, Any]]:
    added: list[dict[str, Any]] = []
    with store.write():
        taken = taken_names(store)
        for title, one in feeds:
            name = name_for(one.url, taken, title or one.title)
            taken.add(name)
            upkeep.add(store, name, one.url, "feed", why, who)
            added.append({"name": name, "url": one.url, "entries": one.entries, "note": too_many(one.left_out)})
    return added
