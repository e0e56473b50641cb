"""Notices: what rules find in the change log, the sources and the runs; messages made of it; and their delivery.

Each step is one transaction, so that a kill costs nothing: what a rule found is kept with how far it has looked, a message
is kept before it is sent, and marked after the target accepted it. Killed between those two, the same bytes go out again
under the same key, by which the receiver drops them. A target that fails gets one waiting message, tried again later and
later; what is found meanwhile waits behind it and comes in one message once the target is back.
"""

from __future__ import annotations

import json
import logging
import operator
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from jobs.outcome import Outcome
from tools.errors import NotDelivered, ScoutError, UnknownName, UsageError
from tools.knowledge import canonical, iso, moment
from tools.models import KINDS, Now
from tools.notify.matching import (
    broken_sources,
    concerns_products,
    failed,
    found_in,
    many_looks,
    watched,
)
from tools.notify.messages import MOST_CHANGES, change, payload
from tools.notify.rules import Rule, rules
from tools.notify.targets import Target, targets
from tools.settings import Settings
from tools.store import Store, utc_now
from tools.store.lists import Asked
from tools.store.notices import MOST_OPEN, Found

logger = logging.getLogger(__name__)
Say = Callable[[str], None]
PATIENCE = tuple(
    timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720)
)  # before each further try; the last repeats
GIVE_UP = timedelta(
    days=14
)  # a target that fails for so long is broken, and what waits behind a message would grow old
MOST_REFUSALS = 5  # of one message that the target refuses for what it is
RUN_S = 60.0  # of a run's deliveries; the rest is for the next one
KEEP = timedelta(days=90)  # messages that ended
LOCK_S = 5.0
SAMPLES = 3  # changes in a test message
_BATCH = 1_000
_SLACK = timedelta(days=1)  # failures are looked for a day back: what was found before is not found again
_LOOKS = Asked(status="needs_look")


def run(store_path: Path | str, settings: Settings, say: Say | None = None, *, now: Now = utc_now) -> dict[str, Any]:
    """Find what happened, make messages of it and deliver them; the report that `scout notify --json` prints.

    A rule or target that cannot be read is a failure of the report and costs the others nothing. Errors: StoreError.
    """
    own, faults = rules(settings)
    reached, unreachable = targets(settings)
    report: dict[str, Any] = {"found": 0, "sent": 0, "waiting": 0, "given_up": 0}
    failures = [_fault("rule", name, why) for name, why in faults.items()]
    failures += [_fault("target", name, why) for name, why in unreachable.items()]
    with _alone(store_path) as mine, Store.open(store_path, now=now) as store:
        if mine:
            store.start_notices([*settings.table("rules")])
            for rule in own.values():
                report["found"] += _look(store, settings, rule)
            _void_orphans(store, settings)
            _drop_surplus(store, settings)
            ends = time.monotonic() + RUN_S
            for target in reached.values():
                sent = _deliver(store, settings, own, target, ends, say or (lambda _: None))
                report["sent"] += sent.sent
                report["given_up"] += sent.given_up
                failures += sent.failures
            for rule in own.values():
                if rule.when != "now":
                    store.mark_digested(rule.name)
            store.trim_notices(store.now() - KEEP)
        report["waiting"] = len(store.waiting_messages())
    sentence = (
        failures[0]["message"] if failures else "" if mine else "Another run is delivering; it sends what there is."
    )
    return {**report, **Outcome("partly" if failures else "done", sentence).as_dict(), "failures": failures}


@contextmanager
def notices_after(store_path: Path | str, settings: Settings, say: Say, *, replayed: bool = False) -> Iterator[None]:
    """Notify of what happens inside, whether it goes well or not. What goes wrong in that is logged and costs nobody.

    Rules that are new look from here on; a store that is made inside is looked at from its beginning. A replay is no news.
    """
    if replayed or not settings.table("rules"):
        yield
        return
    fresh = not Path(store_path).exists()
    if not fresh:
        begin(store_path, settings)
    try:
        yield
    except Exception:
        _run_safely(store_path, settings, say, fresh)
        raise
    _run_safely(store_path, settings, say, fresh)


def begin(store_path: Path | str, settings: Settings, *, from_the_beginning: bool = False) -> None:
    """Have rules that are new look at what happens from now on."""
    with Store.open(store_path) as store:
        store.start_notices([*settings.table("rules")], from_the_beginning=from_the_beginning)


def _run_safely(store_path: Path | str, settings: Settings, say: Say, fresh: bool) -> None:
    if not Path(store_path).exists():
        return  # whatever was to make it did not come so far
    try:
        if fresh:
            begin(store_path, settings, from_the_beginning=True)
        report = run(store_path, settings, say)
    except Exception:  # the crawl that was to be told of is done and kept: nothing here may fail it
        logger.exception("notices failed; `scout notify` tries again")
        return
    for failure in report["failures"]:
        logger.warning("notices: %s", failure["message"])


@contextmanager
def _alone(store_path: Path | str) -> Iterator[bool]:
    """Whether this is the only run over the store: two would send the same messages."""
    from filelock import FileLock, Timeout

    lock = FileLock(f"{store_path}.notify.lock")
    try:
        lock.acquire(timeout=LOCK_S)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


# ── what happened ────────────────────────────────────────────────────────────────────────────────────────────────────


def _look(store: Store, settings: Settings, rule: Rule) -> int:
    """Keep what happened since a rule last looked; how much of it is new."""
    new = 0
    while True:
        mark = _mark(store, rule)
        rows = store.changes_after(mark["seq"], _BATCH)
        found = list(_found_in_log(store, rule, rows))
        at, state = iso(store.now()), dict(mark["state"])
        last = len(rows) < _BATCH
        if last:
            others, state = _found_besides(store, settings, rule, mark, at)
            found += others
        seq = rows[-1]["seq"] if rows else mark["seq"]
        new += store.put_notices(rule.name, rule.to, found, seq, state, at if last else mark["since"])
        if last:
            return new


def _mark(store: Store, rule: Rule) -> dict[str, Any]:
    mark = store.notice_mark(rule.name)
    assert mark is not None, "every rule was given a mark"
    return mark


def _found_in_log(store: Store, rule: Rule, rows: Sequence[Mapping[str, Any]]) -> Iterator[Found]:
    subjects: dict[str, Any] = {}
    for row in rows if concerns_products(rule) else ():
        if row["slug"] not in subjects:
            subjects[row["slug"]] = store.subject(row["slug"])
        yield from found_in(rule, row, subjects[row["slug"]], store.verdict_before, lambda slug: _is_over(store, slug))
    watches = store.watches(rule.name) if "watch" in rule.about else ()
    moved = {row["slug"]: row for row in reversed(rows) if row["op"] in ("new", "fact", "merge", "unmerge", "undelete")}
    for watch in watches:
        hits = store.watch_hits(watch, list(moved)) if moved else set()
        yield from (
            watched(watch, row) for slug, row in sorted(moved.items(), key=lambda pair: pair[1]["seq"]) if slug in hits
        )


def _is_over(store: Store, slug: str) -> bool:
    panel = store.panel(slug)
    return panel is not None and any(finding.kind == "over" for finding in panel.findings)


def _found_besides(
    store: Store, settings: Settings, rule: Rule, mark: Mapping[str, Any], at: str
) -> tuple[list[Found], dict[str, Any]]:
    """What no row of the change log tells: sources, failures and the number of looks; and the state to go on from."""
    sources, failing = broken_sources(rule, store.sources(), mark["state"].get("failing", ()), at)
    since = iso(moment(mark["since"]) - _SLACK)
    failures = failed(rule, _failures(store, settings, since, mark)) if "job" in rule.about else []
    count = store.count_products(_LOOKS) if "looks" in rule.about else 0
    looks, above = many_looks(rule, count, bool(mark["state"].get("above")), at)
    first = mark["state"].get("first", mark["since"])  # when the rule was made: what failed before is no news
    return [*sources, *failures, *looks], {"failing": failing, "above": above, "first": first}


def _failures(store: Store, settings: Settings, since: str, mark: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Runs, and jobs of the schedule that left no run, which failed since a moment: id, name, at, why."""
    since = max(since, mark["state"].get("first", mark["since"]))
    runs = store.failed_runs(since)
    for one in runs:
        yield {"id": one["id"], "name": one["kind"], "at": one["ended_at"], "why": one["counts"].get("sentence", "")}
    for job in _failed_jobs(store.path, settings, since):
        within = [one for one in runs if (job["started_at"] or since) <= one["ended_at"] <= job["ended_at"]]
        if not within:
            yield {"id": job["id"], "name": job["name"], "at": job["ended_at"], "why": job["error"] or job["state"]}


def _failed_jobs(store_path: str, settings: Settings, since: str) -> list[dict[str, Any]]:
    from jobs.schedule import engine

    try:
        found = engine(store_path, settings).jobs(_BATCH)
    except ScoutError as error:
        logger.warning("the schedule's jobs cannot be looked at: %s", error)
        return []
    return [
        job
        for job in found
        if job["name"] != "notify" and job["state"] in ("failed", "given up") and (job["ended_at"] or "") >= since
    ]


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _void_orphans(store: Store, settings: Settings) -> None:
    """Let go of what was found for a rule or target that is taken out of scout.toml. A broken one keeps what it has."""
    there = {"rule": settings.table("rules"), "target": settings.table("targets")}
    for message in store.waiting_messages():
        for sort, table in there.items():
            if message[sort] not in table:
                store.end_message(
                    message["key"], "given up", f"There is no {sort} {message[sort]} in scout.toml any more."
                )
                break
    for row in store.notice_counts():
        gone = row["target"] not in there["target"]
        notices = store.open_notices(row["target"], -1) if row["open"] else []
        store.void_notices(
            {one["id"]: "its rule or target is gone" for one in notices if gone or one["rule"] not in there["rule"]}
        )


def _drop_surplus(store: Store, settings: Settings) -> None:
    for name in settings.table("targets"):
        if dropped := store.drop_oldest_notices(name):
            logger.warning("notices: %d of target %s were dropped: too many were waiting", dropped, name)


def _deliver(store: Store, settings: Settings, own: Mapping[str, Rule], target: Target, ends: float, say: Say) -> _Sent:
    """Send what waits for a target, then what was found for it; a target that fails is left for this run."""
    sent = _send_waiting(store, settings, target, ends, say)
    if not store.waiting_messages(target.name):
        _compose(store, settings, own, target)
        sent = _Sent(*map(operator.add, sent, _send_waiting(store, settings, target, ends, say)))
    return sent


def _compose(store: Store, settings: Settings, own: Mapping[str, Rule], target: Target) -> None:
    """Make the messages of this run for a target, one a rule. A change that several rules found stands in the message of
    the first of them in scout.toml, which names the others."""
    notices = store.open_notices(target.name, MOST_OPEN)
    store.void_notices({one["id"]: one["gone"] for one in notices if one["gone"]})
    changes: dict[str, list[dict[str, Any]]] = {}
    for rule in own.values():
        digested = moment(_mark(store, rule)["digested_at"])
        for one in notices:
            due = not one["gone"] and rule.is_due(moment(one["found_at"]), digested, store.now())
            if one["rule"] == rule.name and due:
                changes.setdefault(one["change"], []).append(one)
    for rule in own.values():
        mine = [same for same in changes.values() if same[0]["rule"] == rule.name][:MOST_CHANGES]
        if mine:
            _put(store, settings, rule, target, mine)


def _put(
    store: Store, settings: Settings, rule: Rule, target: Target, changes: Sequence[Sequence[dict[str, Any]]]
) -> None:
    """Keep one message, with every notice of its changes. changes: the notices of each, this rule's first."""
    documents = {slug: store.document(slug) for slug in dict.fromkeys(same[0]["slug"] for same in changes) if slug}
    said = [change(_together(same), documents.get(same[0]["slug"]), settings) for same in changes]
    key = f"scout-{secrets.token_hex(16)}"
    message = payload(rule, key, iso(store.now()), said)
    row = {"key": key, "rule": rule.name, "target": target.name, "title": message["title"], "body": canonical(message)}
    store.put_message({**row, "changes": len(said)}, [one["id"] for same in changes for one in same])


def _together(same: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The notices of one change as one, with the rules and saved searches that found it."""
    by = list(dict.fromkeys(one["rule"] for one in same))
    return {**same[0], "rules": by, "searches": [one["why"] for one in same if one["about"] == "watch"]}


class _Sent(NamedTuple):
    """What became of the messages of a target."""

    sent: int = 0
    given_up: int = 0
    failures: tuple[dict[str, str], ...] = ()


def _send_waiting(store: Store, settings: Settings, target: Target, ends: float, say: Say) -> _Sent:
    """Send a target's waiting messages in their order, as far as they are due and the time lasts, up to the first that
    it does not accept."""
    sent = 0
    for message in store.waiting_messages(target.name):
        if moment(message["due_at"]) > store.now() or time.monotonic() > ends:
            break
        say(f"notices: {message['title']} → {target.name}")
        error = _refusal(store, settings, target, message)
        if error is None:
            store.end_message(message["key"], "sent")
            sent += 1
            continue
        given_up = _put_off(store, message, error)
        return _Sent(sent, int(given_up), (_fault("target", target.name, f"Target {target.name}: {error}"),))
    return _Sent(sent)


def _refusal(store: Store, settings: Settings, target: Target, message: Mapping[str, Any]) -> NotDelivered | None:
    """Why a target did not accept a message; None: it did."""
    try:
        target.send(json.loads(message["body"]), message["body"], settings, store.now)
    except NotDelivered as error:
        return error
    except Exception as error:  # noqa: BLE001 - libraries of strangers' services raise what they like; others wait behind it
        return NotDelivered(f"It broke off: {type(error).__name__}.")
    return None


def _put_off(store: Store, message: Mapping[str, Any], error: NotDelivered) -> bool:
    """Keep a message for a later try; whether it is given up instead."""
    tries = message["tries"] + 1
    if store.now() - moment(message["created_at"]) > GIVE_UP or (error.lasting and tries >= MOST_REFUSALS):
        store.end_message(message["key"], "given up", str(error))
        return True
    store.put_off_message(message["key"], str(error), store.now() + PATIENCE[min(tries, len(PATIENCE)) - 1])
    return False


def _fault(sort: str, name: str, why: str) -> dict[str, str]:
    return {sort: name, "kind": "NotDelivered" if sort == "target" else "UsageError", "class": "broken", "message": why}


# ── looking on ───────────────────────────────────────────────────────────────────────────────────────────────────────


def overview(store_path: Path | str, settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """rules: name, about, when, to, fault ("": sound). targets: name, type, shown, fault, and of notice_counts open,
    dropped, waiting, failing, failing_since, error. Holds no secret."""
    own, faults = rules(settings)
    reached, unreachable = targets(settings)
    counts = {row["target"]: row for row in _read(store_path, lambda store: store.notice_counts())}
    none = {"open": 0, "dropped": 0, "waiting": 0, "failing": 0, "failing_since": None, "error": ""}
    return {
        "rules": [_rule_row(name, own.get(name), faults.get(name, "")) for name in settings.table("rules")],
        "targets": [
            {
                "name": name,
                "type": reached[name].type if name in reached else "",
                "shown": reached[name].shown if name in reached else "",
                "fault": unreachable.get(name, ""),
                **{key: counts.get(name, none)[key] for key in none},
            }
            for name in settings.table("targets")
        ],
    }


def _rule_row(name: str, rule: Rule | None, fault: str) -> dict[str, Any]:
    if rule is None:
        return {"name": name, "about": [], "when": "", "to": [], "fault": fault}
    return {"name": name, "about": list(rule.about), "when": rule.words_of_when(), "to": list(rule.to), "fault": fault}


def log(store: Store, limit: int) -> dict[str, Any]:
    """messages: the newest first, see notice_log. targets: what waits and fails, see notice_counts."""
    return {"messages": store.notice_log(limit), "targets": store.notice_counts()}


def troubles(store: Store, since: str = "") -> list[str]:
    """A sentence for each target that does not take messages, and each message given up since a moment."""
    found = []
    for row in store.notice_counts():
        if row["failing"]:
            held = f"; {row['open']:,} further changes wait behind it" if row["open"] else ""
            found.append(f"{row['target']} has taken nothing since {row['failing_since'][:10]}: {row['error']}{held}")
        if row["dropped"]:
            found.append(f"{row['target']}: {row['dropped']:,} changes were dropped, too many were waiting")
    given_up = [one for one in store.notice_log(_BATCH, since) if one["state"] == "given up"]
    return found + [
        f"{one['target']}: given up after {one['tries']} tries: {one['title']}. {one['error']}" for one in given_up
    ]


def test(store_path: Path | str, settings: Settings, name: str) -> dict[str, Any]:
    """Send each target of a rule a message marked as a test, with the newest three changes the rule would tell; a row a
    target: target, shown, delivered, error. Nothing of it is kept.

    Errors: UsageError for a rule or a target that cannot be read.
    """
    if name not in settings.table("rules"):
        raise UnknownName("rule", name, settings.table("rules"))
    own, faults = rules(settings)
    if name in faults:
        raise UsageError(faults[name])
    rule, (reached, unreachable) = own[name], targets(settings)
    for target in rule.to:
        if target in unreachable:
            raise UsageError(unreachable[target])
    samples = _read(store_path, lambda store: _samples(store, settings, rule))
    rows = []
    for target in rule.to:
        key = f"scout-test-{secrets.token_hex(16)}"
        message = payload(rule, key, iso(utc_now()), samples, test=True)
        try:
            reached[target].send(message, canonical(message), settings, utc_now)
            error = ""
        except NotDelivered as refused:
            error = str(refused)
        rows.append({"target": target, "shown": reached[target].shown, "delivered": not error, "error": error})
    wrong = [f"Target {row['target']}: {row['error']}" for row in rows if row["error"]]
    return {"rule": name, "targets": rows, **Outcome("partly" if wrong else "done", " ".join(wrong)).as_dict()}


def _samples(store: Store, settings: Settings, rule: Rule) -> list[dict[str, Any]]:
    """The newest changes of the log that a rule is about, as a message has them."""
    rows = store.changes_after(max(0, store.last_seq() - _BATCH), _BATCH)
    found = [one for one in _found_in_log(store, rule, rows) if one.about != "watch"][-SAMPLES:]
    return [
        change(_together([{**asdict(one), "rule": rule.name}]), store.document(one.slug), settings)
        for one in reversed(found)
    ]


def _read(store_path: Path | str, read: Callable[[Store], list[Any]]) -> list[Any]:
    """What is read of a store; [] where there is none yet."""
    if not Path(store_path).exists():
        return []
    with Store.open(store_path, create=False) as store:
        return read(store)


# ── saved searches ───────────────────────────────────────────────────────────────────────────────────────────────────


def watch(store: Store, settings: Settings, words: str, kinds: Sequence[str], rule: str) -> dict[str, Any]:
    """Save a search whose hits a rule tells of; its row. rule "": the only one about watch.

    Errors: UnknownName for a kind; UsageError where no rule, or not that one, is about watch, or the words hold nothing to
    search for.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownName("kind", kind, KINDS)
    own, faults = rules(settings)
    fitting = [one.name for one in own.values() if "watch" in one.about]
    if rule in faults:
        raise UsageError(faults[rule])
    if rule and rule not in fitting:
        raise UnknownName("rule about watch", rule, fitting)
    if not rule and len(fitting) != 1:
        said = (
            f"Name one with --notify: {', '.join(fitting)}."
            if fitting
            else 'Add one to scout.toml with about = "watch".'
        )
        raise UsageError(f"A search is notified of by a rule about watch. {said}")
    number = store.add_watch(" ".join(words.split()), kinds, rule or fitting[0], settings.who)
    return next(row for row in store.watches() if row["id"] == number)
