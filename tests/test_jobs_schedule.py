"""`scout schedule` as it is run: a process, against a site on this machine, ended by a signal."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from jobs.schedule import engine, run
from tools import sources
from tools.errors import CannotRun
from tools.settings import Settings
from tools.store import Store

FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Launches",
    "items": [
        {"id": "1", "url": "http://127.0.0.1:{port}/ferrykey", "title": "Ferrykey", "content_text": "Keys that travel."}
    ],
}


def test_a_schedule_without_contact_refuses(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="SCOUT_CONTACT"):
        run(tmp_path / "store.db", Settings(), lambda _: None)


@pytest.mark.slow
def test_a_schedule_crawls_reviews_and_ends_cleanly_on_sigterm(site: Any, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    port = site.port
    site.page(
        "/feed.json", json.dumps(FEED).replace("{port}", str(port)), headers={"Content-Type": "application/feed+json"}
    )
    site.page("/ferrykey", "<title>Ferrykey</title><h1>Ferrykey</h1><p>Keys that travel between your machines.</p>")
    with Store.open(store) as opened:
        opened.add_source("here", f"http://127.0.0.1:{port}/feed.json")
        for name in sources.all_sources():
            opened.put_source_state(name, enabled=False)
    env = {
        **os.environ,
        "SCOUT_CONTACT": "mailto:test@example.org",
        "SCOUT_ALLOW_HOSTS": "127.0.0.1",
        "SCOUT_PACE_S": "0",
        "SCOUT_CRAWL_CRON": "* * * * * *",
        "SCOUT_REVIEW_CRON": "* * * * * *",
    }
    command = [sys.executable, "-m", "jobs", "schedule", "--store", str(store)]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, cwd=Path(__file__).parent.parent) as process:
        try:
            wait_for_panel(store)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    listed = [sys.executable, "-m", "jobs", "jobs", "ls", "--json", "--store", str(store)]
    done = subprocess.run(listed, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent, env=env)
    assert {"done"} <= {row["state"] for row in json.loads(done.stdout)}


@pytest.mark.slow
@pytest.mark.parametrize(("status", "state"), [(500, "failed"), (404, "done")])
def test_a_crawl_that_failed_is_no_done_job(site: Any, tmp_path: Path, status: int, state: str) -> None:
    site.page("/feed", status=status)
    with Store.open(tmp_path / "store.db") as opened:
        opened.add_source("here", site.url("/feed"))
    jobs, stop = engine(tmp_path / "store.db", site.settings(contact="mailto:t@example.org", retries=0)), Event()
    jobs.enqueue("crawl_source", {"source": "here"}, id="one")
    running = Thread(target=jobs.run_schedule, args=(stop,), kwargs={"cron": False})
    running.start()
    end = time.monotonic() + 90
    while jobs.job("one")["state"] in ("queued", "running") and time.monotonic() < end:
        time.sleep(0.2)
    stop.set()
    running.join(60)
    job = jobs.job("one")
    assert job["state"] == state
    assert (f"answered {status}" in (job["error"] or "")) == (state == "failed")


def wait_for_panel(store: Path, seconds: float = 90) -> None:
    """Until the schedule has crawled the one product and reviewed it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with Store.open(store, readonly=True) as opened:
            if opened.counts()["panels"]:
                return
        time.sleep(0.2)
    pytest.fail("the schedule made no panel in time")
