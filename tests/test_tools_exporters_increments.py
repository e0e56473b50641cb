"""Increments: what `--after` gives, applied to a keyed copy, keeps it in step with the full export, whatever happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from stored import NOON, Clock, fact, page, panel_of, plan, propose

from tools.dossier import Dossier
from tools.errors import ScoutError
from tools.exporters import jsonl
from tools.exporters.schema import line_schema
from tools.models import FACT_FIELDS, Logo
from tools.settings import Settings
from tools.store import Store


class History:
    """A store to which random things happen, a second after another."""

    def __init__(self, store: Store, clock: Clock, seed: int) -> None:
        self.store, self.clock, self.chance, self.made = store, clock, Random(seed), 0
        editor: list[Callable[[str], object]] = [
            lambda slug: store.edit_product(slug, self.chance.choice(FACT_FIELDS[:4]), self._word(), "", "ed"),
            lambda slug: store.edit_product(slug, "plan:Pro", f"{self.chance.randrange(90)} USD/month", "", "ed"),
            lambda slug: store.set_status(slug, self.chance.choice(["approved", "rejected", "new"]), "", "ed"),
            lambda slug: store.merge(slug, self._any(), "", "ed"),
            lambda slug: store.merge(slug, self._any(), "", "ed"),
            lambda slug: store.unmerge(slug, "", "ed"),
            lambda slug: store.delete_product(slug, "", "ed"),
            lambda slug: store.undelete_product(slug, "", "ed"),
            lambda slug: store.put_override(slug, "pm", self.chance.choice(["ship", "skip"]), "", "ed"),
        ]
        self.acts = [self._as_act(do) for do in editor]
        self.acts += [self._mark, lambda _: store.forget_logos()]
        self.acts += [lambda slug: store.undo(slug, "", "ed")] * 2
        self.acts += [lambda slug: store.put_panel(panel_of(store, slug), reviewer="rules"), self._read, self._read]

    def go_on(self, steps: int) -> None:
        for _ in range(steps):
            self.clock.at += timedelta(seconds=1)
            try:
                self.chance.choice(self.acts)(self._any())
            except ScoutError:
                continue  # not everything can happen to everything

    def _as_act(self, do: Callable[[str], object]) -> Callable[[str], object]:
        def act(slug: str) -> None:
            with self.store.act("act", [slug], "", "ed"):
                do(slug)

        return act

    def _any(self) -> str:
        return f"thing-{self.chance.randrange(max(1, self.made))}"

    def _word(self) -> str:
        return self.chance.choice(["free", "paid", "", "local", "MIT"])

    def _mark(self, slug: str) -> None:
        """Another mark of a product, the same, or none."""
        png = self.chance.choice([b"", b"red", b"blue"])
        self.store.put_dossier(Dossier(slug), Logo("https://p.example/t.png", "https://p.example/", self.clock.at, png))

    def _read(self, slug: str) -> None:
        """A new product, or another reading of one."""
        number = self.made if self.chance.random() < 0.5 else self.chance.randrange(self.made + 1)
        self.made += number == self.made
        of = page(f"https://p{number}.example/", str(self.clock.at), at=self.clock.at)
        facts = (fact(of, value=f"Thing {number}"), fact(of, "tagline", f"It is {self.chance.randrange(3)}."))
        plans = (plan(of, str(self.chance.randrange(4))),) if self.chance.random() < 0.6 else ()
        self.store.put_product(propose(self.store, of, *facts, plans=plans, identity=f"url:p{number}.example"))


VALID = Draft202012Validator(line_schema())


def apply(copy: dict[str, Any], exported: bytes) -> None:
    for line in exported.splitlines():
        row = json.loads(line)
        VALID.validate(row)
        copy.pop(row["slug"], None)
        if not row.get("deleted"):
            copy[row["slug"]] = row


def export(store: Store, after: int | None, settings: Settings) -> bytes:
    return b"".join(piece for _, piece in jsonl.export(store, after, settings))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("approved_only", [False, True])
def test_increments_sum_to_the_full_export(tmp_path: Path, seed: int, approved_only: bool) -> None:
    clock, settings, keeping = Clock(), Settings({"approved_only": approved_only}), Random(seed)
    clock.at = NOON
    with Store.open(tmp_path / "store.db", now=clock) as store:
        history = History(store, clock, seed)
        history.go_on(20)
        copy: dict[str, Any] = {}
        apply(copy, export(store, None, settings))
        for _ in range(8):
            cursor = store.last_seq()
            history.go_on(history.chance.randrange(1, 12))
            store.keep_documents(keeping.choice([0, 1, None]))
            assert list(store.strayed()) == []
            apply(copy, export(store, cursor, settings))
            whole: dict[str, Any] = {}
            apply(whole, export(store, None, settings))
            assert copy == whole
        assert store.verify() == []
