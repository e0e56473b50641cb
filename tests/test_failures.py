"""Whether a run failed can be told: every cause by the real path, its class, its sentence, the exit code, the job."""

from __future__ import annotations

import errno
import json
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agents.run.trace import Call, Trace
from jobs import terminal
from jobs.cli import main
from jobs.crawl import CrawlRequest, crawl
from jobs.engine import Engine, Job
from jobs.outcome import outcome
from tools import errors
from tools.errors import (
    FAILURE_CLASSES,
    AllFailed,
    CannotRun,
    FetchError,
    NoAnswer,
    RateLimited,
    RobotsDisallowed,
    ScoutError,
    SourceChanged,
    SourceError,
    class_of_kind,
    connection_words,
)
from tools.settings import Settings
from tools.store import Store

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>New tools</title><link>{home}</link>
<description>d</description><item><title>Ferrykey: keys that travel</title><link>{address}</link><guid>1</guid>
</item></channel></rss>"""
PAGE = "<title>Ferrykey</title><h1>Ferrykey</h1><p>Keys that travel between your machines.</p>"
XML = {"Content-Type": "application/rss+xml"}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        return dict(json.loads(self.out))

    @property
    def failure(self) -> dict[str, Any]:
        """The one thing that failed."""
        (row,) = self.report["failures"]
        return dict(row)


Scout = Callable[..., Ended]


@pytest.fixture
def scout(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    """The command in this process: the site may be read, without a pace; `env` adds settings."""

    def run(*arguments: str, **env: str) -> Ended:
        given = {"CONTACT": "mailto:test@example.org", "ALLOW_HOSTS": site.host, "PACE_S": "0", "BROWSER": "off"}
        for name, value in {**given, "RETRIES": "0", **env}.items():
            monkeypatch.setenv(f"SCOUT_{name}", value)
        monkeypatch.setattr(sys, "argv", ["scout", *arguments, "--store", str(tmp_path / "store.db")])
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return Ended(int(left.value.code or 0), told.out, told.err)

    return run


def follow(tmp_path: Path, *feeds: tuple[str, str]) -> None:
    with Store.open(tmp_path / "store.db") as store:
        for name, url in feeds:
            store.add_source(name, url)


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# a product's page -----------------------------------------------------------------------------------------------------


def robots(text: str, status: int = 200) -> Callable[[Any], None]:
    return lambda site: site.page("/robots.txt", text, status=status)


def answers(**how: Any) -> Callable[[Any], None]:
    return lambda site: site.page("/tool", how.pop("body", PAGE), **how)


def nothing(site: Any) -> None:
    """The site has nothing to do with it."""


# cause, how the site behaves, the page's address, settings, class, exit code, words of the sentence
PAGES: dict[str, tuple[Callable[[Any], None], str, dict[str, str], str, int, tuple[str, ...]]] = {
    "DNS": (nothing, "http://nowhere.invalid/", {}, "broken", 1, ("does not resolve",)),
    "refused connection": (nothing, "http://127.0.0.1:{port}/", {}, "broken", 1, ("connection",)),
    "timeout": (answers(delay_s=9), "/tool", {"TOTAL_TIMEOUT_S": "0.4"}, "broken", 1, ("no whole answer within",)),
    "500": (answers(status=500), "/tool", {}, "broken", 1, ("answered 500",)),
    "503": (answers(status=503), "/tool", {}, "broken", 1, ("answered 503",)),
    "rate limit": (
        answers(status=429, headers={"Retry-After": "9999"}),
        "/tool",
        {},
        "broken",
        1,
        ("429", "left alone until"),
    ),
    "robots.txt fails": (robots("", 500), "/tool", {}, "broken", 1, ("robots.txt could not be read", "answered 500")),
    "404": (answers(status=404), "/tool", {}, "gone", 0, ("answered 404",)),
    "410": (answers(status=410), "/tool", {}, "gone", 0, ("answered 410",)),
    "robots.txt": (robots("User-agent: *\nDisallow: /tool"), "/tool", {}, "policy", 0, ("robots.txt does not allow",)),
    "opt-out": (
        nothing,
        "http://shy.example/",
        {"OPT_OUT_HOSTS": "shy.example"},
        "policy",
        0,
        ("is not to be crawled (SCOUT_OPT_OUT_HOSTS)",),
    ),
    "challenge": (
        answers(status=403, headers={"cf-mitigated": "challenge"}),
        "/tool",
        {},
        "policy",
        0,
        ("Cloudflare",),
    ),
    "login": (lambda site: site.redirect("/tool", "/login"), "/tool", {}, "policy", 0, ("login",)),
    "403": (answers(status=403), "/tool", {}, "policy", 0, ("answered 403",)),
    "too large": (answers(body="x" * 9_000), "/tool", {"MAX_BODY_BYTES": "8000"}, "refused", 0, ("over the limit",)),
    "private address": (nothing, "http://10.0.0.1/", {}, "refused", 0, ("not a public address",)),
    "redirect to a private one": (
        lambda site: site.redirect("/tool", "http://10.0.0.1/"),
        "/tool",
        {},
        "refused",
        0,
        ("not a public address",),
    ),
}


@pytest.mark.parametrize("cause", PAGES)
def test_a_page_that_fails_says_why_and_the_exit_code_says_whether_it_matters(
    cause: str, site: Any, scout: Scout, tmp_path: Path
) -> None:
    behave, address, env, failure_class, code, words = PAGES[cause]
    port = unused_port()
    address = site.url(address) if address.startswith("/") else address.format(port=port)
    site.page("/feed", FEED.format(home=site.url(), address=address), headers=XML)
    site.page("/login", "<title>Sign in</title><form><input type=password></form>")
    behave(site)
    follow(tmp_path, ("here", site.url("/feed")))
    ended = scout("crawl", "here", "--no-review", "--json", **{"ALLOW_HOSTS": f"{site.host},127.0.0.1:{port}", **env})
    assert all(word in ended.failure["message"] for word in words), ended.failure
    assert (ended.failure["class"], ended.failure["url"], ended.failure["source"]) == (failure_class, address, "here")
    assert (ended.code, ended.report["outcome"]) == (code, "partly" if code else "done")
    assert ended.report["launches_new"] == 1


def test_an_address_named_by_hand_that_a_check_refuses_is_no_success(scout: Scout) -> None:
    ended = scout("add", "http://10.0.0.1/", "--json")
    assert (ended.failure["class"], ended.code) == ("refused", 1)
    assert "not a public address" in ended.report["sentence"]


def test_a_failed_add_does_not_claim_to_have_read_a_page(site: Any, scout: Scout) -> None:
    ended = scout("add", site.url("/missing"))
    assert "0 pages read, 1 failed" in ended.err
    assert "1 pages read" not in ended.err
    assert "answered 404" in ended.out


def test_a_page_that_names_nothing_is_refused_by_its_address(site: Any, scout: Scout, tmp_path: Path) -> None:
    site.page("/tool", "<p>Nothing to see here.</p>")
    ended = scout("add", site.url("/tool"), "--no-review", "--json")
    assert "has no name" in ended.failure["message"]
    assert (ended.failure["kind"], ended.failure["class"]) == ("ProposalRefused", "refused")
    assert (ended.failure["url"], ended.code) == (site.url("/tool"), 1)


def test_research_that_finds_nothing_keeps_the_class_of_what_failed(
    site: Any, scout: Scout, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = scout("research", site.url("/missing"), "--json")
    assert (ended.failure["class"], ended.code, ended.report["state"]) == ("gone", 1, "nothing")
    terminal.research_report(ended.report)
    said = capsys.readouterr().out
    assert f"No product could be read at {site.url('/missing')}." in said
    assert "Give the address" not in said


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ECONNREFUSED, "nothing listens there"),
        (errno.ECONNRESET, "it hung up"),
        (errno.ENOBUFS, "no buffer space"),
    ],
)
def test_a_broken_connection_is_told_in_words_however_deep_its_cause(number: int, words: str) -> None:
    error = RuntimeError("a library's own")
    error.__cause__ = ExceptionGroup("several addresses", [OSError(number, "in any language")])
    assert connection_words(error).startswith(words)
    assert connection_words(RuntimeError("it said nothing")) == "it ended early"
    assert connection_words(OSError("no number"), "otherwise") == "otherwise"


def test_what_failed_twice_for_one_reason_is_told_once() -> None:
    told = str(AllFailed("default", [("near", "busy"), ("near", "busy"), ("far", "late")]))
    assert (told.count("near: busy"), told.count("far: late")) == (1, 1)


def test_refresh_gives_the_class_too(site: Any, scout: Scout) -> None:
    site.page("/tool", PAGE)
    (product,) = scout("add", site.url("/tool"), "--no-review", "--json").report["products"]
    site.page("/tool", status=410)
    ended = scout("refresh", product["slug"], "--no-review", "--json")
    assert (ended.failure["class"], ended.failure["slug"], ended.code) == ("gone", product["slug"], 0)
    site.page("/tool", status=500)
    ended = scout("refresh", product["slug"], "--no-review", "--json")
    assert (ended.failure["class"], ended.code) == ("broken", 1)


# a source -------------------------------------------------------------------------------------------------------------

# cause, the feed's path or address, class, exit code where it is the only source, words
SOURCES: dict[str, tuple[str, str, int, tuple[str, ...]]] = {
    "5xx": ("/broken", "broken", 3, ("could not be read", "answered 500")),
    "DNS": ("http://nowhere.invalid/feed", "broken", 3, ("does not resolve",)),
    "gone": ("/missing", "gone", 0, ("answered 404",)),
    "login": ("/closed", "policy", 0, ("asks for a login",)),
    "changed": ("/page", "changed", 3, ("expected an RSS, Atom or JSON feed",)),
    "private address": ("http://10.0.0.1/feed", "refused", 3, ("not a public address",)),
}


def serve_feeds(site: Any) -> None:
    site.page("/feed", FEED.format(home=site.url(), address=site.url("/tool")), headers=XML)
    site.page("/tool", PAGE)
    site.page("/page", "<title>We moved</title><p>Find us elsewhere.")
    site.page("/broken", status=500)
    site.page("/closed", status=401)


@pytest.mark.parametrize("cause", SOURCES)
def test_a_source_that_fails_keeps_the_class_of_its_cause(cause: str, site: Any, scout: Scout, tmp_path: Path) -> None:
    address, failure_class, code, words = SOURCES[cause]
    serve_feeds(site)
    follow(tmp_path, ("here", site.url(address) if address.startswith("/") else address))
    ended = scout("crawl", "here", "--no-review", "--json")
    assert all(word in ended.failure["message"] for word in words), ended.failure
    assert (ended.failure["class"], ended.failure["source"]) == (failure_class, "here")
    assert (ended.code, ended.report["outcome"]) == (code, "failed" if code else "done")


@pytest.mark.parametrize("cause", SOURCES)
def test_one_source_that_fails_beside_one_that_answers_is_a_part(
    cause: str, site: Any, scout: Scout, tmp_path: Path
) -> None:
    address, _, code, _ = SOURCES[cause]
    serve_feeds(site)
    follow(tmp_path, ("good", site.url("/feed")), ("bad", site.url(address) if address.startswith("/") else address))
    ended = scout("crawl", "good", "bad", "--no-review", "--json")
    assert (ended.code, ended.report["outcome"]) == ((1, "partly") if code else (0, "done"))
    assert ended.report["products_new"] == 1
    listed = json.loads(scout("runs", "ls", "--json").out)
    assert next(row for row in listed if row["id"] == ended.report["run"])["state"] == ended.report["outcome"]


def test_a_name_that_does_not_resolve_is_not_blamed_on_robots_txt(scout: Scout) -> None:
    ended = scout("crawl", "github_trending", "--no-review", "--json", GITHUB_URL="http://nowhere.invalid")
    assert "its name does not resolve" in ended.failure["message"]
    assert "allow" not in ended.failure["message"]
    assert (ended.failure["class"], ended.code) == ("broken", 3)


def test_a_list_that_robots_txt_closes_says_so(site: Any, scout: Scout) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /trending")
    ended = scout("crawl", "github_trending", "--no-review", "--json", GITHUB_URL=site.url().rstrip("/"))
    assert "robots.txt does not allow" in ended.failure["message"]
    assert (ended.failure["class"], ended.code) == ("policy", 0)


def test_what_failed_is_shown_with_its_class(site: Any, scout: Scout, tmp_path: Path) -> None:
    serve_feeds(site)
    follow(tmp_path, ("gone_feed", site.url("/missing")), ("broken_feed", site.url("/broken")))
    shown = scout("crawl", "gone_feed", "broken_feed", "--no-review").out
    assert shown.index("broken  broken_feed") < shown.index("gone    gone_feed")


def test_a_crawl_that_read_no_source_says_so(site: Any, scout: Scout, tmp_path: Path) -> None:
    serve_feeds(site)
    follow(tmp_path, ("here", site.url("/broken")))
    ended = scout("crawl", "here", "--no-review")
    assert "No source could be read. here: could not be read: " in ended.out
    assert ended.code == 3


def test_a_run_that_is_out_of_time_before_its_end_is_broken(site: Any, scout: Scout, tmp_path: Path) -> None:
    serve_feeds(site)
    follow(tmp_path, ("here", site.url("/feed")))
    ended = scout("crawl", "here", "--no-review", "--json", RUN_TIMEOUT_S="0.001")
    assert (ended.failure["kind"], ended.failure["class"], ended.code) == ("BudgetSpent", "broken", 3)


def test_an_unknown_source_is_wrong_usage(scout: Scout) -> None:
    ended = scout("crawl", "github_trendig")
    assert (ended.code, ended.out) == (2, "")
    assert "Did you mean github_trending" in ended.err


# an empty list --------------------------------------------------------------------------------------------------------


def test_an_empty_store_and_a_filter_without_a_match_are_told_apart(site: Any, scout: Scout, tmp_path: Path) -> None:
    follow(tmp_path)
    assert "The store is empty." in scout("list", "--status", "approved").out
    site.page("/tool", PAGE)
    scout("add", site.url("/tool"), "--no-review")
    assert scout("list", "--status", "approved").out.strip() == (
        "Nothing matches --status approved. The store holds 1 product: 1 new."
    )
    assert "Nothing matches --needs-look. The store holds 1 product" in scout("list", "--needs-look").out
    assert "Nothing matches 'zeppelin'. The store holds 1 product" in scout("search", "zeppelin").out
    assert json.loads(scout("list", "--status", "approved", "--json").out) == []


def test_a_list_of_a_source_that_is_not_there_is_wrong_usage(site: Any, scout: Scout, tmp_path: Path) -> None:
    follow(tmp_path)
    ended = scout("list", "--source", "shown_hn")
    assert ended.code == 2
    assert "show_hn" in ended.err


# jobs -----------------------------------------------------------------------------------------------------------------


def ended_job(tmp_path: Path, result: dict[str, Any]) -> Engine:
    """An engine whose one job has ended with this result."""
    stop = threading.Event()

    def work(_: dict[str, Any]) -> dict[str, Any]:
        stop.set()
        return result

    engine = Engine(tmp_path / "jobs.db", [Job("crawl_source", work, None, {})], Settings())
    engine.enqueue("crawl_source", id="one")
    engine.run_schedule(stop)
    return engine


@pytest.mark.parametrize("state", ["partly", "failed"])
def test_a_job_that_failed_says_so_and_runs_again_only_when_asked(state: str, scout: Scout, tmp_path: Path) -> None:
    result = {"outcome": state, "sentence": "1 broken. here: could not be read", "failures": []}
    engine = ended_job(tmp_path, result)
    assert (engine.job("one")["state"], engine.job("one")["error"]) == (state, result["sentence"])
    shown = scout("jobs", "ls").out
    assert state in shown
    assert "1 broken. here: could not be read" in shown
    assert engine.retry("one")["state"] == "queued"


def test_a_job_in_which_nothing_serious_failed_is_done(tmp_path: Path) -> None:
    result = {"outcome": "done", "sentence": "1 policy"}
    job = ended_job(tmp_path, result).job("one")
    assert (job["state"], job["error"], job["result"]) == ("done", None, result)


# one table ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "failure_class"),
    [
        (RateLimited("http://x/", "answered 403", 403), "broken"),
        (NoAnswer("http://x/", "no whole answer"), "broken"),
        (SourceError("x", "could not be read", FetchError("http://x/", "answered 410", 410)), "gone"),
        (SourceError("x", "could not be read", RobotsDisallowed("http://x/", "no")), "policy"),
        (SourceError("x", "could not be read"), "broken"),
        (SourceChanged("x", "no list", FetchError("http://x/", "answered 404", 404)), "changed"),
        (SourceError("x", "could not be read", SourceError("y", "", FetchError("http://x/", "", 404))), "gone"),
    ],
)
def test_the_class_follows_kind_status_and_cause(error: ScoutError, failure_class: str) -> None:
    assert error.failure_class == failure_class


def test_every_kind_has_a_class_and_what_is_unknown_is_broken() -> None:
    kinds = [name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, ScoutError)]
    assert {class_of_kind(kind) for kind in kinds} <= set(FAILURE_CLASSES)
    assert class_of_kind("LookupError") == "broken"
    assert {class_of_kind("FetchError", status) for status in (404, 410)} == {"gone"}


def test_a_row_without_its_class_gets_it_from_its_kind_and_parts_are_named(store: Store) -> None:
    trace = Trace(store, "crawl", {"source": "hub"}, "")
    parts = [
        {"kind": "FetchError", "message": "504", "part": "spaces", "status": 504},
        {"kind": "SourceChanged", "message": "row 3", "part": "models"},
    ]
    trace.call_ended(Call("sources", "list_launches", {"source": "hub"}, 0.1, {"items": [], "failures": parts}))
    assert [(row["source"], row["part"], row["class"]) for row in trace.failures] == [
        ("hub", "spaces", "broken"),
        ("hub", "models", "changed"),
    ]


@pytest.mark.parametrize(
    ("rows", "lost", "nothing_read", "state"),
    [
        ([], (), False, "done"),
        (["policy", "gone", "refused"], (), False, "done"),
        (["policy"], ("here",), True, "done"),
        (["refused"], ("here",), False, "partly"),
        (["gone", "broken"], (), False, "partly"),
        (["changed"], (), False, "partly"),
        (["broken", "policy"], ("here",), True, "failed"),
    ],
)
def test_the_outcome_is_read_off_the_classes(rows: list[str], lost: tuple[str], nothing_read: bool, state: str) -> None:
    failures = [{"source": "here", "class": name, "message": "it failed"} for name in rows]
    assert outcome(failures, lost, nothing_read=nothing_read).state == state


def test_a_crawl_that_cannot_run_leaves_no_run_under_way(tmp_path: Path) -> None:
    own = Settings({"browser": "off", "allow_hosts": "127.0.0.1:9"})  # that may be read; the source is a stranger's
    with pytest.raises(CannotRun, match="SCOUT_CONTACT"):
        crawl(tmp_path / "store.db", own, CrawlRequest(names=["betalist"]))
    with Store.open(tmp_path / "store.db") as store:
        assert [run["state"] for run in store.runs() if run["kind"] == "crawl" and not run["source"]] == ["failed"]
