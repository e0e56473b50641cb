"""Sources, and the launches they announced."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from tools import knowledge
from tools.knowledge import canonical, iso, row_hash
from tools.models import Launch
from tools.store.connection import BATCH, IN, Counts, Row, batches, hashed, stored
from tools.store.identities import Identities

_SOURCE_SQL = (
    "SELECT name, url, kind, access, enabled, last_ok_at, last_new_at, last_error, filter, listed, blocked, removed "
    "FROM sources"
)
_LAUNCH_SQL = "SELECT l.*, s.name AS source_name FROM launches l JOIN sources s ON s.id = l.source"


_SAID = (
    "source_id",
    "title",
    "source_url",
    "url",
    "kind",
    "name",
    "tagline",
    "description",
    "license",
    "repo_url",
    "hub_id",
)
_LISTS = ("makers", "tags")
_said_of = attrgetter(*_SAID, *_LISTS)
_KEPT = ("content_hash", "observed", "first_seen", "product", "raw", "page")
_LASTING = ("source", "first_seen", "product")  # what a launch that is announced again does not change
_observed = lru_cache(1_000)(json.loads)


class Launches(Identities):
    """Statements over sources, launches, their sightings and observations."""

    def add_source(self, name: str, url: str, kind: str = "feed") -> None:
        """Make a source known, or give a known one another address."""
        self.put_source_state(name, url=url, kind=kind, enabled=True, removed=False)

    def put_source_state(self, name: str, **values: object) -> None:
        """Set columns of a source, as `source_state` has them. Makes it if new."""
        row = {column: stored(value) for column, value in values.items()}
        with self.write():
            key = self._source_key(name)
            if row:
                self._update("sources", key, **row)

    def _source_key(self, name: str) -> int:
        key = self._value("SELECT id FROM sources WHERE name = ?", name)
        if key is None:
            empty = {"url": "", "kind": "feed", "access": "feed", "enabled": 1}
            times = {"last_ok_at": None, "last_new_at": None, "last_error": ""}
            unfiltered = {"filter": "", "listed": 0, "blocked": 0, "removed": 0}
            key = self._insert("sources", {"name": name, **empty, **times, **unfiltered})
        return int(key)

    def source_state(self, name: str) -> Row | None:
        """What is known of a source, or None: name, url, kind, access, enabled, last_ok_at, last_new_at, last_error, filter
        (JSON), listed and blocked (launches of its last reading), removed."""
        rows = self._rows(f"{_SOURCE_SQL} WHERE name = ?", name)
        return _source(rows[0]) if rows else None

    def sources(self, *, removed: bool = False) -> list[Row]:
        """Every source ever crawled or added, by name, without those removed since, or with them; the shape of
        `source_state`."""
        return [_source(row) for row in self._rows(f"{_SOURCE_SQL} WHERE removed <= ? ORDER BY name", int(removed))]

    def put_launches(self, source: str, launches: Sequence[Launch], seen_at: datetime) -> Counts:
        """Keep what a source announced. Unchanged ones write only when they were last seen, in a table of its own.

        A number (votes, stars) becomes an observation only when it differs from the one before.
        """
        at, new, changed, unchanged = iso(seen_at), 0, 0, 0
        with self.write():
            owner = self._source_key(source)
            for batch in batches({launch.id: launch for launch in launches}.items(), BATCH):
                counts = self._put_launch_batch(owner, dict(batch), at)
                new, changed, unchanged = new + counts.new, changed + counts.changed, unchanged + counts.unchanged
        return Counts(new, changed, unchanged)

    def _put_launch_batch(self, source: int, batch: Mapping[str, Launch], at: str) -> Counts:
        known = self._known("launches", ("key",), ("id", *_KEPT), [[key] for key in batch])
        fresh: list[Row] = []
        again: list[Row] = []
        numbers: list[Row] = []
        changed = 0
        for key, launch in batch.items():  # the whole cost of an unchanged crawl: one hash and one comparison a launch
            said = _launch_said(launch)
            seal, old = knowledge.flat_digest(said)[:32], known.get((key,))
            if old is None:
                moved, observed = _numbers(launch, {}), {}
            else:
                _, before, told, *_ = old
                observed = _observed(told)
                changed, moved = changed + (before != seal), _numbers(launch, observed)
                if before == seal and not moved:
                    continue  # perhaps it told fewer numbers than before
            numbers += [{"key": key, "metric": name, "value": value, "at": at} for name, value in moved.items()]
            row = {**_launch_row(key, source, launch, said, seal), "observed": canonical({**observed, **moved})}
            row |= {"first_seen": at, "product": None} if old is None else dict(zip(_KEPT[2:4], old[3:5], strict=True))
            if old and old[1] == seal:
                row |= dict(zip(_KEPT[4:], old[5:], strict=True))  # what it says was read from that row
            (fresh if old is None else again).append(row)
        self._renew("launches", [hashed("launches", row) for row in again], ("key",), _LASTING)
        ids = {key: row[0] for (key,), row in known.items()}
        ids |= zip([row["key"] for row in fresh], self._insert_all("launches", fresh), strict=True)
        self._see(list(ids.values()), at)
        sealed = [hashed("observations", {"launch": ids[row.pop("key")], **row}) for row in numbers]
        self._upsert("observations", sealed, ("launch", "metric", "at"), "row_hash")
        return Counts(len(fresh), changed, len(batch) - len(fresh) - changed)

    def _see(self, launches: Sequence[int], at: str) -> None:
        seal = row_hash({"last_seen": at})
        self._conn.execute(
            "INSERT INTO launch_sightings (launch, last_seen, row_hash) SELECT value, ?, ? FROM json_each(?) WHERE true "
            "ON CONFLICT (launch) DO UPDATE SET last_seen = excluded.last_seen, row_hash = excluded.row_hash "
            "WHERE excluded.last_seen > launch_sightings.last_seen",
            (at, seal, json.dumps(launches)),
        )

    def launch(self, launch_id: str) -> Launch | None:
        """One launch by its id, "<source>:<source_id>"."""
        rows = self._rows(f"{_LAUNCH_SQL} WHERE l.key = ?", launch_id)
        return _launch(rows[0]) if rows else None

    def launches(
        self, source: str | None = None, since: datetime | None = None, slug: str | None = None
    ) -> list[Launch]:
        """Launches by source, first seen since, or of one product; newest first."""
        wanted: list[tuple[str, object]] = []
        if source:
            wanted.append(("s.name = ?", source))
        if since:
            wanted.append(("l.first_seen >= ?", iso(since)))
        if slug:
            wanted.append((f"l.product {IN}", self._family(self._product(slug)["id"])))
        where = " AND ".join(["1", *(condition for condition, _ in wanted)])
        rows = self._rows(f"{_LAUNCH_SQL} WHERE {where} ORDER BY l.id DESC", *(value for _, value in wanted))
        return [_launch(row) for row in rows]

    def product_of_launch(self, launch_id: str) -> str | None:
        """The slug of the product a launch announced, once that is known."""
        slug = self._value(
            "SELECT p.slug FROM launches l JOIN products p ON p.id = l.product WHERE l.key = ?", launch_id
        )
        return self.resolve(slug) if slug else None


def _source(row: Row) -> Row:
    return {**row, "enabled": bool(row["enabled"]), "removed": bool(row["removed"])}


def _launch_said(launch: Launch) -> list[Any]:
    """What a launch says, which its hash is of: its numbers, the page it was on and its row there left out."""
    # "first seen" is when we first saw it, which a later crawl must not move
    stated = launch.launched_at if launch.launched_at_basis != "first_seen" else None
    return [*_said_of(launch), iso(stated) if stated else None, launch.launched_at_basis]


def _launch_row(key: str, source: int, launch: Launch, said: Sequence[Any], seal: str) -> Row:
    row = dict(zip((*_SAID, *_LISTS, "launched_at", "launched_at_basis"), said, strict=True))
    row |= {name: canonical(row[name]) if row[name] else "[]" for name in _LISTS}
    return {"key": key, "source": source, "page": launch.page, "raw": launch.raw, "content_hash": seal, **row}


def _numbers(launch: Launch, before: Mapping[str, float]) -> dict[str, float]:
    """The numbers of a launch that are not those before."""
    return {name: float(value) for name, value in launch.observations.items() if before.get(name) != value}


def _launch(row: Row) -> Launch:
    return Launch(
        source=row["source_name"],
        **{name: row[name] for name in _SAID},
        makers=tuple(json.loads(row["makers"])),
        tags=tuple(json.loads(row["tags"])),
        launched_at=knowledge.moment(row["launched_at"]) if row["launched_at"] else None,
        launched_at_basis=row["launched_at_basis"],
        observations=json.loads(row["observed"]),
        page=row["page"],
        raw=row["raw"],
    )
