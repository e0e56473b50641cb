"""A crawl: one agent run a source, then dossiers and the panel for what is new. Start reading Scout here.

source → agents.run.task (the playbook, in the sandbox) → mcp_servers → tools.reading → tools.store → jobs.dossier
→ agents.panel.judge
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from jobs.by_hand import check_contact
from jobs.dossier import gather
from jobs.outcome import counted, outcome
from jobs.review import drain_awaiting, model_use
from jobs.since import parse_since
from jobs.telling import UNDER_WAY, telling
from tools import sources
from tools.errors import CannotRun, ScoutError, Stopped, UnknownName, UsageError, class_of_kind, failure_row
from tools.filters import check_names
from tools.knowledge import moment
from tools.settings import Settings
from tools.store import Row, Store, utc_now
from tools.workbench import Workbench

if TYPE_CHECKING:
    from agents.run.task import RunResult
    from tools.models import Panel

logger = logging.getLogger(__name__)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CrawlRequest:
    """What to crawl. `names` empty: every enabled source. `since` is a span (2d, 36h, 1w) or a UTC date."""

    names: Sequence[str] = ()
    since: str = ""
    limit: int | None = None
    replay: Path | None = None
    record: Path | None = None
    review: bool = True


def crawl(
    store_path: Path | str, settings: Settings, request: CrawlRequest, progress: Progress | None = None
) -> dict[str, Any]:
    """Crawl, review what is new, and return the report that `scout crawl --json` prints.

    Errors: UsageError, CannotRun. A source or product that fails is a row of `failures`; the rest goes on.
    """
    say = progress or (lambda _: None)
    _check_asked(store_path, settings, request)
    check_contact(settings, request.replay)
    with (
        only_crawl_of(store_path),
        Workbench(settings, store_path, replay=request.replay, record=request.record) as bench,
    ):
        names = _names(bench.store.sources(), settings, request.names)
        since = parse_since(request.since or settings.since, bench.now())
        with CrawlReport(bench, "crawl") as report:
            for place, name in enumerate(names, start=1):
                began = bench.now().replace(microsecond=0)  # the store keeps whole seconds
                tell = telling(say, f"source {place} of {len(names)}, {name}", report)
                tell(f"launches since {since:%Y-%m-%d %H:%M} UTC {UNDER_WAY}")
                with report.source(name):
                    arguments = {"source": name, "since": since.isoformat(), "limit": request.limit}
                    run_agent("crawl", bench, arguments, report, tell)
                if not _has_answered(bench.store, name, began):
                    report.lost.add(name)
                tell(report.line(name))
            report.gather(bench.store.awaiting_review(), say)
            if request.review:
                report.review(settings, say)
            return report.as_dict()


def _has_answered(store: Store, name: str, since: datetime) -> bool:
    """Whether a source's list was read since a moment, in whole or in part."""
    answered = (store.source_state(name) or {}).get("last_ok_at")
    return answered is not None and moment(str(answered)) >= since


@contextmanager
def only_crawl_of(store_path: Path | str) -> Iterator[None]:
    """Hold the store's crawl lock. Errors: CannotRun when another crawl holds it."""
    from filelock import FileLock, Timeout

    lock = FileLock(f"{store_path}.crawl.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotRun(
            f"Another crawl of {store_path} is under way; wait until it ends, or name another store with --store."
        ) from None
    except OSError as error:
        raise CannotRun(
            f"The folder of {store_path} cannot be written ({error.strerror}); name another with --store."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _check_asked(store_path: Path | str, settings: Settings, request: CrawlRequest) -> None:
    """Look at what was typed before anything that is not set is asked for, and before a store is made.

    Errors: as `_names`; UsageError for a span that is none.
    """
    parse_since(request.since or settings.since, utc_now())
    own: Sequence[Row] = ()
    if Path(store_path).exists():
        with Store.open(store_path, create=False) as store:
            own = store.sources()
    _names(own, settings, request.names)


def _names(followed: Sequence[Row], settings: Settings, asked: Sequence[str]) -> list[str]:
    """The sources to read. Errors: UnknownName; UsageError for one that wants a setting first, or a filter of scout.toml
    that is not sound."""
    own, built_in = {row["name"]: row for row in followed}, sources.all_sources()
    known = {*built_in, *own} - {"feed"}
    check_names(settings, known)
    off = {name: why for name, module in built_in.items() if (why := sources.why_off(module, settings))}
    off = {name: why for name, why in off.items() if not own.get(name, {}).get("url")}
    for name in asked:
        if name not in known and name not in built_in:
            raise UnknownName("source", name, known)
        if name in off:
            raise UsageError(f"{name} is off: {off[name]}.")
    return list(asked) or sorted(name for name in known - off.keys() if own.get(name, {}).get("enabled", True))


def run_agent(
    kind: str, bench: Workbench, arguments: dict[str, Any], report: CrawlReport, say: Progress
) -> RunResult | None:
    """One agent run; its troubles become failures of the report. None when it broke off.

    Errors: CannotRun. The only place that catches everything else: a job goes on.
    """
    from agents.run.task import run_task

    source = arguments.get("source")
    where = {"source": source} if source else {}
    try:
        result = run_task(kind, bench, arguments=arguments, on_event=say)
    except CannotRun:
        raise
    except ScoutError as error:
        report.failed(**where, **failure_row(error))
        return None
    except Exception as error:  # noqa: BLE001 - the job's loop: a fault in one source must not cost the others
        logger.error("run failed kind=%s source=%s\n%s", kind, source, traceback.format_exc())
        report.failed(**where, kind=type(error).__name__, message=str(error) or "see the log")
        return None
    for failure in result.failures:
        report.failed(**{**where, **_address(bench.store, failure), **failure})
    report.model_calls += result.model_calls
    report.cost = None if report.cost is None or result.cost is None else report.cost + result.cost
    return result


def _address(store: Store, failure: Mapping[str, str]) -> dict[str, str]:
    """The address of a failure's page, where only its handle is named: nobody knows a page by that."""
    page = store.page(failure["page"]) if "page" in failure else None
    return {"url": page.url} if page else {}


class CrawlReport:
    """Counts, read off the store's change log and the fetcher's accounts: what happened, not what was announced.

    run: one that was begun for it; empty: it begins its own.
    """

    def __init__(self, bench: Workbench, kind: str, run: str = "") -> None:
        self._bench, self._store = bench, bench.store
        self._started = time.monotonic()
        self._first_seq = self._store.last_seq()
        self._heard, self._new = self._first_seq, 0  # up to where `so_far` has counted
        self._sources: dict[str, dict[str, Any]] = {}
        self.failures: list[dict[str, Any]] = []
        self.lost: set[str] = set()  # sources and addresses asked for by name that gave nothing at all
        self.dossiers = 0
        self.reviews = 0
        self.model_calls = 0
        self.cost: float | None = 0.0
        self.run = run or self._store.start_run(kind, "", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:  # what ends the job ends its run, too
            state = "interrupted" if isinstance(error, Stopped | KeyboardInterrupt) else "failed"
            self._store.end_run(self.run, state, json.dumps({"sentence": str(error)}))

    def gather(self, slugs: Iterable[str], say: Progress, *, again: bool = False) -> None:
        """Gather what is to be known of products before a panel meets; what cannot be had is no failure."""
        self.dossiers += gather(self._bench, slugs, say, again=again)

    def review(self, settings: Settings, say: Progress) -> None:
        """Drain the awaiting view; what fails is a failure of this report."""
        try:
            for slug, reviewed in drain_awaiting(self._store, settings, run=self.run, bench=self._bench, say=say):
                if isinstance(reviewed, ScoutError):
                    self.failed(slug=slug, **failure_row(reviewed))
                    continue
                self.reviewed(reviewed)
        except UsageError as error:  # models are asked to review and none is configured: what was read is kept
            self.failed(**failure_row(error))

    def reviewed(self, panel: Panel) -> None:
        """Count a panel that was made."""
        self.reviews += sum(review.score is not None for review in panel.reviews)

    @contextmanager
    def source(self, name: str) -> Iterator[None]:
        """Count what happens inside as this source's."""
        seq, fetched = self._store.last_seq(), dict(self._bench.fetcher.counts)
        launches, failed = self._store.counts()["launches"], len(self.failures)
        yield
        new, changed = self._products(seq)
        read = self._store.source_state(name) or {}
        self._sources[name] = {
            "launches": read.get("listed", 0),
            "launches_blocked": read.get("blocked", 0),
            "pages": self._bench.fetcher.counts["pages"] - fetched["pages"],
            "revalidated": self._bench.fetcher.counts["revalidated"] - fetched["revalidated"],
            "launches_new": self._store.counts()["launches"] - launches,
            "products_new": len(new),
            "products_changed": len(changed),
            "failures": len(self.failures) - failed,
        }

    def failed(self, **failure: Any) -> None:
        """One more failure: source, slug or url, kind, message; its class follows from the kind where it is not given."""
        self.failures.append({**failure, "class": failure.get("class") or class_of_kind(failure["kind"])})

    def so_far(self) -> list[str]:
        """What came of it so far, in words, nothing left at none: new products, failures."""
        for row in self._rows(self._heard):
            self._heard, self._new = row["seq"], self._new + (row["op"] == "new")
        said = (
            (self._new, f"{counted(self._new, 'new product')}"),
            (len(self.failures), f"{len(self.failures)} failed"),
        )
        return [words for number, words in said if number]

    def line(self, name: str) -> str:
        """A source's counts in words."""
        row = self._sources[name]
        words = [counted(row["launches_new"], "new launch", "es"), counted(row["products_new"], "new product")]
        if row["products_changed"]:
            words.append(f"{row['products_changed']} changed")
        words.append(f"{row['pages']} pages read, {row['revalidated']} unchanged")
        if row["failures"]:
            words.append(f"{row['failures']} failed")
        return ", ".join(words)

    def as_dict(self) -> dict[str, Any]:
        """The whole report; ends the run's row in the store."""
        new, _ = self._products(self._first_seq)
        changes = [row for row in self._rows(self._first_seq) if row["slug"] not in new and row["op"] in _PRODUCT_OPS]
        named = {"new": self._best_of(new), "changed": self._changed(changes)}
        totals = {
            key: sum(row[key] for row in self._sources.values()) for key in ("launches_new", "pages", "revalidated")
        }
        reviewed = model_use(self._store, self.run)
        unknown = self.cost is None or reviewed.cost is None
        ended = outcome(
            self.failures, self.lost, nothing_read=bool(self._sources) and self._sources.keys() <= self.lost
        )
        report = {
            "run": self.run,
            **ended.as_dict(),
            "sources": self._sources,
            **totals,
            "products_new": len(new),
            "changes": len(changes),
            **named,
            "dossiers": self.dossiers,
            "reviews": self.reviews,
            "model_calls": self.model_calls + reviewed.calls,
            "cost": None if unknown else f"{(self.cost or 0) + float(reviewed.cost or 0):.6f}",
            "seconds": round(time.monotonic() - self._started, 2),
            "failures": self.failures,
        }
        self._store.keep_documents()  # so that an export after it finds them
        self._store.end_run(self.run, ended.state, json.dumps(report))
        return report

    def _rows(self, seq: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while page := self._store.changes_after(rows[-1]["seq"] if rows else seq, 1_000):
            rows.extend(page)
        return rows

    def _best_of(self, slugs: Iterable[str]) -> list[dict[str, Any]]:
        """Of new products those to look at first, at most NAMED: slug, name, verdict and what it costs."""
        cards = [card for slug in sorted(slugs)[:_MOST_WEIGHED] if (card := self._store.card(slug))]
        cards.sort(key=lambda card: (_BEST_FIRST.get(card["verdict"], len(_BEST_FIRST)), -(card["median"] or 0)))
        return [{name: card[name] for name in _OF_CARD} for card in cards[:NAMED]]

    def _changed(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Of products known before those that changed, at most NAMED: slug, name, and its changes (op, field, before, after)."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            moved = {**{name: row[name] for name in ("op", "before", "after")}, "field": row["field"] or row["op"]}
            found.setdefault(row["slug"], []).append(moved)
        cards = {slug: self._store.card(slug) for slug in list(found)[:NAMED]}
        return [
            {"slug": slug, "name": (card or {}).get("name", slug), "changes": found[slug]}
            for slug, card in cards.items()
        ]

    def _products(self, seq: int) -> tuple[set[str], set[str]]:
        rows = self._rows(seq)
        new = {row["slug"] for row in rows if row["op"] == "new"}
        return new, {row["slug"] for row in rows if row["op"] in _PRODUCT_OPS} - new


NAMED = 12  # products that a report names
_MOST_WEIGHED = 500  # new products among which the best are sought
_BEST_FIRST = {"Ship": 0, "Split": 1, "Skip": 2}
_OF_CARD = ("slug", "name", "verdict", "pricing_model", "entry_amount", "entry_currency", "entry_period")
_PRODUCT_OPS = frozenset({"fact", "plan", "status", "merge", "delete"})
