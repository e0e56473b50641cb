"""What a product shows of what is known about it, computed anew after every write, and the change log that says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from tools import knowledge
from tools.knowledge import canonical
from tools.models import FACT_FIELDS, Fact, Plan, Value
from tools.store.connection import IN, Row
from tools.store.identities import Identities

LIST_FIELDS = ("tags", "makers")
EDITOR = "editor:"
LIVE: Row = {"live": 1, "superseded_at": None}
# what a plan says, but for its amount and where it stands
PLAN_COLUMNS = ("name", "currency", "period", "unit", "billed", "qualifier", "rung", "confidence")


class Shown(Identities):
    """Live facts and plans, the shown values computed from them, looks and change rows."""

    def _live_facts(self, product: int) -> list[Fact]:
        """Without their quotes, on which it does not hang what is shown; with them they come in sets, see Quoted."""
        merges = self._merges(product)
        rows = self._rows(f"SELECT * FROM facts WHERE product {IN} AND live = 1", json.dumps(list(merges)))
        return [fact_of(row, merged=merges[row["product"]]) for row in rows]

    def _live_plans(self, product: int) -> list[tuple[str, Plan]]:
        merges = self._merges(product)
        rows = self._rows(f"SELECT * FROM plans WHERE product {IN} AND live = 1", json.dumps(list(merges)))
        return [(row["address"], plan_of(row, merged=merges[row["product"]])) for row in rows]

    def _refresh(self, product: int, at: str, who: str, *, why: str = "") -> tuple[str, ...]:
        """Compute anew what a product shows, log what changed, and its names: fields, and "plans"."""
        old = self._row("SELECT * FROM products WHERE id = ?", product)
        assert old is not None
        facts, plans = self._live_facts(product), self._live_plans(product)
        shown, lines = knowledge.choose(facts), knowledge.choose_plans(plans)
        self._doubt(product, knowledge.doubts(facts, (plan for _, plan in plans)), at)
        values = shown_columns(shown, lines)
        changed = [name for name in FACT_FIELDS if values[name] != old[name]]
        plan_changes = self._plan_changes(product, lines, at)
        for name in changed:
            self._log(product, at, "fact", field=name, before=old[name], after=values[name], who=who, why=why)
        for name, before, after in plan_changes:
            self._log(product, at, "plan", field=name, before=before, after=after, who=who, why=why)
        fresh = knowledge.content_hash(shown, lines, (plan for _, plan in plans if knowledge.sure(plan)))
        if changed or plan_changes or fresh != old["content_hash"]:
            moved = {"changed_at": at} if fresh != old["content_hash"] else {}
            self._update("products", product, **values, content_hash=fresh, **moved)
        if fresh != old["content_hash"]:
            self._content_changed(product)
        return (*changed, *(["plans"] if plan_changes else []))

    def _content_changed(self, product: int) -> None:
        """What follows, beside what is shown, when facts or plans of a product changed: see tools.store.overrides."""

    def _plan_changes(self, product: int, lines: Sequence[Plan], at: str) -> list[tuple[str, str | None, str | None]]:
        """Write price history where a shown line really changed; (plan, before, after) in words."""
        rows = self._rows("SELECT * FROM plan_history WHERE product = ? ORDER BY id", product)
        last = {row["line"]: row for row in rows}
        now_shown = {knowledge.plan_line(plan): plan for plan in lines}
        changes: list[tuple[str, str | None, str | None]] = []
        for line, plan in now_shown.items():
            before, row = last.get(line), history_row(product, plan, at)
            if before and not before["gone"] and all(before[name] == row[name] for name in ("amount", "currency")):
                continue
            self._insert("plan_history", row)
            changes.append((plan.name, price_text(before), price_text(row)))
        for line, before in last.items():
            if line not in now_shown and not before["gone"]:
                gone = {name: before[name] for name in ("product", "plan", "line", "currency", "period")}
                self._insert("plan_history", {**gone, "amount": None, "gone": 1, "at": at})
                changes.append((before["plan"], price_text(before), None))
        return changes

    def _doubt(self, product: int, standing: Sequence[str], at: str) -> None:
        """Raise the doubts there are and take back those that are none any more."""
        self._look(product, standing, at)
        self._take_back(product, lambda why: knowledge.is_doubt(why) and why not in standing, "Read surely since.", at)

    def _take_back(self, product: int, over: Callable[[str], bool], why: str, at: str) -> None:
        """Drop the reasons to look that are over; a product without any other is then what it was before them."""
        row = self._row("SELECT status, needs_look FROM products WHERE id = ?", product)
        assert row is not None
        reasons = json.loads(row["needs_look"])
        kept = [reason for reason in reasons if not over(reason)]
        if kept == reasons:
            return
        status = row["status"]
        if not kept and status == "needs_look":
            raised = (
                "SELECT before FROM changes WHERE product = ? AND after = 'needs_look' AND before <> 'needs_look' "
                "ORDER BY seq DESC LIMIT 1"  # a further reason is a row too, from needs_look to needs_look
            )
            status = self._value(raised, product) or "new"
            self._log(product, at, "status", before="needs_look", after=status, why=why, who="scout")
        self._update("products", product, status=status, needs_look=canonical(kept))

    def _look(self, product: int, reasons: Sequence[str], at: str, *, log: bool = True) -> None:
        """Raise reasons an editor has not settled yet; a product that was fine then needs a look."""
        if not reasons:
            return
        row = self._row("SELECT status, needs_look, settled FROM products WHERE id = ?", product)
        assert row is not None
        open_reasons = json.loads(row["needs_look"])
        fresh = [r for r in dict.fromkeys(reasons) if r not in open_reasons and r not in json.loads(row["settled"])]
        if not fresh:
            return
        status = "needs_look" if row["status"] in ("new", "approved") else row["status"]
        self._update("products", product, status=status, needs_look=canonical(sorted([*open_reasons, *fresh])))
        if log:
            self._log(product, at, "status", before=row["status"], after=status, why=" ".join(fresh), who="scout")

    def _log(
        self,
        product: int,
        at: str,
        op: str,
        *,
        field: str = "",
        before: str | None = None,
        after: str | None = None,
        why: str = "",
        who: str = "",
    ) -> None:
        row = {"product": product, "at": at, "op": op, "field": field, "before": before, "after": after}
        self._insert("changes", {**row, "why": why, "who": who})


def history_row(product: int, plan: Plan, at: str) -> Row:
    """A row of plan_history: what a line costs from a moment on."""
    row = {"product": product, "plan": plan.name, "line": knowledge.plan_line(plan), "gone": 0, "at": at}
    return {**row, "amount": knowledge.decimal_text(plan.amount), "currency": plan.currency, "period": plan.period}


def shown_columns(shown: Mapping[str, Sequence[Fact]], plans: Sequence[Plan]) -> Row:
    """The columns of a product that show what is known: one a field, and the cheapest known price."""
    row: Row = {name: shown[name][0].value if name in shown else None for name in FACT_FIELDS}
    row |= {name: canonical(_as_list(row[name])) for name in LIST_FIELDS}
    row = {name: ", ".join(value) if isinstance(value, list) else value for name, value in row.items()}
    row["pricing_model"] = row["pricing_model"] or "unknown"
    entry = next((plan for plan in plans if plan.amount is not None), None)
    row["entry_amount"] = knowledge.decimal_text(entry.amount) if entry else None
    return {**row, "entry_currency": entry and entry.currency, "entry_period": entry and entry.period}


def _as_list(value: Value | None) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def address_of(item: Fact | Plan) -> str:
    """The address that says it: of its first quote."""
    return item.evidence[0].url


def plan_row(plan: Plan) -> Row:
    """The columns of a plan that say what it is; with its product they are its key."""
    row = {name: getattr(plan, name) for name in PLAN_COLUMNS}
    row["amount"] = knowledge.decimal_text(plan.amount)
    return {**row, "address": address_of(plan) if plan.evidence else EDITOR}


def fact_of(row: Row, merged: int) -> Fact:
    """The fact that a row of facts holds, without its quotes."""
    return Fact(row["field"], json.loads(row["value"]), row["rung"], row["confidence"], (), merged)


def plan_of(row: Row, merged: int) -> Plan:
    """The plan that a row of plans holds, without its quotes."""
    amount = None if row["amount"] is None else Decimal(row["amount"])
    return Plan(amount=amount, merged=merged, **{name: row[name] for name in PLAN_COLUMNS})


def price_text(row: Row | None) -> str | None:
    """A price of plans or plan_history as the change log holds it, see `knowledge.plan_text`; None when it is gone."""
    if row is None or row.get("gone"):
        return None
    terms = knowledge.line_terms(row["line"]) if "line" in row else {name: row[name] for name in _TERMS}
    amount = None if row["amount"] is None else Decimal(row["amount"])
    return knowledge.plan_text(Plan("", amount, row["currency"], row["period"], **terms))


_TERMS = ("unit", "billed", "qualifier")
