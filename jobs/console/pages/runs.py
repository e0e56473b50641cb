"""Runs: what crawls, researches and the agent did, step by step and call by call. The same as `scout runs`."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from jobs.console.visit import Visit, get

TITLE, ORDER = "Runs", 60
_ROWS = 100
_CALLS = 200  # of one step, on the page
_MARKS = {
    "ok": "ship",
    "done": "ship",
    "partly": "split",
    "trouble": "split",
    "running": "split",
    "failed": "skip",
    "error": "skip",
}


def runs(visit: Visit) -> Response:
    """The newest, and how they ended."""
    with visit.reading() as store:
        found = store.runs(_ROWS)
    rows = [
        {**run, "query": _asked(run).get("query") or run["meta"].get("query", ""), "note": _note(run)} for run in found
    ]
    return visit.show("runs.html", rows=rows, marks=_MARKS, most=_ROWS)


def _asked(run: dict[str, Any]) -> dict[str, Any]:
    return run["meta"].get("arguments") or {}


def _note(run: dict[str, Any]) -> str:
    failures = run["counts"].get("failures") or []
    return run["counts"].get("sentence") or (f"{len(failures)} failed" if failures else "")


def run(visit: Visit) -> Response:
    """One run: its steps with what they wrote and printed, their calls, what failed, its counts."""
    with visit.reading() as store:
        found = store.run(visit.word("id"))
    counts = dict(found["counts"])
    failures = counts.pop("failures", [])
    return visit.show(
        "run.html",
        run=found,
        marks=_MARKS,
        given=_pairs(_asked(found)),
        model=found["meta"].get("model", ""),
        sentence=counts.pop("sentence", ""),
        counts=_pairs(counts),
        failures=[{**row, "where": _where(row)} for row in failures],
        steps=[
            {**step, "calls": step["calls"][:_CALLS], "more": len(step["calls"][_CALLS:])} for step in found["steps"]
        ],
    )


def _where(failure: dict[str, Any]) -> str:
    return next((str(failure[name]) for name in ("slug", "source", "url", "launch", "tool") if failure.get(name)), "")


def _pairs(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in values.items()
    ]


ROUTES = (get("/runs", runs), get("/runs/{id}", run))
