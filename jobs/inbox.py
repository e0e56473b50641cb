"""What needs an editor's eye, what readers see most of first: each product with its doubtful facts, their quotes and
candidates. And what happened since an editor last looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jobs.notify import troubles
from tools.errors import UsageError
from tools.store import Store
from tools.store.lists import Asked

if TYPE_CHECKING:
    from tools.views.documents import DoubtsDoc, EvidenceDoc, FactValue, PlanDoc

_ROWS = 1_000
_COUNTED = 500  # newest rows of the change log that are counted by kind
_RUNS = 100  # newest runs among which those that failed are counted
_FAILED = ("failed", "trouble")
_NEEDS_LOOK = Asked(status="needs_look")
# Fields of which a second value on record is worth an eye, where it is read as surely as this; of tags, makers and
# descriptions several are the rule.
_TELLING, _SURE = ("name", "tagline", "homepage", "pricing_model", "license", "category"), 0.5


def inbox(store: Store, limit: int, skip: int = 0) -> tuple[list[dict[str, Any]], int]:
    """The products that need a look, worst first, after so many that are passed over, and how many there are in all.

    First what the panel recommends, then what has most reasons, then what is oldest: readers see it longest.

    Each: slug, name, kind, status, verdict, first_seen, reasons, doubts. A doubt: field, shown (null: nothing), and
    candidates (value, edit, confidence, rung, quote, url, page, read_at); `edit` is what `scout edit` takes to make it the value.
    """
    slugs, total = queue(store, limit, skip)
    return asked_about(store, slugs), total


def queue(store: Store, limit: int, skip: int = 0) -> tuple[list[str], int]:
    """The slugs of what `inbox` has, and how many there are in all."""
    return store.needing_look(limit, skip), store.count_products(_NEEDS_LOOK)


def asked_about(store: Store, slugs: Sequence[str]) -> list[dict[str, Any]]:
    """What `inbox` has of some products."""
    return [_item(one) for one in store.doubts(slugs)]


def with_pictures(store: Store, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What `inbox` has, each with the pages whose prices stand in a picture: screenshots (url, screenshot, no_screenshot)."""
    return [{**one, "screenshots": [page.model_dump() for page in store.pictures(one["slug"])]} for one in items]


def _item(document: DoubtsDoc) -> dict[str, Any]:
    return {
        **{name: getattr(document, name) for name in ("slug", "name", "kind", "status", "first_seen", "homepage")},
        "verdict": document.line,
        "reasons": document.needs_look,
        "doubts": [*_fact_doubts(document), *_plan_doubts(document)],
    }


def _fact_doubts(document: DoubtsDoc) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"field": field, "shown": None, "candidates": [_value(field, one) for one in values]}
        for field, values in sorted(document.candidates.items())
    ]
    for field in _TELLING:
        fact = document.facts.get(field)
        others = [one for one in fact.others if one.value != fact.value and one.confidence >= _SURE] if fact else []
        if fact and others and fact.rung != "editor":
            candidates = [_value(field, one) for one in (fact, *others)]
            found.append({"field": field, "shown": fact.value, "candidates": candidates})
    return found


def _plan_doubts(document: DoubtsDoc) -> list[dict[str, Any]]:
    if not document.plan_candidates:
        return []
    return [{"field": "plans", "shown": None, "candidates": [_plan(plan) for plan in document.plan_candidates]}]


def _value(field: str, one: FactValue) -> dict[str, Any]:
    value = ", ".join(one.value) if isinstance(one.value, list) else one.value
    return {"value": value, "edit": f"{field}={value}", **_stands(one.evidence, one.confidence, one.rung)}


def _plan(plan: PlanDoc) -> dict[str, Any]:
    from tools.views.price_words import plan_price

    price = "/".join(filter(None, (" ".join(filter(None, (plan.amount, plan.currency))), plan.period, plan.unit)))
    name = plan.name or "Plan"
    said = {"value": f"{name}: {plan_price(plan)}", "edit": f"plan:{name}={price or 'unknown'}"}
    return {**said, **_stands(plan.evidence, plan.confidence, plan.rung)}


def _stands(evidence: Sequence[EvidenceDoc], confidence: float, rung: str) -> dict[str, Any]:
    first = evidence[0] if evidence else None
    return {
        "confidence": confidence,
        "rung": rung,
        "quote": first.quote if first else "",
        "url": first.url if first else "",
        "page": first.page if first else "",
        "read_at": first.fetched_at if first else "",
    }


def take(store: Store, slug: str, word: str, who: str) -> dict[str, Any]:
    """Make a candidate of a product's doubts the value; word: its `edit`. The report of an edit.

    Errors: UnknownName; UsageError when it is no longer among what was read.
    """
    from jobs.edit import edit

    candidates = (
        one
        for document in store.doubts([store.resolve(slug)])
        for doubt in _item(document)["doubts"]
        for one in doubt["candidates"]
    )
    found = next((one for one in candidates if one["edit"] == word), None)
    if found is None:
        raise UsageError(f"{word[:80]!r} is no longer among what was read of {slug}. Look at it again.")
    return edit(store, slug, (word,), f"chosen among what was read: {found['url']}", who)


def news(store: Store, since: datetime | None, who: str, most: int | None = None) -> dict[str, Any]:
    """What happened since a moment, or, for None, since this editor last looked: since, seq, and lists of new, prices,
    verdicts, looks, gone (change rows; what came back is left out), stale (slugs), upkeep (acts on sources and recipes), sources (that fail),
    runs (that failed) and notices (a sentence for what did not arrive). most: of the newest so many rows of the change
    log; `more` then says whether there are others."""
    mark = store.looked(who)
    start = since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else (mark["at"] if mark else "")
    seq = store.last_seq()  # before anything is read, so that nothing newer counts as seen
    # after a mark by number alone: what was written while the marked page was read is older than the mark, and news
    rows, more = _log(store, 0, start, most) if since or not mark else _log(store, mark["seq"], "", most)
    ops = {"new": ("new",), "prices": ("plan",), "verdicts": ("panel",), "gone": ("delete", "merge")}
    found = {name: [row for row in rows if row["op"] in wanted] for name, wanted in ops.items()}
    fresh = {row["slug"] for row in found["new"]}
    found["prices"] = [row for row in found["prices"] if row["slug"] not in fresh]  # its first price is no move
    found["gone"] = _still_gone(store, found["gone"])
    looks = [row for row in rows if row["op"] == "status" and row["after"] == "needs_look"]
    return {
        "since": start or None,
        "seq": seq,
        "more": more,
        **found,
        "looks": looks,
        "stale": store.stale(),
        "upkeep": [row for row in store.upkeep_rows() if row["at"] >= start],
        "sources": [row for row in store.sources() if row["last_error"] and row["enabled"]],
        "runs": [
            {name: run[name] for name in ("id", "kind", "source", "state", "started_at")}
            for run in store.runs(_ROWS)
            if run["state"] in _FAILED and run["started_at"] >= start
        ],
        "notices": troubles(store, start),
    }


def _still_gone(store: Store, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest row of each product that is deleted or merged today; one that was brought back is no news."""
    newest = {row["slug"]: row for row in rows}
    return [row for slug, row in newest.items() if store.card(slug) is None]


def health(store: Store, who: str) -> dict[str, Any]:
    """How things stand, in figures: since (when this editor last looked; None: never), new, prices and others (rows of the
    change log since), more (than were counted), sources (names of those that fail), sources_read, failed (runs since),
    stale (panels that met before facts changed)."""
    mark = store.looked(who)
    counted = store.count_changes(mark["seq"] if mark else 0, _COUNTED)
    since = mark["at"] if mark else ""
    sources = store.sources()
    return {
        "since": since or None,
        "new": counted.get("new", 0),
        "prices": counted.get("plan", 0),
        "others": sum(counted.values()) - counted.get("new", 0) - counted.get("plan", 0),
        "more": sum(counted.values()) >= _COUNTED,
        "sources": [row["name"] for row in sources if row["enabled"] and row["last_error"]],
        "sources_read": sum(bool(row["enabled"] and row["last_ok_at"] and not row["last_error"]) for row in sources),
        "failed": store.count_runs(_FAILED, since, _RUNS),
        "stale": store.count_stale(),
    }


def _log(store: Store, seq: int, start: str, most: int | None) -> tuple[list[dict[str, Any]], bool]:
    """The rows of the change log after a number that were written at a moment or later, oldest first, the newest `most`
    of them; whether there are more. Read from the newest on, until they are older."""
    rows: list[dict[str, Any]] = []
    before = None
    while page := store.changes_before(before, _ROWS if most is None else min(_ROWS, most + 1), after=seq):
        fresh = [row for row in page if row["at"] >= start]
        rows += fresh
        if not fresh or (most is not None and len(rows) > most):
            break
        before = page[-1]["seq"]
    return rows[:most][::-1], most is not None and len(rows) > most
