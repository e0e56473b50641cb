"""Work on bytes from outside, done apart: what it takes from the others, and what it leaves behind: nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.panel.evidence_pack import build_pack, evidence_pack
from tools import orders, page_job, sources
from tools.apart import Apart, Limits
from tools.errors import SourceError, UnknownName, WorkFailed
from tools.extraction_cache import seal
from tools.models import Extraction, Saved
from tools.reading import ProposedProduct, Reading
from tools.store import Store
from tools.workbench import Workbench

ROOT = Path(__file__).resolve().parent.parent
PAGE = """<html><head><title>{name}: search for notes</title></head><body><h1>{name}</h1><p>{name} finds your notes.</p>
<a href="/docs">Docs</a><table><tr><th>Plan</th><th>Price</th></tr><tr><td>Free</td><td>$0 per month</td></tr>
<tr><td>Team</td><td>$12.50 per seat per month</td></tr></table></body></html>"""
# The parser opens every font anew in every paragraph: tens of seconds, of which no line of Python sees any.
ENDLESS = PAGE.format(name="Odd").replace("</body>", "".join(f"<font color={i}><p>x" for i in range(120_000)))


@pytest.fixture
def apart() -> Iterator[Apart]:
    opened = Apart(2, Limits(1.0, 400))
    yield opened
    opened.close()


def is_gone(process: int) -> bool:
    """Whether a process has ended: it is no more, or waits for an heir to note it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_work_is_done_by_few_processes_that_are_none_of_this_one(apart: Apart) -> None:
    at_work = {done.result() for done in [apart.begin(os.getpid) for _ in range(20)]}
    assert 1 <= len(at_work) <= 2
    assert os.getpid() not in at_work
    apart.close()
    assert all(map(is_gone, at_work))


def test_a_reader_looks_for_what_hangs_in_circles_now_and_then_only(apart: Apart) -> None:
    assert not apart.begin(gc.isenabled).result()
    kept = [done.result() for done in [apart.begin(gc.get_freeze_count) for _ in range(4)]]
    assert max(kept) > 0  # after the first piece of work one look was taken


def test_with_one_worker_work_is_done_here() -> None:
    here = Apart(1, Limits(1.0, 400))
    assert here.begin(os.getpid).result() == os.getpid()
    with pytest.raises(WorkFailed, match=r"reading it failed \(ValueError: invalid literal"):
        here.begin(int, "x").result()
    here.close()


def test_work_that_takes_too_long_is_ended_and_its_process_replaced(apart: Apart) -> None:
    before = {apart.begin(os.getpid).result()}
    slow, quick = apart.begin(time.sleep, 60), apart.begin(len, "four")
    assert quick.result() == 4
    with pytest.raises(WorkFailed, match=r"more than 1 s \(SCOUT_READ_S\)"):
        slow.result()
    after = {done.result() for done in [apart.begin(os.getpid) for _ in range(20)]}
    assert len(after) <= 2
    assert all(is_gone(process) for process in before - after)


def test_work_that_takes_too_much_memory_is_ended(apart: Apart) -> None:
    with pytest.raises(WorkFailed, match=r"more than 400 MB \(SCOUT_READ_MEMORY_MB\)"):
        apart.begin(bytes, 1 << 30).result()
    assert apart.begin(len, "four").result() == 4


def test_a_process_that_breaks_costs_its_own_work_alone(apart: Apart) -> None:
    with pytest.raises(WorkFailed, match="ended its reader"):
        apart.begin(os._exit, 3).result()
    assert apart.begin(len, "four").result() == 4


def test_what_work_raises_on_purpose_comes_as_it_is(apart: Apart) -> None:
    with pytest.raises(UnknownName) as raised:
        apart.begin(sources.source, "show_hm").result()
    assert raised.value.nearest == ["show_hn"]
    with pytest.raises(WorkFailed, match=r"reading it failed \(ValueError"):
        apart.begin(int, "x").result()


def test_a_process_that_was_taken_away_between_two_pieces_is_missed_by_neither(apart: Apart) -> None:
    process = apart.begin(os.getpid).result()
    os.kill(process, signal.SIGKILL)
    while not is_gone(process):
        time.sleep(0.01)
    assert apart.begin(os.getpid).result() != process


def test_no_process_outlives_who_started_it() -> None:
    program = (
        "import os, time\nfrom tools.apart import Apart, Limits\napart = Apart(2, Limits(2.0, 400))\n"
        "busy, idle = apart.begin(time.sleep, 60), apart.begin(os.getpid)\nprint(idle.result(), flush=True)\n"
        "print(*[process.pid for process in apart._processes], flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout
        parent.stdout.readline()
        started = [int(word) for word in parent.stdout.readline().split()]
        parent.kill()
    assert len(started) == 2
    latest = time.monotonic() + 10
    while not all(map(is_gone, started)) and time.monotonic() < latest:
        time.sleep(0.05)
    assert all(map(is_gone, started))


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def at_work(bench: Workbench) -> list[int]:
    return [process.pid for process in bench.reader._apart._processes]


def read_all(bench: Workbench, urls: list[str]) -> list[Reading]:
    found: list[Reading] = bench.run(bench.reader.read(urls, granted_only=False))
    return found


@pytest.fixture
def open_bench(site: Any, tmp_path: Path) -> Callable[..., Workbench]:
    for name in ("Wren", "Finch", "Tern"):
        site.page(f"/{name}", PAGE.format(name=name))
    site.page("/odd", ENDLESS)

    def opened(name: str = "store.db", **values: Any) -> Workbench:
        return Workbench(site.settings(contact="tests@example.org", browser="off", **values), tmp_path / name)

    return opened


def test_pages_say_the_same_whoever_reads_them(open_bench: Callable[..., Workbench], site: Any) -> None:
    urls = [site.url(f"/{name}") for name in ("Wren", "Finch", "Tern")]
    found = {}
    for workers in (1, 2):
        with open_bench(f"{workers}.db", read_workers=workers) as bench:
            readings = read_all(bench, urls)
            bench.reader.propose([ProposedProduct(pages=(one.page.id,)) for one in readings if one.page])
            assert bool(at_work(bench)) == (workers > 1)
            slugs = [bench.store.find(f"url:{one.url}") for one in readings]
            found[workers] = [(one.url, one.extraction) for one in readings], slugs
    assert found[1] == found[2]
    assert all(said and said.plans for _, said in found[1][0])


def test_whether_a_page_orders_anybody_about_is_judged_where_it_is_read(
    open_bench: Callable[..., Workbench], site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_noted", {})
    with open_bench(read_workers=2) as bench:
        readings = read_all(bench, [site.url("/Wren")])
        judged: list[str] = []
        monkeypatch.setattr(orders, "readings", lambda text: judged.append(text) or [text])
        (saved,) = bench.reader.propose([ProposedProduct(pages=(one.page.id,)) for one in readings if one.page])
    assert isinstance(saved, Saved)
    assert set(judged) <= {site.url("/Wren")}  # which follows from where it was read


def test_a_replay_gives_the_same_store_whoever_reads(
    open_bench: Callable[..., Workbench], site: Any, tmp_path: Path
) -> None:
    def read(bench: Workbench) -> dict[str, Any]:
        readings = read_all(bench, [site.url(f"/{name}") for name in ("Wren", "Finch", "Tern")])
        saved = bench.reader.propose([ProposedProduct(pages=(one.page.id,)) for one in readings if one.page])
        assert len(saved) == 3
        return bench.store.digest()

    recording = tmp_path / "recording.warc.gz"
    settings = site.settings(contact="tests@example.org", browser="off")
    with Workbench(settings, tmp_path / "live.db", record=recording) as bench:
        read(bench)
    asked = len(site.requests)
    digests = []
    for workers in (1, 2, 3):
        replayed = settings.but(read_workers=workers)
        with Workbench(replayed, tmp_path / f"{workers}.db", replay=recording) as bench:
            digests.append(read(bench))
    assert digests[0] == digests[1] == digests[2]
    assert len(site.requests) == asked


@pytest.mark.slow
def test_a_page_without_end_fails_alone_and_holds_nobody_up(open_bench: Callable[..., Workbench], site: Any) -> None:
    async def heard(bench: Workbench, urls: list[str]) -> tuple[list[Reading], int]:
        reading, turns = asyncio.ensure_future(bench.reader.read(urls, granted_only=False)), 0
        while not reading.done():
            await asyncio.sleep(0.05)
            turns += 1
        return await reading, turns

    urls = [site.url(path) for path in ("/odd", "/Wren", "/Finch", "/Tern")]
    with open_bench(read_workers=2, read_s=8.0) as bench:
        (odd, *good), turns = bench.run(heard(bench, urls))
        started = at_work(bench)
    assert odd.page is None
    assert (odd.error.kind, "(SCOUT_READ_" in odd.error.reason) == ("PageFault", True), odd.error
    assert all(one.extraction and one.extraction.plans for one in good)
    assert turns >= 5
    assert all(map(is_gone, started))


def test_what_is_known_is_not_asked_of_anybody(open_bench: Callable[..., Workbench], site: Any) -> None:
    with open_bench(read_workers=2) as bench:
        (first,) = read_all(bench, [site.url("/Wren")])
    with open_bench(read_workers=2) as bench:
        (again,) = read_all(bench, [site.url("/Wren")])
        assert again.extraction == first.extraction
        assert at_work(bench) == []


def test_a_list_without_end_is_its_sources_failure(open_bench: Callable[..., Workbench], site: Any) -> None:
    row = "<item><title>a</title><link>https://a.example/</link>"
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{row * 20_000}</channel></rss>'
    site.page("/feed", feed, headers={"Content-Type": "application/rss+xml"})
    with open_bench(read_workers=2, read_s=0.5) as bench:
        bench.store.add_source("letters", site.url("/feed"))
        with pytest.raises(SourceError, match="SCOUT_READ_S"):
            bench.run(bench.reader.read_source("letters", bench.now()))


# ── what is kept beside what a page says ────────────────────────────────────────────────────────────────────────────────


def test_a_panel_reads_the_lines_that_were_kept(
    open_bench: Callable[..., Workbench], site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench() as bench:
        (reading,) = read_all(bench, [site.url("/Wren")])
        assert reading.page is not None
        (saved,) = bench.reader.propose([ProposedProduct(pages=(reading.page.id,))])
        kept = bench.store.page(reading.page.id)
        assert kept is not None
        anew = build_pack(bench.store.document(saved.slug), [kept])
        monkeypatch.setattr(page_job, "page_lines", lambda *_: pytest.fail("parsed again"))
        assert evidence_pack(bench.store, saved.slug) == anew
    assert "$12.50 per seat per month" in anew.passages[0].text


def test_a_page_that_was_only_looked_at_is_kept_with_its_lines_once_it_is_stored(
    open_bench: Callable[..., Workbench], site: Any
) -> None:
    with open_bench() as bench:
        found = bench.run(bench.reader.look([site.url("/Wren"), site.url("/Tern")]))
        stored, other = (found[site.url(path)][0].page for path in ("/Wren", "/Tern"))
        bench.store.put_page(stored)
        bench.reader.keep_beside()
        assert bench.store.lines(stored.id, seal(stored))
        assert bench.store.lines(other.id, seal(other)) is None


def test_lines_of_another_program_are_read_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from stored import page

    kept = replace(page(), body=b"<html><body><p>As it is.</p></body></html>")
    store.put_page(kept)
    store.put_extraction(kept.id, "an older seal", b"", b"")
    assert page_job.kept_lines(store.lines, kept) == "As it is."


def test_an_extraction_that_no_json_holds_is_handed_on_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    half = Extraction("https://a.example/", missing=("\ud800",))
    monkeypatch.setattr(page_job, "extract_seen", lambda *_, **__: (half, None))
    read = page_job.read_page(b"<p>a", "", "https://a.example/", "text/html")
    assert (read.said, read.extraction) == (None, half)
