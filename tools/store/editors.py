"""The editor's acts: edits that outrank every page, decisions, merges, notes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from tools import knowledge
from tools.errors import UnknownName, UsageError
from tools.knowledge import canonical, iso
from tools.models import FACT_FIELDS, IDENTITY_FIELDS, PRICING_MODELS, Plan, Value
from tools.store.connection import IN, Row
from tools.store.shown import EDITOR, LIST_FIELDS, LIVE, Shown, plan_row

STATUSES = ("new", "needs_look", "approved", "rejected")


class Editors(Shown):
    """Statements of an editor; each leaves a change row with who and why."""

    def edit_product(self, slug: str, field: str, value: Value, why: str, who: str) -> None:
        """Set what an editor says of a field; an empty value takes the editor's word back.

        field: one of FACT_FIELDS, or "plan:<name>" with a value like "20 USD/month", "free" or "unknown".
        Errors: UnknownName for slug or field, UsageError for a value that does not fit.
        """
        with self.write():
            product, at = self._product(slug)["id"], iso(self.now())
            if field.startswith("plan:"):
                self._edit_plan(product, field.removeprefix("plan:").strip(), str(value), who, at)
            else:
                self._edit_fact(product, field, _edited(field, value), why, who, at)
            self._refresh(product, at, who, why=why)

    def _edit_fact(self, product: int, field: str, value: Value, why: str, who: str, at: str) -> None:
        # a word on who it is outranks those on what was merged into it: they stay, for the day they are one no more
        own = bool(value) and field in IDENTITY_FIELDS
        old = f"SELECT id FROM facts WHERE product {IN} AND field = ? AND rung = 'editor' AND live = 1"
        for row in self._rows(old, canonical([product]) if own else self._family(product), field):
            self._update("facts", row["id"], live=0, superseded_at=at)
        if not value:
            return
        text = canonical(value)
        row = {"key": knowledge.digest([product, field, text, "editor"])[:32], "product": product, "field": field}
        row |= {"value": text, "rung": "editor", "address": EDITOR, "found_at": at, "confidence": 1.0}
        self._revive("fact", {**row, "who": who, "why": why}, who, shown_quote(value), at)

    def _edit_plan(self, product: int, name: str, value: str, who: str, at: str) -> None:
        old = f"SELECT id, name FROM plans WHERE product {IN} AND rung = 'editor' AND live = 1"
        for row in self._rows(old, canonical([product]) if value.strip() else self._family(product)):
            if row["name"].casefold() == name.casefold():
                self._update("plans", row["id"], live=0, superseded_at=at)
        if not value.strip():
            return
        plan = _like_shown(knowledge.plan_from_words(name, value), [plan for _, plan in self._live_plans(product)])
        row = plan_row(replace(plan, rung="editor", confidence=1.0))
        row |= {"key": knowledge.digest([product, row])[:32], "product": product, "found_at": at}
        self._revive("plan", row, who, value, at)

    def _revive(self, of: str, row: Row, who: str, quote: str, at: str) -> None:
        known = self._value(f"SELECT id FROM {of}s WHERE key = ?", row["key"])
        if known:
            self._update(f"{of}s", known, **LIVE)
            return
        number = self._insert(f"{of}s", {**row, **LIVE})
        said = {"position": 0, "page": None, "url": f"{EDITOR}{who}", "place": "visible", "path": "", "quote": quote}
        self._insert("evidence", {"fact": None, "plan": None, of: number, **said, "box": "", "fetched_at": at})

    def set_status(self, slug: str, status: str, why: str, who: str) -> None:
        """Approve, reject or reopen a product. Deciding settles its open reasons: the same ones do not come back."""
        if status not in STATUSES:
            raise UnknownName("status", status, STATUSES)
        with self.write():
            product, at = self._product(slug), iso(self.now())
            values: Row = {"status": status}
            if status in ("approved", "rejected"):
                seen = json.loads(product["needs_look"])
                # Prices that vanish another time are another matter: that they once did settles nothing.
                settled = {why for why in (*json.loads(product["settled"]), *seen) if not knowledge.is_unpriced(why)}
                values |= {"needs_look": "[]", "settled": canonical(sorted(settled))}
                if status == "approved" and any(map(knowledge.is_unpriced, seen)):
                    self._let_plans_go(product["id"], why, who, at)
            self._update("products", product["id"], **values)
            if status != product["status"]:
                before = product["status"]
                self._log(product["id"], at, "status", before=before, after=status, why=why, who=who)

    def _let_plans_go(self, product: int, why: str, who: str, at: str) -> None:
        """Retire the plans that were kept though no page states them any more, and what followed from them."""
        family = self._family(product)
        stale = f"product {IN} AND live = 1 AND rung != 'editor'"
        for row in self._rows(f"SELECT id FROM plans WHERE {stale}", family):
            self._update("plans", row["id"], live=0, superseded_at=at)
        for row in self._rows(f"SELECT id FROM facts WHERE {stale} AND field = 'pricing_model'", family):
            self._update("facts", row["id"], live=0, superseded_at=at)
        self._conn.execute(f"DELETE FROM standing WHERE product {IN}", (family,))  # what follows is read anew
        self._refresh(product, at, who, why=why)

    def delete_product(self, slug: str, why: str, who: str) -> None:
        """Take a product out of everything shown. A tombstone stays, so that no later crawl brings it back."""
        with self.write():
            product = self._product(slug)
            if product["status"] == "deleted":
                return
            self._update("products", product["id"], status="deleted")
            self._log(product["id"], iso(self.now()), "delete", before=product["status"], why=why, who=who)

    def undelete_product(self, slug: str, why: str, who: str) -> None:
        """Bring a deleted product back, with the status it had. Errors: UsageError when it is not deleted."""
        with self.write():
            product, at = self._product(slug), iso(self.now())
            if product["status"] != "deleted":
                raise UsageError(f"{slug} is not deleted; there is nothing to bring back.")
            had = "SELECT before FROM changes WHERE product = ? AND op = 'delete' ORDER BY seq DESC LIMIT 1"
            status = self._value(had, product["id"]) or "new"
            self._update("products", product["id"], status=status)
            self._log(product["id"], at, "undelete", before="deleted", after=status, why=why, who=who)

    def merge(self, loser: str, winner: str, why: str, who: str) -> None:
        """Make `loser` part of `winner`, whose own words on who it is, and prices, come first: see knowledge.choose.

        Nothing is moved, so `unmerge` restores both. Errors: UsageError for itself.
        """
        with self.write():
            out, into, at = self._product(loser), self._product(winner), iso(self.now())
            if out["id"] == into["id"]:
                raise UsageError(f"{loser} and {winner} are one product already. Name two different ones.")
            self._hang(out["id"], into["id"])
            self._log(out["id"], at, "merge", before=out["slug"], after=into["slug"], why=why, who=who)
            self._refresh(into["id"], at, who, why=why)

    def unmerge(self, slug: str, why: str, who: str) -> None:
        """Undo a merge: `slug` is a product of its own again. Errors: UsageError when it was not merged."""
        with self.write():
            product, at = self._product(slug, follow=False), iso(self.now())
            if product["merged_into"] is None:
                raise UsageError(f"{slug} was not merged into another product; there is nothing to undo.")
            winner = self._root(product)
            self._hang(product["id"], None)
            self._log(product["id"], at, "unmerge", before=winner["slug"], after=slug, why=why, who=who)
            self._refresh(winner["id"], at, who, why=why)
            self._refresh(product["id"], at, who, why=why)

    def note(
        self,
        slug: str,
        op: str,
        field: str = "",
        before: str | None = None,
        after: str | None = None,
        *,
        why: str,
        who: str,
    ) -> None:
        """Write a row of the change log that changes nothing else: an address that stopped answering, an editor's word
        that confirms what is shown."""
        with self.write():
            product = self._product(slug)["id"]
            self._log(product, iso(self.now()), op, field=field, before=before, after=after, why=why, who=who)

    def raise_look(self, slug: str, reasons: Sequence[str]) -> None:
        """Give an editor reasons to look at a product; those open or settled already are left as they are."""
        with self.write():
            self._look(self._product(slug)["id"], reasons, iso(self.now()))


def _like_shown(plan: Plan, live: Sequence[Plan]) -> Plan:
    """An editor's plan, what its words leave out taken from the line it corrects: another amount is no other line."""
    same = [one for one in live if one.name.casefold() == plan.name.casefold() and one.period == plan.period]
    same = [
        one for one in same if one.billed == plan.billed
    ] or same  # "20 a month", beside "16 a month, billed yearly"
    lines = {(one.name, one.unit, one.billed, one.qualifier) for one in same}
    if plan.amount is None or plan.unit is not None or len(lines) != 1:
        return plan
    name, unit, billed, qualifier = lines.pop()
    return replace(plan, name=name, unit=unit, billed=billed, qualifier=qualifier)


def _edited(field: str, value: Value) -> Value:
    """An editor's value in the shape of its field. Errors: UnknownName, UsageError."""
    if field not in FACT_FIELDS:
        raise UnknownName("field", field, (*FACT_FIELDS, "plan:<name>"))
    if field in LIST_FIELDS:
        words = value.split(",") if isinstance(value, str) else value
        return [word.strip() for word in words if word.strip()]
    text = (value if isinstance(value, str) else ", ".join(value)).strip()
    if field == "pricing_model" and text and text not in PRICING_MODELS:
        raise UnknownName("pricing model", text, PRICING_MODELS)
    return text


def shown_quote(value: Value) -> str:
    """An editor's value as the quote that stands for it."""
    return value if isinstance(value, str) else ", ".join(value)
