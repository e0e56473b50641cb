"""Durable jobs over DBOS: cron, at-least-once runs, takeover of the dead. The only module that knows DBOS.

A job is one durable step. It may run again after a crash, so its effect must rest on the store's unique keys.

DBOS 3.4 has seven traps (../shared research, jobs_scale.md section 4; each was measured). How they are closed here:

1. its executor id is "local" for everyone       -> `worker-N`, N the first number whose lock is free, held while we live
2. nobody takes over a dead worker's jobs        -> `_take_over`: a free lock is a dead worker; its jobs are queued again
3. a changed source file strands queued jobs     -> application_version is pinned
4. SQLite without WAL                            -> an engine of our own: WAL, IMMEDIATE, 30 s busy timeout
5. pickle in the database                        -> portable JSON; arguments and results are plain dicts
6. history is kept for ever                      -> `_trim`, by the setting jobs_keep_days
7. sqlite-utils commits early inside its session -> the store is never opened through DBOS's connection
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.errors import CannotRun, ScoutError, UnknownName, UsageError, only_one
from tools.models import Now
from tools.setting_forms import CRON, cron_fits
from tools.settings import SETTINGS, Settings
from tools.store import use_wal

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowStatus
    from sqlalchemy import Connection
    from sqlalchemy import Engine as Database

logger = logging.getLogger(__name__)
APPLICATION = "scout"
VERSION = "jobs-1"  # raised by hand, after draining, only when the steps of a job change
CRASHES = 5  # a job that killed its worker this often is given up, not started a sixth time
TAKE_OVER_S = 5.0
TRIM_S = 3_600.0
GRACE_S = 5.0  # what a stop waits for work under way before it hands it back
SETTLE_S = 2  # for DBOS to write down how work that has ended came out
WAL_S = 30.0
MOST_WORKERS = 64
STATES = {
    "DELAYED": "queued",
    "ENQUEUED": "queued",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "CANCELLED": "cancelled",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "given up",
}
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work. `run` takes and returns plain JSON data; what it raises makes the job failed. A result may say
    itself how it came out: `outcome` (done, partly, failed) and `sentence`. Then the job has ended and is not run again
    by itself, whatever the word.

    cron: five fields, or six with seconds first, in UTC; None or empty: only when asked. Jobs of one lane run one
    after the other, over all workers; the lane is the job's own name when it is empty. each: asked at every moment of
    the cron for the runs to make of it, arguments by label (one a source, say); without it there is one run.
    patience_s: after CannotRun (a locked store, another crawl under way), how long to wait before each further try.
    """

    name: str
    run: Callable[[dict[str, Any]], dict[str, Any]]
    cron: str | None
    arguments: dict[str, Any]
    lane: str = ""
    each: Callable[[], Mapping[str, dict[str, Any]]] | None = None
    patience_s: tuple[float, ...] = ()


class Engine:
    """The schedule of one store: what runs its jobs, and the window into them.

    address: a path, or a PostgreSQL URL where workers of many machines share the work. Only one engine at a time may
    run in a process; any number may look.
    """

    def __init__(self, address: Path | str, jobs: Sequence[Job], settings: Settings, *, now: Now | None = None) -> None:
        self.url = address if isinstance(address, str) and "://" in address else f"sqlite:///{Path(address).resolve()}"
        self._jobs = {job.name: job for job in jobs}
        self._settings = settings
        self._now = now or (lambda: datetime.now(UTC))
        self._under_way: set[str] = set()
        self._settled = threading.Condition()
        self._stopping = threading.Event()
        self._hand_back: Future[None] = Future()
        self._held = ExitStack()

    # what runs

    def run_schedule(self, stop: threading.Event, *, cron: bool = True, grace_s: float = GRACE_S) -> list[str]:
        """Run jobs, and with `cron` start them by the clock, until `stop` is set or SIGTERM or SIGINT comes.

        Returns the ids handed back: work that did not end within the grace. Its thread still runs, so the caller
        should leave the process at once (os._exit); the next start, or another worker, does that work again.
        Errors: UsageError for a cron expression that means nothing; CannotRun.
        """
        clock = _Clock(self._jobs.values(), self._now()) if cron else None
        with ExitStack() as self._held:
            self._held.enter_context(_stopped_by_signals(stop))
            worker = self._held.enter_context(self._slot())
            client = self._held.enter_context(self._launched(worker))
            logger.info("schedule started worker=%s jobs=%s", worker, ",".join(self._jobs))
            try:
                self._tick_until(stop, clock, worker, client)
            finally:
                left = self._settle(grace_s)
        logger.info("schedule ended worker=%s handed_back=%s", worker, ",".join(left) or "none")
        return left

    def enqueue(self, name: str, arguments: Mapping[str, Any] | None = None, id: str | None = None) -> str:
        """Queue one run of a job and return its id. An id that exists already is left as it is.

        Errors: UnknownName, CannotRun.
        """
        job = self._job(name)
        with self._client(create=True) as client:
            return self._put(client, job, {**job.arguments, **(arguments or {})}, id or f"{name}@{_stamp(self._now())}")

    # the window into it

    def jobs(self, limit: int = 50) -> list[dict[str, Any]]:
        """The newest jobs first: id, name, state, queued_at, started_at, ended_at, worker, arguments, result, error.

        State is one of STATES' values; "partly": done, and some of it failed; or "interrupted": its worker is gone and
        nobody has taken it over yet. error: the sentence that says why it failed, in part or as a whole.
        """
        with self._client() as client:
            if client is None:
                return []
            rows = client.list_workflows(limit=limit, sort_desc=True, application_name=APPLICATION)
            return [self._row(row) for row in rows]

    def job(self, id: str) -> dict[str, Any]:
        """One job, as in jobs(); id: enough of its beginning will do. Errors: UnknownName; UsageError: several begin so."""
        with self._client() as client:
            return self._row(self._found(client, id)[1])

    def retry(self, id: str) -> dict[str, Any]:
        """Queue an ended job again, under its own id. Errors: UnknownName; UsageError when it has not ended."""
        with self._client() as client:
            known, row = self._found(client, id)
            id = row.workflow_id
            if row.status not in _ENDED:
                raise UsageError(f"Job {id} is {STATES[row.status]}; only an ended job can be run again.")
            known.rewind_workflow(id, queue_name=self._lane_of(row), application_version=VERSION)
            return self._row(self._found(client, id)[1])

    def cancel(self, id: str) -> dict[str, Any]:
        """Cancel a job: a queued one never starts; one under way runs out, but its result is dropped.

        Errors: UnknownName; UsageError when it has ended.
        """
        with self._client() as client:
            known, row = self._found(client, id)
            id = row.workflow_id
            if row.status in _ENDED:
                raise UsageError(f"Job {id} is {STATES[row.status]} already; there is nothing to cancel.")
            known.cancel_workflows([id])
            return self._row(self._found(client, id)[1])

    # inside

    def _tick_until(self, stop: threading.Event, clock: _Clock | None, worker: str, client: DBOSClient) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        take_over_at = trim_at = self._now()
        while not stop.is_set():
            now = self._now()
            for job, due in clock.due(now) if clock else ():
                self._start_by_clock(client, job, due)
            if now >= take_over_at:
                take_over_at = now + timedelta(seconds=TAKE_OVER_S)
                try:
                    self._take_over(client, worker)
                except SQLAlchemyError as error:  # a database that restarts must not end a schedule of months
                    logger.warning("the jobs' database does not answer: %s", str(error).splitlines()[0])
            if now >= trim_at:
                self._trim(client, now)
                trim_at = now + timedelta(seconds=TRIM_S)
            nearest = min(take_over_at, clock.nearest() if clock else take_over_at)
            stop.wait(max(0.0, (nearest - self._now()).total_seconds()))

    def _start_by_clock(self, client: DBOSClient, job: Job, due: datetime) -> None:
        """Queue the runs of this moment, once however many schedules ask, but none whose run before is still to do."""
        try:
            runs = {f"{job.name}:{label}": arguments for label, arguments in job.each().items()} if job.each else {}
        except ScoutError as error:
            logger.error("not started job=%s due=%s: %s", job.name, _stamp(due), error)
            return
        for name, arguments in (runs if job.each else {job.name: {}}).items():
            if not self._is_waiting(client, job, f"{name}@" if job.each else None):
                self._put(client, job, {**job.arguments, **arguments}, f"{name}@{_stamp(due)}")

    def _is_waiting(self, client: DBOSClient, job: Job, prefix: str | None) -> bool:
        rows = client.list_workflows(
            name=job.name,
            status=["ENQUEUED", "PENDING"],
            workflow_id_prefix=prefix,
            limit=1,
            load_input=False,
            load_output=False,
        )
        for row in rows:
            logger.info("skipped job=%s: %s is still to be done", job.name, row.workflow_id)
        return bool(rows)

    def _put(self, client: DBOSClient, job: Job, arguments: Mapping[str, Any], id: str) -> str:
        from dbos import EnqueueOptions

        options = EnqueueOptions(workflow_name=job.name, queue_name=_lane(job), workflow_id=id, app_version=VERSION)
        return client.enqueue(options, dict(arguments)).workflow_id

    def _take_over(self, client: DBOSClient, worker: str) -> None:
        """Queue again what a dead worker left. Its lock is held meanwhile: one taker, and nobody born into its name."""
        with ExitStack() as again:
            if again.enter_context(self._lock(worker)):  # ours was lost: the database restarted, the file is gone
                logger.warning("lock of %s was lost and is held again", worker)
                self._held.push(again.pop_all())
        rows = client.list_workflows(status="PENDING", load_input=False, load_output=False)
        for other in {row.executor_id for row in rows if row.executor_id} - {worker}:
            with self._lock(other) as mine:
                if not mine:
                    continue
                left = client.list_workflows(status="PENDING", executor_id=other, load_input=False, load_output=False)
                for row in left:
                    logger.warning("taking over job=%s from=%s", row.workflow_id, other)
                    client.resume_workflow(row.workflow_id, queue_name=self._lane_of(row))

    def _trim(self, client: DBOSClient, now: datetime) -> None:
        before = (now - timedelta(days=self._settings.jobs_keep_days)).isoformat()
        while rows := client.list_workflows(
            status=_ENDED, completed_before=before, limit=200, load_input=False, load_output=False
        ):
            client.delete_workflows([row.workflow_id for row in rows])

    def _settle(self, grace_s: float) -> list[str]:
        """Wait for the work under way; hand back what does not end. Its state stays "running" under our name."""
        self._stopping.set()
        with self._settled:
            self._settled.wait_for(lambda: not self._under_way, grace_s)
            left = sorted(self._under_way)
        self._hand_back.set_result(None)
        with self._settled:
            self._settled.wait_for(lambda: not self._under_way, 1.0)
        return left

    def _work(self, job: Job, id: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The durable step: run the job in a thread of its own, so that a stop need not wait for it."""
        with self._settled:
            if self._stopping.is_set():
                raise _HandedBack(id)
            self._under_way.add(id)
        try:
            for wait_s in job.patience_s:
                try:
                    return self._once(job, id, arguments)
                except CannotRun as error:
                    logger.warning("trying again in %g s job=%s: %s", wait_s, id, error)
                    if self._stopping.wait(wait_s):
                        raise _HandedBack(id) from error
            return self._once(job, id, arguments)
        finally:
            with self._settled:
                self._under_way.discard(id)
                self._settled.notify_all()

    def _once(self, job: Job, id: str, arguments: dict[str, Any]) -> dict[str, Any]:
        done: Future[dict[str, Any]] = Future()
        threading.Thread(target=_run_into, args=(done, job, arguments), name=f"job-{id}", daemon=True).start()
        either: list[Future[Any]] = [done, self._hand_back]
        wait(either, return_when=FIRST_COMPLETED)
        if not done.done():
            raise _HandedBack(id)
        return done.result()

    @contextmanager
    def _launched(self, worker: str) -> Iterator[DBOSClient]:
        """DBOS, listening for our jobs under this worker's name. Nothing stays behind, not even its registry."""
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        _quiet_log()
        self._stopping.clear()
        self._hand_back = Future()
        with self._client(create=True) as client:
            config = DBOSConfig(
                name=APPLICATION,
                system_database_url=self.url,
                executor_id=worker,
                application_version=VERSION,
                serializer=DBOSPortableJSONSerializer(),
                log_level="WARNING",
                enable_otlp=False,
                scheduler_polling_interval_sec=3_600.0,  # its own schedules are not used
            )
            database = self._database() if self.url.startswith("sqlite") else None
            if database is not None:
                config["system_database_engine"] = database
            try:
                DBOS(config=config)
                for job in self._jobs.values():
                    DBOS.workflow(name=job.name, max_recovery_attempts=CRASHES)(self._workflow_of(job))
                for lane in sorted({_lane(job) for job in self._jobs.values()}):
                    client.register_queue(lane, global_concurrency=1, polling_interval_sec=1.0)
                DBOS.launch()
                yield client
            finally:
                # work that has ended is still being written down by DBOS's own threads
                DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=SETTLE_S)
                if database is not None:
                    database.dispose()

    def _workflow_of(self, job: Job) -> Callable[[dict[str, Any]], dict[str, Any]]:
        from dbos import DBOS

        def workflow(arguments: dict[str, Any]) -> dict[str, Any]:
            return DBOS.run_step({"name": job.name}, self._work, job, DBOS.workflow_id or "", arguments)

        return workflow

    @contextmanager
    def _client(self, create: bool = False) -> Iterator[Any]:
        """A client of the jobs' database; None where there is none yet and none is to be made."""
        if not create and self.url.startswith("sqlite") and not _path(self.url).exists():
            yield None
            return
        from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
        from dbos import error as dbos_error
        from sqlalchemy.exc import SQLAlchemyError

        _quiet_log()
        database = self._database()
        try:
            if create:
                DBOS.migrate(self.url)
            client = DBOSClient(
                system_database_engine=database, serializer=DBOSPortableJSONSerializer(), application_name=APPLICATION
            )
            try:
                yield client
            finally:
                client.destroy()
        except (SQLAlchemyError, dbos_error.DBOSException) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise CannotRun(f"The jobs' database {_shown(self.url)} cannot be used: {reason}") from error
        finally:
            database.dispose()

    def _database(self) -> Database:
        import sqlalchemy

        if not self.url.startswith("sqlite"):
            url = sqlalchemy.make_url(self.url).set(drivername="postgresql+psycopg")
            return sqlalchemy.create_engine(url, pool_pre_ping=True)
        database = sqlalchemy.create_engine(self.url, connect_args={"timeout": 30})
        sqlalchemy.event.listen(database, "connect", _set_up_sqlite)
        return database

    @contextmanager
    def _slot(self) -> Iterator[str]:
        """The first free worker name, held until the end. A restarted worker finds its own name, and its own work."""
        for number in range(MOST_WORKERS):
            with self._lock(f"worker-{number}") as mine:
                if mine:
                    yield f"worker-{number}"
                    return
        raise CannotRun(f"{MOST_WORKERS} workers share {_shown(self.url)} already; that is the most.")

    @contextmanager
    def _lock(self, worker: str) -> Iterator[bool]:
        """Whether this worker's lock is ours now. The system frees it when its process dies, however it dies."""
        lock = self._file_lock if self.url.startswith("sqlite") else self._advisory_lock
        with lock(worker) as mine:
            yield mine

    @contextmanager
    def _file_lock(self, worker: str) -> Iterator[bool]:
        from filelock import FileLock, Timeout

        lock = FileLock(f"{_path(self.url)}.{worker}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        except OSError as error:
            raise CannotRun(f"The folder of {_path(self.url)} cannot be written ({error.strerror}).") from error
        try:
            yield True
        finally:
            lock.release()

    @contextmanager
    def _advisory_lock(self, worker: str) -> Iterator[bool]:
        """PostgreSQL's session lock: gone with the connection. Keepalives notice a machine that vanished in a minute."""
        import sqlalchemy

        database = self._database()
        try:
            with database.connect() as connection:
                _ask_keepalives(connection)
                asked = sqlalchemy.text("SELECT pg_try_advisory_lock(hashtext(:name))")
                mine = bool(connection.execute(asked, {"name": f"{APPLICATION}:{worker}"}).scalar())
                connection.commit()
                yield mine
        finally:
            database.dispose()

    def _row(self, row: WorkflowStatus) -> dict[str, Any]:
        arguments = row.input["args"] if row.input else ()
        state, error = _came_out(row)
        if row.status == "PENDING" and row.executor_id:
            with self._lock(row.executor_id) as free:
                state = "interrupted" if free else state
        return {
            "id": row.workflow_id,
            "name": row.name,
            "state": state,
            "queued_at": _at(row.created_at),
            "started_at": _at(row.dequeued_at),
            "ended_at": _at(row.completed_at),
            "worker": row.executor_id if row.status != "ENQUEUED" else None,
            "arguments": dict(arguments[0]) if arguments else {},
            "result": row.output,
            "error": error,
        }

    def _found(self, client: DBOSClient | None, id: str) -> tuple[DBOSClient, WorkflowStatus]:
        if client is None:
            raise UnknownName("job", id, ())
        rows = client.list_workflows(workflow_ids=[id])
        if not rows and id:
            begin = client.list_workflows(workflow_id_prefix=id, sort_desc=True, application_name=APPLICATION)
            only_one("job", id, [row.workflow_id for row in begin])
            rows = begin
        if not rows:
            newest = client.list_workflows(limit=200, sort_desc=True, load_input=False, load_output=False)
            raise UnknownName("job", id, [row.workflow_id for row in newest])
        return client, rows[0]

    def _job(self, name: str) -> Job:
        if name not in self._jobs:
            raise UnknownName("job", name, self._jobs)
        return self._jobs[name]

    def _lane_of(self, row: WorkflowStatus) -> str:
        """Its lane; DBOS would put it into a queue without limits. A cancelled row has lost its queue's name."""
        return row.queue_name or _lane(self._job(row.name))


class _HandedBack(BaseException):
    """Ends a step without a word in the database: the job stays unfinished there, and is done again. DBOS records
    what is an Exception, and only that."""


class _Clock:
    """When each job is due. Moments missed while nothing ran are not made up for: `since` covers them."""

    def __init__(self, jobs: Iterable[Job], now: datetime) -> None:
        self._times = {job.name: (job, _moments(job, now)) for job in jobs if job.cron}
        self._next = {name: next(moments) for name, (_, moments) in self._times.items()}

    def nearest(self) -> datetime:
        """The next moment at which something is due; the end of time when nothing ever is."""
        return min(self._next.values(), default=datetime.max.replace(tzinfo=UTC))

    def due(self, now: datetime) -> Iterator[tuple[Job, datetime]]:
        """The jobs due by now, each with its newest moment passed."""
        for name, (job, moments) in self._times.items():
            if self._next[name] > now:
                continue
            due = self._next[name]
            while self._next[name] <= now:
                due, self._next[name] = self._next[name], next(moments)
            yield job, due


def jobs_address(store_path: Path | str, settings: Settings) -> str:
    """Where a store's jobs live: the setting jobs_url, or jobs.db beside store.db (other.jobs.db beside other.db)."""
    path = Path(store_path)
    return settings.jobs_url or str(path.with_name("jobs.db" if path.name == "store.db" else f"{path.stem}.jobs.db"))


def check_cron(job: Job) -> None:
    """Nothing, when the job's cron expression can be read. Errors: UsageError, one sentence."""
    if job.cron and not cron_fits(job.cron):
        named = (s.env for s in SETTINGS if s.unit == "cron" and job.name.startswith(s.name.removesuffix("_cron")))
        setting = next(named, "")
        raise UsageError(
            f"The cron expression of job {job.name}{f' ({setting})' if setting else ''} takes {CRON}; got {job.cron!r}."
        )


def next_moment(cron: str, now: datetime) -> datetime | None:
    """When a cron expression is due next, in UTC; None for an empty one, or one that cannot be read."""
    try:
        return next(_moments(Job("", lambda given: given, cron, {}), now)) if cron else None
    except UsageError:
        return None


def _moments(job: Job, now: datetime) -> Iterator[datetime]:
    from croniter import croniter

    check_cron(job)
    moments = croniter(job.cron, now, second_at_beginning=True)
    while True:
        yield moments.get_next(datetime)


def _run_into(done: Future[dict[str, Any]], job: Job, arguments: dict[str, Any]) -> None:
    try:
        done.set_result(job.run(arguments))
    except BaseException as error:
        logger.exception("failed job=%s", job.name)
        done.set_exception(error if isinstance(error, Exception) else RuntimeError(repr(error)))


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stop`, while the main thread is in here; elsewhere signals cannot be caught."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """What DBOS leaves out: WAL. A power cut may lose the last rows of jobs.db, never of the store (it syncs fully)."""
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("busy_timeout=30000", "synchronous=normal", "foreign_keys=on"):
        connection.execute(f"PRAGMA {pragma}")
    use_wal(connection, WAL_S)


def _ask_keepalives(connection: Connection) -> None:
    import sqlalchemy

    for name, value in (("idle", 30), ("interval", 10), ("count", 3)):
        connection.execute(sqlalchemy.text(f"SET tcp_keepalives_{name} = {value}"))


def _quiet_log() -> None:
    """DBOS gives itself a console handler unless it has one; the log's form is jobs/cli.py's to choose."""
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
        log.setLevel(logging.WARNING)


def _came_out(row: WorkflowStatus) -> tuple[str, str | None]:
    """A job's state, and why it failed where it did: the error raised, or what its result says of itself."""
    if row.error is not None:
        return STATES[row.status], str(row.error)
    own = row.output if row.status == "SUCCESS" and isinstance(row.output, dict) else {}
    state = own.get("outcome", STATES[row.status])
    return state, own.get("sentence") if state in ("partly", "failed") else None


def _lane(job: Job) -> str:
    return job.lane or job.name


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _shown(url: str) -> str:
    """The address without its password."""
    if url.startswith("sqlite"):
        return str(_path(url))
    import sqlalchemy

    return sqlalchemy.make_url(url).render_as_string(hide_password=True)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _at(epoch_ms: int | None) -> str | None:
    return None if epoch_ms is None else _stamp(datetime.fromtimestamp(epoch_ms / 1000, UTC))
