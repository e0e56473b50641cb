"""A product's stamp changes with whatever is shown of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from stored import Clock, evidence, fact, launch, page, panel_of, plan, propose

from jobs import edit
from tools.store import Store
from tools.store.stamps import _STAMP

# Of what a document reads beside the rows of the stamp: why none of it moves without one of these.
_HANGS_ON = {
    "pages": "never changed; which of them are a product's says product_pages, and evidence",
    "sources": "a launch's source keeps its name",
    "reviews": "of a panel, written with it",
    "review_members": "of a panel, written with it",
    "ratings": "of a panel, written with it",
    "claims": "of a panel, written with it",
    "citations": "of a panel, written with it",
    "passages": "of a panel, written with it",
    "findings": "of a panel, written with it",
    "meta": "which program kept the lines of exports, which say what these rows say",
    "observations": "a launch's newest numbers stand in its own row",
}


@pytest.fixture
def two(store: Store, clock: Clock) -> Store:
    """A store with two products of one page each."""
    made = store
    made.put_launches("show_hn", [launch(number) for number in range(2)], clock.at)
    for number, name in enumerate(("lampyard", "tidewire")):
        of = page(f"https://{name}.example/", f"<h1>{name}</h1>")
        put = propose(
            made, of, fact(of, value=name.capitalize()), plans=(plan(of, "20"),), identity=f"url:{name}.example"
        )
        made.put_product(replace(put, launches=(f"show_hn:{number}",)))
    return made


def _observed(store: Store) -> None:
    store.put_launches("show_hn", [replace(launch(0), observations={"points": 400.0})], store.now())


def _reread(store: Store) -> None:
    of = page("https://lampyard.example/", "<h1>lampyard</h1>")
    again = replace(fact(of, value="Lampyard"), evidence=evidence(of, "Lampyard, again"))
    put = propose(store, of, again, plans=(plan(of, "20"),))
    store.put_product(replace(put, identity="url:lampyard.example", launches=("show_hn:0",)))


_MOVES: dict[str, Callable[[Store], object]] = {
    "an editor's value": lambda store: edit.edit(store, "lampyard", ("tagline=Keeps the lights on",), "seen", "Ines"),
    "a status": lambda store: store.set_status("lampyard", "approved", "", "Ines"),
    "a look": lambda store: store.raise_look("lampyard", ["tagline: two values"]),
    "a panel": lambda store: store.put_panel(panel_of(store, "lampyard"), reviewer="rules"),
    "a vote": lambda store: store.put_vote("lampyard", "a reader", "ship"),
    "a launch's numbers": _observed,
    "another quote": _reread,
    "a merge into it": lambda store: store.merge("tidewire", "lampyard", "the same", "Ines"),
}


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("move", _MOVES)
def test_the_stamp_of_a_product_changes_with(two: Store, clock: Clock, move: str, kept: bool) -> None:
    if kept:
        two.keep_documents()
    before = two.stamp("lampyard"), two.stamp("tidewire", "lampyard")
    clock.at += timedelta(hours=1)
    _MOVES[move](two)
    if kept:
        two.keep_documents()
    assert two.stamp("lampyard") != before[0]
    assert two.stamp("tidewire", "lampyard") != before[1]


@pytest.mark.parametrize("kept", [False, True])
def test_the_stamp_of_a_product_stays_while_others_change(two: Store, kept: bool) -> None:
    if kept:
        two.keep_documents()
    before = two.stamp("lampyard")
    two.set_status("tidewire", "approved", "", "Ines")
    assert two.stamp("lampyard") == before


def test_the_stamp_of_a_kept_product_changes_with_an_act_and_its_undo_and_with_a_later_look(
    two: Store, clock: Clock
) -> None:
    """What a page tells beside the line: the newest act, and when it was last seen."""

    def kept() -> str:
        two.keep_documents()
        return two.stamp("lampyard")

    stamps = [kept()]
    edit.set_status(two, "lampyard", "approved", "", "Ines")
    stamps.append(kept())
    edit.undo(two, "lampyard", "", "Ines")
    stamps.append(kept())
    clock.at += timedelta(days=1)
    two.put_launches("show_hn", [launch(0)], clock.at)
    stamps.append(kept())
    assert len({*stamps}) == len(stamps)


def test_whatever_a_document_reads_is_in_its_stamp_or_hangs_on_what_is(two: Store) -> None:
    read = set[str]()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    two.put_panel(panel_of(two, "lampyard"), reviewer="rules")
    two._conn.set_authorizer(note)
    two.document("lampyard")
    two.last_act("lampyard")
    two.doubts(["lampyard"])
    two._conn.set_authorizer(None)
    stamped = set(re.findall(r"(?:FROM|JOIN) ([a-z_]+)", _STAMP)) - {"f"}
    assert read - stamped - _HANGS_ON.keys() <= {"json_each", "sqlite_master"}
    assert not stamped & _HANGS_ON.keys()
