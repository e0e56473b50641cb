"""The inbox: what needs an editor's eye, with doubtful facts, their quotes and candidates. The queue of `scout inbox`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from jobs.console.acts import act_on, asked
from jobs.console.source_rows import source_rows
from jobs.console.visit import Visit, get, post
from jobs.inbox import asked_about, health, queue
from tools.exporters._views import mark
from tools.models import FACT_FIELDS
from tools.store import Store
from tools.store.lists import Asked
from tools.views.price_words import card_price
from tools.views.takes import critics

TITLE, ORDER = "Inbox", 10
_SHOWN, _NEW = 10, 8  # products on the page: that need a look, that are new


def inbox(visit: Visit) -> Response:
    """The queue, what readers see most of first; `after` so many, where somebody leaves the first ones for later."""
    given = visit.word("after")
    after = int(given) if given.isdecimal() and len(given) < 7 else 0
    values, rows = visit.part("inbox_rows.html", lambda: _queue(visit, after))
    about = {name: values[name] for name in ("total", "after", "seen")}
    return visit.show(
        "inbox.html",
        **about,
        shown=values["shown"],
        rows=rows,
        **({"health": None} if after else _standing(visit)),
    )


def _queue(visit: Visit, after: int) -> dict[str, Any]:
    """Those that need a look, and on the first page what stands below them: new products, sources."""
    with visit.reading() as store:
        seq = store.last_seq()  # before what is shown is read, so that nothing newer counts as seen
        slugs, total = queue(store, _SHOWN, after)
        _, items = visit.console.kept_text(
            store, "inbox_items.html", slugs, lambda: ("", {"items": _asked(store, slugs), "fields": FACT_FIELDS})
        )
        beside = {} if after else _beside(visit, store)
    return {"items": items, "shown": len(slugs), "total": total, "after": after, "seen": seq, **beside}


def _asked(store: Store, slugs: list[str]) -> list[dict[str, Any]]:
    voted = store.votes_of(slugs)
    return [{**item, "readers": voted.get(item["slug"])} for item in asked_about(store, slugs)]


def _beside(visit: Visit, store: Store) -> dict[str, Any]:
    new = store.list_products(Asked(status="new"), _NEW)
    slugs = [card["slug"] for card in new]
    cast, cited, logos = store.heeded(slugs), store.quoted_fields(slugs), store.logo_seals(slugs)
    return {
        "new": [
            {
                **card,
                "mark": mark(card["verdict"]),
                "price": card_price(card),
                "logo": logos.get(card["slug"], ""),
                "cited": cited.get(card["slug"], 0),
                "votes": _votes(cast.get(card["slug"], {})),
            }
            for card in new
        ],
        "asked_for": len(FACT_FIELDS) + 1,
        "new_total": store.count_products(Asked(status="new")),
        "sources": [
            row
            for row in source_rows(store, visit.console.settings)
            if row["enabled"] and (row["last_ok_at"] or row["error"])
        ],
    }


def _standing(visit: Visit) -> dict[str, Any]:
    """How things stand for this editor, and the research they have under way."""
    researches = visit.console.researches
    with visit.reading() as store:
        found = health(store, visit.editor)
        spent, unknown = store.spent(since=datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
    return {
        "health": {**found, "spent": spent, "unknown": unknown, "budget": visit.console.settings.model_budget_day},
        "own": researches.of(visit.editor),
        "limits": researches.limits,
    }


def _votes(cast: Mapping[str, str | None]) -> list[dict[str, str]]:
    """The six votes in their fixed order."""
    return [
        {"name": title, "vote": cast.get(name) or "no take", "mark": mark(cast.get(name))}
        for name, title, _ in critics()
    ]


def act(visit: Visit) -> Response:
    """What was chosen for one product, or for all that are ticked."""
    return act_on(visit, asked(visit), visit.form.all("slug"), "/inbox")


ROUTES = (get("/inbox", inbox), post("/inbox", act))
