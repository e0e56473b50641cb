"""Researches: the same as `scout research`, those begun here each in a thread of its own, followed and stopped from any page.

What is asked, told and found is kept with the run in the store (jobs/research.py): a page is there again after a restart, and
of researches that ran elsewhere.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.telling import Told
from tools.errors import ScoutError, Stopped, UsageError, failure_row
from tools.knowledge import moment
from tools.orders import reads_as_order
from tools.settings import Settings
from tools.store import Store

logger = logging.getLogger(__name__)
KEPT = 20  # researches held in memory
_END_S = 30.0  # what a stop at the console's end waits for
_LINES = 2_000  # of a page that are looked at for orders
MOST_PAGES = 60  # of one research that are looked at and shown
_RUNS = 20  # newest runs among which one's own is
_LISTED = 50  # researches
_STARTING = "starting …"
_CUT_OFF = "It was cut off: the process it ran in has ended. What had been read and kept until then stays."
_ENDED_AS = {"interrupted": "stopped", "failed": "failed"}  # by the state of a run that found nothing


@dataclass
class Research:
    """One research. id: of its run. state: running, then found, ambiguous, nothing, stopped or failed.

    here: it runs in this process. after, pages_after, pages_until: where the change log and the pages stood when it began
    and ended. proposed: what it wrote, once it has ended (jobs/proposed.py). orders: by page, what it holds that reads like an order. failures, candidates: what it gave. agent: the
    agent's run, once it has ended. slug, name, verdict: of the product found.
    """

    id: str
    query: str
    editor: str
    after: int
    pages_after: int
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    here: bool = True
    ended: datetime | None = None
    state: str = "running"
    sentence: str = ""
    told: Told = field(default_factory=lambda: Told(""))
    orders: dict[str, list[str]] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    proposed: dict[str, Any] | None = None
    pages_until: int | None = None
    agent: str = ""
    slug: str = ""
    name: str = ""
    verdict: str = ""
    version: int = 0  # grows with everything that happens
    stop: Future[None] = field(default_factory=Future)
    thread: threading.Thread | None = None

    @classmethod
    def kept(cls, run: Mapping[str, Any]) -> Research:
        """What the store keeps of one, by its run."""
        meta, counts = run["meta"], run["counts"]
        one = cls(
            run["id"], meta["query"], meta["who"], meta["after"], meta["pages_after"], moment(run["started_at"]), False
        )
        one.told = Told(one.query, [(datetime.fromisoformat(at), step) for at, step in meta.get("told", ())])
        one.ended = moment(run["ended_at"]) if run["ended_at"] else None
        one.failures, one.sentence = counts.get("failures", []), counts.get("sentence", "")
        one.proposed, one.pages_until, one.agent = meta.get("proposed"), meta.get("pages_until"), meta.get("agent", "")
        found = meta.get("found", {})
        if one.ended:
            one.state = found.get("state") or _ENDED_AS.get(run["state"], "failed")
        one.candidates = found.get("candidates", [])
        one.slug, one.name, one.verdict = (found.get(name, "") for name in ("slug", "name", "verdict"))
        return one

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
        self.told.hear(text)
        self.version += 1

    def end(self, state: str, sentence: str = "") -> None:
        """It has ended."""
        self.state, self.sentence, self.told.doing, self.ended = state, sentence, "", datetime.now(UTC)
        self.version += 1


class Researches:
    """Those of a store. reading, writing: give a connection to read the store with, and to write."""

    def __init__(
        self,
        store_path: Path | str,
        settings: Settings,
        reading: Callable[[], AbstractContextManager[Store]],
        writing: Callable[[], AbstractContextManager[Store]],
    ) -> None:
        self._store_path, self._settings, self._reading, self._writing = store_path, settings, reading, writing
        self._held: dict[str, Research] = {}
        self._starting = threading.Lock()

    @property
    def limits(self) -> str:
        """What one research may take, in a sentence."""
        settings = self._settings
        money = f"{settings.model_budget_run:g} USD" if settings.model_budget_run else "no limit in money"
        return f"Up to {in_words(settings.run_timeout_s)}, {settings.max_model_calls} model calls, {money}."

    def all(self) -> list[Research]:
        """The newest first, by whoever and wherever they were begun."""
        with self._reading() as store:
            runs = store.runs(_LISTED, "research")
        return [self._held.get(run["id"]) or Research.kept(run) for run in runs if "query" in run["meta"]]

    def of(self, editor: str) -> Research | None:
        """The one that an editor has under way here."""
        return next((one for one in self._here() if one.editor == editor and one.running), None)

    def find(self, id: str) -> Research | None:
        """One by its id; None: there is none."""
        if (held := self._held.get(id)) is not None:
            return held
        with suppress(ScoutError), self._reading() as store:
            run = store.run(id)
            if run["id"] == id and run["kind"] == "research" and "query" in run["meta"]:
                one = Research.kept(run)
                if one.running:
                    return one
                self._look_for_orders(one)
                return self._hold(one)
        return None

    def start(self, query: str, editor: str) -> Research:
        """Begin one. Errors: UsageError while the editor has another under way, or for what is no name; StoreError."""
        from jobs.research import begin_run, checked

        query = checked(query)
        with self._starting:
            if (other := self.of(editor)) is not None:
                raise UsageError(
                    f"Your research of {other.query[:80]} is still under way, and everyone has one at a time. Wait until it "
                    "ends, or stop it on its page."
                )
            with self._writing() as store:
                asked = store.last_seq(), store.last_page()
                begun = Research(
                    begin_run(store, query, editor), query, editor, *asked, told=Told(query, doing=_STARTING)
                )
            self._hold(begun)
        begun.thread = threading.Thread(target=self._run, args=(begun,), name=begun.id, daemon=True)
        begun.thread.start()
        return begun

    def settle(self) -> None:
        """End the runs of researches whose process is gone, where nobody else is at work on the store."""
        from jobs.crawl import only_crawl_of
        from jobs.research import end_of

        with suppress(ScoutError), only_crawl_of(self._store_path), self._writing() as store:
            for run in store.runs(_LISTED, "research"):
                if run["state"] == "running" and "query" in run["meta"]:
                    end_of(store, run["id"])
                    store.end_run(run["id"], "interrupted", json.dumps({"sentence": _CUT_OFF}))

    def _here(self) -> list[Research]:
        return [one for one in list(self._held.values()) if one.here]

    def _hold(self, one: Research) -> Research:
        while len(self._held) >= KEPT and (
            oldest := next((o for o in list(self._held.values()) if not o.running), None)
        ):
            self._held.pop(oldest.id, None)
        return self._held.setdefault(one.id, one)

    def stop(self, one: Research) -> None:
        """Have it end: what it waits for is cancelled, what it has kept stays."""
        with self._starting:
            if one.running and not one.stop.done():
                one.told.doing = "stopping …"
                one.stop.set_result(None)
                one.version += 1

    def close(self) -> None:
        """Stop all, and wait for them."""
        for one in self._here():
            self.stop(one)
        for one in self._here():
            if one.thread:
                one.thread.join(_END_S)

    def _run(self, one: Research) -> None:
        from jobs.research import research

        def tell(text: str) -> None:
            one.say(text)
            if not one.told.doing and not one.stop.done():
                self._look_for_orders(one)

        try:
            report = research(self._store_path, self._settings, one.query, progress=tell, stop=one.stop, run=one.id)
        except Stopped as error:
            one.end("stopped", str(error))
        except ScoutError as error:
            one.failures = [failure_row(error)]
            one.end("failed", str(error))
        except Exception:
            logger.exception("research failed query=%r", one.query)
            one.end(
                "failed",
                "Scout failed at this; it is logged on the console’s terminal. What was kept until then stays.",
            )
        else:
            product = report["product"] or {}
            one.slug, one.name = product.get("slug", ""), product.get("name", "")
            one.verdict = (product.get("panel") or {}).get("verdict", "")
            one.failures, one.candidates = report["failures"], report["candidates"]
            self._look_for_orders(one)
            one.end(report["state"], report.get("sentence") or "")
        self._end_run(one)

    def _end_run(self, one: Research) -> None:
        """Where it ended before its job had taken up the run, end that."""
        try:
            with self._writing() as store:
                if store.run(one.id)["state"] == "running":
                    state = "interrupted" if one.state == "stopped" else "failed"
                    told = {"sentence": one.sentence, "failures": one.failures}
                    store.end_run(one.id, state, json.dumps(told))
        except ScoutError as error:
            logger.warning("run not ended research=%s reason=%s", one.id, error)

    def _look_for_orders(self, one: Research) -> None:
        """Look at the pages met since the last time for text that reads like an order to whoever reads it."""
        from tools.page_job import kept_lines

        try:
            with self._reading() as store:
                for met in pages_of(store, one, agent_run(store, one)):
                    if met["page"] in one.orders or (page := store.page(met["page"])) is None:
                        continue
                    lines = [line for line in kept_lines(store.lines, page).splitlines()[:_LINES] if line.strip()]
                    one.orders[met["page"]] = [line for line in lines if reads_as_order(line, seen=True)][:3]
        except ScoutError as error:
            logger.warning("pages not looked at research=%s reason=%s", one.id, error)


def agent_run(store: Store, one: Research) -> dict[str, Any] | None:
    """The agent's run of a research, with its steps and calls; None before it has begun."""
    if one.agent:
        return store.run(one.agent)
    began = one.began.strftime("%Y-%m-%dT%H:%M:%SZ")
    for run in store.runs(_RUNS, "research"):
        asked = run["meta"].get("arguments") or {}
        if asked.get("query") == one.query and run["started_at"] >= began:
            return store.run(run["id"])
    return None


def pages_of(store: Store, one: Research, run: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The pages that a research read, or met as they were known before, newest first."""
    return store.pages_met(addresses(run), one.pages_after, MOST_PAGES, one.pages_until)


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
