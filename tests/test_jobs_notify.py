"""Notices from the change log to the receiver: what is found, told once, kept while a target fails, told after all."""

import asyncio
import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mail_server import RESET, postbox
from notice_settings import SECRETS, hook, mail, noticing
from stored import Clock, fact, page, panel_of, plan, propose

from jobs import notify, schedule
from jobs.cli import cli
from jobs.doctor import examine
from jobs.engine import Engine, Job, jobs_address
from jobs.inbox import news
from tools.errors import UnknownName, UsageError
from tools.notify.messages import text
from tools.notify.targets import webhook
from tools.settings import Settings
from tools.store import Store

RULE = {"about": ["new", "price"], "to": "desk"}


def put(store: Store, name: str, amount: str | None = "20", tagline: str = "Queues", **more: Any) -> None:
    """A product as a crawl finds it, or as a later one finds it changed."""
    of = page(f"https://{name.lower()}.dev/", f"{name} {amount} {tagline}", store.now())
    facts = (fact(of, value=name), fact(of, "tagline", tagline))
    store.put_product(propose(store, of, *facts, plans=(plan(of, amount),), identity=f"url:{name.lower()}.dev", **more))


class World:
    """A store, a clock, and receivers that remember what they accepted."""

    def __init__(self, store: Store, clock: Clock, site: Any) -> None:
        self.store, self.clock, self.site = store, clock, site
        self.accepted: dict[str, list[dict[str, Any]]] = {}

    def receiver(self, name: str) -> dict[str, Any]:
        """A target whose receiver takes everything, until `answers` says otherwise."""
        self.accepted[name] = []
        self.answers(name, 204)
        return hook(self.site.url(f"/{name}"))

    def answers(self, name: str, status: int, *, reset: bool = False) -> None:
        """From now on this status; `reset`: it accepts, and is gone before it can say so."""

        async def answer(asked: Any, writer: Any) -> None:
            if status < 300:
                self.accepted[name].append(json.loads(asked.body))
            if reset:
                writer.transport.abort()
                return
            writer.write(f"HTTP/1.1 {status} Status\r\nContent-Length: 0\r\n\r\n".encode())

        self.site.behave(f"/{name}", answer)

    def run(self, settings: Settings) -> dict[str, Any]:
        return notify.run(self.store.path, settings, now=self.clock)

    def later(self, **span: float) -> None:
        self.clock.at += timedelta(**span)

    def texts(self, name: str) -> list[str]:
        return [change["text"] for message in self.accepted[name] for change in message["changes"]]


@pytest.fixture
def world(store: Store, clock: Clock, site: Any) -> World:
    return World(store, clock, site)


def test_a_new_rule_tells_of_what_happens_from_then_on_in_one_message_and_is_quiet_else(world: World) -> None:
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    put(world.store, "Old")
    assert world.run(settings)["sent"] == 0
    put(world.store, "Acme")
    put(world.store, "Birch")
    put(world.store, "Old", "25")
    assert world.run(settings)["sent"] == 1
    assert world.run(settings) == {**world.run(settings), "sent": 0, "found": 0, "outcome": "done"}
    (message,) = world.accepted["desk"]
    assert message["title"] == "Scout: 2 new products, 1 price change"
    assert world.texts("desk")[-1] == "Old, Pro: 20 → 25 USD a month (+25%)"


def test_a_message_holds_the_verdict_with_its_strongest_finding(world: World) -> None:
    settings = noticing({"mine": {"about": "verdict", "to": "desk"}}, {"desk": world.receiver("desk")})
    world.run(settings)
    put(world.store, "Acme")
    world.store.put_panel(panel_of(world.store, "acme"), reviewer="rules")
    world.run(settings)
    (change,) = world.accepted["desk"][0]["changes"]
    assert change["text"] == f"Acme: {world.store.document('acme').panel.line}"
    assert change["product"]["finding"] == "Against: Its last release is 14 months old."


def test_two_rules_for_one_change_both_tell_and_a_target_gets_it_once(world: World) -> None:
    entries = {
        "first": {"about": "new", "to": "desk"},
        "second": {"about": "new", "to": ["desk", "team"]},
    }
    settings = noticing(entries, {"desk": world.receiver("desk"), "team": world.receiver("team")})
    world.run(settings)
    put(world.store, "Acme")
    assert world.run(settings)["sent"] == 2
    (desk,), (team,) = world.accepted["desk"], world.accepted["team"]
    assert (desk["rule"], desk["changes"][0]["rules"]) == ("first", ["first", "second"])
    assert (team["rule"], team["changes"][0]["rules"]) == ("second", ["second"])


def test_a_rule_with_a_broken_pattern_costs_no_other_rule_and_tells_all_once_it_is_mended(world: World) -> None:
    targets = {"desk": world.receiver("desk"), "team": world.receiver("team")}
    broken = noticing(
        {"bad": {"about": "new", "to": "team", "words": "(a+)+"}, "good": {"about": "new", "to": "desk"}}, targets
    )
    world.run(broken)
    put(world.store, "Acme")
    report = world.run(broken)
    assert report["outcome"] == "partly"
    assert report["sentence"] == "[rules.bad]: words: '(a+)+' repeats a group that repeats or chooses in itself."
    assert world.texts("desk") == ["Acme is new: Queues"]
    world.run(
        noticing(
            {"bad": {"about": "new", "to": "team", "words": "a+cme"}, "good": {"about": "new", "to": "desk"}}, targets
        )
    )
    assert world.texts("team") == world.texts("desk") == ["Acme is new: Queues"]


def test_a_webhook_that_answers_500_for_a_week_loses_nothing_is_bounded_and_said(world: World) -> None:
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk"), "team": world.receiver("team")})
    world.run(settings)
    world.answers("desk", 500)
    for hour in range(7 * 8):
        put(world.store, f"Tool{hour}")
        report = world.run(settings)
        world.later(hours=3)
    tried = len(world.site.asked("/desk"))
    assert 7 <= tried <= 30  # a handful on the first day, then two a day
    log = notify.log(world.store, 100)
    waiting = [row for row in log["messages"] if row["state"] == "waiting"]
    assert len(waiting) == 1
    assert waiting[0]["error"] == "It answered 500."
    assert log["targets"][0]["open"] == 7 * 8 - 1
    assert report["waiting"] == 1
    assert notify.troubles(world.store) == [
        "desk has taken nothing since 2026-03-04: It answered 500.; 55 further changes wait behind it"
    ]
    assert news(world.store, None, "kim")["notices"] == notify.troubles(world.store)
    checks = {check["name"]: check for check in examine(world.store.path, settings)["checks"]}
    assert not checks["target desk"]["ok"]
    assert "since 2026-03-04: It answered 500." in checks["target desk"]["said"]
    world.answers("desk", 200)
    world.later(hours=12)
    assert world.run(settings)["sent"] == 2  # the one that waited, and one with all that was found meanwhile
    assert sorted(world.texts("desk")) == sorted(f"Tool{hour} is new: Queues" for hour in range(7 * 8))
    assert notify.troubles(world.store) == []


def test_a_target_that_fails_for_a_fortnight_is_tried_with_what_is_newer(world: World) -> None:
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    world.run(settings)
    world.answers("desk", 500)
    put(world.store, "Acme")
    for _ in range(32):
        world.run(settings)
        world.later(hours=12)
    (row,) = notify.log(world.store, 10)["messages"]
    assert row["state"] == "given up"
    assert "given up after" in notify.troubles(world.store)[0]


def test_a_message_that_is_refused_for_what_it_is_holds_up_the_others_for_some_tries_only(world: World) -> None:
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    world.run(settings)
    world.answers("desk", 413)
    put(world.store, "Acme")
    for _ in range(notify.MOST_REFUSALS):
        world.run(settings)
        world.later(hours=6)
    world.answers("desk", 200)
    put(world.store, "Birch")
    world.run(settings)
    assert world.texts("desk") == ["Birch is new: Queues"]
    assert [row["state"] for row in notify.log(world.store, 10)["messages"]] == ["sent", "given up"]


def test_what_waits_for_a_target_is_bounded_and_what_is_dropped_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.store.notices.MOST_OPEN", 3)
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    world.run(settings)
    world.answers("desk", 500)
    put(world.store, "First")
    world.run(settings)
    for number in range(5):
        put(world.store, f"Tool{number}")
    world.run(settings)
    assert "desk: 2 changes were dropped, too many were waiting" in notify.troubles(world.store)
    world.answers("desk", 200)
    world.later(hours=1)
    world.run(settings)
    assert world.texts("desk") == [f"{name} is new: Queues" for name in ("First", "Tool2", "Tool3", "Tool4")]


def test_a_target_that_hangs_costs_a_run_one_time_limit_and_no_other_target(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.3)
    settings = noticing(
        {"a": {"about": "new", "to": ["desk", "team"]}, "b": {"about": "price", "to": ["desk", "team"]}},
        {"desk": world.receiver("desk"), "team": world.receiver("team")},
    )
    put(world.store, "Old")
    world.run(settings)
    world.site.page("/desk", delay_s=30)
    put(world.store, "Acme")
    put(world.store, "Old", "30")
    began = time.monotonic()
    report = world.run(settings)
    assert time.monotonic() - began < 3
    assert [failure["message"] for failure in report["failures"]] == [
        "Target desk: It did not answer within 0.3 seconds."
    ]
    assert len(world.texts("team")) == 2
    assert len(world.site.asked("/desk")) == 1


def test_a_kill_between_acceptance_and_acknowledgement_sends_the_same_message_again(
    world: World, tmp_path: Path
) -> None:
    """A process of its own, killed while the receiver, which has accepted, is still to answer."""
    target = world.receiver("desk")
    (tmp_path / "scout.toml").write_text(
        f'[rules.mine]\nabout = "new"\nto = "desk"\n[targets.desk]\ntype = "webhook"\nurl = "{target["url"]}"\n'
        'secret_env = "HOOK_SECRET"\n'
    )
    settings = noticing({"mine": {"about": "new", "to": "desk"}}, {"desk": target})
    notify.begin(world.store.path, settings)
    put(world.store, "Acme")

    async def accept_and_hang(asked: Any, _: Any) -> None:
        world.accepted["desk"].append(json.loads(asked.body))
        await asyncio.sleep(30)

    world.site.behave("/desk", accept_and_hang)
    command = [sys.executable, "-m", "jobs", "notify", "--store", world.store.path]
    env = {"HOOK_SECRET": "s", "PYTHONPATH": str(Path(__file__).parent.parent), "HOME": str(tmp_path)}
    with subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        while not world.accepted["desk"] and process.poll() is None:
            time.sleep(0.02)
        process.kill()
    world.answers("desk", 200)
    world.clock.at = world.store.now() + timedelta(days=400)  # the process went by the real clock
    notify.run(world.store.path, settings)
    first, second = world.accepted["desk"]
    assert first == second
    assert notify.log(world.store, 5)["messages"][0]["state"] == "sent"


def test_a_mail_that_was_taken_and_not_answered_for_comes_again_under_its_message_id(world: World) -> None:
    with postbox() as box:
        settings = noticing({"mine": {**RULE, "to": "box"}}, {"box": mail(box.port)})
        world.run(settings)
        put(world.store, "Acme")
        box.replies = {"DOT": RESET}
        world.run(settings)
        box.replies = {}
        world.later(minutes=2)
        world.run(settings)
        assert len(box.accepted) == 2
        assert len(set(box.ids())) == 1


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.mark.parametrize("seed", range(12))
def test_random_histories_tell_every_change_once_a_rule_and_target(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    entries = {
        "all": {"about": ["new", "price", "verdict"], "to": ["desk", "team"]},
        "rises": {"about": "price", "up": 0.01, "to": "desk"},
        "digest": {"about": "new", "to": "team", "when": "daily", "hour": 6},
    }
    settings = noticing(entries, {"desk": world.receiver("desk"), "team": world.receiver("team")})
    notify.begin(world.store.path, settings)
    _kill_at_random(monkeypatch, chance)
    names: list[str] = []
    for _ in range(25):
        move = chance.randrange(6)
        if move == 0 or not names:
            names.append(f"Tool{len(names)}")
            put(world.store, names[-1])
        elif move == 1:
            put(world.store, chance.choice(names), str(chance.randrange(1, 90)))
        elif move == 2:
            slug = chance.choice(names).lower()
            if slug in world.store.awaiting_review():
                verdict = chance.choice(["Ship", "Skip"])
                world.store.put_panel(panel_of(world.store, slug, verdict), reviewer="rules")
        elif move == 3:
            status, reset = chance.choice([(200, False), (500, False), (200, True), (503, False)])
            world.answers(chance.choice(["desk", "team"]), status, reset=reset)
        else:
            with contextlib.suppress(Killed):
                world.run(settings)
        world.later(hours=chance.choice([0, 1, 13]))
    monkeypatch.undo()
    for name in ("desk", "team"):
        world.answers(name, 200)
    for _ in range(3):
        world.later(days=1)
        world.run(settings)
    assert _told(world) == _expected(world.store)


def _kill_at_random(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> None:
    """Before or after any step that is written down, in one of eight."""

    def deadly(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **values: Any) -> Any:
            when = chance.randrange(16)
            if when == 0:
                raise Killed
            done = step(*args, **values)
            if when == 1:
                raise Killed
            return done

        return run

    for step in ("put_notices", "put_message", "end_message", "put_off_message", "mark_digested", "void_notices"):
        monkeypatch.setattr(Store, step, deadly(getattr(Store, step)))


def _told(world: World) -> Counter[tuple[str, str, str]]:
    """How often each change was told, by rule and target, to a receiver that drops what it has had."""
    told: Counter[tuple[str, str, str]] = Counter()
    for target, messages in world.accepted.items():
        for message in {message["id"]: message for message in messages}.values():
            told.update((rule, target, change["id"]) for change in message["changes"] for rule in change["rules"])
    return told


def _expected(store: Store) -> Counter[tuple[str, str, str]]:
    """Read off the change log by other means than the rules."""
    wanted: list[tuple[str, str, str]] = []
    verdicts: dict[str, str] = {}
    for row in store.changes_after(0, 10_000):
        both = [("all", "desk"), ("all", "team")]
        if row["op"] == "new":
            wanted += [(*pair, f"new:{row['seq']}") for pair in [*both, ("digest", "team")]]
        if row["op"] == "plan" and row["before"]:
            wanted += [(*pair, f"price:{row['seq']}") for pair in both]
            before, after = (float(row[side].split()[0]) for side in ("before", "after"))
            wanted += (
                [("rises", "desk", f"price:{row['seq']}")]
                if after > before and (after - before) / before >= 0.01
                else []
            )
        if row["op"] == "panel":
            verdict = row["after"].partition(" ")[0]
            if verdicts.get(row["slug"]) != verdict:
                wanted += [(*pair, f"verdict:{row['seq']}") for pair in both]
            verdicts[row["slug"]] = verdict
    return Counter(wanted)


def test_a_daily_digest_waits_for_its_hour(world: World) -> None:
    settings = noticing({"mine": {**RULE, "when": "daily", "hour": 18}}, {"desk": world.receiver("desk")})
    world.run(settings)
    put(world.store, "Acme")
    world.later(hours=5)
    world.run(settings)
    assert not world.accepted["desk"]
    put(world.store, "Birch")
    world.later(hours=2)
    world.run(settings)
    assert world.accepted["desk"][0]["title"] == "Scout, daily: 2 new products"


def test_a_product_deleted_before_its_message_was_made_is_not_told(world: World) -> None:
    settings = noticing({"mine": {**RULE, "when": "daily", "hour": 18}}, {"desk": world.receiver("desk")})
    world.run(settings)
    put(world.store, "Acme")
    put(world.store, "Birch")
    world.run(settings)
    world.store.delete_product("acme", "", "kim")
    world.later(hours=8)
    world.run(settings)
    assert world.texts("desk") == ["Birch is new: Queues"]


def test_a_rule_or_target_taken_out_of_the_file_lets_go_of_what_waited(world: World) -> None:
    targets = {"desk": world.receiver("desk"), "team": world.receiver("team")}
    both = noticing({"mine": RULE, "other": {"about": "new", "to": "team"}}, targets)
    world.run(both)
    world.answers("desk", 500)
    put(world.store, "Acme")
    world.run(both)
    world.later(hours=1)
    report = world.run(noticing({"other": {"about": "new", "to": "team"}}, {"team": targets["team"]}))
    assert report["waiting"] == 0
    assert "There is no rule mine in scout.toml any more." in notify.troubles(world.store)[0]


def test_a_source_that_fails_is_told_once_until_it_was_read_again(world: World) -> None:
    settings = noticing({"mine": {"about": "source", "to": "desk"}}, {"desk": world.receiver("desk")})
    for error in ("", "timeout", "timeout", "another", "", "gone again"):
        world.store.put_source_state("show_hn", last_error=error)
        world.run(settings)
        world.later(hours=1)
    assert world.texts("desk") == ["Source show_hn fails: timeout", "Source show_hn fails: gone again"]


def test_a_failed_run_is_told_once(world: World) -> None:
    settings = noticing({"mine": {"about": "job", "to": "desk"}}, {"desk": world.receiver("desk")})
    before = world.store.start_run("crawl", "", {})
    world.store.end_run(before, "failed", '{"sentence": "An old story."}')
    world.later(hours=1)
    world.run(settings)
    for state in ("done", "failed", "partly"):
        world.store.end_run(world.store.start_run("crawl", "", {}), state, '{"sentence": "No source could be read."}')
    for _ in range(2):
        world.run(settings)
        world.later(hours=1)
    assert world.texts("desk") == ["crawl failed: No source could be read."]


def test_a_failed_job_of_the_schedule_that_left_no_run_is_told_once(world: World) -> None:
    settings = noticing({"mine": {"about": "job", "to": "desk"}}, {"desk": world.receiver("desk")})
    world.run(settings)

    def fail(_: dict[str, Any]) -> dict[str, Any]:
        raise UsageError("No model is configured.")

    jobs = Engine(jobs_address(world.store.path, settings), [Job("review", fail, None, {})], settings)
    jobs.enqueue("review", id="one")
    stop = threading.Event()
    running = threading.Thread(target=jobs.run_schedule, args=(stop,), kwargs={"cron": False})
    running.start()
    end = time.monotonic() + 60
    while jobs.job("one")["state"] in ("queued", "running") and time.monotonic() < end:
        time.sleep(0.1)
    stop.set()
    running.join(30)
    for _ in range(2):
        world.run(settings)
    assert world.texts("desk") == ["review failed: No model is configured."]


def test_a_schedule_looks_for_notices_where_there_are_rules(world: World) -> None:
    with_rules = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    for settings, there in ((with_rules, True), (Settings(), False)):
        assert ("notify" in {job.name for job in schedule._jobs(world.store.path, settings)}) is there
    put(world.store, "Old")
    notify.begin(world.store.path, with_rules)
    put(world.store, "Acme")
    (job,) = [job for job in schedule._jobs(world.store.path, with_rules) if job.name == "notify"]
    assert job.run({})["sent"] == 1
    assert world.texts("desk") == ["Acme is new: Queues"]


def test_changes_of_one_product_stand_together(world: World) -> None:
    settings = noticing({"mine": {"about": ["new", "verdict"], "to": "desk"}}, {"desk": world.receiver("desk")})
    world.run(settings)
    for name in ("Acme", "Birch"):
        put(world.store, name)
    world.store.put_panel(panel_of(world.store, "acme"), reviewer="rules")
    world.run(settings)
    shown = text(world.accepted["desk"][0]).split("\n\n")
    assert [line.split(":")[0] for line in shown[1].splitlines()[:2]] == ["- Acme is new", "  Acme"]
    assert shown[2].startswith("- Birch is new")


def test_more_looks_than_the_number_are_told_as_they_pass_it(world: World) -> None:
    settings = noticing({"mine": {"about": "looks", "above": 1, "to": "desk"}}, {"desk": world.receiver("desk")})
    for name in ("Acme", "Birch", "Cedar"):
        put(world.store, name)
        world.store.raise_look(name.lower(), ["odd"])
        world.run(settings)
        world.later(hours=1)
    assert world.texts("desk") == ["2 products need a look, more than 1"]
    for name in ("birch", "cedar"):
        world.store.set_status(name, "approved", "", "kim")
    world.run(settings)
    world.store.raise_look("birch", ["odd again"])
    world.run(settings)
    assert len(world.texts("desk")) == 2


def test_a_saved_search_tells_of_each_product_it_finds_from_then_on_once(world: World) -> None:
    settings = noticing(
        {"mine": {"about": ["watch", "new"], "words": "nothing", "to": "desk"}}, {"desk": world.receiver("desk")}
    )
    put(world.store, "Acme", tagline="Vector search")
    put(world.store, "Birch")
    world.run(settings)
    row = notify.watch(world.store, settings, "vector  search", ("product",), "")
    assert (row["words"], row["matches"]) == ("vector search", 1)
    put(world.store, "Cedar", tagline="Search by vector")
    put(world.store, "Dune", tagline="Vectors")
    put(world.store, "Birch", tagline="Now a vector search")
    put(world.store, "Acme", tagline="Vector search again")
    for _ in range(2):
        world.run(settings)
        put(world.store, "Cedar", tagline="Vector search anew")
    assert [change["searches"] for change in world.accepted["desk"][0]["changes"]] == [["vector search"]] * 2
    assert world.texts("desk") == [
        "Cedar matches “vector search”: Search by vector",
        "Birch matches “vector search”: Now a vector search",
    ]


def test_a_search_needs_a_rule_about_watch_and_words_that_can_be_found(world: World) -> None:
    targets = {"desk": world.receiver("desk")}
    with pytest.raises(UsageError, match=r'Add one to scout\.toml with about = "watch"'):
        notify.watch(world.store, noticing({"mine": RULE}, targets), "queues", (), "")
    two = noticing({name: {"about": "watch", "to": "desk"} for name in ("one", "two")}, targets)
    with pytest.raises(UsageError, match="Name one with --notify: one, two"):
        notify.watch(world.store, two, "queues", (), "")
    with pytest.raises(UnknownName, match="Did you mean one"):
        notify.watch(world.store, two, "queues", (), "onee")
    with pytest.raises(UsageError, match="words with letters or digits"):
        notify.watch(world.store, two, "!?", (), "one")


def test_what_a_crawl_finds_is_told_at_its_end_whether_it_went_well_or_not(world: World) -> None:
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    put(world.store, "Old")

    def crawl(name: str, **values: Any) -> None:
        with notify.notices_after(world.store.path, settings, lambda _: None, **values):
            put(world.store, name)
            raise UsageError("The crawl broke off.")

    for name, values in {"Acme": {}, "Birch": {"replayed": True}}.items():
        with pytest.raises(UsageError, match="broke off"):
            crawl(name, **values)
    assert world.texts("desk") == ["Acme is new: Queues"]


def test_a_store_made_by_the_first_crawl_is_told_from_its_beginning(world: World, tmp_path: Path) -> None:
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    path = tmp_path / "fresh.db"
    with notify.notices_after(path, settings, lambda _: None), Store.open(path) as store:
        put(store, "Acme")
    assert world.texts("desk") == ["Acme is new: Queues"]


def test_notices_that_go_wrong_never_fail_the_crawl(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})

    def broken(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(notify, "_look", broken)
    with notify.notices_after(world.store.path, settings, lambda _: None):
        put(world.store, "Acme")
    assert "notices failed" in caplog.text


def test_a_second_run_at_the_same_time_sends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "LOCK_S", 0.0)
    settings = noticing({"mine": RULE}, {"desk": world.receiver("desk")})
    world.run(settings)
    put(world.store, "Acme")
    with notify._alone(world.store.path):
        assert world.run(settings)["sentence"].startswith("Another run is delivering")
    assert not world.accepted["desk"]
    world.run(settings)
    assert len(world.accepted["desk"]) == 1


def test_a_product_whose_panel_quotes_its_farewell_is_over_and_told_once(world: World) -> None:
    settings = noticing({"mine": {"about": "over", "to": "desk"}}, {"desk": world.receiver("desk")})
    world.run(settings)
    put(world.store, "Acme")
    for amount in ("21", "22"):
        panel = panel_of(world.store, "acme", "Skip")
        world.store.put_panel(replace(panel, findings=(replace(panel.findings[0], kind="over"),)), reviewer="rules")
        world.run(settings)
        put(world.store, "Acme", amount)
    assert world.texts("desk") == ["Acme seems to be over: Its own pages say that it is over."]


def test_messages_that_ended_long_ago_are_forgotten_and_nothing_is_told_again(world: World) -> None:
    settings = noticing({"mine": {"about": ["new", "over"], "to": "desk"}}, {"desk": world.receiver("desk")})
    world.run(settings)
    put(world.store, "Acme")
    world.store.raise_look("acme", ["https://acme.dev/ says “We are closing”; its facts are kept as they were."])
    world.run(settings)
    world.later(days=100)
    world.run(settings)
    world.store.set_status("acme", "new", "", "kim")
    world.store.raise_look("acme", ["https://acme.dev/ says “We have closed”; its facts are kept as they were."])
    world.run(settings)
    assert len(world.texts("desk")) == 2  # that it is new, and that it is over, once
    assert len(world.accepted["desk"]) == 1


# ── the commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def scout(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs a command over the world's store with a scout.toml beside it; its result."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    url = world.receiver("desk")["url"]
    (tmp_path / "scout.toml").write_text(
        '[rules.mine]\nabout = ["new", "watch"]\nto = "desk"\n\n[rules.bad]\nabout = "new"\nto = "dsek"\n\n'
        f'[targets.desk]\ntype = "webhook"\nurl = "{url}"\nsecret_env = "HOOK_SECRET"\n'
    )

    def run(*words: str) -> Any:
        return CliRunner().invoke(cli, [*words, "--store", world.store.path], standalone_mode=False)

    return run


def test_a_command_tells_of_what_it_did_once_it_has_ended(
    world: World, scout: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "scout.toml"
    file.write_text(file.read_text().replace('about = ["new", "watch"]', 'about = "verdict"'))
    put(world.store, "Acme")
    done = scout("review", "--awaiting")
    assert done.return_value == 0
    assert world.texts("desk") == [f"Acme: {world.store.document('acme').panel.line}"]
    assert "Target" not in done.output


def test_the_commands_show_rules_test_them_tell_and_log_without_a_secret(
    world: World, scout: Callable[..., Any]
) -> None:
    shown = [scout("notify", "ls"), scout("notify")]
    assert "Did you mean desk?" in shown[0].output
    assert shown[1].return_value == 1  # the broken rule
    saved = scout("watch", "vector", "search", "--kind", "product", "--notify", "mine")
    assert "vector search" in saved.output
    put(world.store, "Acme", tagline="Vector search")
    shown += [scout("notify", "test", "mine"), scout("notify", "--json"), scout("notify", "log"), scout("watch", "ls")]
    test, told = world.accepted["desk"]
    assert (test["test"], told["test"]) == (True, False)
    assert json.loads(shown[3].stdout)["sent"] == 1
    assert "sent" in shown[4].output
    assert "mine → desk" in shown[4].output
    assert scout("watch", "rm", "1").output == "1 is forgotten\n"
    assert isinstance(scout("watch", "rm", "1").exception, UnknownName)
    assert isinstance(scout("notify", "test", "nobody").exception, UnknownName)
    assert isinstance(scout("notify", "test", "bad").exception, UsageError)
    shown += [scout("doctor")]
    assert not [secret for secret in SECRETS.values() if any(secret in result.output for result in shown)]
