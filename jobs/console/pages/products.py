"""Finding a product, and the list of all."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from jobs.console.visit import Visit, get
from tools.errors import UnknownName
from tools.store.lists import Asked

TITLE, ORDER = "Products", 30
_SHOWN = 50
_STATUSES = {"needs_look": "needs a look", "new": "new", "approved": "approved", "rejected": "rejected"}


def products(visit: Visit) -> Response:
    """Those in which every word occurs, or those of a status, newest first."""
    words, status = visit.word("q")[:200], visit.word("status")
    if status and status not in _STATUSES:
        raise UnknownName("status", status[:80], _STATUSES)
    found, rows = visit.part("products_rows.html", lambda: _found(visit, words, status))
    return visit.show(
        "products.html",
        rows=rows,
        shown=len(found["rows"]),
        total=found["total"],
        words=words,
        status=status,
        statuses=_STATUSES,
        most=_SHOWN,
    )


def _found(visit: Visit, words: str, status: str) -> dict[str, Any]:
    with visit.reading() as store:
        if words:
            cards = store.search(words, _SHOWN, brief=True)
            total = len(cards)
        else:
            cards, total = (
                store.list_products(Asked(status=status), _SHOWN, brief=True),
                store.count_products(Asked(status=status)),
            )
        logos = store.logo_seals([card["slug"] for card in cards])
    return {"rows": [{**card, "logo": logos.get(card["slug"], "")} for card in cards], "total": total}


ROUTES = (get("/products", products),)
