"""Research of one tool: ask for it, follow the agent's steps as they happen, stop it. The same as `scout research`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from jobs.console.forms import Refused
from jobs.console.printing import templates
from jobs.console.researches import Research, addresses, agent_run, in_words, pages_of
from jobs.console.streaming import streamed
from jobs.console.visit import Visit, get, post
from jobs.proposed import proposed
from tools.errors import RobotsDisallowed
from tools.exporters._views import mark
from tools.identity import address_key

TITLE, ORDER = "Research", 20
_ANEW_S = 1.0  # how often time and pages are shown anew
# What the job does one after the other, and words by which it tells that it has come so far.
_STAGES = (
    ("Look it up: known products, launches, the Hub", ()),
    ("Read its pages", ("page",)),
    ("Propose what they say", ("what is known", "proposed")),
    ("Gather what critics ask for", ("critics ask for", "dossier")),
    ("Ask the six critics", ("panel",)),
)
_ENDS = {"found": "ship", "ambiguous": "split", "nothing": "none", "stopped": "none", "failed": "skip"}


def index(visit: Visit) -> Response:
    """The box to ask in, what is under way, and what was researched lately."""
    researches = visit.console.researches
    return visit.show(
        "research.html",
        rows=researches.all(),
        own=researches.of(visit.editor),
        limits=researches.limits,
        ends=_ENDS,
    )


def start(visit: Visit) -> Response:
    """Begin one, and go where it is followed."""
    return visit.go(f"/research/{visit.console.researches.start(visit.form.word('query'), visit.editor).id}")


def followed(visit: Visit) -> Response:
    """One research as it stands; a script keeps it up to date, without one a link does."""
    one = _one(visit)
    return visit.show("research_run.html", one=one, **_as_it_stands(visit, one))


def stop(visit: Visit) -> Response:
    """Have it end."""
    one = _one(visit)
    visit.console.researches.stop(one)
    return visit.go(f"/research/{one.id}")


async def events(visit: Visit) -> Response:
    """What the page shows of it, again and again as it changes, as server-sent events, until it ends."""
    one = _one(visit)
    return streamed(
        visit,
        lambda: _rendered(visit, one),
        going=lambda: one.running,
        version=lambda: one.version,
        anew_s=_ANEW_S,
    )


def _rendered(visit: Visit, one: Research) -> str:
    return templates().get_template("research_live.html").render(visit=visit, one=one, **_as_it_stands(visit, one))


def _one(visit: Visit) -> Research:
    one = visit.console.researches.find(visit.word("id"))
    if one is None:
        raise Refused(404, "The store has no such research. What the agent did stands under Runs.")
    return one


def _as_it_stands(visit: Visit, one: Research) -> dict[str, Any]:
    """All that is shown of a research."""
    with visit.reading() as store:
        run = agent_run(store, one)
        asked = addresses(run)
        pages = pages_of(store, one, run)
        said = one.proposed or proposed(store, one.after)
        asked_models = store.taken(run["id"]) if run else []
        money, unknown = store.spent(run["id"]) if run else (0, 0)
    known = {address_key(page[name]) for page in pages for name in ("url", "final_url")}
    failures = one.failures
    unread = [_unread(url, one, failures) for url in asked if address_key(url) not in known]
    steps = run["steps"] if run else []
    written = [step for step in steps if step.get("model")]
    settings = visit.console.settings
    return {
        "run": run,
        "plan": _plan(one, len(written)),
        "meters": [
            _meter("Time", one.took_s, settings.run_timeout_s, in_words),
            _meter("Money", float(money), settings.model_budget_run, _usd, "and more, unknown" if unknown else ""),
            _meter("Model calls", len(asked_models), settings.max_model_calls, "{:g}".format),
            _meter("Steps", len(steps), settings.max_steps, "{:g}".format),
        ],
        "written": written,
        "calls": Counter(call["tool"] for step in steps for call in step["calls"]),
        "money": f"{_usd(float(money))}{' and more' if unknown else ''}",
        "pages": pages,
        "unread": unread,
        "ordering": {page: lines for page, lines in list(one.orders.items()) if lines},
        "facts": said["facts"],
        "more": said["more"],
        "products": said["products"],
        "failures": [{**row, "where": row.get("slug") or row.get("url") or row.get("tool") or ""} for row in failures],
        "end": _ENDS.get(one.state, "split"),
        "verdict": mark(one.verdict),
        "took": in_words(one.took_s),
        "limit": in_words(settings.run_timeout_s),
    }


def _unread(url: str, one: Research, failures: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A page that was asked for and did not come: it is being read, or was not read and why."""
    if one.running and one.told.doing:
        return {"url": url, "mark": "split", "state": "reading", "size": "…"}
    kinds = {row.get("kind") for row in failures if address_key(row.get("url") or "") == address_key(url)}
    if RobotsDisallowed.__name__ in kinds:
        return {"url": url, "mark": "none", "state": "robots", "size": "not asked"}
    return {"url": url, "mark": "skip" if kinds else "none", "state": "failed" if kinds else "not read", "size": ""}


def _plan(one: Research, by_model: int) -> list[dict[str, str]]:
    """The stages, each with how far it is: done, now, next, not reached or not needed; by_model: steps a model wrote."""
    titles = [title for title, _ in _STAGES]
    if "://" in one.query:
        titles[0] = "Nothing to look up: it is an address"
    if by_model:
        titles[1] += f"; a model went on from the playbook, {by_model} step{'s' * (by_model != 1)}"
    told = [text for _, text in one.told.steps] + [one.told.doing]
    at = max(
        place for place, (_, words) in enumerate(_STAGES) if not place or any(w in text for text in told for w in words)
    )
    cut_off = one.state in ("stopped", "failed")
    after = "next" if one.running else "not needed" if one.state == "found" else "not reached"
    states = [
        "done" if place < at else after if place > at else "now" if one.running else "cut off" if cut_off else "done"
        for place in range(len(titles))
    ]
    marks = {"done": "ship", "now": "split", "cut off": "skip"}
    return [{"title": t, "state": s, "mark": marks.get(s, "none")} for t, s in zip(titles, states, strict=True)]


def _meter(name: str, used: float, most: float, words: Any, note: str = "") -> dict[str, Any]:
    """How much was used of how much; most 0: there is no limit."""
    share = min(100.0, 100 * used / most) if most else 0.0
    text = f"{words(used)} of {words(most)}" if most else f"{words(used)}, no limit"
    return {"name": name, "text": " ".join(filter(None, (text, note))), "share": round(share, 1), "limited": bool(most)}


def _usd(amount: float) -> str:
    return f"{amount:.3f} USD"


ROUTES = (
    get("/research", index),
    post("/research", start),
    get("/research/{id}", followed),
    get("/research/{id}/events", events),
    post("/research/{id}/stop", stop),
)
