"""One product: its facts beside their quotes and the page as read, its prices and their history, the panel, which may be
asked again, the log; and every act on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from jobs import edit
from jobs.console.acts import act_on, asked, there
from jobs.console.as_read import NEAR, as_read
from jobs.console.forms import Refused
from jobs.console.printing import templates
from jobs.console.streaming import streamed
from jobs.console.visit import Visit, get, post
from tools.exporters._prices import chart
from tools.exporters._views import mark, votes
from tools.models import CATEGORIES, FACT_FIELDS, PRICING_MODELS, VOTES
from tools.store import Store
from tools.views.documents import EvidenceDoc, FactValue, PlanDoc, ProductDocument
from tools.views.price_words import plan_price
from tools.views.takes import pages_read, titles

_CHOICES = {"pricing_model": PRICING_MODELS, "category": tuple(CATEGORIES)}
_LOG = 60  # rows of the log on the page, the newest


def product(visit: Visit) -> Response:
    """Everything known of it; a merged one is sent on to what it became part of."""
    slug = _slug(visit)
    with visit.reading() as store:
        found = store.resolve(slug)
    if found != slug:
        return visit.go(f"/products/{found}", f"{slug} was merged into {found}, which is shown here.")
    name, body = visit.kept_part("product_body.html", (slug,), lambda store: _body(store, slug), _asked(visit, slug))
    return visit.show("product.html", name=name, body=body)


def _asked(visit: Visit, slug: str) -> Markup:
    """How far the panel is, or how it ended, that was asked for here; empty: none was."""
    if (asked := visit.console.panels.find(slug)) is None:
        return Markup()
    return Markup(templates().get_template("product_asked.html").render(visit=visit, slug=slug, asked=asked))


def _body(store: Store, slug: str) -> tuple[str, dict[str, Any]]:
    """The name, and what its page shows."""
    document = store.document(slug)
    named = dict.fromkeys(row.before for row in document.changes if row.op == "merge" and row.before)
    return document.name, {
        "p": document,
        "last": store.last_act(document.slug),
        "merged": [name for name in named if name != document.slug and store.resolve(name) == document.slug],
        "facts": [_fact(document, field) for field in FACT_FIELDS],
        "plans": [_plan(plan) for plan in document.plans],
        "plan_candidates": [_plan(plan) for plan in document.plan_candidates],
        "no_plans": pages_read(document),
        "shots": {page.id for page in document.pages if page.screenshot},
        "read": _read(store, document),
        "mark": mark(document.panel.verdict if document.panel else None),
        "votes": votes(document),
        "critics": _critics(document),
        "verdicts": VOTES,
        "chart": chart(document, datetime.now(UTC)),
        "log": document.changes[::-1][:_LOG],
    }


def _read(store: Store, document: ProductDocument) -> dict[str, Any] | None:
    """The page that is shown beside the facts at first: the one that is to be looked at first of those that are quoted."""
    return next(filter(None, (as_read(store, one.page, one.quote, NEAR) for one in _quotes(document))), None)


def _quotes(document: ProductDocument) -> Iterator[EvidenceDoc]:
    """Its quotes in texts of pages: first of what is doubtful, then of what is shown."""
    unsure = [one for held in document.candidates.values() for one in held] + document.plan_candidates
    several = [fact for fact in document.facts.values() if any(one.value != fact.value for one in fact.others)]
    every = [one for said in (*unsure, *several, *document.facts.values(), *document.plans) for one in said.evidence]
    yield from (one for one in every if one.page and one.place == "visible")
    yield from (one for one in every if one.page and one.place != "visible")


def ask_panel(visit: Visit) -> Response:
    """Have the panel meet on it again."""
    slug = visit.console.panels.start(_slug(visit), visit.editor).slug
    return visit.go(f"/products/{slug}#panel")


def stop_panel(visit: Visit) -> Response:
    """Have a panel that meets end without a verdict."""
    slug = _slug(visit)
    if (one := visit.console.panels.find(slug)) is not None:
        visit.console.panels.stop(one)
    return visit.go(f"/products/{slug}#panel")


async def panel_events(visit: Visit) -> Response:
    """How far the panel is that was asked, as server-sent events, until it has ended."""
    one = visit.console.panels.find(_slug(visit))
    if one is None:
        raise Refused(404, "No panel of this product was asked for since the console started.")
    return streamed(
        visit,
        lambda: templates().get_template("panel_live.html").render(asked=one),
        going=lambda: one.meeting,
        version=lambda: (one.said, one.state, one.stop.done()),
    )


def act(visit: Visit) -> Response:
    """What a form of the page asks for; with `preview`, only what it would change, and the question again."""
    slug, wanted = _slug(visit), asked(visit)
    if not visit.form.word("preview"):
        return act_on(visit, wanted, [slug], f"/products/{slug}")
    with visit.writing() as store:  # it is done and taken back, so that the preview cannot differ from the act
        there(visit, store, slug, wanted.name)
        visit.unmoved(store, slug)
        shown = edit.preview(store, slug, lambda: wanted.do(store, slug))
    return _preview(visit, slug, shown)


def _preview(visit: Visit, slug: str, shown: dict[str, Any]) -> Response:
    sent = [(name, value) for name, value in visit.form.words if name not in ("csrf", "preview")]
    page = f"/products/{slug}"
    return visit.show(
        "preview.html",
        above=("Inbox", "/inbox"),
        back=page,
        to=f"{page}/act",
        shown=shown,
        sent=sent,
        name=visit.form.word("act") or "edit",
    )


def merge_preview(visit: Visit) -> Response:
    """Both sides of a merge and what would stand afterwards."""
    slug, into = _slug(visit), visit.word("into")
    with visit.writing() as store:
        there(visit, store, slug, "merge")
        there(visit, store, into, "merge")
        seq = store.last_seq()
        rows = edit.merge_preview(store, slug, into, "preview", visit.editor)
        sides = [store.document(slug), store.document(into)]
    return visit.show("merge.html", rows=rows, gone=sides[0], stays=sides[1], seen=seq)


def merge(visit: Visit) -> Response:
    """The merge, as it was shown."""
    slug, into = _slug(visit), visit.form.word("into")
    with visit.writing() as store:
        for one in (slug, into):
            there(visit, store, one, "merge")
            visit.unmoved(store, one)
        edit.merge(store, slug, into, visit.form.word("why"), visit.editor)
        name, seen = store.document(into).name, store.last_seq()
    return visit.go(f"/products/{into}", f"Merged {slug} into {name}.", [slug], seen)


def _slug(visit: Visit) -> str:
    return str(visit.request.path_params["slug"])


def _fact(document: ProductDocument, field: str) -> dict[str, Any]:
    """A field with the value shown, what else is on record, and what was read but is not shown."""
    fact = document.facts.get(field)
    others = [one for one in fact.others if fact and one.value != fact.value] if fact else []
    return {
        "field": field,
        "value": _words(fact.value) if fact else "",
        "fact": fact,
        "choices": _CHOICES.get(field, ()),
        "others": _candidates(field, others),
        "candidates": _candidates(field, document.candidates.get(field, ())),
    }


def _candidates(field: str, values: Sequence[FactValue]) -> list[dict[str, Any]]:
    return [{"value": _words(one.value), "one": one} for one in values]


def _words(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _plan(plan: PlanDoc) -> dict[str, Any]:
    price = "/".join(filter(None, (" ".join(filter(None, (plan.amount, plan.currency))), plan.period, plan.unit)))
    return {"name": plan.name or "Plan", "price": plan_price(plan), "edit": price or "unknown", "plan": plan}


def _critics(document: ProductDocument) -> list[dict[str, Any]]:
    named = titles()
    reviews = document.panel.reviews if document.panel else {}
    return [
        {"persona": name, "title": named.get(name, name), "mark": mark(one.heeded), "review": one}
        for name, one in reviews.items()
    ]


ROUTES = (
    get("/products/{slug}", product),
    post("/products/{slug}/act", act),
    get("/products/{slug}/merge", merge_preview),
    post("/products/{slug}/merge", merge),
    post("/products/{slug}/panel", ask_panel),
    post("/products/{slug}/panel/stop", stop_panel),
    get("/products/{slug}/panel/events", panel_events),
)
