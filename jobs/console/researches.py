"""Researches under way: the same as `scout research`, each in a thread of its own, followed and stopped from any page.

What one did is kept here until the console ends, so that a tab may be closed and opened again; what the agent did is in
the store for good.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.errors import ScoutError, Stopped, UsageError, failure_row
from tools.orders import reads_as_order
from tools.settings import Settings
from tools.store import Store

logger = logging.getLogger(__name__)
KEPT = 20  # researches remembered
_END_S = 30.0  # what a stop at the console's end waits for
_LINES = 2_000  # of a page that are looked at for orders
_STEPS = 500  # remembered of one research
_UNDER_WAY = "…"
MOST_PAGES = 60  # of one research that are looked at and shown
_RUNS = 20  # newest runs among which one's own is


@dataclass(frozen=True, slots=True)
class Step:
    """What was said of a research, and when."""

    at: datetime
    text: str


@dataclass
class Research:
    """One research. state: running, then found, ambiguous, nothing, stopped or failed; doing: what is under way.

    after, pages_after: where the change log and the pages stood when it began. orders: by page, what it holds that reads
    like an order. report: what it gave, without the product. slug, name, verdict: of the product found.
    """

    query: str
    editor: str
    after: int
    pages_after: int
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None
    state: str = "running"
    sentence: str = ""
    doing: str = "starting …"
    steps: list[Step] = field(default_factory=list)
    orders: dict[str, list[str]] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    slug: str = ""
    name: str = ""
    verdict: str = ""
    version: int = 0  # grows with everything that happens
    stop: Future[None] = field(default_factory=Future)
    thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop and has not ended yet."""
        return self.running and self.stop.done()

    @property
    def took_s(self) -> float:
        """Seconds since it began, until its end."""
        return ((self.ended or datetime.now(UTC)) - self.began).total_seconds()

    def say(self, text: str) -> None:
        """Take note of what a job tells (jobs/telling.py)."""
        done, _, doing = text.rpartition("\n")
        for line in (*done.splitlines(), doing):
            line = line.removeprefix(f"{self.query}: ").strip()
            if line.endswith(_UNDER_WAY):
                self.doing = line
            elif line and len(self.steps) < _STEPS and not (self.steps and self.steps[-1].text == line):
                self.steps.append(Step(datetime.now(UTC), line))
                self.doing = ""
        self.version += 1

    def end(self, state: str, sentence: str = "") -> None:
        """It has ended."""
        self.state, self.sentence, self.doing, self.ended = state, sentence, "", datetime.now(UTC)
        self.version += 1


class Researches:
    """Those that were started here. reading: gives a connection to read the store with."""

    def __init__(
        self, store_path: Path | str, settings: Settings, reading: Callable[[], AbstractContextManager[Store]]
    ) -> None:
        self._store_path, self._settings, self._reading = store_path, settings, reading
        self._held: dict[str, Research] = {}
        self._starting = threading.Lock()

    @property
    def limits(self) -> str:
        """What one research may take, in a sentence."""
        settings = self._settings
        money = f"{settings.model_budget_run:g} USD" if settings.model_budget_run else "no limit in money"
        return f"Up to {in_words(settings.run_timeout_s)}, {settings.max_model_calls} model calls, {money}."

    def all(self) -> list[Research]:
        """The newest first."""
        return list(self._held.values())[::-1]

    def of(self, editor: str) -> Research | None:
        """The one that an editor has under way."""
        return next((one for one in self.all() if one.editor == editor and one.running), None)

    def find(self, id: str) -> Research | None:
        """One by its id; None: it was not started here, or long ago."""
        return self._held.get(id)

    def start(self, query: str, editor: str) -> Research:
        """Begin one. Errors: UsageError while the editor has another under way, or for what is no name; StoreError."""
        from jobs.research import LONGEST_QUERY

        if not query or len(query) > LONGEST_QUERY:
            raise UsageError(f"Give a name or an address of at most {LONGEST_QUERY} characters; got {len(query)}.")
        with self._starting:
            if (other := self.of(editor)) is not None:
                raise UsageError(
                    f"Your research of {other.query[:80]} is still under way, and everyone has one at a time. Wait until it "
                    "ends, or stop it on its page."
                )
            with self._reading() as store:
                begun = Research(query, editor, store.last_seq(), store.last_page())
            while len(self._held) >= KEPT and (oldest := next((o for o in self.all()[::-1] if not o.running), None)):
                del self._held[oldest.id]
            self._held[begun.id] = begun
        begun.thread = threading.Thread(target=self._run, args=(begun,), name=f"research-{begun.id}", daemon=True)
        begun.thread.start()
        return begun

    def stop(self, one: Research) -> None:
        """Have it end: what it waits for is cancelled, what it has kept stays."""
        with self._starting:
            if one.running and not one.stop.done():
                one.doing = "stopping …"
                one.stop.set_result(None)
                one.version += 1

    def close(self) -> None:
        """Stop all, and wait for them."""
        for one in self.all():
            self.stop(one)
        for one in self.all():
            if one.thread:
                one.thread.join(_END_S)

    def _run(self, one: Research) -> None:
        from jobs.research import research

        def tell(text: str) -> None:
            one.say(text)
            if not one.doing and not one.stop.done():
                self._look_for_orders(one)

        try:
            report = research(self._store_path, self._settings, one.query, progress=tell, stop=one.stop)
        except Stopped as error:
            one.end("stopped", str(error))
        except ScoutError as error:
            one.report = {"failures": [failure_row(error)]}
            one.end("failed", str(error))
        except Exception:
            logger.exception("research failed query=%r", one.query)
            one.end(
                "failed",
                "Scout failed at this; it is logged on the console’s terminal. What was kept until then stays.",
            )
        else:
            product = report.pop("product") or {}
            one.slug, one.name = product.get("slug", ""), product.get("name", "")
            one.verdict = (product.get("panel") or {}).get("verdict", "")
            one.report = report
            self._look_for_orders(one)
            one.end(report["state"], report.get("sentence") or "")

    def _look_for_orders(self, one: Research) -> None:
        """Look at the pages met since the last time for text that reads like an order to whoever reads it."""
        from tools.page_job import kept_lines

        try:
            with self._reading() as store:
                for met in store.pages_met(addresses(agent_run(store, one)), one.pages_after, MOST_PAGES):
                    if met["page"] in one.orders or (page := store.page(met["page"])) is None:
                        continue
                    lines = [line for line in kept_lines(store.lines, page).splitlines()[:_LINES] if line.strip()]
                    one.orders[met["page"]] = [line for line in lines if reads_as_order(line, seen=True)][:3]
        except ScoutError as error:
            logger.warning("pages not looked at research=%s reason=%s", one.id, error)


def agent_run(store: Store, one: Research) -> dict[str, Any] | None:
    """The agent's run of a research, with its steps and calls; None before it has begun."""
    began = one.began.strftime("%Y-%m-%dT%H:%M:%SZ")
    for run in store.runs(_RUNS):
        asked = run["meta"].get("arguments") or {}
        if run["kind"] == "research" and asked.get("query") == one.query and run["started_at"] >= began:
            return store.run(run["id"])
    return None


def addresses(run: dict[str, Any] | None) -> list[str]:
    """What a run has asked to be read, each address once."""
    found: dict[str, None] = {}
    for step in run["steps"] if run else ():
        for call in step["calls"]:
            given = call["args"] if isinstance(call["args"], dict) else {}
            named = given.get("urls") or [given.get("url")]
            found |= dict.fromkeys(url for url in named if isinstance(url, str))
    return list(found)


def in_words(seconds: float) -> str:
    """A time as minutes and seconds: "1 min 42 s"."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"
